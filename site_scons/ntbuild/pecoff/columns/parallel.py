"""Work in parallel parts: a pass over many rows is cut into slices, which threads work on.

numpy releases the interpreter's lock while it works on an array, so threads are enough:

    def flags_of(part: slice) -> Flags:            # reads shared columns, writes none
        return kept.take(relocations.symbol[part])

    flags = np.concatenate(in_parts(flags_of, slices(len(relocations))))

Guaranteed: results come in the order of the parts; if parts fail, the exception of the first
failing part is raised, as a loop over the parts would; all threads have ended when `in_parts`
returns or raises.

Why the bytes of an image do not depend on threads: where parts begin is decided by the number of
rows alone, never by the number of processors; each part is a function of columns that are complete
and that no part changes; and a part that writes does so into rows of its own, the slice it was
given. So neither the number of threads nor their order can be seen in a result, and a machine
with one processor, where everything runs in a loop, makes the same bytes.

Pitfalls: two parts must not grow the same pool or table of names, as the order would show. An
exception of a later part is dropped when an earlier one fails, so side effects of a part are not to
be relied on. Work done in the interpreter gains nothing here.

Parts are small on purpose: their intermediate arrays stay in the processor's cache, which is
worth as much as the second processor, and helps with one processor, too.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar, cast

import numpy as np

from .arrays import Integers

Part = TypeVar("Part")
Result = TypeVar("Result")
Other = TypeVar("Other")

ROWS: Final = 1 << 17
"""Rows in a part: their columns stay in the processor's caches, and calls of numpy are long enough
that threads rarely wait for the interpreter's lock. Half as many rows are slower, and twice as many
are no faster (measured)."""

_MOST: Final = 4
"""Largest number of threads: more of them wait for the interpreter's lock."""


def in_parts(work: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """The result of ``work`` for each part, in the order of the parts.

    Raises what ``work`` raises, for the first part for which it does. The calling thread works on
    parts itself: a system may put two new threads on one processor for some milliseconds.
    """
    if len(parts) < 2 or _processors() < 2:
        return [work(part) for part in parts]
    from threading import Thread  # noqa: PLC0415 - small links need none

    # All threads take from one iterator: its __next__ is atomic under the interpreter's lock.
    waiting = iter(enumerate(parts))
    results: dict[int, Result] = {}
    errors: dict[int, BaseException] = {}

    def take_parts() -> None:
        for number, part in waiting:
            try:
                results[number] = work(part)
            except BaseException as error:  # noqa: BLE001 - raised below, by the thread that called
                errors[number] = error
            if errors:
                return  # every part before the one that failed is done or is being worked on

    threads: list[Thread] = []
    with suppress(RuntimeError):  # the system gives no more threads: those that run take all parts
        for _ in range(min(_processors(), _MOST, len(parts)) - 1):
            thread = Thread(target=take_parts)
            thread.start()
            threads.append(thread)
    take_parts()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[number] for number in range(len(parts))]


def both(
    first: Callable[[], Result], second: Callable[[], Other], rows: int
) -> tuple[Result, Other]:
    """The results of two calls that do not depend on each other.

    Side by side if both have some of ``rows`` rows to work on and that is more than one part.
    """
    if rows <= ROWS:
        return first(), second()
    calls: tuple[Callable[[], Result | Other], ...] = (first, second)
    found = in_parts(lambda call: call(), calls)
    return cast("tuple[Result, Other]", tuple(found))


def slices(count: int) -> list[slice]:
    """The rows 0 to ``count`` as slices of ``ROWS`` rows; the last one may be shorter."""
    return [slice(start, min(start + ROWS, count)) for start in range(0, count, ROWS)]


def parts_of(ends: Integers | Sequence[int], rows: int | None = None) -> list[slice]:
    """Slices over items (objects, sections, files) so that each has about ``rows`` rows or bytes.

    ``ends`` is the running sum of the items' row counts; ``rows`` is ``ROWS`` unless given. An item
    is never divided: counts 3, 4, 200000, 5 give the slices [0:2] and [2:4].
    """
    rows = rows or ROWS
    if len(ends) and ends[-1] < rows:
        return [slice(0, len(ends))]
    # An item begins a slice where the running sum passes the next multiple of ``rows``.
    starts = np.flatnonzero(np.diff(np.asarray(ends, np.int64) // rows, prepend=-1)).tolist()
    return list(map(slice, starts, [*starts[1:], len(ends)]))


def _processors() -> int:
    """The number of processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
