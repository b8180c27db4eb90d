"""Every contribution gets its RVA and its file offset.

Sections follow one another without a gap, as the kernel's loader demands: one that is aligned to
more than a page makes the section, or the headers, before it larger. Within a section, addresses
are a running sum in which each step is rounded up to an alignment (see ``_packed``).

.reloc is not laid out here. It comes last of what is loaded and no address depends on its size,
which follows from the relocations (`relocation_section`). The pass runs again whenever
range-extension thunks were added, so it must not depend on earlier layouts.

Sources: PE Format, "Optional Header" (alignment rules) and "Section Table"; the figures of the
driver profile are measured.
"""

from collections.abc import Sequence

import numpy as np

from ntbuild.pecoff.columns.arrays import FileOffsets, Flags, Integers, Rvas, SectionNumbers
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import LaidOutSection, Layout, OutputSection, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.plan import MADE_STEM
from ntbuild.pelink.synthesize.storage import HEADER_SECTION
from ntbuild.support.values import replace

from .directories import check_tls, check_unwind_data, directories, needed_alignments
from .dos_stub import dos_stub
from .header_limits import PAGE, alignments, check_header_fields
from .image_header import aligned, size_of_headers

_IMAGE_LIMIT = 1 << 32
_FILE_LIMIT = 1 << 31
_SECTION_LIMIT = 0xFFFF
_SECTIONS_LOADED = 96
"""The number of sections that loaders before Windows Vista accept."""
_ZEROS_LIMIT = 1 << 26
"""Bytes of zeros that a script may have the file hold."""
_FEW = 16
"""Contributions up to which a loop is quicker than array operations."""
_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_UNINITIALIZED = int(IMAGE_SCN.CNT_UNINITIALIZED_DATA)

_BASES = {True: {8: 0x140000000, 4: 0x400000}, False: {8: 0x180000000, 4: 0x10000000}}
"""Default ImageBase: by whether the image is a program or driver (else a DLL), by pointer size."""


def lay_out(
    tables: Tables,
    symbols: SymbolTable,
    sections: Sequence[OutputSection],
    options: LinkOptions,
    log: Diagnostics,
) -> Layout:
    """Addresses for all contributions of the placed sections, and the directories among them.

    Sections whose contributions are all empty get no header. Raises LinkError when the image does
    not fit the format, or an option asks for what no loader accepts.
    """
    check_header_fields(tables.target, options, log)
    section_alignment, file_alignment = alignments(options, log)
    log.raise_if_errors()
    # A section is left out when all its contributions are empty. .reloc may still come: the headers
    # have room for one section more, and the count is checked with it.
    every_sizes = [tables.objects.sections.size.take(section.rows) for section in sections]
    filled = [bool(sizes.any()) for sizes in every_sizes]
    kept = sum(filled)
    _check_count(kept + 1, log)
    log.raise_if_errors()
    stub = dos_stub(options.stub, log)
    room = _room_before_functions(tables, options, log)
    head_size = size_of_headers(stub, tables.target.machine, kept + 1)
    head_size = aligned(head_size, file_alignment)
    walk = _Walk(len(tables.objects.sections), head_size, section_alignment, file_alignment)
    for section, sizes, has_size in zip(sections, every_sizes, filled, strict=True):
        if not has_size:
            walk.rva[section.rows] = walk.next_rva  # symbols at its start and end have an address
            continue
        _add_section(walk, tables, section, sizes, room, log)
    base = _image_base(tables, options, log)
    _check_extent(tables, base, walk.next_rva, walk.next_file, log)
    _check_entry(tables, symbols, walk.number, options, log)
    check_tls(tables, symbols, walk.number, log)
    check_unwind_data(tables, walk.number, log)
    log.raise_if_errors()
    return Layout(
        tuple(walk.headers),
        walk.rva,
        walk.file_offset,
        walk.number,
        directories(tables, symbols, walk.rva, walk.number, options),
        stub,
        base,
        section_alignment,
        file_alignment,
        walk.head_size,
        walk.next_rva,
        walk.next_file,
    )


class _Walk:
    """The columns of the layout while sections are added, and where the next section starts."""

    def __init__(
        self, rows: int, head_size: int, section_alignment: int, file_alignment: int
    ) -> None:
        self.head_size = head_size
        self.section_alignment = section_alignment
        self.file_alignment = file_alignment
        self.least_rva = self.next_rva = aligned(head_size, section_alignment)
        self.end = 0  # RVA after the last section
        self.next_file = head_size
        self.rva: Rvas = np.zeros(rows, np.int64)
        self.file_offset: FileOffsets = np.full(rows, -1, np.int64)
        self.number: SectionNumbers = np.zeros(rows, np.int32)
        self.headers: list[LaidOutSection] = []

    def add(
        self, section: OutputSection, offsets: Integers, size: int, raw: int, alignment: int
    ) -> None:
        """Place a section of ``size`` bytes, ``raw`` of them in the file, at the next address.

        ``offsets`` are those of its rows in it. The loader accepts no gap between sections, so one
        that the alignment makes is added to the section or the headers before it.
        """
        # An alignment of up to a page leaves no gap: ``next_rva`` is a multiple of it.
        start = aligned(self.next_rva, alignment)
        if section.address is not None:
            start = section.address
        if start > self.next_rva and not self.headers:
            gap_end = start - self.section_alignment + 1
            self.head_size = self.next_file = aligned(gap_end, self.file_alignment)
        elif start > self.next_rva:
            previous = self.headers[-1]
            self.headers[-1] = replace(previous, VirtualSize=start - previous.VirtualAddress)
        if self.section_alignment < PAGE:
            # The file is an image of memory: what is uninitialised is in it, too.
            raw, self.next_file = size, start
            if self.headers:
                previous = self.headers[-1]
                in_file = start - previous.VirtualAddress
                self.headers[-1] = replace(previous, SizeOfRawData=in_file)
        # One entry is one row of the section; rows behind the section's data have no bytes.
        file_offset = offsets + self.next_file
        file_offset[offsets >= raw] = -1
        self.rva[section.rows] = start + offsets
        self.file_offset[section.rows] = file_offset
        self.number[section.rows] = len(self.headers) + 1
        raw_size = aligned(raw, self.file_alignment)
        place = (start, size, self.next_file if raw else 0, raw_size)
        self.headers.append(LaidOutSection(section.name, section.Characteristics, *place))
        self.end = start + size
        self.next_rva = aligned(self.end, self.section_alignment)
        self.next_file += raw_size


def _add_section(
    walk: _Walk,
    tables: Tables,
    section: OutputSection,
    sizes: Integers,
    room: int,
    log: Diagnostics,
) -> None:
    """Give the next output section, and each contribution in it, an address; raises LinkError."""
    needed = needed_alignments(tables, section.rows)
    offsets, size, raw = _offsets(tables, section, sizes, needed, room)
    in_file = offsets < raw if walk.section_alignment >= PAGE else sizes > 0
    _check_zeros(tables, section, sizes, in_file, log)
    if size >= _IMAGE_LIMIT:
        log.error(f"section larger than 4 GiB: {section.name} ({size} bytes)")
        log.raise_if_errors()
    if section.address is not None and section.address < walk.end and walk.headers:
        log.error(
            f"section {section.name} at {section.address:#x} overlaps section"
            f" {walk.headers[-1].name}, which ends at {walk.end:#x}",
            hint="these are distances from the image base",
        )
        log.raise_if_errors()
    walk.add(section, offsets, size, raw, max(section.alignment, int(needed.max())))
    _check_headers(section, walk, log)


def _check_extent(tables: Tables, base: int, size: int, in_file: int, log: Diagnostics) -> None:
    """An image must fit the format and, at its base, memory."""
    if size >= _IMAGE_LIMIT or in_file >= _FILE_LIMIT:
        log.error(f"the image has {size} bytes: the format holds 4 GiB, 2 GiB of them in the file")
    elif base + size > 1 << (8 * tables.target.machine.pointer_size):
        log.error(f"/base:{base:#x}: the image of {size:#x} bytes passes the end of memory")


def _check_headers(section: OutputSection, walk: _Walk, log: Diagnostics) -> None:
    """The headers reach up to the first section, so one that is far behind them is an error.

    They are in the file, and nothing in them may be overwritten.
    """
    if len(walk.headers) > 1:
        return
    if section.address is not None and section.address < walk.least_rva:
        log.error(
            f"section {section.name} at {section.address:#x} overlaps the headers, which end at"
            f" {walk.least_rva:#x}",
            hint="these are distances from the image base",
        )
    elif walk.head_size > _ZEROS_LIMIT:
        log.error(
            f"section {section.name} at {walk.headers[0].VirtualAddress:#x}: the headers before it"
            f" would fill {walk.head_size} bytes of the file: at most {_ZEROS_LIMIT}"
        )
    log.raise_if_errors()


def _check_count(count: int, log: Diagnostics) -> None:
    """The file header counts sections in 16 bits; not every loader takes as many."""
    if count > _SECTION_LIMIT:
        log.error(f"too many sections: {count}, an image holds {_SECTION_LIMIT}")
    elif count > _SECTIONS_LOADED:
        log.warn(
            f"{count} sections: Windows before Vista loads no more than {_SECTIONS_LOADED}",
            hint="merge some: /merge:from=to",
        )


def _room_before_functions(tables: Tables, options: LinkOptions, log: Diagnostics) -> int:
    """/functionpadmin: bytes that a patch needs for its jump; each machine has its own number."""
    room = options.functionpadmin
    if room is None or room >= 0:
        return room or 0
    room = tables.target.patch_room
    if not room:
        name = tables.target.machine.name
        log.error(f"/functionpadmin: invalid argument for this machine: {name}")
    return room


def _offsets(
    tables: Tables, section: OutputSection, sizes: Integers, alignments: Integers, room: int
) -> tuple[Integers, int, int]:
    """Offset of each row in its section, the section's size, and how much of it the file has.

    The file has everything up to the last row with data: .bss at the end takes no bytes of it.
    ``room`` bytes stay free before every row of code (/functionpadmin).
    """
    if room and section.Characteristics & _EXECUTE:
        before = np.append(room, sizes[:-1] + room)
        offsets = _packed(np.append(before, sizes[-1]), np.append(1, alignments))[1:]
    else:
        offsets = _packed(sizes, alignments)
    # The last row with data ends what the file has; rows are in the order of their offsets.
    ends = offsets + sizes
    flags = tables.objects.sections.Characteristics.take(section.rows)
    filled = ((flags & _UNINITIALIZED == 0) & (sizes > 0)).nonzero()[0]
    return offsets, int(ends[-1]), int(ends[filled[-1]]) if len(filled) else 0


def _check_zeros(
    tables: Tables, section: OutputSection, sizes: Integers, in_file: Flags, log: Diagnostics
) -> None:
    """Much uninitialised data that takes bytes of the file is an error.

    It does before initialised data, where a linker script can place it, and everywhere in an image
    with sections of less than a page. The file format has no other way to write it.
    """
    flags = tables.objects.sections.Characteristics.take(section.rows)
    zeros = int(sizes[(flags & _UNINITIALIZED != 0) & in_file].sum())
    if zeros > _ZEROS_LIMIT:
        log.error(
            f"section {section.name}: {zeros} bytes of uninitialised data would be zeros in the"
            f" file: at most {_ZEROS_LIMIT}",
            hint="let it come after all data of the section, and leave out an /align below 4096",
        )
        log.raise_if_errors()


def _packed(sizes: Integers, alignments: Integers) -> Integers:
    """Offsets of contributions one after the other, each at a multiple of its alignment.

    ``end = aligned(end, alignment) + size`` for one after the other is a loop; this is the same by
    array operations. Where all alignments are A, sizes are padded to A and summed. In general, a
    contribution and those of smaller alignments behind it have offsets, relative to its start, that
    do not depend on what came before: they are one block. Each round goes up to the next alignment
    in use and places the blocks inside of larger ones by a running sum of padded sizes:

        alignment       16   1   4   1   1  16   4
        at first       [a] [b] [c] [d] [e] [f] [g]
        after round 1  [a   b] [c   d   e] [f] [g]     a block opens with more than 1
        after round 4  [a   b   c   d   e] [f   g]     a block opens with more than 4
        after round 16 [a   b   c   d   e   f   g]

    The first contribution opens a block whatever its alignment: the section starts aligned.
    """
    if len(sizes) <= _FEW:
        placed, end = [], 0
        for size, alignment in zip(sizes.tolist(), alignments.tolist(), strict=True):
            placed.append(aligned(end, alignment))
            end = placed[-1] + size
        return np.array(placed, np.int64)
    used = int(np.bitwise_or.reduce(alignments))  # powers of two, so each is one bit
    if (alignments == used).all():
        padded = (sizes + used - 1) & -used
        together: Integers = padded.cumsum() - padded
        return together
    offsets = np.zeros(len(sizes), np.int64)
    # ``block`` is the block of each contribution. One entry of ``opening`` and ``extents`` is a
    # block: the alignment of its first contribution, and its bytes.
    block, opening, extents = np.arange(len(sizes)), alignments, sizes
    for alignment in (1 << bit for bit in range(used.bit_length()) if used >> bit & 1):
        padded = (extents + alignment - 1) & -alignment
        starts = padded.cumsum() - padded
        opens = opening > alignment
        opens[0] = True
        # ``first`` are the blocks that open a larger one, ``into`` the larger block of each block.
        first, into = opens.nonzero()[0], opens.cumsum() - 1
        starts -= starts.take(first).take(into)
        offsets += starts.take(block)
        last = np.concatenate([first[1:], [len(starts)]]) - 1
        block, opening = into.take(block), opening.take(first)
        extents = (starts + extents).take(last)
    return offsets


def _check_entry(
    tables: Tables,
    symbols: SymbolTable,
    number: SectionNumbers,
    options: LinkOptions,
    log: Diagnostics,
) -> None:
    """The entry point must be in the bytes of a contribution that is in the image.

    Elsewhere it is an error for a driver, and a warning for images that the kernel does not call.
    """
    if tables.entry < 0:
        return
    row, value = int(symbols.section[tables.entry]), int(symbols.value[tables.entry])
    if row >= 0 and tables.section_stems[row] == tables.stem_number(MADE_STEM.encode()):
        return  # a linker script gives it its value, after this layout
    is_base = row >= 0 and value == 0 and tables.section_name(row) == HEADER_SECTION.encode()
    if is_base and options.dll and not options.is_driver:
        return  # RVA 0, which in a DLL means that it has no entry point
    if row < 0 or not number[row] or value >= int(tables.objects.sections.size[row]):
        place = tables.object_name(row) if row >= 0 else "an absolute symbol"
        message = f"the entry point {tables.name(tables.entry)} is not in any section"
        # An address that far off is in no image, and may not fit the header's field.
        is_error = options.is_driver or (row >= 0 and value >= _FILE_LIMIT)
        (log.error if is_error else log.warn)(message, place=place)


def _image_base(tables: Tables, options: LinkOptions, log: Diagnostics) -> int:
    like_exe = options.is_driver or not options.dll
    base = options.base
    if base is None:
        base = _BASES[like_exe][tables.target.machine.pointer_size]
    fixed = options.fixed if options.dynamicbase is None else not options.dynamicbase
    if fixed and tables.target.must_be_relocatable and options.is_program:
        log.error(f"/dynamicbase:no is not compatible with {tables.target.machine.name}")
    if options.fixed and options.is_driver:
        log.warn(
            "/fixed takes DYNAMIC_BASE from a driver, which keeps its relocations all the same"
        )
    if base % 0x10000:
        log.error(f"/base:{base:#x}: not a multiple of 64 KiB")
    return base
