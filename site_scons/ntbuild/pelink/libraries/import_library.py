"""Write import libraries: what a linker needs to know of a DLL, without the DLL.

Symbols and exported names differ on x86: objects reference ``_Close@4``, the kernel exports
``Close``, other DLLs export ``Close@4`` or ``_Close@4``. A short import member holds the decorated
symbol and a rule (name type) that derives the exported name, so the dialect of the .def file
decides the rule (``_Dialect``).

Source: Microsoft "PE Format", "Import Library Format"; the three descriptor objects, the weak
aliases of ``a == b`` and the order of members follow llvm-lib and llvm-dlltool 19, which the
tests compare with byte by byte.
"""

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from ntbuild.pecoff.constants import (
    IMPORT_OBJECT_NAME_TYPE,
    IMPORT_OBJECT_TYPE,
)
from ntbuild.pecoff.machine import MACHINES, Machine
from ntbuild.pecoff.object.import_object import IMPORT_OBJECT_HEADER, import_name
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.model import ResolvedExport, Tables
from ntbuild.pelink.names.decoration import without_argument_bytes
from ntbuild.pelink.options import Export, LinkOptions
from ntbuild.support.inputs import read_input
from ntbuild.support.text import encoded
from ntbuild.support.values import dataclass, replace

from .archive_writer import ArchiveMember, archive_of
from .import_descriptors import import_descriptor, null_import_descriptor, null_thunk, weak_alias
from .module_definition import ModuleDefinition, read_def_bytes

__all__ = ["Import", "write_import_library"]

_NameType = IMPORT_OBJECT_NAME_TYPE
_ImportType = IMPORT_OBJECT_TYPE

_NO_SYMBOLS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Import:
    """One short import member."""

    symbol: bytes
    """As objects reference it, without ``__imp_``."""
    name_type: IMPORT_OBJECT_NAME_TYPE
    type: IMPORT_OBJECT_TYPE = IMPORT_OBJECT_TYPE.CODE
    ordinal_or_hint: int = 0
    export_as: bytes = b""
    """The exported name; only written for the name type NAME_EXPORTAS."""


def write_import_library(
    definition: ModuleDefinition,
    machine: Machine,
    *,
    mingw: bool = False,
    kill_at: bool = False,
    symbols: Mapping[str, str] = _NO_SYMBOLS,
) -> bytes:
    """The import library of a definition's exports that are not PRIVATE.

    On x86 ``mingw`` selects mingw-w64's dialect of the definition (``Close@4`` without the
    underscore), and ``kill_at`` a DLL that exports names without any decoration, as kernel
    modules do. ``symbols`` has the symbol by export name where it is known and overrides both.
    Raises LinkError when the definition has no module name.
    """
    dll = definition.module_name.replace("\\", "/").rpartition("/")[2]
    if not dll:
        raise LinkError.of(
            "an import library needs the DLL's name", hint="write LIBRARY name into the .def file"
        )
    name = dll.encode("utf-8", "surrogateescape")
    dialect = _Dialect(machine, mingw=mingw, kill_at=kill_at)
    members = [
        ArchiveMember(dll, data, defines)
        for data, defines in (
            import_descriptor(name, machine),
            null_import_descriptor(machine),
            null_thunk(name, machine),
        )
    ]
    renames = dict(definition.import_names)
    later: list[tuple[Export, bytes]] = []
    regular: dict[bytes, bytes] = {}
    for export in definition.exports:
        if export.private:
            continue
        if export.name in renames and export.name not in symbols and not export.noname:
            entry = dialect.renamed(export, encoded(renames[export.name]))
        else:
            entry = dialect.regular(export, symbols.get(export.name))
        if entry is None:
            later.append((export, encoded(renames[export.name])))
            continue
        regular[import_name(entry.name_type, entry.symbol, entry.export_as) or entry.symbol] = (
            entry.symbol
        )
        members.append(_short_import(entry, dll, name, machine))
    # A weak alias needs the symbol of its target's import, so all regular imports come first.
    for export, target in later:
        symbol = dialect.symbol(export.name)
        members += _renamed(export, symbol, target, regular, dll, machine)
    return archive_of(members)


def _renamed(
    export: Export,
    symbol: bytes,
    target: bytes,
    regular: Mapping[bytes, bytes],
    dll: str,
    machine: Machine,
) -> list[ArchiveMember]:
    """The members for ``name == target`` where no name type derives the target from the name.

    Weak aliases when the DLL's ``target`` is imported under a symbol of its own (``regular``,
    symbols by exported name), else an import of type NAME_EXPORTAS.
    """
    if target in regular:
        prefixes = (b"__imp_",) if export.data or export.constant else (b"", b"__imp_")
        return [
            weak_alias(dll, prefix + regular[target], prefix + symbol, machine)
            for prefix in prefixes
        ]
    entry = Import(symbol, _NameType.NAME_EXPORTAS, _type(export), export.ordinal or 0, target)
    return [_short_import(entry, dll, dll.encode("utf-8", "surrogateescape"), machine)]


def _type(export: Export) -> IMPORT_OBJECT_TYPE:
    if export.constant:
        return _ImportType.CONST
    return _ImportType.DATA if export.data else _ImportType.CODE


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How the names of a definition become symbols and name types; they only differ on x86."""

    machine: Machine
    mingw: bool
    kill_at: bool

    def symbol(self, name: str) -> bytes:
        """The symbol of a name of the definition: with the machine's prefix if undecorated."""
        prefix = self.machine.symbol_prefix
        decorated = name.startswith(("@", "?")) or "@@" in name or (not self.mingw and "@" in name)
        return encoded(name if decorated else prefix + name)

    def regular(self, export: Export, symbol: str | None) -> Import:
        """The import of an export under the definition's name; ``symbol`` when it is known."""
        ordinal = export.ordinal or 0
        if symbol is not None:
            known = encoded(symbol)
            kind, export_as = _rule_between(known, encoded(export.name))
        else:
            known = self.symbol(export.name)
            kind, export_as = self._rule(known), b""
        if export.noname:
            kind, export_as = _NameType.ORDINAL, b""
        return Import(known, kind, _type(export), ordinal, export_as)

    def renamed(self, export: Export, target: bytes) -> Import | None:
        """The import for ``name == target`` if a name type derives target from name, else None."""
        symbol = self.symbol(export.name)
        rules = [_NameType.NAME]
        if self.machine.symbol_prefix:
            rules = [_NameType.NAME_UNDECORATE, _NameType.NAME_NO_PREFIX, _NameType.NAME]
        for rule in rules:
            if import_name(rule, symbol) == target:
                return Import(symbol, rule, _type(export), export.ordinal or 0)
        return None

    def _rule(self, symbol: bytes) -> IMPORT_OBJECT_NAME_TYPE:
        if not self.machine.symbol_prefix:
            return _NameType.NAME
        if self.kill_at and not symbol.startswith(b"?") and b"@" in symbol[1:]:
            return _NameType.NAME_UNDECORATE
        if not symbol.startswith(b"_") or (b"@" in symbol and not self.mingw):
            return _NameType.NAME
        return _NameType.NAME_NO_PREFIX


def _rule_between(symbol: bytes, name: bytes) -> tuple[IMPORT_OBJECT_NAME_TYPE, bytes]:
    for rule in (_NameType.NAME, _NameType.NAME_NO_PREFIX, _NameType.NAME_UNDECORATE):
        if import_name(rule, symbol) == name:
            return rule, b""
    return _NameType.NAME_EXPORTAS, name


# --- members -----------------------------------------------------------------------------------


def _short_import(entry: Import, dll: str, name: bytes, machine: Machine) -> ArchiveMember:
    strings = entry.symbol + b"\0" + name + b"\0"
    if entry.name_type == _NameType.NAME_EXPORTAS:
        strings += entry.export_as + b"\0"
    # Sig1, Sig2, Version, Machine, TimeDateStamp (0, so that libraries are reproducible),
    # SizeOfData, Ordinal or Hint, and a bit field: Type in bits 0-1, NameType in bits 2-4.
    header = IMPORT_OBJECT_HEADER.pack(
        0,
        0xFFFF,
        0,
        machine.id,
        0,
        len(strings),
        entry.ordinal_or_hint,
        entry.type | entry.name_type << 2,
    )
    imp = b"__imp_" + entry.symbol
    defines = (imp,) if entry.type == _ImportType.DATA else (imp, entry.symbol)
    return ArchiveMember(dll, header + strings, defines)


def import_library_without_image(options: LinkOptions) -> tuple[str, bytes]:
    """(path, bytes) of the import library that ``/def`` without any input stands for.

    The DLL has the .def file's name, else that of /out with .dll. Raises LinkError.
    """
    file = options.def_file or ""
    try:
        data = read_input(file)
    except OSError as error:
        raise LinkError.of(f"could not open '{file}': {error.strerror}") from None
    machine = MACHINES[options.machine or "x64"]
    definition = read_def_bytes(data, file, machine)
    out = PurePath(options.out or PurePath(file).stem)
    if not definition.name:
        definition = replace(definition, name=out.with_suffix(".dll").name)
    named = {export.name for export in options.exports}
    exports = [e for e in definition.exports if e.name not in named]
    exports = sorted((*exports, *options.exports), key=lambda each: encoded(each.name))
    library = write_import_library(
        replace(definition, exports=tuple(exports), is_library=True),
        machine,
        mingw=options.mingw,
        kill_at=options.kill_at,
        symbols=symbols_of_exportas(exports, machine),
    )
    return options.implib or str(out.with_suffix(".lib")), library


def symbols_of_exportas(exports: Iterable[Export], machine: Machine) -> dict[str, str]:
    """The symbol that importers reference, by export name, of each EXPORTAS whose image is absent.

    Without the image nothing tells how a target is decorated: it is taken for a cdecl name.
    """
    return {
        each.name: _prefixed(
            each.import_as or without_argument_bytes(each.target or ""), machine.symbol_prefix
        )
        for each in exports
        if each.exportas
    }


def _prefixed(name: str, prefix: str) -> str:
    """A C name as a symbol; names that are decorated already stay as they are."""
    return name if name.startswith(("?", "@", "_")) else prefix + name


def import_library(tables: Tables) -> bytes | None:
    """The import library of a linked image; None when it exports nothing."""
    if not tables.exports:
        return None
    exports = sorted((each.export for each in tables.exports), key=lambda each: encoded(each.name))
    name = tables.options.import_name or tables.module_name
    definition = ModuleDefinition(name=name, exports=tuple(exports))
    prefix = tables.target.machine.symbol_prefix
    symbols = {
        each.export.name: _imported(each, prefix)
        for each in tables.exports
        if each.symbol or each.export.import_as
    }
    return write_import_library(definition, tables.target.machine, symbols=symbols)


def _imported(each: ResolvedExport, prefix: str) -> str:
    """The symbol that importers of an export reference, decorated like its target's symbol.

    ``Name=Target`` where Target's symbol is ``_Target@4`` gives ``_Name@4``.
    """
    export, symbol = each.export, each.symbol.decode("utf-8", "surrogateescape")
    if export.import_as:
        return _prefixed(export.import_as, prefix)
    target = export.target
    if target is None or export.exportas or target == export.name:
        return symbol
    if prefix and target != symbol and "@" not in export.name:
        # ``Name=Target@4``: the count of argument bytes is the target symbol's own decoration.
        target = without_argument_bytes(target)
    if target == symbol or target not in symbol:
        return _prefixed(export.name, prefix)
    return symbol.replace(target, export.name, 1)
