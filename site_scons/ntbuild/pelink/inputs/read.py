"""Read: bytes become columns, for every object that takes part in the link.

Objects named by the user take part; archive members when they define what is still undefined, and
may in turn need others. So reading goes in waves: each wave is one batch of objects, read and
interned with a fixed number of array operations. At the end the linker adds what it makes
itself: commons, pointers to its own functions, the export directory.

What is hard is the order of things that wait for each other: directives name libraries, libraries
bring objects, objects bring directives, and an entry point may be spelled in several ways.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from ntbuild.pecoff.columns.names import HashCollisionError
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pecoff.object.read import joined
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.model import Tables
from ntbuild.pelink.names.decoration import spellings
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.plan import Plan
from ntbuild.pelink.synthesize.far_thunk import far_thunk_object
from ntbuild.pelink.synthesize.imports import (
    MadeObject,
    import_objects,
    local_imports,
    null_descriptor,
)
from ntbuild.pelink.synthesize.storage import DEBUG_DIRECTORY, common_storage, image_names
from ntbuild.support.paths import windows_name
from ntbuild.support.values import replace

from .additions import (
    commons,
    delay_helper,
    delayed_objects,
    load_config_objects,
    load_config_wanted,
    own_functions_imported,
    pseudo_relocation_list,
    resource_objects,
    scripted_objects,
    warn_of_unused_delays,
)
from .directives import Directives, add_directives, with_directives
from .entry_point import Startup
from .export_requests import ExportWishes, wants_all
from .files import unnamed_whole
from .input_queue import Gathering
from .symbol_index import Intake
from .wrap import ask_for_wrapped, with_wrapped


def read(paths: Sequence[str], options: LinkOptions, plan: Plan, log: Diagnostics) -> Tables:
    """Everything that takes part in the link of ``paths``. Raises LinkError."""
    reader = _Reader(paths, options, plan, log)
    try:
        reader.gathering.open([*paths, *unnamed_whole(options.wholearchive, paths)])
        log.raise_if_errors()
        reader.settle()
    except FormatError as error:
        log.error(str(error), hint=error.hint)
    except HashCollisionError:
        log.error(
            "two different symbol names have the same 64-bit hash: one input was made to do so"
        )
    log.raise_if_errors()
    if reader.entry < 0:
        reader.startup.report_missing(options, log)  # shown together with what else is undefined
    return reader.tables()


class _Reader:
    """The state of the pass: what is still to be read, and what was asked for."""

    def __init__(
        self, paths: Sequence[str], options: LinkOptions, plan: Plan, log: Diagnostics
    ) -> None:
        self.options = options
        self.plan = plan
        self.log = log
        self.intake = Intake()
        self.gathering = Gathering(options, paths, self.intake, log)
        self.asked = Directives()
        for key, value in options.failifmismatch:
            self.asked.match(key, value, "the command line", log)
        self.asked.alignments.update((name, 1 << power) for name, power in options.aligncomm)
        self.superseded = np.zeros(0, np.int64)
        self.dlls: dict[bytes, int] = {}
        self.roots: dict[int, None] = {}
        self.stand_ins: dict[int, bytes] = {}
        self.auto_imported: dict[int, None] = {}
        self.entry = -1
        self.startup = Startup()
        self.exports = ExportWishes(options)
        self.missing_exports: dict[int, str] = {}
        self.module_name = windows_name(options.out or "a.sys")

    # --- waves -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Read waves until nothing is missing that could be found, then add the linker's own."""
        self._open_default_libraries()
        target = self.gathering.decide_machine()
        scripted = scripted_objects(self.plan.defined(), target)
        first = [image_names(target), null_descriptor(target), *far_thunk_object(target)]
        self._wave([*first, *scripted])
        self._open_default_libraries()
        self._decide_entry()
        self._ask_for(self.options.include)
        if self.options.delayload:
            self._ask_for([delay_helper(target)])
        while True:
            self._ask_for_entry()
            self._ask_for([name for name in self.options.includeoptional if self._knows(name)])
            self._ask_for_exports()
            self._ask_for_alternates()
            ask_for_wrapped(self.intake, self.options.wrap, target.machine)
            self._ask_for(load_config_wanted(self.intake, self.options, target))
            self._open_default_libraries()
            if (
                self.gathering.is_empty
                and not self.gathering.pull()
                and not self._find_stand_ins(target)
            ):
                break
            self._wave([])
        self.missing_exports = self._want_missing_exports()
        self.roots.update(dict.fromkeys(self.missing_exports))
        self._finish(target)

    def _open_default_libraries(self) -> None:
        self.gathering.open_default_libraries(self.asked.defaultlib, self.asked.unwanted)

    def _wave(self, made: Iterable[MadeObject]) -> None:
        """Read everything that waits as one batch."""
        waiting = self.gathering
        made = [*made, *import_objects(waiting.imports, self.dlls, waiting.decide_machine())]
        origins = [*waiting.objects, *map(waiting.origin, made)]
        waiting.objects, waiting.imports = [], []
        if not origins:
            return
        self.intake.add_objects(origins)
        batch, stems = self.intake.batches[-1], self.intake.batch_stems[-1]
        machine = waiting.decide_machine().machine
        for row in (batch.objects.machine != machine.id).nonzero()[0].tolist():
            waiting.check_machine(int(batch.objects.machine[row]), origins[row].name)
        self.log.raise_if_errors()
        for row in (stems == self.intake.stems.number(b".drectve")).nonzero()[0].tolist():
            at, size = int(batch.sections.position[row]), int(batch.sections.size[row])
            text = self.intake.pool.buffer[at : at + size].tobytes() if at >= 0 else b""
            add_directives(
                self.asked, text, origins[int(batch.sections.object[row])].name, self.log
            )

    # --- what the user asked for -----------------------------------------------------------------

    def _ask_for(self, names: Sequence[str]) -> None:
        for name_id in self.intake.want([name.encode() for name in names]):
            self.roots[name_id] = None

    def _find(self, name: str) -> bytes | None:
        """The symbol that a C name stands for on this machine, if anything defines it."""
        machine = self.gathering.target.machine if self.gathering.target else MACHINES["x64"]
        known = (each.encode() for each in spellings(name, machine))
        return next((each for each in known if self.intake.is_known(each)), None)

    def _knows(self, name: str) -> bool:
        return self._find(name) is not None

    def _decide_entry(self) -> None:
        """Which function is the entry point, and what for: the names that are defined tell."""
        asked, subsystem = self.options, self.asked.fields.get("subsystem")
        if subsystem and not asked.subsystem:
            asked = replace(asked, subsystem=subsystem)
        self.startup.decide(asked, self.plan.entry or self.asked.entry, self._knows, self.log)

    def _ask_for_entry(self) -> None:
        """Make the entry point a root as soon as something defines it."""
        name = self.startup.name
        symbol = self._find(name) if self.entry < 0 and name else None
        if symbol is not None:
            self.entry = self.intake.want([symbol])[0]
            self.roots = {self.entry: None, **self.roots}

    def _ask_for_exports(self) -> None:
        prefix = self.gathering.target.machine.symbol_prefix if self.gathering.target else ""
        symbols = list(self.exports.ask(self.asked.exports, prefix, self._find))
        self.roots.update(dict.fromkeys(self.intake.want(symbols)))
        self._ask_for(self.asked.include)
        self.asked.include.clear()

    def _want_missing_exports(self) -> dict[int, str]:
        """Ask for what nothing defines although it shall be exported: {name id: export's name}."""
        missing = self.exports.missing
        ids = self.intake.want([name.encode() for name in missing])
        return dict(zip(ids, missing.values(), strict=True))

    def _ask_for_alternates(self) -> None:
        """/alternatename: the second name stands in for a first that nobody defines."""
        for missing, alternate in (*self.options.alternatename, *self.asked.alternatename):
            name_id = self.intake.names.find(self.intake.pool.buffer, missing.encode())
            if (
                name_id >= 0
                and self.intake.is_missing(name_id)
                and not self.intake.is_known(missing.encode())
            ):
                self.intake.want([alternate.encode()])

    def _find_stand_ins(self, target: Target) -> bool:
        """Ask for import slots and plain names that stand in for what is missing."""
        if not self.options.mingw:
            return False
        # Only programs of mingw-w64 need them.
        from ntbuild.pelink.synthesize.pseudo_relocations import READER  # noqa: PLC0415

        from .auto_import import NO_READER, NO_READER_HINT, stand_ins  # noqa: PLC0415

        found = stand_ins(self.intake, self.options, target.machine, self.stand_ins, self.log)
        self.stand_ins.update((each.name_id, each.name) for each in found)
        self.intake.want([each.name for each in found])
        if any(each.is_import for each in found):
            self.auto_imported.update((each.name_id, None) for each in found if each.is_import)
            reader = self._find(READER)
            if reader is None:
                names = (self.intake.text(each.name_id) for each in found if each.is_import)
                notes = [
                    f"the data is {name.decode('utf-8', 'backslashreplace')}" for name in names
                ]
                self.log.error(NO_READER, hint=NO_READER_HINT, notes=tuple(notes[:3]))
            else:
                self._ask_for([reader.decode()])
        return bool(found)

    # --- the linker's own ------------------------------------------------------------------------

    def _finish(self, target: Target) -> None:
        made = []
        storage = commons(self.intake, self.asked.alignments)
        if storage:
            made.append(common_storage(storage, target))
        own = own_functions_imported(self.intake, self.log)
        if own:
            made.append(local_imports(own, target))
        warn_of_unused_delays(self.gathering.delayed, self.options, self.log)
        made += delayed_objects(self.gathering.delayed, target)
        made += self._export_objects(target)
        made += load_config_objects(self.intake, self.options, target)
        if self.options.has_debug_directory:
            made.append(self._debug_directory(target))
        if self.auto_imported:
            made.append(pseudo_relocation_list(target))
        resources, self.superseded = resource_objects(
            self.intake, self.gathering.resources, self.options, target, self.log
        )
        made += resources
        made += scripted_objects(self.plan.provided(self._is_wanted), target)
        if made:
            self._wave(made)

    def _export_objects(self, target: Target) -> list[MadeObject]:
        if wants_all(self.options, has_exports=bool(self.exports.resolved)):
            from .export_all import all_exports  # noqa: PLC0415 - few links want all

            for each in all_exports(self.intake, target.machine, self.options, self.asked.hidden):
                self.exports.resolved.setdefault(each.export.name, each)
        if not self.exports.resolved:
            return []
        from ntbuild.pelink.synthesize.exports import export_directory, ordinal_faults  # noqa: PLC0415

        exports = list(self.exports.resolved.values())
        if self.options.mingw:
            from .export_all import in_order_of_names  # noqa: PLC0415 - as above

            exports = in_order_of_names(exports)
            self.exports.resolved = {each.export.name: each for each in exports}
        faults = list(ordinal_faults(exports))
        for fault in faults:
            self.log.error(fault)
        return [] if faults else [export_directory(exports, self.module_name, target)]

    def _debug_directory(self, target: Target) -> MadeObject:
        from ntbuild.pelink.synthesize.debug_directory import debug_directory  # noqa: PLC0415 - few have one

        codeview = b".debug" in self.intake.stems.texts
        self._ask_for([DEBUG_DIRECTORY.decode()])
        return debug_directory(self.options, self.module_name, target, self.log, codeview=codeview)

    def _is_wanted(self, name: str) -> bool:
        """Whether a name is referenced and nothing defines it: then PROVIDE does."""
        name_id = self.intake.names.find(self.intake.pool.buffer, name.encode())
        return name_id >= 0 and not self.intake.is_defined(name.encode())

    def tables(self) -> Tables:
        """All batches joined; the reader is done."""
        intake = self.intake
        if self.gathering.target is None:
            raise AssertionError("tables() comes after settle()")
        objects = joined(intake.batches)
        alternates = []
        for left, right in (*self.options.alternatename, *self.asked.alternatename):
            ids = [intake.names.find(intake.pool.buffer, each.encode()) for each in (left, right)]
            if min(ids) >= 0:
                alternates.append((ids[0], ids[1]))
        for name_id, stand_in in self.stand_ins.items():
            alternates.append((name_id, intake.names.find(intake.pool.buffer, stand_in)))
        return Tables(
            self.gathering.target,
            intake.pool.buffer,
            objects,
            intake.names,
            with_wrapped(
                intake,
                objects,
                np.concatenate(intake.batch_ids),
                self.options.wrap,
                self.gathering.target.machine,
            ),
            tuple(intake.stems.texts),
            np.concatenate(intake.batch_stems),
            tuple(self.roots),
            self.entry,
            tuple(self.exports.resolved.values()),
            self.module_name,
            tuple(alternates),
            tuple(intake.archives),
            self.superseded,
            tuple(self.auto_imported),
            with_directives(self.options, self.asked.fields, self.startup.subsystem),
            tuple(self.gathering.loaded),
            self.missing_exports,
        )
