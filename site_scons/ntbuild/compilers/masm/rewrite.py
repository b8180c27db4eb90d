"""What of MASM's language llvm-ml takes otherwise than ml64, rewritten line by line.

- ``.CODE name``, ``.CONST`` (llvm-ml crashes), segments named PAGE (a directive to llvm-ml),
  ``oword ptr``, ``extern x:near``, listing directives.
- ``LOCAL`` variables become a frame (`frames`).
- Labels are local to their PROC: of a label that several procedures have, each gets a name of its
  own.
- The address of code: ml64 addresses it by RIP, llvm-ml by an absolute field of 32 bits, which no
  image above 2 GiB can hold. ``lea rax, label`` and ``mov rax, label`` become relative to RIP.

What llvm-ml cannot take at all (parameters of PROC, a language in ``.model``) is an error that
names the line. Every line that comes out remembers where it came from, so that messages of the
assembler can name it.

Limits: text is read line by line, and macros are not expanded; `objects.absolute_references` finds
what slipped through.

Source: Microsoft "Microsoft Macro Assembler reference".
"""

import re
from collections.abc import Iterator
from typing import Final

from ntbuild.support.values import dataclass

from .frames import Frame, FrameError, declared, frame, prologue, with_frame

PAGE_SEGMENT: Final = "NtPAGE"
"""What a segment PAGE is called until the object is there; at most eight letters."""

_NAME: Final = r"[A-Za-z_@$?][\w@$?]*"
_LABEL: Final = re.compile(rf"\s*({_NAME})\s*:(?!=)(:?)")
_PROC: Final = re.compile(rf"\s*({_NAME})\s+proc\b(.*)", re.IGNORECASE)
_END_OF_PROC: Final = re.compile(rf"\s*{_NAME}\s+endp\b", re.IGNORECASE)
_SECTION: Final = re.compile(
    rf"\s*(?:\.(?:code|data\??|const|stack)\b|{_NAME}\s+segment\b|end\b)", re.IGNORECASE
)
_EXTERN: Final = re.compile(
    rf"\s*(?:extern|extrn|externdef)\s+({_NAME})\s*:\s*(\w+)", re.IGNORECASE
)
_ADDRESS: Final = re.compile(
    rf"(\s*(?:{_NAME}\s*:\s*)?)(lea|mov)(\s+)(r\w+)(\s*,\s*)(offset\s+)?\[?\s*({_NAME})\s*\]?\s*$",
    re.IGNORECASE,
)
_LISTING: Final = re.compile(
    r"\s*(?:title|subtitle|subttl|\.x?list|\.nolist|\.listall|\.listmacro\w*|\.[xls]all|"
    r"page(?:\s*[\d,+]*)?)(?:\s.*)?$",
    re.IGNORECASE,
)
_IS_PAGE_SEGMENT: Final = re.compile(r"\s*page\s+(?:segment|ends)\b|.*,\s*page\b", re.IGNORECASE)
_PAGE: Final = re.compile(r"\bPAGE\b", re.IGNORECASE)
_FRAME: Final = re.compile(r"\bframe\b", re.IGNORECASE)
_MODEL: Final = re.compile(r"\s*\.model\s+\w+\s*,\s*(\w+)", re.IGNORECASE)
_REGISTER_64: Final = re.compile(r"r(?:[abcd]x|[sb]p|[sd]i|[89]|1[0-5])$", re.IGNORECASE)
_ATTRIBUTES: Final = re.compile(
    r"(?:frame(?:\s*:\s*[\w@$?]+)?|public|private|export|near|far|c|stdcall|syscall)\b,?",
    re.IGNORECASE,
)
_REPLACED: Final = (
    (re.compile(r"^(\s*)\.code\s+\S.*$", re.IGNORECASE), r"\1.code"),
    (re.compile(r"\boword\s+ptr\b", re.IGNORECASE), "xmmword ptr"),
    (re.compile(r"\b(?:near|short)\s+ptr\s+", re.IGNORECASE), ""),
    (re.compile(r"^(\s*)extrn\b", re.IGNORECASE), r"\1extern"),
    (re.compile(rf"^(\s*extern(?:def)?\s+{_NAME}\s*:\s*)(?:near|far)\b", re.IGNORECASE), r"\1proc"),
    (re.compile(rf"^(\s*{_NAME}):(?=:)", re.IGNORECASE), r"\1"),
)


class MasmError(Exception):
    """A source has what llvm-ml cannot assemble, or assembles wrongly; one line, with its place."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The text for llvm-ml, and for each of its lines the number of the source's line."""

    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Symbols:
    """Names that stand for code, casefolded, and the labels that several procedures have."""

    code: frozenset[str]
    repeated: frozenset[str]


def rewrite(text: str, name: str, machine: str) -> Rewritten:
    """The text of the source `name` for llvm-ml. Raises MasmError."""
    source = text.splitlines()
    symbols = _symbols(source)
    frames = _frames(source, name, machine)
    out: list[str] = []
    origin: list[int] = []
    for number, line in _lines(source, symbols, frames, name, machine):
        out.append(line)
        origin.append(number)
    return Rewritten("\n".join(out) + "\n", tuple(origin))


def _frames(source: list[str], name: str, machine: str) -> dict[str, Frame]:
    """The frames of the procedures that have variables, by their names. Raises MasmError."""
    directives: dict[str, dict[int, str]] = {}
    procedure = attributes = ""
    for number, line in enumerate(source, 1):
        code, _ = _split(line)
        if match := _PROC.match(code):
            procedure, attributes = match[1], match[2]
        elif _END_OF_PROC.match(code):
            procedure = ""
        elif procedure and (text := declared(code)) is not None:
            if _FRAME.search(attributes):
                text = "LOCAL in a PROC with FRAME: write the frame out"
                raise MasmError(f"{name}:{number}: {text}")
            directives.setdefault(procedure, {})[number] = text
    found = {}
    for procedure, texts in directives.items():
        try:
            found[procedure] = frame(texts, machine)
        except FrameError as error:
            raise MasmError(f"{name}:{min(texts)}: {error}") from None
    return found


def _lines(
    source: list[str], symbols: _Symbols, frames: dict[str, Frame], name: str, machine: str
) -> Iterator[tuple[int, str]]:
    procedure, in_constants, quoted = "", False, ""
    for number, line in enumerate(source, 1):
        code, comment = _split(line)
        if quoted or re.match(r"\s*comment\s+\S", line, re.IGNORECASE):
            quoted = _still_quoted(line, quoted)
            yield number, ""
            continue
        _refuse(code, f"{name}:{number}")
        if in_constants and _SECTION.match(code):
            in_constants = False
            yield number, "CONST ENDS"
        if re.match(r"\s*\.const\b", code, re.IGNORECASE):
            in_constants = True
            code = "CONST SEGMENT READONLY"
        if match := _PROC.match(code):
            procedure = match[1]
        if procedure:
            code = _with_own_labels(code, procedure, symbols)
        own = frames.get(procedure)
        if _END_OF_PROC.match(code):
            procedure = ""
        if own is None:
            yield number, _replaced(code, symbols, procedure, machine) + comment
            continue
        for each in _in_frame(code, number, own, machine):
            yield number, _replaced(each, symbols, procedure, machine) + comment


def _in_frame(code: str, number: int, own: Frame, machine: str) -> Iterator[str]:
    """The lines of a PROC with variables that one of its lines becomes."""
    if number not in own.lines:
        yield from with_frame(code, own, machine)
    elif number == min(own.lines):
        yield from prologue(own, machine)


def _symbols(source: list[str]) -> _Symbols:
    owners: dict[str, set[str]] = {}
    code: set[str] = set()
    procedure = ""
    for line in source:
        text, _ = _split(line)
        if match := _PROC.match(text):
            procedure = match[1]
            code.add(procedure.casefold())
        elif _END_OF_PROC.match(text):
            procedure = ""
        elif match := _LABEL.match(text):
            code.add(match[1].casefold())
            if not match[2] and match[1] != "@@":
                owners.setdefault(match[1].casefold(), set()).add(procedure)
        elif (match := _EXTERN.match(text)) and match[2].casefold() in ("proc", "near", "far"):
            code.add(match[1].casefold())
    repeated = frozenset(label for label, procedures in owners.items() if len(procedures) > 1)
    return _Symbols(frozenset(code), repeated)


def _with_own_labels(code: str, procedure: str, symbols: _Symbols) -> str:
    """Labels that other procedures have as well, with the procedure's name in front."""

    def own(match: re.Match[str]) -> str:
        return f"{procedure}${match[0]}" if match[0].casefold() in symbols.repeated else match[0]

    return re.sub(_NAME, own, code) if symbols.repeated else code


def _replaced(code: str, symbols: _Symbols, procedure: str, machine: str) -> str:
    if _IS_PAGE_SEGMENT.match(code):
        code = _PAGE.sub(PAGE_SEGMENT, code)
    elif _LISTING.match(code):
        return ""
    for pattern, by in _REPLACED:
        code = pattern.sub(by, code)
    if machine == "x64" and (match := _ADDRESS.match(code)):
        return _address(match, symbols, procedure)
    return code


def _address(match: re.Match[str], symbols: _Symbols, procedure: str) -> str:
    """An instruction that takes an address, RIP-relative; others as they are."""
    start, instruction, blank, register, comma, offset, symbol = match.groups()
    bare = symbol.removeprefix(f"{procedure}$") if procedure else symbol
    is_code = bare.casefold() in symbols.code
    is_address = is_code or (offset is not None and instruction.casefold() == "mov")
    if not is_address or not _REGISTER_64.match(register) or _REGISTER_64.match(symbol):
        return match[0]
    return f"{start}lea{blank}{register}{comma}[rip + {symbol}]"


def _refuse(code: str, place: str) -> None:
    match = _PROC.match(code)
    if match and (rest := _ATTRIBUTES.sub("", match[2]).strip()):
        raise MasmError(
            f"{place}: PROC {rest}: llvm-ml takes no parameters or USES; write the frame out, "
            "or assemble a .S"
        )
    match = _MODEL.match(code)
    if match:
        raise MasmError(
            f"{place}: .model with {match[1]}: llvm-ml decorates no names; write .model flat, and "
            "names as the linker sees them (_Name@8)"
        )


def _split(line: str) -> tuple[str, str]:
    """A line's code and its comment, which begins with the first ``;`` outside of quotes."""
    quote = ""
    for index, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == ";":
            return line[:index], line[index:]
    return line, ""


def _still_quoted(line: str, mark: str) -> str:
    """The mark that ends a ``COMMENT`` block which goes on after a line; empty when it ended."""
    if mark:
        return "" if mark in line else mark
    words = line.split(None, 1)[1]
    return "" if words[0] in words[1:] else words[0]
