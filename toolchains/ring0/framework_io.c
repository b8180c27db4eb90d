/* KMDF: queues and requests, timers, work items, DPCs, locks, memory. */
#include "framework.h"

/* ---- queues */

static void note_queue(const WDF_IO_QUEUE_CONFIG *config)
{
    NOTE(config, EvtIoDefault);
    NOTE(config, EvtIoRead);
    NOTE(config, EvtIoWrite);
    NOTE(config, EvtIoDeviceControl);
    NOTE(config, EvtIoInternalDeviceControl);
    NOTE(config, EvtIoStop);
    NOTE(config, EvtIoResume);
    NOTE(config, EvtIoCanceledOnQueue);
}

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
    note_queue(&queue->of.queue.config);
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

static PIO_STACK_LOCATION location_of(struct object *request)
{
    return request->of.request.irp->Tail.Overlay.CurrentStackLocation;
}

static void complete(struct object *request, NTSTATUS status)
{
    PIRP irp = request->of.request.irp;
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

/* Call the queue's callback for a request; 0 when it has none. */
static BOOLEAN hand_over(struct object *queue, struct object *request, UCHAR major)
{
    WDF_IO_QUEUE_CONFIG *config = &queue->of.queue.config;
    PIO_STACK_LOCATION at = location_of(request);
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
        return FALSE;
    return TRUE;
}

static struct object *new_request(struct object *device, struct object *parent)
{
    PWDF_OBJECT_ATTRIBUTES attributes = &device->of.device.of_requests;
    return new_object(REQUEST_KIND, parent, attributes->Size ? attributes : NULL);
}

static NTSTATUS queue_request(struct object *device, PIRP irp, UCHAR major)
{
    struct object *own = device->of.device.of_major[major], *queue = own ? own : device->of.device.queue, *request;
    NTSTATUS status;
    if (!queue) {
        complete_without_driver(irp, STATUS_INVALID_DEVICE_REQUEST);
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    request = new_request(device, queue);
    request->of.request.irp = irp;
    request->of.request.queue = queue;
    request->of.request.is_inside = TRUE;
    irp->IoStatus.Information = 0;
    if (!hand_over(queue, request, major))
        complete(request, STATUS_INVALID_DEVICE_REQUEST);
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
    struct object *request, *file;
    NTSTATUS status;
    if (!device->of.device.has_files || !device->of.device.files.EvtDeviceFileCreate) {
        complete_without_driver(irp, STATUS_SUCCESS);
        return STATUS_SUCCESS;
    }
    file = new_object(FILE_KIND, device, device->of.device.of_files.Size ? &device->of.device.of_files : NULL);
    irp->Tail.Overlay.CurrentStackLocation->FileObject->FsContext2 = file;
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

static struct object *request_of(WDFREQUEST handle, const char *routine)
{
    struct object *request = object_of(handle, REQUEST_KIND, routine);
    if (request->of.request.is_completed) {
        begin_reason(routine);
        put(" is given a request that is completed");
        finish("refused");
    }
    return request;
}

static VOID NTAPI fx_RequestComplete(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, NTSTATUS status)
{
    (void)globals;
    complete(request_of(handle, "WdfRequestComplete"), status);
}

static VOID NTAPI fx_RequestCompleteWithInformation(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, NTSTATUS status, ULONG_PTR information)
{
    struct object *request = request_of(handle, "WdfRequestCompleteWithInformation");
    (void)globals;
    request->of.request.irp->IoStatus.Information = information;
    complete(request, status);
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

static VOID NTAPI fx_RequestGetParameters(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, PWDF_REQUEST_PARAMETERS parameters)
{
    PIO_STACK_LOCATION at = location_of(request_of(handle, "WdfRequestGetParameters"));
    (void)globals;
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

/* ---- timers, work items, DPCs */

static VOID NTAPI beat(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
    struct object *timer = context;
    (void)dpc;
    (void)first;
    (void)second;
    call_driver((PVOID)timer->of.timer.config.EvtTimerFunc, "EvtTimerFunc", 1, (address)timer);
}

static NTSTATUS NTAPI fx_TimerCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_TIMER_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes, WDFTIMER *made)
{
    struct object *timer;
    (void)globals;
    if (!attributes || !attributes->ParentObject)
        return STATUS_WDF_PARENT_NOT_SPECIFIED;
    if (config->Size > sizeof *config || config->Size < 3 * sizeof(ULONG))
        return STATUS_INFO_LENGTH_MISMATCH;
    timer = new_object(TIMER_KIND, NULL, attributes);
    memcpy(&timer->of.timer.config, config, config->Size);
    NOTE(&timer->of.timer.config, EvtTimerFunc);
    nt_KeInitializeTimerEx(&timer->of.timer.timer, NotificationTimer);
    nt_KeInitializeDpc(&timer->of.timer.dpc, beat, timer);
    *made = (WDFTIMER)timer;
    return STATUS_SUCCESS;
}

static BOOLEAN NTAPI fx_TimerStart(PWDF_DRIVER_GLOBALS globals, WDFTIMER handle, LONGLONG due)
{
    struct object *timer = object_of(handle, TIMER_KIND, "WdfTimerStart");
    LARGE_INTEGER time;
    (void)globals;
    time.QuadPart = due;
    return nt_KeSetTimerEx(&timer->of.timer.timer, time, (LONG)timer->of.timer.config.Period, &timer->of.timer.dpc);
}

static BOOLEAN NTAPI fx_TimerStop(PWDF_DRIVER_GLOBALS globals, WDFTIMER handle, BOOLEAN wait)
{
    (void)globals;
    if (wait && cpu_irql() > PASSIVE_LEVEL)
        refuse("WdfTimerStop waits above PASSIVE_LEVEL");
    return nt_KeCancelTimer(&object_of(handle, TIMER_KIND, "WdfTimerStop")->of.timer.timer);
}

static WDFOBJECT NTAPI fx_TimerGetParentObject(PWDF_DRIVER_GLOBALS globals, WDFTIMER handle)
{
    (void)globals;
    return (WDFOBJECT)object_of(handle, TIMER_KIND, "WdfTimerGetParentObject")->parent;
}

static NTSTATUS NTAPI fx_WorkItemCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_WORKITEM_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes, WDFWORKITEM *made)
{
    struct object *item;
    (void)globals;
    if (!attributes || !attributes->ParentObject)
        return STATUS_WDF_PARENT_NOT_SPECIFIED;
    item = new_object(WORK_KIND, NULL, attributes);
    item->of.work.routine = config->EvtWorkItemFunc;
    NOTE(config, EvtWorkItemFunc);
    *made = (WDFWORKITEM)item;
    return STATUS_SUCCESS;
}

static VOID NTAPI run_item(PVOID context)
{
    struct object *item = context;
    item->of.work.is_queued = FALSE;
    call_driver((PVOID)item->of.work.routine, "EvtWorkItemFunc", 1, (address)item);
}

static VOID NTAPI fx_WorkItemEnqueue(PWDF_DRIVER_GLOBALS globals, WDFWORKITEM handle)
{
    struct object *item = object_of(handle, WORK_KIND, "WdfWorkItemEnqueue");
    (void)globals;
    if (!item->of.work.is_queued)
        queue_work(run_item, item);
    item->of.work.is_queued = TRUE;
}

static VOID NTAPI fx_WorkItemFlush(PWDF_DRIVER_GLOBALS globals, WDFWORKITEM handle)
{
    (void)globals;
    object_of(handle, WORK_KIND, "WdfWorkItemFlush");
    run_pending(FALSE);
}

static WDFOBJECT NTAPI fx_WorkItemGetParentObject(PWDF_DRIVER_GLOBALS globals, WDFWORKITEM handle)
{
    (void)globals;
    return (WDFOBJECT)object_of(handle, WORK_KIND, "WdfWorkItemGetParentObject")->parent;
}

static VOID NTAPI run_framework_dpc(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
    struct object *object = context;
    (void)dpc;
    (void)first;
    (void)second;
    call_driver((PVOID)object->of.work.dpc_routine, "EvtDpcFunc", 1, (address)object);
}

static NTSTATUS NTAPI fx_DpcCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_DPC_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes, WDFDPC *made)
{
    struct object *object;
    (void)globals;
    if (!attributes || !attributes->ParentObject)
        return STATUS_WDF_PARENT_NOT_SPECIFIED;
    object = new_object(DPC_KIND, NULL, attributes);
    object->of.work.dpc_routine = config->EvtDpcFunc;
    NOTE(config, EvtDpcFunc);
    nt_KeInitializeDpc(&object->of.work.dpc, run_framework_dpc, object);
    *made = (WDFDPC)object;
    return STATUS_SUCCESS;
}

static BOOLEAN NTAPI fx_DpcEnqueue(PWDF_DRIVER_GLOBALS globals, WDFDPC handle)
{
    (void)globals;
    return nt_KeInsertQueueDpc(&object_of(handle, DPC_KIND, "WdfDpcEnqueue")->of.work.dpc, NULL, NULL);
}

static WDFOBJECT NTAPI fx_DpcGetParentObject(PWDF_DRIVER_GLOBALS globals, WDFDPC handle)
{
    (void)globals;
    return (WDFOBJECT)object_of(handle, DPC_KIND, "WdfDpcGetParentObject")->parent;
}

/* ---- locks and memory */

static NTSTATUS NTAPI fx_SpinLockCreate(PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, WDFSPINLOCK *made)
{
    (void)globals;
    *made = (WDFSPINLOCK)new_object(LOCK_KIND, framework_driver, attributes);
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_SpinLockAcquire(PWDF_DRIVER_GLOBALS globals, WDFSPINLOCK handle)
{
    struct object *lock = object_of(handle, LOCK_KIND, "WdfSpinLockAcquire");
    (void)globals;
    lock->of.lock.irql = nt_KfAcquireSpinLock(&lock->of.lock.lock);
}

static VOID NTAPI fx_SpinLockRelease(PWDF_DRIVER_GLOBALS globals, WDFSPINLOCK handle)
{
    struct object *lock = object_of(handle, LOCK_KIND, "WdfSpinLockRelease");
    (void)globals;
    nt_KfReleaseSpinLock(&lock->of.lock.lock, lock->of.lock.irql);
}

static NTSTATUS NTAPI fx_WaitLockCreate(PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, WDFWAITLOCK *made)
{
    (void)globals;
    *made = (WDFWAITLOCK)new_object(WAIT_LOCK_KIND, framework_driver, attributes);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_WaitLockAcquire(PWDF_DRIVER_GLOBALS globals, WDFWAITLOCK handle, PLONGLONG timeout)
{
    struct object *lock = object_of(handle, WAIT_LOCK_KIND, "WdfWaitLockAcquire");
    (void)globals;
    if (lock->of.lock.is_held && timeout)
        return STATUS_TIMEOUT;
    if (lock->of.lock.is_held)
        refuse("WdfWaitLockAcquire waits for a lock that is held");
    lock->of.lock.is_held = TRUE;
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_WaitLockRelease(PWDF_DRIVER_GLOBALS globals, WDFWAITLOCK handle)
{
    struct object *lock = object_of(handle, WAIT_LOCK_KIND, "WdfWaitLockRelease");
    (void)globals;
    if (!lock->of.lock.is_held)
        refuse("WdfWaitLockRelease: the lock is not held");
    lock->of.lock.is_held = FALSE;
}

static NTSTATUS NTAPI fx_MemoryCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, POOL_TYPE pool, ULONG tag, size_t bytes,
    WDFMEMORY *made, PVOID *buffer)
{
    struct object *memory;
    (void)globals;
    (void)pool;
    if (!bytes)
        return STATUS_INVALID_PARAMETER;
    memory = new_object(MEMORY_KIND, framework_driver, attributes);
    memory->of.memory.at = take(bytes, OWN, tag);
    memory->of.memory.bytes = bytes;
    memset(memory->of.memory.at, 0xbd, bytes);
    *made = (WDFMEMORY)memory;
    if (buffer)
        *buffer = memory->of.memory.at;
    return STATUS_SUCCESS;
}

static PVOID NTAPI fx_MemoryGetBuffer(PWDF_DRIVER_GLOBALS globals, WDFMEMORY handle, size_t *bytes)
{
    struct object *memory = object_of(handle, MEMORY_KIND, "WdfMemoryGetBuffer");
    (void)globals;
    if (bytes)
        *bytes = memory->of.memory.bytes;
    return memory->of.memory.at;
}

const struct framework_function io_functions[] = {
    W(IoQueueCreate, 2), W(DeviceConfigureRequestDispatching, 2), W(IoQueueGetDevice, 2), W(DeviceGetDefaultQueue, 2), W(RequestComplete, 2),
    W(RequestCompleteWithInformation, 2), W(RequestSetInformation, 2), W(RequestRetrieveInputBuffer, 2),
    W(RequestRetrieveOutputBuffer, 2), W(RequestGetIoQueue, 2), W(RequestWdmGetIrp, 2), W(RequestGetParameters, 2),
    W(TimerCreate, 2), W(TimerStart, 2), W(TimerStop, 2), W(TimerGetParentObject, 2), W(WorkItemCreate, 2),
    W(WorkItemEnqueue, 2), W(WorkItemFlush, 0), W(WorkItemGetParentObject, 2), W(DpcCreate, 2), W(DpcEnqueue, 2),
    W(DpcGetParentObject, 2), W(SpinLockCreate, 2), W(SpinLockAcquire, 2), W(SpinLockRelease, 2),
    W(WaitLockCreate, 0), W(WaitLockAcquire, 0), W(WaitLockRelease, 2), W(MemoryCreate, 2), W(MemoryGetBuffer, 2),
    { 0 },
};
