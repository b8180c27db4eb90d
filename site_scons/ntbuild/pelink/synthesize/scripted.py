"""What a linker script adds between inputs (symbols, gaps, data), as an object."""

from collections.abc import Sequence

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.script.plan import MadeContribution

from .imports import MadeObject

_ABSOLUTE = -1
_EMPTY = int(IMAGE_SCN.CNT_UNINITIALIZED_DATA | IMAGE_SCN.MEM_READ)


def script_object(made: Sequence[MadeContribution], target: Target, order: str) -> MadeObject:
    """The object with a section for each contribution; symbols are spelled as in the script.

    Contributions that are computed later are uninitialised: gaps need no bytes in the file.
    """
    sections, symbols = [], []
    for each in made:
        if each.absolute:
            symbols.append(MadeSymbol(each.symbol.encode(), _ABSOLUTE, each.value))
            continue
        # A pointer is given with the most bytes that one may have; its machine decides.
        data = each.data[: target.machine.pointer_size] if each.is_pointer else each.data
        if each.is_computed:
            section = MadeSection(each.section, b"", _EMPTY, each.alignment, size=0)
        else:
            section = MadeSection(each.section, data, alignment=each.alignment)
        sections.append(section)
        if each.symbol:
            symbols.append(MadeSymbol(each.symbol.encode(), len(sections), each.value))
    image = write_object(int(target.machine.id), sections, symbols)
    return MadeObject("linker script", order, image)
