"""GNU ld's command line as LinkOptions and inputs: the second spelling of the one linker.

gcc, clang and rustc call a linker as ``ld -m i386pep -o a.exe crt2.o -L... -lmingw32 ...``. The
options are a table (``gnu_ld_options``); this module splits words, finds libraries, and fills in
ld's defaults.

Several options depend on others, wherever they stand on the line, so values are only complete
when the whole line is read: every ``-L`` applies to every ``-l``; the machine decides defaults
and may only be known from the linker's own name or from the first object; and
``--major-os-version`` is half a field.

Sources: GNU ld manual; the defaults of ld 2.40, read off its images.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ntbuild.pelink.diagnostics import Diagnostic, LinkError
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.inputs import read_text
from ntbuild.support.paths import is_file
from ntbuild.support.values import dataclass, replace

from .gnu_ld_kinds import Line, LineInput
from .gnu_ld_options import option_of
from .library_search import (
    default_folders,
    find_namespec,
    machine_of_objects,
    machine_of_program,
    with_sysroot,
)
from .link_exe import parse_command_line
from .link_exe_environment import source_date
from .option_kinds import Fields
from .version_script import VersionScript, parse_version_script

_ENTRIES: Final = {
    "native": "NtProcessStartup",
    "windows": "WinMainCRTStartup",
    "console": "mainCRTStartup",
    "posix": "__PosixProcessStartup",
}
_DLL_ENTRY: Final = "DllMainCRTStartup"

_LIBRARY_SUFFIXES: Final = (".a", ".lib", ".dll")
"""Suffixes of files that are read once however often the line names them."""

_DEFAULTS: Final[Fields] = {
    "mingw": True,
    "subsystem": "console",
    "ref": False,
    "release": True,
    "tsaware": False,
    "stack": (0x200000, 0x1000),
    "os_version": (4, 0),
    "out": "a.exe",
    "debug": "dwarf",
    "build_id": False,
}
"""Fields of LinkOptions that differ from link.exe's defaults, on every machine."""

_MACHINE_DEFAULTS: Final[dict[str | None, Fields]] = {
    "x64": {"subsystem_version": (5, 2), "version": (0, 0)},
    "x86": {"subsystem_version": (4, 0), "version": (1, 0)},
    "arm64": {"subsystem_version": (6, 2), "os_version": (6, 2)},
    "arm": {"subsystem_version": (6, 2), "os_version": (6, 2)},
}
"""The same where the machine decides; ``_as_driver`` leaves them to the driver profile."""


@dataclass(frozen=True, slots=True)
class GnuLine:
    """A parsed line: options and inputs, and what to print before the link or in its place.

    ``show`` is "", "version" (then the link goes on if there are inputs), "version only", "help".
    ``dependencies`` is the file of make rules to write, that list the image's inputs (or "").
    ``print_map`` prints the map, ``quiet`` no warnings. ``files_read`` are files that were read to
    know the options.
    """

    options: LinkOptions
    inputs: tuple[str, ...]
    show: str = ""
    dependencies: str = ""
    print_map: bool = False
    quiet: bool = False
    warnings: tuple[Diagnostic, ...] = ()
    files_read: tuple[str, ...] = ()

    def rule(self) -> str:
        """Make rules: the image depends on every input, and each input on nothing.

        The empty rules keep make going when an input was deleted, as ``cc -MP`` does.
        """
        quoted = [_quoted(name) for name in dict.fromkeys(self.inputs)]
        head = " \\\n  ".join([f"{_quoted(self.options.out or '')}:", *quoted])
        return "\n\n".join([head, *(f"{name}:" for name in quoted)]) + "\n"


def parse_gnu_command_line(
    argv: Sequence[str], program: str = "ld", environment: Mapping[str, str] | None = None
) -> GnuLine:
    """Options and inputs of an ld command line (response files already filled in).

    Raises LinkError naming every option that is unknown or has a wrong value, and every library
    that is not found.
    """
    line = Line()
    _read(line, list(argv))
    if line.link_words:
        _take_link_words(line)
    if line.show in ("help", "version only") or (line.show and not line.inputs):
        return GnuLine(LinkOptions(), (), line.show)
    # From the most explicit source to the least: -m, the program's name, the first object.
    machine = (
        line.given.get("machine")
        or machine_of_program(program)
        or machine_of_objects([each.name for each in line.inputs if not each.library])
    )
    if machine:
        line.given["machine"] = machine
    inputs, whole = _resolved(line, machine, program)
    given = _completed(line, machine, environment or {})
    if whole:
        given["wholearchive"] = whole
    files = tuple(path for path in inputs if not _is_definition(path))
    definitions = [path for path in inputs if _is_definition(path)]
    if definitions:
        given["def_file"] = definitions[-1]
    return GnuLine(
        replace(LinkOptions(), **given),
        files,
        line.show,
        line.dependencies,
        line.print_map,
        line.quiet,
        tuple(line.warnings),
        (line.version_script,) if line.version_script else (),
    )


def _is_definition(path: str) -> bool:
    return path.lower().endswith(".def")


def _quoted(name: str) -> str:
    return name.replace(" ", "\\ ").replace("#", "\\#").replace("$", "$$")


# --- words ---------------------------------------------------------------------------------------


def _read(line: Line, words: list[str]) -> None:
    errors: list[LinkError] = []
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if not word.startswith("-") or word == "-":
            line.add_input(word)
            continue
        try:
            option, name, value = option_of(word)
            if option.takes == "value" and value is None:
                if position == len(words):
                    raise LinkError.of(f"option {word} needs a value")
                value, position = words[position], position + 1
            elif option.takes == "nothing" and value is not None:
                raise LinkError.of(f"option {name} takes no value, not {value}")
            option.act(line, value or "")
        except LinkError as error:
            errors.append(error)
    if errors:
        raise LinkError(tuple(each for error in errors for each in error.diagnostics))


# --- values that depend on the whole line --------------------------------------------------------


def _resolved(line: Line, machine: str | None, program: str) -> tuple[list[str], tuple[str, ...]]:
    """Inputs as paths, and those of them whose members are all linked (--whole-archive).

    Raises LinkError with a diagnostic for every library that is in no folder.
    """
    folders = [with_sysroot(folder, line.sysroot) for folder in line.folders]
    if not line.nostdlib:
        folders += default_folders(machine, program, line.sysroot)
    paths: list[str] = []
    whole: dict[str, None] = {}
    missing: dict[str, None] = {}
    found: dict[LineInput, str | None] = {}
    for each in line.inputs:
        path: str | None = each.name
        if each.library:
            if each not in found:
                found[each] = find_namespec(each.name, folders, static=each.static)
            path = found[each]
        if path is None:
            missing[each.name] = None
            continue
        # One mention inside --whole-archive is enough, even if an earlier one is outside.
        if each.whole:
            whole[path] = None
        if path not in paths or not (each.library or path.lower().endswith(_LIBRARY_SUFFIXES)):
            paths.append(path)
    if missing:
        raise LinkError(
            tuple(
                each
                for name in missing
                for each in LinkError.of(f"unable to find library -l{name}").diagnostics
            )
        )
    line.given["libpath"] = tuple(folders)
    if "script" in line.given:
        line.given["script"] = _script_path(line.given["script"], folders)
    return paths, tuple(whole)


def _script_path(name: str, folders: Sequence[str]) -> str:
    """The path of ``-T name``: as it is, else in the folders of libraries."""
    if is_file(name):
        return name
    candidates = (f"{folder}/{name}" for folder in folders)
    return next((path for path in candidates if is_file(path)), name)


def _completed(line: Line, machine: str | None, environment: Mapping[str, str]) -> Fields:
    """LinkOptions' fields: ld's defaults, then the line's, with halves of versions joined."""
    given = dict(line.given)
    defaults: Fields = {**_DEFAULTS, **_MACHINE_DEFAULTS.get(machine, {})}
    for name in ("os_version", "version", "subsystem_version"):
        parts: dict[int, int] = given.pop(f"{name} parts", {})
        if parts:
            # A major part alone makes the minor one 0; a minor part alone keeps the default major.
            major, minor = defaults.get(name, (0, 0))
            given[name] = parts.get(0, major), parts.get(1, 0 if 0 in parts else minor)
    merged: dict[str, Any] = {**defaults, **given}
    merged |= _entry(given, merged)
    # An image that is never moved gains nothing from 64-bit address space randomization.
    if merged.get("dynamicbase") is False or merged.get("fixed"):
        merged["highentropyva"] = False
    if "implib" not in given:
        merged["noimplib"] = True
    if "timestamp" not in given and (epoch := source_date(environment)) is not None:
        merged["timestamp"] = epoch
    if line.version_script:
        script = _version_script(line.version_script)
        merged |= {"auto_export": script.exported, "auto_hide": script.hidden}
    merged |= _guard(line)
    if line.exe_suffix and not merged["out"].lower().endswith((".exe", ".dll")):
        merged["out"] += ".exe"
    return _as_driver(given, merged) if merged.get("driver") else merged


def _version_script(name: str) -> VersionScript:
    try:
        text = read_text(name)
    except OSError as error:
        raise LinkError.of(f"could not open '{name}': {error.strerror}") from None
    return parse_version_script(text, name)


def _guard(line: Line) -> Fields:
    """/guard's words for --guard-cf and --guard-longjmp, as lld's MinGW driver maps them."""
    if line.guard.get("cf"):
        longjmp = "longjmp" if line.guard.get("longjmp", True) else "nolongjmp"
        return {"guard": f"cf,{longjmp}"}
    if line.guard.get("longjmp"):
        line.warn("--guard-longjmp only takes effect when used with --guard-cf")
    return {}


def _entry(given: Fields, merged: Fields) -> Fields:
    if given.get("entry") in ("0", "0x0"):
        return {"entry": None, "noentry": True}
    if "entry" in given:
        return {}
    if merged.get("dll"):
        return {"entry": _DLL_ENTRY}
    return {"entry": _ENTRIES.get(merged["subsystem"], "efi_main")}


def _as_driver(given: Fields, merged: Fields) -> Fields:
    """For a driver the driver profile decides what the line leaves open, not ld's defaults."""
    decided = {**_DEFAULTS, **_MACHINE_DEFAULTS["x64"], "entry": None}
    # ``out`` goes with ld's other defaults and is put back below: drivers have a.exe, too.
    kept = {name: value for name, value in merged.items() if name in given or name not in decided}
    return {**kept, "out": merged["out"]}


def _take_link_words(line: Line) -> None:
    """Merge the options of ``-Xlink=/opt:icf``: those that only link.exe's spelling has."""
    parsed = parse_command_line(line.link_words)
    if parsed.inputs:
        raise LinkError.of(f"-Xlink={parsed.inputs[0]}: not an option")
    default = LinkOptions()
    # A word that sets a field to its default is not seen here, and undoes no option of ld's.
    for name in LinkOptions.__dataclass_fields__:
        value = getattr(parsed.options, name)
        if value != getattr(default, name):
            line.given[name] = value
