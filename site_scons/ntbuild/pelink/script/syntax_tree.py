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
    """A built-in function of ``FUNCTIONS``; BLOCK and NEXT are read as the ALIGN that they are.

    Arguments are expressions; where the function is in ``OF_NAMES`` the first one is a ``Name``: of
    a section, a symbol, a memory region or a constant. ``ALIGN(n)`` aligns the location counter,
    ``ALIGN(e, n)`` aligns e. SIZEOF_HEADERS has no argument. The message of ASSERT is a ``Name``.
    """

    function: str
    arguments: tuple["Expression", ...]


Expression: TypeAlias = Number | Name | Unary | Binary | Conditional | Call

FUNCTIONS: Final[dict[str, tuple[int, int]]] = {
    "ABSOLUTE": (1, 1),
    "ADDR": (1, 1),
    "ALIGN": (1, 2),
    "ALIGNOF": (1, 1),
    "ASSERT": (2, 2),
    "BLOCK": (1, 1),
    "CONSTANT": (1, 1),
    "DATA_SEGMENT_ALIGN": (2, 2),
    "DATA_SEGMENT_END": (1, 1),
    "DATA_SEGMENT_RELRO_END": (2, 2),
    "DEFINED": (1, 1),
    "LENGTH": (1, 1),
    "LOADADDR": (1, 1),
    "LOG2CEIL": (1, 1),
    "MAX": (2, 2),
    "MIN": (2, 2),
    "NEXT": (1, 1),
    "ORIGIN": (1, 1),
    "SEGMENT_START": (2, 2),
    "SIZEOF": (1, 1),
    "SIZEOF_HEADERS": (0, 0),
}
"""Functions of expressions, with the fewest and most arguments."""

OF_NAMES: Final = frozenset(
    ("ADDR", "ALIGNOF", "CONSTANT", "DEFINED", "LENGTH", "LOADADDR", "ORIGIN", "SEGMENT_START")
) | {"SIZEOF"}
"""Functions whose first argument is a name and no expression."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """``symbol = expression``; ``.`` moves the location counter.

    ``+=`` and its kin are written out: ``a += 1`` has the expression ``a + 1``. A ``provide``d
    symbol is only defined when it is referenced and nothing else defines it. ``hidden`` has no
    effect on an image: it keeps a symbol out of a dynamic symbol table.
    """

    symbol: str
    expression: Expression
    place: str
    provide: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """BYTE, SHORT, LONG, QUAD or SQUAD: ``size`` bytes of the expression, little-endian."""

    size: int
    expression: Expression
    place: str


@dataclass(frozen=True, slots=True)
class Fill:
    """FILL(expression): what gaps from here on to the section's end hold.

    ``pattern`` is repeated from the start of each gap.
    """

    pattern: bytes
    place: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """ASSERT(expression, message): an error with the message when the expression is 0."""

    expression: Expression
    message: str
    place: str


@dataclass(frozen=True, slots=True)
class SectionPattern:
    """Which sections of a file: a name with ``* ? [..]``.

    ``sorts`` are the keys that SORT forms ask for, the most important first: ``name``,
    ``alignment`` (largest first), ``priority``. ``exclude_files`` are file patterns for this one
    section pattern.
    """

    pattern: str
    sorts: tuple[str, ...] = ()
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


SectionStatement: TypeAlias = InputStatement | Assignment | Data | Fill | Assertion


@dataclass(frozen=True, slots=True)
class SectionDescription:
    """``name address (NOLOAD) : AT(load) ALIGN(align) SUBALIGN(n) { statements } > region =fill``.

    An address of ALIGN(n) aligns ``.``. ``subalign`` replaces the alignment of every input section.
    ``region`` is the memory region that the section stands in, ``load_region`` the one of AT>,
    which only LOADADDR tells of: an image has no load addresses. ``fill`` is what gaps hold.

    The name ``/DISCARD/`` drops what matches (``is_discard``).
    """

    name: str
    statements: tuple[SectionStatement, ...]
    place: str
    address: Expression | None = None
    align: Expression | None = None
    subalign: Expression | None = None
    load_address: Expression | None = None
    no_load: bool = False
    region: str = ""
    load_region: str = ""
    fill: bytes = b""

    @property
    def is_discard(self) -> bool:
        """Whether the section's inputs are dropped."""
        return self.name == DISCARD


@dataclass(frozen=True, slots=True)
class MemoryRegion:
    """``name (attributes) : ORIGIN = origin, LENGTH = length`` of MEMORY.

    ``attributes`` are letters of R W X A I L and ``!``: sections without a region of their own go
    to the first region whose attributes fit their flags.
    """

    name: str
    attributes: str
    origin: Expression
    length: Expression
    place: str


@dataclass(frozen=True, slots=True)
class NoCrossReferences:
    """NOCROSSREFS(sections): none of them may refer to another.

    With ``is_to`` (NOCROSSREFS_TO) only references to the first one are errors.
    """

    sections: tuple[str, ...]
    place: str
    is_to: bool = False


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of INPUT, GROUP or STARTUP: a path, or ``-lname``."""

    name: str
    place: str


OutputStatement: TypeAlias = SectionDescription | Assignment | Assertion


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script.

    ``sections`` has the statements of SECTIONS, and assignments and assertions outside of it, in
    the order of the text. ``entry``, ``output``, ``output_format`` and ``output_arch`` are empty
    when the script has no such command. ``aliases`` are the pairs of REGION_ALIAS: a name and the
    region that it stands for. ``is_sane`` is LD_FEATURE("SANE_EXPR"): literals outside of output
    sections are numbers, too. ``startup`` is the file that is linked before all others.
    """

    sections: tuple[OutputStatement, ...] = ()
    entry: str = ""
    output_format: str = ""
    output_arch: str = ""
    has_sections: bool = False
    output: str = ""
    regions: tuple[MemoryRegion, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    no_cross_references: tuple[NoCrossReferences, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    startup: InputFile | None = None
    search_folders: tuple[str, ...] = ()
    externs: tuple[str, ...] = ()
    is_sane: bool = False
