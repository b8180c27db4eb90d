"""Expressions of linker scripts, evaluated: numbers, addresses, and offsets in output sections.

A value is one of three kinds. A *number* is a number. An *address* stands in no section. An
*offset* counts from the start of an output section. Two values of different sections become
addresses before an operator is applied; a number beside an offset leaves an offset; two offsets of
one section leave a number. Outside of output sections literals are addresses, as in GNU ld: so
``x = 4`` is absolute, while in an output section it means the section's fifth byte.

An image can be loaded at another base. ``moves`` therefore says how often the base is in an
address: 1 for ``ADDR(.text)``, 0 for ``0x1000`` and for the difference of two addresses. A symbol
whose value moves is defined in the image, one whose value does not is absolute.

Source: GNU ld manual, "The Section of an Expression"; GNU ld 2.40 as it behaves.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from . import syntax_tree as ast
from .arithmetic import WORD, aligned, binary, unary

_PAGE: Final = 0x1000
_BASE_GRAIN: Final = 0x10000
"""Images are loaded at multiples of 64 KiB: lower bits of an address never change."""

_PLAIN: Final = frozenset(("==", "!=", "<", ">", "<=", ">=", "&&", "||"))
_NUMBER, _ADDRESS = -2, -1


@dataclass(frozen=True, slots=True)
class Value:
    """``word`` is the value; ``section`` the output section's index, or what kind it is."""

    word: int
    section: int = _NUMBER
    moves: int = 0

    @property
    def is_number(self) -> bool:
        """Whether it is neither an address nor an offset."""
        return self.section == _NUMBER

    @property
    def in_section(self) -> bool:
        """Whether it is an offset in an output section."""
        return self.section >= 0


def number(word: int) -> Value:
    """A number."""
    return Value(word & WORD)


def address(word: int, moves: int = 1) -> Value:
    """An address; it moves with the image unless ``moves`` is 0."""
    return Value(word & WORD, _ADDRESS, moves)


class EvaluationError(Exception):
    """An expression without a value; the message names what is missing."""


class Scope(Protocol):
    """What an expression can ask for; every method may raise EvaluationError."""

    section: int
    """Index of the output section that the statement stands in, -1 outside of all."""

    is_sane: bool
    """Whether literals are numbers everywhere: LD_FEATURE("SANE_EXPR")."""

    dot: int
    """The location counter as an address."""

    def start_of(self, section: int) -> int:
        """The address of an output section, by index."""

    def symbol(self, name: str) -> Value:
        """The value of a symbol."""

    def is_defined(self, name: str) -> bool:
        """DEFINED."""

    def property_of(self, function: str, name: str) -> Value:
        """ADDR, SIZEOF, ALIGNOF and LOADADDR of a section; ORIGIN and LENGTH of a region."""

    def size_of_headers(self) -> int:
        """SIZEOF_HEADERS."""


def absolute(scope: Scope, value: Value) -> Value:
    """A value as an address."""
    if value.in_section:
        return address(scope.start_of(value.section) + value.word)
    return Value(value.word, _ADDRESS, value.moves)


def from_address(scope: Scope, word: int) -> Value:
    """An address as a value of the section that the statement stands in."""
    if scope.section < 0:
        return address(word)
    return Value((word - scope.start_of(scope.section)) & WORD, scope.section)


def evaluate_expression(expression: ast.Expression, scope: Scope) -> Value:
    """The value of an expression. Raises EvaluationError."""
    chain: list[ast.Binary] = []
    while isinstance(expression, ast.Binary):  # a chain of operators is as long as its text
        chain.append(expression)
        expression = expression.left
    value = _operand(expression, scope)
    for each in reversed(chain):
        value = _binary(each.operator, value, evaluate_expression(each.right, scope), scope)
    return value


def _operand(expression: ast.Expression, scope: Scope) -> Value:
    if isinstance(expression, ast.Number):
        is_address = scope.section < 0 and not scope.is_sane
        return address(expression.value, 0) if is_address else number(expression.value)
    if isinstance(expression, ast.Name):
        return (
            from_address(scope, scope.dot)
            if expression.name == "."
            else (scope.symbol(expression.name))
        )
    if isinstance(expression, ast.Unary):
        operand = evaluate_expression(expression.operand, scope)
        return Value(unary(expression.operator, operand.word), operand.section)
    if isinstance(expression, ast.Conditional):
        test = evaluate_expression(expression.test, scope)
        return evaluate_expression(expression.yes if test.word else expression.no, scope)
    if isinstance(expression, ast.Call):
        return _call(expression, scope)
    raise AssertionError(expression)


def _binary(operator: str, left: Value, right: Value, scope: Scope) -> Value:
    one_section = left.section == right.section
    if not one_section and not left.is_number and not right.is_number:
        left, right = absolute(scope, left), absolute(scope, right)
        one_section = True
    section = right.section if left.is_number else left.section
    word = binary(operator, left.word, right.word)
    if word is None:
        raise EvaluationError(f"{'%' if operator == '%' else '/'} by zero")
    if operator in _PLAIN:
        return number(word)
    if not one_section or section == _NUMBER:
        return Value(word, section, _moves(operator, left, right))
    if scope.section >= 0 or scope.is_sane:
        return number(word)
    return address(word, 0 if left.in_section else _moves(operator, left, right))


def _moves(operator: str, left: Value, right: Value) -> int:
    """How often the image's base is in the result."""
    if operator == "+":
        return left.moves + right.moves
    if operator == "-":
        return left.moves - right.moves
    if operator == "&":
        # A mask of the low 16 bits removes the base: these bits are the same at every base.
        mask = left.word if right.moves else right.word
        return (left.moves or right.moves) if mask >> 16 else 0
    if operator in "|^" and min(left.word, right.word) < _BASE_GRAIN:
        return left.moves or right.moves
    return 0


# --- functions -----------------------------------------------------------------------------------


def _call(call: ast.Call, scope: Scope) -> Value:
    function = call.function
    if function == "SIZEOF_HEADERS":
        return number(scope.size_of_headers())
    first = call.arguments[0]
    if function in ast.OF_NAMES and isinstance(first, ast.Name):
        return _of_name(call, first.name, scope)
    if function == "ASSERT":
        value, message = evaluate_expression(first, scope), call.arguments[1]
        if not value.word and isinstance(message, ast.Name):
            raise EvaluationError(message.name)
        return value
    values = [evaluate_expression(each, scope) for each in call.arguments]
    return _FUNCTIONS[function](values, scope)


def _of_name(call: ast.Call, name: str, scope: Scope) -> Value:
    if call.function == "DEFINED":
        return number(scope.is_defined(name))
    if call.function == "SEGMENT_START":
        return evaluate_expression(call.arguments[1], scope)
    if call.function == "CONSTANT":
        if name not in ("MAXPAGESIZE", "COMMONPAGESIZE"):
            raise EvaluationError(f"unknown constant `{printable(name)}' referenced in expression")
        return number(_PAGE)
    return scope.property_of(call.function, name)


def _align(values: list[Value], scope: Scope) -> Value:
    *before, alignment = values
    if not before:
        return from_address(scope, aligned(scope.dot, alignment.word))
    value = before[0]
    if value.in_section:
        start = scope.start_of(value.section)
        return Value((aligned(start + value.word, alignment.word) - start) & WORD, value.section)
    return Value(aligned(value.word, alignment.word), value.section, value.moves)


def _extreme(values: list[Value], scope: Scope, choose: Callable[..., Value]) -> Value:
    if values[0].section != values[1].section and not any(each.is_number for each in values):
        values = [absolute(scope, each) for each in values]
    return choose(values, key=lambda value: value.word)


def _data_segment(values: list[Value], scope: Scope) -> Value:
    """DATA_SEGMENT_ALIGN as GNU ld has it where no segment is read-only after relocation."""
    size = max(values[0].word, 1)
    return from_address(scope, aligned(scope.dot, size) + (scope.dot & (size - 1)))


_FUNCTIONS: Final[Mapping[str, Callable[[list[Value], Scope], Value]]] = {
    "ABSOLUTE": lambda values, scope: absolute(scope, values[0]),
    "ALIGN": _align,
    "DATA_SEGMENT_ALIGN": _data_segment,
    "DATA_SEGMENT_END": lambda values, _: values[0],
    "DATA_SEGMENT_RELRO_END": lambda values, _: values[1],
    "LOG2CEIL": lambda values, _: number(max(values[0].word - 1, 0).bit_length()),
    "MAX": lambda values, scope: _extreme(values, scope, max),
    "MIN": lambda values, scope: _extreme(values, scope, min),
}
