"""An emulated kernel with wdfldr and the framework, as a driver's entry point meets them.

What they do is that of the framework's sources: the loader stores the address of the function
table, the framework keeps the bind information, and WdfDriverCreate puts its own DriverUnload into
the driver object unless the driver is a miniport.
"""

import functools
import tempfile
from pathlib import Path

from compilers.compiling import compile_to, toolchains
from emulator import Emulator
from ntbuild import link, options_from_argv
from ntbuild.building.compiling import compiling_of
from ntbuild.building.keywords import Keywords
from ntbuild.building.steps import ImportLibraryStep
from ntbuild.compilers.kmdf_headers import Headers
from ntbuild.compilers.kmdf_tables import read_tables

DRIVER = Path(__file__).parent / "driver.c"
SUCCESS, UNSUCCESSFUL, NO_RESOURCES, TOO_LONG = 0, 0xC0000001, 0xC000009A, 0xC0000106
UNLOAD = {"x64": 0x68, "x86": 0x34, "arm64": 0x68}
ROOT = Path(__file__).parents[2]
FIELDS = {
    "x64": {"component": 8, "version": 16, "count": 28, "table": 32, "tail": 48},
    "x86": {"component": 4, "version": 8, "count": 20, "table": 24, "tail": 32},
}
FIELDS["arm64"] = FIELDS["x64"]


@functools.cache
def _folder():
    """A folder for what several drivers are made of; it goes with the process."""
    return tempfile.TemporaryDirectory()


@functools.cache
def _entry(source, name, machine, flavor, compilation):
    output = Path(tempfile.mkdtemp(dir=_folder().name)) / "entry.obj"
    return compile_to(output, name, machine, flavor, source, compilation=compilation)


@functools.cache
def import_library(module, machine, toolchain):
    """The path of a kernel module's import library."""
    folder = Path(tempfile.mkdtemp(dir=_folder().name))
    path = folder / f"{module}-{machine}.lib"
    step = ImportLibraryStep(
        module, machine, additions=False, overlays=toolchains()[toolchain].directory / "defs"
    )
    step.run([], [str(path), str(folder / f"{module}-{machine}.def")])
    return str(path)


@functools.cache
def table_index(name):
    """The place of a function in the framework's table."""
    rows = read_tables(ROOT / "toolchains" / "kmdf")
    return {known: index for index, known, _ in Headers(rows).functions}[name]


def build(
    folder, name, machine, minor, dialect="gnu", flavor="release", flags=(), source=DRIVER, **more
):
    """The image of a driver for a cell, a version and words for the compiler."""
    given = {"model": "kmdf", "kmdf": f"1.{minor}", "dialect": dialect, "harden": False, **more}
    compiling = compiling_of(Keywords(**given), given, machine)
    (entry,) = compiling.model.sources
    inputs = [
        compile_to(
            folder / "driver.obj",
            *(name, machine, flavor, source, *flags),
            compilation=compiling.compilation,
        ),
        _entry(entry, name, machine, flavor, compiling.compilation),
        *(import_library(module, machine, name) for module in ("ntoskrnl", "wdfldr")),
    ]
    options = options_from_argv(["/driver", f"/entry:{compiling.link['entry']}"])
    return link(list(map(str, inputs)), options).image


class Framework:
    """The kernel of one driver; ``events`` is what happened in order."""

    def __init__(self, image, machine, minor):
        self.events, self.given = [], set()
        self.minor, self.machine = minor, machine
        self.fields = FIELDS[machine]
        self.path = "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver"
        self.bind_status, self.class_status, self.create_status = SUCCESS, {}, SUCCESS
        self.pool = 1
        names = {
            "DbgPrint": self.print,
            "RtlDuplicateUnicodeString": self.duplicate,
            "RtlFreeUnicodeString": self.free,
            "memset": self.fill,
            "memcpy": self.copy,
            "WdfVersionBind": self.bind,
            "WdfVersionUnbind": self.unbind,
            "WdfVersionBindClass": self.bind_class,
            "WdfVersionUnbindClass": self.unbind_class,
            "WdfDriverCreate": self.create,
            "WdfDriverMiniportUnload": self.miniport_unload,
            "WdfObjectGetTypedContextWorker": self.context,
            "FrameworkUnload": self.framework_unload,
        }
        self.cpu = Emulator(image, machine, names)
        self.cpu.fastcall = frozenset({"WdfObjectGetTypedContextWorker"})
        cpu = self.cpu
        self.driver = cpu.allocate(0x200)
        self.globals, self.handle = cpu.allocate(0x60), 0x5A5A0
        self.contexts, self.objects = {}, set()
        self.table = cpu.allocate(460 * cpu.width)
        for name in (
            "WdfDriverCreate",
            "WdfDriverMiniportUnload",
            "WdfObjectGetTypedContextWorker",
        ):
            self.serve(name, names[name])
        self.newer_client = None

    def serve(self, name, function):
        """Have a function of the framework's table."""
        self.cpu.functions[name] = function
        self.cpu.write(self.table + table_index(name) * self.cpu.width, self.cpu.pointer_to(name))

    # The kernel.

    def print(self, cpu, text):
        self.events.append(cpu.text(text))

    def duplicate(self, cpu, flags, source, copy):
        size, buffer = cpu.read(source, 2), cpu.read(source + cpu.width)
        if self.pool == 0:
            return NO_RESOURCES
        if size > 0xFFFC:
            return TOO_LONG
        assert flags == 3
        self.given.add(at := cpu.allocate(size + 2))
        cpu.cpu.mem_write(at, bytes(cpu.cpu.mem_read(buffer, size)) + bytes(2))
        cpu.write(copy, size, 2)
        cpu.write(copy + 2, size + 2, 2)
        cpu.write(copy + cpu.width, at)
        return SUCCESS

    def free(self, cpu, string):
        self.given.remove(cpu.read(string + cpu.width))

    def fill(self, cpu, memory, byte, size):
        cpu.cpu.mem_write(memory, bytes([byte & 0xFF]) * size)
        return memory

    def copy(self, cpu, memory, source, size):
        cpu.cpu.mem_write(memory, bytes(cpu.cpu.mem_read(source, size)))
        return memory

    def string(self, at):
        """A UNICODE_STRING's text."""
        size, buffer = self.cpu.read(at, 2), self.cpu.read(at + self.cpu.width)
        return bytes(self.cpu.cpu.mem_read(buffer, size)).decode("utf-16-le")

    def wide(self, at):
        text = ""
        while (unit := self.cpu.read(at, 2)) != 0:
            text, at = text + chr(unit), at + 2
        return text

    # wdfldr.

    def bind(self, cpu, driver, path, bind, globals_at):
        assert driver == self.driver
        assert self.string(path) == self.path
        self.bind_at = bind
        self.info = {
            "size": cpu.read(bind, 4),
            "component": self.wide(cpu.read(bind + self.fields["component"])),
            "version": [cpu.read(bind + self.fields["version"] + 4 * n, 4) for n in range(3)],
            "count": cpu.read(bind + self.fields["count"], 4),
        }
        self.events.append("bind")
        if self.bind_status != SUCCESS:
            return self.bind_status
        cpu.write(cpu.read(bind + self.fields["table"]), self.table)
        cpu.write(globals_at, self.globals)
        if self.newer_client:
            at = [cpu.read(bind + self.fields["tail"] + n * cpu.width) for n in range(5)]
            self.minimum = cpu.read(at[0], 4)
            functions, structures = self.newer_client
            cpu.write(at[1], 1, 1)
            cpu.write(at[2], functions, 4)
            cpu.write(at[3], len(structures), 4)
            sizes = cpu.allocate(len(structures) * cpu.width + 16)
            for index, size in enumerate(structures):
                cpu.write(sizes + index * cpu.width, size)
            cpu.write(at[4], sizes)
        return SUCCESS

    def unbind(self, _cpu, path, bind, known):
        assert (bind, known) == (self.bind_at, self.globals)
        assert self.string(path) == self.path
        self.events.append("unbind")

    def _class(self, bind, known, record):
        assert (bind, known) == (self.bind_at, self.globals)
        return self.wide(self.cpu.read(record + self.fields["component"]))

    def bind_class(self, _cpu, bind, known, record):
        name = self._class(bind, known, record)
        self.events.append(f"bind {name}")
        return self.class_status.get(name, SUCCESS)

    def unbind_class(self, _cpu, bind, known, record):
        self.events.append(f"unbind {self._class(bind, known, record)}")

    # The framework.

    def create(self, cpu, known, driver, path, attributes, config, handle):
        assert (known, driver) == (self.globals, self.driver)
        assert self.string(path) == self.path
        self.events.append("create")
        if self.create_status != SUCCESS:
            return self.create_status
        self.device_add, self.evt_unload = (cpu.read(config + cpu.width * n) for n in (1, 2))
        flags = cpu.read(config + cpu.width * 3, 4)
        cpu.write(known, self.handle)
        cpu.write(known + cpu.width, flags, 4)
        displace = known + cpu.width + 40
        cpu.write(displace, 0 if flags & 2 and not self.evt_unload else 1, 1)
        if not flags & 2:
            cpu.write(self.driver + UNLOAD[self.machine], cpu.pointer_to("FrameworkUnload"))
        if handle:
            cpu.write(handle, self.handle)
        if attributes:
            self.add_context(attributes)
        return SUCCESS

    def add_context(self, attributes):
        """The context that an object with these attributes gets; the type is their last field."""
        kind = self.cpu.read(attributes + {4: 28, 8: 48}[self.cpu.width])
        self.contexts[kind] = self.cpu.allocate(32)
        return self.contexts[kind]

    def context(self, _cpu, known, handle, kind):
        assert known == self.globals
        assert handle in {self.handle, *self.objects}
        return self.contexts.get(kind, 0)

    def framework_unload(self, _cpu, driver):
        assert driver == self.driver
        self.events.append("framework unload")

    def miniport_unload(self, _cpu, known, handle):
        assert (known, handle) == (self.globals, self.handle)
        self.events.append("miniport unload")

    # What the kernel does with the driver.

    def start(self, driver=None):
        text = self.path.encode("utf-16-le")
        buffer, path = self.cpu.allocate(len(text)), self.cpu.allocate(16)
        self.cpu.cpu.mem_write(buffer, text)
        self.cpu.write(path, len(text), 2)
        self.cpu.write(path + 2, len(text), 2)
        self.cpu.write(path + self.cpu.width, buffer)
        return self.cpu.call(self.cpu.entry, self.driver if driver is None else driver, path)

    def add_device(self):
        return self.cpu.call(self.device_add, self.handle, 0)

    def unload(self):
        self.cpu.call(self.cpu.read(self.driver + UNLOAD[self.machine]), self.driver)
