"""What a SConscript may say about a driver, checked before anything is built.

A keyword is a field of `Keywords` or a field of `LinkOptions` that a SConscript may set. SCons
itself would take a misspelt keyword for a new construction variable and build without a message.
Here an unknown keyword is an error that suggests the nearest known one, and so is a value that
the linker's command line could not express.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ntbuild.pelink.options import Export, LinkOptions, Section
from ntbuild.running.engines import engines_named
from ntbuild.running.values import Run, RunError
from ntbuild.support.values import dataclass, fields, replace

from .compiling import DECIDING, Compiling, CompilingError, compiling_of
from .driver import DRIVER_DEFAULTS, BuildError, merge_options
from .entry import with_stages
from .keywords import Keywords
from .option_types import dictionary_error
from .validation import Validation
from .version_info import VersionInfo

if TYPE_CHECKING:
    from ntbuild.pecheck.suppressions import Allow

_HERE: Final = Path()
"""The working folder."""
_BY_HAND: Final = "give it to the pelink command that scons --verbose prints"

RESERVED: Final = {
    "out": "it follows from the driver's name",
    "machine": "choose it with arch= on the command line",
    "map": "a map is always written",
    "implib": "env.ExportDriver writes it",
    "exports": "env.ExportDriver takes it",
    "def_file": "env.ExportDriver writes it from exports=",
    "script": "linker_script= names a template",
    "timestamp": "set SOURCE_DATE_EPOCH in the environment",
    "libpath": "name a library by its path among the sources, so that SCons knows it",
    "defaultlib": "import_libraries= takes module names",
    "dll": "an export driver is an image with exports, not a DLL",
    "delayload": "the kernel's loader knows no delayed imports",
    "lazy": "put objects that may be left out into a library",
    "wholearchive": "name the objects themselves among the sources",
    "mingw": "it is for programs with mingw-w64's start-up code",
    "auto_import": "drivers declare what they import",
    "runtime_pseudo_reloc": "drivers declare what they import",
    "export_all_symbols": "env.ExportDriver takes a list",
    "exclude_all_symbols": "env.ExportDriver takes a list",
    "exclude_symbols": "env.ExportDriver takes a list",
    "exclude_libs": "env.ExportDriver takes a list",
    "noimplib": "env.Driver writes no import library",
    "output_def": "env.ExportDriver writes the .def file",
    "lldmap": _BY_HAND,
    "linkerreport": "a build passes it to the validator without a file",
    "pdb": "it is next to the image, with the image's name",
    "pdbstripped": "scons release writes PDBs of public names",
    "pdbaltpath": "an image names its PDB without a folder",
    "verbose": _BY_HAND,
    "whylive": _BY_HAND,
    "printgc": _BY_HAND,
    "printicf": _BY_HAND,
    "sizereport": _BY_HAND,
}
"""Link options that a SConscript cannot set, with what to use in their place."""


_NOT_IN_NAMES: Final = frozenset("/\\ #$<>:\"|?*%&;'`()[]{}!^=,~")
_IMAGE_SUFFIXES: Final = (".sys", ".dll", ".exe")
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)


class DeclarationError(Exception):
    """A driver is declared wrongly; the text is one line without the place of the call."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One driver as declared: its own keywords, its link options, what the validator checks."""

    name: str
    keywords: Keywords
    compiling: Compiling
    options: LinkOptions
    validation: Validation
    exports: tuple[Export, ...] = ()


@dataclass(frozen=True, slots=True)
class LibraryDeclaration:
    """One static library as declared."""

    name: str
    keywords: Keywords
    compiling: Compiling


_OWN: Final = frozenset(each.name for each in fields(Keywords))
_LISTS: Final = frozenset(each.name for each in fields(Keywords) if each.default == ())
_FLAGS: Final = ("cflags", "cxxflags", "asflags")
_DICTIONARIES: Final = tuple(one.name for one in fields(Keywords) if one.default_factory is dict)
_PATHS: Final = ("include_dirs", "resource_include_dirs", "forced_includes", "message_headers")
OWN_FLAGS: Final = frozenset(
    {"defines", "source_defines", "include_dirs", "forced_includes", "nasm", *_FLAGS}
    | {"languages", "message_headers"}
)
"""Keywords about how sources are compiled that only this driver has."""

COMPILING: Final = OWN_FLAGS | DECIDING
"""All keywords about how sources are compiled; a library has no others."""

ELSEWHERE: Final[Mapping[str, str]] = {
    "CCFLAGS": "cflags",
    "CFLAGS": "cflags",
    "CXXFLAGS": "cxxflags",
    "ASFLAGS": "asflags",
    "CPPDEFINES": "defines",
    "CPPPATH": "include_dirs",
    "LIBS": "import_libraries",
    "include_directories": "include_dirs",
    "includes": "include_dirs",
    "libraries": "import_libraries",
    "libs": "import_libraries",
    "link_libraries": "import_libraries",
    "definitions": "defines",
    "macros": "defines",
    "type": "model",
    "kind": "model",
    "framework": "model",
    "order": "order_file",
    "opt": "ref",
    "osversion": "os_version",
    "pageable": "sections",
    "signing": "sign",
    "inx": "inf",
}
"""What other build tools call a keyword, and what it is here."""
_MOST_NAMED: Final = 30
"""Keywords that an error lists."""
_MACRO: Final = re.compile(r"[A-Za-z_]\w*(\([^=\n]*\))?", re.ASCII)
_RESERVES: Final = frozenset({"stack", "heap"})
"""Link options that are (reserve, commit) in bytes."""
_PAGE: Final = 0x1000
_LINKABLE: Final = frozenset(each.name for each in fields(LinkOptions)) - frozenset(RESERVED)


def declare(
    name: str,
    given: Mapping[str, Any],
    *,
    exports: bool,
    defaults: Mapping[str, Any],
    place: str = "",
    has_guard: bool = True,
    folder: Path = _HERE,
) -> Declaration:
    """Check the keywords of ``env.Driver(name, ...)``; DeclarationError says what is wrong.

    ``given``: keyword to value. ``exports``: it is an export driver, which must name what it
    exports. ``defaults``: link options that a keyword overrides, such as the toolchain's; its
    ``machine`` is the driver's. ``place``: ``SConscript:line`` of the call.
    ``has_guard``: the compiler can make code with control flow guard. ``folder``: the project's.
    """
    check_name(name)
    if given.get("kernel_modules") is not None and "harden" not in given:
        given = {**given, "harden": False}  # its run-time calls ntoskrnl
    known = _OWN | _LINKABLE | ({"exports"} if exports else set())
    for keyword in given:
        if keyword not in known:
            raise DeclarationError(_unknown(keyword, known))
    keywords = Keywords(**{key: _listed(key, given[key]) for key in given if key in _OWN})
    _check_keywords(keywords)
    machine = str(defaults.get("machine", ""))
    compiling = _compiling(keywords, given, machine, has_guard=has_guard, folder=folder)
    model = compiling.model
    if model and model.exports and not exports:
        raise DeclarationError(f"model: {model.name!r} is for env.ExportDriver")
    link = {key: _link_value(key, given[key]) for key in given if key in _LINKABLE}
    _check_sections(link.get("sections", ()))
    try:
        merged = merge_options({**DRIVER_DEFAULTS, **defaults, **compiling.link}, link)
        options = with_stages(merged, compiling.stages)
    except BuildError as error:
        raise DeclarationError(str(error)) from error
    return Declaration(
        name=name,
        keywords=keywords,
        compiling=compiling,
        options=options,
        validation=replace(_validation(keywords, options.timestamp, exports=exports), place=place),
        exports=exports_named(given) if exports else (),
    )


def declare_library(
    name: str, given: Mapping[str, Any], *, machine: str, folder: Path = _HERE
) -> LibraryDeclaration:
    """Check the keywords of ``env.DriverLibrary(name, ...)``; as `declare` has them.

    Raises DeclarationError.
    """
    check_name(name)
    for keyword in given:
        if keyword not in COMPILING:
            raise DeclarationError(_unknown(keyword, COMPILING))
    keywords = Keywords(**{key: _listed(key, value) for key, value in given.items()})
    _check_keywords(keywords)
    return LibraryDeclaration(name, keywords, _compiling(keywords, given, machine, folder=folder))


def _compiling(
    keywords: Keywords, given: Mapping[str, Any], machine: str, **named: Any
) -> Compiling:
    try:
        return compiling_of(keywords, given, machine, **named)
    except CompilingError as error:
        raise DeclarationError(str(error)) from error


def _validation(keywords: Keywords, epoch: int | None, *, exports: bool) -> Validation:
    """Profiles and accepted findings; an export driver gets the profile ``export``.

    A day is needed only when something expires: that of SOURCE_DATE_EPOCH, else the clock's.
    """
    every = ("base", *(("export",) if exports else ()), *keywords.profiles)
    profiles = tuple(dict.fromkeys(every))
    if not keywords.profiles and not keywords.allow:
        return Validation(profiles, build=_build(keywords.windows))
    from ntbuild.pecheck import CheckSettings, ProfileError  # noqa: PLC0415 - for these keywords only
    from ntbuild.pecheck.suppressions import day_of  # noqa: PLC0415 - as above

    try:
        CheckSettings(profiles=profiles)
    except ProfileError as error:
        raise DeclarationError(f"profiles: {error}") from error
    allow = tuple(_allowed(keywords.allow))
    expires = any(each.expires for each in allow)
    today = day_of(epoch) if expires else None
    return Validation(profiles, allow, today, build=_build(keywords.windows))


def _build(windows: str | None) -> int:
    """The build of the Windows that a driver names; 0 without."""
    if windows is None:
        return 0
    from ntbuild.compilers.windows import oldest_build  # noqa: PLC0415 - few need it

    return oldest_build(windows)


def _allowed(given: Mapping[str, Any]) -> Iterator["Allow"]:
    """The accepted findings, sorted by the word for their rule. Raises DeclarationError."""
    from ntbuild.pecheck.suppressions import rule_named  # noqa: PLC0415 - as above

    rules = {word: rule_named(word) if isinstance(word, str) else None for word in given}
    for word, rule in rules.items():
        if rule is None:
            raise DeclarationError(_unknown_rule(word))
    for word, rule in sorted(rules.items()):
        value = given[word]
        several = value if isinstance(value, (list, tuple)) else [value]
        if not several:
            raise DeclarationError(f"allow: {word!r} needs a reason")
        for each in several:
            yield replace(_allow(word, each), rule=rule.id if rule else "")


def _unknown_rule(word: object) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    from ntbuild.pecheck import RULES  # noqa: PLC0415 - as above

    known = sorted(text for rule in RULES.values() for text in (rule.id, rule.slug))
    near = get_close_matches(str(word), known, n=1)
    return f"allow: no rule {word!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _allow(word: str, value: object) -> "Allow":
    """One accepted finding, its day as a date; ``word`` is the rule as the SConscript names it."""
    from ntbuild.pecheck.suppressions import Allow  # noqa: PLC0415 - as above

    entry = Allow(value) if isinstance(value, str) else value
    if not isinstance(entry, Allow):
        raise DeclarationError(f"allow: {word!r}: {value!r} is neither a reason nor an Allow")
    if not isinstance(entry.reason, str) or not entry.reason.strip():
        raise DeclarationError(f"allow: {word!r} needs a reason")
    for limit in ("section", "file"):
        name = getattr(entry, limit)
        if not isinstance(name, str):
            raise DeclarationError(f"allow: {word!r}: {limit} {name!r} is not a name")
    if entry.rule or entry.place:
        raise DeclarationError(f"allow: {word!r}: the key names the rule; rule= and place= do not")
    return replace(entry, expires=_day(word, entry.expires), place=f"allow[{word!r}]")


def _day(word: str, value: object) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        expected = "expected a day such as 2027-06-30"
        raise DeclarationError(f"allow: {word!r}: expires {value!r}: {expected}") from None


def check_name(name: object) -> None:
    """Raise DeclarationError unless ``name`` can be the name of a driver.

    It becomes a file name on every system, a word of a command line and the name of an alias.
    Source for the reserved names: Microsoft "Naming Files, Paths, and Namespaces".
    """
    if not isinstance(name, str) or not name:
        raise DeclarationError(f"the name {name!r} is not a file name without folder and suffix")
    wrong = [each for each in name if each in _NOT_IN_NAMES or not each.isprintable()]
    if wrong or name[0] in "-@." or name[-1] == ".":
        what = (
            f"it has {wrong[0]!r}" if wrong else "it begins with '-', '@' or '.', or ends with '.'"
        )
        raise DeclarationError(f"the name {name!r} is not a file name without folder: {what}")
    if name.lower().endswith(_IMAGE_SUFFIXES):
        raise DeclarationError(f"the name {name!r} has a suffix: write {name[:-4]!r}")
    if name.partition(".")[0].lower() in _DEVICES:
        raise DeclarationError(f"the name {name!r} is that of a device on Windows")


def _unknown(keyword: str, known: frozenset[str]) -> str:
    if keyword in RESERVED:
        return f"keyword {keyword!r} cannot be set here: {RESERVED[keyword]}"
    return unknown_keyword(keyword, known)


def unknown_keyword(keyword: str, known: frozenset[str]) -> str:
    """What is said of a keyword that is none of those known, with the nearest of them."""
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = [each for each in [ELSEWHERE.get(keyword, "")] if each.partition("=")[0] in known]
    near = near or get_close_matches(keyword, sorted(known), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(sorted(known))}"
    if not near and len(known) > _MOST_NAMED:
        hint = "docs/reference/drivers.md and help(ntbuild.LinkOptions) have the keywords"
    return f"unknown keyword {keyword!r}; {hint}"


def _listed(keyword: str, value: Any) -> Any:
    """A tuple for a field that holds several values; one value alone stands for itself."""
    if keyword in _LISTS:
        return tuple(value) if isinstance(value, (list, tuple)) else (value,)
    return value


def _link_value(keyword: str, value: Any) -> Any:
    """A keyword's value as the link option has it: a size alone commits one page of it."""
    if keyword in _RESERVES and isinstance(value, int) and not isinstance(value, bool):
        return value, _PAGE
    return value


def _check_keywords(keywords: Keywords) -> None:
    for keyword in _DICTIONARIES:
        value = getattr(keywords, keyword)
        if not isinstance(value, Mapping):
            raise DeclarationError(f"{keyword}: {dictionary_error(keyword, value)}")
    _check_compiling(keywords)
    _check_file_names(keywords)
    for each in keywords.import_libraries:
        # A node of a build tool has a signature; several may come as a list.
        if not (isinstance(each, Sequence) or hasattr(each, "get_csig")):
            raise DeclarationError(f"import_libraries: {each!r} is neither a module nor a node")
    _check_modules(keywords.kernel_modules)
    if keywords.version_info is not None and not isinstance(keywords.version_info, VersionInfo):
        raise DeclarationError(f"version_info: {keywords.version_info!r} is not a VersionInfo")
    if keywords.run is not None:
        _check_run(keywords.run)
    if keywords.linker_script is not None and not isinstance(keywords.linker_script, str):
        raise DeclarationError(f"linker_script: {keywords.linker_script!r} is not a file name")


def _check_file_names(keywords: Keywords) -> None:
    for name, language in keywords.languages.items():
        if language not in {"c", "c++"}:
            raise DeclarationError(f"languages: {name!r}: {language!r} is neither 'c' nor 'c++'")
    for name, stem in keywords.events.items():
        if not (isinstance(stem, str) and stem and not set(stem) & _NOT_IN_NAMES):
            raise DeclarationError(f"events: {name!r}: {stem!r} is not a file name without suffix")
    for name, header in keywords.mof_headers.items():
        if not (isinstance(header, str) and header and not set(header) & _NOT_IN_NAMES):
            raise DeclarationError(f"mof_headers: {name!r}: {header!r} is not a file name")


def _check_run(run: object) -> None:
    if not isinstance(run, Run):
        raise DeclarationError(f"run: {run!r} is not a Run")
    try:
        engines_named(run.engines, "run: engines")
    except RunError as error:
        raise DeclarationError(str(error)) from error


def _check_modules(modules: object) -> None:
    is_list = isinstance(modules, (list, tuple)) and all(isinstance(one, str) for one in modules)
    if modules is not None and not is_list:
        raise DeclarationError(f"kernel_modules: {modules!r} is not a list of modules")


def _check_defines(keyword: str, defines: Mapping[str, Any]) -> None:
    for name, value in defines.items():
        if not isinstance(name, str) or not _MACRO.fullmatch(name):
            text = "is not a macro, such as NAME or NAME(a, b)"
            raise DeclarationError(f"{keyword}: {name!r} {text}")
        if isinstance(value, bool) or not isinstance(value, (str, int, type(None))):
            expected = "expected a text, a number, or None for a macro without a value"
            raise DeclarationError(f"{keyword}: {name!r}: {expected}, not {value!r}")
        if isinstance(value, str) and not _is_one_line(value):
            raise DeclarationError(f"{keyword}: {name!r}: {value!r} is not one line")


def _check_compiling(keywords: Keywords) -> None:
    nasm = keywords.nasm
    is_words = isinstance(nasm, (list, tuple)) and all(isinstance(each, str) for each in nasm)
    if not (nasm is None or isinstance(nasm, bool) or is_words):
        raise DeclarationError(f"nasm: {nasm!r} is neither True nor a list of words")
    _check_defines("defines", keywords.defines)
    _check_defines("resource_defines", keywords.resource_defines)
    for name, defines in keywords.source_defines.items():
        if not isinstance(defines, Mapping):
            raise DeclarationError(
                f"source_defines: {name!r}: {dictionary_error('defines', defines)}"
            )
        _check_defines(f"source_defines: {name!r}", defines)
    for keyword in (*_FLAGS, *_PATHS):
        for each in getattr(keywords, keyword):
            is_node = keyword not in _FLAGS and hasattr(each, "get_csig")
            if not is_node and not (isinstance(each, str) and each and _is_one_line(each)):
                raise DeclarationError(f"{keyword}: expected texts, each one word, not {each!r}")
            if keyword in _FLAGS and each != each.strip():
                raise DeclarationError(f"{keyword}: {each!r} begins or ends with a blank")
            if keyword in _FLAGS and " -" in each:
                raise DeclarationError(
                    f"{keyword}: {each!r} is several words; give a list of words"
                )


def _is_one_line(text: str) -> bool:
    return not set(text) & set("\0\r\n")


def _check_sections(sections: object) -> None:
    if not isinstance(sections, (list, tuple)):
        raise DeclarationError(f"sections: {sections!r} is not a list of Section")
    seen: set[str] = set()
    for section in sections:
        if not isinstance(section, Section):
            raise DeclarationError(f"sections: {section!r} is not a Section")
        if section.name in seen:
            raise DeclarationError(f"sections: {section.name!r} is there twice")
        seen.add(section.name)


def exports_named(given: Mapping[str, Any]) -> tuple[Export, ...]:
    """The values of ``exports=``. Raises DeclarationError."""
    found: list[Export] = []
    exports = given.get("exports", ())
    if not isinstance(exports, (list, tuple)) or not exports:
        raise DeclarationError("exports: an export driver needs a list of names, and one at least")
    for export in exports:
        if not isinstance(export, (str, Export)):
            raise DeclarationError(f"exports: {export!r} is neither a name nor an Export")
        try:
            found.append(Export(export) if isinstance(export, str) else export)
        except ValueError as error:
            raise DeclarationError(f"exports: {error}") from error
    twice = {export.name for export in found if [e.name for e in found].count(export.name) > 1}
    if twice:
        raise DeclarationError(f"exports: {', '.join(sorted(twice))}: there twice")
    return tuple(found)
