/* newdriver - a device of the Kernel-Mode Driver Framework: a context, an interface and a queue. */

#include <initguid.h>
#include <ntddk.h>
#include <wdf.h>

#include "newdriver.h"

typedef struct _NEWDRIVER_CONTEXT {
    volatile LONG Calls;
} NEWDRIVER_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(NEWDRIVER_CONTEXT, NewDriverContext)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD NewDriverDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL NewDriverDeviceControl;

#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, NewDriverDeviceAdd)

VOID NTAPI NewDriverDeviceControl(
    WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength, size_t InputBufferLength,
    ULONG IoControlCode)
{
    NEWDRIVER_CONTEXT *Context = NewDriverContext(WdfIoQueueGetDevice(Queue));
    PULONG Output;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);

    if (IoControlCode != IOCTL_NEWDRIVER_COUNT) {
        WdfRequestComplete(Request, STATUS_INVALID_DEVICE_REQUEST);
        return;
    }
    Status = WdfRequestRetrieveOutputBuffer(Request, sizeof(*Output), (PVOID *)&Output, NULL);
    if (!NT_SUCCESS(Status)) {
        WdfRequestComplete(Request, Status);
        return;
    }
    *Output = (ULONG)InterlockedIncrement(&Context->Calls);
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, sizeof(*Output));
}

NTSTATUS NTAPI NewDriverDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_OBJECT_ATTRIBUTES Attributes;
    WDF_IO_QUEUE_CONFIG Queue;
    WDFDEVICE Device;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Driver);
    PAGED_CODE();

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&Attributes, NEWDRIVER_CONTEXT);
    Status = WdfDeviceCreate(&DeviceInit, &Attributes, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = WdfDeviceCreateDeviceInterface(Device, &GUID_DEVINTERFACE_NEWDRIVER, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&Queue, WdfIoQueueDispatchParallel);
    Queue.EvtIoDeviceControl = NewDriverDeviceControl;
    return WdfIoQueueCreate(Device, &Queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG Config;

    WDF_DRIVER_CONFIG_INIT(&Config, NewDriverDeviceAdd);
    return WdfDriverCreate(
        DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &Config, WDF_NO_HANDLE);
}
