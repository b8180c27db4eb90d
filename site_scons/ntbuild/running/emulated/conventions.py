"""Calling conventions: reading the arguments of a kernel routine, calling a driver's function.

A signature is ``Name(kinds) kind``, such as ``IoDeleteDevice(p) v``. Kinds: ``p`` a pointer or a
number of its size, ``u`` and ``i`` 32 bits without and with sign, ``h`` 16 and ``b`` 8 bits
without sign, ``q`` 64 bits with sign, ``v`` nothing, ``...`` any more.

On 32-bit machines ``q`` takes two slots, on arm from an even one on. On x86 functions remove their
arguments from the stack unless they are cdecl.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from ntbuild.support.values import dataclass

from .memory import Machine
from .registers import PROCESSORS

_SIGNATURE: Final = re.compile(r"(\w+)\(([a-z. ]*)\) ([a-z])$")
_BITS: Final = {"u": 32, "i": 32, "h": 16, "b": 8, "q": 64}
_FASTCALL: Final = (PROCESSORS["x86"].integers[1], PROCESSORS["x86"].integers[2])
"""ECX and EDX."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Name, kinds of the arguments, kind of the result; ``is_variadic``: more may follow."""

    name: str
    kinds: tuple[str, ...]
    result: str
    is_variadic: bool = False

    def size_on_x86(self) -> int:
        """Bytes of all arguments on an x86 stack."""
        return sum(8 if kind == "q" else 4 for kind in self.kinds)


def signature(text: str) -> Signature:
    """The signature that a text says."""
    found = _SIGNATURE.match(text)
    if found is None:
        raise ValueError(text)
    kinds = found[2].split()
    is_variadic = kinds[-1:] == ["..."]
    return Signature(found[1], tuple(kinds[:-1] if is_variadic else kinds), found[3], is_variadic)


class Arguments:
    """The arguments of a call at its first instruction, one after the other."""

    def __init__(self, machine: Machine, *, fastcall: bool = False) -> None:
        self._machine = machine
        facts = machine.facts
        self._registers = _FASTCALL if fastcall and facts.name == "x86" else facts.arguments
        self._slot = 0
        # The first stack slot: behind the return address and the room for register arguments.
        self._stack = machine.sp + facts.pushed + facts.shadow

    def next(self, kind: str) -> int:
        """The next argument as its kind has it."""
        machine, width = self._machine, self._machine.width
        if kind == "q" and width == 4:
            if machine.facts.name == "arm":
                self._slot += self._slot & 1
            value = self._next_slot() | self._next_slot() << 32
        else:
            value = self._next_slot()
        bits = _BITS.get(kind)
        if bits is None:
            return value
        value &= (1 << bits) - 1
        return value - (1 << bits) if kind in "iq" and value >> (bits - 1) else value

    def _next_slot(self) -> int:
        slot = self._slot
        self._slot += 1
        if slot < len(self._registers):
            return self._machine.register(self._registers[slot])
        behind = slot - len(self._registers)
        return self._machine.load(self._stack + self._machine.width * behind)


def return_from_routine(machine: Machine, value: int | None, kind: str, pops: int) -> int:
    """Leave a kernel routine as its return instruction would; the address to continue at."""
    facts = machine.facts
    if value is not None and kind != "v":
        set_result(machine, value, kind)
    if facts.link is not None:
        return machine.register(facts.link)
    back = machine.load(machine.sp)
    machine.sp = machine.sp + facts.pushed + pops
    return back


def set_result(machine: Machine, value: int, kind: str) -> None:
    """Put a function's result where callers look for it."""
    facts = machine.facts
    bits = _BITS.get(kind, 8 * machine.width)
    value &= (1 << bits) - 1
    machine.set_register(facts.result, value)
    if kind == "q" and machine.width == 4:
        machine.set_register(facts.result_high, value >> 32)


def result_of(machine: Machine, kind: str) -> int:
    """The result of a driver's function that has returned."""
    value = machine.register(machine.facts.result)
    bits = _BITS.get(kind)
    return value if bits is None else value & ((1 << bits) - 1)


def begin_call(machine: Machine, arguments: Sequence[int], back: int) -> int:
    """Registers and stack for a call of a driver's function; the stack pointer after its return.

    ``arguments`` are slots: a 64-bit number for a 32-bit machine is two of them.
    """
    facts = machine.facts
    in_registers = arguments[: len(facts.arguments)]
    rest = arguments[len(facts.arguments) :]
    for register, value in zip(facts.arguments, in_registers, strict=False):
        machine.set_register(register, value)
    size = facts.shadow + machine.width * len(rest)
    sp = (machine.sp - size) & -facts.alignment
    for index, value in enumerate(rest):
        machine.store(sp + facts.shadow + machine.width * index, value)
    removed = size if facts.name == "x86" else 0
    machine.sp = sp
    if facts.link is not None:
        machine.set_register(facts.link, back)
        return sp
    machine.sp = sp - facts.pushed
    machine.store(machine.sp, back)
    return sp + removed


def is_aligned(machine: Machine) -> bool:
    """Whether the stack pointer is as the convention wants it at a function's first instruction."""
    return (machine.sp + machine.facts.pushed) % machine.facts.alignment == 0


Function = Callable[..., int | None]
F = TypeVar("F", bound=Function)


@dataclass(frozen=True, slots=True)
class Routine:
    """A kernel routine that is served. ``irql``: the highest level at which it may be called."""

    signature: Signature
    function: Function
    irql: int = 2


class Routines:
    """A table of routines, filled by a decorator.

    TABLE = Routines()

    @TABLE.serves("IoDeleteDevice(p) v", irql=APC)
    def io_delete_device(kernel, device): ...
    """

    def __init__(self) -> None:
        self.by_name: Final[dict[str, Routine]] = {}

    def serves(self, text: str, *, irql: int = 2) -> Callable[[F], F]:
        """Add a function under the name in its signature."""
        found = signature(text)

        def add(function: F) -> F:
            self.by_name[found.name] = Routine(found, function, irql)
            return function

        return add


def convert(values: Sequence[Any], width: int, name: str) -> list[int]:
    """Slots for values; a pair ``(value, "q")`` is a 64-bit number."""
    slots: list[int] = []
    for value in values:
        if isinstance(value, tuple):
            number = value[0] & ((1 << 64) - 1)
            if width == 4:
                slots += [0] * (name == "arm" and len(slots) % 2)
                slots += [number & 0xFFFFFFFF, number >> 32]
                continue
            slots.append(number)
        else:
            slots.append(value)
    return slots
