"""The kernel: it calls the driver, and its routines are what the driver calls.

`Kernel.call` runs a function of the driver until it returns. At a trap the routine behind it is
called with its arguments; it may call into the driver again, so calls nest on Python's stack. What
a driver may not do raises RefusedError, what this kernel lacks UnknownError, from any depth.

Checked at every call of a routine: the stack's alignment, the level (IRQL) at which it may be
called. Checked when a function returns: the registers that belong to its caller, the stack pointer.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .conventions import (
    Arguments,
    Routine,
    begin_call,
    convert,
    is_aligned,
    result_of,
    return_from_routine,
    signature,
)
from .exports import Export
from .faults import MemoryFaultError, RefusedError, UnknownError
from .layouts import field_of
from .loader import Loaded
from .memory import READ, TRAP_STEP, TRAPS_SIZE, WRITE, Machine, Stop
from .pool import Pool
from .printing import Printed
from .registers import PAGE

_STACK: Final = 0x02000000
_HEAP: Final = 0x03000000
_HEAP_STEP: Final = 0x100000
_USER: Final = 0x00410000
MOST_CALLS: Final = 100_000
"""Calls of kernel routines in one run."""
_RETURN: Final = 0
_BREAKPOINT: Final = 3
"""Its interrupt on x86."""
_DEEPEST: Final = 40
"""Calls from the kernel into the driver that may nest."""

LEVELS: Final = {0: "PASSIVE_LEVEL", 1: "APC_LEVEL", 2: "DISPATCH_LEVEL"}


@dataclass(frozen=True, slots=True)
class Trap:
    """What is behind a trap: a routine that is served, or the name of one that is not."""

    name: str
    routine: Routine | None
    is_fastcall: bool
    pops: int


class Kernel:
    """One run's kernel; see the module. State of a subject is kept by that subject's module."""

    def __init__(self, machine: Machine, routines: Mapping[str, Routine]) -> None:
        self.machine: Final = machine
        self.routines: Final = routines
        self.images: Final[list[Loaded]] = []
        self.pool: Final = Pool(machine)
        self.printed: Final = Printed()
        self.called: Final[set[str]] = set()
        self.callbacks: Final[dict[int, str]] = {}
        self.ran: Final[set[int]] = set()
        self.subjects: Final[dict[str, Any]] = {}
        self.held: Final[dict[tuple[str, Any], str]] = {}
        self.last = ""
        self.doing = ""
        self.calls = 0
        self.depth = 0
        self.timeout = 0
        self.handle_exception: Callable[[Kernel, Stop], int] | None = None
        self.after_routine: Callable[[Kernel, str], int | None] | None = None
        self.check_unwinding: Callable[[Kernel, str], None] | None = None
        self.raised: tuple[int, tuple[int, ...]] | None = None
        self._unwound: Final[set[int]] = set()
        self._traps: Final[list[Trap]] = [Trap("return", None, is_fastcall=False, pops=0)]
        self._trap_of: Final[dict[tuple[str, str], int]] = {}
        self._heap_end = self._heap = machine.facts.high + _HEAP
        self._user = _USER
        stack = machine.facts.high + _STACK
        machine.map(stack, machine.facts.stack, READ | WRITE)
        self.stack_limits = (stack, stack + machine.facts.stack)
        machine.sp = stack + machine.facts.stack - 64

    # ---- memory ------------------------------------------------------------------------------

    def allocate(self, size: int) -> int:
        """Zeroed memory of the kernel's own, aligned to 16, which is never freed."""
        size = (size + 31) & -16
        if self._heap + size > self._heap_end:
            extent = max(_HEAP_STEP, (size + PAGE - 1) & -PAGE)
            self._heap = self._heap_end
            self.machine.map(self._heap, extent, READ | WRITE)
            self._heap_end += extent
        address, self._heap = self._heap, self._heap + size
        return address

    def allocate_user(self, content: bytes, size: int) -> int:
        """Memory of a program: ``size`` bytes that begin with ``content``."""
        extent = (max(size, 1) + PAGE - 1) & -PAGE
        address, self._user = self._user, self._user + extent + PAGE
        self.machine.map(address, extent, READ | WRITE)
        self.machine.put(address, content)
        return address

    def get(self, address: int, field: str) -> int:
        """A field of a structure, such as ``IRP.MdlAddress``."""
        offset, size = field_of(field, self.machine.width)
        return self.machine.load(address + offset, size)

    def set(self, address: int, field: str, value: int) -> None:
        """Write a field of a structure."""
        offset, size = field_of(field, self.machine.width)
        self.machine.store(address + offset, value, size)

    def at(self, address: int, field: str) -> int:
        """The address of a field."""
        return address + field_of(field, self.machine.width)[0]

    def size_of(self, structure: str) -> int:
        """Bytes of a structure."""
        return field_of(structure, self.machine.width)[1]

    def new_string(self, text: str) -> int:
        """A UNICODE_STRING of the kernel's own, with its text."""
        raw = text.encode("utf-16-le")
        address, buffer = self.allocate(self.size_of("UNICODE_STRING")), self.allocate(len(raw) + 2)
        self.machine.put(buffer, raw)
        self.set(address, "UNICODE_STRING.Length", len(raw))
        self.set(address, "UNICODE_STRING.MaximumLength", len(raw) + 2)
        self.set(address, "UNICODE_STRING.Buffer", buffer)
        return address

    def text_of(self, address: int) -> str:
        """The text of a UNICODE_STRING; empty for a null pointer."""
        if not address:
            return ""
        size = self.get(address, "UNICODE_STRING.Length")
        buffer = self.get(address, "UNICODE_STRING.Buffer")
        return self.machine.bytes_at(buffer, size).decode("utf-16-le", "backslashreplace")

    # ---- what a driver holds -----------------------------------------------------------------

    def hold(self, kind: str, key: Any, text: str = "") -> None:
        """Remember what the driver must give back before it is unloaded."""
        self.held[kind, key] = text

    def release(self, kind: str, key: Any, routine: str) -> None:
        """Forget it. Raises RefusedError for what the driver does not have."""
        if self.held.pop((kind, key), None) is None:
            shown = key if isinstance(key, str) else f"{key:#x}"
            raise RefusedError(f"{routine}: {shown} is no {kind} that exists")

    def registers(self, function: int, kind: str) -> None:
        """Remember a function that the driver wants to be called; whether it ran is reported.

        ``kind``: what for, as in `transcript.kind_of`. One that is registered again keeps the first
        kind. Null, and functions of the kernel's own, are none of the driver's.
        """
        if function and self.image_at(function) is not None:
            self.callbacks.setdefault(function, kind)

    # ---- places ------------------------------------------------------------------------------

    def image_at(self, address: int) -> Loaded | None:
        """The image that an address is in."""
        return next((each for each in self.images if address in each), None)

    def place(self, address: int) -> str:
        """An address in words, from the files and not from memory that the driver may change."""
        image = self.image_at(address)
        if image is not None:
            return image.place(address)
        low, high = self.stack_limits
        if low - PAGE <= address < high:
            return f"the stack ({address - high:+#x} from its base)"
        block = self.pool.block_near(address)
        if block is not None:
            return block
        index = (address - self.machine.traps) // TRAP_STEP
        if 0 < index < len(self._traps):
            return self._traps[index].name
        return f"{address:#x}"

    def place_of_call(self, back: int) -> str:
        """The place of the call that returns to an address: within the instruction."""
        facts = self.machine.facts
        return self.place(back - facts.code - facts.step)

    def caller(self) -> str:
        """The place that called the routine which runs."""
        facts, machine = self.machine.facts, self.machine
        back = machine.register(facts.link) if facts.link is not None else machine.load(machine.sp)
        return self.place_of_call(back)

    # ---- traps -------------------------------------------------------------------------------

    def bind(self, module: str, export: Export) -> int:
        """The address of an imported function; one trap for each."""
        key = (module.lower(), export.name)
        if key not in self._trap_of:
            routine = self.routines.get(export.name)
            pops = export.pops or 0
            name = f"{printable(module)}!{printable(export.name)}"
            self._trap_of[key] = self._add(Trap(name, routine, export.is_fastcall, pops))
        return self.machine.trap_address(self._trap_of[key])

    def new_trap(self, text: str, function: Callable[..., int | None], module: str = "") -> int:
        """The address of a function of the kernel's own, stdcall on x86; ``text``: `signature`."""
        found = signature(text)
        name = f"{module}!{found.name}" if module else found.name
        pops = found.size_on_x86() if self.machine.facts.name == "x86" else 0
        routine = Routine(found, function)
        return self.machine.trap_address(
            self._add(Trap(name, routine, is_fastcall=False, pops=pops))
        )

    def add_routine(self, name: str, routine: Routine, *, is_fastcall: bool = False) -> int:
        """The address of a routine that no export list has, stdcall or fastcall on x86."""
        pops = routine.signature.size_on_x86() if self.machine.facts.name == "x86" else 0
        pops = max(pops - 8, 0) if is_fastcall else pops
        return self.machine.trap_address(self._add(Trap(name, routine, is_fastcall, pops)))

    def new_stub(self, name: str) -> int:
        """The address of a function that ends the run as unknown when it is called."""
        return self.machine.trap_address(self._add(Trap(name, None, is_fastcall=False, pops=0)))

    def _add(self, trap: Trap) -> int:
        if len(self._traps) >= TRAPS_SIZE // TRAP_STEP:
            raise RefusedError("imports more functions than a kernel has")
        self._traps.append(trap)
        return len(self._traps) - 1

    # ---- calls -------------------------------------------------------------------------------

    def call(
        self,
        function: int,
        *arguments: Any,
        result: str = "u",
        what: str = "",
        is_cdecl: bool = False,
        registers: Mapping[int, int] = MappingProxyType({}),
    ) -> int:
        """Call a function of the driver; the result as its kind has it.

        ``arguments``: numbers, or ``(number, "q")``. ``what``: its name for messages. ``is_cdecl``:
        on x86 it leaves its arguments on the stack. ``registers``: set before, such as a frame's.
        """
        machine = self.machine
        self._check_function(function, what)
        self.ran.add(function)
        if self.depth >= _DEEPEST:
            raise RefusedError(f"{what}: calls nest too deeply")
        saved_sp, link = machine.sp, machine.facts.link
        saved_link = 0 if link is None else machine.register(link)
        slots = convert(arguments, machine.width, machine.facts.name)
        after = begin_call(machine, slots, machine.trap_address(_RETURN))
        if is_cdecl and machine.facts.name == "x86":
            after -= machine.width * len(slots)
        kept = {register: machine.register(register) for register in registers}
        for register, value in registers.items():
            machine.set_register(register, value)
        before = self._saved_registers()
        self.depth += 1
        try:
            self._run(function & ~machine.facts.code)
        finally:
            self.depth -= 1
        self._check_return(before, after, what)
        answer = result_of(machine, result)
        for register, value in kept.items():
            machine.set_register(register, value)
        machine.sp = saved_sp
        if link is not None:
            machine.set_register(link, saved_link)
        return answer

    def _check_function(self, function: int, what: str) -> None:
        if self.image_at(function) is None and not self._is_trap(function):
            raise RefusedError(f"{what or 'a callback'} is {function:#x}, which is in no image")
        if self.machine.facts.code and not function & 1:
            raise RefusedError(f"{what or 'a callback'} is {function:#x}, which is no Thumb code")

    def _is_trap(self, address: int) -> bool:
        return 0 <= address - self.machine.traps < TRAPS_SIZE

    def _saved_registers(self) -> list[Any]:
        facts, cpu = self.machine.facts, self.machine.cpu
        return [cpu.reg_read(each) for each in (*facts.saved, *facts.saved_vectors)]

    def _check_return(self, before: list[Any], after: int, what: str) -> None:
        now = self._saved_registers()
        if now != before:
            index = next(at for at in range(len(now)) if now[at] != before[at])
            raise RefusedError(
                f"{what}: a register that belongs to the caller has changed "
                f"({self.machine.facts.saved_names[index]})"
            )
        if self.machine.sp != after:
            off = self.machine.sp - after
            raise RefusedError(f"{what}: the stack pointer is off by {off:+d} after return")

    def _run(self, address: int) -> None:
        """Execute from an address until the innermost call returns."""
        machine = self.machine
        while True:
            stop = machine.execute(address)
            if machine.is_expired:
                last = f"; the last routine called is {self.last}" if self.last else ""
                raise RefusedError(f"did not end in {self.timeout} s{last}")
            if stop.trap == _RETURN:
                return
            if stop.trap > 0:
                address = self._serve(stop.trap)
            elif self.handle_exception is not None:
                address = self.handle_exception(self, stop)
            else:
                raise RefusedError(self.fault_text(stop))

    def _serve(self, index: int) -> int:
        """Run the routine of a trap; the address where the driver continues."""
        if index >= len(self._traps):
            raise RefusedError(f"jumps to {self.machine.trap_address(index):#x}, which is no code")
        trap = self._traps[index]
        self.last = trap.name
        self.called.add(trap.name)
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise RefusedError(f"calls kernel routines without end; the last is {trap.name}")
        if not is_aligned(self.machine):
            unit = self.machine.facts.alignment
            raise RefusedError(f"the stack is not aligned to {unit} where {trap.name} is called")
        if trap.routine is None:
            raise UnknownError(f"calls {trap.name}, which this kernel does not have")
        self._check_level(trap, trap.routine)
        if self.check_unwinding is not None:
            self._check_unwinding(trap.name)
        kinds = trap.routine.signature
        reader = Arguments(self.machine, fastcall=trap.is_fastcall)
        arguments: list[Any] = [reader.next(kind) for kind in kinds.kinds]
        if kinds.is_variadic:
            arguments.append(reader)
        try:
            value = trap.routine.function(self, *arguments)
        except MemoryFaultError as fault:
            return self._fault_in_routine(trap, fault)
        back = return_from_routine(self.machine, value, kinds.result, trap.pops)
        if self.raised is not None and self.after_routine is not None:
            self.machine.set_register(self.machine.facts.counter, back)
            return self.after_routine(self, trap.name) or back
        return back

    def _check_unwinding(self, name: str) -> None:
        """Unwind from each place that calls a routine, once."""
        machine = self.machine
        link = machine.facts.link
        back = machine.register(link) if link is not None else machine.load(machine.sp)
        if back not in self._unwound and self.check_unwinding is not None:
            self._unwound.add(back)
            self.check_unwinding(self, name)

    def is_return(self, address: int) -> bool:
        """Whether an address is what the kernel's own calls return to."""
        return address == self.machine.traps

    def _fault_in_routine(self, trap: Trap, fault: MemoryFaultError) -> int:
        """An access violation inside of a routine is one of its caller."""
        back = return_from_routine(self.machine, None, "v", trap.pops)
        access = "writes to" if fault.is_write else "reads"
        stop = Stop(access=access, address=fault.address, text=trap.name)
        self.machine.set_register(self.machine.facts.counter, back)
        if self.handle_exception is not None:
            return self.handle_exception(self, stop)
        raise RefusedError(self.fault_text(stop))

    def fault_text(self, stop: Stop) -> str:
        """What happened, for a message."""
        if stop.interrupt == _BREAKPOINT and self.machine.facts.name in ("x64", "x86"):
            # The counter is behind the instruction, which may be the last of a function.
            return f"at {self.place(self.machine.pc - 1)}: breakpoint"
        where = self.place(self.machine.pc)
        if stop.interrupt >= 0:
            return f"at {where}: {self.interrupt_text(stop.interrupt)}"
        if not stop.access:
            return f"at {where}: {stop.text}"
        what = f"{stop.access} {self.place(stop.address)}"
        what += " (not allowed)" if stop.is_protected else ""
        if stop.text:
            call = self.place_of_call(self.machine.pc + self.machine.facts.code)
            return f"{stop.text}, called at {call}, {what}"
        return f"at {where}: {what}"

    def interrupt_text(self, number: int) -> str:
        """An interrupt in words; on x86 by its vector."""
        if self.machine.facts.name in ("x64", "x86"):
            known = {0: "divides by zero", 0x29: "fails fast (int 0x29)"}
            known |= {0x2C: "an assertion fails", 13: "general protection fault"}
            if number == 0x29:
                code = self.machine.register(self.machine.facts.integers[1]) & 0xFFFFFFFF
                return f"fails fast with code {code} (__fastfail)"
            return known.get(number, f"interrupt {number:#x}")
        return f"breakpoint or failed assertion (exception {number})"

    # ---- levels ------------------------------------------------------------------------------

    @property
    def irql(self) -> int:
        """The level, from where drivers' inline functions keep it."""
        return self.subjects["level"].get()  # type: ignore[no-any-return]

    @irql.setter
    def irql(self, value: int) -> None:
        self.subjects["level"].set(value)

    def _check_level(self, trap: Trap, routine: Routine) -> None:
        if self.irql > routine.irql:
            level = LEVELS.get(self.irql, str(self.irql))
            most = LEVELS.get(routine.irql, str(routine.irql))
            raise RefusedError(
                f"calls {trap.name} at {level}, which is allowed up to {most}; from {self.caller()}"
            )

    @contextmanager
    def at_level(self, level: int) -> Iterator[None]:
        """Call something at a level, as the kernel does; the driver must come back at the same."""
        before = self.irql
        self.irql = level
        yield
        if self.irql != level:
            now = LEVELS.get(self.irql, str(self.irql))
            raise RefusedError(f"returns at {now}, was called at {LEVELS.get(level, level)}")
        self.irql = before

    def subject(self, name: str, make: Callable[["Kernel"], Any]) -> Any:
        """The state of a subject, made when it is first asked for."""
        if name not in self.subjects:
            self.subjects[name] = make(self)
        return self.subjects[name]
