"""Unwinding on arm64 by packed and full unwind data.

Each code stands for an instruction of four bytes, those of the prologue in reverse order. A packed
record describes a prologue of a fixed shape; a fault inside such a prologue is unwound as one in
the body.

Source: Microsoft "ARM64 exception handling".
"""

from typing import Final

from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.loader import Loaded
from ntbuild.support.values import dataclass

from .frames import Frame, Step, record_of, wrong

_RECORD: Final = 8
_FP, _LR, _SP = 29, 30, 31


@dataclass(frozen=True, slots=True)
class _Codes:
    """Full unwind data: codes, and what is behind them."""

    length: int
    codes: bytes
    epilogues: tuple[tuple[int, int], ...]
    handler: int
    data: int


def unwind(kernel: Kernel, image: Loaded, frame: Frame) -> Step:
    """One step out of a frame."""
    machine = kernel.machine
    registers = list(frame.registers)
    sought = frame.pc - 4 if frame.is_call else frame.pc
    entry = record_of(kernel, image, sought, _RECORD)
    word = machine.load(entry + 4, 4) if entry else 0
    offset = sought - image.base - machine.load(entry, 4) if entry else 0
    if not entry or offset >= _length(kernel, image, sought, word):
        return Step(_to_caller(registers), registers[_SP])
    if word & 3:
        establisher = _unpack(kernel, word, registers)
        return Step(_to_caller(registers), establisher, entry=entry)
    found = _read(kernel, image, sought, word)
    start, skip = _first_code(found, offset + (4 if frame.is_call else 0))
    _run(kernel, sought, found.codes[start:], skip, registers)
    return Step(
        caller=_to_caller(registers),
        establisher=registers[_SP],
        handler=found.handler,
        data=found.data,
        entry=entry,
        catches=bool(found.handler),
        cleans=bool(found.handler),
    )


def _to_caller(registers: list[int]) -> Frame:
    return Frame(registers, registers[_LR], is_call=True)


def _length(kernel: Kernel, image: Loaded, pc: int, word: int) -> int:
    """Bytes of a function."""
    if word & 3:
        return (word >> 2 & 0x7FF) * 4
    if not 0 < word < image.size:
        raise wrong(kernel, pc, f"its address {word:#x} is not in the image")
    return (kernel.machine.load(image.base + word, 4) & 0x3FFFF) * 4


def _read(kernel: Kernel, image: Loaded, pc: int, rva: int) -> _Codes:
    machine, at = kernel.machine, image.base + rva
    header = machine.load(at, 4)
    if header >> 18 & 3:
        raise wrong(kernel, pc, f"version {header >> 18 & 3}")
    epilogues, words = header >> 22 & 31, header >> 27
    at += 4
    if not epilogues and not words:
        more = machine.load(at, 4)
        epilogues, words = more & 0xFFFF, more >> 16 & 0xFF
        at += 4
    length = (header & 0x3FFFF) * 4
    scopes: list[tuple[int, int]] = []
    if not header >> 21 & 1:
        for _ in range(epilogues):
            scope = machine.load(at, 4)
            scopes.append(((scope & 0x3FFFF) * 4, scope >> 22))
            at += 4
    codes = machine.bytes_at(at, 4 * words)
    if header >> 21 & 1:
        count = _count(codes[epilogues:])
        scopes.append((length - 4 * count, epilogues))
    at += 4 * words
    handler = image.base + machine.load(at, 4) if header >> 20 & 1 else 0
    return _Codes(length, codes, tuple(scopes), handler, at + 4)


def _size(code: int) -> int:
    """Bytes of a code by its first byte."""
    if code < 0xC0:
        return 1
    if code < 0xE0:
        return 2
    return {0xE0: 4, 0xE2: 2, 0xE7: 3}.get(code, 1)


def _count(codes: bytes) -> int:
    """Instructions of a sequence up to its end, the return included."""
    at = count = 0
    while at < len(codes):
        count += 1
        if codes[at] in (0xE4, 0xE5):
            break
        at += _size(codes[at])
    return count


def _first_code(found: _Codes, offset: int) -> tuple[int, int]:
    """Where to begin in the codes, and how many of them are not to be undone."""
    for start, index in found.epilogues:
        done = (offset - start) // 4
        if start < offset and done < _count(found.codes[index:]):
            return index, done
    prologue = _count(found.codes) - 1
    return 0, max(prologue - offset // 4, 0)


def _run(kernel: Kernel, pc: int, codes: bytes, skip: int, registers: list[int]) -> None:
    """Undo what the codes say, but the first ``skip`` of them."""
    at = 0
    while at < len(codes):
        size = _size(codes[at])
        value = int.from_bytes(codes[at : at + size], "big")
        if codes[at] == 0xE4:
            return
        if skip:
            skip -= 1
        elif not _undo(kernel, codes[at], value, registers):
            raise wrong(kernel, pc, f"code {codes[at]:#x}")
        at += size
    raise wrong(kernel, pc, "its codes have no end")


def _undo(kernel: Kernel, code: int, value: int, registers: list[int]) -> bool:
    """Undo one instruction; whether its code is known."""
    sp, low, high = registers[_SP], value & 0x3F, value >> 6 & 15
    if code >= 0xD8:
        return _undo_rest(code, value, registers)
    # The first code that is not of a kind: which registers are restored from where, and by how much
    # the stack pointer moves.
    first, second, at, moved = next(
        what
        for end, what in (
            (0x20, (None, None, 0, 16 * code)),  # alloc_s
            (0x40, (19, 20, 0, 8 * (code & 0x1F))),  # save_r19r20_x
            (0x80, (_FP, _LR, 8 * low, 0)),  # save_fplr
            (0xC0, (_FP, _LR, 0, 8 * (low + 1))),  # save_fplr_x
            (0xC8, (None, None, 0, 16 * (value & 0x7FF))),  # alloc_m
            (0xCC, (19 + high, 20 + high, 8 * low, 0)),  # save_regp
            (0xD0, (19 + high, 20 + high, 0, 8 * (low + 1))),  # save_regp_x
            (0xD4, (19 + high, None, 8 * low, 0)),  # save_reg
            (0xD6, (19 + (value >> 5 & 15), None, 0, 8 * ((value & 0x1F) + 1))),  # save_reg_x
            (0xD8, (19 + 2 * (value >> 6 & 7), _LR, 8 * low, 0)),  # save_lrpair
        )
        if code < end
    )
    for number, where in ((first, sp + at), (second, sp + at + 8)):
        if number is not None and number < len(registers):
            registers[number] = kernel.machine.load(where)
    registers[_SP] = sp + moved
    return True


def _undo_rest(code: int, value: int, registers: list[int]) -> bool:
    """Codes about the stack pointer, and those about registers that are not followed here."""
    sp = registers[_SP]
    if code in (0xDA, 0xDB):  # save_fregp_x
        registers[_SP] = sp + 8 * ((value & 0x3F) + 1)
    elif code == 0xDE:
        registers[_SP] = sp + 8 * ((value & 0x1F) + 1)
    elif code == 0xE0:
        registers[_SP] = sp + 16 * (value & 0xFFFFFF)
    elif code == 0xE1:
        registers[_SP] = registers[_FP]
    elif code == 0xE2:
        registers[_SP] = registers[_FP] - 8 * (value & 0xFF)
    elif code not in (0xD8, 0xD9, 0xDC, 0xDD, 0xE3, 0xE5, 0xE6, 0xFC):
        return False
    return True


def _unpack(kernel: Kernel, word: int, registers: list[int]) -> int:
    """Undo the prologue of a packed record; the frame's address."""
    reg_f, reg_i, homes = word >> 13 & 7, word >> 16 & 15, word >> 20 & 1
    kind, frame = word >> 21 & 3, (word >> 23) * 16
    integers = 8 * reg_i + (8 if kind == 1 else 0)
    floats = 8 * (reg_f + 1) if reg_f else 0
    saved = (integers + floats + 64 * homes + 15) & -16
    load = kernel.machine.load
    if kind >= 2:
        sp = registers[_FP]
        registers[_FP], registers[_LR] = load(sp), load(sp + 8)
    else:
        sp = registers[_SP]
    sp += frame - saved
    for index in range(reg_i):
        registers[19 + index] = load(sp + 8 * index)
    if kind == 1:
        registers[_LR] = load(sp + 8 * reg_i)
    registers[_SP] = sp + saved
    return sp + saved
