"""Settings of the C library's allocator for a large link: keep memory, and take large pages.

A large link allocates three times the size of its inputs, and the first touch of each page of
4 KiB is a page fault: together as long as a third of the link. Large pages make 512 times fewer
faults, and memory that is kept is not touched for the first time again.

Nothing depends on it but time: on Linux with glibc the settings are hints, a setting that the user
has made in the environment is left alone, and on other systems nothing is done.

Sources: mallopt(3), madvise(2), the kernel's "Transparent Hugepage Support".
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

LARGE: Final = 16 << 20
"""Bytes of inputs from which on a link gains from the settings."""

_ROOM: Final = 4
"""Bytes of address space for a byte of inputs; what is not touched costs nothing."""

_SAMPLE: Final = 64
"""Largest number of files whose size is looked up: 1,500 would cost a part of what is gained."""

_KEEP: Final = (
    ("mmap_max", -4, 0),
    ("trim_threshold", -1, (1 << 31) - 1),
    ("arena_max", -8, 1),
)
"""Name, number and value of mallopt's parameters: all memory comes from one heap, and none of it
is given back to the system."""

_HUGE: Final = 2 << 20
_MADV_HUGEPAGE: Final = 14


def prepare(paths: Sequence[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Make the settings for a link of the files ``paths``; return whether they were made.

    Nothing is done for links that seem smaller than ``LARGE``: the size is estimated from some of
    the files, missing ones counting as 0.
    """
    size = _estimate(paths)
    if size < LARGE or not sys.platform.startswith("linux"):
        return False
    libc = _glibc()
    if libc is None:
        return False
    given = {variable.rstrip("_") for variable in environment}
    tuned = environment.get("GLIBC_TUNABLES", "")
    for name, parameter, value in _KEEP:
        if f"MALLOC_{name.upper()}" not in given and f"glibc.malloc.{name}=" not in tuned:
            libc.mallopt(parameter, value)
    return _make_room(libc, size * _ROOM)


def _estimate(paths: Sequence[str]) -> int:
    """Estimated bytes of all files, from the average of a sample."""
    sample = paths[:: -(-len(paths) // _SAMPLE) or 1]
    total = 0
    for path in sample:
        with suppress(OSError, ValueError):  # a library that is found elsewhere, or is not there
            total += os.stat(path).st_size  # noqa: PTH116 - a Path costs more than the look
    return total * len(paths) // max(len(sample), 1)


def _glibc() -> Any:
    """The C library of this process; None when it is not glibc or cannot be called."""
    try:
        import ctypes  # noqa: PLC0415 - numpy imports it too, but a small link has no use for it here

        libc = ctypes.CDLL(None)
        libc.gnu_get_libc_version  # noqa: B018 - AttributeError where it is not glibc
        libc.malloc.restype = ctypes.c_void_p
        libc.malloc.argtypes = [ctypes.c_size_t]
        libc.free.argtypes = [ctypes.c_void_p]
        libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    except (ImportError, OSError, AttributeError):
        return None
    return libc


def _make_room(libc: Any, size: int) -> bool:
    """Let the heap grow by ``size`` bytes, aligned so that large pages fit; False if it cannot."""
    room = libc.malloc(size)
    if room is None:  # a limit: the link may still do with less
        return False
    start = -(-room // _HUGE) * _HUGE
    libc.madvise(start, (room + size - start) // _HUGE * _HUGE, _MADV_HUGEPAGE)
    libc.free(room)
    return True
