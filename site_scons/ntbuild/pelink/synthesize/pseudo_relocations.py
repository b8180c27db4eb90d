"""Room for the list of runtime pseudo relocations, which ``auto_import`` sizes and fills."""

from ntbuild.pecoff.object_writer import MadeSection, write_object
from ntbuild.pelink.machines.target import Target

from .imports import MadeObject


def pseudo_relocation_object(section: str, target: Target) -> MadeObject:
    """An object with an empty section that the list will stand in."""
    empty = MadeSection(section, b"", alignment=4)
    return MadeObject(
        "runtime pseudo relocations", "~", write_object(int(target.machine.id), [empty], [])
    )
