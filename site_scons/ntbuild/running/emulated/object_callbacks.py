"""ObRegisterCallbacks: what a driver is asked before and after a handle is opened or duplicated.

No program opens handles here. Before the driver is unloaded each routine is called as for one that
opens a handle to the system's process or thread, which is what makes its faults show.

Source: the reference pages of OB_CALLBACK_REGISTRATION and OB_PRE_OPERATION_INFORMATION.
"""

from collections.abc import Callable
from typing import Final

from ntbuild.support.values import dataclass

from .conventions import Routines
from .faults import RefusedError
from .kernel import Kernel
from .variables import variable

TABLE: Final = Routines()
_SUCCESS: Final = 0
_INVALID_PARAMETER: Final = 0xC000000D
_VERSION: Final = 0x0100
_REGISTRATION: Final = "OB_CALLBACK_REGISTRATION"
_OPERATION: Final = "OB_OPERATION_REGISTRATION"
_BEFORE, _AFTER = "OB_PRE_OPERATION_INFORMATION", "OB_POST_OPERATION_INFORMATION"
_KIND: Final = "registration of object callbacks"
_ALL_ACCESS: Final = 0x001FFFFF


@dataclass(frozen=True, slots=True)
class ObjectCallback:
    """One row of a registration. ``operations``: bits, 1 to create a handle, 2 to duplicate it."""

    type: int
    operations: int
    before: int
    after: int
    context: int


def _registrations(kernel: Kernel) -> dict[int, list[ObjectCallback]]:
    found: dict[int, list[ObjectCallback]] = kernel.subject("object callbacks", lambda _: {})
    return found


@TABLE.serves("ObGetFilterVersion() h", irql=1)
def ob_get_filter_version(kernel: Kernel) -> int:
    """OB_FLT_REGISTRATION_VERSION."""
    _ = kernel
    return _VERSION


@TABLE.serves("ObRegisterCallbacks(p p) u", irql=1)
def ob_register_callbacks(kernel: Kernel, registration: int, result: int) -> int:
    """Register what is called where handles are opened: a version, a count, an altitude."""
    version = kernel.get(registration, f"{_REGISTRATION}.Version")
    count = kernel.get(registration, f"{_REGISTRATION}.OperationRegistrationCount")
    if version != _VERSION or not count:
        return _INVALID_PARAMETER
    at = kernel.get(registration, f"{_REGISTRATION}.OperationRegistration")
    context = kernel.get(registration, f"{_REGISTRATION}.RegistrationContext")
    step = kernel.size_of(_OPERATION)
    rows = [_row(kernel, at + index * step, context) for index in range(count)]
    for row in rows:
        for routine, name in ((row.before, "PreOperation"), (row.after, "PostOperation")):
            if routine and kernel.image_at(routine) is None:
                raise RefusedError(f"ObRegisterCallbacks: {name} {routine:#x} is in no image")
            kernel.registers(routine, f"{name} of ObRegisterCallbacks")
    handle = kernel.allocate(16)
    kernel.hold(_KIND, handle, f"made at {kernel.caller()}")
    _registrations(kernel)[handle] = rows
    kernel.machine.store(result, handle)
    return _SUCCESS


def _row(kernel: Kernel, at: int, context: int) -> ObjectCallback:
    def get(name: str) -> int:
        return kernel.get(at, f"{_OPERATION}.{name}")

    before, after = get("PreOperation"), get("PostOperation")
    return ObjectCallback(get("ObjectType"), get("Operations"), before, after, context)


@TABLE.serves("ObUnRegisterCallbacks(p) v", irql=1)
def ob_unregister_callbacks(kernel: Kernel, handle: int) -> None:
    """Undo ObRegisterCallbacks."""
    kernel.release(_KIND, handle, "ObUnRegisterCallbacks")
    _registrations(kernel).pop(handle, None)


# ---- use -----------------------------------------------------------------------------------------


def open_handles(kernel: Kernel, say: Callable[[str], None]) -> None:
    """Have each registered routine called, as for a program's handle."""
    for rows in list(_registrations(kernel).values()):
        for row in rows:
            for operation in (1, 2):
                if row.operations & operation:
                    say("a handle of a program, for ObRegisterCallbacks")
                    _open(kernel, row, operation)


def _open(kernel: Kernel, row: ObjectCallback, operation: int) -> None:
    """Open or duplicate a handle: access that is wanted, twice; for a duplicate two processes."""
    machine, process = kernel.machine, kernel.subjects["process"]
    is_thread = row.type == variable(kernel, "PsThreadType")
    parameters = kernel.allocate(8 + 2 * machine.width)
    machine.store(parameters, _ALL_ACCESS, 4)
    machine.store(parameters + 4, _ALL_ACCESS, 4)
    for at in range(2):
        machine.store(parameters + 8 + at * machine.width, process)
    subject = kernel.subjects["thread"] if is_thread else process
    before = kernel.allocate(kernel.size_of(_BEFORE))
    after = kernel.allocate(kernel.size_of(_AFTER))
    for information in (before, after):
        # Both begin alike.
        kernel.set(information, f"{_BEFORE}.Operation", operation)
        kernel.set(information, f"{_BEFORE}.Object", subject)
        kernel.set(information, f"{_BEFORE}.ObjectType", machine.load(row.type))
    kernel.set(before, f"{_BEFORE}.Parameters", parameters)
    if row.before:
        with kernel.at_level(0):
            kernel.call(row.before, row.context, before, what="PreOperation of ObRegisterCallbacks")
    kernel.set(after, f"{_AFTER}.CallContext", kernel.get(before, f"{_BEFORE}.CallContext"))
    kernel.set(after, f"{_AFTER}.Parameters", parameters)
    if row.after:
        what = "PostOperation of ObRegisterCallbacks"
        with kernel.at_level(0):
            kernel.call(row.after, row.context, after, what=what, result="v")
