/*
 * gs_driver_entry.c - GsDriverEntry: fills in the cookies, then calls the next entry point.
 *
 * Make it the entry point of a driver that is compiled with a stack protector. Without it the
 * cookies keep a value that everybody knows. The next entry point is DriverEntry, unless the linker
 * binds NtbuildGsNext to another.
 */

#include "cookie.h"

DRIVER_INITIALIZE GsDriverEntry, NtbuildGsNext;

#if defined(__i386__)
# define NEXT "_NtbuildGsNext@8=_DriverEntry@8"
#else
# define NEXT "NtbuildGsNext=DriverEntry"
#endif

__asm__(
    ".section .drectve,\"yn\"\n"
    ".ascii \" -alternatename:" NEXT "\"\n"
    ".text\n");

/* Must not be protected itself: the cookie changes in the middle of it. */
NTSTATUS NTAPI GsDriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NtbuildFillCookies();
    return NtbuildGsNext(DriverObject, RegistryPath);
}
