/* Addresses of IPv4 and IPv6, sums and conversions that overflow, first entries of lists. */
#include <ntddk.h>
#include <mstcpip.h>
#include <netiodef.h>
#include <ntintsafe.h>

#define PROGRAM "addresses"
#include "checks.h"

static const IN6_ADDR Loopback = IN6ADDR_LOOPBACK_INIT;
static const IN6_ADDR Global = {{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};
static const IN6_ADDR LinkLocal = {{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};
static const IN6_ADDR SiteLocal = {{{0xfe, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};
static const IN6_ADDR AllNodes = {{{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};

static IN_ADDR Ipv4(UCHAR First, UCHAR Second, UCHAR Third, UCHAR Last)
{
    UCHAR Bytes[4] = {First, Second, Third, Last};
    IN_ADDR Address;

    RtlCopyMemory(&Address, Bytes, 4);
    return Address;
}

static void Addresses(void)
{
    IN_ADDR Router = Ipv4(224, 0, 0, 2), Local = Ipv4(239, 255, 1, 2), Site = Ipv4(239, 1, 1, 2);
    IN6_ADDR Mapped;

    CHECK(IN4_IS_ADDR_MC_LINKLOCAL(&Router) && !IN4_IS_ADDR_MC_SITELOCAL(&Router));
    CHECK(IN4_IS_ADDR_MC_ADMINLOCAL(&Local) && !IN4_IS_ADDR_MC_SITELOCAL(&Local));
    CHECK(IN4_IS_ADDR_MC_SITELOCAL(&Site) && !IN4_IS_ADDR_SITELOCAL(&Site));
    CHECK(IN6_IS_ADDR_LOOPBACK(&Loopback) && !IN6_IS_ADDR_UNSPECIFIED(&Loopback));
    CHECK(IN6_IS_ADDR_GLOBAL(&Global) && !IN6_IS_ADDR_GLOBAL(&AllNodes));
    CHECK(IN6_IS_ADDR_LINKLOCAL(&LinkLocal) && !IN6_IS_ADDR_SITELOCAL(&LinkLocal));
    CHECK(IN6_IS_ADDR_SITELOCAL(&SiteLocal) && !IN6_IS_ADDR_LINKLOCAL(&SiteLocal));
    CHECK(IN6_IS_ADDR_MC_LINKLOCAL(&AllNodes) && !IN6_IS_ADDR_MC_GLOBAL(&AllNodes));
    CHECK(IN6_IS_ADDR_EUI64(&Global) && !IN6_IS_ADDR_EUI64(&Loopback));
    CHECK(!IN6_IS_ADDR_V4COMPAT(&Loopback) && !IN6_IS_ADDR_V4MAPPED(&Loopback));
    IN6_SET_ADDR_V4MAPPED(&Mapped, &Site);
    CHECK(IN6_IS_ADDR_V4MAPPED(&Mapped) && IN6_GET_ADDR_V4MAPPED(&Mapped)[3] == 2);
}

static void Numbers(void)
{
    volatile SIZE_T Large = SIZE_T_MAX;
    SIZE_T Product = 7;
    BYTE Small = 0;
    INT16 Signed = 0;
    ULONG64 Wide = 0;

    CHECK(RtlSIZETMult(Large, 2, &Product) == STATUS_INTEGER_OVERFLOW && Product == SIZE_T_MAX);
    CHECK(RtlSIZETMult(6, 7, &Product) == STATUS_SUCCESS && Product == 42);
    CHECK(RtlSIZETSub(6, 7, &Product) == STATUS_INTEGER_OVERFLOW);
    CHECK(RtlSIZETToByte(BYTE_MAX, &Small) == STATUS_SUCCESS && Small == 255);
    CHECK(RtlSIZETToByte(BYTE_MAX + 1, &Small) == STATUS_INTEGER_OVERFLOW);
    CHECK(RtlInt64ToInt16(INT16_MIN, &Signed) == STATUS_SUCCESS && Signed == -32768);
    CHECK(RtlLong64ToULongLong(-1, &Wide) == STATUS_INTEGER_OVERFLOW && Wide == ULONG64_ERROR);
}

static void Lists(void)
{
    DECLSPEC_ALIGN(16) SLIST_HEADER Head;
    DECLSPEC_ALIGN(16) SLIST_ENTRY Entry;

    RtlZeroMemory(&Head, sizeof(Head));
    CHECK(FirstEntrySList(&Head) == NULL);
#if defined(_WIN64)
    Head.Region = (ULONG_PTR)&Entry | 1;
#else
    Head.Next.Next = (PVOID)&Entry;
#endif
    CHECK(FirstEntrySList(&Head) == &Entry);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Path);
    Addresses();
    Numbers();
    Lists();
    CHECK(NPI_MS_IPV6_MODULEID.Guid.Data1 == 0xeb004a01 && NPI_MS_IPV4_MODULEID.Length == 24);
    return FINISH(Driver);
}
