/*
 * core - an export driver: functions and a variable for other drivers.
 *
 * The loader maps it when the first driver that imports from it starts, and calls DllInitialize
 * then; DllUnload when the last one is gone. DriverEntry runs only when it is started as a
 * service.
 */

#include <ntddk.h>
#include <ntbuild/sections.h>

#define CORE_EXPORTS
#include "core.h"

#define CORE_TAG 'eroC'

struct _CORE_SESSION {
    LONG volatile Total;
};

NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;
NTBUILD_PAGE DRIVER_UNLOAD CoreUnload;
NTSTATUS NTAPI DllInitialize(PUNICODE_STRING RegistryPath);
NTSTATUS NTAPI DllUnload(VOID);

LONG volatile CoreSessions;

NTSTATUS NTAPI CoreOpen(PCORE_SESSION *Session)
{
    PCORE_SESSION New = ExAllocatePoolZero(NonPagedPoolNx, sizeof(*New), CORE_TAG);

    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    InterlockedIncrement(&CoreSessions);
    *Session = New;
    return STATUS_SUCCESS;
}

VOID NTAPI CoreClose(PCORE_SESSION Session)
{
    ExFreePoolWithTag(Session, CORE_TAG);
    InterlockedDecrement(&CoreSessions);
}

LONG NTAPI CoreAdd(PCORE_SESSION Session, LONG Amount)
{
    return InterlockedExchangeAdd(&Session->Total, Amount) + Amount;
}

NTSTATUS NTAPI DllInitialize(PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);

    DbgPrint("core: loaded\n");
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI DllUnload(VOID)
{
    DbgPrint("core: unloaded, %d sessions open\n", (int)CoreSessions);
    return STATUS_SUCCESS;
}

VOID NTAPI CoreUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    PAGED_CODE();
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);

    DriverObject->DriverUnload = CoreUnload;
    return STATUS_SUCCESS;
}
