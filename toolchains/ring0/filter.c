/*
 * The filter manager: one filter, one volume of NTFS with an instance on it, one file that is
 * created. What the filter registers is called as the filter manager would.
 */
#include "filter.h"

enum { CONTEXTS = 64, OPERATIONS = 64, KINDS_OF_CONTEXT = 16 };

struct port {
    BOOLEAN open;
    PVOID cookie;
    PFLT_CONNECT_NOTIFY connect;
    PFLT_DISCONNECT_NOTIFY disconnect;
};

static struct {
    PVOID at;
    LONG references;
    FLT_CONTEXT_TYPE type;
    PFLT_CONTEXT_CLEANUP_CALLBACK cleanup;
} contexts[CONTEXTS];

/* What a filter registers may lie in its INIT section: it is copied. */
static FLT_REGISTRATION registered;
static FLT_OPERATION_REGISTRATION operations[OPERATIONS];
static FLT_CONTEXT_REGISTRATION kinds[KINDS_OF_CONTEXT];
static BOOLEAN is_registered, is_started;
static PFLT_CONTEXT of_type[CONTEXTS];      /* what is set for the one object of each type */
static struct port server, client;
static UCHAR filter_object, volume_object, instance_object;

#define FILTER ((PFLT_FILTER)&filter_object)
#define INSTANCE ((PFLT_INSTANCE)&instance_object)

static void check_filter(PFLT_FILTER filter, const char *routine)
{
    if (filter != FILTER || !is_registered) {
        begin_reason(routine);
        put(" is given what is no filter");
        finish("refused");
    }
}

static void check_callback(PVOID function, const char *what)
{
    if (function && !is_code(function)) {
        begin_reason("FltRegisterFilter: ");
        put(what);
        put(" is ");
        put_place((address)function);
        put(", which is no code");
        finish("refused");
    }
}

/* ---- contexts */

static ULONG index_of(PFLT_CONTEXT context, const char *routine)
{
    ULONG index;
    for (index = 0; index < CONTEXTS; index++)
        if (context && contexts[index].at == context)
            return index;
    begin_reason(routine);
    put(" is given what is no context: ");
    put_place((address)context);
    finish("refused");
}

NTSTATUS FLTAPI nt_FltAllocateContext(
    PFLT_FILTER filter, FLT_CONTEXT_TYPE type, SIZE_T bytes, POOL_TYPE pool, PFLT_CONTEXT *made)
{
    const FLT_CONTEXT_REGISTRATION *each = registered.ContextRegistration;
    ULONG index;
    (void)pool;
    check_filter(filter, "FltAllocateContext");
    *made = NULL;
    for (; each && each->ContextType != FLT_CONTEXT_END; each++)
        if (each->ContextType == type
            && (each->Size == bytes || each->Size == FLT_VARIABLE_SIZED_CONTEXTS
                || ((each->Flags & FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH) && each->Size >= bytes)))
            break;
    if (!each || each->ContextType == FLT_CONTEXT_END)
        return STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND;
    for (index = 0; index < CONTEXTS && contexts[index].at; index++)
        ;
    if (index == CONTEXTS)
        return STATUS_INSUFFICIENT_RESOURCES;
    contexts[index].at = *made = take(bytes, REQUEST, each->PoolTag);
    memset(*made, 0xbd, bytes);
    contexts[index].references = 1;
    contexts[index].type = type;
    contexts[index].cleanup = each->ContextCleanupCallback;
    return STATUS_SUCCESS;
}

VOID FLTAPI nt_FltReferenceContext(PFLT_CONTEXT context)
{
    contexts[index_of(context, "FltReferenceContext")].references++;
}

VOID FLTAPI nt_FltReleaseContext(PFLT_CONTEXT context)
{
    ULONG index = index_of(context, "FltReleaseContext");
    if (--contexts[index].references)
        return;
    contexts[index].at = NULL;
    if (contexts[index].cleanup)
        call_driver((PVOID)contexts[index].cleanup, "a context's cleanup callback", 2, (address)context,
                    (address)contexts[index].type);
    give_back(context, REQUEST, "FltReleaseContext");
}

NTSTATUS set_context(FLT_CONTEXT_TYPE type, FLT_SET_CONTEXT_OPERATION operation, PFLT_CONTEXT context, PFLT_CONTEXT *old)
{
    ULONG index = index_of(context, "FltSetInstanceContext");
    if (old)
        *old = NULL;
    if (contexts[index].type != type)
        return STATUS_INVALID_PARAMETER;
    if (of_type[type] && operation == FLT_SET_CONTEXT_KEEP_IF_EXISTS) {
        if (old)
            nt_FltReferenceContext(*old = of_type[type]);
        return STATUS_FLT_CONTEXT_ALREADY_DEFINED;
    }
    contexts[index].references++;
    if (of_type[type] && old)
        *old = of_type[type];
    else if (of_type[type])
        nt_FltReleaseContext(of_type[type]);
    of_type[type] = context;
    return STATUS_SUCCESS;
}

NTSTATUS get_context(FLT_CONTEXT_TYPE type, PFLT_CONTEXT *found)
{
    *found = of_type[type];
    if (!*found)
        return STATUS_NOT_FOUND;
    nt_FltReferenceContext(*found);
    return STATUS_SUCCESS;
}

static void delete_context(FLT_CONTEXT_TYPE type)
{
    if (of_type[type])
        nt_FltReleaseContext(of_type[type]);
    of_type[type] = NULL;
}

NTSTATUS FLTAPI nt_FltSetInstanceContext(
    PFLT_INSTANCE instance, FLT_SET_CONTEXT_OPERATION operation, PFLT_CONTEXT context, PFLT_CONTEXT *old)
{
    (void)instance;
    return set_context(FLT_INSTANCE_CONTEXT, operation, context, old);
}

NTSTATUS FLTAPI nt_FltGetInstanceContext(PFLT_INSTANCE instance, PFLT_CONTEXT *found)
{
    (void)instance;
    return get_context(FLT_INSTANCE_CONTEXT, found);
}

NTSTATUS FLTAPI nt_FltSetVolumeContext(
    PFLT_VOLUME volume, FLT_SET_CONTEXT_OPERATION operation, PFLT_CONTEXT context, PFLT_CONTEXT *old)
{
    (void)volume;
    return set_context(FLT_VOLUME_CONTEXT, operation, context, old);
}

NTSTATUS FLTAPI nt_FltGetVolumeContext(PFLT_FILTER filter, PFLT_VOLUME volume, PFLT_CONTEXT *found)
{
    (void)volume;
    check_filter(filter, "FltGetVolumeContext");
    return get_context(FLT_VOLUME_CONTEXT, found);
}

/* ---- ports */

NTSTATUS FLTAPI nt_FltBuildDefaultSecurityDescriptor(PSECURITY_DESCRIPTOR *descriptor, ACCESS_MASK access)
{
    (void)access;
    *descriptor = take(sizeof(SECURITY_DESCRIPTOR), REQUEST, 'dSlF');
    return STATUS_SUCCESS;
}

VOID FLTAPI nt_FltFreeSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor)
{
    give_back(descriptor, REQUEST, "FltFreeSecurityDescriptor");
}

NTSTATUS FLTAPI nt_FltCreateCommunicationPort(
    PFLT_FILTER filter, PFLT_PORT *made, POBJECT_ATTRIBUTES attributes, PVOID cookie,
    PFLT_CONNECT_NOTIFY connect, PFLT_DISCONNECT_NOTIFY disconnect, PFLT_MESSAGE_NOTIFY message, LONG most)
{
    check_filter(filter, "FltCreateCommunicationPort");
    if (!(attributes->Attributes & OBJ_KERNEL_HANDLE) || most <= 0)
        return STATUS_INVALID_PARAMETER;
    check_callback((PVOID)connect, "the connect callback");
    check_callback((PVOID)disconnect, "the disconnect callback");
    check_callback((PVOID)message, "the message callback");
    note_callback((PVOID)connect, "ConnectNotify", -1);
    note_callback((PVOID)disconnect, "DisconnectNotify", -1);
    note_callback((PVOID)message, "MessageNotify", -1);
    server.open = TRUE;
    server.cookie = cookie;
    server.connect = connect;
    server.disconnect = disconnect;
    *made = (PFLT_PORT)&server;
    return STATUS_SUCCESS;
}

VOID FLTAPI nt_FltCloseCommunicationPort(PFLT_PORT port)
{
    if ((struct port *)port != &server || !server.open)
        refuse("FltCloseCommunicationPort is given what is no port");
    server.open = FALSE;
}

VOID FLTAPI nt_FltCloseClientPort(PFLT_FILTER filter, PFLT_PORT *port)
{
    check_filter(filter, "FltCloseClientPort");
    if ((struct port *)*port != &client || !client.open)
        refuse("FltCloseClientPort is given what is no port");
    client.open = FALSE;
    *port = NULL;
}

/* ---- the filter */

FLT_RELATED_OBJECTS filter_objects(PFILE_OBJECT file)
{
    FLT_RELATED_OBJECTS objects = {
        sizeof objects, 0, FILTER, (PFLT_VOLUME)&volume_object, INSTANCE, file, NULL,
    };
    return objects;
}

static void use_port(void)
{
    PVOID cookie = NULL;
    if (!server.open)
        return;
    client.open = TRUE;
    if (NT_SUCCESS((NTSTATUS)call_driver((PVOID)server.connect, "the connect callback", 5, (address)&client,
                                         (address)server.cookie, (address)0, (address)0, (address)&cookie)))
        call_driver((PVOID)server.disconnect, "the disconnect callback", 1, (address)cookie);
}

static void serve_filter(void)
{
    FLT_RELATED_OBJECTS objects = filter_objects(NULL);
    NTSTATUS status = STATUS_SUCCESS;
    if (!is_registered || !is_started)
        return;
    if (registered.InstanceSetupCallback)
        status = (NTSTATUS)call_driver((PVOID)registered.InstanceSetupCallback, "the instance setup callback", 4,
                                       (address)&objects, (address)FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT,
                                       (address)FILE_DEVICE_DISK_FILE_SYSTEM, (address)FLT_FSTYPE_NTFS);
    put("@irp attach ");
    put_hex((ULONG)status);
    put(" 0 -1 \n");
    if (NT_SUCCESS(status))
        use_file(registered.OperationRegistration, INSTANCE);
    use_port();
}

static void stop_filter(void)
{
    if (!is_registered)
        return;
    if (!registered.FilterUnloadCallback) {
        put("@no-unload FilterUnloadCallback\n");
        is_registered = FALSE;
        return;
    }
    call_driver((PVOID)registered.FilterUnloadCallback, "the filter's unload callback", 1, (address)0);
    put("@unloaded\n");
    if (is_registered)
        refuse("the filter is still registered after its unload callback");
    if (server.open || client.open)
        refuse("a communication port is left behind after unload");
}

static void copy_registered(void)
{
    const FLT_OPERATION_REGISTRATION *operation = registered.OperationRegistration;
    const FLT_CONTEXT_REGISTRATION *kind = registered.ContextRegistration;
    ULONG count = 0;
    for (; operation && operation->MajorFunction != IRP_MJ_OPERATION_END; operation++) {
        if (count + 1 == OPERATIONS)
            refuse("FltRegisterFilter: the list of operations has no end");
        operations[count++] = *operation;
    }
    operations[count].MajorFunction = IRP_MJ_OPERATION_END;
    registered.OperationRegistration = operations;
    for (count = 0; kind && kind->ContextType != FLT_CONTEXT_END; kind++) {
        if (count + 1 == KINDS_OF_CONTEXT)
            refuse("FltRegisterFilter: the list of contexts has no end");
        kinds[count++] = *kind;
    }
    kinds[count].ContextType = FLT_CONTEXT_END;
    registered.ContextRegistration = kinds;
}

static void note_registered(void)
{
    const FLT_OPERATION_REGISTRATION *operation = registered.OperationRegistration;
    const FLT_CONTEXT_REGISTRATION *kind = registered.ContextRegistration;
    for (; operation && operation->MajorFunction != IRP_MJ_OPERATION_END; operation++) {
        note_callback((PVOID)operation->PreOperation, "PreOperation", operation->MajorFunction);
        note_callback((PVOID)operation->PostOperation, "PostOperation", operation->MajorFunction);
    }
    NOTE(&registered, FilterUnloadCallback);
    NOTE(&registered, InstanceSetupCallback);
    NOTE(&registered, InstanceQueryTeardownCallback);
    NOTE(&registered, InstanceTeardownStartCallback);
    NOTE(&registered, InstanceTeardownCompleteCallback);
    NOTE(&registered, GenerateFileNameCallback);
    NOTE(&registered, NormalizeNameComponentCallback);
    NOTE(&registered, NormalizeContextCleanupCallback);
    NOTE(&registered, TransactionNotificationCallback);
    NOTE(&registered, NormalizeNameComponentExCallback);
    NOTE(&registered, SectionNotificationCallback);
    for (; kind && kind->ContextType != FLT_CONTEXT_END; kind++) {
        NOTE(kind, ContextCleanupCallback);
        NOTE(kind, ContextAllocateCallback);
        NOTE(kind, ContextFreeCallback);
    }
}

NTSTATUS FLTAPI nt_FltRegisterFilter(PDRIVER_OBJECT owner, const FLT_REGISTRATION *given, PFLT_FILTER *made)
{
    const FLT_OPERATION_REGISTRATION *each;
    if (owner != driver || is_registered)
        return STATUS_INVALID_PARAMETER;
    if (given->Version < FLT_REGISTRATION_VERSION_0200 || given->Version > FLT_REGISTRATION_VERSION
        || given->Size > sizeof registered)
        return STATUS_INVALID_PARAMETER;
    memset(&registered, 0, sizeof registered);
    memcpy(&registered, given, given->Size);
    copy_registered();
    check_callback((PVOID)registered.FilterUnloadCallback, "the unload callback");
    check_callback((PVOID)registered.InstanceSetupCallback, "the instance setup callback");
    check_callback((PVOID)registered.InstanceQueryTeardownCallback, "the query teardown callback");
    note_registered();
    for (each = registered.OperationRegistration; each && each->MajorFunction != IRP_MJ_OPERATION_END; each++) {
        check_callback((PVOID)each->PreOperation, "a pre-operation callback");
        check_callback((PVOID)each->PostOperation, "a post-operation callback");
    }
    is_registered = TRUE;
    framework_serve = serve_filter;
    framework_stopped = stop_filter;
    *made = FILTER;
    return STATUS_SUCCESS;
}

NTSTATUS FLTAPI nt_FltStartFiltering(PFLT_FILTER filter)
{
    check_filter(filter, "FltStartFiltering");
    is_started = TRUE;
    return STATUS_SUCCESS;
}

VOID FLTAPI nt_FltUnregisterFilter(PFLT_FILTER filter)
{
    check_filter(filter, "FltUnregisterFilter");
    if (is_started) {
        FLT_RELATED_OBJECTS objects = filter_objects(NULL);
        if (registered.InstanceTeardownStartCallback)
            call_driver((PVOID)registered.InstanceTeardownStartCallback, "the teardown start callback", 2,
                        (address)&objects, (address)FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD);
        if (registered.InstanceTeardownCompleteCallback)
            call_driver((PVOID)registered.InstanceTeardownCompleteCallback, "the teardown complete callback", 2,
                        (address)&objects, (address)FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD);
    }
    delete_context(FLT_STREAMHANDLE_CONTEXT);
    delete_context(FLT_STREAM_CONTEXT);
    delete_context(FLT_FILE_CONTEXT);
    delete_context(FLT_INSTANCE_CONTEXT);
    delete_context(FLT_VOLUME_CONTEXT);
    is_registered = FALSE;
}

const struct routine filter_routines[] = {
    R(FltAllocateContext, 1), R(FltReferenceContext, 1), R(FltReleaseContext, 1), R(FltSetInstanceContext, 1),
    R(FltGetInstanceContext, 1), R(FltSetVolumeContext, 1), R(FltGetVolumeContext, 1),
    R(FltBuildDefaultSecurityDescriptor, 0), R(FltFreeSecurityDescriptor, 0),
    R(FltCreateCommunicationPort, 0), R(FltCloseCommunicationPort, 0), R(FltCloseClientPort, 0),
    R(FltRegisterFilter, 1), R(FltStartFiltering, 1), R(FltUnregisterFilter, 1),
    { 0 },
};
