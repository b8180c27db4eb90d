"""The planner: makes a plan of the statements of a linker script.

A script whose expressions are constants or ``. + n`` becomes contributions alone: layout gives each
its address, and nothing is evaluated twice. This is what GNU ld's script for mingw programs needs,
so programs pay nothing for the rest of the language.

Any other script gets steps besides: each statement in an output section has a contribution that
marks its place (or is the gap, or the data), each symbol one that stands for it, and ``evaluate``
gives them sizes and values once sections have addresses.

Source: GNU ld manual, "SECTIONS Command"; PE Format for what an image can hold.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ntbuild.pecoff.machine import MACHINES, Machine
from ntbuild.pelink.diagnostics import Diagnostics, LinkError
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import replace

from . import syntax_tree as s
from .arithmetic import constant, names_in
from .mingw_script import NAME, gnu_script, header_values
from .parser import parse_script
from .plan import OVERRIDING, MadeContribution, Plan, PlannedSection, Step
from .scanner import find_script, read_script

OUTPUT_FORMATS: Final = {
    "x64": {"pei-x86-64", "pe-x86-64"},
    "x86": {"pei-i386", "pe-i386"},
    "arm64": {"pei-aarch64-little", "pe-aarch64-little"},
    "arm": {"pei-arm-wince-little", "pei-arm-little", "pe-arm-wince-little"},
}
_ARCHITECTURES: Final = {
    "x64": {"i386:x86-64"},
    "x86": {"i386"},
    "arm64": {"aarch64"},
    "arm": {"arm", "armv7"},
}
_IMPORT_SECTION: Final = ".idata"
_PAGE: Final = 0x1000
_POINTER: Final = 8
_MOST_MADE: Final = 16384
_LARGEST_ALIGNMENT: Final = 8192
"""Bytes; a section of an object can say no larger one."""


def plan_of_script(file: str, options: LinkOptions, log: Diagnostics) -> Plan:
    """The plan of a script, searched for here and in the folders of -L.

    Raises LinkError naming file, line and column.
    """
    path = find_script(file, options.libpath)
    script = _with_definitions(parse_script(read_script(path), path, options.libpath), options)
    machine = MACHINES[options.machine] if options.machine else None
    _check_format(script, machine, path, log)
    planner = _Planner(header_values(options), log, path, driver=options.is_driver)
    plan = planner.plan(script)
    log.raise_if_errors()
    return replace(
        plan,
        entry=script.entry,
        startup=script.startup,
        inputs=script.inputs,
        search_folders=script.search_folders,
        externs=script.externs,
        section_starts=options.section_start,
        order=OVERRIDING,
    )


def plan_of_gnu_ld(options: LinkOptions, log: Diagnostics) -> Plan:
    """The plan of a mingw program that is linked without a script: that of GNU ld's own script."""
    planner = _Planner({}, log, NAME, driver=False)
    script = _with_definitions(parse_script(gnu_script(options), NAME), options)
    plan = planner.plan(script)
    made = [replace(each, is_pointer=len(each.data) == _POINTER) for each in plan.made]
    order = OVERRIDING if options.defsym else plan.order
    return replace(plan, made=tuple(made), section_starts=options.section_start, order=order)


def plan_of_options(options: LinkOptions, log: Diagnostics) -> Plan:
    """The plan of --defsym and --section-start without a script."""
    planner = _Planner(header_values(options), log, "--defsym", driver=options.is_driver)
    plan = planner.plan(_with_definitions(s.Script(), options))
    return replace(plan, section_starts=options.section_start, order=OVERRIDING)


def _with_definitions(script: s.Script, options: LinkOptions) -> s.Script:
    """A script with the assignments of --defsym before its own."""
    found: list[s.OutputStatement] = []
    for name, expression in options.defsym:
        found += parse_script(f'"{name}" = {expression};', "--defsym").sections
    return replace(script, sections=(*found, *script.sections))


def _check_format(script: s.Script, machine: Machine | None, file: str, log: Diagnostics) -> None:
    """OUTPUT_FORMAT, TARGET and OUTPUT_ARCH must be those of the image."""
    for keyword, name, table, what in (
        ("OUTPUT_FORMAT", script.output_format, OUTPUT_FORMATS, "a PE format"),
        ("OUTPUT_ARCH", script.output_arch, _ARCHITECTURES, "an architecture of PE images"),
    ):
        if not name:
            continue
        if name not in {each for names in table.values() for each in names}:
            log.error(f"{keyword}({name}) is not {what}", place=file)
        elif machine is not None and name not in table[machine.name]:
            log.error(f"{keyword}({name}) is not that of /machine:{machine.name}", place=file)
    if script.output:
        log.warn(
            f"OUTPUT({script.output}) is ignored",
            place=file,
            hint="name the image on the command line: -o",
        )


class _Planner:
    """Collects a plan statement by statement.

    ``builtin`` are the names that GNU ld defines by itself, with their values.
    """

    def __init__(
        self, builtin: Mapping[str, int], log: Diagnostics, file: str, *, driver: bool
    ) -> None:
        self.builtin = builtin
        self.file = file
        self.log = log
        self.driver = driver
        self.sections: list[PlannedSection] = []
        self.claims: list[tuple[s.InputStatement, bool]] = []
        self.made: list[MadeContribution] = []
        self.steps: list[Step] = []
        self.symbols: dict[str, int] = {}  # number of the contribution of each computed symbol

    def plan(self, script: s.Script) -> Plan:
        """The plan of a whole script."""
        statements = self._outputs(script)
        assigned = {each.symbol for each in _assignments(statements)}
        self.builtin = {name: n for name, n in self.builtin.items() if name not in assigned}
        is_computed = bool(script.regions or script.no_cross_references)
        if is_computed or not all(map(self._is_simple, statements, self._before(statements))):
            for statement in statements:
                self._compute(statement)
        else:
            for statement in statements:
                self._contribute(statement)
        # Inputs may refer to what GNU ld defines by itself, as start-up code does.
        for name, value in self.builtin.items():
            self._make(symbol=name, value=value, absolute=True, provide=True)
        return Plan(
            "",
            tuple(self.sections),
            tuple(self.claims) if any(discards for _, discards in self.claims) else (),
            tuple(self.made),
            tuple(self.steps),
            script.regions,
            script.aliases,
            script.no_cross_references,
            self._references(_expressions(statements)),
            tuple(
                (each.symbol, self._references([each.expression]))
                for each in _assignments(statements)
                if each.provide
            ),
            builtin=self.builtin,
            is_sane=script.is_sane,
        )

    def _outputs(self, script: s.Script) -> list[s.OutputStatement]:
        """The statements without discards; descriptions of one name are one, as in GNU ld."""
        found: list[s.OutputStatement] = []
        at: dict[str, int] = {}
        for statement in script.sections:
            if not isinstance(statement, s.SectionDescription):
                found.append(statement)
                continue
            # Discards are claims, too: they only get what no statement before them takes.
            self.claims += [
                (each, statement.is_discard)
                for each in statement.statements
                if isinstance(each, s.InputStatement)
            ]
            if statement.is_discard:
                continue
            if self.driver and statement.name == _IMPORT_SECTION:
                # Half of a driver's import tables is freed after start-up: default_sections places
                # both halves.
                continue
            if statement.name in at:
                first = found[at[statement.name]]
                if isinstance(first, s.SectionDescription):
                    both = (*first.statements, *statement.statements)
                    found[at[statement.name]] = replace(first, statements=both)
            else:
                at[statement.name] = len(found)
                found.append(statement)
        return found

    def _references(self, expressions: Iterable[s.Expression]) -> tuple[str, ...]:
        """Symbols that expressions use, each once."""
        names = (name for expression in expressions for name in names_in(expression))
        return tuple(dict.fromkeys(name for name in names if name not in self.builtin))

    def _make(
        self,
        *,
        data: bytes = b"",
        alignment: int = 1,
        symbol: str = "",
        value: int = 0,
        absolute: bool = False,
        provide: bool = False,
        is_computed: bool = False,
    ) -> int:
        number = len(self.made)
        if number >= _MOST_MADE:
            message = f"a linker script has at most {_MOST_MADE} symbols, gaps and data"
            raise LinkError.of(message, place=self.file)
        self.made.append(
            MadeContribution(
                number,
                data,
                alignment,
                symbol,
                value,
                absolute,
                provide,
                is_computed=is_computed,
            )
        )
        return number

    # --- scripts of constants ---

    @staticmethod
    def _before(statements: list[s.OutputStatement]) -> Iterator[bool]:
        """Whether an output section stands before each statement."""
        has_section = False
        for statement in statements:
            yield has_section
            has_section |= isinstance(statement, s.SectionDescription)

    def _is_simple(self, statement: s.OutputStatement, after_section: bool) -> bool:  # noqa: FBT001
        """Whether contributions alone say what an output statement means."""
        if isinstance(statement, s.Assertion):
            return False
        if isinstance(statement, s.SectionDescription):
            return self._is_simple_section(statement)
        if statement.symbol == ".":
            alignment = self._alignment_of(statement.expression)
            return alignment is not None and alignment <= _PAGE
        if self._step_from_here(statement.expression) is not None:
            return after_section
        return self._constant(statement.expression) is not None

    def _is_simple_section(self, section: s.SectionDescription) -> bool:
        if section.address is not None and self._alignment_of(section.address) is None:
            return False
        if section.align is not None and not _is_power(self._constant(section.align)):
            return False
        others = section.subalign, section.load_address, section.region, section.load_region
        if any(others) or section.no_load or section.fill:
            return False
        return all(self._is_simple_inside(each) for each in section.statements)

    def _is_simple_inside(self, statement: s.SectionStatement) -> bool:
        if isinstance(statement, s.InputStatement):
            return True
        if isinstance(statement, s.Data):
            return self._constant(statement.expression) is not None
        if not isinstance(statement, s.Assignment):
            return False
        step = self._step_from_here(statement.expression)
        if statement.symbol == ".":
            return step == 0 or self._alignment_of(statement.expression) is not None
        return step is not None

    def _contribute(self, statement: s.OutputStatement) -> None:
        """A simple output statement as contributions."""
        if isinstance(statement, s.SectionDescription):
            self.sections.append(self._section(statement))
        elif isinstance(statement, s.Assignment) and statement.symbol != ".":
            step = self._step_from_here(statement.expression)
            if step is None:
                # The Value field of a COFF symbol has 32 bits.
                value = (self._constant(statement.expression) or 0) & 0xFFFFFFFF
                self._make(
                    symbol=statement.symbol, value=value, absolute=True, provide=statement.provide
                )
                return
            last = self.sections[-1]
            number = self._make(symbol=statement.symbol, value=step, provide=statement.provide)
            self.sections[-1] = replace(last, statements=(*last.statements, number))

    def _section(self, section: s.SectionDescription) -> PlannedSection:
        statements: list[s.InputStatement | int] = []
        for statement in section.statements:
            if isinstance(statement, s.InputStatement):
                statements.append(statement)
            elif isinstance(statement, s.Data):
                value = self._constant(statement.expression) or 0
                mask = (1 << (8 * statement.size)) - 1
                data = (value & mask).to_bytes(statement.size, "little")
                statements.append(self._make(data=data))
            elif isinstance(statement, s.Assignment):
                step = self._step_from_here(statement.expression)
                if statement.symbol == ".":
                    alignment = self._alignment_of(statement.expression) or 1
                    statements.append(self._make(alignment=alignment))
                else:
                    number = self._make(
                        symbol=statement.symbol, value=step or 0, provide=statement.provide
                    )
                    statements.append(number)
        alignment = self._alignment_of(section.address) or 1 if section.address else 1
        if section.align is not None:
            alignment = max(alignment, self._constant(section.align) or 1)
        return PlannedSection(section.name, alignment, tuple(statements), self._imports(section))

    def _imports(self, section: s.SectionDescription) -> bool:
        return section.name == _IMPORT_SECTION and bool(self.builtin)

    # --- scripts of expressions ---

    def _compute(self, statement: s.OutputStatement) -> None:
        """An output statement as steps, with the contributions that they need."""
        if isinstance(statement, s.Assertion):
            self.steps.append(Step("assert", statement))
        elif isinstance(statement, s.Assignment):
            self._compute_assignment(statement, -1)
        else:
            index = len(self.sections)
            self.steps.append(Step("begin", statement, section=index))
            inside: list[s.InputStatement | int] = []
            for each in statement.statements:
                if isinstance(each, s.InputStatement):
                    inside.append(each)
                elif isinstance(each, s.Assignment):
                    inside.append(self._compute_assignment(each, index))
                elif isinstance(each, s.Data):
                    number = self._make(data=bytes(each.size))
                    self.steps.append(Step("data", each, number, index))
                    inside.append(number)
                else:
                    kind = "fill" if isinstance(each, s.Fill) else "assert"
                    number = self._make(is_computed=True)
                    self.steps.append(Step(kind, each, number, index))
                    inside.append(number)
            self.steps.append(Step("end", statement, section=index))
            self.sections.append(
                PlannedSection(statement.name, 1, tuple(inside), self._imports(statement))
            )

    def _compute_assignment(self, statement: s.Assignment, section: int) -> int:
        """The number of the contribution at the assignment's place; -1 outside of sections."""
        # In a section a contribution marks the place, or becomes the gap; the symbol has its own.
        place = self._make(is_computed=True) if section >= 0 else -1
        self.steps.append(Step("assign", statement, place, section))
        if statement.symbol == ".":
            return place
        known = self.symbols.get(statement.symbol)
        if known is None:
            self.symbols[statement.symbol] = self._make(
                symbol=statement.symbol, provide=statement.provide, is_computed=True
            )
        elif not statement.provide:
            self.made[known] = replace(self.made[known], provide=False)
        return place

    # --- expressions ---

    def _constant(self, expression: s.Expression) -> int | None:
        return constant(expression, self.builtin)

    def _step_from_here(self, expression: s.Expression) -> int | None:
        """n of ``. + n`` (0 for ``.``); None for other expressions."""
        if expression == s.Name("."):
            return 0
        if isinstance(expression, s.Binary) and expression.operator == "+":
            for here, step in (
                (expression.left, expression.right),
                (expression.right, expression.left),
            ):
                if here == s.Name("."):
                    return self._constant(step)
        return None

    def _alignment_of(self, expression: s.Expression) -> int | None:
        """n of ``ALIGN(n)`` and ``ALIGN(., n)``, a power of two; None for other expressions."""
        if not isinstance(expression, s.Call) or expression.function != "ALIGN":
            return None
        *before, alignment = expression.arguments
        if before not in ([], [s.Name(".")]):
            return None
        value = self._constant(alignment)
        return value if _is_power(value) else None


def _is_power(value: int | None) -> bool:
    return value is not None and 0 < value <= _LARGEST_ALIGNMENT and not value & (value - 1)


def _assignments(statements: list[s.OutputStatement]) -> Iterator[s.Assignment]:
    for statement in statements:
        if isinstance(statement, s.Assignment):
            yield statement
        elif isinstance(statement, s.SectionDescription):
            yield from (each for each in statement.statements if isinstance(each, s.Assignment))


def _expressions(statements: list[s.OutputStatement]) -> Iterator[s.Expression]:
    """The expressions of the statements, but for those of PROVIDE."""
    for statement in statements:
        if not isinstance(statement, s.SectionDescription):
            if not (isinstance(statement, s.Assignment) and statement.provide):
                yield statement.expression
            continue
        fields = statement.address, statement.align, statement.subalign, statement.load_address
        yield from (each for each in fields if each is not None)
        for each in statement.statements:
            if isinstance(each, s.Data | s.Assertion) or (
                isinstance(each, s.Assignment) and not each.provide
            ):
                yield each.expression
