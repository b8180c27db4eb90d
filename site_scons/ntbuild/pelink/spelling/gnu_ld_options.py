"""GNU ld's options as a table: how each takes its value, and what it means in LinkOptions.

A row reads one option into a line that is being parsed. ld's syntax is loose: ``-x`` and ``--x``
are the same option, a value follows ``=`` or is the next word, and one-letter options take it
joined (``-lfoo``). Positional options (``--whole-archive``, ``-Bstatic``) are states of the line,
which each input records.

Source: GNU ld manual, "Command-line Options" and "Options Specific to i386 PE Targets"; the
options that gcc, clang and rustc pass; ld 2.40's own list.
"""

from collections.abc import Callable
from typing import Final, Literal

from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.options import SUBSYSTEMS
from ntbuild.support.values import dataclass, field

from .gnu_ld_ignored import WITHOUT_EFFECT, WITHOUT_EFFECT_JOINED, WITHOUT_EFFECT_VALUED
from .numerals import decimal
from .option_kinds import Fields

Takes = Literal["nothing", "value", "optional"]


@dataclass(frozen=True, slots=True)
class LineInput:
    """One input of a line, with the positional options that were in force where it stands."""

    name: str
    """A path, or what follows ``-l``."""
    library: bool
    """Whether ``name`` is to be searched for."""
    static: bool
    """-Bstatic: no import libraries and DLLs."""
    whole: bool
    """--whole-archive: every member is linked."""


@dataclass(slots=True)
class Line:
    """A command line while it is being read."""

    given: Fields = field(default_factory=dict)
    inputs: list[LineInput] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    """-L, before the sysroot is filled in."""
    link_words: list[str] = field(default_factory=list)
    """-Xlink: words of link.exe's spelling."""
    sysroot: str = ""
    nostdlib: bool = False
    static: bool = False
    whole: bool = False
    states: list[tuple[bool, bool]] = field(default_factory=list)
    """(static, whole) of every --push-state that is still open."""
    show: str = ""
    dependencies: str = ""

    def add_input(self, name: str, *, library: bool = False) -> None:
        """Append an input with the positional options in force here."""
        self.inputs.append(LineInput(name, library, self.static, self.whole))


Act = Callable[[Line, str], None]


@dataclass(frozen=True, slots=True)
class GnuOption:
    """One option. ``takes`` "optional" means a value after ``=`` only, never the next word.

    ``act`` changes the line; it gets an empty text where no value was given. Raises LinkError.
    """

    takes: Takes
    act: Act


def _error(name: str, value: str, expected: str) -> LinkError:
    return LinkError.of(f"--{name} {value}: expected {expected}")


def number(name: str, text: str) -> int:
    """The value of a decimal or ``0x`` number. Raises LinkError above 64 bits."""
    try:
        value = int(text, 16 if text.lower().startswith("0x") else 10)
    except ValueError:
        raise _error(name, text, "a number") from None
    if not 0 <= value < 1 << 64:
        raise _error(name, text, "a number of at most 64 bits")
    return value


def _ignored(_line: Line, _value: str) -> None:
    pass


def _set(field_name: str, value: object) -> GnuOption:
    def act(line: Line, _value: str) -> None:
        line.given[field_name] = value

    return GnuOption("nothing", act)


def _state(attribute: str, value: object) -> GnuOption:
    return GnuOption("nothing", lambda line, _value: setattr(line, attribute, value))


def _text(field_name: str) -> GnuOption:
    def act(line: Line, value: str) -> None:
        line.given[field_name] = value

    return GnuOption("value", act)


def _texts(field_name: str, separators: str = "") -> GnuOption:
    def act(line: Line, value: str) -> None:
        for each in separators:
            value = value.replace(each, "\0")
        words = tuple(word for word in value.split("\0") if word)
        line.given[field_name] = (*line.given.get(field_name, ()), *words)

    return GnuOption("value", act)


def _number(name: str, field_name: str, *, power_of_two: bool = False) -> GnuOption:
    def act(line: Line, value: str) -> None:
        given = number(name, value)
        if power_of_two and (given == 0 or given & (given - 1) or given > 1 << 31):
            raise _error(name, value, "a power of two")
        line.given[field_name] = given

    return GnuOption("value", act)


def _sizes(name: str, field_name: str) -> GnuOption:
    def act(line: Line, value: str) -> None:
        reserve, _, commit = value.partition(",")
        line.given[field_name] = (
            number(name, reserve),
            number(name, commit) if commit else 0x1000,
        )

    return GnuOption("value", act)


def _version_part(name: str, field_name: str, part: int) -> GnuOption:
    """``--major-x`` (part 0) and ``--minor-x`` (part 1), joined when the line is complete."""

    def act(line: Line, value: str) -> None:
        given = number(name, value)
        if given > 0xFFFF:
            raise _error(name, value, "at most 65535")
        line.given.setdefault(f"{field_name} parts", {})[part] = given

    return GnuOption("value", act)


_UNSUPPORTED_MACHINES: Final = {"arm64ecpe": "arm64ec", "arm64xpe": "arm64x"}


def _machine(line: Line, value: str) -> None:
    for machine in MACHINES.values():
        if value in machine.emulations:
            line.given["machine"] = machine.name
            return
    known = ", ".join(each for machine in MACHINES.values() for each in machine.emulations)
    what = "is not supported" if value in _UNSUPPORTED_MACHINES else "unrecognised emulation mode"
    raise LinkError.of(f"-m {value}: {what}", hint=f"pelink links {known}")


_SUBSYSTEM_WORDS: Final = {
    "efi_app": "efi_application",
    "efi_bsd": "efi_boot_service_driver",
    "efi_rtd": "efi_runtime_driver",
    "sal_rtd": "efi_rom",
}


def _subsystem(line: Line, value: str) -> None:
    word, colon, version = value.partition(":")
    name = word.lower().replace("-", "_")
    if (number := decimal(word)) is not None:
        name = next((each for each, code in SUBSYSTEMS.items() if code == number), word)
    name = _SUBSYSTEM_WORDS.get(name, name)
    if name not in SUBSYSTEMS:
        raise _error("subsystem", value, f"one of {', '.join(SUBSYSTEMS)}")
    line.given["subsystem"] = name
    if colon:
        parts = [decimal(part) for part in version.split(".")]
        if len(parts) > 2 or not all(part is not None and part <= 0xFFFF for part in parts):
            raise _error("subsystem", value, "a version such as 10.0 after the colon")
        line.given["subsystem_version parts"] = dict(enumerate(parts))


def _not_supported(name: str, hint: str = "") -> GnuOption:
    def act(_line: Line, _value: str) -> None:
        raise LinkError.of(f"{name} is not supported", hint=hint)

    return GnuOption("optional", act)


def _emulated(name: str, takes: Takes, hint: str) -> GnuOption:
    def act(_line: Line, _value: str) -> None:
        raise LinkError.of(f"{name} is not supported", hint=hint)

    return GnuOption(takes, act)


def _push_state(line: Line, _value: str) -> None:
    line.states.append((line.static, line.whole))


def _pop_state(line: Line, _value: str) -> None:
    if not line.states:
        raise LinkError.of("--pop-state without --push-state")
    line.static, line.whole = line.states.pop()


def _insert_timestamp(line: Line, value: str) -> None:
    # Without a value ld writes the current time; images of pelink do not depend on the clock.
    if value:
        line.given["timestamp"] = number("insert-timestamp", value)


def _wdm_driver(line: Line, _value: str) -> None:
    line.given["driver"] = "wdm"


def _forced(word: str) -> GnuOption:
    def act(line: Line, _value: str) -> None:
        line.given["force"] = tuple(dict.fromkeys((*line.given.get("force", ()), word)))

    return GnuOption("nothing", act)


def _not_forced(line: Line, _value: str) -> None:
    line.given["force"] = tuple(w for w in line.given.get("force", ()) if w != "unresolved")


def _unresolved(line: Line, value: str) -> None:
    ignores = {"ignore-all": True, "ignore-in-object-files": True}
    keeps = {"report-all": False, "ignore-in-shared-libs": False}
    states = {**ignores, **keeps}
    if value not in states:
        raise _error("unresolved-symbols", value, f"one of {', '.join(states)}")
    _not_forced(line, value)
    if states[value]:
        _forced("unresolved").act(line, value)


def _build_id(line: Line, value: str) -> None:
    line.given["build_id"] = value != "none"


def _demangle(line: Line, _value: str) -> None:
    line.given["demangle"] = True


def _library(line: Line, value: str) -> None:
    line.add_input(value, library=True)


def _folder(line: Line, value: str) -> None:
    line.folders.append(value)


def _dll(line: Line, _value: str) -> None:
    line.given["dll"] = True


_NOTHING: Final = GnuOption("nothing", _ignored)
_IGNORED_VALUE: Final = GnuOption("value", _ignored)
_IGNORED_OPTIONAL: Final = GnuOption("optional", _ignored)

SHORT: Final[dict[str, GnuOption]] = {
    "o": _text("out"),
    "e": _text("entry"),
    "L": GnuOption("value", _folder),
    "l": GnuOption("value", _library),
    "m": GnuOption("value", _machine),
    "u": _texts("include"),
    "T": _text("script"),
    "O": _IGNORED_OPTIONAL,
    "h": _IGNORED_VALUE,
    "b": _IGNORED_VALUE,
    "A": _IGNORED_VALUE,
    "y": _IGNORED_VALUE,
    "z": _IGNORED_VALUE,
    "G": _IGNORED_VALUE,
    "I": _IGNORED_VALUE,
}
"""One-letter options with a value, joined or as the next word."""

_PARTS: Final = ("major", "minor")

LONG: Final[dict[str, GnuOption]] = {
    "output": SHORT["o"],
    "entry": SHORT["e"],
    "library-path": SHORT["L"],
    "library": SHORT["l"],
    "undefined": SHORT["u"],
    "require-defined": SHORT["u"],
    "script": SHORT["T"],
    "default-script": SHORT["T"],
    "shared": GnuOption("nothing", _dll),
    "Bshareable": GnuOption("nothing", _dll),
    "dll": GnuOption("nothing", _dll),
    "subsystem": GnuOption("value", _subsystem),
    "image-base": _number("image-base", "base"),
    "section-alignment": _number("section-alignment", "align", power_of_two=True),
    "file-alignment": _number("file-alignment", "filealign", power_of_two=True),
    "stack": _sizes("stack", "stack"),
    "heap": _sizes("heap", "heap"),
    **{
        f"{part}-{word}-version": _version_part(f"{part}-{word}-version", field_name, number_)
        for number_, part in enumerate(_PARTS)
        for word, field_name in (
            ("os", "os_version"),
            ("image", "version"),
            ("subsystem", "subsystem_version"),
        )
    },
    "gc-sections": _set("ref", value=True),
    "no-gc-sections": _set("ref", value=False),
    "icf": GnuOption("value", lambda line, value: line.link_words.append(f"/opt:{_icf(value)}")),
    "Map": _text("map"),
    "linker-report": _text("linkerreport"),
    "out-implib": _text("implib"),
    "output-def": _text("output_def"),
    "exclude-all-symbols": _set("exclude_all_symbols", value=True),
    "export-all-symbols": _set("export_all_symbols", value=True),
    "exclude-symbols": _texts("exclude_symbols", ",:"),
    "exclude-libs": _texts("exclude_libs", ",:"),
    "exclude-modules-for-implib": _IGNORED_VALUE,
    "enable-auto-import": _set("auto_import", value=True),
    "disable-auto-import": _set("auto_import", value=False),
    "enable-runtime-pseudo-reloc": _set("runtime_pseudo_reloc", value=True),
    "enable-runtime-pseudo-reloc-v1": _emulated(
        "--enable-runtime-pseudo-reloc-v1", "nothing", "mingw-w64's runtime reads version 2"
    ),
    "enable-runtime-pseudo-reloc-v2": _set("runtime_pseudo_reloc", value=True),
    "disable-runtime-pseudo-reloc": _set("runtime_pseudo_reloc", value=False),
    "enable-stdcall-fixup": _set("stdcall_fixup", value=True),
    "disable-stdcall-fixup": _set("stdcall_fixup", value=False),
    "kill-at": _set("kill_at", value=True),
    "add-stdcall-alias": _emulated("--add-stdcall-alias", "nothing", "--kill-at, or a .def file"),
    "dynamicbase": _set("dynamicbase", value=True),
    "disable-dynamicbase": _set("dynamicbase", value=False),
    "nxcompat": _set("nxcompat", value=True),
    "disable-nxcompat": _set("nxcompat", value=False),
    "high-entropy-va": _set("highentropyva", value=True),
    "disable-high-entropy-va": _set("highentropyva", value=False),
    "forceinteg": _set("integritycheck", value=True),
    "disable-forceinteg": _set("integritycheck", value=False),
    "tsaware": _set("tsaware", value=True),
    "disable-tsaware": _set("tsaware", value=False),
    "large-address-aware": _set("largeaddressaware", value=True),
    "disable-large-address-aware": _set("largeaddressaware", value=False),
    "enable-reloc-section": _set("fixed", value=False),
    "disable-reloc-section": _set("fixed", value=True),
    "wdmdriver": GnuOption("nothing", _wdm_driver),
    "disable-wdmdriver": _set("driver", value=""),
    "insert-timestamp": GnuOption("optional", _insert_timestamp),
    "no-insert-timestamp": _set("timestamp", value=0),
    "whole-archive": _state("whole", value=True),
    "no-whole-archive": _state("whole", value=False),
    **dict.fromkeys(("Bstatic", "dn", "non_shared", "static"), _state("static", value=True)),
    **dict.fromkeys(("Bdynamic", "dy", "call_shared"), _state("static", value=False)),
    "push-state": GnuOption("nothing", _push_state),
    "pop-state": GnuOption("nothing", _pop_state),
    "nostdlib": _state("nostdlib", value=True),
    "sysroot": GnuOption("value", lambda line, value: setattr(line, "sysroot", value)),
    **dict.fromkeys(("s", "strip-all"), _set("debug", value=None)),
    **dict.fromkeys(("S", "strip-debug"), _set("debug", value="symtab")),
    **dict.fromkeys(("no-bind", "disable-bind"), _set("allowbind", value=False)),
    "disable-no-bind": _set("allowbind", value=True),
    "no-isolation": _set("allowisolation", value=False),
    "disable-no-isolation": _set("allowisolation", value=True),
    "no-seh": _set("noseh", value=True),
    "disable-no-seh": _set("noseh", value=False),
    "appcontainer": _set("appcontainer", value=True),
    "disable-appcontainer": _set("appcontainer", value=False),
    "allow-multiple-definition": _forced("multiple"),
    **dict.fromkeys(("warn-unresolved-symbols", "noinhibit-exec"), _forced("unresolved")),
    "error-unresolved-symbols": GnuOption("nothing", _not_forced),
    "unresolved-symbols": GnuOption("value", _unresolved),
    "print-gc-sections": _set("printgc", value=True),
    "no-print-gc-sections": _set("printgc", value=False),
    "build-id": GnuOption("optional", _build_id),
    "verbose": _set("verbose", value=True),
    "demangle": GnuOption("optional", _demangle),
    "no-demangle": _set("demangle", value=False),
    "why-live": _texts("whylive"),
    "print-gc": _set("printgc", value=True),
    "print-icf": _set("printicf", value=True),
    "size-report": _set("sizereport", value=True),
    "fatal-warnings": _set("warnings_as_errors", value=True),
    "no-fatal-warnings": _set("warnings_as_errors", value=False),
    "dependency-file": GnuOption("value", lambda line, value: setattr(line, "dependencies", value)),
    "Xlink": GnuOption("value", lambda line, value: line.link_words.append(value)),
    "v": _state("show", value="version"),
    "V": _state("show", value="version"),
    "version": _state("show", value="version only"),
    "help": _state("show", value="help"),
    **dict.fromkeys(
        ("r", "i", "relocatable", "Ur"),
        _not_supported("-r (output that can be linked again)", "pelink makes images only"),
    ),
    "defsym": _emulated("--defsym", "value", "a linker script can assign symbols"),
    "wrap": _texts("wrap"),
    "just-symbols": _emulated("--just-symbols", "value", "name an import library or a DLL"),
    "version-script": _emulated("--version-script", "value", "a .def file lists exports"),
    "section-start": _emulated("--section-start", "value", "the image's layout follows its base"),
    "oformat": _emulated("--oformat", "value", "pelink writes PE images only"),
}
"""Options by their name without dashes; each may be spelled with one dash or two."""


def _icf(value: str) -> str:
    words = {"none": "noicf", "safe": "safeicf", "all": "icf"}
    if value not in words:
        raise _error("icf", value, "none, safe or all")
    return words[value]


for _name in WITHOUT_EFFECT:
    LONG.setdefault(_name, _NOTHING)
for _name in WITHOUT_EFFECT_VALUED:
    LONG.setdefault(_name, _IGNORED_VALUE)
for _name in WITHOUT_EFFECT_JOINED:
    LONG.setdefault(_name, _IGNORED_OPTIONAL)
