/* KMDF: timers, work items, DPCs, locks, memory. */
#include "framework.h"

/* ---- timers, work items, DPCs */

static VOID NTAPI call_back(PVOID context)
{
    struct object *timer = context;
    call_driver((PVOID)timer->of.timer.config.EvtTimerFunc, "EvtTimerFunc", 1, (address)timer);
}

/* A timer of passive level calls back from a work item. */
static VOID NTAPI beat(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
    (void)dpc;
    (void)first;
    (void)second;
    if (((struct object *)context)->level == WdfExecutionLevelPassive)
        queue_work(call_back, context);
    else
        call_back(context);
}

static NTSTATUS NTAPI fx_TimerCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_TIMER_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes, WDFTIMER *made)
{
    struct object *timer;
    (void)globals;
    if (!attributes || !attributes->ParentObject)
        return STATUS_WDF_PARENT_NOT_SPECIFIED;
    if (config->Size > sizeof *config || config->Size < 3 * sizeof(ULONG))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (config->Period && attributes->ExecutionLevel == WdfExecutionLevelPassive)
        return STATUS_NOT_SUPPORTED;
    timer = new_object(TIMER_KIND, NULL, attributes);
    memcpy(&timer->of.timer.config, config, config->Size);
    nt_KeInitializeTimerEx(&timer->of.timer.timer, NotificationTimer);
    nt_KeInitializeDpc(&timer->of.timer.dpc, beat, timer);
    *made = (WDFTIMER)timer;
    return STATUS_SUCCESS;
}

static BOOLEAN NTAPI fx_TimerStart(PWDF_DRIVER_GLOBALS globals, WDFTIMER handle, LONGLONG due)
{
    struct object *timer = object_of(handle, TIMER_KIND, "WdfTimerStart");
    LARGE_INTEGER time;
    (void)globals;
    time.QuadPart = due;
    return nt_KeSetTimerEx(&timer->of.timer.timer, time, (LONG)timer->of.timer.config.Period, &timer->of.timer.dpc);
}

static BOOLEAN NTAPI fx_TimerStop(PWDF_DRIVER_GLOBALS globals, WDFTIMER handle, BOOLEAN wait)
{
    (void)globals;
    if (wait && cpu_irql() > PASSIVE_LEVEL)
        refuse("WdfTimerStop waits above PASSIVE_LEVEL");
    return nt_KeCancelTimer(&object_of(handle, TIMER_KIND, "WdfTimerStop")->of.timer.timer);
}

static WDFOBJECT NTAPI fx_TimerGetParentObject(PWDF_DRIVER_GLOBALS globals, WDFTIMER handle)
{
    (void)globals;
    return (WDFOBJECT)object_of(handle, TIMER_KIND, "WdfTimerGetParentObject")->parent;
}

static NTSTATUS NTAPI fx_WorkItemCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_WORKITEM_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes, WDFWORKITEM *made)
{
    struct object *item;
    (void)globals;
    if (!attributes || !attributes->ParentObject)
        return STATUS_WDF_PARENT_NOT_SPECIFIED;
    item = new_object(WORK_KIND, NULL, attributes);
    item->of.work.routine = config->EvtWorkItemFunc;
    *made = (WDFWORKITEM)item;
    return STATUS_SUCCESS;
}

static VOID NTAPI run_item(PVOID context)
{
    struct object *item = context;
    item->of.work.is_queued = FALSE;
    call_driver((PVOID)item->of.work.routine, "EvtWorkItemFunc", 1, (address)item);
}

static VOID NTAPI fx_WorkItemEnqueue(PWDF_DRIVER_GLOBALS globals, WDFWORKITEM handle)
{
    struct object *item = object_of(handle, WORK_KIND, "WdfWorkItemEnqueue");
    (void)globals;
    if (!item->of.work.is_queued)
        queue_work(run_item, item);
    item->of.work.is_queued = TRUE;
}

static VOID NTAPI fx_WorkItemFlush(PWDF_DRIVER_GLOBALS globals, WDFWORKITEM handle)
{
    (void)globals;
    object_of(handle, WORK_KIND, "WdfWorkItemFlush");
    run_pending(FALSE);
}

static WDFOBJECT NTAPI fx_WorkItemGetParentObject(PWDF_DRIVER_GLOBALS globals, WDFWORKITEM handle)
{
    (void)globals;
    return (WDFOBJECT)object_of(handle, WORK_KIND, "WdfWorkItemGetParentObject")->parent;
}

static VOID NTAPI run_framework_dpc(PKDPC dpc, PVOID context, PVOID first, PVOID second)
{
    struct object *object = context;
    (void)dpc;
    (void)first;
    (void)second;
    call_driver((PVOID)object->of.work.dpc_routine, "EvtDpcFunc", 1, (address)object);
}

static NTSTATUS NTAPI fx_DpcCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_DPC_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes, WDFDPC *made)
{
    struct object *object;
    (void)globals;
    if (!attributes || !attributes->ParentObject)
        return STATUS_WDF_PARENT_NOT_SPECIFIED;
    object = new_object(DPC_KIND, NULL, attributes);
    object->of.work.dpc_routine = config->EvtDpcFunc;
    nt_KeInitializeDpc(&object->of.work.dpc, run_framework_dpc, object);
    *made = (WDFDPC)object;
    return STATUS_SUCCESS;
}

static BOOLEAN NTAPI fx_DpcEnqueue(PWDF_DRIVER_GLOBALS globals, WDFDPC handle)
{
    (void)globals;
    return nt_KeInsertQueueDpc(&object_of(handle, DPC_KIND, "WdfDpcEnqueue")->of.work.dpc, NULL, NULL);
}

static BOOLEAN NTAPI fx_DpcCancel(PWDF_DRIVER_GLOBALS globals, WDFDPC handle, BOOLEAN wait)
{
    (void)globals;
    (void)wait;
    return nt_KeRemoveQueueDpc(&object_of(handle, DPC_KIND, "WdfDpcCancel")->of.work.dpc);
}

static WDFOBJECT NTAPI fx_DpcGetParentObject(PWDF_DRIVER_GLOBALS globals, WDFDPC handle)
{
    (void)globals;
    return (WDFOBJECT)object_of(handle, DPC_KIND, "WdfDpcGetParentObject")->parent;
}

/* ---- locks */

static NTSTATUS NTAPI fx_SpinLockCreate(PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, WDFSPINLOCK *made)
{
    (void)globals;
    *made = (WDFSPINLOCK)new_object(LOCK_KIND, framework_driver, attributes);
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_SpinLockAcquire(PWDF_DRIVER_GLOBALS globals, WDFSPINLOCK handle)
{
    struct object *lock = object_of(handle, LOCK_KIND, "WdfSpinLockAcquire");
    (void)globals;
    lock->of.lock.irql = nt_KfAcquireSpinLock(&lock->of.lock.lock);
}

static VOID NTAPI fx_SpinLockRelease(PWDF_DRIVER_GLOBALS globals, WDFSPINLOCK handle)
{
    struct object *lock = object_of(handle, LOCK_KIND, "WdfSpinLockRelease");
    (void)globals;
    nt_KfReleaseSpinLock(&lock->of.lock.lock, lock->of.lock.irql);
}

static NTSTATUS NTAPI fx_WaitLockCreate(PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, WDFWAITLOCK *made)
{
    (void)globals;
    *made = (WDFWAITLOCK)new_object(WAIT_LOCK_KIND, framework_driver, attributes);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_WaitLockAcquire(PWDF_DRIVER_GLOBALS globals, WDFWAITLOCK handle, PLONGLONG timeout)
{
    struct object *lock = object_of(handle, WAIT_LOCK_KIND, "WdfWaitLockAcquire");
    (void)globals;
    if (lock->of.lock.is_held && timeout)
        return STATUS_TIMEOUT;
    if (lock->of.lock.is_held)
        refuse("WdfWaitLockAcquire waits for a lock that is held");
    lock->of.lock.is_held = TRUE;
    return STATUS_SUCCESS;
}

static VOID NTAPI fx_WaitLockRelease(PWDF_DRIVER_GLOBALS globals, WDFWAITLOCK handle)
{
    struct object *lock = object_of(handle, WAIT_LOCK_KIND, "WdfWaitLockRelease");
    (void)globals;
    if (!lock->of.lock.is_held)
        refuse("WdfWaitLockRelease: the lock is not held");
    lock->of.lock.is_held = FALSE;
}

/* ---- memory */

static NTSTATUS NTAPI fx_MemoryCreate(
    PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, POOL_TYPE pool, ULONG tag, size_t bytes,
    WDFMEMORY *made, PVOID *buffer)
{
    struct object *memory;
    (void)globals;
    (void)pool;
    if (!bytes)
        return STATUS_INVALID_PARAMETER;
    memory = new_object(MEMORY_KIND, framework_driver, attributes);
    memory->of.memory.at = take(bytes, OWN, tag);
    memory->of.memory.bytes = bytes;
    memset(memory->of.memory.at, 0xbd, bytes);
    *made = (WDFMEMORY)memory;
    if (buffer)
        *buffer = memory->of.memory.at;
    return STATUS_SUCCESS;
}

static PVOID NTAPI fx_MemoryGetBuffer(PWDF_DRIVER_GLOBALS globals, WDFMEMORY handle, size_t *bytes)
{
    struct object *memory = object_of(handle, MEMORY_KIND, "WdfMemoryGetBuffer");
    (void)globals;
    if (bytes)
        *bytes = memory->of.memory.bytes;
    return memory->of.memory.at;
}

static NTSTATUS NTAPI fx_MemoryCreatePreallocated(
    PWDF_DRIVER_GLOBALS globals, PWDF_OBJECT_ATTRIBUTES attributes, PVOID buffer, size_t bytes, WDFMEMORY *made)
{
    struct object *memory;
    (void)globals;
    if (!buffer || !bytes)
        return STATUS_INVALID_PARAMETER;
    memory = new_object(MEMORY_KIND, framework_driver, attributes);
    memory->of.memory.at = buffer;
    memory->of.memory.bytes = bytes;
    memory->of.memory.is_foreign = TRUE;
    *made = (WDFMEMORY)memory;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_MemoryAssignBuffer(PWDF_DRIVER_GLOBALS globals, WDFMEMORY handle, PVOID buffer, size_t bytes)
{
    struct object *memory = object_of(handle, MEMORY_KIND, "WdfMemoryAssignBuffer");
    (void)globals;
    if (!memory->of.memory.is_foreign)
        refuse("WdfMemoryAssignBuffer: the memory is not of WdfMemoryCreatePreallocated");
    if (!buffer || !bytes)
        return STATUS_INVALID_PARAMETER;
    memory->of.memory.at = buffer;
    memory->of.memory.bytes = bytes;
    return STATUS_SUCCESS;
}

/* Where a range of a memory object is; 0 when it has no such range. */
static PUCHAR range_of(WDFMEMORY handle, size_t offset, size_t bytes, const char *routine)
{
    struct object *memory = object_of(handle, MEMORY_KIND, routine);
    if (offset > memory->of.memory.bytes || bytes > memory->of.memory.bytes - offset)
        return NULL;
    return (PUCHAR)memory->of.memory.at + offset;
}

static NTSTATUS NTAPI fx_MemoryCopyToBuffer(
    PWDF_DRIVER_GLOBALS globals, WDFMEMORY handle, size_t offset, PVOID buffer, size_t bytes)
{
    PUCHAR at = range_of(handle, offset, bytes, "WdfMemoryCopyToBuffer");
    (void)globals;
    if (!at)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(buffer, at, bytes);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_MemoryCopyFromBuffer(
    PWDF_DRIVER_GLOBALS globals, WDFMEMORY handle, size_t offset, PVOID buffer, size_t bytes)
{
    PUCHAR at = range_of(handle, offset, bytes, "WdfMemoryCopyFromBuffer");
    (void)globals;
    if (!at)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(at, buffer, bytes);
    return STATUS_SUCCESS;
}

const struct framework_function sync_functions[] = {
    W(TimerCreate, 2), W(TimerStart, 2), W(TimerStop, 2), W(TimerGetParentObject, 2), W(WorkItemCreate, 2),
    W(WorkItemEnqueue, 2), W(WorkItemFlush, 0), W(WorkItemGetParentObject, 2), W(DpcCreate, 2), W(DpcEnqueue, 2),
    W(DpcCancel, 2), W(DpcGetParentObject, 2), W(SpinLockCreate, 2), W(SpinLockAcquire, 2), W(SpinLockRelease, 2),
    W(WaitLockCreate, 0), W(WaitLockAcquire, 0), W(WaitLockRelease, 2), W(MemoryCreate, 2), W(MemoryGetBuffer, 2),
    W(MemoryCreatePreallocated, 2), W(MemoryAssignBuffer, 2), W(MemoryCopyToBuffer, 2), W(MemoryCopyFromBuffer, 2),
    { 0 },
};
