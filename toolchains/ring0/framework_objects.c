/* KMDF's objects: handles, the tree of parents, contexts with their callbacks, deletion. */
#include "framework.h"

enum { MAGIC = 0x4f584657 };

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

VOID NTAPI fx_ObjectDelete(PWDF_DRIVER_GLOBALS globals, WDFOBJECT handle)
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

const struct framework_function object_functions[] = {
    W(ObjectGetTypedContextWorker, ANY_LEVEL), W(ObjectAllocateContext, 2), W(ObjectDelete, 2), W(ObjectCreate, 2),
    W(ObjectReferenceActual, 2), SAME(ObjectDereferenceActual, ObjectReferenceActual, 2),
    { 0 },
};
