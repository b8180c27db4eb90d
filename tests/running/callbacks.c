/* A KMDF driver whose routines for power, removal and wake are all there; a test says what one does. */
#include <ntddk.h>
#include <wdf.h>

DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_DRIVER_DEVICE_ADD Add;
static EVT_WDF_DEVICE_SURPRISE_REMOVAL Surprise;
static EVT_WDF_DEVICE_QUERY_REMOVE QueryRemove;
static EVT_WDF_DEVICE_QUERY_STOP QueryStop;
static EVT_WDF_DEVICE_USAGE_NOTIFICATION Usage;
static EVT_WDF_DEVICE_SELF_MANAGED_IO_SUSPEND Suspend;
static EVT_WDF_DEVICE_SELF_MANAGED_IO_RESTART Restart;
static EVT_WDF_DEVICE_D0_ENTRY Enter;
static EVT_WDF_DEVICE_D0_EXIT Leave;
static EVT_WDF_DEVICE_ARM_WAKE_FROM_S0 Arm;
static EVT_WDF_DEVICE_DISARM_WAKE_FROM_S0 Disarm;
static EVT_WDF_DEVICE_WAKE_FROM_S0_TRIGGERED Wake;
static EVT_WDF_OBJECT_CONTEXT_CLEANUP Cleanup;
static EVT_WDF_OBJECT_CONTEXT_CLEANUP RequestCleanup;
static EVT_WDF_IO_QUEUE_IO_RESUME Resume;
static EVT_WDFDEVICE_WDM_IRP_PREPROCESS Preprocess;

static VOID Surprise(WDFDEVICE Device)
{
    (void)Device;
    DbgPrint("surprise\n");
    LOST
}

static NTSTATUS QueryRemove(WDFDEVICE Device)
{
    (void)Device;
    DbgPrint("query remove\n");
    return STATUS_SUCCESS;
}

static NTSTATUS QueryStop(WDFDEVICE Device)
{
    (void)Device;
    DbgPrint("query stop\n");
    return STATUS_UNSUCCESSFUL;
}

static VOID Usage(WDFDEVICE Device, WDF_SPECIAL_FILE_TYPE Type, BOOLEAN In)
{
    (void)Device;
    (void)Type;
    (void)In;
}

static NTSTATUS Suspend(WDFDEVICE Device)
{
    (void)Device;
    DbgPrint("suspend\n");
    return STATUS_SUCCESS;
}

static NTSTATUS Restart(WDFDEVICE Device)
{
    (void)Device;
    DbgPrint("restart\n");
    return STATUS_SUCCESS;
}

static NTSTATUS Enter(WDFDEVICE Device, WDF_POWER_DEVICE_STATE From)
{
    (void)Device;
    DbgPrint("enter from %d\n", (int)From);
    return STATUS_SUCCESS;
}

static NTSTATUS Leave(WDFDEVICE Device, WDF_POWER_DEVICE_STATE To)
{
    (void)Device;
    DbgPrint("leave to %d\n", (int)To);
    return STATUS_SUCCESS;
}

static NTSTATUS Arm(WDFDEVICE Device)
{
    (void)Device;
    return STATUS_SUCCESS;
}

static VOID Disarm(WDFDEVICE Device)
{
    (void)Device;
}

static VOID Wake(WDFDEVICE Device)
{
    (void)Device;
}

static VOID Cleanup(WDFOBJECT Device)
{
    (void)Device;
    DbgPrint("cleanup\n");
}

static VOID RequestCleanup(WDFOBJECT Request)
{
    (void)Request;
}

static VOID Resume(WDFQUEUE Queue, WDFREQUEST Request)
{
    (void)Queue;
    (void)Request;
}

static NTSTATUS Preprocess(WDFDEVICE Device, PIRP Irp)
{
    DbgPrint("preprocess\n");
    IoCopyCurrentIrpStackLocationToNext(Irp);
    return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

static NTSTATUS Add(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\DosDevices\\Callbacks");
    WDF_POWER_POLICY_EVENT_CALLBACKS Policy;
    WDF_PNPPOWER_EVENT_CALLBACKS Power;
    WDF_OBJECT_ATTRIBUTES Attributes;
    WDF_IO_QUEUE_CONFIG Config;
    WDFDEVICE Device;
    NTSTATUS Status;

    (void)Driver;
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&Power);
    Power.EvtDeviceD0Entry = Enter;
    Power.EvtDeviceD0Exit = Leave;
    Power.EvtDeviceSelfManagedIoSuspend = Suspend;
    Power.EvtDeviceSelfManagedIoRestart = Restart;
    Power.EvtDeviceSurpriseRemoval = Surprise;
    Power.EvtDeviceQueryRemove = QueryRemove;
    Power.EvtDeviceQueryStop = QueryStop;
    Power.EvtDeviceUsageNotification = Usage;
    WdfDeviceInitSetPnpPowerEventCallbacks(Init, &Power);
    WDF_POWER_POLICY_EVENT_CALLBACKS_INIT(&Policy);
    Policy.EvtDeviceArmWakeFromS0 = Arm;
    Policy.EvtDeviceDisarmWakeFromS0 = Disarm;
    Policy.EvtDeviceWakeFromS0Triggered = Wake;
    WdfDeviceInitSetPowerPolicyEventCallbacks(Init, &Policy);
    Status = WdfDeviceInitAssignWdmIrpPreprocessCallback(Init, Preprocess, IRP_MJ_CREATE, NULL, 0);
    if (!NT_SUCCESS(Status))
        return Status;
    WDF_OBJECT_ATTRIBUTES_INIT(&Attributes);
    Attributes.EvtCleanupCallback = RequestCleanup;
    WdfDeviceInitSetRequestAttributes(Init, &Attributes);
    Attributes.EvtCleanupCallback = Cleanup;
    Status = WdfDeviceCreate(&Init, &Attributes, &Device);
    if (NT_SUCCESS(Status))
        Status = WdfDeviceCreateSymbolicLink(Device, &Link);
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&Config, WdfIoQueueDispatchParallel);
    Config.EvtIoResume = Resume;
    if (NT_SUCCESS(Status))
        Status = WdfIoQueueCreate(Device, &Config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    return Status;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG Config;

    WDF_DRIVER_CONFIG_INIT(&Config, Add);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &Config, WDF_NO_HANDLE);
}
