"""``__try`` on x64 and arm64: functions without it are optimised, in the same source.

A source with ``__try`` is not optimised, for LLVM sees no way from a load or a store to a handler:
it keeps values in registers that the handler finds overwritten, and drops stores that only the
handler sees. That holds for the functions that have handlers. So a release compiles such a source
in two steps, by way of the compiler's own text before any optimisation (LLVM IR):

    define i32 @Read(ptr %0) #0 personality ptr @__C_specific_handler {

is marked ``noinline optnone``, and the second step optimises the functions that are not. Passes
over the IR and over the machine's code leave a function with the mark alone, but its registers are
allocated by the optimiser's allocator, which keeps a value that two blocks use in a register. So in
a marked function such a value goes through memory: it is stored where it is made, and loaded in
each other block. What is left in registers lives in one block, and a handler is never in the block
of what it guards.

Limits: for x86 see `ntbuild.compilers.seh.guarded_copies`. A function that must be inlined
(``__forceinline``) and has handlers is called. A source with a function whose text is not
understood is not optimised as a whole, and the build says so.

Source: LLVM's language reference (``optnone``); that the allocator is the module's, and not the
function's, was seen in a nested handler of ``tests/compilers/programs/seh.c``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from ntbuild.support.values import dataclass

_QUIET: Final = "-Wno-unused-command-line-argument"
_AS_WRITTEN: Final = ("-Xclang", "-disable-lifetime-markers", "-Xclang", "-disable-llvm-passes")
"""Markers of a variable's lifetime are handlers of their own with asynchronous exceptions."""
_TEXT: Final = ("-S", "-emit-llvm", "-o")

_NAME: Final = r"\"[^\"]*\"|[\w$.-]+"
_SCALAR: Final = r"ptr|i\d+|half|float|double|fp128|x86_fp80"
_TYPE: Final = (
    rf"(?:{_SCALAR}|<\d+ x (?:{_SCALAR})>|\[\d+ x (?:{_SCALAR})\]"
    rf"|\{{ (?:{_SCALAR})(?:, (?:{_SCALAR}))* \}})"
)
_HEAD: Final = re.compile(rf"^define .*?@(?:{_NAME})\(")
_GROUP: Final = re.compile(r" #(\d+)\b")
_LABEL: Final = re.compile(rf"^({_NAME}):")
_MADE: Final = re.compile(rf"^  (%(?:{_NAME})) = (\S+) ?(.*)")
_USED: Final = re.compile(rf"%(?:{_NAME})")
_PARAMETER: Final = re.compile(rf"^({_TYPE})? ?.*?(%(?:{_NAME}))$")
_INCOMING: Final = re.compile(rf"\[ (.+?), (%(?:{_NAME})) \]")
_NORMAL: Final = re.compile(rf"^ +to label (%(?:{_NAME}))")

_FIRST_TYPE: Final = re.compile(rf"^(?:[a-z_0-9]+(?:\([^)]*\))? |align \d+ )*?({_TYPE})[ ,(]")
_LAST_TYPE: Final = re.compile(rf" to ({_TYPE})(?:, !.*)?$")
_CONDITION: Final = re.compile(rf"^(?:[a-z]+ )*i1 [^,]*, ({_TYPE}) ")
_COMPARED: Final = re.compile(rf"^(?:[a-z]+ )*(?:{_SCALAR}) ")

_CONVERSIONS: Final = re.compile(
    "trunc|[sz]ext|fp(?:trunc|ext|to[us]i)|[us]itofp|ptrtoint|inttoptr|bitcast"
)
_OF_FIRST_TYPE: Final = re.compile(
    "add|sub|mul|[us]div|[us]rem|shl|[la]shr|and|x?or|f(?:add|sub|mul|div|rem|neg)"
    "|phi|freeze|load|call|tail|musttail|notail|invoke"
)
_TOKENS: Final = frozenset(["catchpad", "catchswitch", "cleanuppad"])
"""Their values are not of a type that has memory, and nothing is computed for them."""


class _Unknown(Exception):  # noqa: N818 - what is caught here, not an error of a user's
    """A line of a marked function that is not understood."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a function: its type ("" is unknown), its block, its line (-1: a parameter)."""

    type: str
    block: int
    line: int


@dataclass(frozen=True, slots=True)
class _Body:
    """The lines between a function's braces, the block of each, the block of each label."""

    lines: tuple[str, ...]
    block: tuple[int, ...]
    labels: dict[str, int]


def compile_neighbours(
    words: Sequence[str], run: Callable[[Sequence[str]], int]
) -> tuple[int, str]:
    """Carry a command ``... -O2 ... -O0 -c -o OBJECT SOURCE`` out in two steps, each by `run`.

    The last level is that of functions with handlers, the one before it that of all others.
    Returns the exit status, and the line that was not understood: then the source was compiled as
    the command says. Raises OSError.
    """
    *flags, _, _, target, source = words
    others = _without_guard(flags)
    if [each for each in others if _is_level(each)][-1:] in ([], ["-O0"]):
        return run(words), ""
    path = Path(f"{target}.ll")
    try:
        if status := run([*others, *_AS_WRITTEN, *_TEXT, str(path), source]):
            return status, ""
        # Strings have escapes for what is not ASCII, names of files may have any byte.
        text, unknown = mark_handlers(path.read_text(encoding="latin-1"))
        if unknown:
            return run(words), unknown
        path.write_text(text, encoding="latin-1")
        return run([*others, _QUIET, "-c", "-o", target, "-x", "ir", str(path)]), ""
    finally:
        path.unlink(missing_ok=True)


def mark_handlers(text: str) -> tuple[str, str]:
    """A module's text with its functions that have handlers marked; or a line not understood."""
    found: list[str] = []
    function: list[str] = []
    groups: dict[str, None] = {}
    try:
        for line in text.removesuffix("\n").split("\n"):  # a name's byte 0x85 ends no line
            if function or (line.startswith("define ") and " personality " in line):
                function.append(line)
            else:
                found.append(line)
            if function and line == "}":
                head, group = _marked(function[0])
                groups[group] = None
                found += [*_through_memory(head, function[1:-1]), "}"]
                function = []
    except _Unknown as unknown:
        return "", str(unknown)
    return "\n".join([*found, *_groups(text, groups), ""]), ""


def _without_guard(flags: Sequence[str]) -> list[str]:
    """The flags without the ``-O0`` of the table, and without the one behind a project's own."""
    kept = list(flags)
    at = kept.index("-fasync-exceptions") + 1
    if kept[at : at + 1] == ["-O0"]:
        del kept[at]
    levels = [at for at, each in enumerate(kept) if _is_level(each)]
    if levels and kept[levels[-1]] == "-O0":
        del kept[levels[-1]]
    return kept


def _is_level(word: str) -> bool:
    return word.startswith("-O") and len(word) <= len("-O0")


# ---- the mark --------------------------------------------------------------------------------


def _marked(head: str) -> tuple[str, str]:
    """A function's first line with the mark, and the number of its group of attributes."""
    end = _end_of_parameters(head)
    group = _GROUP.search(head, end)
    if group is None:
        raise _Unknown(head)
    marked = f"{head[: group.start()]} noinline optnone #1000{group[1]}{head[group.end() :]}"
    return marked, group[1]


def _groups(text: str, numbers: Iterable[str]) -> Iterator[str]:
    """The groups of marked functions: theirs, without what the mark contradicts."""
    for number in numbers:
        line = re.search(rf"^attributes #{number} = (.*)$", text, re.MULTILINE)
        words = re.sub(
            r"\b(?:alwaysinline|inlinehint|optsize|minsize) ", "", line[1] if line else "{ }"
        )
        yield f"attributes #1000{number} = {words}"


def _end_of_parameters(head: str) -> int:
    start = _HEAD.match(head)
    depth = 1
    for at in range(start.end() if start else len(head), len(head)):
        depth += (head[at] == "(") - (head[at] == ")")
        if not depth:
            return at
    raise _Unknown(head)


# ---- values that go through memory -----------------------------------------------------------


def _through_memory(head: str, lines: Sequence[str]) -> Iterator[str]:
    """A function's lines up to its last brace; no value is used in two blocks."""
    body = _blocks(lines)
    values = {**_parameters(head), **_made(body)}
    uses = _uses_elsewhere(body, values)
    entry: list[str] = []
    behind: dict[int, list[str]] = {}
    before: dict[int, list[str]] = {}
    changed = list(lines)
    for number, (name, places) in enumerate(uses.items()):
        value, slot = values[name], f"%ntbuild.slot.{number}"
        if not value.type:
            raise _Unknown(lines[value.line] if value.line >= 0 else head)
        entry.append(f"  {slot} = alloca {value.type}")
        store = f"  store volatile {value.type} {name}, ptr {slot}"
        if value.line < 0:
            entry.append(store)
        else:
            behind.setdefault(_last_line(body, value), []).append(store)
        for at in places:
            loaded = f"{slot}.{at}"
            before.setdefault(at, []).append(f"  {loaded} = load volatile {value.type}, ptr {slot}")
            changed[at] = re.sub(rf"{re.escape(name)}(?![\w$.-])", loaded, changed[at])
    start = 1 if _LABEL.match(lines[0]) else 0
    yield head
    yield from changed[:start]
    yield from entry
    for at in range(start, len(lines)):
        yield from (*before.get(at, ()), changed[at], *behind.get(at, ()))


def _blocks(lines: Sequence[str]) -> _Body:
    block: list[int] = []
    labels: dict[str, int] = {}
    number = -1 if _LABEL.match(lines[0]) else 0
    for line in lines:
        if match := _LABEL.match(line):
            number += 1
            labels[f"%{match[1]}"] = number
        block.append(number)
    return _Body(tuple(lines), tuple(block), labels)


def _parameters(head: str) -> dict[str, _Value]:
    """Parameters by name; those of the entry block."""
    start = _HEAD.match(head)
    found = {}
    for each in re.split(
        r", (?![^(]*\))", head[start.end() if start else 0 : _end_of_parameters(head)]
    ):
        if match := _PARAMETER.match(each):
            found[match[2]] = _Value(match[1] or "", 0, -1)
    return found


def _made(body: _Body) -> dict[str, _Value]:
    """Values by name, without those that are places in the frame for all of the function's time."""
    found = {}
    for at, line in enumerate(body.lines):
        match = _MADE.match(line)
        if match is None or match[2] in _TOKENS or (match[2] == "alloca" and not body.block[at]):
            continue
        block = body.block[at]
        if match[2] == "invoke":  # its value is there where it goes on to
            normal = _NORMAL.match(body.lines[at + 1])
            if normal is None:
                raise _Unknown(line)
            block = body.labels[normal[1]]
        found[match[1]] = _Value(_type_of(match[2], match[3]), block, at)
    return found


def _type_of(operation: str, rest: str) -> str:
    """The type of a value; "" when it is not understood."""
    if operation in {"getelementptr", "alloca"}:
        return "" if re.search(r"<\d+ x ptr>", rest) else "ptr"
    if operation in {"icmp", "fcmp"}:
        return "i1" if _COMPARED.match(rest) else ""
    if _CONVERSIONS.fullmatch(operation):
        match = _LAST_TYPE.search(rest)
    elif operation == "select":
        match = _CONDITION.match(rest)
    elif _OF_FIRST_TYPE.fullmatch(operation):
        match = _FIRST_TYPE.match(rest)
    else:
        match = None
    return match[1] if match else ""


def _uses_elsewhere(body: _Body, values: dict[str, _Value]) -> dict[str, list[int]]:
    """The lines that use a value in another block than the value's own, by name."""
    found: dict[str, list[int]] = {}
    for at, line in enumerate(body.lines):
        match = _MADE.match(line)
        text = match[3] if match else line
        if line.lstrip().startswith("#dbg"):  # what a debugger is told; no code
            continue
        if match and match[2] == "phi":  # a use at the end of the block that is left
            for value, label in _INCOMING.findall(text):
                if value in values and values[value].block != body.labels.get(label, 0):
                    raise _Unknown(line)
            continue
        for name in dict.fromkeys(_USED.findall(text)):
            if name in values and values[name].block != body.block[at]:
                if not line.startswith("  ") or line.startswith("   "):  # goes on from another
                    raise _Unknown(line)
                found.setdefault(name, []).append(at)
    return found


def _last_line(body: _Body, value: _Value) -> int:
    """The line behind which a value can be stored."""
    at = value.line
    if body.block[at] != value.block:  # of an invoke: where it goes on to
        at = body.block.index(value.block)
    while at + 1 < len(body.lines) and re.match(rf"^  %(?:{_NAME}) = phi ", body.lines[at + 1]):
        at += 1
    return at
