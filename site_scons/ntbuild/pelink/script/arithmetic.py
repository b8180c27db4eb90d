"""Arithmetic of linker scripts: 64-bit words, as GNU ld calculates with them.

``/`` and ``%`` are signed and round towards zero, comparisons and ``>>`` are unsigned, a shift
counts modulo 64, and results wrap around.

Source: GNU ld 2.40 as it behaves; its manual, "Operators".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from . import syntax_tree as ast

WORD: Final = (1 << 64) - 1
_SIGN: Final = 1 << 63


def signed(value: int) -> int:
    """A word read as a signed number."""
    return (value & WORD) - ((value & _SIGN) << 1)


def aligned(value: int, alignment: int) -> int:
    """The next multiple of ``alignment``, which is any number; 0 and 1 change nothing."""
    return value if alignment < 2 else (value + alignment - 1) // alignment * alignment & WORD


def _quotient(left: int, right: int) -> int:
    sign = -1 if (signed(left) < 0) != (signed(right) < 0) else 1
    return sign * (abs(signed(left)) // abs(signed(right)))


def _remainder(left: int, right: int) -> int:
    return signed(left) - _quotient(left, right) * signed(right)


_BINARY: Final[dict[str, Callable[[int, int], int]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "%": _remainder,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "&&": lambda a, b: bool(a) and bool(b),
    "||": lambda a, b: bool(a) or bool(b),
}
_UNARY: Final[dict[str, Callable[[int], int]]] = {
    "-": lambda a: -a,
    "~": lambda a: ~a,
    "!": lambda a: not a,
}


def binary(operator: str, left: int, right: int) -> int | None:
    """The word that an operator makes of two; None for a division by zero."""
    if operator in "/%" and not right & WORD:
        return None
    return int(_BINARY[operator](left & WORD, right & WORD)) & WORD


def unary(operator: str, operand: int) -> int:
    """The word that ``- ~ !`` makes of one."""
    return int(_UNARY[operator](operand & WORD)) & WORD


def constant(expression: ast.Expression, names: Mapping[str, int] | None = None) -> int | None:
    """The value of an expression of numbers and ``names``; None when it depends on more."""
    chain: list[ast.Binary] = []
    while isinstance(expression, ast.Binary):  # a chain of operators is as long as its text
        chain.append(expression)
        expression = expression.left
    value: int | None = None
    if isinstance(expression, ast.Number):
        value = expression.value
    elif isinstance(expression, ast.Name):
        value = (names or {}).get(expression.name)
    elif isinstance(expression, ast.Unary):
        operand = constant(expression.operand, names)
        value = None if operand is None else unary(expression.operator, operand)
    for each in reversed(chain):
        right = constant(each.right, names)
        if value is None or right is None:
            return None
        value = binary(each.operator, value, right)
    return value


def names_in(expression: ast.Expression) -> Iterator[str]:
    """The symbols whose values an expression uses; those of DEFINED and of sections are not."""
    waiting = [expression]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.Name):
            if each.name != ".":
                yield each.name
        elif isinstance(each, ast.Unary):
            waiting.append(each.operand)
        elif isinstance(each, ast.Binary):
            waiting += (each.left, each.right)
        elif isinstance(each, ast.Conditional):
            waiting += (each.test, each.yes, each.no)
        elif isinstance(each, ast.Call):
            is_assertion = each.function == "ASSERT"  # whose second argument is its message
            waiting += each.arguments[:1] if is_assertion else each.arguments[_first(each) :]


def _first(call: ast.Call) -> int:
    """Where the arguments that are expressions begin."""
    return int(call.function in ast.OF_NAMES)
