"""Casts that stand where C wants an object: cl takes them, clang has no switch for them.

    (PUCHAR)Entry += Size;              (*(PUCHAR *)&(Entry)) += Size;
    WdfMemoryCreate(&((PVOID)State));   WdfMemoryCreate(&((*(PVOID *)&(State))));

`rewritten` puts the right-hand form, which means what cl makes of the left, into a file's text. No
line is added, so lines in messages and debug information stay right; columns behind a rewriting
do not.

Only C has this. It is done by tokens, in every branch of the text and in bodies of macros, and it
can be: where a type in parentheses is the operand of ``&``, ``++`` or ``--``, or stands at the
start of what is assigned to, C allows nothing else. A name in parentheses counts as a type where an
operand follows it.

Limits: the operand is a name, or something in parentheses, with what follows it (``->x``, ``[i]``);
types have neither parentheses nor brackets; what a macro of a kit's header assigns to is not seen.

Source: Microsoft C Language Reference, "L-Value and R-Value Expressions"; compiler warning C4213.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"(?P<skip>/\*.*?\*/|//(?:\\\n|[^\n])*|\\\n|[ \t\r\f]+)"
    r"|(?P<text>L?\"(?:\\.|[^\"\\\n])*\"|L?'(?:\\.|[^'\\\n])*')"
    r"|(?P<name>[A-Za-z_$]\w*)"
    r"|(?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)"
    r"|(?P<directive>^[ \t]*#[^\n]*)"
    r"|(?P<line>\n)"
    r"|(?P<sign><<=|>>=|\+\+|--|->|&&|\|\||[-+*/%&|^!=<>]=|<<|>>|.)",
    re.DOTALL | re.MULTILINE,
)
_DEFINE: Final = re.compile(r"[ \t]*#[ \t]*define[ \t]+\w+(?:\([^)\n]*\))?")
_CAST: Final = r"\([ \t]*[A-Za-z_][\w \t]*\**[ \t]*\)[ \t]*[*A-Za-z_(]"
_CANDIDATE: Final = re.compile(
    rf"(?:&|\+\+|--)[ \t]*\(*[ \t]*{_CAST}"
    rf"|{_CAST}[^;=\n]*?(?:(?<![=!<>])=(?!=)|<<=|>>=|\)[ \t]*(?:\+\+|--))"
)
_MACRO: Final = re.compile(
    r"^[ \t]*#[ \t]*define[ \t]+(\w+)\(([^)\n]*)\)((?:\\\n|[^\n])*)", re.MULTILINE
)
_OPERATOR: Final = r"\s*(?:[-+*/%&|^]?=(?!=)|<<=|>>=|\+\+|--)"
_ASSIGNED: Final = (
    r"(?:(?<![\w&)\]\s])\s*&|\+\+|--)\s*\(?\s*\b{0}\s*\)?\s*[,;)]"
    rf"|(?<![\w*&>.)\]\s])\s*(?:\(\s*{{0}}\s*\)|\b{{0}}\b){_OPERATOR}"
)
_NO_MACROS: Final[Mapping[str, frozenset[int]]] = MappingProxyType({})
_ASSIGNMENTS: Final = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="})
_STEPS: Final = frozenset({"++", "--"})
_STARTS: Final = frozenset({"", ";", "{", "}", "(", ",", ":", "?", "=", "else", "do"})
"""What an expression may follow that begins with the cast; "": the start of a macro's body."""

_BEFORE_UNARY: Final = frozenset({*_STARTS, *_ASSIGNMENTS, "[", "&&", "||", "return", "==", "!="})
"""What makes an ``&`` the one that takes an address."""

_POSTFIX: Final = frozenset({"->", ".", "[", "("})
_HEADS: Final = frozenset({"if", "while", "for", "switch"})
_WORDS: Final = frozenset({"sizeof", "return", "if", "while", "for", "switch", "case", "goto"})
"""Words that are never a type, nor what an operand begins with."""


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _Cast(NamedTuple):
    """A cast: numbers of its first token, of its operand's first, and of the one after that."""

    first: int
    operand: int
    end: int


def assigning_macros(text: str) -> dict[str, frozenset[int]]:
    """Macros of a file that assign to an argument or take its address, and which arguments.

    >>> assigning_macros("#define SetFlag(F, Bits) ((F) |= (Bits))")
    {'SetFlag': frozenset({0})}
    """
    found: dict[str, frozenset[int]] = {}
    for name, parameters, body in _MACRO.findall(text):
        names = [each.strip() for each in parameters.replace("\\\n", " ").split(",")]
        numbers = {
            number
            for number, each in enumerate(names)
            if each.isidentifier() and re.search(_ASSIGNED.format(each), body)
        }
        if numbers:
            found[name] = frozenset(numbers)
    return found


def rewritten(text: str, macros: Mapping[str, frozenset[int]] = _NO_MACROS) -> str | None:
    """The text with such casts as pointers; None when there are none.

    ``macros``: what `assigning_macros` found in this file and in those that it includes.
    """
    calls = rf"\b(?:{'|'.join(map(re.escape, macros))})[ \t]*\(" if macros else None
    if not _CANDIDATE.search(text) and not (calls and re.search(calls, text)):
        return None
    tokens = _tokens(text)
    edits: dict[int, str] = {}
    for number, token in enumerate(tokens):
        found = []
        if _takes_operand(tokens, number):
            found = [_operand_cast(tokens, number + 1)]
        elif token.text == "(":
            found = [_assigned_cast(tokens, number)]
        elif token.text in macros and _text(tokens, number + 1) == "(":
            found = [_whole_cast(tokens, at) for at in _arguments(tokens, number, macros)]
        for each in filter(None, found):
            _edit(tokens, each, edits)
    return _with(text, edits) if edits else None


def _takes_operand(tokens: Sequence[_Token], number: int) -> bool:
    """Whether a token is an ``&`` that takes an address, or a ``++`` before its operand."""
    text = tokens[number].text
    if text == "&":
        return _before(tokens, number) in _BEFORE_UNARY
    return text in _STEPS and _before(tokens, number) in _STARTS


def _arguments(
    tokens: Sequence[_Token], number: int, macros: Mapping[str, frozenset[int]]
) -> Iterator[int]:
    """Where the arguments begin that the macro at `number` assigns to."""
    wanted = macros[tokens[number].text]
    start, count, end = number + 2, 0, _closing(tokens, number + 1)
    at = start
    while at <= end and at < len(tokens):
        if tokens[at].text in ("(", "["):
            at = _closing(tokens, at)
        elif tokens[at].text in (",", ")"):
            if count in wanted and tokens[start].text == "(":
                yield start
            start, count = at + 1, count + 1
        at += 1


def _tokens(text: str) -> list[_Token]:
    """The tokens of a text; a directive is one empty token, and the body of a macro follows it."""
    found: list[_Token] = []
    at, is_body = 0, False
    while match := _TOKEN.match(text, at):
        kind, at = match.lastgroup or "", match.end()
        if kind == "directive":
            define = _DEFINE.match(text, match.start())
            is_body = define is not None
            at = define.end() if define else _logical_end(text, match.start())
            found.append(_Token("sign", "", at, at))
        elif kind == "line" and is_body:  # the lines of a body are joined by backslashes
            is_body = False
            found.append(_Token("sign", "", at, at))
        elif kind not in ("skip", "line"):
            found.append(_Token(kind, match[0], match.start(), at))
    return found


def _logical_end(text: str, start: int) -> int:
    """The end of a directive, with the lines that a backslash joins to it."""
    at = text.find("\n", start)
    while at > 0 and text[at - 1] == "\\":
        at = text.find("\n", at + 1)
    return len(text) if at < 0 else at


def _before(tokens: Sequence[_Token], number: int) -> str:
    """The text of what precedes a token; of names and literals, "x"."""
    if number == 0:
        return ""
    before = tokens[number - 1]
    known = before.kind == "sign" or before.text in _STARTS or before.text == "return"
    return before.text if known else "x"


def _begins(tokens: Sequence[_Token], number: int) -> bool:
    """Whether an expression may begin at a parenthesis that is no call's."""
    before = _before(tokens, number)
    if before == ")":
        opening = _opening(tokens, number - 1)
        return opening > 0 and tokens[opening - 1].text in _HEADS
    return before in _STARTS


def _opening(tokens: Sequence[_Token], number: int) -> int:
    """The parenthesis that the one at `number` closes; -1 without."""
    depth = 0
    for at in range(number, -1, -1):
        depth += (tokens[at].text == ")") - (tokens[at].text == "(")
        if depth == 0:
            return at
    return -1


def _closing(tokens: Sequence[_Token], number: int) -> int:
    """The bracket that closes the one at `number`; the count of tokens without."""
    depth = 0
    for at in range(number, len(tokens)):
        depth += (tokens[at].text in ("(", "[")) - (tokens[at].text in (")", "]"))
        if depth == 0 or tokens[at].text in ("", ";"):
            return at if depth == 0 else len(tokens)
    return len(tokens)


def _operand_cast(tokens: Sequence[_Token], number: int) -> _Cast | None:
    """The cast that is the operand at `number`, in parentheses or not."""
    at = number
    while at < len(tokens) and tokens[at].text == "(":
        found = _cast(tokens, at)
        if found:
            end, depth = found.end, at - number
            outer = all(_text(tokens, end + each) == ")" for each in range(depth))
            is_whole = _text(tokens, end + depth) not in _POSTFIX or not depth
            return found if outer and is_whole else None
        at += 1
    return None


def _whole_cast(tokens: Sequence[_Token], number: int) -> _Cast | None:
    """The cast that is the whole argument at `number`."""
    found, at = _operand_cast(tokens, number), number
    while found and tokens[at].text == "(" and at < found.first:
        at += 1
    end = _text(tokens, found.end + at - number) if found else ""
    return found if end in (",", ")") else None


def _assigned_cast(tokens: Sequence[_Token], number: int) -> _Cast | None:
    """The cast at `number`, in parentheses or not, that is assigned to or stepped."""
    found, at = None, number
    while found is None and _text(tokens, at) == "(":
        found = _cast(tokens, at)
        at += found is None
    if found is None:
        return None
    end, depth = found.end, at - number
    for _ in range(depth):
        if _text(tokens, end) != ")":
            return None
        end += 1
    after = _text(tokens, end)
    if after in _STEPS and depth:  # whatever is before it, but for a call's name
        return found if _before(tokens, number) not in ("x", ")", "]") else None
    return found if after in _ASSIGNMENTS and _begins(tokens, number) else None


def _text(tokens: Sequence[_Token], number: int) -> str:
    return tokens[number].text if number < len(tokens) else ""


def _cast(tokens: Sequence[_Token], number: int) -> _Cast | None:
    """The cast that begins at a parenthesis."""
    at, names = number + 1, 0
    while at < len(tokens) and tokens[at].kind == "name" and tokens[at].text not in _WORDS:
        at, names = at + 1, names + 1
    while _text(tokens, at) == "*":
        at += 1
    if not names or _text(tokens, at) != ")":
        return None
    end = _postfix_end(tokens, at + 1)
    return None if end < 0 else _Cast(number, at + 1, end)


def _postfix_end(tokens: Sequence[_Token], number: int) -> int:
    """The token after a postfix expression, a pointer's target or a cast of one; else -1."""
    while _text(tokens, number) == "*":
        number += 1
    if number >= len(tokens):
        return -1
    first = tokens[number]
    if first.text == "(":
        inner = _cast(tokens, number)
        if inner:
            return inner.end
        at = _closing(tokens, number) + 1
    elif first.kind == "name" and first.text not in _WORDS:
        at = number + 1
    else:
        return -1
    while at < len(tokens):
        text = tokens[at].text
        if text in ("->", ".") and tokens[min(at + 1, len(tokens) - 1)].kind == "name":
            at += 2
        elif text == "[":
            at = _closing(tokens, at) + 1
        else:
            break
    return at if at <= len(tokens) else -1


def _edit(tokens: Sequence[_Token], cast: _Cast, edits: dict[int, str]) -> None:
    """``(T)E`` becomes ``(*(T *)&(E))``: what goes in at places of the text; E may be one too."""
    first, closing = tokens[cast.first], tokens[cast.operand - 1]
    operand, last = tokens[cast.operand], tokens[cast.end - 1]
    if closing.start in edits:
        return
    places = ((first.start, "(*"), (closing.start, " *"), (operand.start, "&("), (last.end, "))"))
    for place, words in places:
        edits[place] = edits.get(place, "") + words
    inner = _cast(tokens, cast.operand) if operand.text == "(" else None
    if inner and inner.end == cast.end:
        _edit(tokens, inner, edits)


def _with(text: str, edits: dict[int, str]) -> str:
    parts, at = [], 0
    for place in sorted(edits):
        parts += [text[at:place], edits[place]]
        at = place
    return "".join([*parts, text[at:]])
