/* Ex: pool, lookaside lists, fast mutexes, resources, interlocked lists. */
#include "kernel.h"

enum { OLD_TAG = 'enoN' };

static PVOID allocate(SIZE_T bytes, ULONG tag, BOOLEAN zeroed)
{
    PVOID at = take(bytes, POOL, tag);
    /* What is not asked to be zeroed has whatever was there. */
    if (at && !zeroed)
        memset(at, 0xbd, bytes);
    return at;
}

PVOID NTAPI nt_ExAllocatePoolWithTag(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    if ((type & 1) && cpu_irql() > APC_LEVEL)
        refuse("ExAllocatePoolWithTag: paged pool at DISPATCH_LEVEL");
    return allocate(bytes, tag, (type & 1024) != 0);
}

PVOID NTAPI nt_ExAllocatePool(POOL_TYPE type, SIZE_T bytes)
{
    return nt_ExAllocatePoolWithTag(type, bytes, OLD_TAG);
}

PVOID NTAPI nt_ExAllocatePoolWithQuotaTag(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    return nt_ExAllocatePoolWithTag(type, bytes, tag);
}

/* POOL_FLAG_UNINITIALIZED is 2, POOL_FLAG_PAGED 0x100. */
PVOID NTAPI nt_ExAllocatePool2(ULONG64 flags, SIZE_T bytes, ULONG tag)
{
    if ((flags & 0x100) && cpu_irql() > APC_LEVEL)
        refuse("ExAllocatePool2: paged pool at DISPATCH_LEVEL");
    return allocate(bytes, tag, !(flags & 2));
}

PVOID NTAPI nt_ExAllocatePool3(ULONG64 flags, SIZE_T bytes, ULONG tag, PVOID parameters, ULONG count)
{
    (void)parameters;
    (void)count;
    return nt_ExAllocatePool2(flags, bytes, tag);
}

VOID NTAPI nt_ExFreePoolWithTag(PVOID at, ULONG tag)
{
    (void)tag;
    give_back(at, POOL, "ExFreePoolWithTag");
}

VOID NTAPI nt_ExFreePool(PVOID at)
{
    give_back(at, POOL, "ExFreePool");
}

VOID NTAPI nt_ExFreePool2(PVOID at, ULONG tag, PVOID parameters, ULONG count)
{
    (void)tag;
    (void)parameters;
    (void)count;
    give_back(at, POOL, "ExFreePool2");
}

VOID FASTCALL nt_ExAcquireFastMutex(PFAST_MUTEX mutex)
{
    if (mutex->Count != 1)
        refuse("ExAcquireFastMutex waits for a mutex that is never released");
    mutex->Count = 0;
    mutex->OldIrql = cpu_irql();
    cpu_set_irql(APC_LEVEL);
}

VOID FASTCALL nt_ExReleaseFastMutex(PFAST_MUTEX mutex)
{
    if (mutex->Count != 0)
        refuse("ExReleaseFastMutex: the mutex is not held");
    mutex->Count = 1;
    cpu_set_irql((UCHAR)mutex->OldIrql);
}

/* Guarded mutexes are fast mutexes that leave the level alone. */
VOID FASTCALL nt_KeInitializeGuardedMutex(PFAST_MUTEX mutex)
{
    memset(mutex, 0, sizeof *mutex);
    mutex->Count = 1;
}

VOID FASTCALL nt_KeAcquireGuardedMutex(PFAST_MUTEX mutex)
{
    if (mutex->Count != 1)
        refuse("KeAcquireGuardedMutex waits for a mutex that is never released, or was not initialized");
    mutex->Count = 0;
}

VOID FASTCALL nt_KeReleaseGuardedMutex(PFAST_MUTEX mutex)
{
    if (mutex->Count != 0)
        refuse("KeReleaseGuardedMutex: the mutex is not held");
    mutex->Count = 1;
}

/* A resource's SystemResourcesList says that it was initialized; ActiveCount how often it is held. */
NTSTATUS NTAPI nt_ExInitializeResourceLite(PERESOURCE resource)
{
    memset(resource, 0, sizeof *resource);
    InitializeListHead(&resource->SystemResourcesList);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_ExDeleteResourceLite(PERESOURCE resource)
{
    if (resource->ActiveCount)
        refuse("ExDeleteResourceLite: the resource is held");
    memset(resource, 0xdd, sizeof *resource);
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI nt_ExAcquireResourceExclusiveLite(PERESOURCE resource, BOOLEAN wait)
{
    (void)wait;
    resource->ActiveCount++;
    return TRUE;
}

BOOLEAN NTAPI nt_ExAcquireResourceSharedLite(PERESOURCE resource, BOOLEAN wait)
{
    return nt_ExAcquireResourceExclusiveLite(resource, wait);
}

VOID FASTCALL nt_ExReleaseResourceLite(PERESOURCE resource)
{
    if (resource->ActiveCount <= 0)
        refuse("ExReleaseResourceLite: the resource is not held");
    resource->ActiveCount--;
}

PLIST_ENTRY FASTCALL nt_ExfInterlockedInsertTailList(PLIST_ENTRY head, PLIST_ENTRY entry, PKSPIN_LOCK lock)
{
    PLIST_ENTRY last = IsListEmpty(head) ? NULL : head->Blink;
    (void)lock;
    InsertTailList(head, entry);
    return last;
}

PLIST_ENTRY NTAPI nt_ExInterlockedInsertTailList(PLIST_ENTRY head, PLIST_ENTRY entry, PKSPIN_LOCK lock)
{
    return nt_ExfInterlockedInsertTailList(head, entry, lock);
}

PLIST_ENTRY NTAPI nt_ExInterlockedInsertHeadList(PLIST_ENTRY head, PLIST_ENTRY entry, PKSPIN_LOCK lock)
{
    PLIST_ENTRY first = IsListEmpty(head) ? NULL : head->Flink;
    (void)lock;
    InsertHeadList(head, entry);
    return first;
}

PLIST_ENTRY NTAPI nt_ExInterlockedRemoveHeadList(PLIST_ENTRY head, PKSPIN_LOCK lock)
{
    (void)lock;
    return IsListEmpty(head) ? NULL : RemoveHeadList(head);
}

VOID NTAPI nt_ExRaiseStatus(NTSTATUS status)
{
    cpu_raise((ULONG)status);
}

VOID NTAPI nt_ExRaiseAccessViolation(VOID)
{
    cpu_raise((ULONG)STATUS_ACCESS_VIOLATION);
}

VOID NTAPI nt_ExRaiseDatatypeMisalignment(VOID)
{
    cpu_raise((ULONG)STATUS_DATATYPE_MISALIGNMENT);
}

NTSTATUS NTAPI nt_ExUuidCreate(UUID *uuid)
{
    static ULONG count;
    memset(uuid, 0, sizeof *uuid);
    uuid->Data1 = ++count;
    return STATUS_SUCCESS;
}

/*
 * Lookaside lists are lists of depth 0: every block comes from the pool and goes back to it, so that
 * what is freed is gone. Only an inline function reads the list; a null routine means the pool's.
 */
static void start_lookaside(struct _GENERAL_LOOKASIDE *list, PVOID allocate_by, PVOID free_by, POOL_TYPE type,
                            SIZE_T bytes, ULONG tag)
{
    memset(list, 0, sizeof *list);
    list->Type = type;
    list->Tag = tag;
    list->Size = (ULONG)bytes;
    list->Allocate = allocate_by ? allocate_by : find_routine("ntoskrnl.exe", "ExAllocatePoolWithTag");
    list->Free = free_by ? free_by : find_routine("ntoskrnl.exe", "ExFreePool");
}

VOID NTAPI nt_ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list, PVOID allocate_by, PVOID free_by,
                                              ULONG flags, SIZE_T bytes, ULONG tag, USHORT depth)
{
    (void)flags;
    (void)depth;
    start_lookaside(&list->L, allocate_by, free_by, NonPagedPool, bytes, tag);
}

VOID NTAPI nt_ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST list, PVOID allocate_by, PVOID free_by,
                                             ULONG flags, SIZE_T bytes, ULONG tag, USHORT depth)
{
    (void)flags;
    (void)depth;
    start_lookaside(&list->L, allocate_by, free_by, PagedPool, bytes, tag);
}

VOID NTAPI nt_ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list)
{
    memset(list, 0xdd, sizeof *list);
}

VOID NTAPI nt_ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST list)
{
    memset(list, 0xdd, sizeof *list);
}

/* Lists of one direction: the first word is the first entry, the count comes behind. */
struct list {
    PSLIST_ENTRY first;
    USHORT count;
};

PSLIST_ENTRY FASTCALL nt_InterlockedPushEntrySList(struct list *list, PSLIST_ENTRY entry)
{
    PSLIST_ENTRY before = list->first;
    entry->Next = before;
    list->first = entry;
    list->count++;
    return before;
}

PSLIST_ENTRY FASTCALL nt_InterlockedPopEntrySList(struct list *list)
{
    PSLIST_ENTRY entry = list->first;
    if (entry) {
        list->first = entry->Next;
        list->count--;
    }
    return entry;
}

PSLIST_ENTRY FASTCALL nt_ExInterlockedPushEntrySList(struct list *list, PSLIST_ENTRY entry, PKSPIN_LOCK lock)
{
    (void)lock;
    return nt_InterlockedPushEntrySList(list, entry);
}

PSLIST_ENTRY FASTCALL nt_ExInterlockedPopEntrySList(struct list *list, PKSPIN_LOCK lock)
{
    (void)lock;
    return nt_InterlockedPopEntrySList(list);
}

PSLIST_ENTRY FASTCALL nt_ExInterlockedFlushSList(struct list *list)
{
    PSLIST_ENTRY first = list->first;
    memset(list, 0, sizeof *list);
    return first;
}

USHORT NTAPI nt_ExQueryDepthSList(struct list *list)
{
    return list->count;
}

VOID NTAPI nt_InitializeSListHead(struct list *list)
{
    memset(list, 0, sizeof *list);
}

#if defined(__i386__)
/* Other machines' compilers have these built in. */
LONG FASTCALL nt_InterlockedIncrement(volatile LONG *at)
{
    return __sync_add_and_fetch(at, 1);
}

LONG FASTCALL nt_InterlockedDecrement(volatile LONG *at)
{
    return __sync_sub_and_fetch(at, 1);
}

LONG FASTCALL nt_InterlockedExchange(volatile LONG *at, LONG value)
{
    return __sync_lock_test_and_set(at, value);
}

LONG FASTCALL nt_InterlockedExchangeAdd(volatile LONG *at, LONG value)
{
    return __sync_fetch_and_add(at, value);
}

LONG FASTCALL nt_InterlockedCompareExchange(volatile LONG *at, LONG value, LONG old)
{
    return __sync_val_compare_and_swap(at, old, value);
}
#endif

const struct routine ex_routines[] = {
#if defined(__i386__)
    R(InterlockedIncrement, ANY_LEVEL), R(InterlockedDecrement, ANY_LEVEL), R(InterlockedExchange, ANY_LEVEL),
    R(InterlockedExchangeAdd, ANY_LEVEL), R(InterlockedCompareExchange, ANY_LEVEL),
#endif
    R(ExAllocatePoolWithTag, 2), R(ExAllocatePool, 2), R(ExAllocatePoolWithQuotaTag, 2),
    R(ExAllocatePool2, 2), R(ExAllocatePool3, 2), R(ExFreePoolWithTag, 2), R(ExFreePool, 2),
    R(ExFreePool2, 2), R(ExAcquireFastMutex, 1), R(ExReleaseFastMutex, 1),
    R(KeInitializeGuardedMutex, 1), R(KeAcquireGuardedMutex, 1), R(KeReleaseGuardedMutex, 1),
    R(ExInitializeResourceLite, 2), R(ExDeleteResourceLite, 2), R(ExAcquireResourceExclusiveLite, 1),
    R(ExAcquireResourceSharedLite, 1), R(ExReleaseResourceLite, 2),
    R(ExfInterlockedInsertTailList, ANY_LEVEL), R(ExInterlockedInsertTailList, ANY_LEVEL),
    R(ExInterlockedInsertHeadList, ANY_LEVEL), R(ExInterlockedRemoveHeadList, ANY_LEVEL),
    R(ExRaiseStatus, 1), R(ExRaiseAccessViolation, 1), R(ExRaiseDatatypeMisalignment, 1),
    R(ExUuidCreate, 0), R(ExInitializeNPagedLookasideList, 2), R(ExInitializePagedLookasideList, 1),
    R(ExDeleteNPagedLookasideList, 2), R(ExDeletePagedLookasideList, 1),
    R(InterlockedPushEntrySList, ANY_LEVEL), R(InterlockedPopEntrySList, ANY_LEVEL),
    { "ExpInterlockedPushEntrySList", nt_InterlockedPushEntrySList, ANY_LEVEL },
    { "ExpInterlockedPopEntrySList", nt_InterlockedPopEntrySList, ANY_LEVEL },
    { "ExpInterlockedFlushSList", nt_ExInterlockedFlushSList, ANY_LEVEL },
    R(ExInterlockedPushEntrySList, ANY_LEVEL), R(ExInterlockedPopEntrySList, ANY_LEVEL),
    R(ExInterlockedFlushSList, ANY_LEVEL), R(ExQueryDepthSList, ANY_LEVEL), R(InitializeSListHead, ANY_LEVEL),
    { 0 },
};
