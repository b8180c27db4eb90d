r"""Reading MOF, the Managed Object Format, as drivers write it for WMI.

    [Dynamic, Provider("WMIProv"), WMI, guid("{...}")]
    class Toaster : WMIEvent
    {
        [key, read] string InstanceName;
        [read, WmiDataId(1)] uint32 Count;
        [WmiMethodId(1), Implemented] void Reset([in] uint32 Level);
    };

Taken are classes with qualifiers (numbers, texts, booleans, flavors), properties of every CIM type,
of classes and arrays, methods that return void, and the pragmas ``namespace``, ``classflags`` and
``autorecover``. Not taken, each with its line: instances, default values, qualifiers that are lists
(``Values{...}``), references, other pragmas. Names and words mean the same in any letter case.

Sources: DMTF DSP0004 "Common Information Model (CIM) Infrastructure", appendix A; Microsoft "MOF
Syntax for WMI Data and Event Blocks", "Pragma (MOF)", "Standard WMI Qualifiers".
"""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final, NamedTuple, NoReturn

from .model import (
    AMENDED,
    DISABLE_OVERRIDE,
    TO_INSTANCE,
    TO_SUBCLASS,
    Method,
    MofClass,
    MofError,
    Property,
    Qualifier,
)

TYPES: Final = frozenset(
    {
        *("boolean", "string", "datetime", "char16", "real32", "real64"),
        *("sint8", "uint8", "sint16", "uint16", "sint32", "uint32", "sint64", "uint64"),
    }
)
"""The types of CIM."""

_FLAVORS: Final = {
    "toinstance": TO_INSTANCE,
    "tosubclass": TO_SUBCLASS,
    "disableoverride": DISABLE_OVERRIDE,
    "amended": AMENDED,
    "enableoverride": 0,
    "restricted": 0,
    "nottoinstance": 0,
    "nottosubclass": 0,
}
_TOKEN: Final = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<text>"(?:[^"\\\n]|\\.)*")
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)(?![\w.]))
    |(?P<pragma>\#[ \t]*pragma\b)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<mark>[\[\](){},;:=])""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{1,4}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def read_mof(content: bytes, path: str) -> list[MofClass]:
    """The classes of a file, in order. Raises MofError."""
    return list(_Reader(_decoded(content, path), path).classes())


def _decoded(content: bytes, path: str) -> str:
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise MofError(f"{path}: neither UTF-8, UTF-16 nor code page 1252: {error}") from None


class _Reader:
    """Recursive descent over the tokens of one file."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.namespace = ""
        self.tokens = list(self._tokens(text))
        self.at = 0

    def _tokens(self, text: str) -> Iterator[_Token]:
        at, line = 0, 1
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                wrong = text[at : at + 20].split(maxsplit=1)[0]
                raise MofError(f"{self.path}:{line}: {wrong!r} is no MOF")
            if match.lastgroup != "skip":
                yield _Token(str(match.lastgroup), match[0], line)
            line += match[0].count("\n")
            at = match.end()
        yield _Token("end", "", line)

    # ---- single tokens

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def fail(self, text: str) -> NoReturn:
        raise MofError(f"{self.path}:{self.next.line}: {text}")

    def taken(self, text: str) -> bool:
        """Whether the next token is this mark or word; it is then consumed."""
        if self.next.kind in ("mark", "word") and self.next.text.lower() == text:
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.taken(text):
            self.fail(f"expected {text!r}, not {self.next.text or 'the end of the file'!r}")

    def take(self, kind: str, what: str) -> str:
        token = self.next
        if token.kind != kind:
            self.fail(f"expected {what}, not {token.text or 'the end of the file'!r}")
        self.at += 1
        return token.text

    def text(self) -> str:
        """One text or several next to each other."""
        found = _unescaped(self.take("text", "a text"))
        while self.next.kind == "text":
            found += _unescaped(self.take("text", "a text"))
        return found

    # ---- the grammar

    def classes(self) -> Iterator[MofClass]:
        while self.next.kind != "end":
            if self.next.kind == "pragma":
                self.at += 1
                self.pragma()
                continue
            qualifiers = self.qualifiers()
            if self.taken("instance"):
                self.fail("instances cannot be compiled here; mofcomp -B:FILE.bmf on Windows can")
            self.expect("class")
            yield self.one_class(qualifiers)

    def pragma(self) -> None:
        name = self.take("word", "a pragma's name").lower()
        if name == "autorecover":
            return
        if name not in ("namespace", "classflags"):
            self.fail(f"#pragma {name} cannot be compiled here; known: namespace, classflags")
        self.expect("(")
        value = self.text()
        self.expect(")")
        if name == "namespace":
            self.namespace = value

    def qualifiers(self) -> tuple[Qualifier, ...]:
        """``[a, b(1), c("text") : ToInstance]``, or nothing."""
        if not self.taken("["):
            return ()
        found = [self.one_qualifier()]
        while self.taken(","):
            found.append(self.one_qualifier())
        self.expect("]")
        return tuple(found)

    def one_qualifier(self) -> Qualifier:
        name = self.take("word", "a qualifier")
        value: bool | int | str = True
        if self.taken("("):
            value = self.value()
            self.expect(")")
        elif self.next.text == "{":
            self.fail(
                f"the qualifier {name} is a list, which cannot be compiled here; "
                "leave it out (WMI does not need it), or use mofcomp -B:FILE.bmf on Windows"
            )
        flavor = 0
        if self.taken(":"):
            while self.next.kind == "word":
                word = self.take("word", "a flavor")
                if word.lower() not in _FLAVORS:
                    self.at -= 1
                    self.fail(f"{word!r} is no flavor of a qualifier: {', '.join(_FLAVORS)}")
                flavor |= _FLAVORS[word.lower()]
        return Qualifier(name, value, flavor)

    def value(self) -> bool | int | str:
        token = self.next
        if token.kind == "text":
            return self.text()
        if token.kind == "number":
            self.at += 1
            number = int(token.text, 0) if "x" in token.text.lower() else int(token.text)
            if not -(1 << 31) <= number < 1 << 32:
                self.at -= 1
                self.fail(f"{token.text} has more than 32 bits")
            return number
        for word, value in (("true", True), ("false", False)):
            if self.taken(word):
                return value
        return self.fail(f"expected a number, a text, TRUE or FALSE, not {token.text!r}")

    def one_class(self, qualifiers: tuple[Qualifier, ...]) -> MofClass:
        name = self.take("word", "a class's name")
        base = self.take("word", "a class's name") if self.taken(":") else ""
        self.expect("{")
        properties: list[Property] = []
        methods: list[Method] = []
        while not self.taken("}"):
            own = self.qualifiers()
            if self.taken("void"):
                methods.append(self.method(own))
                continue
            properties.append(self.property(own))
            if self.next.text == "(":
                self.fail("a method of WMI returns void, and values by [out] parameters")
            if self.next.text == "=":
                self.fail("default values cannot be compiled here; WMI drivers give all values")
            self.expect(";")
        self.expect(";")
        return MofClass(name, base, qualifiers, tuple(properties), tuple(methods), self.namespace)

    def method(self, qualifiers: tuple[Qualifier, ...]) -> Method:
        name = self.take("word", "a method's name")
        self.expect("(")
        parameters: list[Property] = []
        while not self.taken(")"):
            if parameters:
                self.expect(",")
            own = self.qualifiers()
            parameters.append(self.property(own))
            if not {each.name.lower() for each in own} & {"in", "out"}:
                self.at -= 1
                self.fail(f"the parameter {parameters[-1].name} is neither [in] nor [out]")
        self.expect(";")
        return Method(name, qualifiers, tuple(parameters))

    def property(self, qualifiers: tuple[Qualifier, ...]) -> Property:
        line = self.next.line
        kind = self.take("word", "a type")
        if self.taken("ref"):
            self.fail("references cannot be compiled here; mofcomp -B:FILE.bmf on Windows can")
        name = self.take("word", "a name")
        length = None
        if self.taken("["):
            length = 0
            if self.next.kind == "number":
                length = int(self.take("number", "a length"), 0)
            self.expect("]")
        is_object = kind.lower() not in TYPES
        shown = kind if is_object else kind.lower()
        return Property(name, shown, qualifiers, length, is_object, line)


def _unescaped(token: str) -> str:
    def one(match: re.Match[str]) -> str:
        name = match[1]
        if name[0] == "x" and len(name) > 1:
            return chr(int(name[1:], 16))
        return _ESCAPES.get(name, name)

    return _ESCAPE.sub(one, token[1:-1])


def is_mof(name: str) -> bool:
    """Whether a file's name is that of a MOF source."""
    return PurePath(name).suffix.lower() == ".mof"
