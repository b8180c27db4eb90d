r"""Conditions: ``'$(Platform)' == 'x64' and exists('..\a.props')``.

A condition is parsed first and expanded after that, a quoted text at a time, so that quotes and
words in values mean nothing. Comparison of texts ignores case; ``true``, ``on`` and ``yes`` are one
value, and so are numbers that are equal (decimal, hexadecimal or versions).

What cannot be decided is noted and false: no function of that name, a comparison by size of what
are no numbers.

Source: Microsoft "MSBuild conditions".
"""

import re
from typing import Final

from ntbuild.support.text import printable

from .expand import Scope, expand, unescaped
from .functions import version_key

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'[^']*')|(?P<sign>==|!=|<=|>=|[<>()!,])"
    r"|(?P<word>(?:\$\((?:[^()']|'[^']*'|\((?:[^()']|'[^']*')*\))*\)|[@%]\([^)]*\)|[^\s'()<>=!,$@%])+))"
)
_TRUE: Final = frozenset({"true", "on", "yes", "!false", "!off", "!no"})
_FALSE: Final = frozenset({"false", "off", "no", "!true", "!on", "!yes"})
_DEEPEST: Final = 50


class _ConditionError(Exception):
    pass


def holds(condition: str, scope: Scope) -> bool:
    """Whether a condition is true; an empty one is."""
    if not condition.strip():
        return True
    try:
        parser = _Parser(condition, scope)
        value = parser.either(0)
        parser.end()
    except _ConditionError as error:
        scope.note(f"condition {printable(condition)}: {error}")
        return False
    return value


class _Parser:
    """Evaluates while it reads: ``or`` binds weaker than ``and``, ``!`` strongest."""

    def __init__(self, condition: str, scope: Scope) -> None:
        self.scope = scope
        self.tokens: list[tuple[str, str]] = []
        self.position = 0
        at, end = 0, len(condition.rstrip())
        while at < end:
            match = _TOKEN.match(condition, at)
            if match is None or match.lastgroup is None:
                raise _ConditionError(f"{condition[at:].strip()[:20]!r} is not understood")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()

    def end(self) -> None:
        if self.position < len(self.tokens):
            raise _ConditionError(f"{self.tokens[self.position][1]!r} is one word too many")

    def sign(self) -> str:
        kind, text = self.peek()
        return text if kind == "sign" else text.lower() if text.lower() in {"and", "or"} else ""

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.position] if self.position < len(self.tokens) else ("", "")

    def take(self, sign: str) -> bool:
        if self.sign() != sign:
            return False
        self.position += 1
        return True

    def either(self, depth: int) -> bool:
        value = self.both(depth)
        while self.take("or"):
            right = self.both(depth)
            value = value or right
        return value

    def both(self, depth: int) -> bool:
        value = self.single(depth)
        while self.take("and"):
            right = self.single(depth)
            value = value and right
        return value

    def single(self, depth: int) -> bool:
        if depth > _DEEPEST:
            raise _ConditionError("too many brackets")
        if self.take("!"):
            return not self.single(depth + 1)
        if self.take("("):
            value = self.either(depth + 1)
            if not self.take(")"):
                raise _ConditionError("a bracket is not closed")
            return value
        left = self.operand()
        sign = self.sign()
        if sign in {"==", "!=", "<", ">", "<=", ">="}:
            self.position += 1
            return _compared(left, sign, self.operand())
        if left.lower() in _TRUE | _FALSE:
            return left.lower() in _TRUE
        raise _ConditionError(f"{left!r} is neither true nor false")

    def operand(self) -> str:
        kind, text = self.peek()
        if kind not in {"text", "word"}:
            raise _ConditionError(f"{text!r} stands where a value was expected")
        self.position += 1
        if kind == "word" and self.take("("):
            return self.function(text)
        return unescaped(expand(text.strip("'") if kind == "text" else text, self.scope)).strip()

    def function(self, name: str) -> str:
        arguments = [] if self.sign() == ")" else [self.operand()]
        while self.take(","):
            arguments.append(self.operand())
        if not self.take(")"):
            raise _ConditionError(f"{name}: a bracket is not closed")
        if name.lower() == "exists" and len(arguments) == 1:
            paths = [each for each in arguments[0].split(";") if each.strip()]
            found = [self.scope.files.find(self.scope.folder, each) for each in paths]
            return str(bool(found) and None not in found)
        if name.lower() == "hastrailingslash" and len(arguments) == 1:
            return str(arguments[0].endswith(("/", "\\")))
        raise _ConditionError(f"function {name} is not known")


def _compared(left: str, sign: str, right: str) -> bool:
    if sign in {"==", "!="}:
        return _equal(left, right) is (sign == "==")
    try:
        first, second = _number(left), _number(right)
    except ValueError:
        raise _ConditionError(f"{left!r} {sign} {right!r}: not two numbers") from None
    return {
        "<": first < second,
        ">": first > second,
        "<=": first <= second,
        ">=": first >= second,
    }[sign]


def _equal(left: str, right: str) -> bool:
    left, right = left.lower(), right.lower()
    if left == right:
        return True
    for values in (_TRUE, _FALSE):
        if left in values and right in values:
            return True
    try:
        return float(int(left, 0)) == float(int(right, 0))
    except ValueError:
        return False


def _number(text: str) -> tuple[int, ...]:
    """A number or a version as numbers that compare. Raises ValueError."""
    if text.lower().startswith("0x"):
        return (int(text, 16), 0, 0, 0)
    return version_key(text)
