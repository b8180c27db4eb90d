"""What a SConscript may say about a driver, checked before anything is built.

A keyword is a field of `Keywords` or a field of `LinkOptions` that a SConscript may set. What is
hard is being strict without being in the way: SCons would take a misspelt keyword for a new
construction variable and build without a word, so an unknown keyword is an error with the nearest
known one, and a value that the command line could not say is an error too.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from ntbuild.pelink.options import Export, LinkOptions, Section
from ntbuild.support.values import dataclass, field, fields, replace

from .driver import DRIVER_DEFAULTS, BuildError, merge_options
from .validation import Allow, Judgement
from .version_info import VersionInfo

_BY_HAND: Final = "give it to the pelink command that scons --verbose prints"

RESERVED: Final = {
    "out": "the driver's name says it",
    "machine": "arch= on the command line says it",
    "map": "a map is written always",
    "implib": "env.ExportDriver writes it",
    "exports": "env.ExportDriver takes it",
    "def_file": "env.ExportDriver writes it from exports=",
    "script": "linker_script= names a template",
    "timestamp": "SOURCE_DATE_EPOCH says it",
    "libpath": "name a library by its path among the sources, so that SCons knows it",
    "defaultlib": "import_libraries= takes module names",
    "dll": "an export driver is an image with exports, not a DLL",
    "delayload": "the kernel's loader knows no delayed imports",
    "lazy": "put objects that may be left out into a library",
    "wholearchive": "name the objects themselves among the sources",
    "mingw": "it is for programs that start with mingw-w64's run-time",
    "auto_import": "drivers declare what they import",
    "runtime_pseudo_reloc": "drivers declare what they import",
    "export_all_symbols": "env.ExportDriver takes a list",
    "exclude_all_symbols": "env.ExportDriver takes a list",
    "exclude_symbols": "env.ExportDriver takes a list",
    "exclude_libs": "env.ExportDriver takes a list",
    "noimplib": "env.Driver writes no import library",
    "output_def": "env.ExportDriver writes the .def file",
    "lldmap": _BY_HAND,
    "linkerreport": "a build's judge is told without a file",
    "pdb": "PDB files are not written yet",
    "verbose": _BY_HAND,
    "whylive": _BY_HAND,
    "printgc": _BY_HAND,
    "printicf": _BY_HAND,
    "sizereport": _BY_HAND,
}
"""Link options that a SConscript cannot set, with what to use in their place."""


class DeclarationError(Exception):
    """A SConscript declares a driver wrongly; the text is one line without the place."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords of ``env.Driver`` that are no link options.

    ``import_libraries``: kernel modules (``"fltmgr"``) beside ntoskrnl and hal, which every driver
    is offered, or library nodes. ``linker_script``: a template in place of ``driver.ld.j2``.
    ``defines`` and ``include_dirs`` are for this driver's own sources. ``version_info`` becomes its
    version resource. ``profiles``: what pecheck
    shall ask for beside ``base``. ``allow``: findings that are accepted, by rule: a reason, an
    `Allow`, or a list of these.
    """

    import_libraries: tuple[Any, ...] = ()
    linker_script: str | None = None
    defines: Mapping[str, str | int | None] = field(default_factory=dict)
    include_dirs: tuple[str, ...] = ()
    version_info: VersionInfo | None = None
    profiles: tuple[str, ...] = ()
    allow: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One driver as declared: its own keywords, the link options, the judge's orders."""

    name: str
    keywords: Keywords
    options: LinkOptions
    judgement: Judgement
    exports: tuple[Export, ...] = ()


_OWN: Final = frozenset(each.name for each in fields(Keywords))
_LINKABLE: Final = frozenset(each.name for each in fields(LinkOptions)) - frozenset(RESERVED)


def declare(
    name: str,
    given: Mapping[str, Any],
    *,
    exports: bool,
    defaults: Mapping[str, Any],
    place: str = "",
) -> Declaration:
    """Check the keywords of ``env.Driver(name, ...)``; DeclarationError says what is wrong.

    ``exports`` tells an export driver, which must name what it exports; ``defaults`` are link
    options that a keyword overrides, such as the toolchain's; ``place`` is that of the call.
    """
    _check_name(name)
    known = _OWN | _LINKABLE | ({"exports"} if exports else set())
    for keyword in given:
        if keyword not in known:
            raise DeclarationError(_unknown(keyword, known))
    keywords = Keywords(**{key: _listed(key, given[key]) for key in given if key in _OWN})
    _check_keywords(keywords)
    link = {key: given[key] for key in given if key in _LINKABLE}
    _check_sections(link.get("sections", ()))
    try:
        options = merge_options({**DRIVER_DEFAULTS, **defaults}, link)
    except BuildError as error:
        raise DeclarationError(str(error)) from error
    return Declaration(
        name=name,
        keywords=keywords,
        options=options,
        judgement=replace(_judgement(keywords, options.timestamp, exports=exports), place=place),
        exports=_exports(given) if exports else (),
    )


def _judgement(keywords: Keywords, epoch: int | None, *, exports: bool) -> Judgement:
    """What pecheck is asked; an export driver is judged as one.

    The day counts only where something expires: that of SOURCE_DATE_EPOCH, else the clock's.
    """
    words = dict.fromkeys(("base", *(("export",) if exports else ()), *keywords.profiles))
    profiles = tuple(words)
    if not keywords.profiles and not keywords.allow:
        return Judgement(profiles)
    from ntbuild.pecheck import CheckSettings, ProfileError  # noqa: PLC0415 - for these keywords only
    from ntbuild.pecheck.suppressions import day_of  # noqa: PLC0415 - as above

    try:
        CheckSettings(profiles=profiles)
    except ProfileError as error:
        raise DeclarationError(f"profiles: {error}") from error
    allow = tuple(_allowed(keywords.allow))
    expires = any(each.expires for _, each in allow)
    return Judgement(profiles, allow, day_of(epoch) if expires else None)


def _allowed(given: Mapping[str, Any]) -> Iterator[tuple[str, Allow]]:
    """What is accepted, in the order of the rules. Raises DeclarationError."""
    from difflib import get_close_matches  # noqa: PLC0415 - as above

    from ntbuild.pecheck import RULES  # noqa: PLC0415 - as above
    from ntbuild.pecheck.suppressions import rule_named  # noqa: PLC0415 - as above

    for word in given:
        if not isinstance(word, str) or rule_named(word) is None:
            known = sorted(text for rule in RULES.values() for text in (rule.id, rule.slug))
            near = get_close_matches(str(word), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise DeclarationError(f"allow: no rule {word!r}{hint}")
    for word, value in sorted(given.items()):
        several = value if isinstance(value, (list, tuple)) else [value]
        if not several:
            raise DeclarationError(f"allow: {word!r} needs a reason")
        for each in several:
            yield word, _allow(word, each)


def _allow(word: str, value: object) -> Allow:
    """One entry with its day as a date."""
    entry = Allow(value) if isinstance(value, str) else value
    if not isinstance(entry, Allow):
        raise DeclarationError(f"allow: {word!r}: {value!r} is neither a reason nor an Allow")
    if not isinstance(entry.reason, str) or not entry.reason.strip():
        raise DeclarationError(f"allow: {word!r} needs a reason")
    if not isinstance(entry.section, str):
        raise DeclarationError(f"allow: {word!r}: section {entry.section!r} is not a name")
    return replace(entry, expires=_day(word, entry.expires))


def _day(word: str, value: object) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        expected = "expected a day such as 2027-06-30"
        raise DeclarationError(f"allow: {word!r}: expires {value!r}: {expected}") from None


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name or set(name) & set("/\\ \t"):
        raise DeclarationError(f"the name {name!r} is not a file name without folder and suffix")


def _unknown(keyword: str, known: frozenset[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    if keyword in RESERVED:
        return f"keyword {keyword!r} cannot be set here: {RESERVED[keyword]}"
    near = get_close_matches(keyword, sorted(known | {"exports"}), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(sorted(known))}"
    return f"unknown keyword {keyword!r}; {hint}"


def _listed(keyword: str, value: Any) -> Any:
    """A tuple for a field that holds several values; one value alone stands for itself."""
    if keyword in ("import_libraries", "include_dirs", "profiles"):
        return tuple(value) if isinstance(value, (list, tuple)) else (value,)
    return value


def _check_keywords(keywords: Keywords) -> None:
    for keyword in ("defines", "allow"):
        value = getattr(keywords, keyword)
        if not isinstance(value, Mapping):
            raise DeclarationError(f"{keyword}: {value!r} is not a dictionary")
    for each in keywords.import_libraries:
        # A node of a build tool has a signature; several may come as a list.
        if not (isinstance(each, Sequence) or hasattr(each, "get_csig")):
            raise DeclarationError(f"import_libraries: {each!r} is neither a module nor a node")
    if keywords.version_info is not None and not isinstance(keywords.version_info, VersionInfo):
        raise DeclarationError(f"version_info: {keywords.version_info!r} is not a VersionInfo")
    if keywords.linker_script is not None and not isinstance(keywords.linker_script, str):
        raise DeclarationError(f"linker_script: {keywords.linker_script!r} is not a file name")


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


def _exports(given: Mapping[str, Any]) -> tuple[Export, ...]:
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
