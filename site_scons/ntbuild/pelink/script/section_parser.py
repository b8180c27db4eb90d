"""The parser of SECTIONS: output sections, the inputs in them, and what sorts and excludes those.

Source: GNU ld manual, "SECTIONS Command"; which separators may be left out follows GNU ld 2.40.
"""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from . import syntax_tree as ast
from .arithmetic import constant
from .expression_parser import ExpressionParser
from .scanner import PATTERN, SYMBOL

_T = TypeVar("_T")

_TYPE: Final = re.compile(r"\(\s*(NOLOAD|DSECT|COPY|INFO|OVERLAY|READONLY|TYPE)\b")
_FILL_DIGITS: Final = re.compile(r"0[xX]([0-9a-fA-F]+)(?![\w.$])")
_SIZES: Final = {"BYTE": 1, "SHORT": 2, "LONG": 4, "QUAD": 8, "SQUAD": 8}
_SORTS: Final = {
    "SORT": "name",
    "SORT_BY_NAME": "name",
    "SORT_BY_ALIGNMENT": "alignment",
    "SORT_BY_INIT_PRIORITY": "priority",
    "SORT_NONE": "",
}
_FILL_LIMIT: Final = 4096

IN_NO_IMAGE: Final = {
    "AS_NEEDED": "an image needs no shared objects",
    "COPY": "every section of an image is loaded",
    "CREATE_OBJECT_SYMBOLS": "it is for a.out files",
    "DSECT": "every section of an image is loaded",
    "INFO": "every section of an image is loaded",
    "INPUT_SECTION_FLAGS": "its flags are those of ELF",
    "INSERT": "write the whole layout",
    "ONLY_IF_RO": "write the section that the image shall have",
    "ONLY_IF_RW": "write the section that the image shall have",
    "OVERLAY": "sections of an image cannot overlap",
    "PHDRS": "an image has no program headers",
    "READONLY": "flags of a section come from its inputs",
    "REVERSE": "GNU ld 2.40 does not have it either",
    "SPECIAL": "it is for other formats",
    "TYPE": "its values are those of ELF",
    "VERSION": "symbols of an image have no versions",
}
"""Constructs of GNU ld's language that no image can have, with the reason for the hint."""


class SectionParser(ExpressionParser):
    """The rules of output sections."""

    def output_statement(self, into: list[ast.OutputStatement]) -> None:
        """One statement inside of SECTIONS."""
        if self.skip(";") or self.included_statements(into, self.output_statement):
            return
        if statement := self.assignment() or self.assertion():
            into.append(statement)
            return
        self.space()
        start = self.at
        if self.text[start : start + 1] in ("", "}"):
            raise self.error("a section's name or } expected")
        name = self.word(PATTERN, "a section's name")
        self.refuse(name, start)
        into.append(self._description(name, start))

    def included_statements(self, into: list[_T], statement: Callable[[list[_T]], None]) -> bool:
        """Whether INCLUDE stands here; then the statements of that file are read."""
        if not self.skip_word("INCLUDE"):
            return False
        with self.included():
            while not self.at_end():
                statement(into)
        return True

    def refuse(self, word: str, position: int) -> None:
        """LinkError for a construct that no image can have."""
        if word in IN_NO_IMAGE and (word != "OVERLAY" or not self.looking_at("=")):
            raise self.error(f"{word} is not possible in an image", position, IN_NO_IMAGE[word])

    def _description(self, name: str, start: int) -> ast.SectionDescription:
        # A type can stand before or after an address: .x (NOLOAD) :, .x 0x1000 (NOLOAD) :
        no_load = self._type()
        address = None if no_load or self.looking_at(":") else self.expression()
        no_load = self._type() or no_load
        self.take(":")
        load_address = self._in_parentheses("AT")
        start_of_align = self.at
        align = self._in_parentheses("ALIGN")
        if self.skip_word("ALIGN_WITH_INPUT") and align is not None:
            raise self.error("align with input and explicit align specified", start_of_align)
        subalign = self._in_parentheses("SUBALIGN")
        self.space()
        self.refuse(self.next_word(), self.at)
        self.take("{")
        statements: list[ast.SectionStatement] = []
        while not self.skip("}"):
            self._section_statement(statements)
        region = self.word(SYMBOL, "a memory region") if self.skip(">") else ""
        load_region = ""
        if self.skip_word("AT"):
            self.take(">")
            load_region = self.word(SYMBOL, "a memory region")
        if self.looking_at(":"):
            raise self.error("a program header (:name) is not possible in an image")
        fill = self.fill_pattern() if self.skip("=") else b""
        self.skip(",")
        return ast.SectionDescription(
            name,
            tuple(statements),
            self.place(start),
            address,
            align,
            subalign,
            load_address,
            no_load,
            region,
            load_region,
            fill,
        )

    def _type(self) -> bool:
        """Whether (NOLOAD) stands here, where an address in parentheses may stand, too."""
        self.space()
        found = _TYPE.match(self.text, self.at)
        if not found:
            return False
        self.refuse(found[1], found.start(1))
        self.at = found.end()
        self.take(")")
        return True

    def _in_parentheses(self, keyword: str) -> ast.Expression | None:
        if not self.skip_word(keyword):
            return None
        self.take("(")
        value = self.expression()
        self.take(")")
        return value

    def fill_pattern(self) -> bytes:
        """The bytes of ``0x90`` as they are written, or the lowest four of an expression."""
        self.space()
        start = self.at
        parenthesis = self.skip("(")
        self.space()
        if found := _FILL_DIGITS.match(self.text, self.at):
            self.at = found.end()
            if not parenthesis or self.skip(")"):
                digits = found[1].rjust(len(found[1]) + len(found[1]) % 2, "0")
                if len(digits) > 2 * _FILL_LIMIT:
                    raise self.error(f"a fill pattern of more than {_FILL_LIMIT} bytes", start)
                return bytes.fromhex(digits)
        self.at = start
        value = constant(self.expression())
        if value is None:
            raise self.error("a fill pattern must be a constant", start)
        return (value & 0xFFFFFFFF).to_bytes(4, "big")

    # --- in an output section ---

    def _section_statement(self, into: list[ast.SectionStatement]) -> None:
        if self.skip(";") or self.included_statements(into, self._section_statement):
            return
        if statement := self.assignment() or self.assertion():
            into.append(statement)
            return
        self.space()
        start = self.at
        word = self.next_word()
        self.refuse(word, start)
        if word in _SIZES:
            self.skip_word(word)
            self.take("(")
            into.append(ast.Data(_SIZES[word], self.expression(), self.place(start)))
            self.take(")")
        elif word == "FILL":
            self.skip_word(word)
            self.take("(")
            into.append(ast.Fill(self.fill_pattern(), self.place(start)))
            self.take(")")
        elif self.skip_word("CONSTRUCTORS"):
            pass  # constructors of a.out files: in an image they are sections of their own
        elif self.skip_word("KEEP"):
            self.take("(")
            into.append(self._input(keep=True))
            self.take(")")
        elif word == "SORT_BY_NAME" and self._is_constructors():
            pass
        else:
            into.append(self._input(keep=False))

    def _is_constructors(self) -> bool:
        """Whether ``SORT_BY_NAME(CONSTRUCTORS)`` stands here; then it is taken."""
        start = self.at
        self.skip_word("SORT_BY_NAME")
        if self.skip("(") and self.skip_word("CONSTRUCTORS"):
            self.take(")")
            return True
        self.at = start
        return False

    def _input(self, *, keep: bool) -> ast.InputStatement:
        self.space()
        start = self.at
        self.refuse(self.next_word(), start)
        excluded = self._excluded_files()
        sort = self.next_word()
        if sort in _SORTS:
            if _SORTS[sort] not in ("name", ""):
                raise self.error(f"syntax error: {sort} does not sort files")
            self.word(PATTERN, "a sort")
            self.take("(")
            excluded += self._excluded_files()
        file = self._file_pattern()
        if sort in _SORTS:
            self.take(")")
        sections = []
        if self.skip("("):
            sections.append(self._section_pattern())
            while not self.skip(")"):
                self.skip(",")
                sections.append(self._section_pattern())
        elif self.looking_at(";", "}", ")") or file == "*":
            raise self.error(f"( expected, not {self.what_is_here()}")
        else:
            sections.append(ast.SectionPattern("*"))  # a file alone: all of its sections
        return ast.InputStatement(
            file, tuple(sections), self.place(start), bool(_SORTS.get(sort)), excluded, keep
        )

    def _file_pattern(self) -> str:
        name = "" if self.looking_at(":") else self.word(PATTERN, "a file pattern")
        if self.skip(":"):
            is_end = self.looking_at("(", ")", ",")
            return f"{name}:{'' if is_end else self.word(PATTERN, 'an archive member')}"
        return name

    def _section_pattern(self) -> ast.SectionPattern:
        """``.text*`` with any of EXCLUDE_FILE and SORT forms around it."""
        excluded: tuple[str, ...] = self._excluded_files()
        sorts: list[str] = []
        open_parentheses = 0
        while (word := self.next_word()) in _SORTS:
            start = self.at
            self.skip_word(word)
            self.take("(")
            open_parentheses += 1
            if _SORTS[word]:
                sorts.append(_SORTS[word])
            if open_parentheses > len(_SORTS):
                raise self.error(f"more than {len(_SORTS)} sorts", start)
            excluded += self._excluded_files()
        self.space()
        self.refuse(self.next_word(), self.at)
        pattern = self.word(PATTERN, "a section pattern")
        for _ in range(open_parentheses):
            self.take(")")
        return ast.SectionPattern(pattern, tuple(dict.fromkeys(sorts)), excluded)

    def _excluded_files(self) -> tuple[str, ...]:
        if not self.skip_word("EXCLUDE_FILE"):
            return ()
        self.take("(")
        files = [self._file_pattern()]
        while not self.skip(")"):
            self.skip(",")
            files.append(self._file_pattern())
        return tuple(files)
