/*
 * KMDF: collections, registry keys, lookaside lists, and what drivers of hardware ask for. A device
 * here has no resources: its lists of them are empty, and no interrupt is connected.
 */
#include "framework.h"

struct item {
    struct item *next;
    WDFOBJECT object;
};

/* ---- collections */

static struct object *collection_of(WDFCOLLECTION handle, const char *routine)
{
    return object_of(handle, COLLECTION_KIND, routine);
}

static NTSTATUS NTAPI fx_CollectionCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, WDFCOLLECTION *made)
{
    (void)globals;
    *made = (WDFCOLLECTION)new_object(COLLECTION_KIND, framework_driver, attributes);
    return STATUS_SUCCESS;
}

static ULONG NTAPI fx_CollectionGetCount(PWDF_DRIVER_GLOBALS globals, WDFCOLLECTION handle)
{
    struct item *each = collection_of(handle, "WdfCollectionGetCount")->of.collection.first;
    ULONG count = 0;
    (void)globals;
    for (; each; each = each->next)
        count++;
    return count;
}

static NTSTATUS NTAPI fx_CollectionAdd(PWDF_DRIVER_GLOBALS globals, WDFCOLLECTION handle, WDFOBJECT object)
{
    struct item **at = &collection_of(handle, "WdfCollectionAdd")->of.collection.first, *item;
    (void)globals;
    object_of(object, -1, "WdfCollectionAdd");
    item = take(sizeof *item, OWN, 'metI');
    item->object = object;
    while (*at)
        at = &(*at)->next;
    *at = item;
    return STATUS_SUCCESS;
}

static void take_out(struct item **at)
{
    struct item *item = *at;
    *at = item->next;
    give_back(item, OWN, "the framework");
}

void empty_collection(struct object *collection)
{
    while (collection->of.collection.first)
        take_out(&collection->of.collection.first);
}

static VOID NTAPI fx_CollectionRemove(PWDF_DRIVER_GLOBALS globals, WDFCOLLECTION handle, WDFOBJECT object)
{
    struct item **at = &collection_of(handle, "WdfCollectionRemove")->of.collection.first;
    (void)globals;
    while (*at && (*at)->object != object)
        at = &(*at)->next;
    if (!*at)
        refuse("WdfCollectionRemove: the object is not in the collection");
    take_out(at);
}

static struct item **item_at(WDFCOLLECTION handle, ULONG index, const char *routine)
{
    struct item **at = &collection_of(handle, routine)->of.collection.first;
    while (*at && index--)
        at = &(*at)->next;
    return at;
}

static VOID NTAPI fx_CollectionRemoveItem(PWDF_DRIVER_GLOBALS globals, WDFCOLLECTION handle, ULONG index)
{
    struct item **at = item_at(handle, index, "WdfCollectionRemoveItem");
    (void)globals;
    if (!*at)
        refuse("WdfCollectionRemoveItem: there is no such item");
    take_out(at);
}

static WDFOBJECT NTAPI fx_CollectionGetItem(PWDF_DRIVER_GLOBALS globals, WDFCOLLECTION handle, ULONG index)
{
    struct item *item = *item_at(handle, index, "WdfCollectionGetItem");
    (void)globals;
    return item ? item->object : NULL;
}

static WDFOBJECT NTAPI fx_CollectionGetFirstItem(PWDF_DRIVER_GLOBALS globals, WDFCOLLECTION handle)
{
    return fx_CollectionGetItem(globals, handle, 0);
}

static WDFOBJECT NTAPI fx_CollectionGetLastItem(PWDF_DRIVER_GLOBALS globals, WDFCOLLECTION handle)
{
    ULONG count = fx_CollectionGetCount(globals, handle);
    return count ? fx_CollectionGetItem(globals, handle, count - 1) : NULL;
}

/* ---- registry keys: they are there and have no values */

static NTSTATUS open_key(struct object *parent, PWDF_OBJECT_ATTRIBUTES attributes, WDFKEY *made)
{
    *made = (WDFKEY)new_object(KEY_KIND, parent, attributes);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_DeviceOpenRegistryKey(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, ULONG kind, ACCESS_MASK access, PWDF_OBJECT_ATTRIBUTES attributes,
    WDFKEY *made)
{
    (void)globals;
    (void)kind;
    (void)access;
    return open_key(object_of(handle, DEVICE_KIND, "WdfDeviceOpenRegistryKey"), attributes, made);
}

static NTSTATUS NTAPI fx_DriverOpenParametersRegistryKey(
    PWDF_DRIVER_GLOBALS globals, WDFDRIVER handle, ACCESS_MASK access, PWDF_OBJECT_ATTRIBUTES attributes, WDFKEY *made)
{
    (void)globals;
    (void)access;
    return open_key(object_of(handle, DRIVER_OBJECT_KIND, "WdfDriverOpenParametersRegistryKey"), attributes, made);
}

static VOID NTAPI fx_RegistryClose(PWDF_DRIVER_GLOBALS globals, WDFKEY handle)
{
    (void)globals;
    delete_object(object_of(handle, KEY_KIND, "WdfRegistryClose"));
}

static NTSTATUS NTAPI fx_RegistryQueryULong(
    PWDF_DRIVER_GLOBALS globals, WDFKEY handle, PCUNICODE_STRING name, PULONG value)
{
    (void)globals;
    (void)name;
    (void)value;
    object_of(handle, KEY_KIND, "WdfRegistryQueryULong");
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS NTAPI fx_RegistryAssignULong(
    PWDF_DRIVER_GLOBALS globals, WDFKEY handle, PCUNICODE_STRING name, ULONG value)
{
    (void)globals;
    (void)name;
    (void)value;
    object_of(handle, KEY_KIND, "WdfRegistryAssignULong");
    return STATUS_SUCCESS;
}

/* ---- lookaside lists */

static NTSTATUS NTAPI fx_LookasideListCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, size_t bytes, POOL_TYPE pool,
    PWDF_OBJECT_ATTRIBUTES of_memory, ULONG tag, WDFLOOKASIDE *made)
{
    struct object *list = new_object(LOOKASIDE_KIND, framework_driver, attributes);
    (void)globals;
    (void)pool;
    list->of.lookaside.bytes = bytes;
    list->of.lookaside.tag = tag;
    if (of_memory)
        list->of.lookaside.attributes = *of_memory;
    *made = (WDFLOOKASIDE)list;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_MemoryCreateFromLookaside(PWDF_DRIVER_GLOBALS globals, WDFLOOKASIDE handle, WDFMEMORY *made)
{
    struct object *list = object_of(handle, LOOKASIDE_KIND, "WdfMemoryCreateFromLookaside"), *memory;
    PWDF_OBJECT_ATTRIBUTES attributes = &list->of.lookaside.attributes;
    (void)globals;
    memory = new_object(MEMORY_KIND, list, attributes->Size ? attributes : NULL);
    memory->of.memory.at = take(list->of.lookaside.bytes, OWN, list->of.lookaside.tag);
    memory->of.memory.bytes = list->of.lookaside.bytes;
    memset(memory->of.memory.at, 0xbd, list->of.lookaside.bytes);
    *made = (WDFMEMORY)memory;
    return STATUS_SUCCESS;
}

/* ---- hardware that is not there */

static ULONG NTAPI fx_CmResourceListGetCount(PWDF_DRIVER_GLOBALS globals, WDFCMRESLIST handle)
{
    (void)globals;
    object_of(handle, RESOURCES_KIND, "WdfCmResourceListGetCount");
    return 0;
}

static PVOID NTAPI fx_CmResourceListGetDescriptor(PWDF_DRIVER_GLOBALS globals, WDFCMRESLIST handle, ULONG index)
{
    (void)globals;
    (void)index;
    object_of(handle, RESOURCES_KIND, "WdfCmResourceListGetDescriptor");
    return NULL;
}

static NTSTATUS NTAPI fx_InterruptCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PWDF_INTERRUPT_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes,
    WDFINTERRUPT *made)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfInterruptCreate");
    (void)globals;
    if (config->Size > sizeof *config || config->Size < 4 * sizeof(PVOID))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (!is_code((PVOID)config->EvtInterruptIsr))
        refuse("WdfInterruptCreate: EvtInterruptIsr is no code");
    *made = (WDFINTERRUPT)new_object(INTERRUPT_KIND, device, attributes);
    return STATUS_SUCCESS;
}

static WDFDEVICE NTAPI fx_InterruptGetDevice(PWDF_DRIVER_GLOBALS globals, WDFINTERRUPT handle)
{
    (void)globals;
    return (WDFDEVICE)object_of(handle, INTERRUPT_KIND, "WdfInterruptGetDevice")->parent;
}

static NTSTATUS NTAPI fx_DmaEnablerCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PWDF_DMA_ENABLER_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes,
    WDFDMAENABLER *made)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfDmaEnablerCreate");
    (void)globals;
    if (config->Size > sizeof *config)
        return STATUS_INFO_LENGTH_MISMATCH;
    *made = (WDFDMAENABLER)new_object(DMA_KIND, device, attributes);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_CommonBufferCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDMAENABLER handle, size_t bytes, PWDF_OBJECT_ATTRIBUTES attributes,
    WDFCOMMONBUFFER *made)
{
    struct object *buffer = new_object(BUFFER_KIND, object_of(handle, DMA_KIND, "WdfCommonBufferCreate"), attributes);
    (void)globals;
    /* Whole pages, so that it begins where one does. */
    buffer->of.memory.bytes = (bytes + NTLD_PAGE - 1) & ~(size_t)(NTLD_PAGE - 1);
    buffer->of.memory.at = take(buffer->of.memory.bytes, OWN, 'fuBC');
    *made = (WDFCOMMONBUFFER)buffer;
    return STATUS_SUCCESS;
}

static PVOID NTAPI fx_CommonBufferGetAlignedVirtualAddress(PWDF_DRIVER_GLOBALS globals, WDFCOMMONBUFFER handle)
{
    (void)globals;
    return object_of(handle, BUFFER_KIND, "WdfCommonBufferGetAlignedVirtualAddress")->of.memory.at;
}

/* The device would see it where the driver does. */
static PHYSICAL_ADDRESS NTAPI fx_CommonBufferGetAlignedLogicalAddress(
    PWDF_DRIVER_GLOBALS globals, WDFCOMMONBUFFER handle)
{
    PHYSICAL_ADDRESS at;
    (void)globals;
    at.QuadPart = (LONGLONG)(address)object_of(handle, BUFFER_KIND, "WdfCommonBufferGetAlignedLogicalAddress")->of.memory.at;
    return at;
}

/* The bus driver below has no interface. */
static NTSTATUS NTAPI fx_FdoQueryForInterface(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, LPCGUID guid, PINTERFACE asked, USHORT bytes, USHORT version,
    PVOID specific)
{
    (void)globals;
    (void)guid;
    (void)asked;
    (void)bytes;
    (void)version;
    (void)specific;
    object_of(handle, DEVICE_KIND, "WdfFdoQueryForInterface");
    return STATUS_NOT_SUPPORTED;
}

static WDFIOTARGET NTAPI fx_DeviceGetIoTarget(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfDeviceGetIoTarget");
    (void)globals;
    if (!device->of.device.target)
        device->of.device.target = new_object(TARGET_KIND, device, NULL);
    return (WDFIOTARGET)device->of.device.target;
}

static PDEVICE_OBJECT NTAPI fx_DeviceWdmGetPhysicalDevice(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    (void)globals;
    return object_of(handle, DEVICE_KIND, "WdfDeviceWdmGetPhysicalDevice")->of.device.physical;
}

static PDEVICE_OBJECT NTAPI fx_DeviceWdmGetAttachedDevice(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    (void)globals;
    return object_of(handle, DEVICE_KIND, "WdfDeviceWdmGetAttachedDevice")->of.device.below;
}

static PDEVICE_OBJECT NTAPI fx_FdoInitWdmGetPhysicalDevice(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init)
{
    (void)globals;
    return ((struct WDFDEVICE_INIT *)init)->physical;
}

static VOID NTAPI fx_DeviceInitSetRequestAttributes(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PWDF_OBJECT_ATTRIBUTES attributes)
{
    (void)globals;
    ((struct WDFDEVICE_INIT *)init)->of_requests = *attributes;
}

static NTSTATUS NTAPI fx_DeviceAssignS0IdleSettings(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID settings)
{
    (void)globals;
    (void)settings;
    object_of(handle, DEVICE_KIND, "WdfDeviceAssignS0IdleSettings");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_DeviceAssignSxWakeSettings(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID settings)
{
    (void)globals;
    (void)settings;
    object_of(handle, DEVICE_KIND, "WdfDeviceAssignSxWakeSettings");
    return STATUS_SUCCESS;
}

/* A property that the bus driver does not know. */
static NTSTATUS NTAPI fx_FdoInitQueryProperty(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, DEVICE_REGISTRY_PROPERTY property, ULONG bytes, PVOID to,
    PULONG needed)
{
    (void)globals;
    (void)init;
    (void)property;
    (void)bytes;
    (void)to;
    *needed = 0;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS NTAPI fx_StringCreate(
    PWDF_DRIVER_GLOBALS globals, PCUNICODE_STRING text, PWDF_OBJECT_ATTRIBUTES attributes, WDFSTRING *made)
{
    struct object *string = new_object(STRING_KIND, framework_driver, attributes);
    (void)globals;
    if (text && text->Length) {
        string->of.memory.bytes = text->Length;
        string->of.memory.at = take(text->Length, OWN, 'grtS');
        memcpy(string->of.memory.at, text->Buffer, text->Length);
    }
    *made = (WDFSTRING)string;
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_StringGetUnicodeString(PWDF_DRIVER_GLOBALS globals, WDFSTRING handle, PUNICODE_STRING text)
{
    struct object *string = object_of(handle, STRING_KIND, "WdfStringGetUnicodeString");
    (void)globals;
    text->Buffer = string->of.memory.at;
    text->Length = text->MaximumLength = (USHORT)string->of.memory.bytes;
}

/* Requests that the driver holds are waited for: timers and work items complete them. */
static VOID NTAPI fx_IoQueueStopSynchronously(PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle)
{
    struct object *queue = object_of(handle, QUEUE_KIND, "WdfIoQueueStopSynchronously"), *each;
    ULONG rounds;
    (void)globals;
    for (rounds = 0; rounds < 1000; rounds++) {
        for (each = queue->children; each && each->kind != REQUEST_KIND; each = each->next)
            ;
        if (!each)
            return;
        if (!run_pending(TRUE))
            break;
    }
    refuse("WdfIoQueueStopSynchronously waits for a request that nobody completes");
}

/* A queue is always started here. */
static VOID NTAPI fx_IoQueueStart(PWDF_DRIVER_GLOBALS globals, WDFQUEUE handle)
{
    (void)globals;
    object_of(handle, QUEUE_KIND, "WdfIoQueueStart");
}

/* ---- what is said about a device, and changes nothing here */

#define SAID_OF_INIT(name) \
    static VOID NTAPI fx_##name(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PVOID said) \
    { \
        (void)globals; \
        (void)init; \
        (void)said; \
    }
#define SAID_OF_DEVICE(name) \
    static VOID NTAPI fx_##name(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID said) \
    { \
        (void)globals; \
        (void)said; \
        object_of(handle, DEVICE_KIND, "Wdf" #name); \
    }
SAID_OF_INIT(DeviceInitSetPowerPolicyEventCallbacks)
SAID_OF_DEVICE(DeviceSetDeviceState)
SAID_OF_DEVICE(DeviceSetPnpCapabilities)
SAID_OF_DEVICE(DeviceSetPowerCapabilities)

static VOID NTAPI fx_DeviceInitSetPowerPolicyOwnership(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, BOOLEAN is_owner)
{
    (void)globals;
    (void)init;
    (void)is_owner;
}

static VOID NTAPI fx_ControlDeviceInitSetShutdownNotification(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PVOID callback, UCHAR flags)
{
    (void)globals;
    (void)init;
    (void)flags;
    if (!is_code(callback))
        refuse("WdfControlDeviceInitSetShutdownNotification: the callback is no code");
}

const struct framework_function more_functions[] = {
    W(CollectionCreate, 2), W(CollectionGetCount, 2), W(CollectionAdd, 2), W(CollectionRemove, 2),
    W(CollectionRemoveItem, 2), W(CollectionGetItem, 2), W(CollectionGetFirstItem, 2), W(CollectionGetLastItem, 2),
    W(DeviceOpenRegistryKey, 0), W(DriverOpenParametersRegistryKey, 0), W(RegistryClose, 0),
    W(RegistryQueryULong, 0), W(RegistryAssignULong, 0), W(LookasideListCreate, 2),
    W(MemoryCreateFromLookaside, 2), W(CmResourceListGetCount, 2), W(CmResourceListGetDescriptor, 2),
    W(InterruptCreate, 2), W(InterruptGetDevice, ANY_LEVEL), W(DmaEnablerCreate, 0), W(DeviceGetIoTarget, 2),
    W(DeviceWdmGetPhysicalDevice, 2), W(DeviceWdmGetAttachedDevice, 2), W(FdoInitWdmGetPhysicalDevice, 2),
    W(DeviceInitSetRequestAttributes, 2), W(DeviceAssignS0IdleSettings, 0), W(IoQueueStart, 2),
    W(DeviceInitSetPowerPolicyEventCallbacks, 2), W(DeviceSetDeviceState, 2), W(DeviceSetPnpCapabilities, 2),
    W(DeviceSetPowerCapabilities, 2), W(DeviceInitSetPowerPolicyOwnership, 2),
    W(ControlDeviceInitSetShutdownNotification, 2), W(CommonBufferCreate, 0),
    W(CommonBufferGetAlignedVirtualAddress, 2), W(CommonBufferGetAlignedLogicalAddress, 2),
    W(FdoQueryForInterface, 0), W(DeviceAssignSxWakeSettings, 0), W(FdoInitQueryProperty, 0), W(StringCreate, 2),
    W(StringGetUnicodeString, 2), W(IoQueueStopSynchronously, 0),
    { 0 },
};
