"""A driver's image in an emulated processor: its functions run, its imports are Python functions.

    machine = Emulator(image, "x86", {"DbgPrint": lambda cpu, text: log.append(cpu.text(text))})
    status = machine.call(machine.entry, 0, 0)

There is no kernel: what an image imports must be among the functions, or the call that reaches it
fails. Fixups are not applied, because the image lies where it was linked for.
"""

import inspect

import pefile
import unicorn
from unicorn import arm64_const, x86_const

_STACK, _HEAP, _TRAPS, _END = 0x60000000, 0x50000000, 0x70000000, 0x7FFF0000
_SIZE = 0x100000
_CPU = {
    "x64": (unicorn.UC_ARCH_X86, unicorn.UC_MODE_64),
    "x86": (unicorn.UC_ARCH_X86, unicorn.UC_MODE_32),
    "arm64": (unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM),
}
_ARGUMENTS = {
    "x64": [getattr(x86_const, f"UC_X86_REG_{name}") for name in ("RCX", "RDX", "R8", "R9")],
    "x86": [],
    "arm64": [getattr(arm64_const, f"UC_ARM64_REG_X{number}") for number in range(8)],
}
_RESULT = {
    "x64": x86_const.UC_X86_REG_RAX,
    "x86": x86_const.UC_X86_REG_EAX,
    "arm64": arm64_const.UC_ARM64_REG_X0,
}
_STACK_POINTER = {
    "x64": x86_const.UC_X86_REG_RSP,
    "x86": x86_const.UC_X86_REG_ESP,
    "arm64": arm64_const.UC_ARM64_REG_SP,
}
_COUNTER = {
    "x64": x86_const.UC_X86_REG_RIP,
    "x86": x86_const.UC_X86_REG_EIP,
    "arm64": arm64_const.UC_ARM64_REG_PC,
}
# Functions of the C convention on x86, whose caller removes the arguments.
_CDECL = {"DbgPrint", "StorPortNotification", "memcpy", "memset", "memmove"}
# Its first two arguments are in registers on x86.
_FASTCALL_REGISTERS = [x86_const.UC_X86_REG_ECX, x86_const.UC_X86_REG_EDX]
START_UP = {"KeQueryPerformanceCounter": lambda _cpu, _frequency: 0x123456789}


class Emulator:
    """One image and its memory. `allocate` gives memory, `read` and `write` move pointers.

    Functions whose names are in `fastcall` have that convention on x86. What GsDriverEntry asks
    for, which runs first in every driver, is always there.
    """

    fastcall = frozenset()

    def __init__(self, image, machine, functions):
        self.machine = machine
        self.width = 4 if machine == "x86" else 8
        self.functions = START_UP | functions
        self.used = _HEAP
        self.pe = pefile.PE(data=image, fast_load=True)
        self.base = self.pe.OPTIONAL_HEADER.ImageBase
        self.entry = self.base + self.pe.OPTIONAL_HEADER.AddressOfEntryPoint
        self.cpu = unicorn.Uc(*_CPU[machine])
        for at in (_STACK, _HEAP, _TRAPS, _END):
            self.cpu.mem_map(at, _SIZE if at != _END else 0x1000)
        self._map()
        if machine == "arm64":  # floating point is not trapped
            self.cpu.reg_write(arm64_const.UC_ARM64_REG_CPACR_EL1, 3 << 20)

    def _map(self):
        size = (self.pe.OPTIONAL_HEADER.SizeOfImage + 0xFFF) & ~0xFFF
        self.cpu.mem_map(self.base, size)
        self.cpu.mem_write(self.base, self.pe.get_memory_mapped_image()[:size])
        self.pe.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_IMPORT"]])
        self.imports, self.slots, self.modules = [], [], []
        for module in getattr(self.pe, "DIRECTORY_ENTRY_IMPORT", []):
            self.modules.append(module.dll.decode())
            for each in module.imports:
                self.write(each.address, self.pointer_to(each.name.decode()))
                self.slots.append(each.address)
        self.cpu.hook_add(unicorn.UC_HOOK_CODE, self._trap, begin=_TRAPS, end=_TRAPS + _SIZE)

    def slot(self, name):
        """The address of the import slot of a name; what it points to can be written."""
        return self.slots[self.imports.index(name)]

    def pointer_to(self, name):
        """An address whose call is a call of the Python function of that name."""
        self.imports.append(name)
        return _TRAPS + 16 * (len(self.imports) - 1)

    def read(self, address, size=0):
        return int.from_bytes(self.cpu.mem_read(address, size or self.width), "little")

    def write(self, address, value, size=0):
        self.cpu.mem_write(address, value.to_bytes(size or self.width, "little"))

    def text(self, address):
        found = bytearray()
        while (byte := self.read(address + len(found), 1)) != 0:
            found.append(byte)
        return found.decode()

    def allocate(self, size, alignment=16):
        self.used = (self.used + alignment - 1) & -alignment
        at, self.used = self.used, self.used + size
        return at

    def call(self, address, *arguments):
        """Call a function of the standard convention; its 32-bit result."""
        stack = _STACK + _SIZE // 2
        registers = _ARGUMENTS[self.machine]
        for register, value in zip(registers, arguments, strict=False):
            self.cpu.reg_write(register, value)
        if self.machine == "arm64":
            self.cpu.reg_write(arm64_const.UC_ARM64_REG_X30, _END)
        else:
            rest = arguments[len(registers) :]
            stack -= 8 * (len(rest) % 2) if registers else 0  # 16 bytes before the return address
            for value in reversed(rest):
                stack -= self.width
                self.write(stack, value)
            stack -= 32 if registers else 0  # where a function may put its four registers
            stack -= self.width
            self.write(stack, _END)
        self.cpu.reg_write(_STACK_POINTER[self.machine], stack)
        self.cpu.emu_start(address, _END, count=10_000_000)
        if self.cpu.reg_read(_COUNTER[self.machine]) != _END:
            raise AssertionError(f"{address:#x} did not come back")
        if self.machine == "x86":  # the function has removed its arguments
            expected = stack + self.width * (1 + len(arguments))
            assert self.cpu.reg_read(_STACK_POINTER["x86"]) == expected, "unbalanced stack"
        return self.cpu.reg_read(_RESULT[self.machine]) & 0xFFFFFFFF

    def _trap(self, _cpu, address, _size, _data):
        name = self.imports[(address - _TRAPS) // 16]
        function = self.functions.get(name)
        if function is None:
            raise AssertionError(f"the driver calls {name}, which the test does not have")
        count = len(inspect.signature(function).parameters) - 1
        registers = _ARGUMENTS[self.machine]
        if self.machine == "x86" and name in self.fastcall:
            registers = _FASTCALL_REGISTERS
        stack = self.cpu.reg_read(_STACK_POINTER[self.machine])
        values = [self.cpu.reg_read(each) for each in registers[:count]]
        on_stack = range(len(values), count)
        # x64 has room for the four registers there, x86 nothing of them; both a return address.
        skipped = {"x64": -1, "x86": len(values) - 1, "arm64": len(values)}[self.machine]
        values += [self.read(stack + self.width * (index - skipped)) for index in on_stack]
        self.cpu.reg_write(_RESULT[self.machine], function(self, *values) or 0)
        if self.machine == "arm64":
            back = self.cpu.reg_read(arm64_const.UC_ARM64_REG_X30)
        else:
            back = self.read(stack)
            removed = len(on_stack) if self.machine == "x86" and name not in _CDECL else 0
            self.cpu.reg_write(_STACK_POINTER[self.machine], stack + self.width * (1 + removed))
        self.cpu.reg_write(_COUNTER[self.machine], back)
