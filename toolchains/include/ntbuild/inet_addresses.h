/*
 * ntbuild/inet_addresses.h - questions about IPv4 and IPv6 addresses, alone and in socket addresses.
 *
 * Ports and addresses are in network byte order.
 */
#ifndef NTBUILD_INET_ADDRESSES_H
#define NTBUILD_INET_ADDRESSES_H

#ifdef __cplusplus
extern "C" {
#endif

/* IPv4 */
FORCEINLINE BOOLEAN IN4_ADDR_EQUAL(const IN_ADDR *Left, const IN_ADDR *Right)
{
    return (BOOLEAN)(Left->s_addr == Right->s_addr);
}

FORCEINLINE BOOLEAN IN4_IS_ADDR_UNSPECIFIED(const IN_ADDR *Address)
{
    return (BOOLEAN)(Address->s_addr == 0);
}

FORCEINLINE BOOLEAN IN4_IS_ADDR_LOOPBACK(const IN_ADDR *Address)
{
    return (BOOLEAN)(((const UCHAR *)Address)[0] == 127);
}

FORCEINLINE BOOLEAN IN4_IS_ADDR_BROADCAST(const IN_ADDR *Address)
{
    return (BOOLEAN)(Address->s_addr == 0xffffffff);
}

FORCEINLINE BOOLEAN IN4_IS_ADDR_MULTICAST(const IN_ADDR *Address)
{
    return (BOOLEAN)((((const UCHAR *)Address)[0] & 0xf0) == 0xe0);
}

FORCEINLINE BOOLEAN IN4_IS_ADDR_LINKLOCAL(const IN_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(Bytes[0] == 169 && Bytes[1] == 254);
}

FORCEINLINE BOOLEAN IN4_IS_ADDR_RFC1918(const IN_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(Bytes[0] == 10 || (Bytes[0] == 172 && (Bytes[1] & 0xf0) == 16) ||
                     (Bytes[0] == 192 && Bytes[1] == 168));
}

/* There are none: what RFC 1918 has is not called so. */
FORCEINLINE BOOLEAN IN4_IS_ADDR_SITELOCAL(const IN_ADDR *Address)
{
    (void)Address;
    return FALSE;
}

/* Multicast by scope, RFC 2365 */
FORCEINLINE BOOLEAN IN4_IS_ADDR_MC_LINKLOCAL(const IN_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(Bytes[0] == 224 && Bytes[1] == 0 && Bytes[2] == 0);
}

FORCEINLINE BOOLEAN IN4_IS_ADDR_MC_ADMINLOCAL(const IN_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(Bytes[0] == 239 && Bytes[1] == 255);
}

FORCEINLINE BOOLEAN IN4_IS_ADDR_MC_SITELOCAL(const IN_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(Bytes[0] == 239 && Bytes[1] != 255);
}

/* IPv6 */
FORCEINLINE BOOLEAN NtbuildIsZero(const UCHAR *Bytes, int Count)
{
    UCHAR Bits = 0;
    int Index;

    for (Index = 0; Index < Count; Index++)
        Bits |= Bytes[Index];
    return (BOOLEAN)(Bits == 0);
}

FORCEINLINE BOOLEAN IN6_IS_ADDR_UNSPECIFIED(const IN6_ADDR *Address)
{
    return NtbuildIsZero((const UCHAR *)Address, 16);
}

FORCEINLINE BOOLEAN IN6_IS_ADDR_LOOPBACK(const IN6_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(NtbuildIsZero(Bytes, 15) && Bytes[15] == 1);
}

FORCEINLINE BOOLEAN IN6_IS_ADDR_MULTICAST(const IN6_ADDR *Address)
{
    return (BOOLEAN)(((const UCHAR *)Address)[0] == 0xff);
}

FORCEINLINE BOOLEAN IN6_IS_ADDR_EUI64(const IN6_ADDR *Address)
{
    return (BOOLEAN)((((const UCHAR *)Address)[0] & 0xe0) != 0 && !IN6_IS_ADDR_MULTICAST(Address));
}

FORCEINLINE BOOLEAN IN6_IS_ADDR_LINKLOCAL(const IN6_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(Bytes[0] == 0xfe && (Bytes[1] & 0xc0) == 0x80);
}

FORCEINLINE BOOLEAN IN6_IS_ADDR_SITELOCAL(const IN6_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(Bytes[0] == 0xfe && (Bytes[1] & 0xc0) == 0xc0);
}

FORCEINLINE BOOLEAN IN6_IS_ADDR_GLOBAL(const IN6_ADDR *Address)
{
    UCHAR High = (UCHAR)(((const UCHAR *)Address)[0] & 0xf0);

    return (BOOLEAN)(High != 0 && High != 0xf0);
}

FORCEINLINE BOOLEAN IN6_IS_ADDR_V4MAPPED(const IN6_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(NtbuildIsZero(Bytes, 10) && Bytes[10] == 0xff && Bytes[11] == 0xff);
}

/* Not the unspecified and the loopback address, which begin in the same way. */
FORCEINLINE BOOLEAN IN6_IS_ADDR_V4COMPAT(const IN6_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(NtbuildIsZero(Bytes, 12) &&
                     !(NtbuildIsZero(Bytes + 12, 3) && Bytes[15] <= 1));
}

FORCEINLINE BOOLEAN IN6_IS_ADDR_V4TRANSLATED(const IN6_ADDR *Address)
{
    const UCHAR *Bytes = (const UCHAR *)Address;

    return (BOOLEAN)(NtbuildIsZero(Bytes, 8) && Bytes[8] == 0xff && Bytes[9] == 0xff &&
                     Bytes[10] == 0 && Bytes[11] == 0);
}

/* The scope of multicast addresses of IPv6: the low half of the second byte. */
#define NTBUILD_MULTICAST_SCOPE(Name, Scope)                                                       \
    FORCEINLINE BOOLEAN IN6_IS_ADDR_MC_##Name(const IN6_ADDR *Address)                             \
    {                                                                                              \
        const UCHAR *Bytes = (const UCHAR *)Address;                                               \
        return (BOOLEAN)(Bytes[0] == 0xff && (Bytes[1] & 0xf) == Scope);                           \
    }
NTBUILD_MULTICAST_SCOPE(NODELOCAL, 1)
NTBUILD_MULTICAST_SCOPE(LINKLOCAL, 2)
NTBUILD_MULTICAST_SCOPE(SITELOCAL, 5)
NTBUILD_MULTICAST_SCOPE(ORGLOCAL, 8)
NTBUILD_MULTICAST_SCOPE(GLOBAL, 14)
#undef NTBUILD_MULTICAST_SCOPE

FORCEINLINE VOID IN6_SET_ADDR_UNSPECIFIED(PIN6_ADDR Address)
{
    RtlZeroMemory(Address, sizeof(*Address));
}

FORCEINLINE VOID IN6_SET_ADDR_LOOPBACK(PIN6_ADDR Address)
{
    RtlZeroMemory(Address, sizeof(*Address));
    ((UCHAR *)Address)[15] = 1;
}

FORCEINLINE VOID IN6_SET_ADDR_V4MAPPED(PIN6_ADDR Address, const IN_ADDR *Mapped)
{
    UCHAR *Bytes = (UCHAR *)Address;

    RtlZeroMemory(Address, sizeof(*Address));
    Bytes[10] = Bytes[11] = 0xff;
    RtlCopyMemory(Bytes + 12, Mapped, sizeof(*Mapped));
}

FORCEINLINE const UCHAR *IN6_GET_ADDR_V4MAPPED(const IN6_ADDR *Address)
{
    return (const UCHAR *)Address + 12;
}

/* Socket addresses of IPv4 */
FORCEINLINE BOOLEAN IN4ADDR_ISANY(const SOCKADDR_IN *Address)
{
    return IN4_IS_ADDR_UNSPECIFIED(&Address->sin_addr);
}

FORCEINLINE BOOLEAN IN4ADDR_ISLOOPBACK(const SOCKADDR_IN *Address)
{
    return IN4_IS_ADDR_LOOPBACK(&Address->sin_addr);
}

FORCEINLINE VOID IN4ADDR_SETANY(PSOCKADDR_IN Address)
{
    RtlZeroMemory(Address, sizeof(*Address));
    Address->sin_family = AF_INET;
}

FORCEINLINE VOID IN4ADDR_SETLOOPBACK(PSOCKADDR_IN Address)
{
    UCHAR *Bytes = (UCHAR *)&Address->sin_addr;

    IN4ADDR_SETANY(Address);
    Bytes[0] = 127;
    Bytes[3] = 1;
}

/* Socket addresses of IPv6 */
FORCEINLINE BOOLEAN IN6ADDR_ISANY(const SOCKADDR_IN6 *Address)
{
    return IN6_IS_ADDR_UNSPECIFIED(&Address->sin6_addr);
}

FORCEINLINE BOOLEAN IN6ADDR_ISLOOPBACK(const SOCKADDR_IN6 *Address)
{
    return IN6_IS_ADDR_LOOPBACK(&Address->sin6_addr);
}

FORCEINLINE BOOLEAN IN6ADDR_ISV4MAPPED(const SOCKADDR_IN6 *Address)
{
    return IN6_IS_ADDR_V4MAPPED(&Address->sin6_addr);
}

FORCEINLINE VOID IN6ADDR_SETANY(PSOCKADDR_IN6 Address)
{
    RtlZeroMemory(Address, sizeof(*Address));
    Address->sin6_family = AF_INET6;
}

FORCEINLINE VOID IN6ADDR_SETLOOPBACK(PSOCKADDR_IN6 Address)
{
    IN6ADDR_SETANY(Address);
    ((UCHAR *)&Address->sin6_addr)[15] = 1;
}

/* Socket addresses of either family; others have neither address nor port. */
FORCEINLINE BOOLEAN INETADDR_ISANY(const SOCKADDR *Address)
{
    if (Address->sa_family == AF_INET)
        return IN4ADDR_ISANY((const SOCKADDR_IN *)Address);
    return (BOOLEAN)(Address->sa_family == AF_INET6 &&
                     IN6ADDR_ISANY((const SOCKADDR_IN6 *)Address));
}

FORCEINLINE BOOLEAN INETADDR_ISLOOPBACK(const SOCKADDR *Address)
{
    if (Address->sa_family == AF_INET)
        return IN4ADDR_ISLOOPBACK((const SOCKADDR_IN *)Address);
    return (BOOLEAN)(Address->sa_family == AF_INET6 &&
                     IN6ADDR_ISLOOPBACK((const SOCKADDR_IN6 *)Address));
}

FORCEINLINE BOOLEAN INETADDR_ISV4MAPPED(const SOCKADDR *Address)
{
    return (BOOLEAN)(Address->sa_family == AF_INET6 &&
                     IN6ADDR_ISV4MAPPED((const SOCKADDR_IN6 *)Address));
}

FORCEINLINE VOID INETADDR_SETANY(PSOCKADDR Address)
{
    if (Address->sa_family == AF_INET)
        IN4ADDR_SETANY((PSOCKADDR_IN)Address);
    else if (Address->sa_family == AF_INET6)
        IN6ADDR_SETANY((PSOCKADDR_IN6)Address);
}

FORCEINLINE VOID INETADDR_SETLOOPBACK(PSOCKADDR Address)
{
    if (Address->sa_family == AF_INET)
        IN4ADDR_SETLOOPBACK((PSOCKADDR_IN)Address);
    else if (Address->sa_family == AF_INET6)
        IN6ADDR_SETLOOPBACK((PSOCKADDR_IN6)Address);
}

FORCEINLINE USHORT INETADDR_PORT(const SOCKADDR *Address)
{
    return Address->sa_family == AF_INET6 ? ((const SOCKADDR_IN6 *)Address)->sin6_port
                                          : ((const SOCKADDR_IN *)Address)->sin_port;
}

FORCEINLINE VOID INETADDR_SET_PORT(PSOCKADDR Address, USHORT Port)
{
    if (Address->sa_family == AF_INET6)
        ((PSOCKADDR_IN6)Address)->sin6_port = Port;
    else
        ((PSOCKADDR_IN)Address)->sin_port = Port;
}

FORCEINLINE PUCHAR INETADDR_ADDRESS(const SOCKADDR *Address)
{
    return Address->sa_family == AF_INET6 ? (PUCHAR)&((const SOCKADDR_IN6 *)Address)->sin6_addr
                                          : (PUCHAR)&((const SOCKADDR_IN *)Address)->sin_addr;
}

FORCEINLINE VOID INETADDR_SET_ADDRESS(PSOCKADDR Address, const UCHAR *Bytes)
{
    if (Address->sa_family == AF_INET6)
        RtlCopyMemory(&((PSOCKADDR_IN6)Address)->sin6_addr, Bytes, sizeof(IN6_ADDR));
    else if (Address->sa_family == AF_INET)
        RtlCopyMemory(&((PSOCKADDR_IN)Address)->sin_addr, Bytes, sizeof(IN_ADDR));
}

#ifdef __cplusplus
}
#endif

#endif
