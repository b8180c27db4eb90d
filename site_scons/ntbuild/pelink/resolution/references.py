"""References: the graph of what keeps what, and the roots that keep the rest.

Nodes are section rows. An edge is a relocation, an association, or one of two customs: unwind data
(.pdata) follows the function that it describes, and the .idata sections of one object belong
together. The roots are the entry point, exports, what the user included, and sections that are
reached in ways which no relocation shows.

What is hard is knowing the latter: arrays that a program builds from sections are reached by their
bounds, so data in a section of its own name is always kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers, SectionRows, ragged
from ntbuild.pecoff.columns.parallel import in_parts, slices
from ntbuild.pecoff.constants import IMAGE_COMDAT_SELECT, IMAGE_SCN
from ntbuild.pelink.default_sections import MERGED_STEMS, merged_stem
from ntbuild.pelink.model import Graph, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.plan import Plan
from ntbuild.pelink.synthesize.imports import NULL_DESCRIPTOR_ORDER, THUNK_SECTION

if TYPE_CHECKING:
    from ntbuild.pelink.script.syntax_tree import InputStatement

_ASSOCIATIVE = int(IMAGE_COMDAT_SELECT.ASSOCIATIVE)
_CODE = int(IMAGE_SCN.CNT_CODE | IMAGE_SCN.MEM_EXECUTE)
_FOLLOWERS = frozenset({b".pdata", b".xdata", b".idata"})
"""Stems that are only ever reached from elsewhere, also when nothing is collected."""

_KEPT_STEMS = frozenset({b".edata", b".rsrc", b".CRT", b".tls", b".ctors", b".dtors", b".00cfg"})
"""Well-known stems whose sections are reached by their place in a table, not by relocations."""

_RootRule = tuple[bool, bool, bool, bool]
"""Which sections of a stem are roots: COMDATs with code, COMDATs with data, other code and data."""

_NONE: Final = (False, False, False, False)
_ALL: Final = (True, True, True, True)
_NO_COMDATS: Final = (False, False, True, True)
_DATA: Final = (False, False, False, True)

_IN_NO_SECTION: Final = np.zeros(3, np.bool_)
"""What negative numbers (no section) find at the end of flags of sections."""


def references(tables: Tables, symbols: SymbolTable, options: LinkOptions, plan: Plan) -> Graph:
    """The graph of the sections that may reach the image."""
    kept = symbols.kept
    if plan.discards:
        kept = kept & ~_taken(tables, kept, plan.discards)
    frames, made = _function_frames(tables), _made_objects(tables)
    sources, targets = _edges(tables, symbols, kept, frames, made)
    order = sources.argsort(kind="stable")
    count = np.bincount(sources, minlength=len(kept))
    roots = _roots(tables, symbols, options, plan) & kept
    roots[_made_for_reference(tables, made)] = False
    roots[frames] = False
    return Graph(roots.nonzero()[0], count.cumsum() - count, count, targets.take(order))


def _edges(
    tables: Tables, symbols: SymbolTable, kept: Flags, frames: Integers, made: Mapping[int, str]
) -> tuple[SectionRows, SectionRows]:
    """Pairs of section rows: when the first is live, so is the second. Dead rows take no part."""
    relocations, sections = symbols.relocations, tables.objects.sections
    # Debug data refers to everything and keeps nothing.
    keeps = kept & ~tables.debug_rows()
    kept = np.concatenate([kept, _IN_NO_SECTION])
    descriptions = list(_descriptions(tables, kept, frames))

    def between(
        keeps: Flags, sources: SectionRows, targets: SectionRows
    ) -> tuple[SectionRows, SectionRows]:
        good = (keeps.take(sources) & kept.take(targets)).nonzero()[0]
        return sources.take(good), targets.take(good)

    def of_relocations(part: slice) -> list[tuple[SectionRows, SectionRows]]:
        source, symbol = relocations.section[part], relocations.symbol[part]
        pairs = [between(keeps, source, symbols.row_section.take(symbol))]
        for describes, step, functions in descriptions:
            about = describes.take(source).nonzero()[0]
            about = about.compress(relocations.offset[part].take(about) % step == 0)
            described = tables.objects.symbols.section.take(symbol.take(about))
            pairs.append(between(functions, described, source.take(about)))
        return pairs

    pairs = [pair for pairs in in_parts(of_relocations, slices(len(relocations))) for pair in pairs]
    children = ((sections.selection == _ASSOCIATIVE) & (sections.parent >= 0)).nonzero()[0]
    pairs.append(between(kept, sections.parent.take(children), children.astype(np.int32)))
    pairs.append(between(kept, *_import_edges(tables, made)))
    every = zip(*pairs, strict=True)
    return np.concatenate(next(every)), np.concatenate(next(every))


def _descriptions(
    tables: Tables, kept: Flags, frames: Integers
) -> Iterator[tuple[Flags, int, Flags]]:
    """Sections about functions, which live when these do: entries of .pdata, and ``frames``.

    Every so many bytes a relocation against the object's own symbol says which section is
    described, even where the name was decided for another object. Last come the sections that
    functions may be in.
    """
    sections = tables.objects.sections
    unwind = tables.rows_of_stem(b".pdata")
    if tables.target.runtime_function_size and len(unwind):
        yield _flags(tables, unwind), tables.target.runtime_function_size, kept
    if len(frames):
        code = sections.Characteristics & _CODE != 0
        yield _flags(tables, frames), 1, kept & np.concatenate([code, _IN_NO_SECTION])


def _function_frames(tables: Tables) -> Integers:
    """Rows of DWARF unwind data about one function (``.eh_frame$f``): they live when that does."""
    rows = tables.rows_of_stem(b".eh_frame")
    return rows.compress(tables.objects.sections.selection.take(rows) != 0)


def _import_edges(tables: Tables, made: Mapping[int, str]) -> tuple[SectionRows, SectionRows]:
    """A circle through the .idata sections of each object, and from each to the last descriptor."""
    rows = tables.rows_of_stem(b".idata").astype(np.int32)
    owner = tables.objects.sections.object[rows]
    last = np.ones(len(rows), np.bool_)
    last[:-1] = owner[1:] != owner[:-1]
    first = np.ones(len(rows), np.bool_)
    first[1:] = last[:-1]
    heads = rows[first]
    following = np.empty_like(rows)
    following[:-1] = rows[1:]
    following[last] = heads
    last_descriptors = [number for number, order in made.items() if order == NULL_DESCRIPTOR_ORDER]
    ends = _rows_of_objects(tables, last_descriptors)
    return (
        np.concatenate([rows, heads.repeat(len(ends))]),
        np.concatenate([following, np.tile(ends.astype(np.int32), len(heads))]),
    )


def _made_objects(tables: Tables) -> dict[int, str]:
    """The ``order`` of each object that the linker wrote, by its number."""
    origins = tables.objects.objects.origins
    return {number: each.order for number, each in enumerate(origins) if each.made}


def _rows_of_objects(tables: Tables, numbers: Sequence[int]) -> Integers:
    """The section rows of some objects."""
    owner = tables.objects.sections.object
    wanted = np.array(numbers, owner.dtype)
    starts = owner.searchsorted(wanted)
    return ragged(starts, owner.searchsorted(wanted, "right") - starts)


def _flags(tables: Tables, rows: Integers) -> Flags:
    flags = np.zeros(len(tables.objects.sections), np.bool_)
    flags[rows] = True
    return flags


def _roots(tables: Tables, symbols: SymbolTable, options: LinkOptions, plan: Plan) -> Flags:
    sections = tables.objects.sections
    kept_stems = _kept_stems(tables, options) | _KEPT_STEMS
    rules = np.array([_root_rule(stem, kept_stems, options) for stem in tables.stems], np.bool_)
    kind = 4 * tables.section_stems
    kind += 2 * (sections.selection == 0).view(np.int8)
    kind += sections.Characteristics & _CODE == 0
    roots: Flags = rules.ravel().take(kind)
    asked = symbols.section.take(np.array(tables.roots, np.int64))
    roots[asked.compress(asked >= 0)] = True
    kept_inputs = [
        statement
        for section in plan.sections
        for statement in section.statements
        if not isinstance(statement, int) and statement.keep
    ]
    if kept_inputs:
        matched = _taken(tables, symbols.kept, kept_inputs)
        matched[tables.rows_of_stem(b".idata")] = False  # what is imported is known by use
        roots |= matched
    return roots


def _root_rule(stem: bytes, kept_stems: frozenset[bytes], options: LinkOptions) -> _RootRule:
    """Which sections of a stem are roots."""
    if stem in _FOLLOWERS:
        return _NONE
    if stem in kept_stems or not options.collects:
        return _ALL
    if not (options.is_driver or options.mingw):
        return _NO_COMDATS  # link.exe collects COMDATs only
    # Data in a section of its own name may be an array that only its bounds reach.
    return _NONE if merged_stem(stem) in MERGED_STEMS else _DATA


def _taken(tables: Tables, candidates: Flags, inputs: Sequence["InputStatement"]) -> Flags:
    """Section rows that some of a script's statements match."""
    from ntbuild.pelink.script.matching import match_rows  # noqa: PLC0415 - few links have a script

    rows = candidates.nonzero()[0]
    return _flags(
        tables,
        rows.compress(match_rows(tables, rows, list(enumerate(inputs))).statement >= 0),
    )


def _kept_stems(tables: Tables, options: LinkOptions) -> frozenset[bytes]:
    keep = [section for section in options.sections if section.keep]
    if not keep:
        return frozenset()
    from ntbuild.pelink.script.patterns import stems_matching  # noqa: PLC0415 - only links with keep= need it

    return stems_matching(tables.stems, keep)


def _made_for_reference(tables: Tables, made: Mapping[int, str]) -> Integers:
    """Rows of the thunks of imports: nothing needs one unless it is called."""
    rows = _rows_of_objects(tables, [number for number, order in made.items() if "/s/" in order])
    if not len(rows):
        return rows
    stem = tables.stem_number(THUNK_SECTION.split("$", maxsplit=1)[0].encode())
    return rows.compress(tables.section_stems.take(rows) == stem)
