"""The linker on one page: each line is a pass, and data flows one way.

A pass takes what it needs and returns a new value; there is no context and nothing global, so
links may run in one process one after another and side by side. What is hard is in the passes.
"""

from collections.abc import Callable, Sequence
from functools import partial
from os import PathLike, fspath
from typing import TYPE_CHECKING

from ntbuild.pecoff.columns.arrays import Bytes
from ntbuild.support.values import dataclass, field

from .diagnostics import Diagnostic, Diagnostics
from .inputs.read import read
from .layout.lay_out import lay_out
from .layout.place import place
from .layout.relocation_section import with_relocation_section
from .model import Evidence
from .optional_passes import (
    configure,
    definition_file,
    extend,
    fold,
    gather_facts,
    guard,
    import_library,
    in_asked_order,
    merge_strings,
    pseudo_relocations,
    read_plan,
    with_definition,
    write_lldmap,
    write_map,
    write_pseudo_relocations,
    write_reports,
)
from .options import LinkOptions
from .output.emit import emit
from .output.relocate import relocate
from .resolution.mark import mark
from .resolution.references import references
from .resolution.resolve import resolve

if TYPE_CHECKING:
    from .reports.facts import LinkFacts

_ROUNDS = 16
"""Layouts until thunks that make branches too long have got theirs; two are enough as a rule."""


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What a link gives: the image, its map, an import library when something is exported."""

    _image: Bytes = field(repr=False)
    import_library: bytes | None
    warnings: tuple[Diagnostic, ...]
    _write_map: Callable[[], str] = field(repr=False)
    _write_definition: Callable[[], str] = field(repr=False)
    _write_reports: Callable[[], str] = field(repr=False)
    _write_lldmap: Callable[[], str] = field(repr=False)
    _gather_facts: Callable[[], "LinkFacts"] = field(repr=False)

    @property
    def image(self) -> bytes:
        """The image."""
        return self._image.tobytes()

    @property
    def view(self) -> memoryview:
        """The image for whoever only reads it or writes it to a file: no copy is made of it."""
        return memoryview(self._image).toreadonly()  # type: ignore[arg-type]

    @property
    def map(self) -> str:
        """The map, made when asked for: its text costs as much as a fifth of a large link."""
        return self._write_map()

    @property
    def definition(self) -> str:
        """A .def file of what the image exports."""
        return self._write_definition()

    @property
    def lldmap(self) -> str:
        """The map as lld-link writes it: every contribution with its address and size."""
        return self._write_lldmap()

    @property
    def facts(self) -> "LinkFacts":
        """What a judge of the image may want to know and cannot see."""
        return self._gather_facts()

    @property
    def linker_report(self) -> str:
        """The facts as a file beside the image, for a judge that sees only files."""
        from .reports.facts import write_linker_report  # noqa: PLC0415 - json comes with it

        return write_linker_report(self.view, self.facts)

    @property
    def reports(self) -> str:
        """What the options ask to be told: whylive, printgc, printicf, sizereport, verbose."""
        return self._write_reports()


def link(paths: Sequence[str | PathLike[str]], options: LinkOptions) -> LinkResult:
    """Objects, archives and import libraries in; one PE image out. Raises LinkError."""
    log = Diagnostics(options.ignore)
    options = with_definition(options, log)  # what a .def file says becomes options
    plan = read_plan(options, log)  # what a linker script says, in the linker's terms
    tables = read([fspath(path) for path in paths], options, plan, log)  # bytes become columns
    options = tables.options  # with what objects ask for in their directives
    symbols = resolve(tables, options, log)  # every name has one definition
    graph = references(tables, symbols, options, plan)  # what keeps what
    marked = mark(graph)  # what the roots reach
    resolved = symbols
    symbols, live = fold(tables, resolved, marked, options)  # equal functions become one
    symbols, live = merge_strings(tables, symbols, live, options)  # ends of strings
    evidence = Evidence(tables, graph, resolved, marked, symbols, live)
    guarded = guard(tables, symbols, live, options, log)  # what may be called indirectly
    tables, symbols, live = guarded.tables, guarded.symbols, guarded.live
    tables, mended = pseudo_relocations(tables, symbols, live, options, log)  # at start-up
    sections = place(tables, live, options, plan, log)  # output sections, in order
    sections = in_asked_order(tables, sections, options, log)  # functions as a list has them
    layout = lay_out(tables, symbols, sections, options, log)  # everything has an address
    for _ in range(_ROUNDS):
        extended = extend(tables, symbols, sections, layout)  # branches reach, or get a thunk
        if extended is None:
            break
        tables, symbols, sections = extended.tables, extended.symbols, extended.sections
        layout = lay_out(tables, symbols, sections, options, log)
    contents = relocate(tables, symbols, layout, guarded.rva_tables, log)  # fields have values
    contents = write_pseudo_relocations(layout, contents, mended)
    contents = configure(tables, symbols, layout, contents, options, log)  # and the loader's
    no_seh = guarded.no_seh
    layout, contents = with_relocation_section(layout, contents, options)  # what moves it
    image = emit(tables, symbols, layout, contents, options, no_seh=no_seh)  # headers, checksum
    if options.warnings_as_errors:
        log.raise_if_warnings()
    return LinkResult(
        image,
        import_library(tables),
        log.warnings,
        partial(write_map, tables, symbols, layout, options),
        partial(definition_file, tables),
        partial(write_reports, evidence, tables, layout, options),
        partial(write_lldmap, tables, symbols, layout),
        partial(gather_facts, tables, symbols, layout, contents),
    )
