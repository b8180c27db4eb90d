r"""What cl takes and clang refuses, compiled from copies that clang's own diagnostics edit.

Where a compilation in dialect msvc fails, the source is looked through once more, and each error of
a known kind says what to change and where. Copies with these changes take the place of the files in
an overlay (``-ivfsoverlay``), so that messages, debug information and dependency files keep names
and lines. The project's files are only read.

    ((PUCHAR)p) += n;                   (*(__typeof__((PUCHAR)0)*)&(p)) += n;
    sizeof X                            sizeof (X)
    int Read(PX x) { ... }              another name for the compiler, of the same symbol, where the
                                        prototype says int Read(PVOID)
    operator !() { ... }                int operator !() { ... }
    Take("text"), of PVOID, in C++      Take((void *)"text")
    a header in UTF-16                  the same in UTF-8

Invariants: nothing is edited unless the compilation has failed; each edit is told, and so are the
errors that no edit takes away. The same source gives the same object anywhere.

Limits: no edits in headers of the compiler and of ntbuild. A function that differs from its
prototype is only edited for x64 and arm64, and not when it is static: symbols of x86 have the size
of the arguments in them. It is called by the prototype's types.

Source: Microsoft C4028, C4213, "C Language Reference, Type-Cast Conversions"; clang "Diagnostics"
(the format of ranges), ``#pragma redefine_extname``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from ntbuild.headers.spelling import overlay_text
from ntbuild.support.text import printable

FOLDER: Final = ".edited"
"""What the folder of an object's copies is called, after the object."""

Run = Callable[[Sequence[str]], tuple[int, str]]
"""Runs a command: its exit status, and what it wrote to standard error."""

_ROUNDS: Final = 8
_PLACE: Final = r"(?P<file>[^\n{}]+?):(?P<line>\d+):(?P<column>\d+):"
_ERROR: Final = re.compile(
    rf"^{_PLACE}(?P<ranges>(?:\{{[^}}\n]*\}})*):? (?:fatal )?error: (?P<text>.*)$"
)
_NOTE: Final = re.compile(rf"^{_PLACE}(?P<ranges>(?:\{{[^}}\n]*\}})*):? note: expanded from macro ")
_RANGE: Final = re.compile(r"(\d+):(\d+)-(\d+):(\d+)")
_ENCODING: Final = re.compile(
    r"(?:fatal )?error: UTF-16 \((?:LE|BE)\) byte order mark detected in '([^'\n]+)'"
)
_NAME: Final = re.compile(rb"[A-Za-z_]\w*")
_SIZEOF: Final = re.compile(rb"sizeof\s+((?:(?:struct|union|enum)\s+)?[A-Za-z_]\w*)")
_OWN_NAME: Final = "NtbuildDefined_"
_PROBE: Final = (
    *("-fsyntax-only", "-ferror-limit=0", "-fno-color-diagnostics"),
    *("-fdiagnostics-print-source-range-info", "-Wno-unused-command-line-argument"),
)


class Edit(NamedTuple):
    """One change: bytes ``start`` to ``end`` (from 0) of a line (from 1) become ``text``.

    ``kind``: what is read as cl does. ``renamed``: a function that gets a name for the compiler.
    """

    file: str
    line: int
    start: int
    end: int
    text: bytes
    kind: str
    renamed: str = ""


class _Place(NamedTuple):
    """A place of clang's messages, and the ranges that it underlines, in columns from 0."""

    file: str
    line: int
    column: int
    ranges: tuple[tuple[int, int], ...]


class _Diagnostic(NamedTuple):
    """An error of clang's: where, what, and where macros have it from."""

    place: _Place
    text: str
    macros: list[_Place]


class _State(NamedTuple):
    """The files as they are compiled: contents by path, functions that got a name, kinds told.

    ``overlaid``: what overlays of the command have in the place of a path.
    """

    contents: dict[str, bytes]
    renamed: dict[str, None]
    told: dict[tuple[str, str], list[int]]
    overlaid: dict[str, str]


def compile_edited(
    words: Sequence[str], run: Run, is_ours: Callable[[str], bool]
) -> tuple[int, str] | None:
    """Compile ``... -c -o OBJECT SOURCE``, which has failed, from edited copies.

    Returns the exit status and what is to be told: edits, warnings, and the errors that are left.
    None when there is nothing to edit. ``is_ours``: a path may not be edited. Raises OSError.
    """
    *flags, _, _, target, source = words
    state = _State({}, {}, {}, overlaid(flags))
    for _ in range(_ROUNDS):
        status, said = run([*flags, *_written(state, target), *_PROBE, source])
        if status == 0 or not _apply(state, said, is_ours, is_x86=_is_x86(words)):
            break
    if not state.contents:
        return None
    status, said = run([*flags, *_written(state, target), "-c", "-o", target, source])
    return status, "".join(_told(state)) + said


def overlaid(flags: Sequence[str]) -> dict[str, str]:
    """Files by the path that overlays of ours give them; a kit's, a tree of folders, is none."""
    found: dict[str, str] = {}
    for before, word in pairwise(flags):
        if before == "-ivfsoverlay":
            for root in json.loads(Path(word).read_text(encoding="utf-8"))["roots"]:
                if root["type"] == "file":
                    found[root["name"]] = root["external-contents"]
    return found


def _is_x86(words: Sequence[str]) -> bool:
    return any(re.match(r"(-target=|--target=)?(i\d86|x86)-", word) for word in words)


def _told(state: _State) -> Iterator[str]:
    for (file, kind), lines in sorted(state.told.items()):
        yield note(file, kind, lines)


def note(file: str, kind: str, lines: Sequence[int]) -> str:
    """The line that tells of edits of one kind in a file."""
    numbers = ", ".join(map(str, sorted(set(lines))))
    return f"{file}:{min(lines)}: note: read as cl does: {kind} (lines {numbers})\n"


def lines_that_differ(path: str, copy: str, added: bytes) -> tuple[list[int], list[int]]:
    """The numbers of a file's lines to which its copy adds `added`, then of others that differ.

    Raises OSError.
    """
    pairs = zip(*(Path(each).read_bytes().split(b"\n") for each in (path, copy)), strict=False)
    found = [each for each in enumerate(pairs, 1) if each[1][0] != each[1][1]]
    with_it = [number for number, (one, other) in found if other.replace(added, b"") == one]
    return with_it, [number for number, _ in found if number not in with_it]


# ---- the copies ------------------------------------------------------------------------------


def _written(state: _State, target: str) -> list[str]:
    """The flags with which a compiler sees the copies; writes these, by their content."""
    if not state.contents:
        return []
    digest = sha256(repr((sorted(state.contents.items()), list(state.renamed))).encode())
    folder = Path(f"{target}{FOLDER}") / digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    entries = {}
    for number, (path, content) in enumerate(sorted(state.contents.items())):
        copy = folder / f"{number}-{Path(path).name}"
        copy.write_bytes(content)
        entries[path] = copy.as_posix()
    overlay = folder / "overlay.yaml"
    overlay.write_text(overlay_text(entries, keeps_names=True), encoding="utf-8")
    found = ["-ivfsoverlay", overlay.as_posix()]
    if state.renamed:
        names = folder / "names.h"
        pragmas = [f"#pragma redefine_extname {_OWN_NAME}{n} {n}\n" for n in state.renamed]
        names.write_text("".join(pragmas), encoding="utf-8")
        found += ["-include", names.as_posix()]
    return found


def _apply(state: _State, said: str, is_ours: Callable[[str], bool], *, is_x86: bool) -> bool:
    """Make the edits of one round; False when there is none."""
    changed = False
    for path in dict.fromkeys(_ENCODING.findall(said)):
        content = None if is_ours(path) else _utf8(_content(state, path))
        if content is not None:
            state.contents[path] = content
            state.told.setdefault((path, "text in UTF-16"), []).append(1)
            changed = True
    edits: dict[tuple[str, int, int], Edit] = {}
    for each in _diagnostics(said):
        for edit in _edits(each, partial(_line, state), is_x86=is_x86):
            if not is_ours(edit.file):
                edits.setdefault((edit.file, edit.line, edit.start), edit)
    for edit in sorted(edits.values(), reverse=True):  # the last of a line first
        _edit(state, edit)
        changed = True
    return changed


def _edit(state: _State, edit: Edit) -> None:
    lines = _content(state, edit.file).split(b"\n")
    line = lines[edit.line - 1]
    lines[edit.line - 1] = line[: edit.start] + edit.text + line[edit.end :]
    state.contents[edit.file] = b"\n".join(lines)
    state.told.setdefault((printable(edit.file), edit.kind), []).append(edit.line)
    if edit.renamed:
        state.renamed[edit.renamed] = None


def _content(state: _State, path: str) -> bytes:
    if path not in state.contents:
        try:
            return Path(state.overlaid.get(path, path)).read_bytes()
        except OSError:
            return b""
    return state.contents[path]


def _line(state: _State, place: _Place) -> bytes:
    lines = _content(state, place.file).split(b"\n")
    return lines[place.line - 1] if place.line <= len(lines) else b""


def _utf8(content: bytes) -> bytes | None:
    try:
        return content.decode("utf-16").encode()
    except UnicodeDecodeError:
        return None


# ---- what is edited --------------------------------------------------------------------------


def _diagnostics(said: str) -> Iterator[_Diagnostic]:
    """The errors of a compiler's text, each with the expansions that follow it."""
    found: _Diagnostic | None = None
    for line in said.splitlines():
        if match := _ERROR.match(line):
            if found:
                yield found
            found = _Diagnostic(_place(match), match["text"], [])
        elif found and (note := _NOTE.match(line)):
            found.macros.append(_place(note))
    if found:
        yield found


def _place(match: re.Match[str]) -> _Place:
    line = int(match["line"])
    return _Place(match["file"], line, int(match["column"]) - 1, _ranges(match["ranges"], line))


def _ranges(text: str, line: int) -> tuple[tuple[int, int], ...]:
    """Those of the ranges that lie in one line."""
    numbers = (tuple(map(int, each)) for each in _RANGE.findall(text))
    return tuple((a - 1, b - 1) for first, a, last, b in numbers if first == last == line)


_Lines = Callable[[_Place], bytes]


def _edits(found: _Diagnostic, line_at: _Lines, *, is_x86: bool) -> Iterator[Edit]:
    """The edits that an error asks for; none for an error of another kind."""
    for text, (kind, make) in _KINDS.items():
        if found.text.startswith(text) and not (is_x86 and make is _definition):
            for place, start, end, new, renamed in make(found, line_at):
                yield Edit(place.file, place.line, start, end, new, kind, renamed)


_Change = tuple[_Place, int, int, bytes, str]


def _lvalue_cast(found: _Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """The cast itself, else the argument of a macro that is one, else the one in a macro."""
    for place in (found.place, *found.macros):
        line = line_at(place)
        for start, end in (*place.ranges[:1], _argument(line, place.column)):
            if cast := _as_lvalue(line[start:end]):
                yield place, start, end, cast, ""
                return


def _argument(line: bytes, start: int) -> tuple[int, int]:
    """From a place to the end of the argument that it is in."""
    depth = 0
    for at in range(start, len(line)):
        depth += {ord("("): 1, ord(")"): -1}.get(line[at], 0)
        if depth < 0 or (depth == 0 and line[at] == ord(",")):
            return start, at
    return start, start


def _as_lvalue(text: bytes) -> bytes | None:
    """``((T)x)`` as an expression that can be assigned to; None when the text is no cast."""
    text = text.strip()
    while text.startswith(b"(") and _closing(text, 0) == len(text) - 1:
        text = text[1:-1].strip()
    end = _closing(text, 0) if text.startswith(b"(") else -1
    operand = text[end + 1 :].strip()
    if end < 0 or not operand:
        return None
    return b"(*(__typeof__(" + text[: end + 1] + b"0)*)&(" + operand + b"))"


def _closing(text: bytes, start: int) -> int:
    """Where the parenthesis at ``start`` ends; -1 if nowhere."""
    depth = 0
    for at in range(start, len(text)):
        depth += {ord("("): 1, ord(")"): -1}.get(text[at], 0)
        if depth == 0:
            return at
    return -1


def _definition(found: _Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    place = found.place
    line, quoted = line_at(place), found.text.partition("'")[2].rpartition("'")[0]
    name = _NAME.match(line, place.column)
    if name and name[0].decode() == quoted and not re.search(rb"\bstatic\b", line):
        yield place, place.column, place.column, _OWN_NAME.encode(), quoted


def _type_operand(found: _Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """The name alone: clang's own fix-it takes the product ``sizeof T * n`` for a type ``T *``."""
    place = found.place
    for match in _SIZEOF.finditer(line_at(place)):
        if match.start() <= place.column <= match.end():
            yield place, match.start(1), match.end(1), b"(" + match[1] + b")", ""
            return


def _implicit_int(found: _Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    place = found.place
    if line_at(place)[place.column :].startswith(b"operator"):
        yield place, place.column, place.column, b"int ", ""


def _pointer(found: _Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    place = found.place
    if "'void *'" in found.text and "of type 'const char[" in found.text:
        for start, _ in place.ranges[:1] or ((place.column, place.column),):
            if line_at(place)[start : start + 1]:
                yield place, start, start, b"(void *)", ""


_KINDS: Final = {
    "assignment to cast is illegal": ("a cast that is assigned to", _lvalue_cast),
    "cannot take the address of an rvalue": ("the address of a cast", _lvalue_cast),
    "expected parentheses around type name": ("a type without parentheses", _type_operand),
    "conflicting types for": ("a function that differs from its prototype", _definition),
    "cannot initialize a parameter of type": ("a text as a pointer to anything", _pointer),
    "a type specifier is required": ("an operator that returns int", _implicit_int),
}
"""By the start of a message: what is told, and the changes of the line."""
