/*
 * ioctl - a device with a symbolic link that answers buffered control codes.
 *
 * Shows which code may leave memory: DriverEntry is discarded after start (INIT), the dispatch
 * routines and the limit they check may be paged out (PAGE), and only what runs under the spin
 * lock, at DISPATCH_LEVEL, stays resident.
 */

#include <ntddk.h>
#include <ntbuild/sections.h>

#include "ioctl.h"

typedef struct _IOCTL_EXTENSION {
    KSPIN_LOCK Lock;
    ULONG Answered; /* guarded by Lock */
} IOCTL_EXTENSION, *PIOCTL_EXTENSION;

NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;
NTBUILD_PAGE DRIVER_UNLOAD IoctlUnload;
NTBUILD_PAGE DRIVER_DISPATCH IoctlCreateClose;
NTBUILD_PAGE DRIVER_DISPATCH IoctlDeviceControl;
NTBUILD_PAGE static NTSTATUS IoctlAdd(PVOID Buffer, ULONG InputLength, PULONG OutputLength);
NTBUILD_PAGE static NTSTATUS IoctlReverse(PVOID Buffer, ULONG InputLength, PULONG OutputLength);
static ULONG IoctlReadCount(PIOCTL_EXTENSION Extension, ULONG Increment);

NTBUILD_PAGE_DATA static ULONG IoctlTextLimit = IOCTL_TEXT_LIMIT;

/* Resident: a page fault at DISPATCH_LEVEL, with the lock held, would stop the machine. */
static ULONG IoctlReadCount(PIOCTL_EXTENSION Extension, ULONG Increment)
{
    KIRQL OldIrql;
    ULONG Answered;

    KeAcquireSpinLock(&Extension->Lock, &OldIrql);
    Extension->Answered += Increment;
    Answered = Extension->Answered;
    KeReleaseSpinLock(&Extension->Lock, OldIrql);
    return Answered;
}

/* In METHOD_BUFFERED the input and the output share one system buffer. */
static NTSTATUS IoctlAdd(PVOID Buffer, ULONG InputLength, PULONG OutputLength)
{
    PULONG Numbers = (PULONG)Buffer;

    if (InputLength != 2 * sizeof(ULONG))
        return STATUS_INVALID_PARAMETER;
    if (*OutputLength < sizeof(ULONG))
        return STATUS_BUFFER_TOO_SMALL;
    Numbers[0] += Numbers[1];
    *OutputLength = sizeof(ULONG);
    return STATUS_SUCCESS;
}

static NTSTATUS IoctlReverse(PVOID Buffer, ULONG InputLength, PULONG OutputLength)
{
    PUCHAR Text = (PUCHAR)Buffer;
    ULONG Index;

    if (InputLength == 0 || InputLength > IoctlTextLimit)
        return STATUS_INVALID_PARAMETER;
    if (*OutputLength < InputLength)
        return STATUS_BUFFER_TOO_SMALL;
    for (Index = 0; Index < InputLength / 2; Index++) {
        UCHAR Byte = Text[Index];

        Text[Index] = Text[InputLength - 1 - Index];
        Text[InputLength - 1 - Index] = Byte;
    }
    *OutputLength = InputLength;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoctlDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIOCTL_EXTENSION Extension = (PIOCTL_EXTENSION)DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;
    ULONG InputLength = Stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG OutputLength = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    NTSTATUS Status;

    PAGED_CODE();

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_ADD:
        Status = IoctlAdd(Buffer, InputLength, &OutputLength);
        break;
    case IOCTL_REVERSE:
        Status = IoctlReverse(Buffer, InputLength, &OutputLength);
        break;
    case IOCTL_COUNT:
        Status = OutputLength < sizeof(ULONG) ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
        if (NT_SUCCESS(Status)) {
            *(PULONG)Buffer = IoctlReadCount(Extension, 0);
            OutputLength = sizeof(ULONG);
        }
        break;
    default:
        Status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }

    if (NT_SUCCESS(Status))
        (void)IoctlReadCount(Extension, 1);
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = NT_SUCCESS(Status) ? OutputLength : 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS NTAPI IoctlCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    PAGED_CODE();

    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

VOID NTAPI IoctlUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING Link;

    PAGED_CODE();

    RtlInitUnicodeString(&Link, IOCTL_LINK_NAME);
    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(DriverObject->DeviceObject);
    DbgPrint("ioctl: stopped\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name;
    UNICODE_STRING Link;
    PDEVICE_OBJECT Device;
    PIOCTL_EXTENSION Extension;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);

    RtlInitUnicodeString(&Name, IOCTL_DEVICE_NAME);
    Status = IoCreateDevice(DriverObject, sizeof(IOCTL_EXTENSION), &Name, IOCTL_DEVICE_TYPE,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Extension = (PIOCTL_EXTENSION)Device->DeviceExtension;
    KeInitializeSpinLock(&Extension->Lock);
    Extension->Answered = 0;

    RtlInitUnicodeString(&Link, IOCTL_LINK_NAME);
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(Device);
        return Status;
    }

    DriverObject->MajorFunction[IRP_MJ_CREATE] = IoctlCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = IoctlCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = IoctlDeviceControl;
    DriverObject->DriverUnload = IoctlUnload;
    DbgPrint("ioctl: started\n");
    return STATUS_SUCCESS;
}
