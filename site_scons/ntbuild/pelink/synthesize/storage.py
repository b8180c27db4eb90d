"""Storage that no object's section holds: commons, and the names of the image itself.

A common symbol is a request for zeroed bytes; the largest request of a name wins. The image's own
names (``__ImageBase``) stand in a section that is never placed, so their RVA is 0.
"""

from collections.abc import Iterable
from functools import lru_cache

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.machines.target import Target

from .imports import MadeObject

HEADER_SECTION = ".image$0"
"""Stands for the image's first byte, at RVA 0."""

DEBUG_DIRECTORY = b"\x7fntbuild_debug_directory"
"""The name of the debug directory, where an image has one: no compiler can make such a name."""

_BSS = int(IMAGE_SCN.CNT_UNINITIALIZED_DATA | IMAGE_SCN.MEM_READ | IMAGE_SCN.MEM_WRITE)


def common_storage(commons: Iterable[tuple[bytes, int, int]], target: Target) -> MadeObject:
    """Zeroed storage for (name, size, alignment) of every common symbol."""
    sections, symbols = [], []
    for name, size, alignment in commons:
        sections.append(MadeSection(".bss", b"", _BSS, alignment, size=size))
        symbols.append(MadeSymbol(name, len(sections)))
    return MadeObject(
        "common symbols", "~", write_object(int(target.machine.id), sections, symbols)
    )


@lru_cache
def image_names(target: Target) -> MadeObject:
    """``__ImageBase`` as C code spells it on the machine, and GNU ld's names of the same place."""
    prefix = target.machine.symbol_prefix.encode()
    names = dict.fromkeys((prefix + b"__ImageBase", b"__image_base__", prefix + b"__image_base__"))
    symbols = [MadeSymbol(name, 1) for name in names]
    section = MadeSection(HEADER_SECTION, b"", int(IMAGE_SCN.MEM_READ))
    return MadeObject("image", "~", write_object(int(target.machine.id), [section], symbols))
