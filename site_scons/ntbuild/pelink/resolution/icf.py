"""Fold: identical functions become one (identical code folding).

Sections are equal when their bytes are, and their relocations lead to the same places or to
sections that are equal in turn. Unwind data takes part: a function is only equal to another with
equal .pdata and .xdata, and these then fold as well. So do vtables and other constants whose
address nobody compares.

What is hard is to look only at what may have an equal at all. Most functions differ in size,
number of relocations or a few of their bytes from all others; what these say about one is a
number, and a function whose number nobody else has is out, with its unwind data. The rest become
nodes of a graph (``partition``), by hashes; a class is only folded after its members were compared
byte by byte and relocation by relocation.

Source: the conditions follow lld-link's ICF (what is eligible) and /OPT:ICF's documentation. Other
than there, sections are of one kind whatever follows the ``$`` in their names, where mingw's have
the function's name: lld-link, which compares whole names, folds nothing of these. And data folds in
.rdata only, not in lists that a program walks, like .CRT's.
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
    """Symbols that lead to the kept one of each class, and which rows are still live."""
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
    onto[-3:] = (-3, -2, -1)  # what is in no section stays there
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
    """Which data is a vtable, by its name: it is the compiler's, so nobody compares its address."""
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
    """Pairs of a .pdata row and the section row that one of its entries is about, or -1."""
    size, relocations = tables.target.runtime_function_size, symbols.relocations
    begin, count = _relocations_of(tables, symbols, pdata)
    mine = ragged(begin, count)
    first = np.flatnonzero(relocations.offset[mine] % size == 0) if size else mine[:0]
    home = symbols.row_section[relocations.symbol[mine[first]]]
    return np.repeat(pdata, count)[first], np.maximum(home, -1)


def _relocations_of(
    tables: Tables, symbols: SymbolTable, rows: Integers
) -> tuple[Integers, Integers]:
    """Where the relocations of some rows begin, and how many they are."""
    count = tables.objects.sections.relocation_count * symbols.kept
    return (np.cumsum(count) - count)[rows], count[rows]


def _with_a_twin(tables: Tables, rows: Integers) -> Integers:
    """Those of some rows that are not seen to be different from all others at a first look."""
    sections = tables.objects.sections
    shape = _shapes(tables, rows)
    some = np.flatnonzero(_may_have_twin(shape))
    rows, shape = rows[some], shape[some]
    words = some_words(tables.buffer, sections.position[rows], sections.size[rows])
    return rows[_may_have_twin(mixed(shape, words))]


def _of_equal_content(tables: Tables, rows: Integers) -> Integers:
    """Those of some rows whose bytes another one has, as far as hashes say."""
    sections = tables.objects.sections
    content = hashes(tables.buffer, sections.position[rows], sections.size[rows])
    classes = numbered(mixed(content, _shapes(tables, rows)))
    return rows[np.bincount(classes)[classes] > 1]


def _shapes(tables: Tables, rows: Integers) -> Words:
    """A hash of what a section header says: size, relocations, kind, alignment, stem."""
    sections = tables.objects.sections
    shape = (sections.size[rows] << 16) ^ sections.relocation_count[rows]
    shape ^= sections.Characteristics[rows].astype(np.int64) << 24
    kind = (sections.alignment[rows] << 32) ^ tables.section_stems[rows]
    return mixed(shape.view(np.uint64), kind.view(np.uint64))


def _may_have_twin(keys: Words) -> Flags:
    """Which keys are there more than once, and a few more: those that share a slot of a table."""
    bits = max(len(keys).bit_length() + 3, 8)
    slots = (keys >> word(64 - bits)).astype(np.int64)
    twins: Flags = np.bincount(slots, minlength=1 << bits)[slots] > 1
    return twins


@dataclass(frozen=True, slots=True, eq=False)
class _Graph:
    """Candidates as nodes: ``own`` is a hash of each by itself.

    The columns after ``first`` are parallel to the candidates' relocations, of which a node has
    ``count`` from ``first`` on; ``elsewhere`` is the section row, or what stands for none, that
    leads to no node.
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
    begin, count = _relocations_of(tables, symbols, rows)
    owner, mine = np.repeat(np.arange(len(rows)), count), ragged(begin, count)
    offset, kind = relocations.offset[mine], relocations.type[mine]
    symbol = relocations.symbol[mine]
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
    content = hashes(tables.buffer, sections.position[rows], sections.size[rows])
    own = mixed(content, _shapes(tables, rows))
    own = mixed(own, _sums(alone, count))
    begins = tables.stem_number(b".pdata") == tables.section_stems[rows[owner[inner]]]
    step = tables.target.runtime_function_size
    begins &= (offset[inner] % step == 0) if step else False
    about = inner[begins]
    # A function leads to its unwind data as well, behind all else that it leads to.
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
    """Sums of so many values each. A value has its offset in it, so their order counts."""
    sums = np.zeros(len(count), np.uint64)
    some = np.flatnonzero(count)
    if len(some):
        sums[some] = np.add.reduceat(values, (np.cumsum(count) - count)[some])
    return sums


def _same(tables: Tables, graph: _Graph, nodes: Integers, others: Integers) -> Flags:
    """Whether pairs of nodes are equal in all but the classes that they lead to."""
    sections = tables.objects.sections
    one, other = graph.rows[nodes], graph.rows[others]
    alike: Flags = graph.count[nodes] == graph.count[others]
    header = (
        sections.size, sections.Characteristics, sections.alignment, tables.section_stems
    )  # fmt: skip
    for said in header:
        alike &= said[one] == said[other]
    count = np.where(alike, graph.count[nodes], 0)
    mine, theirs = ragged(graph.first[nodes], count), ragged(graph.first[others], count)
    differ = np.zeros(len(mine), np.bool_)
    for column in (graph.offset, graph.kind, graph.value, graph.elsewhere):
        differ |= column[mine] != column[theirs]
    alike[np.repeat(np.arange(len(nodes)), count)[differ]] = False
    at = np.flatnonzero(alike)
    one, other = one[at], other[at]
    position = sections.position
    alike[at] = equal(tables.buffer, position[one], position[other], sections.size[one])
    return alike
