"""Makes the headers in toolchains/include/kmdf from the tables in toolchains/kmdf.

    python -m ntbuild.compilers.kmdf_headers toolchains

The headers are kept in the tree, so that builds and packages need no step for them;
tests/kmdf/test_tables.py shows that they are what this makes of the tables. wdf.h is written by
hand. Rows are written in their order; a row's range of versions becomes an `#if` around it.
"""

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from ntbuild.compilers import kmdf_tables as tables
from ntbuild.compilers.kmdf import VERSIONS
from ntbuild.compilers.kmdf_tables import Line, Row

WIDTH = 100


class Headers:
    """What rows of one table need to know of all tables."""

    def __init__(self, rows: dict[str, list[Row]]) -> None:
        self.rows = rows
        everything = [row for table in rows.values() for row in table]
        # The framework's function table: index, name, versions.
        self.functions = sorted(_entries(everything), key=lambda entry: entry[0])
        # The structure behind each pointer type, and the type of its Size field or "".
        self.sizes: dict[str, tuple[str, str]] = {}
        for row in everything:
            if row.kind in {"struct", "union"}:
                name, others = tables.names(row.text)
                first = row.body[0].text.split()
                size = first[0] if first[1:] == ["Size;"] else ""
                self.sizes |= {pointer.lstrip("*"): (name, size) for pointer in others}

    def header(self, name: str) -> str:
        """The text of one header."""
        guard = f"_{name.upper()}_H_"
        lines = [
            f"/* {name}.h - KMDF. Made from toolchains/kmdf/{name}.txt. */",
            f"#ifndef {guard}",
            f"#define {guard}",
            "",
            "WDF_EXTERN_C_START",
            "",
        ]
        for row in self.rows[name]:
            with _place(row):
                text = getattr(self, f"_{row.kind}")(row)
            lines += [*_guarded(row.range.condition(), text), ""]
        # Rows of one line stand together.
        text = "\n".join([*lines, "WDF_EXTERN_C_END", "", "#endif", ""])
        return re.sub(
            r"(?<=\n)(#define .*|DECLARE_WDF.*)\n\n(?=#define|DECLARE_WDF)", r"\1\n", text
        )

    def _handle(self, row: Row) -> list[str]:
        return [f"typedef struct {row.text}__ *{row.text};"]

    def _constant(self, row: Row) -> list[str]:
        match = re.match(r"(\w+(?:\([^)]*\))?) (.*)$", row.text)
        if match is None:
            raise tables.TableError(f"{row.text!r}: expected a name and a value")
        line = f"#define {match[1]} {match[2]}"
        return [line] if len(line) <= WIDTH else [f"#define {match[1]} \\", f"    {match[2]}"]

    def _code(self, row: Row) -> list[str]:
        return _lines(row.body)

    def _enum(self, row: Row) -> list[str]:
        name, others = tables.names(row.text)
        tag = name if name.startswith("_") else f"_{name}"
        return [f"typedef enum {tag} {{", *_lines(row.body, 4), f"}} {', '.join([name, *others])};"]

    def _struct(self, row: Row) -> list[str]:
        name, others = tables.names(row.text)
        last = f"}} {', '.join([name, *others])};"
        return [f"typedef {row.kind} _{name} {{", *_lines(row.body, 4), *_wrapped(last, ", ")]

    _union = _struct

    def _callback(self, row: Row) -> list[str]:
        pointer = re.search(r" \*(\w+)$", row.text)
        signed = tables.signature(row.text[: pointer.start()] if pointer else row.text)
        name = pointer[1] if pointer else "PFN_" + signed.name.removeprefix("EVT_")
        start = f"typedef {signed.returns.strip()} NTAPI {signed.name}("
        return [
            *_call(start, signed.parameters or ("VOID",), ");"),
            f"typedef {signed.name} *{name};",
        ]

    def _function(self, row: Row) -> list[str]:
        _, fastcall, signed = tables.function(row.text)
        pointer = f"PFN_{signed.name.upper()}"
        convention = "FASTCALL" if fastcall else "NTAPI"
        returns = "" if signed.returns.strip() == "VOID" else "return "
        arguments = [re.split(r"[ *]", parameter)[-1] for parameter in signed.parameters]
        call = f"    {returns}(({pointer})WdfFunctions[{signed.name}TableIndex])("
        return [
            *_call(
                f"typedef {signed.returns}({convention} *{pointer})(",
                ("PWDF_DRIVER_GLOBALS DriverGlobals", *signed.parameters),
                ");",
            ),
            *_call(
                f"WDF_INLINE {signed.returns}{signed.name}(", signed.parameters or ("VOID",), ")"
            ),
            "{",
            *_call(call, ("WdfDriverGlobals", *arguments), ");", 4),
            "}",
        ]

    def _index(self, _: Row) -> list[str]:
        return []

    def _functions(self, _: Row) -> list[str]:
        lines = [
            Line(f"{name}TableIndex = {index},", versions)
            for index, name, versions in self.functions
        ]
        # The number of entries in each version: one more than the last index that it has.
        counts = {
            int(version[2:]): max(
                index for index, _, versions in self.functions if int(version[2:]) in versions
            )
            + 1
            for version in VERSIONS
        }
        starts = [(count, next(minors)) for count, minors in groupby(counts, counts.__getitem__)]
        for place, (count, first) in enumerate(starts):
            end = starts[place + 1][1] if place + 1 < len(starts) else None
            versions = tables.Range(first if place else 0, end)
            lines.append(Line(f"WdfFunctionTableNumEntries = {count},", versions))
        return ["typedef enum _WDFFUNCENUM {", *_lines(lines, 4), "} WDFFUNCENUM;"]

    def _init(self, row: Row) -> list[str]:
        signed = tables.signature(row.text)
        pointer, first = signed.parameters[0].split()
        structure, size = self.sizes[pointer]
        body = [Line(f"RtlZeroMemory({first}, sizeof(*{first}));", tables.Range())]
        if size:
            cast = "" if size == "ULONG" else f"({size})"
            text = f"{first}->Size = {cast}WDF_STRUCTURE_SIZE({structure});"
            body.append(Line(text, tables.Range()))
        for line in row.body:
            field, _, value = line.text.partition(" = ")
            text = f"{first}->{field} = {value or field};"
            body += [Line(part, line.range) for part in _assignment(text)]
        start = _call(f"WDF_INLINE VOID {signed.name}(", signed.parameters, ")")
        return [*start, "{", *_lines(body, 4), "}"]


def main() -> None:
    """Write every header whose text is not yet what the tables say."""
    for path, text in headers(Path(sys.argv[1])).items():
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")


def headers(toolchains: Path) -> dict[Path, str]:
    """The text of each header by its path, of the folder that has `kmdf` and `include/kmdf`."""
    made = Headers(tables.read_tables(toolchains / "kmdf"))
    return {toolchains / "include" / "kmdf" / f"{name}.h": made.header(name) for name in made.rows}


@contextmanager
def _place(row: Row) -> Iterator[None]:
    """An error of a row says where the row stands."""
    try:
        yield
    except tables.TableError as error:
        raise tables.TableError(f"{row.where}: {error}") from None


def _entries(rows: Iterable[Row]) -> Iterator[tuple[int, str, tables.Range]]:
    for row in rows:
        if row.kind == "function":
            with _place(row):
                index, _, signed = tables.function(row.text)
            yield index, signed.name, row.range
        elif row.kind == "index":
            number, name = row.text.split()
            yield int(number), name, row.range


def _guarded(condition: str, lines: list[str]) -> list[str]:
    return [f"#if {condition}", *lines, "#endif"] if condition else lines


def _lines(body: Iterable[Line], indent: int = 0) -> list[str]:
    """The lines of a body, those of one range of versions together in an #if."""
    result = []
    for versions, lines in groupby(body, lambda line: line.range):
        text = [textwrap.indent(line.text, " " * indent) for line in lines]
        result += _guarded(versions.condition(), text)
    return result


def _call(start: str, words: Iterable[str], end: str, indent: int = 0) -> list[str]:
    """A list in parentheses: in one line, or its words in lines of their own."""
    text = ", ".join(words)
    if len(start) + len(text) + len(end) <= WIDTH:
        return [start + text + end]
    space = " " * (indent + 4)
    return [start, *textwrap.wrap(text + end, WIDTH, initial_indent=space, subsequent_indent=space)]


def _assignment(text: str) -> list[str]:
    """An assignment, in two lines when it is long."""
    if len(text) + 4 <= WIDTH:
        return [text]
    left, _, right = text.partition(" = ")
    return [f"{left} =", f"    {right}"]


def _wrapped(text: str, separator: str) -> list[str]:
    if len(text) <= WIDTH:
        return [text]
    left, _, right = text.partition(separator)
    return [left + separator.rstrip(), f"    {right}"]


if __name__ == "__main__":
    main()
