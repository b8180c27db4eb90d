/*
 * kmdf - a metronome by the Kernel-Mode Driver Framework: a timer counts beats, a program sets
 * their period and reads their number. It has a device with a context, a queue and a timer.
 *
 * The framework serializes the queue's and the timer's callbacks with the device's lock, so the
 * context needs none of its own. The timer runs at DISPATCH_LEVEL: callbacks that the lock
 * serializes with it do so too, and may not be paged out.
 */

#include <ntddk.h>
#include <wdf.h>
#include <ntbuild/sections.h>

#include "metronome.h"

#define PERIOD_MIN 10
#define PERIOD_MAX 60000

typedef struct {
    METRONOME_STATE State;
    WDFTIMER Timer;
} METRONOME_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(METRONOME_CONTEXT, MetronomeContext)

NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;
NTBUILD_PAGE static EVT_WDF_DRIVER_DEVICE_ADD MetronomeDeviceAdd;
NTBUILD_PAGE static NTSTATUS MetronomeCreateTimer(WDFDEVICE Device, WDFTIMER *Timer);
static EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL MetronomeDeviceControl;
static EVT_WDF_TIMER MetronomeBeat;
static NTSTATUS MetronomeSetPeriod(METRONOME_CONTEXT *Context, WDFREQUEST Request);
static NTSTATUS MetronomeRead(METRONOME_CONTEXT *Context, WDFREQUEST Request);

static VOID NTAPI MetronomeBeat(WDFTIMER Timer)
{
    METRONOME_CONTEXT *Context = MetronomeContext(WdfTimerGetParentObject(Timer));

    if (Context->State.Period == 0)
        return; /* it was stopped while this beat was under way */
    Context->State.Beats++;
    WdfTimerStart(Timer, WDF_REL_TIMEOUT_IN_MS(Context->State.Period));
}

static NTSTATUS MetronomeSetPeriod(METRONOME_CONTEXT *Context, WDFREQUEST Request)
{
    PULONG Period;
    NTSTATUS Status;

    Status = WdfRequestRetrieveInputBuffer(Request, sizeof(*Period), (PVOID *)&Period, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    if (*Period != 0 && (*Period < PERIOD_MIN || *Period > PERIOD_MAX))
        return STATUS_INVALID_PARAMETER;
    Context->State.Period = *Period;
    if (*Period == 0)
        WdfTimerStop(Context->Timer, FALSE);
    else
        WdfTimerStart(Context->Timer, WDF_REL_TIMEOUT_IN_MS(*Period));
    return STATUS_SUCCESS;
}

static NTSTATUS MetronomeRead(METRONOME_CONTEXT *Context, WDFREQUEST Request)
{
    METRONOME_STATE *State;
    NTSTATUS Status;

    Status = WdfRequestRetrieveOutputBuffer(Request, sizeof(*State), (PVOID *)&State, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    *State = Context->State;
    WdfRequestSetInformation(Request, sizeof(*State));
    return STATUS_SUCCESS;
}

static VOID NTAPI MetronomeDeviceControl(
    WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength, size_t InputBufferLength,
    ULONG IoControlCode)
{
    METRONOME_CONTEXT *Context = MetronomeContext(WdfIoQueueGetDevice(Queue));
    NTSTATUS Status = STATUS_INVALID_DEVICE_REQUEST;

    if (IoControlCode == IOCTL_METRONOME_SET_PERIOD)
        Status = MetronomeSetPeriod(Context, Request);
    else if (IoControlCode == IOCTL_METRONOME_READ)
        Status = MetronomeRead(Context, Request);
    WdfRequestComplete(Request, Status);
}

/* One shot at a time: each beat starts the next, so a new period holds from the next beat on. */
static NTSTATUS MetronomeCreateTimer(WDFDEVICE Device, WDFTIMER *Timer)
{
    WDF_OBJECT_ATTRIBUTES Attributes;
    WDF_TIMER_CONFIG Config;

    WDF_TIMER_CONFIG_INIT(&Config, MetronomeBeat);
    WDF_OBJECT_ATTRIBUTES_INIT(&Attributes);
    Attributes.ParentObject = Device;
    return WdfTimerCreate(&Config, &Attributes, Timer);
}

static NTSTATUS NTAPI MetronomeDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DECLARE_CONST_UNICODE_STRING(Link, L"\\DosDevices\\Metronome");
    WDF_OBJECT_ATTRIBUTES Attributes;
    WDF_IO_QUEUE_CONFIG Queue;
    WDFDEVICE Device;
    NTSTATUS Status;

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&Attributes, METRONOME_CONTEXT);
    Attributes.SynchronizationScope = WdfSynchronizationScopeDevice;
    Status = WdfDeviceCreate(&DeviceInit, &Attributes, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = MetronomeCreateTimer(Device, &MetronomeContext(Device)->Timer);
    if (!NT_SUCCESS(Status))
        return Status;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&Queue, WdfIoQueueDispatchSequential);
    Queue.EvtIoDeviceControl = MetronomeDeviceControl;
    Status = WdfIoQueueCreate(Device, &Queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(Status))
        return Status;
    return WdfDeviceCreateSymbolicLink(Device, &Link);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG Config;

    WDF_DRIVER_CONFIG_INIT(&Config, MetronomeDeviceAdd);
    return WdfDriverCreate(
        DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &Config, WDF_NO_HANDLE);
}
