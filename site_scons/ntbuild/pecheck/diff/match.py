"""Functions of two images as pairs: by name, by content, and by their neighbours.

A changed function has another key than before, but its neighbours have the same: a function alone
between right pairs is paired. Equal functions (empty ones, wrappers) are paired by order, and only
after everything that is unique.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from .pieces import Piece

_ALIKE: Final = 0.3
"""How much of two functions must be equal, 0 to 1, to pair them where order does not decide."""
_SAMPLES, _SAMPLE = 32, 6
"""How many samples of a function are looked for, and the bytes of each."""

Pairs = dict[int, int]


def match(first: Sequence[Piece], second: Sequence[Piece]) -> Pairs:
    """Indices into ``second`` by indices into ``first``; pairs are in one section."""
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
    """Pair functions whose key ``what`` occurs once on each side."""
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
    left, right = sides
    pairs.update({left[key]: right[key] for key in left.keys() & right.keys()})


def _twins(first: Sequence[Piece], second: Sequence[Piece], pairs: Pairs) -> None:
    """Pair the equal functions that are not paired yet, in their order."""
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
    """Pair neighbours of pairs: those with the same key, or those that stand between two pairs."""
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
            left, right = first[index], second[partner]
            if left.section != right.section:
                continue
            if (
                left.key == right.key
                if same
                else _belong(index, partner, step, first, second, pairs)
            ):
                pairs[index] = partner
                taken[partner] = index


def _edge(second: Sequence[Piece], step: int) -> int:
    """The first index of a walk in one direction."""
    return 0 if step > 0 else len(second) - 1


def _belong(
    index: int,
    partner: int,
    step: int,
    first: Sequence[Piece],
    second: Sequence[Piece],
    pairs: Pairs,
) -> bool:
    """Whether two functions after the same pair belong together: alone there, or alike."""
    ends = index + step in {-1, len(first)}, partner + step in {-1, len(second)}
    if all(ends) or pairs.get(index + step) == partner + step:
        return True
    return alike(first[index].key, second[partner].key) >= _ALIKE


def alike(left: bytes, right: bytes) -> float:
    """How much of the shorter of two functions is in the other, 0 to 1, by samples of it."""
    short, long = sorted((left, right), key=len)
    step = max((len(short) - _SAMPLE) // _SAMPLES, 1)
    samples = [short[at : at + _SAMPLE] for at in range(0, max(len(short) - _SAMPLE, 1), step)]
    telling = [sample for sample in samples if any(sample)]
    return sum(sample in long for sample in telling) / max(len(telling), 1)
