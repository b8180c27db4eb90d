"""What the linker adds when every input is read: storage, pointers and tables that inputs ask for.

Each function looks at the intake and says what is needed; ``read`` turns it into objects. What is
hard is that this can only be known at the end: whether a common has a definition, an imported
name is the image's own, or a second resource tree came in with an archive member.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ntbuild.pecoff.columns.arrays import Integers
from ntbuild.pecoff.constants import IMPORT_OBJECT_TYPE
from ntbuild.pecoff.object.import_object import ImportObject
from ntbuild.pecoff.object.read import UNDEFINED
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.imports import MadeObject
from ntbuild.pelink.synthesize.load_config import STRUCTURE, load_config_names, load_config_object
from ntbuild.support.text import decoded

from .symbol_index import COMMON, DEFINED, WANTED, Intake

if TYPE_CHECKING:
    from ntbuild.pelink.script.plan import MadeContribution
    from ntbuild.pelink.synthesize.resources import Found

# ruff: noqa: PLC0415 - what few links need is imported when one does

_COMMON_ALIGNMENT_LIMIT = 32


def commons(intake: Intake, alignments: Mapping[str, int]) -> list[tuple[bytes, int, int]]:
    """(name, size, alignment) of each common without a definition; the largest size wins.

    ``alignments`` are those of ``-aligncomm`` directives, by name.
    """
    wanted = set(intake.ids_in_state(COMMON, DEFINED))
    sizes: dict[int, int] = {}
    batches = zip(intake.batches, intake.batch_ids, strict=True) if wanted else ()
    for batch, ids in batches:
        rows = batch.symbols.rows
        asked = np.where(batch.symbols.section[rows] == UNDEFINED, batch.symbols.value[rows], 0)
        for position in np.flatnonzero(asked).tolist():
            name_id = int(ids[position])
            if name_id in wanted:
                sizes[name_id] = max(sizes.get(name_id, 0), int(asked[position]))
    found = []
    for name_id, size in sizes.items():
        name = intake.text(name_id)
        natural = min(1 << (size - 1).bit_length(), _COMMON_ALIGNMENT_LIMIT)
        directed = alignments.get(decoded(name), 1)
        found.append((name, size, max(natural, directed)))
    return found


def load_config_wanted(intake: Intake, options: LinkOptions, target: Target) -> list[str]:
    """The name of the load configuration, if the image shall have one and something defines it.

    Every image takes one that an object has. Of archives a driver only takes it when an option
    asks for what it holds; other images do always, as with lld-link.
    """
    name = target.machine.symbol_prefix.encode() + STRUCTURE
    asked = options.guard_parts or options.dependentloadflag or options.safeseh
    searched = bool(asked) or not options.is_driver
    found = intake.is_known(name) if searched else intake.is_defined(name)
    return [name.decode()] if found else []


def load_config_objects(intake: Intake, options: LinkOptions, target: Target) -> list[MadeObject]:
    """Tables that are wanted and nothing defines, as one object; none when no table is needed."""
    wanted = [
        name
        for name in load_config_names(target)
        if intake.names.find(intake.pool.buffer, name) >= 0 and not intake.is_defined(name)
    ]
    handlers = target.has_safe_seh and b".sxdata" in intake.stems.texts
    needed = wanted or options.guard_parts or handlers
    return [load_config_object(wanted, target)] if needed else []


def own_functions_imported(intake: Intake, log: Diagnostics) -> list[bytes]:
    """``__imp_`` names that are undefined while the function itself is defined here."""
    found = []
    for name_id in intake.ids_in_state(WANTED, DEFINED):
        name = intake.text(name_id)
        if name.startswith(b"__imp_") and intake.is_defined(name.removeprefix(b"__imp_")):
            shown = decoded(name.removeprefix(b"__imp_"))
            log.warn(f"locally defined symbol imported: {shown} [LNK4217]")
            found.append(name)
    return found


def resource_objects(
    intake: Intake,
    files: Sequence["Found"],
    options: LinkOptions,
    target: Target,
    log: Diagnostics,
) -> tuple[list[MadeObject], Integers]:
    """All resources as one object when trees must be merged, and the section rows it replaces.

    One object's tree alone stays as it is: then there is nothing to merge. Raises FormatError.
    """
    number = intake.stems.number(b".rsrc")
    owners: list[tuple[int, int]] = []
    for batch_number, stems in enumerate(intake.batch_stems):
        objects = intake.batches[batch_number].sections.object[stems == number]
        owners += [(batch_number, owner) for owner in dict.fromkeys(objects.tolist())]
    if len(owners) + bool(files) < 2 and not files:
        return [], np.zeros(0, np.int64)
    from ntbuild.pelink.synthesize.resources import object_resources, resource_object

    found = list(files)
    replaced = [np.zeros(0, np.int64)]
    first_rows = np.cumsum([0, *(len(batch.sections) for batch in intake.batches)])
    for batch_number, owner in owners:
        batch = intake.batches[batch_number]
        mine = (batch.sections.object == owner) & (intake.batch_stems[batch_number] == number)
        rows = np.flatnonzero(mine)
        found += object_resources(intake.pool.buffer, batch, rows, owner)
        replaced.append(rows + first_rows[batch_number])
    force = "multipleres" in options.force
    return [resource_object(found, target, log, force=force)], np.concatenate(replaced)


def scripted_objects(made: Sequence["MadeContribution"], target: Target) -> list[MadeObject]:
    """What a linker script's statements stand for, as one object."""
    if not made:
        return []
    from ntbuild.pelink.synthesize.scripted import script_object

    return [script_object(made, target)]


def pseudo_relocation_list(target: Target) -> MadeObject:
    """The list for start-up code, still empty."""
    from ntbuild.pelink.synthesize.pseudo_relocations import pseudo_relocation_object

    return pseudo_relocation_object(target)


# --- imports that wait for their first call ------------------------------------------------------


def is_delayed(imported: ImportObject, options: LinkOptions, name: str, log: Diagnostics) -> bool:
    """Whether /delayload names the DLL of an import; data cannot wait, which is an error."""
    dll = decoded(imported.dll)
    if dll.lower() not in (each.lower() for each in options.delayload):
        return False
    if imported.type != IMPORT_OBJECT_TYPE.CODE:
        shown = decoded(imported.symbol)
        log.error(
            f"cannot delay-load '{dll}' due to import of data symbol '{shown}' [LNK1194]",
            place=name,
        )
    return True


def delay_helper(target: Target) -> str:
    """The symbol of the run-time's function that looks an import up."""
    from ntbuild.pelink.synthesize.delay_imports import DELAY_CODE

    return DELAY_CODE[target.machine.name].helper.decode()


def delayed_objects(delayed: Sequence[ImportObject], target: Target) -> list[MadeObject]:
    """The objects for imports that wait."""
    if not delayed:
        return []
    from ntbuild.pelink.synthesize.delay_imports import delay_import_objects

    return list(delay_import_objects(delayed, target))


def warn_of_unused_delays(
    delayed: Sequence[ImportObject], options: LinkOptions, log: Diagnostics
) -> None:
    """DLLs that /delayload names and nothing is imported from."""
    used = {decoded(each.dll).lower() for each in delayed}
    for dll in options.delayload:
        if dll.lower() not in used:
            log.warn(f"/delayload:{dll} ignored; no imports found from {dll} [LNK4199]")
