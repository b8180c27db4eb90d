/*
 * create_device.c - IoCreateDeviceSecure: a named device object with a security descriptor from text.
 *
 * What an administrator has set for the device's setup class wins, as documented: values DeviceType,
 * DeviceCharacteristics and Exclusive (REG_DWORD) and Security (REG_BINARY, a self-relative
 * descriptor) of ...\Control\Class\{GUID}\Properties. The key is read, never made. The device can be
 * opened by nobody until this has returned: it is initializing, and its descriptor is set before.
 */
#include <ntifs.h>
#include <wdmsec.h>

#include "sddl.h"

#define TAG 'cSbN'
#define CLASS_KEY L"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Class\\"
#define PROPERTIES L"\\Properties"
#define GUID_LENGTH 38

typedef struct {
    DEVICE_TYPE Type;
    ULONG Characteristics;
    BOOLEAN Exclusive;
    PVOID Descriptor;
} SETTINGS;

/* A value of a key, NULL when there is none of that type; the caller frees it. */
static PKEY_VALUE_PARTIAL_INFORMATION QueryValue(HANDLE Key, PCWSTR Name, ULONG Type)
{
    PKEY_VALUE_PARTIAL_INFORMATION Value;
    UNICODE_STRING Text;
    ULONG Size = 0;
    NTSTATUS Status;

    RtlInitUnicodeString(&Text, Name);
    Status = ZwQueryValueKey(Key, &Text, KeyValuePartialInformation, NULL, 0, &Size);
    if (Status != STATUS_BUFFER_TOO_SMALL && Status != STATUS_BUFFER_OVERFLOW)
        return NULL;
    Value = (PKEY_VALUE_PARTIAL_INFORMATION)ExAllocatePoolWithTag(PagedPool, Size, TAG);
    if (Value == NULL)
        return NULL;
    Status = ZwQueryValueKey(Key, &Text, KeyValuePartialInformation, Value, Size, &Size);
    if (NT_SUCCESS(Status) && Value->Type == Type)
        return Value;
    ExFreePoolWithTag(Value, TAG);
    return NULL;
}

static BOOLEAN QueryNumber(HANDLE Key, PCWSTR Name, PULONG Number)
{
    PKEY_VALUE_PARTIAL_INFORMATION Value = QueryValue(Key, Name, REG_DWORD);
    BOOLEAN Found = Value != NULL && Value->DataLength == sizeof(ULONG);

    if (Found)
        RtlCopyMemory(Number, Value->Data, sizeof(ULONG));
    if (Value != NULL)
        ExFreePoolWithTag(Value, TAG);
    return Found;
}

static PVOID QueryDescriptor(HANDLE Key)
{
    PKEY_VALUE_PARTIAL_INFORMATION Value = QueryValue(Key, L"Security", REG_BINARY);
    PVOID Found = NULL;

    if (Value == NULL)
        return NULL;
    /* Data stands 12 bytes into the value: a copy of its own is aligned. */
    Found = ExAllocatePoolWithTag(PagedPool, Value->DataLength, TAG);
    if (Found != NULL) {
        RtlCopyMemory(Found, Value->Data, Value->DataLength);
        if (!RtlValidRelativeSecurityDescriptor(Found, Value->DataLength, 0)) {
            ExFreePoolWithTag(Found, TAG);
            Found = NULL;
        }
    }
    ExFreePoolWithTag(Value, TAG);
    return Found;
}

static HANDLE OpenProperties(LPCGUID Class)
{
    WCHAR Buffer[sizeof(CLASS_KEY PROPERTIES) / sizeof(WCHAR) + GUID_LENGTH];
    UNICODE_STRING Name, Guid;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key = NULL;

    if (!NT_SUCCESS(RtlStringFromGUID((REFGUID)Class, &Guid)))
        return NULL;
    Name.Buffer = Buffer;
    Name.Length = 0;
    Name.MaximumLength = sizeof(Buffer);
    RtlAppendUnicodeToString(&Name, CLASS_KEY);
    RtlAppendUnicodeStringToString(&Name, &Guid);
    RtlAppendUnicodeToString(&Name, PROPERTIES);
    RtlFreeUnicodeString(&Guid);
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return NT_SUCCESS(ZwOpenKey(&Key, KEY_READ, &Attributes)) ? Key : NULL;
}

static VOID ReadClass(LPCGUID Class, SETTINGS *Settings)
{
    HANDLE Key = Class == NULL ? NULL : OpenProperties(Class);
    ULONG Number;

    if (Key == NULL)
        return;
    if (QueryNumber(Key, L"DeviceType", &Number))
        Settings->Type = Number;
    if (QueryNumber(Key, L"DeviceCharacteristics", &Number))
        Settings->Characteristics = Number;
    if (QueryNumber(Key, L"Exclusive", &Number))
        Settings->Exclusive = Number != 0;
    Settings->Descriptor = QueryDescriptor(Key);
    ZwClose(Key);
}

static NTSTATUS ParseDefault(PCUNICODE_STRING Sddl, PVOID *Descriptor)
{
    ULONG Size = 0, Count = Sddl->Length / sizeof(WCHAR);
    NTSTATUS Status = NtbuildParseSddl(Sddl->Buffer, Count, NULL, &Size);

    if (Status != STATUS_BUFFER_TOO_SMALL)
        return Status;
    *Descriptor = ExAllocatePoolWithTag(PagedPool, Size, TAG);
    if (*Descriptor == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    return NtbuildParseSddl(Sddl->Buffer, Count, *Descriptor, &Size);
}

static NTSTATUS SetDescriptor(PDEVICE_OBJECT Device, PVOID Descriptor)
{
    ULONG Parts = NtbuildDescriptorParts(Descriptor);
    ACCESS_MASK Access = (Parts & DACL_SECURITY_INFORMATION ? WRITE_DAC : 0) |
                         (Parts & SACL_SECURITY_INFORMATION ? ACCESS_SYSTEM_SECURITY : 0) |
                         (Parts & (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION)
                              ? WRITE_OWNER
                              : 0);
    HANDLE Handle;
    NTSTATUS Status;

    if (Parts == 0)
        return STATUS_SUCCESS;
    Status = ObOpenObjectByPointer(
        Device, OBJ_KERNEL_HANDLE, NULL, Access, NULL, KernelMode, &Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ZwSetSecurityObject(Handle, Parts, (PSECURITY_DESCRIPTOR)Descriptor);
    ZwClose(Handle);
    return Status;
}

NTSTATUS NTAPI WdmlibIoCreateDeviceSecure(
    PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize, PUNICODE_STRING DeviceName,
    DEVICE_TYPE DeviceType, ULONG DeviceCharacteristics, BOOLEAN Exclusive,
    PCUNICODE_STRING DefaultSDDLString, LPCGUID DeviceClassGuid, PDEVICE_OBJECT *DeviceObject)
{
    SETTINGS Settings;
    PDEVICE_OBJECT Device = NULL;
    NTSTATUS Status = STATUS_SUCCESS;

    PAGED_CODE();
    *DeviceObject = NULL;
    Settings.Type = DeviceType;
    Settings.Characteristics = DeviceCharacteristics;
    Settings.Exclusive = Exclusive;
    Settings.Descriptor = NULL;
    ReadClass(DeviceClassGuid, &Settings);
    if (Settings.Descriptor == NULL && DefaultSDDLString != NULL)
        Status = ParseDefault(DefaultSDDLString, &Settings.Descriptor);
    if (NT_SUCCESS(Status))
        Status = IoCreateDevice(
            DriverObject, DeviceExtensionSize, DeviceName, Settings.Type,
            Settings.Characteristics, Settings.Exclusive, &Device);
    if (NT_SUCCESS(Status) && Settings.Descriptor != NULL)
        Status = SetDescriptor(Device, Settings.Descriptor);
    if (Settings.Descriptor != NULL)
        ExFreePoolWithTag(Settings.Descriptor, TAG);
    if (NT_SUCCESS(Status))
        *DeviceObject = Device;
    else if (Device != NULL)
        IoDeleteDevice(Device);
    return Status;
}
