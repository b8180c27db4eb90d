"""KMDF's timers, work items, locks, memory, strings, collections and registry keys.

Source: the reference pages of wdftimer.h, wdfdpc.h, wdfworkitem.h, wdfsync.h, wdfmemory.h,
wdfstring.h, wdfcollection.h and wdfregistry.h.
"""

from typing import Final

from ntbuild.running.emulated.clock import clock_of
from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.routines.zw import SERVICES, Key, registry_of

from .wdf_objects import Object, framework_of

TABLE: Final = Routines()
_SUCCESS: Final = 0
_NO_MEMORY: Final = 0xC000009A
_NOT_FOUND: Final = 0xC0000034
_TOO_SMALL: Final = 0xC0000023
_OVERFLOW: Final = 0x80000005
_DWORD: Final = 4
_TIMER, _DPC, _WORK = "WDF_TIMER_CONFIG", "WDF_DPC_CONFIG", "WDF_WORKITEM_CONFIG"


def _callback(kernel: Kernel, what: Object, routine: int, name: str) -> int:
    """A deferred procedure call whose routine calls the driver's with the object."""

    def run(_kernel: Kernel, *_words: int) -> None:
        kernel.call(routine, what.handle, what=name, result="v")

    function = kernel.new_trap("FxDeferredRoutine(p p p p) v", run)
    dpc = kernel.allocate(kernel.size_of("KDPC"))
    kernel.set(dpc, "KDPC.DeferredRoutine", function)
    return dpc


# ---- timers --------------------------------------------------------------------------------------


@TABLE.serves("WdfTimerCreate(p p p p) u")
def timer_create(kernel: Kernel, _globals: int, config: int, attributes: int, result: int) -> int:
    """A timer of its parent."""
    framework = framework_of(kernel)
    if not attributes:
        raise RefusedError("WdfTimerCreate: attributes with a parent are needed")
    timer = framework.new("timer", attributes)
    if timer.parent == framework.driver:
        return 0xC0200211  # STATUS_WDF_PARENT_NOT_SPECIFIED
    routine = kernel.get(config, f"{_TIMER}.EvtTimerFunc")
    timer.data["period"] = kernel.get(config, f"{_TIMER}.Period")
    timer.data["dpc"] = _callback(kernel, timer, routine, "EvtTimerFunc")
    timer.data["timer"] = kernel.allocate(kernel.size_of("KTIMER"))
    timer.data["end"] = lambda: clock_of(kernel).cancel_timer(timer.data["timer"])
    kernel.machine.store(result, timer.handle)
    return _SUCCESS


@TABLE.serves("WdfTimerStart(p p q) b")
def timer_start(kernel: Kernel, _globals: int, handle: int, due: int) -> int:
    """Start a timer."""
    data = framework_of(kernel).get(handle, "timer").data
    period = data["period"]
    return int(clock_of(kernel).set_timer(data["timer"], due, period, data["dpc"]))


@TABLE.serves("WdfTimerStop(p p b) b")
def timer_stop(kernel: Kernel, _globals: int, handle: int, _wait: int) -> int:
    """Stop a timer."""
    data = framework_of(kernel).get(handle, "timer").data
    return int(clock_of(kernel).cancel_timer(data["timer"]))


@TABLE.serves("WdfTimerGetParentObject(p p) p")
@TABLE.serves("WdfDpcGetParentObject(p p) p")
@TABLE.serves("WdfWorkItemGetParentObject(p p) p")
def get_parent_object(kernel: Kernel, _globals: int, handle: int) -> int:
    """An object's parent."""
    return framework_of(kernel).get(handle, "timer", "dpc", "work item").parent


# ---- deferred procedure calls, work items --------------------------------------------------------


@TABLE.serves("WdfDpcCreate(p p p p) u")
def dpc_create(kernel: Kernel, _globals: int, config: int, attributes: int, result: int) -> int:
    """A deferred procedure call of its parent."""
    dpc = framework_of(kernel).new("dpc", attributes)
    routine = kernel.get(config, f"{_DPC}.EvtDpcFunc")
    dpc.data["dpc"] = _callback(kernel, dpc, routine, "EvtDpcFunc")
    dpc.data["end"] = lambda: clock_of(kernel).remove_dpc(dpc.data["dpc"])
    kernel.machine.store(result, dpc.handle)
    return _SUCCESS


@TABLE.serves("WdfDpcEnqueue(p p) b")
def dpc_enqueue(kernel: Kernel, _globals: int, handle: int) -> int:
    """Queue it."""
    data = framework_of(kernel).get(handle, "dpc").data
    return int(clock_of(kernel).queue_dpc(data["dpc"], 0, 0))


@TABLE.serves("WdfDpcCancel(p p b) b")
def dpc_cancel(kernel: Kernel, _globals: int, handle: int, _wait: int) -> int:
    """Take it out of the queue."""
    data = framework_of(kernel).get(handle, "dpc").data
    return int(clock_of(kernel).remove_dpc(data["dpc"]))


@TABLE.serves("WdfWorkItemCreate(p p p p) u")
def work_item_create(
    kernel: Kernel, _globals: int, config: int, attributes: int, result: int
) -> int:
    """A work item of its parent."""
    item = framework_of(kernel).new("work item", attributes)
    item.data["routine"] = kernel.get(config, f"{_WORK}.EvtWorkItemFunc")
    kernel.machine.store(result, item.handle)
    return _SUCCESS


@TABLE.serves("WdfWorkItemEnqueue(p p) v")
def work_item_enqueue(kernel: Kernel, _globals: int, handle: int) -> None:
    """Queue it."""
    data = framework_of(kernel).get(handle, "work item").data
    clock_of(kernel).queue_work("EvtWorkItem", data["routine"], handle)


@TABLE.serves("WdfWorkItemFlush(p p) v", irql=0)
def work_item_flush(kernel: Kernel, _globals: int, handle: int) -> None:
    """Wait until it has run."""
    framework_of(kernel).get(handle, "work item")
    clock_of(kernel).run_pending()


# ---- locks ---------------------------------------------------------------------------------------


@TABLE.serves("WdfSpinLockCreate(p p p) u")
@TABLE.serves("WdfWaitLockCreate(p p p) u")
def lock_create(kernel: Kernel, _globals: int, attributes: int, result: int) -> int:
    """A lock."""
    kind = "spin lock" if "Spin" in kernel.last else "wait lock"
    kernel.machine.store(result, framework_of(kernel).new(kind, attributes).handle)
    return _SUCCESS


def _take(kernel: Kernel, handle: int, kind: str) -> Object:
    lock = framework_of(kernel).get(handle, kind)
    if lock.data.get("held") is not None:
        raise RefusedError(f"{kernel.last}: the lock is held already")
    lock.data["held"] = kernel.irql
    return lock


def _give(kernel: Kernel, handle: int, kind: str) -> int:
    lock = framework_of(kernel).get(handle, kind)
    if lock.data.get("held") is None:
        raise RefusedError(f"{kernel.last}: the lock is not held")
    before: int = lock.data.pop("held")
    return before


@TABLE.serves("WdfSpinLockAcquire(p p) v")
def spin_lock_acquire(kernel: Kernel, _globals: int, handle: int) -> None:
    """Take a spin lock, at DISPATCH_LEVEL."""
    _take(kernel, handle, "spin lock")
    kernel.irql = 2


@TABLE.serves("WdfSpinLockRelease(p p) v")
def spin_lock_release(kernel: Kernel, _globals: int, handle: int) -> None:
    """Give a spin lock back."""
    kernel.irql = _give(kernel, handle, "spin lock")
    clock_of(kernel).run_dpcs()


@TABLE.serves("WdfWaitLockAcquire(p p p) u", irql=1)
def wait_lock_acquire(kernel: Kernel, _globals: int, handle: int, _timeout: int) -> int:
    """Take a wait lock."""
    _take(kernel, handle, "wait lock")
    return _SUCCESS


@TABLE.serves("WdfWaitLockRelease(p p) v", irql=1)
def wait_lock_release(kernel: Kernel, _globals: int, handle: int) -> None:
    """Give a wait lock back."""
    _give(kernel, handle, "wait lock")


# ---- memory, strings, collections ----------------------------------------------------------------


@TABLE.serves("WdfMemoryCreate(p p u u p p p) u")
def memory_create(
    kernel: Kernel,
    _globals: int,
    attributes: int,
    pool: int,
    tag: int,
    size: int,
    result: int,
    buffer: int,
) -> int:
    """Memory that goes with its object."""
    address = kernel.pool.allocate(
        size, tag or 0x46666457, kernel.caller(), is_paged=bool(pool & 1)
    )
    if not address:
        return _NO_MEMORY
    block = kernel.pool.blocks.pop(address)
    memory = framework_of(kernel).new("memory", attributes)
    memory.data.update(buffer=address, size=size)

    def end() -> None:
        kernel.pool.blocks[address] = block
        kernel.pool.free(address, "WdfObjectDelete")

    memory.data["end"] = end
    kernel.machine.store(result, memory.handle)
    if buffer:
        kernel.machine.store(buffer, address)
    return _SUCCESS


@TABLE.serves("WdfMemoryCreatePreallocated(p p p p p) u")
def memory_create_preallocated(
    kernel: Kernel, _globals: int, attributes: int, buffer: int, size: int, result: int
) -> int:
    """A memory object for memory that is the driver's."""
    memory = framework_of(kernel).new("memory", attributes)
    memory.data.update(buffer=buffer, size=size)
    kernel.machine.store(result, memory.handle)
    return _SUCCESS


@TABLE.serves("WdfMemoryAssignBuffer(p p p p) u")
def memory_assign_buffer(kernel: Kernel, _globals: int, handle: int, buffer: int, size: int) -> int:
    """Other memory of the driver's for a memory object."""
    memory = framework_of(kernel).get(handle, "memory")
    if "end" in memory.data:
        raise RefusedError(f"{kernel.last}: the memory is not of WdfMemoryCreatePreallocated")
    memory.data.update(buffer=buffer, size=size)
    return _SUCCESS


@TABLE.serves("WdfMemoryGetBuffer(p p p) p")
def memory_get_buffer(kernel: Kernel, _globals: int, handle: int, size: int) -> int:
    """A memory object's buffer."""
    data = framework_of(kernel).get(handle, "memory").data
    if size:
        kernel.machine.store(size, data["size"])
    found: int = data["buffer"]
    return found


def _range(kernel: Kernel, handle: int, offset: int, size: int) -> int:
    data = framework_of(kernel).get(handle, "memory").data
    return data["buffer"] + offset if offset + size <= data["size"] else 0


@TABLE.serves("WdfMemoryCopyToBuffer(p p p p p) u")
def memory_copy_to_buffer(
    kernel: Kernel, _globals: int, handle: int, offset: int, buffer: int, size: int
) -> int:
    """Copy out of a memory object."""
    at = _range(kernel, handle, offset, size)
    if not at:
        return _TOO_SMALL
    kernel.machine.put(buffer, kernel.machine.bytes_at(at, size))
    return _SUCCESS


@TABLE.serves("WdfMemoryCopyFromBuffer(p p p p p) u")
def memory_copy_from_buffer(
    kernel: Kernel, _globals: int, handle: int, offset: int, buffer: int, size: int
) -> int:
    """Copy into a memory object."""
    at = _range(kernel, handle, offset, size)
    if not at:
        return _TOO_SMALL
    kernel.machine.put(at, kernel.machine.bytes_at(buffer, size))
    return _SUCCESS


@TABLE.serves("WdfStringCreate(p p p p) u")
def string_create(kernel: Kernel, _globals: int, text: int, attributes: int, result: int) -> int:
    """A string object with a copy of a text."""
    string = framework_of(kernel).new("string", attributes)
    string.data["string"] = kernel.new_string(kernel.text_of(text))
    kernel.machine.store(result, string.handle)
    return _SUCCESS


@TABLE.serves("WdfStringGetUnicodeString(p p p) v")
def string_get_unicode_string(kernel: Kernel, _globals: int, handle: int, target: int) -> None:
    """Describe a string object's text."""
    source = framework_of(kernel).get(handle, "string").data["string"]
    kernel.machine.put(target, kernel.machine.bytes_at(source, kernel.size_of("UNICODE_STRING")))


@TABLE.serves("WdfCollectionCreate(p p p) u")
def collection_create(kernel: Kernel, _globals: int, attributes: int, result: int) -> int:
    """A collection of objects."""
    found = framework_of(kernel).new("collection", attributes)
    found.data["items"] = []
    kernel.machine.store(result, found.handle)
    return _SUCCESS


@TABLE.serves("WdfCollectionGetCount(p p) u")
def collection_get_count(kernel: Kernel, _globals: int, handle: int) -> int:
    """How many there are."""
    return len(framework_of(kernel).get(handle, "collection").data["items"])


@TABLE.serves("WdfCollectionAdd(p p p) u")
def collection_add(kernel: Kernel, _globals: int, handle: int, item: int) -> int:
    """Add an object."""
    framework = framework_of(kernel)
    framework.get(item)
    framework.get(handle, "collection").data["items"].append(item)
    return _SUCCESS


@TABLE.serves("WdfCollectionRemove(p p p) v")
def collection_remove(kernel: Kernel, _globals: int, handle: int, item: int) -> None:
    """Remove an object."""
    items = framework_of(kernel).get(handle, "collection").data["items"]
    if item not in items:
        raise RefusedError("WdfCollectionRemove: the object is not in the collection")
    items.remove(item)


@TABLE.serves("WdfCollectionGetItem(p p u) p")
def collection_get_item(kernel: Kernel, _globals: int, handle: int, index: int) -> int:
    """An object by its number; 0 behind the last."""
    items: list[int] = framework_of(kernel).get(handle, "collection").data["items"]
    return items[index] if index < len(items) else 0


@TABLE.serves("WdfCollectionGetFirstItem(p p) p")
def collection_get_first_item(kernel: Kernel, given: int, handle: int) -> int:
    """The first object; 0 for none."""
    return collection_get_item(kernel, given, handle, 0)


@TABLE.serves("WdfCollectionGetLastItem(p p) p")
def collection_get_last_item(kernel: Kernel, _globals: int, handle: int) -> int:
    """The last object; 0 for none."""
    items: list[int] = framework_of(kernel).get(handle, "collection").data["items"]
    return items[-1] if items else 0


@TABLE.serves("WdfCollectionRemoveItem(p p u) v")
def collection_remove_item(kernel: Kernel, _globals: int, handle: int, index: int) -> None:
    """Remove an object by its number."""
    items = framework_of(kernel).get(handle, "collection").data["items"]
    if index >= len(items):
        raise RefusedError("WdfCollectionRemoveItem: there is no such item")
    del items[index]


# ---- registry ------------------------------------------------------------------------------------


def _open(kernel: Kernel, path: str, attributes: int, result: int) -> int:
    key = framework_of(kernel).new("key", attributes)
    key.data["key"] = registry_of(kernel).create(path)
    kernel.machine.store(result, key.handle)
    return _SUCCESS


def _service(kernel: Kernel) -> str:
    path = framework_of(kernel).registry_path
    return kernel.text_of(path) if path else SERVICES


@TABLE.serves("WdfDriverOpenParametersRegistryKey(p p u p p) u", irql=0)
def driver_open_parameters_registry_key(
    kernel: Kernel, _globals: int, _driver: int, _access: int, attributes: int, result: int
) -> int:
    """The driver's key Parameters."""
    return _open(kernel, _service(kernel) + "\\Parameters", attributes, result)


@TABLE.serves("WdfDeviceOpenRegistryKey(p p u u p p) u", irql=0)
def device_open_registry_key(
    kernel: Kernel,
    _globals: int,
    _device: int,
    kind: int,
    _access: int,
    attributes: int,
    result: int,
) -> int:
    """The device's key, or its driver's."""
    name = "Device Parameters" if kind & 1 else "Driver"
    return _open(kernel, f"\\Registry\\Machine\\{name}", attributes, result)


@TABLE.serves("WdfRegistryOpenKey(p p p u p p) u", irql=0)
def registry_open_key(
    kernel: Kernel,
    _globals: int,
    parent: int,
    name: int,
    _access: int,
    attributes: int,
    result: int,
) -> int:
    """A key that is there."""
    path = _path(kernel, parent, name)
    if path.lower() not in registry_of(kernel).keys:
        return _NOT_FOUND
    return _open(kernel, path, attributes, result)


def _path(kernel: Kernel, parent: int, name: int) -> str:
    text = kernel.text_of(name)
    if not parent:
        return text
    key: Key = framework_of(kernel).get(parent, "key").data["key"]
    return f"{key.path}\\{text}"


@TABLE.serves("WdfRegistryClose(p p) v", irql=0)
def registry_close(kernel: Kernel, _globals: int, handle: int) -> None:
    """Close a key."""
    framework = framework_of(kernel)
    framework.get(handle, "key")
    framework.delete(handle)


def _value(kernel: Kernel, handle: int, name: int) -> tuple[int, str, bytes] | None:
    key: Key = framework_of(kernel).get(handle, "key").data["key"]
    return key.values.get(kernel.text_of(name).lower())


@TABLE.serves("WdfRegistryQueryULong(p p p p) u", irql=0)
def registry_query_ulong(kernel: Kernel, _globals: int, handle: int, name: int, result: int) -> int:
    """A number."""
    value = _value(kernel, handle, name)
    if value is None:
        return _NOT_FOUND
    if value[0] != _DWORD:
        return 0xC0000024  # STATUS_OBJECT_TYPE_MISMATCH
    kernel.machine.put(result, value[2][:4])
    return _SUCCESS


@TABLE.serves("WdfRegistryQueryValue(p p p u p p p) u", irql=0)
def registry_query_value(
    kernel: Kernel,
    _globals: int,
    handle: int,
    name: int,
    size: int,
    target: int,
    got: int,
    kind: int,
) -> int:
    """A value's bytes."""
    value = _value(kernel, handle, name)
    if value is None:
        return _NOT_FOUND
    if got:
        kernel.machine.store(got, len(value[2]), 4)
    if kind:
        kernel.machine.store(kind, value[0], 4)
    if target:
        kernel.machine.put(target, value[2][:size])
    return _SUCCESS if size >= len(value[2]) else _OVERFLOW


@TABLE.serves("WdfRegistryAssignULong(p p p u) u", irql=0)
def registry_assign_ulong(kernel: Kernel, _globals: int, handle: int, name: int, value: int) -> int:
    """Write a number."""
    key: Key = framework_of(kernel).get(handle, "key").data["key"]
    text = kernel.text_of(name)
    key.values[text.lower()] = (_DWORD, text, value.to_bytes(4, "little"))
    return _SUCCESS


@TABLE.serves("WdfRegistryQueryUnicodeString(p p p p p) u", irql=0)
@TABLE.serves("WdfRegistryQueryString(p p p p) u", irql=0)
def registry_query_string(
    kernel: Kernel, _globals: int, handle: int, _name: int, needed: int, *_more: int
) -> int:
    """No value is a text."""
    framework_of(kernel).get(handle, "key")
    if needed and kernel.last.endswith("UnicodeString"):
        kernel.machine.store(needed, 0, 2)
    return _NOT_FOUND
