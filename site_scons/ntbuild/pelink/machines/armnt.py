"""Linking armnt: its relocation types, its import thunks and its range-extension thunks.

All code is Thumb-2. Pointers to code and 32-bit distances to it use ``Places.address``, which has
bit 0 set; branches and offsets in a section use ``Places.target``, which has not.

Sources: PE Format, "ARM Processors"; Arm Architecture Reference Manual (ARMv7-A) for the
encodings T3 of MOVW/MOVT and T1, T3, T4 of the branches.
"""

from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pecoff.constants import IMAGE_FILE_MACHINE, IMAGE_REL_BASED
from ntbuild.pecoff.constants import IMAGE_REL_ARM as REL
from ntbuild.pecoff.machine import MACHINES

from .target import (
    Branch,
    Places,
    Target,
    Thunk,
    image_relative32,
    nothing,
    outside_signed,
    relative32,
    section_number,
    section_relative32,
    table,
    wrapping_address32,
)


def _immediate16(first: Integers, second: Integers) -> Integers:
    """The 16-bit immediate of a MOVW or MOVT: imm4:i:imm3:imm8."""
    return (first & 0xF) << 12 | (first >> 10 & 1) << 11 | (second >> 12 & 7) << 8 | second & 0xFF


def _store_immediate16(places: Places, skip: int, value: Integers) -> None:
    first, second = places.load("<u2", skip), places.load("<u2", skip + 2)
    first = first & 0xFBF0 | (value >> 12 & 0xF) | (value >> 11 & 1) << 10
    second = second & 0x8F00 | (value >> 8 & 7) << 12 | value & 0xFF
    places.store("<u2", first, skip)
    places.store("<u2", second, skip + 2)


def _mov32(places: Places) -> Flags | None:
    """A MOVW and MOVT pair that load a 32-bit virtual address."""
    low = _immediate16(places.load("<u2", 0), places.load("<u2", 2))
    high = _immediate16(places.load("<u2", 4), places.load("<u2", 6))
    not_a_pair: Flags = (places.load("<u2", 0) & 0xFBF0 != 0xF240) | (
        places.load("<u2", 4) & 0xFBF0 != 0xF2C0
    )
    # The pair is one 32-bit number, of which the halves are only loaded apart: a carry goes up.
    value = ((high << 16 | low) + places.address + places.image_base) & 0xFFFFFFFF
    _store_immediate16(places, 0, value & 0xFFFF)
    _store_immediate16(places, 4, value >> 16)
    return not_a_pair


def _branch24(places: Places) -> Flags | None:
    """B.W, BL and BLX: S:I1:I2:imm10:imm11:0, where J1 and J2 hold I1 and I2 mixed with S.

    The objects of known compilers have no addend here; it is read all the same.
    """
    first, second = places.load("<u2"), places.load("<u2", 2)
    sign = first >> 10 & 1
    i1 = ~(second >> 13 ^ sign) & 1
    i2 = ~(second >> 11 ^ sign) & 1
    addend = -sign << 24 | i1 << 23 | i2 << 22 | (first & 0x3FF) << 12 | (second & 0x7FF) << 1
    # Compilers leave J1 = J2 = 1 with S = 0 for "no addend", and some leave all bits clear.
    addend = np.where((first & 0x7FF == 0) & (second & 0x7FF == 0), 0, addend)
    # Thumb counts from the instruction's address plus four.
    distance = addend + places.target - places.place - 4
    negative = (distance < 0).astype(np.int64)
    j1 = ~(distance >> 23 ^ negative) & 1
    j2 = ~(distance >> 22 ^ negative) & 1
    places.store("<u2", first & 0xF800 | negative << 10 | distance >> 12 & 0x3FF)
    places.store("<u2", second & 0xD000 | j1 << 13 | j2 << 11 | distance >> 1 & 0x7FF, 2)
    return outside_signed(distance, 25)


def _branch20(places: Places) -> Flags | None:
    """A conditional B.W: S:J2:J1:imm6:imm11:0."""
    first, second = places.load("<u2"), places.load("<u2", 2)
    sign = first >> 10 & 1
    addend = (
        -sign << 20
        | (second >> 11 & 1) << 19
        | (second >> 13 & 1) << 18
        | (first & 0x3F) << 12
        | (second & 0x7FF) << 1
    )
    distance = addend + places.target - places.place - 4
    negative = (distance < 0).astype(np.int64)
    places.store("<u2", first & 0xFBC0 | negative << 10 | distance >> 12 & 0x3F)
    low = (distance >> 18 & 1) << 13 | (distance >> 19 & 1) << 11 | distance >> 1 & 0x7FF
    places.store("<u2", second & 0xD000 | low, 2)
    return outside_signed(distance, 21)


TARGET: Final = Target(
    machine=MACHINES["arm"],
    fixups=table(
        REL,
        {
            REL.ABSOLUTE: (0, nothing),
            REL.ADDR32: (4, wrapping_address32),
            REL.ADDR32NB: (4, image_relative32),
            REL.REL32: (4, relative32(4)),
            REL.SECTION: (2, section_number),
            REL.SECREL: (4, section_relative32),
            REL.MOV32T: (8, _mov32),
            REL.BRANCH20T: (4, _branch20),
            REL.BRANCH24T: (4, _branch24),
            REL.BLX23T: (4, _branch24),
        },
        {REL.ADDR32: IMAGE_REL_BASED.HIGHLOW, REL.MOV32T: IMAGE_REL_BASED.THUMB_MOV32},
    ),
    # movw ip, slot; movt ip, slot; ldr.w pc, [ip]
    thunk=Thunk(bytes.fromhex("40f2000c c0f2000c dcf800f0"), 4, ((0, int(REL.MOV32T)),)),
    pointer=int(REL.ADDR32),
    image_relative=int(REL.ADDR32NB),
    runtime_function_size=8,
    must_be_relocatable=True,
    # No compiler writes @feat.00 for this machine, so nothing follows from its absence.
    marks_features=False,
    other_efi_machine=IMAGE_FILE_MACHINE.THUMB,  # as the UEFI specification, 2.1.1, has it
    thumb=True,
    branches={
        int(REL.BRANCH20T): Branch(1 << 20, 4, 0x2FFF043F),
        int(REL.BRANCH24T): Branch(1 << 24, 4, 0x07FF07FF),
        int(REL.BLX23T): Branch(1 << 24, 4, 0x07FF07FF),
    },
    # movw ip, target; movt ip, target; bx ip
    far_thunk=Thunk(bytes.fromhex("40f2000c c0f2000c 6047"), 4, ((0, int(REL.MOV32T)),)),
)
