"""Time limits as a ratio: to a loop of Python's own, timed in the same run on the same machine.

A limit in seconds says what a case may take where it was written. On a machine that is slower, or
busy with other work at the moment, the loop takes longer as well, and the limit grows with it.
"""

import functools
import time

_LOOP_SECONDS = 0.026
"""The processor time of the loop where the limits were written."""
_MARGIN = 2.0
"""A hang is far beyond this; a scheduler's whim is not."""


@functools.cache
def _factor() -> float:
    return max(1.0, min(_loop() for _ in range(3)) / _LOOP_SECONDS)


def _loop() -> float:
    start = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number & 7
    return time.process_time() - start


def allowed(seconds: float) -> float:
    """What ``seconds`` of the processor's time are here and now, with a margin."""
    return seconds * _factor() * _MARGIN
