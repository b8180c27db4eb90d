"""Symbol resolution: every name gets one definition.

Four steps, in this order:

1. Of COMDATs with one name the first section stays (of LARGEST ones the largest) and the others
   are dead, with all sections associated with them.
2. Each name gets the first definition in a section that is not dead. Two of them are an error,
   unless all are the same constant, or references of C++ that are constants (``constexpr auto &``
   in a header, which clang makes external and cl does not); a definition of the linker's own gives
   way to any other.
3. A name without a definition takes the default of its first weak external, else its alternate
   name, and these may lead on to others.
4. A name that is still undefined is an error where a relocation of a section that may reach the
   image refers to it, or an option requests it.

Losing COMDATs must be known before definitions are counted: both objects that include a header
define its inline functions, and only one of the definitions is left. All names are decided at once
by array operations; only conflicts are looked at one by one.

Sources: PE Format, "COMDAT Sections" and "Auxiliary Format 3: Weak Externals".
"""

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers, NameIds, SectionRows, SymbolRows
from ntbuild.pecoff.constants import IMAGE_COMDAT_SELECT as SELECT
from ntbuild.pecoff.constants import IMAGE_SCN, IMAGE_SYM_CLASS
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.object.read import ABSOLUTE, DEBUG, UNDEFINED, Relocations, read_relocations
from ntbuild.pelink.default_sections import is_dropped
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import SymbolTable, Tables
from ntbuild.pelink.names.locations import place_text, section_text, source_lines, symbol_text
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.plan import OVERRIDING
from ntbuild.pelink.synthesize.imports import IMPORT_ORDER
from ntbuild.support.text import decoded

from .undefined import report_undefined

_ANY, _ASSOCIATIVE = int(SELECT.ANY), int(SELECT.ASSOCIATIVE)
_SECTION = int(IMAGE_SYM_CLASS.SECTION)
_NOT_IN_IMAGE = int(IMAGE_SCN.LNK_REMOVE | IMAGE_SCN.LNK_INFO)
_TOLERANT = {int(SELECT.ANY), int(SELECT.SAME_SIZE), int(SELECT.LARGEST)}
Report = Callable[..., None]
"""``Diagnostics.error`` or, where /force allows it, ``Diagnostics.warn``."""

_MEM_WRITE = int(IMAGE_SCN.MEM_WRITE)
_REFERENCE = re.compile(r"\?[^?].*?@@3(A|\$\$Q)")
"""A variable outside of classes (3) that is a reference, in Microsoft's decoration of C++."""

_REFERENCES_SHOWN = 3
_ADDRESS_SIZE = 4
"""Bytes of an address in .pdata, on every machine."""


def resolve(tables: Tables, options: LinkOptions, log: Diagnostics) -> SymbolTable:
    """One definition per name and one target per symbol row.

    Errors are reported together at the end of the pass. Raises LinkError.
    """
    symbols = tables.objects.symbols
    row_ids = np.full(len(symbols), -1, np.int32)
    row_ids[symbols.rows] = tables.symbol_ids
    report_twice = log.warn if "multiple" in options.force else log.error
    dead = _dead_sections(tables, row_ids, report_twice, log)
    section, value = _definitions(tables, dead, report_twice, log)
    _weak_defaults(tables, row_ids, dead, section, value)
    row_section, row_value = symbols.section.copy(), symbols.value.copy()
    row_section[symbols.rows] = section.take(tables.symbol_ids)
    row_value[symbols.rows] = value.take(tables.symbol_ids)
    kept = _kept_sections(tables, dead, options)
    _resolve_section_names(tables, kept, row_section, row_value)
    try:
        relocations = read_relocations(tables.buffer, tables.objects, kept)
    except FormatError as error:
        log.error(str(error))
        log.raise_if_errors()
        raise
    _check_unwind_relocations(tables, relocations, log)
    forced = "unresolved" in options.force
    report = log.warn if forced else log.error
    report_undefined(tables, row_ids, section, row_section, relocations, report)
    if forced:
        _stand_at_image_base(tables, section, value)
        row_section[symbols.rows] = section[tables.symbol_ids]
        row_value[symbols.rows] = value[tables.symbol_ids]
    log.raise_if_errors()
    return SymbolTable(section, value, row_section, row_value, dead, kept, relocations)


# --- COMDATs -------------------------------------------------------------------------------------


def _dead_sections(tables: Tables, row_ids: NameIds, report: Report, log: Diagnostics) -> Flags:
    """A flag per section row: whether it lost against a COMDAT of the same name, or its leader did.

    ``row_ids`` is the name id of each symbol row, -1 of one that is not external.
    """
    sections = tables.objects.sections
    dead = np.zeros(len(sections), np.bool_)
    follows = sections.selection == _ASSOCIATIVE
    # One entry a COMDAT with an external name: its section row, and the name's id.
    named = ((sections.selection != 0) & (sections.leader >= 0) & ~follows).nonzero()[0]
    ids = row_ids.take(sections.leader.take(named))
    external = (ids >= 0).nonzero()[0]
    named, ids = named.take(external), ids.take(external)
    winner = np.full(len(tables.names), -1, np.int64)
    winner[ids[::-1]] = named[::-1]  # written in reverse, so that the first of each name stays
    if (winner.take(ids) != named).any():
        _choose_largest(tables, named, ids, winner)
        winners = winner.take(ids)
        lost = (winners != named).nonzero()[0]
        losers = named.take(lost)
        _check_selection(tables, losers, winners.take(lost), report)
        dead[losers] = True
    followers = follows.nonzero()[0]
    if len(followers):
        top = _followed(tables, followers, log)
        dead[followers] = dead[top[followers]]
    return dead


def _choose_largest(tables: Tables, named: Integers, ids: NameIds, winner: Integers) -> None:
    """Make the largest section of a name win where any of its COMDATs is LARGEST.

    Of equally large ones the first wins. ``winner`` (section row by name id) is changed.
    """
    sections = tables.objects.sections
    is_largest = sections.selection[named] == int(SELECT.LARGEST)
    contested = set(ids[is_largest].tolist())
    if not contested:
        return
    for row, name_id in zip(named.tolist(), ids.tolist(), strict=True):
        if name_id in contested and sections.size[row] > sections.size[winner[name_id]]:
            winner[name_id] = row


def _check_selection(tables: Tables, losers: Integers, winners: Integers, report: Report) -> None:
    """Report pairs whose selections do not allow two definitions, or not two different ones.

    ``losers`` and ``winners`` are parallel section rows.
    """
    sections = tables.objects.sections
    lost, won = sections.selection.take(losers), sections.selection.take(winners)
    strict = ((lost != _ANY) | (won != _ANY)).nonzero()[0]
    if not len(strict):
        return
    # One entry a pair with a selection other than ANY.
    losers, winners, lost, won = (each.take(strict) for each in (losers, winners, lost, won))
    differ = sections.size[losers] != sections.size[winners]
    same_size = (lost == int(SELECT.SAME_SIZE)) & (won == int(SELECT.SAME_SIZE)) & differ
    exact = (lost == int(SELECT.EXACT_MATCH)) & (won == int(SELECT.EXACT_MATCH))
    tolerant = np.isin(lost, list(_TOLERANT)) & np.isin(won, list(_TOLERANT))
    if not _links_gnu_objects(tables.options):
        largest = int(SELECT.LARGEST)
        tolerant &= (lost == won) | (lost == largest) | (won == largest)
    suspects = np.flatnonzero(exact | same_size | ~(tolerant | exact))
    for position in suspects.tolist():
        loser, winner = int(losers[position]), int(winners[position])
        # gcc pads sections that clang does not: with mingw the sizes that definitions state count.
        mingw_pair = same_size[position] and tables.options.mingw
        if mingw_pair and _stated_size(tables, loser) == _stated_size(tables, winner):
            continue
        leader = int(sections.leader[loser])
        if _are_constant_references(tables, leader, [winner, loser]):
            continue
        if not (exact[position] and _same_contents(tables, loser, winner)):
            _report_duplicate(tables, leader, [winner, loser], report)


def _links_gnu_objects(options: LinkOptions) -> bool:
    """Whether objects of GNU compilers and of others may meet; drivers may have both.

    They have different selections for one inline function, and both may replace an import.
    link.exe refuses that, apart from LARGEST, which goes with ANY and SAME_SIZE.
    """
    return options.mingw or options.is_driver


def _stated_size(tables: Tables, row: int) -> int:
    """The Length of a section row's definition, an auxiliary symbol record; -1 without one."""
    symbols, objects = tables.objects.symbols, tables.objects.objects
    owner = int(tables.objects.sections.object[row])
    # Symbol rows of the section that an auxiliary record follows: the first is the definition.
    own = np.flatnonzero((symbols.section == row) & ~symbols.auxiliary)
    own = own[own + 1 < len(symbols.auxiliary)]
    own = own[symbols.auxiliary[own + 1]]
    if not len(own):
        return -1
    index = int(own[0]) + 1 - int(objects.first_symbol[owner])
    at = int(objects.symbols_at[owner]) + index * int(objects.symbol_size[owner])
    return int.from_bytes(tables.buffer[at : at + 4].tobytes(), "little")


def _same_contents(tables: Tables, one: int, other: int) -> bool:
    sections = tables.objects.sections
    if sections.size[one] != sections.size[other]:
        return False
    size = int(sections.size[one])
    first, second = int(sections.position[one]), int(sections.position[other])
    if min(first, second) < 0:
        return first == second
    return bool(
        np.array_equal(tables.buffer[first : first + size], tables.buffer[second : second + size])
    )


def _followed(tables: Tables, followers: Integers, log: Diagnostics) -> Integers:
    """The section at the end of each section's chain of associations; itself without one."""
    sections = tables.objects.sections
    _check_associations(tables, followers, log)
    top = np.arange(len(sections), dtype=np.int64)
    top[followers] = sections.parent[followers]
    for _ in range(len(followers).bit_length() + 1):
        top = top[top]  # each round doubles the distance, so long chains end soon
    endless = followers[sections.selection[top[followers]] == _ASSOCIATIVE]
    if len(endless):
        log.error(
            "associative COMDAT sections follow each other in a circle",
            place=section_text(tables, int(endless[0])),
        )
    return top


def _check_associations(tables: Tables, followers: Integers, log: Diagnostics) -> None:
    """Raise LinkError for associations that lld-link refuses, too.

    A section may follow one that itself follows only if that stands before it, and no COMDAT
    without a symbol: that one has no definition that could be selected.
    """
    sections = tables.objects.sections
    parent = sections.parent.take(followers)
    selection = sections.selection.take(parent)
    forward = (selection == _ASSOCIATIVE) & (parent > followers)
    nameless = (selection != _ASSOCIATIVE) & (selection != 0) & (sections.leader.take(parent) < 0)
    wrong = (parent >= 0) & (forward | nameless)
    for row, other in zip(followers[wrong].tolist(), parent[wrong].tolist(), strict=True):
        first = int(tables.objects.objects.first_section[int(sections.object[row])])
        names = [decoded(tables.section_name(each)) for each in (row, other)]
        log.error(
            f"associative comdat {names[0]} (sec {row - first + 1}) has invalid reference to"
            f" section {names[1]} (sec {other - first + 1})",
            place=tables.object_name(row),
        )
    if wrong.any():
        log.raise_if_errors()


# --- definitions ---------------------------------------------------------------------------------


def _definitions(
    tables: Tables, dead: Flags, report: Report, log: Diagnostics
) -> tuple[SectionRows, Integers]:
    """Section row (or ABSOLUTE, UNDEFINED) and value of every name id."""
    symbols = tables.objects.symbols
    # Symbols in no section have a negative number, which indexes the three flags at the end. One
    # entry a definition: its symbol row and name id.
    defines = np.concatenate([~dead, [home == ABSOLUTE for home in (DEBUG, ABSOLUTE, UNDEFINED)]])
    position = defines.take(symbols.section.take(symbols.rows)).nonzero()[0]
    rows, ids = symbols.rows.take(position), tables.symbol_ids.take(position)
    chosen = np.full(len(tables.names), -1, np.int32)
    chosen[ids[::-1]] = rows[::-1]  # in reverse, so that the first definition stays
    again = chosen.take(ids) != rows
    if again.any():
        _settle_duplicates(tables, rows, ids, ids[again], chosen, report, log)
    section = np.full(len(tables.names), UNDEFINED, np.int32)
    value = np.zeros(len(tables.names), np.int64)
    known = (chosen >= 0).nonzero()[0]
    rows = chosen.take(known)
    section[known] = symbols.section.take(rows)
    value[known] = symbols.value.take(rows)
    return section, value


def _settle_duplicates(
    tables: Tables,
    rows: SymbolRows,
    ids: NameIds,
    twice: NameIds,
    chosen: SymbolRows,
    report: Report,
    log: Diagnostics,
) -> None:
    """Choose for names with several definitions, or report them.

    Definitions of a linker script take precedence, without a word as in GNU ld. The linker's other
    definitions give way; where one is an import, callers may mean the other module's function:
    that is a warning in drivers and with mingw, else an error as with link.exe (LNK2005).
    Constants of one value are no conflict. ``twice`` are the ids of these names; ``chosen`` (symbol
    row by name id) is changed.
    """
    symbols = tables.objects.symbols
    origins = tables.objects.objects.origins
    made = [origin.made for origin in origins]
    overriding = [origin.made and origin.order == OVERRIDING for origin in origins]
    order = np.argsort(ids, kind="stable")
    sorted_ids = ids[order]
    for name_id in dict.fromkeys(twice.tolist()):
        start, end = np.searchsorted(sorted_ids, [name_id, name_id + 1])
        candidates = rows[order[start:end]].tolist()
        own = [row for row in candidates if overriding[symbols.object[row]]]
        own = own or [row for row in candidates if not made[symbols.object[row]]] or candidates
        chosen[name_id] = own[0]
        constants = {(int(symbols.section[row]), int(symbols.value[row])) for row in own}
        homes = [int(symbols.section[row]) for row in own]
        is_same = len(constants) == 1 and homes[0] == ABSOLUTE
        if len(own) > 1 and not (is_same or _are_constant_references(tables, own[0], homes)):
            _report_duplicate(tables, own[0], homes, report, own)
        imports = [origins[symbols.object[row]] for row in candidates if row not in own]
        if any(IMPORT_ORDER in each.order for each in imports):
            places = [origins[symbols.object[own[0]]].name, *(each.name for each in imports)]
            _report_import(tables, name_id, places, report, log)


def _are_constant_references(tables: Tables, row: int, homes: Sequence[int]) -> bool:
    """Whether a symbol in these sections is a reference of C++, bound when it was compiled.

    Code has the address of what such a reference is bound to and does not read the reference.
    """
    if min(homes) < 0 or not _REFERENCE.match(symbol_text(tables, row)):
        return False
    return not (tables.objects.sections.Characteristics[list(homes)] & _MEM_WRITE).any()


def _report_import(
    tables: Tables, name_id: int, places: Iterable[str], report: Report, log: Diagnostics
) -> None:
    """Report that a name is defined and imported; ``places`` are those of its definitions."""
    notes = tuple(f"defined at {place}" for place in places)
    name = tables.name(name_id)
    if _links_gnu_objects(tables.options):
        message = f"duplicate symbol: {name}: the definition is used, not the import"
        log.warn(message, notes=notes)
        return
    hint = f"the import of {name} was replaced; leave out the definition or the import library"
    report(f"duplicate symbol: {name}", notes=notes, hint=hint)


def _report_duplicate(
    tables: Tables, row: int, homes: Iterable[int], report: Report, rows: Iterable[int] = ()
) -> None:
    """lld's wording: the name, and every place that defines it."""
    origins, symbols = tables.objects.objects.origins, tables.objects.symbols
    lines = source_lines(tables)
    places = []
    for each in rows:
        home = int(symbols.section[each])
        suffix = lines.suffix(home, int(symbols.value[each])) if home >= 0 else ""
        places.append(origins[int(symbols.object[each])].name + suffix)
    places = places or [tables.object_name(home) + lines.suffix(home, 0) for home in homes]
    report(
        f"duplicate symbol: {symbol_text(tables, row)}",
        notes=tuple(f"defined at {place}" for place in places),
    )


def _weak_defaults(
    tables: Tables, row_ids: NameIds, dead: Flags, section: SectionRows, value: Integers
) -> None:
    """Define names that have only a weak external or an alternate name.

    ``section`` and ``value``, both by name id, are changed.
    """
    symbols = tables.objects.symbols
    # By name id: the id to use instead, and the symbol row where that is -1 (a name of one object).
    fallback: dict[int, tuple[int, int]] = {}
    open_rows = np.flatnonzero(section[row_ids[symbols.weak_rows]] == UNDEFINED)
    weak, defaults = symbols.weak_rows[open_rows], symbols.weak_default[open_rows]
    for name_id, default in zip(row_ids[weak].tolist(), defaults.tolist(), strict=True):
        fallback.setdefault(name_id, (int(row_ids[default]), default))
    for missing, alternate in tables.alternates:
        if section[missing] == UNDEFINED:
            fallback.setdefault(missing, (alternate, -1))
    for name_id in fallback:
        at, seen = name_id, set()
        while at in fallback and section[at] == UNDEFINED and at not in seen:
            seen.add(at)
            next_id, row = fallback[at]
            if next_id < 0:
                home = int(symbols.section[row])
                if home == ABSOLUTE or (home >= 0 and not dead[home]):
                    section[name_id], value[name_id] = home, symbols.value[row]
                break
            at = next_id
        if section[at] != UNDEFINED:
            section[name_id], value[name_id] = section[at], value[at]


# --- what remains --------------------------------------------------------------------------------


def _kept_sections(tables: Tables, dead: Flags, options: LinkOptions) -> Flags:
    """A flag per section row: whether it may reach the image at all."""
    sections = tables.objects.sections
    dropped = np.array(
        [
            is_dropped(stem, driver=options.is_driver, debug=options.keeps_debug_data)
            for stem in tables.stems
        ],
        np.bool_,
    )
    marked = (sections.Characteristics & _NOT_IN_IMAGE) != 0
    kept: Flags = ~(dead | marked)
    kept[tables.superseded] = False
    if len(dropped):
        kept &= (~dropped).take(tables.section_stems)
    return kept


def _resolve_section_names(
    tables: Tables, kept: Flags, row_section: SectionRows, row_value: Integers
) -> None:
    """Give undefined symbols of class SECTION the section that they name.

    Such a symbol stands for its object's own contribution to a section, of no bytes where the
    object has none: the place where the next one of its library begins. The heads of lib.exe's
    import libraries refer so to ``.idata$4`` and ``.idata$5``, of which later members have parts.
    """
    symbols, sections = tables.objects.symbols, tables.objects.sections
    rows = ((symbols.storage_class == _SECTION) & (row_section == UNDEFINED)).nonzero()[0]
    if not len(rows):
        return
    libraries = [each.order.partition("/")[0] for each in tables.objects.objects.origins]
    for row in rows.tolist():
        name, owner = symbol_text(tables, row).encode(), int(symbols.object[row])
        for home in tables.rows_of_stem(name.partition(b"$")[0]).tolist():
            place = int(sections.object[home])
            is_later = place > owner and libraries[place] == libraries[owner]
            if is_later and kept[home] and tables.section_name(home) == name:
                row_section[row], row_value[row] = home, 0  # the value has Characteristics
                break


def _check_unwind_relocations(tables: Tables, relocations: Relocations, log: Diagnostics) -> None:
    """Relocations of .pdata that are outside of their section are errors.

    An entry of .pdata is linked with the function that its relocations name. Entries that no
    relocation reaches are dropped, so these sections cannot be left to ``relocate``, which looks at
    what is linked.
    """
    unwind = np.zeros(len(tables.section_stems), np.bool_)
    unwind[tables.rows_of_stem(b".pdata")] = True
    rows = unwind.take(relocations.section).nonzero()[0]
    size = tables.objects.sections.size.take(relocations.section.take(rows))
    outside = rows.compress(relocations.offset.take(rows) + _ADDRESS_SIZE > size)
    for row in outside[:_REFERENCES_SHOWN].tolist():
        fixup = tables.target.fixups.get(int(relocations.type[row]))
        log.error(
            f"relocation {fixup.name if fixup else int(relocations.type[row])}"
            " is outside of its section",
            place=place_text(tables, int(relocations.section[row]), int(relocations.offset[row])),
        )


def _stand_at_image_base(tables: Tables, section: SectionRows, value: Integers) -> None:
    """/force: undefined names stand for the image's first byte, where nothing can run."""
    prefix = tables.target.machine.symbol_prefix.encode()
    base = tables.names.find(tables.buffer, prefix + b"__ImageBase")
    missing = section == UNDEFINED
    section[missing], value[missing] = section[base], value[base]
