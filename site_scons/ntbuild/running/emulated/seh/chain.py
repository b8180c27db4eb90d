"""Exceptions on x86: a chain of registrations on the stack, which begins at fs:[0].

A registration is the next one and a handler. Compilers register ``_except_handler3``, whose table
of scopes and current scope lie behind that: next, handler, table, level, the saved ebp. A filter
and a handler are parts of the function that run with its ebp.

Source: Matt Pietrek, "A Crash Course on the Depths of Win32 Structured Exception Handling".
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.platform import EXCEPTION_LIST_END, PCR
from ntbuild.running.emulated.registers import PROCESSORS

from .frames import DEEPEST

TABLE: Final = Routines()
HIGH: Final = 31
_UNWINDING: Final = 2
_CONTINUE_EXECUTION, _CONTINUE_SEARCH = 0, 1
_NONE: Final = 0xFFFFFFFF
_EBP: Final = PROCESSORS["x86"].integers[5]
_CONTEXT: Final = 716
_OFFSETS: Final = {0: 0xB0, 1: 0xAC, 2: 0xA8, 3: 0xA4, 4: 0xC4, 5: 0xB4, 6: 0xA0, 7: 0x9C}
"""Where CONTEXT has eax, ecx, edx, ebx, esp, ebp, esi, edi; eip is at 0xB8."""


class _HandledError(Exception):
    """A scope wants the exception: its registration and where it continues."""

    def __init__(self, registration: int, target: int) -> None:
        super().__init__(f"{target:#x}")
        self.registration, self.target = registration, target


def _first(kernel: Kernel) -> int:
    return kernel.machine.load(kernel.machine.facts.high + PCR)


def _set_first(kernel: Kernel, registration: int) -> None:
    kernel.machine.store(kernel.machine.facts.high + PCR, registration)


def dispatch(kernel: Kernel, record: int, *, is_call: bool) -> int | None:
    """Find a handler for an exception; where to continue, or None when nobody handles it."""
    machine = kernel.machine
    registers = [machine.register(each) for each in machine.facts.integers]
    pc, first = machine.pc, _first(kernel)
    context = kernel.allocate(_CONTEXT)
    machine.store(context, 0x00010007, 4)
    for index, offset in _OFFSETS.items():
        machine.store(context + offset, registers[index], 4)
    machine.store(context + 0xB8, pc, 4)
    machine.sp = (machine.sp & -16) - 0x100
    registration = first
    for _ in range(DEEPEST):
        if registration == EXCEPTION_LIST_END or not _is_on_stack(kernel, registration):
            break
        try:
            answer = _ask(kernel, record, registration, context, 0)
        except _HandledError as handled:
            return _unwind_to(kernel, record, first, handled, context)
        if answer == _CONTINUE_EXECUTION:
            for index, offset in _OFFSETS.items():
                machine.set_register(machine.facts.integers[index], machine.load(context + offset))
            return machine.load(context + 0xB8)
        registration = machine.load(registration)
    for register, value in zip(machine.facts.integers, registers, strict=True):
        machine.set_register(register, value)
    machine.set_register(machine.facts.counter, pc)
    _ = is_call
    return None


def _is_on_stack(kernel: Kernel, address: int) -> bool:
    low, high = kernel.stack_limits
    if not low <= address < high or address % 4:
        raise RefusedError(f"the exception registration {address:#x} is not on the stack")
    return True


def _ask(kernel: Kernel, record: int, registration: int, context: int, flags: int) -> int:
    kernel.set(record, "EXCEPTION_RECORD.ExceptionFlags", flags)
    handler = kernel.machine.load(registration + 4)
    arguments = (record, registration, context, 0)
    return kernel.call(handler, *arguments, what="an exception handler", is_cdecl=True)


def _unwind_to(
    kernel: Kernel, record: int, first: int, handled: _HandledError, context: int
) -> int:
    """Call the handlers of inner registrations for their ``__finally``, then continue."""
    machine = kernel.machine
    registration = first
    while registration != handled.registration:
        _ask(kernel, record, registration, context, _UNWINDING)
        registration = machine.load(registration)
        _set_first(kernel, registration)
    machine.set_register(_EBP, registration + 16)
    machine.sp = machine.load(registration - 8)
    return handled.target


@TABLE.serves("_except_handler3(p p p p) u", irql=HIGH)
def except_handler3(
    kernel: Kernel, record: int, registration: int, context: int, _dispatcher: int
) -> int:
    """``__try`` by a table of scopes: the enclosing scope, filter, handler."""
    machine = kernel.machine
    if kernel.get(record, "EXCEPTION_RECORD.ExceptionFlags") & _UNWINDING:
        _finish(kernel, registration, _NONE)
        return _CONTINUE_SEARCH
    pointers = kernel.allocate(16)
    machine.store(pointers, record)
    machine.store(pointers + 4, context)
    machine.store(registration - 4, pointers)
    level = machine.load(registration + 12)
    for _ in range(DEEPEST):
        if level == _NONE:
            break
        enclosing, function, handler = _scope(kernel, registration, level)
        if function:
            answer = _call(kernel, registration, function, "a filter", "i")
            if answer < 0:
                return _CONTINUE_EXECUTION
            if answer > 0:
                _finish(kernel, registration, level)
                machine.store(registration + 12, enclosing)
                raise _HandledError(registration, handler)
        level = enclosing
    return _CONTINUE_SEARCH


def _scope(kernel: Kernel, registration: int, level: int) -> tuple[int, int, int]:
    at = kernel.machine.load(registration + 8) + 12 * level
    enclosing, function, handler = (kernel.machine.load(at + 4 * each) for each in range(3))
    return enclosing, function, handler


def _call(kernel: Kernel, registration: int, function: int, what: str, result: str) -> int:
    """A part of a function, with the function's ebp."""
    registers = {_EBP: registration + 16}
    return kernel.call(function, what=what, result=result, registers=registers)


def _finish(kernel: Kernel, registration: int, until: int) -> None:
    """Run the ``__finally`` of each scope inside of one."""
    machine = kernel.machine
    for _ in range(DEEPEST):
        level = machine.load(registration + 12)
        if level in (_NONE, until):
            return
        enclosing, function, handler = _scope(kernel, registration, level)
        machine.store(registration + 12, enclosing)
        if not function:
            _call(kernel, registration, handler, "a __finally", "v")


@TABLE.serves("_local_unwind2(p u) v", irql=HIGH)
def local_unwind2(kernel: Kernel, registration: int, until: int) -> None:
    """A jump out of a ``__try``."""
    _finish(kernel, registration, until)


@TABLE.serves("_global_unwind2(p) v", irql=HIGH)
def global_unwind2(kernel: Kernel, _registration: int) -> None:
    """What a handler of the driver's own asks for before it continues."""
    _ = kernel
