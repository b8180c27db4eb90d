"""Which addresses control flow guard and SafeSEH let code reach, as tables of RVAs.

Objects compiled for control flow guard list symbols by index (.gfids$y, .giats$y, .gljmp$y,
.gehcont$y), and objects with SafeSEH list their handlers (.sxdata). Objects compiled without it
list nothing, so every function of theirs that a relocation names may be called indirectly: it
counts.

The tables' sizes are settled here, before anything is placed; their contents are RVAs, which
`relocate` sorts and writes when they are known.

A function is recognised by the type of its symbol. Two cases need care: a weak name has the type of
what stands for it, and GNU as refers to a local function by its section's symbol with an offset in
the field, so the field is read (`Target.plain_fields`).

Sources: Microsoft "Control Flow Guard for platform security", "/SAFESEH"; PE Format, "The .sxdata
Section"; @feat.00 as lld-link reads it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers, words_at_any_byte
from ntbuild.pecoff.constants import IMAGE_COMDAT_SELECT, IMAGE_SCN, IMAGE_SYM_CLASS
from ntbuild.pecoff.constants import IMAGE_GUARD as GUARD
from ntbuild.pecoff.object.read import ABSOLUTE, Sections
from ntbuild.pelink.default_sections import TABLE_STEM
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import Guarded, RvaTable, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.load_config import GUARD_FLAGS, STRUCTURE, TABLES
from ntbuild.support.text import decoded
from ntbuild.support.values import replace

_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_ASSOCIATIVE = int(IMAGE_COMDAT_SELECT.ASSOCIATIVE)
_STATIC = int(IMAGE_SYM_CLASS.STATIC)
_FUNCTION = 2
_FUNCTION_ALIGNMENT = 16
"""Bytes: the loader's bit map of call targets has one bit for so many."""

_FEATURES: Final = int.from_bytes(b"@feat.00", "little")
_SAFE_SEH, _GUARD_CF, _GUARD_EHCONT = 0x1, 0x800, 0x4000

_FLAG_OF: Final = {
    "cf": GUARD.CF_INSTRUMENTED | GUARD.CF_FUNCTION_TABLE_PRESENT,
    "longjmp": GUARD.CF_LONGJUMP_TABLE_PRESENT,
    "ehcont": GUARD.EH_CONTINUATION_TABLE_PRESENT,
}
_Places = tuple[Integers, Integers]
"""Section rows and offsets in them, parallel."""


def add_guard_tables(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions, log: Diagnostics
) -> Guarded:
    """The link with its tables sized. Raises LinkError for /safeseh with incompatible objects."""
    features = _features(tables)
    found = dict(_guard_targets(tables, symbols, live, features, options, log))
    handlers, no_seh = _handlers(tables, symbols, live, features, options, log)
    if handlers is not None and len(handlers[0]):
        found["safeseh"] = handlers
    log.raise_if_errors()
    flags = _guard_flags(options)
    if not found and not flags:
        return Guarded(tables, symbols, live, (), no_seh)
    # Alignments must be final before anything is placed, and so must the sizes of the tables.
    if "cf" in found:
        tables = _aligned(tables, found["cf"][0])
    rva_tables = tuple(_rva_tables(tables, found))
    tables, live = _sized(tables, live, rva_tables)
    symbols = _addressed(tables, symbols, rva_tables, found, flags)
    return Guarded(tables, symbols, live, rva_tables, no_seh)


def _features(tables: Tables) -> Integers:
    """The value of @feat.00 for each object, 0 where it has none."""
    objects, symbols = tables.objects.objects, tables.objects.symbols
    features = np.zeros(len(objects.origins), np.int64)
    rows = np.flatnonzero((symbols.section == ABSOLUTE) & ~symbols.auxiliary)
    owner = symbols.object[rows]
    # Names of eight bytes are in the symbol itself, so one comparison of numbers finds @feat.00.
    at = (
        objects.symbols_at[owner]
        + (rows - objects.first_symbol[owner]) * objects.symbol_size[owner]
    )
    named = words_at_any_byte(tables.buffer)[at] == np.uint64(_FEATURES)
    features[owner[named]] = symbols.value[rows[named]]
    return features


def is_guarded(tables: Tables) -> Flags:
    """Which objects were compiled with control flow guard."""
    guarded: Flags = _features(tables) & _GUARD_CF != 0
    return guarded


def is_made(tables: Tables) -> Flags:
    """Which objects the linker made."""
    return np.array([origin.made for origin in tables.objects.objects.origins], np.bool_)


def _guard_flags(options: LinkOptions) -> int:
    parts = options.guard_parts
    return int(sum(flag for part, flag in _FLAG_OF.items() if part in parts))


# --- what may be reached -------------------------------------------------------------------------


def _guard_targets(
    tables: Tables,
    symbols: SymbolTable,
    live: Flags,
    features: Integers,
    options: LinkOptions,
    log: Diagnostics,
) -> Iterator[tuple[str, _Places]]:
    """(kind of table, its places) of each table of control flow guard that has entries."""
    parts = options.guard_parts
    if not parts:
        return
    guarded = features & _GUARD_CF != 0
    functions = _functions(tables, symbols, live)
    targets = [
        _listed(tables, symbols, live, b".gfids", guarded, log),
        _referenced(tables, symbols, live, ~guarded, functions),
        _entry_and_exports(tables, symbols, functions),
    ]
    places = {
        "cf": _joined(targets),
        "iat": _listed(tables, symbols, live, b".giats", guarded, log),
    }
    if "longjmp" in parts:
        places["longjmp"] = _listed(tables, symbols, live, b".gljmp", guarded, log)
    if "ehcont" in parts:
        continues = features & _GUARD_EHCONT != 0
        places["ehcont"] = _listed(tables, symbols, live, b".gehcont", continues, log)
    yield from ((kind, each) for kind, each in places.items() if len(each[0]))


def _handlers(
    tables: Tables,
    symbols: SymbolTable,
    live: Flags,
    features: Integers,
    options: LinkOptions,
    log: Diagnostics,
) -> tuple[_Places | None, bool | None]:
    """SafeSEH's handlers, and whether the image may declare that it has none.

    A table promises that no other handler exists, so every object must be compatible. Without an
    explicit /safeseh an object that is not only means that there is no table.
    """
    if not tables.target.has_safe_seh or options.safeseh is False:
        return None, None
    origins = tables.objects.objects.origins
    unsafe = np.flatnonzero((features & _SAFE_SEH == 0) & ~is_made(tables)).tolist()
    everyone = np.ones(len(origins), np.bool_)
    handlers = _listed(tables, symbols, live, b".sxdata", everyone, log)
    has_handlers = len(handlers[0]) > 0
    if options.safeseh:
        for row in unsafe:
            log.error(
                f"/safeseh: {origins[row].name} is not compatible with SEH",
                hint="compile it for an msvc target, or link without /safeseh",
            )
    elif unsafe or options.mingw:
        return None, False if has_handlers else None
    # Without a structure nothing leads to the table; then there are no handlers, as lld-link says.
    reachable = _defined(tables, symbols, STRUCTURE) or (options.is_driver and not options.safeseh)
    return handlers, not (has_handlers and reachable)


def _functions(tables: Tables, symbols: SymbolTable, live: Flags) -> Integers:
    """Places of symbols of function type in live code, as sorted keys."""
    own = tables.objects.symbols
    rows = np.flatnonzero(((own.type >> 4) & 3 == _FUNCTION) & (own.section >= 0) & ~own.auxiliary)
    home = symbols.row_section[rows]
    rows, home = rows[home >= 0], home[home >= 0]
    code = live[home] & (tables.objects.sections.Characteristics[home] & _EXECUTE != 0)
    return np.unique(_keys(home[code], symbols.row_value[rows[code]]))


def _keys(section: Integers, value: Integers) -> Integers:
    """One number for each place that sorts as the place: section row above, offset below."""
    keys: Integers = (section.astype(np.int64) << 32) | (value & 0xFFFFFFFF)
    return keys


def _among(functions: Integers, section: Integers, value: Integers) -> _Places:
    """Those of some places where a function begins, sorted and without repetition."""
    keys = np.unique(_keys(section, value))
    keys = keys[np.isin(keys, functions)]
    return keys >> 32, keys & 0xFFFFFFFF


def _joined(places: list[_Places]) -> _Places:
    """All these places, sorted and without repetition."""
    keys = np.unique(np.concatenate([_keys(section, value) for section, value in places]))
    return keys >> 32, keys & 0xFFFFFFFF


def _referenced(
    tables: Tables, symbols: SymbolTable, live: Flags, objects: Flags, functions: Integers
) -> _Places:
    """Functions that relocations in live sections of the given ``objects`` (flags) lead to."""
    relocations, sections = symbols.relocations, tables.objects.sections
    counts = live[relocations.section] & objects[sections.object[relocations.section]]
    counts &= ~tables.debug_rows()[relocations.section]
    counts &= relocations.type != tables.target.call
    section, value = [], []
    # One entry of ``rows`` and ``home`` is a relocation whose symbol is defined in a section.
    rows = np.flatnonzero(counts)
    home = symbols.row_section[relocations.symbol[rows]]
    rows, home = rows[home >= 0], home[home >= 0]
    section.append(home)
    value.append(symbols.row_value[relocations.symbol[rows]])
    # A section's own symbol: the field holds the offset from it.
    own = tables.objects.symbols
    at_start = (own.storage_class[relocations.symbol[rows]] == _STATIC) & (value[0] == 0)
    position = sections.position[relocations.section[rows]]
    for kind, field in tables.target.plain_fields.items():
        of_kind = np.flatnonzero(at_start & (relocations.type[rows] == kind) & (position >= 0))
        width = int(field[-1])
        offset = relocations.offset[rows[of_kind]]
        of_kind = of_kind[offset + width <= sections.size[relocations.section[rows[of_kind]]]]
        view = np.ndarray((len(tables.buffer) - width + 1,), field, tables.buffer.data, 0, (1,))
        section.append(home[of_kind])
        value.append(view[position[of_kind] + relocations.offset[rows[of_kind]]].astype(np.int64))
    return _among(functions, np.concatenate(section), np.concatenate(value))


def _entry_and_exports(tables: Tables, symbols: SymbolTable, functions: Integers) -> _Places:
    """The entry point and the exported functions."""
    names = [
        tables.names.find(tables.buffer, each.symbol) for each in tables.exports if each.symbol
    ]
    ids = np.array([each for each in (tables.entry, *names) if each >= 0], np.int64)
    home = symbols.section[ids]
    there = home >= 0
    return _among(functions, home[there].astype(np.int64), symbols.value[ids][there])


def _listed(
    tables: Tables,
    symbols: SymbolTable,
    live: Flags,
    stem: bytes,
    objects: Flags,
    log: Diagnostics,
) -> _Places:
    """Live places of the symbols that sections of a stem list by index in their object.

    Only sections of the given ``objects`` (flags) count. Indices that are out of range, and
    sections that hold no whole number of them, are warnings.
    """
    nothing = np.zeros(0, np.int64), np.zeros(0, np.int64)
    if stem not in tables.stems:
        return nothing
    sections, own = tables.objects.sections, tables.objects.symbols
    rows = np.flatnonzero(tables.section_stems == tables.stems.index(stem))
    rows = rows[objects[sections.object[rows]] & (sections.position[rows] >= 0)]
    rows = rows[~symbols.dead[rows] & _leads_to_live(tables, live, rows)]
    first = np.append(tables.objects.objects.first_symbol, len(own))
    found = []
    for row in rows.tolist():
        at, size, owner = int(sections.position[row]), int(sections.size[row]), sections.object[row]
        if size % 4:
            name = decoded(tables.section_name(row))
            place = tables.object_name(row)
            log.warn(f"ignoring {name} symbol table index section in object {place}")
            continue
        index = tables.buffer[at : at + size].view("<u4").astype(np.int64) + first[owner]
        good = index < first[owner + 1]
        good[good] &= ~own.auxiliary[index[good]]
        if not good.all():
            name = decoded(tables.section_name(row))
            place = tables.object_name(row)
            log.warn(f"ignoring invalid symbol table index in section {name} in object {place}")
        found.append(index[good])
    if not found:
        return nothing
    index = np.concatenate(found)
    home, value = symbols.row_section[index], symbols.row_value[index]
    there = home >= 0
    there[there] = live[home[there]]
    return _joined([(home[there], value[there])])


def _leads_to_live(tables: Tables, live: Flags, rows: Integers) -> Flags:
    """Which rows are associated with nothing, or through a chain of COMDATs with a live one."""
    sections = tables.objects.sections
    # Each round takes one step up the chains of associative COMDATs. `resolve` has refused circles,
    # so every chain ends.
    top = rows.copy()
    following = sections.selection[top] == _ASSOCIATIVE
    good: Flags = ~following
    while following.any():
        top[following] = sections.parent[top[following]]
        good |= following & live[top]
        following &= ~good & (sections.selection[top] == _ASSOCIATIVE)
    return good


def _defined(tables: Tables, symbols: SymbolTable, name: bytes) -> bool:
    name_id = tables.names.find(tables.buffer, tables.target.machine.symbol_prefix.encode() + name)
    return name_id >= 0 and int(symbols.section[name_id]) >= 0


# --- tables --------------------------------------------------------------------------------------


def _aligned(tables: Tables, rows: Integers) -> Tables:
    """The tables with sections of call targets aligned as the loader's bit map needs it."""
    sections = tables.objects.sections
    alignment = sections.alignment.copy()
    alignment[rows] = np.maximum(alignment[rows], _FUNCTION_ALIGNMENT)
    return _with_sections(tables, replace(sections, alignment=alignment))


def _with_sections(tables: Tables, sections: Sections) -> Tables:
    return replace(tables, objects=replace(tables.objects, sections=sections))


def _rva_tables(tables: Tables, found: Mapping[str, _Places]) -> Iterator[RvaTable]:
    """An RvaTable for each kind of places found, in the section that was made for the kind."""
    number = tables.stems.index(TABLE_STEM)
    rows = np.flatnonzero(tables.section_stems == number).tolist()
    kinds = {tables.section_name(row)[len(TABLE_STEM) + 1 :].decode(): row for row in rows}
    for kind, (section, value) in found.items():
        yield RvaTable(kinds[kind], section, value)


def _sized(tables: Tables, live: Flags, rva_tables: tuple[RvaTable, ...]) -> tuple[Tables, Flags]:
    sections = tables.objects.sections
    size, live = sections.size.copy(), live.copy()
    for each in rva_tables:
        size[each.row] = 4 * len(each.section)
        live[each.row] = True
    return _with_sections(tables, replace(sections, size=size)), live


def _addressed(
    tables: Tables,
    symbols: SymbolTable,
    rva_tables: tuple[RvaTable, ...],
    found: Mapping[str, _Places],
    flags: int,
) -> SymbolTable:
    """The symbols with values for the names of tables, counts and flags, which were zero."""
    values: dict[bytes, tuple[int, int]] = {GUARD_FLAGS: (ABSOLUTE, flags)}
    row_of = dict(zip(found, (each.row for each in rva_tables), strict=True))
    for each in TABLES:
        if each.kind in found:
            values[each.table] = (row_of[each.kind], 0)
            values[each.count] = (ABSOLUTE, len(found[each.kind][0]))
    prefix = tables.target.machine.symbol_prefix.encode()
    section, value = symbols.section.copy(), symbols.value.copy()
    row_section, row_value = symbols.row_section.copy(), symbols.row_value.copy()
    # Only names that are absolute zeros are the linker's to define; an object may define its own.
    for name, (home, number) in values.items():
        name_id = tables.names.find(tables.buffer, prefix + name)
        if name_id >= 0 and (int(section[name_id]), int(value[name_id])) == (ABSOLUTE, 0):
            section[name_id], value[name_id] = home, number
            named = tables.objects.symbols.rows[tables.symbol_ids == name_id]
            row_section[named], row_value[named] = home, number
    return replace(
        symbols, section=section, value=value, row_section=row_section, row_value=row_value
    )
