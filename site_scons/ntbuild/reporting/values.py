"""The content of a report: images by cell, and what is known about each.

Everything is read from files that builds leave; nothing here has a time or a folder's absolute
path. Sizes are in bytes, addresses are RVAs.
"""

from collections.abc import Mapping
from typing import Final

from ntbuild.building.check_report import ReportedFinding
from ntbuild.compilers.matrix import Cell
from ntbuild.running.report import EngineReport
from ntbuild.support.values import dataclass

OUTDATED: Final = "outdated"
"""The verdict of a run whose image was built again since."""

LEVELS: Final = ("error", "warning", "note")


class ReportError(Exception):
    """No report can be made; the text is one line."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section: ``rva`` and ``pages`` (bytes rounded up to pages) of memory, ``file``: its bytes.

    ``access``: such as ``R-X``. ``life``: `RESIDENT`, `PAGED` or `FREED`. ``kind``: `CODE`,
    `CONSTANTS`, `DATA` or `WRITABLE_CODE`.
    """

    name: str
    rva: int
    size: int
    pages: int
    file: int
    access: str
    life: str
    kind: str


RESIDENT: Final = "resident"
PAGED: Final = "pageable"
FREED: Final = "freed after start"
CODE: Final = "code"
CONSTANTS: Final = "read-only data"
DATA: Final = "writable data"
WRITABLE_CODE: Final = "writable code"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a treemap: ``depth`` 1 section, 2 object, 3 symbol; ``hue``: its section's.

    ``is_unnamed``: bytes of no symbol, such as literals and unwind data.
    """

    x: float
    y: float
    width: float
    height: float
    depth: int
    hue: int
    label: str
    title: str
    is_unnamed: bool = False


@dataclass(frozen=True, slots=True)
class SymbolSize:
    """Bytes of a symbol."""

    section: str
    object: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What the bytes of an image say; with a linker's map also where they come from.

    ``imports``: names by module. ``boxes`` and ``symbols`` are empty without a map. ``facts``:
    fields of the headers and their values.
    """

    memory: int
    headers: int
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    imports: Mapping[str, tuple[str, ...]]
    exports: tuple[str, ...]
    boxes: tuple[Box, ...] = ()
    objects: tuple[tuple[str, int], ...] = ()
    symbols: tuple[SymbolSize, ...] = ()
    symbols_left_out: int = 0

    @property
    def freed(self) -> int:
        """Bytes of memory that are freed after start."""
        return sum(each.pages for each in self.sections if each.life == FREED)

    @property
    def is_write_xor_execute(self) -> bool:
        """Whether no section is both writable and executable."""
        return not any(each.kind == WRITABLE_CODE for each in self.sections)


@dataclass(frozen=True, slots=True)
class Proof:
    """A run: one verdict over all engines; ``wanted``: how many must prove the image."""

    verdict: str
    wanted: int
    engines: tuple[EngineReport, ...]


@dataclass(frozen=True, slots=True)
class ImageReport:
    """One image. ``path``: below the build folder. ``label``: distinguishes it within its cell.

    ``profiles`` and ``findings`` are None for an image that pecheck does not validate, a kernel of
    one's own. ``contents`` is None when the image is not there. ``released``: bytes of the same
    image in the release compared with. ``is_refused``: pecheck refused it, and the build kept it
    as ``NAME.sys.refused``.
    """

    id: str
    label: str
    path: str
    cell: Cell
    size: int
    sha256: str
    profiles: tuple[str, ...] | None
    findings: tuple[ReportedFinding, ...] | None
    contents: Contents | None
    proof: Proof | None
    released: int | None
    is_refused: bool = False

    @property
    def counts(self) -> Mapping[str, int]:
        """How many findings of each level count, then how many are allowed; none that are 0."""
        found = self.findings or ()
        open_ones = [each.level for each in found if not each.allowed]
        counts = {level: open_ones.count(level) for level in LEVELS}
        counts["allowed"] = len(found) - len(open_ones)
        return {word: count for word, count in counts.items() if count}

    @property
    def verdict(self) -> str:
        """The verdict of its run, or ``not run``."""
        return self.proof.verdict if self.proof else "not run"

    @property
    def change(self) -> int | None:
        """Bytes more than in the release compared with; None without one."""
        return None if self.released is None else self.size - self.released


@dataclass(frozen=True, slots=True)
class PackageReport:
    """A package: its files with their sizes; without a catalog it was refused or is unfinished."""

    name: str
    cell: Cell
    files: tuple[tuple[str, int], ...]

    @property
    def has_catalog(self) -> bool:
        """Whether a build wrote the catalog, which it does for a package that is good."""
        return f"{self.name}.cat" in dict(self.files)


@dataclass(frozen=True, slots=True)
class Release:
    """The release that sizes are compared with: bytes by toolchain, machine and name."""

    commit: str
    is_modified: bool
    ntbuild: str
    sizes: Mapping[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """A build folder. ``notes``: files that could not be used, and what is out of date."""

    images: tuple[ImageReport, ...]
    packages: tuple[PackageReport, ...]
    release: Release | None
    notes: tuple[str, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The columns of the matrix, in the order of toolchains, machines and flavors."""
        return tuple(dict.fromkeys(each.cell for each in self.images))

    @property
    def drivers(self) -> tuple[str, ...]:
        """The rows of the matrix."""
        return tuple(sorted({each.label for each in self.images}))
