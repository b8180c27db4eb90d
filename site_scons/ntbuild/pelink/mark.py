"""Mark: which sections reach the image.

A walk over the graph of references. What is hard is doing it without a loop per section: a whole
frontier advances at once.
"""

import numpy as np

from ntbuild.pecoff.text import ragged

from .model import Flags
from .references import Graph


def mark(graph: Graph) -> Flags:
    """Which section rows are live, one bool each."""
    live = np.zeros(len(graph.first), np.bool_)
    frontier = graph.roots
    live[frontier] = True
    while len(frontier):
        reached = graph.targets[ragged(graph.first[frontier], graph.count[frontier])]
        reached = reached[~live[reached]]
        if not len(reached):
            break
        fresh = np.zeros(len(live), np.bool_)
        fresh[reached] = True
        live |= fresh
        frontier = np.flatnonzero(fresh)
    return live
