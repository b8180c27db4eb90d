"""Functions and source lines behind the places in a reason.

Engines say where something happened by image, section and offset, from the file's own headers. The
PDB in the image's folder gives the function and the line, a linker's map the function alone:

    hello.sys .text+0x123
    hello.sys .text+0x123 HelloUnload+0x5 (drivers/hello/hello.c:41)

A PDB of another image says nothing, and nor does one that is damaged. A place of a call is within
the instruction that calls, not behind it, so that the line is that of the call.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from ntbuild.pecheck.symbols import source_of, symbols_of
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.pdb.symbol_file import Place, display_path
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .plan import Plan
from .report import EngineReport

_ROW: Final = re.compile(
    r"^ (?!0000:)[0-9a-fA-F]{4}:[0-9a-fA-F]{8,16}\s+(\S+)\s+([0-9a-fA-F]{8,16})\b"
)
"""A row of "Publics by Value" or "Static symbols": section and offset, name, address.

Absolute symbols are in section 0.
"""
_LOAD: Final = re.compile(r"load address is ([0-9a-fA-F]+)")
_LARGEST: Final = 64 << 20
"""Bytes of a map that is read."""


def named(report: EngineReport, plan: Plan) -> EngineReport:
    """The report with names: behind the places of its reason, and of callbacks that never ran."""
    paths = [Path(each) for each in (plan.image, *plan.needs)]
    maps = [Path(plan.map), *(each.with_suffix(".map") for each in paths[1:])]
    names = _Names(list(zip(paths, maps, strict=True)))
    callbacks = tuple(
        each if each.ran else replace(each, routine=names.function_at(each.place))
        for each in report.callbacks
    )
    why = None if report.why is None else names.with_lines(report.why)
    return replace(report, why=why, callbacks=callbacks)


def with_lines(text: str, images: Sequence[tuple[Path, Path]]) -> str:
    """A text with functions and lines behind its places in images, which are there with maps."""
    return _Names(images).with_lines(text)


class _Names:
    """The names of all images of a run."""

    def __init__(self, images: Sequence[tuple[Path, Path]]) -> None:
        self._known = {printable(path.name): _ImageNames(path, map_) for path, map_ in images}
        names = "|".join(map(re.escape, self._known))
        self._place = re.compile(
            rf"(?<!\S)({names}) (\S{{1,8}})\+0x([0-9a-f]{{1,8}})(?: \(discarded\))?"
        )

    def with_lines(self, text: str) -> str:
        """A text with what is known behind each place."""
        return self._place.sub(lambda match: match[0] + self._suffix(match), text)

    def function_at(self, place: str) -> str:
        """The name of the function at a place; empty for what is not known."""
        match = self._place.match(place)
        words = self._suffix(match).split() if match else []
        return words[0].rpartition("+")[0] if words else ""

    def _suffix(self, match: re.Match[str]) -> str:
        return self._known[match[1]].suffix(match[2], int(match[3], 16))


class _ImageNames:
    """What the files beside an image say of its addresses; read when a reason has a place of it."""

    def __init__(self, path: Path, map_: Path) -> None:
        self._path, self._map = path, map_

    def suffix(self, section: str, offset: int) -> str:
        """`` Function+0x12 (file.c:3)`` or less, down to nothing."""
        try:
            known = self._image.sections if self._image else ()
        except FormatError:
            return ""
        starts = [each.VirtualAddress for each in known if printable(each.Name) == section]
        if len(starts) != 1:
            return ""
        rva = starts[0] + offset
        found = self._source(rva)
        if found is None:
            return self._function(starts[0], rva)
        function = f" {printable(found.function)}+{found.displacement:#x}" if found.function else ""
        line = f" ({printable(display_path(found.file))}:{found.line})" if found.file else ""
        return (function or self._function(starts[0], rva)) + line

    @cached_property
    def _image(self) -> Image | None:
        try:
            return Image(self._path.read_bytes(), self._path.name)
        except (OSError, FormatError):
            return None

    @cached_property
    def _source(self) -> Callable[[int], Place | None]:
        image = self._image
        symbols = symbols_of(str(self._path), image) if image else None
        return lambda rva: source_of(image, rva, symbols) if image else None

    def _function(self, section: int, rva: int) -> str:
        """The last name of the map that is at or before an address of a section."""
        at = bisect_right(self._rows, (rva, "\x7f")) - 1
        start, name = self._rows[at] if at >= 0 else (-1, "")
        if start < section:
            return ""
        return f" {printable(name)}+{rva - start:#x}"

    @cached_property
    def _rows(self) -> list[tuple[int, str]]:
        """Address and name of each row of the map; empty for a file that cannot be read."""
        try:
            if not self._map.name or self._map.stat().st_size > _LARGEST:
                return []
            text = self._map.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        load = _LOAD.search(text)
        base = int(load[1], 16) if load else 0
        found = (_ROW.match(line) for line in text.splitlines())
        return sorted((int(row[2], 16) - base, row[1]) for row in found if row)
