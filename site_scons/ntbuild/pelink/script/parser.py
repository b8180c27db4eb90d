"""The parser of linker scripts: a recursive descent over GNU ld's grammar.

Here are the commands of the top level and MEMORY; ``section_parser`` has SECTIONS,
``expression_parser`` the expressions and ``scanner`` the words of the language.

What no image can have (PHDRS, OVERLAY, VERSION ...) is an error that names it; so is what is not
GNU ld's language. Every error has file, line and column.

Source: GNU ld manual, "Linker Scripts"; which separators may be left out follows GNU ld 2.40.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from ntbuild.support.text import printable
from ntbuild.support.values import replace

from . import syntax_tree as ast
from .scanner import PATH, PATTERN, SYMBOL
from .section_parser import SectionParser

_ATTRIBUTES: Final = frozenset("rwxailRWXAIL!")
_WITHOUT_EFFECT: Final = ("FORCE_COMMON_ALLOCATION", "INHIBIT_COMMON_ALLOCATION")
_FILE_COMMANDS: Final = ("INPUT", "GROUP")
_NAME_COMMANDS: Final = {
    "ENTRY": "entry",
    "OUTPUT": "output",
    "OUTPUT_ARCH": "output_arch",
    "OUTPUT_FORMAT": "output_format",
    "TARGET": "output_format",
}
_LIST_COMMANDS: Final[dict[str, tuple[str, int | None]]] = {
    "EXTERN": ("a symbol", None),
    "LD_FEATURE": ("a feature", 1),
    "NOCROSSREFS": ("a section", None),
    "NOCROSSREFS_TO": ("a section", None),
    "REGION_ALIAS": ("a memory region", 2),
    "SEARCH_DIR": ("a folder", 1),
    "STARTUP": ("a file name", 1),
}
"""Commands of names in parentheses: what these are, and how many; None for any."""

_SHOWN: Final = 40


class ScriptParser(SectionParser):
    """The rules of the top level; ``script`` reads the whole text."""

    def __init__(self, text: str, file: str, folders: Sequence[str] = ()) -> None:
        super().__init__(text, file, folders)
        self._sections: list[ast.OutputStatement] = []
        self._regions: list[ast.MemoryRegion] = []
        self._found = ast.Script()

    def script(self) -> ast.Script:
        """The whole text."""
        self._commands()
        return replace(self._found, sections=tuple(self._sections), regions=tuple(self._regions))

    def _add(self, **fields: Any) -> None:
        """Append to fields of the script that are tuples; replace those that are not."""
        for name, value in fields.items():
            before = getattr(self._found, name)
            change: Any = {name: (*before, value) if isinstance(before, tuple) else value}
            self._found = replace(self._found, **change)

    def _commands(self) -> None:
        while not self.at_end():
            if self.skip(";"):
                continue
            if statement := self.assignment() or self.assertion():
                self._sections.append(statement)
            elif self.skip_word("INCLUDE"):
                with self.included():
                    self._commands()
            else:
                start = self.at
                self._command(self.word(PATTERN, "a command"), start)

    def _command(self, word: str, start: int) -> None:
        self.refuse(word, start)
        if word in _NAME_COMMANDS:
            self._add(**{_NAME_COMMANDS[word]: self._name_of(word)})
        elif word in _BLOCKS:
            self.take("{")
            while not self.skip("}"):
                _BLOCKS[word](self)
            self._add(has_sections=self._found.has_sections or word == "SECTIONS")
        elif word in _LIST_COMMANDS:
            self._list_command(word, start)
        elif word in _FILE_COMMANDS:
            self._input_files(word)
        elif word not in _WITHOUT_EFFECT:
            expected = "a command (SECTIONS, MEMORY, ENTRY, INPUT ...) or an assignment"
            shown = printable(word[:_SHOWN])
            raise self.error(f"syntax error: {expected} expected, not {shown}", start)

    def _list_command(self, word: str, start: int) -> None:
        """A command of names in parentheses."""
        what, count = _LIST_COMMANDS[word]
        names = self._words(what, count)
        if word == "REGION_ALIAS":
            alias, region = names
            self._check_alias(alias, region, start)
            self._add(aliases=(alias, region))
        elif word == "STARTUP":
            self._add(startup=ast.InputFile(names[0], self.place(start)))
        elif word == "SEARCH_DIR":
            self.folders.append(names[0])
            self._add(search_folders=names[0])
        elif word == "LD_FEATURE":
            if names[0] != "SANE_EXPR":
                raise self.error(f"unknown feature `{printable(names[0][:_SHOWN])}'", start)
            self._add(is_sane=True)
        elif word == "EXTERN":
            for name in names:
                self._add(externs=name)
        else:
            is_to = word == "NOCROSSREFS_TO"
            found = ast.NoCrossReferences(tuple(names), self.place(start), is_to)
            self._add(no_cross_references=found)

    def _statement(self) -> None:
        """One statement of SECTIONS, where ENTRY may stand, too."""
        if self.skip_word("ENTRY"):
            self._add(entry=self._name_of("ENTRY"))
        else:
            self.output_statement(self._sections)

    def _memory(self) -> None:
        self._region(self._regions)

    def _name_of(self, command: str) -> str:
        """The first of ``(a)`` or, for OUTPUT_FORMAT, ``(default, big, little)``."""
        self.take("(")
        path = command == "OUTPUT"
        name = self.word(PATH if path else PATTERN, f"a name for {command}")
        if command == "OUTPUT_ARCH" and self.skip(":"):
            name = f"{name}:{self.word(PATTERN, 'a machine')}"
        while command == "OUTPUT_FORMAT" and self.skip(","):
            self.word(PATTERN, f"a name for {command}")
        self.take(")")
        return name

    def _words(self, what: str, count: int | None) -> list[str]:
        """``(a, b)``, with or without commas; None for any count from one."""
        self.take("(")
        found = [self.word(PATH, what)]
        while not self.skip(")"):
            self.skip(",")
            if count is not None and len(found) == count:
                raise self.error(f") expected, not {self.what_is_here()}")
            found.append(self.word(PATH, what))
        if count is not None and len(found) != count:
            raise self.error(f"{what} expected before )")
        return found

    def _input_files(self, command: str) -> None:
        """The files of INPUT or GROUP; AS_NEEDED around some changes nothing in an image."""
        self.take("(")
        as_needed = False
        while True:
            if as_needed and self.skip(")"):
                as_needed = False
            elif not as_needed and self.skip(")"):
                return
            elif self.skip(","):
                continue
            elif self.skip_word("AS_NEEDED"):
                self.take("(")
                as_needed = True
            else:
                self.space()
                start = self.at
                name = self.word(PATH, f"a file for {command}")
                self._add(inputs=ast.InputFile(name, self.place(start)))

    # --- memory regions ---

    def _region(self, into: list[ast.MemoryRegion]) -> None:
        """``name (attributes) : ORIGIN = n, LENGTH = n``."""
        if self.skip(";") or self.skip(",") or self.included_statements(into, self._region):
            return
        self.space()
        start = self.at
        name = self.word(SYMBOL, "a memory region's name or }")
        attributes = ""
        if self.skip("("):
            attributes = self.word(PATTERN, "attributes of a memory region")
            if not _ATTRIBUTES.issuperset(attributes):
                raise self.error(f"invalid attributes of a memory region: {attributes[:_SHOWN]}")
            self.take(")")
        self.take(":")
        origin = self._field("ORIGIN", "origin", "org", "o")
        self.skip(",")
        length = self._field("LENGTH", "length", "len", "l")
        if name in self._known_regions():
            raise self.error(f"redefinition of memory region `{name}'", start)
        into.append(ast.MemoryRegion(name, attributes, origin, length, self.place(start)))

    def _field(self, *keywords: str) -> ast.Expression:
        if not any(self.skip_word(keyword) for keyword in keywords):
            raise self.error(f"{keywords[0]} expected, not {self.what_is_here()}")
        self.take("=")
        return self.expression()

    def _known_regions(self) -> set[str]:
        return {each.name for each in self._regions} | {name for name, _ in self._found.aliases}

    def _check_alias(self, alias: str, region: str, start: int) -> None:
        known = self._known_regions()
        if "*default*" in (alias, region):
            raise self.error("alias for default memory region", start)
        if alias in known:
            raise self.error(f"redefinition of memory region alias `{printable(alias)}'", start)
        if region not in known:
            message = f"memory region `{printable(region)}' for alias `{printable(alias)}'"
            raise self.error(f"{message} does not exist", start)


_BLOCKS: Final[dict[str, Callable[[ScriptParser], None]]] = {
    "SECTIONS": ScriptParser._statement,  # noqa: SLF001 - a table of this class's rules
    "MEMORY": ScriptParser._memory,  # noqa: SLF001 - as above
}
"""Commands with braces, by the rule of one statement in them."""


def parse_script(text: str, file: str, folders: Sequence[str] = ()) -> ast.Script:
    """The script in ``text``; ``folders`` are searched for files of INCLUDE.

    Raises LinkError with ``file:line:column`` and the construct.
    """
    return ScriptParser(text, file, folders).script()
