"""Evaluate: sizes, addresses and symbols that the expressions of a linker script give.

Layout and evaluation depend on each other: ``. = ALIGN(16)`` needs an address, and makes all that
follow it move. So the pipeline lays out, evaluates, and lays out again until an evaluation changes
nothing. ``evaluate`` returns what has to change; ``check_script`` then reports what cannot be, and
``write_script`` writes the data that expressions give into the image.

Faults are reported of the last evaluation only: before, an expression may depend on what is not yet
there.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Integers, NameIds, SymbolRows
from ntbuild.pecoff.constants import IMAGE_REL_BASED, IMAGE_SCN
from ntbuild.pecoff.object.read import ABSOLUTE
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import Contents, Layout, OutputSection, Relaid, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass, replace

from .arithmetic import WORD, signed
from .cross_references import cross_references
from .expressions import Value, address
from .placement import made_rows
from .plan import Plan
from .walk import Found, Section, Walk, rows_with_bytes

_WALKS: Final = 16
"""Walks until symbols that depend on later ones have their values; each resolves one more."""

# Bytes: an RVA has 32 bits.
_IMAGE_LIMIT: Final = 1 << 32
_EXECUTE: Final = int(IMAGE_SCN.MEM_EXECUTE)


@dataclass(frozen=True, slots=True, eq=False)
class ScriptSymbols:
    """What stands for the statements of a script, found before any value is known.

    ``rows`` are section rows by number of contribution. ``names`` and ``symbols`` are the name ids
    and the symbol rows that mean the symbol of each number, weak externals and aliases included.
    ``header`` is the section row of the image's first byte.
    """

    rows: Mapping[int, int]
    names: Mapping[int, NameIds]
    symbols: Mapping[int, SymbolRows]
    header: int


def script_symbols(plan: Plan, tables: Tables, symbols: SymbolTable) -> ScriptSymbols:
    """The contributions of a script and who refers to their symbols."""
    rows = made_rows(tables, np.ones(len(tables.section_stems), np.bool_))
    names, referring = {}, {}
    for each in plan.made:
        row = rows.get(each.number, -1)
        if each.symbol and each.is_computed and row >= 0:
            names[each.number] = np.flatnonzero(symbols.section == row).astype(np.int32)
            referring[each.number] = np.flatnonzero(symbols.row_section == row).astype(np.int32)
    prefix = tables.target.machine.symbol_prefix.encode()
    base = tables.names.find(tables.buffer, prefix + b"__ImageBase")
    return ScriptSymbols(rows, names, referring, int(symbols.section[base]))


def evaluate(
    plan: Plan,
    script: ScriptSymbols,
    tables: Tables,
    symbols: SymbolTable,
    sections: tuple[OutputSection, ...],
    layout: Layout,
) -> Relaid | None:
    """What a script changes of this layout; None when everything is as its expressions want it."""
    found = _walk(plan, script, tables, symbols, sections, layout)
    resized = _with_sizes(script, tables, sections, found)
    valued = _with_values(plan, script, tables, symbols, sections, layout, found)
    requested = _with_addresses(plan, sections, layout, found)
    if resized is tables and valued is symbols and requested is sections:
        return None
    return Relaid(resized, valued, requested)


def _walk(
    plan: Plan,
    script: ScriptSymbols,
    tables: Tables,
    symbols: SymbolTable,
    sections: Sequence[OutputSection],
    layout: Layout,
) -> Found:
    """What a walk finds that knows the symbols assigned later, from the walks before it."""
    before: Found | None = None
    for _ in range(_WALKS):
        found = Walk(plan, script.rows, tables, symbols, sections, layout, before).run()
        if before and found.symbols == before.symbols and found.sections == before.sections:
            return found
        before = found
    found.faults.append(("", "the symbols of the linker script depend on each other in a circle"))
    return found


# --- sizes, symbols, addresses -------------------------------------------------------------------


def _with_sizes(
    script: ScriptSymbols,
    tables: Tables,
    sections: Sequence[OutputSection],
    found: Found,
) -> Tables:
    """Gaps get their sizes, and inputs the alignment of SUBALIGN."""
    columns = tables.objects.sections
    size, alignment = columns.size.copy(), columns.alignment.copy()
    for number, gap in found.gaps.items():
        if number in script.rows:
            size[script.rows[number]] = gap
    made = set(script.rows.values())
    for index, wanted in found.subalignments.items():
        output = found.sections[index].output
        if output >= 0:
            # SUBALIGN is for input sections; what the script itself placed keeps its alignment.
            rows = [row for row in sections[output].rows.tolist() if row not in made]
            alignment[rows] = 1 << max(wanted - 1, 0).bit_length()
    if np.array_equal(size, columns.size) and np.array_equal(alignment, columns.alignment):
        return tables
    changed = replace(columns, size=size, alignment=alignment)
    return replace(tables, objects=replace(tables.objects, sections=changed))


def _with_values(
    plan: Plan,
    script: ScriptSymbols,
    tables: Tables,
    symbols: SymbolTable,
    sections: Sequence[OutputSection],
    layout: Layout,
    found: Found,
) -> SymbolTable:
    """Every symbol of the script is in the section that it is relative to, or absolute."""
    section, value = symbols.section.copy(), symbols.value.copy()
    row_section, row_value = symbols.row_section.copy(), symbols.row_value.copy()
    for each in plan.made:
        result = found.symbols.get(each.symbol)
        if result is None or each.number not in script.names:
            continue
        row, offset = _home(result, script, tables, sections, layout, found)
        names, referring = script.names[each.number], script.symbols[each.number]
        section[names], value[names] = row, offset
        row_section[referring], row_value[referring] = row, offset
    if (
        np.array_equal(section, symbols.section)
        and np.array_equal(value, symbols.value)
        and np.array_equal(row_section, symbols.row_section)
        and np.array_equal(row_value, symbols.row_value)
    ):
        return symbols
    return replace(
        symbols, section=section, value=value, row_section=row_section, row_value=row_value
    )


def _home(
    result: Value,
    script: ScriptSymbols,
    tables: Tables,
    sections: Sequence[OutputSection],
    layout: Layout,
    found: Found,
) -> tuple[int, int]:
    """(section row, offset) of a value; ABSOLUTE for what does not move with the image."""
    base = layout.image_base
    where = script, tables, sections, layout, found
    if result.in_section:
        home = found.sections[result.section]
        # An empty section is not in the image: its symbols need another section to be relative to.
        if not home.size:
            return _home(address(home.start + signed(result.word)), *where)
        # The offset counts from where this layout has the section. If the section moves, its
        # contributions move with it, and the offset in the contribution stays right.
        place = home.laid_out_at + signed(result.word)
        return _anchor(tables, sections[home.output].rows, layout, place - base)
    # Only a value that contains the image base exactly once can be an address in the image.
    if result.moves != 1:
        return ABSOLUTE, signed(result.word)
    before = [each for each in found.sections if each.size and each.start <= result.word]
    if not before:
        return script.header, signed(result.word - base)
    home = max(before, key=lambda each: each.start)
    place = signed(result.word - home.shift - base)  # addresses are words, which wrap around
    return _anchor(tables, sections[home.output].rows, layout, place)


def _anchor(tables: Tables, rows: Integers, layout: Layout, rva: int) -> tuple[int, int]:
    """The contribution that an address is in, or the nearest before it, and the offset in it."""
    filled = rows_with_bytes(tables, rows)
    starts = layout.rva.take(filled)
    at = max(int(starts.searchsorted(rva, "right")) - 1, 0)
    return int(filled[at]), signed(rva - int(starts[at]))


def _with_addresses(
    plan: Plan, sections: tuple[OutputSection, ...], layout: Layout, found: Found
) -> tuple[OutputSection, ...]:
    """Sections with the addresses that the script asks for, in the order of their addresses.

    What the script has no place for follows its sections: between two of them there may be no room.
    """
    # One entry of ``changed`` and of ``keys`` is one output section.
    by_output = {each.output: each for each in found.sections if each.output >= 0}
    starts = dict(plan.section_starts)
    changed, keys = [], []
    any_requested = False
    for index, section in enumerate(sections):
        home = by_output.get(index)
        wanted = starts.get(section.name)
        if wanted is None and home is not None and home.is_requested and home.size:
            wanted = home.start
        alignment = section.alignment
        if home is not None and wanted is None:
            alignment = max(alignment, 1 << max(home.alignment - 1, 0).bit_length())
        rva = None
        if wanted is not None and 0 <= wanted - layout.image_base < _IMAGE_LIMIT:
            rva, any_requested = wanted - layout.image_base, True
        # Key: sections of the script or of an option by address, then all others as they stood.
        changed.append(replace(section, address=rva, alignment=alignment))
        has_place = home is not None and home.size
        keys.append((0, home.start) if home and has_place else (wanted is None, wanted or 0))
    order = sorted(range(len(keys)), key=lambda at: keys[at]) if any_requested else range(len(keys))
    result = tuple(changed[at] for at in order)
    same = all(
        left.rows is right.rows
        and (left.address, left.alignment) == (right.address, right.alignment)
        for left, right in zip(result, sections, strict=True)
    )
    return sections if same else result


# --- the last evaluation -------------------------------------------------------------------------


def check_script(
    plan: Plan,
    script: ScriptSymbols,
    tables: Tables,
    symbols: SymbolTable,
    sections: tuple[OutputSection, ...],
    layout: Layout,
    options: LinkOptions,
    log: Diagnostics,
) -> Found:
    """What the script gives this layout, for good. Raises LinkError with all faults of the script.

    This comes before relocations are applied: a symbol without a value would make them fail, too.
    """
    found = _walk(plan, script, tables, symbols, sections, layout)
    _report(plan, script, tables, symbols, sections, layout, options, found, log)
    log.raise_if_errors()
    return found


def write_script(
    script: ScriptSymbols,
    found: Found,
    tables: Tables,
    sections: tuple[OutputSection, ...],
    layout: Layout,
    contents: Contents,
) -> Contents:
    """The image with the data and the fills of a script.

    Addresses in data are added to the base relocations.
    """
    image, based, types = contents.image, [contents.based], [contents.based_types]
    trap = bytes([tables.target.trap or 0])
    _write_fills(script, tables, sections, layout, image, found, trap)
    pointer = tables.target.machine.pointer_size
    kind = IMAGE_REL_BASED.DIR64 if pointer == 8 else IMAGE_REL_BASED.HIGHLOW
    for number, size, value in found.data:
        row = script.rows[number]
        at = int(layout.file_offset[row])
        if at < 0:
            continue
        width = min(size, int(tables.objects.sections.size[row]))
        word = value.word & ((1 << 8 * width) - 1)
        image[at : at + width] = np.frombuffer(word.to_bytes(width, "little"), np.uint8)
        if value.moves == 1 and width == pointer:
            based.append(layout.rva[row : row + 1])
            types.append(np.array([int(kind)], np.uint16))
    places = np.concatenate(based)
    order = np.argsort(places, kind="stable")
    return replace(contents, based=places[order], based_types=np.concatenate(types)[order])


def _report(
    plan: Plan,
    script: ScriptSymbols,
    tables: Tables,
    symbols: SymbolTable,
    sections: tuple[OutputSection, ...],
    layout: Layout,
    options: LinkOptions,
    found: Found,
    log: Diagnostics,
) -> None:
    """All faults of the script, now that no address changes any more."""
    for place, message in dict.fromkeys(found.faults):
        log.error(message, place=place)
    report = log.error if options.is_driver else log.warn
    for place, message in found.remarks:
        report(message, place=place)
    for region in found.regions:
        if region.overflow():
            count = region.overflow()
            log.error(f"region `{printable(region.name)}' overflowed by {count} bytes")
    for home in found.sections:
        if home.is_requested and home.size:
            _report_address(home, plan, layout, options, log)
    ignored = _rows_of_addresses(plan, script, found)
    cross_references(plan, tables, symbols, sections, layout, ignored, log)
    # A fault leaves something as it was, so there is no use in asking whether all is settled.
    if found.faults:
        return
    if evaluate(plan, script, tables, symbols, sections, layout) is not None:
        log.error(
            "the addresses of the linker script do not settle",
            place=options.script or "",
            hint="an expression depends on an address that it moves itself",
        )


def _rows_of_addresses(plan: Plan, script: ScriptSymbols, found: Found) -> SymbolRows:
    """The symbol rows whose symbols the script made addresses, in no section."""
    rows = [np.zeros(0, np.int32)]
    for each in plan.made:
        value = found.symbols.get(each.symbol)
        if value is not None and not value.in_section and each.number in script.symbols:
            rows.append(script.symbols[each.number])
    return np.concatenate(rows)


def _report_address(
    home: Section, plan: Plan, layout: Layout, options: LinkOptions, log: Diagnostics
) -> None:
    """Addresses that no image can have, and those at which Windows does not load one."""
    place = next(
        step.statement.place
        for step in plan.steps
        if step.kind == "begin"
        and step.section >= 0
        and plan.sections[step.section].name == home.name
    )
    rva = (home.start - layout.image_base) & WORD
    at = f"section {printable(home.name)} at {home.start:#x}"
    if rva >= _IMAGE_LIMIT:
        log.error(
            f"{at}: not within 4 GiB above the image base {layout.image_base:#x}", place=place
        )
        return
    report = log.error if options.is_driver else log.warn
    if rva % layout.section_alignment:
        report(
            f"{at}: not a multiple of the section alignment {layout.section_alignment:#x}",
            place=place,
            hint="Windows does not load such an image",
        )
    elif rva < layout.size_of_headers:
        report(
            f"{at}: the headers stand there",
            place=place,
            hint="Windows does not load such an image",
        )


def _write_fills(
    script: ScriptSymbols,
    tables: Tables,
    sections: Sequence[OutputSection],
    layout: Layout,
    image: Bytes,
    found: Found,
    trap: bytes,
) -> None:
    """Fill what no contribution covers, from each FILL to the next one or the section's end.

    Gaps in code are filled with ``trap`` unless the script says otherwise.
    """
    gaps = {script.rows[number] for number in found.gaps if number in script.rows}
    sizes = tables.objects.sections.size
    for index, home in enumerate(found.sections):
        rows = sections[home.output].rows if home.output >= 0 else np.zeros(0, np.int64)
        if not len(rows) or not layout.number[rows[0]]:
            continue
        header = layout.headers[int(layout.number[rows[0]]) - 1]
        # (RVA from which it is valid, pattern): the last one at or before a hole fills it.
        patterns = [(0, trap)] if header.Characteristics & _EXECUTE else []
        fills = [each for each in found.fills if each[0] == index]
        patterns += [
            (int(layout.rva[script.rows[number]]) if number >= 0 else 0, pattern)
            for _, number, pattern in fills
        ]
        if not patterns or not header.PointerToRawData:
            continue
        # Pieces of the file, in order: contributions, gaps, and the places of FILL between them.
        first = header.PointerToRawData - header.VirtualAddress
        pieces = sorted(
            (int(layout.rva[row]) + first, int(sizes[row]), row in gaps)
            for row in [*rows.tolist(), *(script.rows.get(each, rows[0]) for _, each, _ in fills)]
        )
        at = header.PointerToRawData
        end = at + min(home.size, header.SizeOfRawData)
        for start, size, is_gap in [*pieces, (end, 0, False)]:
            begin, stop = min(start, end), min(start + size, end)
            _fill(image, at, begin, patterns, first)
            if is_gap:
                _fill(image, begin, stop, patterns, first)
            at = max(at, stop)


def _fill(
    image: Bytes, start: int, end: int, patterns: Sequence[tuple[int, bytes]], first: int
) -> None:
    """Fill a hole with the last pattern that stands at or before it, from the pattern's start.

    ``first`` is the distance from an RVA of the section to its file offset.
    """
    fitting = [pattern for rva, pattern in patterns if rva + first <= start]
    if end > start and fitting:
        text = fitting[-1] * ((end - start) // len(fitting[-1]) + 1)
        image[start:end] = np.frombuffer(text[: end - start], np.uint8)
