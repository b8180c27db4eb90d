"""The log of /verbose, in lld-link's words: files read, sections discarded, functions folded.

::

    Reading main.obj
    Reading deep.lib
    Reading deep.lib(deep.obj)
    Loaded deep.lib(deep.obj) for Deep
    Discarded Unused
    Selected Twin
      Removed Other
    Added 2 thunks with margin 262144 in 1 passes

Tools that read lld-link's log find these words; the order is that of lld-link, too.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from ntbuild.pelink.layout.range_thunks import MARGIN
from ntbuild.pelink.model import Evidence, Tables
from ntbuild.pelink.names.locations import section_text, symbol_text
from ntbuild.pelink.synthesize.far_thunk import FAR_THUNK_ORDER
from ntbuild.support.paths import windows_name
from ntbuild.support.text import decoded

from .why import folded_onto


def write_log(evidence: Evidence, paths: Sequence[str], tables: Tables, passes: int) -> str:
    """The log's lines; ``paths`` are the inputs of the command line, whose order files keep.

    ``tables`` have the range-extension thunks that so many ``passes`` over the layout added.
    """
    lines = [*_files(evidence.tables, paths), *_discarded(evidence), *_folded(evidence)]
    lines += _thunks(tables, passes)
    return "".join(f"{line}\n" for line in lines)


def _files(tables: Tables, paths: Sequence[str]) -> Iterator[str]:
    """Objects and archives as the line has them, then members with the name that loaded each."""
    loaded = {member: tables.name(name_id) for member, name_id in tables.loaded}
    names = [each.name for each in tables.objects.objects.origins if not each.made]
    files = [name for name in names if name not in loaded]
    files += [archive.file for archive in tables.archives]
    # A library that was found in a folder stands where the line names it.
    position = {windows_name(path): number for number, path in reversed([*enumerate(paths)])}
    files.sort(key=lambda name: position.get(windows_name(name), len(paths)))
    directives = dict(_directives(tables))
    for name in files:
        yield f"Reading {name}"
        if name in directives:
            yield f"Directives: {name}: {directives[name]}"
    for name in names:
        if name in loaded:
            yield f"Reading {name}"
            yield f"Loaded {name} for {loaded[name]}"
            if name in directives:
                yield f"Directives: {name}: {directives[name]}"


def _directives(tables: Tables) -> Iterator[tuple[str, str]]:
    """(object, text) of each .drectve section."""
    sections = tables.objects.sections
    for row in tables.rows_of_stem(b".drectve").tolist():
        at, size = int(sections.position[row]), int(sections.size[row])
        if at >= 0 and size:
            text = decoded(tables.buffer[at : at + size].tobytes())
            yield tables.object_name(row), " ".join(text.split())


def _discarded(evidence: Evidence) -> Iterator[str]:
    """COMDATs that nothing reaches, by their symbols."""
    tables = evidence.tables
    leader = tables.objects.sections.leader
    gone = evidence.resolved.kept & ~evidence.marked & (leader >= 0)
    for row in np.flatnonzero(gone).tolist():
        yield f"Discarded {symbol_text(tables, int(leader[row]))}"


def _folded(evidence: Evidence) -> Iterator[str]:
    """COMDATs that others were folded onto, followed by these, by their symbols."""
    tables = evidence.tables
    onto = folded_onto(evidence)
    for target in sorted(set(onto.values())):
        removed = [row for row in sorted(onto) if onto[row] == target]
        yield f"Selected {_name(tables, target)}"
        yield from (f"  Removed {_name(tables, row)}" for row in removed)


def _thunks(tables: Tables, passes: int) -> Iterator[str]:
    """How many range-extension thunks there are, and the largest margin of a branch's reach."""
    origins = tables.objects.objects.origins
    owner = next((n for n, each in enumerate(origins) if each.order == FAR_THUNK_ORDER), None)
    if owner is None:
        return
    # All are copies of one section row, which has the same place in the buffer.
    position = tables.objects.sections.position
    model = int(tables.objects.objects.first_section[owner])
    count = int((position == position[model]).sum()) - 1
    if count:
        yield f"Added {count} thunks with margin {MARGIN} in {passes} passes"


def _name(tables: Tables, row: int) -> str:
    """The symbol of a section row's COMDAT, else its place."""
    leader = int(tables.objects.sections.leader[row])
    return symbol_text(tables, leader) if leader >= 0 else section_text(tables, row)
