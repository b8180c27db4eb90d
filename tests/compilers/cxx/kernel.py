"""The kernel as drivers of these tests see it, and the cells that they run for."""

from pathlib import Path

from emulator import Emulator

CELLS = [
    (name, machine, dialect)
    for name, dialect in (("zig", "gnu"), ("zig", "msvc"), ("mingw", "gnu"))
    for machine in ("x64", "x86", "arm64")
    if (name, machine) != ("mingw", "arm64")
]
SUCCESS, UNSUCCESSFUL, NO_RESOURCES = 0, 0xC0000001, 0xC000009A
UNLOAD = {"x64": 0x68, "x86": 0x34, "arm64": 0x68}
OBJECTS = [(Path(__file__).parent / name).read_text() for name in ("driver.cpp", "second.cpp")]
COMING = ["+early", "+first", "+second", "+template", "+other"]


class Kernel:
    """The kernel's functions that these drivers call; `events` is what they printed."""

    def __init__(self, image, machine, pool=1000):
        self.events, self.pool, self.given = [], pool, set()
        functions = {
            "DbgPrint": self.print,
            "ExAllocatePoolWithTag": self.allocate,
            "ExFreePoolWithTag": self.free,
        }
        self.cpu = Emulator(image, machine, functions)
        self.driver, self.path = self.cpu.allocate(0x200), self.cpu.allocate(16)
        self.unload_at = self.driver + UNLOAD[machine]

    def print(self, cpu, text, value):
        name = cpu.text(text)
        self.events.append(name.replace("%s", cpu.text(value)) if "%s" in name else name)

    def allocate(self, cpu, _kind, size, _tag):
        if self.pool == 0:
            return 0
        self.pool -= 1
        self.given.add(cpu.allocate(size))
        return max(self.given)

    def free(self, _cpu, memory, _tag):
        self.given.remove(memory)

    def start(self):
        return self.cpu.call(self.cpu.entry, self.driver, self.path)

    def unload(self):
        self.cpu.call(self.cpu.read(self.unload_at), self.driver)


def kernel(built, *cell, sources=OBJECTS, pool=1000, **options):
    return Kernel(built(sources, *cell, **options).image, cell[1], pool)
