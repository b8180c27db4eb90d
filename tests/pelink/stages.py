"""Values between the passes: a link of objects that a test writes, as far as a pass needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linking import DRIVER, write
from ntbuild import options_from_argv
from ntbuild.pecoff.columns.arrays import Flags
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.inputs.read import read
from ntbuild.pelink.layout.lay_out import lay_out
from ntbuild.pelink.layout.place import place
from ntbuild.pelink.model import Layout, OutputSection, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.resolution.mark import mark
from ntbuild.pelink.resolution.references import references
from ntbuild.pelink.resolution.resolve import resolve
from ntbuild.pelink.script.plan import Plan


@dataclass(frozen=True)
class Marked:
    """What is known before sections are placed."""

    options: LinkOptions
    tables: Tables
    symbols: SymbolTable
    live: Flags
    log: Diagnostics

    def placed(self) -> tuple[OutputSection, ...]:
        return place(self.tables, self.live, self.options, Plan(), self.log)

    def laid_out(self) -> tuple[tuple[OutputSection, ...], Layout]:
        sections = self.placed()
        return sections, lay_out(self.tables, self.symbols, sections, self.options, self.log)

    def row(self, name: str) -> int:
        """The section row that defines an external name."""
        name_id = self.tables.names.find(self.tables.buffer, name.encode())
        return int(self.symbols.section[name_id])

    def names(self, section: OutputSection) -> list[str]:
        """Input section names of an output section, in its order."""
        return [self.tables.section_name(row).decode() for row in section.rows.tolist()]


def marked(folder: Path, files: Mapping[str, bytes], *argv: str, base=DRIVER) -> Marked:
    """The link of these files up to the sections that live."""
    log = Diagnostics()
    options = options_from_argv([*base, *argv])
    plan = Plan()
    tables = read([str(path) for path in write(folder, files)], options, plan, log)
    symbols = resolve(tables, tables.options, log)
    live = mark(references(tables, symbols, tables.options, plan))
    return Marked(tables.options, tables, symbols, live, log)
