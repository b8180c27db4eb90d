"""Classes of equal nodes in a graph: equal in themselves, and leading to equal nodes.

Classes start out coarse, from what a node is by itself, and are split by the classes that its
edges reach, until nothing splits any more. What is hard is doing only the work there is. A round
looks at the nodes whose edges lead to something that has changed its class, and of a class that
falls apart entirely the largest part keeps its number, so that whoever leads there need not be
looked at again. A chain of a thousand calls then takes a thousand small rounds.

Splitting goes by hashes. ``proven`` compares what is left together and splits it further where a
hash was the same by accident, or made to be.

Source: Hopcroft, "An n log n algorithm for minimizing states in a finite automaton" (1971), for
the part that keeps its number.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers, Words, ragged, word
from ntbuild.support.values import dataclass

from .section_bytes import mixed

_ROUNDS = 64
"""Different nodes of one hash that are told apart: only inputs made for it have more than two, and
these would be compared with each other for hours."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Edges between nodes 0 to ``nodes``, in the order of their owners.

    ``mark`` is a hash of what an edge is beside where it leads.
    """

    nodes: int
    owner: Integers
    target: Integers
    mark: Words

    def by_owner(self) -> tuple[Integers, Integers]:
        """The first edge of each node, and how many it has."""
        count = np.bincount(self.owner, minlength=self.nodes)
        return np.cumsum(count) - count, count


def numbered(keys: Words) -> Integers:
    """Equal keys as equal numbers from 0; keys may also get one number by accident."""
    # Numbers sort faster than their places do, so each key has its place in its low bits.
    room = len(keys).bit_length()
    bits, places = word(room), word((1 << room) - 1)
    ordered = np.sort((keys & ~places) | np.arange(len(keys), dtype=np.uint64))
    place = (ordered & places).view(np.int64)
    ordered >>= bits
    numbers = np.empty(len(keys), np.int64)
    numbers[place] = np.cumsum(np.diff(ordered, prepend=ordered[:1]) != 0)
    return numbers


def refined(classes: Integers, edges: Edges) -> Integers:
    """Classes of nodes that lead to the same classes, but for accidents of hashing.

    ``classes`` are numbers from 0 for each node.
    """
    classes = classes.copy()
    sizes = np.zeros(edges.nodes + 1, np.int64)
    first = np.bincount(classes, minlength=1)
    sizes[: len(first)] = first
    used = len(first)
    starts, counts = edges.by_owner()
    by_target = np.argsort(edges.target, kind="stable")
    callers = np.bincount(edges.target, minlength=edges.nodes)
    before = np.cumsum(callers) - callers
    dirty = np.flatnonzero((sizes[classes] > 1) & (counts > 0))
    while len(dirty):
        keys = _keys(dirty, classes, edges, starts, counts)
        changed, used = _split(dirty, keys, classes, sizes, used)
        owner = edges.owner[by_target[ragged(before[changed], callers[changed])]]
        dirty = _distinct(owner[sizes[classes[owner]] > 1])
    return classes


def _keys(
    nodes: Integers, classes: Integers, edges: Edges, starts: Integers, counts: Integers
) -> Words:
    """A hash for each of some nodes, all of which have edges: what classes these lead to."""
    count = counts[nodes]
    reached = ragged(starts[nodes], count)
    values = mixed(edges.mark[reached], classes[edges.target[reached]].astype(np.uint64))
    return np.add.reduceat(values, np.cumsum(count) - count)


def _split(
    nodes: Integers, keys: Words, classes: Integers, sizes: Integers, used: int
) -> tuple[Integers, int]:
    """Give nodes with different keys different classes; the nodes whose class is a new one.

    ``classes`` and ``sizes`` (nodes by class) are changed; ``used`` is the next free number, and
    is returned as it is then. Members of a class that are not among ``nodes`` are equal to each
    other and to none of these.
    """
    own = classes[nodes]
    room = used.bit_length()
    keys = keys >> word(room)  # to its left one sort puts classes together
    order = np.argsort((own.astype(np.uint64) << word(64 - room)) | keys)
    ordered = keys[order]
    own = own[order]
    begins = np.ones(len(nodes), np.bool_)
    begins[1:] = (ordered[1:] != ordered[:-1]) | (own[1:] != own[:-1])
    at = np.flatnonzero(begins)
    part_class, part_size = own[at], np.diff(at, append=len(nodes))
    class_at = np.flatnonzero(np.diff(part_class, prepend=-1))
    # The largest part of a class whose members are all here stays as it is.
    rank = part_size * len(at) + np.arange(len(at))[::-1]
    largest = len(at) - 1 - np.maximum.reduceat(rank, class_at) % len(at)
    present = np.add.reduceat(part_size, class_at)
    whole = present == sizes[part_class[class_at]]
    is_new = np.ones(len(at), np.bool_)
    is_new[largest[whole]] = False
    number = part_class.copy()
    number[is_new] = used + np.arange(int(is_new.sum()))
    np.subtract.at(sizes, part_class[is_new], part_size[is_new])
    sizes[number[is_new]] = part_size[is_new]
    moved = np.repeat(is_new, part_size)
    changed = nodes[order[moved]]
    classes[changed] = np.repeat(number, part_size)[moved]
    return changed, used + int(is_new.sum())


def _distinct(numbers: Integers) -> Integers:
    """Each number once, ascending."""
    ordered = np.sort(numbers)
    keep = np.ones(len(ordered), np.bool_)
    keep[1:] = ordered[1:] != ordered[:-1]
    return ordered[keep]


def leaders(classes: Integers) -> Integers:
    """For each node the first one of its class."""
    first = np.full(int(classes.max()) + 1 if len(classes) else 0, -1, np.int64)
    first[classes[::-1]] = np.arange(len(classes))[::-1]
    return first[classes]


def separated(classes: Integers, same: Callable[[Integers, Integers], Flags]) -> Integers:
    """Classes in which all are the same as the first one, by comparing them.

    ``same`` is told pairs of nodes. Whatever differs from the first of its class is a class by
    itself, whose members are compared in turn. After ``_ROUNDS`` of that each of what is left is
    alone.
    """
    classes = classes.copy()
    nodes = np.arange(len(classes))
    for left in reversed(range(_ROUNDS)):
        leader = leaders(classes)[nodes]
        nodes, leader = nodes[leader != nodes], leader[leader != nodes]
        nodes = nodes[~same(nodes, leader)]
        if not len(nodes):
            break
        # Not by ``numbered``: who shares a class by accident here is not compared again.
        own = np.unique(classes[nodes], return_inverse=True)[1] if left else np.arange(len(nodes))
        classes[nodes] = int(classes.max()) + 1 + own
    return classes


def proven(classes: Integers, edges: Edges) -> Integers:
    """Classes whose nodes do lead to the same classes, edge by edge."""
    starts, counts = edges.by_owner()
    while True:
        reached = classes[edges.target]
        found = separated(classes, partial(_lead_alike, reached, starts, counts))
        if int(found.max(initial=-1)) == int(classes.max(initial=-1)):
            return found
        # Whoever leads to what fell apart is found by hashes again: a chain of them takes a round.
        classes = refined(found, edges)


def _lead_alike(
    reached: Integers, starts: Integers, counts: Integers, nodes: Integers, others: Integers
) -> Flags:
    """Whether the edges of each node reach the classes that those of the other one reach."""
    alike: Flags = counts[nodes] == counts[others]
    count = np.where(alike, counts[nodes], 0)
    differ = reached[ragged(starts[nodes], count)] != reached[ragged(starts[others], count)]
    alike[np.repeat(np.arange(len(nodes)), count)[differ]] = False
    return alike
