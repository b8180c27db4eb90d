/* Mm, Ob, Ps and Zw as far as drivers need them to start. */
#include "kernel.h"

enum { KEY_HANDLE = 0x80000010, CALLBACKS = 16 };

BOOLEAN NTAPI nt_MmIsAddressValid(PVOID at)
{
    return is_mapped((address)at);
}

/* A driver asks with this whether a routine is there: one that is not served is not there. */
PVOID NTAPI nt_MmGetSystemRoutineAddress(PUNICODE_STRING name)
{
    char text[128];
    ULONG index, length = name->Length / sizeof(WCHAR);
    if (length >= sizeof text)
        return NULL;
    for (index = 0; index < length; index++)
        text[index] = name->Buffer[index] < 128 ? (char)name->Buffer[index] : '?';
    text[length] = 0;
    return find_routine("ntoskrnl.exe", text);
}

VOID FASTCALL nt_ObfReferenceObject(PVOID object)
{
    (void)object;
}

VOID FASTCALL nt_ObfDereferenceObject(PVOID object)
{
    (void)object;
}

PVOID NTAPI nt_PsGetCurrentThread(VOID)
{
    return thread_object();
}

HANDLE NTAPI nt_PsGetCurrentProcessId(VOID)
{
    return (HANDLE)4;
}

HANDLE NTAPI nt_PsGetCurrentThreadId(VOID)
{
    return (HANDLE)8;
}

BOOLEAN NTAPI nt_PsGetVersion(PULONG major, PULONG minor, PULONG build, PUNICODE_STRING pack)
{
    if (major)
        *major = 10;
    if (minor)
        *minor = 0;
    if (build)
        *build = 19041;
    if (pack)
        memset(pack, 0, sizeof *pack);
    return TRUE;
}

static PVOID callbacks[CALLBACKS];

static NTSTATUS change_callback(PVOID routine, BOOLEAN remove, const char *kind)
{
    ULONG index;
    note_callback(routine, kind, -1);
    for (index = 0; index < CALLBACKS; index++)
        if (callbacks[index] == (remove ? routine : NULL)) {
            callbacks[index] = remove ? NULL : routine;
            return STATUS_SUCCESS;
        }
    return remove ? STATUS_PROCEDURE_NOT_FOUND : STATUS_INVALID_PARAMETER;
}

NTSTATUS NTAPI nt_PsSetCreateProcessNotifyRoutine(PVOID routine, BOOLEAN remove)
{
    return change_callback(routine, remove, "process notify routine");
}

NTSTATUS NTAPI nt_PsSetCreateProcessNotifyRoutineEx(PVOID routine, BOOLEAN remove)
{
    return change_callback(routine, remove, "process notify routine");
}

NTSTATUS NTAPI nt_PsSetLoadImageNotifyRoutine(PVOID routine)
{
    return change_callback(routine, FALSE, "image notify routine");
}

NTSTATUS NTAPI nt_PsRemoveLoadImageNotifyRoutine(PVOID routine)
{
    return change_callback(routine, TRUE, "image notify routine");
}

NTSTATUS NTAPI nt_PsSetCreateThreadNotifyRoutine(PVOID routine)
{
    return change_callback(routine, FALSE, "thread notify routine");
}

NTSTATUS NTAPI nt_PsRemoveCreateThreadNotifyRoutine(PVOID routine)
{
    return change_callback(routine, TRUE, "thread notify routine");
}

static PVOID object_callbacks;
static LARGE_INTEGER registry_callback;

void check_callbacks(void)
{
    ULONG index;
    if (object_callbacks)
        refuse("a registration of ObRegisterCallbacks is left behind");
    if (registry_callback.QuadPart)
        refuse("a registration of CmRegisterCallbackEx is left behind");
    for (index = 0; index < CALLBACKS; index++)
        if (callbacks[index]) {
            begin_reason("a notify routine is left behind: ");
            put_place((address)callbacks[index]);
            finish("refused");
        }
}

/* One process runs, that of the system; nothing is in it. */
static char process[0x1000];

PVOID NTAPI nt_PsGetCurrentProcess(VOID)
{
    return process;
}

PVOID NTAPI nt_IoThreadToProcess(PVOID thread)
{
    (void)thread;
    return process;
}

HANDLE NTAPI nt_PsGetProcessId(PVOID given)
{
    return given == process ? (HANDLE)4 : NULL;
}

/* ---- callbacks of the object manager: one registration, used once before unload as for a program's handle */

enum { OBJECT_OPERATIONS = 8 };
static OB_OPERATION_REGISTRATION object_operations[OBJECT_OPERATIONS];
static ULONG object_operation_count;
static PVOID object_context;
static char object_type[0x100];
POBJECT_TYPE nt_PsProcessType = (POBJECT_TYPE)object_type, nt_PsThreadType = (POBJECT_TYPE)(object_type + 0x80);

USHORT NTAPI nt_ObGetFilterVersion(VOID)
{
    return OB_FLT_REGISTRATION_VERSION;
}

NTSTATUS NTAPI nt_ObRegisterCallbacks(POB_CALLBACK_REGISTRATION registration, PVOID *handle)
{
    ULONG index;
    if (registration->Version != OB_FLT_REGISTRATION_VERSION || !registration->OperationRegistrationCount)
        return STATUS_INVALID_PARAMETER;
    if (object_callbacks)
        return STATUS_FLT_INSTANCE_ALTITUDE_COLLISION;
    if (registration->OperationRegistrationCount > OBJECT_OPERATIONS)
        unknown("ObRegisterCallbacks with more than 8 operations");
    object_operation_count = registration->OperationRegistrationCount;
    object_context = registration->RegistrationContext;
    for (index = 0; index < object_operation_count; index++) {
        const OB_OPERATION_REGISTRATION *each = &registration->OperationRegistration[index];
        if ((each->PreOperation && !is_code((PVOID)each->PreOperation))
            || (each->PostOperation && !is_code((PVOID)each->PostOperation)))
            refuse("ObRegisterCallbacks: a callback is no code");
        note_callback((PVOID)each->PreOperation, "PreOperation of ObRegisterCallbacks", -1);
        note_callback((PVOID)each->PostOperation, "PostOperation of ObRegisterCallbacks", -1);
        object_operations[index] = *each;
    }
    *handle = object_callbacks = object_operations;
    return STATUS_SUCCESS;
}

VOID NTAPI nt_ObUnRegisterCallbacks(PVOID handle)
{
    if (!handle || handle != object_callbacks)
        refuse("ObUnRegisterCallbacks is given what is no registration");
    object_callbacks = NULL;
}

/* What begins alike before and after an operation. */
static void open_handle(const OB_OPERATION_REGISTRATION *each, OB_OPERATION operation)
{
    BOOLEAN is_thread = each->ObjectType == &nt_PsThreadType;
    OB_PRE_OPERATION_PARAMETERS wanted = { { PROCESS_ALL_ACCESS, PROCESS_ALL_ACCESS } };
    OB_POST_OPERATION_PARAMETERS granted = { { PROCESS_ALL_ACCESS } };
    OB_PRE_OPERATION_INFORMATION before = { operation, { 0 }, is_thread ? (PVOID)cpu_thread : (PVOID)process,
                                            *each->ObjectType, NULL, &wanted };
    OB_POST_OPERATION_INFORMATION after = { operation, { 0 }, before.Object, before.ObjectType, NULL,
                                            STATUS_SUCCESS, &granted };
    if (operation == OB_OPERATION_HANDLE_DUPLICATE) {
        wanted.DuplicateHandleInformation.SourceProcess = process;
        wanted.DuplicateHandleInformation.TargetProcess = process;
    }
    if (each->PreOperation)
        call_driver((PVOID)each->PreOperation, "PreOperation of ObRegisterCallbacks", 2, (address)object_context,
                    (address)&before);
    after.CallContext = before.CallContext;
    if (each->PostOperation)
        call_driver((PVOID)each->PostOperation, "PostOperation of ObRegisterCallbacks", 2, (address)object_context,
                    (address)&after);
}

void open_handles(void)
{
    ULONG index;
    for (index = 0; object_callbacks && index < object_operation_count; index++) {
        if (object_operations[index].Operations & OB_OPERATION_HANDLE_CREATE)
            open_handle(&object_operations[index], OB_OPERATION_HANDLE_CREATE);
        if (object_operations[index].Operations & OB_OPERATION_HANDLE_DUPLICATE)
            open_handle(&object_operations[index], OB_OPERATION_HANDLE_DUPLICATE);
    }
}

/* ---- a callback of the registry */

VOID NTAPI nt_CmGetCallbackVersion(PULONG major, PULONG minor)
{
    if (major)
        *major = 1;
    if (minor)
        *minor = 1;
}

NTSTATUS NTAPI nt_CmRegisterCallbackEx(PVOID function, PCUNICODE_STRING altitude, PVOID owner, PVOID context,
                                       PLARGE_INTEGER cookie, PVOID unused)
{
    (void)altitude;
    (void)owner;
    (void)context;
    (void)unused;
    if (!is_code(function))
        refuse("CmRegisterCallbackEx: the callback is no code");
    if (registry_callback.QuadPart)
        return STATUS_FLT_INSTANCE_ALTITUDE_COLLISION;
    note_callback(function, "registry callback", -1);
    registry_callback.QuadPart = 1;
    *cookie = registry_callback;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_CmRegisterCallback(PVOID function, PVOID context, PLARGE_INTEGER cookie)
{
    return nt_CmRegisterCallbackEx(function, NULL, driver, context, cookie, NULL);
}

NTSTATUS NTAPI nt_CmUnRegisterCallback(LARGE_INTEGER cookie)
{
    if (!cookie.QuadPart || cookie.QuadPart != registry_callback.QuadPart)
        return STATUS_INVALID_PARAMETER;
    registry_callback.QuadPart = 0;
    return STATUS_SUCCESS;
}

/* The registry has the driver's own key, without values. */
static ULONG open_keys;

NTSTATUS NTAPI nt_ZwOpenKey(PHANDLE key, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    (void)access;
    (void)attributes;
    open_keys++;
    *key = (HANDLE)(ULONG_PTR)KEY_HANDLE;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_ZwCreateKey(PHANDLE key, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes, ULONG index,
                              PUNICODE_STRING kind, ULONG options, PULONG disposition)
{
    (void)index;
    (void)kind;
    (void)options;
    if (disposition)
        *disposition = REG_OPENED_EXISTING_KEY;
    return nt_ZwOpenKey(key, access, attributes);
}

NTSTATUS NTAPI nt_ZwQueryValueKey(HANDLE key, PUNICODE_STRING name, KEY_VALUE_INFORMATION_CLASS kind, PVOID to,
                                  ULONG bytes, PULONG needed)
{
    (void)name;
    (void)kind;
    (void)to;
    (void)bytes;
    *needed = 0;
    return key == (HANDLE)(ULONG_PTR)KEY_HANDLE ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_INVALID_HANDLE;
}

NTSTATUS NTAPI nt_ZwSetValueKey(HANDLE key, PUNICODE_STRING name, ULONG index, ULONG type, PVOID value, ULONG bytes)
{
    (void)name;
    (void)index;
    (void)type;
    (void)value;
    (void)bytes;
    return key == (HANDLE)(ULONG_PTR)KEY_HANDLE ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

NTSTATUS NTAPI nt_ZwClose(HANDLE handle)
{
    if (close_disk_file(handle) || close_thread(handle))
        return STATUS_SUCCESS;
    if (handle != (HANDLE)(ULONG_PTR)KEY_HANDLE || !open_keys)
        refuse("ZwClose is given what is no handle");
    open_keys--;
    return STATUS_SUCCESS;
}

/* Handles of devices are those of keys: both are only closed. */
NTSTATUS NTAPI nt_ObOpenObjectByPointer(PVOID object, ULONG attributes, PVOID access_state, ACCESS_MASK access,
                                        PVOID type, KPROCESSOR_MODE mode, PHANDLE handle)
{
    (void)object;
    (void)attributes;
    (void)access_state;
    (void)type;
    (void)mode;
    return nt_ZwOpenKey(handle, access, NULL);
}

NTSTATUS NTAPI nt_ZwSetSecurityObject(HANDLE handle, SECURITY_INFORMATION what, PSECURITY_DESCRIPTOR descriptor)
{
    (void)what;
    (void)descriptor;
    return handle == (HANDLE)(ULONG_PTR)KEY_HANDLE ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

NTSTATUS NTAPI nt_IoOpenDeviceRegistryKey(PDEVICE_OBJECT device, ULONG kind, ACCESS_MASK access, PHANDLE key)
{
    (void)device;
    (void)kind;
    return nt_ZwOpenKey(key, access, NULL);
}

NTSTATUS NTAPI nt_IoOpenDriverRegistryKey(PDRIVER_OBJECT owner, ULONG kind, ACCESS_MASK access, ULONG flags, PHANDLE key)
{
    (void)owner;
    (void)kind;
    (void)flags;
    return nt_ZwOpenKey(key, access, NULL);
}

void check_handles(void)
{
    check_disk_files();
    if (open_keys)
        refuse("a handle of a key is left open");
}

/* A program's memory ends at 2 GB here. */
enum { USER_END = 0x7fff0000 };

VOID NTAPI nt_ProbeForRead(const volatile VOID *at, SIZE_T bytes, ULONG alignment)
{
    address first = (address)at;
    if (!bytes)
        return;
    if (first & (alignment - 1))
        cpu_raise((ULONG)STATUS_DATATYPE_MISALIGNMENT);
    if (first + bytes < first || first + bytes > USER_END)
        cpu_raise((ULONG)STATUS_ACCESS_VIOLATION);
}

VOID NTAPI nt_ProbeForWrite(volatile VOID *at, SIZE_T bytes, ULONG alignment)
{
    volatile UCHAR *byte = at;
    SIZE_T offset;
    nt_ProbeForRead(at, bytes, alignment);
    for (offset = 0; offset < bytes; offset += 4096 - ((address)byte + offset) % 4096)
        byte[offset] = byte[offset];
}

const struct routine other_routines[] = {
    R(MmIsAddressValid, 2), R(MmGetSystemRoutineAddress, 0), R(ObfReferenceObject, 2),
    R(ObfDereferenceObject, 2), R(PsGetCurrentThread, ANY_LEVEL), { "KeGetCurrentThread", nt_PsGetCurrentThread, ANY_LEVEL },
    R(PsGetCurrentProcessId, 2), R(PsGetCurrentThreadId, 2), R(PsGetVersion, 0),
    R(PsSetCreateProcessNotifyRoutine, 0), R(PsSetCreateProcessNotifyRoutineEx, 0),
    R(PsSetLoadImageNotifyRoutine, 0), R(PsRemoveLoadImageNotifyRoutine, 0),
    R(PsSetCreateThreadNotifyRoutine, 0), R(PsRemoveCreateThreadNotifyRoutine, 0),
    R(ZwOpenKey, 0), R(ZwCreateKey, 0), R(ZwQueryValueKey, 0), R(ZwSetValueKey, 0), R(ZwClose, 0), { "NtClose", nt_ZwClose, 0 },
    R(ProbeForRead, 1), R(ProbeForWrite, 1), R(PsGetCurrentProcess, ANY_LEVEL), R(IoThreadToProcess, ANY_LEVEL),
    { "IoGetCurrentProcess", nt_PsGetCurrentProcess, ANY_LEVEL }, R(PsGetProcessId, ANY_LEVEL),
    V(PsProcessType), V(PsThreadType), R(ObGetFilterVersion, 1), R(ObRegisterCallbacks, 1), R(ObUnRegisterCallbacks, 1),
    R(ObOpenObjectByPointer, 0), R(ZwSetSecurityObject, 0), R(IoOpenDeviceRegistryKey, 0),
    R(IoOpenDriverRegistryKey, 0), R(CmGetCallbackVersion, 1), R(CmRegisterCallbackEx, 1),
    R(CmRegisterCallback, 1), R(CmUnRegisterCallback, 1),
    { 0 },
};
