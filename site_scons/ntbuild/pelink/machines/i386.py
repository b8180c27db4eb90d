"""Linking x86: its relocation types, and the code of its import thunks.

Code and data hold absolute addresses, each of which needs a base relocation. Addresses are
calculated modulo 4 GiB, so no 32-bit field overflows.

Source: PE Format, "Intel 386 Processors".
"""

from typing import Final

from ntbuild.pecoff.columns.arrays import Flags
from ntbuild.pecoff.constants import IMAGE_REL_BASED
from ntbuild.pecoff.constants import IMAGE_REL_I386 as REL
from ntbuild.pecoff.machine import MACHINES

from .target import (
    Places,
    Target,
    Thunk,
    image_relative32,
    nothing,
    outside_signed,
    relative32,
    section_number,
    section_relative7,
    section_relative32,
    table,
    wrapping_address32,
)


def _relative32(places: Places) -> Flags | None:
    """A 32-bit distance, which wraps at 4 GiB and so reaches every address."""
    relative32(4)(places)
    return None


def _address16(places: Places) -> Flags | None:
    values = places.load("<u2") + places.target + places.image_base
    places.store("<u2", values & 0xFFFF)
    return (values < 0) | (values > 0xFFFF)


def _relative16(places: Places) -> Flags | None:
    values = places.load("<i2") + places.target - places.place - 2
    places.store("<i2", values)
    return outside_signed(values, 16)


TARGET: Final = Target(
    machine=MACHINES["x86"],
    fixups=table(
        REL,
        {
            REL.ABSOLUTE: (0, nothing),
            REL.DIR16: (2, _address16),
            REL.REL16: (2, _relative16),
            REL.DIR32: (4, wrapping_address32),
            REL.DIR32NB: (4, image_relative32),
            REL.REL32: (4, _relative32),
            REL.SECTION: (2, section_number),
            REL.SECREL: (4, section_relative32),
            REL.SECREL7: (1, section_relative7),
        },
        {REL.DIR32: IMAGE_REL_BASED.HIGHLOW},
    ),
    thunk=Thunk(bytes.fromhex("ff2500000000"), 16, ((2, int(REL.DIR32)),)),  # jmp *[slot]
    pointer=int(REL.DIR32),
    image_relative=int(REL.DIR32NB),
    runtime_function_size=0,
    # Handlers are listed on the stack, where an overflow can replace them; others have .pdata.
    has_safe_seh=True,
    legacy_load_config_size=64,
    # A patch is a jump with a 32-bit distance: five bytes before the function.
    patch_room=5,
    trap=0xCC,
    call=int(REL.REL32),
    distances=(int(REL.REL32),),
    plain_fields={int(REL.DIR32): "<i4", int(REL.DIR32NB): "<i4"},
)
