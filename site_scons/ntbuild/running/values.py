"""What a SConscript says about running a driver: ``run=Run(...)``, and the calls that it makes.

    env.Driver("ioctl", ["ioctl.c"], run=Run(
        calls=[Ioctl(0x80002000, struct.pack("<II", 40, 2), expect=struct.pack("<I", 42))],
        prints=["ioctl: started"],
    ))

The calls go to the driver's first device in the order given, between create and cleanup. Values
only: nothing here imports an engine, because a build with nothing to do reads this module.
"""

from collections.abc import Sequence
from typing import Any, Final

from ntbuild.support.values import dataclass

LONGEST: Final = 1 << 20
"""Bytes that one call may send or ask for."""

LIMIT: Final = 600
"""Seconds that an engine may be given at most."""


class RunError(Exception):
    """A run is asked for wrongly; the text is one line that begins with the keyword."""


METHODS: Final = {"buffered": 0, "in_direct": 1, "out_direct": 2, "neither": 3}
"""How the buffers of a control code are given to a driver, as METHOD_BUFFERED and its kin."""
ACCESS: Final = {"any": 0, "read": 1, "write": 2, "read,write": 3}
"""What a handle must be opened for, as FILE_ANY_ACCESS and its kin."""


def ctl_code(device: int, function: int, method: str = "buffered", access: str = "any") -> int:
    """A control code, as the macro CTL_CODE of headers makes it.

    ``ctl_code(0x22, 0x801, access="read,write")`` is 0x22e004. ``method``: of `METHODS`.
    ``access``: of `ACCESS`. Raises ValueError. Source: Microsoft "Defining I/O Control Codes".
    """
    if method not in METHODS:
        raise ValueError(f"ctl_code: method: one of {', '.join(METHODS)}, not {method!r}")
    if access not in ACCESS:
        raise ValueError(f"ctl_code: access: one of {'; '.join(ACCESS)}, not {access!r}")
    if not 0 <= device < 1 << 16 or not 0 <= function < 1 << 12:
        raise ValueError("ctl_code: a device type has 16 bits, a function 12")
    return device << 16 | ACCESS[access] << 14 | function << 2 | METHODS[method]


@dataclass(frozen=True, slots=True)
class Ioctl:
    """A device control request.

    ``code``: the control code, whose last two bits are the method. ``input``: the bytes sent.
    ``size``: bytes of the output buffer; None: as many as ``expect`` has, else as ``input`` has.
    ``expect``: the bytes that must come back; None: any. ``status``: the NTSTATUS that must come
    back; None: any.
    """

    code: int
    input: bytes = b""
    expect: bytes | None = None
    status: int | None = 0
    size: int | None = None

    @property
    def output_size(self) -> int:
        """Bytes of the output buffer."""
        if self.size is not None:
            return self.size
        return len(self.input) if self.expect is None else len(self.expect)


@dataclass(frozen=True, slots=True)
class Read:
    """A read request of ``size`` bytes at ``offset``; ``expect`` and ``status`` as with `Ioctl`."""

    size: int
    expect: bytes | None = None
    status: int | None = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Write:
    """A write request; ``status`` as with `Ioctl`."""

    data: bytes
    status: int | None = 0
    offset: int = 0


Call = Ioctl | Read | Write


@dataclass(frozen=True, slots=True)
class Run:
    """How a driver is run.

    ``calls``: requests to its device. ``prints``: texts, each of which must be part of a line that
    the driver prints, in this order. ``engines``: engines that must prove the driver; without, any
    two. ``timeout``: seconds per engine.
    """

    calls: tuple[Call, ...] = ()
    prints: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    timeout: int = 10

    def __post_init__(self) -> None:
        """Lists become tuples, one value alone stands for itself. Raises RunError."""
        for name in ("calls", "prints", "engines"):
            value: Any = getattr(self, name)
            is_many = isinstance(value, Sequence) and not isinstance(value, (str, bytes))
            object.__setattr__(self, name, tuple(value) if is_many else (value,))
        for call in self.calls:
            _check_call(call)
        for name in ("prints", "engines"):
            for text in getattr(self, name):
                if not isinstance(text, str) or not text or "\n" in text:
                    raise RunError(f"run: {name}: {text!r} is not a text of one line")
        check_timeout(self.timeout)


def check_timeout(value: object, keyword: str = "run: timeout") -> int:
    """The seconds. Raises RunError."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LIMIT:
        raise RunError(f"{keyword}: expected seconds from 1 to {LIMIT}, not {value!r}")
    return value


def _check_call(call: object) -> None:
    """Raise RunError for a call that no engine can make."""
    if not isinstance(call, Call):
        raise RunError(f"run: calls: {call!r} is none of Ioctl, Read and Write")
    name = type(call).__name__
    if not isinstance(call, Write) and call.expect is not None:
        _check_bytes(f"{name}: expect", call.expect)
    if isinstance(call, Ioctl):
        _check_number(f"{name}: code", call.code, 0xFFFFFFFF)
        _check_bytes(f"{name}: input", call.input)
        _check_number(f"{name}: size", call.output_size, LONGEST)
    elif isinstance(call, Read):
        _check_number(f"{name}: size", call.size, LONGEST)
    else:
        _check_bytes(f"{name}: data", call.data)
    if not isinstance(call, Ioctl):
        _check_number(f"{name}: offset", call.offset, (1 << 63) - 1)
    if call.status is not None:
        _check_number(f"{name}: status", call.status, 0xFFFFFFFF)


def _check_number(place: str, value: object, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise RunError(f"run: {place}: expected a number from 0 to {most:#x}, not {value!r}")


def _check_bytes(place: str, value: object) -> None:
    if not isinstance(value, bytes) or len(value) > LONGEST:
        expected = f"expected at most {LONGEST} bytes, such as b'abc'"
        raise RunError(f"run: {place}: {expected}, not {value!r:.40}")
