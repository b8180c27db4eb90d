r"""The ``.tmh`` header of a source: trace functions as macros that do nothing, or print.

``off``: a call is ``((void)0)``, and its arguments are not even looked at, because flags such as
``DBG_INIT`` exist only for WPP. ``debug``: a call hands its place, its message and its arguments to
``NtbuildWppPrint`` of the run-time, which writes the text to the kernel debugger. Formats are read
at run time, so a call may stand in a macro or a header and its message may be any expression; WPP
itself needs a literal in the source.

Both keep ``WPP_<conditions>_PRE`` and ``_POST`` around the call. They are the driver's own macros
and may hold control flow (``do { if (!NT_SUCCESS(s)) {`` ... ``return s; } } while (0)``).

    FUNC Enter{LEVEL=TRACE_LEVEL_VERBOSE}(FLAGS);    becomes, shortened,

    #define Enter(FLAGS) \
        WPP_LEVEL_FLAGS_PRE(TRACE_LEVEL_VERBOSE, FLAGS) \
        NTBUILD_WPP_TRACE("TRACE_LEVEL_VERBOSE", #FLAGS, "", "", "") \
        WPP_LEVEL_FLAGS_POST(TRACE_LEVEL_VERBOSE, FLAGS)

Limits: levels and flags are passed by their names, since a flag is no C name and a level need not
be one; a level that is a variable is printed as information.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from .config import Affix, Configuration, CustomType, Function
from .modes import check_mode
from .statements import decoded_source

_INCLUDE: Final = re.compile(
    r"""^[ \t]*\#[ \t]*include[ \t]*["<]([^">\n]*\.tmh)[">]""", re.MULTILINE | re.IGNORECASE
)
_INNER: Final = "NtbuildWppInner"
_LEVEL: Final = re.compile(r".*(?:LEVEL|LVL)", re.IGNORECASE)
_FLAGS: Final = re.compile(r".*FLAGS?", re.IGNORECASE)
_HOW: Final = {
    "ItemListByte": "LIST_OF_NAMES",
    "ItemListShort": "LIST_OF_NAMES",
    "ItemListLong": "LIST_OF_NAMES",
    "ItemSetByte": "SET_OF_NAMES",
    "ItemSetShort": "SET_OF_NAMES",
    "ItemSetLong": "SET_OF_NAMES",
    "ItemHEXDump": "HEXDUMP",
    "ItemPString": "STRING",
    "ItemPWString": "WIDE_STRING",
    "ItemMACAddr": "MAC_ADDRESS",
}
_ALIASES: Final = {
    "ItemNTSTATUS": "STATUS",
    "ItemNtStatus": "STATUS",
    "ItemHRESULT": "HRESULT",
    "ItemWINERROR": "WINERROR",
    "ItemNDIS_STATUS": "NDIS_STATUS",
    "ItemGuid": "GUID",
    "ItemIPAddr": "IPADDR",
    "ItemIPV6Addr": "IPV6ADDR",
    "ItemPort": "PORT",
    "ItemTimestamp": "TIMESTAMP",
    "ItemTimeDelta": "delta",
    "ItemWaitTime": "WAITTIME",
}
"""Items of simple types that are shown as a ``%!NAME!`` which the run-time knows."""


def trace_headers_of(source: bytes) -> tuple[str, ...]:
    """The names of the ``.tmh`` headers that a source includes, as it spells them."""
    return tuple(dict.fromkeys(_INCLUDE.findall(decoded_source(source))))


def has_configuration(content: bytes) -> bool:
    """Whether a file may hold a configuration block, in whatever encoding."""
    return b"begin_wpp" in content.replace(b"\0", b"").lower()


def trace_header(source: str, configuration: Configuration, mode: str) -> str:
    """The text of the header of ``source`` (a file name). Raises TracingError."""
    check_mode(mode)
    debug = mode == "debug"
    name = PurePosixPath(source.replace("\\", "/")).name
    lines = [
        f'/* For {name}: made by ntbuild, wpp="{mode}". */',
        "#undef WPP_THIS_FILE",
        f"#define WPP_THIS_FILE {_quoted(name)}",
        "#undef NTBUILD_WPP_DEBUG",
        f"#define NTBUILD_WPP_DEBUG {debug:d}",
        "#include <ntbuild/wpp.h>",
    ]
    for head, value in configuration.defines:
        macro = head.partition("(")[0]
        lines += ["", f"#ifndef {macro}", f"# define {head} {value}".rstrip(), "#endif"]
    if debug:
        lines += _types(configuration)
    for function in sorted(configuration.functions.values(), key=lambda each: each.name):
        lines += ["", *_macro(function, configuration, debug=debug)]
    return "\n".join(lines) + "\n"


def _macro(function: Function, configuration: Configuration, *, debug: bool) -> Iterator[str]:
    conditions = function.conditions
    family = "_".join(["WPP", *(name for name, _ in conditions)])
    values = ", ".join(value for _, value in conditions)
    if conditions:
        for end in ("PRE", "POST"):
            yield from (f"#ifndef {family}_{end}", f"# define {family}_{end}(...)", "#endif")
    body = [
        f"{family}_PRE({values})",
        _call(function, configuration, debug),
        f"{family}_POST({values})",
    ]
    parameters = [*function.parameters, *(["..."] if function.is_variadic else [])]
    name = function.name
    yield f"#undef {name}"
    if function.inner is not None:
        name = f"NtbuildWpp_{function.name}"
        outer = [each for each in function.outer if each != "..."]
        given = ", ".join([*outer, f"NTBUILD_WPP_EXPAND {_INNER}"])
        call = f"NTBUILD_WPP_APPLY({name}, ({given}))" if outer else f"{name} {_INNER}"
        yield f"#define {function.name}({', '.join([*outer, _INNER])}) {call}"
        yield f"#undef {name}"
    yield f"#define {name}({', '.join(parameters)}) \\"
    yield "    " + " \\\n    ".join(body if conditions else body[1:2])


def _call(function: Function, configuration: Configuration, debug: bool) -> str:  # noqa: FBT001
    if not debug:
        return "((void)0)"
    none = Affix(function.name, '""')
    prefix = configuration.prefixes.get(function.name, none)
    suffix = configuration.suffixes.get(function.name, none)
    words = [_by_name(function, _LEVEL), _by_name(function, _FLAGS), prefix.text, suffix.text]
    words.append("MSG" if "MSG" in function.parameters else '""')
    words += prefix.arguments
    text = ", ".join(words)
    if function.is_variadic:
        text += " __VA_OPT__(, ) __VA_ARGS__"
    return f"NTBUILD_WPP_TRACE({', '.join([text, *suffix.arguments])})"


def _by_name(function: Function, pattern: re.Pattern[str]) -> str:
    """A C string with the name of the level or of the flags, as a call or the declaration says."""
    fixed = dict(function.fixed)
    for name, value in function.conditions:
        if pattern.fullmatch(name):
            return _quoted(value) if name in fixed else f"#{name}"
    return '""'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# ---- types of the project ----------------------------------------------------------------------


def _types(configuration: Configuration) -> list[str]:
    """The table of ``%!NAME!`` types; one whose names only a PDB has is shown as a number."""
    rows: list[str] = []
    functions: list[str] = []
    for each in sorted(configuration.types.values(), key=lambda custom: custom.name):
        if each.macro:
            functions += _take(each)
            rows += [f"#ifdef {each.macro}", _row(each), "#endif"]
        elif row := _row(each):
            rows.append(row)
    lines = ["", "#undef NTBUILD_WPP_TYPES"]
    if not rows:
        return [*lines, "#define NTBUILD_WPP_TYPES 0"]
    return [
        *lines,
        "#define NTBUILD_WPP_TYPES NtbuildWppTypes",
        "#ifndef NTBUILD_WPP_HAS_TYPES",
        "# define NTBUILD_WPP_HAS_TYPES",
        *functions,
        "static const NtbuildWppType NtbuildWppTypes[] = {",
        *rows,
        "    { 0, 0, 0, 0, 0 },",
        "};",
        "#endif",
    ]


def _row(custom: CustomType) -> str:
    """A row of the table; empty for an item that names an enumeration in the PDB."""
    how, values = _HOW.get(custom.item), "0"
    if custom.values:
        values = " ".join(f'{_quoted(each)} "\\0"' for each in custom.values)
    elif custom.item in _ALIASES:
        how, values = "ALIAS", _quoted(_ALIASES[custom.item])
    elif custom.format and not custom.macro:
        how, values = "FORMAT", _quoted(f"%{custom.format}")
    if how is None and custom.macro:
        how = "HEXDUMP"
    if how is None:
        return ""
    size, take = "0", "0"
    if custom.macro:
        size, take = f"sizeof(NtbuildWppGiven_{custom.name})", f"NtbuildWppTake_{custom.name}"
    return f"    {{ {_quoted(custom.name)}, NTBUILD_WPP_{how}, {values}, {size}, {take} }},"


def _take(custom: CustomType) -> list[str]:
    """A function that takes a structure apart with the driver's own macro."""
    given = f"NtbuildWppGiven_{custom.name}"
    return [
        f"#ifdef {custom.macro}",
        f"typedef {custom.structure} {given};",
        '#pragma push_macro("__attribute__")',  # which sources may define as nothing
        "#undef __attribute__",
        "static void __attribute__((cdecl))",
        '#pragma pop_macro("__attribute__")',
        f"NtbuildWppTake_{custom.name}(const void *Structure, NtbuildWppPiece *Pieces)",
        "{",
        f"    {given} *Given = ({given} *)Structure;",
        f"    const NtbuildWppPiece Taken[] = {{ {custom.macro}(*Given) }};",
        "    unsigned Number;",
        "    for (Number = 0; Number < sizeof(Taken) / sizeof(Taken[0]) && Number < 4; Number++)",
        "        Pieces[Number] = Taken[Number];",
        "}",
        "#endif",
    ]
