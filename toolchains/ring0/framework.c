/*
 * KMDF: binding, objects with their contexts, the driver and its devices. A function that is not
 * served ends the run as unknown when it is called, with its index in the framework's table.
 */
#include "framework.h"

#include <stddef.h>
#include <usb.h>
#include <wdfusb.h>

enum { MAGIC = 0x4f584657, LINKS = 8 };

PWDF_DRIVER_GLOBALS framework_globals;
struct object *framework_driver;
static PVOID functions[WdfFunctionTableNumEntries];
static struct {
    UNICODE_STRING name;
    struct object *device;
} links[LINKS];
static ULONG link_count;
static BOOLEAN is_bound;

/* ---- objects */

struct object *object_of(PVOID handle, int kind, const char *routine)
{
    struct object *object = handle;
    if (!is_mapped((address)object) || object->magic != MAGIC || object->is_gone
        || (kind >= 0 && (int)object->kind != kind)) {
        begin_reason(routine);
        put(" is given a wrong handle: ");
        put_place((address)handle);
        finish("refused");
    }
    return object;
}

static struct context *add_context(struct object *object, PWDF_OBJECT_ATTRIBUTES attributes)
{
    struct context *context;
    size_t bytes;
    if (!attributes || (!attributes->ContextTypeInfo && !attributes->EvtCleanupCallback
                        && !attributes->EvtDestroyCallback))
        return NULL;
    context = take(sizeof *context, OWN, 'xtnC');
    context->type = attributes->ContextTypeInfo;
    context->cleanup = attributes->EvtCleanupCallback;
    context->destroy = attributes->EvtDestroyCallback;
    if (context->type) {
        bytes = attributes->ContextSizeOverride ? attributes->ContextSizeOverride : context->type->ContextSize;
        context->at = take(bytes, OWN, 'xtnC');
    }
    context->next = object->contexts;
    object->contexts = context;
    return context;
}

struct object *new_object(enum object_kind kind, struct object *parent, PWDF_OBJECT_ATTRIBUTES attributes)
{
    struct object *object = take(sizeof *object, OWN, 'jbOF');
    if (attributes && attributes->Size < 4 * sizeof(PVOID))
        refuse("WDF_OBJECT_ATTRIBUTES are not initialized");
    object->magic = MAGIC;
    object->kind = kind;
    if (attributes && attributes->ParentObject)
        parent = object_of(attributes->ParentObject, -1, "WDF_OBJECT_ATTRIBUTES.ParentObject");
    if (attributes) {
        object->level = attributes->ExecutionLevel;
        object->scope = attributes->SynchronizationScope;
    }
    move_object(object, parent);
    add_context(object, attributes);
    return object;
}

static void leave_parent(struct object *object)
{
    struct object **at;
    if (!object->parent)
        return;
    for (at = &object->parent->children; *at && *at != object; at = &(*at)->next)
        ;
    if (*at)
        *at = object->next;
}

void move_object(struct object *object, struct object *parent)
{
    leave_parent(object);
    object->parent = parent;
    if (parent) {
        object->next = parent->children;
        parent->children = object;
    }
}

static void call_callbacks(struct object *object, BOOLEAN is_destroy)
{
    struct context *context = object->contexts;
    for (; context; context = context->next) {
        PVOID callback = is_destroy ? (PVOID)context->destroy : (PVOID)context->cleanup;
        if (callback)
            call_driver(callback, is_destroy ? "EvtDestroyCallback" : "EvtCleanupCallback", 1, (address)object);
    }
}

static void free_contexts(struct object *object)
{
    struct context *context, *next;
    for (context = object->contexts; context; context = next) {
        next = context->next;
        if (context->at)
            give_back(context->at, OWN, "the framework");
        give_back(context, OWN, "the framework");
    }
}

/* Links go with the device that they lead to. */
static void delete_links(struct object *device)
{
    ULONG index;
    for (index = link_count; index-- > 0;)
        if (links[index].device == device) {
            nt_IoDeleteSymbolicLink(&links[index].name);
            give_back(links[index].name.Buffer, OWN, "the framework");
            links[index] = links[--link_count];
        }
}

static void stop_object(struct object *object)
{
    if (object->kind == DEVICE_KIND) {
        delete_links(object);
    } else if (object->kind == TIMER_KIND) {
        nt_KeCancelTimer(&object->of.timer.timer);
        nt_KeRemoveQueueDpc(&object->of.timer.dpc);
    } else if (object->kind == DPC_KIND) {
        nt_KeRemoveQueueDpc(&object->of.work.dpc);
    } else if ((object->kind == MEMORY_KIND || object->kind == BUFFER_KIND || object->kind == STRING_KIND)
               && object->of.memory.at && !object->of.memory.is_foreign) {
        give_back(object->of.memory.at, OWN, "the framework");
    } else if (object->kind == COLLECTION_KIND) {
        empty_collection(object);
    }
}

/* Children go first; handles of what is gone are not there any more. */
void delete_object(struct object *object)
{
    call_callbacks(object, FALSE);
    while (object->children)
        delete_object(object->children);
    stop_object(object);
    call_callbacks(object, TRUE);
    object->is_gone = TRUE;
    leave_parent(object);
    free_contexts(object);
    give_back(object, OWN, "the framework");
}

static PVOID FASTCALL fx_ObjectGetTypedContextWorker(
    PWDF_DRIVER_GLOBALS globals, WDFOBJECT handle, PCWDF_OBJECT_CONTEXT_TYPE_INFO type)
{
    struct object *object = object_of(handle, -1, "WdfObjectGetTypedContextWorker");
    struct context *context = object->contexts;
    (void)globals;
    for (; context; context = context->next)
        if (context->type == type)
            return context->at;
    return NULL;
}

static struct object *owner_of(struct object *object, PVOID at)
{
    struct context *context;
    struct object *child, *found;
    for (context = object->contexts; context; context = context->next)
        if (context->at == at)
            return object;
    for (child = object->children; child; child = child->next)
        if ((found = owner_of(child, at)))
            return found;
    return NULL;
}

struct object *object_of_context(PVOID at)
{
    return at && framework_driver ? owner_of(framework_driver, at) : NULL;
}

static NTSTATUS NTAPI fx_ObjectAllocateContext(
    PWDF_DRIVER_GLOBALS globals, WDFOBJECT handle, PWDF_OBJECT_ATTRIBUTES attributes, PVOID *at)
{
    struct context *context = add_context(object_of(handle, -1, "WdfObjectAllocateContext"), attributes);
    (void)globals;
    if (at)
        *at = context ? context->at : NULL;
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_ObjectDelete(PWDF_DRIVER_GLOBALS globals, WDFOBJECT handle)
{
    struct object *object = object_of(handle, -1, "WdfObjectDelete");
    (void)globals;
    if (object->kind == DEVICE_KIND) {
        PDEVICE_OBJECT device = object->of.device.device;
        delete_object(object);
        nt_IoDeleteDevice(device);
        return;
    }
    delete_object(object);
}

static NTSTATUS NTAPI fx_ObjectCreate(PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *made)
{
    (void)globals;
    *made = new_object(GENERAL_KIND, framework_driver, attributes);
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_ObjectReferenceActual(
    PWDF_DRIVER_GLOBALS globals, WDFOBJECT handle, PVOID tag, LONG line, PCCH file)
{
    (void)globals;
    (void)tag;
    (void)line;
    (void)file;
    object_of(handle, -1, "WdfObjectReference");
}

/* ---- the driver */

static VOID NTAPI unload(PDRIVER_OBJECT owner)
{
    WDF_DRIVER_CONFIG *config = &framework_driver->of.driver.config;
    (void)owner;
    if (config->EvtDriverUnload)
        call_driver((PVOID)config->EvtDriverUnload, "EvtDriverUnload", 1, (address)framework_driver);
    /* Control devices live as long as the driver. */
    while (driver->DeviceObject) {
        struct object *object = *(struct object **)driver->DeviceObject->DeviceExtension;
        if (!object->of.device.is_control)
            refuse("a device of Plug and Play is left behind at unload");
        fx_ObjectDelete(framework_globals, object);
    }
    delete_object(framework_driver);
    framework_driver = NULL;
}

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT owner, PDEVICE_OBJECT physical)
{
    struct WDFDEVICE_INIT *init = take(sizeof *init, OWN, 'tini');
    PFN_WDF_DRIVER_DEVICE_ADD callback = framework_driver->of.driver.config.EvtDriverDeviceAdd;
    NTSTATUS status;
    (void)owner;
    init->physical = physical;
    init->type = FILE_DEVICE_UNKNOWN;
    status = (NTSTATUS)call_driver((PVOID)callback, "EvtDriverDeviceAdd", 2, (address)framework_driver, (address)init);
    put("@irp device-add ");
    put_hex((ULONG)status);
    put(" 0 -1 \n");
    return status;
}

static NTSTATUS NTAPI fx_DriverCreate(
    PWDF_DRIVER_GLOBALS globals, PDRIVER_OBJECT owner, PCUNICODE_STRING path, PWDF_OBJECT_ATTRIBUTES attributes,
    PWDF_DRIVER_CONFIG config, WDFDRIVER *made)
{
    ULONG index;
    (void)path;
    if (globals != framework_globals || owner != driver)
        return STATUS_INVALID_PARAMETER;
    if (config->Size < 3 * sizeof(PVOID) || config->Size > sizeof *config)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (framework_driver)
        return STATUS_DRIVER_INTERNAL_ERROR;
    framework_driver = new_object(DRIVER_OBJECT_KIND, NULL, attributes);
    memcpy(&framework_driver->of.driver.config, config, config->Size);
    globals->Driver = (WDFDRIVER)framework_driver;
    for (index = 0; index <= IRP_MJ_MAXIMUM_FUNCTION; index++)
        driver->MajorFunction[index] = framework_dispatch;
    driver->DriverUnload = unload;
    if (config->EvtDriverDeviceAdd)
        driver->DriverExtension->AddDevice = add_device;
    if (made)
        *made = (WDFDRIVER)framework_driver;
    return STATUS_SUCCESS;
}

static PWSTR NTAPI fx_DriverGetRegistryPath(PWDF_DRIVER_GLOBALS globals, WDFDRIVER handle)
{
    (void)globals;
    object_of(handle, DRIVER_OBJECT_KIND, "WdfDriverGetRegistryPath");
    return (PWSTR)L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\sample";
}

static PDRIVER_OBJECT NTAPI fx_DriverWdmGetDriverObject(PWDF_DRIVER_GLOBALS globals, WDFDRIVER handle)
{
    (void)globals;
    object_of(handle, DRIVER_OBJECT_KIND, "WdfDriverWdmGetDriverObject");
    return driver;
}

/* ---- devices */

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

static BOOLEAN exercise_device(PDEVICE_OBJECT device)
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

/* ---- callbacks that functions are given, by the tables of the framework's declarations */

static const struct {
    ULONG index;                /* of the function */
    ULONG argument;
    LONG offset;                /* in the structure that the argument points to, or -1: it is the callback itself */
    const char *kind;
} registering[] = {
#define MEMBER(function, argument, structure, member) \
    { function##TableIndex, argument + 1, (LONG)offsetof(structure, member), #member },
#define CALLBACK(function, argument, kind) { function##TableIndex, argument + 1, -1, #kind },
#include "framework_callbacks.h"
};
static struct routine routines[WdfFunctionTableNumEntries];
static ULONG routine_indices[WdfFunctionTableNumEntries];

/* A structure's first member is its size, which is smaller in drivers for an older framework. */
static void note_arguments(const struct routine *routine, const struct frame *frame, address sp)
{
    ULONG each, index;
    if (routine < routines || routine >= routines + WdfFunctionTableNumEntries)
        return;
    index = routine_indices[routine - routines];
    for (each = 0; each < sizeof registering / sizeof *registering; each++) {
        address given;
        if (registering[each].index != index)
            continue;
        given = argument_of(frame, sp, registering[each].argument);
        if (registering[each].offset < 0)
            note_callback((PVOID)given, registering[each].kind, -1);
        else if (is_readable(given) && registering[each].offset + sizeof(PVOID) <= *(const ULONG *)given)
            note_callback(*(const PVOID *)(given + (address)registering[each].offset), registering[each].kind, -1);
    }
}

/* ---- wdfldr.sys */

struct bind_info {
    ULONG size;
    const WCHAR *component;
    ULONG major, minor, build, count;
    const PVOID **table;
    PVOID module;
};

static PVOID stub_of(const struct framework_function *function)
{
    static ULONG used;
    struct routine *routine = &routines[used];
    routine_indices[used++] = function->index;
    routine->name = function->name;
    routine->function = function->function;
    routine->irql = function->irql;
    return served_by("Wdf01000.sys", routine);
}

static void fill_table(ULONG count)
{
    static const struct framework_function *const tables[] = {
        object_functions, io_functions, queue_functions, sync_functions, target_functions, list_functions,
        hardware_functions, more_functions,
    };
    static char names[WdfFunctionTableNumEntries][12];
    const struct framework_function *each;
    ULONG index;
    for (index = 0; index < count; index++) {
        char *name = names[index];
        name[0] = '#';
        name[1] = (char)('0' + index / 100);
        name[2] = (char)('0' + index / 10 % 10);
        name[3] = (char)('0' + index % 10);
        functions[index] = NULL;
    }
    for (index = 0; index < sizeof tables / sizeof *tables; index++)
        for (each = tables[index]; each->name; each++)
            functions[each->index] = stub_of(each);
    for (index = 0; index < count; index++)
        if (!functions[index])
            functions[index] = missing_routine("Wdf01000.sys", names[index]);
}

NTSTATUS NTAPI nt_WdfVersionBind(
    PDRIVER_OBJECT owner, PUNICODE_STRING path, struct bind_info *info, PWDF_DRIVER_GLOBALS *globals)
{
    (void)path;
    if (owner != driver || info->major != 1 || info->count > WdfFunctionTableNumEntries)
        return STATUS_OBJECT_TYPE_MISMATCH;
    fill_table(info->count);
    routine_entered = note_arguments;
    framework_exercise = exercise_device;
    framework_globals = take(sizeof *framework_globals, OWN, 'bolG');
    framework_globals->DisplaceDriverUnload = TRUE;
    *info->table = (const PVOID *)functions;
    *globals = framework_globals;
    is_bound = TRUE;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_WdfVersionUnbind(PUNICODE_STRING path, struct bind_info *info, PWDF_DRIVER_GLOBALS globals)
{
    (void)path;
    (void)info;
    if (!is_bound || globals != framework_globals)
        refuse("WdfVersionUnbind without WdfVersionBind");
    /* A DriverEntry that fails unbinds at once: the framework's objects go, no routine is called. */
    if (framework_driver && !is_starting)
        refuse("WdfVersionUnbind before the framework's unload routine ran");
    is_bound = FALSE;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_WdfVersionBindClass(PVOID bind, PVOID globals, PVOID info)
{
    (void)bind;
    (void)globals;
    (void)info;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

VOID NTAPI nt_WdfVersionUnbindClass(PVOID bind, PVOID globals, PVOID info)
{
    (void)bind;
    (void)globals;
    (void)info;
    refuse("WdfVersionUnbindClass of a class that was not bound");
}

const struct routine framework_routines[] = {
    R(WdfVersionBind, 0), R(WdfVersionUnbind, 0), R(WdfVersionBindClass, 0), R(WdfVersionUnbindClass, 0),
    { 0 },
};

const struct framework_function object_functions[] = {
    W(ObjectGetTypedContextWorker, ANY_LEVEL), W(ObjectAllocateContext, 2), W(ObjectDelete, 2), W(ObjectCreate, 2),
    W(ObjectReferenceActual, 2), { WdfObjectDereferenceActualTableIndex, "WdfObjectDereferenceActual",
                                   (PVOID)(ULONG_PTR)fx_ObjectReferenceActual, 2 },
    W(DriverCreate, 0), W(DriverGetRegistryPath, 0), W(DriverWdmGetDriverObject, 2), W(DeviceCreate, 0),
    W(ControlDeviceInitAllocate, 0), W(ControlFinishInitializing, 0), W(DeviceInitFree, 2),
    W(DeviceInitSetPnpPowerEventCallbacks, 2), W(DeviceInitSetFileObjectConfig, 2), W(DeviceInitSetIoType, 2),
    W(DeviceInitSetDeviceType, 2), W(DeviceInitSetExclusive, 2), W(DeviceInitSetCharacteristics, 2),
    W(DeviceInitAssignName, 0), W(FdoInitSetFilter, 2), W(DeviceCreateSymbolicLink, 0),
    W(DeviceCreateDeviceInterface, 0), W(DeviceWdmGetDeviceObject, 2), W(DeviceGetDriver, 2),
    { 0 },
};
