"""Unwinding on x64 by the codes of UNWIND_INFO.

Source: Microsoft "x64 exception handling". Limit: a fault in an epilogue is unwound as one in the
body; compilers put no access that may fault there.
"""

from typing import Final

from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.loader import Loaded

from .frames import Frame, Step, record_of, wrong

_RECORD: Final = 12
_CHAINED: Final = 4
_RSP: Final = 4
_SLOTS: Final = {0: 1, 2: 1, 3: 1, 4: 2, 5: 3, 6: 1, 7: 2, 8: 2, 9: 3, 10: 1}
"""Slots of each operation but large allocations, whose kind decides."""


def unwind(kernel: Kernel, image: Loaded, frame: Frame) -> Step:
    """One step out of a frame."""
    machine = kernel.machine
    registers = list(frame.registers)
    entry = record_of(kernel, image, frame.pc, _RECORD)
    begin = end = info = 0
    if entry:
        begin, end, info = (machine.load(entry + 4 * each, 4) for each in range(3))
    if not entry or not begin <= frame.pc - image.base < end:
        return _leaf(kernel, registers)  # a function without a frame
    header = _header(kernel, image, frame.pc, info)
    flags, establisher = header[0] >> 3, registers[_RSP]
    register = header[3] & 15
    if register:
        establisher = registers[register] - (header[3] >> 4) * 16
    first = info
    is_first = True
    while True:
        offset = frame.pc - image.base - begin if is_first else 1 << 30
        popped = _apply(kernel, image, frame.pc, info, offset, registers)
        if not header[0] >> 3 & _CHAINED or popped:
            break
        at = image.base + info + 4 + 2 * ((header[2] + 1) & ~1)
        info, is_first = machine.load(at + 8, 4), False
        header = _header(kernel, image, frame.pc, info)
    at = image.base + first + 4 + 2 * ((_header(kernel, image, frame.pc, first)[2] + 1) & ~1)
    handler = machine.load(at, 4) if flags & 3 else 0
    returned = Frame(registers, popped, is_call=False) if popped else None
    return Step(
        caller=returned or _leaf(kernel, registers).caller,
        establisher=establisher,
        handler=image.base + handler if handler else 0,
        data=at + 4,
        entry=entry,
        catches=bool(flags & 1),
        cleans=bool(flags & 2),
    )


def _leaf(kernel: Kernel, registers: list[int]) -> Step:
    sp = registers[_RSP]
    registers[_RSP] = sp + 8
    return Step(Frame(registers, kernel.machine.load(sp), is_call=True), sp)


def _header(kernel: Kernel, image: Loaded, pc: int, info: int) -> bytes:
    if info % 4 or not 0 < info < image.size:
        raise wrong(kernel, pc, f"its address {info:#x} is not in the image, or not aligned")
    header = kernel.machine.bytes_at(image.base + info, 4)
    if header[0] & 7 not in (1, 2):
        raise wrong(kernel, pc, f"version {header[0] & 7}")
    return header


def _apply(
    kernel: Kernel, image: Loaded, pc: int, info: int, offset: int, registers: list[int]
) -> int:
    """Undo the prologue; the address that a machine frame returns to, else 0."""
    machine = kernel.machine
    _, _, count, frame_register = _header(kernel, image, pc, info)
    at = image.base + info + 4
    index = popped = 0
    while index < count:
        code_offset, operation = machine.bytes_at(at + 2 * index, 2)
        kind, detail = operation & 15, operation >> 4
        slots = 2 + detail if kind == 1 else _SLOTS.get(kind, 0)
        if not slots or index + slots > count:
            raise wrong(kernel, pc, f"operation {kind}")
        if code_offset <= offset:
            near = machine.load(at + 2 * index + 2, 2) if slots > 1 else 0
            far = machine.load(at + 2 * index + 2, 4) if slots > 2 else 0
            if kind == 10:
                sp = registers[_RSP] + 8 * detail
                popped, registers[_RSP] = machine.load(sp), machine.load(sp + 24)
            else:
                _undo(kernel, kind, detail, near, far, frame_register, registers)
        index += slots
    return popped


def _undo(
    kernel: Kernel,
    kind: int,
    detail: int,
    near: int,
    far: int,
    frame_register: int,
    registers: list[int],
) -> None:
    sp = registers[_RSP]
    if kind == 0:  # a register is pushed
        registers[detail] = kernel.machine.load(sp)
        registers[_RSP] = sp + 8
    elif kind == 1:
        registers[_RSP] = sp + (near * 8 if detail == 0 else far)
    elif kind == 2:
        registers[_RSP] = sp + 8 * detail + 8
    elif kind == 3:
        registers[_RSP] = registers[frame_register & 15] - (frame_register >> 4) * 16
    elif kind in (4, 5):  # a register is stored
        registers[detail] = kernel.machine.load(sp + (8 * near if kind == 4 else far))
