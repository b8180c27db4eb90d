"""Makers: what the linker adds when every input is read, as objects that are read like any other.

Each function looks at the index and gives the objects that are needed, which are few or none.
This can only be known at the end: whether a common has a definition, an imported name is the
image's own, or a second resource tree came in with an archive member.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ntbuild.pecoff.columns.arrays import Integers
from ntbuild.pecoff.constants import IMPORT_OBJECT_TYPE
from ntbuild.pecoff.object.import_object import ImportObject
from ntbuild.pecoff.object.read import UNDEFINED
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.plan import MadeContribution, Plan
from ntbuild.pelink.synthesize.imports import MadeObject, local_imports
from ntbuild.pelink.synthesize.load_config import STRUCTURE, load_config_names, load_config_object
from ntbuild.pelink.synthesize.storage import common_storage
from ntbuild.support.text import decoded

from .export_requests import ExportRequests, exports_all
from .symbol_index import COMMON, DEFINED, REQUESTED, SymbolIndex

if TYPE_CHECKING:
    from ntbuild.pelink.synthesize.resources import Found

# ruff: noqa: PLC0415 - what few links need is imported when one does

_COMMON_ALIGNMENT_LIMIT = 32


def commons(
    index: SymbolIndex, alignments: Mapping[str, int], target: Target
) -> Iterator[MadeObject]:
    """Storage for the commons that nothing defines, as one object.

    ``alignments`` are those of ``-aligncomm`` directives in bytes, by name.
    """
    storage = common_sizes(index, alignments)
    if storage:
        yield common_storage(storage, target)


def common_sizes(index: SymbolIndex, alignments: Mapping[str, int]) -> list[tuple[bytes, int, int]]:
    """(name, size, alignment) of each common without a definition; the largest size wins.

    Sizes and alignments are bytes. Without a directive a common is aligned to its size rounded up
    to a power of two, at most 32, as link.exe does it.
    """
    without_definition = set(index.ids_in_state(COMMON, DEFINED))
    sizes: dict[int, int] = {}
    batches = zip(index.batches, index.batch_ids, strict=True) if without_definition else ()
    for batch, ids in batches:
        rows = batch.symbols.rows
        # The value of an undefined symbol is its size as a common, 0 of a mere reference.
        requested = np.where(batch.symbols.section[rows] == UNDEFINED, batch.symbols.value[rows], 0)
        for position in np.flatnonzero(requested).tolist():
            name_id = int(ids[position])
            if name_id in without_definition:
                sizes[name_id] = max(sizes.get(name_id, 0), int(requested[position]))
    found = []
    for name_id, size in sizes.items():
        name = index.text(name_id)
        natural = min(1 << (size - 1).bit_length(), _COMMON_ALIGNMENT_LIMIT)
        directed = alignments.get(decoded(name), 1)
        found.append((name, size, max(natural, directed)))
    return found


def load_config_requested(
    index: SymbolIndex, options: LinkOptions, target: Target
) -> Iterator[bytes]:
    """The name of the load configuration, if the image is to have one and something defines it.

    Every image takes one that an object has. Of archives a driver only takes it when an option
    needs what it holds; other images do always, as with lld-link.
    """
    name = target.machine.symbol_prefix.encode() + STRUCTURE
    needed = options.guard_parts or options.dependentloadflag or options.safeseh
    searches_archives = bool(needed) or not options.is_driver
    found = index.is_known(name) if searches_archives else index.is_defined(name)
    if found:
        yield name


def load_config_objects(
    index: SymbolIndex, options: LinkOptions, target: Target
) -> Iterator[MadeObject]:
    """The tables that the load configuration refers to and nothing defines, as one object."""
    names = [name for name in load_config_names(target) if index.is_undefined(name)]
    handlers = target.has_safe_seh and b".sxdata" in index.stems.texts
    if names or options.guard_parts or handlers:
        yield load_config_object(names, target)


def own_functions_imported(
    index: SymbolIndex, alternates: Mapping[bytes, bytes], target: Target, log: Diagnostics
) -> Iterator[MadeObject]:
    """Import slots for functions that are the image's own, as one object.

    ``alternates`` has the name that stands in for each one of /alternatename.
    """
    names = own_imports(index, alternates, log)
    if names:
        yield local_imports(names, target)


def own_imports(
    index: SymbolIndex, alternates: Mapping[bytes, bytes], log: Diagnostics
) -> list[bytes]:
    """``__imp_`` names that are undefined while the function itself is defined here; warned of.

    A weak external defines it as well, and so does an alternate name that is defined.
    """
    found = []
    for name_id in index.ids_in_state(REQUESTED, DEFINED):
        name = index.text(name_id)
        own = name.removeprefix(b"__imp_")
        if own != name and (
            index.is_defined(own)
            or index.is_weak(own)
            or (own in alternates and index.is_known(alternates[own]))
        ):
            where = "".join(
                f" (defined in {file})" for file in _files_with(index, own, undefined=False)[:1]
            )
            for file in _files_with(index, name, undefined=True):
                log.warn(
                    f"locally defined symbol imported: {decoded(own)}{where} [LNK4217]",
                    place=file,
                )
            found.append(name)
    return found


def _files_with(index: SymbolIndex, name: bytes, *, undefined: bool) -> list[str]:
    """Files with a symbol of a name, either those that define it or those that do not."""
    name_id = index.names.find(index.pool.buffer, name)
    found: dict[str, None] = {}
    for batch, ids in zip(index.batches, index.batch_ids, strict=True):
        rows = batch.symbols.rows[np.flatnonzero(ids == name_id)]
        rows = rows[(batch.symbols.section[rows] == UNDEFINED) == undefined]
        for owner in batch.symbols.object[rows].tolist():
            found[batch.objects.origins[owner].name] = None
    return list(found)


def resource_objects(
    index: SymbolIndex,
    files: Sequence["Found"],
    options: LinkOptions,
    target: Target,
    log: Diagnostics,
) -> tuple[list[MadeObject], Integers]:
    """All resources as one object when trees must be merged, and the section rows it replaces.

    ``files`` are the resources of .res files. The tree of a single object stays as it is: there
    is nothing to merge. Rows are numbered as in the joined batches. Raises FormatError.
    """
    number = index.stems.number(b".rsrc")
    # (batch, object) of each object with a resource tree, in link order.
    owners: list[tuple[int, int]] = []
    for batch_number, stems in enumerate(index.batch_stems):
        objects = index.batches[batch_number].sections.object[stems == number]
        owners += [(batch_number, owner) for owner in dict.fromkeys(objects.tolist())]
    if len(owners) + bool(files) < 2 and not files:
        return [], np.zeros(0, np.int64)
    from ntbuild.pelink.synthesize.resources import object_resources, resource_object

    found = list(files)
    replaced = [np.zeros(0, np.int64)]
    # Rows of the joined tables: a batch's rows follow those of all batches before it.
    first_rows = np.cumsum([0, *(len(batch.sections) for batch in index.batches)])
    for batch_number, owner in owners:
        batch = index.batches[batch_number]
        is_tree = (batch.sections.object == owner) & (index.batch_stems[batch_number] == number)
        rows = np.flatnonzero(is_tree)
        found += object_resources(index.pool.buffer, batch, rows, owner)
        replaced.append(rows + first_rows[batch_number])
    force = "multipleres" in options.force
    made = resource_object(found, target, log, force=force, mingw=options.mingw)
    return [made], np.concatenate(replaced)


def with_plan_files(
    paths: Sequence[str], plan: Plan, options: LinkOptions, log: Diagnostics
) -> Sequence[str]:
    """The paths of a link with the files that its linker script names."""
    if plan.startup is None and not plan.inputs:
        return paths
    from .script_files import with_script_files

    return with_script_files(paths, plan, options, log)


def scripted_objects(
    plan: Plan, made: Sequence[MadeContribution], target: Target
) -> Iterator[MadeObject]:
    """What a linker script's statements stand for, as one object."""
    if made:
        from ntbuild.pelink.synthesize.scripted import script_object

        yield script_object(made, target, plan.order)


def pseudo_relocation_list(auto_imported: Collection[int], target: Target) -> Iterator[MadeObject]:
    """The list for start-up code, still empty, when there are names that it is about."""
    if auto_imported:
        from ntbuild.pelink.synthesize.pseudo_relocations import pseudo_relocation_object

        yield pseudo_relocation_object(target)


def export_objects(
    index: SymbolIndex,
    exports: ExportRequests,
    hidden: Iterable[str],
    module_name: str,
    target: Target,
    log: Diagnostics,
) -> Iterator[MadeObject]:
    """The export directory, if anything is exported; ``exports`` gets its final order.

    ``hidden`` are names that directives exclude where everything is exported. Ordinals that
    cannot be are errors in ``log``. An object's own directory takes the place of the linker's.
    """
    options, found = exports.options, exports.resolved
    if _has_export_directory(index):
        if found:
            log.warn("literal .edata sections override exports")
        return
    if exports_all(options, has_exports=bool(found)):
        from .export_all import all_exports

        for each in all_exports(index, target.machine, options, hidden):
            found.setdefault(each.export.name, each)
    if not found:
        return
    from ntbuild.pelink.synthesize.exports import export_directory, ordinal_faults

    if options.mingw:
        from .export_all import in_order_of_names

        ordered = in_order_of_names(found.values())
        exports.resolved = {each.export.name: each for each in ordered}
    exported = list(exports.resolved.values())
    faults = list(ordinal_faults(exported))
    for fault in faults:
        log.error(fault)
    if not faults:
        yield export_directory(exported, module_name, target)


def _has_export_directory(index: SymbolIndex) -> bool:
    """Whether an object has an .edata section with bytes."""
    if b".edata" not in index.stems.texts:
        return False
    number = index.stems.number(b".edata")
    return any(
        bool(batch.sections.size[stems == number].any())
        for batch, stems in zip(index.batches, index.batch_stems, strict=True)
    )


def debug_directory_object(
    options: LinkOptions, module_name: str, target: Target, log: Diagnostics
) -> Iterator[MadeObject]:
    """The debug directory, where an option needs one."""
    if options.has_debug_directory:
        from ntbuild.pelink.synthesize.debug_directory import debug_directory

        yield debug_directory(options, module_name, target, log)


# --- imports that wait for their first call ------------------------------------------------------


def is_delayed(imported: ImportObject, options: LinkOptions, name: str, log: Diagnostics) -> bool:
    """Whether /delayload names the DLL of an import; for data, which cannot wait, that is an error.

    ``name`` is what the message calls the import's file.
    """
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
    """The objects for imports that wait for their first call: one per DLL, and the list's end."""
    if not delayed:
        return []
    from ntbuild.pelink.synthesize.delay_imports import delay_import_objects

    return list(delay_import_objects(delayed, target))


def warn_of_unused_delays(
    delayed: Sequence[ImportObject], options: LinkOptions, log: Diagnostics
) -> None:
    """Warn of each DLL that /delayload names and nothing is imported from."""
    used = {decoded(each.dll).lower() for each in delayed}
    for dll in options.delayload:
        if dll.lower() not in used:
            log.warn(f"/delayload:{dll} ignored; no imports found from {dll} [LNK4199]")
