"""The syntax tree of a linker script, as frozen values; ``parser`` reads the text.

Nothing is evaluated here: most expressions have a value only once sections have addresses. The
location counter ``.`` counts from the section's start inside an output section and is an address
outside of all sections, so the meaning of ``Name(".")`` depends on where it stands.

``place`` of a value is where it stands in the text, as ``file:line:column``, for messages.

Source: GNU ld manual, "Linker Scripts".
"""

from typing import Final, TypeAlias

from ntbuild.support.values import dataclass

DISCARD: Final = "/DISCARD/"
"""The output section whose inputs are dropped."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant, 0 to 2**64 - 1."""

    value: int


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol's value; ``.`` is the location counter."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary:
    """``operator`` is one of ``- ~ !``."""

    operator: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """``operator`` is C's: ``* / % + - << >> < > <= >= == != & ^ | && ||``."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Conditional:
    """``test ? yes : no``."""

    test: "Expression"
    yes: "Expression"
    no: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function of ``FUNCTIONS``; BLOCK is read as the ALIGN that it is.

    Arguments are expressions; the section of SIZEOF and ADDR and the symbol of DEFINED are a
    ``Name``. ``ALIGN(n)`` has one argument and aligns the location counter; ``ALIGN(e, n)``
    aligns e. SIZEOF_HEADERS has none.
    """

    function: str
    arguments: tuple["Expression", ...]


Expression: TypeAlias = Number | Name | Unary | Binary | Conditional | Call

FUNCTIONS: Final[dict[str, tuple[int, int]]] = {
    "ALIGN": (1, 2),
    "BLOCK": (1, 1),
    "SIZEOF": (1, 1),
    "ADDR": (1, 1),
    "DEFINED": (1, 1),
    "ABSOLUTE": (1, 1),
    "MAX": (2, 2),
    "MIN": (2, 2),
    "SIZEOF_HEADERS": (0, 0),
}
"""Functions of expressions, with the fewest and most arguments."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """``symbol = expression``; ``.`` moves the location counter.

    ``+=`` and its kin are written out: ``a += 1`` has the expression ``a + 1``. A ``provide``d
    symbol is only defined when it is referenced and nothing else defines it.
    """

    symbol: str
    expression: Expression
    place: str
    provide: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """BYTE, SHORT, LONG or QUAD: ``size`` bytes that hold the expression, little-endian."""

    size: int
    expression: Expression
    place: str


@dataclass(frozen=True, slots=True)
class SectionPattern:
    """Which sections of a file: a name with ``* ? [..]``, sorted by name when ``sort``.

    ``exclude_files`` are file patterns for this one section pattern.
    """

    pattern: str
    sort: bool = False
    exclude_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InputStatement:
    """``file(patterns)``: which sections of which files come here, in the order of the patterns.

    ``file`` is a pattern for file names, or ``archive:member``. ``sort_files`` takes files in
    the order of their names instead of the command line's. ``keep`` protects from garbage
    collection. An input section goes to the first InputStatement of the script that matches it.
    """

    file: str
    sections: tuple[SectionPattern, ...]
    place: str
    sort_files: bool = False
    exclude_files: tuple[str, ...] = ()
    keep: bool = False


SectionStatement: TypeAlias = InputStatement | Assignment | Data


@dataclass(frozen=True, slots=True)
class SectionDescription:
    """``name address : ALIGN(align) { statements }``; an address of ALIGN(n) aligns ``.``.

    The name ``/DISCARD/`` drops what matches (``is_discard``).
    """

    name: str
    statements: tuple[SectionStatement, ...]
    place: str
    address: Expression | None = None
    align: Expression | None = None

    @property
    def is_discard(self) -> bool:
        """Whether the section's inputs are dropped."""
        return self.name == DISCARD


OutputStatement: TypeAlias = SectionDescription | Assignment


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script. ``sections`` has the statements of SECTIONS, and assignments outside of it.

    ``entry``, ``output_format`` and ``output_arch`` are empty when the script has no such command.
    """

    sections: tuple[OutputStatement, ...] = ()
    entry: str = ""
    output_format: str = ""
    output_arch: str = ""
    has_sections: bool = False
