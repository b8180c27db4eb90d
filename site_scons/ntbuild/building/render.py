"""Text files from Jinja2 templates: linker scripts, module definitions, version resources.

An undefined variable is an error, and every error names the template and the line. Jinja2 reports
these in three ways (fields of a syntax error, a traceback frame, a missing file's name);
`RenderError` is the one form of them all.
"""

import functools
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jinja2

from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.options import Export, Section

from .version_info import VersionInfo

TEMPLATES = Path(__file__).parents[1] / "templates"
"""The templates that come with ntbuild."""


class RenderError(Exception):
    """A template is wrong; the text is one line: ``file:line: reason``."""


def linker_script(
    template: Path | None, *, name: str, machine: str, entry: str, sections: Sequence[Section]
) -> str:
    """The linker script of a driver; ``template`` replaces the one that comes with ntbuild.

    A template has the variables ``name``, ``machine`` (a `Machine`), ``entry`` and ``sections``.
    Raises RenderError.
    """
    return render(
        template or TEMPLATES / "driver.ld.j2",
        name=name,
        machine=MACHINES[machine],
        entry=entry,
        sections=tuple(sections),
    )


def module_definition(name: str, exports: Sequence[Export]) -> str:
    """The .def file of an export driver; ``name``: the image's file name. Raises RenderError."""
    return render(TEMPLATES / "driver.def.j2", name=name, exports=tuple(exports))


def version_resource(name: str, info: VersionInfo, *, debug: bool) -> str:
    """The resource script of a driver's version; ``name``: the image's file name."""
    return render(
        TEMPLATES / "driver.rc.j2", numbers=info.numbers, strings=info.strings(name), debug=debug
    )


def inf(**values: Any) -> str:
    """The INF of a package, of the values that ``driver.inf.j2`` names. Raises RenderError."""
    return render(TEMPLATES / "driver.inf.j2", **values)


def render(template: Path, **values: Any) -> str:
    """The text of a template with ``values`` as its variables. Raises RenderError.

    ``include`` and ``extends`` search the template's folder, then ntbuild's own templates.
    """
    environment = _environment(template.parent)
    return _explained(template, lambda: environment.get_template(template.name).render(**values))


@functools.cache
def _environment(folder: Path) -> jinja2.Environment:
    """One environment for all templates of a folder.

    It compiles a template once and notices a changed file. Compiling takes as long as three links,
    and a matrix renders the same template for every driver.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, TEMPLATES]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - linker scripts are no web pages
    )
    environment.filters["quoted"] = _quoted
    environment.filters["wide"] = _wide
    environment.filters["inf_text"] = _inf_text
    return environment


def _quoted(text: str) -> str:
    """A name as a .def file needs it: in quotes unless it is plainly an identifier."""
    plain = text.replace("_", "").replace("@", "").replace("?", "").replace(".", "")
    return text if plain.isalnum() and not text[0].isdigit() else f'"{text}"'


def _inf_text(text: str) -> str:
    """A string of an INF: in quotes, which two stand for one of."""
    doubled = text.replace('"', '""').replace("%", "%%")
    return f'"{doubled}"'


def _wide(text: str) -> str:
    """A UTF-16 string literal of a resource script, in ASCII: compilers differ in code pages."""
    units = text.encode("utf-16-le")
    codes = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    plain = {ord('"'): '""', ord("\\"): "\\\\"}
    return (
        'L"'
        + "".join(
            plain.get(code) or (chr(code) if 0x20 <= code < 0x7F else f"\\x{code:04x}")
            for code in codes
        )
        + '"'
    )


def _explained(template: Path, make: Callable[[], str]) -> str:
    try:
        return make()
    except jinja2.TemplateSyntaxError as error:
        place = f"{_shown(error.filename or template)}:{error.lineno}"
        raise RenderError(f"{place}: {error.message}") from error
    except jinja2.TemplateNotFound as error:
        if Path(str(error.name)).name == template.name:
            raise RenderError(f"{_shown(template)}: no such file") from error
        raise RenderError(f"{_place(error, template)}: no template {error.name!r}") from error
    except UnicodeDecodeError as error:
        raise RenderError(f"{_shown(template)}: offset {error.start}: not UTF-8 text") from error
    except Exception as error:  # an expression of a template may raise anything
        raise RenderError(f"{_place(error, template)}: {error}") from error


def _place(error: BaseException, template: Path) -> str:
    """File and line of the innermost frame that is template code, included templates too."""
    folders = {template.parent.resolve(), TEMPLATES.resolve()}
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).resolve().parent in folders:
            return f"{_shown(frame.filename)}:{frame.lineno}"
    return _shown(template)


def _shown(path: str | Path) -> str:
    return Path(path).as_posix()
