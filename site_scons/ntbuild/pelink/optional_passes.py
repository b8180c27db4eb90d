"""Passes that few links need and texts that few ask for, each imported with its first use.

A command that links one object would otherwise import for longer than it links. What is hard is
to decide nothing else here: a function returns at once what its namesake would return when there is
nothing to do, or it calls that.
"""

from typing import TYPE_CHECKING

from ntbuild.pecoff.columns.arrays import Flags

from .diagnostics import Diagnostics
from .model import Contents, Evidence, Guarded, Layout, OutputSection, SymbolTable, Tables
from .options import LinkOptions
from .script.plan import Plan
from .synthesize.load_config import STRUCTURE

if TYPE_CHECKING:
    from .layout.range_thunks import Extended
    from .output.pseudo_relocations import PseudoRelocations
    from .reports.facts import LinkFacts

# ruff: noqa: PLC0415 - that is what this module is for


def with_definition(options: LinkOptions, log: Diagnostics) -> LinkOptions:
    """What a module-definition file adds to the options, with /def."""
    if options.def_file is None:
        return options
    from .libraries.module_definition import with_definition

    return with_definition(options, log)


def read_plan(options: LinkOptions, log: Diagnostics) -> Plan:
    """The plan of ``options.script``. Raises LinkError naming file, line and column."""
    if options.script is None and (options.is_driver or not options.mingw):
        return Plan()
    from .script.planner import plan_of_gnu_ld, plan_of_script

    if options.script is None:
        return plan_of_gnu_ld(options, log)
    return plan_of_script(options.script, options, log)


def fold(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions
) -> tuple[SymbolTable, Flags]:
    """Identical functions, with /opt:icf."""
    if options.folds == "none":
        return symbols, live
    from .resolution.icf import fold

    return fold(tables, symbols, live, options)


def merge_strings(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions
) -> tuple[SymbolTable, Flags]:
    """Ends of strings, with /opt:lldtailmerge or folding."""
    if not options.merges_strings:
        return symbols, live
    from .resolution.tail_merge import merge_strings

    return merge_strings(tables, symbols, live, options)


def guard(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions, log: Diagnostics
) -> Guarded:
    """Tables of what may be called: with /guard, and on x86, where SafeSEH is not asked for."""
    if not options.guard_parts and tables.target.machine.name != "x86":
        log.raise_if_errors()
        return Guarded(tables, symbols, live)
    from .output.control_flow_guard import guard

    return guard(tables, symbols, live, options, log)


def pseudo_relocations(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions, log: Diagnostics
) -> "tuple[Tables, PseudoRelocations | None]":
    """Fields for start-up code, where data was imported that nobody declared so."""
    if not tables.auto_imports:
        return tables, None
    from .output.pseudo_relocations import pseudo_relocations

    return pseudo_relocations(tables, symbols, live, options, log)


def write_pseudo_relocations(
    layout: Layout, contents: Contents, wanted: "PseudoRelocations | None"
) -> Contents:
    """The list of these fields."""
    if wanted is None:
        return contents
    from .output.pseudo_relocations import write_pseudo_relocations

    return write_pseudo_relocations(layout, contents, wanted)


def in_asked_order(
    tables: Tables, sections: tuple[OutputSection, ...], options: LinkOptions, log: Diagnostics
) -> tuple[OutputSection, ...]:
    """Functions in the order of a file, with /order."""
    if options.order_file is None:
        return sections
    from .layout.order_file import in_asked_order

    return in_asked_order(tables, sections, options, log)


def extend(
    tables: Tables, symbols: SymbolTable, sections: tuple[OutputSection, ...], layout: Layout
) -> "Extended | None":
    """Thunks for long branches, on machines whose branches can be too short."""
    if tables.target.far_thunk is None:
        return None
    from .layout.range_thunks import extend

    return extend(tables, symbols, sections, layout)


def configure(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    contents: Contents,
    options: LinkOptions,
    log: Diagnostics,
) -> Contents:
    """The loader's configuration: where an object has one, or an option is about it."""
    name = tables.target.machine.symbol_prefix.encode() + STRUCTURE
    asked = options.guard_parts or options.dependentloadflag
    if not asked and tables.names.find(tables.buffer, name) < 0:
        log.raise_if_errors()
        return contents
    from .output.load_config import configure

    return configure(tables, symbols, layout, contents, options, log)


def import_library(tables: Tables) -> bytes | None:
    """The import library of the image's exports; None when it exports nothing."""
    if not tables.exports:
        return None
    from .libraries.import_library import import_library

    return import_library(tables)


def write_map(tables: Tables, symbols: SymbolTable, layout: Layout, options: LinkOptions) -> str:
    """/map."""
    from .reports.map import write_map

    return write_map(tables, symbols, layout, options)


def write_lldmap(tables: Tables, symbols: SymbolTable, layout: Layout) -> str:
    """/lldmap."""
    from .reports.lldmap import write_lldmap

    return write_lldmap(tables, symbols, layout)


def definition_file(tables: Tables) -> str:
    """--output-def."""
    from .libraries.definition_file import definition_file

    return definition_file(tables)


def write_reports(evidence: Evidence, tables: Tables, layout: Layout, options: LinkOptions) -> str:
    """/verbose, /whylive, --print-gc-sections and the like."""
    asked = (options.verbose, options.whylive, options.printgc, options.printicf)
    if not any((*asked, options.sizereport)):
        return ""
    from .reports.why import write_reports

    return write_reports(evidence, tables, layout, options)


def gather_facts(
    tables: Tables, symbols: SymbolTable, layout: Layout, contents: Contents
) -> "LinkFacts":
    """What a judge of the image wants to know."""
    from .reports.facts import gather_facts

    return gather_facts(tables, symbols, layout, contents)
