"""Routines of the executive: pool memory, lookaside lists, fast mutexes, resources, work queues.

Source: the reference pages of wdm.h and ntddk.h.
"""

from typing import Final

from ntbuild.running.emulated.clock import clock_of
from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel

TABLE: Final = Routines()
PASSIVE, APC, DISPATCH = 0, 1, 2
_PAGED: Final = 1
_FLAG_PAGED: Final = 0x100
_FLAG_UNINITIALIZED: Final = 2
_FLAG_RAISE: Final = 0x20
_NO_TAG: Final = 0x656E6F4E
_TAGS_OF_THE_SYSTEM: Final = frozenset({0x20206F49, 0x6C745274})
"""Of blocks that routines of the system allocate and drivers free, whose tags they do not know."""


def _allocate(kernel: Kernel, size: int, tag: int, *, is_paged: bool, zero: bool = False) -> int:
    where = kernel.caller()
    if is_paged and kernel.irql >= DISPATCH:
        raise RefusedError(f"{kernel.last}: paged pool at DISPATCH_LEVEL; from {where}")
    return kernel.pool.allocate(size, tag, where, zero=zero, is_paged=is_paged)


@TABLE.serves("ExAllocatePoolWithTag(u p u) p")
@TABLE.serves("ExAllocatePoolWithQuotaTag(u p u) p")
def ex_allocate_pool_with_tag(kernel: Kernel, kind: int, size: int, tag: int) -> int:
    """A block of pool memory."""
    if not tag:
        raise RefusedError(f"{kernel.last}: the tag is 0; from {kernel.caller()}")
    return _allocate(kernel, size, tag, is_paged=bool(kind & _PAGED))


@TABLE.serves("ExAllocatePoolWithTagPriority(u p u u) p")
def ex_allocate_pool_with_tag_priority(
    kernel: Kernel, kind: int, size: int, tag: int, _priority: int
) -> int:
    """As ExAllocatePoolWithTag."""
    return _allocate(kernel, size, tag, is_paged=bool(kind & _PAGED))


@TABLE.serves("ExAllocatePool(u p) p")
@TABLE.serves("ExAllocatePoolWithQuota(u p) p")
def ex_allocate_pool(kernel: Kernel, kind: int, size: int) -> int:
    """As ExAllocatePoolWithTag, without a tag."""
    return _allocate(kernel, size, _NO_TAG, is_paged=bool(kind & _PAGED))


@TABLE.serves("ExAllocatePool2(q p u) p")
def ex_allocate_pool2(kernel: Kernel, flags: int, size: int, tag: int) -> int:
    """A block of pool memory, zeroed unless the flags say otherwise."""
    if not size or not tag:
        return 0
    zero = not flags & _FLAG_UNINITIALIZED
    return _allocate(kernel, size, tag, is_paged=bool(flags & _FLAG_PAGED), zero=zero)


@TABLE.serves("ExAllocatePool3(q p u p u) p")
def ex_allocate_pool3(
    kernel: Kernel, flags: int, size: int, tag: int, _parameters: int, _count: int
) -> int:
    """As ExAllocatePool2."""
    return ex_allocate_pool2(kernel, flags, size, tag)


@TABLE.serves("ExFreePoolWithTag(p u) v")
def ex_free_pool_with_tag(kernel: Kernel, address: int, tag: int) -> None:
    """Free a block; the tag is that of its allocation, or 0."""
    block = kernel.pool.free(address, "ExFreePoolWithTag")
    if tag not in (0, block.tag, _NO_TAG) and block.tag not in _TAGS_OF_THE_SYSTEM:
        shown = tag.to_bytes(4, "little").decode("latin-1")
        raise RefusedError(
            f"ExFreePoolWithTag: tag '{shown}' frees a block of tag '{block.tag_text}'"
        )
    if block.is_paged and kernel.irql >= DISPATCH:
        raise RefusedError("ExFreePoolWithTag: paged pool at DISPATCH_LEVEL")


@TABLE.serves("ExFreePool(p) v")
@TABLE.serves("ExFreePool2(p u p u) v")
def ex_free_pool(kernel: Kernel, address: int, *_more: int) -> None:
    """Free a block."""
    ex_free_pool_with_tag(kernel, address, 0)


# ---- lookaside lists -----------------------------------------------------------------------------
# The list's header stays as it is: a depth of 0 makes inline functions call Allocate and Free.


@TABLE.serves("ExInitializeNPagedLookasideList(p p p u p u h) v")
@TABLE.serves("ExInitializePagedLookasideList(p p p u p u h) v", irql=APC)
def ex_initialize_lookaside_list(
    kernel: Kernel,
    lookaside: int,
    allocate: int,
    free: int,
    _flags: int,
    size: int,
    tag: int,
    _depth: int,
) -> None:
    """Make a lookaside list ready; it never keeps a block."""
    kernel.registers(allocate, "allocation of a lookaside list")
    kernel.registers(free, "freeing of a lookaside list")
    machine, width = kernel.machine, kernel.machine.width
    is_wide = width == 8
    machine.put(lookaside, bytes(128 if is_wide else 72))
    # GENERAL_LOOKASIDE: Type, Tag, Size behind the header and five counters; then the functions.
    at = lookaside + (16 if is_wide else 8) + 4 + 16
    is_paged = "NPaged" not in kernel.last
    machine.store(at, 1 if is_paged else 0, 4)
    machine.store(at + 4, tag, 4)
    machine.store(at + 8, size, 4)
    machine.store(at + 12, allocate or _default(kernel, "ExAllocatePoolWithTag"))
    machine.store(at + 12 + width, free or _default(kernel, "ExFreePool"))
    kernel.hold("lookaside list", lookaside, f"made at {kernel.caller()}")


def _default(kernel: Kernel, name: str) -> int:
    """The address of a routine of this kernel."""
    from ntbuild.running.emulated.exports import exports_of  # noqa: PLC0415 - few drivers need it

    known = exports_of("ntoskrnl.exe", kernel.machine.facts.name) or {}
    return kernel.bind("ntoskrnl.exe", known[name])


@TABLE.serves("ExDeleteNPagedLookasideList(p) v")
@TABLE.serves("ExDeletePagedLookasideList(p) v", irql=APC)
def ex_delete_lookaside_list(kernel: Kernel, lookaside: int) -> None:
    """Delete a lookaside list."""
    kernel.release("lookaside list", lookaside, kernel.last)


# ---- fast mutexes, resources ---------------------------------------------------------------------


@TABLE.serves("KeInitializeGuardedMutex(p) v", irql=DISPATCH)
def ke_initialize_guarded_mutex(kernel: Kernel, mutex: int) -> None:
    """Make a guarded mutex ready, which is a fast mutex."""
    kernel.machine.put(mutex, bytes(kernel.size_of("FAST_MUTEX")))
    kernel.set(mutex, "FAST_MUTEX.Count", 1)


def _raises(kernel: Kernel) -> bool:
    """Whether the mutex that is taken raises to APC_LEVEL; a guarded one disables APCs."""
    return "Fast" in kernel.last and not kernel.last.endswith("Unsafe")


@TABLE.serves("KeAcquireGuardedMutex(p) v", irql=APC)
@TABLE.serves("KeAcquireGuardedMutexUnsafe(p) v", irql=APC)
@TABLE.serves("ExAcquireFastMutex(p) v", irql=APC)
@TABLE.serves("ExAcquireFastMutexUnsafe(p) v", irql=APC)
def ex_acquire_fast_mutex(kernel: Kernel, mutex: int) -> None:
    """Take a fast mutex, which raises to APC_LEVEL."""
    count = kernel.get(mutex, "FAST_MUTEX.Count")
    if count != 1:
        raise RefusedError(f"{kernel.last}: waits for ever, the mutex is held or not initialized")
    kernel.set(mutex, "FAST_MUTEX.Count", 0)
    kernel.set(mutex, "FAST_MUTEX.Owner", kernel.subjects["thread"])
    if _raises(kernel):
        kernel.set(mutex, "FAST_MUTEX.OldIrql", kernel.irql)
        kernel.irql = APC


@TABLE.serves("KeTryToAcquireGuardedMutex(p) b", irql=APC)
@TABLE.serves("ExTryToAcquireFastMutex(p) b", irql=APC)
def ex_try_to_acquire_fast_mutex(kernel: Kernel, mutex: int) -> int:
    """Take a fast mutex, if it is free."""
    if kernel.get(mutex, "FAST_MUTEX.Count") != 1:
        return 0
    ex_acquire_fast_mutex(kernel, mutex)
    return 1


@TABLE.serves("KeReleaseGuardedMutex(p) v", irql=APC)
@TABLE.serves("KeReleaseGuardedMutexUnsafe(p) v", irql=APC)
@TABLE.serves("ExReleaseFastMutex(p) v", irql=APC)
@TABLE.serves("ExReleaseFastMutexUnsafe(p) v", irql=APC)
def ex_release_fast_mutex(kernel: Kernel, mutex: int) -> None:
    """Give a fast mutex back."""
    if kernel.get(mutex, "FAST_MUTEX.Count") != 0:
        raise RefusedError(f"{kernel.last}: the mutex is not held")
    kernel.set(mutex, "FAST_MUTEX.Count", 1)
    kernel.set(mutex, "FAST_MUTEX.Owner", 0)
    if _raises(kernel):
        kernel.irql = kernel.get(mutex, "FAST_MUTEX.OldIrql")


@TABLE.serves("ExInitializeResourceLite(p) u")
def ex_initialize_resource(kernel: Kernel, resource: int) -> int:
    """Make a resource ready."""
    kernel.machine.put(resource, bytes(104 if kernel.machine.width == 8 else 56))
    kernel.hold("resource", resource, f"made at {kernel.caller()}")
    return 0


@TABLE.serves("ExDeleteResourceLite(p) u")
def ex_delete_resource(kernel: Kernel, resource: int) -> int:
    """Delete a resource."""
    kernel.release("resource", resource, "ExDeleteResourceLite")
    return 0


def _holders(kernel: Kernel) -> dict[int, int]:
    found: dict[int, int] = kernel.subject("resources", lambda _: {})
    return found


@TABLE.serves("ExAcquireResourceExclusiveLite(p b) b", irql=APC)
@TABLE.serves("ExAcquireResourceSharedLite(p b) b", irql=APC)
@TABLE.serves("ExAcquireSharedStarveExclusive(p b) b", irql=APC)
def ex_acquire_resource(kernel: Kernel, resource: int, _wait: int) -> int:
    """Take a resource; the one thread may take it again."""
    if ("resource", resource) not in kernel.held:
        raise RefusedError(f"{kernel.last}: {resource:#x} is no resource that exists")
    holders = _holders(kernel)
    holders[resource] = holders.get(resource, 0) + 1
    return 1


@TABLE.serves("ExReleaseResourceLite(p) v")
def ex_release_resource(kernel: Kernel, resource: int) -> None:
    """Give a resource back."""
    holders = _holders(kernel)
    if not holders.get(resource):
        raise RefusedError("ExReleaseResourceLite: the resource is not held")
    holders[resource] -= 1


# ---- work queues, callbacks ----------------------------------------------------------------------


@TABLE.serves("ExQueueWorkItem(p u) v")
def ex_queue_work_item(kernel: Kernel, item: int, _queue: int) -> None:
    """Queue a WORK_QUEUE_ITEM: a list entry, then function and parameter."""
    width = kernel.machine.width
    routine, context = kernel.machine.load(item + 2 * width), kernel.machine.load(item + 3 * width)
    clock_of(kernel).queue_work("a work item", routine, context)


@TABLE.serves("ExGetPreviousMode() b")
def ex_get_previous_mode(kernel: Kernel) -> int:
    """The kernel itself calls."""
    _ = kernel
    return 0


@TABLE.serves("ExIsProcessorFeaturePresent(u) b")
def ex_is_processor_feature_present(kernel: Kernel, _feature: int) -> int:
    """None that a driver could use."""
    _ = kernel
    return 0


@TABLE.serves("ExUuidCreate(p) u", irql=PASSIVE)
def ex_uuid_create(kernel: Kernel, target: int) -> int:
    """Always the same number of its kind, so that runs are alike."""
    count: list[int] = kernel.subject("uuids", lambda _: [0])
    count[0] += 1
    kernel.machine.put(target, bytes(7) + b"\x40" + b"\x80" + count[0].to_bytes(7, "big"))
    return 0
