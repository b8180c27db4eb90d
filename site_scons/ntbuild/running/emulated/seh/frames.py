"""What unwinding works on: the registers of a frame, and how a step out of it ends.

`step_of` chooses a machine's unwinder. A step reads memory and unwind data, never the processor.
"""

from collections.abc import Callable
from typing import Final

from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.loader import Loaded
from ntbuild.support.values import dataclass

DEEPEST: Final = 128
"""Frames that are unwound at most."""


@dataclass(slots=True)
class Frame:
    """Registers of a frame: integers in the order of their numbers in unwind data, and the counter.

    ``is_call``: the counter is behind a call, not at an instruction that faulted.
    """

    registers: list[int]
    pc: int
    is_call: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step out of a frame.

    ``caller``: the frame that called. ``establisher``: the frame's address as handlers know it.
    ``handler``: address of the language handler, 0 for none. ``data``: its data. ``entry``: address
    of the function's record. ``catches``, ``cleans``: what the handler is called for.
    """

    caller: Frame
    establisher: int
    handler: int = 0
    data: int = 0
    entry: int = 0
    catches: bool = False
    cleans: bool = False


Unwind = Callable[[Kernel, Loaded, Frame], Step]


def record_of(kernel: Kernel, image: Loaded, pc: int, size: int) -> int:
    """The address of the record in ``.pdata`` whose function may hold an address; 0 for none.

    Records are in ascending order; the caller looks where the function ends.
    """
    directory = image.image.directory(3)  # type: ignore[arg-type]
    count, at = directory.Size // size, image.base + directory.VirtualAddress
    low, high = 0, count
    rva = pc - image.base
    while low < high:
        middle = (low + high) // 2
        if kernel.machine.load(at + middle * size, 4) & ~kernel.machine.facts.code <= rva:
            low = middle + 1
        else:
            high = middle
    return at + (low - 1) * size if low else 0


def wrong(kernel: Kernel, pc: int, what: str) -> RefusedError:
    """The error for unwind data that cannot be."""
    return RefusedError(f"unwind data for {kernel.place(pc)}: {what}")
