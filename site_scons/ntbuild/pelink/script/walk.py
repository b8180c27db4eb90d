"""One walk over the statements of a linker script, with the addresses of a layout.

The walk follows GNU ld: it carries the location counter from statement to statement, and gives
symbols, gaps and sections what their expressions say. What it finds differs from the layout that it
started from wherever a gap or an address is not yet what the script wants; ``evaluate`` then asks
for another layout, until a walk finds what is there.

A walk anticipates: when a gap grows, all that follows in the section moves with it, and so do the
sections behind that have no address of their own. Two or three layouts are therefore enough, unless
an address depends on something that stands after it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Integers
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.object.read import ABSOLUTE, UNDEFINED
from ntbuild.pelink.model import Layout, OutputSection, SymbolTable, Tables
from ntbuild.support.text import encoded, printable
from ntbuild.support.values import dataclass, field

from . import syntax_tree as ast
from .arithmetic import WORD, aligned, signed
from .expressions import EvaluationError, Value, absolute, address, evaluate_expression, number
from .plan import Plan, Step
from .regions import Region, Regions

_UNINITIALIZED: Final = int(IMAGE_SCN.CNT_UNINITIALIZED_DATA)
_DEBUG_PREFIXES: Final = (".debug", ".zdebug", ".stab")

GAP_LIMIT: Final = 1 << 30
"""Bytes that the location counter may skip in an output section."""

_PE_HEADER: Final = 24  # signature and file header
# Bytes of the optional header with its 16 data directories, for PE32 and PE32+.
_OPTIONAL_32, _OPTIONAL_64 = 224, 240
_SECTION_HEADER: Final = 40


@dataclass(slots=True)
class Section:
    """An output section during a walk.

    ``start`` and ``end`` are addresses as the walk expects them; ``shift`` is the distance from
    where the layout has the section. ``output`` is its index among the image's sections, -1 when it
    has no contributions. ``requested`` says that the script gave it its address.
    """

    name: str
    output: int
    laid_out_at: int
    size: int
    alignment: int
    start: int = 0
    end: int = 0
    shift: int = 0
    load_address: int = 0
    is_requested: bool = False
    is_visited: bool = False


@dataclass(slots=True)
class Found:
    """What a walk found.

    ``symbols`` are final values by name; ``gaps`` sizes of gaps by number of contribution; ``data``
    (number, value) of each BYTE and its kin; ``fills`` (section index, number or -1 for the start,
    pattern); ``faults`` (place, message) of each statement that means nothing; ``remarks`` the same
    of what GNU ld accepts but an image cannot say.
    """

    symbols: dict[str, Value] = field(default_factory=dict)
    gaps: dict[int, int] = field(default_factory=dict)
    data: list[tuple[int, int, Value]] = field(default_factory=list)
    fills: list[tuple[int, int, bytes]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    subalignments: dict[int, int] = field(default_factory=dict)
    regions: list[Region] = field(default_factory=list)


class Walk:
    """The scope of a script's expressions while its statements are walked."""

    def __init__(
        self,
        plan: Plan,
        rows: Mapping[int, int],
        tables: Tables,
        symbols: SymbolTable,
        sections: Sequence[OutputSection],
        layout: Layout,
        before: Found | None,
    ) -> None:
        self.plan, self.rows, self.tables, self.symbols = plan, rows, tables, symbols
        self.outputs, self.layout = sections, layout
        self.known = before.symbols if before else {}
        self.known_starts = [each.start for each in before.sections] if before else []
        self.base = layout.image_base
        self.found = Found()
        self.section, self.is_sane = -1, plan.is_sane
        self.dot = self.base + aligned(self.size_of_headers(), layout.section_alignment)
        self._dot_moved = False
        self._delta = 0
        self._own = {each.symbol: each.number for each in plan.made if each.is_computed}
        self._assigned_always = {
            each.symbol for each in plan.made if each.is_computed and not each.provide
        }
        self._assigning = ""
        self._growth = 0  # how much further the next section stands than the layout has it
        self._index = {each.name: at for at, each in enumerate(plan.sections)}
        by_name = {each.name: at for at, each in reversed(list(enumerate(sections)))}
        self.found.sections = [self._section(each.name, by_name) for each in plan.sections]
        self._by_name = by_name
        self.regions = Regions(dict(plan.aliases))

    def _section(self, name: str, by_name: Mapping[str, int]) -> Section:
        output = by_name.get(name, -1)
        if output < 0:
            return Section(name, -1, 0, 0, 1)
        rows = self.outputs[output].rows
        starts = self.layout.rva.take(rows)
        sizes = self.tables.objects.sections.size.take(rows)
        number = int(self.layout.number[rows[0]])
        start = self.layout.headers[number - 1].VirtualAddress if number else int(starts[0])
        alignment = int(self.tables.objects.sections.alignment.take(rows).max())
        return Section(
            name, output, start + self.base, int((starts + sizes).max()) - start, alignment
        )

    def run(self) -> Found:
        """Walk all statements."""
        for region in self.plan.regions:
            self._guard(region.place, self._add_region, region)
        for step in self.plan.steps:
            self._guard(step.statement.place, _STEPS[step.kind], self, step)
        self.found.regions = list(self.regions.found.values())
        return self.found

    def _guard(self, place: str, action: Callable[..., None], *arguments: object) -> None:
        """Carry out a statement; what it cannot mean becomes a fault."""
        try:
            action(*arguments)
        except EvaluationError as error:
            self.found.faults.append((place, str(error)))

    def _add_region(self, region: ast.MemoryRegion) -> None:
        origin = self._word(region.origin)
        self.regions.add(region.name, region.attributes, origin, self._word(region.length))

    def _word(self, expression: ast.Expression) -> int:
        """The value of an expression as an address or a number."""
        return absolute(self, evaluate_expression(expression, self)).word

    # --- sections ---

    def begin(self, step: Step) -> None:
        """The start of an output section."""
        description, section = step.statement, self.found.sections[step.section]
        if not isinstance(description, ast.SectionDescription):
            return
        section.is_visited = True
        section.start = section.laid_out_at  # until the address is known
        # Addresses of the section are those of the layout plus ``shift``, and plus what the gaps
        # before them in the section have grown (``_delta``).
        if description.subalign is not None:
            self.found.subalignments[step.section] = self._word(description.subalign)
        wanted = 1 if description.align is None else self._word(description.align)
        wanted = 1 << max(wanted - 1, 0).bit_length()  # the next power of two, as in GNU ld
        section.alignment = max(wanted, section.alignment, 1)
        section.start = aligned(self._start(description, section), section.alignment)
        section.shift = section.start - section.laid_out_at
        start = section.start
        section.load_address = start
        if description.load_address is not None:
            section.load_address = self._word(description.load_address)
        elif description.load_region:
            section.load_address = self.regions.get(description.load_region).next
        self.section, self.dot, self._delta = step.section, start, 0
        if description.fill:
            self.found.fills.append((step.section, -1, description.fill))

    def _start(self, description: ast.SectionDescription, section: Section) -> int:
        """The address of a section before it is aligned to what its contributions need."""
        region = self._region_of(description, section)
        is_alignment = description.address is not None and _is_alignment(description.address)
        if description.address is not None and not is_alignment:
            section.is_requested = True
            return self._word(description.address)
        if region is not None:
            section.is_requested = True
            return region.next
        if is_alignment and isinstance(description.address, ast.Call):
            grain = self._word(description.address.arguments[-1])
            section.alignment = max(section.alignment, grain)
        section.is_requested = self._dot_moved
        if section.is_requested or not section.size:
            return self.dot
        return section.laid_out_at + self._growth

    def end(self, step: Step) -> None:
        """The end of an output section."""
        description, section = step.statement, self.found.sections[step.section]
        self.section = -1
        if not isinstance(description, ast.SectionDescription):
            return
        laid_out_end = section.laid_out_at + section.size
        section.size += self._delta
        section.end = section.start + section.size
        # GNU ld leaves out a section without contents unless a symbol needs its address.
        has_symbols = any(isinstance(each, ast.Assignment) for each in description.statements)
        if section.size or (section.is_requested and has_symbols):
            self.dot = section.end
        if section.size:
            self._remark(description, section)
            grain = self.layout.section_alignment
            self._growth = aligned(section.end, grain) - aligned(laid_out_end, grain)
            self._dot_moved = False
        region = self._region_of(description, section)
        if region is not None and section.size:
            region.next = section.end
            if section.start < region.origin or region.overflow():
                name = printable(section.name)
                message = f"section `{name}' will not fit in region `{printable(region.name)}'"
                raise EvaluationError(message)
        if description.load_region and section.size:
            load = self.regions.get(description.load_region)
            if load is not region:
                load.next = section.load_address + section.size

    def _remark(self, description: ast.SectionDescription, section: Section) -> None:
        """Note what an image has no field for: load addresses, and sections that are not loaded."""
        name = printable(section.name)
        if section.load_address != section.start:
            wanted = f"an image has no load addresses (AT {section.load_address:#x})"
            message = f"section {name}: {wanted}; the section is loaded at {section.start:#x}"
            self.found.remarks.append((description.place, message))
        output = self.outputs[section.output]
        is_debug = section.name.startswith(_DEBUG_PREFIXES)
        if description.no_load and not is_debug and not output.Characteristics & _UNINITIALIZED:
            message = f"section {name}: NOLOAD has no effect, an image loads all of its sections"
            self.found.remarks.append((description.place, message))

    def _region_of(self, description: ast.SectionDescription, section: Section) -> Region | None:
        if description.region:
            return self.regions.get(description.region)
        if not self.regions.found or description.address is not None or section.output < 0:
            return None
        return self.regions.for_flags(self.outputs[section.output].Characteristics)

    # --- statements ---

    def _go_to(self, step: Step) -> None:
        """The location counter at a statement in an output section."""
        row = self.rows.get(step.number, -1)
        if step.section >= 0 and row >= 0:
            section = self.found.sections[step.section]
            self.dot = self.base + int(self.layout.rva[row]) + section.shift + self._delta

    def assign(self, step: Step) -> None:
        """``symbol = expression`` or ``. = expression``."""
        statement = step.statement
        if not isinstance(statement, ast.Assignment):
            return
        self._go_to(step)
        name = statement.symbol
        if name == ".":
            self._move(step, evaluate_expression(statement.expression, self))
            return
        if statement.provide and (name in self._assigned_always or self._input(name) is not None):
            return
        self._assigning = name
        value = evaluate_expression(statement.expression, self)
        self._assigning = ""
        if value.is_number:
            value = Value(value.word, self.section) if self.section >= 0 else address(value.word, 0)
        self.found.symbols[name] = value

    def _move(self, step: Step, value: Value) -> None:
        if self.section < 0:
            # Between sections no gap is made: the counter is where the next section starts.
            self.dot, self._dot_moved = absolute(self, value).word, True
            return
        if value.is_number:
            value = Value(value.word, self.section)
        target = absolute(self, value).word
        row = self.rows.get(step.number, -1)
        size = signed(target - self.dot)
        before = int(self.tables.objects.sections.size[row]) if row >= 0 else 0
        # Faults are kept for the end; until then a gap is as near to what is wanted as it can be.
        self.found.gaps[step.number] = min(max(size, 0), GAP_LIMIT)
        self._delta += self.found.gaps[step.number] - before
        if size < 0:
            text = f"cannot move location counter backwards (from {self.dot:#x} to {target:#x})"
            raise EvaluationError(text)
        if size > GAP_LIMIT:
            raise EvaluationError(f"a step of {size} bytes: at most {GAP_LIMIT} can be skipped")
        self.dot = target

    def data(self, step: Step) -> None:
        """BYTE and its kin."""
        if isinstance(step.statement, ast.Data):
            self._go_to(step)
            value = absolute(self, evaluate_expression(step.statement.expression, self))
            self.found.data.append((step.number, step.statement.size, value))
            self.dot += step.statement.size

    def fill(self, step: Step) -> None:
        """FILL."""
        if isinstance(step.statement, ast.Fill):
            self.found.fills.append((step.section, step.number, step.statement.pattern))

    def check(self, step: Step) -> None:
        """ASSERT."""
        if isinstance(step.statement, ast.Assertion):
            self._go_to(step)
            if not evaluate_expression(step.statement.expression, self).word:
                raise EvaluationError(step.statement.message)

    # --- what expressions ask for ---

    def start_of(self, section: int) -> int:
        """The address of an output section of the script."""
        found = self.found.sections[section]
        if found.is_visited:
            return found.start
        return self.known_starts[section] if self.known_starts else found.laid_out_at

    def size_of_headers(self) -> int:
        """Bytes of the image's headers in the file, without what fills up to the first section."""
        machine = self.tables.target.machine
        headers = _PE_HEADER + (_OPTIONAL_64 if machine.is_64bit else _OPTIONAL_32)
        headers += _SECTION_HEADER * (len(self.layout.headers) + 1)  # and that of .reloc
        return aligned(len(self.layout.stub) + headers, self.layout.file_alignment)

    def symbol(self, name: str) -> Value:
        """A symbol's value: as assigned before, of an input, or as assigned later."""
        if name in self.found.symbols:
            return self._in_context(self.found.symbols[name])
        value = self._input(name)
        if value is not None:
            return self._in_context(value)
        if name in self.known and name != self._assigning:
            return self._in_context(self.known[name])
        if name in self.plan.builtin:
            return self._in_context(address(self.plan.builtin[name], 0))
        raise EvaluationError(f"undefined symbol `{printable(name)}' referenced in expression")

    def _in_context(self, value: Value) -> Value:
        """Absolute symbols are numbers inside of output sections."""
        is_constant = not value.in_section and not value.moves
        is_number = is_constant and (self.section >= 0 or self.is_sane)
        return number(value.word) if is_number else value

    def is_defined(self, name: str) -> bool:
        """Whether an input defines a symbol, or the script has assigned it already."""
        if name in self.found.symbols or name in self.plan.builtin:
            return True
        return self._input(name) is not None

    def _input(self, name: str) -> Value | None:
        """The value that an input gives a symbol; None when none does.

        A symbol that the script assigns, too, is no longer the input's: its definition is searched
        for among those of all objects.
        """
        name_id = self.tables.names.find(self.tables.buffer, encoded(name))
        if name_id < 0:
            return None
        if name not in self._own:
            return self._value(int(self.symbols.section[name_id]), int(self.symbols.value[name_id]))
        own = self.tables.objects.symbols
        rows = own.rows.compress(self.tables.symbol_ids == name_id)
        made = self.tables.objects.objects.origins
        for row in rows.tolist():
            if int(own.section[row]) != UNDEFINED and not made[int(own.object[row])].made:
                return self._value(int(own.section[row]), int(own.value[row]))
        return None

    def _value(self, row: int, value: int) -> Value | None:
        """``value`` bytes into a section row as a value; None for what is in no section."""
        if row == ABSOLUTE:
            return address(value, 0)
        if row < 0:
            return None
        place = self.base + int(self.layout.rva[row]) + value
        at = int(self.layout.number[row])
        if at:
            index = self._index.get(self.layout.headers[at - 1].name, -1)
            if index >= 0:
                return Value((place - self.found.sections[index].laid_out_at) & WORD, index)
        return address(place)

    def property_of(self, function: str, name: str) -> Value:
        """ADDR, SIZEOF, ALIGNOF and LOADADDR of a section; ORIGIN and LENGTH of a region."""
        if function in ("ORIGIN", "LENGTH"):
            region = self.regions.get(name)
            return address(region.origin) if function == "ORIGIN" else number(region.length)
        index = self._index.get(name, -1)
        if index < 0:
            return self._property_of_other(function, name)
        section = self.found.sections[index]
        if function == "ADDR":
            return Value(0, index)
        if function == "LOADADDR":
            return address(section.load_address or self.start_of(index))
        if function == "ALIGNOF":
            return number(section.alignment)
        grown = self._delta if index == self.section else 0
        return number(section.size + grown)

    def _property_of_other(self, function: str, name: str) -> Value:
        """The same of a section that is in the image but not in the script."""
        output = self._by_name.get(name, -1)
        if output < 0:
            raise EvaluationError(f"undefined section `{printable(name)}' referenced in expression")
        section = self._section(name, self._by_name)
        if function in ("ADDR", "LOADADDR"):
            return address(section.laid_out_at)
        return number(section.alignment if function == "ALIGNOF" else section.size)


_STEPS: Final = {
    "begin": Walk.begin,
    "end": Walk.end,
    "assign": Walk.assign,
    "data": Walk.data,
    "fill": Walk.fill,
    "assert": Walk.check,
}


def _is_alignment(expression: ast.Expression) -> bool:
    """Whether an address is ``ALIGN(n)``: then the section follows the one before it."""
    return (
        isinstance(expression, ast.Call)
        and expression.function == "ALIGN"
        and expression.arguments[:-1] in ((), (ast.Name("."),))
    )


def rows_with_bytes(tables: Tables, rows: Integers) -> Integers:
    """The section rows that are not empty."""
    found: Integers = rows.compress(tables.objects.sections.size.take(rows) > 0)
    return found if len(found) else np.asarray(rows)
