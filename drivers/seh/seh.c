/*
 * seh - structured exception handling: a driver that reads memory which may not be there.
 *
 * SehSum adds bytes at an address of the caller's. That can fault at any time, since another thread
 * may free the memory between the probe and the read: so the read itself is in __try, and __finally
 * gives back what SehSum holds, however it is left.
 *
 * This needs toolchain zig or clang, and x64, x86 or arm64. A source with __try is not optimised, so in
 * a driver that must be fast it holds the functions that need it and nothing else.
 */

#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD SehUnload;

/* What every process can read on every Windows: KUSER_SHARED_DATA, here NtSystemRoot, L"C:\\...". */
#define SEH_GOOD_ADDRESS ((PVOID)(ULONG_PTR)0x7FFE0030)
/* In the first 64 KB, which no process can map. */
#define SEH_BAD_ADDRESS ((PVOID)(ULONG_PTR)0x10)

static LONG SehUsers;

/* The filter runs before anything is unwound: only here the whole exception can be seen. */
static LONG SehFilter(PEXCEPTION_POINTERS Exception, NTSTATUS *Status, ULONG_PTR *Address)
{
    *Status = Exception->ExceptionRecord->ExceptionCode;
    *Address = 0;
    if (*Status != STATUS_ACCESS_VIOLATION)
        return EXCEPTION_CONTINUE_SEARCH;
    *Address = Exception->ExceptionRecord->ExceptionInformation[1];
    return EXCEPTION_EXECUTE_HANDLER;
}

static NTSTATUS SehSum(const VOID *Address, SIZE_T Length, ULONG *Sum, ULONG_PTR *Fault)
{
    const UCHAR *Byte = Address;
    NTSTATUS Status = STATUS_SUCCESS;

    *Sum = 0;
    *Fault = 0;
    InterlockedIncrement(&SehUsers);
    __try {
        __try {
            ProbeForRead((PVOID)Address, Length, 1);
            while (Length-- != 0)
                *Sum += *Byte++;
        } __finally {
            InterlockedDecrement(&SehUsers);
        }
    } __except (SehFilter(GetExceptionInformation(), &Status, Fault)) {
        *Sum = 0;
    }
    return Status;
}

static VOID NTAPI SehUnload(PDRIVER_OBJECT DriverObject)
{
    (void)DriverObject;
    DbgPrint("seh: stopped\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG_PTR Fault;
    NTSTATUS Status;
    ULONG Sum;

    (void)RegistryPath;
    Status = SehSum(SEH_GOOD_ADDRESS, 4, &Sum, &Fault);
    DbgPrint("seh: good address: status %08X, sum %u\n", Status, Sum);
    Status = SehSum(SEH_BAD_ADDRESS, 4, &Sum, &Fault);
    DbgPrint("seh: bad address: status %08X, sum %u, fault at %p\n", Status, Sum, (PVOID)Fault);
    DbgPrint("seh: %d users\n", SehUsers);
    DriverObject->DriverUnload = SehUnload;
    return STATUS_SUCCESS;
}
