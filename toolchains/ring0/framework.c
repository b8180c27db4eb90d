/*
 * KMDF: binding, and the driver's own object. A function that is not served ends the run as unknown
 * when it is called, with its index in the framework's table.
 */
#include "framework.h"

#include <stddef.h>
#include <usb.h>
#include <wdfusb.h>

PWDF_DRIVER_GLOBALS framework_globals;
struct object *framework_driver;
static PVOID functions[WdfFunctionTableNumEntries];
static BOOLEAN is_bound;

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
        object_functions, driver_functions, device_functions, io_functions, queue_functions, sync_functions, target_functions, list_functions,
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

const struct framework_function driver_functions[] = {
    W(DriverCreate, 0), W(DriverGetRegistryPath, 0), W(DriverWdmGetDriverObject, 2),
    { 0 },
};
