"""The object of a linker script's own contributions: symbols, gaps and data between inputs."""

from collections.abc import Sequence

from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.script.plan import MadeContribution

from .imports import MadeObject

_ABSOLUTE = -1


def script_object(made: Sequence[MadeContribution], target: Target) -> MadeObject:
    """One section a contribution, under its number; symbols are spelled as scripts spell them."""
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
