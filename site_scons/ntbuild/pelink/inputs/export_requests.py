"""Exports while inputs are being read: what each stands for, as soon as something defines it.

Three kinds of names meet here. The command line and .def files name C functions, directives of
MSVC's kind name symbols, and ``--kill-at`` takes the count of argument bytes from what other
modules see, while importers still refer to the whole symbol. On x86:

    /export:f        finds _f, _f@8 or @f@8; other modules see f
    -export:_f       in a directive: the symbol _f; other modules see f
    --kill-at        _f@8 is exported as f, and the import library resolves _f@8 to it
"""

from collections.abc import Callable, Iterable, Iterator

from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import ResolvedExport
from ntbuild.pelink.names.decoration import without_argument_bytes
from ntbuild.pelink.options import Export, LinkOptions
from ntbuild.support.text import encoded
from ntbuild.support.values import dataclass, field, replace


@dataclass(slots=True)
class ExportRequests:
    """``resolved`` exports by name; ``missing``: the export's name, by what nothing defines yet."""

    options: LinkOptions
    resolved: dict[str, ResolvedExport] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def ask(
        self, directives: Iterable[Export], prefix: str, find: Callable[[str], bytes | None]
    ) -> Iterator[bytes]:
        """Resolve what can be resolved now; gives the symbols that become roots thereby.

        ``prefix`` is the machine's of C names, ``find`` gives the symbol of a name or None.
        """
        named = (self._of_symbol(each, prefix) for each in directives)
        for requested in (*self.options.exports, *named):
            export = _without_argument_bytes(requested) if self.options.kill_at else requested
            if export.name in self.resolved:
                continue
            # ``Name=MODULE.Other`` forwards to another module: there is no symbol to find.
            target = export.target or export.name
            if export.target and "." in export.target:
                self.resolved[export.name] = ResolvedExport(export, b"", encoded(target))
                continue
            symbol = find(target)
            if symbol is None:
                self.missing[target] = export.name  # a library that is opened later may define it
                continue
            self.missing.pop(target, None)
            self.resolved[export.name] = ResolvedExport(export, symbol)
            yield symbol

    def _of_symbol(self, export: Export, prefix: str) -> Export:
        """A directive of MSVC's kind names a symbol; without its underscore it is exported."""
        name = export.name.removeprefix(prefix)
        if self.options.mingw or name == export.name or "@" in name or export.target:
            return export
        return replace(export, name=name, target=export.name, exportas=True)


def _without_argument_bytes(export: Export) -> Export:
    """--kill-at: other modules see the name without the count of its argument bytes."""
    name = without_argument_bytes(export.name)
    return replace(export, name=name, target=export.target or export.name, exportas=True)


def warn_of_duplicates(exports: Iterable[Export], prefix: str, log: Diagnostics) -> None:
    """Warn of exports of one name that differ in anything else: the first one counts.

    ``prefix`` is that of C names on the machine: the warning names the symbol, as lld-link's does.
    """
    first: dict[str, Export] = {}
    for each in exports:
        if first.setdefault(each.name, each) != each:
            log.warn(f"duplicate /export option: {prefix}{each.name}")


def exports_all(options: LinkOptions, *, has_exports: bool) -> bool:
    """Whether a link exports everything: a mingw DLL does unless it exports something by name."""
    if not options.mingw or options.is_driver or options.exclude_all_symbols:
        return False
    return options.export_all_symbols or (options.dll and not has_exports)
