/* newdriver - a device that programs open as \\.\newdriver; one control code counts its calls. */

#include <ntddk.h>
#include <wdmsec.h>

#include "newdriver.h"

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD NewDriverUnload;
DRIVER_DISPATCH NewDriverCreateClose;
DRIVER_DISPATCH NewDriverDeviceControl;

#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, NewDriverUnload)
#pragma alloc_text(PAGE, NewDriverCreateClose)

static volatile LONG NewDriverCalls;

static NTSTATUS NewDriverComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS NTAPI NewDriverCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    PAGED_CODE();

    return NewDriverComplete(Irp, STATUS_SUCCESS, 0);
}

NTSTATUS NTAPI NewDriverDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode != IOCTL_NEWDRIVER_COUNT)
        return NewDriverComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    if (Stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG))
        return NewDriverComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    *(PULONG)Irp->AssociatedIrp.SystemBuffer = (ULONG)InterlockedIncrement(&NewDriverCalls);
    return NewDriverComplete(Irp, STATUS_SUCCESS, sizeof(ULONG));
}

VOID NTAPI NewDriverUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(NEWDRIVER_LINK);

    PAGED_CODE();

    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(DriverObject->DeviceObject);
    DbgPrint("newdriver: stopped\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(NEWDRIVER_DEVICE);
    UNICODE_STRING Link = RTL_CONSTANT_STRING(NEWDRIVER_LINK);
    PDEVICE_OBJECT Device;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);

    DriverObject->DriverUnload = NewDriverUnload;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = NewDriverCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = NewDriverCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = NewDriverDeviceControl;

    /* The system and administrators may open it. IoCreateDevice would let everybody. */
    Status = IoCreateDeviceSecure(
        DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE,
        &SDDL_DEVOBJ_SYS_ALL_ADM_ALL, NULL, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(Device);
        return Status;
    }
    DbgPrint("newdriver: started\n");
    return STATUS_SUCCESS;
}
