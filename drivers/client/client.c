/* client - imports the core driver's functions and its variable, and uses them while it runs. */

#include <ntddk.h>
#include <ntbuild/sections.h>

#include "../core/core.h"

NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;
NTBUILD_PAGE DRIVER_UNLOAD ClientUnload;

static PCORE_SESSION ClientSession;

VOID NTAPI ClientUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    PAGED_CODE();

    DbgPrint("client: total %d\n", (int)CoreAdd(ClientSession, 0));
    CoreClose(ClientSession);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);

    Status = CoreOpen(&ClientSession);
    if (!NT_SUCCESS(Status))
        return Status;
    (void)CoreAdd(ClientSession, 42);
    DbgPrint("client: %d sessions open\n", (int)CoreSessions);
    DriverObject->DriverUnload = ClientUnload;
    return STATUS_SUCCESS;
}
