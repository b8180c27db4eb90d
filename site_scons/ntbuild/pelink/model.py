"""The values that flow from pass to pass: frozen, with columns in place of an object per symbol.

A column is an array with one entry for each section, symbol or name of the whole link. What an
entry counts is said by its type (`pecoff.columns.arrays`) and where the column is declared:

- a section row is a section of some input object, or of one that the linker made
- a symbol row is a record of some object's symbol table, auxiliary records included
- a name id is a distinct external name
- a section number is an output section, from one; 0 stands for none

Passes never change an array that they were given. One that changes a column copies it and returns a
new value around the copy; columns that did not change are shared between values.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.archive import Archive
from ntbuild.pecoff.columns.arrays import (
    Bytes,
    FileOffsets,
    Flags,
    Integers,
    NameIds,
    Rvas,
    SectionNumbers,
    SectionRows,
    StemNumbers,
    words_at_any_byte,
)
from ntbuild.pecoff.columns.names import NameTable, name_at
from ntbuild.pecoff.object.read import ObjectTables, Relocations
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass, field

from .default_sections import DEBUG_PREFIX
from .machines.target import Target
from .options import Export, LinkOptions


@dataclass(frozen=True, slots=True)
class ResolvedExport:
    """An export and what it stands for: ``symbol`` is a symbol's name as objects spell it.

    A forwarder has no symbol but a ``forwarder``, such as ``other.Function``.
    """

    export: Export
    symbol: bytes
    forwarder: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Every object of a link, as columns over one buffer that holds all input bytes.

    - ``buffer``: all inputs one after the other; positions count from its start
    - ``objects``: columns of the objects, their sections and their symbols
    - ``names``: external names by name id
    - ``symbol_ids``: name id of each row of ``objects.symbols.rows``, the external symbols
    - ``stems``: section names up to their ``$``, without repetition
    - ``section_stems``: index into ``stems`` of each section row
    - ``roots``: name ids that garbage collection starts from, ``entry`` first when there is one
    - ``entry``: name id of the entry point, -1 without one
    - ``exports``: in the order in which they were given
    - ``module_name``: file name of the image, as import tables call it
    - ``alternates``: pairs of name ids; the second is used where nothing defines the first
    - ``archives``: those that were searched, for hints about misspelt names
    - ``superseded``: section rows that a section made by the linker replaces (merged resources)
    - ``auto_imports``: name ids of imported data that no header declared as imported
    - ``options``: those of the link, with the objects' directives in them
    - ``loaded``: (archive member, name id that it was loaded for)
    - ``files``: paths of all objects and libraries that were read
    - ``unexported``: names of exports by the name id that they need and nothing defines
    """

    target: Target
    buffer: Bytes
    objects: ObjectTables
    names: NameTable
    symbol_ids: NameIds
    stems: tuple[bytes, ...]
    section_stems: StemNumbers
    roots: tuple[int, ...]
    entry: int
    exports: tuple[ResolvedExport, ...]
    module_name: str
    alternates: tuple[tuple[int, int], ...]
    archives: tuple[Archive, ...]
    superseded: Integers
    auto_imports: tuple[int, ...] = ()
    options: LinkOptions = field(default_factory=LinkOptions)
    loaded: tuple[tuple[str, int], ...] = ()
    files: tuple[str, ...] = ()
    unexported: Mapping[int, str] = field(default_factory=dict)

    def name(self, name_id: int) -> str:
        """The text of an external name, for messages."""
        return decoded(self.names.text(self.buffer, name_id))

    def stem_number(self, stem: bytes) -> int:
        """The index of ``stem`` in ``stems``; -1, which no section row has, when nothing has it."""
        return self.stems.index(stem) if stem in self.stems else -1

    def rows_of_stem(self, stem: bytes) -> Integers:
        """Section rows of a stem, ascending."""
        if stem not in self.stems:
            return np.zeros(0, np.int64)
        rows: Integers = (self.section_stems == self.stems.index(stem)).nonzero()[0]
        return rows

    def rows_by_stem(self, which: Flags) -> Iterator[tuple[int, Integers]]:
        """(stem number, its section rows) of the rows that ``which`` has set, both ascending.

        One sort serves all stems: a pass over all rows for each stem would take too long with the
        thousands of stems of a C++ program.
        """
        rows = which.nonzero()[0]
        numbers = self.section_stems.take(rows)
        small = len(self.stems) <= 1 << 16  # small numbers are sorted by counting
        order = (numbers.astype(np.uint16) if small else numbers).argsort(kind="stable")
        rows, numbers = rows.take(order), numbers.take(order)
        ends = [*((numbers[1:] != numbers[:-1]).nonzero()[0] + 1).tolist(), len(rows)]
        for start, end in zip([0, *ends], ends, strict=False):
            if start < end:
                yield int(numbers[start]), rows[start:end]

    def debug_rows(self) -> Flags:
        """Which section rows are DWARF data, which refers to everything and keeps nothing alive."""
        debug = [stem.startswith(DEBUG_PREFIX) for stem in self.stems]
        if not any(debug):
            return np.zeros(len(self.section_stems), np.bool_)
        return np.array(debug, np.bool_).take(self.section_stems)

    def section_name(self, row: int) -> bytes:
        """The full name of a section row."""
        sections = self.objects.sections
        limit = None if sections.long_name[row] else 8
        return name_at(self.buffer, int(sections.name_at[row]), limit)

    def section_names(self, rows: Integers) -> list[bytes]:
        """The full names of section rows, in their order; short ones are read together."""
        sections = self.objects.sections
        short = words_at_any_byte(self.buffer)[sections.name_at.take(rows)].tobytes()
        fields = [short[at : at + 8].partition(b"\0")[0] for at in range(0, len(short), 8)]
        for position in sections.long_name.take(rows).nonzero()[0].tolist():
            fields[position] = self.section_name(int(rows[position]))
        return fields

    def object_name(self, section_row: int) -> str:
        """The name of the object that a section row belongs to, for messages."""
        origin = self.objects.objects.origins[int(self.objects.sections.object[section_row])]
        return origin.name


@dataclass(frozen=True, slots=True, eq=False)
class SymbolTable:
    """Every name resolved: one definition for each name id, one target for each symbol row.

    Two columns say where names are, two where symbols are. An external symbol has the place of its
    name: if a.obj refers to ``f`` and b.obj defines it, both symbols' rows lead to b.obj's section.

    - ``section``: section row that defines a name id, or UNDEFINED or ABSOLUTE
    - ``value``: offset in that section, or the number that an absolute name stands for
    - ``row_section``, ``row_value``: the same for each symbol row; folding has moved them on
    - ``dead``: section rows of COMDATs that were not selected, whose symbols others define
    - ``kept``: section rows that may reach the image: neither dead nor of a kind that never does
    - ``relocations``: those of the kept sections, in the order of their section rows
    """

    section: SectionRows
    value: Integers
    row_section: SectionRows
    row_value: Integers
    dead: Flags
    kept: Flags
    relocations: Relocations


@dataclass(frozen=True, slots=True, eq=False)
class RvaTable:
    """A sorted table of RVAs that fills a section made for it, four bytes an entry.

    - ``row``: the section row that holds the table
    - ``section``, ``value``: section row and offset of each entry, without repetition
    """

    row: int
    section: Integers
    value: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Guarded:
    """The link with its guard tables: sizes and counts are settled, contents are not.

    - ``tables``: sections of the guard tables have their sizes, call targets their alignment
    - ``symbols``: names of the tables and counts in the load configuration have values
    - ``live``: per section row, with the guard tables' sections among them
    - ``rva_tables``: what ``relocate`` writes into these sections
    - ``no_seh``: whether an x86 image may declare that it has no handlers; None: not known
    """

    tables: Tables
    symbols: SymbolTable
    live: Flags
    rva_tables: tuple[RvaTable, ...] = ()
    no_seh: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OutputSection:
    """One section of the image, before it has an address.

    - ``Characteristics``: the flags of its header
    - ``rows``: section rows in the order in which they stand
    - ``alignment``: bytes, at least; what the rows need comes on top
    - ``address``: the RVA that a linker script or an option gives it; None for the next free one
    """

    name: str
    Characteristics: int
    rows: Integers
    alignment: int = 1
    address: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Relaid:
    """The link after a pass that changes what a layout was made of: it needs another one.

    Range-extension thunks add rows at the end of each table; a linker script's expressions change
    sizes, symbols and addresses.
    """

    tables: Tables
    symbols: SymbolTable
    sections: tuple[OutputSection, ...]


@dataclass(frozen=True, slots=True)
class LaidOutSection:
    """One section header's fields. Sizes are bytes, ``SizeOfRawData`` is padded for the file."""

    name: str
    Characteristics: int
    VirtualAddress: int
    VirtualSize: int
    PointerToRawData: int
    SizeOfRawData: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where everything is. Layout is repeated while range-extension thunks are added.

    - ``headers``: the output sections in order; .reloc is added by the last pass
    - ``rva``: RVA of each section row; 0 for one that is not in the image
    - ``file_offset``: file offset of each section row's bytes; -1 for one without any
    - ``number``: output section of each section row
    - ``directories``: (VirtualAddress, Size) by IMAGE_DIRECTORY_ENTRY
    - ``stub``: the bytes before the PE header
    - ``image_base``, ``section_alignment``, ``file_alignment``, ``size_of_headers``: header fields
    - ``next_rva``, ``next_file_offset``: where one more section would start
    """

    headers: tuple[LaidOutSection, ...]
    rva: Rvas
    file_offset: FileOffsets
    number: SectionNumbers
    directories: dict[int, tuple[int, int]]
    stub: bytes
    image_base: int
    section_alignment: int
    file_alignment: int
    size_of_headers: int
    next_rva: int
    next_file_offset: int

    def file_offset_of(self, rva: int) -> int:
        """File offset of an address inside a section. Raises LookupError for any other address.

        For a place beyond what the file has of its section, it is where the byte would be.
        """
        for each in self.headers:
            if 0 <= rva - each.VirtualAddress < each.VirtualSize:
                return each.PointerToRawData + rva - each.VirtualAddress
        raise LookupError(f"RVA {rva:#x} is in no section")


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The image's bytes with relocations applied and headers still empty.

    - ``image``: the file from offset 0
    - ``based``: RVA of each field that the loader fixes when it moves the image, ascending
    - ``based_types``: IMAGE_REL_BASED of each of them
    - ``inserted``: (file offset, bytes) of .reloc, which debug data follows. ``emit`` inserts
      them when it puts the file together, because each insertion copies the image
    """

    image: Bytes
    based: Integers
    based_types: npt.NDArray[np.uint16]
    inserted: tuple[int, bytes] = (0, b"")


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Which section keeps which: row r keeps ``targets[first[r] : first[r] + count[r]]``.

    - ``roots``: section rows that are kept for their own sake
    - ``first``, ``count``: per section row, its range of ``targets``
    - ``targets``: section rows
    """

    roots: Integers
    first: Integers
    count: Integers
    targets: SectionRows


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What /verbose, /whylive, /printgc and the like are answered from.

    - ``tables``, ``graph``: as they were read
    - ``resolved``, ``marked``: symbols and live section rows before folding
    - ``folded``, ``live``: the same after folding and merging of strings
    """

    tables: Tables
    graph: Graph
    resolved: SymbolTable
    marked: Flags
    folded: SymbolTable
    live: Flags
