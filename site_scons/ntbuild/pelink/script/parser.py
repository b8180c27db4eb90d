"""The parser of linker scripts: a recursive descent over GNU ld's grammar.

The language has two alphabets: in a pattern ``*``, ``-`` and ``/`` are letters, in an expression
they are operators. Therefore the text is not split into tokens first; each rule calls the scanner
with the alphabet of what it expects at the current position.

Source: GNU ld manual, "Linker Scripts"; which separators may be left out follows GNU ld 2.40.
"""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from ntbuild.pelink.diagnostics import LinkError

from . import syntax_tree as ast

_Read = TypeVar("_Read")

_SPACE: Final = re.compile(r"(?:\s+|/\*.*?\*/)+", re.DOTALL)
_PATTERN: Final = re.compile(r'"([^"\n]*)"|([\w.$/\\~+*?\[\]^!@%#\'-]+)')
_SYMBOL: Final = re.compile(r'"([^"\n]*)"|([A-Za-z_.$][\w.$]*)')
_ASSIGNED: Final = re.compile(
    r'(?:"([^"\n]*)"|([A-Za-z_.$][\w.$]*))\s*(=|\+=|-=|\*=|/=|&=|\|=|<<=|>>=)(?!=)'
)
_TYPE: Final = re.compile(r"\(\s*(NOLOAD|DSECT|COPY|INFO|OVERLAY|READONLY|TYPE)\b")
_NUMBER: Final = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)([kKmM]?)(?![\w.$])")
_LEVELS: Final = {
    operator: level
    for level, operators in enumerate(
        ("||", "&&", "|", "^", "&", "== !=", "<= >= < >", "<< >>", "+ -", "* / %")
    )
    for operator in operators.split()
}
"""How strongly binary operators bind."""

_OPERATOR: Final = re.compile(r"\|\||&&|==|!=|<<|>>|<=|>=|[|^&<>+\-*/%]")
_SIZES: Final = {"BYTE": 1, "SHORT": 2, "LONG": 4, "QUAD": 8}
_SORTS: Final = ("SORT", "SORT_BY_NAME")
_DEEPEST: Final = 64

_NOT_TAKEN: Final[frozenset[str]] = frozenset(
    re.findall(
        r"\w+",
        """
    ASSERT AS_NEEDED AT CONSTANT CONSTRUCTORS CREATE_OBJECT_SYMBOLS DATA_SEGMENT_ALIGN
    DATA_SEGMENT_END DATA_SEGMENT_RELRO_END EXTERN FILL FORCE_COMMON_ALLOCATION GROUP HIDDEN
    INCLUDE INHIBIT_COMMON_ALLOCATION INPUT INPUT_SECTION_FLAGS INSERT LENGTH LINKER_VERSION
    LOADADDR LOG2CEIL MEMORY NEXT NOCROSSREFS NOCROSSREFS_TO ORIGIN OUTPUT OVERLAY PHDRS
    REGION_ALIAS SEARCH_DIR SEGMENT_START SORT_BY_ALIGNMENT SORT_BY_INIT_PRIORITY SORT_NONE
    SQUAD STARTUP SUBALIGN TARGET VERSION NOLOAD DSECT COPY INFO READONLY TYPE
        """,
    )
)
"""Constructs of GNU ld's language that are known by name, to be refused by name."""


class ScriptParser:
    """One text and a position in it; every ``_take`` raises LinkError at the position."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._at = 0
        self._depth = 0

    def script(self) -> ast.Script:
        """The whole text."""
        sections: list[ast.OutputStatement] = []
        said = {"ENTRY": "", "OUTPUT_FORMAT": "", "OUTPUT_ARCH": ""}
        has_sections = False
        while not self._at_end():
            if self._skip(";"):
                continue
            if assignment := self._assignment():
                sections.append(assignment)
                continue
            start = self._at
            word = self._word(_PATTERN, "a command")
            if word in said:
                said[word] = self._names(word)
            elif word == "SECTIONS":
                has_sections = True
                self._take("{")
                while not self._skip("}"):
                    self._output_statement(sections)
            else:
                raise self._refused(word, start, "ENTRY, OUTPUT_FORMAT, OUTPUT_ARCH or SECTIONS")
        return ast.Script(
            tuple(sections),
            said["ENTRY"],
            said["OUTPUT_FORMAT"],
            said["OUTPUT_ARCH"],
            has_sections,
        )

    def _names(self, command: str) -> str:
        """The first of ``(a)`` or, for OUTPUT_FORMAT, ``(default, big, little)``."""
        self._take("(")
        name = self._word(_PATTERN, f"a name for {command}")
        if command == "OUTPUT_ARCH" and self._skip(":"):
            name = f"{name}:{self._word(_PATTERN, 'a machine')}"
        while command == "OUTPUT_FORMAT" and self._skip(","):
            self._word(_PATTERN, f"a name for {command}")
        self._take(")")
        return name

    # --- output sections ---

    def _output_statement(self, into: list[ast.OutputStatement]) -> None:
        if self._skip(";"):
            return
        if assignment := self._assignment():
            into.append(assignment)
            return
        self._space()
        start = self._at
        if self._text[start : start + 1] in ("", "}"):
            raise self._error("a section's name or } expected")
        name = self._word(_PATTERN, "a section's name")
        if name in ("ENTRY", "OVERLAY") or (name in _NOT_TAKEN and self._looking_at("(", "{")):
            raise self._refused(name, start, "an output section")
        place = self._place(start)
        self._refuse_type()
        address = None if self._looking_at(":") else self._expression()
        self._refuse_type()
        self._take(":")
        align = self._align_of_section()
        self._take("{")
        statements: list[ast.SectionStatement] = []
        while not self._skip("}"):
            self._section_statement(statements)
        if self._looking_at(">", ":", "="):
            raise self._error("memory regions, segments and fills are not supported")
        self._skip(",")
        into.append(ast.SectionDescription(name, tuple(statements), place, address, align))

    def _refuse_type(self) -> None:
        """Section types stand where an address in parentheses may stand: only known words are."""
        self._space()
        if found := _TYPE.match(self._text, self._at):
            raise self._refused(found[1], found.start(1), "")

    def _align_of_section(self) -> ast.Expression | None:
        if self._looking_at("{"):
            return None
        self._space()
        start = self._at
        word = self._word(_SYMBOL, "{")
        if word != "ALIGN":
            raise self._refused(word, start, "ALIGN or {")
        self._take("(")
        align = self._expression()
        self._take(")")
        return align

    def _section_statement(self, into: list[ast.SectionStatement]) -> None:
        if self._skip(";"):
            return
        if assignment := self._assignment():
            into.append(assignment)
            return
        self._space()
        start = self._at
        found = _PATTERN.match(self._text, start)
        word = found[2] if found else None
        if word in _SIZES:
            self._at += len(word)
            self._take("(")
            into.append(ast.Data(_SIZES[word], self._expression(), self._place(start)))
            self._take(")")
        elif word == "KEEP":
            self._at += len(word)
            self._take("(")
            into.append(self._input(keep=True))
            self._take(")")
        elif word in _NOT_TAKEN:
            raise self._refused(word, start, "an input, an assignment or data")
        else:
            into.append(self._input(keep=False))

    # --- inputs ---

    def _input(self, *, keep: bool) -> ast.InputStatement:
        self._space()
        start = self._at
        excluded = self._excluded_files()
        file, sort_files = self._sorted(self._file_pattern)
        self._take("(")
        sections = [self._section_pattern()]
        while not self._skip(")"):
            self._skip(",")
            sections.append(self._section_pattern())
        return ast.InputStatement(
            file, tuple(sections), self._place(start), sort_files, excluded, keep
        )

    def _file_pattern(self) -> str:
        name = self._word(_PATTERN, "a file pattern")
        if self._skip(":"):
            return f"{name}:{self._word(_PATTERN, 'an archive member')}"
        return name

    def _section_pattern(self) -> ast.SectionPattern:
        excluded = self._excluded_files()

        def inner() -> tuple[str, tuple[str, ...]]:
            return self._word(_PATTERN, "a section pattern"), excluded

        def sorted_inner() -> tuple[str, tuple[str, ...]]:
            within = self._excluded_files()
            return self._word(_PATTERN, "a section pattern"), excluded + within

        is_sort = self._looking_at_sort()
        (pattern, files), sort = self._sorted(sorted_inner if is_sort else inner)
        return ast.SectionPattern(pattern, sort, files)

    def _excluded_files(self) -> tuple[str, ...]:
        if not self._skip_word("EXCLUDE_FILE"):
            return ()
        self._take("(")
        files = [self._file_pattern()]
        while not self._skip(")"):
            self._skip(",")
            files.append(self._file_pattern())
        return tuple(files)

    def _looking_at_sort(self) -> bool:
        self._space()
        found = _PATTERN.match(self._text, self._at)
        return found is not None and found[2] in _SORTS

    def _sorted(self, read: Callable[[], _Read]) -> tuple[_Read, bool]:
        """What ``read`` reads, and whether SORT( ) stands around it."""
        self._space()
        start = self._at
        found = _PATTERN.match(self._text, start)
        word = found[2] if found else None
        if word in _NOT_TAKEN:
            raise self._refused(word, start, "a pattern, SORT or EXCLUDE_FILE")
        if word not in _SORTS:
            return read(), False
        self._at += len(word)
        self._take("(")
        value = read()
        self._take(")")
        return value, True

    # --- assignments and expressions ---

    def _assignment(self) -> ast.Assignment | None:
        """``symbol = expression;`` or PROVIDE, None when something else stands here."""
        self._space()
        start = self._at
        for word, hidden in (("PROVIDE_HIDDEN", True), ("PROVIDE", False)):
            if self._skip_word(word):
                self._take("(")
                self._space()
                symbol, expression = self._assigned()
                self._take(")")
                self._skip(";")
                return ast.Assignment(symbol, expression, self._place(start), True, hidden)  # noqa: FBT003
        if not _ASSIGNED.match(self._text, start):
            return None
        symbol, expression = self._assigned()
        if not self._skip(";") and not self._skip(","):
            raise self._error("; expected after the assignment")
        return ast.Assignment(symbol, expression, self._place(start))

    def _assigned(self) -> tuple[str, ast.Expression]:
        found = _ASSIGNED.match(self._text, self._at)
        if not found:
            raise self._error("symbol = expression expected")
        symbol = found[1] or found[2]
        if not symbol:
            raise self._error("the symbol has no name")
        self._at = found.end()
        expression = self._expression()
        if found[3] != "=":
            expression = ast.Binary(found[3][:-1], ast.Name(symbol), expression)
        return symbol, expression

    def _expression(self) -> ast.Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(f"an expression nested deeper than {_DEEPEST}")
        test = self._binary(0)
        if self._skip("?"):
            yes = self._expression()
            self._take(":")
            test = ast.Conditional(test, yes, self._expression())
        self._depth -= 1
        return test

    def _binary(self, weakest: int) -> ast.Expression:
        """Operands joined by operators that bind at least as strongly as ``weakest``."""
        left = self._operand()
        while True:
            self._space()
            found = _OPERATOR.match(self._text, self._at)
            if not found or _LEVELS[found[0]] < weakest:
                return left
            self._at = found.end()
            left = ast.Binary(found[0], left, self._binary(_LEVELS[found[0]] + 1))

    def _operand(self) -> ast.Expression:
        signs = []
        while sign := next((each for each in "-~!+" if self._skip(each)), ""):
            signs.append(sign)
            if len(signs) > _DEEPEST:
                raise self._error(f"more than {_DEEPEST} signs")
        value = self._primary()
        for sign in reversed(signs):
            value = value if sign == "+" else ast.Unary(sign, value)
        return value

    def _primary(self) -> ast.Expression:
        if self._skip("("):
            value = self._expression()
            self._take(")")
            return value
        self._space()
        start = self._at
        if found := _NUMBER.match(self._text, start):
            self._at = found.end()
            return ast.Number(self._number(found, start))
        word = self._word(_SYMBOL, "an expression")
        if word == "SIZEOF_HEADERS":
            return ast.Call(word, ())
        if not self._looking_at("(") or word not in (*ast.FUNCTIONS, *_NOT_TAKEN):
            return ast.Name(word)
        if word in _NOT_TAKEN:
            raise self._refused(word, start, f"one of {', '.join(ast.FUNCTIONS)}")
        return self._call(word, start)

    def _call(self, word: str, start: int) -> ast.Expression:
        self._take("(")
        if word in ("SIZEOF", "ADDR", "DEFINED"):
            arguments: list[ast.Expression] = [ast.Name(self._word(_PATTERN, "a name"))]
        else:
            arguments = [self._expression()]
            while self._skip(","):
                arguments.append(self._expression())
        self._take(")")
        fewest, most = ast.FUNCTIONS[word]
        if not fewest <= len(arguments) <= most:
            raise self._error(f"{word} does not take {len(arguments)} arguments", start)
        return ast.Call("ALIGN" if word == "BLOCK" else word, tuple(arguments))

    def _number(self, found: re.Match[str], start: int) -> int:
        digits, suffix = found[1], found[2].lower()
        octal = len(digits) > 1 and digits[0] == "0" and digits.isdigit()
        try:
            value = int(digits, 8 if octal else 0) << {"": 0, "k": 10, "m": 20}[suffix]
        except ValueError:
            raise self._error(f"{digits[:40]} is not a number", start) from None
        if value >= 1 << 64:
            raise self._error(f"{found[0][:40]} has more than 64 bits", start)
        return value

    # --- the scanner ---

    def _space(self) -> None:
        if found := _SPACE.match(self._text, self._at):
            self._at = found.end()
        if self._text.startswith("/*", self._at):
            raise self._error("a comment without its end")

    def _at_end(self) -> bool:
        self._space()
        return self._at >= len(self._text)

    def _looking_at(self, *texts: str) -> bool:
        self._space()
        return self._text.startswith(texts, self._at)

    def _skip(self, text: str) -> bool:
        if not self._looking_at(text):
            return False
        self._at += len(text)
        return True

    def _skip_word(self, word: str) -> bool:
        self._space()
        found = _PATTERN.match(self._text, self._at)
        if not found or found[2] != word:
            return False
        self._at = found.end()
        return True

    def _take(self, text: str) -> None:
        if not self._skip(text):
            raise self._error(f"{text} expected, not {self._what_is_here()}")

    def _word(self, alphabet: re.Pattern[str], what: str) -> str:
        self._space()
        found = alphabet.match(self._text, self._at)
        if not found or not (found[1] or found[2]):
            raise self._error(f"{what} expected, not {self._what_is_here()}")
        self._at = found.end()
        return found[1] or found[2]

    def _what_is_here(self) -> str:
        found = _PATTERN.match(self._text, self._at)
        return (found[0] if found else self._text[self._at : self._at + 1])[:40] or "the end"

    def _place(self, position: int) -> str:
        line = self._text.count("\n", 0, position) + 1
        column = position - self._text.rfind("\n", 0, position)
        return f"{self._file}:{line}:{column}"

    def _error(self, message: str, position: int | None = None) -> LinkError:
        return LinkError.of(message, place=self._place(self._at if position is None else position))

    def _refused(self, word: str, position: int, expected: str) -> LinkError:
        if word in _NOT_TAKEN:
            return self._error(f"{word} is not supported in linker scripts", position)
        return self._error(f"{expected} expected, not {word[:40]}", position)


def parse_script(text: str, file: str) -> ast.Script:
    """The script in ``text``; raises LinkError with ``file:line:column`` and the construct."""
    return ScriptParser(text, file).script()
