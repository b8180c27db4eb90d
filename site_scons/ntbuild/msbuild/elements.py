"""XML of project files as a tree whose elements know their lines.

The standard tree builders do not keep line numbers, and a message about a project file without its
line is of little use. The parser is expat, which reads UTF-8, UTF-16 and 8-bit code pages.

Invariants: no DTD is read. A file that has one is refused before anything in it is expanded, so
entities cannot multiply and no other file is named. Names of elements lose their namespace.

Limits: a file has at most `LARGEST` bytes, and elements are nested at most `DEEPEST` deep.

    read_project("a.vcxproj", data).children[0].name      "PropertyGroup"
"""

from typing import Final, NoReturn
from xml.parsers import expat

from ntbuild.support.text import printable

LARGEST: Final = 16 << 20
"""Bytes of the largest project file that is read."""

DEEPEST: Final = 100
"""Elements inside of each other; MSBuild's language needs about ten."""

_BLANKS: Final = b" \t\r\n"
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class ProjectFileError(Exception):
    """A project or solution that cannot be read; the text is one line: ``file:line: what``."""

    @classmethod
    def at(cls, path: str, line: int, text: str) -> "ProjectFileError":
        """The error at a line of a file."""
        return cls(f"{printable(path)}:{line}: {text}")


class Element:
    """One element: its name, attributes, the text before its first child, children and line."""

    __slots__ = ("attributes", "children", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.text = ""
        self.children: list[Element] = []

    def get(self, attribute: str) -> str:
        """The value of an attribute, empty when it is not there."""
        return self.attributes.get(attribute, "")

    @property
    def condition(self) -> str:
        """The attribute ``Condition``."""
        return self.attributes.get("Condition", "")


class _Builder:
    """Builds the tree; each method handles one kind of event of expat."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.open: list[Element] = []
        self.root: Element | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(name.rpartition(":")[2], attributes, self.parser.CurrentLineNumber)
        if len(self.open) >= DEEPEST:
            self.refuse(f"more than {DEEPEST} elements inside of each other")
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def characters(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text

    def doctype(self, *_: object) -> None:
        self.refuse("a DTD (<!DOCTYPE ...>): project files have none, and none is read")

    def refuse(self, text: str) -> NoReturn:
        raise ProjectFileError.at(self.path, self.parser.CurrentLineNumber, text)


def read_project(path: str, data: bytes, expected: str = "Project") -> Element:
    """The root element ``Project`` of a project file's bytes. Raises ProjectFileError.

    ``path`` is for messages, ``expected`` the name of the root. Blanks before the XML declaration,
    which XML forbids and MSBuild's reader takes, are skipped.
    """
    mark = next((each for each in _MARKS if data.startswith(each)), b"")
    if mark in {b"", _MARKS[0]}:
        data = data[len(mark) :].lstrip(_BLANKS)
    builder = _Builder(path)
    try:
        builder.parser.Parse(data, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        text = f"not an XML file: {reason} (column {error.offset + 1})"
        raise ProjectFileError.at(path, error.lineno, text) from None
    except (LookupError, UnicodeError, ValueError) as error:
        raise ProjectFileError.at(path, 1, f"not an XML file: {printable(str(error))}") from None
    root = builder.root
    if root is None or root.name != expected:
        name = root.name if root else "nothing"
        line = root.line if root else 1
        what = "MSBuild project" if expected == "Project" else expected.lower()
        text = f"no {what}: the root is {printable(name)}, not {expected}"
        raise ProjectFileError.at(path, line, text)
    return root
