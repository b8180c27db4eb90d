"""The linker on one page: each line is a pass, and data flows one way.

A pass takes the values that it reads and returns a new one; there is no context object and no
global state, so several links may run in one process, one after another or at the same time. The
values are declared in ``model.py``. Passes that few links need are imported with their first use,
by ``optional_passes.py``.
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
    add_guard_tables,
    add_range_thunks,
    apply_order_file,
    check_script,
    definition_file,
    evaluate,
    fill_load_config,
    fold,
    gather_facts,
    import_library,
    merge_strings,
    pdb_content,
    program_database,
    pseudo_relocations,
    read_plan,
    script_symbols,
    set_tls_alignment,
    with_definition,
    write_lldmap,
    write_log,
    write_map,
    write_pseudo_relocations,
    write_reports,
    write_script,
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
"""Layouts at most until every branch reaches; two are enough as a rule."""


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What a link gives. Texts are made when they are read, as few callers read them.

    ``import_library`` is None unless the image exports something; ``warnings`` are in the order in
    which they arose.
    """

    _image: Bytes = field(repr=False)
    out: str | None
    """The image's path: of the options, else of the .def file's NAME or LIBRARY, else None."""
    inputs: tuple[str, ...]
    """Paths of all files that were read, also of libraries that were searched for."""
    import_library: bytes | None
    warnings: tuple[Diagnostic, ...]
    _write_map: Callable[[], str] = field(repr=False)
    _write_definition: Callable[[], str] = field(repr=False)
    _write_log: Callable[[], str] = field(repr=False)
    _write_reports: Callable[[], str] = field(repr=False)
    _write_lldmap: Callable[[], str] = field(repr=False)
    _gather_facts: Callable[[], "LinkFacts"] = field(repr=False)
    _write_pdb: Callable[..., memoryview | None] = field(repr=False)

    @property
    def image(self) -> bytes:
        """The image as bytes, a copy."""
        return self._image.tobytes()

    @property
    def view(self) -> memoryview:
        """The image without a copy, to read or to write to a file."""
        return memoryview(self._image).toreadonly()  # type: ignore[arg-type]

    @property
    def pdb(self) -> memoryview | None:
        """The bytes of the PDB file; None without /debug."""
        return self._write_pdb(stripped=False)

    @property
    def stripped_pdb(self) -> memoryview | None:
        """The bytes of the PDB file with public symbols only; None without /pdbstripped."""
        return self._write_pdb(stripped=True)

    @property
    def map(self) -> str:
        """The text of /map; making it costs as much as a fifth of a large link."""
        return self._write_map()

    @property
    def definition(self) -> str:
        """The text of a .def file with the image's exports, for --output-def."""
        return self._write_definition()

    @property
    def lldmap(self) -> str:
        """The text of /lldmap: every contribution with its address and size, as lld-link has it."""
        return self._write_lldmap()

    @property
    def facts(self) -> "LinkFacts":
        """What a check of the image needs to know and cannot read from it."""
        return self._gather_facts()

    @property
    def linker_report(self) -> str:
        """The facts as the text of /linkerreport, for a check that is given only files."""
        from .reports.facts import write_linker_report  # noqa: PLC0415 - json comes with it

        return write_linker_report(self.view, self.facts)

    @property
    def log(self) -> str:
        """The text of /verbose."""
        return self._write_log()

    @property
    def reports(self) -> str:
        """The text of /whylive, /printgc, /printicf, /sizereport, /trace and /cref."""
        return self._write_reports()


def link(paths: Sequence[str | PathLike[str]], options: LinkOptions) -> LinkResult:
    """Link objects, archives and import libraries to one PE image. Raises LinkError.

    ``paths`` are read in their order; nothing is written.
    """
    log = Diagnostics(options.ignore)
    options = with_definition(options, log)  # a .def file becomes options
    plan = read_plan(options, log)  # a linker script, parsed
    files = [fspath(path) for path in paths]
    tables = read(files, options, plan, log)  # bytes become columns
    options = tables.options  # with the directives of the objects
    symbols = resolve(tables, options, log)  # every name has one definition
    graph = references(tables, symbols, options, plan)  # what keeps what
    marked = mark(graph)  # the sections that the roots reach
    resolved = symbols
    symbols, live = fold(tables, resolved, marked, options)  # equal functions become one
    symbols, live = merge_strings(tables, symbols, live, options)  # a string that ends another
    evidence = Evidence(tables, graph, resolved, marked, symbols, live)
    guarded = add_guard_tables(tables, symbols, live, options, log)  # targets of indirect calls
    tables, symbols, live = guarded.tables, guarded.symbols, guarded.live
    tables, deferred = pseudo_relocations(tables, symbols, live, options, log)  # for start-up code
    sections = place(tables, live, options, plan, log)  # output sections, in order
    sections = apply_order_file(tables, sections, options, log)  # functions as /order lists
    script = script_symbols(plan, tables, symbols)  # those of expressions, still without a value
    layout = lay_out(tables, symbols, sections, options, log)  # everything has an address
    for passes in range(_ROUNDS):  # noqa: B007 - /verbose says it
        changed = evaluate(plan, script, tables, symbols, sections, layout)  # gaps, addresses
        changed = changed or add_range_thunks(tables, symbols, sections, layout)  # far branches
        if changed is None:
            break
        tables, symbols, sections = changed.tables, changed.symbols, changed.sections
        layout = lay_out(tables, symbols, sections, options, log)  # what follows has moved
    given = check_script(plan, script, tables, symbols, sections, layout, options, log)
    contents = relocate(tables, symbols, layout, guarded.rva_tables, log)  # fields have values
    contents = write_script(script, given, tables, sections, layout, contents)  # LONG, FILL
    contents = write_pseudo_relocations(layout, contents, deferred)
    contents = fill_load_config(tables, symbols, layout, contents, options, log)  # checked
    contents = set_tls_alignment(tables, layout, contents)
    layout, contents = with_relocation_section(layout, contents, options)  # fields to rebase
    database = program_database(tables, symbols, layout, options, log)  # types, symbols, lines
    digest = database.digest if database else b""
    image = emit(  # headers, signature, checksum
        tables, symbols, layout, contents, options, no_seh=guarded.no_seh, pdb_digest=digest
    )
    if options.warnings_as_errors:
        log.raise_if_warnings()
    return LinkResult(
        image,
        options.out,
        (*tables.files, *options.files),
        import_library(tables),
        log.warnings,
        partial(write_map, tables, symbols, layout, options),
        partial(definition_file, tables),
        partial(write_log, evidence, files, options, tables, passes),
        partial(write_reports, evidence, tables, layout, options),
        partial(write_lldmap, tables, symbols, layout),
        partial(gather_facts, tables, symbols, layout, contents),
        partial(pdb_content, database, image, layout),
    )
