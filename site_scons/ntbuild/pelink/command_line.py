"""The link.exe spelling of LinkOptions, both ways, as one table.

``/name:value``, ``-name:value`` in any case. What is hard: the way back. The command that a build
prints must be one that a user can run, so every field has a spelling, and ``from_argv`` of
``to_argv`` is the identity (kept by a property test).

Sources: Microsoft "Linker options" pages; lld-link 19 for defaults. ``/sectionrule`` is pelink's
own: ``/section`` cannot leave a flag alone or name input patterns.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from ntbuild.pecoff.machine import machine_named

from .diagnostics import LinkError
from .export_spelling import parse_export, write_export
from .option_kinds import (
    Fields,
    Spelling,
    fail,
    flag,
    integer,
    needed,
    number,
    pairs,
    parse_version,
    sizes,
    switch,
    text,
    texts,
    toggle,
    version,
)
from .options import SUBSYSTEMS, DriverKind, LinkOptions, Section
from .section_spelling import parse_section, parse_section_rule, write_section_rule


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A parsed command line: options, and the inputs in the order given."""

    options: LinkOptions
    inputs: tuple[str, ...]


_DRIVER_KINDS: Final[dict[str | None, DriverKind]] = {
    None: "plain",
    "wdm": "wdm",
    "uponly": "uponly",
}


def _read_driver(value: str | None, into: Fields) -> None:
    kind = value.lower() if value else None
    if kind not in _DRIVER_KINDS:
        raise fail("driver", value, "/driver, /driver:wdm or /driver:uponly")
    into["driver"] = _DRIVER_KINDS[kind]


def _read_machine(value: str | None, into: Fields) -> None:
    word = needed("machine", value)
    machine = machine_named(word)
    if machine is None:
        raise LinkError.of(
            f"/machine:{word}: unknown machine",
            hint="pelink links x64, x86, arm64 and arm; arm64ec and arm64x are not supported",
        )
    into["machine"] = machine.name


def _read_subsystem(value: str | None, into: Fields) -> None:
    word, _, version = needed("subsystem", value).partition(",")
    if word.lower() not in SUBSYSTEMS:
        raise fail("subsystem", value, f"one of {', '.join(SUBSYSTEMS)}")
    into["subsystem"] = word.lower()
    if version:
        into["subsystem_version"] = parse_version("subsystem", version)


def _read_opt(value: str | None, into: Fields) -> None:
    words: dict[str, tuple[str, Any]] = {
        "ref": ("ref", True),
        "noref": ("ref", False),
        "icf": ("icf", "all"),
        "safeicf": ("icf", "safe"),
        "noicf": ("icf", "none"),
    }
    for word in needed("opt", value).lower().split(","):
        if word not in words:
            raise fail("opt", value, f"words out of {', '.join(words)}")
        field, state = words[word]
        into[field] = state


def _read_nodefaultlib(value: str | None, into: Fields) -> None:
    if value is None:
        into["nodefaultlib"] = True
    else:
        into["nodefaultlibs"] = (*into.get("nodefaultlibs", ()), value)


def _read_fixed(value: str | None, into: Fields) -> None:
    if value is not None and value.lower() != "no":
        raise fail("fixed", value, "nothing or :no")
    into["fixed"] = value is None


def _read_wholearchive(value: str | None, into: Fields) -> None:
    into["wholearchive"] = (*into.get("wholearchive", ()), value or "")


_GUARD_WORDS: Final = ("cf", "longjmp", "ehcont", "no", "nolongjmp", "noehcont")
_DEBUG_WORDS: Final = ("full", "fastlink", "ghash", "noghash", "dwarf", "symtab", "none")


def _read_guard(value: str | None, into: Fields) -> None:
    words = needed("guard", value).lower().split(",")
    if not set(words) <= set(_GUARD_WORDS):
        raise fail("guard", value, f"words out of {', '.join(_GUARD_WORDS)}")
    before = into.get("guard", "")
    into["guard"] = ",".join([before, *words] if before else words)


def _read_debug(value: str | None, into: Fields) -> None:
    words = (value or "full").lower().split(",")
    if not set(words) <= set(_DEBUG_WORDS):
        raise fail("debug", value, f"nothing or words out of {', '.join(_DEBUG_WORDS)}")
    into["debug"] = words[-1]


def _read_dependent_load_flag(value: str | None, into: Fields) -> None:
    flags = 0 if value is None else number("dependentloadflag", value)
    if flags > 0xFFFF:
        raise fail("dependentloadflag", value, "a number of at most 16 bits")
    into["dependentloadflag"] = flags


def _read_map(value: str | None, into: Fields) -> None:
    into["map"] = value or ""


def _append_section(parse: Callable[[str | None], Section]) -> Callable[[str | None, Fields], None]:
    def read(value: str | None, into: Fields) -> None:
        into["sections"] = (*into.get("sections", ()), parse(value))

    return read


def _read_export(value: str | None, into: Fields) -> None:
    into["exports"] = (*into.get("exports", ()), parse_export(value))


def _unprinted(_value: Any) -> list[str]:
    return []


SPELLINGS: Final[dict[str, Spelling]] = {
    "out": text("out", "out"),
    "machine": Spelling("machine", _read_machine, lambda value: [value]),
    "driver": Spelling(
        "driver", _read_driver, lambda kind: [kind.replace("plain", "")] if kind else []
    ),
    "dll": flag("dll", "dll"),
    "entry": text("entry", "entry"),
    "noentry": flag("noentry", "noentry"),
    "subsystem": Spelling("subsystem", _read_subsystem, lambda value: [value]),
    "subsystemversion": version("subsystemversion", "subsystem_version"),
    "osversion": version("osversion", "os_version"),
    "version": version("version", "version"),
    "base": integer("base", "base"),
    "fixed": Spelling("fixed", _read_fixed, lambda value: ["" if value else "no"]),
    "align": integer("align", "align", power_of_two=True),
    "filealign": integer("filealign", "filealign", power_of_two=True),
    "stack": sizes("stack", "stack"),
    "heap": sizes("heap", "heap"),
    "opt": Spelling("ref", _read_opt, lambda value: ["ref" if value else "noref"]),
    "libpath": texts("libpath", "libpath"),
    "defaultlib": texts("defaultlib", "defaultlib"),
    "nodefaultlib": Spelling(
        "nodefaultlib", _read_nodefaultlib, lambda value: [""] if value else []
    ),
    "include": texts("include", "include"),
    "export": Spelling(
        "exports", _read_export, lambda value: [write_export(each) for each in value]
    ),
    "def": text("def", "def_file"),
    "section": Spelling("sections", _append_section(parse_section), _unprinted),
    "sectionrule": Spelling(
        "sections",
        _append_section(parse_section_rule),
        lambda value: [write_section_rule(each) for each in value],
    ),
    "merge": pairs("merge", "merge"),
    "script": text("script", "script"),
    "map": Spelling("map", _read_map, lambda value: [value]),
    "implib": text("implib", "implib"),
    "release": toggle("release", "release"),
    "timestamp": integer("timestamp", "timestamp"),
    "dynamicbase": toggle("dynamicbase", "dynamicbase"),
    "nxcompat": toggle("nxcompat", "nxcompat"),
    "highentropyva": toggle("highentropyva", "highentropyva"),
    "integritycheck": toggle("integritycheck", "integritycheck"),
    "guard": Spelling("guard", _read_guard, lambda value: [value]),
    "safeseh": toggle("safeseh", "safeseh"),
    "cetcompat": switch("cetcompat", "cetcompat"),
    "dependentloadflag": Spelling(
        "dependentloadflag", _read_dependent_load_flag, lambda value: [hex(value)]
    ),
    "debug": Spelling("debug", _read_debug, lambda value: [value.replace("full", "")]),
    "pdb": text("pdb", "pdb"),
    "pdbaltpath": text("pdbaltpath", "pdbaltpath"),
    "brepro": flag("brepro", "brepro"),
    "tsaware": toggle("tsaware", "tsaware"),
    "largeaddressaware": toggle("largeaddressaware", "largeaddressaware"),
    "wholearchive": Spelling("wholearchive", _read_wholearchive, list),
    "lldmingw": flag("lldmingw", "mingw"),
    "noimplib": flag("noimplib", "noimplib"),
    "output-def": text("output-def", "output_def"),
    "export-all-symbols": flag("export-all-symbols", "export_all_symbols"),
    "exclude-all-symbols": flag("exclude-all-symbols", "exclude_all_symbols"),
    "exclude-symbols": texts("exclude-symbols", "exclude_symbols"),
    "exclude-libs": texts("exclude-libs", "exclude_libs"),
    "auto-import": toggle("auto-import", "auto_import"),
    "runtime-pseudo-reloc": toggle("runtime-pseudo-reloc", "runtime_pseudo_reloc"),
    "stdcall-fixup": toggle("stdcall-fixup", "stdcall_fixup"),
    "kill-at": flag("kill-at", "kill_at"),
    "alternatename": pairs("alternatename", "alternatename"),
    "wx": flag("wx", "warnings_as_errors"),
    "errorlimit": integer("errorlimit", "errorlimit"),
    "ignore": texts("ignore", "ignore"),
}
"""Option name in lower case to how it is read and written, in the order in which it is printed."""

_FOLD_WORDS: Final = {"all": "icf", "safe": "safeicf", "none": "noicf"}

_EXTRA_WRITES: Final[dict[str, Callable[[Any], list[str]]]] = {
    "icf": lambda value: [f"/opt:{_FOLD_WORDS[value]}"],
    "nodefaultlibs": lambda value: [f"/nodefaultlib:{name}" for name in value],
}
"""Fields that share an option's name with another field."""

ACCEPTED_WITHOUT_EFFECT: Final = {
    "nologo": "there is no banner",
    "incremental": "every link is a full link",
    "fullbuild": "every link is a full link",
    "kernel": "objects carry no mark that could be checked",
}
"""Options of link.exe that change nothing here, with the reason."""


def parse_command_line(argv: Sequence[str]) -> CommandLine:
    """Options and inputs of a link.exe command line (no response files, no environment).

    Raises LinkError naming every option that is unknown or has a wrong value.
    """
    given: Fields = {}
    inputs: list[str] = []
    errors: list[LinkError] = []
    position = 0
    words = list(argv)
    while position < len(words):
        word = words[position]
        position += 1
        if word == "-T" and position < len(words):
            word, position = f"/script:{words[position]}", position + 1
        if not _is_option(word):
            inputs.append(word)
            continue
        name, colon, value = word[1:].partition(":")
        try:
            _read_option(name.lower(), value if colon else None, word, given)
        except LinkError as error:
            errors.append(error)
    if errors:
        raise LinkError(tuple(each for error in errors for each in error.diagnostics))
    return CommandLine(replace(LinkOptions(), **given), tuple(inputs))


def _is_option(word: str) -> bool:
    """Whether a word is an option: ``-x``, or ``/x`` unless it is a path such as /tmp/a.obj."""
    if word.startswith("-"):
        return len(word) > 1
    if not word.startswith("/"):
        return False
    name = word[1:].partition(":")[0].lower()
    return name in SPELLINGS or name in ACCEPTED_WITHOUT_EFFECT or "/" not in name


def _read_option(name: str, value: str | None, word: str, into: Fields) -> None:
    if name in ACCEPTED_WITHOUT_EFFECT:
        return
    spelling = SPELLINGS.get(name)
    if spelling is None:
        raise LinkError.of(f"unknown option: {word}", hint=_nearest(name))
    spelling.read(value, into)


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = get_close_matches(name, SPELLINGS, n=1)
    return f"did you mean /{near[0]}?" if near else "pelink /help lists the options"


def options_from_argv(argv: Sequence[str]) -> LinkOptions:
    """As ``parse_command_line`` for a line that must hold options only."""
    line = parse_command_line(argv)
    if line.inputs:
        raise LinkError.of(f"{line.inputs[0]}: an input file among the options")
    return line.options


def options_to_argv(options: LinkOptions) -> list[str]:
    """Every field that differs from its default, in link.exe spelling."""
    default = LinkOptions()
    spelled: dict[str, list[str]] = {field.name: [] for field in fields(LinkOptions)}
    for name, spelling in SPELLINGS.items():
        value = getattr(options, spelling.field)
        if value != getattr(default, spelling.field):
            spelled[spelling.field] += [
                f"/{name}:{text}" if text else f"/{name}" for text in spelling.write(value)
            ]
    for field, write in _EXTRA_WRITES.items():
        value = getattr(options, field)
        if value != getattr(default, field):
            spelled[field] += write(value)
    return [word for words in spelled.values() for word in words]
