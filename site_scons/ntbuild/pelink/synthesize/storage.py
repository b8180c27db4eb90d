"""Storage for common symbols, and the names of the image itself, as objects.

A common symbol is a request for zeroed bytes; the largest request for a name wins. The image's own
names (``__ImageBase``) are defined in a section that is never placed, so their RVA is 0.
"""

from collections.abc import Iterable
from functools import lru_cache

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.script.plan import COMMON_OBJECT

from .imports import MadeObject

HEADER_SECTION = ".image$0"
"""The section of the image's first byte, at RVA 0."""

DEBUG_DIRECTORY = b"\x7fntbuild_debug_directory"
"""The name of the debug directory, where an image has one: no compiler can make such a name."""

_BSS = int(IMAGE_SCN.CNT_UNINITIALIZED_DATA | IMAGE_SCN.MEM_READ | IMAGE_SCN.MEM_WRITE)


def common_storage(commons: Iterable[tuple[bytes, int, int]], target: Target) -> MadeObject:
    """The object with zeroed storage for each common symbol: (name, size, alignment)."""
    sections, symbols = [], []
    # One section each, so that garbage collection drops those that nothing refers to.
    for name, size, alignment in commons:
        sections.append(MadeSection(".bss", b"", _BSS, alignment, size=size))
        symbols.append(MadeSymbol(name, len(sections)))
    return MadeObject(COMMON_OBJECT, "~", write_object(int(target.machine.id), sections, symbols))


@lru_cache
def image_names(target: Target) -> MadeObject:
    """The object with ``__ImageBase`` as C spells it on the machine, and GNU ld's names for it."""
    prefix = target.machine.symbol_prefix.encode()
    names = dict.fromkeys((prefix + b"__ImageBase", b"__image_base__", prefix + b"__image_base__"))
    symbols = [MadeSymbol(name, 1) for name in names]
    section = MadeSection(HEADER_SECTION, b"", int(IMAGE_SCN.MEM_READ))
    return MadeObject("image", "~", write_object(int(target.machine.id), [section], symbols))
