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
from .options import SECTION_FLAGS, SUBSYSTEMS, DriverKind, Export, LinkOptions, Section

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A parsed command line: options, and the inputs in the order given."""

    options: LinkOptions
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """One option: reads ``value`` into fields, and writes a field's value as texts after the colon.

    ``write`` gives one text per option to print; an empty text means no colon.
    """

    field: str
    read: Callable[[str | None, Fields], None]
    write: Callable[[Any], list[str]]


def _fail(name: str, value: str | None, expected: str) -> LinkError:
    shown = f"/{name}:{value}" if value is not None else f"/{name}"
    return LinkError.of(f"{shown}: expected {expected}")


def _number(name: str, text: str | None) -> int:
    try:
        number = int(text or "", 0)
    except ValueError:
        raise _fail(name, text, "a number") from None
    if not 0 <= number < 1 << 64:
        raise _fail(name, text, "a number of at most 64 bits")
    return number


def _needed(name: str, value: str | None) -> str:
    if not value:
        raise _fail(name, value, "a value after the colon")
    return value


def _text(name: str, field: str) -> Spelling:
    def read(value: str | None, into: Fields) -> None:
        into[field] = _needed(name, value)

    return Spelling(field, read, lambda value: [value])


def _flag(name: str, field: str) -> Spelling:
    def read(value: str | None, into: Fields) -> None:
        if value is not None:
            raise _fail(name, value, "no value")
        into[field] = True

    return Spelling(field, read, lambda value: [""] if value else [])


def _toggle(name: str, field: str) -> Spelling:
    def read(value: str | None, into: Fields) -> None:
        if value is not None and value.lower() != "no":
            raise _fail(name, value, "nothing or :no")
        into[field] = value is None

    return Spelling(field, read, lambda value: ["" if value else "no"])


def _integer(name: str, field: str, *, power_of_two: bool = False) -> Spelling:
    def read(value: str | None, into: Fields) -> None:
        number = _number(name, value)
        if power_of_two and (number == 0 or number & (number - 1) or number > 1 << 31):
            raise _fail(name, value, "a power of two")
        into[field] = number

    return Spelling(field, read, lambda value: [hex(value) if value > 9 else str(value)])


def _sizes(name: str, field: str) -> Spelling:
    def read(value: str | None, into: Fields) -> None:
        reserve, _, commit = _needed(name, value).partition(",")
        into[field] = (_number(name, reserve), _number(name, commit) if commit else 0x1000)

    return Spelling(field, read, lambda value: [f"{value[0]:#x},{value[1]:#x}"])


def _parse_version(name: str, text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    version = int(major) if major.isascii() and major.isdigit() else -1, 0
    if minor:
        version = version[0], int(minor) if minor.isascii() and minor.isdigit() else -1
    if not all(0 <= part <= 0xFFFF for part in version):
        raise _fail(name, text, "a version such as 10.0, parts at most 65535")
    return version


def _version(name: str, field: str) -> Spelling:
    def read(value: str | None, into: Fields) -> None:
        into[field] = _parse_version(name, _needed(name, value))

    return Spelling(field, read, lambda value: [f"{value[0]}.{value[1]}"])


def _texts(name: str, field: str) -> Spelling:
    def read(value: str | None, into: Fields) -> None:
        into[field] = (*into.get(field, ()), _needed(name, value))

    return Spelling(field, read, list)


def _pairs(name: str, field: str) -> Spelling:
    def read(value: str | None, into: Fields) -> None:
        left, equals, right = _needed(name, value).partition("=")
        if not (left and equals and right):
            raise _fail(name, value, "left=right")
        into[field] = (*into.get(field, ()), (left, right))

    return Spelling(field, read, lambda value: [f"{left}={right}" for left, right in value])


_DRIVER_KINDS: Final[dict[str | None, DriverKind]] = {
    None: "plain",
    "wdm": "wdm",
    "uponly": "uponly",
}


def _read_driver(value: str | None, into: Fields) -> None:
    kind = value.lower() if value else None
    if kind not in _DRIVER_KINDS:
        raise _fail("driver", value, "/driver, /driver:wdm or /driver:uponly")
    into["driver"] = _DRIVER_KINDS[kind]


def _read_machine(value: str | None, into: Fields) -> None:
    word = _needed("machine", value)
    machine = machine_named(word)
    if machine is None:
        raise LinkError.of(
            f"/machine:{word}: unknown machine",
            hint="pelink links x64, x86, arm64 and arm; arm64ec and arm64x are not supported",
        )
    into["machine"] = machine.name


def _read_subsystem(value: str | None, into: Fields) -> None:
    word, _, version = _needed("subsystem", value).partition(",")
    if word.lower() not in SUBSYSTEMS:
        raise _fail("subsystem", value, f"one of {', '.join(SUBSYSTEMS)}")
    into["subsystem"] = word.lower()
    if version:
        into["subsystem_version"] = _parse_version("subsystem", version)


def _read_opt(value: str | None, into: Fields) -> None:
    words: dict[str, tuple[str, Any]] = {
        "ref": ("ref", True),
        "noref": ("ref", False),
        "icf": ("icf", "all"),
        "safeicf": ("icf", "safe"),
        "noicf": ("icf", "none"),
    }
    for word in _needed("opt", value).lower().split(","):
        if word not in words:
            raise _fail("opt", value, f"words out of {', '.join(words)}")
        field, state = words[word]
        into[field] = state


def _read_nodefaultlib(value: str | None, into: Fields) -> None:
    if value is None:
        into["nodefaultlib"] = True
    else:
        into["nodefaultlibs"] = (*into.get("nodefaultlibs", ()), value)


def _read_fixed(value: str | None, into: Fields) -> None:
    if value is not None and value.lower() != "no":
        raise _fail("fixed", value, "nothing or :no")
    into["fixed"] = value is None


def _read_map(value: str | None, into: Fields) -> None:
    into["map"] = value or ""


_SECTION_LETTERS: Final = {
    "D": "discardable",
    "E": "execute",
    "K": "cached",
    "P": "pageable",
    "R": "read",
    "S": "shared",
    "W": "write",
}


def parse_section(value: str | None) -> Section:
    """The Section of ``/section:name,[[!]{DEKPRSW}][,ALIGN=n]``, with link.exe's meaning.

    Naming attributes turns the others off: shared and discardable always, read, write and execute
    only when one of them is named. K and P stay as they are unless named: Microsoft's own pages
    contradict each other on them (P is taken as pageable, K as cached, as editbin does).
    """
    parts = _needed("section", value).split(",")
    flags: dict[str, Any] = {}
    align: int | None = None
    for part in parts[1:]:
        if part[:6].upper() == "ALIGN=":
            align = _number("section", part[6:])
            continue
        state = True
        for letter in part:
            if letter == "!":
                state = False
            elif letter.upper() in _SECTION_LETTERS:
                flags[_SECTION_LETTERS[letter.upper()]] = state
                state = True
            else:
                raise _fail(
                    "section", value, "attributes out of D, E, K, P, R, S, W, each with ! to clear"
                )
    named = {letter for letter, state in flags.items() if state}
    if flags:
        off = ["shared", "discardable"]
        if named & {"read", "write", "execute"}:
            off += ["read", "write", "execute"]
        flags = {**dict.fromkeys(off, False), **flags}
    try:
        return Section(parts[0], align=align, **flags)
    except ValueError as error:
        raise _fail("section", value, str(error)) from None


def _parse_section_rule(value: str | None) -> Section:
    name, *words = _needed("sectionrule", value).split(",")
    given: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if equals and key == "inputs":
            given["inputs"] = tuple(text.split("|"))
        elif equals and key == "align":
            given["align"] = _number("sectionrule", text)
        elif word == "keep":
            given["keep"] = True
        elif word.removeprefix("!") in SECTION_FLAGS:
            given[word.removeprefix("!")] = not word.startswith("!")
        else:
            raise _fail(
                "sectionrule", value, f"inputs=, align=, keep, [!]{', [!]'.join(SECTION_FLAGS)}"
            )
    try:
        return Section(name, **given)
    except ValueError as error:
        raise _fail("sectionrule", value, str(error)) from None


def _write_section_rule(section: Section) -> str:
    words = [section.name]
    if section.inputs:
        words.append("inputs=" + "|".join(section.inputs))
    if section.align is not None:
        words.append(f"align={section.align}")
    for flag in SECTION_FLAGS:
        state = getattr(section, flag)
        if state is not None:
            words.append(flag if state else f"!{flag}")
    if section.keep:
        words.append("keep")
    return ",".join(words)


def _append_section(parse: Callable[[str | None], Section]) -> Callable[[str | None, Fields], None]:
    def read(value: str | None, into: Fields) -> None:
        into["sections"] = (*into.get("sections", ()), parse(value))

    return read


def parse_export(value: str | None) -> Export:
    """The Export of ``/export:name[=target][,@ordinal[,NONAME]][,DATA][,PRIVATE]``."""
    head, *words = _needed("export", value).split(",")
    name, equals, target = head.partition("=")
    given: dict[str, Any] = {"target": target} if equals else {}
    for word in words:
        if word.startswith("@"):
            given["ordinal"] = _number("export", word[1:])
        elif word.lower() in ("noname", "data", "constant", "private"):
            given[word.lower()] = True
        else:
            raise _fail("export", value, "@ordinal, NONAME, DATA, CONSTANT or PRIVATE")
    try:
        return Export(name, **given)
    except ValueError as error:
        raise _fail("export", value, str(error)) from None


def _read_export(value: str | None, into: Fields) -> None:
    into["exports"] = (*into.get("exports", ()), parse_export(value))


def _write_export(export: Export) -> str:
    head = export.name if export.target is None else f"{export.name}={export.target}"
    words = [head]
    if export.ordinal is not None:
        words.append(f"@{export.ordinal}")
    words += [
        word.upper() for word in ("noname", "data", "constant", "private") if getattr(export, word)
    ]
    return ",".join(words)


def _unprinted(_value: Any) -> list[str]:
    return []


SPELLINGS: Final[dict[str, Spelling]] = {
    "out": _text("out", "out"),
    "machine": Spelling("machine", _read_machine, lambda value: [value]),
    "driver": Spelling(
        "driver", _read_driver, lambda kind: [kind.replace("plain", "")] if kind else []
    ),
    "dll": _flag("dll", "dll"),
    "entry": _text("entry", "entry"),
    "noentry": _flag("noentry", "noentry"),
    "subsystem": Spelling("subsystem", _read_subsystem, lambda value: [value]),
    "subsystemversion": _version("subsystemversion", "subsystem_version"),
    "osversion": _version("osversion", "os_version"),
    "version": _version("version", "version"),
    "base": _integer("base", "base"),
    "fixed": Spelling("fixed", _read_fixed, lambda value: ["" if value else "no"]),
    "align": _integer("align", "align", power_of_two=True),
    "filealign": _integer("filealign", "filealign", power_of_two=True),
    "stack": _sizes("stack", "stack"),
    "heap": _sizes("heap", "heap"),
    "opt": Spelling("ref", _read_opt, lambda value: ["ref" if value else "noref"]),
    "libpath": _texts("libpath", "libpath"),
    "defaultlib": _texts("defaultlib", "defaultlib"),
    "nodefaultlib": Spelling(
        "nodefaultlib", _read_nodefaultlib, lambda value: [""] if value else []
    ),
    "include": _texts("include", "include"),
    "export": Spelling(
        "exports", _read_export, lambda value: [_write_export(each) for each in value]
    ),
    "def": _text("def", "def_file"),
    "section": Spelling("sections", _append_section(parse_section), _unprinted),
    "sectionrule": Spelling(
        "sections",
        _append_section(_parse_section_rule),
        lambda value: [_write_section_rule(each) for each in value],
    ),
    "merge": _pairs("merge", "merge"),
    "script": _text("script", "script"),
    "map": Spelling("map", _read_map, lambda value: [value]),
    "implib": _text("implib", "implib"),
    "release": _toggle("release", "release"),
    "timestamp": _integer("timestamp", "timestamp"),
    "dynamicbase": _toggle("dynamicbase", "dynamicbase"),
    "nxcompat": _toggle("nxcompat", "nxcompat"),
    "highentropyva": _toggle("highentropyva", "highentropyva"),
    "integritycheck": _toggle("integritycheck", "integritycheck"),
    "tsaware": _toggle("tsaware", "tsaware"),
    "largeaddressaware": _toggle("largeaddressaware", "largeaddressaware"),
    "alternatename": _pairs("alternatename", "alternatename"),
    "wx": _flag("wx", "warnings_as_errors"),
    "errorlimit": _integer("errorlimit", "errorlimit"),
    "ignore": _texts("ignore", "ignore"),
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
    "brepro": "images are reproducible always",
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
