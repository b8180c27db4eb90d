"""The parser of expressions and assignments in linker scripts; C's operators and precedence.

Source: GNU ld manual, "Expressions in Linker Scripts", "Assigning Values to Symbols".
"""

import re
from typing import Final

from ntbuild.support.text import printable

from . import syntax_tree as ast
from .scanner import PATTERN, SYMBOL, Scanner

# The lookahead at the end keeps ``a == b`` from being read as an assignment.
_ASSIGNED: Final = re.compile(
    r'(?:"([^"\n]*)"|([A-Za-z_.$][\w.$]*))\s*(=|\+=|-=|\*=|/=|&=|\|=|<<=|>>=)(?!=)'
)
_NUMBER: Final = re.compile(
    r"(0[xX][0-9a-fA-F]+|\$[0-9a-fA-F]+|[0-9][0-9a-fA-F]*[hHxXoOdDbB]?)([kKmM]?)(?![\w.$])"
)
_LEVELS: Final = {
    operator: level
    for level, operators in enumerate(
        ("||", "&&", "|", "^", "&", "== !=", "<= >= < >", "<< >>", "+ -", "* / %")
    )
    for operator in operators.split()
}
"""How strongly binary operators bind."""

_OPERATOR: Final = re.compile(r"\|\||&&|==|!=|<<|>>|<=|>=|[|^&<>+\-*/%]")
_WRAPPED: Final = {
    "PROVIDE": (True, False),
    "PROVIDE_HIDDEN": (True, True),
    "HIDDEN": (False, True),
}
"""What may stand around an assignment, as (provide, hidden)."""

# BLOCK is GNU ld's older name of ALIGN; NEXT is the same where memory has no holes.
_ALIASES: Final = {"BLOCK": "ALIGN", "NEXT": "ALIGN"}
_BASES: Final = {"h": 16, "x": 16, "o": 8, "d": 10, "b": 2}
# Bits to shift by: 1K is 1024.
_SUFFIXES: Final = {"": 0, "k": 10, "m": 20}
# Each sign is one level of recursion when the expression is evaluated.
_SIGNS: Final = 64
_SHOWN: Final = 40


class ExpressionParser(Scanner):
    """The rules of expressions."""

    def assignment(self) -> ast.Assignment | None:
        """``symbol = expression;`` or PROVIDE(...), None when something else stands here."""
        self.space()
        start = self.at
        word = self.next_word()
        if word in _WRAPPED:
            self.skip_word(word)
            provide, hidden = _WRAPPED[word]
            self.take("(")
            self.space()
            symbol, expression = self._assigned()
            if symbol == ".":
                raise self.error(f"{word} cannot assign to the location counter", start)
            self.take(")")
            self.skip(";")
            return ast.Assignment(symbol, expression, self.place(start), provide, hidden)
        if not _ASSIGNED.match(self.text, start):
            return None
        symbol, expression = self._assigned()
        if not self.skip(";") and not self.skip(","):
            raise self.error("; expected after the assignment")
        return ast.Assignment(symbol, expression, self.place(start))

    def _assigned(self) -> tuple[str, ast.Expression]:
        found = _ASSIGNED.match(self.text, self.at)
        if not found:
            raise self.error("symbol = expression expected")
        symbol = found[1] or found[2]
        if not symbol:
            raise self.error("the symbol has no name")
        self.at = found.end()
        expression = self.expression()
        if found[3] != "=":  # a += 1 is a = a + 1
            expression = ast.Binary(found[3][:-1], ast.Name(symbol), expression)
        return symbol, expression

    def assertion(self) -> ast.Assertion | None:
        """``ASSERT(expression, "message")``, None when something else stands here."""
        self.space()
        start = self.at
        if not self.skip_word("ASSERT"):
            return None
        self.take("(")
        expression = self.expression()
        self.take(",")
        message = self.word(PATTERN, "a message")
        self.take(")")
        self.skip(";")
        return ast.Assertion(expression, message, self.place(start))

    def expression(self) -> ast.Expression:
        """A whole expression; C's conditional operator binds weakest."""
        with self.nested():
            test = self._binary(0)
            if self.skip("?"):
                yes = self.expression()
                self.take(":")
                test = ast.Conditional(test, yes, self.expression())
        return test

    def _binary(self, weakest: int) -> ast.Expression:
        """Operands joined by operators that bind at least as strongly as ``weakest``."""
        left = self._operand()
        while True:
            self.space()
            found = _OPERATOR.match(self.text, self.at)
            if not found or _LEVELS[found[0]] < weakest:
                return left
            self.at = found.end()
            # Operators of one level group from the left, so the right side must bind stronger.
            left = ast.Binary(found[0], left, self._binary(_LEVELS[found[0]] + 1))

    def _operand(self) -> ast.Expression:
        signs = []
        while sign := next((each for each in "-~!+" if self.skip(each)), ""):
            signs.append(sign)
            if len(signs) > _SIGNS:
                raise self.error(f"more than {_SIGNS} signs")
        value = self._primary()
        for sign in reversed(signs):  # the sign next to the operand comes first
            value = value if sign == "+" else ast.Unary(sign, value)
        return value

    def _primary(self) -> ast.Expression:
        if self.skip("("):
            value = self.expression()
            self.take(")")
            return value
        self.space()
        start = self.at
        if found := _NUMBER.match(self.text, start):
            self.at = found.end()
            return ast.Number(self._number(found, start))
        word = self.word(SYMBOL, "an expression")
        if word == "SIZEOF_HEADERS":
            return ast.Call(word, ())
        if self.looking_at("("):
            if word in ast.FUNCTIONS:
                return self._call(word, start)
            raise self.error(f"{printable(word[:_SHOWN])} is no function of linker scripts", start)
        return ast.Name(word)

    def _call(self, word: str, start: int) -> ast.Expression:
        self.take("(")
        arguments: list[ast.Expression] = []
        if word in ast.OF_NAMES:
            arguments.append(ast.Name(self.word(PATTERN, "a name")))
        else:
            arguments.append(self.expression())
        while self.skip(","):
            is_message = word == "ASSERT"
            arguments.append(
                ast.Name(self.word(PATTERN, "a message")) if is_message else self.expression()
            )
        self.take(")")
        fewest, most = ast.FUNCTIONS[word]
        if not fewest <= len(arguments) <= most:
            raise self.error(f"{word} does not take {len(arguments)} arguments", start)
        return ast.Call(_ALIASES.get(word, word), tuple(arguments))

    def _number(self, found: re.Match[str], start: int) -> int:
        """The value of 10, 0x10, $10, 010, 10h, 10o, 10b or 10d, with K or M after it."""
        digits, suffix = found[1].lower(), found[2].lower()
        base = 10
        if digits[0] == "$":
            digits, base = digits[1:], 16
        elif digits.startswith("0x"):
            digits, base = digits[2:], 16
        elif digits[-1] in _BASES and not digits.isdigit():
            digits, base = digits[:-1], _BASES[digits[-1]]
        elif len(digits) > 1 and digits[0] == "0":
            base = 8
        try:
            value = int(digits, base) << _SUFFIXES[suffix]
        except ValueError:
            raise self.error(f"{found[0][:_SHOWN]} is not a number", start) from None
        if value >= 1 << 64:
            raise self.error(f"{found[0][:_SHOWN]} has more than 64 bits", start)
        return value
