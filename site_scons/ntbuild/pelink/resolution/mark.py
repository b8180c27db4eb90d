"""Mark: which sections reach the image (garbage collection).

A breadth-first walk over the graph of references from its roots. There is no loop per section: a
round takes the whole frontier one edge further, and costs as much as it reaches. A chain of
100,000 calls therefore takes 100,000 small rounds, not as many passes over all sections.
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, ragged
from ntbuild.pelink.model import Graph


def mark(graph: Graph) -> Flags:
    """A flag per section row: whether a root reaches it. Roots are live."""
    live = np.zeros(len(graph.first), np.bool_)
    # Scratch of ``reached``: the last place that names a row. It is never cleared, as a round only
    # looks at rows that it has just written.
    last_place = np.zeros(len(graph.first), np.int32)
    frontier = graph.roots
    live[frontier] = True
    while len(frontier):
        edges = ragged(graph.first.take(frontier), graph.count.take(frontier))
        reached = graph.targets.take(edges)
        reached = reached.compress(~live.take(reached))
        # A row may be reached by many edges: keep it only at the last place that names it. Sorting
        # out duplicates this way costs as much as was reached.
        place = np.arange(len(reached), dtype=np.int32)
        last_place[reached] = place
        frontier = reached.compress(last_place.take(reached) == place)
        live[frontier] = True
    return live
