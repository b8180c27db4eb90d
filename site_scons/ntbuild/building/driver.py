"""One driver image: linked, validated, then written. Only here do linker and validator meet.

Nothing is written before the validator has read the bytes. A refused image is not written under
its own name, and the output of the last good build stays. A build with nothing to do imports this
module, so numpy and what needs it are imported inside of functions, when a link runs.
"""

import functools
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from ntbuild.pelink.diagnostics import Diagnostic, LinkError
from ntbuild.pelink.options import Export, LinkOptions, Section
from ntbuild.support.host import command_line
from ntbuild.support.outputs import Content, OutputError, write_all
from ntbuild.support.values import dataclass, field, fields, replace

from .check_report import check_report
from .entry import with_own_entry
from .keyword_fixes import with_keywords
from .validation import Validation

if TYPE_CHECKING:
    from ntbuild.pecheck.linker_report import LinkerReport
    from ntbuild.pecheck.suppressions import ReviewedFinding
    from ntbuild.pelink.reports.facts import LinkFacts

REFUSED: Final = ".refused"
"""The suffix of an image that the validator refused, after that of images."""

DRIVER_DEFAULTS: Final[Mapping[str, Any]] = {
    "driver": "plain",
    "entry": "DriverEntry",
    "debug": "full,nodwarf",
}
"""Link options of every driver; its toolchain's and its SConscript's override them."""

RUNTIME: Final = "runtime.lib"
"""The archive of ntbuild's run-time; a link takes the members that it refers to."""

_UNWRITABLE: Final = (TypeError, ValueError, AttributeError, IndexError)
"""What writing options as a command line raises for a value that it cannot express."""


class BuildError(Exception):
    """An image could not be built; the text is ready to print, one or more lines."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Paths of the files of one image; None for a file that is not written."""

    image: Path
    map: Path | None = None
    report: Path | None = None
    pdb: Path | None = None
    import_library: Path | None = None
    public_pdb: Path | None = None


@dataclass(frozen=True, slots=True)
class LinkStep:
    """What shapes an image apart from its inputs; its text is the signature in a build tool.

    ``keep_refused``: an image that the validator refuses is written as ``NAME.sys.refused``. It is
    no part of the text.
    """

    options: LinkOptions
    validation: Validation = field(default_factory=Validation)
    keep_refused: bool = False
    label: ClassVar[str] = "LINK"

    def __str__(self) -> str:
        """The options that are set, as keywords; then what the validator checks.

        Keywords and not a command line: a build with nothing to do then imports no option tables.
        """
        return f"{_keywords_once(self.options)}; {self.validation}"

    def placed(self, outputs: Sequence[str]) -> "LinkStep":
        """The step with image and map among its options.

        Until then drivers that are declared alike have equal options, which are checked once.
        """
        image, map_file = outputs[:2]
        return replace(self, options=replace(self.options, out=image, map=map_file))

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The command that links the same image by hand."""
        from ntbuild.pelink.spelling.link_exe import options_to_argv  # noqa: PLC0415 - few ask

        return command_line(["pelink", *options_to_argv(self.placed(outputs).options), *inputs])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Build image, map, report, PDB and import library, in this order; the warnings as text.

        The PDB of public names that the options name is among the outputs, too.
        """
        public = self.options.pdbstripped
        files = Outputs(*(Path(each) for each in outputs if each != public))
        if public is not None:
            files = replace(files, public_pdb=Path(public))
        built = build_image(inputs, self.placed(outputs), files)
        warnings = (f"pelink: warning: {warning}" for warning in built.warnings)
        return (
            *warnings,
            *self.validation.list_warnings(built.findings),
            *self.validation.image_warnings(built.findings),
        )


@dataclass(frozen=True, slots=True)
class Built:
    """What a build reports apart from its files: linker warnings and the validator's findings."""

    warnings: tuple[Diagnostic, ...]
    findings: tuple["ReviewedFinding", ...]


def _keywords(value: Any) -> str:
    """Fields that differ from their default, such as ``entry='Start', version=(3, 1)``."""
    words = ((each.name, getattr(value, each.name), each.default) for each in fields(value))
    return ", ".join(f"{name}={_shown(given)}" for name, given, usual in words if given != usual)


_keywords_once = functools.lru_cache(maxsize=1024)(_keywords)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_shown, value))})"
    if isinstance(value, (Section, Export)):
        return f"{type(value).__name__}({_keywords(value)})"
    return repr(value)


def merge_options(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> LinkOptions:
    """Options out of fields; ``given`` overrides ``defaults`` and is checked.

    Raises BuildError for a value that the command line could not express: what a build prints
    must be what a user can run. Drivers with equal declarations share one value, checked once.
    """
    both = {**defaults, **given}.items()
    # Lists become tuples, as in LinkOptions itself: the cache needs values that can be hashed.
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
    # Not at the top: a build whose drivers have no link options as keywords does not need it.
    from ntbuild.pelink.spelling.link_exe import (  # noqa: PLC0415
        options_from_argv,
        options_to_argv,
    )

    from .option_types import type_error, value_error  # noqa: PLC0415

    if wrong_type := type_error(merged):
        raise BuildError(wrong_type)
    try:
        spoken = options_from_argv(options_to_argv(options))
    except LinkError as error:
        for name, value in merged.items():
            if message := _refusal(name, value):
                raise BuildError(value_error(name, value, message)) from error
        raise BuildError("\n".join(each.message for each in error.diagnostics)) from error
    except _UNWRITABLE as error:
        wrong = [
            f"{name}: {value!r}" for name, value in merged.items() if not _has_words(name, value)
        ]
        raise BuildError(f"{', '.join(wrong)} is not a value of this option") from error
    for each in fields(LinkOptions):
        value = getattr(options, each.name)
        if value != getattr(spoken, each.name):
            raise BuildError(f"{each.name}: {value!r} is not a value of this option")
    return options


_merged_once = functools.lru_cache(maxsize=1024)(_merged)


def _refusal(name: str, value: Any) -> str:
    """What the command line says of a field's value alone; empty when it takes it."""
    from ntbuild.pelink.spelling.link_exe import (  # noqa: PLC0415 - as above
        options_from_argv,
        options_to_argv,
    )

    try:
        options_from_argv(options_to_argv(LinkOptions(**{name: value})))
    except LinkError as error:
        return error.diagnostics[0].message
    except _UNWRITABLE:
        return ""
    return ""


def _has_words(name: str, value: Any) -> bool:
    """Whether a field's value can be written as a command line at all."""
    from ntbuild.pelink.spelling.link_exe import options_to_argv  # noqa: PLC0415 - as above

    try:
        options_to_argv(LinkOptions(**{name: value}))
    except _UNWRITABLE:
        return False
    return True


def build_image(inputs: Sequence[Path | str], step: LinkStep, outputs: Outputs) -> Built:
    """Link, validate the bytes, and write all outputs or none.

    ``inputs`` are paths of objects and libraries in link order. Raises BuildError when the link
    fails, for a finding of level error that is not allowed, and when a file cannot be written.
    """
    from ntbuild.pelink.pipeline import link  # noqa: PLC0415 - numpy is imported when a link runs

    try:
        result = link(inputs, step.options)
    except LinkError as error:
        hinted = _with_hints(with_own_entry(error, step.options), step.options.machine or "")
        raise BuildError(_prefixed("pelink", str(hinted))) from error
    name = outputs.image.name
    refused = outputs.image.with_name(f"{name}{REFUSED}")
    pdb = result.pdb
    try:
        findings = validate(result.view, name, step, result.facts, pdb)
    except BuildError as error:
        warnings = (f"pelink: warning: {warning}" for warning in result.warnings)
        lines = (*warnings, str(error), _keep_refused(step, refused, result.view))
        raise BuildError("\n".join(lines)) from error
    if outputs.import_library is not None and result.import_library is None:
        raise BuildError(f"pelink: error: {name}: no import library, because nothing is exported")
    written: list[tuple[Path | None, Content]] = [
        (outputs.map, result.map.encode(errors="backslashreplace")),
        (
            outputs.report,
            check_report(name, result.view, findings, step.validation.profiles).encode(),
        ),
        (outputs.pdb, pdb or b""),
        (outputs.public_pdb, (outputs.public_pdb and result.stripped_pdb) or b""),
        (outputs.import_library, result.import_library or b""),
        (outputs.image, result.view),
    ]
    try:
        files = [(path, content) for path, content in written if path is not None]
        write_all(files, inputs=result.inputs)
    except OutputError as error:
        raise BuildError(f"pelink: error: {error}") from error
    if refused.exists():
        refused.unlink()  # of a build before this one
    return Built(result.warnings, findings)


def _keep_refused(step: LinkStep, path: Path, image: Content) -> str:
    """Write a refused image if the step says so; a line for the user in any case."""
    if not step.keep_refused:
        return ">>> hint: scons --keep-refused keeps the image for pecheck dump"
    try:
        write_all([(path, image)])
    except OutputError as error:
        return f">>> the refused image cannot be kept: {error}"
    return f">>> the refused image is {path.as_posix()}"


def validate(
    image: Content,
    name: str,
    step: LinkStep,
    facts: "LinkFacts | None" = None,
    pdb: memoryview | None = None,
) -> tuple["ReviewedFinding", ...]:
    """The validator's findings; BuildError when one of them is an error that is not allowed.

    ``name``: the image's, for messages. ``facts``: what only the linker of the image knows.
    ``pdb``: the image's PDB, which is checked as well, and has the source lines of findings.
    """
    from ntbuild.pecheck import RULES, CheckSettings, Level, check  # noqa: PLC0415 - only a link needs the rules
    from ntbuild.pecheck.symbols import symbols_in_memory  # noqa: PLC0415

    settings = CheckSettings(
        profiles=step.validation.profiles,
        machine=step.options.machine,
        build=step.validation.build,
        stamp=step.options.timestamp,
        report=None if facts is None else _linker_report(facts),
        symbols=None if pdb is None else symbols_in_memory(Path(name).stem + ".pdb", pdb),
    )
    found = with_keywords(check(image, profile=settings, name=name))
    findings = step.validation.review(found)
    least = Level.WARNING if step.validation.strict else Level.ERROR
    fatal = [each.finding for each in findings if each.counts and each.finding.level >= least]
    if fatal:
        lines = (
            *(f"pecheck: {finding}" for finding in fatal if finding.rule in RULES),
            *step.validation.list_warnings(findings),
        )
        raise BuildError("\n".join(lines))
    return findings


def _linker_report(facts: "LinkFacts") -> "LinkerReport":
    """The linker's facts as the validator's values; neither room imports the other.

    Members of ntbuild's own run-time are not reported as objects without control flow guard: their
    only indirect call is the one that the guard itself makes. Its other libraries are guarded.
    """
    from ntbuild.pecheck.linker_report import InitReference, LinkerReport  # noqa: PLC0415 - as above

    return LinkerReport(
        facts.fixups,
        tuple(InitReference(each.source, each.target, each.rva) for each in facts.init_references),
        tuple(name for name in facts.unguarded if f"/{RUNTIME}(" not in name),
    )


LINKING: Final = (
    "building/check_report.py",
    "building/driver.py",
    "building/keyword_fixes.py",
    "building/validation.py",
    "support",
    "pecoff",
    "pelink",
    "pecheck",
)
"""What the bytes of an image depend on: files and folders of the package."""

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
"""What the text of a rendered file depends on, apart from its template."""


@functools.cache
def fingerprint(*parts: str) -> str:
    """A digest (SHA-256, hex) of ntbuild's own sources, for a build tool's signature.

    ``parts`` are files and folders of the package, such as `LINKING`. Because the digest is part of
    the signature, an image is linked again after the linker changed.
    """
    return hashlib.sha256(b"".join(map(_digest, parts))).hexdigest()


@functools.cache
def _digest(part: str) -> bytes:
    """SHA-256 over names, lengths and content of the sources of one part."""
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


_UNDEFINED: Final = "undefined symbol: "
_NO_LIBRARY: Final = re.compile(r"could not open '(\w+)\.lib'", re.IGNORECASE)
"""A library that a source names with ``#pragma comment(lib, ...)``, or that is not there."""

_HINTED: Final = 100
"""At most this many undefined symbols get a hint."""


def _with_hints(error: LinkError, machine: str) -> LinkError:
    """The errors, with what to do about undefined symbols and libraries of kernel modules."""
    from ntbuild.compilers import matrix  # noqa: PLC0415 - only an error needs them
    from ntbuild.compilers.hints import undefined_symbols  # noqa: PLC0415 - as above
    from ntbuild.compilers.toolchain import MACHINES  # noqa: PLC0415 - as above

    names = [
        each.message.removeprefix(_UNDEFINED)
        for each in error.diagnostics
        if each.message.startswith(_UNDEFINED)
    ]
    if machine not in MACHINES:
        return error
    defs = matrix.toolchains_folder() / "defs"
    found = undefined_symbols.hints(names[:_HINTED], machine, defs)
    known = {f"{_UNDEFINED}{name}": hint for name, hint in _each_once(found).items()}
    for each in error.diagnostics:
        match = _NO_LIBRARY.match(each.message)
        hint = _library_hint(match[1].lower(), machine, defs.parent) if match else ""
        if hint:
            known[each.message] = hint
    return LinkError(
        tuple(replace(each, hint=known.get(each.message, each.hint)) for each in error.diagnostics)
    )


def _each_once(found: Mapping[str, str]) -> dict[str, str]:
    """Hints by symbol; of equal ones the first alone, with the number of the others."""
    symbols: dict[str, list[str]] = {}
    for symbol, hint in found.items():
        symbols.setdefault(hint, []).append(symbol)
    once = dict.fromkeys(found, "")
    for hint, (first, *others) in symbols.items():
        once[first] = f"{hint} (the same for {len(others)} more)" if others else hint
    return once


def _library_hint(name: str, machine: str, toolchains: Path) -> str:
    """What to do about a library that a link names and nothing has."""
    from ntbuild.compilers import kit_libraries  # noqa: PLC0415 - as above

    try:
        known = kit_libraries.kit_name(toolchains, name)
    except kit_libraries.KitLibraryError as error:
        return str(error)
    if known is not None:
        needs_nothing = f"{known.reason}; /nodefaultlib:{name} leaves it out"
        is_kit = known.kind == "kit"
        return f"only a Windows kit has it: {known.reason}" if is_kit else needs_nothing
    is_source = kit_libraries.library_sources(toolchains, name, machine)
    if is_source or kit_libraries.kernel_module(toolchains, name, machine):
        return f'import_libraries=["{name}"]'
    return ""


def _prefixed(program: str, text: str) -> str:
    """The linker's lines as its command prints them: each begins with the program's name."""
    return "\n".join(
        line if line.startswith(">>>") else f"{program}: {line}" for line in text.splitlines()
    )
