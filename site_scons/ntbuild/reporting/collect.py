"""What a build folder holds, read from the files that builds leave there.

    build/<toolchain>/<arch>/<flavor>/.../NAME.check.txt    pecheck's findings
                                          NAME.sys  NAME.map
                                          NAME.sys.refused      of scons --keep-refused
                                          NAME.run.json         of scons run
    build/package/<toolchain>/<arch>/<flavor>/NAME/             of scons package
    build/release/build.json                                    of scons release

An image counts when pecheck's report of it is there; a kernel of one's own, which pecheck does not
validate, when the report of its run is, which names the kernel by its digest. An image that pecheck
refused, and that the build kept, is checked again here with the profiles of the last good one,
since a build keeps no report of it; no suppressions are known, and only errors and warnings are
listed. A file that cannot be used is noted and left out. A report of a run whose image has changed
since is `OUTDATED`.

Limit: a build that fails leaves the files of the last good one, and these are what is reported.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from ntbuild.building.check_report import (
    SUFFIX,
    CheckReport,
    CheckReportError,
    ReportedFinding,
    read_check_report,
)
from ntbuild.building.driver import REFUSED
from ntbuild.compilers.matrix import Cell
from ntbuild.compilers.toolchain import MACHINES
from ntbuild.pecheck import CheckSettings, Level, ProfileError, check
from ntbuild.running.report import combined, engine_report_from_json
from ntbuild.support.inputs import InputError, read_input, read_text
from ntbuild.support.values import dataclass, replace

from .contents import read_contents
from .values import (
    OUTDATED,
    BuildReport,
    Contents,
    ImageReport,
    PackageReport,
    Proof,
    Release,
    ReportError,
)

RECORD: Final = "release/build.json"
"""The record of a release, below the build folder."""

_RUN: Final = ".run.json"
_REFUSED: Final = f".sys{REFUSED}"
_IMAGES: Final = (".sys", ".exe")
_MALFORMED: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading values of JSON raises when they have another shape."""
_NO_CELLS: Final = frozenset({"cache", "package", "release"})
"""Folders of the build folder that have no cells of a build in them."""


@dataclass(slots=True)
class _Found:
    """The files of one image, by what follows its path without suffix."""

    stem: PurePosixPath
    suffixes: set[str]


def collect(folder: Path, record: Path | None = None) -> BuildReport:
    """The report of a build folder, compared with the release of a ``build.json``.

    Without ``record`` it is that of the build folder, if there is one. Raises ReportError when
    there is nothing to report, and for a ``record`` that cannot be used.
    """
    if folder.is_file():
        raise ReportError(f"{folder.as_posix()}: a file; name the folder that scons builds in")
    if not folder.is_dir():
        raise ReportError(f"{folder.as_posix()}: no such folder; scons builds drivers there")
    notes: list[str] = []
    release = _release(folder, record, notes)
    images = [_image(folder, found, release, notes) for found in _stems(folder)]
    if not images:
        raise ReportError(f"{folder.as_posix()}: has no image with a report of pecheck")
    numbered = (replace(each, id=f"image{number}") for number, each in enumerate(_named(images), 1))
    return BuildReport(tuple(numbered), tuple(_packages(folder)), release, tuple(notes))


def _stems(folder: Path) -> list[_Found]:
    """The images, by path."""
    found: dict[PurePosixPath, set[str]] = {}
    for path in folder.rglob("*"):
        inside = PurePosixPath(path.relative_to(folder).as_posix())
        marks = (SUFFIX, _RUN, _REFUSED)
        suffix = next((each for each in marks if inside.name.endswith(each)), None)
        if suffix and inside.parts[0] not in _NO_CELLS:
            stem = inside.with_name(inside.name.removesuffix(suffix))
            found.setdefault(stem, set()).add(suffix)
    return [_Found(stem, found[stem]) for stem in sorted(found)]


def _image(folder: Path, found: _Found, release: Release | None, notes: list[str]) -> ImageReport:
    """The report of one image; its label is its path below its cell, for now."""
    stem = found.stem
    cell, below = _cell(stem)
    checked = _checked(folder, found, notes)
    is_refused = _REFUSED in found.suffixes
    name = _image_name(folder, found)
    data = _bytes(folder, name, notes)
    contents = _contents(folder, name, data, notes) if data else None
    digest = hashlib.sha256(data).hexdigest() if data else ""
    if is_refused:
        checked = _checked_again(name, data, checked)
    elif checked and data and checked.sha256 != digest:
        notes.append(f"{name}: is not the image of {stem.name}{SUFFIX}: build it again")
    proof = _proof(folder, f"{stem}{_RUN}", digest, notes) if _RUN in found.suffixes else None
    released = None
    if release and cell.flavor == "release":
        released = release.sizes.get((cell.toolchain, cell.arch, stem.name))
    return ImageReport(
        id="",
        label=below,
        path=name,
        cell=cell,
        size=len(data) or (checked.size if checked else 0),
        sha256=digest or (checked.sha256 if checked else ""),
        profiles=checked.profiles if checked else None,
        findings=checked.findings if checked else None,
        contents=contents,
        proof=proof,
        released=released,
        is_refused=is_refused,
    )


def _cell(stem: PurePosixPath) -> tuple[Cell, str]:
    """The cell of an image by its path, and the path below that; ``-`` for what the path lacks."""
    parts = stem.parts
    if len(parts) > 3 and parts[1] in MACHINES:
        return Cell(*parts[:3]), "/".join(parts[3:])
    machine = next((each for each in parts[:-1] if each in MACHINES), "-")
    return Cell("-", machine, "-"), stem.as_posix()


def _named(images: list[ImageReport]) -> list[ImageReport]:
    """Images with short labels: the name of the file, where that is enough in every cell."""
    ordered = sorted(images, key=lambda each: (_rank(each.cell), each.label))
    names = {each.label: each.label.rpartition("/")[2] for each in ordered}
    often = Counter(names.values())
    short = {label: name if often[name] == 1 else label for label, name in names.items()}
    return [replace(each, label=short[each.label]) for each in ordered]


def _rank(cell: Cell) -> tuple[str, int, str]:
    place = MACHINES.index(cell.arch) if cell.arch in MACHINES else len(MACHINES)
    return cell.toolchain, place, cell.flavor


def _checked(folder: Path, found: _Found, notes: list[str]) -> CheckReport | None:
    name = f"{found.stem}{SUFFIX}"
    if SUFFIX not in found.suffixes:
        return None
    try:
        return read_check_report(read_text(folder / name))
    except InputError as error:
        notes.append(f"{name}: {error.strerror}")
    except CheckReportError as error:
        notes.append(f"{name}: {error}")
    return None


def _checked_again(name: str, data: bytes, last: CheckReport | None) -> CheckReport:
    """What pecheck says about a refused image, with the profiles of the last good one."""
    profiles = last.profiles if last else ("base",)
    try:
        settings = CheckSettings(profiles=profiles)
    except ProfileError:  # a report of another version of ntbuild
        settings = CheckSettings()
    findings = tuple(
        ReportedFinding(
            each.rule,
            each.slug,
            each.level.word,
            str(each.location),
            each.text,
            each.fix,
            each.profiles,
        )
        for each in check(data, name, profile=settings)
        if each.level >= Level.WARNING
    )
    return CheckReport(name, len(data), "", settings.profiles, findings)


def _image_name(folder: Path, found: _Found) -> str:
    """The path of an image's file below the folder; that of a driver when there is none."""
    stem = found.stem
    if _REFUSED in found.suffixes:
        return f"{stem}{_REFUSED}"
    names = [f"{stem}{suffix}" for suffix in _IMAGES]
    there = next((each for each in names if (folder / each).is_file()), "")
    if not there and found.suffixes == {_RUN}:
        there = _booted(folder, stem)
    return there or names[0]


def _booted(folder: Path, stem: PurePosixPath) -> str:
    """The kernel that a run booted: the name of a run is not that of its kernel."""
    try:
        digest = json.loads(read_text(folder / f"{stem}{_RUN}"))["sha256"]
    except (InputError, *_MALFORMED):
        return ""
    kernels = sorted((folder / stem).parent.glob("*.exe"))
    if len(kernels) == 1:  # perhaps another one than was booted: the run is outdated then
        return kernels[0].relative_to(folder).as_posix()
    found = (each for each in kernels if hashlib.sha256(each.read_bytes()).hexdigest() == digest)
    return next((each.relative_to(folder).as_posix() for each in found), "")


def _bytes(folder: Path, name: str, notes: list[str]) -> bytes:
    """The bytes of an image; none, with a note, when it cannot be read."""
    try:
        return read_input(folder / name)
    except InputError as error:
        notes.append(f"{name}: {error.strerror}: build it again")
        return b""


def _contents(folder: Path, name: str, data: bytes, notes: list[str]) -> Contents | None:
    """What an image's bytes say, with its map; the map of a refused image was not written."""
    map_name = PurePosixPath(name).with_suffix(".map").as_posix()
    text = None
    if not name.endswith(_REFUSED) and (folder / map_name).is_file():
        try:
            text = read_text(folder / map_name)
        except InputError as error:
            notes.append(f"{map_name}: {error.strerror}")
    contents, problems = read_contents(data, name, text)
    notes += problems
    return contents


def _proof(folder: Path, name: str, digest: str, notes: list[str]) -> Proof | None:
    """The run of an image. ``digest``: the image's, empty when it is not there."""
    try:
        values = json.loads(read_text(folder / name))
        engines = tuple(map(engine_report_from_json, values["engines"]))
        wanted = int(values["wanted"])
        verdict = combined([each.verdict for each in engines], wanted)
        is_outdated = bool(digest) and values["sha256"] != digest
        return Proof(OUTDATED if is_outdated else verdict, wanted, engines)
    except InputError as error:
        notes.append(f"{name}: {error.strerror}")
    except _MALFORMED as error:
        notes.append(f"{name}: not a report of ntbuild run: {type(error).__name__}: {error}")
    return None


def _packages(folder: Path) -> Iterator[PackageReport]:
    """The packages by name, then by cell: ``package/<toolchain>/<arch>/<flavor>/NAME``."""
    top = folder / "package"
    found = [path for path in top.glob("*/*/*/*") if path.is_dir()]
    for path in sorted(found, key=lambda each: (each.name, _rank(Cell(*each.parts[-4:-1])))):
        *cell, name = path.parts[-4:]
        if cell[0] == "symbols" or cell[1] not in MACHINES:
            continue
        files = sorted(each for each in path.iterdir() if each.is_file())
        sizes = tuple((each.name, each.stat().st_size) for each in files)
        yield PackageReport(name, Cell(*cell), sizes)


def _release(folder: Path, record: Path | None, notes: list[str]) -> Release | None:
    path = record or folder / RECORD
    if record is None and not path.is_file():
        return None
    try:
        return _read_release(json.loads(read_text(path)))
    except InputError as error:
        problem = error.strerror
    except _MALFORMED as error:
        problem = f"not the record of a release: {type(error).__name__}: {error}"
    if record is not None:
        raise ReportError(f"{record.as_posix()}: {problem}")
    notes.append(f"{RECORD}: {problem}")
    return None


def _read_release(values: Mapping[str, Any]) -> Release:
    commit = values["commit"] or {}
    sizes = {
        (each["toolchain"], each["arch"], each["name"]): int(each["size"])
        for each in values["images"]
    }
    return Release(
        str(commit.get("id", "")),
        bool(commit.get("modified", False)),
        str(values["tools"]["ntbuild"]),
        sizes,
    )
