/* device_secure - makes a device object with a descriptor from text, and returns what came of it. */
#include <ntddk.h>
#include <wdmsec.h>

static const GUID Class = {0x12345678, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNICODE_STRING Name;
    PDEVICE_OBJECT Device;

    UNREFERENCED_PARAMETER(Path);
    if (!NT_SUCCESS(RtlInitUnicodeStringEx(&Name, L"\\Device\\It")) || Name.Length != 20)
        return STATUS_UNSUCCESSFUL;
    return IoCreateDeviceSecure(
        Driver, 16, &Name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE,
        &SDDL_DEVOBJ_SYS_ALL_ADM_RX, &Class, &Device);
}
