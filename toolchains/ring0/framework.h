/* The Kernel-Mode Driver Framework as far as it is served: objects, one driver, its devices. */
#ifndef FRAMEWORK_H
#define FRAMEWORK_H

#include "kernel.h"

#define KMDF_VERSION_MAJOR 1
#define KMDF_VERSION_MINOR 33
#define WDF_DEVICE_NO_WDMSEC_H
#include <wdf.h>

enum object_kind {
    DRIVER_OBJECT_KIND, DEVICE_KIND, QUEUE_KIND, REQUEST_KIND, TIMER_KIND, LOCK_KIND, WAIT_LOCK_KIND,
    WORK_KIND, DPC_KIND, MEMORY_KIND, FILE_KIND, COLLECTION_KIND, KEY_KIND, LOOKASIDE_KIND, RESOURCES_KIND,
    INTERRUPT_KIND, DMA_KIND, BUFFER_KIND, TARGET_KIND, STRING_KIND, GENERAL_KIND,
};

struct context {
    PCWDF_OBJECT_CONTEXT_TYPE_INFO type;
    PVOID at;
    PFN_WDF_OBJECT_CONTEXT_CLEANUP cleanup, destroy;
    struct context *next;
};

struct object {
    ULONG magic;
    enum object_kind kind;
    struct object *parent, *children, *next;
    struct context *contexts;
    BOOLEAN is_gone;
    union {
        struct {
            WDF_DRIVER_CONFIG config;
        } driver;
        struct {
            PDEVICE_OBJECT device, physical, below;
            WDF_PNPPOWER_EVENT_CALLBACKS power;
            WDF_FILEOBJECT_CONFIG files;
            WDF_OBJECT_ATTRIBUTES of_requests, of_files;    /* Size is 0 without */
            struct object *queue, *target, *resources;
            struct object *of_major[IRP_MJ_MAXIMUM_FUNCTION + 1];   /* queues of request types of their own */
            BOOLEAN is_control, has_files, is_working;
        } device;
        struct {
            WDF_IO_QUEUE_CONFIG config;
        } queue;
        struct {
            PIRP irp;
            struct object *queue, *file;
            BOOLEAN is_completed, is_inside;
        } request;
        struct {
            WDF_TIMER_CONFIG config;
            KTIMER timer;
            KDPC dpc;
        } timer;
        struct {
            KSPIN_LOCK lock;
            KIRQL irql;
            BOOLEAN is_held;
        } lock;
        struct {
            PFN_WDF_WORKITEM routine;
            PFN_WDF_DPC dpc_routine;
            BOOLEAN is_queued;
            KDPC dpc;
        } work;
        struct {
            PVOID at;
            size_t bytes;
        } memory;
        struct {
            struct item *first;
        } collection;
        struct {
            WDF_OBJECT_ATTRIBUTES attributes;       /* of its memory */
            size_t bytes;
            ULONG tag;
        } lookaside;
    } of;
};

/* What EvtDriverDeviceAdd fills before it makes the device of it. */
struct WDFDEVICE_INIT {
    PDEVICE_OBJECT physical;
    WDF_PNPPOWER_EVENT_CALLBACKS power;
    WDF_FILEOBJECT_CONFIG files;
    WDF_OBJECT_ATTRIBUTES of_requests, of_files;
    BOOLEAN is_control, has_files;
    WDF_DEVICE_IO_TYPE io_type;
    DEVICE_TYPE type;
    ULONG characteristics;
};

extern PWDF_DRIVER_GLOBALS framework_globals;
extern struct object *framework_driver;
struct object *new_object(enum object_kind kind, struct object *parent, PWDF_OBJECT_ATTRIBUTES attributes);
struct object *object_of(PVOID handle, int kind, const char *routine);
void delete_object(struct object *object);
void empty_collection(struct object *collection);
NTSTATUS NTAPI framework_dispatch(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS serve_request(struct object *device, PIRP irp, UCHAR major);

NTSTATUS NTAPI nt_IoCreateDevice(PDRIVER_OBJECT owner, ULONG extension, PUNICODE_STRING name, DEVICE_TYPE type,
                                 ULONG characteristics, BOOLEAN exclusive, PDEVICE_OBJECT *made);
VOID NTAPI nt_IoDeleteDevice(PDEVICE_OBJECT device);
NTSTATUS NTAPI nt_IoCreateSymbolicLink(PUNICODE_STRING link, PUNICODE_STRING target);
NTSTATUS NTAPI nt_IoDeleteSymbolicLink(PUNICODE_STRING link);
PDEVICE_OBJECT NTAPI nt_IoAttachDeviceToDeviceStack(PDEVICE_OBJECT device, PDEVICE_OBJECT below);
VOID NTAPI nt_IoDetachDevice(PDEVICE_OBJECT below);
NTSTATUS FASTCALL nt_IofCallDriver(PDEVICE_OBJECT device, PIRP irp);
VOID FASTCALL nt_IofCompleteRequest(PIRP irp, CCHAR boost);
KIRQL FASTCALL nt_KfAcquireSpinLock(PKSPIN_LOCK at);
VOID FASTCALL nt_KfReleaseSpinLock(PKSPIN_LOCK at, KIRQL irql);
VOID NTAPI nt_KeInitializeTimerEx(PKTIMER timer, TIMER_TYPE type);
BOOLEAN NTAPI nt_KeSetTimerEx(PKTIMER timer, LARGE_INTEGER due, LONG period, PKDPC dpc);
BOOLEAN NTAPI nt_KeCancelTimer(PKTIMER timer);
VOID NTAPI nt_KeInitializeDpc(PKDPC dpc, PKDEFERRED_ROUTINE routine, PVOID context);
BOOLEAN NTAPI nt_KeInsertQueueDpc(PKDPC dpc, PVOID first, PVOID second);
BOOLEAN NTAPI nt_KeRemoveQueueDpc(PKDPC dpc);
void queue_work(PWORKER_THREAD_ROUTINE routine, PVOID context);

/* Functions of the framework's table that are served: index, function, highest level. */
struct framework_function {
    ULONG index;
    const char *name;
    PVOID function;
    UCHAR irql;
};
#define W(name, irql) { Wdf##name##TableIndex, "Wdf" #name, (PVOID)(ULONG_PTR)fx_##name, irql }
extern const struct framework_function object_functions[], io_functions[], list_functions[],
    hardware_functions[];

#endif
