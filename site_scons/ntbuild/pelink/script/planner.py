"""The planner: makes a plan of the statements of a linker script, one by one.

GNU ld evaluates any expression at any place. Here an expression must be a constant or ``. + n``;
anything else is an error that names the construct, file, line and column.

Source: GNU ld manual, "SECTIONS Command"; PE Format for what an image can hold.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ntbuild.pecoff.machine import MACHINES, Machine
from ntbuild.pelink.diagnostics import Diagnostics, LinkError
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import replace

from . import syntax_tree as s
from .mingw_script import NAME, gnu_script
from .parser import parse_script
from .plan import MadeContribution, Plan, PlannedSection

OUTPUT_FORMATS: Final = {
    "x64": {"pei-x86-64", "pe-x86-64"},
    "x86": {"pei-i386", "pe-i386"},
    "arm64": {"pei-aarch64-little", "pe-aarch64-little"},
    "arm": {"pei-arm-wince-little", "pei-arm-little", "pe-arm-wince-little"},
}
_IMPORT_SECTION = ".idata"
_PAGE = 0x1000
_POINTER = 8
_LONGEST_STEP: Final = 1 << 24
"""Bytes that one ``. = . + n`` may leave free: they become part of the file."""


def plan_of_script(file: str, options: LinkOptions, log: Diagnostics) -> Plan:
    """The plan of a script. Raises LinkError naming file, line and column."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise LinkError.of(f"could not open '{file}': {error.strerror}") from None
    except UnicodeDecodeError as error:
        place = f"{file}: offset {error.start:#x}"
        raise LinkError.of("not UTF-8 text", place=place) from None
    script = parse_script(text, file)
    machine = MACHINES[options.machine] if options.machine else None
    _check_format(script, machine, file, log)
    planner = _Planner(log, driver=options.is_driver)
    for statement in script.sections:
        planner.add(statement)
    log.raise_if_errors()
    return Plan(script.entry, tuple(planner.sections), tuple(planner.discards), tuple(planner.made))


def plan_of_gnu_ld(options: LinkOptions, log: Diagnostics) -> Plan:
    """The plan of a mingw program that is linked without a script: that of GNU ld's own script."""
    planner = _Planner(log, driver=False)
    for statement in parse_script(gnu_script(options), NAME).sections:
        planner.add(statement)
    made = [replace(each, is_pointer=len(each.data) == _POINTER) for each in planner.made]
    return Plan("", tuple(planner.sections), (), tuple(made))


def _check_format(script: s.Script, machine: Machine | None, file: str, log: Diagnostics) -> None:
    name = script.output_format
    if not name:
        return
    known = {name for names in OUTPUT_FORMATS.values() for name in names}
    if name not in known:
        log.error(f"OUTPUT_FORMAT({name}) is not a PE format", place=file)
    elif machine is not None and name not in OUTPUT_FORMATS[machine.name]:
        log.error(f"OUTPUT_FORMAT({name}) is not that of /machine:{machine.name}", place=file)


class _Planner:
    """Collects a plan statement by statement."""

    def __init__(self, log: Diagnostics, *, driver: bool) -> None:
        self.log = log
        self.driver = driver
        self.sections: list[PlannedSection] = []
        self.discards: list[s.InputStatement] = []
        self.made: list[MadeContribution] = []

    def add(self, statement: s.OutputStatement) -> None:
        if isinstance(statement, s.Assignment):
            self._outside(statement)
        elif statement.is_discard:
            self.discards += [
                each for each in statement.statements if isinstance(each, s.InputStatement)
            ]
        elif not (self.driver and statement.name == _IMPORT_SECTION):
            # Half of a driver's import tables is freed after start-up: default_sections places
            # both halves.
            self.sections.append(self._section(statement))

    def _section(self, section: s.SectionDescription) -> PlannedSection:
        statements: list[s.InputStatement | int] = []
        for statement in section.statements:
            if isinstance(statement, s.InputStatement):
                statements.append(statement)
            elif isinstance(statement, s.Data):
                value = self._constant(statement.expression, statement.place)
                mask = (1 << (8 * statement.size)) - 1
                data = (value & mask).to_bytes(statement.size, "little")
                statements.append(self._make(data=data, alignment=1))
            else:
                statements.append(self._inside(statement))
        alignment = max(self._alignment(section.address, section.place), 1)
        if section.align is not None:
            alignment = max(alignment, self._constant(section.align, section.place))
        if alignment & (alignment - 1):
            self._refuse(f"an alignment of {alignment}, which is no power of two,", section.place)
            alignment = 1
        return PlannedSection(section.name, alignment, tuple(statements))

    def _make(
        self,
        *,
        data: bytes = b"",
        alignment: int = 1,
        symbol: str = "",
        value: int = 0,
        absolute: bool = False,
        provide: bool = False,
    ) -> int:
        number = len(self.made)
        self.made.append(
            MadeContribution(number, data, alignment, symbol, value, absolute, provide)
        )
        return number

    def _inside(self, statement: s.Assignment) -> int:
        """An assignment in an output section, where ``.`` counts from the section's start."""
        expression = statement.expression
        if statement.symbol == ".":
            step = _step_from_here(expression)
            if step is not None and step <= _LONGEST_STEP:
                return self._make(data=bytes(step))
            if step is not None:
                self._refuse(f"a step of {step} bytes", statement.place)
                return self._make()
            alignment = _call_alignment(expression)
            if alignment is None:
                self._refuse("this position", statement.place)
            return self._make(alignment=alignment or 1)
        step = _step_from_here(expression)
        if step is not None:
            return self._make(symbol=statement.symbol, value=step, provide=statement.provide)
        return self._absolute(statement)

    def _absolute(self, statement: s.Assignment) -> int:
        value = self._constant(statement.expression, statement.place)
        return self._make(
            symbol=statement.symbol,
            value=value & 0xFFFFFFFF,
            absolute=True,
            provide=statement.provide,
        )

    def _outside(self, statement: s.Assignment) -> None:
        """An assignment between output sections, where ``.`` is an address."""
        step = _step_from_here(statement.expression)
        if statement.symbol == ".":
            alignment = _call_alignment(statement.expression)
            harmless = alignment is not None and alignment <= _PAGE
            if self.sections and not harmless:
                self._refuse("moving the location counter between sections", statement.place)
            return  # the first section follows the headers, whatever a script assigns to . before
        if step is None:
            self._absolute(statement)
        elif not self.sections:
            self._refuse("a symbol at an address before the first section", statement.place)
        else:
            last = self.sections[-1]
            number = self._make(symbol=statement.symbol, value=step, provide=statement.provide)
            self.sections[-1] = PlannedSection(
                last.name, last.alignment, (*last.statements, number)
            )

    def _alignment(self, expression: s.Expression | None, place: str) -> int:
        if expression is None:
            return 1
        alignment = _call_alignment(expression)
        if alignment is None:
            self._refuse("an address for a section", place)
        return alignment or 1

    def _constant(self, expression: s.Expression, place: str) -> int:
        value = constant(expression)
        if value is None:
            self._refuse("this expression", place)
        return value or 0

    def _refuse(self, what: str, place: str) -> None:
        self.log.error(f"{what} is not supported in a linker script", place=place)


def _step_from_here(expression: s.Expression) -> int | None:
    """n of ``. + n`` (0 for ``.``); None for other expressions."""
    if expression == s.Name("."):
        return 0
    if isinstance(expression, s.Binary) and expression.operator == "+":
        for here, step in (
            (expression.left, expression.right),
            (expression.right, expression.left),
        ):
            if here == s.Name("."):
                return constant(step)
    return None


def _call_alignment(expression: s.Expression) -> int | None:
    """n of ``ALIGN(n)`` and ``ALIGN(., n)``; None for other expressions."""
    if not isinstance(expression, s.Call) or expression.function not in ("ALIGN", "BLOCK"):
        return None
    *before, alignment = expression.arguments
    if before not in ([], [s.Name(".")]):
        return None
    value = constant(alignment)
    return value if value is not None and value > 0 and not value & (value - 1) else None


_ARITHMETIC: Final[dict[str, Callable[[int, int], int]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: a << min(b, 64),
    ">>": lambda a, b: a >> min(b, 64),
}


def constant(expression: s.Expression) -> int | None:
    """The value of an expression of constants; None when it depends on anything else."""
    if isinstance(expression, s.Number):
        return expression.value
    if isinstance(expression, s.Unary) and expression.operator == "-":
        operand = constant(expression.operand)
        return None if operand is None else -operand
    if isinstance(expression, s.Binary) and expression.operator in _ARITHMETIC:
        left, right = constant(expression.left), constant(expression.right)
        if left is None or right is None or right < 0:
            return None
        return _ARITHMETIC[expression.operator](left, right) & 0xFFFFFFFFFFFFFFFF
    return None
