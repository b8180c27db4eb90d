"""Classes of equal nodes: as a slow program finds them, whatever the hash, each looked at once."""

from random import Random

import numpy as np
import pytest

from ntbuild.pelink.resolution import partition
from ntbuild.pelink.resolution.partition import Edges, leaders, numbered, proven, refined, separated


def edges_of(graph):
    """``graph`` has a list of (mark, target) for each node."""
    found = [(node, *edge) for node, those in enumerate(graph) for edge in those]
    owner, mark, target = (np.array([each[n] for each in found], np.int64) for n in range(3))
    return Edges(len(graph), owner, target, mark.astype(np.uint64))


def slowly(kinds, graph):
    """Classes by what each node leads to, until there are no more of them."""
    classes = list(kinds)
    while True:
        keys = [
            (classes[node], tuple((mark, classes[target]) for mark, target in those))
            for node, those in enumerate(graph)
        ]
        found = [keys.index(key) for key in keys]
        if len(set(found)) == len(set(classes)):
            return found
        classes = found


def classified(kinds, graph):
    edges = edges_of(graph)
    classes = numbered(np.array(kinds, np.uint64) << np.uint64(32))
    return leaders(proven(refined(classes, edges), edges)).tolist()


def random_graph(seed):
    """Some nodes of few kinds, with as many edges as their kind has."""
    random = Random(seed)
    count, variety = random.randint(1, 60), random.randint(1, 4)
    kinds = [random.randrange(variety) for _ in range(count)]
    near = random.choice([3, count])
    graph = [
        [(mark, (node + random.randrange(near)) % count) for mark in range(kind)]
        for node, kind in enumerate(kinds)
    ]
    return kinds, graph


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs_fall_into_the_classes_that_a_slow_program_finds(seed):
    kinds, graph = random_graph(seed)
    assert classified(kinds, graph) == slowly(kinds, graph)


@pytest.mark.parametrize("seed", range(15))
def test_a_hash_that_is_always_the_same_changes_nothing(seed, monkeypatch):
    kinds, graph = random_graph(seed)
    monkeypatch.setattr(partition, "mixed", lambda left, _right: np.zeros_like(left))
    assert classified(kinds, graph) == slowly(kinds, graph)


@pytest.mark.parametrize("seed", range(15))
def test_nodes_of_different_kinds_stay_apart_when_hashes_say_nothing(seed, monkeypatch):
    random = Random(seed)
    kinds = [random.randrange(6) for _ in range(50)]
    graph = [[(0, random.randrange(len(kinds)))] for _ in kinds]
    monkeypatch.setattr(partition, "mixed", lambda left, _right: np.zeros_like(left))
    assert classified(kinds, graph) == slowly(kinds, graph)


def test_a_chain_is_walked_once_whatever_its_length(monkeypatch):
    looked_at = []
    keys = partition._keys

    def counted(nodes, *rest):
        looked_at.append(len(nodes))
        return keys(nodes, *rest)

    monkeypatch.setattr(partition, "_keys", counted)
    length = 1500
    # Two chains of calls that nothing tells apart but the functions at their ends.
    graph = [[(0, node + 1)] for node in range(2 * length)]
    graph[length - 1], graph[2 * length - 1] = [(0, 2 * length)], [(0, 2 * length + 1)]
    graph += [[], []]
    kinds = [0] * (2 * length) + [1, 2]
    assert len(set(classified(kinds, graph))) == 2 * length + 2
    assert sum(looked_at) < 3 * len(graph)
    assert len(looked_at) < length + 3


def test_classes_are_separated_by_comparing_with_the_first_of_each():
    letters = np.frombuffer(b"abcabcaab", np.uint8)
    pairs = []

    def same(nodes, others):
        pairs.extend(zip(nodes.tolist(), others.tolist(), strict=True))
        return letters[nodes] == letters[others]

    classes = separated(np.zeros(len(letters), np.int64), same)
    assert leaders(classes).tolist() == [0, 1, 2, 0, 1, 2, 0, 0, 1]
    assert len(pairs) == 8 + 4 + 1


def test_many_that_only_a_hash_takes_for_equal_are_not_all_compared_with_each_other():
    compared = []

    def same(nodes, others):
        compared.append(len(nodes))
        return nodes // 2 == others // 2

    classes = separated(np.zeros(2000, np.int64), same)
    # Pairs are equal. Those that nobody had time to find stay apart.
    first = leaders(classes)
    assert set(first[:100].tolist()) == set(range(0, 100, 2))
    assert first[1000:].tolist() == list(range(1000, 2000))
    assert sum(compared) < 100 * 2000
    assert sorted(set(classes.tolist())) == list(range(int(classes.max()) + 1))


def test_what_a_hash_mistook_at_the_end_of_a_chain_costs_no_round_for_each_link(monkeypatch):
    mixed, rounds = partition.mixed, []

    def mistaken(left, right):
        return mixed(left, np.where(right == 2, np.uint64(1), right))

    def counted(*given):
        rounds.append(given)
        return separated(*given)

    monkeypatch.setattr(partition, "mixed", mistaken)
    monkeypatch.setattr(partition, "separated", counted)
    length = 500
    graph = [[(0, node + 1)] for node in range(2 * length)]
    graph[length - 1], graph[2 * length - 1] = [(0, 2 * length)], [(0, 2 * length + 1)]
    graph += [[], []]
    assert len(set(classified([0] * (2 * length) + [1, 2], graph))) == 2 * length + 2
    assert len(rounds) < 5
