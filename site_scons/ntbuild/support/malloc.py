"""What the C library is told before a large link: keep memory, and take it in large pages.

A large link asks for three times its inputs, and each 4 KiB that nobody has touched yet stop the
process for a while: together as long as a third of the link. Large pages stop it 512 times more
seldom, and memory that was given back is not touched for the first time again. What is hard is
that nothing may depend on it: glibc on Linux is asked for what any system may leave undone, a user
who has told glibc something else is left alone, and elsewhere nothing happens at all.

Sources: mallopt(3), madvise(2), the kernel's "Transparent Hugepage Support".
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

LARGE: Final = 16 << 20
"""Bytes of inputs from which on a link is told apart from small ones, which gain nothing."""

_ROOM: Final = 4
"""Bytes of memory for a byte of inputs; what a link leaves untouched costs nothing."""

_SAMPLE: Final = 64
"""So many files are looked at: to look at 1,500 would cost a part of what is gained."""

_KEEP: Final = (
    ("mmap_max", -4, 0),
    ("trim_threshold", -1, (1 << 31) - 1),
    ("arena_max", -8, 1),
)
"""Name, number and value of mallopt's parameters: no memory but that of the one heap, and none of
it goes back to the system."""

_HUGE: Final = 2 << 20
_MADV_HUGEPAGE: Final = 14


def prepare(paths: Sequence[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Get ready for a link of these files; whether they are large, and glibc was told so.

    The size of the link is estimated. Files that are not there count for nothing.
    """
    size = _estimate(paths)
    if size < LARGE or not sys.platform.startswith("linux"):
        return False
    libc = _glibc()
    if libc is None:
        return False
    said = {variable.rstrip("_") for variable in environment}
    tuned = environment.get("GLIBC_TUNABLES", "")
    for name, parameter, value in _KEEP:
        if f"MALLOC_{name.upper()}" not in said and f"glibc.malloc.{name}=" not in tuned:
            libc.mallopt(parameter, value)
    return _make_room(libc, size * _ROOM)


def _estimate(paths: Sequence[str]) -> int:
    """The bytes of all files, from those of some."""
    sample = paths[:: -(-len(paths) // _SAMPLE) or 1]
    total = 0
    for path in sample:
        with suppress(OSError, ValueError):  # a library that is found elsewhere, or is not there
            total += os.stat(path).st_size  # noqa: PTH116 - a Path costs more than the look
    return total * len(paths) // max(len(sample), 1)


def _glibc() -> Any:
    """The C library of this process, or None when it is another one or cannot be called."""
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
    """Let the heap grow by ``size`` bytes at once, which may be taken in large pages."""
    room = libc.malloc(size)
    if room is None:  # a limit: the link may still do with less
        return False
    start = -(-room // _HUGE) * _HUGE
    libc.madvise(start, (room + size - start) // _HUGE * _HUGE, _MADV_HUGEPAGE)
    libc.free(room)
    return True
