/* Routines that drivers call while they start: callback objects, processors, names, keys. */
#include "kernel.h"

enum { OBJECTS = 16, REGISTRATIONS = 16 };

NTSTATUS NTAPI nt_IoCreateSymbolicLink(PUNICODE_STRING link, PUNICODE_STRING target);
BOOLEAN NTAPI nt_RtlEqualUnicodeString(PCUNICODE_STRING left, PCUNICODE_STRING right, BOOLEAN any_case);

/* ---- callback objects: a name, and functions that are called when it is notified */

static struct callback_object {
    UNICODE_STRING name;
    BOOLEAN is_used;
} objects[OBJECTS] = {
    /* Those of the system are always there, and nobody notifies them here. */
    { RTL_CONSTANT_STRING(L"\\Callback\\SetSystemTime"), TRUE },
    { RTL_CONSTANT_STRING(L"\\Callback\\PowerState"), TRUE },
    { RTL_CONSTANT_STRING(L"\\Callback\\ProcessorAdd"), TRUE },
};

static struct registration {
    struct callback_object *object;
    PCALLBACK_FUNCTION function;
    PVOID context;
} registrations[REGISTRATIONS];

NTSTATUS NTAPI nt_ExCreateCallback(PVOID *made, POBJECT_ATTRIBUTES attributes, BOOLEAN create, BOOLEAN several)
{
    PUNICODE_STRING name = attributes ? attributes->ObjectName : NULL;
    ULONG index;
    (void)several;
    for (index = 0; index < OBJECTS && objects[index].is_used; index++)
        if (name && objects[index].name.Length && nt_RtlEqualUnicodeString(&objects[index].name, name, TRUE)) {
            *made = &objects[index];
            return STATUS_SUCCESS;
        }
    if (!create)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (index == OBJECTS)
        return STATUS_INSUFFICIENT_RESOURCES;
    objects[index].is_used = TRUE;
    if (name && name->Length) {
        objects[index].name = *name;
        objects[index].name.Buffer = take(name->Length, OWN, 0);
        memcpy(objects[index].name.Buffer, name->Buffer, name->Length);
    }
    *made = &objects[index];
    return STATUS_SUCCESS;
}

PVOID NTAPI nt_ExRegisterCallback(PVOID object, PCALLBACK_FUNCTION function, PVOID context)
{
    ULONG index;
    if (!is_code((PVOID)function))
        refuse("ExRegisterCallback: the function is no code");
    for (index = 0; index < REGISTRATIONS; index++)
        if (!registrations[index].function) {
            registrations[index].object = object;
            registrations[index].function = function;
            registrations[index].context = context;
            note_callback((PVOID)function, "callback of an object", -1);
            return &registrations[index];
        }
    return NULL;
}

VOID NTAPI nt_ExUnregisterCallback(PVOID handle)
{
    struct registration *given = handle;
    if (given < registrations || given >= registrations + REGISTRATIONS || !given->function)
        refuse("ExUnregisterCallback is given what is no registration");
    given->function = NULL;
}

VOID NTAPI nt_ExNotifyCallback(PVOID object, PVOID first, PVOID second)
{
    ULONG index;
    for (index = 0; index < REGISTRATIONS; index++)
        if (registrations[index].function && registrations[index].object == object)
            call_driver((PVOID)registrations[index].function, "a callback of an object", 3,
                        (address)registrations[index].context, (address)first, (address)second);
}

static void check_stop_records(void);

/* ---- event tracing: providers that nobody listens to */

static ULONG provider_count;

static NTSTATUS NTAPI nt_EtwRegister(LPCGUID id, PVOID callback, PVOID context, ULONGLONG *made)
{
    (void)id;
    (void)context;
    note_callback(callback, "event provider's callback", -1);
    *made = ++provider_count;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI nt_EtwUnregister(ULONGLONG provider)
{
    if (!provider || !provider_count)
        refuse("EtwUnregister is given what is no provider");
    provider_count--;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI nt_EtwWrite(ULONGLONG provider, PVOID event, LPCGUID activity, ULONG count, PVOID data)
{
    (void)provider;
    (void)event;
    (void)activity;
    (void)count;
    (void)data;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI nt_EtwWriteTransfer(
    ULONGLONG provider, PVOID event, LPCGUID activity, LPCGUID related, ULONG count, PVOID data)
{
    (void)related;
    return nt_EtwWrite(provider, event, activity, count, data);
}

static NTSTATUS NTAPI nt_EtwSetInformation(ULONGLONG provider, ULONG kind, PVOID data, ULONG bytes)
{
    (void)provider;
    (void)kind;
    (void)data;
    (void)bytes;
    return STATUS_SUCCESS;
}

void check_registrations(void)
{
    ULONG index;
    if (provider_count)
        refuse("an event provider is left behind");
    check_stop_records();
    for (index = 0; index < REGISTRATIONS; index++)
        if (registrations[index].function)
            refuse("a registration of ExRegisterCallback is left behind");
}

/* ---- callbacks for the machine's stop, which does not come */

static PVOID stop_records[REGISTRATIONS];

static BOOLEAN register_stop(PVOID record, PVOID routine)
{
    ULONG index, free = REGISTRATIONS;
    if (!is_code(routine))
        refuse("a callback for a bug check is no code");
    for (index = 0; index < REGISTRATIONS; index++) {
        if (stop_records[index] == record)
            return FALSE;
        if (!stop_records[index])
            free = index;
    }
    if (free == REGISTRATIONS)
        unknown("more callbacks for a bug check than this kernel keeps");
    stop_records[free] = record;
    note_callback(routine, "bug check callback", -1);
    return TRUE;
}

BOOLEAN NTAPI nt_KeRegisterBugCheckCallback(
    PVOID record, PVOID routine, PVOID buffer, ULONG bytes, PUCHAR component)
{
    (void)buffer;
    (void)bytes;
    (void)component;
    return register_stop(record, routine);
}

BOOLEAN NTAPI nt_KeRegisterBugCheckReasonCallback(PVOID record, PVOID routine, ULONG reason, PUCHAR component)
{
    (void)reason;
    (void)component;
    return register_stop(record, routine);
}

BOOLEAN NTAPI nt_KeDeregisterBugCheckCallback(PVOID record)
{
    ULONG index;
    for (index = 0; record && index < REGISTRATIONS; index++)
        if (stop_records[index] == record) {
            stop_records[index] = NULL;
            return TRUE;
        }
    return FALSE;
}

static void check_stop_records(void)
{
    ULONG index;
    for (index = 0; index < REGISTRATIONS; index++)
        if (stop_records[index])
            refuse("a callback for a bug check is left behind");
}

/* ---- processors: there is one */

static ULONG NTAPI one(VOID)
{
    return 1;
}

ULONG NTAPI nt_KeQueryActiveProcessorCount(PKAFFINITY mask)
{
    if (mask)
        *mask = 1;
    return 1;
}

ULONG NTAPI nt_KeQueryMaximumProcessorCountEx(USHORT group)
{
    (void)group;
    return 1;
}

KAFFINITY NTAPI nt_KeQueryGroupAffinity(USHORT group)
{
    return !group;
}

/* ---- images, links and names */

PVOID NTAPI nt_RtlPcToFileHeader(PVOID at, PVOID *base)
{
    struct module *module = module_at((address)at);
    return *base = module ? (PVOID)module->image.base : NULL;
}

BOOLEAN NTAPI nt_KdRefreshDebuggerNotPresent(VOID)
{
    return TRUE;
}

PVOID NTAPI nt_MmPageEntireDriver(PVOID at)
{
    struct module *module = module_at((address)at);
    if (!module)
        refuse("MmPageEntireDriver is given what is in no image");
    return (PVOID)module->image.base;
}

VOID NTAPI nt_MmResetDriverPaging(PVOID at)
{
    nt_MmPageEntireDriver(at);
}

/* Objects have no names that are kept. */
NTSTATUS NTAPI nt_ObQueryNameString(PVOID object, POBJECT_NAME_INFORMATION to, ULONG bytes, PULONG needed)
{
    (void)object;
    *needed = sizeof *to;
    if (bytes < sizeof *to)
        return STATUS_INFO_LENGTH_MISMATCH;
    memset(to, 0, sizeof *to);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR to, ULONG revision)
{
    if (revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    memset(to, 0, sizeof(SECURITY_DESCRIPTOR));
    ((SECURITY_DESCRIPTOR *)to)->Revision = SECURITY_DESCRIPTOR_REVISION;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_RtlSetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR given, BOOLEAN present, PACL list, BOOLEAN defaulted)
{
    SECURITY_DESCRIPTOR *to = given;
    to->Control &= (USHORT)~(SE_DACL_PRESENT | SE_DACL_DEFAULTED);
    to->Control |= (USHORT)((present ? SE_DACL_PRESENT : 0) | (present && defaulted ? SE_DACL_DEFAULTED : 0));
    to->Dacl = present ? list : NULL;
    return STATUS_SUCCESS;
}

/* ---- what is not there: events of others, keys below one's own */

NTSTATUS NTAPI nt_ZwOpenEvent(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    static WCHAR own[] = L"\\KernelObjects\\";
    UNICODE_STRING start = { sizeof own - sizeof(WCHAR), sizeof own - sizeof(WCHAR), own };
    UNICODE_STRING name = *attributes->ObjectName;
    (void)handle, (void)access;
    if (name.Length > start.Length) {
        name.Length = start.Length;
        if (nt_RtlEqualUnicodeString(&name, &start, TRUE))
            unknown("ZwOpenEvent of an event of Windows' own");
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS NTAPI nt_ZwEnumerateKey(HANDLE key, ULONG index, ULONG kind, PVOID to, ULONG bytes, PULONG needed)
{
    (void)key, (void)index, (void)kind, (void)to, (void)bytes;
    *needed = 0;
    return STATUS_NO_MORE_ENTRIES;
}

/* ---- the injection handles of network filters */

static ULONG injections;

NTSTATUS NTAPI nt_FwpsInjectionHandleCreate0(USHORT family, ULONG flags, PHANDLE made)
{
    (void)family;
    (void)flags;
    injections++;
    *made = (HANDLE)(ULONG_PTR)injections;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_FwpsInjectionHandleDestroy0(HANDLE handle)
{
    (void)handle;
    if (!injections)
        refuse("FwpsInjectionHandleDestroy0 is given what is no handle");
    injections--;
    return STATUS_SUCCESS;
}

static USHORT no_lead_bytes[256];
static PUSHORT nt_NlsOemLeadByteInfo = no_lead_bytes, nt_NlsLeadByteInfo = no_lead_bytes;

const struct routine more_routines[] = {
    R(ExCreateCallback, 1), R(ExRegisterCallback, 1), R(ExUnregisterCallback, 1), R(ExNotifyCallback, 2),
    R(KeRegisterBugCheckCallback, ANY_LEVEL), R(KeRegisterBugCheckReasonCallback, ANY_LEVEL),
    R(KeDeregisterBugCheckCallback, ANY_LEVEL),
    { "KeDeregisterBugCheckReasonCallback", nt_KeDeregisterBugCheckCallback, ANY_LEVEL },
    R(KeQueryActiveProcessorCount, ANY_LEVEL), R(KeQueryMaximumProcessorCountEx, ANY_LEVEL),
    { "KeQueryMaximumProcessorCount", one, ANY_LEVEL }, { "KeQueryActiveGroupCount", one, ANY_LEVEL },
    { "KeQueryMaximumGroupCount", one, ANY_LEVEL }, { "KeQueryActiveProcessors", one, ANY_LEVEL },
    R(KeQueryGroupAffinity, ANY_LEVEL), R(RtlPcToFileHeader, ANY_LEVEL), R(KdRefreshDebuggerNotPresent, ANY_LEVEL),
    R(MmPageEntireDriver, 1), R(MmResetDriverPaging, 1), R(ObQueryNameString, 0),
    { "IoCreateUnprotectedSymbolicLink", nt_IoCreateSymbolicLink, 0 },
    R(RtlCreateSecurityDescriptor, 1), R(RtlSetDaclSecurityDescriptor, 1),
    R(ZwOpenEvent, 0), R(ZwEnumerateKey, 0),
    { "ZwEnumerateValueKey", nt_ZwEnumerateKey, 0 },
    R(FwpsInjectionHandleCreate0, 0), R(FwpsInjectionHandleDestroy0, 0),
    R(EtwRegister, 0), R(EtwUnregister, 0), R(EtwWrite, ANY_LEVEL), R(EtwWriteTransfer, ANY_LEVEL),
    R(EtwSetInformation, ANY_LEVEL),
    V(NlsOemLeadByteInfo), V(NlsLeadByteInfo),
    { 0 },
};
