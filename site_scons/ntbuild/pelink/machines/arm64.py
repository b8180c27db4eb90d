"""Linking arm64: its relocation types, its import thunks and its range-extension thunks.

Addends live inside instruction fields, and the offset of a load or store counts units of the size
that it accesses: the same relocation type on ``ldr x0`` and on ``ldrb w0`` adds different numbers.

Sources: PE Format, "ARM64 Processors"; Arm Architecture Reference Manual for the encodings.
"""

from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pecoff.constants import IMAGE_REL_ARM64 as REL
from ntbuild.pecoff.constants import IMAGE_REL_BASED
from ntbuild.pecoff.machine import MACHINES

from .target import (
    Apply,
    Branch,
    Places,
    Target,
    Thunk,
    address32,
    image_relative32,
    nothing,
    outside_signed,
    pointer64,
    relative32,
    section_number,
    section_relative32,
    table,
)


def _signed(values: Integers, bits: int) -> Integers:
    """The low ``bits`` of values as signed numbers."""
    sign = 1 << (bits - 1)
    return ((values & ((1 << bits) - 1)) ^ sign) - sign


def _address21(places: Places, shift: int) -> Flags:
    """ADR and ADRP: 21 bits, the lowest two at bit 29 and the others at bit 5."""
    word = places.load("<u4")
    addend = _signed((word >> 29 & 3) | (word >> 5 & 0x7FFFF) << 2, 21)
    # ADRP counts pages from the page of its own address, so both are cut before the difference.
    distance = ((places.target + addend) >> shift) - (places.place >> shift)
    kept = word & ~np.int64(0x60FFFFE0)
    places.store("<u4", kept | (distance & 3) << 29 | (distance >> 2 & 0x7FFFF) << 5)
    return outside_signed(distance, 21)


def _page_base(places: Places) -> Flags | None:
    return _address21(places, 12)


def _near_address(places: Places) -> Flags | None:
    return _address21(places, 0)


def _immediate12(places: Places, word: Integers, value: Integers) -> None:
    places.store("<u4", word & ~np.int64(0xFFF << 10) | (value & 0xFFF) << 10)


def _add_immediate(places: Places, base: Integers | int, shift: int) -> Integers:
    """ADD with a 12-bit immediate; returns the offset before it was cut to 12 bits."""
    word = places.load("<u4")
    value = (word >> 10 & 0xFFF) + places.target - base
    _immediate12(places, word, value >> shift)
    return value


def _page_offset_add(places: Places) -> Flags | None:
    _add_immediate(places, 0, 0)
    return None


def _load_offset(places: Places, base: Integers | int) -> Flags:
    """LDR and STR: the immediate counts units of the access size, which the opcode tells."""
    word = places.load("<u4")
    size = word >> 30 & 3
    # A SIMD register (bit 26) with the high opc bit (bit 23) is a 128-bit access.
    size = np.where((word & 0x04800000) == 0x04800000, 4, size)
    # Symbol and addend together may lie in the page after the symbol's: their ADRP leads there.
    value = ((word >> 10 & 0xFFF) << size) + places.target - base & 0xFFF
    # The offset in the page must be a multiple of the access size: the field cannot hold another.
    _immediate12(places, word, value >> size)
    unaligned: Flags = (value & ((1 << size) - 1)) != 0
    return unaligned


def _page_offset_load(places: Places) -> Flags | None:
    return _load_offset(places, 0)


def _section_low_add(places: Places) -> Flags | None:
    _add_immediate(places, places.section_start, 0)
    nowhere: Flags = places.section_number == 0
    return nowhere


def _section_high_add(places: Places) -> Flags | None:
    value = _add_immediate(places, places.section_start, 12)
    bad: Flags = (places.section_number == 0) | (value >= 1 << 24)
    return bad


def _section_low_load(places: Places) -> Flags | None:
    bad: Flags = _load_offset(places, places.section_start) | (places.section_number == 0)
    return bad


def _branch(bits: int, position: int) -> Apply:
    """A branch distance in words, ``bits`` wide, at bit ``position``."""
    mask = (1 << bits) - 1

    def apply(places: Places) -> Flags | None:
        word = places.load("<u4")
        addend = _signed(word >> position, bits) << 2
        # Instructions are words: a distance that is no multiple of four leads into one's middle.
        distance = places.target + addend - places.place
        places.store("<u4", word & ~np.int64(mask << position) | (distance >> 2 & mask) << position)
        bad: Flags = outside_signed(distance, bits + 2) | (distance & 3 != 0)
        return bad

    return apply


TARGET: Final = Target(
    machine=MACHINES["arm64"],
    fixups=table(
        REL,
        {
            REL.ABSOLUTE: (0, nothing),
            REL.ADDR32: (4, address32),
            REL.ADDR32NB: (4, image_relative32),
            REL.BRANCH26: (4, _branch(26, 0)),
            REL.PAGEBASE_REL21: (4, _page_base),
            REL.REL21: (4, _near_address),
            REL.PAGEOFFSET_12A: (4, _page_offset_add),
            REL.PAGEOFFSET_12L: (4, _page_offset_load),
            REL.SECREL: (4, section_relative32),
            REL.SECREL_LOW12A: (4, _section_low_add),
            REL.SECREL_HIGH12A: (4, _section_high_add),
            REL.SECREL_LOW12L: (4, _section_low_load),
            REL.SECTION: (2, section_number),
            REL.ADDR64: (8, pointer64),
            REL.BRANCH19: (4, _branch(19, 5)),
            REL.BRANCH14: (4, _branch(14, 5)),
            REL.REL32: (4, relative32(4)),
        },
        {REL.ADDR64: IMAGE_REL_BASED.DIR64, REL.ADDR32: IMAGE_REL_BASED.HIGHLOW},
    ),
    # adrp x16, slot; ldr x16, [x16, slot]; br x16
    thunk=Thunk(
        bytes.fromhex("10000090 100240f9 00021fd6"),
        4,
        ((0, int(REL.PAGEBASE_REL21)), (4, int(REL.PAGEOFFSET_12L))),
    ),
    pointer=int(REL.ADDR64),
    image_relative=int(REL.ADDR32NB),
    runtime_function_size=8,
    # Windows for Arm moves every program and refuses those that cannot be moved.
    must_be_relocatable=True,
    branches={
        int(REL.BRANCH26): Branch(1 << 27, 0, 0x03FFFFFF),
        int(REL.BRANCH19): Branch(1 << 20, 0, 0x7FFFF << 5),
        int(REL.BRANCH14): Branch(1 << 15, 0, 0x3FFF << 5),
    },
    # adrp x16, target; add x16, x16, target; br x16
    far_thunk=Thunk(
        bytes.fromhex("10000090 10020091 00021fd6"),
        4,
        ((0, int(REL.PAGEBASE_REL21)), (4, int(REL.PAGEOFFSET_12A))),
    ),
)
