"""Nodes of trace headers: the ``.tmh`` files that a driver's sources include (``wpp=``).

A header is made from its source and from the headers that hold the configuration, and is named as
the source spells it. It goes into a folder of the driver below its objects, which is searched for
includes first; SCons's scanner finds it there as a node. Sources are read while SConscripts are,
because the names of what is built must be known then.
"""

import os
from collections.abc import Iterable
from typing import Any, Final

from ntbuild.building.wpp import TRACING, TraceHeaderStep, Wpp

from .builder import add_step
from .compile import file_named
from .errors import fail_at_caller

_HEADERS: Final = (".h", ".hpp", ".hxx")


def trace_headers(
    env: Any, source: Any, folder: Any, wpp: Wpp, values: Iterable[object] = ()
) -> list[Any]:
    """The nodes of the trace headers that ``source`` includes, made in ``folder``.

    ``values``: those of the source's own defines, which may be the name of a trace header.
    Raises UserError, with the SConscript's line, for a header of ``scan=`` that is not there.
    """
    named = (str(each).strip('"') for each in values if each is not None)
    own = (each for each in named if each.lower().endswith(".tmh"))
    names = tuple(dict.fromkeys((*_included(source), *own)))
    if not names:
        return []
    functions = (*wpp.functions, *wpp.source_functions.get(source.name, ()))
    step = TraceHeaderStep(wpp.mode, functions)
    scanned = [_scanned(env, name) for name in wpp.scan] if wpp.scan else _beside(env, source)
    made = []
    for name in names:
        target = folder.File(name.replace("\\", "/").rpartition("/")[2])
        if not target.has_builder():
            add_step(env, [target], [source, *scanned], step, TRACING)
        made.append(target)
    return made


def _included(source: Any) -> tuple[str, ...]:
    """Names of trace headers; of a source that is made only later, the one that WPP would make."""
    if source.has_builder():
        return (f"{source.name.rpartition('.')[0]}.tmh",)
    from ntbuild.tracing.trace_header import trace_headers_of  # noqa: PLC0415 - with wpp= only

    content = _content(source.srcnode().abspath)
    return trace_headers_of(content) if content else ()


def _scanned(env: Any, name: str) -> Any:
    """The node of a header of ``scan=``, spelled as on Windows: any letter case, backslashes."""
    path = name.replace("\\", "/")
    node = file_named(env, path)
    if node.has_builder() or node.srcnode().exists():
        return node
    folder = env.fs.getcwd().srcnode()
    *parts, last = path.split("/")
    for part in parts:
        folder = folder.Dir(_spelled(folder, part))
    found = folder.File(_spelled(folder, last))
    if found.exists():
        return found
    return fail_at_caller(env, f"wpp: no scan header {name}")


def _spelled(folder: Any, name: str) -> str:
    """A name as the folder has it."""
    known = [name] if name in {".", ".."} else _names(folder.abspath)
    return next((each for each in known if each.casefold() == name.casefold()), name)


def _beside(env: Any, source: Any) -> list[Any]:
    """The headers next to a source that hold configuration."""
    folder = source.srcnode().dir
    known = env["NTSHARED"].setdefault("wpp", {})
    if folder.abspath not in known:
        from ntbuild.tracing.trace_header import has_configuration  # noqa: PLC0415 - as above

        headers = [each for each in _names(folder.abspath) if each.lower().endswith(_HEADERS)]
        known[folder.abspath] = [
            folder.File(each)
            for each in headers
            if has_configuration(_content(os.path.join(folder.abspath, each)))  # noqa: PTH118
        ]
    found: list[Any] = known[folder.abspath]
    return found


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - in every build
    except OSError:
        return []


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - in every build
            return file.read()
    except OSError:  # whoever needs the file reports it
        return b""
