"""One driver image: linked, judged, then written. The one place where linker and validator meet.

Nothing is written before the judge has read the bytes, so a refused image never exists as a file
and the output of the last good build stays. What is hard is what is left out: this module must
not import numpy before a link runs, because a build with nothing to do imports it too.
"""

import functools
import hashlib
import os
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from ntbuild.pelink.diagnostics import Diagnostic, LinkError
from ntbuild.pelink.options import Export, LinkOptions, Section
from ntbuild.support.outputs import Content, OutputError, write_all
from ntbuild.support.values import dataclass, field, fields, replace

from .validation import Judgement

if TYPE_CHECKING:
    from ntbuild.pecheck.linker_report import LinkerReport
    from ntbuild.pecheck.suppressions import ReviewedFinding
    from ntbuild.pelink.reports.facts import LinkFacts

DRIVER_DEFAULTS: Final[Mapping[str, Any]] = {"driver": "plain", "entry": "DriverEntry"}
"""What every driver is linked with unless its toolchain or its SConscript says otherwise."""

RUNTIME: Final = "runtime.lib"
"""The archive of ntbuild's run-time, of which a link takes what it needs."""

_WRONG_TYPE: Final = (TypeError, ValueError, AttributeError, IndexError)
"""What writing options as words raises for a value that is not of its field's type."""


class BuildError(Exception):
    """An image could not be built; the text is ready to print, one or more lines."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the files of one image go; None for one that is not wanted."""

    image: Path
    map: Path | None = None
    report: Path | None = None
    import_library: Path | None = None


@dataclass(frozen=True, slots=True)
class LinkOrder:
    """All that shapes an image beside its inputs; its text is the signature in a build tool."""

    options: LinkOptions
    judgement: Judgement = field(default_factory=Judgement)
    label: ClassVar[str] = "LINK"

    def __str__(self) -> str:
        """The options that are set, as a SConscript says them; then what the judge is asked.

        Spelled for the command line they would cost every build the import of its spelling.
        """
        return f"{_said_once(self.options)}; {self.judgement}"

    def placed(self, outputs: Sequence[str]) -> "LinkOrder":
        """With image and map as options; without them most drivers of a build have equal ones."""
        image, map_file = outputs[:2]
        return replace(self, options=replace(self.options, out=image, map=map_file))

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The command that links the same image by hand."""
        from ntbuild.pelink.spelling.link_exe import options_to_argv  # noqa: PLC0415 - few ask

        return shlex.join(["pelink", *options_to_argv(self.placed(outputs).options), *inputs])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Build image, map, report and import library (in this order); the warnings as text."""
        built = build_image(inputs, self.placed(outputs), Outputs(*map(Path, outputs)))
        warnings = (f"pelink: warning: {warning}" for warning in built.warnings)
        return (*warnings, *self.judgement.complaints(built.judged))


@dataclass(frozen=True, slots=True)
class Built:
    """What a build has to say beside its files: the linker's warnings, the judge's findings."""

    warnings: tuple[Diagnostic, ...]
    judged: tuple["ReviewedFinding", ...]


def _said(value: Any) -> str:
    """Fields that are not as by default, such as ``entry='Start', version=(3, 1)``."""
    words = ((each.name, getattr(value, each.name), each.default) for each in fields(value))
    return ", ".join(f"{name}={_shown(given)}" for name, given, usual in words if given != usual)


_said_once = functools.lru_cache(maxsize=1024)(_said)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_shown, value))})"
    if isinstance(value, (Section, Export)):
        return f"{type(value).__name__}({_said(value)})"
    return repr(value)


def merge_options(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> LinkOptions:
    """Options out of fields; what is given wins and is checked. Raises BuildError for a bad value.

    A value is bad when the command line could not say it: what a build prints must be what a user
    can run. Drivers that are declared alike get one value, checked once.
    """
    both = {**defaults, **given}.items()
    # As the options themselves do it: a list that stayed one could not be looked up.
    merged = tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in both)
    try:
        hash(merged)
    except TypeError:
        return _merged(merged, checked=bool(given))
    return _merged_once(merged, checked=bool(given))


def _merged(words: Iterable[tuple[str, Any]], *, checked: bool) -> LinkOptions:
    merged = dict(words)
    options = LinkOptions(**merged)
    if not checked:
        return options
    # A build with nothing to do has checked its options before.
    from ntbuild.pelink.spelling.link_exe import (  # noqa: PLC0415
        options_from_argv,
        options_to_argv,
    )

    try:
        spoken = options_from_argv(options_to_argv(options))
    except LinkError as error:
        raise BuildError("\n".join(each.message for each in error.diagnostics)) from error
    except _WRONG_TYPE as error:
        wrong = [f"{name}: {value!r}" for name, value in merged.items() if _mute(name, value)]
        raise BuildError(f"{', '.join(wrong)} is a value of the wrong type") from error
    for each in fields(LinkOptions):
        value = getattr(options, each.name)
        if value != getattr(spoken, each.name):
            raise BuildError(f"{each.name}: {value!r} is not a value of this option")
    return options


_merged_once = functools.lru_cache(maxsize=1024)(_merged)


def _mute(name: str, value: Any) -> bool:
    """Whether the command line has no words at all for a value of a field."""
    from ntbuild.pelink.spelling.link_exe import options_to_argv  # noqa: PLC0415 - as above

    try:
        options_to_argv(LinkOptions(**{name: value}))
    except _WRONG_TYPE:
        return True
    return False


def build_image(inputs: Sequence[Path | str], order: LinkOrder, outputs: Outputs) -> Built:
    """Link, judge the bytes, and write all outputs or none.

    Raises BuildError: a link that failed, a finding of level error that is not allowed, or a
    file that cannot be written.
    """
    from ntbuild.pelink.pipeline import link  # noqa: PLC0415 - numpy is imported when a link runs

    try:
        result = link(inputs, order.options)
    except LinkError as error:
        raise BuildError(_prefixed("pelink", str(error))) from error
    name = outputs.image.name
    judged = judge(result.view, name, order, result.facts)
    if outputs.import_library is not None and result.import_library is None:
        raise BuildError(f"pelink: error: {name}: no import library, because nothing is exported")
    written: list[tuple[Path | None, Content]] = [
        (outputs.map, result.map.encode()),
        (outputs.report, report(name, result.view, judged, order.judgement).encode()),
        (outputs.import_library, result.import_library or b""),
        (outputs.image, result.view),
    ]
    try:
        write_all([(path, content) for path, content in written if path is not None])
    except OutputError as error:
        raise BuildError(f"pelink: error: {error}") from error
    return Built(result.warnings, judged)


def judge(
    image: Content, name: str, order: LinkOrder, facts: "LinkFacts | None" = None
) -> tuple["ReviewedFinding", ...]:
    """The validator's findings; BuildError when one of them is an error that is not allowed.

    ``facts``: what the linker of the image has to say.
    """
    from ntbuild.pecheck import CheckSettings, Level, check  # noqa: PLC0415 - only a link needs the rules

    asked = CheckSettings(
        profiles=order.judgement.profiles,
        machine=order.options.machine,
        stamp=order.options.timestamp,
        report=None if facts is None else _linker_report(facts),
    )
    judged = order.judgement.review(check(image, profile=asked, name=name))
    fatal = [each.finding for each in judged if each.counts and each.finding.level >= Level.ERROR]
    if fatal:
        lines = (*(f"pecheck: {finding}" for finding in fatal), *order.judgement.complaints(judged))
        raise BuildError("\n".join(lines))
    return judged


def _linker_report(facts: "LinkFacts") -> "LinkerReport":
    """The linker's facts in the validator's words; the two rooms do not know each other.

    ntbuild's own run-time needs no guard: the only indirect call in it is the guard's.
    """
    from ntbuild.pecheck.linker_report import InitReference, LinkerReport  # noqa: PLC0415 - as above

    return LinkerReport(
        facts.fixups,
        tuple(InitReference(each.source, each.target, each.rva) for each in facts.init_references),
        tuple(name for name in facts.unguarded if f"/{RUNTIME}(" not in name),
    )


def report(
    name: str, image: Content, judged: Iterable["ReviewedFinding"], judgement: Judgement
) -> str:
    """The text of ``<name>.check.txt``: what was checked, and each finding on a line."""
    lines = [
        f"{name}: {len(image)} bytes",
        f"sha256: {hashlib.sha256(image).hexdigest()}",
        f"profiles: {','.join(judgement.profiles)}",
    ]
    found = [
        str(each.finding)
        + (f" [allowed: {each.suppression.justification}]" if each.suppression else "")
        for each in judged
    ]
    return "\n".join([*lines, *(found or ["no findings"])]) + "\n"


LINKING: Final = (
    "building/driver.py",
    "building/validation.py",
    "support",
    "pecoff",
    "pelink",
    "pecheck",
)
"""What the bytes of an image depend on, below ntbuild's folder."""

LIBRARIES: Final = (
    "building/steps.py",
    "compilers/definitions.py",
    "compilers/preprocess.py",
    "support",
    "pecoff",
    "pelink",
)
"""What the bytes of an import library depend on."""

RENDERING: Final = ("building/steps.py", "building/render.py", "building/version_info.py")
"""What the text of a rendered file depends on, beside its template."""


@functools.cache
def fingerprint(*parts: str) -> str:
    """A digest of ntbuild's own sources, for a build tool's signature.

    ``parts`` are files and folders below ntbuild's, such as `LINKING`. Without it an image would
    not be linked again after the linker changed.
    """
    return hashlib.sha256(b"".join(map(_digest, parts))).hexdigest()


@functools.cache
def _digest(part: str) -> bytes:
    """Names and content of the sources of one part."""
    top = str(Path(__file__).parents[1] / part)
    digest = hashlib.sha256()
    for path in [top] if part.endswith(".py") else sorted(_sources(top)):
        with open(path, "rb") as file:  # noqa: PTH123 - there are hundreds, in every build
            content = file.read()
        digest.update(f"{path[len(top) :]} {len(content)}\n".encode())
        digest.update(content)
    return digest.digest()


def _sources(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield entry.path
            elif entry.name != "__pycache__" and entry.is_dir():
                yield from _sources(entry.path)


def _prefixed(program: str, text: str) -> str:
    """The linker's lines as its command line prints them."""
    return "\n".join(
        line if line.startswith(">>>") else f"{program}: {line}" for line in text.splitlines()
    )
