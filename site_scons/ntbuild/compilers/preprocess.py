"""A C preprocessor for mingw-w64's ``.def.in`` files, as far as these use one.

Export lists of system DLLs are written once for all machines: ``F_X64(Name)`` keeps a name on x64
only, ``#ifdef`` keeps runs of lines. A compiler's preprocessor would cost a process per list, and a
compiler where none is needed.

Limits: object-like macros and those of one parameter, conditions of ``defined``, ``==``, ``!``,
``&&`` and ``||``, ``##``, and ``#include``. A macro's body never names the macro itself in these
files; expansion would not end otherwise.
"""

from __future__ import annotations

import re
from pathlib import Path

from ntbuild.support.values import dataclass, field

# What a compiler for the machine defines; lists choose functions by the size of long double.
_DEFINED = {
    "x64": {"__x86_64__": "1", "__SIZEOF_LONG_DOUBLE__": "16", "__SIZEOF_DOUBLE__": "8"},
    "x86": {"__i386__": "1", "__SIZEOF_LONG_DOUBLE__": "12", "__SIZEOF_DOUBLE__": "8"},
    "arm64": {"__aarch64__": "1", "__SIZEOF_LONG_DOUBLE__": "8", "__SIZEOF_DOUBLE__": "8"},
    "arm": {"__arm__": "1", "__SIZEOF_LONG_DOUBLE__": "8", "__SIZEOF_DOUBLE__": "8"},
}
_DIRECTIVE = re.compile(r"\s*#\s*(\w+)\s*(.*?)\s*(?://.*)?$")
_DEFINE = re.compile(r"(\w+)(?:\((\w*)\))?\s*(.*)")
_DEFINED_TEST = re.compile(r"defined\s*\(?\s*(\w+)\s*\)?")
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(slots=True)
class _State:
    """The state while lines are read.

    - `include`: folders of #include files.
    - `macros`: parameter (None for an object-like macro) and body by name.
    - `conditions`: for each open #if whether its branch is active, and whether one has been.
    - `lines`: the text so far.
    """

    include: tuple[Path, ...]
    macros: dict[str, tuple[str | None, str]]
    conditions: list[tuple[bool, bool]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def active(self) -> bool:
        return all(active for active, _ in self.conditions)


def preprocess(text: str, machine: str, include: tuple[Path, ...]) -> str:
    """The lines of a ``.def.in`` text for `machine`, macros expanded.

    `include` are the folders of its #include files. Raises FileNotFoundError when none has one.
    """
    macros: dict[str, tuple[str | None, str]] = {
        name: (None, value) for name, value in _DEFINED[machine].items()
    }
    state = _State(include, macros)
    _run(text, state)
    return "\n".join(state.lines) + "\n"


def _run(text: str, state: _State) -> None:
    for line in text.splitlines():
        directive = _DIRECTIVE.match(line)
        if directive:
            _direct(directive[1], directive[2], state)
        elif state.active and not line.lstrip().startswith("//"):
            state.lines.append(_expand(line, state.macros))


def _direct(word: str, rest: str, state: _State) -> None:
    if word in ("if", "ifdef", "ifndef"):
        holds = state.active and _holds(word, rest, state.macros)
        state.conditions.append((holds, holds))
    elif word in ("elif", "else"):
        _, taken = state.conditions.pop()
        holds = not taken and state.active and (word == "else" or _holds("if", rest, state.macros))
        state.conditions.append((holds, taken or holds))
    elif word == "endif":
        state.conditions.pop()
    elif not state.active:
        return
    elif word == "define":
        match = _DEFINE.match(rest)
        if match:
            state.macros[match[1]] = (match[2], match[3])
    elif word == "undef":
        state.macros.pop(rest, None)
    elif word == "include":
        _run(_included(rest.strip('"<>'), state.include), state)


def _included(name: str, folders: tuple[Path, ...]) -> str:
    for folder in folders:
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8")
    raise FileNotFoundError(f"{name}: included, but in none of {', '.join(map(str, folders))}")


def _holds(word: str, rest: str, macros: dict[str, tuple[str | None, str]]) -> bool:
    if word != "if":
        name = re.match(r"\w*", rest)
        return (name is not None and name[0] in macros) == (word == "ifdef")
    rest = _DEFINED_TEST.sub(lambda match: str(int(match[1] in macros)), rest)
    rest = _WORD.sub(lambda match: macros.get(match[0], (None, "0"))[1], rest)
    return any(all(_term(term) for term in part.split("&&")) for part in rest.split("||"))


def _term(text: str) -> bool:
    text = text.strip(" ()")
    if text.startswith("!") and not text.startswith("!="):
        return not _term(text[1:])
    left, equal, right = text.partition("==")
    return left.strip() == right.strip() if equal else text not in ("", "0")


def _expand(line: str, macros: dict[str, tuple[str | None, str]]) -> str:
    """A line with macros replaced until none is left."""
    while True:
        for match in _WORD.finditer(line):
            if match[0] not in macros:
                continue
            parameter, body = macros[match[0]]
            end = match.end()
            if parameter is not None:
                close = _closing(line, end)
                if close < 0:
                    continue
                argument = line[end + 1 : close]
                body = argument.join(re.split(rf"\b{parameter}\b", body))
                end = close + 1
            body = re.sub(r"\s*##\s*", "", body)
            line = line[: match.start()] + body + line[end:]
            break
        else:
            return line


def _closing(line: str, start: int) -> int:
    """The index of the parenthesis that closes the one at `start`, -1 when there is none."""
    depth = 0
    for index in range(start, len(line)):
        depth += {"(": 1, ")": -1}.get(line[index], 0)
        if depth == 0:
            return index if index > start else -1
    return -1
