/* hello - the smallest driver worth having: says hello when it starts and goodbye when it stops. */

#include <ntddk.h>
#include <ntbuild/sections.h>

NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;
NTBUILD_PAGE DRIVER_UNLOAD HelloUnload;

VOID NTAPI HelloUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    PAGED_CODE();

    DbgPrint("hello: goodbye\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);

    DriverObject->DriverUnload = HelloUnload;
    DbgPrint("hello: started\n");
    return STATUS_SUCCESS;
}
