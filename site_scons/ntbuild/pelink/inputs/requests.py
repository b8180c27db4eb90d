"""Requests: the names that are looked for without an object that refers to them.

Each asker of the table gives the names that it requests now. It runs again before every batch,
because what it requests may depend on what was read: an export's symbol is known once something
defines it, an alternate name is only of use while its first name is missing.

A name that is a root keeps its section from garbage collection; others (alternates, wrapped names)
only bring an archive member in.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.names.decoration import spellings
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.plan import Plan
from ntbuild.pelink.synthesize.storage import DEBUG_DIRECTORY
from ntbuild.support.text import decoded, encoded
from ntbuild.support.values import replace

from .additions import delay_helper, load_config_requested
from .directives import Directives
from .entry_point import Startup
from .export_requests import ExportRequests, warn_of_duplicates
from .symbol_index import SymbolIndex
from .wrap import wrapped_requests


class Requests:
    """What was requested, and the askers that request it.

    ``roots`` are name ids, the entry point's (``entry``, -1 until it is found) first.
    ``substitutes`` has the name that stands for a missing one, by the missing one's id;
    ``auto_imported`` the ids among them whose substitute is an import slot.
    ``missing_exports`` has the export's name by the id of what nothing defines for it.
    """

    def __init__(
        self,
        options: LinkOptions,
        directives: Directives,
        index: SymbolIndex,
        log: Diagnostics,
        plan: Plan,
    ) -> None:
        self.options = options
        self.directives = directives
        self.index = index
        self.log = log
        self.plan = plan
        self.roots: dict[int, None] = {}
        self.entry = -1
        self.startup = Startup()
        self.exports = ExportRequests(options)
        self.missing_exports: Mapping[int, str] = {}
        self.substitutes: dict[int, bytes] = {}
        self.auto_imported: dict[int, None] = {}
        self._target: Target | None = None

    @property
    def target(self) -> Target:
        """The machine of the link, known since ``decide_entry``."""
        if self._target is None:
            raise AssertionError("decide_entry() comes first")
        return self._target

    # --- the tables ------------------------------------------------------------------------------

    def make(self) -> None:
        """Ask every asker of the table once."""
        for asker, are_roots in _ASKERS:
            ids = self.index.request([*asker(self)])  # all names at once: one array operation
            if are_roots:
                self.roots.update(dict.fromkeys(ids))

    def make_last(self) -> bool:
        """When nothing else is found: request what may stand for missing names; whether any is."""
        found = [*self._substitutes(), *self._undecorated_entry()] if self.options.mingw else []
        self.index.request(found)
        return bool(found)

    def make_final(self) -> None:
        """Request what the linker's own objects define, and missing exports, which are errors."""
        # Exports were looked up by several spellings; what is still missing becomes a root by the
        # name that the user wrote, and ``resolve`` reports it with all other undefined names.
        warn_of_duplicates(self.options.exports, self.target.machine.symbol_prefix, self.log)
        missing = self.exports.missing
        ids = self.index.request([encoded(name) for name in missing])
        self.missing_exports = dict(zip(ids, missing.values(), strict=True))
        self.roots.update(dict.fromkeys(ids))
        if self.options.has_debug_directory:
            self.roots.update(dict.fromkeys(self.index.request([DEBUG_DIRECTORY])))

    # --- names -----------------------------------------------------------------------------------

    def find(self, name: str) -> bytes | None:
        """The symbol that a C or C++ function's name stands for, if anything defines it.

        The name itself and C's decorations of it go first, then names that have an alternate one,
        at last functions of C++ and __vectorcall: of these the first one that objects define, else
        archives.
        """
        # A name with decoration is meant as it is.
        symbol = self._find_plain(name)
        if symbol is None and not name.startswith("?") and "@" not in name:
            for prefix, rest in _DECORATED:
                matches = self.index.names_that_begin(prefix % encoded(name))
                symbol = symbol or next((each for each in matches if rest.search(each)), None)
        return symbol

    def _find_plain(self, name: str) -> bytes | None:
        """As ``find``, without C++ and __vectorcall, for which every name is looked at."""
        likely = [encoded(each) for each in spellings(name, self.target.machine)]
        for symbol in likely:
            if self.index.is_known(symbol) and not self.index.lacks_default(symbol):
                return symbol
        alternates = self.alternate_names()
        for symbol in likely if alternates else ():
            if symbol in alternates and self.index.is_known(alternates[symbol]):
                return symbol
        return None

    def is_found(self, name: str) -> bool:
        """Whether anything defines a symbol of C that a name may stand for."""
        return self._find_plain(name) is not None

    # --- askers ----------------------------------------------------------------------------------

    def included(self) -> Iterator[bytes]:
        """/include, and the helper that /delayload needs."""
        yield from (encoded(name) for name in self.options.include)
        if self.options.delayload:
            yield delay_helper(self.target).encode()

    def decide_entry(self, scripted: str | None, target: Target) -> None:
        """Decide the entry point's C name by the names that are known after the first batch.

        ``scripted`` is the one of a linker script, which goes before those of directives.
        """
        self._target = target
        options, subsystem = self.options, self.directives.fields.get("subsystem")
        if subsystem and not options.subsystem:
            options = replace(options, subsystem=subsystem)
        named = scripted or self.directives.entry
        self.startup.decide(options, named, self.is_found, self.log)

    def entry_point(self) -> Iterator[bytes]:
        """The entry point, once something defines it. It becomes the first root."""
        name = self.startup.name
        symbol = self.find(name) if self.entry < 0 and name else None
        if symbol is not None:
            (self.entry,) = self.index.request([symbol])
            self.roots = {self.entry: None, **self.roots}
            yield symbol

    def optional(self) -> Iterator[bytes]:
        """/includeoptional: names that something defines."""
        return (encoded(name) for name in self.options.includeoptional if self.is_found(name))

    def scripted(self) -> Iterator[bytes]:
        """EXTERN of a linker script and the symbols of its expressions, where they are defined."""
        names = (encoded(name) for name in (*self.plan.references, *self.plan.externs))
        return (name for name in names if self.index.is_known(name))

    def exported(self) -> Iterator[bytes]:
        """What exports stand for, as far as it is defined."""
        prefix = self.target.machine.symbol_prefix
        return self.exports.ask(self.directives.exports, prefix, self.find)

    def included_by_directives(self) -> Iterator[bytes]:
        """/include of directives; each is requested once."""
        while self.directives.include:
            yield encoded(self.directives.include.pop(0))

    def alternates(self) -> Iterator[bytes]:
        """/alternatename: the second name, while nothing defines the first or an import of it."""
        for missing, alternate in self.alternate_names().items():
            for name in (missing, b"__imp_" + missing):
                name_id = self.index.id_of(name)
                if (
                    name_id >= 0
                    and self.index.is_missing(name_id)
                    and not self.index.is_known(name)
                ):
                    yield alternate

    def wrapped(self) -> Iterator[bytes]:
        """--wrap: what references to wrapped names will mean."""
        return wrapped_requests(self.index, self.options.wrap, self.target.machine)

    def load_configuration(self) -> Iterator[bytes]:
        """The load configuration, which the image's headers refer to."""
        return load_config_requested(self.index, self.options, self.target)

    def _substitutes(self) -> list[bytes]:
        """Import slots and undecorated names, for what is missing and has none yet."""
        # Only programs of mingw-w64 need them.
        from .auto_import import reader_of, substitutes  # noqa: PLC0415

        found = substitutes(
            self.index, self.options, self.target.machine, self.substitutes, self.log
        )
        self.substitutes.update((each.name_id, each.name) for each in found)
        imported = [each.name_id for each in found if each.is_import]
        names = [each.name for each in found]
        if imported:
            self.auto_imported.update(dict.fromkeys(imported))
            reader = reader_of(self.find, map(self.index.text, imported), self.log)
            if reader is not None:
                self.roots.update(dict.fromkeys(self.index.request([reader])))
        return names

    def _undecorated_entry(self) -> Iterator[bytes]:
        """An entry point named as stdcall that is defined as cdecl, as GNU ld fixes it up."""
        name = self.startup.name or ""
        plain, at, size = name.rpartition("@")
        is_stdcall = self.target.machine.symbol_prefix and at and size.isdigit()
        if self.entry >= 0 or not is_stdcall or self.options.stdcall_fixup is False:
            return
        symbol = self.find(plain)
        if symbol is not None:
            if not self.options.stdcall_fixup:
                from .auto_import import warn_of_stdcall  # noqa: PLC0415 - as in _substitutes

                warn_of_stdcall(encoded(name), symbol, self.log)
            self.startup.name = decoded(symbol)
            yield symbol

    # --- the result ------------------------------------------------------------------------------

    def alternate_names(self) -> dict[bytes, bytes]:
        """/alternatename: the name that stands in, by the one that it stands in for.

        The first option for a name counts, those of the command line before directives.
        """
        found: dict[bytes, bytes] = {}
        for left, right in (*self.options.alternatename, *self.directives.alternatename):
            found.setdefault(encoded(left), encoded(right))
        return found

    def alternate_ids(self) -> tuple[tuple[int, int], ...]:
        """Pairs of name ids: the second stands in where nothing defines the first."""
        pairs = [
            (self.index.id_of(left), self.index.id_of(right))
            for left, right in self.alternate_names().items()
        ]
        known = [pair for pair in pairs if min(pair) >= 0]
        known += [(name_id, self.index.id_of(name)) for name_id, name in self.substitutes.items()]
        return tuple(known)


_DECORATED: Final = (
    (b"%s@@", re.compile(rb"@@\d+\Z")),  # __vectorcall, with the argument bytes
    (b"?%s@@Y", re.compile(rb"")),  # a C++ function that is no member
)
"""Beginning and end of symbols that a function's name may stand for."""

_Asker = Callable[[Requests], Iterable[bytes]]

_ASKERS: Final[tuple[tuple[_Asker, bool], ...]] = (
    (Requests.included, True),
    (Requests.entry_point, True),
    (Requests.optional, True),
    (Requests.scripted, True),
    (Requests.exported, True),
    (Requests.included_by_directives, True),
    (Requests.alternates, False),
    (Requests.wrapped, False),
    (Requests.load_configuration, True),
)
"""Askers in the order in which they run, and whether the names that they request are roots."""
