/*
 * Ke: levels, locks, events and waits, processors. One processor, no interrupts: what waits for its time
 * is in timers.c.
 */
#include "kernel.h"

enum { MOST_WAITS = 10000 };

/* ---- levels and spin locks */

KIRQL NTAPI nt_KeGetCurrentIrql(VOID)
{
    return (KIRQL)cpu_irql();
}

KIRQL FASTCALL nt_KfRaiseIrql(KIRQL irql)
{
    KIRQL old = (KIRQL)cpu_irql();
    if (irql < old)
        refuse("KeRaiseIrql to a lower level");
    cpu_set_irql(irql);
    return old;
}

VOID NTAPI nt_KeRaiseIrql(KIRQL irql, PKIRQL old)
{
    *old = nt_KfRaiseIrql(irql);
}

VOID FASTCALL nt_KfLowerIrql(KIRQL irql)
{
    if (irql > cpu_irql())
        refuse("KeLowerIrql to a higher level");
    cpu_set_irql(irql);
}

VOID NTAPI nt_KeLowerIrql(KIRQL irql)
{
    nt_KfLowerIrql(irql);
}

KIRQL NTAPI nt_KeRaiseIrqlToDpcLevel(VOID)
{
    return nt_KfRaiseIrql(DISPATCH_LEVEL);
}

static void lock(PKSPIN_LOCK at, const char *name)
{
    if (*at) {
        begin_reason(name);
        put(" waits for a spin lock that is held");
        finish("refused");
    }
    *at = 1;
}

static void unlock(PKSPIN_LOCK at, const char *name)
{
    if (!*at) {
        begin_reason(name);
        put(": the spin lock is not held");
        finish("refused");
    }
    *at = 0;
}

KIRQL FASTCALL nt_KfAcquireSpinLock(PKSPIN_LOCK at)
{
    KIRQL old = nt_KfRaiseIrql(DISPATCH_LEVEL);
    lock(at, "KeAcquireSpinLock");
    return old;
}

VOID FASTCALL nt_KfReleaseSpinLock(PKSPIN_LOCK at, KIRQL irql)
{
    unlock(at, "KeReleaseSpinLock");
    nt_KfLowerIrql(irql);
}

KIRQL NTAPI nt_KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK at)
{
    return nt_KfAcquireSpinLock(at);
}

VOID NTAPI nt_KeAcquireSpinLock(PKSPIN_LOCK at, PKIRQL old)
{
    *old = nt_KfAcquireSpinLock(at);
}

VOID NTAPI nt_KeReleaseSpinLock(PKSPIN_LOCK at, KIRQL irql)
{
    nt_KfReleaseSpinLock(at, irql);
}

static void at_dispatch_level(const char *name)
{
    if (cpu_irql() < DISPATCH_LEVEL) {
        begin_reason(name);
        put(" below DISPATCH_LEVEL");
        finish("refused");
    }
}

VOID NTAPI nt_KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK at)
{
    at_dispatch_level("KeAcquireSpinLockAtDpcLevel");
    lock(at, "KeAcquireSpinLockAtDpcLevel");
}

VOID NTAPI nt_KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK at)
{
    unlock(at, "KeReleaseSpinLockFromDpcLevel");
}

VOID FASTCALL nt_KefAcquireSpinLockAtDpcLevel(PKSPIN_LOCK at)
{
    nt_KeAcquireSpinLockAtDpcLevel(at);
}

VOID FASTCALL nt_KefReleaseSpinLockFromDpcLevel(PKSPIN_LOCK at)
{
    nt_KeReleaseSpinLockFromDpcLevel(at);
}

VOID NTAPI nt_KeInitializeSpinLock(PKSPIN_LOCK at)
{
    *at = 0;
}

VOID NTAPI nt_KeEnterCriticalRegion(VOID)
{
}

VOID NTAPI nt_KeLeaveCriticalRegion(VOID)
{
}

/* ---- events, mutexes, semaphores */

void start_object(DISPATCHER_HEADER *header, UCHAR type, SIZE_T bytes, LONG state)
{
    memset(header, 0, bytes);
    header->Type = type;
    header->SignalState = state;
    InitializeListHead(&header->WaitListHead);
}

VOID NTAPI nt_KeInitializeEvent(PKEVENT event, EVENT_TYPE type, BOOLEAN state)
{
    start_object(&event->Header, (UCHAR)type, sizeof *event, state);
}

LONG NTAPI nt_KeSetEvent(PKEVENT event, KPRIORITY increment, BOOLEAN wait)
{
    LONG old = event->Header.SignalState;
    (void)increment;
    (void)wait;
    event->Header.SignalState = 1;
    return old;
}

LONG NTAPI nt_KeResetEvent(PKEVENT event)
{
    LONG old = event->Header.SignalState;
    event->Header.SignalState = 0;
    return old;
}

VOID NTAPI nt_KeClearEvent(PKEVENT event)
{
    event->Header.SignalState = 0;
}

LONG NTAPI nt_KeReadStateEvent(PKEVENT event)
{
    return event->Header.SignalState;
}

VOID NTAPI nt_KeInitializeMutex(PKMUTEX mutex, ULONG level)
{
    (void)level;
    start_object(&mutex->Header, MUTEX, sizeof *mutex, 1);
}

LONG NTAPI nt_KeReleaseMutex(PKMUTEX mutex, BOOLEAN wait)
{
    (void)wait;
    if (mutex->Header.SignalState >= 1)
        refuse("KeReleaseMutex: the mutex is not held");
    return mutex->Header.SignalState++;
}

VOID NTAPI nt_KeInitializeSemaphore(PKSEMAPHORE semaphore, LONG count, LONG limit)
{
    start_object(&semaphore->Header, SEMAPHORE, sizeof *semaphore, count);
    semaphore->Limit = limit;
}

LONG NTAPI nt_KeReleaseSemaphore(PKSEMAPHORE semaphore, KPRIORITY increment, LONG count, BOOLEAN wait)
{
    LONG old = semaphore->Header.SignalState;
    (void)increment;
    (void)wait;
    if (old + count > semaphore->Limit)
        refuse("KeReleaseSemaphore beyond the semaphore's limit");
    semaphore->Header.SignalState += count;
    return old;
}

/* When a timeout is over: one below 0 is from now on. */
static LONGLONG time_of(const LARGE_INTEGER *timeout)
{
    return timeout->QuadPart < 0 ? now - timeout->QuadPart : timeout->QuadPart;
}

BOOLEAN is_ready(const struct wait *wait)
{
    ULONG index, count = 0;
    for (index = 0; index < wait->count; index++)
        count += wait->objects[index]->SignalState > 0;
    return wait->is_all ? count == wait->count && count : count > 0;
}

static void take_signal(DISPATCHER_HEADER *header)
{
    if (header->Type == SYNCHRONIZATION || header->Type == TIMER + SYNCHRONIZATION)
        header->SignalState = 0;
    else if (header->Type == MUTEX || header->Type == SEMAPHORE)
        header->SignalState--;
}

/* The number of the object that ended the wait, 0 for all, or STATUS_TIMEOUT. */
static NTSTATUS wait_for(const struct wait *wait, PLARGE_INTEGER timeout, const char *name)
{
    BOOLEAN is_poll = timeout && !timeout->QuadPart;
    ULONG rounds, index;
    if (cpu_irql() > APC_LEVEL && !is_poll) {
        begin_reason(name);
        put(" waits at DISPATCH_LEVEL");
        finish("refused");
    }
    if (is_in_thread() && !is_poll && !wait_in_thread(wait, timeout ? time_of(timeout) : -1))
        return STATUS_TIMEOUT;
    for (rounds = 0; !is_ready(wait); rounds++) {
        if (is_poll)
            return STATUS_TIMEOUT;
        if (rounds == MOST_WAITS || !run_pending(TRUE)) {
            if (timeout)
                return STATUS_TIMEOUT;
            begin_reason(name);
            put(" waits for what nobody signals");
            finish("refused");
        }
    }
    for (index = 0; index < wait->count; index++)
        if (wait->objects[index]->SignalState > 0) {
            take_signal(wait->objects[index]);
            if (!wait->is_all)
                return (NTSTATUS)index;
        }
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_KeWaitForSingleObject(
    PVOID object, KWAIT_REASON reason, KPROCESSOR_MODE mode, BOOLEAN alertable, PLARGE_INTEGER timeout)
{
    DISPATCHER_HEADER *header = object;
    struct wait wait = { &header, 1, TRUE };
    (void)reason;
    (void)mode;
    (void)alertable;
    return wait_for(&wait, timeout, "KeWaitForSingleObject");
}

NTSTATUS NTAPI nt_KeWaitForMultipleObjects(
    ULONG count, PVOID objects[], WAIT_TYPE type, KWAIT_REASON reason, KPROCESSOR_MODE mode, BOOLEAN alertable,
    PLARGE_INTEGER timeout, PKWAIT_BLOCK blocks)
{
    struct wait wait = { (DISPATCHER_HEADER *const *)objects, count, type == WaitAll };
    (void)reason;
    (void)mode;
    (void)alertable;
    if (!count || count > (blocks ? MAXIMUM_WAIT_OBJECTS : THREAD_WAIT_OBJECTS))
        refuse("KeWaitForMultipleObjects: too many objects, or too many without wait blocks");
    return wait_for(&wait, timeout, "KeWaitForMultipleObjects");
}

NTSTATUS NTAPI nt_KeDelayExecutionThread(KPROCESSOR_MODE mode, BOOLEAN alertable, PLARGE_INTEGER interval)
{
    (void)mode;
    (void)alertable;
    if (is_in_thread()) {
        struct wait wait = { NULL, 0, FALSE };
        wait_in_thread(&wait, time_of(interval));
        return STATUS_SUCCESS;
    }
    if (interval->QuadPart < 0)
        set_time(now - interval->QuadPart);
    run_pending(TRUE);
    return STATUS_SUCCESS;
}

/* ---- processors */

VOID NTAPI nt_KeStallExecutionProcessor(ULONG microseconds)
{
    set_time(now + 10ll * microseconds);
}

ULONG NTAPI nt_KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER number)
{
    if (number)
        memset(number, 0, sizeof *number);
    return 0;
}

ULONG NTAPI nt_KeQueryActiveProcessorCountEx(USHORT group)
{
    (void)group;
    return 1;
}

VOID NTAPI nt_KeBugCheckEx(ULONG code, ULONG_PTR a, ULONG_PTR b, ULONG_PTR c, ULONG_PTR d)
{
    begin_reason("KeBugCheckEx(");
    put_hex(code);
    put(", ");
    put_hex(a);
    put(", ");
    put_hex(b);
    put(", ");
    put_hex(c);
    put(", ");
    put_hex(d);
    put(")");
    finish("refused");
}

VOID NTAPI nt_KeBugCheck(ULONG code)
{
    nt_KeBugCheckEx(code, 0, 0, 0, 0);
}

const struct routine ke_routines[] = {
    R(KeGetCurrentIrql, ANY_LEVEL), R(KfRaiseIrql, ANY_LEVEL), R(KeRaiseIrql, ANY_LEVEL), R(KfLowerIrql, ANY_LEVEL),
    R(KeLowerIrql, ANY_LEVEL), R(KeRaiseIrqlToDpcLevel, 2), R(KfAcquireSpinLock, 2), R(KfReleaseSpinLock, 2),
    R(KeAcquireSpinLockRaiseToDpc, 2), R(KeAcquireSpinLock, 2), R(KeReleaseSpinLock, 2),
    R(KeAcquireSpinLockAtDpcLevel, ANY_LEVEL), R(KeReleaseSpinLockFromDpcLevel, ANY_LEVEL),
    R(KefAcquireSpinLockAtDpcLevel, ANY_LEVEL), R(KefReleaseSpinLockFromDpcLevel, ANY_LEVEL),
    R(KeInitializeSpinLock, ANY_LEVEL), R(KeEnterCriticalRegion, 1), R(KeLeaveCriticalRegion, 1),
    R(KeInitializeEvent, ANY_LEVEL), R(KeSetEvent, 2), R(KeResetEvent, 2), R(KeClearEvent, 2),
    R(KeReadStateEvent, 2), R(KeInitializeMutex, ANY_LEVEL), R(KeReleaseMutex, 2),
    R(KeInitializeSemaphore, ANY_LEVEL), R(KeReleaseSemaphore, 2), R(KeWaitForSingleObject, 2),
    R(KeWaitForMultipleObjects, 2), R(KeDelayExecutionThread, 1), R(KeStallExecutionProcessor, ANY_LEVEL),
    R(KeGetCurrentProcessorNumberEx, ANY_LEVEL), R(KeQueryActiveProcessorCountEx, ANY_LEVEL),
    R(KeBugCheckEx, ANY_LEVEL), R(KeBugCheck, ANY_LEVEL),
    { 0 },
};
