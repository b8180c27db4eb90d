"""The empty section of the list of run-time pseudo relocations, as an object.

`output.pseudo_relocations` gives it a size and fills it in.
"""

from typing import Final

from ntbuild.pecoff.object.write import MadeSection, write_object
from ntbuild.pelink.machines.target import Target

from .imports import MadeObject

LIST_SECTION: Final = ".rdata_runtime_pseudo_reloc"

READER: Final = "_pei386_runtime_relocator"
"""The C name of the function that reads the list at start-up."""


def pseudo_relocation_object(target: Target) -> MadeObject:
    """An object with one empty section, in which the list will stand."""
    empty = MadeSection(LIST_SECTION, b"", alignment=4)
    return MadeObject(
        "runtime pseudo relocations", "~", write_object(int(target.machine.id), [empty], [])
    )
