"""Parts of one piece of work side by side, on the processors that there are.

numpy lets go of the interpreter while it works on arrays, so threads are enough. What is hard is
that nothing may depend on who is first: results come in the order of the parts, and of several
errors the one of the first part is raised. Parts are small on purpose: what they make on the way
fits the processor's cache, which is worth as much as the second processor.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Part = TypeVar("Part")
Result = TypeVar("Result")

ROWS: Final = 1 << 17
"""Rows in a part: their columns stay in the processor's caches, and calls of numpy are long enough
that threads seldom wait for the interpreter. Half as many are slower, and twice as many no faster
(measured)."""

_MOST: Final = 4
"""More threads than this wait for each other: there is only one interpreter."""


def in_parts(work: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """What ``work`` gives for each part, in the order of the parts; raises what it raises.

    The thread that calls takes parts itself: a system that is given two new threads may well put
    both on one processor, and for some milliseconds nothing is done side by side.
    """
    if len(parts) < 2 or _processors() < 2:
        return [work(part) for part in parts]
    from threading import Thread  # noqa: PLC0415 - small links need none

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
                return  # parts before the one that failed are all done or in somebody's hands

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


def slices(count: int) -> list[slice]:
    """``count`` rows in parts of ``ROWS``."""
    return [slice(start, min(start + ROWS, count)) for start in range(0, count, ROWS)]


def parts_of(ends: Integers) -> list[slice]:
    """Things in parts that have about ``ROWS`` rows; ``ends`` is the running sum of what each has.

    A thing is never divided.
    """
    if len(ends) and ends[-1] < ROWS:
        return [slice(0, len(ends))]
    starts = np.flatnonzero(np.diff(ends // ROWS, prepend=-1)).tolist()
    return list(map(slice, starts, [*starts[1:], len(ends)]))


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
