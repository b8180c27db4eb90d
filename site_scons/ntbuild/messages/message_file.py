r"""A message text file: statements, messages by language, and lines for the header.

    MessageIdTypedef=NTSTATUS
    FacilityNames=(System=0x0 Serial=0x6:FACILITY_SERIAL)
    ;#define NEXT_TO_IT 1
    MessageId=0x1 Severity=Error Facility=Serial SymbolicName=SERIAL_NO_MEMORY
    Language=English
    There is no memory for %2.
    .

A line that starts with a semicolon goes to the header without it, in its place: before, between and
after the messages. A message's text ends with a line that is a full stop. Identifiers: a number, or
``+n`` or nothing for the one after the facility's last; severity and facility stay those of the
message before. Before any, both are 0, so that a file without facilities numbers categories of
events from 1; the documentation's "Application" is not what the compiler starts with.

Limits: identifiers have 16 bits, facilities 12, severities 2, a text 65,535 bytes with its header.

Source: "Message Text Files" of the Windows documentation ("MC.EXE").
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ntbuild.support.text import printable
from ntbuild.support.values import dataclass


class MessageError(Exception):
    """A message file that cannot be compiled; one line with file, line and what to do."""


@dataclass(frozen=True, slots=True)
class Name:
    """A severity, a facility or a language: its number, and a symbol, or a file for a language."""

    value: int
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its 32 bits, and its text by the language's name, lines joined by CR LF."""

    code: int
    symbol: str
    typedef: str
    base: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A compiled message file: what goes to the header in order, and the names.

    ``items``: a `Message`, or the text of a line for the header.
    """

    items: tuple[Message | str, ...]
    severities: Mapping[str, Name]
    facilities: Mapping[str, Name]
    languages: Mapping[str, Name]

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages in the order of the file."""
        return tuple(each for each in self.items if isinstance(each, Message))

    @property
    def used_languages(self) -> tuple[str, ...]:
        """The names of languages with a text, by number."""
        used = {name for each in self.messages for name in each.texts}
        return tuple(sorted(used, key=lambda name: self.languages[name].value))


SEVERITIES: Final = {"Success": 0, "Informational": 1, "Warning": 2, "Error": 3}
FACILITIES: Final = {"System": 0x0FF, "Application": 0xFFF}
ENGLISH: Final = Name(0x409, "MSG00001")

_STATEMENT: Final = re.compile(r"\s*([A-Za-z]\w*)\s*=[ \t]*", re.ASCII)
_VALUE: Final = re.compile(r"\s*(?!\w+\s*=)(\([^()]*\)|[^\s()=]+)", re.ASCII)
_NAMED: Final = re.compile(r"\s*([^\s=:()]+)\s*=\s*(\w+)\s*(?::\s*([^\s=:()]+))?", re.ASCII)
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]+|[0-9]+", re.ASCII)
_SYMBOL: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_FILE_NAME: Final = re.compile(r"[\w-]+", re.ASCII)
_OPENS: Final = {"messageid", "severity", "facility", "symbolicname", "language"}
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_message_file(name: str, content: bytes, code_page: str = "cp1252") -> MessageFile:
    """The messages of a file. Raises MessageError, which names ``name`` and the line.

    ``code_page``: the encoding of a file without a byte order mark.
    """
    return _Reader(name, _decoded(name, content, code_page)).read()


def _decoded(name: str, content: bytes, code_page: str) -> str:
    encoding = next((each for mark, each in _MARKS if content.startswith(mark)), code_page)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        text = f"not in {encoding}: save the file as UTF-16 or UTF-8 with a byte order mark"
        raise MessageError(f"{name}:{line}: {text}") from error


class _Reader:
    """The file is read line by line; what a statement changes is kept here."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._line = name, 0
        self._lines = text.splitlines()
        self._items: list[Message | str] = []
        self._typedef, self._base = "", 16
        self._severities = {key: Name(value) for key, value in SEVERITIES.items()}
        self._facilities = {key: Name(value) for key, value in FACILITIES.items()}
        self._languages = {"English": ENGLISH}
        self._severity, self._facility = 0, 0
        self._last: dict[int, int] = {}
        self._open: int | None = None
        self._symbol = ""
        self._texts: dict[str, str] = {}

    def read(self) -> MessageFile:
        while self._line < len(self._lines):
            line = self._lines[self._line]
            self._line += 1
            if line.startswith(";"):
                self._close()
                self._items.append(line[1:])
            elif line.strip():
                self._statements(line)
        self._close()
        return MessageFile(tuple(self._items), self._severities, self._facilities, self._languages)

    def _error(self, text: str) -> MessageError:
        return MessageError(f"{self._name}:{self._line}: {text}")

    def _statements(self, line: str) -> None:
        """The ``keyword=value`` pairs of a line; a list may go on over several lines."""
        while line.count("(") > line.count(")") and self._line < len(self._lines):
            following = self._lines[self._line]
            self._line += 1
            line += " " + ("" if following.startswith(";") else following)
        at = 0
        while line[at:].strip():
            found = _STATEMENT.match(line, at)
            if found is None:
                shown = printable(line[at:].strip()[:40])
                raise self._error(f"{shown!r}: expected Keyword=value; a text follows Language=")
            keyword = found[1].lower()
            value = _VALUE.match(line, found.end())
            at = value.end() if value else found.end()
            if keyword == "language" and line[at:].strip():
                raise self._error("the text of a message starts on the line after Language=")
            self._set(found[1], keyword, value[1] if value else "")

    def _set(self, shown: str, keyword: str, value: str) -> None:
        if keyword == "messageid":
            self._close()
            self._open, self._symbol, self._texts = self._line, "", {}
            self._identifier = value
        elif keyword in _OPENS and self._open is None:
            raise self._error(f"{shown}= without a MessageId= before it")
        elif keyword == "severity":
            known = self._known(shown, value, self._severities)
            self._severity = self._severities[known].value
        elif keyword == "facility":
            known = self._known(shown, value, self._facilities)
            self._facility = self._facilities[known].value
        elif keyword == "symbolicname":
            self._symbol = self._word(shown, value)
        elif keyword == "language":
            language = self._known(shown, value, self._languages)
            if language in self._texts:
                raise self._error(f"this message has a text in {language} already")
            self._texts[language] = self._text()
        else:
            self._close()
            self._set_names(shown, keyword, value)

    def _set_names(self, shown: str, keyword: str, value: str) -> None:
        if keyword == "messageidtypedef":
            self._typedef = value
        elif keyword == "outputbase":
            if value not in {"10", "16"}:
                raise self._error("OutputBase= is 10 or 16")
            self._base = int(value)
        elif keyword == "severitynames":
            self._severities |= self._names(shown, value, 0x3)
        elif keyword == "facilitynames":
            self._facilities |= self._names(shown, value, 0xFFF)
        elif keyword == "languagenames":
            names = self._names(shown, value, 0xFFFF)
            for name, each in names.items():
                if not _FILE_NAME.fullmatch(each.symbol):
                    raise self._error(f"write LanguageNames=({name}=0x{each.value:x}:FILE)")
            self._languages |= names
        else:
            raise self._error(f"{shown} is no keyword of a message file")

    def _names(self, shown: str, value: str, highest: int) -> dict[str, Name]:
        inside = value[1:-1] if value.startswith("(") else ""
        found: dict[str, Name] = {}
        at = 0
        while inside[at:].strip():
            each = _NAMED.match(inside, at)
            if each is None:
                raise self._error(f"write {shown}=(Name=number:symbol ...)")
            number = self._number(each[2], highest, f"{shown}: {each[1]}")
            found[each[1]] = Name(number, each[3] or "")
            at = each.end()
        if not found:
            raise self._error(f"write {shown}=(Name=number:symbol ...)")
        return found

    def _known(self, shown: str, value: str, names: Mapping[str, Name]) -> str:
        """The name as it was declared; names differ in more than letter case."""
        for name in names:
            if name.casefold() == value.casefold():
                return name
        known = ", ".join(names)
        raise self._error(f"{shown}={value}: not declared by {shown}Names=; known are {known}")

    def _word(self, shown: str, value: str) -> str:
        if not _SYMBOL.fullmatch(value):
            raise self._error(f"{shown}={value}: expected a C identifier")
        return value

    def _number(self, text: str, highest: int, shown: str) -> int:
        if not _NUMBER.fullmatch(text):
            raise self._error(f"{shown}={text}: expected a number")
        try:
            is_octal = len(text) > 1 and text.isdigit() and text[0] == "0"
            value = int(text, 8) if is_octal else int(text, 0)
        except ValueError:
            raise self._error(f"{shown}={text}: expected a number") from None
        if value > highest:
            raise self._error(f"{shown}={text}: the highest is 0x{highest:x}")
        return value

    def _text(self) -> str:
        """The lines up to the one that is a full stop."""
        start = self._line
        lines: list[str] = []
        while self._line < len(self._lines):
            line = self._lines[self._line]
            self._line += 1
            if line.rstrip() == ".":
                return "".join(f"{each}\r\n" for each in lines)
            lines.append(line)
        self._line = start
        raise self._error("the message that starts here has no end: a line that is a full stop")

    def _close(self) -> None:
        """The message that is open is complete: a header statement or the next one follows."""
        if self._open is None:
            return
        here, self._line = self._line, self._open
        last = self._last.get(self._facility, 0)
        text = self._identifier
        if not text or text.startswith("+"):
            step = self._number(text[1:], 0xFFFF, "MessageId") if text else 1
            number = last + step
            if number > 0xFFFF:
                raise self._error(f"MessageId={text}: the highest is 0xffff")
        else:
            number = self._number(text, 0xFFFF, "MessageId")
        self._last[self._facility] = number
        code = self._severity << 30 | self._facility << 16 | number
        self._items.append(Message(code, self._symbol, self._typedef, self._base, self._texts))
        self._line, self._open = here, None


def lines_of(text: str) -> Iterator[str]:
    """The lines of a message's text."""
    yield from text.removesuffix("\r\n").split("\r\n")
