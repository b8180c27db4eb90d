"""Identical code folding (ICF): equal functions become one, and so do equal constants.

Two sections are equal when their bytes are, and their relocations lead to the same places or to
sections that are equal in turn. Take four functions; A and C, and B and D, have the same bytes:

    A calls B        C calls D
    B calls A        D calls C

A and C are equal if B and D are, and these are if A and C are. Looking for equal callees first
would find nothing here. So all that are equal by themselves start out as one class, {A, C} and
{B, D}, and a class is split only when its members' relocations lead to different classes. Nothing
splits, so C folds onto A and D onto B. If D called some E with other bytes than A, {B, D} would
split, and in the next round {A, C}, whose members call B and D. ``partition`` is this algorithm.

Invariants:

- A class folds onto the member with the lowest section row, so the result depends on the order of
  inputs only.
- Hashes only suggest. A class folds after its members were compared byte by byte and relocation by
  relocation.
- A function is equal only to one with equal .pdata and .xdata; these then fold as well.

Only sections that may have an equal become nodes of the graph. Most functions differ from all
others in size, number of relocations or a few of their bytes. Each gets a hash of these, and a
function whose hash is unique is left out, with its unwind data.

Limits: only COMDATs fold, as others may be reached in ways that no relocation shows; of constants,
only read-only data in .rdata (vtables, and what no address-significance table names), not lists
that a program walks, like .CRT's.

Sources: what is eligible follows lld-link's ICF and the documentation of /OPT:ICF. Unlike there,
sections are of one kind whatever follows the ``$`` in their names, where mingw's have the
function's name: lld-link compares whole names, so it folds none of these.
"""

from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import (
    Flags,
    Integers,
    SectionRows,
    Words,
    ragged,
    word,
    words_at_any_byte,
)
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.model import SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import dataclass, replace

from .address_significance import significant_sections
from .partition import Edges, leaders, numbered, proven, refined, separated
from .section_bytes import equal, hashes, mixed, some_words

_CODE: Final = int(IMAGE_SCN.CNT_CODE | IMAGE_SCN.MEM_EXECUTE)
_WRITE: Final = int(IMAGE_SCN.MEM_WRITE)
_VTABLES: Final = (b"??_7", b"_ZTV", b"__ZTV")
_DESCRIBES: Final = 0x7F4A7C15
"""The mark of the edge from a function to its unwind data."""


def fold(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions
) -> tuple[SymbolTable, Flags]:
    """Symbols that lead to the first section of each class, and which rows are still live.

    ``live`` has a flag per section row, as ``mark`` gives it.
    """
    if options.folds == "none":
        return symbols, live
    rows = _candidates(tables, symbols, live, options)
    if len(rows) < 2:
        return symbols, live
    graph = _graph(tables, symbols, rows)
    classes = separated(numbered(graph.own), partial(_same, tables, graph))
    classes = proven(refined(classes, graph.edges), graph.edges)
    leader = rows[leaders(classes)]
    gone = leader != rows
    if not gone.any():
        return symbols, live
    remaining = live.copy()
    remaining[rows[gone]] = False
    onto = np.arange(len(live) + 3, dtype=np.int32)
    # Negative numbers (UNDEFINED, ABSOLUTE, DEBUG) index from the end, where they find themselves.
    onto[-3:] = (-3, -2, -1)
    onto[rows] = leader
    return replace(
        symbols, section=onto[symbols.section], row_section=onto[symbols.row_section]
    ), remaining


def _candidates(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions
) -> Integers:
    """Section rows that may have an equal, ascending: functions, data, their .pdata, any .xdata."""
    sections, stems = tables.objects.sections, tables.section_stems
    eligible = live & symbols.kept & ((sections.position >= 0) | (sections.size == 0))
    fixed = eligible & (sections.selection != 0) & (sections.Characteristics & _WRITE == 0)
    is_code = sections.Characteristics & _CODE != 0
    is_data = ~is_code & (stems == tables.stem_number(b".rdata"))
    functions = _with_a_twin(tables, np.flatnonzero(fixed & is_code))
    data = _of_equal_content(tables, _with_a_twin(tables, np.flatnonzero(fixed & is_data)))
    is_vtable = _are_vtables(tables, data)
    if options.folds == "safe" or not is_vtable.all():
        significant = significant_sections(tables, symbols)
        data = data[is_vtable | ~significant[data]]
        if options.folds == "safe":
            functions = functions[~significant[functions]]
    chosen = np.zeros(len(live) + 1, np.bool_)
    chosen[functions] = True
    pdata = np.flatnonzero(eligible & (stems == tables.stem_number(b".pdata")))
    owner, function = _described(tables, symbols, pdata)
    chosen[owner[chosen[function]]] = True
    chosen[data] = True
    chosen[:-1] |= eligible & (stems == tables.stem_number(b".xdata"))
    return np.flatnonzero(chosen[:-1])


def _are_vtables(tables: Tables, rows: Integers) -> Flags:
    """Flags, parallel to ``rows``: vtables, by name. No program compares the address of one."""
    symbols = tables.objects.symbols
    found = np.zeros(len(rows), np.bool_)
    leader = tables.objects.sections.leader[rows]
    at = np.searchsorted(symbols.rows, leader)
    named = np.flatnonzero(symbols.rows.take(at, mode="clip") == leader)
    position = tables.names.positions[tables.symbol_ids[at[named]]]
    begins = words_at_any_byte(tables.buffer)[position]
    for prefix in _VTABLES:
        mask = word((1 << 8 * len(prefix)) - 1)
        found[named] |= begins & mask == word(int.from_bytes(prefix, "little"))
    return found


def _described(
    tables: Tables, symbols: SymbolTable, pdata: Integers
) -> tuple[Integers, SectionRows]:
    """Pairs of a .pdata row and the section row of the function that an entry of it is for, or -1.

    An entry begins at each multiple of the machine's size of RUNTIME_FUNCTION; its first field
    refers to the function.
    """
    size, relocations = tables.target.runtime_function_size, symbols.relocations
    begin, count = _relocations_of(tables, symbols, pdata)
    of_pdata = ragged(begin, count)
    first = np.flatnonzero(relocations.offset[of_pdata] % size == 0) if size else of_pdata[:0]
    home = symbols.row_section[relocations.symbol[of_pdata[first]]]
    return np.repeat(pdata, count)[first], np.maximum(home, -1)


def _relocations_of(
    tables: Tables, symbols: SymbolTable, rows: Integers
) -> tuple[Integers, Integers]:
    """First relocation row and count, one each per section row of ``rows``."""
    count = tables.objects.sections.relocation_count * symbols.kept
    return (np.cumsum(count) - count)[rows], count[rows]


def _with_a_twin(tables: Tables, rows: Integers) -> Integers:
    """The rows whose header and few sampled bytes another row may share."""
    sections = tables.objects.sections
    shape = _shapes(tables, rows)
    shared = np.flatnonzero(_may_have_twin(shape))
    rows, shape = rows[shared], shape[shared]
    words = some_words(tables.buffer, sections.position[rows], sections.size[rows])
    return rows[_may_have_twin(mixed(shape, words))]


def _of_equal_content(tables: Tables, rows: Integers) -> Integers:
    """The rows whose bytes and header another row has, by their hashes."""
    sections = tables.objects.sections
    content = hashes(tables.buffer, sections.position[rows], sections.size[rows])
    classes = numbered(mixed(content, _shapes(tables, rows)))
    return rows[np.bincount(classes)[classes] > 1]


def _shapes(tables: Tables, rows: Integers) -> Words:
    """A hash per section row of size, relocation count, Characteristics, alignment and stem."""
    sections = tables.objects.sections
    # Size in the high bits, then Characteristics, then the count: fields may overlap, as this is
    # only a hash, and ``_same`` compares them one by one.
    shape = (sections.size[rows] << 16) ^ sections.relocation_count[rows]
    shape ^= sections.Characteristics[rows].astype(np.int64) << 24
    kind = (sections.alignment[rows] << 32) ^ tables.section_stems[rows]
    return mixed(shape.view(np.uint64), kind.view(np.uint64))


def _may_have_twin(keys: Words) -> Flags:
    """Flags for keys that occur more than once, and for a few that only share a slot with another.

    The table has at least eight slots a key, so one in eight unique keys is kept at most.
    """
    bits = max(len(keys).bit_length() + 3, 8)
    slots = (keys >> word(64 - bits)).astype(np.int64)
    twins: Flags = np.bincount(slots, minlength=1 << bits)[slots] > 1
    return twins


@dataclass(frozen=True, slots=True, eq=False)
class _Graph:
    """Candidates as nodes, numbered from 0, with their relocations as columns.

    - ``rows``: the section row of each node
    - ``own``: a hash of each node by itself: bytes, header, relocations that lead to no node
    - ``edges``: relocations that lead to nodes, and from functions to their unwind data
    - ``count``, ``first``: number of relocations of each node, and the first in what follows
    - ``offset``, ``kind``: of each relocation, its place in the section and its type
    - ``value``: the offset of its target in the target's section
    - ``elsewhere``: section row of a target that is no node, UNDEFINED or ABSOLUTE for one that is
      in no section; -1 where the target is a node
    """

    rows: Integers
    own: Words
    edges: Edges
    count: Integers
    first: Integers
    offset: Integers
    kind: npt.NDArray[np.uint16]
    value: Integers
    elsewhere: Integers


def _graph(tables: Tables, symbols: SymbolTable, rows: Integers) -> _Graph:
    sections, relocations = tables.objects.sections, symbols.relocations
    # One entry a relocation of a candidate: its node, offset, type, and where its target is.
    begin, count = _relocations_of(tables, symbols, rows)
    owner, own_rows = np.repeat(np.arange(len(rows)), count), ragged(begin, count)
    offset, kind = relocations.offset[own_rows], relocations.type[own_rows]
    symbol = relocations.symbol[own_rows]
    value, home = symbols.row_value[symbol], symbols.row_section[symbol].astype(np.int64)
    node = np.full(len(sections) + 1, -1, np.int64)
    node[rows] = np.arange(len(rows))
    target = node[np.maximum(home, -1)]
    inner = np.flatnonzero(target >= 0)
    elsewhere = np.where(target >= 0, -1, home)
    mark = mixed(
        offset.view(np.uint64) ^ (kind.astype(np.uint64) << word(48)), value.view(np.uint64)
    )
    alone = mixed(mark, elsewhere.view(np.uint64))
    # One entry a node.
    content = hashes(tables.buffer, sections.position[rows], sections.size[rows])
    own = mixed(content, _shapes(tables, rows))
    own = mixed(own, _sums(alone, count))
    # One entry an edge; ``about`` are those from a .pdata entry to the function that it describes.
    begins = tables.stem_number(b".pdata") == tables.section_stems[rows[owner[inner]]]
    step = tables.target.runtime_function_size
    begins &= (offset[inner] % step == 0) if step else False
    about = inner[begins]
    # A function leads to its unwind data as well; these edges come last among the function's.
    owners = np.concatenate([owner[inner], target[about]])
    order = np.argsort(owners, kind="stable")
    edges = Edges(
        len(rows),
        owners[order],
        np.concatenate([target[inner], owner[about]])[order],
        np.concatenate([mark[inner], np.full(len(about), _DESCRIBES, np.uint64)])[order],
    )
    first = np.cumsum(count) - count
    return _Graph(rows, own, edges, count, first, offset, kind, value, elsewhere)


def _sums(values: Words, count: Integers) -> Words:
    """One sum per node of the ``count`` values that it has.

    The values are hashes that include the relocation's offset, so the sum tells orders apart.
    """
    sums = np.zeros(len(count), np.uint64)
    present = np.flatnonzero(count)  # reduceat gives no zero for an empty range
    if len(present):
        sums[present] = np.add.reduceat(values, (np.cumsum(count) - count)[present])
    return sums


def _same(tables: Tables, graph: _Graph, nodes: Integers, others: Integers) -> Flags:
    """Whether pairs of nodes are equal in all but the classes that they lead to.

    ``nodes`` and ``others`` are parallel; the answer is a flag for each pair.
    """
    sections = tables.objects.sections
    left, right = graph.rows[nodes], graph.rows[others]
    alike: Flags = graph.count[nodes] == graph.count[others]
    header = (
        sections.size, sections.Characteristics, sections.alignment, tables.section_stems
    )  # fmt: skip
    for column in header:
        alike &= column[left] == column[right]
    # One entry a relocation of the pairs that are still alike, which have the same number of them.
    count = np.where(alike, graph.count[nodes], 0)
    of_left, of_right = ragged(graph.first[nodes], count), ragged(graph.first[others], count)
    differ = np.zeros(len(of_left), np.bool_)
    for relocated in (graph.offset, graph.kind, graph.value, graph.elsewhere):
        differ |= relocated[of_left] != relocated[of_right]
    alike[np.repeat(np.arange(len(nodes)), count)[differ]] = False
    # Bytes last, as they cost most.
    at = np.flatnonzero(alike)
    left, right = left[at], right[at]
    position = sections.position
    alike[at] = equal(tables.buffer, position[left], position[right], sections.size[left])
    return alike
