"""References: the graph of which section keeps which, and the roots of garbage collection.

Nodes are section rows. When a section is live, so are those that its edges lead to:

    a relocation           the section of its symbol
    an association         the section that is associated with this one
    a function             the .pdata and .eh_frame$f sections that describe it: they refer to the
                           function, but are of use only with it
    .idata of an object    the other .idata sections of that object, and the last descriptor

The roots are the entry point, exports, /include, and sections that are reached in ways which no
relocation shows. Arrays that a program builds from sections (``.mine$a`` to ``.mine$z``) are
reached by their bounds, so in drivers and with mingw data in a section of its own name is always a
root. Elsewhere only COMDATs are collected, as link.exe does it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers, SectionRows, ragged
from ntbuild.pecoff.columns.parallel import in_parts, slices
from ntbuild.pecoff.constants import IMAGE_COMDAT_SELECT, IMAGE_SCN
from ntbuild.pelink.default_sections import BOUNDED_STEMS, MERGED_STEMS, merged_stem
from ntbuild.pelink.model import Graph, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.plan import Plan
from ntbuild.pelink.synthesize.imports import IMPORT_ORDER, NULL_DESCRIPTOR_ORDER, THUNK_SECTION

if TYPE_CHECKING:
    from ntbuild.pelink.script.syntax_tree import InputStatement

_ASSOCIATIVE = int(IMAGE_COMDAT_SELECT.ASSOCIATIVE)
_CODE = int(IMAGE_SCN.CNT_CODE | IMAGE_SCN.MEM_EXECUTE)
_FOLLOWERS = frozenset({b".pdata", b".xdata", b".idata"})
"""Stems that are only ever reached from elsewhere, also when nothing is collected."""

_KEPT_STEMS = BOUNDED_STEMS | {
    b".edata",
    b".rsrc",
    b".CRT",
    b".tls",
    b".ctors",
    b".dtors",
    b".00cfg",
}
"""Well-known stems whose sections are reached by their place in a table, not by relocations."""

_RootRule = tuple[bool, bool, bool, bool]
"""Which sections of a stem are roots: COMDATs of code, COMDATs of data, other code, other data."""

_NONE: Final = (False, False, False, False)
_ALL: Final = (True, True, True, True)
_NO_COMDATS: Final = (False, False, True, True)
_DATA: Final = (False, False, False, True)

_IN_NO_SECTION: Final = np.zeros(3, np.bool_)
"""What negative numbers (no section) find at the end of flags of sections."""


def references(tables: Tables, symbols: SymbolTable, options: LinkOptions, plan: Plan) -> Graph:
    """The graph of the sections that may reach the image; its edges are sorted by source."""
    kept = symbols.kept
    if plan.claims:
        kept = kept & ~_discarded(tables, kept, plan)
    frames, made = _function_frames(tables), _made_objects(tables)
    sources, targets = _edges(tables, symbols, kept, frames, made)
    # Edges by source, so that each row's targets are one range.
    order = sources.argsort(kind="stable")
    count = np.bincount(sources, minlength=len(kept))
    roots = _roots(tables, symbols, options, plan) & kept
    if options.ref is False and not options.mingw:
        imports = [number for number, text in made.items() if IMPORT_ORDER in text]
        roots[_rows_of_objects(tables, imports)] = True  # as with lld-link: what was loaded stays
    roots[_made_for_reference(tables, made)] = False
    roots[frames] = False
    return Graph(roots.nonzero()[0], count.cumsum() - count, count, targets.take(order))


def _edges(
    tables: Tables, symbols: SymbolTable, kept: Flags, frames: Integers, made: Mapping[int, str]
) -> tuple[SectionRows, SectionRows]:
    """Pairs of section rows: when the first is live, so is the second. Dead rows have none."""
    relocations, sections = symbols.relocations, tables.objects.sections
    # Debug data refers to everything and keeps nothing. Nor does .eh_frame of a whole object,
    # but with mingw: there all sections are collected, and only it refers to exception tables.
    keeps = kept & ~tables.debug_rows()
    if not tables.options.mingw:
        keeps[tables.rows_of_stem(b".eh_frame")] = False
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
        # Reversed edges, from a function to its description: of the relocations of descriptions,
        # those at a multiple of ``step`` name the function.
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
    """Descriptions of functions: .pdata, then ``frames``, as (which rows, step, functions).

    At each multiple of ``step`` bytes a relocation against the object's own symbol names the
    section that is described, even where the name was resolved to another object's section.
    ``functions`` are flags of the section rows that may be described.
    """
    sections = tables.objects.sections
    unwind = tables.rows_of_stem(b".pdata")
    if tables.target.runtime_function_size and len(unwind):
        yield _flags(tables, unwind), tables.target.runtime_function_size, kept
    if len(frames):
        code = sections.Characteristics & _CODE != 0
        yield _flags(tables, frames), 1, kept & np.concatenate([code, _IN_NO_SECTION])


def _function_frames(tables: Tables) -> Integers:
    """Rows of DWARF unwind data for one function (``.eh_frame$f``), live when the function is."""
    rows = tables.rows_of_stem(b".eh_frame")
    return rows.compress(tables.objects.sections.selection.take(rows) != 0)


def _import_edges(tables: Tables, made: Mapping[int, str]) -> tuple[SectionRows, SectionRows]:
    """A circle through the .idata sections of each object, and from each to the last descriptor."""
    # One row an .idata section; ``first`` and ``last`` mark the ends of each object's run of them.
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
    """The section rows of the objects with these numbers."""
    owner = tables.objects.sections.object
    objects = np.array(numbers, owner.dtype)
    starts = owner.searchsorted(objects)
    return ragged(starts, owner.searchsorted(objects, "right") - starts)


def _flags(tables: Tables, rows: Integers) -> Flags:
    flags = np.zeros(len(tables.objects.sections), np.bool_)
    flags[rows] = True
    return flags


def _roots(tables: Tables, symbols: SymbolTable, options: LinkOptions, plan: Plan) -> Flags:
    """A flag per section row: whether it is kept without a reference to it."""
    sections = tables.objects.sections
    kept_stems = _kept_stems(tables, options) | _KEPT_STEMS
    rules = np.array([_root_rule(stem, kept_stems, options) for stem in tables.stems], np.bool_)
    # Index into the table of rules, high to low: stem, COMDAT or not, code or data.
    kind = 4 * tables.section_stems
    kind += 2 * (sections.selection == 0).view(np.int8)
    kind += sections.Characteristics & _CODE == 0
    roots: Flags = rules.ravel().take(kind)
    requested = symbols.section.take(np.array(tables.roots, np.int64))
    roots[requested.compress(requested >= 0)] = True
    kept_inputs = [
        statement
        for section in plan.sections
        for statement in section.statements
        if not isinstance(statement, int) and statement.keep
    ]
    if kept_inputs:
        matched = _taken(tables, symbols.kept, kept_inputs)
        matched[tables.rows_of_stem(b".idata")] = False  # imports are kept by their use
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
    """A flag per section row: whether one of a script's statements matches it."""
    from ntbuild.pelink.script.matching import match_rows  # noqa: PLC0415 - few links have a script

    rows = candidates.nonzero()[0]
    return _flags(
        tables,
        rows.compress(match_rows(tables, rows, list(enumerate(inputs))).statement >= 0),
    )


def _discarded(tables: Tables, candidates: Flags, plan: Plan) -> Flags:
    """Section rows that a script discards."""
    from ntbuild.pelink.script.matching import discarded_rows  # noqa: PLC0415 - few links have a script

    return _flags(tables, discarded_rows(tables, candidates.nonzero()[0], plan.claims))


def _kept_stems(tables: Tables, options: LinkOptions) -> frozenset[bytes]:
    keep = [section for section in options.sections if section.keep]
    if not keep:
        return frozenset()
    from ntbuild.pelink.script.patterns import stems_matching  # noqa: PLC0415 - only links with keep= need it

    return stems_matching(tables.stems, keep)


def _made_for_reference(tables: Tables, made: Mapping[int, str]) -> Integers:
    """Rows of import thunks, which are needed only when a call refers to them."""
    rows = _rows_of_objects(
        tables, [number for number, order in made.items() if IMPORT_ORDER in order]
    )
    if not len(rows):
        return rows
    stem = tables.stem_number(THUNK_SECTION.split("$", maxsplit=1)[0].encode())
    return rows.compress(tables.section_stems.take(rows) == stem)
