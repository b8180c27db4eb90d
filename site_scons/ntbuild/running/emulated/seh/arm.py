"""Unwinding on arm (Thumb-2) by packed and full unwind data.

Each code stands for one instruction of the prologue, in reverse order; many say whether it has two
or four bytes. Epilogues are not looked for: nothing in one calls a routine or may fault.

Source: Microsoft "ARM exception handling".
"""

from typing import Final

from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.loader import Loaded

from .frames import Frame, Step, record_of, wrong

_RECORD: Final = 8
_SP, _LR = 13, 14
_WIDE: Final = (
    range(0x80, 0xC0),
    range(0xD8, 0xEC),
    range(0xEE, 0xF0),
    (0xF5, 0xF6),
    (0xF9, 0xFA, 0xFC),
)
"""First bytes of codes for instructions of four bytes."""
_LONG: Final = {0xF5: 2, 0xF6: 2, 0xF7: 3, 0xF8: 4, 0xF9: 3, 0xFA: 4}
"""Bytes of codes by their first byte, as far as they have more than two."""
_PAIRS: Final = (range(0x80, 0xC0), range(0xE8, 0xF0))
"""First bytes of codes of two bytes."""


def unwind(kernel: Kernel, image: Loaded, frame: Frame) -> Step:
    """One step out of a frame."""
    machine = kernel.machine
    registers = list(frame.registers)
    sought = frame.pc - 2 if frame.is_call else frame.pc
    entry = record_of(kernel, image, sought, _RECORD)
    word = machine.load(entry + 4, 4) if entry else 0
    offset = sought - image.base - (machine.load(entry, 4) & ~1) if entry else 0
    if not entry or offset >= _length(kernel, image, sought, word):
        return Step(_to_caller(registers), registers[_SP])
    if word & 3:
        _unpack(kernel, word, registers)
    else:
        _run(kernel, sought, _codes(kernel, image, sought, word), offset, registers)
    return Step(_to_caller(registers), registers[_SP], entry=entry)


def _to_caller(registers: list[int]) -> Frame:
    return Frame(registers, registers[_LR] & ~1, is_call=True)


def _length(kernel: Kernel, image: Loaded, pc: int, word: int) -> int:
    """Bytes of a function."""
    if word & 3:
        return (word >> 2 & 0x7FF) * 2
    if not 0 < word < image.size:
        raise wrong(kernel, pc, f"its address {word:#x} is not in the image")
    return (kernel.machine.load(image.base + word, 4) & 0x3FFFF) * 2


def _codes(kernel: Kernel, image: Loaded, pc: int, rva: int) -> bytes:
    """The codes of full unwind data."""
    load, at = kernel.machine.load, image.base + rva
    header = load(at, 4)
    if header >> 18 & 3:
        raise wrong(kernel, pc, f"version {header >> 18 & 3}")
    epilogues, words = header >> 23 & 31, header >> 28
    at += 4
    if not epilogues and not words:
        more = load(at, 4)
        epilogues, words = more & 0xFFFF, more >> 16 & 0xFF
        at += 4
    if not header >> 21 & 1:
        at += 4 * epilogues
    return kernel.machine.bytes_at(at, 4 * words)


def _run(kernel: Kernel, pc: int, codes: bytes, offset: int, registers: list[int]) -> None:
    """Undo what of the prologue has run; ``offset`` counts from the function's begin."""
    steps = []
    at = 0
    while at < len(codes) and codes[at] < 0xFD:
        size = _LONG.get(codes[at]) or (2 if any(codes[at] in each for each in _PAIRS) else 1)
        steps.append(int.from_bytes(codes[at : at + size], "big"))
        at += size
    if at >= len(codes):
        raise wrong(kernel, pc, "its codes have no end")
    length = sum(map(_bytes_of, steps))
    for step in steps:
        if length <= offset:
            _undo(kernel, pc, step, registers)
        length -= _bytes_of(step)


def _first_byte(step: int) -> int:
    while step > 0xFF:
        step >>= 8
    return step


def _bytes_of(step: int) -> int:
    """Bytes of the instruction that a code stands for."""
    first = _first_byte(step)
    return 4 if any(first in each for each in _WIDE) else 2


def _pop(kernel: Kernel, numbers: list[int], registers: list[int]) -> None:
    sp = registers[_SP]
    for index, number in enumerate(numbers):
        registers[number] = kernel.machine.load(sp + 4 * index)
    registers[_SP] = sp + 4 * len(numbers)


def _mask(value: int, link: int) -> list[int]:
    return [number for number in range(13) if value >> number & 1] + [_LR] * link


def _undo(kernel: Kernel, pc: int, step: int, registers: list[int]) -> None:
    first, sp = _first_byte(step), registers[_SP]
    if first < 0x80:
        registers[_SP] = sp + 4 * first
    elif first < 0xC0:
        _pop(kernel, _mask(step & 0x1FFF, step >> 13 & 1), registers)
    elif first < 0xD0:
        registers[_SP] = registers[first & 15]
    elif first < 0xE0:
        last = (first & 3) + (4 if first < 0xD8 else 8)
        _pop(kernel, [*range(4, last + 1), *([_LR] if first & 4 else [])], registers)
    elif first < 0xE8:
        registers[_SP] = sp + 8 * ((first & 7) + 1)
    elif first < 0xEC:
        registers[_SP] = sp + 4 * (step & 0x3FF)
    elif first < 0xEE:
        _pop(kernel, _mask(step & 0xFF, step >> 8 & 1), registers)
    else:
        _undo_rest(kernel, pc, step, registers)


def _undo_rest(kernel: Kernel, pc: int, step: int, registers: list[int]) -> None:
    first, sp = _first_byte(step), registers[_SP]
    if first == 0xEF:
        registers[_LR] = kernel.machine.load(sp)
        registers[_SP] = sp + 4 * (step & 15)
    elif first in (0xF5, 0xF6):  # vpush of a range
        registers[_SP] = sp + 8 * ((step & 15) - (step >> 4 & 15) + 1)
    elif first in (0xF7, 0xF9):
        registers[_SP] = sp + 4 * (step & 0xFFFF)
    elif first in (0xF8, 0xFA):
        registers[_SP] = sp + 4 * (step & 0xFFFFFF)
    elif first not in (0xFB, 0xFC):
        raise wrong(kernel, pc, f"code {first:#x}")


def _unpack(kernel: Kernel, word: int, registers: list[int]) -> None:
    """Undo the prologue of a packed record: homes, saved registers, a frame chain, locals."""
    homes, last, has_vectors = word >> 15 & 1, word >> 16 & 7, word >> 19 & 1
    link, chain, adjust = word >> 20 & 1, word >> 21 & 1, word >> 22 & 0x3FF
    numbers: list[int] = []
    if not has_vectors:
        numbers = list(range(4, 5 + last))
    if adjust >= 0x3F4:
        adjust = (adjust & 3) + 1
    registers[_SP] += 4 * adjust
    if has_vectors and last != 7:
        registers[_SP] += 8 * (last + 1)
    saved = [*numbers, *([11] if chain and 11 not in numbers else []), *([_LR] if link else [])]
    _pop(kernel, saved, registers)
    registers[_SP] += 16 * homes
