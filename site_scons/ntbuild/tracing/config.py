r"""WPP's configuration: which functions trace, and how their messages are written.

WPP takes its trace functions from comments. A block may stand in a source, in the header that a
project names for scanning, or in a ``.ini`` file, which is all block::

    // begin_wpp config
    // FUNC TraceEvents(LEVEL, FLAGS, MSG, ...);
    // FUNC DbgPrint{FLAG=TRACE_DRIVER}(LEVEL, (MSG, ...));
    // USEPREFIX(Enter, "%!STDPREFIX! [%!FUNC!]");
    // FUNC Enter{LEVEL=TRACE_LEVEL_VERBOSE}(FLAGS);
    // CUSTOM_TYPE(State, ItemListLong(Closed, Open));
    // end_wpp

The words before a message, fixed ones first, are WPP's *conditions*: their names joined name the
macros ``WPP_LEVEL_FLAGS_PRE`` and ``_POST`` that a driver may define around a trace call, which is
how ``RETURN_IF_FAILED`` and its like contain control flow.

Invariants: later statements override earlier ones, as WPP has it. What no build needs without ETW
(``WPP_FLAGS(-public:...)``, the enumeration of an ``ItemEnum``) is read and kept out of the result.
A statement that is not understood is an error with its file and line, never skipped.

Limits: ``begin_wpp`` without ``config`` (``begin_wpp enum``) declares texts for decoders of ETW
events and is passed over.

Sources: "WPP Preprocessor", "How do I add a prefix and suffix to a trace message?", "How are
Trace-If expressions used?" and "Can I customize DoTraceMessage?" of the driver documentation.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from ntbuild.support.values import dataclass, field

from .modes import TracingError
from .statements import Block, Statement, blocks_of, pieces, statements_of, words_of


@dataclass(frozen=True, slots=True)
class Function:
    """A trace function: what stands between its parentheses, in order.

    ``fixed``: conditions with a value of the declaration (``{LEVEL=...}``). ``inner``: the names of
    an inner pair of parentheses, which comes last, as in ``DbgPrint(LEVEL, (MSG, ...))``.
    """

    name: str
    outer: tuple[str, ...]
    inner: tuple[str, ...] | None = None
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """All parameters without the ``...``, those of the inner parentheses last."""
        both = (*self.outer, *(self.inner or ()))
        return tuple(each for each in both if each != "...")

    @property
    def is_variadic(self) -> bool:
        """Whether arguments of the message follow."""
        return "..." in (*self.outer, *(self.inner or ()))

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """Name and C text of each condition, in the order that names its macros."""
        given = ((each, each) for each in self.parameters if each != "MSG")
        return (*self.fixed, *given)


@dataclass(frozen=True, slots=True)
class Affix:
    """What goes before or after each message of a function: a C string, and its arguments."""

    function: str
    text: str
    arguments: tuple[str, ...] = ()
    is_prefix: bool = True


@dataclass(frozen=True, slots=True)
class CustomType:
    """A ``%!NAME!`` of the project.

    ``item``: how it is shown (``ItemListLong``, ``ItemHEXDump`` ...). ``values``: the texts of a
    list, from value 0 or from bit 0. ``macro``, ``structure``: for what is passed as a structure,
    the macro that takes it apart and its C type.
    """

    name: str
    item: str
    values: tuple[str, ...] = ()
    format: str = ""
    macro: str = ""
    structure: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that the blocks of a source and its scan headers say."""

    functions: Mapping[str, Function] = field(default_factory=dict)
    prefixes: Mapping[str, Affix] = field(default_factory=dict)
    suffixes: Mapping[str, Affix] = field(default_factory=dict)
    types: Mapping[str, CustomType] = field(default_factory=dict)
    defines: tuple[tuple[str, str], ...] = ()


_ALWAYS: Final = Function("DoTraceMessage", ("FLAGS", "MSG", "..."))
_FORM: Final = "write FUNC Name{LEVEL=value}(FLAGS, MSG, ...)"
_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_CALL: Final = re.compile(r"([A-Za-z_]\w*)\s*(?:\((.*)\))?", re.ASCII | re.DOTALL)
_DEFINE: Final = re.compile(r"-D\s*([A-Za-z_]\w*(?:\([^()]*\))?)(?:=(.*))?", re.ASCII | re.DOTALL)
_LISTS: Final = frozenset(
    {"ItemListByte", "ItemListShort", "ItemListLong", "ItemSetByte", "ItemSetShort", "ItemSetLong"}
)


def read_configuration(
    files: Iterable[tuple[str, bytes]], functions: Iterable[str] = ()
) -> Configuration:
    """The configuration of ``functions`` (``-func:`` words) and of the blocks of files, in order.

    ``files``: name and content. Raises TracingError, which names the file and the line.
    """
    traced = {_ALWAYS.name: _ALWAYS}
    for text in functions:
        traced |= {each.name: each for each in _listed_functions(text)}
    prefixes: dict[str, Affix] = {}
    suffixes: dict[str, Affix] = {}
    types: dict[str, CustomType] = {}
    defines: dict[str, str] = {}
    for name, content in files:
        for statement in (
            each for block in blocks_of(name, content) for each in statements_of(block)
        ):
            found = _read(statement)
            if isinstance(found, Function):
                traced[found.name] = found
            elif isinstance(found, Affix):
                (prefixes if found.is_prefix else suffixes)[found.function] = found
            elif isinstance(found, CustomType):
                types[found.name] = found
            else:
                defines |= found
    return Configuration(traced, prefixes, suffixes, types, tuple(defines.items()))


def _listed_functions(text: str) -> Iterator[Function]:
    """The functions of one ``-func:`` value, which may hold several with ``;`` between them."""
    for statement in statements_of(Block("functions=", 0, text)):
        if statement.word not in {"", "FUNC"}:
            raise TracingError(f"functions={text!r}: write Name(LEVEL, FLAGS, MSG, ...)")
        yield _function(statement)


def _read(statement: Statement) -> Function | Affix | CustomType | dict[str, str]:
    """What one statement says; FUNC may be left out where it is a function beyond doubt."""
    word = statement.word or statement.name.upper()
    if word in _READERS and statement.word in {"", "FUNC"}:
        return _READERS[word](statement)
    inside = re.findall(r"\w+|\.\.\.", statement.parameters or "")
    if not statement.word and (statement.braces or "MSG" in inside or "..." in inside):
        return _function(statement)
    known = ", ".join(_READERS)
    raise statement.error(f"{word} is no statement of a WPP block; known are {known}")


def _function(statement: Statement) -> Function:
    """``Name{A=b}(C, MSG, ...)``, with or without an inner pair of parentheses."""
    fixed = tuple(_fixed(statement))
    if statement.parameters is None:
        return Function(statement.name, ("FLAGS", "MSG", "..."), None, fixed)
    outer: list[str] = []
    inner: tuple[str, ...] | None = None
    for each in pieces(statement.parameters):
        if inner is not None:
            raise statement.error(f"{each} after the inner parentheses: they must come last")
        if each.startswith("(") and each.endswith(")"):
            inner = tuple(_parameter(statement, name) for name in pieces(each[1:-1]))
        else:
            outer.append(_parameter(statement, each))
    made = Function(statement.name, tuple(outer), inner, fixed)
    for names in (made.outer, made.inner or ()):
        if "..." in names[:-1]:
            raise statement.error(f"... must be the last parameter of {made.name}")
    if inner is not None and "..." in outer:
        raise statement.error(f"... of {made.name} belongs into the inner parentheses")
    _check_twice(statement, made)
    return made


def _fixed(statement: Statement) -> Iterator[tuple[str, str]]:
    """Conditions with a value: what stands in braces."""
    for text in statement.braces:
        for each in pieces(text):
            name, sign, value = (part.strip() for part in each.partition("="))
            if not (sign and value and _NAME.fullmatch(name)):
                raise statement.error(f"{{{text}}}: expected CONDITION=value; {_FORM}")
            yield name, value


def _check_twice(statement: Statement, function: Function) -> None:
    names = [name for name, _ in function.conditions]
    names += ["MSG"] * function.parameters.count("MSG")
    for name in names:
        if names.count(name) > 1:
            raise statement.error(f"{name} occurs twice in {function.name}; rename or drop one")


def _parameter(statement: Statement, text: str) -> str:
    if text != "..." and not _NAME.fullmatch(text):
        raise statement.error(f"parameter {text!r}: expected a name, MSG or ...; {_FORM}")
    return text


def _affix(statement: Statement) -> Affix:
    """``(Function, "text", argument ...)``; the function may repeat its parameters' types."""
    parts = list(pieces(statement.parameters or ""))
    call = _CALL.fullmatch(parts[0]) if parts else None
    words = words_of(parts[1]) if len(parts) > 1 else None
    if call is None or words is None:
        raise statement.error(f'write {statement.name}(Function, "text", arguments)')
    return Affix(call[1], words, tuple(parts[2:]), statement.name.upper() == "USEPREFIX")


def _custom(statement: Statement) -> CustomType:
    """``(Name, Item(values))``."""
    parts = list(pieces(statement.parameters or ""))
    call = _CALL.fullmatch(parts[1]) if len(parts) == 2 else None
    if call is None:
        raise statement.error("write CUSTOM_TYPE(Name, ItemListLong(First, Second))")
    values = tuple(pieces(call[2] or "")) if call[1] in _LISTS else ()
    return CustomType(parts[0], call[1], tuple(each.strip('"') for each in values))


def _simple(statement: Statement) -> CustomType:
    """``(Name, C type, Item, "format", signature, weight)``."""
    parts = list(pieces(statement.parameters or ""))
    format_ = words_of(parts[3]) if len(parts) > 3 else None
    if format_ is None:
        raise statement.error(f'write {statement.name}(Name, Type, Item, "format", _sig_, 0)')
    return CustomType(parts[0], parts[2], (), format_.strip('"'))


def _complex(statement: Statement) -> CustomType:
    """``(Name, Macro, Structure, Item, "format", signature, weight, slots)``."""
    parts = list(pieces(statement.parameters or ""))
    format_ = words_of(parts[4]) if len(parts) > 4 else None
    if format_ is None or not _NAME.fullmatch(parts[1]):
        text = f'write {statement.name}(Name, Macro, Structure, Item, "format", _sig_, 0)'
        raise statement.error(text)
    return CustomType(parts[0], parts[3], (), format_.strip('"'), parts[1], parts[2])


def _defines(statement: Statement) -> dict[str, str]:
    """The ``-D`` words of ``WPP_FLAGS(...)``; others are about files that are not made here."""
    text = (statement.parameters or "").strip()
    found = _DEFINE.fullmatch(text)
    return {found[1]: (found[2] or "").strip()} if found else {}


_READERS: Final[
    Mapping[str, Callable[[Statement], Function | Affix | CustomType | dict[str, str]]]
] = {
    "FUNC": _function,
    "USEPREFIX": _affix,
    "USESUFFIX": _affix,
    "CUSTOM_TYPE": _custom,
    "DEFINE_SIMPLE_TYPE": _simple,
    "DEFINE_CPLX_TYPE": _complex,
    "WPP_FLAGS": _defines,
}
