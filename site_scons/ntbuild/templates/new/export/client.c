/* client - a driver that imports from newdriver.sys. */

#include "newdriver.h"

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD ClientUnload;

#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, ClientUnload)

VOID NTAPI ClientUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    PAGED_CODE();

    DbgPrint("client: the sum is %ld\n", NewDriverAdd(2));
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);

    NewDriverAdd(40);
    DriverObject->DriverUnload = ClientUnload;
    return STATUS_SUCCESS;
}
