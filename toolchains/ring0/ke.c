/*
 * Ke: levels, locks, events, timers and DPCs. One processor, no interrupts: what waits for its time
 * runs when the driver waits, after each request, and before the driver is removed.
 */
#include "kernel.h"

enum { MILLISECOND = 10000, WAITING = 64, MOST_WAITS = 10000 };
enum { REST = 60000 * MILLISECOND, MOST_FIRED = 1000, TURNS = 3 };  /* REST in units of 100 ns */

static PKDPC queued[WAITING];
static PKTIMER timers[WAITING];
static ULONG queued_count, timer_count;

static struct {
    PIO_WORKITEM item;
    PWORKER_THREAD_ROUTINE routine;
    PVOID context;
} work[WAITING];
static ULONG work_count;

void queue_work(PWORKER_THREAD_ROUTINE routine, PVOID context)
{
    if (work_count == WAITING)
        refuse("queues work items without end");
    work[work_count].routine = routine;
    work[work_count++].context = context;
}

static void run_dpc(PKDPC dpc)
{
    unsigned irql = cpu_irql();
    cpu_set_irql(DISPATCH_LEVEL);
    dpc->DpcData = NULL;
    call_driver((PVOID)dpc->DeferredRoutine, "a DPC's routine", 4, (address)dpc,
                (address)dpc->DeferredContext, (address)dpc->SystemArgument1,
                (address)dpc->SystemArgument2);
    cpu_set_irql(irql);
}

/* Which timers have fired in a rest, and how often. */
static struct {
    PKTIMER timer;
    ULONG count;
} fired[WAITING];
static ULONG fired_count;
static BOOLEAN is_resting, has_ended_timers;

static ULONG *turns_of(PKTIMER timer)
{
    ULONG index = 0;
    while (index < fired_count && fired[index].timer != timer)
        index++;
    if (index == WAITING)
        index = WAITING - 1;
    if (index == fired_count) {
        fired[fired_count].timer = timer;
        fired[fired_count++].count = 0;
    }
    return &fired[index].count;
}

static BOOLEAN fire_timer(void)
{
    PKTIMER timer;
    ULONG index, first = 0;
    if (!timer_count)
        return FALSE;
    for (index = 1; index < timer_count; index++)
        if (timers[index]->DueTime.QuadPart < timers[first]->DueTime.QuadPart)
            first = index;
    timer = timers[first];
    if (timer->DueTime.QuadPart > (ULONGLONG)now)
        set_time((LONGLONG)timer->DueTime.QuadPart);
    timer->Header.SignalState = 1;
    if (is_resting) {
        ++*turns_of(timer);
        has_ended_timers |= !timer->Period;
    }
    if (timer->Period)
        timer->DueTime.QuadPart = (ULONGLONG)now + (ULONGLONG)timer->Period * MILLISECOND;
    else
        timers[first] = timers[--timer_count];
    if (timer->Dpc)
        run_dpc(timer->Dpc);
    return TRUE;
}

/* To the next timer, or to the end of a thread's wait where that is sooner. */
static BOOLEAN pass_time(void)
{
    LONGLONG until = is_in_thread() ? -1 : next_thread_time();
    ULONG index;
    for (index = 0; index < timer_count; index++)
        if (until >= 0 && (LONGLONG)timers[index]->DueTime.QuadPart <= until)
            until = -1;
    if (until < 0)
        return fire_timer();
    if (until > now)
        set_time(until);
    return run_threads();
}

BOOLEAN run_pending(BOOLEAN with_timers)
{
    BOOLEAN any = FALSE;
    ULONG turns;
    for (turns = 0; turns < 1000; turns++) {
        if (queued_count) {
            PKDPC dpc = queued[0];
            memmove(queued, queued + 1, --queued_count * sizeof *queued);
            run_dpc(dpc);
        } else if (work_count && cpu_irql() == PASSIVE_LEVEL) {
            PWORKER_THREAD_ROUTINE routine = work[0].routine;
            PVOID context = work[0].context;
            memmove(work, work + 1, --work_count * sizeof *work);
            call_driver((PVOID)routine, "a work item's routine", 1, (address)context);
        } else if (!run_threads() && (!with_timers || any || !pass_time())) {
            return any;
        }
        any = TRUE;
    }
    refuse("queues DPCs and work items without end");
}

static BOOLEAN is_timer_owed(LONGLONG end)
{
    ULONG index;
    for (index = 0; index < timer_count; index++)
        if ((LONGLONG)timers[index]->DueTime.QuadPart <= end
            && *turns_of(timers[index]) < (timers[index]->Period ? TURNS : 1))
            return TRUE;
    return FALSE;
}

/*
 * Time passes in which nobody asks for anything: each timer that is due within a minute fires, a periodic one
 * three times. A timer that has then ended may hide that the driver never cancels it, which is told.
 */
void rest(void)
{
    LONGLONG end = now + REST, wake;
    ULONG rounds, pauses = 0;
    is_resting = TRUE;
    fired_count = 0;
    for (rounds = 0; rounds < MOST_FIRED; rounds++) {
        run_pending(FALSE);
        wake = next_thread_time();
        if ((wake < 0 || wake > end || pauses == TURNS) && !is_timer_owed(end))
            break;
        pass_time();
        pauses += pauses < TURNS && wake >= 0 && wake <= now;
    }
    is_resting = FALSE;
    if (has_ended_timers)
        put("@timed\n");
}

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

static void start_object(DISPATCHER_HEADER *header, UCHAR type, SIZE_T bytes, LONG state)
{
    memset(header, 0, bytes);
    header->Type = type;
    header->SignalState = state;
    InitializeListHead(&header->WaitListHead);
}

enum { NOTIFICATION = 0, SYNCHRONIZATION = 1, MUTEX = 2, SEMAPHORE = 5, TIMER = 8 };

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

/* ---- DPCs and timers */

VOID NTAPI nt_KeInitializeDpc(PKDPC dpc, PKDEFERRED_ROUTINE routine, PVOID context)
{
    note_callback((PVOID)routine, "a DPC's routine", -1);
    memset(dpc, 0, sizeof *dpc);
    dpc->Type = 19;
    dpc->DeferredRoutine = routine;
    dpc->DeferredContext = context;
}

BOOLEAN NTAPI nt_KeInsertQueueDpc(PKDPC dpc, PVOID first, PVOID second)
{
    if (dpc->DpcData)
        return FALSE;
    if (queued_count == WAITING)
        refuse("queues DPCs without end");
    dpc->SystemArgument1 = first;
    dpc->SystemArgument2 = second;
    dpc->DpcData = queued;
    queued[queued_count++] = dpc;
    return TRUE;
}

BOOLEAN NTAPI nt_KeRemoveQueueDpc(PKDPC dpc)
{
    ULONG index;
    for (index = 0; index < queued_count; index++)
        if (queued[index] == dpc) {
            memmove(queued + index, queued + index + 1, (--queued_count - index) * sizeof *queued);
            dpc->DpcData = NULL;
            return TRUE;
        }
    return FALSE;
}

VOID NTAPI nt_KeFlushQueuedDpcs(VOID)
{
    run_pending(FALSE);
}

VOID NTAPI nt_KeInitializeTimerEx(PKTIMER timer, TIMER_TYPE type)
{
    start_object(&timer->Header, (UCHAR)(TIMER + type), sizeof *timer, 0);
}

VOID NTAPI nt_KeInitializeTimer(PKTIMER timer)
{
    nt_KeInitializeTimerEx(timer, NotificationTimer);
}

BOOLEAN NTAPI nt_KeCancelTimer(PKTIMER timer)
{
    ULONG index;
    for (index = 0; index < timer_count; index++)
        if (timers[index] == timer) {
            timers[index] = timers[--timer_count];
            return TRUE;
        }
    return FALSE;
}

BOOLEAN NTAPI nt_KeSetTimerEx(PKTIMER timer, LARGE_INTEGER due, LONG period, PKDPC dpc)
{
    BOOLEAN was_set = nt_KeCancelTimer(timer);
    if (timer_count == WAITING)
        refuse("sets timers without end");
    timer->DueTime.QuadPart = (ULONGLONG)(due.QuadPart < 0 ? now - due.QuadPart : due.QuadPart);
    timer->Period = (ULONG)period;
    timer->Dpc = dpc;
    timer->Header.SignalState = 0;
    timers[timer_count++] = timer;
    return was_set;
}

BOOLEAN NTAPI nt_KeSetTimer(PKTIMER timer, LARGE_INTEGER due, PKDPC dpc)
{
    return nt_KeSetTimerEx(timer, due, 0, dpc);
}

BOOLEAN NTAPI nt_KeReadStateTimer(PKTIMER timer)
{
    return timer->Header.SignalState != 0;
}

/* Timers and DPCs that are left when a driver is gone would run code that is not there. */
void check_waiting(void)
{
    if (timer_count)
        refuse("a timer is still set after unload");
    if (queued_count || work_count)
        refuse("a DPC or work item is still queued after unload");
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

#define HIGH 31
const struct routine ke_routines[] = {
    R(KeGetCurrentIrql, HIGH), R(KfRaiseIrql, HIGH), R(KeRaiseIrql, HIGH), R(KfLowerIrql, HIGH),
    R(KeLowerIrql, HIGH), R(KeRaiseIrqlToDpcLevel, 2), R(KfAcquireSpinLock, 2),
    R(KfReleaseSpinLock, 2), R(KeAcquireSpinLockRaiseToDpc, 2), R(KeAcquireSpinLock, 2),
    R(KeReleaseSpinLock, 2), R(KeAcquireSpinLockAtDpcLevel, HIGH),
    R(KeReleaseSpinLockFromDpcLevel, HIGH), R(KefAcquireSpinLockAtDpcLevel, HIGH),
    R(KefReleaseSpinLockFromDpcLevel, HIGH), R(KeInitializeSpinLock, HIGH),
    R(KeEnterCriticalRegion, 1), R(KeLeaveCriticalRegion, 1), R(KeInitializeEvent, HIGH),
    R(KeSetEvent, 2), R(KeResetEvent, 2), R(KeClearEvent, 2), R(KeReadStateEvent, 2),
    R(KeInitializeMutex, HIGH), R(KeReleaseMutex, 2), R(KeInitializeSemaphore, HIGH),
    R(KeReleaseSemaphore, 2), R(KeWaitForSingleObject, 2), R(KeWaitForMultipleObjects, 2), R(KeDelayExecutionThread, 1),
    R(KeInitializeDpc, HIGH), R(KeInsertQueueDpc, HIGH), R(KeRemoveQueueDpc, HIGH),
    R(KeFlushQueuedDpcs, 0), R(KeInitializeTimerEx, HIGH), R(KeInitializeTimer, HIGH),
    R(KeCancelTimer, 2), R(KeSetTimerEx, 2), R(KeSetTimer, 2), R(KeReadStateTimer, 2),
    R(KeStallExecutionProcessor, HIGH), R(KeGetCurrentProcessorNumberEx, HIGH),
    R(KeQueryActiveProcessorCountEx, HIGH), R(KeBugCheckEx, HIGH), R(KeBugCheck, HIGH),
    { 0 },
};
