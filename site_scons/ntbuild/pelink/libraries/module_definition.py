"""Read a module-definition (.def) file: what a module is called and what it exports.

One grammar serves two dialects. ``name = target`` names what the export stands for inside the
module; ``name == other`` (mingw-w64) is what the DLL calls it. x86 names are decorated as C
compilers do (``_Close@4``), without the underscore (mingw-w64's ``Close@4``), or as fastcall
(``@Close@4``), and ``@4`` may be an ordinal or the next line's fastcall name. Therefore names are
kept as written, an export is one line, and the users of the names know the dialect
(``import_library`` has a switch for it)::

    LIBRARY demo.sys
    EXPORTS
        Open = DemoOpen @1
        Close == Close_v2 PRIVATE

Source: Microsoft "Module-Definition (.Def) Files"; ``==`` as binutils' dlltool documents it.
"""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Final

from ntbuild.pecoff.machine import MACHINES, Machine
from ntbuild.pelink.diagnostics import Diagnostics, LinkError
from ntbuild.pelink.options import Export, LinkOptions, Section
from ntbuild.support.inputs import TEXT_LIMIT, read_input
from ntbuild.support.values import dataclass, field, replace

__all__ = ["ModuleDefinition", "parse_def"]


@dataclass(frozen=True, slots=True)
class ModuleDefinition:
    """A .def file's content; a field is None or empty where the file does not state it."""

    name: str = ""
    is_library: bool = True
    """Whether the file states LIBRARY, or neither LIBRARY nor NAME."""
    exports: tuple[Export, ...] = ()
    excluded: tuple[str, ...] = ()
    """EXCLUDE_SYMBOLS: names that a DLL which exports everything does not export."""
    import_names: tuple[tuple[str, str], ...] = ()
    """(export name, name in the DLL) for every ``name == other``."""
    base: int | None = None
    """BASE=, an address in bytes."""
    heap: tuple[int, int] | None = None
    """HEAPSIZE: (reserve, commit) in bytes, commit a page when not given."""
    stack: tuple[int, int] | None = None
    """STACKSIZE, as ``heap``."""
    version: tuple[int, int] | None = None
    sections: tuple[Section, ...] = ()
    description: str = ""
    stub: str = ""

    @property
    def module_name(self) -> str:
        """The file name that importers record: ``name``, with .dll or .exe if it has no dot."""
        if not self.name or "." in self.name:
            return self.name
        return self.name + (".dll" if self.is_library else ".exe")


_PAGE: Final = 0x1000

_STATED_AS: Final = {"is_library": "LIBRARY or NAME", "heap": "HEAPSIZE", "stack": "STACKSIZE"}


class _DefSyntaxError(Exception):
    """A syntax error; ``parse_def`` adds file and line."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


_TOKEN: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|(==|=|,)|([^\s=,;"]+)|(;.*)|(.))""")
"""A quoted name (either quote), an operator, a bare word, a comment, or a stray quote."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, and whether it is a bare word or operator: only those can be keywords."""

    text: str
    bare: bool
    operator: bool = False


_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that no name can hold: they would end or garble it in the import library."""

_COLON: Final = re.compile(r"^(\s*(?:STUB|DESCRIPTION|HEAPSIZE|STACKSIZE|VERSION)):")
"""link.exe's documentation writes ``STUB:file``; the colon means nothing."""


def _tokens(line: str) -> list[_Token]:
    if stray_control := _NO_TEXT.search(line):
        raise _DefSyntaxError(f"character {ord(stray_control[0]):#x} is not text")
    tokens = []
    for double, single, operator, word, comment, stray in _TOKEN.findall(_COLON.sub(r"\1 ", line)):
        if word:
            tokens.append(_Token(word, bare=True))
        elif operator:
            tokens.append(_Token(operator, bare=True, operator=True))
        elif stray.strip():
            raise _DefSyntaxError(f"{stray} without its partner")
        elif not comment and not stray:
            tokens.append(_Token(double or single, bare=False))
    return tokens


class _Words:
    """The tokens of one line, taken from the left."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def peek(self, ahead: int = 0) -> str:
        """The next bare word, or one further ahead, in upper case; empty when it is quoted."""
        position = self._next + ahead
        if position < len(self._tokens) and self._tokens[position].bare:
            return self._tokens[position].text.upper()
        return ""

    def take(self) -> str:
        """The next word, quoted or not."""
        self._next += 1
        return self._tokens[self._next - 1].text

    def take_name(self, what: str) -> str:
        """The next word, which must be a name that is not empty; ``what`` is for the message."""
        if self.at_end or self._tokens[self._next].operator:
            raise _DefSyntaxError(f"{what} expected")
        name = self.take()
        if not name:
            raise _DefSyntaxError(f"{what} is empty")
        return name

    @property
    def is_upper(self) -> bool:
        """Whether the next word has no lower-case letter."""
        return self._tokens[self._next].text.isupper()

    @property
    def at_end(self) -> bool:
        """Whether the line is used up."""
        return self._next >= len(self._tokens)


@dataclass(slots=True)
class _Builder:
    """The definition while it is read; one per call."""

    machine: Machine
    fields: dict[str, Any] = field(default_factory=dict)
    exports: list[Export] = field(default_factory=list)
    import_names: list[tuple[str, str]] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def state(self, name: str, value: object) -> None:
        """Set a field that may be stated once."""
        if name in self.fields:
            raise _DefSyntaxError(f"{_STATED_AS.get(name, name)} stated a second time")
        self.fields[name] = value


def parse_def(text: str, name: str, machine: Machine) -> ModuleDefinition:
    """The definition in ``text``; ``name`` is the file's, for messages.

    ``machine`` is for the limit of addresses and sizes. Raises LinkError with every wrong line.
    """
    found = Diagnostics()
    builder = _Builder(machine)
    list_reader: _LineReader | None = None
    # Not splitlines(): it also breaks at form feeds, and the lines named would be wrong.
    for number, line in enumerate(re.split(r"\r?\n", text.removeprefix("\ufeff")), 1):
        try:
            words = _Words(_tokens(line))
            if words.at_end:
                continue
            list_reader = _read_line(words, builder, list_reader)
        except _DefSyntaxError as error:
            found.error(error.message, place=f"{name}:{number}", hint=error.hint)
    found.raise_if_errors()
    return ModuleDefinition(
        exports=tuple(builder.exports),
        import_names=tuple(builder.import_names),
        excluded=tuple(builder.excluded),
        sections=tuple(builder.sections),
        **builder.fields,
    )


def _read_line(
    words: _Words, builder: _Builder, reader: "_LineReader | None"
) -> "_LineReader | None":
    """Read one line into ``builder``; returns the reader of lines that follow it, if any."""
    # Statements must be upper case: an export may be called "version" or "name".
    statement = words.peek() if words.is_upper else ""
    if statement in _LISTS:
        reader = _LISTS[statement]
        words.take()
        if not words.at_end:
            reader(words, builder)
    elif statement in _STATEMENTS:
        reader = None
        words.take()
        _STATEMENTS[statement](words, builder)
    elif reader is not None:
        reader(words, builder)
    else:
        raise _unknown_statement(words.take())
    if not words.at_end:
        raise _left_over(words.take())
    return reader


def _unknown_statement(word: str) -> _DefSyntaxError:
    known = (*_STATEMENTS, *_LISTS)
    near = get_close_matches(word.upper(), known, n=1)
    return _DefSyntaxError(
        f"unknown statement: {word}",
        f"did you mean {near[0]}?" if near else f"statements are {', '.join(known)}",
    )


def _left_over(word: str) -> _DefSyntaxError:
    near = get_close_matches(word.upper(), _ATTRIBUTES, n=1)
    return _DefSyntaxError(
        f"unexpected word: {word}",
        f"did you mean {near[0]}?" if near else "each export has a line of its own",
    )


# --- exports -------------------------------------------------------------------------------------

_ATTRIBUTES: Final = ("PRIVATE", "DATA", "CONSTANT", "NONAME", "EXPORTAS")


def _read_export(words: _Words, builder: _Builder) -> None:
    """``name[=target] [== import_name] [@ordinal [NONAME]] [PRIVATE] [DATA] [CONSTANT]``.

    ``EXPORTAS other`` keeps the name for importers; the image's table has the other one.
    """
    name = words.take_name("an exported name")
    given: dict[str, Any] = {}
    if words.peek() == "=":
        words.take()
        given["target"] = words.take_name("a name after =")
    while not words.at_end:
        word = words.peek()
        if word == "==":
            words.take()
            builder.import_names.append((name, words.take_name("a name after ==")))
        elif word.startswith("@"):
            digits = words.take()[1:]
            given["ordinal"] = _ordinal(digits or words.take_name("an ordinal"))
        elif word == "EXPORTAS":
            words.take()
            given |= {"import_as": name} if "target" in given else {}
            given |= {"target": given.get("target", name), "exportas": True}
            name = words.take_name("a name after EXPORTAS")
        elif word in _ATTRIBUTES:
            words.take()
            given[word.lower()] = True
        else:
            break
    try:
        builder.exports.append(Export(name, **given))
    except ValueError as error:
        raise _DefSyntaxError(str(error)) from None


def _ordinal(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 5):
        raise _DefSyntaxError(f"@{digits}: an ordinal in 1..65535 expected")
    return int(digits)


# --- the other statements ------------------------------------------------------------------------


def _number(text: str, limit: int) -> int:
    try:
        number = int(text, 0)
    except ValueError:
        number = -1
    if not 0 <= number < limit:
        raise _DefSyntaxError(f"{text}: a number in 0..{limit - 1:#x} expected")
    return number


def _read_name(words: _Words, builder: _Builder, *, is_library: bool) -> None:
    """``LIBRARY [name] [BASE=address]``, or the same after NAME."""
    builder.state("is_library", is_library)
    if not words.at_end and (words.peek(), words.peek(1)) != ("BASE", "="):
        builder.state("name", words.take_name("a module name"))
    if (words.peek(), words.peek(1)) == ("BASE", "="):
        words.take()
        words.take()
        limit = 1 << (8 * builder.machine.pointer_size)
        builder.state("base", _number(words.take_name("an address after BASE="), limit))


def _read_sizes(name: str) -> Callable[[_Words, _Builder], None]:
    def read(words: _Words, builder: _Builder) -> None:
        limit = 1 << (8 * builder.machine.pointer_size)
        reserve = _number(words.take_name("a reserve size"), limit)
        commit = _PAGE
        if words.peek() == ",":
            words.take()
            commit = _number(words.take_name("a commit size"), limit)
        builder.state(name, (reserve, commit))

    return read


def _read_version(words: _Words, builder: _Builder) -> None:
    text = words.take_name("a version")
    parts = text.split(".")
    if len(parts) > 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise _DefSyntaxError(f"{text}: a version such as 10.0 expected")
    # ``int(text, 0)`` rejects leading zeros, which versions may have.
    major, minor = (_number(part.lstrip("0") or "0", 1 << 16) for part in (*parts, "0")[:2])
    builder.state("version", (major, minor))


def _read_text(name: str) -> Callable[[_Words, _Builder], None]:
    def read(words: _Words, builder: _Builder) -> None:
        parts = []
        while not words.at_end:
            parts.append(words.take())
        builder.state(name, " ".join(parts).removeprefix(":").strip())

    return read


_SECTION_WORDS: Final = ("READ", "WRITE", "EXECUTE", "SHARED", "DISCARDABLE")


def _read_section(words: _Words, builder: _Builder) -> None:
    """``name [CLASS 'x'] [READ] [WRITE] [EXECUTE] [SHARED]``, with ``/section``'s meaning."""
    name = words.take_name("a section name")
    if words.peek() == "CLASS":
        words.take()
        words.take_name("a class")
    flags: dict[str, Any] = {}
    while (word := words.peek()) in _SECTION_WORDS:
        words.take()
        flags[word.lower()] = True
    if not words.at_end:
        raise _DefSyntaxError(
            f"unexpected word: {words.take()}", f"attributes are {', '.join(_SECTION_WORDS)}"
        )
    # As parse_section: naming attributes clears the others.
    off = ["shared", "discardable"]
    if flags.keys() & {"read", "write", "execute"}:
        off += ["read", "write", "execute"]
    builder.sections.append(
        Section(name, **({**dict.fromkeys(off, False), **flags} if flags else {}))
    )


def _read_excluded(words: _Words, builder: _Builder) -> None:
    """Names, apart by blanks or commas."""
    while not words.at_end:
        builder.excluded.append(words.take_name("a symbol name"))
        if words.peek() == ",":
            words.take()


_LineReader = Callable[[_Words, _Builder], None]

_LISTS: Final[dict[str, _LineReader]] = {
    "EXPORTS": _read_export,
    "EXCLUDE_SYMBOLS": _read_excluded,
    "SECTIONS": _read_section,
    "SEGMENTS": _read_section,
}
"""Statements that are followed by lines, with the reader of one line."""

_STATEMENTS: Final[dict[str, _LineReader]] = {
    "LIBRARY": lambda words, builder: _read_name(words, builder, is_library=True),
    "NAME": lambda words, builder: _read_name(words, builder, is_library=False),
    "HEAPSIZE": _read_sizes("heap"),
    "STACKSIZE": _read_sizes("stack"),
    "VERSION": _read_version,
    "DESCRIPTION": _read_text("description"),
    "STUB": _read_text("stub"),
}


def read_def_bytes(data: bytes, name: str, machine: Machine) -> ModuleDefinition:
    """As ``parse_def`` for a file's bytes: UTF-8, or UTF-16 with a byte-order mark."""
    try:
        utf_16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = data.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = "UTF-16" if utf_16 else "UTF-8"
        raise LinkError.of(f"byte {error.start:#x} is not {encoding}", place=name) from None
    return parse_def(text, name, machine)


def _output_name(definition: ModuleDefinition, options: LinkOptions) -> str:
    """The image's name by the file: with .sys if it has no dot and makes a driver."""
    name = definition.name
    return (
        f"{name}.sys" if name and "." not in name and options.is_driver else definition.module_name
    )


def _import_name(definition: ModuleDefinition, options: LinkOptions) -> str:
    """The module's name in the import library, as lld-link takes it from LIBRARY or NAME.

    Without a dot it gets the extension of what is linked, whichever statement it stands in.
    """
    name = definition.name
    suffix = ".sys" if options.is_driver else ".dll" if options.dll else ".exe"
    return name + suffix if name and "." not in name else name


def with_definition(options: LinkOptions, log: Diagnostics) -> LinkOptions:
    """The options with the statements of ``def_file`` under those of the command line.

    Raises LinkError naming file and line.
    """
    if options.def_file is None:
        return options
    try:
        data = read_input(options.def_file, TEXT_LIMIT)
    except OSError as error:
        log.error(f"could not open '{options.def_file}': {error.strerror}")
        log.raise_if_errors()
        raise
    definition = read_def_bytes(data, options.def_file, MACHINES[options.machine or "x64"])
    named = {export.name: export for export in options.exports}
    for each in definition.exports:
        if named.get(each.name, each) != each:
            log.warn(f"duplicate export: {each.name} first seen in /export, now in /def")
    stack, heap = options.stack or definition.stack, options.heap or definition.heap
    if options.mingw:  # GNU ld always gives --stack a default, and the file is stronger
        stack, heap = definition.stack or stack, definition.heap or heap
    return replace(
        options,
        out=options.out or _output_name(definition, options) or None,
        import_name=options.import_name or _import_name(definition, options) or None,
        exports=(*(e for e in definition.exports if e.name not in named), *options.exports),
        sections=(*definition.sections, *options.sections),
        exclude_symbols=(*options.exclude_symbols, *definition.excluded),
        base=definition.base if options.base is None else options.base,
        heap=heap,
        stack=stack,
        version=options.version or definition.version,
    )
