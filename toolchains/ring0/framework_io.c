/* KMDF: queues are made, requests come from the I/O manager and are completed. */
#include "framework.h"

/* ---- queues */

static NTSTATUS NTAPI fx_IoQueueCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PWDF_IO_QUEUE_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes,
    WDFQUEUE *made)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfIoQueueCreate"), *queue;
    (void)globals;
    if (config->Size > sizeof *config || config->Size < 8 * sizeof(PVOID))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (config->DefaultQueue && device->of.device.queue)
        return STATUS_UNSUCCESSFUL;
    queue = new_object(QUEUE_KIND, device, attributes);
    memcpy(&queue->of.queue.config, config, config->Size);
    if (config->DefaultQueue)
        device->of.device.queue = queue;
    if (made)
        *made = (WDFQUEUE)queue;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_DeviceConfigureRequestDispatching(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, WDFQUEUE queue, WDF_REQUEST_TYPE type)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfDeviceConfigureRequestDispatching");
    (void)globals;
    if (type != WdfRequestTypeRead && type != WdfRequestTypeWrite && type != WdfRequestTypeDeviceControl
        && type != WdfRequestTypeDeviceControlInternal && type != WdfRequestTypeCreate)
        return STATUS_INVALID_PARAMETER;
    if (device->of.device.of_major[type])
        return STATUS_WDF_BUSY;
    device->of.device.of_major[type] = object_of(queue, QUEUE_KIND, "WdfDeviceConfigureRequestDispatching");
    return STATUS_SUCCESS;
}

static WDFDEVICE NTAPI fx_IoQueueGetDevice(PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle)
{
    (void)globals;
    return (WDFDEVICE)object_of(handle, QUEUE_KIND, "WdfIoQueueGetDevice")->parent;
}

static WDFQUEUE NTAPI fx_DeviceGetDefaultQueue(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    (void)globals;
    return (WDFQUEUE)object_of(handle, DEVICE_KIND, "WdfDeviceGetDefaultQueue")->of.device.queue;
}

/* ---- requests */

PIO_STACK_LOCATION location_of(struct object *request)
{
    return request->of.request.irp->Tail.Overlay.CurrentStackLocation;
}

void complete_request(struct object *request, NTSTATUS status, const char *routine)
{
    PIRP irp = request->of.request.irp;
    if (request->of.request.cancel) {
        begin_reason(routine);
        put(": the request is cancelable (WdfRequestUnmarkCancelable)");
        finish("refused");
    }
    irp->IoStatus.Status = status;
    request->of.request.is_completed = TRUE;
    request->of.request.irp = NULL;
    nt_IofCompleteRequest(irp, 0);
    if (!request->of.request.is_inside)
        delete_object(request);
}

static void complete_without_driver(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    nt_IofCompleteRequest(irp, 0);
}

void hand_over(struct object *queue, struct object *request)
{
    WDF_IO_QUEUE_CONFIG *config = &queue->of.queue.config;
    PIO_STACK_LOCATION at = location_of(request);
    UCHAR major = at->MajorFunction;
    address handles[2] = { (address)queue, (address)request };
    if (major == IRP_MJ_DEVICE_CONTROL && config->EvtIoDeviceControl)
        call_driver((PVOID)config->EvtIoDeviceControl, "EvtIoDeviceControl", 5, handles[0], handles[1],
                    (address)at->Parameters.DeviceIoControl.OutputBufferLength,
                    (address)at->Parameters.DeviceIoControl.InputBufferLength,
                    (address)at->Parameters.DeviceIoControl.IoControlCode);
    else if (major == IRP_MJ_READ && config->EvtIoRead)
        call_driver((PVOID)config->EvtIoRead, "EvtIoRead", 3, handles[0], handles[1],
                    (address)at->Parameters.Read.Length);
    else if (major == IRP_MJ_WRITE && config->EvtIoWrite)
        call_driver((PVOID)config->EvtIoWrite, "EvtIoWrite", 3, handles[0], handles[1],
                    (address)at->Parameters.Write.Length);
    else if (config->EvtIoDefault)
        call_driver((PVOID)config->EvtIoDefault, "EvtIoDefault", 2, handles[0], handles[1]);
    else
        complete_request(request, STATUS_INVALID_DEVICE_REQUEST, "the framework");
}

static struct object *new_request(struct object *device, struct object *parent)
{
    PWDF_OBJECT_ATTRIBUTES attributes = &device->of.device.of_requests;
    return new_object(REQUEST_KIND, parent, attributes->Size ? attributes : NULL);
}

struct object *queue_of_major(struct object *device, UCHAR major)
{
    struct object *own = device->of.device.of_major[major];
    return own ? own : device->of.device.queue;
}

/* A driver may look at a request in the caller's context before it is queued. */
static NTSTATUS queue_request(struct object *device, PIRP irp, UCHAR major)
{
    struct object *queue = queue_of_major(device, major), *request;
    PVOID in_caller = (PVOID)device->of.device.in_caller;
    NTSTATUS status;
    if (!queue && !in_caller) {
        complete_without_driver(irp, STATUS_INVALID_DEVICE_REQUEST);
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    request = new_request(device, in_caller ? device : queue);
    request->of.request.irp = irp;
    request->of.request.is_inside = TRUE;
    irp->IoStatus.Information = 0;
    if (in_caller)
        call_driver(in_caller, "EvtIoInCallerContext", 2, (address)device, (address)request);
    else
        give_request(queue, request);
    request->of.request.is_inside = FALSE;
    if (!request->of.request.is_completed) {
        irp->Tail.Overlay.CurrentStackLocation->Control |= SL_PENDING_RETURNED;
        return STATUS_PENDING;
    }
    status = irp->IoStatus.Status;
    delete_object(request);
    return status;
}

static NTSTATUS open_file(struct object *device, PIRP irp)
{
    struct object *request, *file = NULL;
    NTSTATUS status;
    if (device->of.device.has_files) {
        file = new_object(FILE_KIND, device, device->of.device.of_files.Size ? &device->of.device.of_files : NULL);
        irp->Tail.Overlay.CurrentStackLocation->FileObject->FsContext2 = file;
    }
    if (!file || !device->of.device.files.EvtDeviceFileCreate) {
        complete_without_driver(irp, STATUS_SUCCESS);
        return STATUS_SUCCESS;
    }
    request = new_request(device, device);
    request->of.request.irp = irp;
    request->of.request.is_inside = TRUE;
    call_driver((PVOID)device->of.device.files.EvtDeviceFileCreate, "EvtDeviceFileCreate", 3, (address)device,
                (address)request, (address)file);
    if (!request->of.request.is_completed)
        refuse("EvtDeviceFileCreate does not complete its request");
    status = irp->IoStatus.Status;
    delete_object(request);
    return status;
}

static NTSTATUS close_file(struct object *device, PIRP irp, UCHAR major)
{
    struct object *file = irp->Tail.Overlay.CurrentStackLocation->FileObject->FsContext2;
    PVOID callback = major == IRP_MJ_CLEANUP ? (PVOID)device->of.device.files.EvtFileCleanup
                                             : (PVOID)device->of.device.files.EvtFileClose;
    if (file && callback)
        call_driver(callback, major == IRP_MJ_CLEANUP ? "EvtFileCleanup" : "EvtFileClose", 1, (address)file);
    if (file && major == IRP_MJ_CLOSE) {
        irp->Tail.Overlay.CurrentStackLocation->FileObject->FsContext2 = NULL;
        delete_object(file);
    }
    complete_without_driver(irp, STATUS_SUCCESS);
    return STATUS_SUCCESS;
}

NTSTATUS serve_request(struct object *device, PIRP irp, UCHAR major)
{
    if (!device->of.device.is_control && !device->of.device.is_working) {
        complete_without_driver(irp, STATUS_INVALID_DEVICE_STATE);
        return STATUS_INVALID_DEVICE_STATE;
    }
    switch (major) {
    case IRP_MJ_CREATE:
        return open_file(device, irp);
    case IRP_MJ_CLEANUP:
    case IRP_MJ_CLOSE:
        return close_file(device, irp, major);
    case IRP_MJ_READ:
    case IRP_MJ_WRITE:
    case IRP_MJ_DEVICE_CONTROL:
        return queue_request(device, irp, major);
    default:
        complete_without_driver(irp, STATUS_INVALID_DEVICE_REQUEST);
        return STATUS_INVALID_DEVICE_REQUEST;
    }
}

struct object *request_of(WDFREQUEST handle, const char *routine)
{
    struct object *request = object_of(handle, REQUEST_KIND, routine);
    if (!request->of.request.is_completed && !request->of.request.is_own)
        return request;
    begin_reason(routine);
    put(request->of.request.is_own ? " is given a request of WdfRequestCreate"
                                   : " is given a request that is completed");
    finish("refused");
}

struct object *owned_request_of(WDFREQUEST handle, const char *routine)
{
    struct object *request = request_of(handle, routine);
    if (!request->of.request.is_waiting)
        return request;
    begin_reason(routine);
    put(" is given a request that waits in a queue");
    finish("refused");
}

static VOID NTAPI fx_RequestComplete(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, NTSTATUS status)
{
    static const char routine[] = "WdfRequestComplete";
    (void)globals;
    complete_request(owned_request_of(handle, routine), status, routine);
}

static VOID NTAPI fx_RequestCompleteWithInformation(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, NTSTATUS status, ULONG_PTR information)
{
    static const char routine[] = "WdfRequestCompleteWithInformation";
    struct object *request = owned_request_of(handle, routine);
    (void)globals;
    request->of.request.irp->IoStatus.Information = information;
    complete_request(request, status, routine);
}

static VOID NTAPI fx_RequestCompleteWithPriorityBoost(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, NTSTATUS status, CCHAR boost)
{
    (void)boost;
    fx_RequestComplete(globals, handle, status);
}

static VOID NTAPI fx_RequestSetInformation(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, ULONG_PTR information)
{
    (void)globals;
    request_of(handle, "WdfRequestSetInformation")->of.request.irp->IoStatus.Information = information;
}

/* The buffer of a request: that of the program in METHOD_NEITHER is not to be had this way. */
static NTSTATUS retrieve(struct object *request, BOOLEAN is_output, size_t least, PVOID *buffer, size_t *length)
{
    PIO_STACK_LOCATION at = location_of(request);
    PIRP irp = request->of.request.irp;
    size_t bytes;
    *buffer = NULL;
    if (length)
        *length = 0;
    if (at->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        ULONG method = at->Parameters.DeviceIoControl.IoControlCode & 3;
        bytes = is_output ? at->Parameters.DeviceIoControl.OutputBufferLength
                          : at->Parameters.DeviceIoControl.InputBufferLength;
        if (method == METHOD_NEITHER)
            return STATUS_INVALID_DEVICE_REQUEST;
        *buffer = method == METHOD_BUFFERED || !is_output ? irp->AssociatedIrp.SystemBuffer
            : irp->MdlAddress ? irp->MdlAddress->MappedSystemVa : NULL;
    } else if (at->MajorFunction == (is_output ? IRP_MJ_READ : IRP_MJ_WRITE)) {
        bytes = at->Parameters.Read.Length;
        *buffer = irp->MdlAddress ? irp->MdlAddress->MappedSystemVa : irp->AssociatedIrp.SystemBuffer;
    } else {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    if (!bytes || bytes < least || !*buffer) {
        *buffer = NULL;
        return STATUS_BUFFER_TOO_SMALL;
    }
    if (length)
        *length = bytes;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_RequestRetrieveInputBuffer(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, size_t least, PVOID *buffer, size_t *length)
{
    (void)globals;
    return retrieve(request_of(handle, "WdfRequestRetrieveInputBuffer"), FALSE, least, buffer, length);
}

static NTSTATUS NTAPI fx_RequestRetrieveOutputBuffer(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, size_t least, PVOID *buffer, size_t *length)
{
    (void)globals;
    return retrieve(request_of(handle, "WdfRequestRetrieveOutputBuffer"), TRUE, least, buffer, length);
}

static WDFQUEUE NTAPI fx_RequestGetIoQueue(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    (void)globals;
    return (WDFQUEUE)request_of(handle, "WdfRequestGetIoQueue")->of.request.queue;
}

static PIRP NTAPI fx_RequestWdmGetIrp(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    (void)globals;
    return request_of(handle, "WdfRequestWdmGetIrp")->of.request.irp;
}

void parameters_of(struct object *request, PWDF_REQUEST_PARAMETERS parameters)
{
    PIO_STACK_LOCATION at = location_of(request);
    parameters->MinorFunction = at->MinorFunction;
    parameters->Type = (WDF_REQUEST_TYPE)at->MajorFunction;
    if (at->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        parameters->Parameters.DeviceIoControl.IoControlCode = at->Parameters.DeviceIoControl.IoControlCode;
        parameters->Parameters.DeviceIoControl.InputBufferLength = at->Parameters.DeviceIoControl.InputBufferLength;
        parameters->Parameters.DeviceIoControl.OutputBufferLength = at->Parameters.DeviceIoControl.OutputBufferLength;
        parameters->Parameters.DeviceIoControl.Type3InputBuffer = at->Parameters.DeviceIoControl.Type3InputBuffer;
    } else {
        parameters->Parameters.Read.Length = at->Parameters.Read.Length;
        parameters->Parameters.Read.Key = at->Parameters.Read.Key;
        parameters->Parameters.Read.DeviceOffset = at->Parameters.Read.ByteOffset.QuadPart;
    }
}

static VOID NTAPI fx_RequestGetParameters(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, PWDF_REQUEST_PARAMETERS parameters)
{
    (void)globals;
    parameters_of(request_of(handle, "WdfRequestGetParameters"), parameters);
}

/* A request's buffer as a memory object that goes with the request. */
static NTSTATUS memory_of(struct object *request, BOOLEAN is_output, WDFMEMORY *made)
{
    struct object *memory;
    PVOID buffer;
    size_t bytes;
    NTSTATUS status = retrieve(request, is_output, 1, &buffer, &bytes);
    if (!NT_SUCCESS(status))
        return status;
    memory = new_object(MEMORY_KIND, request, NULL);
    memory->of.memory.at = buffer;
    memory->of.memory.bytes = bytes;
    memory->of.memory.is_foreign = TRUE;
    *made = (WDFMEMORY)memory;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_RequestRetrieveInputMemory(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, WDFMEMORY *made)
{
    (void)globals;
    return memory_of(owned_request_of(handle, "WdfRequestRetrieveInputMemory"), FALSE, made);
}

static NTSTATUS NTAPI fx_RequestRetrieveOutputMemory(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, WDFMEMORY *made)
{
    (void)globals;
    return memory_of(owned_request_of(handle, "WdfRequestRetrieveOutputMemory"), TRUE, made);
}

/* The address that a program gave, of METHOD_NEITHER only. */
static NTSTATUS retrieve_unsafe(struct object *request, BOOLEAN is_output, size_t least, PVOID *buffer, size_t *length)
{
    PIO_STACK_LOCATION at = location_of(request);
    size_t bytes = is_output ? at->Parameters.DeviceIoControl.OutputBufferLength
                             : at->Parameters.DeviceIoControl.InputBufferLength;
    *buffer = NULL;
    if (length)
        *length = 0;
    if (at->MajorFunction != IRP_MJ_DEVICE_CONTROL || (at->Parameters.DeviceIoControl.IoControlCode & 3) != METHOD_NEITHER)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (!bytes || bytes < least)
        return STATUS_BUFFER_TOO_SMALL;
    *buffer = is_output ? request->of.request.irp->UserBuffer : at->Parameters.DeviceIoControl.Type3InputBuffer;
    if (length)
        *length = bytes;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_RequestRetrieveUnsafeUserInputBuffer(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, size_t least, PVOID *buffer, size_t *length)
{
    (void)globals;
    return retrieve_unsafe(owned_request_of(handle, "WdfRequestRetrieveUnsafeUserInputBuffer"), FALSE, least, buffer,
                           length);
}

static NTSTATUS NTAPI fx_RequestRetrieveUnsafeUserOutputBuffer(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, size_t least, PVOID *buffer, size_t *length)
{
    (void)globals;
    return retrieve_unsafe(owned_request_of(handle, "WdfRequestRetrieveUnsafeUserOutputBuffer"), TRUE, least, buffer,
                           length);
}

/* Memory of a program, locked for as long as the request lives: here it always stays where it is. */
static NTSTATUS probe_and_lock(struct object *request, PVOID buffer, size_t bytes, WDFMEMORY *made)
{
    struct object *memory;
    address at = (address)buffer;
    if (!bytes)
        return STATUS_INVALID_PARAMETER;
    if (at >= region || !is_mapped(at) || !is_mapped(at + bytes - 1))
        return STATUS_ACCESS_VIOLATION;
    memory = new_object(MEMORY_KIND, request, NULL);
    memory->of.memory.at = buffer;
    memory->of.memory.bytes = bytes;
    memory->of.memory.is_foreign = TRUE;
    *made = (WDFMEMORY)memory;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_RequestProbeAndLockUserBufferForRead(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, PVOID buffer, size_t bytes, WDFMEMORY *made)
{
    (void)globals;
    return probe_and_lock(owned_request_of(handle, "WdfRequestProbeAndLockUserBufferForRead"), buffer, bytes, made);
}

static NTSTATUS NTAPI fx_RequestProbeAndLockUserBufferForWrite(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, PVOID buffer, size_t bytes, WDFMEMORY *made)
{
    (void)globals;
    return probe_and_lock(owned_request_of(handle, "WdfRequestProbeAndLockUserBufferForWrite"), buffer, bytes, made);
}

static ULONG_PTR NTAPI fx_RequestGetInformation(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    (void)globals;
    return request_of(handle, "WdfRequestGetInformation")->of.request.irp->IoStatus.Information;
}

static KPROCESSOR_MODE NTAPI fx_RequestGetRequestorMode(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    (void)globals;
    return request_of(handle, "WdfRequestGetRequestorMode")->of.request.irp->RequestorMode;
}

static BOOLEAN NTAPI fx_RequestIsReserved(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    (void)globals;
    request_of(handle, "WdfRequestIsReserved");
    return FALSE;
}

const struct framework_function io_functions[] = {
    W(IoQueueCreate, 2), W(DeviceConfigureRequestDispatching, 2), W(IoQueueGetDevice, 2), W(DeviceGetDefaultQueue, 2),
    W(RequestComplete, 2), W(RequestCompleteWithInformation, 2), W(RequestCompleteWithPriorityBoost, 2),
    W(RequestSetInformation, 2), W(RequestRetrieveInputBuffer, 2), W(RequestRetrieveOutputBuffer, 2),
    W(RequestGetIoQueue, 2), W(RequestWdmGetIrp, 2), W(RequestGetParameters, 2), W(RequestRetrieveInputMemory, 2),
    W(RequestRetrieveOutputMemory, 2), W(RequestRetrieveUnsafeUserInputBuffer, 0),
    W(RequestRetrieveUnsafeUserOutputBuffer, 0), W(RequestProbeAndLockUserBufferForRead, 0),
    W(RequestProbeAndLockUserBufferForWrite, 0), W(RequestGetInformation, 2), W(RequestGetRequestorMode, 2),
    W(RequestIsReserved, 2), SAME(RequestIsFrom32BitProcess, RequestIsReserved, 2),
    { 0 },
};
