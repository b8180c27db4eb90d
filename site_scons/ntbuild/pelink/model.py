"""The tables that flow from pass to pass: frozen, columns in place of an object per symbol.

Rows are numbers: a section row, a symbol row, a name id. What is hard is to keep those three
apart, so every column's comment says which it holds.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.archive import Archive
from ntbuild.pecoff.columns.arrays import (
    Bytes,
    Flags,
    Integers,
    NameIds,
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
    """An export with the symbol that it stands for, or the text of its forwarder."""

    export: Export
    symbol: bytes
    forwarder: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Every object that takes part in a link, as columns over one buffer.

    ``names`` interns external names; ``symbol_ids`` (name ids) is parallel to
    ``symbols.rows``. ``stems`` are section names up to their ``$``; ``section_stems`` an index
    into them per section row. ``roots`` are the name ids that the user asked for, the entry
    point first when there is one (``entry`` is its name id or -1). ``alternates`` are pairs of
    name ids: the second stands in for the first where nobody defines that. ``archives`` are the
    ones that were searched, for hints about misspelt names. ``auto_imports`` are name ids that
    their import slot stands in for. ``superseded`` are section rows whose
    content the linker has written anew (resource trees that were merged). ``options`` are those of
    the link with what objects ask for; ``loaded`` are (member, name id that it was loaded for);
    ``unexported`` has names of exports by the id of what nothing defines for them.
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
        """(stem number, section rows) of some rows; stems ascending, and rows within one.

        One sort for all: a pass over the rows per stem is too much where a file has thousands.
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
        """Section rows of DWARF data, which refers to everything and keeps nothing."""
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
        """The full names of some section rows; short ones are read together."""
        sections = self.objects.sections
        short = words_at_any_byte(self.buffer)[sections.name_at.take(rows)].tobytes()
        fields = [short[at : at + 8].partition(b"\0")[0] for at in range(0, len(short), 8)]
        for position in sections.long_name.take(rows).nonzero()[0].tolist():
            fields[position] = self.section_name(int(rows[position]))
        return fields

    def object_name(self, section_row: int) -> str:
        """What to call the object that a section row belongs to."""
        origin = self.objects.objects.origins[int(self.objects.sections.object[section_row])]
        return origin.name


@dataclass(frozen=True, slots=True, eq=False)
class SymbolTable:
    """Every name resolved: one definition per name id, one target per symbol row.

    ``section`` is a section row or a negative kind (``pecoff.object``: UNDEFINED, ABSOLUTE);
    ``value`` an offset in that section, or an address. ``dead`` marks the section rows that lost
    against another COMDAT. ``relocations`` are those of all sections that may reach the image.
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
    """A sorted table of RVAs that fills the section ``row``: of ``value`` bytes into ``section``.

    ``section`` are section rows, parallel to ``value``; no place is there twice.
    """

    row: int
    section: Integers
    value: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Guarded:
    """The link after ``guard``: ``tables`` and ``symbols`` know sizes and counts.

    ``no_seh`` says that an x86 image may declare to have no exception handlers; None that nothing
    was found out about it.
    """

    tables: Tables
    symbols: SymbolTable
    live: Flags
    rva_tables: tuple[RvaTable, ...] = ()
    no_seh: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OutputSection:
    """One section of the image: its name, flags and section rows in their order.

    ``alignment`` is the least that the user asked for, in bytes.
    """

    name: str
    Characteristics: int
    rows: Integers
    alignment: int = 1


@dataclass(frozen=True, slots=True)
class LaidOutSection:
    """What layout decided of one output section; sizes in bytes, ``SizeOfRawData`` padded."""

    name: str
    Characteristics: int
    VirtualAddress: int
    VirtualSize: int
    PointerToRawData: int
    SizeOfRawData: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where everything is: nothing moves from here on.

    ``rva`` and ``file_offset`` are per section row (0 and -1 where a row has none), ``number``
    the one-based output section of a row (0: not in the image). ``directories`` are
    (VirtualAddress, Size) by IMAGE_DIRECTORY_ENTRY. The .reloc section is not in ``headers``.
    ``stub`` are the bytes before the PE header.
    """

    headers: tuple[LaidOutSection, ...]
    rva: Integers
    file_offset: Integers
    number: SectionNumbers
    directories: dict[int, tuple[int, int]]
    stub: bytes
    image_base: int
    section_alignment: int
    file_alignment: int
    size_of_headers: int
    next_rva: int
    next_file_offset: int


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The image's bytes from offset 0, relocated, headers still empty.

    ``based`` has the RVAs of every place that the loader must fix, ``based_types`` their
    IMAGE_REL_BASED; both sorted by RVA. ``inserted`` are bytes that are to stand at a file offset,
    before what the image has there: only the last pass puts all together, as it costs a copy.
    """

    image: Bytes
    based: Integers
    based_types: npt.NDArray[np.uint16]
    inserted: tuple[int, bytes] = (0, b"")


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Edges sorted by source: row r reaches ``targets[first[r] : first[r] + count[r]]``."""

    roots: Integers
    first: Integers
    count: Integers
    targets: SectionRows


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The values of the passes that reports are made of.

    ``resolved`` and ``marked`` are from before folding, ``folded`` and ``live`` from after it.
    """

    tables: Tables
    graph: Graph
    resolved: SymbolTable
    marked: Flags
    folded: SymbolTable
    live: Flags
