"""Two texts of bytes laid beside each other: what is the same, also where something was put in.

What stands once in either text, eight bytes at a time, is an anchor. The hard part is data of many
zeros and copies, of which most is no anchor: the longest runs of anchors are taken, as far as they
keep their order, and what lies between two of them is aligned from both ends.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from .pieces import Bytes, Integers

_ANCHOR: Final = 8
_RUNS: Final = 300


class Block(NamedTuple):
    """Bytes that belong together: where they begin in either text, and how many."""

    first: int
    second: int
    size: int


def aligned(one: Bytes, two: Bytes) -> list[Block]:
    """Blocks in the order of both texts; in a block the texts are alike, but for single places."""
    if len(one) == len(two) and bool((one == two).all()):
        return [Block(0, 0, len(one))] if len(one) else []
    ends = Block(0, 0, 0), Block(len(one), len(two), 0)
    head, tail = common_ends(one, two)
    inner = Block(head, head, 0), Block(len(one) - tail, len(two) - tail, 0)
    anchors = _anchored(one[head : len(one) - tail], two[head : len(two) - tail])
    blocks = [Block(a + head, b + head, size) for a, b, size in anchors]
    marks = [ends[0], Block(0, 0, head), *blocks, inner[1]._replace(size=tail), ends[1]]
    return list(_joined(_filled(one, two, marks)))


def common_ends(one: Bytes, two: Bytes) -> tuple[int, int]:
    """How many bytes two texts have in common at the beginning, and how many more at the end."""
    size = min(len(one), len(two))
    differing = np.flatnonzero(one[:size] != two[:size])
    head = int(differing[0]) if len(differing) else size
    rest = size - head
    differing = np.flatnonzero(one[len(one) - rest :] != two[len(two) - rest :])
    tail = rest - 1 - int(differing[-1]) if len(differing) else rest
    return head, tail


def _filled(one: Bytes, two: Bytes, marks: Sequence[Block]) -> Iterator[Block]:
    """Blocks, and between them what is alike at either end or just as long."""
    for before, behind in pairwise(marks):
        a, b = before.first + before.size, before.second + before.size
        sizes = behind.first - a, behind.second - b
        if sizes[0] == sizes[1]:
            yield Block(a, b, sizes[0])
        else:
            head, tail = common_ends(one[a : behind.first], two[b : behind.second])
            yield Block(a, b, head)
            yield Block(behind.first - tail, behind.second - tail, tail)
        yield behind


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """Blocks without empty ones; two without anything between them are one."""
    last = Block(0, 0, 0)
    for block in blocks:
        if block.first - last.first == block.second - last.second == last.size:
            last = last._replace(size=last.size + block.size)
        elif block.size:
            if last.size:
                yield last
            last = block
    if last.size:
        yield last


def _anchored(one: Bytes, two: Bytes) -> list[Block]:
    """Runs of anchors at one distance, in an order that both texts have."""
    if min(len(one), len(two)) < _ANCHOR:
        return []
    (words, at), (others, its) = _once(one), _once(two)
    _, here, there = np.intersect1d(words, others, assume_unique=True, return_indices=True)
    first = np.sort(at[here])
    second = its[there][np.argsort(at[here])]
    if not len(first):
        return []
    starts = np.flatnonzero(np.diff(second - first, prepend=np.int64(-1) << 62))
    last = np.append(starts[1:], len(first)) - 1
    runs = [
        Block(a, b, end - a + _ANCHOR)
        for a, b, end in zip(
            first[starts].tolist(), second[starts].tolist(), first[last].tolist(), strict=True
        )
    ]
    longest = sorted(sorted(runs, key=lambda run: -run.size)[:_RUNS])
    return _in_order(longest)


def _once(text: Bytes) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint64]], Integers]:
    """What stands once in a text, eight bytes at a time, and where."""
    raw = np.ascontiguousarray(text)
    words = np.ndarray((len(raw) - _ANCHOR + 1,), "<u8", raw.data, 0, (1,))
    values, at, count = np.unique(words, return_index=True, return_counts=True)
    return values[count == 1], at[count == 1]


def _in_order(runs: Sequence[Block]) -> list[Block]:
    """The runs of most bytes that follow each other in both texts without a common byte."""
    best: list[tuple[int, int]] = []
    for index, run in enumerate(runs):
        before = max(
            (
                (best[other][0], other)
                for other in range(index)
                if runs[other].first + runs[other].size <= run.first
                and runs[other].second + runs[other].size <= run.second
            ),
            default=(0, -1),
        )
        best.append((before[0] + run.size, before[1]))
    found: list[Block] = []
    at = max(range(len(best)), key=lambda index: best[index][0], default=-1)
    while at >= 0:
        found.append(runs[at])
        at = best[at][1]
    return found[::-1]
