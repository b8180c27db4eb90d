/*
 * ip2string.h - addresses to text and back, from the documentation: exports of the kernel.
 *
 * Addresses are in network byte order, ports too. A buffer of RtlIpv6AddressToStringEx has 65
 * characters at most (INET6_ADDRSTRLEN), of RtlIpv4AddressToStringEx 22; those of the older functions
 * 46 and 16.
 */
#ifndef NTBUILD_IP2STRING_H
#define NTBUILD_IP2STRING_H

struct in_addr;
struct in6_addr;
union _DL_EUI48;

#ifdef __cplusplus
extern "C" {
#endif

#define NTBUILD_IP2STRING(A, STR, CSTR)                                                           \
    NTSYSAPI STR NTAPI RtlIpv4AddressToString##A(const struct in_addr *Addr, STR S);              \
    NTSYSAPI NTSTATUS NTAPI RtlIpv4AddressToStringEx##A(                                          \
        const struct in_addr *Address, USHORT Port, STR AddressString,                            \
        PULONG AddressStringLength);                                                              \
    NTSYSAPI STR NTAPI RtlIpv6AddressToString##A(const struct in6_addr *Addr, STR S);             \
    NTSYSAPI NTSTATUS NTAPI RtlIpv6AddressToStringEx##A(                                          \
        const struct in6_addr *Address, ULONG ScopeId, USHORT Port, STR AddressString,            \
        PULONG AddressStringLength);                                                              \
    NTSYSAPI NTSTATUS NTAPI RtlIpv4StringToAddress##A(                                            \
        CSTR S, BOOLEAN Strict, CSTR *Terminator, struct in_addr *Addr);                          \
    NTSYSAPI NTSTATUS NTAPI RtlIpv4StringToAddressEx##A(                                          \
        CSTR AddressString, BOOLEAN Strict, struct in_addr *Address, PUSHORT Port);               \
    NTSYSAPI NTSTATUS NTAPI RtlIpv6StringToAddress##A(                                            \
        CSTR S, CSTR *Terminator, struct in6_addr *Addr);                                         \
    NTSYSAPI NTSTATUS NTAPI RtlIpv6StringToAddressEx##A(                                          \
        CSTR AddressString, struct in6_addr *Address, PULONG ScopeId, PUSHORT Port);              \
    NTSYSAPI STR NTAPI RtlEthernetAddressToString##A(const union _DL_EUI48 *Addr, STR S);         \
    NTSYSAPI NTSTATUS NTAPI RtlEthernetStringToAddress##A(                                        \
        CSTR S, CSTR *Terminator, union _DL_EUI48 *Addr)

NTBUILD_IP2STRING(A, PSTR, PCSTR);
NTBUILD_IP2STRING(W, PWSTR, PCWSTR);

#ifdef __cplusplus
}
#endif

#ifdef UNICODE
# define NTBUILD_IP2STRING_NAME(Name) Name##W
#else
# define NTBUILD_IP2STRING_NAME(Name) Name##A
#endif
#define RtlIpv4AddressToString     NTBUILD_IP2STRING_NAME(RtlIpv4AddressToString)
#define RtlIpv4AddressToStringEx   NTBUILD_IP2STRING_NAME(RtlIpv4AddressToStringEx)
#define RtlIpv6AddressToString     NTBUILD_IP2STRING_NAME(RtlIpv6AddressToString)
#define RtlIpv6AddressToStringEx   NTBUILD_IP2STRING_NAME(RtlIpv6AddressToStringEx)
#define RtlIpv4StringToAddress     NTBUILD_IP2STRING_NAME(RtlIpv4StringToAddress)
#define RtlIpv4StringToAddressEx   NTBUILD_IP2STRING_NAME(RtlIpv4StringToAddressEx)
#define RtlIpv6StringToAddress     NTBUILD_IP2STRING_NAME(RtlIpv6StringToAddress)
#define RtlIpv6StringToAddressEx   NTBUILD_IP2STRING_NAME(RtlIpv6StringToAddressEx)
#define RtlEthernetAddressToString NTBUILD_IP2STRING_NAME(RtlEthernetAddressToString)
#define RtlEthernetStringToAddress NTBUILD_IP2STRING_NAME(RtlEthernetStringToAddress)

#endif
