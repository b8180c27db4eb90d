r"""The text of SConscripts: calls of ``env.Driver`` as a person would write and keep them.

    env.Driver(
        "viorng",
        ["isrdpc.c", "power.c", virtiolib],
        model="kmdf",
        kmdf="1.15",
        dialect="msvc",
    )

What differs between machines or flavors stands in a variable above the call and is changed under a
condition. What a person has to do is a comment above the call, with its reason.
"""

import os
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ntbuild.support.values import dataclass

from .cells import Cell, Imported
from .description import Define, Description
from .link_lines import LIBRARY
from .packages import package_line, package_name

_WIDTH: Final = 100
_INDENT: Final = "    "
_FLAVORS: Final = 2


Argument = tuple[str, Any]
"""A keyword, empty for an argument by position, and its value."""


@dataclass(frozen=True, slots=True)
class Code:
    """Python that is written as it is: a variable's name, an expression."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """The call of a function."""

    function: str
    arguments: tuple[Argument, ...]


class Script:
    """Writes the projects of one folder.

    ``folder``: the folder of the SConscript, absolute. ``names``: variables of libraries by path
    of their projects; those in ``exporting`` are export drivers. ``kit``: what ``kit=`` of every
    call says, empty for none. ``wpp``: the mode of trace messages.
    """

    def __init__(
        self,
        folder: str,
        names: Mapping[str, str],
        exporting: frozenset[str],
        kit: str = "",
        wpp: str = "debug",
    ) -> None:
        self.folder, self.names, self.exporting = folder, names, exporting
        self.kit, self.wpp = kit, wpp

    def declaration(self, project: Imported) -> str:
        """The comments, variables and the call for a project."""
        one = project.first
        cells = project.cells
        remarks = [posixpath.relpath(project.path, self.folder)]
        remarks += [f"left out: {each}" for each in left_out(project)]
        remarks += [project.choice] if project.choice else []
        remarks += [f"by hand: {each}" for each in by_hand(project)]
        lines = [line for each in remarks for line in _comment(each)]
        variable = self._variable(project)
        prefix = f"{variable} = " if variable else ""
        name, before = self._value("name", cells, lambda each: each.name)
        lines += before
        arguments: list[Argument] = [("", name)]
        for keyword, read in self._keywords():
            value, before = self._value(keyword or "sources", cells, read)
            lines += before
            if keyword in {"", "model"} or value not in _EMPTY:
                arguments.append((keyword, value))
        if one.method == LIBRARY:
            arguments = [each for each in arguments if each[0] not in _OF_DRIVERS]
        lines += _written(prefix, Call(f"env.{one.method}", tuple(arguments)))
        for path, version in one.infs:
            inf = self._path(path)
            lines.append(package_line(package_name(path), variable, inf, version))
        return "\n".join(lines)

    def _variable(self, project: Imported) -> str:
        """What the script calls a project; empty where nothing refers to it."""
        own = re.sub(r"\W+", "_", f"{project.first.name}_sys").lower()
        own = f"_{own}" if own[0].isdigit() else own
        return self.names.get(project.path, own if project.first.infs else "")

    def _keywords(self) -> list[tuple[str, Callable[[Description], Any]]]:
        return [
            ("", self._sources),
            ("exports", lambda each: list(each.exports)),
            ("model", lambda each: each.model),
            ("kmdf", lambda each: each.kmdf),
            ("dialect", lambda _each: "msvc"),
            ("kit", lambda _each: self.kit),
            ("windows", lambda each: each.windows or None),
            ("wpp", self._wpp),
            ("entry", lambda each: each.entry),
            ("include_dirs", lambda each: self._paths(each.include_dirs)),
            ("forced_includes", lambda each: self._paths(each.forced_includes)),
            ("natvis", lambda each: self._paths(each.natvis)),
            ("defines", lambda each: _defines(each.defines)),
            ("source_defines", lambda each: {n: _defines(d) for n, d in each.source_defines}),
            ("languages", lambda each: dict(each.languages)),
            ("cxx_runtime", lambda each: each.cxx_runtime),
            ("events", lambda each: dict(each.events)),
            ("mof_headers", lambda each: dict(each.mof_headers)),
            ("message_headers", lambda each: self._paths(each.message_headers)),
            ("harden", lambda each: dict(each.harden)),
            ("resource_defines", lambda each: _defines(each.resource_defines)),
            ("resource_include_dirs", lambda each: self._paths(each.resource_include_dirs)),
            ("cflags", lambda each: list(each.cflags)),
            ("cxxflags", lambda each: list(each.cxxflags)),
            ("nasm", lambda each: each.nasm if each.nasm is None else list(each.nasm) or True),
            ("import_libraries", lambda each: list(each.import_libraries)),
            *(
                (name, lambda each, n=name: Code(dict(each.options).get(n, "None")))
                for name in ("noentry", "integritycheck", "merge", "base")
            ),
        ]

    def _value(
        self, name: str, cells: Mapping[Cell, Description], read: Callable[[Description], Any]
    ) -> tuple[Any, list[str]]:
        """The value of an argument, and the lines before the call that make it where it differs."""
        values = {cell: read(each) for cell, each in cells.items()}
        first = next(iter(values.values()))
        if all(value == first for value in values.values()):
            return first, []
        if all(isinstance(value, list) for value in values.values()):
            return _varied_list(name, values)
        if isinstance(first, dict):
            return _varied_dictionary(name, values)
        return _varied(name, values)

    def _sources(self, each: Description) -> list[Any]:
        libraries = [Code(self.linked(path)) for path in each.libraries if path in self.names]
        return [*self._paths(each.sources), *libraries]

    def linked(self, path: str) -> str:
        """What a driver names among its sources to link a project."""
        suffix = ".import_library" if path in self.exporting else ""
        return f"{self.names[path]}{suffix}"

    def _paths(self, paths: Sequence[str]) -> list[str]:
        return [self._path(path) for path in paths]

    def _path(self, path: str) -> str:
        if not posixpath.isabs(path):
            return path
        return os.path.relpath(path, self.folder).replace(os.sep, "/")

    def _wpp(self, each: Description) -> Any:
        if each.wpp is None:
            return ""
        arguments: list[Argument] = [("", self.wpp)]
        scans = self._paths(each.wpp.scan)
        if scans:
            arguments.append(("scan", scans[0] if len(scans) == 1 else scans))
        if each.wpp.functions:
            arguments.append(("functions", list(each.wpp.functions)))
        if each.wpp.of_sources:
            own = {name: list(functions) for name, functions in each.wpp.of_sources}
            arguments.append(("source_functions", own))
        return Call("Wpp", tuple(arguments))


_EMPTY: Final[tuple[Any, ...]] = ("", None, [], {}, Code("None"), "wdm")
_OF_DRIVERS: Final = frozenset(
    {"exports", "entry", "noentry", "import_libraries", "integritycheck", "merge", "base", "natvis"}
    | {"resource_defines", "resource_include_dirs"}
)


def by_hand(project: Imported) -> list[str]:
    """What a person has to do for a project's build, a line each."""
    lines = _all(project.cells, "by_hand")
    if len({each.method for each in project.cells.values()}) > 1:
        lines.append("its kind differs between configurations")
    return lines


def left_out(project: Imported) -> list[str]:
    """What of a project is no part of its image, a line each."""
    return _all(project.cells, "left_out")


def _all(cells: Mapping[Cell, Description], name: str) -> list[str]:
    return list(dict.fromkeys(line for each in cells.values() for line in getattr(each, name)))


def _defines(pairs: Sequence[Define]) -> dict[str, Any]:
    return {
        name: int(value) if value and re.fullmatch(r"0|[1-9]\d{0,8}", value) else value
        for name, value in pairs
    }


# --- what differs between cells ------------------------------------------------------------------


def _varied_list(name: str, values: Mapping[Cell, list[Any]]) -> tuple[Code, list[str]]:
    """The words that all cells have, and further ones under conditions."""
    every = [set(map(repr, value)) for value in values.values()]
    common = [each for each in next(iter(values.values())) if all(repr(each) in s for s in every)]
    rest: dict[str, tuple[Any, list[Cell]]] = {}
    for cell, value in values.items():
        for each in value:
            if each not in common:
                rest.setdefault(repr(each), (each, []))[1].append(cell)
    lines = _written(f"{name} = ", common)
    for cells, words in _grouped(rest.values()):
        lines.append(f"if {condition(cells, list(values))}:")
        lines += _written(f"{name} += ", words, indent=_INDENT)
    return Code(name), lines


def _varied_dictionary(name: str, values: Mapping[Cell, dict[str, Any]]) -> tuple[Code, list[str]]:
    first = next(iter(values.values()))
    common = {key: found for key in first if (found := _by_machine(key, values)) is not None}
    rest: dict[str, tuple[Any, list[Cell]]] = {}
    for cell, value in values.items():
        for pair in value.items():
            if pair[0] not in common:
                rest.setdefault(repr(pair), (pair, []))[1].append(cell)
    lines = _written(f"{name} = ", common)
    for cells, pairs in _grouped(rest.values()):
        lines.append(f"if {condition(cells, list(values))}:")
        lines += _written(f"{name} |= ", dict(pairs), indent=_INDENT)
    return Code(name), lines


def _by_machine(key: str, values: Mapping[Cell, dict[str, Any]]) -> Any:
    """The value of a key that every cell has, where only the machine decides; None for others."""
    found: dict[str, Any] = {}
    for (machine, _), value in values.items():
        if key not in value or found.setdefault(machine, value[key]) != value[key]:
            return None
    first = next(iter(found.values()))
    if all(each == first for each in found.values()):
        return Code("None") if first is None else first
    others = {machine: each for machine, each in found.items() if each != first}
    return Code(f'{_text(others)}.get(env["NTARCH"], {_text(first)})')


def _varied(name: str, values: Mapping[Cell, Any]) -> tuple[Code, list[str]]:
    """One value or another, by the cell; that of the first cell is the rule."""
    first = next(iter(values.values()))
    others: dict[str, tuple[Any, list[Cell]]] = {}
    for cell, value in values.items():
        if value != first:
            others.setdefault(repr(value), (value, []))[1].append(cell)
    lines = [f"{name} = {_text(first)}"]
    for value, cells in others.values():
        shown = "None" if value == "" else _text(value)
        lines += [f"if {condition(cells, list(values))}:", f"{_INDENT}{name} = {shown}"]
    return Code(name), lines


def _grouped(found: Any) -> list[tuple[list[Cell], list[Any]]]:
    """Values with the same cells together."""
    groups: dict[tuple[Cell, ...], list[Any]] = {}
    for value, cells in found:
        groups.setdefault(tuple(cells), []).append(value)
    return [(list(cells), words) for cells, words in groups.items()]


def condition(cells: Sequence[Cell], every: Sequence[Cell]) -> str:
    """The shortest condition that is true in these cells of all."""
    others = [cell for cell in every if cell not in cells]
    plain, opposite = _product(cells, every), _product(others, every)
    if plain or not others:
        return plain or "True"
    if opposite:
        return f"not ({opposite})" if " and " in opposite else f"not {opposite}"
    pairs = ", ".join(f'("{m}", "{f}")' for m, f in sorted(cells))
    return f'(env["NTARCH"], env["NTFLAVOR"]) in [{pairs}]'


def _product(cells: Sequence[Cell], every: Sequence[Cell]) -> str:
    """The condition for cells that are all of some machines and flavors; empty for others."""
    machines = sorted({machine for machine, _ in cells})
    flavors = sorted({flavor for _, flavor in cells})
    if len(cells) != sum(m in machines and f in flavors for m, f in every):
        return ""
    machine = _is("NTARCH", machines, len({each for each, _ in every}))
    return " and ".join(filter(None, (machine, _is("NTFLAVOR", flavors, _FLAVORS))))


def _is(variable: str, words: Sequence[str], count: int) -> str:
    if len(words) == count:
        return ""
    if len(words) == 1:
        return f'env["{variable}"] == "{words[0]}"'
    return f'env["{variable}"] in ({", ".join(_text(each) for each in words)})'


# --- text ----------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    """A value as Python, with double quotes, on one line."""
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\")
        if '"' in value and "'" not in value:
            return f"'{quoted}'"
        return '"' + quoted.replace('"', '\\"') + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(k)}: {_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Call):
        words = (f"{k}={_text(v)}" if k else _text(v) for k, v in value.arguments)
        return f"{value.function}({', '.join(words)})"
    return value.text if isinstance(value, Code) else repr(value)


def _written(prefix: str, value: Any, suffix: str = "", indent: str = "") -> list[str]:
    """The lines of ``prefix value suffix``: one, or one for each part, as formatters do it."""
    line = f"{indent}{prefix}{_text(value)}{suffix}"
    if len(line) <= _WIDTH or not isinstance(value, (list, dict, Call)):
        return [line]
    opening, closing, parts = "(", ")", []
    if isinstance(value, list):
        opening, closing, parts = "[", "]", [("", each) for each in value]
    elif isinstance(value, dict):
        opening, closing = "{", "}"
        parts = [(f"{_text(key)}: ", each) for key, each in value.items()]
    else:
        prefix += value.function
        parts = [(f"{key}=" if key else "", each) for key, each in value.arguments]
    inside = [line for head, part in parts for line in _written(head, part, ",", indent + _INDENT)]
    return [f"{indent}{prefix}{opening}", *inside, f"{indent}{closing}{suffix}"]


def _comment(text: str) -> list[str]:
    """A comment, on several lines when it is long."""
    if len(text) + 2 <= _WIDTH:
        return [f"# {text}"]
    from textwrap import wrap  # noqa: PLC0415 - few comments are so long

    options = {"break_long_words": False, "break_on_hyphens": False}
    return wrap(f"# {text}", _WIDTH, subsequent_indent="#     ", **options)  # type: ignore[arg-type]
