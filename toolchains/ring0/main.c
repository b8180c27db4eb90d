/* The stages of a run: images are mapped and loaded, the driver starts, answers and is unloaded. */
#include "kernel.h"

struct entry {
    ULONG offset, bytes;
    char name[56];
};

struct header {
    ULONG images, known_at, calls_at, calls, options, unused[3];
    struct entry entries[];
};

PDRIVER_OBJECT driver;
const UCHAR *bundle;
const struct planned_call *planned;
ULONG planned_count;
BOOLEAN is_hvci;
static BOOLEAN is_removed_at_once;      /* before any timer is due */
void (*framework_started)(void), (*framework_serve)(void), (*framework_stopped)(void);
BOOLEAN (*framework_exercise)(PDEVICE_OBJECT device);

extern const unsigned char image_base[] __asm__(
#if defined(__i386__)
    "___ImageBase"
#else
    "__ImageBase"
#endif
);

size_t nt_strlen(const char *text);
void check_links(void);
void check_callbacks(void);
void check_registrations(void);
void check_handles(void);
void open_handles(void);
VOID NTAPI nt_RtlInitUnicodeString(PUNICODE_STRING string, PCWSTR text);
VOID FASTCALL nt_IofCompleteRequest(PIRP irp, CCHAR boost);
VOID NTAPI nt_IoDetachDevice(PDEVICE_OBJECT below);

static NTSTATUS NTAPI invalid_request(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    irp->IoStatus.Information = 0;
    nt_IofCompleteRequest(irp, 0);
    return STATUS_INVALID_DEVICE_REQUEST;
}

/* An exception that nobody handles ends the run. */
void fault_in(struct frame *frame, const struct fault *fault)
{
    static BOOLEAN again;
    struct module *module;
    if (again) {
        put(" (and the report fails: this kernel's own memory may be overwritten)");
        finish("broken");
    }
    if (take_exception(frame, fault))
        return;
    again = TRUE;
    module = module_at(fault->pc);
    begin_reason("");
    if (!module && fault->pc - (address)own_image.base < own_image.size && routine_name(last_stub)) {
        put("in ");
        put(routine_name(last_stub));
        put(": ");
    }
    put(fault->what);
    if (fault->status) {
        put(" ");
        put_hex(fault->status);
    }
    put(" at ");
    put_place(fault->pc);
    if (fault->has_address) {
        put(", accessing ");
        put_place(fault->at);
    }
    finish("refused");
}

/* ---- loading */

static UNICODE_STRING registry_path;

static void initialize_library(struct module *module)
{
    struct ntld_symbol symbol = { "", "DllInitialize", 0, 0 };
    const void *function = ntld_export(&module->image, &symbol);
    if (function && !NT_SUCCESS(call_driver((PVOID)function, "DllInitialize", 1, (address)&registry_path)))
        refuse("DllInitialize fails");
}

static void unload_library(struct module *module)
{
    struct ntld_symbol symbol = { "", "DllUnload", 0, 0 };
    const void *function = ntld_export(&module->image, &symbol);
    if (function && !NT_SUCCESS(call_driver((PVOID)function, "DllUnload", 0)))
        refuse("DllUnload fails");
}

static void load(const struct entry *entry, BOOLEAN is_library)
{
    struct module *module = &modules[module_count];
    struct ntld_host host = loader_host;
    host.options = is_hvci ? 0 : NTLD_ALLOW_WRITABLE_CODE;
    if (ntld_load(&host, bundle + entry->offset, entry->bytes, NTLD_OWN_MACHINE, &module->image)) {
        begin_reason(entry->name);
        put(": ");
        put(module->image.why);
        put(" (");
        if (module->image.culprit[0]) {
            put_quoted(module->image.culprit, nt_strlen(module->image.culprit));
            put(", ");
        }
        put_hex(module->image.place);
        put(")");
        finish("refused");
    }
    module->name = entry->name;
    module_count++;
    put("@mapped\n@loaded ");
    put_hex((address)module->image.base);
    put(" ");
    put_number(module->image.relocations);
    put(" ");
    put_number(module->image.imports);
    put(" ");
    put(entry->name);
    put("\n");
    if (is_library)
        initialize_library(module);
}

/* ---- the driver's own stages */

static void make_driver(const struct module *module)
{
    ULONG index;
    driver = take(sizeof *driver, OWN, 'virD');
    driver->Type = 4;
    driver->Size = sizeof *driver;
    driver->DriverStart = module->image.base;
    driver->DriverSize = module->image.size;
    driver->DriverInit = (PDRIVER_INITIALIZE)module->image.entry;
    driver->DriverExtension = take(sizeof(DRIVER_EXTENSION) + 64, OWN, 'txeD');
    driver->DriverExtension->DriverObject = driver;
    nt_RtlInitUnicodeString(&driver->DriverName, L"\\Driver\\sample");
    for (index = 0; index <= IRP_MJ_MAXIMUM_FUNCTION; index++)
        driver->MajorFunction[index] = invalid_request;
}

static void start(const struct module *module)
{
    PDEVICE_OBJECT device;
    NTSTATUS status;
    ULONG index;
    stage = "loaded";
    if (!module->image.entry)
        refuse("the image has no entry point");
    make_driver(module);
    is_starting = TRUE;
    status = (NTSTATUS)call_driver(module->image.entry, "DriverEntry", 2, (address)driver,
                                   (address)&registry_path);
    is_starting = FALSE;
    put("@started ");
    put_hex((ULONG)status);
    put("\n");
    if (!NT_SUCCESS(status)) {
        begin_reason("DriverEntry returns ");
        put_hex((ULONG)status);
        finish("refused");
    }
    for (index = 0; index <= IRP_MJ_MAXIMUM_FUNCTION; index++)
        if (!is_code((PVOID)driver->MajorFunction[index])) {
            begin_reason("a dispatch routine is no code: ");
            put_place((address)driver->MajorFunction[index]);
            finish("refused");
        }
    for (index = 0; index <= IRP_MJ_MAXIMUM_FUNCTION; index++)
        note_callback((PVOID)driver->MajorFunction[index], "dispatch", (LONG)index);
    note_callback((PVOID)driver->DriverExtension->AddDevice, "AddDevice", -1);
    /* The I/O manager does this for devices that DriverEntry makes. */
    for (device = driver->DeviceObject; device; device = device->NextDevice)
        device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    for (index = 0; index < module_count; index++)
        ntld_discard(&loader_host, &modules[index].image);
    stage = "started";
}

static PDEVICE_OBJECT top_of(PDEVICE_OBJECT device)
{
    while (device->AttachedDevice)
        device = device->AttachedDevice;
    return device;
}

static void send_simple(PDEVICE_OBJECT device, const char *name, UCHAR major, UCHAR minor)
{
    struct request request = { name, major, minor, 0, 0, 0, 0, 0, -1 };
    send(device, &request);
}

static void send_planned(PDEVICE_OBJECT device)
{
    static const char *const names[] = { "device control", "read", "write" };
    static const UCHAR majors[] = { IRP_MJ_DEVICE_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE };
    ULONG index;
    for (index = 0; index < planned_count; index++) {
        const struct planned_call *call = &planned[index];
        struct request request = {
            names[call->kind], majors[call->kind], 0, call->code,
            call->input_bytes ? bundle + call->input_at : 0, call->input_bytes, call->output_bytes,
            (LONGLONG)call->offset, (LONG)index,
        };
        send(device, &request);
    }
    if (!planned_count) {
        /* A code that nobody has: the driver must answer it all the same. */
        static const UCHAR bytes[8] = { 40, 0, 0, 0, 2 };
        struct request request = { names[0], majors[0], 0, 0x0022fffc, bytes, 8, 8, 0, -1 };
        send(device, &request);
    }
}

static void use_device(PDEVICE_OBJECT device, BOOLEAN is_first)
{
    struct request request = { "create", IRP_MJ_CREATE, 0, 0, 0, 0, 0, 0, -1 };
    if (!NT_SUCCESS(send(device, &request)))
        return;
    if (is_first)
        send_planned(device);
    send_simple(device, "cleanup", IRP_MJ_CLEANUP, 0);
    send_simple(device, "close", IRP_MJ_CLOSE, 0);
}

/* A driver for Plug and Play gets a device to drive; it is removed again before unload. */
static PDEVICE_OBJECT add_device(void)
{
    PDEVICE_OBJECT physical = new_physical_device();
    NTSTATUS status = (NTSTATUS)call_driver((PVOID)driver->DriverExtension->AddDevice, "AddDevice", 2,
                                            (address)driver, (address)physical);
    if (!NT_SUCCESS(status)) {
        begin_reason("AddDevice returns ");
        put_hex((ULONG)status);
        finish("refused");
    }
    if (physical->AttachedDevice)
        send_simple(top_of(physical), "start", IRP_MJ_PNP, IRP_MN_START_DEVICE);
    return physical;
}

/* A second device is pulled out while it works; a driver may have no room for one. */
static void lose_device(void)
{
    PDEVICE_OBJECT physical = new_physical_device();
    NTSTATUS status = (NTSTATUS)call_driver((PVOID)driver->DriverExtension->AddDevice, "AddDevice", 2,
                                            (address)driver, (address)physical);
    if (!NT_SUCCESS(status) || !physical->AttachedDevice)
        return;
    send_simple(top_of(physical), "start", IRP_MJ_PNP, IRP_MN_START_DEVICE);
    send_simple(top_of(physical), "surprise removal", IRP_MJ_PNP, IRP_MN_SURPRISE_REMOVAL);
    send_simple(top_of(physical), "remove", IRP_MJ_PNP, IRP_MN_REMOVE_DEVICE);
}

static void serve(void)
{
    PDEVICE_OBJECT physical = NULL, device, next;
    BOOLEAN is_first = TRUE;
    if (framework_serve) {
        framework_serve();
    } else {
        if (driver->DriverExtension->AddDevice)
            physical = add_device();
        for (device = driver->DeviceObject; device; device = next) {
            next = device->NextDevice;
            use_device(top_of(device), is_first);
            is_first = FALSE;
        }
    }
    if (!is_removed_at_once)
        rest();
    if (physical && physical->AttachedDevice) {
        BOOLEAN is_told = framework_exercise && framework_exercise(top_of(physical));
        send_simple(top_of(physical), "remove", IRP_MJ_PNP, IRP_MN_REMOVE_DEVICE);
        if (is_told)
            lose_device();
    }
    open_handles();
    put("@served\n");
    stage = "served";
}

static void stop(void)
{
    ULONG index;
    if (framework_stopped)
        framework_stopped();
    if (driver->DriverUnload) {
        call_driver((PVOID)driver->DriverUnload, "DriverUnload", 1, (address)driver);
        put("@unloaded\n");
    } else if (!framework_stopped) {
        put("@no-unload DriverUnload\n");
    }
    stage = "unloaded";
    for (index = module_count - 1; index-- > 0;)
        unload_library(&modules[index]);
    if (!driver->DriverUnload && !framework_stopped)
        return;
    if (driver->DeviceObject)
        refuse("a device is left behind after unload");
    check_links();
    check_callbacks();
    check_registrations();
    check_handles();
    check_waiting();
    check_threads();
    check_left(REQUEST, "left behind after unload: ");
    check_left(POOL, "left behind after unload: ");
}

void kernel(void)
{
    const struct header *header = (const struct header *)bundle_at;
    ULONG index;
    ntld_adopt(image_base, NTLD_OWN_MACHINE, &own_image);
    put("@kernel\n");
    cpu_start(&own_image);
    memory_start();
    time_start();
    bundle = (const UCHAR *)header;
    planned = (const struct planned_call *)(bundle + header->calls_at);
    planned_count = header->calls;
    is_hvci = header->options & 1;
    is_removed_at_once = (header->options & 2) != 0;
    nt_RtlInitUnicodeString(&registry_path, L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\sample");
    stage = "mapped";
    for (index = 0; index < header->images; index++)
        load(&header->entries[index], index + 1 < header->images);
    start(&modules[module_count - 1]);
    if (framework_started)
        framework_started();
    serve();
    stop();
    put("@end\n");
    finish("proved");
}
