"""Parse the import, export and debug directories of an image.

The hard part is hostile sharing: a hundred descriptors may name one long lookup table, and a
million exports one long string. Every table is therefore read against a budget that an honest
file cannot exceed, and what was wrong on the way is kept as ``faults`` beside what was read.

Source: PE Format, "The .idata Section", "The .edata Section", "The .debug Section".
"""

from collections.abc import Iterator
from struct import Struct
from typing import TYPE_CHECKING, Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.errors import FormatError
from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from .view import ImageView

_DESCRIPTOR: Final = Struct("<5I")
_EXPORT: Final = Struct("<2I2H7I")
_DEBUG: Final = Struct("<2I2H4I")
_LONG: Final = Struct("<I")
_QUAD: Final = Struct("<Q")
_DEBUG_LIMIT: Final = 64
_MODULE_LIMIT: Final = 4096


@dataclass(frozen=True, slots=True)
class ImportSymbol:
    """One import: the address of its slot, and a name with a hint, or an ordinal."""

    slot: int
    name: str | None
    hint: int = 0
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class ImportModule:
    """IMAGE_IMPORT_DESCRIPTOR at file ``offset``, with its module's name and symbols.

    ``lookups`` and ``slots`` count the entries of lookup and address table before their NULs.
    """

    offset: int
    name: str
    OriginalFirstThunk: int
    TimeDateStamp: int
    ForwarderChain: int
    Name: int
    FirstThunk: int
    lookups: int
    slots: int
    symbols: tuple[ImportSymbol, ...]


@dataclass(frozen=True, slots=True)
class ImportTable:
    """All import descriptors; ``terminated`` when a NULL descriptor lies inside the directory."""

    modules: tuple[ImportModule, ...] = ()
    terminated: bool = True
    faults: tuple[FormatError, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportTable:
    """IMAGE_EXPORT_DIRECTORY at file ``offset`` with its tables.

    ``functions`` are addresses in ordinal order (0 for a hole); ``names`` pairs of a name and an
    index into them; ``forwarders`` maps such an index to its ``MODULE.name``.
    """

    offset: int
    Characteristics: int
    TimeDateStamp: int
    Base: int
    module: str
    functions: tuple[int, ...]
    names: tuple[tuple[str, int], ...]
    forwarders: dict[int, str]
    faults: tuple[FormatError, ...] = ()


@dataclass(frozen=True, slots=True)
class DebugEntry:
    """IMAGE_DEBUG_DIRECTORY at file ``offset``."""

    offset: int
    Characteristics: int
    TimeDateStamp: int
    MajorVersion: int
    MinorVersion: int
    Type: int
    SizeOfData: int
    AddressOfRawData: int
    PointerToRawData: int


class _Budget:
    """How much one table may read in all: an honest one stays below the size of its file."""

    def __init__(self, image: "ImageView", what: str) -> None:
        self._image = image
        self._what = what
        self._left = 2 * len(image.data) + 4096

    def spend(self, size: int, offset: int | None) -> None:
        self._left -= size
        if self._left < 0:
            raise self._image.fault(offset, self._what, "its entries overlap: more than the file")


def import_table(image: "ImageView") -> ImportTable:
    """The import directory.

    Stops, as the loader does, at the first NULL descriptor; a descriptor without
    OriginalFirstThunk is read through its address table and left to the rules to judge.
    """
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.IMPORT)
    if directory.VirtualAddress == 0 and directory.Size == 0:
        return ImportTable()
    modules: list[ImportModule] = []
    faults: list[FormatError] = []
    budget = _Budget(image, "import table")
    count = min(directory.Size // _DESCRIPTOR.size, _MODULE_LIMIT)
    try:
        for index in range(count):
            rva = directory.VirtualAddress + index * _DESCRIPTOR.size
            raw = image.bytes_at(rva, _DESCRIPTOR.size, "IMAGE_IMPORT_DESCRIPTOR")
            fields = _DESCRIPTOR.unpack(raw)
            if not any(fields):
                return ImportTable(tuple(modules), terminated=True, faults=tuple(faults))
            modules.append(_module(image, rva, fields, budget, faults))
    except FormatError as failure:
        faults.append(failure)
    return ImportTable(tuple(modules), terminated=False, faults=tuple(faults))


def _module(
    image: "ImageView",
    rva: int,
    fields: tuple[int, ...],
    budget: _Budget,
    faults: list[FormatError],
) -> ImportModule:
    lookup, stamp, chain, name_rva, first = fields
    name = ""
    symbols: list[ImportSymbol] = []
    lookups: list[int] = []
    slots: list[int] = []
    try:
        name = image.string_at(name_rva, "Name", 256)
        slots = _thunks(image, first, "FirstThunk", budget)
        lookups = _thunks(image, lookup, "OriginalFirstThunk", budget) if lookup else slots
    except FormatError as failure:
        faults.append(failure)
    width = image.pointer_size
    for index, thunk in enumerate(lookups):
        try:
            symbols.append(_symbol(image, first + index * width, thunk, budget))
        except FormatError as failure:
            faults.append(failure)
            break
    offset = image.offset_of(rva) or 0
    return ImportModule(
        offset, name, lookup, stamp, chain, name_rva, first, len(lookups), len(slots), (*symbols,)
    )


def _thunks(image: "ImageView", rva: int, field: str, budget: _Budget) -> list[int]:
    """The entries of a lookup or address table up to its NULL."""
    width = image.pointer_size
    backed = image.backed(rva) // width * width
    offset = image.offset_of(rva)
    found: list[int] = []
    for (value,) in (_QUAD if width == 8 else _LONG).iter_unpack(
        image.bytes_at(rva, backed or width, field)
    ):
        if value == 0:
            return found
        budget.spend(width, offset)
        found.append(value)
    raise image.fault(offset, field, f"table at {rva:#x} has no NULL at its end")


def _symbol(image: "ImageView", slot: int, thunk: int, budget: _Budget) -> ImportSymbol:
    by_ordinal = 1 << (8 * image.pointer_size - 1)
    if thunk & by_ordinal:
        if thunk & ~by_ordinal > 0xFFFF:
            raise image.fault(None, "import by ordinal", f"{thunk:#x} has reserved bits set")
        return ImportSymbol(slot, None, ordinal=thunk & 0xFFFF)
    hint = int.from_bytes(image.bytes_at(thunk, 2, "hint/name entry"), "little")
    name = image.string_at(thunk + 2, "hint/name entry")
    budget.spend(len(name), image.offset_of(thunk))
    return ImportSymbol(slot, name, hint)


def export_table(image: "ImageView") -> ExportTable | None:
    """The export directory, or None; its own 40 bytes unreadable is an ``FormatError``."""
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.EXPORT)
    if directory.VirtualAddress == 0 and directory.Size == 0:
        return None
    raw = image.bytes_at(directory.VirtualAddress, _EXPORT.size, "IMAGE_EXPORT_DIRECTORY")
    flags, stamp, _, _, name_rva, base, *tables = _EXPORT.unpack(raw)
    function_count, name_count, functions_rva, names_rva, ordinals_rva = tables
    faults: list[FormatError] = []
    module = ""
    functions: tuple[int, ...] = ()
    names: list[tuple[str, int]] = []
    forwarders: dict[int, str] = {}
    budget = _Budget(image, "export table")
    try:
        functions = _column(image, functions_rva, function_count, "I", "AddressOfFunctions")
        for name in _names(image, names_rva, ordinals_rva, name_count, budget):
            names.append(name)  # noqa: PERF402 - what was read before a fault is kept
        for index, rva in enumerate(functions):
            if 0 <= rva - directory.VirtualAddress < directory.Size:
                forwarders[index] = image.string_at(rva, "forwarder")
                budget.spend(len(forwarders[index]), None)
        module = image.string_at(name_rva, "Name", 256)
    except FormatError as failure:
        faults.append(failure)
    offset = image.offset_of(directory.VirtualAddress) or 0
    return ExportTable(
        offset, flags, stamp, base, module, functions, (*names,), forwarders, (*faults,)
    )


def _column(image: "ImageView", rva: int, count: int, code: str, field: str) -> tuple[int, ...]:
    record = Struct("<" + code)
    if count == 0:
        return ()
    raw = image.bytes_at(rva, count * record.size, field)
    return tuple(value for (value,) in record.iter_unpack(raw))


def _names(
    image: "ImageView", names_rva: int, ordinals_rva: int, count: int, budget: _Budget
) -> Iterator[tuple[str, int]]:
    pointers = _column(image, names_rva, count, "I", "AddressOfNames")
    ordinals = _column(image, ordinals_rva, count, "H", "AddressOfNameOrdinals")
    for pointer, ordinal in zip(pointers, ordinals, strict=True):
        name = image.string_at(pointer, "export name")
        budget.spend(len(name), image.offset_of(pointer))
        yield name, ordinal


def debug_directory(image: "ImageView") -> tuple[DebugEntry, ...]:
    """The debug directory; at most 64 entries, which no honest image reaches."""
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.DEBUG)
    if directory.VirtualAddress == 0 and directory.Size == 0:
        return ()
    count = min(directory.Size // _DEBUG.size, _DEBUG_LIMIT)
    raw = image.bytes_at(directory.VirtualAddress, count * _DEBUG.size, "IMAGE_DEBUG_DIRECTORY")
    start = image.offset_of(directory.VirtualAddress) or 0
    return tuple(
        DebugEntry(start + i * _DEBUG.size, *fields)
        for i, fields in enumerate(_DEBUG.iter_unpack(raw))
    )
