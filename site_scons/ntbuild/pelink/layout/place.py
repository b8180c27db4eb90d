"""Output sections: their names, flags and order, and the contributions of each in order.

Every live section goes to one output section. A ``Section`` rule of the user's decides, then
/merge, then the profile's table, and else its own name up to the ``$``. For example ``.text$mn``
goes to .text, and ``PAGE$a`` to PAGE. Within an output section, groups stand in the profile's
order, names with a ``$`` are sorted by what follows it, and uninitialised data is last.

Some of these orders are contracts:

- the import tables of each DLL are contiguous, and the IAT opens .rdata of a driver
- arrays built from ``$`` groups (.CRT$XCA to .CRT$XCZ) rely on the sorting
- sections that the loader frees (INIT, .rsrc, .reloc) are one run at the end of a driver
- .bss is at the end of .data, where the file needs no bytes for it

Where several orders are allowed, contributions stay in link order.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pecoff.constants import IMAGE_SCN as SCN
from ntbuild.pelink.default_sections import (
    BOUNDED_STEMS,
    DEBUG_PREFIX,
    DEBUG_RANK,
    DRIVER_IMPORTS,
    DRIVER_SECTIONS,
    FREED_RANK,
    GNU_COMDAT_STEMS,
    MERGED_STEMS,
    MINGW_IMPORTS,
    PAGE_RANK,
    PLAIN_IMPORTS,
    PLAIN_SECTIONS,
    TABLE_STEM,
    USER_RANK,
    OutputRule,
    is_pageable,
    merged_stem,
)
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import OutputSection, Tables
from ntbuild.pelink.options import LinkOptions, Section
from ntbuild.pelink.script.plan import Plan
from ntbuild.pelink.synthesize.storage import HEADER_SECTION
from ntbuild.support.text import decoded, encoded
from ntbuild.support.values import dataclass

from .constructors import gnu_constructors, gnu_suffix, refuse_constructors, walked_forwards

if TYPE_CHECKING:
    from ntbuild.pelink.script.placement import ScriptedSection

_CODE, _WRITE = int(SCN.CNT_CODE), int(SCN.MEM_WRITE)
_UNINITIALIZED = int(SCN.CNT_UNINITIALIZED_DATA)
_EXECUTE = int(SCN.MEM_EXECUTE)
_MEMORY = int(SCN.MEM_READ | SCN.MEM_WRITE | SCN.MEM_EXECUTE | SCN.MEM_SHARED | SCN.MEM_DISCARDABLE)
_DATA = int(SCN.CNT_INITIALIZED_DATA)

_GROUP_ORDER = {
    b".idata": 0,
    b".00cfg": 1,
    b".text": 2,
    b".rdata": 2,
    b".data": 2,
    b".xdata": 4,
    b".edata": 9,
}
"""Rank of a stem's group in its output section: IAT first, exports last."""

_OWN_GROUP, _MERGED_GROUP, _OTHER_GROUP = 2, 3, 5
"""Ranks of a section's own stem, of those that /merge adds to it (as lld-link), and of others."""

_LAST_GROUP = 10
"""Rank of uninitialised data, behind all others: the file ends a section where its data ends."""

_SUFFIX_BITS, _ROW_BITS = 27, 32
"""Bits of the suffix's rank and of the section row in the number by which rows are sorted."""

_FLAG_BITS = {
    "read": int(SCN.MEM_READ),
    "write": _WRITE,
    "execute": _EXECUTE,
    "shared": int(SCN.MEM_SHARED),
    "discardable": int(SCN.MEM_DISCARDABLE),
}
_INVERTED_BITS = {"pageable": int(SCN.MEM_NOT_PAGED), "cached": int(SCN.MEM_NOT_CACHED)}


@dataclass(slots=True)
class _Output:
    """An output section while its rows are collected; ``rule`` is None outside of the profile.

    ``names`` are those that its rows have without /merge, ``merged`` the stems that /merge adds.
    """

    name: str
    rule: OutputRule | None
    rows: list[Integers]
    names: set[str]
    merged: set[bytes]


def place(
    tables: Tables, live: Flags, options: LinkOptions, plan: Plan, log: Diagnostics
) -> tuple[OutputSection, ...]:
    """The image's output sections in order, without .reloc.

    ``live`` has a flag for each section row. Raises LinkError for /merge in a circle.
    """
    scripted, rest = _by_script(tables, live, plan)
    outputs = _assign(tables, rest, options, log)
    log.raise_if_errors()
    # Names order sections of one rank, as with lld-link: no object more or less can reorder them.
    found = [(output, _finished(tables, output, options)) for output in outputs.values()]
    found.sort(key=lambda pair: (_place_name(pair[0]), pair[1].name, pair[1].Characteristics))
    placed = [(_rank(section, output.rule, options), section) for output, section in found]
    placed.sort(key=lambda pair: pair[0])
    if scripted:
        ordered = _around_scripted(tables, scripted, placed, options)
    else:
        ordered = _in_users_order([section for _, section in placed], options.sections)
    refuse_constructors(tables, live, options, log)
    log.raise_if_errors()
    _warn_of_long_names(ordered, options, log)
    return tuple(ordered)


def _by_script(tables: Tables, live: Flags, plan: Plan) -> tuple[list["ScriptedSection"], Flags]:
    """A linker script's sections, and the flags of the live rows that it left out."""
    if not plan.sections:
        return [], live
    from ntbuild.pelink.script.placement import by_plan  # noqa: PLC0415 - few links have a script

    return by_plan(tables, live, plan)


# --- which output section ------------------------------------------------------------------------


def _assign(
    tables: Tables, live: Flags, options: LinkOptions, log: Diagnostics
) -> dict[tuple[str, str], _Output]:
    """Live rows by output section, whose key is its name and, outside of the profile, its kind."""
    rules = DRIVER_SECTIONS if options.is_driver else PLAIN_SECTIONS
    merges = _merges(options, log)
    outputs: dict[tuple[str, str], _Output] = {}
    chosen = _users_choice(tables, live, options.sections)
    # One stem after the other, because most rules depend on the stem alone; then by the user's
    # rule, by output section, and by access. Rows stay in link order throughout.
    for number, rows in tables.rows_by_stem(live):
        stem = tables.stems[number]
        if stem == HEADER_SECTION.split("$", maxsplit=1)[0].encode():
            continue
        if stem == TABLE_STEM and not tables.objects.sections.size.take(rows).any():
            continue  # tables without entries: only the padding before them would be left
        for name, selected in _split_by_choice(rows, chosen, options.sections):
            for output_name, part in _named(tables, stem, selected, name, options):
                final = merges.get(output_name, output_name)
                rule = rules.get(final)
                for kind, of_kind in _kinds(tables, part, final, rule, stem):
                    of_profile = rule if not kind else None
                    output = outputs.setdefault(
                        (final, kind), _Output(final, of_profile, [], set(), set())
                    )
                    output.rows.append(of_kind)
                    output.names.add(output_name)
                    if final != output_name:
                        output.merged.add(stem)
    return outputs


def _merges(options: LinkOptions, log: Diagnostics) -> dict[str, str]:
    """The final output name of each name that /merge gives away, through chains of merges."""
    direct: dict[str, str] = {}
    for source, target in options.merge:
        if source == target:  # it is left alone; the usual merge no longer applies
            usual = MERGED_STEMS.get(merged_stem(source.encode()), source)
            if usual != source:
                log.warn(f"{source}={usual}: already merged into {source}")
            continue
        if direct.setdefault(source, target) != target:
            log.warn(f"/merge:{source}={target}: already merged into {direct[source]}")
    # Each name is followed to the end of its chain; a name met twice on the way is a circle.
    final = {}
    for source in direct:
        at, seen = source, set()
        while at in direct and at not in seen:
            seen.add(at)
            at = direct[at]
        if at in seen:
            log.error(f"/merge: cycle found for section '{source}'")
        for name in sorted({source, at} & {".rsrc", ".reloc"}):
            log.error(f"/merge: cannot merge '{name}' with any section")
        final[source] = at
    return final


def _users_choice(tables: Tables, live: Flags, sections: Sequence[Section]) -> Integers:
    """Index of the first Section rule whose patterns match each section row, -1 for none.

    Empty without rules.
    """
    if not sections:
        return np.zeros(0, np.int64)
    from ntbuild.pelink.script.matching import first_rules  # noqa: PLC0415 - only links with rules need it

    return first_rules(tables, live, sections)


def _split_by_choice(
    rows: Integers, choice: Integers, sections: Sequence[Section]
) -> list[tuple[str | None, Integers]]:
    """(the rule's section name or None, its rows), in the order in which rules first match."""
    if not sections:
        return [(None, rows)]
    rules = choice[rows]
    return [
        (sections[index].name if index >= 0 else None, rows[rules == index])
        for index in dict.fromkeys(rules.tolist())
    ]


def _named(
    tables: Tables, stem: bytes, rows: Integers, chosen: str | None, options: LinkOptions
) -> list[tuple[str, Integers]]:
    """(output section name, rows) for rows of one stem; ``chosen`` is the name of a user's rule.

    Import tables stay where the profile has them, whatever a rule says.
    """
    if chosen is not None and stem != b".idata":
        return [(chosen, rows)]
    if stem == b".idata":
        table = DRIVER_IMPORTS if options.is_driver else PLAIN_IMPORTS
        table = MINGW_IMPORTS if options.mingw else table
        suffixes = [name[len(stem) :] for name in tables.section_names(rows)]
        homes = [table.get(suffix, table[b""]) for suffix in suffixes]
        return [(home, rows[[each == home for each in homes]]) for home in dict.fromkeys(homes)]
    name = decoded(stem)
    if options.is_driver and gnu_suffix(stem) is not None:
        return [(".rdata", rows)]
    if (name, name) in options.merge:  # merged with itself: not with what it usually is
        return [(name, rows)]
    return [(MERGED_STEMS.get(merged_stem(stem), name), rows)]


def _kinds(
    tables: Tables, rows: Integers, name: str, rule: OutputRule | None, stem: bytes
) -> list[tuple[str, Integers]]:
    """(kind, rows): the rows of a section outside of the profile, apart by their access.

    Code and data of one name become several sections of that name, as link.exe does it, so that
    no section is writable and executable. Sections of the profile hold what it merges into them.
    """
    if rule is not None and (name != "INIT" or stem == b".idata"):
        return [("", rows)]
    flags = tables.objects.sections.Characteristics[rows]
    executes = flags & _EXECUTE != 0
    writes = ~executes & (flags & _WRITE != 0)
    parts = [("" if rule is not None else "code", rows[executes]), ("write", rows[writes])]
    parts.append(("read", rows[~executes & ~writes]))
    return [(kind, of_kind) for kind, of_kind in parts if len(of_kind)]


# --- order and flags -----------------------------------------------------------------------------


def _place_name(output: _Output) -> str:
    """A section that only /merge fills stands where what it holds would stand."""
    return output.name if output.name in output.names else min(output.names)


def _rank(section: OutputSection, rule: OutputRule | None, options: LinkOptions) -> int:
    """Where a section stands; outside of the profile what is discarded follows what stays."""
    if rule is not None:
        return rule.rank
    if encoded(section.name).startswith(DEBUG_PREFIX):
        return DEBUG_RANK
    if section.Characteristics & int(SCN.MEM_DISCARDABLE):
        return FREED_RANK
    return PAGE_RANK if options.is_driver and is_pageable(section.name) else USER_RANK


def _finished(tables: Tables, output: _Output, options: LinkOptions) -> OutputSection:
    rows = _sorted_rows(tables, np.concatenate(output.rows), output, is_driver=options.is_driver)
    return _with_flags(tables, output.name, output.rule, rows, 1, options)


def _with_flags(
    tables: Tables,
    name: str,
    rule: OutputRule | None,
    rows: Integers,
    alignment: int,
    options: LinkOptions,
) -> OutputSection:
    """An output section with the profile's or its inputs' flags, overridden by the user's."""
    if rule is not None and rule.Characteristics is not None:
        flags = rule.Characteristics
    else:
        flags = _combined_flags(tables, name, rows, options)
    for section in options.sections:
        if section.name == name:
            flags, alignment = _overridden(flags, section), max(alignment, section.align or 1)
    return OutputSection(name, flags, rows, alignment)


def _around_scripted(
    tables: Tables,
    scripted: list["ScriptedSection"],
    placed: list[tuple[int, OutputSection]],
    options: LinkOptions,
) -> list[OutputSection]:
    """A script's sections in its order, and those that it left out where the profile has them.

    Rows of a section that the script names join it; another section follows the last one of its
    rank or less.
    """
    rules = DRIVER_SECTIONS if options.is_driver else PLAIN_SECTIONS
    leftovers = {section.name: section.rows for _, section in placed}
    names = [section.name for section in scripted]
    result: list[tuple[int, OutputSection]] = []
    for section in scripted:
        rows = section.rows
        if section.name in leftovers:
            extra = leftovers[section.name]
            # The IAT opens its section here, too.
            rows = (
                np.concatenate([extra, rows])
                if _opens(tables, extra)
                else np.concatenate([rows, extra])
            )
        rule = rules.get(section.name)
        finished = _with_flags(tables, section.name, rule, rows, section.alignment, options)
        result.append((_rank(finished, rule, options), finished))
    for rank, other in placed:
        if other.name not in names:
            after = [index for index, (each, _) in enumerate(result) if each <= rank]
            result.insert(after[-1] + 1 if after else 0, (rank, other))
    return [finished for _, finished in result]


def _opens(tables: Tables, rows: Integers) -> bool:
    """Whether rows are import addresses, which open their section."""
    stem = tables.stems[int(tables.section_stems[rows[0]])]
    return stem == b".idata" and tables.section_name(int(rows[0])) == b".idata$5"


def _combined_flags(tables: Tables, name: str, rows: Integers, options: LinkOptions) -> int:
    """Flags of a section that no profile knows: its inputs' access, and one kind of content."""
    # Empty contributions do not make a section writable, unless there are no others.
    filled = rows[tables.objects.sections.size[rows] > 0]
    each = tables.objects.sections.Characteristics[filled if len(filled) else rows]
    flags = int(np.bitwise_or.reduce(each)) if len(each) else 0
    memory = flags & _MEMORY | int(SCN.MEM_READ)
    if flags & _EXECUTE:
        content = _CODE
    elif len(each) and bool((each & _UNINITIALIZED != 0).all()):
        content = _UNINITIALIZED
    else:
        content = _DATA
    if options.is_driver and not is_pageable(name) and not memory & int(SCN.MEM_DISCARDABLE):
        if name == "INIT":
            return memory | content | int(SCN.MEM_DISCARDABLE)
        memory |= int(SCN.MEM_NOT_PAGED)
    return memory | content


def _overridden(flags: int, section: Section) -> int:
    """The flags with what a Section sets (True) and clears (False)."""
    for word, bit in _FLAG_BITS.items():
        state = getattr(section, word)
        if state is not None:
            flags = flags | bit if state else flags & ~bit
    for word, bit in _INVERTED_BITS.items():
        state = getattr(section, word)
        if state is not None:
            flags = flags & ~bit if state else flags | bit
    # What is freed need not be kept from paging, unless the rule says so.
    if section.discardable and section.pageable is None:
        flags &= ~int(SCN.MEM_NOT_PAGED)
    return flags


def _group_rank(stem: bytes, output: _Output) -> int:
    """Rank of a stem's rows in an output section; import addresses open it also if merged."""
    usual = _GROUP_ORDER.get(merged_stem(stem), _OTHER_GROUP)
    if stem in output.merged and _OWN_GROUP <= usual <= _OTHER_GROUP:
        return _MERGED_GROUP
    is_own = output.merged and usual == _OTHER_GROUP and stem == encoded(output.name)
    return _OWN_GROUP if is_own else usual


def _sorted_rows(tables: Tables, rows: Integers, output: _Output, *, is_driver: bool) -> Integers:
    """The rows of an output section in order.

    Sort key, high to low: rank of the group (uninitialised data last), rank of the ``$`` suffix,
    section row, which is link order.
    """
    if len(rows) == 1:
        return rows
    flags = tables.objects.sections.Characteristics.take(rows)
    keys = _per_stem(tables, rows, lambda stem: _group_rank(stem, output))
    keys[flags & _UNINITIALIZED != 0] = _LAST_GROUP
    # One number holds the key with the row: sorting numbers is several times as quick.
    keys <<= _SUFFIX_BITS
    keys |= _suffix_ranks(tables, rows, is_driver=is_driver)
    keys <<= _ROW_BITS
    swapped = walked_forwards(tables, rows) if is_driver else {}
    keys |= _swapped(rows, swapped)
    keys.sort()
    keys &= (1 << _ROW_BITS) - 1
    return _swapped(keys, swapped)


def _swapped(rows: Integers, places: Mapping[int, int]) -> Integers:
    """The rows with some in each other's places; few have another one."""
    if not places:
        return rows
    return np.array([places.get(row, row) for row in rows.tolist()], rows.dtype)


def _per_stem(tables: Tables, rows: Integers, value: Callable[[bytes], int]) -> Integers:
    """``value`` of the stem of each row, called once for each distinct stem."""
    numbers = tables.section_stems.take(rows)
    if len(rows) > len(tables.stems):
        return np.array([value(stem) for stem in tables.stems], np.int64).take(numbers)
    known = {number: value(tables.stems[number]) for number in set(numbers.tolist())}
    return np.array([known[number] for number in numbers.tolist()], np.int64)


def _suffix_ranks(tables: Tables, rows: Integers, *, is_driver: bool) -> Integers:
    """A number for each row that sorts as its ``$`` suffix does.

    0 has no suffix. 1 is a COMDAT with a long name (``.text$_ZN3fooEv``), which GNU compilers name
    after its symbol: those stay in link order, as with lld, so that neighbours stay neighbours.
    In other sections (``.kmdftypeinit$b``) a COMDAT's suffix is one like any other.
    From 2 on, suffixes are numbered in byte order, those of import tables by DLL in addition.
    A driver's GNU tables of constructors have the suffix of cl's. Tables that end up in a section
    that has more in it stand behind the rest, each by itself.
    """
    sections = tables.objects.sections
    long_name = sections.long_name.take(rows)
    named_after_symbol = (sections.selection.take(rows) != 0) & long_name
    if named_after_symbol.any():
        named_after_symbol &= _per_stem(tables, rows, GNU_COMDAT_STEMS.__contains__) != 0
    ranks: Integers = named_after_symbol.astype(np.int64)
    lengths = _per_stem(tables, rows, len)
    # Names that may have a ``$`` behind their stem: one of eight bytes fills its field without it.
    within = (~named_after_symbol & (long_name | (lengths < 8))).nonzero()[0]
    at = sections.name_at.take(rows.take(within)) + lengths.take(within)
    marked = within.compress(tables.buffer.take(at) == ord("$"))
    imports = tables.stems.index(b".idata") if b".idata" in tables.stems else -1
    origins = tables.objects.objects.origins
    keys: list[tuple[bytes, str]] = []
    suffixed = rows.take(marked)
    owners = sections.object.take(suffixed).tolist()
    stems = tables.section_stems.take(suffixed).tolist()
    for name, stem, owner in zip(tables.section_names(suffixed), stems, owners, strict=True):
        order = origins[owner].order if stem == imports else ""
        suffix = name[len(tables.stems[stem]) :]
        keys.append((b"$~" + name if tables.stems[stem] in BOUNDED_STEMS else suffix, order))
    if is_driver:
        positions, suffixes = gnu_constructors(tables, rows)
        marked = np.concatenate([marked, positions]) if suffixes else marked
        keys += [(suffix, "") for suffix in suffixes]
    rank_of = {key: rank for rank, key in enumerate(sorted(set(keys)), 2)}
    ranks[marked] = [rank_of[key] for key in keys]
    return ranks


def _in_users_order(placed: list[OutputSection], rules: Sequence[Section]) -> list[OutputSection]:
    """The sections with those that have a rule swapped among themselves into the rules' order."""
    ranks = {rule.name: rank for rank, rule in reversed(list(enumerate(rules)))}
    slots = [index for index, section in enumerate(placed) if section.name in ranks]
    listed = sorted((placed[index] for index in slots), key=lambda section: ranks[section.name])
    for index, section in zip(slots, listed, strict=True):
        placed[index] = section
    return placed


def _warn_of_long_names(
    sections: Sequence[OutputSection], options: LinkOptions, log: Diagnostics
) -> None:
    """lld-link's warning of a name that needs the string table; debug data never has short ones.

    Where DWARF is kept there is a string table anyway.
    """
    if options.mingw or "dwarf" in options.debug_words:
        return
    for section in sections:
        is_long = len(encoded(section.name)) > 8 and not section.name.startswith(".debug_")
        if is_long and section.Characteristics & int(SCN.MEM_DISCARDABLE):
            log.warn(
                f"section name {section.name} is longer than 8 characters and will use a"
                " non-standard string table"
            )
