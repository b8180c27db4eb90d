/*
 * The program that the engine "wine" runs: it starts a driver as a service, sends requests to its first
 * device, and stops it. It says what came of it in the lines that running/transcript.py reads:
 *
 *     @session                                the session is up
 *     @started 0                              the service runs
 *     @not-started 1275                       it does not; a Win32 error
 *     @irp create 0x0 0 -1                    status, information, number of the call, output
 *     @unloaded                               the service has stopped
 *     @not-stopped 1061                       it has not; a Win32 error
 *
 * The file C:\plan has the number of calls and the characters of the driver's path (4 bytes each) and that
 * path, then for each call its kind, code, bytes sent and bytes of the output buffer (4 each), offset (8)
 * and the bytes sent; each part is filled up to 8 bytes.
 *
 * The device is the first that is in \Device after the start and was not before. Nothing of a C library is
 * linked. Everything is in static memory.
 */
#include <windows.h>
#include <winternl.h>
#include <winsvc.h>

enum { MOST_DEVICES = 1024, NAME = 64, MOST_BYTES = 1 << 20, PLAN = 64 << 20 };
/* Milliseconds between two looks at something that takes its time, and how often the service manager is asked. */
enum { PATIENCE = 100, TRIES = 100 };

struct directory_entry {
    UNICODE_STRING name, type;
};

struct header {
    ULONG calls, characters;
};

struct call {
    ULONG kind, code, sent, wanted;
    LARGE_INTEGER offset;
};

NTSTATUS NTAPI NtOpenDirectoryObject(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtQueryDirectoryObject(HANDLE, PVOID, ULONG, BOOLEAN, BOOLEAN, PULONG, PULONG);
NTSTATUS NTAPI NtReadFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG, PLARGE_INTEGER,
                          PULONG);
NTSTATUS NTAPI NtWriteFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG, PLARGE_INTEGER,
                           PULONG);

void __stdcall start(void);

static WCHAR before[MOST_DEVICES][NAME], found[NAME];
static ULONG before_count;
static UCHAR plan[PLAN], output[MOST_BYTES];

/* ---- what is printed */

static void put(const char *text)
{
    DWORD length = 0, written;
    while (text[length])
        length++;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, length, &written, NULL);
}

static void put_number(ULONGLONG value, unsigned base)
{
    char digits[24];
    int at = 23;
    digits[23] = 0;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    put(digits + at);
}

static void put_bytes(const UCHAR *bytes, ULONG_PTR count)
{
    static char line[2 * MOST_BYTES + 1];
    ULONG_PTR at;
    for (at = 0; at < count; at++) {
        line[2 * at] = "0123456789abcdef"[bytes[at] >> 4];
        line[2 * at + 1] = "0123456789abcdef"[bytes[at] & 15];
    }
    line[2 * count] = 0;
    put(line);
}

static void put_request(const char *name, NTSTATUS status, ULONG_PTR information, int call, ULONG_PTR answered)
{
    put("@irp ");
    put(name);
    put(" 0x");
    put_number((ULONG)status, 16);
    put(" ");
    put_number(information, 10);
    put(call < 0 ? " -1" : " ");
    if (call >= 0)
        put_number((ULONG)call, 10);
    put(" ");
    put_bytes(output, answered);
    put("\n");
}

static void fail(const char *line)
{
    DWORD error = GetLastError();
    put(line);
    put_number(error, 10);
    put("\n");
    ExitProcess(1);
}

/* ---- the device */

static int is_same(const WCHAR *left, const UNICODE_STRING *right)
{
    ULONG at, length = right->Length / sizeof(WCHAR);
    for (at = 0; at < length && left[at] == right->Buffer[at]; at++)
        ;
    return at == length && !left[at];
}

static int is_known(const UNICODE_STRING *name)
{
    ULONG index;
    for (index = 0; index < before_count; index++)
        if (is_same(before[index], name))
            return TRUE;
    return FALSE;
}

/* Remember the names in \Device, or find one that is not among them. */
static void read_devices(int is_first)
{
    static struct {
        struct directory_entry entry;
        WCHAR text[512];
    } room;
    static WCHAR path[] = L"\\Device";
    UNICODE_STRING name = { sizeof(path) - sizeof(WCHAR), sizeof(path), path };
    OBJECT_ATTRIBUTES attributes;
    ULONG context = 0, size, at;
    HANDLE directory;
    BOOLEAN restart = TRUE;

    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (NtOpenDirectoryObject(&directory, 1, &attributes) < 0)
        return;
    while (NtQueryDirectoryObject(directory, &room, sizeof(room), TRUE, restart, &context, &size) >= 0) {
        const UNICODE_STRING *device = &room.entry.name;
        WCHAR *target = is_first ? before[before_count] : found;
        restart = FALSE;
        if (device->Length / sizeof(WCHAR) >= NAME || is_same(L"Device", &room.entry.type) == FALSE)
            continue;
        if (is_first ? before_count == MOST_DEVICES : found[0] || is_known(device))
            continue;
        for (at = 0; at < device->Length / sizeof(WCHAR); at++)
            target[at] = device->Buffer[at];
        target[at] = 0;
        before_count += is_first;
    }
    NtClose(directory);
}

static HANDLE open_device(void)
{
    static const WCHAR folder[] = L"\\Device\\";
    static WCHAR path[NAME + sizeof(folder)];
    UNICODE_STRING name = { 0, sizeof(path), path };
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK block = { 0 };
    HANDLE device = NULL;
    ULONG length = 0, at;
    NTSTATUS status;

    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    for (at = 0; folder[at]; at++)
        path[length++] = folder[at];
    for (at = 0; found[at]; at++)
        path[length++] = found[at];
    name.Length = (USHORT)(length * sizeof(WCHAR));
    status = NtOpenFile(&device, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &attributes, &block,
                        FILE_SHARE_READ | FILE_SHARE_WRITE, 0x20 /* FILE_SYNCHRONOUS_IO_NONALERT */);
    put_request("create", status, block.Information, -1, 0);
    return status < 0 ? NULL : device;
}

static void make_call(HANDLE device, const struct call *call, const UCHAR *sent, int index)
{
    IO_STATUS_BLOCK block = { 0 };
    LARGE_INTEGER offset = call->offset;
    NTSTATUS status;
    ULONG_PTR at, answered;
    static const char *const names[] = { "device control", "read", "write" };

    for (at = 0; at < call->wanted; at++)
        output[at] = 0;
    if (call->kind == 0)
        status = NtDeviceIoControlFile(device, NULL, NULL, NULL, &block, call->code, (PVOID)(ULONG_PTR)sent, call->sent,
                                       output, call->wanted);
    else if (call->kind == 1)
        status = NtReadFile(device, NULL, NULL, NULL, &block, output, call->wanted, &offset, NULL);
    else
        status = NtWriteFile(device, NULL, NULL, NULL, &block, (PVOID)(ULONG_PTR)sent, call->sent, &offset, NULL);
    if (status == STATUS_PENDING) {
        WaitForSingleObject(device, INFINITE);
        status = block.Status;
    }
    answered = call->kind == 2 ? 0 : block.Information;
    if (answered > call->wanted)
        answered = call->wanted;
    put_request(names[call->kind], status, block.Information, index, status < 0 ? 0 : answered);
}

static ULONG_PTR padded(ULONG_PTR bytes)
{
    return (bytes + 7) & ~(ULONG_PTR)7;
}

static void make_calls(HANDLE device)
{
    static const UCHAR nothing[8];
    static const struct call probe = { 0, 0x0022FFFC, 8, 8, { { 0, 0 } } };
    const struct header *header = (const struct header *)plan;
    const UCHAR *at = plan + sizeof(*header) + padded(header->characters * sizeof(WCHAR));
    ULONG index;

    if (!header->calls)
        make_call(device, &probe, nothing, -1);
    for (index = 0; index < header->calls; index++) {
        const struct call *call = (const struct call *)at;
        make_call(device, call, at + sizeof(*call), (int)index);
        at += sizeof(*call) + padded(call->sent);
    }
}

/* ---- the service */

static void stop(SC_HANDLE service)
{
    SERVICE_STATUS status = { 0 };
    if (!ControlService(service, SERVICE_CONTROL_STOP, &status))
        fail("@not-stopped ");
    while (status.dwCurrentState != SERVICE_STOPPED) {
        Sleep(PATIENCE);
        if (!QueryServiceStatus(service, &status))
            fail("@not-stopped ");
    }
    put("@unloaded\n");
}

static const WCHAR *read_plan(void)
{
    DWORD size = 0;
    HANDLE file = CreateFileW(L"C:\\plan", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE || !ReadFile(file, plan, PLAN, &size, NULL))
        fail("@failed to read the plan: ");
    CloseHandle(file);
    return (const WCHAR *)(plan + sizeof(struct header));
}

/* The service manager is a process that the session starts: on a loaded machine its pipe may not be there yet. */
static SC_HANDLE make_service(const WCHAR *path)
{
    ULONG tries;

    for (tries = 0; tries < TRIES; tries++) {
        SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);
        SC_HANDLE service = NULL;
        if (manager)
            service = CreateServiceW(manager, L"driver", L"driver", SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
                                     SERVICE_DEMAND_START, SERVICE_ERROR_IGNORE, path, NULL, NULL, NULL, NULL, NULL);
        if (service)
            return service;
        if (GetLastError() != RPC_S_SERVER_UNAVAILABLE)
            break;
        Sleep(PATIENCE);
    }
    fail("@failed to make the service: ");
    return NULL;
}

void __stdcall start(void)
{
    SC_HANDLE service = make_service(read_plan());
    HANDLE device;

    read_devices(TRUE);
    put("@session\n");
    if (!StartServiceW(service, 0, NULL))
        fail("@not-started ");
    put("@started 0\n");
    read_devices(FALSE);
    device = found[0] ? open_device() : NULL;
    if (device) {
        make_calls(device);
        put_request("close", NtClose(device), 0, -1, 0);
    }
    stop(service);
    ExitProcess(0);
}
