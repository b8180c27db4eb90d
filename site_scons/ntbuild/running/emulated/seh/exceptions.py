"""Faults become exceptions where NT makes them ones, and end the run elsewhere.

An address of a program that is not there, a division by zero and a raised status are exceptions,
which a ``__try`` may handle. An address of the kernel that is not there stops NT whatever the code
around it says, and so do memory that may not be written or executed, a fast failure, and an access
to paged memory at DISPATCH_LEVEL.

Source: "Handling exceptions" in the WDK's documentation; ntstatus.h.
"""

from collections.abc import Mapping
from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.memory import Stop

from . import chain, tables

TABLE: Final = Routines()
ACCESS_VIOLATION: Final = 0xC0000005
_DIVIDE: Final = 0xC0000094
_ILLEGAL: Final = 0xC000001D
_MISALIGNED: Final = 0x80000002
_ACCESSES: Final[Mapping[str, int]] = {"reads": 0, "writes to": 1, "executes": 8}
DISPATCH: Final = 2
HIGH: Final = 31
USER_END: Final = {8: 0x7FFFFFFF0000, 4: 0x7FFF0000}
"""The end of a program's addresses by the width of a pointer."""


def handle(kernel: Kernel, stop: Stop) -> int:
    """Where a driver continues after a fault. Raises RefusedError when it does not."""
    code, values = _status(kernel, stop)
    if code:
        # A routine of the kernel that faults has returned to its caller: behind a call.
        found = raise_exception(kernel, code, values, is_call=bool(stop.access and stop.text))
        if found is not None:
            return found
    raise RefusedError(kernel.fault_text(stop))


def _status(kernel: Kernel, stop: Stop) -> tuple[int, tuple[int, ...]]:
    """The NTSTATUS of a fault and its parameters; 0 for what stops NT."""
    if stop.access:
        is_user = stop.address < USER_END[kernel.machine.width]
        if not is_user or kernel.irql >= DISPATCH:
            return 0, ()
        return ACCESS_VIOLATION, (_ACCESSES[stop.access], stop.address)
    if stop.interrupt == 0 and kernel.machine.facts.name in ("x64", "x86"):
        return _DIVIDE, ()
    return 0, ()


def raise_exception(
    kernel: Kernel, code: int, values: tuple[int, ...], *, is_call: bool
) -> int | None:
    """Dispatch an exception at the processor's state; None when nobody handles it."""
    name = kernel.machine.facts.name
    record = kernel.allocate(kernel.size_of("EXCEPTION_RECORD"))
    kernel.set(record, "EXCEPTION_RECORD.ExceptionCode", code)
    kernel.set(record, "EXCEPTION_RECORD.ExceptionAddress", kernel.machine.pc)
    kernel.set(record, "EXCEPTION_RECORD.NumberParameters", len(values))
    at = kernel.at(record, "EXCEPTION_RECORD.ExceptionInformation")
    for index, value in enumerate(values):
        kernel.machine.store(at + kernel.machine.width * index, value)
    if name == "x86":
        return chain.dispatch(kernel, record, is_call=is_call)
    if name in tables.HANDLING:
        return tables.dispatch(kernel, record, is_call=is_call)
    return None


@TABLE.serves("ExRaiseStatus(u) v", irql=HIGH)
@TABLE.serves("RtlRaiseStatus(u) v", irql=HIGH)
def ex_raise_status(kernel: Kernel, status: int) -> None:
    """Raise a status in the caller."""
    kernel.raised = (status, ())


@TABLE.serves("ExRaiseAccessViolation() v", irql=HIGH)
def ex_raise_access_violation(kernel: Kernel) -> None:
    """Raise STATUS_ACCESS_VIOLATION."""
    kernel.raised = (ACCESS_VIOLATION, ())


@TABLE.serves("ExRaiseDatatypeMisalignment() v", irql=HIGH)
def ex_raise_datatype_misalignment(kernel: Kernel) -> None:
    """Raise STATUS_DATATYPE_MISALIGNMENT."""
    kernel.raised = (_MISALIGNED, ())


@TABLE.serves("RtlRaiseException(p) v", irql=HIGH)
def rtl_raise_exception(kernel: Kernel, record: int) -> None:
    """Raise what a record says."""
    count = min(kernel.get(record, "EXCEPTION_RECORD.NumberParameters"), 15)
    at = kernel.at(record, "EXCEPTION_RECORD.ExceptionInformation")
    width = kernel.machine.width
    values = tuple(kernel.machine.load(at + width * index) for index in range(count))
    kernel.raised = (kernel.get(record, "EXCEPTION_RECORD.ExceptionCode"), values)


def after_routine(kernel: Kernel, name: str) -> int | None:
    """Dispatch what a routine has raised, now that it has returned; where to continue."""
    raised, kernel.raised = kernel.raised, None
    if raised is None:
        return None
    found = raise_exception(kernel, *raised, is_call=True)
    if found is None:
        raise RefusedError(f"{name}: status {raised[0]:#010x} is raised and nobody handles it")
    return found


def set_up(kernel: Kernel) -> None:
    """Give a kernel its exceptions."""
    kernel.handle_exception = handle
    kernel.after_routine = after_routine
    if kernel.machine.facts.name in tables.UNWINDERS:
        kernel.check_unwinding = tables.walk
