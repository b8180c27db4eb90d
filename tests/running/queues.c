/*
 * A KMDF driver as real ones are: a request goes from the default queue to a manual one, which a timer
 * and a work item empty; a read is cancelable; a write is sent down; a look is taken in the caller's context.
 */
#include <ntddk.h>
#include <wdf.h>
#include <usb.h>
#include <wdfusb.h>

#define LATER CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define NEVER CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define RAW CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_NEITHER, FILE_ANY_ACCESS)
#define SEND CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct _STATE {
    WDFQUEUE Default, Waiting;
    WDFTIMER Timer;
    WDFWORKITEM Item;
    WDFREQUEST Own;
    ULONG Told;
} STATE;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(STATE, StateOf)

typedef struct _MARK {
    WDFMEMORY Locked;
} MARK;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(MARK, MarkOf)

DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_DRIVER_DEVICE_ADD Add;
static EVT_WDF_IO_IN_CALLER_CONTEXT Look;
static EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL Control;
static EVT_WDF_IO_QUEUE_IO_READ Read;
static EVT_WDF_IO_QUEUE_IO_WRITE Write;
static EVT_WDF_IO_QUEUE_STATE Ready;
static EVT_WDF_TIMER Tick;
static EVT_WDF_WORKITEM Work;
static EVT_WDF_REQUEST_CANCEL Cancelled;
static EVT_WDF_REQUEST_COMPLETION_ROUTINE Sent;

static VOID Look(WDFDEVICE Device, WDFREQUEST Request)
{
    WDF_REQUEST_PARAMETERS Parameters;
    NTSTATUS Status = STATUS_SUCCESS;
    WDFMEMORY Memory;
    PVOID Buffer;
    size_t Bytes;

    WDF_REQUEST_PARAMETERS_INIT(&Parameters);
    WdfRequestGetParameters(Request, &Parameters);
    if (Parameters.Type == WdfRequestTypeDeviceControl && Parameters.Parameters.DeviceIoControl.IoControlCode == RAW) {
        Status = WdfRequestRetrieveUnsafeUserInputBuffer(Request, 4, &Buffer, &Bytes);
        if (NT_SUCCESS(Status))
            Status = WdfRequestProbeAndLockUserBufferForRead(Request, Buffer, Bytes, &Memory);
        if (NT_SUCCESS(Status))
            MarkOf(Request)->Locked = Memory;
    }
    if (NT_SUCCESS(Status))
        Status = WdfDeviceEnqueueRequest(Device, Request);
    if (!NT_SUCCESS(Status))
        WdfRequestComplete(Request, Status);
}

static VOID Ready(WDFQUEUE Queue, WDFCONTEXT Context)
{
    (void)Queue;
    StateOf((WDFDEVICE)Context)->Told++;
}

/* The timer lets a work item do what takes long. */
static VOID Tick(WDFTIMER Timer)
{
    WdfWorkItemEnqueue(StateOf((WDFDEVICE)WdfTimerGetParentObject(Timer))->Item);
}

static VOID Work(WDFWORKITEM Item)
{
    STATE *State = StateOf((WDFDEVICE)WdfWorkItemGetParentObject(Item));
    ULONG Waiting, Owned, Value = 0;
    WDFREQUEST Request, Again;
    WDFMEMORY In, Out;
    WDF_IO_QUEUE_STATE Queue = WdfIoQueueGetState(State->Waiting, &Waiting, &Owned);

    DbgPrint("waiting %u, owned %u, idle %d, told %u\n", Waiting, Owned, WDF_IO_QUEUE_IDLE(Queue) != 0, State->Told);
    DbgPrint("find %08X", WdfIoQueueFindRequest(State->Waiting, NULL, NULL, NULL, &Again));
    WdfObjectDereference(Again);
    DbgPrint(" %08X", WdfIoQueueRetrieveFoundRequest(State->Waiting, Again, &Request));
    DbgPrint(" %d", Again == Request);
    DbgPrint(" %08X", WdfIoQueueRetrieveNextRequest(State->Waiting, &Again));
    DbgPrint(" %08X\n", WdfRequestRequeue(Request));
    if (!NT_SUCCESS(WdfIoQueueRetrieveNextRequest(State->Waiting, &Request)))
        return;
    WdfRequestRetrieveInputMemory(Request, &In);
    WdfRequestRetrieveOutputMemory(Request, &Out);
    WdfMemoryCopyToBuffer(In, 0, &Value, sizeof(Value));
    Value *= 2;
    DbgPrint("memory %08X", WdfMemoryCopyFromBuffer(Out, 1, &Value, sizeof(Value)));
    DbgPrint(" %08X\n", WdfMemoryCopyFromBuffer(Out, 0, &Value, sizeof(Value)));
    WdfRequestSetInformation(Request, sizeof(Value));
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

static VOID Cancelled(WDFREQUEST Request)
{
    DbgPrint("cancelled %d %08X\n", WdfRequestIsCanceled(Request), WdfRequestUnmarkCancelable(Request));
    WdfRequestComplete(Request, STATUS_CANCELLED);
}

static VOID Read(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    (void)Queue;
    DbgPrint("read %u", (ULONG)Length);
    DbgPrint(" %08X", WdfRequestMarkCancelableEx(Request, Cancelled));
    DbgPrint(" %08X", WdfRequestUnmarkCancelable(Request));
    DbgPrint(" %08X\n", WdfRequestMarkCancelableEx(Request, Cancelled));
}

static VOID Sent(WDFREQUEST Request, WDFIOTARGET Target, PWDF_REQUEST_COMPLETION_PARAMS Params, WDFCONTEXT Context)
{
    (void)Target;
    DbgPrint("sent %08X %08X %d\n", Params->IoStatus.Status, WdfRequestGetStatus(Request),
             Context == (WDFCONTEXT)Request);
}

/* The driver's own request goes down first, then the program's, which is forgotten. */
static VOID Write(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    WDFDEVICE Device = WdfIoQueueGetDevice(Queue);
    WDFIOTARGET Target = WdfDeviceGetIoTarget(Device);
    WDF_REQUEST_SEND_OPTIONS Options;
    WDF_REQUEST_REUSE_PARAMS Reuse;
    WDFREQUEST Own = StateOf(Device)->Own;

    (void)Length;
    WDF_REQUEST_REUSE_PARAMS_INIT(&Reuse, WDF_REQUEST_REUSE_NO_FLAGS, STATUS_SUCCESS);
    WdfRequestReuse(Own, &Reuse);
    DbgPrint("format %08X\n", WdfIoTargetFormatRequestForIoctl(Target, Own, SEND, NULL, NULL, NULL, NULL));
    WdfRequestSetCompletionRoutine(Own, Sent, Own);
    DbgPrint("send %d\n", WdfRequestSend(Own, Target, WDF_NO_SEND_OPTIONS));
    WDF_REQUEST_SEND_OPTIONS_INIT(&Options, WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET);
    WdfRequestFormatRequestUsingCurrentType(Request);
    if (!WdfRequestSend(Request, Target, &Options))
        WdfRequestComplete(Request, WdfRequestGetStatus(Request));
}

static VOID Control(WDFQUEUE Queue, WDFREQUEST Request, size_t Out, size_t In, ULONG Code)
{
    STATE *State = StateOf(WdfIoQueueGetDevice(Queue));
    NTSTATUS Status = STATUS_INVALID_DEVICE_REQUEST;
    ULONG *Value;

    (void)Out;
    (void)In;
    if (Code == RAW) {
        Value = WdfMemoryGetBuffer(MarkOf(Request)->Locked, NULL);
        WdfRequestCompleteWithInformation(Request, *Value == 7 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL, 0);
        return;
    }
    if (Code == LATER || Code == NEVER) {
        DbgPrint("same queue %08X\n", WdfRequestForwardToIoQueue(Request, Queue));
        Status = WdfRequestForwardToIoQueue(Request, State->Waiting);
    }
    if (!NT_SUCCESS(Status))
        WdfRequestComplete(Request, Status);
    else if (Code == LATER)
        WdfTimerStart(State->Timer, WDF_REL_TIMEOUT_IN_MS(10));
}

static NTSTATUS Queues(WDFDEVICE Device, STATE *State)
{
    WDF_IO_QUEUE_CONFIG Config;
    WDF_TIMER_CONFIG Timer;
    WDF_WORKITEM_CONFIG Item;
    WDF_OBJECT_ATTRIBUTES Attributes;
    NTSTATUS Status;

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&Config, WdfIoQueueDispatchParallel);
    Config.EvtIoDeviceControl = Control;
    Config.EvtIoRead = Read;
    Config.EvtIoWrite = Write;
    Status = WdfIoQueueCreate(Device, &Config, WDF_NO_OBJECT_ATTRIBUTES, &State->Default);
    WDF_IO_QUEUE_CONFIG_INIT(&Config, WdfIoQueueDispatchManual);
    if (NT_SUCCESS(Status))
        Status = WdfIoQueueCreate(Device, &Config, WDF_NO_OBJECT_ATTRIBUTES, &State->Waiting);
    if (NT_SUCCESS(Status))
        Status = WdfIoQueueReadyNotify(State->Waiting, Ready, Device);
    WDF_OBJECT_ATTRIBUTES_INIT(&Attributes);
    Attributes.ParentObject = Device;
    WDF_TIMER_CONFIG_INIT(&Timer, Tick);
    if (NT_SUCCESS(Status))
        Status = WdfTimerCreate(&Timer, &Attributes, &State->Timer);
    WDF_WORKITEM_CONFIG_INIT(&Item, Work);
    if (NT_SUCCESS(Status))
        Status = WdfWorkItemCreate(&Item, &Attributes, &State->Item);
    return Status;
}

static NTSTATUS Add(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    WDF_OBJECT_ATTRIBUTES Attributes;
    WDFDEVICE Device;
    WDFUSBDEVICE Usb;
    NTSTATUS Status;
    STATE *State;

    (void)Driver;
    WdfDeviceInitSetIoInCallerContextCallback(Init, Look);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&Attributes, MARK);
    WdfDeviceInitSetRequestAttributes(Init, &Attributes);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&Attributes, STATE);
    Status = WdfDeviceCreate(&Init, &Attributes, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    State = StateOf(Device);
    DbgPrint("context %d\n", WdfObjectContextGetObject(State) == (WDFOBJECT)Device);
    DbgPrint("usb %08X\n", WdfUsbTargetDeviceCreate(Device, WDF_NO_OBJECT_ATTRIBUTES, &Usb));
    Status = Queues(Device, State);
    if (NT_SUCCESS(Status))
        Status = WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, WdfDeviceGetIoTarget(Device), &State->Own);
    return Status;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG Config;

    WDF_DRIVER_CONFIG_INIT(&Config, Add);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &Config, WDF_NO_HANDLE);
}
