/*
 * KMDF's devices: what EvtDriverDeviceAdd says of one before it is made, its names, and what Plug and
 * Play and the power manager ask of it.
 */
#include "framework.h"

enum { LINKS = 8 };

static struct {
    UNICODE_STRING name;
    struct object *device;
} links[LINKS];
static ULONG link_count;

void delete_links(struct object *device)
{
    ULONG index;
    for (index = link_count; index-- > 0;)
        if (links[index].device == device) {
            nt_IoDeleteSymbolicLink(&links[index].name);
            give_back(links[index].name.Buffer, OWN, "the framework");
            links[index] = links[--link_count];
        }
}

static NTSTATUS NTAPI fx_DeviceCreate(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT *given, PWDF_OBJECT_ATTRIBUTES attributes, WDFDEVICE *made)
{
    struct WDFDEVICE_INIT *init = (struct WDFDEVICE_INIT *)*given;
    struct object *object;
    PDEVICE_OBJECT device;
    NTSTATUS status;
    (void)globals;
    status = nt_IoCreateDevice(driver, sizeof(struct object *), NULL, init->type, init->characteristics, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    object = new_object(DEVICE_KIND, framework_driver, attributes);
    *(struct object **)device->DeviceExtension = object;
    object->of.device.device = device;
    object->of.device.physical = init->physical;
    object->of.device.power = init->power;
    object->of.device.files = init->files;
    object->of.device.of_requests = init->of_requests;
    object->of.device.of_files = init->of_files;
    object->of.device.in_caller = init->in_caller;
    memcpy(object->of.device.preprocess, init->preprocess, sizeof init->preprocess);
    object->of.device.has_files = init->has_files;
    object->of.device.is_control = init->is_control;
    device->Flags |= init->io_type == WdfDeviceIoDirect ? DO_DIRECT_IO
        : init->io_type == WdfDeviceIoNeither ? 0 : DO_BUFFERED_IO;
    if (init->physical)
        object->of.device.below = nt_IoAttachDeviceToDeviceStack(device, init->physical);
    /* One location more for drivers that look at requests first: they may copy theirs to it. */
    device->StackSize++;
    if (!init->is_control)
        device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    give_back(init, OWN, "WdfDeviceCreate");
    *given = NULL;
    *made = (WDFDEVICE)object;
    return STATUS_SUCCESS;
}

static PWDFDEVICE_INIT NTAPI fx_ControlDeviceInitAllocate(
    PWDF_DRIVER_GLOBALS globals, WDFDRIVER handle, CONST UNICODE_STRING *security)
{
    struct WDFDEVICE_INIT *init = take(sizeof *init, OWN, 'tini');
    (void)globals;
    (void)security;
    object_of(handle, DRIVER_OBJECT_KIND, "WdfControlDeviceInitAllocate");
    init->is_control = TRUE;
    init->type = FILE_DEVICE_UNKNOWN;
    return (PWDFDEVICE_INIT)init;
}

static VOID NTAPI fx_ControlFinishInitializing(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    struct object *object = object_of(handle, DEVICE_KIND, "WdfControlFinishInitializing");
    (void)globals;
    object->of.device.device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
}

static VOID NTAPI fx_DeviceInitFree(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init)
{
    (void)globals;
    give_back(init, OWN, "WdfDeviceInitFree");
}

#define INIT(given) ((struct WDFDEVICE_INIT *)(given))

static VOID NTAPI fx_DeviceInitSetPnpPowerEventCallbacks(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PWDF_PNPPOWER_EVENT_CALLBACKS callbacks)
{
    (void)globals;
    if (callbacks->Size > sizeof *callbacks)
        refuse("WDF_PNPPOWER_EVENT_CALLBACKS are not initialized");
    memcpy(&INIT(init)->power, callbacks, callbacks->Size);
}

static VOID NTAPI fx_DeviceInitSetFileObjectConfig(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PWDF_FILEOBJECT_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes)
{
    (void)globals;
    if (attributes)
        INIT(init)->of_files = *attributes;
    memcpy(&INIT(init)->files, config, sizeof *config);
    INIT(init)->has_files = TRUE;
}

static VOID NTAPI fx_DeviceInitSetIoType(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, WDF_DEVICE_IO_TYPE type)
{
    (void)globals;
    INIT(init)->io_type = type;
}

static VOID NTAPI fx_DeviceInitSetDeviceType(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, DEVICE_TYPE type)
{
    (void)globals;
    INIT(init)->type = type;
}

static VOID NTAPI fx_DeviceInitSetExclusive(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, BOOLEAN exclusive)
{
    (void)globals;
    (void)init;
    (void)exclusive;
}

static VOID NTAPI fx_DeviceInitSetCharacteristics(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, ULONG characteristics, BOOLEAN or_in)
{
    (void)globals;
    INIT(init)->characteristics = characteristics | (or_in ? INIT(init)->characteristics : 0);
}

static NTSTATUS NTAPI fx_DeviceInitAssignName(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PCUNICODE_STRING name)
{
    (void)globals;
    (void)init;
    (void)name;
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_FdoInitSetFilter(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init)
{
    (void)globals;
    (void)init;
}

static NTSTATUS NTAPI fx_DeviceCreateSymbolicLink(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PCUNICODE_STRING name)
{
    UNICODE_STRING target = { 0 };
    struct object *device = object_of(handle, DEVICE_KIND, "WdfDeviceCreateSymbolicLink");
    NTSTATUS status;
    (void)globals;
    if (link_count == LINKS)
        return STATUS_INSUFFICIENT_RESOURCES;
    status = nt_IoCreateSymbolicLink((PUNICODE_STRING)name, &target);
    if (!NT_SUCCESS(status))
        return status;
    links[link_count].device = device;
    links[link_count].name = *name;
    links[link_count].name.Buffer = take(name->Length, OWN, 0);
    memcpy(links[link_count++].name.Buffer, name->Buffer, name->Length);
    return status;
}

static NTSTATUS NTAPI fx_DeviceCreateDeviceInterface(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, CONST GUID *guid, PCUNICODE_STRING reference)
{
    (void)globals;
    (void)guid;
    (void)reference;
    object_of(handle, DEVICE_KIND, "WdfDeviceCreateDeviceInterface");
    return STATUS_SUCCESS;
}

static PDEVICE_OBJECT NTAPI fx_DeviceWdmGetDeviceObject(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    (void)globals;
    return object_of(handle, DEVICE_KIND, "WdfDeviceWdmGetDeviceObject")->of.device.device;
}

static WDFDRIVER NTAPI fx_DeviceGetDriver(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    (void)globals;
    object_of(handle, DEVICE_KIND, "WdfDeviceGetDriver");
    return (WDFDRIVER)framework_driver;
}

/* ---- what Plug and Play asks of a device */

static address resources_of(struct object *object)
{
    if (!object->of.device.resources)
        object->of.device.resources = new_object(RESOURCES_KIND, object, NULL);
    return (address)object->of.device.resources;
}

/* Hardware is prepared without resources, which drivers of real devices refuse: they are not started then. */
static NTSTATUS prepare(struct object *object)
{
    PVOID callback = (PVOID)object->of.device.power.EvtDevicePrepareHardware;
    NTSTATUS status;
    if (!callback)
        return STATUS_SUCCESS;
    status = (NTSTATUS)call_driver(callback, "EvtDevicePrepareHardware", 3, (address)object, resources_of(object),
                                   resources_of(object));
    put("@irp prepare-hardware ");
    put_hex((ULONG)status);
    put(" 0 -1 \n");
    return status;
}

/* A callback of the device, if it has it; `second` is the other argument of those with two. */
static NTSTATUS call_event(struct object *object, PVOID callback, const char *name, ULONG count, address second)
{
    return callback ? (NTSTATUS)call_driver(callback, name, count, (address)object, second) : STATUS_SUCCESS;
}

#define EVENT(object, member) call_event(object, (PVOID)(object)->of.device.power.member, #member, 1, 0)
#define EVENT_WITH(object, member, second) \
    call_event(object, (PVOID)(object)->of.device.power.member, #member, 2, (address)(second))

static NTSTATUS enter_working_state(struct object *object, WDF_POWER_DEVICE_STATE from)
{
    NTSTATUS status = EVENT_WITH(object, EvtDeviceD0Entry, from);
    if (NT_SUCCESS(status))
        status = EVENT_WITH(object, EvtDeviceD0EntryPostInterruptsEnabled, from);
    return status;
}

static void leave_working_state(struct object *object, WDF_POWER_DEVICE_STATE to)
{
    EVENT(object, EvtDeviceSelfManagedIoSuspend);
    EVENT_WITH(object, EvtDeviceD0ExitPreInterruptsDisabled, to);
    EVENT_WITH(object, EvtDeviceD0Exit, to);
}

static NTSTATUS start_device(struct object *object)
{
    NTSTATUS status = prepare(object);
    if (NT_SUCCESS(status))
        status = enter_working_state(object, WdfPowerDeviceD3Final);
    if (NT_SUCCESS(status))
        status = EVENT(object, EvtDeviceSelfManagedIoInit);
    object->of.device.is_working = NT_SUCCESS(status);
    return status;
}

static void remove_device(struct object *object)
{
    PDEVICE_OBJECT device = object->of.device.device;
    BOOLEAN is_working = object->of.device.is_working;
    if (is_working)
        leave_working_state(object, WdfPowerDeviceD3Final);
    if (is_working || object->of.device.resources)
        EVENT_WITH(object, EvtDeviceReleaseHardware, resources_of(object));
    if (is_working) {
        EVENT(object, EvtDeviceSelfManagedIoFlush);
        EVENT(object, EvtDeviceSelfManagedIoCleanup);
    }
    nt_IoDetachDevice(object->of.device.below);
    delete_object(object);
    nt_IoDeleteDevice(device);
}

/* The system sleeps and wakes, for a driver that restarts its input and output then: nothing else calls that. */
static void sleep_and_wake(struct object *object)
{
    leave_working_state(object, WdfPowerDeviceD3);
    object->of.device.is_working = NT_SUCCESS(enter_working_state(object, WdfPowerDeviceD3))
        && NT_SUCCESS(EVENT(object, EvtDeviceSelfManagedIoRestart));
}

static void ask(struct object *object, PVOID callback, const char *name, UCHAR minor)
{
    struct request request = { name, IRP_MJ_PNP, minor, 0, 0, 0, 0, 0, -1 };
    if (callback)
        send(object->of.device.device, &request);
}

BOOLEAN exercise_device(PDEVICE_OBJECT device)
{
    struct object *object = *(struct object **)device->DeviceExtension;
    WDF_PNPPOWER_EVENT_CALLBACKS *power = &object->of.device.power;
    BOOLEAN is_told = power->EvtDeviceSurpriseRemoval != NULL;
    if (!object->of.device.is_working)
        return FALSE;
    ask(object, (PVOID)power->EvtDeviceQueryStop, "query for a stop", IRP_MN_QUERY_STOP_DEVICE);
    ask(object, (PVOID)power->EvtDeviceQueryRemove, "query for removal", IRP_MN_QUERY_REMOVE_DEVICE);
    if (power->EvtDeviceSelfManagedIoRestart)
        sleep_and_wake(object);
    return is_told;
}

static NTSTATUS serve_pnp(struct object *object, UCHAR minor)
{
    switch (minor) {
    case IRP_MN_START_DEVICE:
        return start_device(object);
    case IRP_MN_QUERY_STOP_DEVICE:
        return EVENT(object, EvtDeviceQueryStop);
    case IRP_MN_QUERY_REMOVE_DEVICE:
        return EVENT(object, EvtDeviceQueryRemove);
    case IRP_MN_SURPRISE_REMOVAL:
        /* It has no result. */
        if (object->of.device.is_working)
            EVENT(object, EvtDeviceSurpriseRemoval);
        return STATUS_SUCCESS;
    case IRP_MN_REMOVE_DEVICE:
        remove_device(object);
        return STATUS_SUCCESS;
    default:
        return STATUS_SUCCESS;
    }
}

/* A driver may look at a request first, and gives it back with WdfDeviceWdmDispatchPreprocessedIrp. */
NTSTATUS NTAPI framework_dispatch(PDEVICE_OBJECT device, PIRP irp)
{
    struct object *object = *(struct object **)device->DeviceExtension;
    UCHAR major = irp->Tail.Overlay.CurrentStackLocation->MajorFunction;
    PVOID preprocess = (PVOID)object->of.device.preprocess[major];
    if (preprocess)
        return (NTSTATUS)call_driver(preprocess, "EvtDeviceWdmIrpPreprocess", 2, (address)object, (address)irp);
    return dispatch_irp(object, irp);
}

NTSTATUS dispatch_irp(struct object *object, PIRP irp)
{
    PIO_STACK_LOCATION location = irp->Tail.Overlay.CurrentStackLocation;
    if (location->MajorFunction != IRP_MJ_PNP)
        return serve_request(object, irp, location->MajorFunction);
    irp->IoStatus.Status = serve_pnp(object, location->MinorFunction);
    nt_IofCompleteRequest(irp, 0);
    return irp->IoStatus.Status;
}

const struct framework_function device_functions[] = {
    W(DeviceCreate, 0), W(ControlDeviceInitAllocate, 0), W(ControlFinishInitializing, 0), W(DeviceInitFree, 2),
    W(DeviceInitSetPnpPowerEventCallbacks, 2), W(DeviceInitSetFileObjectConfig, 2), W(DeviceInitSetIoType, 2),
    W(DeviceInitSetDeviceType, 2), W(DeviceInitSetExclusive, 2), W(DeviceInitSetCharacteristics, 2),
    W(DeviceInitAssignName, 0), W(FdoInitSetFilter, 2), W(DeviceCreateSymbolicLink, 0),
    W(DeviceCreateDeviceInterface, 0), W(DeviceWdmGetDeviceObject, 2), W(DeviceGetDriver, 2),
    { 0 },
};
