"""Read: bytes become columns, for every object of the link.

Objects that the user names are part of the link; archive members are once they define a name that
is still undefined, and may in turn request others. Reading therefore goes in batches: each is read
and interned with a fixed number of array operations, however many objects it has.

Names are requested by the askers of ``requests.py``: the entry point, /include, exports and so on.
They are answered by, in this order, objects that wait, archive members and short imports; what the
linker writes itself (``_made_last``) comes at the end.

    main.obj       refers to f; its directives name crt.lib     batch 1
    crt.lib(f.o)   defines f, refers to __imp_g                 batch 2
    k.lib(g)       a short import: the linker writes an object  batch 3

Everything can wait for everything: directives name libraries, libraries bring objects, objects
bring directives, and an entry point may come with any of them. So all askers run again before
each batch, and the pass ends when a round brings nothing new.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ntbuild.pecoff.columns.names import HashCollisionError
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.object.read import joined
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.model import Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.plan import Plan
from ntbuild.pelink.synthesize.far_thunk import far_thunk_object
from ntbuild.pelink.synthesize.imports import MadeObject, import_objects, null_descriptor
from ntbuild.pelink.synthesize.storage import image_names
from ntbuild.support.paths import windows_name
from ntbuild.support.text import encoded

from .additions import (
    commons,
    debug_directory_object,
    delayed_objects,
    export_objects,
    load_config_objects,
    own_functions_imported,
    pseudo_relocation_list,
    resource_objects,
    scripted_objects,
    warn_of_unused_delays,
    with_plan_files,
)
from .directives import Directives, add_directives, with_directives
from .files import unnamed_whole
from .input_queue import InputQueue
from .requests import Requests
from .symbol_index import SymbolIndex
from .wrap import with_wrapped


def read(paths: Sequence[str], options: LinkOptions, plan: Plan, log: Diagnostics) -> Tables:
    """The tables of every object that a link of ``paths`` has. Raises LinkError."""
    reader = _Reader(paths, options, plan, log)
    try:
        paths = with_plan_files(paths, plan, options, log)
        reader.queue.open([*paths, *unnamed_whole(options.wholearchive, paths)])
        log.raise_if_errors()
        reader.read_all()
    except FormatError as error:
        log.error(str(error), hint=error.hint)
    except HashCollisionError:
        log.error(
            "two different symbol names have the same 64-bit hash: one input was made to do so"
        )
    log.raise_if_errors()
    if reader.requests.entry < 0:  # reported together with other undefined names, by ``resolve``
        reader.requests.startup.report_missing(options, log)
    return reader.tables()


class _Reader:
    """The state of the pass: names so far, files that wait, what directives say."""

    def __init__(
        self, paths: Sequence[str], options: LinkOptions, plan: Plan, log: Diagnostics
    ) -> None:
        self.options = options
        self.plan = plan
        self.log = log
        self.index = SymbolIndex()
        self.queue = InputQueue(options, paths, self.index, log)
        self.directives = Directives.of_options(options, log)
        self.requests = Requests(options, self.directives, self.index, log, plan)
        self.dlls: dict[bytes, int] = {}  # rank of each DLL, by its name in lower case
        self.superseded = np.zeros(0, np.int64)  # section rows of resource trees that were merged
        self.module_name = windows_name(options.out or "a.sys")

    # --- batches ---------------------------------------------------------------------------------

    def read_all(self) -> None:
        """Read batches until a round brings nothing new, then what the linker adds itself.

        Raises LinkError, FormatError and HashCollisionError.
        """
        # The machine must be known for the first batch, since the linker writes objects for it. It
        # is that of the first object, which a library of /defaultlib may be the only one to have.
        self._open_default_libraries()
        target = self.queue.decide_machine()
        self._read_batch(_made_first(self.plan, target))
        # The default entry point depends on names that libraries of directives define.
        self._open_default_libraries()
        self.requests.decide_entry(self.plan.entry, target)
        while True:
            self.requests.make()
            self._open_default_libraries()
            # Objects and imports that wait go first: they may define what a member would be pulled
            # for. Substitutes come last, when nothing else can define a name any more.
            if self.queue.is_empty and not self.queue.pull():
                self.requests.substitutes |= self.queue.pull_descriptors(self.dlls)
                if self.queue.is_empty and not self.requests.make_last():
                    break
            self._read_batch()
        self.requests.make_final()
        self._read_batch(list(self._made_last(target)))

    def _open_default_libraries(self) -> None:
        self.queue.open_default_libraries(self.directives)

    def _read_batch(self, made: Iterable[MadeObject] = ()) -> None:
        """Read everything that waits, and ``made``, as one batch; then its directives."""
        queue, index = self.queue, self.index
        made = [*made, *import_objects(queue.imports, self.dlls, queue.decide_machine())]
        origins = [*queue.objects, *map(queue.origin, made)]
        queue.objects, queue.imports = [], []
        if not origins:
            return
        index.add_objects(origins)  # objects before imports: link order is the order of rows
        batch, stems = index.batches[-1], index.batch_stems[-1]
        machine = queue.decide_machine().machine
        for row in (batch.objects.machine != machine.id).nonzero()[0].tolist():
            queue.check_machine(int(batch.objects.machine[row]), origins[row].name)
        self.log.raise_if_errors()
        # Directives are few and need Python: one text a .drectve section, in link order.
        for row in (stems == index.stems.number(b".drectve")).nonzero()[0].tolist():
            at, size = int(batch.sections.position[row]), int(batch.sections.size[row])
            text = index.pool.buffer[at : at + size].tobytes() if at >= 0 else b""
            owner = origins[int(batch.sections.object[row])]
            add_directives(self.directives, text, owner.name, self.log)

    def _made_last(self, target: Target) -> Iterator[MadeObject]:
        """The table of makers: what the linker adds when all inputs are known, as objects."""
        # Their order is that of their sections in the image where nothing else decides.
        index, options, log, requests = self.index, self.options, self.log, self.requests
        yield from commons(index, self.directives.alignments, target)
        yield from own_functions_imported(index, requests.alternate_names(), target, log)
        warn_of_unused_delays(self.queue.delayed, options, log)
        yield from delayed_objects(self.queue.delayed, target)
        yield from export_objects(
            index, requests.exports, self.directives.hidden, self.module_name, target, log
        )
        yield from load_config_objects(index, options, target)
        yield from debug_directory_object(options, self.module_name, target, log)
        yield from pseudo_relocation_list(requests.auto_imported, target)
        resources, self.superseded = resource_objects(
            index, self.queue.resources, options, target, log
        )
        yield from resources
        yield from scripted_objects(
            self.plan, self.plan.provided(lambda name: index.is_undefined(encoded(name))), target
        )

    # --- the result ------------------------------------------------------------------------------

    def tables(self) -> Tables:
        """All batches joined; the reader is done."""
        index, requests = self.index, self.requests
        target = self.queue.decide_machine()
        objects = joined(index.batches)
        ids = np.concatenate(index.batch_ids)
        return Tables(
            target=target,
            buffer=index.pool.buffer,
            objects=objects,
            names=index.names,
            symbol_ids=with_wrapped(index, objects, ids, self.options.wrap, target.machine),
            stems=tuple(index.stems.texts),
            section_stems=np.concatenate(index.batch_stems),
            roots=tuple(requests.roots),
            entry=requests.entry,
            exports=tuple(requests.exports.resolved.values()),
            module_name=self.module_name,
            alternates=requests.alternate_ids(),
            archives=tuple(index.archives),
            superseded=self.superseded,
            auto_imports=tuple(requests.auto_imported),
            options=with_directives(
                self.options, self.directives.fields, requests.startup.subsystem
            ),
            loaded=tuple(self.queue.loaded),
            files=tuple(index.pool.files),
            unexported=requests.missing_exports,
        )


def _made_first(plan: Plan, target: Target) -> list[MadeObject]:
    """What inputs may refer to from the start: the image's own names, the import table's end."""
    made = [image_names(target), null_descriptor(target), *far_thunk_object(target)]
    return [*made, *scripted_objects(plan, plan.defined(), target)]
