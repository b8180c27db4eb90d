"""Sizes as rectangles of a picture: sections, the objects in them, and their symbols.

The arithmetic is that of ``pecheck size --html``. Rectangles too small to see are left out, so that
a page of a thousand images stays small; the list of the largest symbols has the numbers.
"""

from collections.abc import Iterator
from typing import Final

from ntbuild.pecheck.output.treemap import Rectangle, squarify
from ntbuild.pecheck.size.sizes import UNNAMED, SizeNode

from .values import Box

WIDTH: Final = 960.0
HEIGHT: Final = 360.0
HUES: Final = 8
"""Hues that sections take in turn."""

_TITLE: Final = 15.0
"""Height of the line of text at the top of a rectangle that has others in it."""
_SMALLEST: Final = 3.0
"""Width and height of the smallest rectangle."""
_LETTER: Final = 6.2
"""Width of a letter."""


def boxes(root: SizeNode) -> tuple[Box, ...]:
    """The rectangles in `WIDTH` by `HEIGHT`, each before those that lie in it."""
    return tuple(_boxes(root, Rectangle(0, 0, WIDTH, HEIGHT), "", 1, 0))


def _boxes(node: SizeNode, area: Rectangle, path: str, depth: int, hue: int) -> Iterator[Box]:
    below = [each for each in node.largest() if each.size]
    places = squarify([each.size for each in below], area)
    for index, (each, place) in enumerate(zip(below, places, strict=True)):
        if min(place.width, place.height) < _SMALLEST:
            continue
        own = index % HUES if depth == 1 else hue
        title = f"{path} {each.name}".strip()
        has_text = place.height >= _TITLE and place.width > 4 * _LETTER
        yield Box(
            round(place.x, 1),
            round(place.y, 1),
            round(place.width, 1),
            round(place.height, 1),
            depth,
            own,
            _fitting(each.name, place.width - 6) if has_text else "",
            f"{title}: {each.size:,} bytes",
            each.name == UNNAMED,
        )
        if place.height > 2 * _TITLE and place.width > 4 * _SMALLEST:
            inside = Rectangle(
                place.x + 2, place.y + _TITLE, place.width - 4, place.height - _TITLE - 2
            )
            yield from _boxes(each, inside, title, depth + 1, own)


def _fitting(name: str, width: float) -> str:
    """A name that fits a width, cut with an ellipsis."""
    letters = int(width / _LETTER)
    return name if len(name) <= letters else f"{name[: letters - 1]}…"
