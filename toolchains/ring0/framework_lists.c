/* KMDF: collections, registry keys, lookaside lists, strings. */
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

/* ---- strings */

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

const struct framework_function list_functions[] = {
    W(CollectionCreate, 2), W(CollectionGetCount, 2), W(CollectionAdd, 2), W(CollectionRemove, 2),
    W(CollectionRemoveItem, 2), W(CollectionGetItem, 2), W(CollectionGetFirstItem, 2), W(CollectionGetLastItem, 2),
    W(DeviceOpenRegistryKey, 0), W(DriverOpenParametersRegistryKey, 0), W(RegistryClose, 0),
    W(RegistryQueryULong, 0), W(RegistryAssignULong, 0), W(LookasideListCreate, 2),
    W(MemoryCreateFromLookaside, 2), W(StringCreate, 2), W(StringGetUnicodeString, 2),
    { 0 },
};
