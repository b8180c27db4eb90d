r"""``LOCAL`` variables of a PROC: the frame that ml64 makes for them, written out for llvm-ml.

    GetBase PROC                        GetBase PROC
        LOCAL table[10]:BYTE                push rbp
                                            mov rbp, rsp
                                            sub rsp, 16
        sgdt table                          sgdt [rbp - 10]
        mov rax, qword ptr table[2]         mov rax, qword ptr [rbp - 10 + 2]
        ret                                 leave
    GetBase ENDP                            ret
                                        GetBase ENDP

Invariants: variables lie below the frame pointer in the order of their lines, each aligned to its
element; the size of a frame is a multiple of 16. Every ``ret`` leaves the frame, ``retn`` and
``retf`` do not, as in ml64.

Limits: elements are MASM's own types, no structures; a PROC with FRAME describes its frame itself
and has no LOCAL here.

Source: Microsoft "LOCAL (MASM)", "PROC", "Proc, Epilogue and Prologue Macros".
"""

import re
from collections.abc import Iterator
from typing import Final

from ntbuild.support.values import dataclass

_SIZES: Final = {
    **dict.fromkeys(("byte", "sbyte"), 1),
    **dict.fromkeys(("word", "sword"), 2),
    **dict.fromkeys(("dword", "sdword", "real4"), 4),
    **dict.fromkeys(("qword", "sqword", "real8"), 8),
    "fword": 6,
    "tbyte": 10,
    **dict.fromkeys(("oword", "xmmword"), 16),
}
_SHOWN: Final = {
    "sbyte": "byte",
    "sword": "word",
    "sdword": "dword",
    "real4": "dword",
    "sqword": "qword",
    "real8": "qword",
    "oword": "xmmword",
}
"""What an operand of a type is called where llvm-ml has no word for the type."""

_REGISTERS: Final = {"x64": ("rbp", "rsp", 8), "x86": ("ebp", "esp", 4)}
_ANY_SIZE: Final = frozenset({"lea", "sgdt", "sidt", "lgdt", "lidt", "fxsave", "fxrstor", "invlpg"})
"""Instructions whose operand has no size."""

_NAME: Final = r"[A-Za-z_@$?][\w@$?]*"
_VARIABLE: Final = re.compile(
    rf"\s*({_NAME})\s*(?:\[\s*(\w+)\s*\])?\s*(?::\s*(ptr\b.*|\w+))?\s*$", re.IGNORECASE
)
_DIRECTIVE: Final = re.compile(rf"\s*local\s+(?={_NAME}\s*[:\[,])(.*)$", re.IGNORECASE)
_RETURN: Final = re.compile(rf"(\s*(?:{_NAME}\s*:\s*)?)(ret\b.*)$", re.IGNORECASE)
_INSTRUCTION: Final = re.compile(rf"\s*(?:{_NAME}\s*:\s*)?(\w+)")
_TYPED: Final = re.compile(r"\bptr\s*$", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(\d+)|([\da-f]+)h", re.IGNORECASE)


class FrameError(Exception):
    """A variable that has no place; the text has no place in the source."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The variables of one PROC: how far below the frame pointer each is, and its type.

    Names are casefolded. ``lines``: those of the directives, from 1.
    """

    size: int
    variables: dict[str, tuple[int, str]]
    lines: frozenset[int]


def declared(code: str) -> str | None:
    """The list of variables of a LOCAL directive; None for another line (a macro's LOCAL too)."""
    match = _DIRECTIVE.match(code)
    return match[1] if match else None


def frame(directives: dict[int, str], machine: str) -> Frame:
    """The frame of a PROC with these lists by line. Raises FrameError."""
    _, _, pointer = _REGISTERS[machine]
    variables: dict[str, tuple[int, str]] = {}
    below = 0
    for text in directives.values():
        for each in text.split(","):
            name, count, kind = _variable(each, pointer)
            size = _SIZES[kind]
            below += count * size
            below += -below % (size if size in {2, 4, 8, 16} else 1)
            variables[name.casefold()] = (below, kind)
    return Frame(below + -below % 16, variables, frozenset(directives))


def _variable(text: str, pointer: int) -> tuple[str, int, str]:
    """Name, number of elements and type of one variable."""
    match = _VARIABLE.match(text)
    if match is None:
        raise FrameError(f"LOCAL {text.strip()}: expected NAME:TYPE or NAME[COUNT]:TYPE")
    own = {8: "qword", 4: "dword"}[pointer]
    kind = (match[3] or "dword").casefold()
    kind = own if kind.startswith("ptr") else kind
    number = _NUMBER.fullmatch(match[2] or "1")
    if number is None:
        raise FrameError(f"LOCAL {text.strip()}: {match[2]} is not a number; write it out")
    if kind not in _SIZES:
        raise FrameError(f"LOCAL {text.strip()}: type {kind} is not one of MASM's own; give bytes")
    return match[1], int(number[1]) if number[1] else int(number[2], 16), kind


def prologue(of: Frame, machine: str) -> tuple[str, ...]:
    """The lines in the place of the first directive."""
    base, stack, _ = _REGISTERS[machine]
    return (f"push {base}", f"mov {base}, {stack}", f"sub {stack}, {of.size}")


def with_frame(code: str, of: Frame, machine: str) -> Iterator[str]:
    """A line of the PROC with its variables as operands; a return leaves the frame first."""
    if match := _RETURN.match(code):
        yield f"{match[1]}leave"
        yield match[2]
        return
    instruction = _INSTRUCTION.match(code)
    has_size = instruction is None or instruction[1].casefold() not in _ANY_SIZE
    base, _, _ = _REGISTERS[machine]

    def operand(match: re.Match[str]) -> str:
        name = match[1].casefold()
        if name not in of.variables:
            return match[0]
        below, kind = of.variables[name]
        inside = f" + {match[2].strip()}" if match[2] else ""
        before = code[: match.start()]
        if before.count("[") > before.count("]"):
            return f"{base} - {below}{inside}"
        is_typed = _TYPED.search(before) is not None or not has_size
        size = "" if is_typed else f"{_SHOWN.get(kind, kind)} ptr "
        return f"{size}[{base} - {below}{inside}]"

    yield re.sub(rf"(?<![\w@$?.])({_NAME})(?:\s*\[([^\[\]]*)\])?", operand, code)
