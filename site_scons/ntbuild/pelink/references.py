"""References: the graph of what keeps what, and the roots that keep the rest.

Nodes are section rows. An edge is a relocation, an association, or one of two customs: unwind data
(.pdata) follows the function that it describes, and the .idata sections of one object belong
together. The roots are the entry point, exports, what the user included, and sections that are
reached in ways which no relocation shows.

What is hard is knowing the latter: arrays that a program builds from sections are reached by their
bounds, so data in a section of its own name is always kept.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ntbuild.pecoff.constants import IMAGE_COMDAT_SELECT, IMAGE_SCN
from ntbuild.pecoff.parallel import in_parts, slices
from ntbuild.pecoff.text import Integers
from ntbuild.values import dataclass

from .model import Flags, Rows, SymbolTable, Tables
from .options import LinkOptions
from .plan import Plan
from .profile import MERGED_STEMS, merged_stem
from .synthesize.imports import NULL_DESCRIPTOR_ORDER, THUNK_SECTION

if TYPE_CHECKING:
    from .script import Input

_CODE = int(IMAGE_SCN.CNT_CODE | IMAGE_SCN.MEM_EXECUTE)
_FOLLOWERS = frozenset({b".pdata", b".xdata", b".idata"})
"""Stems that are only ever reached from elsewhere, also when nothing is collected."""

_KEPT_STEMS = frozenset({b".edata", b".rsrc", b".CRT", b".tls", b".ctors", b".dtors", b".00cfg"})
"""Well-known stems whose sections are reached by their place in a table, not by relocations."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Edges sorted by source: row r reaches ``targets[first[r] : first[r] + count[r]]``."""

    roots: Integers
    first: Integers
    count: Integers
    targets: Rows


def references(tables: Tables, symbols: SymbolTable, options: LinkOptions, plan: Plan) -> Graph:
    """The graph of the sections that may reach the image."""
    kept = symbols.kept & ~_taken(tables, symbols.kept, plan.discards)
    sources, targets = _edges(tables, symbols, kept)
    order = np.argsort(sources, kind="stable")
    count = np.bincount(sources, minlength=len(kept))
    roots = np.flatnonzero(_roots(tables, symbols, kept, options, plan) & kept)
    return Graph(roots, np.cumsum(count) - count, count, targets[order])


def _edges(tables: Tables, symbols: SymbolTable, kept: Flags) -> tuple[Rows, Rows]:
    """Pairs of section rows: when the first is live, so is the second. Dead rows take no part."""
    relocations = symbols.relocations
    # Debug data refers to everything and keeps nothing; a negative target finds the last entry.
    keeps = kept & ~tables.debug_rows()
    kept = np.append(kept, False)

    def of_relocations(part: slice) -> tuple[Rows, Rows]:
        source, target = relocations.section[part], symbols.row_section[relocations.symbol[part]]
        good = np.flatnonzero(keeps[source] & kept[np.maximum(target, -1)])
        return source[good], target[good]

    pairs: list[tuple[Rows, Rows]] = in_parts(of_relocations, slices(len(relocations)))
    sections = tables.objects.sections
    children = np.flatnonzero(
        (sections.selection == int(IMAGE_COMDAT_SELECT.ASSOCIATIVE)) & (sections.parent >= 0)
    )
    for sources, targets in (
        (sections.parent[children], children.astype(np.int32)),
        _unwind_edges(tables, symbols),
        _frame_edges(tables, symbols),
        _import_edges(tables),
    ):
        good = kept[sources] & kept[targets]
        pairs.append((sources[good], targets[good]))
    every = zip(*pairs, strict=True)
    return np.concatenate(next(every)), np.concatenate(next(every))


def _unwind_edges(tables: Tables, symbols: SymbolTable) -> tuple[Rows, Rows]:
    """From each function's section to the .pdata section whose entries begin with it.

    The entry's first field is relocated against the object's own symbol, so it says which
    section is described even where the name was decided for another object.
    """
    size = tables.target.runtime_function_size
    unwind = _rows_of_stem(tables, b".pdata")
    relocations = symbols.relocations
    if not size or not len(unwind):
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    is_unwind = np.zeros(len(tables.objects.sections), np.bool_)
    is_unwind[unwind] = True
    begins = np.flatnonzero(is_unwind[relocations.section])
    begins = begins[relocations.offset[begins] % size == 0]
    described = tables.objects.symbols.section[relocations.symbol[begins]]
    good = described >= 0
    return described[good], relocations.section[begins[good]]


def _frame_edges(tables: Tables, symbols: SymbolTable) -> tuple[Rows, Rows]:
    """From each function's section to the DWARF unwind COMDATs (``.eh_frame$f``) about it."""
    is_frame = _function_frames(tables)
    relocations = symbols.relocations
    if not is_frame.any():
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    about = np.flatnonzero(is_frame[relocations.section])
    described = tables.objects.symbols.section[relocations.symbol[about]]
    code = tables.objects.sections.Characteristics[described] & _CODE != 0
    good = (described >= 0) & code
    return described[good], relocations.section[about[good]]


def _function_frames(tables: Tables) -> Flags:
    """Sections of DWARF unwind data that are about one function: they live when that does."""
    frames = np.zeros(len(tables.objects.sections), np.bool_)
    frames[_rows_of_stem(tables, b".eh_frame")] = True
    frames &= tables.objects.sections.selection != 0
    return frames


def _import_edges(tables: Tables) -> tuple[Rows, Rows]:
    """A circle through the .idata sections of each object, and from each to the last descriptor."""
    rows = _rows_of_stem(tables, b".idata").astype(np.int32)
    owner = tables.objects.sections.object[rows]
    last = np.ones(len(rows), np.bool_)
    last[:-1] = owner[1:] != owner[:-1]
    first = np.ones(len(rows), np.bool_)
    first[1:] = last[:-1]
    following = np.roll(rows, -1)
    following[last] = rows[first]
    ends = _rows_of_order(tables, NULL_DESCRIPTOR_ORDER).astype(np.int32)
    heads = rows[first]
    return (
        np.concatenate([rows, np.repeat(heads, len(ends))]),
        np.concatenate([following, np.tile(ends, len(heads))]),
    )


def _rows_of_order(tables: Tables, order: str) -> Integers:
    """Section rows of the objects that sort under ``order``."""
    origins = tables.objects.objects.origins
    named = np.array([origin.order == order for origin in origins], np.bool_)
    return np.flatnonzero(named[tables.objects.sections.object])


def _rows_of_stem(tables: Tables, stem: bytes) -> Integers:
    if stem not in tables.stems:
        return np.zeros(0, np.int64)
    return np.flatnonzero(tables.section_stems == tables.stems.index(stem))


def _roots(
    tables: Tables, symbols: SymbolTable, kept: Flags, options: LinkOptions, plan: Plan
) -> Flags:
    sections = tables.objects.sections
    roots = np.zeros(len(sections), np.bool_)
    asked = (
        symbols.section[np.array(tables.roots, np.int64)] if tables.roots else np.zeros(0, np.int32)
    )
    roots[asked[asked >= 0]] = True
    kept_stems = _kept_stems(tables, options)
    for number, rows in tables.rows_by_stem(kept):
        stem = tables.stems[number]
        if stem in _FOLLOWERS:
            continue
        if stem in _KEPT_STEMS or stem in kept_stems or not options.collects:
            roots[rows] = True
        elif not (options.is_driver or options.mingw):
            roots[rows] |= sections.selection[rows] == 0  # link.exe collects COMDATs only
        elif merged_stem(stem) not in MERGED_STEMS:
            # Data in a section of its own name may be an array that only its bounds reach.
            data = sections.Characteristics[rows] & _CODE == 0
            roots[rows] |= data & (sections.selection[rows] == 0)
    kept_inputs = [
        statement
        for section in plan.sections
        for statement in section.statements
        if not isinstance(statement, int) and statement.keep
    ]
    imports = np.zeros(len(sections), np.bool_)
    imports[_rows_of_stem(tables, b".idata")] = True  # what is imported is known by use
    roots |= _taken(tables, symbols.kept, kept_inputs) & ~imports
    return roots & ~_made_for_reference(tables) & ~_function_frames(tables)


def _taken(tables: Tables, candidates: Flags, inputs: Sequence["Input"]) -> Flags:
    """Section rows that some of a script's statements match."""
    taken = np.zeros(len(tables.objects.sections), np.bool_)
    if inputs:
        from .matching import match_rows  # noqa: PLC0415 - few links have a script

        rows = np.flatnonzero(candidates)
        taken[rows[match_rows(tables, rows, list(enumerate(inputs))).statement >= 0]] = True
    return taken


def _kept_stems(tables: Tables, options: LinkOptions) -> frozenset[bytes]:
    keep = [section for section in options.sections if section.keep]
    if not keep:
        return frozenset()
    from .patterns import stems_matching  # noqa: PLC0415 - only links with keep= need it

    return stems_matching(tables.stems, keep)


def _made_for_reference(tables: Tables) -> Flags:
    """Thunks of imports: nothing needs one unless it is called."""
    sections = tables.objects.sections
    origins = tables.objects.objects.origins
    made = np.array(
        [origin.order.startswith("~") and "/s/" in origin.order for origin in origins], np.bool_
    )
    thunks = np.zeros(len(sections), np.bool_)
    thunks[_rows_of_stem(tables, THUNK_SECTION.split("$", maxsplit=1)[0].encode())] = True
    thunks &= made[sections.object]
    return thunks
