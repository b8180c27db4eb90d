"""Kinds of GNU ld options: how one option changes a line that is being parsed.

Positional options (``--whole-archive``, ``-Bstatic``) are states of the line, which each input
records; all others set fields of LinkOptions, or the line's own where several of them make a field.

Source: GNU ld manual, "Command-line Options" and "Options Specific to i386 PE Targets".
"""

from collections.abc import Callable
from typing import Final

from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.diagnostics import Diagnostic, LinkError
from ntbuild.pelink.options import SUBSYSTEMS
from ntbuild.support.values import dataclass, field

from .gnu_ld_ignored import Takes
from .numerals import decimal
from .option_kinds import Fields


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
    guard: dict[str, bool] = field(default_factory=dict)
    """--guard-cf and --guard-longjmp, and their negatives."""
    sysroot: str = ""
    nostdlib: bool = False
    static: bool = False
    whole: bool = False
    states: list[tuple[bool, bool]] = field(default_factory=list)
    """(static, whole) of every --push-state that is still open."""
    show: str = ""
    dependencies: str = ""
    version_script: str = ""
    print_map: bool = False
    quiet: bool = False
    """-w: no warnings."""
    exe_suffix: bool = False
    """--force-exe-suffix."""
    warnings: list[Diagnostic] = field(default_factory=list)

    def add_input(self, name: str, *, library: bool = False) -> None:
        """Append an input with the positional options in force here."""
        self.inputs.append(LineInput(name, library, self.static, self.whole))

    def warn(self, message: str) -> None:
        """Record a warning about the line."""
        self.warnings.append(Diagnostic("warning", message))


Act = Callable[[Line, str], None]


@dataclass(frozen=True, slots=True)
class GnuOption:
    """One option. ``takes`` "optional" means a value after ``=`` only, never the next word.

    ``act`` changes the line; it gets an empty text where no value was given. Raises LinkError.
    """

    takes: Takes
    act: Act


def wrong_value(name: str, value: str, expected: str) -> LinkError:
    """The error of a wrong value: ``--name value: expected ...``."""
    return LinkError.of(f"--{name} {value}: expected {expected}")


def number(name: str, text: str) -> int:
    """The value of a decimal or ``0x`` number. Raises LinkError above 64 bits."""
    try:
        value = int(text, 16 if text.lower().startswith("0x") else 10)
    except ValueError:
        raise wrong_value(name, text, "a number") from None
    if not 0 <= value < 1 << 64:
        raise wrong_value(name, text, "a number of at most 64 bits")
    return value


# --- kinds: each gives an option -----------------------------------------------------------------


def setting(field_name: str, *, value: object) -> GnuOption:
    """An option without a value that sets a field."""

    def act(line: Line, _value: str) -> None:
        line.given[field_name] = value

    return GnuOption("nothing", act)


def state(attribute: str, *, value: object) -> GnuOption:
    """An option without a value that sets an attribute of the line."""
    return GnuOption("nothing", lambda line, _value: setattr(line, attribute, value))


def kept(attribute: str) -> GnuOption:
    """An option whose value becomes an attribute of the line."""
    return GnuOption("value", lambda line, value: setattr(line, attribute, value))


def text(field_name: str) -> GnuOption:
    """An option whose value becomes a field; of several the last one is kept."""

    def act(line: Line, value: str) -> None:
        line.given[field_name] = value

    return GnuOption("value", act)


def texts(field_name: str, separators: str = "") -> GnuOption:
    """An option that adds one text to a field, or several between ``separators``."""

    def act(line: Line, value: str) -> None:
        # No word of a command line can contain a NUL, so it can stand for every separator.
        for each in separators:
            value = value.replace(each, "\0")
        words = tuple(word for word in value.split("\0") if word)
        line.given[field_name] = (*line.given.get(field_name, ()), *words)

    return GnuOption("value", act)


def integer(name: str, field_name: str, *, power_of_two: bool = False) -> GnuOption:
    """An option with a number; ``power_of_two`` also bounds it by 2**31."""

    def act(line: Line, value: str) -> None:
        given = number(name, value)
        if power_of_two and (given == 0 or given & (given - 1) or given > 1 << 31):
            raise wrong_value(name, value, "a power of two")
        line.given[field_name] = given

    return GnuOption("value", act)


def sizes(name: str, field_name: str) -> GnuOption:
    """``--name reserve[,commit]`` in bytes; commit is a page when not given."""

    def act(line: Line, value: str) -> None:
        reserve, _, commit = value.partition(",")
        line.given[field_name] = (
            number(name, reserve),
            number(name, commit) if commit else 0x1000,
        )

    return GnuOption("value", act)


def version_part(name: str, field_name: str, part: int) -> GnuOption:
    """``--major-x`` (part 0) and ``--minor-x`` (part 1), joined when the line is complete."""

    def act(line: Line, value: str) -> None:
        given = number(name, value)
        if given > 0xFFFF:
            raise wrong_value(name, value, "at most 65535")
        # With a blank in it the key is no field of LinkOptions; the fields are made of it later.
        line.given.setdefault(f"{field_name} parts", {})[part] = given

    return GnuOption("value", act)


def guard_part(word: str, *, value: bool) -> GnuOption:
    """--guard-cf, --guard-longjmp and their negatives; which words /guard gets is decided later."""

    def act(line: Line, _value: str) -> None:
        line.guard[word] = value

    return GnuOption("nothing", act)


def forced(word: str) -> GnuOption:
    """An option that makes a kind of error a warning, as ``/force:word`` does."""

    def act(line: Line, _value: str) -> None:
        line.given["force"] = tuple(dict.fromkeys((*line.given.get("force", ()), word)))

    return GnuOption("nothing", act)


def not_forced(word: str) -> GnuOption:
    """The negative of ``forced``."""

    def act(line: Line, _value: str) -> None:
        line.given["force"] = tuple(w for w in line.given.get("force", ()) if w != word)

    return GnuOption("nothing", act)


def not_supported(name: str, takes: Takes, hint: str = "") -> GnuOption:
    """An option that is an error, with what to do instead."""

    def act(_line: Line, _value: str) -> None:
        raise LinkError.of(f"{name} is not supported", hint=hint)

    return GnuOption(takes, act)


def without_effect(name: str, takes: Takes, why: str) -> GnuOption:
    """An option that GNU ld obeys and pelink does not; a warning says so."""

    def act(line: Line, _value: str) -> None:
        line.warn(f"{name} has no effect: {why}")

    return GnuOption(takes, act)


# --- single options ------------------------------------------------------------------------------

_UNSUPPORTED_MACHINES: Final = {"arm64ecpe": "arm64ec", "arm64xpe": "arm64x"}


def read_machine(line: Line, value: str) -> None:
    """``-m EMULATION``."""
    for machine in MACHINES.values():
        if value in machine.emulations:
            line.given["machine"] = machine.name
            return
    if value == "llvm":
        raise LinkError.of("-mllvm needs a value")
    known = ", ".join(each for machine in MACHINES.values() for each in machine.emulations)
    what = "is not supported" if value in _UNSUPPORTED_MACHINES else "unrecognised emulation mode"
    raise LinkError.of(f"-m {value}: {what}", hint=f"pelink links {known}")


_SUBSYSTEM_WORDS: Final = {
    "efi_app": "efi_application",
    "efi_bsd": "efi_boot_service_driver",
    "efi_rtd": "efi_runtime_driver",
    # ld's name of subsystem 13, which the PE format calls EFI_ROM.
    "sal_rtd": "efi_rom",
}


def read_subsystem(line: Line, value: str) -> None:
    """``--subsystem NAME-OR-NUMBER[:major[.minor]]``."""
    word, colon, version = value.partition(":")
    name = word.lower().replace("-", "_")
    if (number := decimal(word)) is not None:
        name = next((each for each, code in SUBSYSTEMS.items() if code == number), word)
    name = _SUBSYSTEM_WORDS.get(name, name)
    if name not in SUBSYSTEMS:
        raise wrong_value("subsystem", value, f"one of {', '.join(SUBSYSTEMS)}")
    line.given["subsystem"] = name
    if colon:
        parts = [decimal(part) for part in version.split(".")]
        if len(parts) > 2 or not all(part is not None and part <= 0xFFFF for part in parts):
            raise wrong_value("subsystem", value, "a version such as 10.0 after the colon")
        line.given["subsystem_version parts"] = dict(enumerate(parts))


def push_state(line: Line, _value: str) -> None:
    """--push-state: remember the positional options."""
    line.states.append((line.static, line.whole))


def pop_state(line: Line, _value: str) -> None:
    """--pop-state: restore the positional options of the last --push-state."""
    if not line.states:
        raise LinkError.of("--pop-state without --push-state")
    line.static, line.whole = line.states.pop()


def insert_timestamp(line: Line, value: str) -> None:
    """``--insert-timestamp[=seconds]``, which takes --no-insert-timestamp back."""
    # Without a value ld writes the current time; images of pelink do not depend on the clock.
    line.given.pop("timestamp", None)
    if value:
        stamp = number("insert-timestamp", value)
        if stamp > 0xFFFFFFFF:
            raise wrong_value("insert-timestamp", value, "a number of at most 32 bits")
        line.given["timestamp"] = stamp


def unresolved(line: Line, value: str) -> None:
    """``--unresolved-symbols=METHOD``."""
    ignores = {"ignore-all": True, "ignore-in-object-files": True}
    keeps = {"report-all": False, "ignore-in-shared-libs": False}
    states = {**ignores, **keeps}
    if value not in states:
        raise wrong_value("unresolved-symbols", value, f"one of {', '.join(states)}")
    act = forced("unresolved") if states[value] else not_forced("unresolved")
    act.act(line, value)


def read_icf(line: Line, value: str) -> None:
    """``--icf=none|safe|all``."""
    if value not in ("none", "safe", "all"):
        raise wrong_value("icf", value, "none, safe or all")
    line.given["icf"] = value


_FORMATS: Final = ("default", "pe-x86-64", "pe-i386", "pe-aarch64-little", "pe-arm-little")


def read_input_format(_line: Line, value: str) -> None:
    """``-b FORMAT``: the formats of COFF objects, which are recognized anyway."""
    if value not in _FORMATS and value.replace("pei-", "pe-") not in _FORMATS:
        raise LinkError.of(
            f"--format={value} is not supported",
            hint=f"inputs are {', '.join(_FORMATS[1:])}; objcopy -I binary makes an object",
        )


def read_output_format(_line: Line, value: str) -> None:
    """``--oformat FORMAT``: the formats of PE images."""
    if value not in _FORMATS and not value.startswith("pei-"):
        raise LinkError.of(f"--oformat {value} is not supported", hint="pelink writes PE images")


def read_definition(line: Line, value: str) -> None:
    """``--defsym NAME=EXPRESSION``."""
    name, equals, expression = value.partition("=")
    if not (name and equals and expression.strip()):
        raise wrong_value("defsym", value, "NAME=EXPRESSION")
    line.given["defsym"] = (*line.given.get("defsym", ()), (name, expression.strip()))


def read_pdb(line: Line, value: str) -> None:
    """``--pdb=FILE``, empty for the image's name: /debug and /pdb, as lld's ld maps it."""
    line.given["debug"] = "full"
    if value:
        line.given["pdb"] = value


def section_address(name: str) -> GnuOption:
    """``-Ttext ADDRESS`` and the like: a hexadecimal address, with or without ``0x``."""

    def act(line: Line, value: str) -> None:
        place_section(line, name, value, f"-T{name.removeprefix('.')}")

    return GnuOption("value", act)


def section_start(line: Line, value: str) -> None:
    """``--section-start=NAME=ADDRESS``."""
    name, equals, address = value.partition("=")
    if not (name and equals):
        raise wrong_value("section-start", value, "NAME=ADDRESS")
    place_section(line, name, address, "--section-start")


def place_section(line: Line, name: str, address: str, option: str) -> None:
    """Add (section name, address) to the line's section addresses. Raises LinkError."""
    try:
        where = int(address, 16)
    except ValueError:
        where = -1
    if not 0 <= where < 1 << 64:
        raise LinkError.of(f"{option} {address}: expected a hexadecimal address")
    line.given["section_start"] = (*line.given.get("section_start", ()), (name, where))
