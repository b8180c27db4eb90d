"""Sizes as a treemap: one HTML file without scripts that loads nothing else.

Rectangles are filled row by row with blocks, largest first; a block joins a row as long as that
brings the worst ratio of sides in the row closer to 1.

Source of the method: Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000).
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from ntbuild.pecheck.size.sizes import SizeNode
from ntbuild.support.values import dataclass

_WIDTH: Final = 1200.0
_HEIGHT: Final = 700.0
_TITLE: Final = 16.0
_SMALLEST: Final = 1.5
_HUES: Final = (210, 30, 120, 280, 0, 170, 60, 320, 240, 90)
_STYLE: Final = """
body { font: 13px system-ui, sans-serif; margin: 16px; color: #222; background: #fff; }
.map { position: relative; width: 1200px; height: 700px; }
.map div { position: absolute; box-sizing: border-box; overflow: hidden; white-space: nowrap;
  border: 1px solid #fff; padding: 0 3px; font-size: 11px; text-overflow: ellipsis; }
.map div:hover { border-color: #000; }
table { border-collapse: collapse; margin-top: 16px; }
td, th { padding: 2px 12px 2px 0; text-align: left; } td.n { text-align: right; }
"""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the page, in pixels."""

    x: float
    y: float
    width: float
    height: float


def squarify(sizes: Sequence[int], area: Rectangle) -> list[Rectangle]:
    """A rectangle for each size (all above 0, descending), together filling the area."""
    found: list[Rectangle] = []
    total = sum(sizes)
    if not total or area.width <= 0 or area.height <= 0:
        return [Rectangle(area.x, area.y, 0, 0) for _ in sizes]
    scale = area.width * area.height / total
    rest, at = area, 0
    while at < len(sizes):
        side = min(rest.width, rest.height)
        count, row = 1, sizes[at] * scale
        while at + count < len(sizes):
            larger = row + sizes[at + count] * scale
            low, high = sizes[at + count] * scale, sizes[at] * scale
            if _worst(low, high, larger, side) > _worst(
                sizes[at + count - 1] * scale, high, row, side
            ):
                break
            row, count = larger, count + 1
        placed, rest = _row([size * scale for size in sizes[at : at + count]], row, rest)
        found += placed
        at += count
    return found


def _worst(low: float, high: float, row: float, side: float) -> float:
    """The worst ratio of sides in a row of given smallest, largest and total area."""
    square = row * row
    return max(side * side * high / square, square / (side * side * low)) if low and side else 1e9


def _row(
    areas: Sequence[float], total: float, rest: Rectangle
) -> tuple[list[Rectangle], Rectangle]:
    """A row of areas along the shorter side, and what is left of the rectangle."""
    placed: list[Rectangle] = []
    if rest.width >= rest.height:
        width, y = total / rest.height if rest.height else 0, rest.y
        for area in areas:
            height = area / width if width else 0
            placed.append(Rectangle(rest.x, y, width, height))
            y += height
        return placed, Rectangle(rest.x + width, rest.y, max(rest.width - width, 0), rest.height)
    height, x = total / rest.width if rest.width else 0, rest.x
    for area in areas:
        width = area / height if height else 0
        placed.append(Rectangle(x, rest.y, width, height))
        x += width
    return placed, Rectangle(rest.x, rest.y + height, rest.width, max(rest.height - height, 0))


def as_html(root: SizeNode, *, file_size: int) -> str:
    """The page: the map, and the sections as a table below it."""
    rows = "".join(
        f'<tr><td>{escape(block.name)}</td><td class="n">{block.size:,}</td>'
        f'<td class="n">{100 * block.size / max(root.size, 1):.1f} %</td></tr>\n'
        for block in root.largest()
    )
    boxes = "\n".join(_boxes(root, Rectangle(0, 0, _WIDTH, _HEIGHT), "", 0, 0))
    title = escape(root.name)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}: sizes</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{title}</h1><p>{root.size:,} bytes in memory, {file_size:,} in the file.</p>\n"
        f'<div class="map">\n{boxes}\n</div>\n<table><tr><th>section</th><th>bytes</th>'
        f"<th>share</th></tr>\n{rows}</table></body></html>\n"
    )


def _boxes(block: SizeNode, area: Rectangle, path: str, depth: int, hue: int) -> Iterator[str]:
    """A box for each block below, and inside it what that is made of."""
    below = [each for each in block.largest() if each.size]
    places = squarify([each.size for each in below], area)
    for index, (each, place) in enumerate(zip(below, places, strict=True)):
        if place.width < _SMALLEST or place.height < _SMALLEST:
            continue
        colour = _HUES[index % len(_HUES)] if depth == 0 else hue
        name = f"{path} {each.name}".strip()
        label = escape(f"{each.name} {each.size:,}") if place.width > 40 else ""
        shade = 90 - 12 * depth + (index % 3) * 3
        yield (
            f'<div title="{escape(name)}: {each.size:,} bytes" style="left:{place.x:.1f}px;'
            f"top:{place.y:.1f}px;width:{place.width:.1f}px;height:{place.height:.1f}px;"
            f'background:hsl({colour},55%,{shade}%)">{label}</div>'
        )
        if each.below and place.height > 2 * _TITLE and place.width > 8:
            inside = Rectangle(
                place.x + 2, place.y + _TITLE, place.width - 4, place.height - _TITLE - 2
            )
            yield from _boxes(each, inside, name, depth + 1, colour)
