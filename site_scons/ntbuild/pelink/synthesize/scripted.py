"""What a linker script adds between inputs (symbols, gaps, data), as an object."""

from collections.abc import Sequence

from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.script.plan import MadeContribution

from .imports import MadeObject

_ABSOLUTE = -1


def script_object(made: Sequence[MadeContribution], target: Target) -> MadeObject:
    """The object with a section for each contribution; symbols are spelled as in the script."""
    sections, symbols = [], []
    for each in made:
        if each.absolute:
            symbols.append(MadeSymbol(each.symbol.encode(), _ABSOLUTE, each.value))
            continue
        data = each.data[: target.machine.pointer_size] if each.is_pointer else each.data
        sections.append(MadeSection(each.section, data, alignment=each.alignment))
        if each.symbol:
            symbols.append(MadeSymbol(each.symbol.encode(), len(sections), each.value))
    return MadeObject("linker script", "~", write_object(int(target.machine.id), sections, symbols))
