"""What only the linker knows, as a file beside an image: the linker writes it, the rules read it.

A JSON object, ``ntbuild.linker-report/1``:

``image``            ``{"time_date_stamp": n, "size_of_image": n}`` of the image it belongs to
``fixups``           how many absolute addresses the linker wrote
``init_references``  each ``{"source", "target", "rva"}``: a relocation in what stays in memory that
                     leads into what is freed (the entry point is none); source and target are texts
                     such as ``a.obj:.text+0x1c (Unload)``, rva is the address of the field
``unguarded``        names of objects that were compiled without control flow guard

The hard part is trust: a report of another image would make rules lie, so it names its image by
two fields that any other link changes.
"""

from typing import Any, Final

from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image import Image
from ntbuild.values import dataclass

SCHEMA: Final = "ntbuild.linker-report/1"


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
    """Facts about one image, from the linker that made it."""

    time_date_stamp: int
    size_of_image: int
    fixups: int
    init_references: tuple[InitReference, ...] = ()
    unguarded: tuple[str, ...] = ()

    def fits(self, image: Image) -> bool:
        """Whether the report is of this image."""
        try:
            found = image.file_header.TimeDateStamp, image.optional_header.SizeOfImage
        except FormatError:
            return False
        return found == (self.time_date_stamp, self.size_of_image)

    def to_json(self) -> str:
        """The text of the file: the same for the same facts, one fact to a line."""
        import json  # noqa: PLC0415 - rules are imported by every build, reports by a link

        report = {
            "schema": SCHEMA,
            "image": {
                "time_date_stamp": self.time_date_stamp,
                "size_of_image": self.size_of_image,
            },
            "fixups": self.fixups,
            "init_references": [
                {"source": each.source, "target": each.target, "rva": each.rva}
                for each in self.init_references
            ],
            "unguarded": list(self.unguarded),
        }
        return json.dumps(report, indent=1) + "\n"


def read_linker_report(text: str, name: str) -> LinkerReport:
    """A report out of the text of its file. Raises ReportError."""
    import json  # noqa: PLC0415 - see to_json

    try:
        report = json.loads(text)
    except (ValueError, RecursionError) as failure:
        raise ReportError(f"{name}: not JSON: {failure}") from failure
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        raise ReportError(f"{name}: schema: not {SCHEMA}")
    image = _get(report, "image", dict, name)
    return LinkerReport(
        _get(image, "time_date_stamp", int, name),
        _get(image, "size_of_image", int, name),
        _get(report, "fixups", int, name),
        tuple(
            InitReference(*(_get(each, k, t, name) for k, t in _REFERENCE.items()))
            for each in _get(report, "init_references", list, name)
        ),
        tuple(map(str, _get(report, "unguarded", list, name))),
    )


_REFERENCE: Final[dict[str, type]] = {"source": str, "target": str, "rva": int}


def _get(table: Any, key: str, kind: type, name: str) -> Any:
    """A value of a table, of one type; a bool is no number."""
    value = table.get(key) if isinstance(table, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ReportError(f"{name}: {key}: {value!r} is not a value of this field")
    return value
