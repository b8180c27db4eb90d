"""The import, export and debug directories of an image.

Entries may share what they refer to: a hundred descriptors can name one long lookup table, a
million exports one long string. Each table is therefore read against a budget of twice the file's
size, which a file without such sharing cannot exceed. What is wrong with a table is kept as its
``faults``, next to what could be read.

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
    """One import, by name or by ordinal."""

    slot: int
    """RVA of its entry in the import address table."""
    name: str | None
    """None for an import by ordinal."""
    hint: int = 0
    """A likely index into the export names of the module."""
    ordinal: int | None = None
    """None for an import by name."""


@dataclass(frozen=True, slots=True)
class ImportModule:
    """IMAGE_IMPORT_DESCRIPTOR with its module's name and symbols."""

    offset: int
    """File offset of the descriptor."""
    name: str
    """The DLL's name; empty when it cannot be read."""
    OriginalFirstThunk: int
    TimeDateStamp: int
    ForwarderChain: int
    Name: int
    FirstThunk: int
    lookups: int
    """Entries of the import lookup table before its NULL."""
    slots: int
    """Entries of the import address table before its NULL."""
    symbols: tuple[ImportSymbol, ...]
    """In the order of the lookup table, or of the address table without one."""


@dataclass(frozen=True, slots=True)
class ImportTable:
    """All import descriptors up to the NULL descriptor."""

    modules: tuple[ImportModule, ...] = ()
    """In the order of the directory."""
    terminated: bool = True
    """Whether a NULL descriptor lies inside the directory's Size."""
    faults: tuple[FormatError, ...] = ()
    """What could not be read."""


@dataclass(frozen=True, slots=True)
class ExportTable:
    """IMAGE_EXPORT_DIRECTORY with its tables."""

    offset: int
    """File offset of the directory."""
    Characteristics: int
    TimeDateStamp: int
    Base: int
    """Ordinal of the first function."""
    module: str
    """The DLL's own name."""
    functions: tuple[int, ...]
    """RVAs by ordinal minus Base; 0 for an ordinal that is not used."""
    names: tuple[tuple[str, int], ...]
    """Pairs of a name and an index into ``functions``, in the order of the file."""
    forwarders: dict[int, str]
    """``MODULE.name`` by index into ``functions``, for those that are forwarded."""
    faults: tuple[FormatError, ...] = ()
    """What could not be read."""


@dataclass(frozen=True, slots=True)
class DebugEntry:
    """IMAGE_DEBUG_DIRECTORY; ``offset`` is the file offset that it was read from."""

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
    """Bytes that may be read for one table: entries that do not overlap fit twice in the file."""

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

    Stops, as the loader does, at the first NULL descriptor. A descriptor without
    OriginalFirstThunk is read through its address table.
    """
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.IMPORT)
    if directory.VirtualAddress == 0 and directory.Size == 0:
        return ImportTable()
    modules: list[ImportModule] = []
    faults: list[FormatError] = []
    budget = _Budget(image, "import table")
    # The loader goes on to the NULL descriptor whatever Size says; here Size is a bound as well.
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
    # The loader goes by the lookup table and fills in the address table, entry by entry.
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
    # The table has no length: at most it goes to the end of its section's data.
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
    # The top bit says that the low 16 bits are an ordinal; else it is the RVA of hint and name.
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
    """The export directory; None without one. Raises FormatError when its header is unreadable."""
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
        # An address inside of the export directory is that of a forwarder's text.
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
    """The entries of the debug directory, at most 64. Raises FormatError when it is unreadable."""
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
