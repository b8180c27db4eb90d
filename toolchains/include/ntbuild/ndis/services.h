/*
 * ntbuild/ndis/services.h - memory, strings, locks, events, timers and work items by NDIS's names.
 *
 * Most are the kernel's own under another name.
 */
#ifndef NTBUILD_NDIS_SERVICES_H
#define NTBUILD_NDIS_SERVICES_H

/* Memory */

NDIS_STATUS NTAPI NdisAllocateMemoryWithTag(PVOID *VirtualAddress, UINT Length, ULONG Tag);
PVOID NTAPI NdisAllocateMemoryWithTagPriority(
    NDIS_HANDLE NdisHandle, UINT Length, ULONG Tag, EX_POOL_PRIORITY Priority);
VOID NTAPI NdisFreeMemory(PVOID VirtualAddress, UINT Length, UINT MemoryFlags);
VOID NTAPI NdisFreeMemoryWithTagPriority(NDIS_HANDLE NdisHandle, PVOID VirtualAddress, ULONG Tag);

#define NdisMoveMemory(Destination, Source, Length)         RtlCopyMemory(Destination, Source, Length)
#define NdisMoveMappedMemory(Destination, Source, Length)   RtlCopyMemory(Destination, Source, Length)
#define NdisMoveToMappedMemory(Destination, Source, Length) RtlCopyMemory(Destination, Source, Length)
#define NdisMoveFromMappedMemory(Destination, Source, Length) \
    RtlCopyMemory(Destination, Source, Length)
#define NdisZeroMemory(Destination, Length)        RtlZeroMemory(Destination, Length)
#define NdisZeroMappedMemory(Destination, Length)  RtlZeroMemory(Destination, Length)
#define NdisFillMemory(Destination, Length, Fill)  RtlFillMemory(Destination, Length, Fill)
#define NdisEqualMemory(Left, Right, Length)       RtlEqualMemory(Left, Right, Length)
#define NdisRetrieveUlong(Destination, Source)     RtlRetrieveUlong(Destination, Source)
#define NdisStoreUlong(Destination, Value)         RtlStoreUlong(Destination, Value)

VOID NTAPI NdisInitializeNPagedLookasideList(
    PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
    ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth);
#define NdisDeleteNPagedLookasideList(Lookaside)        ExDeleteNPagedLookasideList(Lookaside)
#define NdisAllocateFromNPagedLookasideList(Lookaside)  ExAllocateFromNPagedLookasideList(Lookaside)
#define NdisFreeToNPagedLookasideList(Lookaside, Entry) \
    ExFreeToNPagedLookasideList(Lookaside, Entry)

/* An object that stands for a part of a driver where a handle is asked for */
typedef struct _NDIS_GENERIC_OBJECT {
    NDIS_OBJECT_HEADER Header;
    PVOID Caller;
    PVOID CallersCaller;
    PDRIVER_OBJECT DriverObject;
} NDIS_GENERIC_OBJECT, *PNDIS_GENERIC_OBJECT;

PNDIS_GENERIC_OBJECT NTAPI NdisAllocateGenericObject(
    PDRIVER_OBJECT DriverObject, ULONG Tag, USHORT Size);
VOID NTAPI NdisFreeGenericObject(PNDIS_GENERIC_OBJECT NdisObject);

/* Strings */
typedef const NDIS_STRING *PCNDIS_STRING;
VOID NTAPI NdisInitializeString(PNDIS_STRING Destination, PUCHAR Source);
#define NdisFreeString(String)                 NdisFreeMemory((String).Buffer, (String).MaximumLength, 0)
#define NdisInitUnicodeString(String, Source)  RtlInitUnicodeString(String, Source)
#define NdisInitAnsiString(String, Source)     RtlInitString(String, Source)
#define NdisUnicodeStringToAnsiString(A, U)    RtlUnicodeStringToAnsiString(A, U, FALSE)
#define NdisAnsiStringToUnicodeString(U, A)    RtlAnsiStringToUnicodeString(U, A, FALSE)
#define NdisUpcaseUnicodeString(D, S)          RtlUpcaseUnicodeString(D, S, FALSE)
#define NdisPrintString(String)                DbgPrint("%wZ", &(String))
#define NdisEqualString(Left, Right, CaseInsensitive) \
    RtlEqualUnicodeString((PUNICODE_STRING)(Left), (PUNICODE_STRING)(Right), CaseInsensitive)
#define NdisEqualUnicodeString(Left, Right, CaseInsensitive) \
    RtlEqualUnicodeString(Left, Right, CaseInsensitive)

/* Spin locks */
typedef struct _NDIS_SPIN_LOCK {
    KSPIN_LOCK SpinLock;
    KIRQL OldIrql;
} NDIS_SPIN_LOCK, *PNDIS_SPIN_LOCK;

VOID NTAPI NdisAllocateSpinLock(PNDIS_SPIN_LOCK SpinLock);
VOID NTAPI NdisFreeSpinLock(PNDIS_SPIN_LOCK SpinLock);
#define NdisAcquireSpinLock(_Lock) \
    KeAcquireSpinLock(&(_Lock)->SpinLock, &(_Lock)->OldIrql)
#define NdisReleaseSpinLock(_Lock)    KeReleaseSpinLock(&(_Lock)->SpinLock, (_Lock)->OldIrql)
#define NdisDprAcquireSpinLock(_Lock) KeAcquireSpinLockAtDpcLevel(&(_Lock)->SpinLock)
#define NdisDprReleaseSpinLock(_Lock) KeReleaseSpinLockFromDpcLevel(&(_Lock)->SpinLock)

/* Read-write locks: the older one, and the one of NDIS 6.20 */
#if defined(_WIN64)
# define NDIS_MAX_PROCESSOR_COUNT 64
#else
# define NDIS_MAX_PROCESSOR_COUNT 32
#endif

typedef union _NDIS_RW_LOCK_REFCOUNT {
    UINT RefCount;
    UCHAR cacheLine[16];
} NDIS_RW_LOCK_REFCOUNT;

typedef struct _NDIS_RW_LOCK {
    union {
        struct {
            KSPIN_LOCK SpinLock;
            PVOID Context;
        };
        UCHAR Reserved[16];
    };
    union {
        NDIS_RW_LOCK_REFCOUNT RefCount[NDIS_MAX_PROCESSOR_COUNT];
        ULONG RefCountEx[sizeof(NDIS_RW_LOCK_REFCOUNT) * NDIS_MAX_PROCESSOR_COUNT / sizeof(ULONG)];
        struct {
            KSPIN_LOCK RefCountLock;
            volatile ULONG SharedRefCount;
            volatile BOOLEAN WriterWaiting;
        };
    };
} NDIS_RW_LOCK, *PNDIS_RW_LOCK;

typedef struct _LOCK_STATE {
    USHORT LockState;
    KIRQL OldIrql;
} LOCK_STATE, *PLOCK_STATE;

VOID NTAPI NdisInitializeReadWriteLock(PNDIS_RW_LOCK Lock);
VOID NTAPI NdisAcquireReadWriteLock(
    PNDIS_RW_LOCK Lock, BOOLEAN fWrite, PLOCK_STATE LockState);
VOID NTAPI NdisReleaseReadWriteLock(PNDIS_RW_LOCK Lock, PLOCK_STATE LockState);
VOID NTAPI NdisDprAcquireReadWriteLock(
    PNDIS_RW_LOCK Lock, BOOLEAN fWrite, PLOCK_STATE LockState);
VOID NTAPI NdisDprReleaseReadWriteLock(PNDIS_RW_LOCK Lock, PLOCK_STATE LockState);

#if NDIS_SUPPORT_NDIS620
typedef struct _NDIS_RW_LOCK_EX NDIS_RW_LOCK_EX, *PNDIS_RW_LOCK_EX;

typedef struct _LOCK_STATE_EX {
    KIRQL OldIrql;
    UCHAR LockState;
    UCHAR Flags;
} LOCK_STATE_EX, *PLOCK_STATE_EX;

# define NDIS_RWL_AT_DISPATCH_LEVEL 1

PNDIS_RW_LOCK_EX NTAPI NdisAllocateRWLock(NDIS_HANDLE NdisHandle);
VOID NTAPI NdisFreeRWLock(PNDIS_RW_LOCK_EX Lock);
VOID NTAPI NdisAcquireRWLockRead(
    PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState, UCHAR Flags);
VOID NTAPI NdisAcquireRWLockWrite(
    PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState, UCHAR Flags);
VOID NTAPI NdisReleaseRWLock(PNDIS_RW_LOCK_EX Lock, PLOCK_STATE_EX LockState);
#endif

/* Mutexes, events and interrupt levels */
typedef KMUTEX NDIS_MUTEX, *PNDIS_MUTEX;
#define NDIS_INIT_MUTEX(_M)     KeInitializeMutex(_M, 0xffff)
#define NDIS_WAIT_FOR_MUTEX(_M) KeWaitForSingleObject(_M, Executive, KernelMode, FALSE, NULL)
#define NDIS_RELEASE_MUTEX(_M)  KeReleaseMutex(_M, FALSE)

typedef struct _NDIS_EVENT {
    KEVENT Event;
} NDIS_EVENT, *PNDIS_EVENT;

VOID NTAPI NdisInitializeEvent(PNDIS_EVENT Event);
VOID NTAPI NdisSetEvent(PNDIS_EVENT Event);
VOID NTAPI NdisResetEvent(PNDIS_EVENT Event);
BOOLEAN NTAPI NdisWaitEvent(PNDIS_EVENT Event, UINT MsToWait);

#define NDIS_CURRENT_IRQL()                    KeGetCurrentIrql()
#define NDIS_RAISE_IRQL_TO_DISPATCH(_OldIrql)  KeRaiseIrql(DISPATCH_LEVEL, _OldIrql)
#define NDIS_LOWER_IRQL(_OldIrql, _CurIrql) \
    { \
        if ((_OldIrql) != (_CurIrql)) \
            KeLowerIrql(_OldIrql); \
    }

/* Interlocked operations and lists */
#define NdisInterlockedIncrement(Addend)  InterlockedIncrement(Addend)
#define NdisInterlockedDecrement(Addend)  InterlockedDecrement(Addend)
#define NdisInterlockedAddUlong(Addend, Increment, _Lock) \
    ExInterlockedAddUlong(Addend, Increment, &(_Lock)->SpinLock)
#define NdisInterlockedAddLargeStatistic(Addend, Increment) \
    ExInterlockedAddLargeStatistic((PLARGE_INTEGER)(Addend), Increment)
#define NdisInterlockedAddLargeInteger(Addend, Increment, _Lock) \
    ExInterlockedAddLargeInteger(Addend, Increment, &(_Lock)->SpinLock)
#define NdisInterlockedInsertHeadList(Head, Entry, _Lock) \
    ExInterlockedInsertHeadList(Head, Entry, &(_Lock)->SpinLock)
#define NdisInterlockedInsertTailList(Head, Entry, _Lock) \
    ExInterlockedInsertTailList(Head, Entry, &(_Lock)->SpinLock)
#define NdisInterlockedRemoveHeadList(Head, _Lock) \
    ExInterlockedRemoveHeadList(Head, &(_Lock)->SpinLock)
#define NdisInterlockedPushEntryList(Head, Entry, _Lock) \
    ExInterlockedPushEntryList(Head, Entry, &(_Lock)->SpinLock)
#define NdisInterlockedPopEntryList(Head, _Lock) ExInterlockedPopEntryList(Head, &(_Lock)->SpinLock)
#define NdisInitializeListHead(Head)            InitializeListHead(Head)
#define NdisInitializeSListHead(Head)           ExInitializeSListHead(Head)
#define NdisInterlockedPushEntrySList(Head, Entry, _Lock) \
    ExInterlockedPushEntrySList(Head, Entry, &(_Lock)->SpinLock)
#define NdisInterlockedPopEntrySList(Head, _Lock) \
    ExInterlockedPopEntrySList(Head, &(_Lock)->SpinLock)
#define NdisInterlockedFlushSList(Head) ExInterlockedFlushSList(Head)
#define NdisQueryDepthSList(Head)       ExQueryDepthSList(Head)

/* Timers: the function is called at DISPATCH_LEVEL */
typedef VOID (NTAPI NDIS_TIMER_FUNCTION)(
    PVOID SystemSpecific1, PVOID FunctionContext, PVOID SystemSpecific2, PVOID SystemSpecific3);
typedef NDIS_TIMER_FUNCTION *PNDIS_TIMER_FUNCTION;

#define NDIS_TIMER_CHARACTERISTICS_REVISION_1 1
typedef struct _NDIS_TIMER_CHARACTERISTICS {
    NDIS_OBJECT_HEADER Header;
    ULONG AllocationTag;
    PNDIS_TIMER_FUNCTION TimerFunction;
    PVOID FunctionContext;
} NDIS_TIMER_CHARACTERISTICS, *PNDIS_TIMER_CHARACTERISTICS;
#define NDIS_SIZEOF_TIMER_CHARACTERISTICS_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD(NDIS_TIMER_CHARACTERISTICS, FunctionContext)

NDIS_STATUS NTAPI NdisAllocateTimerObject(
    NDIS_HANDLE NdisHandle, PNDIS_TIMER_CHARACTERISTICS TimerCharacteristics,
    PNDIS_HANDLE pTimerObject);
BOOLEAN NTAPI NdisSetTimerObject(
    NDIS_HANDLE TimerObject, LARGE_INTEGER DueTime, LONG MillisecondsPeriod,
    PVOID FunctionContext);
BOOLEAN NTAPI NdisCancelTimerObject(NDIS_HANDLE TimerObject);
VOID NTAPI NdisFreeTimerObject(NDIS_HANDLE TimerObject);

/* The timer and the work item of NDIS 5, which drivers still use */
typedef struct _NDIS_TIMER {
    KTIMER Timer;
    KDPC Dpc;
} NDIS_TIMER, *PNDIS_TIMER;

VOID NTAPI NdisInitializeTimer(
    PNDIS_TIMER Timer, PNDIS_TIMER_FUNCTION TimerFunction, PVOID FunctionContext);
VOID NTAPI NdisSetTimer(PNDIS_TIMER Timer, UINT MillisecondsToDelay);
VOID NTAPI NdisSetTimerEx(
    PNDIS_TIMER NdisTimer, UINT MillisecondsToDelay, PVOID FunctionContext);
VOID NTAPI NdisCancelTimer(PNDIS_TIMER Timer, PBOOLEAN TimerCancelled);

struct _NDIS_WORK_ITEM;
typedef VOID (NTAPI *NDIS_PROC)(struct _NDIS_WORK_ITEM *WorkItem, PVOID Context);
typedef struct _NDIS_WORK_ITEM {
    PVOID Context;
    NDIS_PROC Routine;
    UCHAR WrapperReserved[8 * sizeof(PVOID)];
} NDIS_WORK_ITEM, *PNDIS_WORK_ITEM;

#define NdisInitializeWorkItem(_Item, _Routine, _Context) \
    { \
        (_Item)->Routine = (_Routine); \
        (_Item)->Context = (_Context); \
    }
NDIS_STATUS NTAPI NdisScheduleWorkItem(PNDIS_WORK_ITEM WorkItem);

typedef VOID (NTAPI NDIS_IO_WORKITEM)(PVOID WorkItemContext, NDIS_HANDLE NdisIoWorkItemHandle);
typedef NDIS_IO_WORKITEM NDIS_IO_WORKITEM_FUNCTION;
typedef NDIS_IO_WORKITEM_FUNCTION *NDIS_IO_WORKITEM_ROUTINE;

NDIS_HANDLE NTAPI NdisAllocateIoWorkItem(NDIS_HANDLE NdisObjectHandle);
VOID NTAPI NdisQueueIoWorkItem(
    NDIS_HANDLE NdisIoWorkItemHandle, NDIS_IO_WORKITEM_ROUTINE Routine, PVOID WorkItemContext);
VOID NTAPI NdisFreeIoWorkItem(NDIS_HANDLE NdisIoWorkItemHandle);

/* Time and processors */
VOID NTAPI NdisGetSystemUpTimeEx(PLARGE_INTEGER pSystemUpTime);
VOID NTAPI NdisGetCurrentProcessorCpuUsage(PULONG pCpuUsage);
VOID NTAPI NdisGetCurrentProcessorCounts(
    PULONG pIdleCount, PULONG pKernelAndUser, PULONG pIndex);
CCHAR NTAPI NdisSystemProcessorCount(VOID);
UINT NTAPI NdisGetVersion(VOID);
#define NdisGetCurrentSystemTime(_CurrentTime) KeQuerySystemTime(_CurrentTime)
#define NdisStallExecution(Microseconds)       KeStallExecutionProcessor(Microseconds)
VOID NTAPI NdisMSleep(ULONG MicrosecondsToSleep);

#if NDIS_SUPPORT_NDIS620
ULONG NTAPI NdisGroupMaxProcessorCount(USHORT Group);
ULONG NTAPI NdisGroupActiveProcessorCount(USHORT Group);
KAFFINITY NTAPI NdisGroupActiveProcessorMask(USHORT Group);
USHORT NTAPI NdisMaxGroupCount(VOID);
USHORT NTAPI NdisActiveGroupCount(VOID);
PROCESSOR_NUMBER NTAPI NdisCurrentGroupAndProcessor(VOID);
ULONG NTAPI NdisProcessorNumberToIndex(PROCESSOR_NUMBER ProcNumber);
NDIS_STATUS NTAPI NdisProcessorIndexToNumber(ULONG ProcIndex, PPROCESSOR_NUMBER ProcNumber);
#endif

/* Sections of code that are discarded or paged */
#define NDIS_INIT_FUNCTION(FunctionName)     alloc_text(INIT, FunctionName)
#define NDIS_PAGABLE_FUNCTION(FunctionName)  alloc_text(PAGE, FunctionName)
#define NDIS_PAGEABLE_FUNCTION(FunctionName) alloc_text(PAGE, FunctionName)

#endif
