"""The data directories that contributions make up: imports, exports, unwind data and the like.

A directory covers all placed contributions of a stem, which `place` has made contiguous, or it is
one structure that the C runtime names (TLS, load configuration). Base relocations come with their
section (`relocation_section`).

Source: PE Format, "Optional Header Data Directories".
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Integers, SectionNumbers
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as DIRECTORY
from ntbuild.pecoff.object.read import UNDEFINED
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.storage import DEBUG_DIRECTORY

_UNWIND = b".pdata"
_UNWIND_ALIGNMENT = 4
_TLS = b"_tls_used"
_LOAD_CONFIG = b"_load_config_used"


def check_tls(
    tables: Tables, symbols: SymbolTable, number: SectionNumbers, log: Diagnostics
) -> None:
    """A TLS directory that is shorter than the loader reads is an error in ``log``."""
    name_id = tables.names.find(tables.buffer, tables.target.machine.symbol_prefix.encode() + _TLS)
    row = int(symbols.section[name_id]) if name_id >= 0 else UNDEFINED
    if row < 0 or not number[row] or tables.objects.sections.position[row] < 0:
        return
    room = int(tables.objects.sections.size[row]) - int(symbols.value[name_id])
    size = _tls_size(tables)
    if room < size:
        log.error(
            f"'_tls_used' is too small: a TLS directory has {size} bytes, there are {room}",
            place=tables.object_name(row),
        )


def check_unwind_data(tables: Tables, number: SectionNumbers, log: Diagnostics) -> None:
    """Unwind data that is no whole number of entries is an error in ``log``, by contribution.

    The loader takes .pdata as one sorted array: part of an entry would shift all that follow it.
    """
    entry = tables.target.runtime_function_size
    rows = tables.rows_of_stem(_UNWIND)
    if not entry or not len(rows):
        return
    # Rows are found by array operations: a large link has one for each of 100,000 functions.
    sizes = tables.objects.sections.size
    broken = (number.take(rows) > 0) & (sizes.take(rows) % entry != 0)
    for row in rows.compress(broken).tolist():
        log.error(
            f"unexpected .pdata size: {int(sizes[row])} is not a multiple of {entry}",
            place=tables.object_name(row),
        )


def needed_alignments(tables: Tables, rows: Integers) -> Integers:
    """Alignments of section rows, in bytes. Unwind data gets no more than its entries need.

    A larger one would leave a gap between two contributions, which the loader takes for entries.
    """
    alignments = tables.objects.sections.alignment.take(rows)
    if tables.target.runtime_function_size and (number := tables.stem_number(_UNWIND)) >= 0:
        unwind = tables.section_stems.take(rows) == number
        alignments = np.where(unwind, np.minimum(alignments, _UNWIND_ALIGNMENT), alignments)
    return alignments


def _tls_size(tables: Tables) -> int:
    return 40 if tables.target.machine.is_64bit else 24


def directories(
    tables: Tables,
    symbols: SymbolTable,
    rva: Integers,
    number: SectionNumbers,
    options: LinkOptions,
) -> dict[int, tuple[int, int]]:
    """(VirtualAddress, Size) by IMAGE_DIRECTORY_ENTRY of all directories but base relocations."""
    groups = {
        DIRECTORY.EXPORT: _rows_named(tables, number, b".edata", None),
        DIRECTORY.IMPORT: _rows_named(tables, number, b".idata", (b"$2", b"$3")),
        DIRECTORY.DELAY_IMPORT: _rows_named(tables, number, b".didat", (b"$2", b"$3")),
        DIRECTORY.IAT: _rows_named(tables, number, b".idata", (b"$5",)),
        DIRECTORY.EXCEPTION: _rows_named(tables, number, b".pdata", None),
        DIRECTORY.RESOURCE: _rows_named(tables, number, b".rsrc", None),
    }
    found = {}
    for directory, rows in groups.items():
        starts, sizes = rva.take(rows), tables.objects.sections.size.take(rows)
        if sizes.any():
            start = int(starts.min())
            found[int(directory)] = (start, int((starts + sizes).max()) - start)
    if tables.target.runtime_function_size == 0:
        found.pop(int(DIRECTORY.EXCEPTION), None)
    debug = tables.names.find(tables.buffer, DEBUG_DIRECTORY)
    if debug >= 0 and number[symbols.section[debug]] > 0:
        row = int(symbols.section[debug])
        found[int(DIRECTORY.DEBUG)] = (int(rva[row]), int(tables.objects.sections.size[row]))
    prefix = tables.target.machine.symbol_prefix.encode()
    _add_structure(tables, symbols, rva, found, DIRECTORY.TLS, prefix + _TLS)
    _add_structure(tables, symbols, rva, found, DIRECTORY.LOAD_CONFIG, prefix + _LOAD_CONFIG)
    legacy_size = tables.target.legacy_load_config_size
    if legacy_size and (options.subsystem_version or (6, 0)) < (5, 2):
        # Windows XP's loader takes the size for a version and accepts only the first one's.
        structure = found.get(int(DIRECTORY.LOAD_CONFIG))
        if structure:
            found[int(DIRECTORY.LOAD_CONFIG)] = (structure[0], legacy_size)
    return found


def _rows_named(
    tables: Tables, number: SectionNumbers, stem: bytes, suffixes: tuple[bytes, ...] | None
) -> Integers:
    """Placed section rows of a stem: all of them, or those with one of the suffixes."""
    if stem not in tables.stems:
        return np.zeros(0, np.int64)
    rows: Integers = (tables.section_stems == tables.stems.index(stem)).nonzero()[0]
    rows = rows.compress(number.take(rows) > 0)
    if suffixes is None:
        return rows
    # Names are read only for these few stems: .idata and .didat have a row for each import.
    good = [name[len(stem) :] in suffixes for name in tables.section_names(rows)]
    return rows.compress(np.array(good, np.bool_))


def _add_structure(
    tables: Tables,
    symbols: SymbolTable,
    rva: Integers,
    found: dict[int, tuple[int, int]],
    directory: DIRECTORY,
    name: bytes,
) -> None:
    """Add a directory that is one C structure with a fixed name, if the image has it.

    The load configuration is as large as its first field says, the TLS directory has one size.
    """
    name_id = tables.names.find(tables.buffer, name)
    if name_id < 0 or symbols.section[name_id] <= UNDEFINED:
        return
    row, value = int(symbols.section[name_id]), int(symbols.value[name_id])
    at = int(tables.objects.sections.position[row])
    if not rva[row] or at < 0 or value + 4 > int(tables.objects.sections.size[row]):
        return
    if directory == DIRECTORY.TLS:
        size = _tls_size(tables)
    else:
        size = int.from_bytes(tables.buffer[at + value : at + value + 4].tobytes(), "little")
    found[int(directory)] = (int(rva[row]) + value, size)
