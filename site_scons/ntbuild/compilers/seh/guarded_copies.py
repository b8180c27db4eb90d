"""``__try`` on x86: what clang leaves unguarded is rewritten in the compiler's own text (LLVM IR).

On x86 a function keeps in a variable of its frame which ``__try`` it is in, and LLVM stores that
state before calls. Of what accesses memory without being a call of the source it takes the copy of
a structure (``llvm.memcpy``) and inline assembly for calls that no ``__try`` guards: it stores
"none" before them, and the loads and stores behind them are then unguarded too. On x64 and arm64
tables of addresses say what is guarded, and there is no such gap.

    call void @llvm.memcpy.p0.p0.i32(ptr align 4 %6, ptr align 4 %22, i32 8, i1 true)

becomes two loads and two stores. Inline assembly becomes an ``invoke`` that unwinds to the handler
of its ``__try``, before which LLVM stores that state. An intrinsic that touches the function's own
frame only (``va_start``) needs no guard itself; an empty assembly behind it, invoked like any, has
the state stored again. What cannot be rewritten is found, and a build stops at it.

Limits: the text is that of a source without optimisation, as all sources with ``__try`` are.
Copies of more than `LARGEST_COPY` bytes and of a size that is no constant are not rewritten.

Source: LLVM, X86WinEHState.cpp (``isStateStoreNeeded``, ``getStateForCall``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from ntbuild.support.values import dataclass

LARGEST_COPY: Final = 4096

_UNUSED: Final = "-Wno-unused-command-line-argument"

_FUNCTION: Final = re.compile(
    r"^define .*?@(\"[^\"]*\"|[\w$.]+)\(.* personality ptr @_except_handler3\b"
)
_COPY: Final = re.compile(r"^  (?:tail )?call void @llvm\.(memcpy|memmove|memset)\.[\w.]+\((.*)\)")
_POINTER: Final = re.compile(
    r"ptr (?:(?:align \d+|noundef|nonnull|nocapture|captures\(none\)|readonly|writeonly|noalias"
    r"|dereferenceable\(\d+\)) )*(.*)"
)
_PHI_SOURCE: Final = re.compile(r"%([\w$.-]+|\"[^\"]*\") \]")
_ASM: Final = re.compile(
    r"^  (?P<result>%\S+ = )?(?:tail )?call (?P<type>.*?)asm (?P<words>(?:[a-z]+ )*)"
    r"(?P<text>\".*\)) ?(?P<groups>(?:#\d+ ?)*)(?P<bundles>\[.*?\])?(?P<rest>(?:, !.*)?)$"
)
_EMPTY: Final = '  call void asm sideeffect "", ""()'
_TRAP: Final = '  call void asm sideeffect "int3", ""()'
_OF_THE_FRAME: Final = ("va_start", "va_end", "va_copy", "codeview.annotation", "lifetime")
"""Intrinsics that touch no memory but the function's own variables, or none."""
_CALL: Final = re.compile(r"^  (?:%\S+ = )?(?:tail )?call .*?(?:\b(asm) |(@[\w.$]+)\()")
_LABEL: Final = re.compile(r"^([\w$.-]+|\"[^\"]*\"):")
_TARGET: Final = re.compile(r"label %([\w$.-]+|\"[^\"]*\")")
_GROUP: Final = re.compile(r"#\d+")
_ATTRIBUTES: Final = re.compile(r"^attributes (#\d+) = \{(.*)\}$", re.MULTILINE)
_DECLARED: Final = re.compile(r"^declare .*?(@[\w.$]+)\((.*)$", re.MULTILINE)
_DEBUG: Final = re.compile(r", !dbg (!\d+)")
_PLACE: Final = re.compile(r"^(!\d+) = (?:distinct )?!DILocation\(line: (\d+)", re.MULTILINE)

_Tries = tuple[str, ...]
"""The blocks that handle exceptions of a place, those of the innermost ``__try`` last."""


@dataclass(frozen=True, slots=True)
class Unguarded:
    """What no ``__try`` around it guards: its function, its line (0: unknown), and what it is."""

    function: str
    line: int
    what: str


def compile_guarded(
    words: Sequence[str], run: Callable[[Sequence[str]], int]
) -> tuple[int, tuple[Unguarded, ...]]:
    """Carry a command ``... -c -o OBJECT SOURCE`` out in two steps, each by `run`.

    Returns the exit status, and what no ``__try`` guards: then the status is 1 and there is no
    object. Raises OSError.
    """
    *flags, _, _, target, source = words
    path = Path(f"{target}.ll")
    to_text = ["-S", "-emit-llvm", "-o", str(path), source]
    try:
        if status := run([*flags, *to_text]):
            return status, ()
        # Strings have escapes for what is not ASCII, names of files may have any byte.
        text, unguarded = guard_copies(path.read_text(encoding="latin-1"))
        if not unguarded:
            path.write_text(text, encoding="latin-1")
            return run([*flags, _UNUSED, "-c", "-o", target, "-x", "ir", str(path)]), ()
        # Once more with line numbers, which a release does not have.
        if run([*flags, "-w", "-gline-tables-only", *to_text]) == 0:
            unguarded = guard_copies(path.read_text(encoding="latin-1"))[1] or unguarded
        return 1, tuple(dict.fromkeys(unguarded))
    finally:
        path.unlink(missing_ok=True)


def guard_copies(text: str) -> tuple[str, tuple[Unguarded, ...]]:
    """The text of a module with copies rewritten, and what a ``__try`` in it leaves unguarded."""
    harmless = _harmless(text)
    places = dict(_PLACE.findall(text))
    lines: list[str] = []
    found: list[Unguarded] = []
    function, start = "", -1
    # Not splitlines(): a file's name may have the byte 0x85, which ends a line of Latin-1.
    for number, line in enumerate(text.removesuffix("\n").split("\n")):
        if match := _FUNCTION.match(line):
            function, start = match[1].strip('"').removeprefix("\\01"), len(lines)
        lines += _copied(line, f"%ntbuild.{number}.") if start >= 0 else [line]
        if line == "}" and start >= 0:
            lines[start:] = _invoked(lines[start:], harmless, number)
            for each, what in _unguarded(lines[start:], harmless):
                at = _DEBUG.search(each)
                found.append(Unguarded(function, int(places.get(at[1], 0)) if at else 0, what))
            start = -1
    return "\n".join(lines) + "\n", tuple(found)


def _harmless(text: str) -> frozenset[str]:
    """Attribute groups, and functions, that say of themselves that they access no memory."""
    groups = {
        name
        for name, words in _ATTRIBUTES.findall(text)
        if "memory(none)" in words or "readnone" in words
    }
    named = {name for name, rest in _DECLARED.findall(text) if groups & {*_GROUP.findall(rest)}}
    return frozenset(groups | named)


# ---- copies ----------------------------------------------------------------------------------


def _copied(line: str, name: str) -> list[str]:
    """A line, or the loads and stores in place of a copy; `name` begins the names of values."""
    match = _COPY.match(line)
    if match is None:
        return [line]
    target, source, size = _split(match[2])[:3]
    to, bytes_ = _POINTER.match(target), size.removeprefix("i32 ")
    if to is None or not bytes_.isdigit() or int(bytes_) > LARGEST_COPY:
        return [line]
    debug = at[0] if (at := _DEBUG.search(line)) else ""
    count = int(bytes_)
    pieces = [(offset, "i32") for offset in range(0, count - 3, 4)]
    pieces += [(offset, "i8") for offset in range(count & ~3, count)]
    if match[1] == "memset":
        value = source.removeprefix("i8 ")
        if not value.lstrip("-").isdigit():
            return [line]
        values = {"i8": value, "i32": str((int(value) & 0xFF) * 0x01010101)}
        loads: list[list[str]] = [[] for _ in pieces]
        words = [values[kind] for _, kind in pieces]
    else:
        origin = _POINTER.match(source)
        if origin is None:
            return [line]
        loads = [
            [
                _address(f"{name}from{offset}", origin[1], offset),
                f"  {name}{offset} = load volatile {kind}, ptr {name}from{offset}, align 1",
            ]
            for offset, kind in pieces
        ]
        words = [f"{name}{offset}" for offset, _ in pieces]
    stores = [
        [
            _address(f"{name}to{offset}", to[1], offset),
            f"  store volatile {kind} {word}, ptr {name}to{offset}, align 1",
        ]
        for (offset, kind), word in zip(pieces, words, strict=True)
    ]
    # What overlaps is read as a whole first.
    order = [*loads, *stores] if match[1] == "memmove" else _alternating(loads, stores)
    return [f"{each}{debug}" for lines in order for each in lines]


def _alternating(loads: list[list[str]], stores: list[list[str]]) -> list[list[str]]:
    return [each for pair in zip(loads, stores, strict=True) for each in pair]


def _address(name: str, pointer: str, offset: int) -> str:
    return f"  {name} = getelementptr inbounds i8, ptr {pointer}, i32 {offset}"


def _split(arguments: str) -> list[str]:
    """Arguments of a call; those that are expressions have commas of their own."""
    found, depth = [""], 0
    for letter in arguments:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [each.strip() for each in found]


# ---- assembly and intrinsics -------------------------------------------------------------------


def _invoked(function: list[str], harmless: frozenset[str], number: int) -> list[str]:
    """A function whose assembly in a ``__try`` is invoked, and whose state is stored again.

    An ``invoke`` ends a block; ``number`` makes the names of the blocks that follow unique. What
    follows from the block (``phi``) names the last of its parts.
    """
    tries = _tries(_blocks(function))
    lines: list[str] = []
    last: dict[str, str] = {}
    label = ""
    for line in function:
        if match := _LABEL.match(line):
            label = match[1]
        around = tries.get(label)
        if not around or not _stores_none(line, harmless):
            lines.append(line)
            continue
        kept, calls = _guarded(line)
        lines += kept
        for each in calls:
            last[label] = f"ntbuild.{number}.{len(lines)}"
            lines += [*_invoke(each, last[label], around[-1]), "", f"{last[label]}:"]
    return [_with_sources(line, last) if " = phi " in line else line for line in lines]


def _guarded(line: str) -> tuple[list[str], list[str]]:
    """What stays of a line, and the assembly that is to be invoked behind it."""
    debug = at[0] if (at := _DEBUG.search(line)) else ""
    if _ASM.match(line):
        return [], [line]
    if "@llvm.debugtrap(" in line:
        return [], [f"{_TRAP}{debug}"]
    if any(f"@llvm.{each}" in line for each in _OF_THE_FRAME):
        return [line], [f"{_EMPTY}{debug}"]
    return [line], []


def _invoke(call: str, label: str, handler: str) -> list[str]:
    """A call of inline assembly as an invoke; its attributes, such as nounwind, are dropped."""
    match = _ASM.match(call)
    if match is None:
        raise AssertionError(call)
    result, bundles = match["result"] or "", f" {match['bundles']}" if match["bundles"] else ""
    asm = f"{match['type']}asm {match['words']}unwind {match['text']}{bundles}"
    where = f"          to label %{label} unwind label %{handler}{match['rest']}"
    return [f"  {result}invoke {asm}", where]


def _with_sources(line: str, last: dict[str, str]) -> str:
    def renamed(match: re.Match[str]) -> str:
        return f"%{last.get(match[1].strip(chr(34)), match[1])} ]"

    return _PHI_SOURCE.sub(renamed, line)


def _stores_none(line: str, harmless: frozenset[str]) -> bool:
    """Whether LLVM stores before a line of a ``__try`` that there is none."""
    match = _CALL.match(line)
    return match is not None and not {*_GROUP.findall(line[match.end() :]), match[2]} & harmless


# ---- what is left ----------------------------------------------------------------------------


def _unguarded(function: Sequence[str], harmless: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The lines in a ``__try`` before which LLVM stores that there is none, and what they are."""
    blocks = _blocks(function)
    tries = _tries(blocks)
    for label, lines in blocks.items():
        if not tries.get(label):
            continue
        for line in lines:
            match = _CALL.match(line)
            is_known = any(f"@llvm.{each}" in line for each in _OF_THE_FRAME)
            if match and not is_known and _stores_none(line, harmless):
                yield line, _what(match[1] or match[2])


def _what(called: str) -> str:
    if called == "asm":
        return "inline assembly"
    if called.startswith(("@llvm.memcpy", "@llvm.memmove", "@llvm.memset")):
        return f"a copy of more than {LARGEST_COPY} bytes, or of a size that is no constant"
    return called.removeprefix("@llvm.").removeprefix("@")


def _blocks(function: Sequence[str]) -> dict[str, list[str]]:
    """The lines of each block of a function by its label; the first one's is empty."""
    blocks: dict[str, list[str]] = {"": []}
    label = ""
    for line in function[1:]:
        if match := _LABEL.match(line):
            label = match[1]
            blocks[label] = []
        elif line.startswith("          ") and blocks[label]:
            blocks[label][-1] += line  # the targets of an invoke
        else:
            blocks[label].append(line)
    return blocks


def _tries(blocks: dict[str, list[str]]) -> dict[str, _Tries]:
    """The ``__try`` blocks around each block, found by following control flow from the entry."""
    found: dict[str, _Tries] = {"": ()}
    outer: dict[str, _Tries] = {}  # of the block that handles a __try: the blocks around that
    waiting = [""]
    while waiting:
        label = waiting.pop()
        around = found[label]
        text = "\n".join(line for line in blocks[label] if _TARGET.search(line))
        targets = [each.strip('"') for each in _TARGET.findall(text)]
        if "invoke " in text and len(targets) >= 2:
            *_, normal, unwind = targets
            if "@llvm.seh.try.begin(" in text:
                outer.setdefault(unwind, around)
                inside = around.index(unwind) if unwind in around else len(around)  # a loop
                after = (*around[:inside], unwind)
            elif "@llvm.seh.try.end(" in text:
                after = around[:-1]
            else:
                after = around
            following = {normal: after, unwind: outer.get(unwind, ())}
        else:
            following = dict.fromkeys(targets, around)
        for target, tries in following.items():
            if target in blocks and len(tries) > len(found.get(target, ())) - (target not in found):
                found[target] = tries
                waiting.append(target)
    return found
