"""The .def file of an image's exports (--output-def), as GNU ld writes it.

A name with characters that have a meaning in .def files is quoted.
"""

import re
from collections.abc import Iterator

from ntbuild.pelink.model import ResolvedExport, Tables
from ntbuild.pelink.synthesize.exports import with_ordinals

_PLAIN = re.compile(r"[\w$?@.][\w$?@.:<>~]*")


def definition_file(tables: Tables) -> str:
    """The file's text: EXPORTS and one line for each export, in the order of ordinals."""
    lines = [f"    {' '.join(_words(number, each))}" for number, each in _numbered(tables)]
    return "\n".join(["EXPORTS", *lines]) + "\n"


def _numbered(tables: Tables) -> list[tuple[int, ResolvedExport]]:
    return with_ordinals(tables.exports) if tables.exports else []


def _words(number: int, each: ResolvedExport) -> Iterator[str]:
    export = each.export
    yield _quoted(export.name)
    if export.target and export.target != export.name:
        yield f"= {_quoted(export.target)}"
    yield f"@{number}"
    if export.noname:
        yield "NONAME"
    if export.private:
        yield "PRIVATE"
    if export.data:
        yield "DATA"


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else f'"{name}"'
