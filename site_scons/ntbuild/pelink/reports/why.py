"""Reports of a link: why a symbol is in the image, what was left out, and what is large.

``/whylive`` walks the graph of references from the roots and shows the shortest chain to a symbol;
``/printgc`` and ``/printicf`` list what was left out; ``/sizereport`` adds up the image's sections.
A link without these options must not pay for them, so passes record nothing extra and the reports
are derived from the values of the passes afterwards.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from ntbuild.pecoff.columns.arrays import Integers, ragged
from ntbuild.pelink.dwarf.source_lines import SourceLines
from ntbuild.pelink.model import Evidence, Graph, Layout, Tables
from ntbuild.pelink.names.decoration import spellings
from ntbuild.pelink.names.locations import function_text, section_text, source_lines, symbol_text
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.text import encoded

from .cross_references import write_cross_references


def write_reports(evidence: Evidence, tables: Tables, layout: Layout, options: LinkOptions) -> str:
    """The reports that ``options`` select, one finding a line; empty without such an option.

    ``evidence`` has the tables before folding, ``tables`` and ``layout`` are the finished image's.
    """
    lines: list[str] = []
    if options.printgc:
        lines += _discarded(evidence)
    if options.printicf:
        lines += _folded(evidence)
    for name in options.whylive:
        lines += _why_live(evidence, name)
    if options.sizereport:
        lines += _sizes(tables, layout)
    lines += write_cross_references(evidence.tables, options)
    return "".join(f"{line}\n" for line in lines)


# --- sections that are not in the image ----------------------------------------------------------


def _discarded(evidence: Evidence) -> Iterator[str]:
    """Sections of the user's objects that are not empty and that nothing reaches."""
    tables = evidence.tables
    sections = tables.objects.sections
    gone = evidence.resolved.kept & ~evidence.marked & (sections.size > 0)
    for row in np.flatnonzero(gone).tolist():
        if not _is_made(tables, row):
            yield f"removing unused section {_described(evidence, row)}"


def _folded(evidence: Evidence) -> Iterator[str]:
    """Each section that others were folded onto, followed by the folded sections."""
    onto = folded_onto(evidence)
    for leader in sorted(set(onto.values())):
        yield f"selected section {_described(evidence, leader)}"
        for row in sorted(row for row, target in onto.items() if target == leader):
            yield f"  removing identical section {_described(evidence, row)}"


def folded_onto(evidence: Evidence) -> dict[int, int]:
    """The section row that each folded section row with a symbol of its own was replaced by."""
    before, after = evidence.resolved.row_section, evidence.folded.row_section
    moved = np.flatnonzero((before != after) & (before >= 0))
    moved = moved[evidence.marked[before[moved]]]  # what nothing reaches was left out before
    return dict(zip(before[moved].tolist(), after[moved].tolist(), strict=True))


def _is_made(tables: Tables, row: int) -> bool:
    origin = tables.objects.objects.origins[int(tables.objects.sections.object[row])]
    return origin.made


def _described(evidence: Evidence, row: int) -> str:
    """``file.obj:(.text$f) f`` for a section row: its place and what it defines."""
    tables = evidence.tables
    leader = int(tables.objects.sections.leader[row])
    name = f" {symbol_text(tables, leader)}" if leader >= 0 else ""
    return f"{section_text(tables, row)}{name}"


# --- why something is in the image ---------------------------------------------------------------


def _why_live(evidence: Evidence, name: str) -> Iterator[str]:
    tables = evidence.tables
    known = (
        tables.names.find(tables.buffer, encoded(each))
        for each in spellings(name, tables.target.machine)
    )
    name_id = next((each for each in known if each >= 0), -1)
    row = int(evidence.resolved.section[name_id]) if name_id >= 0 else -1
    if row < 0:
        yield f"{name}: no section defines it"
        return
    if not evidence.marked[row]:
        yield f"{name}: not in the image: nothing reaches {section_text(tables, row)}"
        return
    chain = _chain(evidence.graph, row)
    lines = source_lines(tables)
    offset = int(evidence.resolved.value[name_id])
    yield f"{name}: in the image as {section_text(tables, row)}{lines.suffix(row, offset)}"
    for reached, source in pairwise(chain):
        yield f">>> {_edge(evidence, source, reached, lines)}"
    yield f">>> which is kept as {_root(evidence, chain[-1])}"


def _chain(graph: Graph, row: int) -> list[int]:
    """Section rows from ``row`` back to a root, along the shortest chain of references."""
    # Breadth-first search from the roots; parent is the section row that reached each row, the row
    # itself for a root, and -1 for a row that is not reached yet.
    parent = np.full(len(graph.first), -1, np.int64)
    frontier: Integers = graph.roots
    parent[frontier] = frontier
    while len(frontier) and parent[row] < 0:
        sources = np.repeat(frontier, graph.count[frontier])
        reached = graph.targets[ragged(graph.first[frontier], graph.count[frontier])]
        fresh = parent[reached] < 0
        reached, sources = reached[fresh], sources[fresh]
        parent[reached[::-1]] = sources[::-1]  # of several sources the first one is kept
        frontier = np.unique(reached)
    chain = [row]
    while parent[chain[-1]] != chain[-1]:
        chain.append(int(parent[chain[-1]]))
    return chain


def _edge(evidence: Evidence, source: int, reached: int, lines: SourceLines) -> str:
    """How one section reaches another: by the first relocation that does, or by association."""
    tables, relocations = evidence.tables, evidence.resolved.relocations
    own = np.flatnonzero(relocations.section == source)
    homes = evidence.resolved.row_section[relocations.symbol[own]]
    hits = own[homes == reached]
    if len(hits):
        first = int(hits[0])
        symbol = symbol_text(tables, int(relocations.symbol[first]))
        offset = int(relocations.offset[first])
        place = function_text(tables, source, offset) + lines.suffix(source, offset)
        return f"{symbol} is referenced by {place}"
    return f"{section_text(tables, reached)} belongs to {section_text(tables, source)}"


def _root(evidence: Evidence, row: int) -> str:
    tables, symbols = evidence.tables, evidence.resolved
    for name_id in tables.roots:
        if symbols.section[name_id] == row:
            kind = "the entry point" if name_id == tables.entry else "included or exported"
            return f"{kind}: {tables.name(name_id)}"
    return f"sections like it always are: {section_text(tables, row)}"


# --- sizes ---------------------------------------------------------------------------------------


def _sizes(tables: Tables, layout: Layout) -> Iterator[str]:
    sections = tables.objects.sections
    placed = layout.number > 0
    yield "size by section:"
    for header in layout.headers:
        yield f"  {header.VirtualSize:10}  {header.name}"
    origins = tables.objects.objects.origins
    totals = np.bincount(
        sections.object[placed], weights=sections.size[placed], minlength=len(origins)
    ).astype(np.int64)
    yield "size by object:"
    by_name: dict[str, int] = {}
    for owner in np.flatnonzero(totals).tolist():
        name = origins[owner].name
        by_name[name] = by_name.get(name, 0) + int(totals[owner])
    for name, size in sorted(by_name.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"  {size:10}  {name}"
