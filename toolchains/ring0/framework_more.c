/* KMDF: locks of objects, interrupts' locks, file objects, properties, WMI, what is said about devices. */
#include "framework.h"

enum { DEVICE_LEVEL = 5 };

/* ---- objects */

static WDFOBJECT FASTCALL fx_ObjectContextGetObject(PWDF_DRIVER_GLOBALS globals, PVOID at)
{
    struct object *object = object_of_context(at);
    (void)globals;
    if (!object)
        refuse("WdfObjectContextGetObject is given what is no context");
    return (WDFOBJECT)object;
}

/* The level at which the callbacks of an object run, by the nearest attributes that say one. */
static KIRQL callback_level(struct object *object)
{
    ULONG scope = 0, level = 0;
    for (; object; object = object->parent) {
        scope = scope > WdfSynchronizationScopeInheritFromParent ? scope : object->scope;
        level = level > WdfExecutionLevelInheritFromParent ? level : object->level;
    }
    return (scope == WdfSynchronizationScopeDevice || scope == WdfSynchronizationScopeQueue)
        && level != WdfExecutionLevelPassive ? DISPATCH_LEVEL : PASSIVE_LEVEL;
}

static VOID NTAPI fx_ObjectAcquireLock(PWDF_DRIVER_GLOBALS globals, WDFOBJECT handle)
{
    struct object *object = object_of(handle, -1, "WdfObjectAcquireLock");
    KIRQL level = callback_level(object);
    (void)globals;
    if (object->is_locked)
        refuse("WdfObjectAcquireLock: the lock is held already");
    object->is_locked = TRUE;
    object->before_lock = (KIRQL)cpu_irql();
    if (level > object->before_lock)
        cpu_set_irql(level);
}

static VOID NTAPI fx_ObjectReleaseLock(PWDF_DRIVER_GLOBALS globals, WDFOBJECT handle)
{
    struct object *object = object_of(handle, -1, "WdfObjectReleaseLock");
    (void)globals;
    if (!object->is_locked)
        refuse("WdfObjectReleaseLock: the lock is not held");
    object->is_locked = FALSE;
    cpu_set_irql(object->before_lock);
}

/* ---- interrupts, which never come */

static BOOLEAN NTAPI fx_InterruptSynchronize(
    PWDF_DRIVER_GLOBALS globals, WDFINTERRUPT handle, PFN_WDF_INTERRUPT_SYNCHRONIZE routine, WDFCONTEXT context)
{
    unsigned irql = cpu_irql();
    BOOLEAN result;
    (void)globals;
    object_of(handle, INTERRUPT_KIND, "WdfInterruptSynchronize");
    cpu_set_irql(DEVICE_LEVEL);
    result = (BOOLEAN)call_driver((PVOID)routine, "EvtInterruptSynchronize", 2, (address)handle, (address)context);
    cpu_set_irql(irql);
    return result;
}

static VOID NTAPI fx_InterruptAcquireLock(PWDF_DRIVER_GLOBALS globals, WDFINTERRUPT handle)
{
    struct object *object = object_of(handle, INTERRUPT_KIND, "WdfInterruptAcquireLock");
    (void)globals;
    object->before_lock = (KIRQL)cpu_irql();
    object->is_locked = TRUE;
    cpu_set_irql(DEVICE_LEVEL);
}

static VOID NTAPI fx_InterruptReleaseLock(PWDF_DRIVER_GLOBALS globals, WDFINTERRUPT handle)
{
    struct object *object = object_of(handle, INTERRUPT_KIND, "WdfInterruptReleaseLock");
    (void)globals;
    if (!object->is_locked)
        refuse("WdfInterruptReleaseLock: the lock is not held");
    object->is_locked = FALSE;
    cpu_set_irql(object->before_lock);
}

static VOID NTAPI fx_InterruptGetInfo(PWDF_DRIVER_GLOBALS globals, WDFINTERRUPT handle, PWDF_INTERRUPT_INFO info)
{
    ULONG bytes = info->Size;
    (void)globals;
    object_of(handle, INTERRUPT_KIND, "WdfInterruptGetInfo");
    if (bytes > sizeof *info)
        refuse("WDF_INTERRUPT_INFO is not initialized");
    memset(info, 0, bytes);
    info->Size = bytes;
}

static VOID NTAPI fx_InterruptEnable(PWDF_DRIVER_GLOBALS globals, WDFINTERRUPT handle)
{
    (void)globals;
    object_of(handle, INTERRUPT_KIND, "WdfInterruptEnable or -Disable");
}

static VOID NTAPI fx_InterruptSetPolicy(
    PWDF_DRIVER_GLOBALS globals, WDFINTERRUPT handle, WDF_INTERRUPT_POLICY policy, WDF_INTERRUPT_PRIORITY priority,
    KAFFINITY processors)
{
    (void)globals;
    (void)policy;
    (void)priority;
    (void)processors;
    object_of(handle, INTERRUPT_KIND, "WdfInterruptSetPolicy");
}

/* ---- file objects */

static WDFDEVICE NTAPI fx_FileObjectGetDevice(PWDF_DRIVER_GLOBALS globals, WDFFILEOBJECT handle)
{
    (void)globals;
    return (WDFDEVICE)object_of(handle, FILE_KIND, "WdfFileObjectGetDevice")->parent;
}

/* The name behind the device's own, which is empty. */
static PUNICODE_STRING NTAPI fx_FileObjectGetFileName(PWDF_DRIVER_GLOBALS globals, WDFFILEOBJECT handle)
{
    static UNICODE_STRING name;
    (void)globals;
    object_of(handle, FILE_KIND, "WdfFileObjectGetFileName");
    return &name;
}

/* ---- the driver and its devices */

static BOOLEAN NTAPI fx_DriverIsVersionAvailable(
    PWDF_DRIVER_GLOBALS globals, WDFDRIVER handle, PWDF_DRIVER_VERSION_AVAILABLE_PARAMS params)
{
    (void)globals;
    object_of(handle, DRIVER_OBJECT_KIND, "WdfDriverIsVersionAvailable");
    return params->MajorVersion == 1;
}

static WDFDRIVER NTAPI fx_WdmDriverGetWdfDriverHandle(PWDF_DRIVER_GLOBALS globals, PDRIVER_OBJECT owner)
{
    (void)globals;
    return owner == driver ? (WDFDRIVER)framework_driver : NULL;
}

static WDFDEVICE NTAPI fx_WdmDeviceGetWdfDeviceHandle(PWDF_DRIVER_GLOBALS globals, PDEVICE_OBJECT device)
{
    (void)globals;
    if (!device || device->DriverObject != driver)
        return NULL;
    return (WDFDEVICE)*(struct object **)device->DeviceExtension;
}

static VOID NTAPI fx_DeviceInitSetIoInCallerContextCallback(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PFN_WDF_IO_IN_CALLER_CONTEXT routine)
{
    (void)globals;
    if (!is_code((PVOID)routine))
        refuse("WdfDeviceInitSetIoInCallerContextCallback: the callback is no code");
    ((struct WDFDEVICE_INIT *)init)->in_caller = routine;
}

static NTSTATUS NTAPI fx_DeviceInitAssignWdmIrpPreprocessCallback(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PFN_WDFDEVICE_WDM_IRP_PREPROCESS routine, UCHAR major,
    PUCHAR minors, ULONG count)
{
    (void)globals;
    if (!is_code((PVOID)routine))
        refuse("WdfDeviceInitAssignWdmIrpPreprocessCallback: the callback is no code");
    if (major > IRP_MJ_MAXIMUM_FUNCTION)
        return STATUS_INVALID_PARAMETER;
    if (minors && count)
        return STATUS_SUCCESS;      /* of minor functions that are not sent here: it is named as never run */
    ((struct WDFDEVICE_INIT *)init)->preprocess[major] = routine;
    return STATUS_SUCCESS;
}

/* The driver has skipped its stack location, or copied it to the next one. */
static NTSTATUS NTAPI fx_DeviceWdmDispatchPreprocessedIrp(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PIRP irp)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfDeviceWdmDispatchPreprocessedIrp");
    (void)globals;
    irp->CurrentLocation--;
    irp->Tail.Overlay.CurrentStackLocation--;
    irp->Tail.Overlay.CurrentStackLocation->DeviceObject = device->of.device.device;
    return dispatch_irp(device, irp);
}

static NTSTATUS NTAPI fx_DeviceInitAssignSDDLString(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PCUNICODE_STRING text)
{
    (void)globals;
    (void)init;
    (void)text;
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_DeviceInitSetPowerPageable(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init)
{
    (void)globals;
    (void)init;
}

static VOID NTAPI fx_DeviceSetDeviceInterfaceState(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, CONST GUID *guid, PCUNICODE_STRING reference, BOOLEAN is_enabled)
{
    (void)globals;
    (void)guid;
    (void)reference;
    (void)is_enabled;
    object_of(handle, DEVICE_KIND, "WdfDeviceSetDeviceInterfaceState");
}

static VOID NTAPI fx_DeviceSetAlignmentRequirement(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, ULONG said)
{
    (void)globals;
    (void)said;
    object_of(handle, DEVICE_KIND, "WdfDeviceSetAlignmentRequirement, -Characteristics or -Failed");
}

static VOID NTAPI fx_DeviceSetStaticStopRemove(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, BOOLEAN said)
{
    (void)globals;
    (void)said;
    object_of(handle, DEVICE_KIND, "WdfDeviceSetStaticStopRemove");
}

/* The device always works. */
static NTSTATUS NTAPI fx_DeviceStopIdleNoTrack(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, BOOLEAN waits)
{
    (void)globals;
    (void)waits;
    object_of(handle, DEVICE_KIND, "WdfDeviceStopIdle");
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_DeviceResumeIdleNoTrack(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    (void)globals;
    object_of(handle, DEVICE_KIND, "WdfDeviceResumeIdle");
}

static NTSTATUS NTAPI fx_DeviceStopIdleActual(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, BOOLEAN waits, PVOID tag, LONG line, PCCH file)
{
    (void)tag;
    (void)line;
    (void)file;
    return fx_DeviceStopIdleNoTrack(globals, handle, waits);
}

static VOID NTAPI fx_DeviceResumeIdleActual(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID tag, LONG line, PCCH file)
{
    (void)tag;
    (void)line;
    (void)file;
    fx_DeviceResumeIdleNoTrack(globals, handle);
}

/* Nobody asks for an interface or a resource of WMI. */
static NTSTATUS NTAPI fx_DeviceAddQueryInterface(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID said)
{
    (void)globals;
    (void)said;
    object_of(handle, DEVICE_KIND, "WdfDeviceAddQueryInterface or -AssignMofResourceName");
    return STATUS_SUCCESS;
}

/* The bus driver knows no properties of the device. */
static NTSTATUS NTAPI fx_DeviceQueryProperty(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, DEVICE_REGISTRY_PROPERTY property, ULONG bytes, PVOID to,
    PULONG needed)
{
    (void)globals;
    (void)property;
    (void)bytes;
    (void)to;
    object_of(handle, DEVICE_KIND, "WdfDeviceQueryProperty");
    *needed = 0;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS NTAPI fx_DeviceAllocAndQueryProperty(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, DEVICE_REGISTRY_PROPERTY property, POOL_TYPE pool,
    PWDF_OBJECT_ATTRIBUTES attributes, WDFMEMORY *made)
{
    (void)globals;
    (void)property;
    (void)pool;
    (void)attributes;
    object_of(handle, DEVICE_KIND, "WdfDeviceAllocAndQueryProperty");
    *made = NULL;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

/* ---- registry keys: no value is there */

static NTSTATUS NTAPI fx_RegistryOpenKey(
    PWDF_DRIVER_GLOBALS globals, WDFKEY parent, PCUNICODE_STRING name, ACCESS_MASK access,
    PWDF_OBJECT_ATTRIBUTES attributes, WDFKEY *made)
{
    (void)globals;
    (void)name;
    (void)access;
    (void)attributes;
    if (parent)
        object_of(parent, KEY_KIND, "WdfRegistryOpenKey");
    *made = NULL;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS NTAPI fx_RegistryQueryValue(
    PWDF_DRIVER_GLOBALS globals, WDFKEY handle, PCUNICODE_STRING name, ULONG bytes, PVOID to, PULONG needed,
    PULONG type)
{
    (void)globals;
    (void)name;
    (void)bytes;
    (void)to;
    (void)type;
    object_of(handle, KEY_KIND, "WdfRegistryQueryValue");
    if (needed)
        *needed = 0;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS NTAPI fx_RegistryQueryUnicodeString(
    PWDF_DRIVER_GLOBALS globals, WDFKEY handle, PCUNICODE_STRING name, PUSHORT needed, PUNICODE_STRING to)
{
    (void)globals;
    (void)name;
    (void)to;
    object_of(handle, KEY_KIND, "WdfRegistryQueryUnicodeString");
    if (needed)
        *needed = 0;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS NTAPI fx_RegistryQueryString(
    PWDF_DRIVER_GLOBALS globals, WDFKEY handle, PCUNICODE_STRING name, WDFSTRING to)
{
    (void)globals;
    (void)name;
    object_of(handle, KEY_KIND, "WdfRegistryQueryString");
    object_of(to, STRING_KIND, "WdfRegistryQueryString");
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

/* ---- WMI, which asks nothing */

static NTSTATUS NTAPI fx_WmiInstanceCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID config, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *made)
{
    struct object *instance;
    (void)globals;
    (void)config;
    instance = new_object(WMI_KIND, object_of(handle, DEVICE_KIND, "WdfWmiInstanceCreate or -Provider-"), attributes);
    if (made)
        *made = (WDFOBJECT)instance;
    return STATUS_SUCCESS;
}

static WDFDEVICE NTAPI fx_WmiInstanceGetDevice(PWDF_DRIVER_GLOBALS globals, WDFOBJECT handle)
{
    struct object *object = object_of(handle, WMI_KIND, "WdfWmiInstanceGetDevice or -Provider-");
    (void)globals;
    while (object && object->kind != DEVICE_KIND)
        object = object->parent;
    return (WDFDEVICE)object;
}

const struct framework_function more_functions[] = {
    W(ObjectContextGetObject, ANY_LEVEL), W(ObjectAcquireLock, 2), W(ObjectReleaseLock, 2),
    W(InterruptSynchronize, ANY_LEVEL), W(InterruptAcquireLock, ANY_LEVEL), W(InterruptReleaseLock, ANY_LEVEL),
    W(InterruptGetInfo, 2), W(InterruptEnable, 0), SAME(InterruptDisable, InterruptEnable, 0),
    W(InterruptSetPolicy, 2), W(FileObjectGetDevice, 2), W(FileObjectGetFileName, 2), W(DriverIsVersionAvailable, 0),
    W(WdmDriverGetWdfDriverHandle, 2), W(WdmDeviceGetWdfDeviceHandle, 2), W(DeviceInitSetIoInCallerContextCallback, 2),
    W(DeviceInitAssignSDDLString, 0),
    W(DeviceInitAssignWdmIrpPreprocessCallback, 0), W(DeviceWdmDispatchPreprocessedIrp, 2), W(DeviceInitSetPowerPageable, 2),
    SAME(DeviceInitSetPowerNotPageable, DeviceInitSetPowerPageable, 2),
    SAME(DeviceInitSetPowerInrush, DeviceInitSetPowerPageable, 2), W(DeviceSetDeviceInterfaceState, 0),
    W(DeviceSetAlignmentRequirement, 2), SAME(DeviceSetCharacteristics, DeviceSetAlignmentRequirement, 2),
    SAME(DeviceSetFailed, DeviceSetAlignmentRequirement, 2), W(DeviceSetStaticStopRemove, 2),
    W(DeviceStopIdleNoTrack, 2), W(DeviceResumeIdleNoTrack, 2), W(DeviceStopIdleActual, 2),
    W(DeviceResumeIdleActual, 2), W(DeviceAddQueryInterface, 0),
    SAME(DeviceAssignMofResourceName, DeviceAddQueryInterface, 0), W(DeviceQueryProperty, 0),
    W(DeviceAllocAndQueryProperty, 0), W(RegistryOpenKey, 0), W(RegistryQueryValue, 0),
    W(RegistryQueryUnicodeString, 0), W(RegistryQueryString, 0), W(WmiInstanceCreate, 2),
    SAME(WmiProviderCreate, WmiInstanceCreate, 2), W(WmiInstanceGetDevice, 2),
    SAME(WmiProviderGetDevice, WmiInstanceGetDevice, 2),
    { 0 },
};
