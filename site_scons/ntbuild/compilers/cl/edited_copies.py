r"""What cl takes and clang refuses, compiled from copies that clang's own diagnostics edit.

Where a compilation in dialect msvc fails, the source is looked through once more, and each error of
a known kind says what to change and where. Copies with these changes take the place of the files in
an overlay (``-ivfsoverlay``), so that messages, debug information and dependency files keep names
and lines. The project's files are only read.

    ((PUCHAR)p) += n;                   (*(__typeof__((PUCHAR)0)*)&(p)) += n;
    int Read(PX x) { ... }              another name for the compiler, of the same symbol, where the
                                        prototype says int Read(PVOID)
    operator !() { ... }                int operator !() { ... }
    Take("text"), of PVOID, in C++      Take((void *)"text")
    Log("x", 1), of one parameter, in C the prototype Log(PCSTR, ...)
    a header in UTF-16                  the same in UTF-8

Invariants: nothing is edited unless the compilation has failed; each edit is told, and so are the
errors that no edit takes away. The same source gives the same object anywhere.

Limits: no edits in headers of the compiler and of ntbuild. A function that differs from its
prototype is only edited for x64 and arm64 (x86 has the size of arguments in symbols),
and not when both are static. It is called by the prototype's types.

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

from ntbuild.compilers.cl.clang_errors import Place, diagnostics
from ntbuild.compilers.cl.habits import OWN_NAME, PARTS, VECTOR, Edit, edits_of
from ntbuild.headers.spelling import overlay_text
from ntbuild.support.text import printable

FOLDER: Final = ".edited"
"""What the folder of an object's copies is called, after the object."""

Run = Callable[[Sequence[str]], tuple[int, str]]
"""Runs a command: its exit status, and what it wrote to standard error."""

_ROUNDS: Final = 8
_ENCODING: Final = re.compile(
    r"(?:fatal )?error: UTF-16 \((?:LE|BE)\) byte order mark detected in '([^'\n]+)'"
)
_ERROR: Final = re.compile(r"^([^\n:]+):\d+:\d+:.*error: .*$", re.MULTILINE)
_PROBE: Final = (
    *("-fsyntax-only", "-ferror-limit=0", "-fno-color-diagnostics"),
    *("-fdiagnostics-print-source-range-info", "-Wno-unused-command-line-argument"),
)


class _State(NamedTuple):
    """The files as they are compiled: contents by path, kinds told.

    ``renamed``: functions that got a name, and what the object calls them. ``overlaid``: what
    overlays of the command have in the place of a path.
    """

    contents: dict[str, bytes]
    renamed: dict[str, str]
    told: dict[tuple[str, str], list[int]]
    overlaid: dict[str, str]


def compile_edited(
    words: Sequence[str], run: Run, is_ours: Callable[[str], bool]
) -> tuple[int, str] | None:
    """Compile ``... -c -o OBJECT SOURCE``, which has failed, from edited copies.

    It may also be ``... -S -emit-llvm -o OBJECT.ll SOURCE``.

    Returns the exit status and what is to be told: edits, warnings, and the errors that are left.
    None when there is nothing to edit. ``is_ours``: a path may not be edited. Raises OSError.
    """
    *flags, _, target, source = words
    kind = 2 if flags[-1] == "-emit-llvm" else 1
    flags, makes = flags[:-kind], flags[-kind:]
    state = _State({}, {}, {}, overlaid(flags))
    edits = partial(edits_of, is_x86=_is_x86(words), is_c=_is_c(words))
    stuck: set[str] = set()
    for _ in range(_ROUNDS):
        status, said = run([*flags, *_written(state, target), *_PROBE, source])
        if status == 0 or not _apply(state, said, is_ours, edits):
            break
        left = _errors_beyond_edits(said, is_ours)
        if left & stuck:
            break  # it cannot compile: what is wrong is not edited, and the last edits did not help
        stuck = left
    if status != 0 and not state.contents:
        return None
    for _ in range(_ROUNDS):  # errors that only the making of code finds
        status, said = run([*flags, *_written(state, target), *makes, "-o", target, source])
        if status == 0 or not _apply(state, said, is_ours, edits):
            break
    if not state.contents:
        return None
    return status, "".join(_told(state)) + said


def _errors_beyond_edits(said: str, is_ours: Callable[[str], bool]) -> set[str]:
    """Errors in headers that are never edited."""
    return {found[0] for found in _ERROR.finditer(said) if is_ours(found[1])}


def _is_c(words: Sequence[str]) -> bool:
    """Whether the source is C: by its suffix, unless ``-x`` says a language."""
    given = [after for word, after in pairwise(words) if word == "-x"]
    return given[-1] == "c" if given else words[-1].lower().endswith(".c")


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
    digest = sha256(repr((sorted(state.contents.items()), sorted(state.renamed.items()))).encode())
    folder = Path(f"{target.removesuffix('.ll')}{FOLDER}") / digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    entries = {}
    for number, (path, content) in enumerate(sorted(state.contents.items())):
        copy = folder / f"{number}-{Path(path).name}"
        copy.write_bytes(content)
        entries[path] = copy.as_posix()
    overlay = folder / "overlay.yaml"
    overlay.write_text(overlay_text(entries, keeps_names=True), encoding="utf-8")
    found = ["-ivfsoverlay", overlay.as_posix()]
    if text := _declarations(state):
        names = folder / "names.h"
        names.write_text(text, encoding="utf-8")
        found += ["-include", names.as_posix()]
    return found


def _declarations(state: _State) -> str:
    """What copies need before the first line of a source."""
    text = VECTOR if any(kind == PARTS for _, kind in state.told) else ""
    for name, symbol in state.renamed.items():
        for own in (OWN_NAME + name, name):
            if own != symbol:
                text += f"#pragma redefine_extname {own} {symbol}\n"
    return text


def _apply(
    state: _State,
    said: str,
    is_ours: Callable[[str], bool],
    edits_in: Callable[..., Iterator[Edit]],
) -> bool:
    """Make the edits of one round; False when there is none."""
    changed = False
    for path in dict.fromkeys(_ENCODING.findall(said)):
        content = None if is_ours(path) else _utf8(_content(state, path))
        if content is not None:
            state.contents[path] = content
            state.told.setdefault((path, "text in UTF-16"), []).append(1)
            changed = True
    edits: dict[tuple[str, int, int], Edit] = {}
    line_at = partial(_line, state, {})
    for each in diagnostics(said):
        for edit in edits_in(each, line_at):
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
        state.renamed[edit.renamed] = edit.symbol


def _content(state: _State, path: str) -> bytes:
    if path not in state.contents:
        try:
            return Path(state.overlaid.get(path, path)).read_bytes()
        except OSError:
            return b""
    return state.contents[path]


def _line(state: _State, split: dict[str, list[bytes]], place: Place) -> bytes:
    """A line of a file. ``split``: the lines of files that have been asked for in this round."""
    lines = split.get(place.file)
    if lines is None:
        lines = split[place.file] = _content(state, place.file).split(b"\n")
    return lines[place.line - 1] if place.line <= len(lines) else b""


def _utf8(content: bytes) -> bytes | None:
    try:
        return content.decode("utf-16").encode()
    except UnicodeDecodeError:
        return None
