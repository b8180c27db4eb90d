"""The limits of every hostile case: no other exception, no hang, no memory out of proportion."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from slowness import allowed

resource = pytest.importorskip("resource", reason="limits are watched on POSIX systems only")

SECONDS = 2.0
"""Of the processor; a busy machine may let a case wait."""
MEGABYTES = 256


class HangError(Exception):
    """A case that did not end in time."""


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 15 * SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def fault(run: Callable[[], object], expected: type[Exception], named: tuple[str, ...]) -> str:
    """What is wrong with how ``run`` ended, or an empty text.

    It may return, or raise ``expected`` with a text that holds one of ``named``.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    text = named[0]
    try:
        with _alarm():
            run()
    except expected as error:
        text = str(error)
    except Exception as error:  # noqa: BLE001 - any other kind is the fault looked for
        return f"{type(error).__name__}: {error}"
    seconds = time.process_time() - start
    if seconds > allowed(SECONDS):
        return f"took {seconds:.1f} s"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
    if grown > MEGABYTES * 1024:
        return f"took {grown // 1024} MB"
    if not any(word in text for word in named):
        return f"names no file: {text}"
    return ""
