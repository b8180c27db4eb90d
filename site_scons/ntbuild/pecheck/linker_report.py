"""What only the linker knows, in a file next to an image: the linker writes it, the rules read it.

A JSON object, ``ntbuild.linker-report/1``:

``image``            ``{"authenticode_sha256": digest}`` of the image it belongs to
``fixups``           how many absolute addresses the linker wrote
``init_references``  each ``{"source", "target", "rva"}``: a relocation in resident code or data
                     to code or data that is freed after initialization (uses by the entry point
                     are left out); source and target are texts such as ``a.obj:(Unload)``,
                     rva is the address of the field
``unguarded``        names of objects that were compiled without control flow guard

A report of another image would give wrong findings, so it names its image by the Authenticode
digest, which stays the same when the image is signed. Texts are escaped and cut: they come from a
file.
"""

from typing import Any, Final

from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.image import Image
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

SCHEMA: Final = "ntbuild.linker-report/1"
LARGEST: Final = 16 << 20
"""Largest report in characters, and in bytes; that of a large driver has a thousandth of it."""
LONGEST_TEXT: Final = 1000


class ReportError(ValueError):
    """A linker's report that cannot be used; the text is one line: ``file: field: what``."""


@dataclass(frozen=True, slots=True)
class InitReference:
    """A reference from what stays in memory to what is freed after initialization."""

    source: str
    target: str
    rva: int


@dataclass(frozen=True, slots=True)
class LinkerReport:
    """Facts about one image, from the linker that made it.

    ``digest`` is the image's Authenticode SHA-256 in hexadecimal digits; empty in a build, which
    passes the facts without a file.
    """

    fixups: int
    init_references: tuple[InitReference, ...] = ()
    unguarded: tuple[str, ...] = ()
    digest: str = ""

    def fits(self, image: Image) -> bool:
        """Whether the report is of this image, signed or not."""
        from ntbuild.pecoff.image.certificates import authenticode_digest  # noqa: PLC0415 - hashlib

        try:
            return authenticode_digest(image, "sha256").hex() == self.digest
        except FormatError:
            return False


def read_linker_report(text: str, name: str) -> LinkerReport:
    """A report out of the text of its file. Raises ReportError."""
    import json  # noqa: PLC0415 - rules are imported by every build, reports by a link

    if len(text) > LARGEST:
        raise ReportError(f"{name}: {len(text)} characters are too many for a linker's report")
    try:
        report = json.loads(text)
    except (ValueError, RecursionError) as failure:
        raise ReportError(f"{name}: not JSON: {failure}") from failure
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        raise ReportError(f"{name}: schema: not {SCHEMA}")
    return LinkerReport(
        _number(report, "fixups", name),
        tuple(
            InitReference(
                _text(_get(each, "source", str, name)),
                _text(_get(each, "target", str, name)),
                _number(each, "rva", name),
            )
            for each in _get(report, "init_references", list, name)
        ),
        tuple(
            _text(_of(each, str, "unguarded", name))
            for each in _get(report, "unguarded", list, name)
        ),
        _get(_get(report, "image", dict, name), "authenticode_sha256", str, name).lower(),
    )


def _text(value: str) -> str:
    return printable(value[:LONGEST_TEXT])


def _number(table: Any, key: str, name: str) -> int:
    """The number of 32 bits at a key. Raises ReportError."""
    value: int = _get(table, key, int, name)
    if not 0 <= value < 1 << 32:
        raise ReportError(f"{name}: {key}: {str(value)[:20]} is not a number of 32 bits")
    return value


def _get(table: Any, key: str, kind: type, name: str) -> Any:
    """The value at a key, of one type. Raises ReportError."""
    return _of(table.get(key) if isinstance(table, dict) else None, kind, key, name)


def _of(value: Any, kind: type, key: str, name: str) -> Any:
    """A value of one type; a bool is no number. Raises ReportError."""
    if not isinstance(value, kind) or isinstance(value, bool):
        shown = printable(repr(value)[:40])
        raise ReportError(f"{name}: {key}: {shown} is not a value of this field")
    return value
