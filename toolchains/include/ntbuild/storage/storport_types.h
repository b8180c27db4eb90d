/*
 * ntbuild/storage/storport_types.h - locks, DPCs, lists, events and what extended functions take.
 *
 * The port driver works on the lists, locks and events of the kernel: theirs are the layouts.
 */
#ifndef NTBUILD_STORAGE_STORPORT_TYPES_H
#define NTBUILD_STORAGE_STORPORT_TYPES_H

typedef enum _STOR_SPINLOCK {
    DpcLock = 1,
    StartIoLock,
    InterruptLock,
    ThreadedDpcLock,
    DpcLevelLock
} STOR_SPINLOCK;

/* A KDPC and the lock that belongs to it */
#define STOR_DPC_BUFFER_SIZE sizeof(DPC_BUFFER)

typedef struct _DPC_BUFFER {
    CSHORT Type;
    UCHAR Number;
    UCHAR Importance;
    struct {
        PVOID F;
        PVOID B;
    };
    PVOID DeferredRoutine;
    PVOID DeferredContext;
    PVOID SystemArgument1;
    PVOID SystemArgument2;
    PVOID DpcData;
} DPC_BUFFER, *PDPC_BUFFER;

struct _STOR_DPC {
    DPC_BUFFER Dpc;
    ULONG_PTR Lock;
};

typedef struct _STOR_LOCK_HANDLE {
    STOR_SPINLOCK Lock;
    struct {
        struct {
            PVOID Next;
            PVOID Lock;
        } LockQueue;
        KIRQL OldIrql;
    } Context;
} STOR_LOCK_HANDLE, *PSTOR_LOCK_HANDLE;

typedef ULONG_PTR STOR_KSPIN_LOCK, *PSTOR_KSPIN_LOCK;
typedef ULONG_PTR STOR_AFFINITY, *PSTOR_AFFINITY;

typedef struct _STOR_LIST_ENTRY {
    struct _STOR_LIST_ENTRY *Flink;
    struct _STOR_LIST_ENTRY *Blink;
} STOR_LIST_ENTRY, *PSTOR_LIST_ENTRY;

#if defined(_WIN64)
typedef struct DECLSPEC_ALIGN(16) _STOR_SLIST_ENTRY {
    struct _STOR_SLIST_ENTRY *Next;
} STOR_SLIST_ENTRY, *PSTOR_SLIST_ENTRY;

typedef union DECLSPEC_ALIGN(16) _STOR_SLIST_HEADER {
    struct {
        ULONGLONG Alignment;
        ULONGLONG Region;
    };
} STOR_SLIST_HEADER, *PSTOR_SLIST_HEADER;
#else
typedef struct _STOR_SLIST_ENTRY {
    struct _STOR_SLIST_ENTRY *Next;
} STOR_SLIST_ENTRY, *PSTOR_SLIST_ENTRY;

typedef union _STOR_SLIST_HEADER {
    ULONGLONG Alignment;
    struct {
        STOR_SLIST_ENTRY Next;
        USHORT Depth;
        USHORT Sequence;
    };
} STOR_SLIST_HEADER, *PSTOR_SLIST_HEADER;
#endif

typedef enum _STOR_EVENT_TYPE {
    StorNotificationEvent,
    StorSynchronizationEvent
} STOR_EVENT_TYPE, *PSTOR_EVENT_TYPE;

/* A KEVENT */
typedef struct _STOR_DISPATCHER_HEADER {
    union {
        struct {
            UCHAR Type;
            UCHAR Flags;
            UCHAR Size;
            union {
                UCHAR Inserted;
                BOOLEAN DebugActive;
            };
        } Data;
        volatile LONG Lock;
    };
    LONG SignalState;
    STOR_LIST_ENTRY WaitListHead;
} STOR_DISPATCHER_HEADER, *PSTOR_DISPATCHER_HEADER;

typedef struct _STOR_EVENT {
    STOR_DISPATCHER_HEADER Header;
} STOR_EVENT, *PSTOR_EVENT;

typedef struct _STOR_UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWCH Buffer;
} STOR_UNICODE_STRING, *PSTOR_UNICODE_STRING;

typedef struct _STOR_GROUP_AFFINITY {
    STOR_AFFINITY Mask;
    USHORT Group;
    USHORT Reserved[3];
} STOR_GROUP_AFFINITY, *PSTOR_GROUP_AFFINITY;

typedef enum _STOR_IMPORTANCE {
    StorLowImportance,
    StorMediumImportance,
    StorHighImportance,
    StorMediumHighImportance
} STOR_IMPORTANCE;

/* RequestPriority of a STORAGE_REQUEST_BLOCK */
typedef enum _STOR_IO_PRIORITY_HINT {
    StorIoPriorityVeryLow = 0,
    StorIoPriorityLow,
    StorIoPriorityNormal,
    StorIoPriorityHigh,
    StorIoPriorityCritical,
    StorIoMaxPriorityTypes,
    StorIoMaxPriorityValue = 0xffff
} STOR_IO_PRIORITY_HINT, *PSTOR_IO_PRIORITY_HINT;

/* What extended functions return */
#define STOR_STATUS_SUCCESS                 0x00000000L
#define STOR_STATUS_UNSUCCESSFUL            0xC1000001L
#define STOR_STATUS_NOT_IMPLEMENTED         0xC1000002L
#define STOR_STATUS_INSUFFICIENT_RESOURCES  0xC1000003L
#define STOR_STATUS_BUFFER_TOO_SMALL        0xC1000004L
#define STOR_STATUS_ACCESS_DENIED           0xC1000005L
#define STOR_STATUS_INVALID_PARAMETER       0xC1000006L
#define STOR_STATUS_INVALID_DEVICE_REQUEST  0xC1000007L
#define STOR_STATUS_INVALID_IRQL            0xC1000008L
#define STOR_STATUS_INVALID_DEVICE_STATE    0xC1000009L
#define STOR_STATUS_INVALID_BUFFER_SIZE     0xC100000AL
#define STOR_STATUS_UNSUPPORTED_VERSION     0xC100000BL
#define STOR_STATUS_BUSY                    0xC100000CL
#define STOR_STATUS_THROTTLED_REQUEST       0xC100000DL
#define STOR_STATUS_TIMEOUT                 0xC100000EL
#define STOR_STATUS_INVALID_DATA            0xC100000FL

/* StorPortInitializePerfOpts: PERF_CONFIGURATION_DATA.Flags */
#define STOR_PERF_DPC_REDIRECTION                       0x00000001
#define STOR_PERF_CONCURRENT_CHANNELS                   0x00000002
#define STOR_PERF_INTERRUPT_MESSAGE_RANGES              0x00000004
#define STOR_PERF_ADV_CONFIG_LOCALITY                   0x00000008
#define STOR_PERF_OPTIMIZE_FOR_COMPLETION_DURING_STARTIO 0x00000010
#define STOR_PERF_DPC_REDIRECTION_CURRENT_CPU           0x00000020
#define STOR_PERF_NO_SGL                                0x00000040
#define STOR_PERF_SOFT_NUMA                             0x00000080
#define STOR_PERF_HETEROGENEOUS_CPU                     0x00000100

#define STOR_PERF_VERSION_2  0x00000002
#define STOR_PERF_VERSION_3  0x00000003
#define STOR_PERF_VERSION_4  0x00000004
#define STOR_PERF_VERSION_5  0x00000005
#define STOR_PERF_VERSION_6  0x00000006
#define STOR_PERF_VERSION_7  0x00000007
#define STOR_PERF_VERSION    STOR_PERF_VERSION_7

typedef struct _PERF_CONFIGURATION_DATA {
    ULONG Version;
    ULONG Size;
    ULONG Flags;
    ULONG ConcurrentChannels;
    ULONG FirstRedirectionMessageNumber;
    ULONG LastRedirectionMessageNumber;
    ULONG DeviceNode;
    ULONG Reserved;
    PGROUP_AFFINITY MessageTargets;
} PERF_CONFIGURATION_DATA, *PPERF_CONFIGURATION_DATA;

typedef struct _STARTIO_PERFORMANCE_PARAMETERS {
    ULONG Version;
    ULONG Size;
    ULONG MessageNumber;
    ULONG ChannelNumber;
} STARTIO_PERFORMANCE_PARAMETERS, *PSTARTIO_PERFORMANCE_PARAMETERS;

typedef struct _STARTIO_PERFORMANCE_PARAMETERS_V2 {
    ULONG Version;
    ULONG Size;
    ULONG MessageNumber;
    ULONG ChannelNumber;
    PROCESSOR_NUMBER InitiatingProcessor;
} STARTIO_PERFORMANCE_PARAMETERS_V2, *PSTARTIO_PERFORMANCE_PARAMETERS_V2;

/* StorPortLogSystemEvent */
#define STOR_CURRENT_LOG_INTERFACE_REVISION 0x00000100

typedef enum _STOR_EVENT_ASSOCIATION_ENUM {
    StorEventAdapterAssociation = 0,
    StorEventLunAssociation,
    StorEventTargetAssociation,
    StorEventInvalidAssociation
} STOR_EVENT_ASSOCIATION_ENUM;

typedef struct _STOR_LOG_EVENT_DETAILS {
    ULONG InterfaceRevision;
    ULONG Size;
    ULONG Flags;
    STOR_EVENT_ASSOCIATION_ENUM EventAssociation;
    ULONG PathId;
    ULONG TargetId;
    ULONG LunId;
    ULONG StorportSpecificErrorCode;
    ULONG ErrorCode;
    ULONG UniqueId;
    ULONG DumpDataSize;
    PVOID DumpData;
    ULONG StringCount;
    PWSTR *StringList;
} STOR_LOG_EVENT_DETAILS, *PSTOR_LOG_EVENT_DETAILS;

/* StorPortSetUnitAttributes */
typedef struct _STOR_UNIT_ATTRIBUTES {
    ULONG DeviceAttentionSupported : 1;
    ULONG AsyncNotificationSupported : 1;
    ULONG D3ColdNotSupported : 1;
    ULONG BypassIOSupported : 1;
    ULONG Reserved : 28;
} STOR_UNIT_ATTRIBUTES, *PSTOR_UNIT_ATTRIBUTES;

/* StorPortStateChangeDetected */
#define STATE_CHANGE_LUN     0x1
#define STATE_CHANGE_TARGET  0x2
#define STATE_CHANGE_BUS     0x4

#define ATTRIBUTE_VM_PASSTHROUGH_LUN  0x00000001

/* StorPortAsyncNotificationDetected */
#define RAID_ASYNC_NOTIFY_FLAG_MEDIA_STATUS      0x00000001
#define RAID_ASYNC_NOTIFY_FLAG_DEVICE_STATUS     0x00000002
#define RAID_ASYNC_NOTIFY_FLAG_DEVICE_OPERATION  0x00000004
#define RAID_ASYNC_NOTIFY_SUPPORTED_FLAGS        0x00000007

/* StorPortMarkDumpMemory */
#define MARK_DUMP_MEMORY_FLAG_PHYSICAL_ADDRESS   0x00000001

#define RAID_MIN_TIMER_DELAY_IN_MSEC 32

/* StorPortGetRequestInfo */
#define STOR_REQUEST_INFO_VER_1  0x1
#define STOR_REQUEST_INFO_VER_2  0x2
#define STOR_REQUEST_INFO_VER    STOR_REQUEST_INFO_VER_2

typedef struct _STOR_REQUEST_INFO_V1 {
    USHORT Version;
    USHORT Size;
    STOR_IO_PRIORITY_HINT PriorityHint;
    ULONG Flags;
    ULONG Key;
    ULONG Length;
    BOOLEAN IsWriteRequest;
    UCHAR Reserved[3];
} STOR_REQUEST_INFO_V1, *PSTOR_REQUEST_INFO_V1;

typedef struct _STOR_REQUEST_INFO_V2 {
    USHORT Version;
    USHORT Size;
    STOR_IO_PRIORITY_HINT PriorityHint;
    ULONG Flags;
    ULONG Key;
    ULONG Length;
    BOOLEAN IsWriteRequest;
    UCHAR Reserved[3];
    PSTOR_UNICODE_STRING FileName;
    ULONG ProcessId;
} STOR_REQUEST_INFO_V2, *PSTOR_REQUEST_INFO_V2;

typedef STOR_REQUEST_INFO_V2 STOR_REQUEST_INFO, *PSTOR_REQUEST_INFO;

#endif
