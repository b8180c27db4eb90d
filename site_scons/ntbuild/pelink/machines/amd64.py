"""Linking x64: its relocation types, and the code of its import thunks.

REL32_1 to REL32_5 differ only in where the distance is counted from: an immediate operand of so
many bytes follows the field, and the processor counts from the instruction's end.

Source: PE Format, "x64 Processors".
"""

from typing import Final

from ntbuild.pecoff.constants import IMAGE_REL_AMD64 as REL
from ntbuild.pecoff.constants import IMAGE_REL_BASED
from ntbuild.pecoff.machine import MACHINES

from .target import (
    Target,
    Thunk,
    address32,
    image_relative32,
    nothing,
    pointer64,
    relative32,
    section_number,
    section_relative7,
    section_relative32,
    table,
)

TARGET: Final = Target(
    machine=MACHINES["x64"],
    fixups=table(
        REL,
        {
            REL.ABSOLUTE: (0, nothing),
            REL.ADDR64: (8, pointer64),
            REL.ADDR32: (4, address32),
            REL.ADDR32NB: (4, image_relative32),
            REL.REL32: (4, relative32(4)),
            REL.REL32_1: (4, relative32(5)),
            REL.REL32_2: (4, relative32(6)),
            REL.REL32_3: (4, relative32(7)),
            REL.REL32_4: (4, relative32(8)),
            REL.REL32_5: (4, relative32(9)),
            REL.SECTION: (2, section_number),
            REL.SECREL: (4, section_relative32),
            REL.SECREL7: (1, section_relative7),
        },
        {REL.ADDR64: IMAGE_REL_BASED.DIR64, REL.ADDR32: IMAGE_REL_BASED.HIGHLOW},
    ),
    thunk=Thunk(bytes.fromhex("ff2500000000"), 16, ((2, int(REL.REL32)),)),  # jmp *[rip + slot]
    pointer=int(REL.ADDR64),
    image_relative=int(REL.ADDR32NB),
    runtime_function_size=12,
    # A patch is a jump through a pointer: six bytes before the function.
    patch_room=6,
    branch_opcodes={int(REL.REL32): bytes([0xE8, 0xE9, *range(0x80, 0x90)])},  # call, jmp, 0F 8x
    trap=0xCC,
    distances=(int(REL.REL32),),
    plain_fields={
        int(REL.ADDR64): "<i8",
        int(REL.ADDR32): "<i4",
        int(REL.ADDR32NB): "<i4",
        **{int(kind): "<i4" for kind in range(REL.REL32, REL.REL32_5 + 1)},
    },
)
