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
from struct import Struct
from types import MappingProxyType
from typing import Final

from ntbuild.pecoff.constants import (
    IMAGE_FILE,
    IMAGE_REL_AMD64,
    IMAGE_REL_ARM,
    IMAGE_REL_ARM64,
    IMAGE_REL_I386,
    IMAGE_SCN,
    IMAGE_SYM_CLASS,
    IMAGE_WEAK_EXTERN,
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
            _import_descriptor(name, machine),
            _null_import_descriptor(machine),
            _null_thunk(name, machine),
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
            _weak_alias(dll, prefix + regular[target], prefix + symbol, machine)
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


# --- members -------------------------------------------------------------------------------------

_FILE_HEADER: Final = Struct("<HHIIIHH")
_SECTION_HEADER: Final = Struct("<8sIIIIIIHHI")
_RELOCATION: Final = Struct("<IIH")
_SYMBOL: Final = Struct("<8sIhHBB")
_WEAK_AUX: Final = Struct("<II10x")

_IMAGE_RELATIVE: Final = {
    "x64": int(IMAGE_REL_AMD64.ADDR32NB),
    "x86": int(IMAGE_REL_I386.DIR32NB),
    "arm64": int(IMAGE_REL_ARM64.ADDR32NB),
    "arm": int(IMAGE_REL_ARM.ADDR32NB),
}

_DATA: Final = int(IMAGE_SCN.CNT_INITIALIZED_DATA | IMAGE_SCN.MEM_READ | IMAGE_SCN.MEM_WRITE)
_ALIGN_2, _ALIGN_4, _ALIGN_8 = 0x00200000, 0x00300000, 0x00400000
_CLASS: Final = IMAGE_SYM_CLASS
_NAMED_IN_TABLE: Final = (_CLASS.EXTERNAL, _CLASS.WEAK_EXTERNAL)
_IMPORT_DESCRIPTOR_SIZE: Final = 20
_Member = tuple[bytes, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of a descriptor object; each relocation is (offset, symbol index)."""

    name: bytes
    data: bytes
    flags: int
    relocations: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Symbol:
    """A symbol of a descriptor object; external names go to the string table, whatever length."""

    name: bytes
    section: int
    storage: int
    value: int = 0
    aux: bytes = b""


def _coff(machine: Machine, sections: tuple[_Section, ...], symbols: tuple[_Symbol, ...]) -> bytes:
    """A COFF object: headers, each section's data and relocations, symbols, strings."""
    position = _FILE_HEADER.size + _SECTION_HEADER.size * len(sections)
    headers, bodies = [], []
    for section in sections:
        relocations = b"".join(
            _RELOCATION.pack(offset, symbol, _IMAGE_RELATIVE[machine.name])
            for offset, symbol in section.relocations
        )
        headers.append(
            _SECTION_HEADER.pack(
                section.name,
                0,
                0,
                len(section.data),
                position if section.data else 0,
                position + len(section.data) if relocations else 0,
                0,
                len(section.relocations),
                0,
                section.flags,
            )
        )
        bodies.append(section.data + relocations)
        position += len(bodies[-1])
    strings = bytearray(4)
    records = []
    for symbol in symbols:
        name = symbol.name
        if symbol.storage in _NAMED_IN_TABLE:
            name = b"\0\0\0\0" + len(strings).to_bytes(4, "little")
            strings += symbol.name + b"\0"
        records.append(
            _SYMBOL.pack(name, symbol.value, symbol.section, 0, symbol.storage, bool(symbol.aux))
        )
        records.append(symbol.aux)
    strings[:4] = len(strings).to_bytes(4, "little")
    # llvm-lib does not set MACHINE_32BIT in objects without data.
    is_32bit = not machine.is_64bit and any(section.data for section in sections)
    flags = int(IMAGE_FILE.MACHINE_32BIT) if is_32bit else 0
    count = sum(1 + bool(symbol.aux) for symbol in symbols)
    header = _FILE_HEADER.pack(machine.id, len(sections), 0, position, count, 0, flags)
    return b"".join((header, *headers, *bodies, *records, strings))


def _stem(dll: bytes) -> bytes:
    """The DLL's name without its extension, as it stands in the descriptor's symbols."""
    stem, dot, _extension = dll.rpartition(b".")
    return stem if dot and stem else dll


def _null_thunk_name(dll: bytes) -> bytes:
    return b"\x7f" + _stem(dll) + b"_NULL_THUNK_DATA"


def _import_descriptor(dll: bytes, machine: Machine) -> _Member:
    """The DLL's import descriptor and name, with references that load the other two members."""
    name = b"__IMPORT_DESCRIPTOR_" + _stem(dll)
    sections = (
        _Section(
            b".idata$2",
            bytes(_IMPORT_DESCRIPTOR_SIZE),
            _DATA | _ALIGN_4,
            # Name, OriginalFirstThunk, FirstThunk
            ((12, 2), (0, 3), (16, 4)),
        ),
        _Section(b".idata$6", dll + b"\0", _DATA | _ALIGN_2),
    )
    symbols = (
        _Symbol(name, 1, _CLASS.EXTERNAL),
        _Symbol(b".idata$2", 1, _CLASS.SECTION),
        _Symbol(b".idata$6", 2, _CLASS.STATIC),
        _Symbol(b".idata$4", 0, _CLASS.SECTION),
        _Symbol(b".idata$5", 0, _CLASS.SECTION),
        _Symbol(b"__NULL_IMPORT_DESCRIPTOR", 0, _CLASS.EXTERNAL),
        _Symbol(_null_thunk_name(dll), 0, _CLASS.EXTERNAL),
    )
    return _coff(machine, sections, symbols), (name,)


def _null_import_descriptor(machine: Machine) -> _Member:
    """The zero descriptor that ends the image's import directory."""
    name = b"__NULL_IMPORT_DESCRIPTOR"
    section = _Section(b".idata$3", bytes(_IMPORT_DESCRIPTOR_SIZE), _DATA | _ALIGN_4)
    return _coff(machine, (section,), (_Symbol(name, 1, _CLASS.EXTERNAL),)), (name,)


def _null_thunk(dll: bytes, machine: Machine) -> _Member:
    """The zero entries that end the DLL's address and lookup tables."""
    flags = _DATA | (_ALIGN_8 if machine.is_64bit else _ALIGN_4)
    zero = bytes(machine.pointer_size)
    sections = (_Section(b".idata$5", zero, flags), _Section(b".idata$4", zero, flags))
    name = _null_thunk_name(dll)
    return _coff(machine, sections, (_Symbol(name, 1, _CLASS.EXTERNAL),)), (name,)


def _short_import(entry: Import, dll: str, name: bytes, machine: Machine) -> ArchiveMember:
    strings = entry.symbol + b"\0" + name + b"\0"
    if entry.name_type == _NameType.NAME_EXPORTAS:
        strings += entry.export_as + b"\0"
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


def _weak_alias(dll: str, target: bytes, alias: bytes, machine: Machine) -> ArchiveMember:
    """An object in which ``alias`` is a weak external whose default is ``target``."""
    section = _Section(b".drectve", b"", int(IMAGE_SCN.LNK_INFO | IMAGE_SCN.LNK_REMOVE))
    symbols = (
        _Symbol(b"@comp.id", -1, _CLASS.STATIC),
        _Symbol(b"@feat.00", -1, _CLASS.STATIC),
        _Symbol(target, 0, _CLASS.EXTERNAL),
        _Symbol(
            alias,
            0,
            _CLASS.WEAK_EXTERNAL,
            aux=_WEAK_AUX.pack(2, IMAGE_WEAK_EXTERN.SEARCH_ALIAS),
        ),
    )
    return ArchiveMember(dll, _coff(machine, (section,), symbols), (alias,))


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
