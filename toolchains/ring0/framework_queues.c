/*
 * KMDF: requests that wait in queues, that are forwarded, found and cancelled. A request that waits
 * or that its driver has marked as cancelable has a cancel routine of the framework's in its IRP.
 */
#include "framework.h"

static VOID NTAPI cancel_irp(PDEVICE_OBJECT device, PIRP irp);

enum { OWNER = 3 };     /* word of the IRP's DriverContext with the request */

void let_cancel(struct object *request, PFN_WDF_REQUEST_CANCEL cancel)
{
    PIRP irp = request->of.request.irp;
    request->of.request.cancel = cancel;
    irp->Tail.Overlay.DriverContext[OWNER] = request;
    irp->CancelRoutine = cancel_irp;
}

void stop_cancel(struct object *request)
{
    request->of.request.cancel = NULL;
    request->of.request.irp->CancelRoutine = NULL;
}

/* ---- requests that wait */

static void call_state(struct object *queue, PFN_WDF_IO_QUEUE_STATE routine, WDFCONTEXT context)
{
    if (routine)
        call_driver((PVOID)routine, "EvtIoQueueState", 2, (address)queue, (address)context);
}

static void wait_in(struct object *queue, struct object *request, BOOLEAN is_first)
{
    struct object **at = &queue->of.queue.waiting;
    BOOLEAN was_empty = !*at;
    while (*at && !is_first)
        at = &(*at)->of.request.next_waiting;
    request->of.request.next_waiting = *at;
    *at = request;
    request->of.request.is_waiting = TRUE;
    let_cancel(request, NULL);
    if (was_empty)
        call_state(queue, queue->of.queue.ready, queue->of.queue.ready_context);
}

static BOOLEAN take_from(struct object *queue, struct object *request)
{
    struct object **at = &queue->of.queue.waiting;
    while (*at && *at != request)
        at = &(*at)->of.request.next_waiting;
    if (!*at)
        return FALSE;
    *at = request->of.request.next_waiting;
    request->of.request.is_waiting = FALSE;
    stop_cancel(request);
    return TRUE;
}

static BOOLEAN is_manual(struct object *queue)
{
    return queue->of.queue.config.DispatchType == WdfIoQueueDispatchManual;
}

void give_request(struct object *queue, struct object *request)
{
    move_object(request, queue);
    request->of.request.queue = queue;
    if (queue->of.queue.is_closed)
        complete_request(request, STATUS_INVALID_DEVICE_STATE, "the framework");
    else if (queue->of.queue.is_stopped || is_manual(queue))
        wait_in(queue, request, FALSE);
    else
        hand_over(queue, request);
}

static VOID NTAPI cancel_irp(PDEVICE_OBJECT device, PIRP irp)
{
    struct object *request = irp->Tail.Overlay.DriverContext[OWNER], *queue = request->of.request.queue;
    PFN_WDF_REQUEST_CANCEL cancel = request->of.request.cancel;
    PVOID on_queue = queue ? (PVOID)queue->of.queue.config.EvtIoCanceledOnQueue : NULL;
    (void)device;
    cpu_set_irql(irp->CancelIrql);
    request->of.request.is_cancelled = TRUE;
    if (!queue || !take_from(queue, request)) {
        stop_cancel(request);
        call_driver((PVOID)cancel, "EvtRequestCancel", 1, (address)request);
    } else if (on_queue) {
        call_driver(on_queue, "EvtIoCanceledOnQueue", 2, (address)queue, (address)request);
    } else {
        complete_request(request, STATUS_CANCELLED, "the framework");
    }
}

static void cancel_request(struct object *request)
{
    PIRP irp = request->of.request.irp;
    irp->Cancel = TRUE;
    irp->CancelIrql = (KIRQL)cpu_irql();
    irp->CancelRoutine = NULL;
    cancel_irp(NULL, irp);
}

static NTSTATUS NTAPI fx_IoQueueRetrieveNextRequest(PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle, WDFREQUEST *found)
{
    struct object *queue = object_of(handle, QUEUE_KIND, "WdfIoQueueRetrieveNextRequest");
    struct object *request = queue->of.queue.waiting;
    (void)globals;
    *found = NULL;
    if (queue->of.queue.is_stopped)
        return STATUS_WDF_PAUSED;
    if (!request)
        return STATUS_NO_MORE_ENTRIES;
    take_from(queue, request);
    *found = (WDFREQUEST)request;
    return STATUS_SUCCESS;
}

static WDFFILEOBJECT file_of(struct object *request)
{
    PFILE_OBJECT file = location_of(request)->FileObject;
    return file ? (WDFFILEOBJECT)file->FsContext2 : NULL;
}

static NTSTATUS NTAPI fx_IoQueueRetrieveRequestByFileObject(
    PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle, WDFFILEOBJECT file, WDFREQUEST *found)
{
    struct object *queue = object_of(handle, QUEUE_KIND, "WdfIoQueueRetrieveRequestByFileObject");
    struct object *each = queue->of.queue.waiting;
    (void)globals;
    *found = NULL;
    while (each && file_of(each) != file)
        each = each->of.request.next_waiting;
    if (!each)
        return STATUS_NO_MORE_ENTRIES;
    take_from(queue, each);
    *found = (WDFREQUEST)each;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_IoQueueFindRequest(
    PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle, WDFREQUEST after, WDFFILEOBJECT file,
    PWDF_REQUEST_PARAMETERS parameters, WDFREQUEST *found)
{
    struct object *queue = object_of(handle, QUEUE_KIND, "WdfIoQueueFindRequest");
    struct object *each = queue->of.queue.waiting;
    (void)globals;
    *found = NULL;
    if (after) {
        while (each && each != (struct object *)after)
            each = each->of.request.next_waiting;
        if (!each)
            return STATUS_NOT_FOUND;
        each = each->of.request.next_waiting;
    }
    while (each && file && file_of(each) != file)
        each = each->of.request.next_waiting;
    *found = (WDFREQUEST)each;
    if (each && parameters)
        parameters_of(each, parameters);
    return each ? STATUS_SUCCESS : STATUS_NO_MORE_ENTRIES;
}

static NTSTATUS NTAPI fx_IoQueueRetrieveFoundRequest(
    PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle, WDFREQUEST sought, WDFREQUEST *found)
{
    struct object *queue = object_of(handle, QUEUE_KIND, "WdfIoQueueRetrieveFoundRequest");
    (void)globals;
    *found = NULL;
    if (!take_from(queue, (struct object *)sought))
        return STATUS_NOT_FOUND;
    *found = sought;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_IoQueueReadyNotify(
    PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle, PFN_WDF_IO_QUEUE_STATE routine, WDFCONTEXT context)
{
    struct object *queue = object_of(handle, QUEUE_KIND, "WdfIoQueueReadyNotify");
    (void)globals;
    if (!is_manual(queue) || (routine && queue->of.queue.ready))
        return STATUS_INVALID_DEVICE_REQUEST;
    queue->of.queue.ready = routine;
    queue->of.queue.ready_context = context;
    if (queue->of.queue.waiting)
        call_state(queue, routine, context);
    return STATUS_SUCCESS;
}

/* ---- queues that start and stop */

static void start_queue(struct object *queue)
{
    queue->of.queue.is_stopped = queue->of.queue.is_closed = FALSE;
    while (queue->of.queue.waiting && !is_manual(queue) && !queue->of.queue.is_stopped) {
        struct object *request = queue->of.queue.waiting;
        take_from(queue, request);
        hand_over(queue, request);
    }
}

static VOID NTAPI fx_IoQueueStart(PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle)
{
    (void)globals;
    start_queue(object_of(handle, QUEUE_KIND, "WdfIoQueueStart"));
}

static struct object *owned_by_driver(struct object *queue)
{
    struct object *each = queue->children;
    while (each && (each->kind != REQUEST_KIND || each->of.request.is_waiting || each->of.request.is_completed))
        each = each->next;
    return each;
}

/* Requests that the driver holds are waited for: timers and work items complete them. */
static void wait_for_driver(struct object *queue, const char *routine)
{
    ULONG rounds;
    for (rounds = 0; owned_by_driver(queue) && rounds < 1000 && run_pending(TRUE); rounds++)
        ;
    if (!owned_by_driver(queue))
        return;
    begin_reason(routine);
    put(" waits for a request that nobody completes");
    finish("refused");
}

static void purge(struct object *queue)
{
    struct object *each;
    queue->of.queue.is_closed = TRUE;
    while (queue->of.queue.waiting)
        cancel_request(queue->of.queue.waiting);
    do {
        for (each = queue->children; each && (each->kind != REQUEST_KIND || !each->of.request.cancel);)
            each = each->next;
        if (each)
            cancel_request(each);
    } while (each);
}

#define QUEUE_ENDS(name, body) \
    static VOID NTAPI fx_##name(PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle, PFN_WDF_IO_QUEUE_STATE routine, \
                                WDFCONTEXT context) \
    { \
        struct object *queue = object_of(handle, QUEUE_KIND, "Wdf" #name); \
        (void)globals; \
        body; \
        call_state(queue, routine, context); \
    } \
    static VOID NTAPI fx_##name##Synchronously(PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle) \
    { \
        struct object *queue = object_of(handle, QUEUE_KIND, "Wdf" #name "Synchronously"); \
        (void)globals; \
        body; \
        wait_for_driver(queue, "Wdf" #name "Synchronously"); \
    }
QUEUE_ENDS(IoQueueStop, queue->of.queue.is_stopped = TRUE)
QUEUE_ENDS(IoQueueDrain, queue->of.queue.is_closed = TRUE)
QUEUE_ENDS(IoQueuePurge, purge(queue))

static WDF_IO_QUEUE_STATE NTAPI fx_IoQueueGetState(
    PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle, PULONG waiting, PULONG owned)
{
    struct object *queue = object_of(handle, QUEUE_KIND, "WdfIoQueueGetState"), *each;
    ULONG counts[2] = { 0, 0 };
    int state = 0;
    (void)globals;
    for (each = queue->children; each; each = each->next)
        if (each->kind == REQUEST_KIND && !each->of.request.is_completed)
            counts[!each->of.request.is_waiting]++;
    if (waiting)
        *waiting = counts[0];
    if (owned)
        *owned = counts[1];
    state |= queue->of.queue.is_closed ? 0 : WdfIoQueueAcceptRequests;
    state |= queue->of.queue.is_stopped ? 0 : WdfIoQueueDispatchRequests;
    state |= counts[0] ? 0 : WdfIoQueueNoRequests;
    state |= counts[1] ? 0 : WdfIoQueueDriverNoRequests;
    return (WDF_IO_QUEUE_STATE)state;
}

/* ---- requests that their driver owns */

static NTSTATUS forward(struct object *request, struct object *queue)
{
    if (request->of.request.cancel || request->of.request.queue == queue)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (queue->of.queue.is_closed)
        return STATUS_WDF_BUSY;
    give_request(queue, request);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_RequestForwardToIoQueue(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, WDFQUEUE to)
{
    (void)globals;
    return forward(owned_request_of(handle, "WdfRequestForwardToIoQueue"),
                   object_of(to, QUEUE_KIND, "WdfRequestForwardToIoQueue"));
}

static NTSTATUS NTAPI fx_RequestRequeue(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    struct object *request = owned_request_of(handle, "WdfRequestRequeue"), *queue = request->of.request.queue;
    (void)globals;
    if (!queue || !is_manual(queue) || request->of.request.cancel)
        return STATUS_INVALID_DEVICE_REQUEST;
    wait_in(queue, request, TRUE);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_DeviceEnqueueRequest(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, WDFREQUEST given)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfDeviceEnqueueRequest");
    struct object *request = owned_request_of(given, "WdfDeviceEnqueueRequest");
    struct object *queue = queue_of_major(device, location_of(request)->MajorFunction);
    (void)globals;
    if (!queue)
        return STATUS_INVALID_DEVICE_REQUEST;
    give_request(queue, request);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_RequestMarkCancelableEx(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, PFN_WDF_REQUEST_CANCEL routine)
{
    struct object *request = owned_request_of(handle, "WdfRequestMarkCancelable");
    (void)globals;
    if (request->of.request.cancel)
        refuse("WdfRequestMarkCancelable: the request is cancelable already");
    if (!is_code((PVOID)routine))
        refuse("WdfRequestMarkCancelable: EvtRequestCancel is no code");
    if (request->of.request.irp->Cancel)
        return STATUS_CANCELLED;
    let_cancel(request, routine);
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_RequestMarkCancelable(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, PFN_WDF_REQUEST_CANCEL routine)
{
    if (fx_RequestMarkCancelableEx(globals, handle, routine) == STATUS_CANCELLED)
        call_driver((PVOID)routine, "EvtRequestCancel", 1, (address)handle);
}

static NTSTATUS NTAPI fx_RequestUnmarkCancelable(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    struct object *request = owned_request_of(handle, "WdfRequestUnmarkCancelable");
    (void)globals;
    if (!request->of.request.cancel)
        return request->of.request.is_cancelled ? STATUS_CANCELLED : STATUS_INVALID_DEVICE_REQUEST;
    stop_cancel(request);
    return STATUS_SUCCESS;
}

static BOOLEAN NTAPI fx_RequestIsCanceled(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    (void)globals;
    return owned_request_of(handle, "WdfRequestIsCanceled")->of.request.irp->Cancel;
}

static VOID NTAPI fx_RequestStopAcknowledge(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, BOOLEAN requeue)
{
    (void)globals;
    (void)requeue;
    request_of(handle, "WdfRequestStopAcknowledge");
}

static WDFFILEOBJECT NTAPI fx_RequestGetFileObject(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    (void)globals;
    return file_of(request_of(handle, "WdfRequestGetFileObject"));
}

const struct framework_function queue_functions[] = {
    W(IoQueueRetrieveNextRequest, 2), W(IoQueueRetrieveRequestByFileObject, 2), W(IoQueueFindRequest, 2),
    W(IoQueueRetrieveFoundRequest, 2), W(IoQueueReadyNotify, 2), W(IoQueueStart, 2), W(IoQueueStop, 2),
    W(IoQueueStopSynchronously, 0), W(IoQueueDrain, 2), W(IoQueueDrainSynchronously, 0), W(IoQueuePurge, 2),
    W(IoQueuePurgeSynchronously, 0), W(IoQueueGetState, 2), W(RequestForwardToIoQueue, 2), W(RequestRequeue, 2),
    W(DeviceEnqueueRequest, 2), W(RequestMarkCancelable, 2), W(RequestMarkCancelableEx, 2),
    W(RequestUnmarkCancelable, 2), W(RequestIsCanceled, 2), W(RequestStopAcknowledge, 2), W(RequestGetFileObject, 2),
    { 0 },
};
