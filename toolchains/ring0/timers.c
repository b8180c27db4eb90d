/*
 * timers.c - DPCs, timers and work items, and when they run: while the driver waits, after each request, and
 * before the driver is removed.
 */
#include "kernel.h"

enum { MILLISECOND = 10000, WAITING = 64 };
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

/* ---- routines */

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

const struct routine timer_routines[] = {
    R(KeInitializeDpc, ANY_LEVEL), R(KeInsertQueueDpc, ANY_LEVEL), R(KeRemoveQueueDpc, ANY_LEVEL),
    R(KeFlushQueuedDpcs, 0), R(KeInitializeTimerEx, ANY_LEVEL), R(KeInitializeTimer, ANY_LEVEL),
    R(KeCancelTimer, 2), R(KeSetTimerEx, 2), R(KeSetTimer, 2),
    R(KeReadStateTimer, 2),
    { 0 },
};
