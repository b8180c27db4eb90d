"""The link.exe spelling of LinkOptions, both ways.

``/name:value`` and ``-name:value``, names in any case; the options are the table in
``link_exe_options``. The command that a build prints must be one that a user can run, so every
field has a spelling, and ``options_from_argv(options_to_argv(options)) == options`` for all values
(a property test).

Sources: Microsoft "Linker options" pages; lld-link 19 as it behaves.
"""

import os
from collections.abc import Mapping, Sequence
from errno import ENOENT
from functools import lru_cache
from typing import Final

from ntbuild.pelink.diagnostics import Diagnostic, LinkError
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import dataclass, fields, replace

from .library_search import machine_of_objects
from .link_exe_environment import Kits, library_folders, source_date
from .link_exe_ignored import ACCEPTED_WITHOUT_EFFECT, HARMLESS_VALUES, NOT_SUPPORTED
from .link_exe_options import ALIASES, EXTRA_WRITES, SPELLINGS
from .option_kinds import Fields, needed


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A parsed command line: options, the inputs in the order given, and warnings."""

    options: LinkOptions
    inputs: tuple[str, ...]
    warnings: tuple[Diagnostic, ...] = ()
    unknown: tuple[str, ...] = ()
    """Words of ``warnings`` that are no option of any link.exe known here."""


_KITS: Final = tuple(field.name for field in fields(Kits))
_GROUPS: Final = ("start-lib", "end-lib")
_TWO_DASHES: Final = ("version", "help")
"""Options that only stand alone, which a misspelt option may have meant."""


@dataclass(slots=True)
class _Line:
    """A command line while it is being read."""

    given: Fields
    inputs: list[str]
    kits: dict[str, str]
    """Fields of Kits."""
    warnings: list[str]
    unknown: list[tuple[str, str]]
    """(word, name) of options that no table has."""
    lazy: bool = False
    """Whether the next input is between /start-lib and /end-lib."""
    use_lib: bool = True
    """Whether LIB's folders are searched (/lldignoreenv clears it)."""

    def take(self, word: str) -> None:
        """Read one word, an option or an input. Raises LinkError."""
        if not _is_option(word):
            self.inputs.append(word)
            if self.lazy:
                self.given["lazy"] = (*self.given.get("lazy", ()), word)
            return
        name, value = _parts(word)
        if name in _GROUPS:
            if self.lazy == (name == "start-lib"):
                text = "nested -start-lib" if self.lazy else "stray -end-lib"
                raise LinkError.of(text)
            self.lazy = not self.lazy
        elif name in _KITS:
            self.kits[name] = needed(name, value)
        elif name == "lldignoreenv":
            self.use_lib = False
        elif name == "lib":
            self.warnings.append("ignoring /lib since it's not the first argument")
        # ``/version`` without a value is taken for a misspelt ``--version``.
        elif is_known(name) and (name, value) != ("version", None):
            _read_option(name, value, word, self.given)
        else:
            self.unknown.append((word, name))


def parse_command_line(
    argv: Sequence[str], environment: Mapping[str, str] | None = None
) -> CommandLine:
    """Options and inputs of a link.exe command line (response files already filled in).

    ``environment`` gives LIB, folders for libraries, and SOURCE_DATE_EPOCH; the process's own is
    never read. An unknown option is a warning, as with lld-link, but an error for a driver: the
    image would lack what the option is for. Raises LinkError naming every option that is unknown
    in this sense or has a wrong value.
    """
    line = _Line({}, [], {}, [], [])
    errors: list[LinkError] = []
    words = iter(argv)
    for word in words:
        following = next(words, "") if word.lower() in _VALUE_FOLLOWS else ""
        try:
            line.take(_VALUE_FOLLOWS[word.lower()] + following if following else word)
        except LinkError as error:
            errors.append(error)
    diagnostics = [each for error in errors for each in error.diagnostics]
    warnings = [*line.warnings, *line.given.pop("warnings", ())]
    for word, name in line.unknown:
        near = _nearest(name)
        if line.given.get("driver"):
            hint = f"did you mean /{near}?" if near else "pelink /help lists the options"
            diagnostics.append(Diagnostic("error", f"unknown option: {word}", hint=hint))
        elif near and word.startswith("/"):
            # lld-link takes such a word for a file; a word that is near nothing may be an option
            # of a newer link.exe, so it only warns.
            text = f"could not open '{word}': {os.strerror(ENOENT)}; did you mean '/{near}'"
            diagnostics.append(Diagnostic("error", text))
        else:
            dashes = "--" if near in _TWO_DASHES or word.startswith("--") else "-"
            suggestion = f", did you mean '{dashes}{near}'" if near else ""
            warnings.append(f"ignoring unknown argument '{word}'{suggestion}")
    if diagnostics:
        raise LinkError(tuple(diagnostics))
    if line.kits or (environment and environment.get("LIB")):
        machine = line.given.get("machine") or machine_of_objects(line.inputs)
        found = library_folders(Kits(**line.kits), machine, environment or {}, use_lib=line.use_lib)
        line.given["libpath"] = (*line.given.get("libpath", ()), *found)
    if "timestamp" not in line.given and (epoch := source_date(environment or {})) is not None:
        line.given["timestamp"] = epoch
    return CommandLine(
        replace(LinkOptions(), **line.given),
        tuple(line.inputs),
        tuple(Diagnostic("warning", text) for text in warnings),
        tuple(word for word, _name in line.unknown),
    )


_VALUE_FOLLOWS: Final = {"-t": "/script:", "--why-live": "/whylive:"}
"""Options whose value is the next word."""


def _parts(word: str) -> tuple[str, str | None]:
    """An option's name in lower case and its value; ``--print-gc=x`` is ``/printgc:x``."""
    if word.startswith("--"):
        name, mark, value = word[2:].replace("=", ":", 1).partition(":")
        name = name.lower()
        if not is_known(name) and is_known(name.replace("-", "")):
            name = name.replace("-", "")
    else:
        name, mark, value = word[1:].partition(":")
        name = name.lower()
    return ALIASES.get(name, name), value if mark else None


def is_known(name: str) -> bool:
    """Whether an option has this name, without its dash and in lower case."""
    return (
        name in SPELLINGS
        or name in ACCEPTED_WITHOUT_EFFECT
        or name in NOT_SUPPORTED
        or name in _KITS
        or name in _GROUPS
    )


def _is_option(word: str) -> bool:
    """Whether a word is an option: ``-x``, or ``/x`` unless it is a path such as /src/a.obj."""
    if word.startswith("-"):
        return len(word) > 1
    if not word.startswith("/"):
        return False
    name = word[1:].partition(":")[0].lower()
    return is_known(name) or "/" not in name


def _read_option(name: str, value: str | None, word: str, into: Fields) -> None:
    if name in ACCEPTED_WITHOUT_EFFECT or (value or "").lower() in HARMLESS_VALUES.get(name, ()):
        return
    if name in NOT_SUPPORTED:
        raise LinkError.of(f"{word}: not supported yet", hint=NOT_SUPPORTED[name])
    SPELLINGS[name].read(value, into)


def _nearest(name: str) -> str:
    """The name of the option that a word is a misspelling of; empty when none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    known = (*SPELLINGS, *ACCEPTED_WITHOUT_EFFECT, *_KITS, *_TWO_DASHES)
    near = get_close_matches(name, known, n=1, cutoff=0.8)
    return near[0] if near else ""


def options_from_argv(argv: Sequence[str]) -> LinkOptions:
    """The options of a line without inputs, all of which must be known. Raises LinkError."""
    line = parse_command_line(argv)
    if line.inputs:
        raise LinkError.of(f"{line.inputs[0]}: an input file among the options")
    if line.unknown:
        raise LinkError.of(f"unknown option: {line.unknown[0]}")
    return line.options


def options_to_argv(options: LinkOptions) -> list[str]:
    """Words of link.exe's spelling for every field that differs from its default."""
    return list(_words_of(options))


@lru_cache(maxsize=4096)
def _words_of(options: LinkOptions) -> tuple[str, ...]:
    """As ``options_to_argv``; cached, for a build needs the same words several times a driver."""
    default = LinkOptions()
    spelled: dict[str, list[str]] = {field.name: [] for field in fields(LinkOptions)}
    for name, spelling in SPELLINGS.items():
        value = getattr(options, spelling.field)
        if value != getattr(default, spelling.field):
            spelled[spelling.field] += [
                f"/{name}:{text}" if text else f"/{name}" for text in spelling.write(value)
            ]
    for field, write in EXTRA_WRITES.items():
        value = getattr(options, field)
        if value != getattr(default, field):
            spelled[field] += write(value)
    return tuple(word for words in spelled.values() for word in words)
