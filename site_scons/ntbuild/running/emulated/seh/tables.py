"""Exceptions on machines with unwind tables: x64, arm64 and arm.

As NT does it, in two passes. The first asks the handler of each frame from the inside out; filters
run while all frames are still there. When one wants the exception, the second pass calls the
handlers between for their ``__finally``, and the frame with the ``__except`` continues there.
Handlers are called in the driver, so that one of its own (a check of the stack cookie) runs; those
of ntoskrnl are served here.

Source: Microsoft "x64 exception handling" (RtlUnwindEx, DISPATCHER_CONTEXT); for C's scope table
excpt.h and winnt.h.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.loader import Loaded
from ntbuild.support.values import dataclass

from . import arm, arm64, x64
from .frames import DEEPEST, Frame, Step, Unwind

TABLE: Final = Routines()
UNWINDERS: Final[Mapping[str, Unwind]] = {
    "x64": x64.unwind,
    "arm64": arm64.unwind,
    "arm": arm.unwind,
}
HANDLING: Final = frozenset({"x64", "arm64"})
"""Machines whose compilers make handlers; on arm nothing is dispatched."""
_UNWINDING, _TARGET = 2, 0x20
_CONTINUE_EXECUTION, _CONTINUE_SEARCH = 0, 1
_EXECUTE_HANDLER: Final = 1
HIGH: Final = 31


class _HandledError(Exception):
    """A handler wants the exception: where its frame continues."""

    def __init__(self, establisher: int, target: int) -> None:
        super().__init__(f"{target:#x}")
        self.establisher, self.target = establisher, target


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a machine's CONTEXT has its registers, and where DISPATCHER_CONTEXT has its fields."""

    size: int
    first: int
    counter: int
    flags: int
    count: int


_SHAPES: Final = {
    "x64": _Shape(size=1232, first=0x78, counter=0xF8, flags=0x30, count=16),
    "arm64": _Shape(size=912, first=8, counter=0x108, flags=0, count=32),
}
_DISPATCHER: Final = (
    *("ControlPc", "ImageBase", "FunctionEntry", "EstablisherFrame", "TargetIp"),
    *("ContextRecord", "LanguageHandler", "HandlerData", "HistoryTable", "ScopeIndex"),
)
"""Fields of DISPATCHER_CONTEXT, each as wide as a pointer but the last."""


def capture(kernel: Kernel, *, is_call: bool) -> Frame:
    """The frame that the processor is in."""
    machine = kernel.machine
    registers = [machine.register(each) for each in machine.facts.integers]
    return Frame(registers, machine.pc, is_call=is_call)


def step(kernel: Kernel, frame: Frame) -> tuple[Loaded | None, Step | None]:
    """The image of a frame and the step out of it; None where the kernel begins."""
    image = kernel.image_at(frame.pc)
    if image is None:
        return None, None
    return image, UNWINDERS[kernel.machine.facts.name](kernel, image, frame)


def walk(kernel: Kernel, what: str) -> None:
    """Unwind from a call of a routine to the kernel. Raises RefusedError when that fails."""
    frame = capture(kernel, is_call=True)
    machine = kernel.machine
    back = machine.register(machine.facts.link) if machine.facts.link else machine.load(machine.sp)
    if not machine.facts.link:
        frame.registers[4] += machine.width
    frame.pc = back & ~machine.facts.code
    for _ in range(DEEPEST):
        if kernel.is_return(frame.pc):
            return
        image, found = step(kernel, frame)
        if image is None or found is None:
            raise RefusedError(
                f"unwinding from the call of {what} leads to {frame.pc:#x}, which is no code: "
                "unwind data (.pdata, .xdata) is wrong"
            )
        frame = found.caller
    raise RefusedError(f"unwinding from the call of {what} does not end")


def dispatch(kernel: Kernel, record: int, *, is_call: bool) -> int | None:
    """Find a handler for an exception; where to continue, or None when nobody handles it."""
    machine = kernel.machine
    first = capture(kernel, is_call=is_call)
    context = _context(kernel, first)
    machine.sp = (machine.sp & -16) - 0x100
    frame = first
    for _ in range(DEEPEST):
        image, found = step(kernel, frame)
        if image is None or found is None:
            break
        if found.handler and found.catches:
            try:
                answer = _ask(kernel, record, image, found, frame, context, 0, 0)
            except _HandledError as handled:
                return _unwind_to(kernel, record, first, handled, context)
            if answer == _CONTINUE_EXECUTION:
                return _resume(kernel, _from_context(kernel, context))
        frame = found.caller
    _resume(kernel, first)
    return None


def _ask(
    kernel: Kernel,
    record: int,
    image: Loaded,
    found: Step,
    frame: Frame,
    context: int,
    flags: int,
    target: int,
) -> int:
    """Call a frame's language handler."""
    machine = kernel.machine
    kernel.set(record, "EXCEPTION_RECORD.ExceptionFlags", flags)
    dispatcher = kernel.allocate(16 * machine.width)
    values = (
        *(frame.pc, image.base, found.entry, found.establisher, target, context),
        *(found.handler, found.data, 0),
    )
    for index, value in enumerate(values):
        machine.store(dispatcher + machine.width * index, value)
    machine.store(dispatcher + 9 * machine.width + 4, int(frame.is_call), 1)
    kept = _kept(kernel)
    if kept:
        saved = kernel.allocate(8 * len(kept))
        for index, number in enumerate(kept):
            machine.store(saved + 8 * index, frame.registers[number])
        machine.store(dispatcher + 10 * machine.width, saved)
    what = "an exception handler"
    return kernel.call(found.handler, record, found.establisher, context, dispatcher, what=what)


def _unwind_to(
    kernel: Kernel, record: int, first: Frame, handled: _HandledError, context: int
) -> int:
    """The second pass; the address where the frame with the handler continues."""
    machine = kernel.machine
    frame = first
    for _ in range(DEEPEST):
        image, found = step(kernel, frame)
        if image is None or found is None:
            break
        is_target = found.establisher == handled.establisher
        if found.handler and found.cleans:
            flags = _UNWINDING | (_TARGET if is_target else 0)
            machine.sp = (min(first.registers[_sp(kernel)], machine.sp) & -16) - 0x100
            _ask(kernel, record, image, found, frame, context, flags, handled.target)
        if is_target:
            code = kernel.get(record, "EXCEPTION_RECORD.ExceptionCode")
            frame.pc = handled.target
            address = _resume(kernel, frame)
            machine.set_register(machine.facts.result, code)
            return address
        frame = found.caller
    raise RefusedError("unwinding to an exception handler misses its frame: unwind data is wrong")


def _sp(kernel: Kernel) -> int:
    return {"x64": 4, "arm64": 31}[kernel.machine.facts.name]


def _resume(kernel: Kernel, frame: Frame) -> int:
    machine = kernel.machine
    for register, value in zip(machine.facts.integers, frame.registers, strict=True):
        machine.set_register(register, value)
    machine.set_register(machine.facts.counter, frame.pc)
    return frame.pc


def _context(kernel: Kernel, frame: Frame) -> int:
    """A CONTEXT of a frame; floating point is not in it."""
    shape, machine = _SHAPES[kernel.machine.facts.name], kernel.machine
    at = kernel.allocate(shape.size)
    machine.store(at + shape.flags, 0x0010000B if machine.facts.name == "x64" else 0x00400003, 4)
    for index in range(shape.count):
        machine.store(at + shape.first + machine.width * index, frame.registers[index])
    machine.store(at + shape.counter, frame.pc)
    return at


def _from_context(kernel: Kernel, at: int) -> Frame:
    shape, machine = _SHAPES[kernel.machine.facts.name], kernel.machine
    values: Sequence[int] = range(shape.count)
    registers = [machine.load(at + shape.first + machine.width * index) for index in values]
    return Frame(registers, machine.load(at + shape.counter), is_call=False)


def _kept(kernel: Kernel) -> range:
    """Numbers of the registers that parts of a function find as the function has them."""
    return range(19, 30) if kernel.machine.facts.name == "arm64" else range(0)


# ---- C's handler ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scopes:
    """What a call of C's handler is about; addresses are those of the driver's memory."""

    kernel: Kernel
    base: int
    table: int
    establisher: int
    dispatcher: int

    def rows(self, pc: int) -> Iterator[tuple[int, list[int]]]:
        """Index, and begin, end, function and target of each scope that holds an address (RVA)."""
        load, width = self.kernel.machine.load, self.kernel.machine.width
        first = load(self.dispatcher + 9 * width, 4)
        for index in range(first, min(load(self.table, 4), 4096)):
            row = [load(self.table + 4 + 16 * index + 4 * each, 4) for each in range(4)]
            if row[0] <= pc < row[1]:
                yield index, row

    def call(self, rva: int, first: int, what: str, result: str) -> int:
        """Call a part of the function, which finds the function's registers."""
        machine = self.kernel.machine
        at = machine.load(self.dispatcher + 10 * machine.width) if _kept(self.kernel) else 0
        registers = {
            machine.facts.integers[number]: machine.load(at + 8 * index)
            for index, number in enumerate(_kept(self.kernel))
        }
        # On arm64 the second argument is the function's frame pointer, elsewhere its frame.
        frame = machine.load(at + 80) if at else self.establisher
        return self.kernel.call(
            self.base + rva, first, frame, what=what, result=result, registers=registers
        )


@TABLE.serves("__C_specific_handler(p p p p) u", irql=HIGH)
def c_specific_handler(
    kernel: Kernel, record: int, establisher: int, context: int, dispatcher: int
) -> int:
    """``__try`` by a scope table: begin, end, filter or ``__finally``, and where to continue."""
    machine, width = kernel.machine, kernel.machine.width

    def field(name: str) -> int:
        return machine.load(dispatcher + width * _DISPATCHER.index(name))

    base = field("ImageBase")
    pc = field("ControlPc") - base
    if machine.facts.name != "x64" and machine.load(dispatcher + 9 * width + 4, 1):
        pc -= 4
    scopes = _Scopes(kernel, base, field("HandlerData"), establisher, dispatcher)
    flags = kernel.get(record, "EXCEPTION_RECORD.ExceptionFlags")
    if flags & _UNWINDING:
        target = field("TargetIp") - base if flags & _TARGET else -1
        return _clean(scopes, pc, target)
    for _, row in scopes.rows(pc):
        answer = _filter(scopes, row[2], record, context) if row[3] else 0
        if answer < 0:
            return _CONTINUE_EXECUTION
        if answer > 0:
            raise _HandledError(establisher, base + row[3])
    return _CONTINUE_SEARCH


def _clean(scopes: _Scopes, pc: int, target: int) -> int:
    """Run each ``__finally`` around an address, up to the scope that continues at the target."""
    machine = scopes.kernel.machine
    for index, row in scopes.rows(pc):
        is_around_target = row[0] <= target < row[1] and not row[3]
        if target >= 0 and (is_around_target or row[3] == target):
            break
        if not row[3]:
            machine.store(scopes.dispatcher + 9 * machine.width, index + 1, 4)
            scopes.call(row[2], 1, "a __finally", "v")
    return _CONTINUE_SEARCH


def _filter(scopes: _Scopes, function: int, record: int, context: int) -> int:
    if function == _EXECUTE_HANDLER:
        return 1
    machine = scopes.kernel.machine
    pointers = scopes.kernel.allocate(2 * machine.width)
    machine.store(pointers, record)
    machine.store(pointers + machine.width, context)
    return scopes.call(function, pointers, "a filter", "i")
