/*
 * handle.c - USBD_CreateHandle and what is asked of the USB driver stack through a handle.
 *
 * The client library of the WDK registers with the stack of Windows 8 and later by an interface that is
 * not documented, and without that stack falls back to URBs in pool. This one always does the latter,
 * which every stack takes: a driver can do all but what needs the registration. USBD_QueryUsbCapability
 * says that of each capability (STATUS_NOT_IMPLEMENTED, its documented answer for a stack without it):
 * chained MDLs, static streams and function suspend.
 *
 * The version comes from the documented interface USB_BUS_INTERFACE_USBDI_GUID.
 */
#include <initguid.h>

#include "handle.h"

#include <usbbusif.h>

#define DEFAULT_TAG 'dbsU'

static ULONG QueryVersion(PDEVICE_OBJECT TargetDeviceObject)
{
    USB_BUS_INTERFACE_USBDI_V0 Interface;
    USBD_VERSION_INFORMATION Version;
    IO_STATUS_BLOCK IoStatus;
    PIO_STACK_LOCATION Stack;
    ULONG Capabilities;
    NTSTATUS Status;
    KEVENT Event;
    PIRP Irp;

    RtlZeroMemory(&Interface, sizeof Interface);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildSynchronousFsdRequest(
        IRP_MJ_PNP, TargetDeviceObject, NULL, 0, NULL, &Event, &IoStatus);
    if (Irp == NULL)
        return 0;
    Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MinorFunction = IRP_MN_QUERY_INTERFACE;
    Stack->Parameters.QueryInterface.InterfaceType = &USB_BUS_INTERFACE_USBDI_GUID;
    Stack->Parameters.QueryInterface.Size = sizeof Interface;
    Stack->Parameters.QueryInterface.Version = USB_BUSIF_USBDI_VERSION_0;
    Stack->Parameters.QueryInterface.Interface = (PINTERFACE)&Interface;
    Status = IoCallDriver(TargetDeviceObject, Irp);
    if (Status == STATUS_PENDING) {
        KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
        Status = IoStatus.Status;
    }
    if (!NT_SUCCESS(Status) || Interface.GetUSBDIVersion == NULL)
        return 0;
    RtlZeroMemory(&Version, sizeof Version);
    Interface.GetUSBDIVersion(Interface.BusContext, &Version, &Capabilities);
    Interface.InterfaceDereference(Interface.BusContext);
    return Version.USBDI_Version;
}

NTSTATUS NTAPI USBD_CreateHandle(
    PDEVICE_OBJECT DeviceObject, PDEVICE_OBJECT TargetDeviceObject,
    ULONG USBDClientContractVersion, ULONG PoolTag, USBD_HANDLE *USBDHandle)
{
    USBD_HANDLE Handle;

    PAGED_CODE();
    UNREFERENCED_PARAMETER(DeviceObject);
    *USBDHandle = NULL;
    if (USBDClientContractVersion != USBD_CLIENT_CONTRACT_VERSION_602)
        return STATUS_INVALID_PARAMETER;
    if (PoolTag == 0)
        PoolTag = DEFAULT_TAG;
    Handle = (USBD_HANDLE)ExAllocatePoolWithTag(NonPagedPoolNx, sizeof *Handle, PoolTag);
    if (Handle == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Handle->PoolTag = PoolTag;
    Handle->UsbdiVersion = QueryVersion(TargetDeviceObject);
    *USBDHandle = Handle;
    return STATUS_SUCCESS;
}

VOID NTAPI USBD_CloseHandle(USBD_HANDLE USBDHandle)
{
    ExFreePoolWithTag(USBDHandle, USBDHandle->PoolTag);
}

BOOLEAN NTAPI USBD_IsInterfaceVersionSupported(USBD_HANDLE USBDHandle, ULONG USBDInterfaceVersion)
{
    return USBDHandle->UsbdiVersion >= USBDInterfaceVersion;
}

NTSTATUS NTAPI USBD_QueryUsbCapability(
    USBD_HANDLE USBDHandle, const GUID *CapabilityType, ULONG OutputBufferLength,
    PUCHAR OutputBuffer, PULONG ResultLength)
{
    UNREFERENCED_PARAMETER(USBDHandle);
    UNREFERENCED_PARAMETER(CapabilityType);
    if (OutputBufferLength != 0 && OutputBuffer == NULL)
        return STATUS_INVALID_PARAMETER;
    if (ResultLength != NULL)
        *ResultLength = 0;
    return STATUS_NOT_IMPLEMENTED;
}
