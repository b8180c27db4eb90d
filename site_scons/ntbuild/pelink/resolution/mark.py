"""Mark: which sections reach the image.

A walk over the graph of references. What is hard is doing it without a loop per section: a whole
frontier advances at once, and a step costs what it reaches, so that long chains stay cheap.
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, ragged
from ntbuild.pelink.model import Graph


def mark(graph: Graph) -> Flags:
    """Which section rows are live, one bool each."""
    live = np.zeros(len(graph.first), np.bool_)
    named = np.zeros(len(graph.first), np.int32)
    frontier = graph.roots
    live[frontier] = True
    while len(frontier):
        edges = ragged(graph.first.take(frontier), graph.count.take(frontier))
        reached = graph.targets.take(edges)
        reached = reached.compress(~live.take(reached))
        # Each row once, at a cost of what was reached: the last place that names it counts.
        place = np.arange(len(reached), dtype=np.int32)
        named[reached] = place
        frontier = reached.compress(named.take(reached) == place)
        live[frontier] = True
    return live
