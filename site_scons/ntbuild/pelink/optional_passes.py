"""Passes that few links need and texts that few callers read, each imported with its first use.

A command that links one object would otherwise import for longer than it links.

Invariant: a function here returns what its namesake would return when there is nothing to do, or
calls it. It decides nothing else.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ntbuild.pecoff.columns.arrays import Bytes, Flags
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY

from .diagnostics import Diagnostics, LinkError
from .model import Contents, Evidence, Guarded, Layout, OutputSection, Relaid, SymbolTable, Tables
from .options import LinkOptions
from .script.plan import Plan
from .synthesize.load_config import STRUCTURE

if TYPE_CHECKING:
    from .output.pseudo_relocations import PseudoRelocations
    from .pdb.program_database import ProgramDatabase
    from .reports.facts import LinkFacts
    from .script.evaluate import ScriptSymbols
    from .script.walk import Found

# ruff: noqa: PLC0415 - that is what this module is for


def with_definition(options: LinkOptions, log: Diagnostics) -> LinkOptions:
    """The options with those of a module-definition file (/def) in them. Raises LinkError."""
    if options.def_file is None:
        return options
    from .libraries.module_definition import with_definition

    return with_definition(options, log)


def read_plan(options: LinkOptions, log: Diagnostics) -> Plan:
    """The plan of ``options.script``, or of GNU ld's own script for programs of mingw-w64.

    Either with the symbols and addresses that options give.

    Raises LinkError naming file, line and column.
    """
    has_layout = options.mingw and not options.is_driver
    if not (options.script or has_layout or options.defsym or options.section_start):
        return Plan()
    from .script.planner import plan_of_gnu_ld, plan_of_options, plan_of_script

    if options.script is not None:
        return plan_of_script(options.script, options, log)
    return plan_of_gnu_ld(options, log) if has_layout else plan_of_options(options, log)


def fold(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions
) -> tuple[SymbolTable, Flags]:
    """Symbols and live sections with identical functions folded into one, with /opt:icf."""
    if options.folds == "none":
        return symbols, live
    from .resolution.icf import fold

    return fold(tables, symbols, live, options)


def merge_strings(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions
) -> tuple[SymbolTable, Flags]:
    """Symbols and live sections with strings merged into those that they end.

    With /opt:lldtailmerge, or where functions are folded.
    """
    if not options.merges_strings:
        return symbols, live
    from .resolution.tail_merge import merge_strings

    return merge_strings(tables, symbols, live, options)


def add_guard_tables(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions, log: Diagnostics
) -> Guarded:
    """Tables of the addresses that may be called indirectly, with /guard.

    Without it as well where SafeSEH exists, as the headers say whether there are handlers.
    """
    if not options.guard_parts and not tables.target.has_safe_seh:
        log.raise_if_errors()
        return Guarded(tables, symbols, live)
    from .output.control_flow_guard import add_guard_tables

    return add_guard_tables(tables, symbols, live, options, log)


def pseudo_relocations(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions, log: Diagnostics
) -> "tuple[Tables, PseudoRelocations | None]":
    """The fields that start-up code fills in; None without auto-imported data."""
    if not tables.auto_imports:
        return tables, None
    from .output.pseudo_relocations import pseudo_relocations

    return pseudo_relocations(tables, symbols, live, options, log)


def write_pseudo_relocations(
    layout: Layout, contents: Contents, deferred: "PseudoRelocations | None"
) -> Contents:
    """The contents with the list of these fields filled in."""
    if deferred is None:
        return contents
    from .output.pseudo_relocations import write_pseudo_relocations

    return write_pseudo_relocations(layout, contents, deferred)


def apply_order_file(
    tables: Tables, sections: tuple[OutputSection, ...], options: LinkOptions, log: Diagnostics
) -> tuple[OutputSection, ...]:
    """The sections with their functions in the order of a file, with /order."""
    if options.order_file is None:
        return sections
    from .layout.order_file import apply_order_file

    return apply_order_file(tables, sections, options, log)


def add_range_thunks(
    tables: Tables, symbols: SymbolTable, sections: tuple[OutputSection, ...], layout: Layout
) -> Relaid | None:
    """The link with thunks for branches that do not reach; None when all of them do."""
    if tables.target.far_thunk is None:
        return None
    from .layout.range_thunks import add_range_thunks

    return add_range_thunks(tables, symbols, sections, layout)


def script_symbols(plan: Plan, tables: Tables, symbols: SymbolTable) -> "ScriptSymbols | None":
    """The symbols whose values the expressions of a linker script give; None without any."""
    if not plan.steps and not plan.section_starts:
        return None
    from .script.evaluate import script_symbols

    return script_symbols(plan, tables, symbols)


def evaluate(
    plan: Plan,
    script: "ScriptSymbols | None",
    tables: Tables,
    symbols: SymbolTable,
    sections: tuple[OutputSection, ...],
    layout: Layout,
) -> Relaid | None:
    """What a linker script's expressions change of a layout; None when they agree with it."""
    if script is None:
        return None
    from .script.evaluate import evaluate

    return evaluate(plan, script, tables, symbols, sections, layout)


def check_script(
    plan: Plan,
    script: "ScriptSymbols | None",
    tables: Tables,
    symbols: SymbolTable,
    sections: tuple[OutputSection, ...],
    layout: Layout,
    options: LinkOptions,
    log: Diagnostics,
) -> "Found | None":
    """What a linker script gives the final layout; raises LinkError with all of its faults."""
    if script is None:
        return None
    from .script.evaluate import check_script

    return check_script(plan, script, tables, symbols, sections, layout, options, log)


def write_script(
    script: "ScriptSymbols | None",
    found: "Found | None",
    tables: Tables,
    sections: tuple[OutputSection, ...],
    layout: Layout,
    contents: Contents,
) -> Contents:
    """The contents with the data and fills of a linker script."""
    if script is None or found is None:
        return contents
    from .script.evaluate import write_script

    return write_script(script, found, tables, sections, layout, contents)


def fill_load_config(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    contents: Contents,
    options: LinkOptions,
    log: Diagnostics,
) -> Contents:
    """The contents with the load configuration checked and filled in.

    Where an object has one, or an option needs it.
    """
    name = tables.target.machine.symbol_prefix.encode() + STRUCTURE
    required = options.guard_parts or options.dependentloadflag
    if not required and tables.names.find(tables.buffer, name) < 0:
        log.raise_if_errors()
        return contents
    from .output.load_config import fill_load_config

    return fill_load_config(tables, symbols, layout, contents, options, log)


def set_tls_alignment(tables: Tables, layout: Layout, contents: Contents) -> Contents:
    """The contents with the alignment of thread-local data in the TLS directory, if any."""
    if int(IMAGE_DIRECTORY_ENTRY.TLS) not in layout.directories:
        return contents
    from .output.tls_directory import set_tls_alignment

    return set_tls_alignment(tables, layout, contents)


def program_database(
    tables: Tables, symbols: SymbolTable, layout: Layout, options: LinkOptions, log: Diagnostics
) -> "ProgramDatabase | None":
    """The PDB but for its signature; None without /debug. Raises LinkError."""
    if not options.writes_pdb:
        for name in ("pdb", "pdbstripped", "pdbstream", "natvis"):
            if getattr(options, name):
                log.warn(f"/{name} is ignored: without /debug no PDB file is written")
        return None
    from ntbuild.pecoff.errors import FormatError
    from ntbuild.support.inputs import InputError

    from .pdb.program_database import program_database
    from .synthesize.debug_directory import pdb_path

    path = pdb_path(options, tables.module_name, Diagnostics())
    try:
        return program_database(tables, symbols, layout, path, options, log)
    except FormatError as error:
        log.error(str(error), hint=error.hint)
        log.raise_if_errors()
        raise
    except InputError as error:
        raise LinkError.of(str(error)) from error


def pdb_content(
    database: "ProgramDatabase | None", image: Bytes, layout: Layout, *, stripped: bool
) -> memoryview | None:
    """The bytes of the PDB file, with the image's signature; None without /debug.

    With ``stripped`` those of the second one, which /pdbstripped asks for.
    """
    if database is None or (stripped and not database.stripped):
        return None
    from .synthesize.debug_directory import signature_of

    content = database.content(signature_of(image, layout), stripped=stripped)
    return memoryview(content)  # type: ignore[arg-type]


def import_library(tables: Tables) -> bytes | None:
    """The import library of the image's exports; None when it exports nothing."""
    if not tables.exports:
        return None
    from .libraries.import_library import import_library

    return import_library(tables)


def write_map(tables: Tables, symbols: SymbolTable, layout: Layout, options: LinkOptions) -> str:
    """The text of /map: sections, public symbols by address, the entry point."""
    from .reports.map import write_map

    return write_map(tables, symbols, layout, options)


def write_lldmap(tables: Tables, symbols: SymbolTable, layout: Layout) -> str:
    """The text of /lldmap: each contribution with its address and size, as lld-link writes it."""
    from .reports.lldmap import write_lldmap

    return write_lldmap(tables, symbols, layout)


def definition_file(tables: Tables) -> str:
    """The text of --output-def: a .def file of the image's exports."""
    from .libraries.definition_file import definition_file

    return definition_file(tables)


def write_log(
    evidence: Evidence, paths: Sequence[str], options: LinkOptions, tables: Tables, passes: int
) -> str:
    """The log of /verbose; empty without it. ``passes`` are the rounds that added thunks."""
    if not options.verbose:
        return ""
    from .reports.log import write_log

    return write_log(evidence, paths, tables, passes)


def write_reports(evidence: Evidence, tables: Tables, layout: Layout, options: LinkOptions) -> str:
    """The texts of /whylive, /printgc, /printicf, /sizereport, /trace and /cref; or empty."""
    given = (options.whylive, options.printgc, options.printicf)
    traced = (options.trace, options.trace_symbols, options.cref)
    if not any((*given, *traced, options.sizereport)):
        return ""
    from .reports.why import write_reports

    return write_reports(evidence, tables, layout, options)


def gather_facts(
    tables: Tables, symbols: SymbolTable, layout: Layout, contents: Contents
) -> "LinkFacts":
    """What a check of the image needs to know and cannot read from it."""
    from .reports.facts import gather_facts

    return gather_facts(tables, symbols, layout, contents)
