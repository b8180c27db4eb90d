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
    INTERRUPT_KIND, DMA_KIND, BUFFER_KIND, TARGET_KIND, STRING_KIND, WMI_KIND, GENERAL_KIND,
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
    BOOLEAN is_gone, is_locked;
    KIRQL before_lock;
    ULONG level, scope;             /* of its attributes */
    union {
        struct {
            WDF_DRIVER_CONFIG config;
        } driver;
        struct {
            PDEVICE_OBJECT device, physical, below;
            WDF_PNPPOWER_EVENT_CALLBACKS power;
            WDF_FILEOBJECT_CONFIG files;
            WDF_OBJECT_ATTRIBUTES of_requests, of_files;    /* Size is 0 without */
            PFN_WDF_IO_IN_CALLER_CONTEXT in_caller;
            PFN_WDFDEVICE_WDM_IRP_PREPROCESS preprocess[IRP_MJ_MAXIMUM_FUNCTION + 1];
            struct object *queue, *target, *resources;
            struct object *of_major[IRP_MJ_MAXIMUM_FUNCTION + 1];   /* queues of request types of their own */
            BOOLEAN is_control, has_files, is_working;
        } device;
        struct {
            WDF_IO_QUEUE_CONFIG config;
            struct object *waiting;                         /* requests in their order */
            PFN_WDF_IO_QUEUE_STATE ready;
            WDFCONTEXT ready_context;
            BOOLEAN is_stopped, is_closed;                  /* gives no requests, takes none */
        } queue;
        struct {
            PIRP irp;                                       /* 0 for one that the driver made */
            struct object *queue, *next_waiting;
            PFN_WDF_REQUEST_CANCEL cancel;
            PFN_WDF_REQUEST_COMPLETION_ROUTINE completion;
            WDFCONTEXT completion_context;
            NTSTATUS status;                                /* what its target said */
            BOOLEAN is_completed, is_inside, is_waiting, is_cancelled, is_own, is_sent;
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
            BOOLEAN is_foreign;                             /* somebody else's memory */
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
    PFN_WDF_IO_IN_CALLER_CONTEXT in_caller;
    PFN_WDFDEVICE_WDM_IRP_PREPROCESS preprocess[IRP_MJ_MAXIMUM_FUNCTION + 1];
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
/* The object whose context is at an address, or 0. */
struct object *object_of_context(PVOID at);
void empty_collection(struct object *collection);
NTSTATUS NTAPI framework_dispatch(PDEVICE_OBJECT device, PIRP irp);
/* The same for what a driver has looked at before, or looks at nothing of. */
NTSTATUS dispatch_irp(struct object *device, PIRP irp);
NTSTATUS serve_request(struct object *device, PIRP irp, UCHAR major);
void move_object(struct object *object, struct object *parent);
VOID NTAPI fx_ObjectDelete(PWDF_DRIVER_GLOBALS globals, WDFOBJECT handle);

/* ---- framework_devices.c */

/* Links go with the device that they lead to. */
void delete_links(struct object *device);
/* Ask a device what Plug and Play asks before it stops or removes one; TRUE when it is told of surprise removal. */
BOOLEAN exercise_device(PDEVICE_OBJECT device);

/* ---- framework_io.c: requests */

/* A request of the queue's that is not completed; `routine` is what it is given to. */
struct object *request_of(WDFREQUEST handle, const char *routine);
/* The same, and the driver owns it: it does not wait in a queue. */
struct object *owned_request_of(WDFREQUEST handle, const char *routine);
PIO_STACK_LOCATION location_of(struct object *request);
void parameters_of(struct object *request, PWDF_REQUEST_PARAMETERS parameters);
void complete_request(struct object *request, NTSTATUS status, const char *routine);
/* Call the queue's callback, or complete the request when it has none. */
void hand_over(struct object *queue, struct object *request);
struct object *queue_of_major(struct object *device, UCHAR major);

/* ---- framework_queues.c */

/* Give a request to a queue, which hands it over or lets it wait. */
void give_request(struct object *queue, struct object *request);
void let_cancel(struct object *request, PFN_WDF_REQUEST_CANCEL cancel);
void stop_cancel(struct object *request);

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

/* Functions of the framework's table that are served: index, function, highest level. */
struct framework_function {
    ULONG index;
    const char *name;
    PVOID function;
    UCHAR irql;
};
#define W(name, irql) { Wdf##name##TableIndex, "Wdf" #name, (PVOID)(ULONG_PTR)fx_##name, irql }
#define SAME(name, other, irql) { Wdf##name##TableIndex, "Wdf" #name, (PVOID)(ULONG_PTR)fx_##other, irql }
extern const struct framework_function object_functions[], driver_functions[], device_functions[], io_functions[],
    queue_functions[], sync_functions[], target_functions[], list_functions[], hardware_functions[], more_functions[];

#endif
