r"""A resource script's resources as bytes: version, message table, strings, data and files.

    1 VERSIONINFO ... BEGIN ... END          1 MESSAGETABLE "MSG00001.bin"
    5 RCDATA { "text", 0x1234, 5L }          MOFRESOURCE MOFDATA "it.bmf"
    STRINGTABLE { 7 "seven" }                LANGUAGE 9, 1

These are what drivers have. Dialogs, menus, icons and their like are `UnsupportedError`: a compiler
of the toolchain takes such scripts.

Limits: no ``DATA`` of Windows 3; memory flags are read and, as in Win32, mean nothing.

Sources: "Resource-Definition Statements" and "VERSIONINFO resource" of the Windows documentation.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ntbuild.support.values import dataclass

from .tokens import NUMBER, SIGN, STRING, WORD, ScriptError, Token
from .version import FIXED, version_resource


class UnsupportedError(ScriptError):
    """A kind of resource that another compiler must take."""


Name = int | str


@dataclass(frozen=True, slots=True)
class ScriptResource:
    """One resource: its type and name, a language identifier, the bytes."""

    type: Name
    name: Name
    language: int
    content: bytes


TYPES: Final = {"RCDATA": 10, "MESSAGETABLE": 11, "VERSIONINFO": 16, "HTML": 23}
_OTHERS: Final = frozenset(
    {
        *("ACCELERATORS", "ANICURSOR", "ANIICON", "BITMAP", "CURSOR", "DIALOG", "DIALOGEX"),
        *("DLGINCLUDE", "DLGINIT", "FONT", "FONTDIR", "ICON", "MENU", "MENUEX", "TOOLBAR"),
    }
)
_OTHER_NUMBERS: Final = frozenset(range(1, 10)) | frozenset({12, 14, 17, 21, 22})
_MEMORY: Final = frozenset(
    {"PRELOAD", "LOADONCALL", "FIXED", "MOVEABLE", "DISCARDABLE", "PURE", "IMPURE", "SHARED"}
    | {"NONSHARED"}
)
_OPENERS: Final = ("BEGIN", "{")
_CLOSERS: Final = ("END", "}")
_ENGLISH: Final = 0x409
_NUMBER: Final = re.compile(r"(0[xX][0-9a-fA-F]*|[0-9]+)([lLuU]*)", re.ASCII)
_STRINGS: Final = 16
_STRING_TABLE: Final = 6


def read_script(
    tokens: Iterable[Token], load: Callable[[str, Token], bytes | None]
) -> list[ScriptResource]:
    """The resources of a script.

    ``load`` gives the content of a file that a script names, None to leave the resource out.

    Raises ScriptError, and UnsupportedError for a kind of resource that is not compiled here.
    """
    return list(_Reader(list(tokens), load).read())


class _Reader:
    def __init__(self, tokens: list[Token], load: Callable[[str, Token], bytes | None]) -> None:
        self._tokens, self._at, self._load = tokens, 0, load
        self._language = _ENGLISH
        self._strings: dict[tuple[int, int], dict[int, str]] = {}

    def read(self) -> Iterator[ScriptResource]:
        while self._at < len(self._tokens):
            if self._is_word("LANGUAGE"):
                self._language = self._read_language()
            elif self._is_word("STRINGTABLE"):
                self._read_strings()
            elif (found := self._read_resource()) is not None:
                yield found
        for (language, bundle), texts in self._strings.items():
            content = b"".join(
                _counted(texts.get(bundle * _STRINGS + number, "")) for number in range(_STRINGS)
            )
            yield ScriptResource(_STRING_TABLE, bundle + 1, language, content)

    # ---- tokens

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self, expected: str) -> Token:
        token = self._peek()
        if token is None:
            if not self._tokens:
                raise ScriptError(f"expected {expected}, and the script is empty")
            raise self._tokens[-1].error(f"expected {expected}, and the script ends here")
        self._at += 1
        return token

    def _is_word(self, *words: str) -> bool:
        token = self._peek()
        return token is not None and token.kind in (WORD, SIGN) and token.text.upper() in words

    def _take(self, *words: str) -> bool:
        found = self._is_word(*words)
        self._at += found
        return found

    def _expect(self, words: tuple[str, ...]) -> None:
        if not self._take(*words):
            token = self._next(words[0])
            raise token.error(f"expected {words[0]}, not {token.text!r}")

    # ---- values

    def _number(self) -> tuple[int, bool]:
        """An expression's value, and whether an operand is long (``5L``)."""
        value, is_long = self._operand()
        while self._is_word("+", "-", "|", "&"):
            sign = self._next("").text
            right, also_long = self._operand()
            is_long |= also_long
            value = {
                "+": value + right,
                "-": value - right,
                "|": value | right,
                "&": value & right,
            }[sign]
        return value & 0xFFFFFFFF, is_long

    def _operand(self) -> tuple[int, bool]:
        token = self._next("a number")
        if token.kind != STRING and (found := _NUMBER.match(token.text)):
            # The rest of a word is passed over, as by Microsoft's compiler: 2.2 is 2.
            digits = found[1]
            is_octal = len(digits) > 1 and digits[0] == "0" and digits.isdigit()
            try:
                return int(digits, 8 if is_octal else 0), "l" in found[2].lower()
            except ValueError:
                raise token.error(f"{token.text} is no number") from None
        if token.text == "(":
            inner = self._number()
            self._expect((")",))
            return inner
        if token.text in {"-", "~"}:
            value, is_long = self._operand()
            return (-value if token.text == "-" else ~value), is_long
        raise token.error(f"expected a number, not {token.text!r}; is a macro not defined?")

    def _word_of(self, token: Token) -> Name:
        if token.kind == NUMBER:
            self._at -= 1
            return self._number()[0] & 0xFFFF
        return token.text.upper()

    # ---- statements

    def _read_language(self) -> int:
        self._next("LANGUAGE")
        primary, _ = self._number()
        self._expect((",",))
        return (self._number()[0] << 10 | primary) & 0xFFFF

    def _options(self) -> int:
        """Memory flags and optional statements before a body; the language of this resource."""
        language = self._language
        while True:
            if self._take(*_MEMORY):
                continue
            if self._is_word("LANGUAGE"):
                language = self._read_language()
            elif self._take("VERSION", "CHARACTERISTICS"):
                self._number()
            else:
                return language

    def _read_strings(self) -> None:
        self._next("STRINGTABLE")
        language = self._options()
        self._expect(_OPENERS)
        while not self._take(*_CLOSERS):
            number, _ = self._number()
            self._take(",")
            bundle = self._strings.setdefault((language, number // _STRINGS), {})
            bundle[number] = "".join(each.text for each in self._joined())

    def _joined(self) -> list[Token]:
        """A string and those that follow it without a comma."""
        token = self._next("a string")
        if token.kind != STRING:
            raise token.error(f"expected a string, not {token.text!r}")
        found = [token]
        while (following := self._peek()) and following.kind == STRING:
            self._at += 1
            found.append(following)
        return found

    def _read_resource(self) -> ScriptResource | None:
        first = self._next("a resource")
        if first.kind == SIGN:
            raise first.error(f"expected a resource, not {first.text!r}")
        name = self._word_of(first)
        kind = self._next("the type of a resource")
        if kind.kind == SIGN:
            raise kind.error(f"expected the type of the resource {first.text}")
        type_ = self._word_of(kind)
        if type_ in _OTHERS or (isinstance(type_, int) and type_ in _OTHER_NUMBERS):
            raise UnsupportedError(f"{kind.file}:{kind.line}: {kind.text} {first.text}")
        if isinstance(type_, str):
            type_ = TYPES.get(type_, type_)
        language = self._options()
        if type_ == TYPES["VERSIONINFO"]:
            return ScriptResource(type_, name, language, self._read_version())
        if self._is_word(*_OPENERS):
            return ScriptResource(type_, name, language, self._read_data())
        token = self._next("a file name")
        path = token.text
        if token.kind == STRING:
            self._at -= 1
            path = "".join(each.text for each in self._joined())
        content = self._load(path, token)
        return None if content is None else ScriptResource(type_, name, language, content)

    def _read_data(self) -> bytes:
        self._expect(_OPENERS)
        content = b""
        while not self._take(*_CLOSERS):
            if self._take(","):
                continue
            token = self._peek()
            if token is not None and token.kind == STRING:
                self._at += 1
                encoding = "utf-16-le" if token.wide else token.encoding
                content += token.text.encode(encoding, "replace")
            else:
                value, is_long = self._number()
                size = 4 if is_long else 2
                content += (value & (1 << 8 * size) - 1).to_bytes(size, "little")
        return content

    # ---- VERSIONINFO

    def _read_version(self) -> bytes:
        fixed: dict[str, list[int]] = {}
        while (token := self._peek()) and token.text.upper() in FIXED:
            self._at += 1
            values = [self._number()[0]]
            while self._take(","):
                values.append(self._number()[0])
            fixed[token.text.upper()] = values
        return version_resource(fixed, self._blocks())

    def _blocks(self) -> list[tuple[str, object]]:
        """The entries of a block: name, and a list of entries or of values."""
        self._expect(_OPENERS)
        found: list[tuple[str, object]] = []
        while not self._take(*_CLOSERS):
            token = self._next("BLOCK, VALUE or END")
            word = token.text.upper()
            if word not in {"BLOCK", "VALUE"} or token.kind != WORD:
                raise token.error(f"expected BLOCK, VALUE or END, not {token.text!r}")
            key = self._next("a name")
            if key.kind != STRING:
                raise key.error(f"expected the name of a {word} in quotes")
            found.append((key.text, self._blocks() if word == "BLOCK" else self._values()))
        return found

    def _values(self) -> tuple[object, ...]:
        """The values of a VALUE: texts, joined where no comma is between them, and numbers."""
        found: list[object] = []
        self._take(",")
        while not self._is_word("BLOCK", "VALUE", *_CLOSERS):
            if self._take(","):
                continue
            token = self._peek()
            if token is not None and token.kind == STRING:
                found.append("".join(each.text for each in self._joined()))
            else:
                found.append(self._number())
        return tuple(found)


def _counted(text: str) -> bytes:
    content = text.encode("utf-16-le")
    return (len(content) // 2).to_bytes(2, "little") + content
