"""Partition refinement: classes of nodes of a graph that are equal, and lead to equal nodes.

Classes start out coarse, by what a node is by itself, and are split by the classes that its edges
reach, until nothing splits any more. Four functions a, b, c and e are equal but for what they call:

    a -> b -> c -> d      e -> d'        d and d' differ

    {a b c e} {d} {d'}    c leads to d, e to d', a and b to their own class
    {a b} {c} {e}         b leads to c now
    {a} {b}               all differ

A round costs what may have changed, not the size of the graph:

- It looks only at nodes with an edge to a node that got a new class in the round before.
- A class is split into parts of equal keys. When all of its members are looked at, the largest part
  keeps the class's number, so the nodes that lead there need not be looked at again (Hopcroft).
  A chain of a thousand calls then takes a thousand small rounds.

Splitting goes by hashes. At the end ``proven`` compares the members of each class, and splits it
further where their hashes are equal by accident or by intent.

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
"""At most this many different nodes of one hash are separated from each other. More than two occur
only in inputs that were crafted, and to compare all of them would take hours."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Edges between nodes 0 to ``nodes`` - 1, sorted by ``owner``.

    - ``owner``, ``target``: the node that an edge begins at, and the one that it leads to
    - ``mark``: a hash of everything else about the edge (offset and type of a relocation)
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
    """A number from 0 per key: equal for equal keys, and by accident for keys with equal high bits.

    The low bits of a key, as many as an index needs, are not compared.
    """
    # Sorting keys is faster than argsort, so each key carries its own index in its low bits.
    room = len(keys).bit_length()
    bits, places = word(room), word((1 << room) - 1)
    ordered = np.sort((keys & ~places) | np.arange(len(keys), dtype=np.uint64))
    place = (ordered & places).view(np.int64)
    ordered >>= bits
    numbers = np.empty(len(keys), np.int64)
    numbers[place] = np.cumsum(np.diff(ordered, prepend=ordered[:1]) != 0)
    return numbers


def refined(classes: Integers, edges: Edges) -> Integers:
    """Classes whose nodes lead to the same classes, but for accidents of hashing.

    ``classes`` has a class number from 0 for each node; so has the result, with more classes.
    """
    classes = classes.copy()
    # Nodes in each class; there can be no more classes than nodes.
    sizes = np.zeros(edges.nodes + 1, np.int64)
    first = np.bincount(classes, minlength=1)
    sizes[: len(first)] = first
    used = len(first)
    starts, counts = edges.by_owner()
    # The edges that lead to a node are ``by_target[before[node] :][: callers[node]]``.
    by_target = np.argsort(edges.target, kind="stable")
    callers = np.bincount(edges.target, minlength=edges.nodes)
    before = np.cumsum(callers) - callers
    # Dirty nodes are looked at next: in a class with others, and with edges.
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
    """A hash per node: of the marks of its edges and the classes that these reach.

    Every one of ``nodes`` has an edge.

    ``starts`` and ``counts`` are the ranges of all nodes' edges, from ``Edges.by_owner``.
    """
    count = counts[nodes]
    reached = ragged(starts[nodes], count)
    values = mixed(edges.mark[reached], classes[edges.target[reached]].astype(np.uint64))
    return np.add.reduceat(values, np.cumsum(count) - count)


def _split(
    nodes: Integers, keys: Words, classes: Integers, sizes: Integers, used: int
) -> tuple[Integers, int]:
    """Split the classes of ``nodes`` by their keys.

    Returns the nodes whose class number is new, and the next free class number; ``used`` is the
    next free one before. ``classes`` and ``sizes`` (nodes per class) are changed in place. Members
    of a class that are not among ``nodes`` reach the same classes as before and keep its number.
    """
    # Sort key, high to low: class, key. The key gives up the bits that the class needs.
    own = classes[nodes]
    room = used.bit_length()
    keys = keys >> word(room)
    order = np.argsort((own.astype(np.uint64) << word(64 - room)) | keys)
    ordered = keys[order]
    own = own[order]
    begins = np.ones(len(nodes), np.bool_)
    begins[1:] = (ordered[1:] != ordered[:-1]) | (own[1:] != own[:-1])
    # One entry per part: a run of nodes with one class and one key.
    at = np.flatnonzero(begins)
    part_class, part_size = own[at], np.diff(at, append=len(nodes))
    class_at = np.flatnonzero(np.diff(part_class, prepend=-1))
    # One entry per class: the index of its largest part. A rank is size * parts + index from the
    # end, so the maximum is the largest part, the first of equal ones, and its remainder the index.
    rank = part_size * len(at) + np.arange(len(at))[::-1]
    largest = len(at) - 1 - np.maximum.reduceat(rank, class_at) % len(at)
    # Where all members of a class are here, that part keeps the class's number.
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
    """For each node the lowest node of its class."""
    first = np.full(int(classes.max()) + 1 if len(classes) else 0, -1, np.int64)
    first[classes[::-1]] = np.arange(len(classes))[::-1]
    return first[classes]


def separated(classes: Integers, same: Callable[[Integers, Integers], Flags]) -> Integers:
    """Classes in which every node is the same as the lowest one, by comparing them.

    ``same`` gets two parallel columns of nodes and gives a flag per pair. Nodes that differ from
    the lowest of their class become a class of their own, which is compared in turn. After
    ``_ROUNDS`` of that, each node that is left is alone in its class.
    """
    classes = classes.copy()
    nodes = np.arange(len(classes))
    for left in reversed(range(_ROUNDS)):
        leader = leaders(classes)[nodes]
        nodes, leader = nodes[leader != nodes], leader[leader != nodes]
        nodes = nodes[~same(nodes, leader)]
        if not len(nodes):
            break
        # Not by ``numbered``, which may give two classes one number: nothing would notice that.
        own = np.unique(classes[nodes], return_inverse=True)[1] if left else np.arange(len(nodes))
        classes[nodes] = int(classes.max()) + 1 + own
    return classes


def proven(classes: Integers, edges: Edges) -> Integers:
    """Classes whose nodes lead to the same classes, compared edge by edge."""
    starts, counts = edges.by_owner()
    while True:
        reached = classes[edges.target]
        found = separated(classes, partial(_lead_alike, reached, starts, counts))
        if int(found.max(initial=-1)) == int(classes.max(initial=-1)):
            return found
        # Classes that lead to one that was split are refined by hashes again: a whole chain of
        # them then takes one round of this loop.
        classes = refined(found, edges)


def _lead_alike(
    reached: Integers, starts: Integers, counts: Integers, nodes: Integers, others: Integers
) -> Flags:
    """Flags for pairs of nodes: whether their edges reach the same classes in the same order.

    ``reached`` is the class that each edge leads to.
    """
    alike: Flags = counts[nodes] == counts[others]
    count = np.where(alike, counts[nodes], 0)
    differ = reached[ragged(starts[nodes], count)] != reached[ragged(starts[others], count)]
    alike[np.repeat(np.arange(len(nodes)), count)[differ]] = False
    return alike
