/*
 * KMDF: targets, and requests that are sent to them. Below a device here is nothing but a bus driver
 * that knows Plug and Play: whatever is sent comes back with STATUS_INVALID_DEVICE_REQUEST, and no
 * target can be opened by its name.
 */
#include "framework.h"

enum { MOST_SENT = 256, REFUSAL = STATUS_INVALID_DEVICE_REQUEST };

static struct object *target_of(WDFIOTARGET handle, const char *routine)
{
    return object_of(handle, TARGET_KIND, routine);
}

/* A request that its driver may send: its own, or one that it got from a queue and still has. */
static struct object *sendable(WDFREQUEST handle, const char *routine)
{
    struct object *request = object_of(handle, REQUEST_KIND, routine);
    if (request->of.request.is_own)
        return request;
    request = owned_request_of(handle, routine);
    if (!request->of.request.cancel)
        return request;
    begin_reason(routine);
    put(": the request is cancelable (WdfRequestUnmarkCancelable)");
    finish("refused");
}

static NTSTATUS NTAPI fx_RequestCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, WDFIOTARGET target, WDFREQUEST *made)
{
    struct object *request;
    (void)globals;
    if (target)
        target_of(target, "WdfRequestCreate");
    request = new_object(REQUEST_KIND, framework_driver, attributes);
    request->of.request.is_own = TRUE;
    *made = (WDFREQUEST)request;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_RequestReuse(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, PWDF_REQUEST_REUSE_PARAMS how)
{
    struct object *request = sendable(handle, "WdfRequestReuse");
    (void)globals;
    request->of.request.completion = NULL;
    request->of.request.status = how->Status;
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_RequestSetCompletionRoutine(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, PFN_WDF_REQUEST_COMPLETION_ROUTINE routine, WDFCONTEXT context)
{
    struct object *request = sendable(handle, "WdfRequestSetCompletionRoutine");
    (void)globals;
    if (routine && !is_code((PVOID)routine))
        refuse("WdfRequestSetCompletionRoutine: the routine is no code");
    request->of.request.completion = routine;
    request->of.request.completion_context = context;
}

static void describe_completion(struct object *request, PWDF_REQUEST_COMPLETION_PARAMS params)
{
    memset(params, 0, sizeof *params);
    params->Size = sizeof *params;
    params->Type = WdfRequestTypeNoFormat;
    params->IoStatus.Status = request->of.request.status;
}

static void call_completion(struct object *request, struct object *target)
{
    PFN_WDF_REQUEST_COMPLETION_ROUTINE routine = request->of.request.completion;
    WDF_REQUEST_COMPLETION_PARAMS params;
    unsigned irql = cpu_irql();
    if (!routine)
        return;
    describe_completion(request, &params);
    request->of.request.completion = NULL;
    cpu_set_irql(DISPATCH_LEVEL);
    call_driver((PVOID)routine, "EvtRequestCompletionRoutine", 4, (address)request, (address)target,
                (address)&params, (address)request->of.request.completion_context);
    cpu_set_irql(irql);
}

static BOOLEAN NTAPI fx_RequestSend(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, WDFIOTARGET to, PWDF_REQUEST_SEND_OPTIONS options)
{
    static ULONG sent;
    struct object *request = sendable(handle, "WdfRequestSend"), *target = target_of(to, "WdfRequestSend");
    ULONG flags = options ? options->Flags : 0;
    (void)globals;
    if (++sent > MOST_SENT)
        unknown("WdfRequestSend again and again for a device");
    request->of.request.status = REFUSAL;
    request->of.request.is_sent = TRUE;
    if (flags & WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET) {
        if (request->of.request.is_own) {
            request->of.request.status = STATUS_INVALID_DEVICE_STATE;
            return FALSE;
        }
        complete_request(request, REFUSAL, "WdfRequestSend");
    } else if (!(flags & WDF_REQUEST_SEND_OPTION_SYNCHRONOUS)) {
        call_completion(request, target);
    }
    return TRUE;
}

static NTSTATUS NTAPI fx_RequestGetStatus(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    struct object *request = object_of(handle, REQUEST_KIND, "WdfRequestGetStatus");
    (void)globals;
    if (request->of.request.is_own || request->of.request.is_sent || !request->of.request.irp)
        return request->of.request.status;
    return request->of.request.irp->IoStatus.Status;
}

static VOID NTAPI fx_RequestGetCompletionParams(
    PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, PWDF_REQUEST_COMPLETION_PARAMS params)
{
    (void)globals;
    describe_completion(sendable(handle, "WdfRequestGetCompletionParams"), params);
}

/* What was sent has come back already. */
static BOOLEAN NTAPI fx_RequestCancelSentRequest(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    (void)globals;
    object_of(handle, REQUEST_KIND, "WdfRequestCancelSentRequest");
    return FALSE;
}

static NTSTATUS NTAPI fx_RequestChangeTarget(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle, WDFIOTARGET target)
{
    (void)globals;
    sendable(handle, "WdfRequestChangeTarget");
    target_of(target, "WdfRequestChangeTarget");
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_RequestFormatRequestUsingCurrentType(PWDF_DRIVER_GLOBALS globals, WDFREQUEST handle)
{
    (void)globals;
    sendable(handle, "WdfRequestFormatRequestUsingCurrentType");
}

/* ---- requests are formatted */

static NTSTATUS format(WDFIOTARGET target, WDFREQUEST request, WDFMEMORY first, WDFMEMORY second, const char *routine)
{
    target_of(target, routine);
    sendable(request, routine);
    if (first)
        object_of(first, MEMORY_KIND, routine);
    if (second)
        object_of(second, MEMORY_KIND, routine);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_IoTargetFormatRequestForIoctl(
    PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target, WDFREQUEST request, ULONG code, WDFMEMORY input,
    PWDFMEMORY_OFFSET input_offset, WDFMEMORY output, PWDFMEMORY_OFFSET output_offset)
{
    (void)globals;
    (void)code;
    (void)input_offset;
    (void)output_offset;
    return format(target, request, input, output, "WdfIoTargetFormatRequestForIoctl");
}

static NTSTATUS NTAPI fx_IoTargetFormatRequestForRead(
    PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target, WDFREQUEST request, WDFMEMORY buffer, PWDFMEMORY_OFFSET offset,
    PLONGLONG at)
{
    (void)globals;
    (void)offset;
    (void)at;
    return format(target, request, buffer, NULL, "WdfIoTargetFormatRequestForRead or -Write");
}

/* ---- targets */

static NTSTATUS NTAPI fx_IoTargetCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE device, PWDF_OBJECT_ATTRIBUTES attributes, WDFIOTARGET *made)
{
    (void)globals;
    *made = (WDFIOTARGET)new_object(TARGET_KIND, object_of(device, DEVICE_KIND, "WdfIoTargetCreate"), attributes);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_IoTargetOpen(
    PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target, PWDF_IO_TARGET_OPEN_PARAMS params)
{
    (void)globals;
    (void)params;
    target_of(target, "WdfIoTargetOpen");
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS NTAPI fx_IoTargetStart(PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target)
{
    (void)globals;
    target_of(target, "WdfIoTargetStart");
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_IoTargetStop(PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target, ULONG action)
{
    (void)globals;
    (void)action;
    target_of(target, "WdfIoTargetStop or -Purge");
}

static VOID NTAPI fx_IoTargetClose(PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target)
{
    (void)globals;
    target_of(target, "WdfIoTargetClose");
}

static WDFDEVICE NTAPI fx_IoTargetGetDevice(PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target)
{
    (void)globals;
    return (WDFDEVICE)target_of(target, "WdfIoTargetGetDevice")->parent;
}

static PDEVICE_OBJECT NTAPI fx_IoTargetWdmGetTargetDeviceObject(PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target)
{
    struct object *device = target_of(target, "WdfIoTargetWdmGetTargetDeviceObject")->parent;
    (void)globals;
    return device && device->kind == DEVICE_KIND ? device->of.device.physical : NULL;
}

static NTSTATUS NTAPI fx_IoTargetSendIoctlSynchronously(
    PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target, WDFREQUEST request, ULONG code, PWDF_MEMORY_DESCRIPTOR input,
    PWDF_MEMORY_DESCRIPTOR output, PWDF_REQUEST_SEND_OPTIONS options, PULONG_PTR returned)
{
    (void)globals;
    (void)request;
    (void)code;
    (void)input;
    (void)output;
    (void)options;
    target_of(target, "WdfIoTargetSendIoctlSynchronously");
    if (returned)
        *returned = 0;
    return REFUSAL;
}

static NTSTATUS NTAPI fx_IoTargetSendReadSynchronously(
    PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target, WDFREQUEST request, PWDF_MEMORY_DESCRIPTOR buffer, PLONGLONG at,
    PWDF_REQUEST_SEND_OPTIONS options, PULONG_PTR returned)
{
    (void)globals;
    (void)request;
    (void)buffer;
    (void)at;
    (void)options;
    target_of(target, "WdfIoTargetSendReadSynchronously or -Write");
    if (returned)
        *returned = 0;
    return REFUSAL;
}

static NTSTATUS NTAPI fx_IoTargetQueryForInterface(
    PWDF_DRIVER_GLOBALS globals, WDFIOTARGET target, LPCGUID guid, PINTERFACE asked, USHORT bytes, USHORT version,
    PVOID specific)
{
    (void)globals;
    (void)guid;
    (void)asked;
    (void)bytes;
    (void)version;
    (void)specific;
    target_of(target, "WdfIoTargetQueryForInterface");
    return STATUS_NOT_SUPPORTED;
}

const struct framework_function target_functions[] = {
    W(RequestCreate, 2), W(RequestReuse, 2), W(RequestSetCompletionRoutine, 2), W(RequestSend, 2),
    W(RequestGetStatus, 2), W(RequestGetCompletionParams, 2), W(RequestCancelSentRequest, 2),
    W(RequestChangeTarget, 2), W(RequestFormatRequestUsingCurrentType, 2), W(IoTargetFormatRequestForIoctl, 2),
    SAME(IoTargetFormatRequestForInternalIoctl, IoTargetFormatRequestForIoctl, 2),
    W(IoTargetFormatRequestForRead, 2), SAME(IoTargetFormatRequestForWrite, IoTargetFormatRequestForRead, 2),
    W(IoTargetCreate, 2), W(IoTargetOpen, 0), W(IoTargetStart, 2), W(IoTargetStop, 2),
    SAME(IoTargetPurge, IoTargetStop, 2), W(IoTargetClose, 0), SAME(IoTargetCloseForQueryRemove, IoTargetClose, 0),
    W(IoTargetGetDevice, 2), W(IoTargetWdmGetTargetDeviceObject, 2),
    SAME(IoTargetWdmGetTargetPhysicalDevice, IoTargetWdmGetTargetDeviceObject, 2),
    W(IoTargetSendIoctlSynchronously, 0), SAME(IoTargetSendInternalIoctlSynchronously, IoTargetSendIoctlSynchronously, 0),
    W(IoTargetSendReadSynchronously, 0), SAME(IoTargetSendWriteSynchronously, IoTargetSendReadSynchronously, 0),
    W(IoTargetQueryForInterface, 0),
    { 0 },
};
