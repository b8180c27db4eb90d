"""Interlocked operations and lists that are functions of the kernel, mostly on x86.

Source: the reference pages of wdm.h.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.kernel import Kernel

TABLE: Final = Routines()
HIGH: Final = 31


def _add(kernel: Kernel, address: int, amount: int) -> int:
    """Add to a LONG; its value before."""
    before = kernel.machine.load(address, 4)
    kernel.machine.store(address, before + amount, 4)
    return before


@TABLE.serves("InterlockedIncrement(p) u", irql=HIGH)
def interlocked_increment(kernel: Kernel, address: int) -> int:
    """Add one; the new value."""
    return _add(kernel, address, 1) + 1


@TABLE.serves("InterlockedDecrement(p) u", irql=HIGH)
def interlocked_decrement(kernel: Kernel, address: int) -> int:
    """Take one away; the new value."""
    return _add(kernel, address, -1) - 1


@TABLE.serves("InterlockedExchangeAdd(p i) u", irql=HIGH)
def interlocked_exchange_add(kernel: Kernel, address: int, amount: int) -> int:
    """Add; the value before."""
    return _add(kernel, address, amount)


@TABLE.serves("InterlockedExchange(p u) u", irql=HIGH)
def interlocked_exchange(kernel: Kernel, address: int, value: int) -> int:
    """Write; the value before."""
    before = kernel.machine.load(address, 4)
    kernel.machine.store(address, value, 4)
    return before


@TABLE.serves("InterlockedCompareExchange(p u u) u", irql=HIGH)
def interlocked_compare_exchange(kernel: Kernel, address: int, value: int, expected: int) -> int:
    """Write if the value is the expected one; the value before."""
    before = kernel.machine.load(address, 4)
    if before == expected:
        kernel.machine.store(address, value, 4)
    return before


@TABLE.serves("ExInterlockedAddUlong(p u p) u", irql=HIGH)
def ex_interlocked_add_ulong(kernel: Kernel, address: int, amount: int, _lock: int) -> int:
    """Add; the value before."""
    return _add(kernel, address, amount)


# ---- lists: an entry is Flink and Blink ----------------------------------------------------------


def _links(kernel: Kernel, entry: int) -> tuple[int, int]:
    width = kernel.machine.width
    return kernel.machine.load(entry), kernel.machine.load(entry + width)


def _insert(kernel: Kernel, before: int, entry: int, after: int) -> None:
    machine, width = kernel.machine, kernel.machine.width
    machine.store(entry, after)
    machine.store(entry + width, before)
    machine.store(before, entry)
    machine.store(after + width, entry)


@TABLE.serves("ExInterlockedInsertHeadList(p p p) p", irql=HIGH)
def ex_interlocked_insert_head_list(kernel: Kernel, head: int, entry: int, _lock: int) -> int:
    """Insert at the front; the first entry before, or 0."""
    first, _ = _links(kernel, head)
    _insert(kernel, head, entry, first)
    return 0 if first == head else first


@TABLE.serves("ExInterlockedInsertTailList(p p p) p", irql=HIGH)
def ex_interlocked_insert_tail_list(kernel: Kernel, head: int, entry: int, _lock: int) -> int:
    """Insert at the end; the last entry before, or 0."""
    _, last = _links(kernel, head)
    _insert(kernel, last, entry, head)
    return 0 if last == head else last


@TABLE.serves("ExInterlockedRemoveHeadList(p p) p", irql=HIGH)
def ex_interlocked_remove_head_list(kernel: Kernel, head: int, _lock: int) -> int:
    """Remove the first entry; 0 for an empty list."""
    first, _ = _links(kernel, head)
    if first == head:
        return 0
    second, _ = _links(kernel, first)
    kernel.machine.store(head, second)
    kernel.machine.store(second + kernel.machine.width, head)
    return first


@TABLE.serves("ExpInterlockedPushEntrySList(p p) p", irql=HIGH)
@TABLE.serves("InterlockedPushEntrySList(p p) p", irql=HIGH)
def interlocked_push_entry_slist(kernel: Kernel, head: int, entry: int) -> int:
    """Push on a singly linked list; the first entry before."""
    lists: dict[int, list[int]] = kernel.subject("lists", lambda _: {})
    entries = lists.setdefault(head, [])
    before = entries[-1] if entries else 0
    kernel.machine.store(entry, before)
    entries.append(entry)
    return before


@TABLE.serves("ExpInterlockedPopEntrySList(p) p", irql=HIGH)
@TABLE.serves("InterlockedPopEntrySList(p) p", irql=HIGH)
def interlocked_pop_entry_slist(kernel: Kernel, head: int) -> int:
    """Pop from a singly linked list; 0 for an empty one."""
    lists: dict[int, list[int]] = kernel.subject("lists", lambda _: {})
    entries = lists.setdefault(head, [])
    return entries.pop() if entries else 0


@TABLE.serves("ExpInterlockedFlushSList(p) p", irql=HIGH)
def interlocked_flush_slist(kernel: Kernel, head: int) -> int:
    """Take all entries; the first, or 0."""
    lists: dict[int, list[int]] = kernel.subject("lists", lambda _: {})
    entries = lists.pop(head, [])
    return entries[-1] if entries else 0


@TABLE.serves("InitializeSListHead(p) v", irql=HIGH)
def initialize_slist_head(kernel: Kernel, head: int) -> None:
    """Make a singly linked list ready."""
    kernel.machine.put(head, bytes(2 * kernel.machine.width))


@TABLE.serves("ExQueryDepthSList(p) h", irql=HIGH)
def ex_query_depth_slist(kernel: Kernel, head: int) -> int:
    """How many entries there are."""
    lists: dict[int, list[int]] = kernel.subject("lists", lambda _: {})
    return len(lists.get(head, []))
