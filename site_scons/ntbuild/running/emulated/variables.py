"""Variables that ntoskrnl exports: storage with a value that drivers can work with."""

from collections.abc import Callable, Mapping
from typing import Final

from .faults import UnknownError
from .kernel import Kernel
from .shared_data import TICK_COUNT

_SIZE: Final = 64


def _object_type(kernel: Kernel) -> int:
    return kernel.allocate(_SIZE)


def _pointer_to(value: int) -> Callable[[Kernel], int]:
    def make(kernel: Kernel) -> int:
        at = kernel.allocate(kernel.machine.width)
        kernel.machine.store(at, value)
        return at

    return make


def _type(kernel: Kernel) -> int:
    """A variable that points to an object type."""
    at = kernel.allocate(kernel.machine.width)
    kernel.machine.store(at, _object_type(kernel))
    return at


def _number(value: int, size: int) -> Callable[[Kernel], int]:
    def make(kernel: Kernel) -> int:
        at = kernel.allocate(size)
        kernel.machine.store(at, value, size)
        return at

    return make


def _user_probe(kernel: Kernel) -> int:
    end = 0x7FFFFFFF0000 if kernel.machine.width == 8 else 0x7FFF0000
    return _pointer_to(end)(kernel)


_VARIABLES: Final[Mapping[str, Callable[[Kernel], int]]] = {
    **dict.fromkeys(
        (
            *("IoFileObjectType", "PsProcessType", "PsThreadType", "ExEventObjectType"),
            *("ExSemaphoreObjectType", "IoDeviceObjectType", "IoDriverObjectType"),
            *("SeTokenObjectType", "MmSectionObjectType", "CmKeyObjectType"),
            *("TmTransactionObjectType", "TmEnlistmentObjectType"),
            *("TmResourceManagerObjectType", "TmTransactionManagerObjectType"),
        ),
        _type,
    ),
    "MmUserProbeAddress": _user_probe,
    "MmHighestUserAddress": _user_probe,
    "MmSystemRangeStart": _user_probe,
    "KeNumberProcessors": _number(1, 4),
    "KeTickCount": lambda kernel: kernel.machine.facts.shared + TICK_COUNT,
    "NtBuildNumber": _number(19045, 4),
    "InitSafeBootMode": _number(0, 4),
    "KdDebuggerEnabled": _number(0, 1),
    "KdDebuggerNotPresent": _number(1, 1),
    "PsInitialSystemProcess": lambda kernel: _pointer_to(kernel.subjects["process"])(kernel),
    "SeExports": _type,
    "FsRtlLegalAnsiCharacterArray": lambda kernel: kernel.allocate(256),
    "NlsLeadByteInfo": lambda kernel: _pointer_to(kernel.allocate(512))(kernel),
    "NlsOemLeadByteInfo": lambda kernel: _pointer_to(kernel.allocate(512))(kernel),
    "NlsMbCodePageTag": _number(0, 1),
    "NlsMbOemCodePageTag": _number(0, 1),
}


def variable(kernel: Kernel, name: str) -> int:
    """The address of a variable, which all images share. Raises UnknownError."""
    known: dict[str, int] = kernel.subject("variables", lambda _: {})
    if name not in known:
        make = _VARIABLES.get(name)
        if make is None:
            raise UnknownError(f"imports the variable {name}, which this kernel does not have")
        known[name] = make(kernel)
    return known[name]
