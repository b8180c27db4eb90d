/*
 * System threads of a driver. One runs at a time, from one wait to the next: the first thread, which calls
 * the driver's functions, lets the others run when it waits and when a request is done. Their stacks are
 * parts of the one stack that the processor's exceptions know, so each is small, with a mark at its end.
 */
#include "kernel.h"

enum { THREADS = 6, STACK = 24 * 1024, MARK = 0x5afe5afe, THREAD_TYPE = 6, FIRST_HANDLE = 0x80001000u };

struct thread {
    DISPATCHER_HEADER header;       /* what is waited for: signalled when the thread has ended */
    UCHAR rest[0x400];              /* KTHREAD, of which drivers use nothing */
    BOOLEAN is_used, is_begun, is_done, is_open;
    PKSTART_ROUTINE routine;
    PVOID context;
    const struct wait *waits_for;   /* 0 when it does not wait */
    LONGLONG until;                 /* or -1 */
    address sp, saved_sp, registration;
    ULONG *mark;
    int depth;
    unsigned irql;
};

static struct thread threads[THREADS];
static struct thread *current;      /* 0: the first thread */
static struct thread first;
extern address saved_sp;
extern char stack_low[];
extern int call_depth;

PVOID thread_object(void)
{
    return current ? (PVOID)current : (PVOID)cpu_thread;
}

/* The thread that runs from now on; 0 for the first. */
static void set_current(struct thread *thread)
{
    current = thread;
#if defined(__x86_64__) || defined(__i386__)
    cpu_set_thread(thread_object());
#endif
}

static void keep(struct thread *thread)
{
    thread->saved_sp = saved_sp;
    thread->depth = call_depth;
    thread->irql = cpu_irql();
#if defined(__i386__)
    thread->registration = cpu_pcr[0];
#endif
}

static void take_up(const struct thread *thread)
{
    saved_sp = thread->saved_sp;
    call_depth = thread->depth;
    cpu_set_irql(thread->irql);
#if defined(__i386__)
    cpu_pcr[0] = thread->registration;
#endif
}

static void check_mark(const struct thread *thread)
{
    if (*thread->mark != MARK)
        refuse("a system thread uses more than 24 KiB of stack");
}

static __attribute__((noreturn)) void end_thread(void)
{
    struct thread *ended = current;
    check_mark(ended);
    ended->is_done = TRUE;
    ended->header.SignalState = 1;
    set_current(NULL);
    take_up(&first);
    cpu_switch(&ended->sp, first.sp);
    refuse("a thread that has ended runs again");
    for (;;)
        ;
}

static void run_thread(void)
{
    call_driver((PVOID)current->routine, "a system thread", 1, (address)current->context);
    end_thread();
}

/* Let a thread run until it waits or ends. */
static void enter_thread(struct thread *thread)
{
    keep(&first);
    set_current(thread);
    if (thread->is_begun) {
        take_up(thread);
        cpu_switch(&first.sp, thread->sp);
        return;
    }
    thread->is_begun = TRUE;
    call_depth = 0;
    cpu_set_irql(PASSIVE_LEVEL);
#if defined(__i386__)
    cpu_pcr[0] = (address)LIST_END;
#endif
    cpu_begin(&first.sp, (address)thread->mark + STACK - 64, run_thread);
}

static BOOLEAN can_run(const struct thread *thread)
{
    if (!thread->is_used || thread->is_done)
        return FALSE;
    return !thread->is_begun || (thread->waits_for && is_ready(thread->waits_for))
        || (thread->until >= 0 && thread->until <= now);
}

/* Each thread that can go on does; whether any did. Called by the first thread at PASSIVE_LEVEL. */
BOOLEAN run_threads(void)
{
    BOOLEAN any = FALSE;
    ULONG index;
    if (current || cpu_irql() != PASSIVE_LEVEL)
        return FALSE;
    for (index = 0; index < THREADS; index++)
        if (can_run(&threads[index])) {
            enter_thread(&threads[index]);
            any = TRUE;
        }
    return any;
}

/* The first time at which a thread's wait ends in any case, or -1. */
LONGLONG next_thread_time(void)
{
    LONGLONG found = -1;
    ULONG index;
    for (index = 0; index < THREADS; index++) {
        const struct thread *thread = &threads[index];
        if (thread->is_used && !thread->is_done && thread->until >= 0 && (found < 0 || thread->until < found))
            found = thread->until;
    }
    return found;
}

/* Wait in a thread that is not the first one: FALSE when the time is over. `until`: -1 for none. */
BOOLEAN wait_in_thread(const struct wait *wait, LONGLONG until)
{
    struct thread *thread = current;
    while (!is_ready(wait)) {
        if (until >= 0 && until <= now)
            return FALSE;
        check_mark(thread);
        thread->waits_for = wait;
        thread->until = until;
        keep(thread);
        set_current(NULL);
        take_up(&first);
        cpu_switch(&thread->sp, first.sp);
    }
    thread->waits_for = NULL;
    thread->until = -1;
    return TRUE;
}

BOOLEAN is_in_thread(void)
{
    return current != NULL;
}

NTSTATUS NTAPI nt_PsCreateSystemThread(
    PHANDLE handle, ULONG access, POBJECT_ATTRIBUTES attributes, HANDLE process, PVOID client, PKSTART_ROUTINE routine,
    PVOID context)
{
    ULONG index = 0;
    (void)access;
    (void)attributes;
    (void)process;
    (void)client;
    while (index < THREADS && threads[index].is_used)
        index++;
    if (index == THREADS)
        unknown("more system threads than this kernel keeps");
    if (!is_code((PVOID)routine))
        refuse("PsCreateSystemThread: the routine is no code");
    note_callback((PVOID)routine, "system thread", -1);
    threads[index].header.Type = THREAD_TYPE;
    threads[index].is_used = threads[index].is_open = TRUE;
    threads[index].routine = routine;
    threads[index].context = context;
    threads[index].until = -1;
    threads[index].mark = (ULONG *)(stack_low + index * STACK);
    *threads[index].mark = MARK;
    *handle = (HANDLE)(ULONG_PTR)(FIRST_HANDLE + 4 * index);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_PsTerminateSystemThread(NTSTATUS status)
{
    (void)status;
    if (!current)
        refuse("PsTerminateSystemThread outside of a system thread");
    end_thread();
}

static struct thread *thread_of(HANDLE handle)
{
    ULONG index = (ULONG)((ULONG_PTR)handle - FIRST_HANDLE) / 4;
    return index < THREADS && threads[index].is_open ? &threads[index] : NULL;
}

BOOLEAN close_thread(HANDLE handle)
{
    struct thread *thread = thread_of(handle);
    if (thread)
        thread->is_open = FALSE;
    return thread != NULL;
}

/* Of handles only those of threads have an object that is waited for. */
NTSTATUS NTAPI nt_ObReferenceObjectByHandle(
    HANDLE handle, ACCESS_MASK access, POBJECT_TYPE type, KPROCESSOR_MODE mode, PVOID *object, PVOID information)
{
    struct thread *thread = thread_of(handle);
    (void)access;
    (void)type;
    (void)mode;
    (void)information;
    if (!thread)
        return STATUS_INVALID_HANDLE;
    *object = thread;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_ZwWaitForSingleObject(HANDLE handle, BOOLEAN alertable, PLARGE_INTEGER timeout)
{
    struct thread *thread = thread_of(handle);
    return thread ? nt_KeWaitForSingleObject(thread, Executive, KernelMode, alertable, timeout) : STATUS_INVALID_HANDLE;
}

/* A thread that is left would run code that is not there. */
void check_threads(void)
{
    ULONG index;
    for (index = 0; index < THREADS; index++) {
        if (threads[index].is_used && !threads[index].is_done) {
            begin_reason("a system thread is left behind: ");
            put_place((address)threads[index].routine);
            finish("refused");
        }
        if (threads[index].is_open)
            refuse("a handle of a system thread is left open");
    }
}

const struct routine thread_routines[] = {
    R(PsCreateSystemThread, 0), R(PsTerminateSystemThread, 1), R(ObReferenceObjectByHandle, 0),
    R(ZwWaitForSingleObject, 0),
    { 0 },
};
