"""Functions of two images as pairs: by name, by what they do, and by their neighbours.

A function that was changed has no key in common with its old self, but its neighbours have: what
stands alone between two pairs belongs together. The hard part is what is alike (empty functions,
wrappers): such twins are told apart by order, and only after everything that is unique.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from .pieces import Piece

_ALIKE: Final = 0.3
"""The part of two functions that must be the same where it is not clear who is who."""
_SAMPLES, _SAMPLE = 32, 6
"""How many samples of a function are looked for, and of how many bytes."""

Pairs = dict[int, int]


def match(first: Sequence[Piece], second: Sequence[Piece]) -> Pairs:
    """Indices into ``second`` by indices into ``first``; a section's pieces stay in it."""
    pairs: Pairs = {}
    _by(lambda piece: piece.name or None, first, second, pairs)
    _by(lambda piece: piece.key, first, second, pairs)
    _extended(first, second, pairs, same=True)
    _twins(first, second, pairs)
    _extended(first, second, pairs, same=False)
    return pairs


def _by(
    what: Callable[[Piece], object],
    first: Sequence[Piece],
    second: Sequence[Piece],
    pairs: Pairs,
) -> None:
    """Pair what is there once on each side."""
    taken = set(pairs.values())
    sides = []
    for pieces, done in ((first, pairs.keys()), (second, taken)):
        keys = {
            index: (piece.section, what(piece))
            for index, piece in enumerate(pieces)
            if index not in done and what(piece) is not None
        }
        count = Counter(keys.values())
        sides.append({key: index for index, key in keys.items() if count[key] == 1})
    one, two = sides
    pairs.update({one[key]: two[key] for key in one.keys() & two.keys()})


def _twins(first: Sequence[Piece], second: Sequence[Piece], pairs: Pairs) -> None:
    """Pair what is left of equal functions in their order."""
    taken = set(pairs.values())
    left: defaultdict[tuple[str, bytes], list[int]] = defaultdict(list)
    for index, piece in enumerate(second):
        if index not in taken:
            left[piece.section, piece.key].append(index)
    waiting = {key: iter(indices) for key, indices in left.items()}
    for index, piece in enumerate(first):
        if index not in pairs:
            partner = next(waiting.get((piece.section, piece.key), iter(())), None)
            if partner is not None:
                pairs[index] = partner


def _extended(first: Sequence[Piece], second: Sequence[Piece], pairs: Pairs, *, same: bool) -> None:
    """Pair neighbours of pairs: those with the same key, or whatever stands between two pairs."""
    taken = {partner: index for index, partner in pairs.items()}
    for step in (1, -1):
        order = range(len(first)) if step > 0 else range(len(first) - 1, -1, -1)
        for index in order:
            if index in pairs:
                continue
            before = index - step
            partner = pairs[before] + step if before in pairs else _edge(second, step)
            if not 0 <= partner < len(second) or partner in taken:
                continue
            one, two = first[index], second[partner]
            if one.section != two.section:
                continue
            if one.key == two.key if same else _belong(index, partner, step, first, second, pairs):
                pairs[index] = partner
                taken[partner] = index


def _edge(second: Sequence[Piece], step: int) -> int:
    """The first place of all, seen from where a walk begins."""
    return 0 if step > 0 else len(second) - 1


def _belong(
    index: int,
    partner: int,
    step: int,
    first: Sequence[Piece],
    second: Sequence[Piece],
    pairs: Pairs,
) -> bool:
    """Whether two that follow the same function are one: alone there, or alike."""
    ends = index + step in {-1, len(first)}, partner + step in {-1, len(second)}
    if all(ends) or pairs.get(index + step) == partner + step:
        return True
    return alike(first[index].key, second[partner].key) >= _ALIKE


def alike(one: bytes, two: bytes) -> float:
    """How much of the shorter of two functions is in the other, 0 to 1, by samples of it."""
    short, long = sorted((one, two), key=len)
    step = max((len(short) - _SAMPLE) // _SAMPLES, 1)
    samples = [short[at : at + _SAMPLE] for at in range(0, max(len(short) - _SAMPLE, 1), step)]
    telling = [sample for sample in samples if any(sample)]
    return sum(sample in long for sample in telling) / max(len(telling), 1)
