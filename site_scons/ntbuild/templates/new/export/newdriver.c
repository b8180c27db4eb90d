/*
 * newdriver - an export driver: functions that other drivers import.
 *
 * Windows maps it when the first driver that imports from it starts, and calls DllInitialize then,
 * and DllUnload when the last one is gone. DriverEntry runs only when it is started as a service.
 */

#define NEWDRIVER_API
#include "newdriver.h"

DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DllInitialize(PUNICODE_STRING RegistryPath);
NTSTATUS NTAPI DllUnload(VOID);

static volatile LONG NewDriverSum;

LONG NTAPI NewDriverAdd(LONG Amount)
{
    return InterlockedExchangeAdd(&NewDriverSum, Amount) + Amount;
}

NTSTATUS NTAPI DllInitialize(PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);

    DbgPrint("newdriver: loaded\n");
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI DllUnload(VOID)
{
    DbgPrint("newdriver: unloaded\n");
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);

    return STATUS_SUCCESS;
}
