"""Alignment of two byte sequences: which ranges belong together, also where bytes were inserted.

Eight bytes that occur once in each sequence are an anchor. Data with many zeros and copies has few:
the longest runs of anchors are kept, as far as they have the same order in both sequences, and what
lies between right of them is aligned from both ends.

    left  = A B C D       right = A B X C D
    blocks: A B, C D      insertion: X
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from .pieces import Bytes, Integers

_ANCHOR: Final = 8
_RUNS: Final = 300


class MatchingBlock(NamedTuple):
    """A range of both sequences: its offset in either, and its size in bytes."""

    first: int
    second: int
    size: int


def aligned(left: Bytes, right: Bytes) -> list[MatchingBlock]:
    """Blocks in the order of both sequences; within a block they are equal but for single bytes."""
    if len(left) == len(right) and bool((left == right).all()):
        return [MatchingBlock(0, 0, len(left))] if len(left) else []
    ends = MatchingBlock(0, 0, 0), MatchingBlock(len(left), len(right), 0)
    head, tail = common_ends(left, right)
    inner = MatchingBlock(head, head, 0), MatchingBlock(len(left) - tail, len(right) - tail, 0)
    anchors = _anchored(left[head : len(left) - tail], right[head : len(right) - tail])
    blocks = [MatchingBlock(a + head, b + head, size) for a, b, size in anchors]
    marks = [ends[0], MatchingBlock(0, 0, head), *blocks, inner[1]._replace(size=tail), ends[1]]
    return list(_joined(_filled(left, right, marks)))


def common_ends(left: Bytes, right: Bytes) -> tuple[int, int]:
    """Bytes that two sequences have in common at the beginning, and further ones at the end."""
    size = min(len(left), len(right))
    differing = np.flatnonzero(left[:size] != right[:size])
    head = int(differing[0]) if len(differing) else size
    rest = size - head
    differing = np.flatnonzero(left[len(left) - rest :] != right[len(right) - rest :])
    tail = rest - 1 - int(differing[-1]) if len(differing) else rest
    return head, tail


def _filled(left: Bytes, right: Bytes, marks: Sequence[MatchingBlock]) -> Iterator[MatchingBlock]:
    """The blocks, and between them ranges of equal length, or equal bytes at either end."""
    for before, following in pairwise(marks):
        a, b = before.first + before.size, before.second + before.size
        sizes = following.first - a, following.second - b
        if sizes[0] == sizes[1]:
            yield MatchingBlock(a, b, sizes[0])
        else:
            head, tail = common_ends(left[a : following.first], right[b : following.second])
            yield MatchingBlock(a, b, head)
            yield MatchingBlock(following.first - tail, following.second - tail, tail)
        yield following


def _joined(blocks: Iterator[MatchingBlock]) -> Iterator[MatchingBlock]:
    """Blocks without empty ones; adjacent ones are joined."""
    last = MatchingBlock(0, 0, 0)
    for block in blocks:
        if block.first - last.first == block.second - last.second == last.size:
            last = last._replace(size=last.size + block.size)
        elif block.size:
            if last.size:
                yield last
            last = block
    if last.size:
        yield last


def _anchored(left: Bytes, right: Bytes) -> list[MatchingBlock]:
    """Runs of anchors at one distance, in an order that both sequences have."""
    if min(len(left), len(right)) < _ANCHOR:
        return []
    # One row is a word that occurs once in each sequence, sorted by its offset in the first.
    (words, at), (others, its) = _once(left), _once(right)
    _, here, there = np.intersect1d(words, others, assume_unique=True, return_indices=True)
    first = np.sort(at[here])
    second = its[there][np.argsort(at[here])]
    if not len(first):
        return []
    # One row is an anchor: its offset in either sequence. A run ends where the distance changes.
    starts = np.flatnonzero(np.diff(second - first, prepend=np.int64(-1) << 62))
    last = np.append(starts[1:], len(first)) - 1
    runs = [
        MatchingBlock(a, b, end - a + _ANCHOR)
        for a, b, end in zip(
            first[starts].tolist(), second[starts].tolist(), first[last].tolist(), strict=True
        )
    ]
    longest = sorted(sorted(runs, key=lambda run: -run.size)[:_RUNS])
    return _in_order(longest)


def _once(text: Bytes) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint64]], Integers]:
    """The words of eight bytes that occur once, sorted, and their offsets."""
    raw = np.ascontiguousarray(text)
    # An unaligned view: row i is the word of eight bytes at offset i.
    words = np.ndarray((len(raw) - _ANCHOR + 1,), "<u8", raw.data, 0, (1,))
    values, at, count = np.unique(words, return_index=True, return_counts=True)
    return values[count == 1], at[count == 1]


def _in_order(runs: Sequence[MatchingBlock]) -> list[MatchingBlock]:
    """The runs with the most bytes in all that follow each other in both sequences.

    A longest increasing subsequence weighted by size, by dynamic programming over at most
    ``_RUNS`` runs.
    """
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
    found: list[MatchingBlock] = []
    at = max(range(len(best)), key=lambda index: best[index][0], default=-1)
    while at >= 0:
        found.append(runs[at])
        at = best[at][1]
    return found[::-1]
