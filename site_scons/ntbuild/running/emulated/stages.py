"""A run from the image's bytes to the driver's unload, stage by stage.

`Running.go` raises RefusedError or UnknownError where it ends early; `Running.stages` has what was
reached until then, `Running.doing` says in words what was under way.
"""

from contextlib import suppress
from typing import Any, Final

from ntbuild.pecoff.image.directories import ImportSymbol
from ntbuild.pecoff.image.image import Image
from ntbuild.running.plan import Plan
from ntbuild.running.report import LACKS, TIMED, UNLOADABLE
from ntbuild.running.values import Ioctl
from ntbuild.support.text import printable

from . import platform
from .clock import clock_of
from .devices import MAJOR_FUNCTIONS, devices_of, request_name
from .exports import Export, exports_of
from .faults import RefusedError
from .frameworks import filter_use, filters, storport, wdf
from .kernel import Kernel
from .loader import Loaded, check_layout, discard, load, parse
from .memory import Machine
from .object_callbacks import open_handles
from .pnp import add_device, remove_device
from .registers import PROCESSORS
from .requests import CLEANUP, CLOSE, CREATE, Requests
from .routines.zw import SERVICES, registry_of
from .seh import chain, exceptions, tables
from .served import FRAMEWORKS, KERNEL
from .threads import threads_of
from .variables import variable

_IMAGES: Final = 0x05000000
_STEP: Final = 0x01000000
_FAR: Final = 0x10000000
"""A second place for images, where the first is the one that the driver was linked for."""


_ROUTINES: Final = {
    **KERNEL,
    **FRAMEWORKS,
    **exceptions.TABLE.by_name,
    **tables.TABLE.by_name,
    **chain.TABLE.by_name,
}


class Running:
    """One run; see the module."""

    def __init__(self, plan: Plan) -> None:
        self.plan: Final = plan
        self.machine: Final = Machine(PROCESSORS[plan.machine])
        name = plan.image.replace("\\", "/").rpartition("/")[2]
        self.kernel: Final = Kernel(self.machine, _ROUTINES)
        self.stages: Final[dict[str, Any]] = {}
        self._name = printable(name)
        self._next = self.machine.facts.high + _IMAGES
        platform.set_up(self.kernel)
        exceptions.set_up(self.kernel)

    def expire(self) -> None:
        """Stop, as the time is over; called by another thread."""
        self.machine.stop()

    def close(self) -> None:
        """End what the run has started."""
        threads_of(self.kernel).abort()

    def go(self) -> None:
        """All stages. Raises RefusedError and UnknownError."""
        self.kernel.doing = "map"
        image = self._parse(self.plan.image)
        check_layout(image)
        self.stages["mapped"] = {
            "sections": [section.Name for section in image.sections],
            "size": image.optional_header.SizeOfImage,
        }
        self.kernel.doing = "load"
        for path in self.plan.needs:
            self._load_dependency(path)
        loaded = self._load(image)
        self.stages["loaded"] = {
            "base": f"{loaded.base:#x}",
            "relocations": loaded.relocations,
            "imports": loaded.imports,
        }
        driver = self._start(loaded)
        self._serve(driver)
        self._unload(driver)
        self.kernel.doing = ""

    # ---- mapped, loaded ----------------------------------------------------------------------

    def _parse(self, path: str) -> Image:
        with open(path, "rb") as file:  # noqa: PTH123 - one file, and no pathlib to import
            image = parse(file.read(), path.replace("\\", "/").rpartition("/")[2])
        machine = image.machine
        if machine is None or machine.name != self.plan.machine:
            raise RefusedError(f"{image.name} is not for {self.plan.machine}")
        return image

    def _load(self, image: Image) -> Loaded:
        size = (image.optional_header.SizeOfImage + _STEP - 1) & -_STEP
        base = self._next
        if base == image.optional_header.ImageBase:
            base += _STEP
        self._next = base + max(size, _STEP)
        hvci = "hvci" in self.plan.profiles
        loaded = load(self.machine, image, base, self._resolve, hvci=hvci)
        self.kernel.images.append(loaded)
        if self.plan.machine == "x64":
            for section in image.sections:
                if section.Characteristics & 0x20000000:
                    at = base + section.VirtualAddress
                    code = bytes(self.machine.cpu.mem_read(at, section.extent))
                    platform.watch_level(self.kernel, code, at)
        return loaded

    def _load_dependency(self, path: str) -> None:
        image = self._parse(path)
        self.kernel.doing = f"load {image.name}"
        loaded = self._load(image)
        initialize = loaded.exports.get("DllInitialize")
        if isinstance(initialize, int):
            name = self.kernel.new_string(SERVICES + image.name.rpartition(".")[0])
            function = loaded.base + initialize | self.machine.facts.code
            status = self.kernel.call(function, name, what="DllInitialize")
            if status >> 31:
                raise RefusedError(f"DllInitialize returns {status:#010x}")

    def _resolve(self, module: str, symbol: ImportSymbol, depth: int = 0) -> int:
        """The address of an import. Raises RefusedError, as NT's loader refuses it."""
        name: str | int = symbol.ordinal or 0 if symbol.name is None else symbol.name
        for loaded in self.kernel.images:
            if loaded.name.lower() == module.lower():
                return self._exported(loaded, name, depth)
        known = exports_of(module, self.plan.machine)
        if known is None:
            raise RefusedError(
                f"imports from {printable(module)}, which is not there (--with {printable(module)})"
            )
        if isinstance(name, int):
            raise RefusedError(f"imports {printable(module)} #{name}: a kernel exports by name")
        export = known.get(name)
        if export is None:
            raise RefusedError(
                f"{printable(module)} does not export {printable(name)} "
                "(STATUS_DRIVER_ENTRYPOINT_NOT_FOUND)"
            )
        return self._address_of(module, export)

    def _address_of(self, module: str, export: Export) -> int:
        if export.is_data:
            return variable(self.kernel, export.name)
        return self.kernel.bind(module, export)

    def _exported(self, loaded: Loaded, name: str | int, depth: int) -> int:
        found = loaded.exports.get(name)
        if found is None:
            shown = f"#{name}" if isinstance(name, int) else printable(name)
            raise RefusedError(f"{loaded.name} does not export {shown}")
        if isinstance(found, int):
            section = loaded.section_at(loaded.base + found)
            is_code = section is not None and section.Characteristics & 0x20000000
            return loaded.base + found | (self.machine.facts.code if is_code else 0)
        module, _, target = found.rpartition(".")
        if depth > 8 or not module:
            raise RefusedError(f"{loaded.name}: forwarder {printable(found)} leads nowhere")
        ordinal = int(target[1:]) if target[1:].isdigit() and target[:1] == "#" else None
        symbol = ImportSymbol(0, None if ordinal else target, 0, ordinal)
        for suffix in (".sys", ".dll", ".exe"):
            with suppress(RefusedError):
                return self._resolve(module + suffix, symbol, depth + 1)
        raise RefusedError(f"{loaded.name}: forwarder {printable(found)} leads nowhere")

    # ---- started -----------------------------------------------------------------------------

    def _start(self, loaded: Loaded) -> int:
        """Call the entry point; the driver object."""
        kernel = self.kernel
        self.kernel.doing = "DriverEntry"
        if not loaded.entry:
            raise RefusedError("no entry point")
        service = self._name.rpartition(".")[0] or self._name
        entry = loaded.entry | self.machine.facts.code
        driver = devices_of(kernel).new_driver(service, loaded.base, loaded.size, entry)
        registry_of(kernel).create(SERVICES + service)
        registry_of(kernel).create(f"{SERVICES}{service}\\Parameters")
        path = kernel.new_string(SERVICES + service)
        with kernel.at_level(0):
            status = kernel.call(entry, driver, path, what="DriverEntry")
        clock_of(kernel).run_pending()
        self.stages["started"] = {"status": f"{status:#010x}"}
        if status >> 31:
            raise RefusedError(f"returns {status:#010x}")
        unload = kernel.get(driver, "DRIVER_OBJECT.DriverUnload")
        if unload and kernel.image_at(unload) is None and wdf.SUBJECT not in kernel.subjects:
            raise RefusedError(f"DriverUnload is {unload:#x}, which is in no image")
        self._note_functions(driver)
        gone = [name for each in kernel.images for name in discard(self.machine, each)]
        self.stages["started"]["discarded"] = gone
        return driver

    def _note_functions(self, driver: int) -> None:
        """Remember the driver object's functions, to report which of them never run."""
        kernel = self.kernel
        table, width = kernel.at(driver, "DRIVER_OBJECT.MajorFunction"), self.machine.width
        for major in range(MAJOR_FUNCTIONS):
            kernel.registers(self.machine.load(table + major * width), f"dispatch {major}")
        extension = kernel.get(driver, "DRIVER_OBJECT.DriverExtension")
        kernel.registers(kernel.get(extension, "DRIVER_EXTENSION.AddDevice"), "AddDevice")

    # ---- served ------------------------------------------------------------------------------

    def _serve(self, driver: int) -> None:
        """Use the driver as its kind wants it."""
        entries = list[dict[str, Any]]()
        self.stages["served"] = entries
        kernel, subjects = self.kernel, self.kernel.subjects
        if wdf.SUBJECT in subjects:
            wdf.start(kernel, entries, self._say)
            wdf.serve(kernel, self.plan.calls, entries, self._say)
            self._rest()
            wdf.lose(kernel, entries, self._say)
        elif filters.SUBJECT in subjects:
            filter_use.serve(kernel, self.plan.calls, entries, self._say)
            self._rest()
        elif storport.SUBJECT in subjects:
            storport.serve(kernel, entries, self._say)
            self._rest()
            storport.stop(kernel, self._say)
        else:
            bus = add_device(kernel, driver, entries)
            self._serve_device(driver, entries)
            self._rest()
            remove_device(kernel, bus, entries)
        open_handles(kernel, self._say)

    def _rest(self) -> None:
        """Let the driver's timers fire before it is removed, unless the plan wants it at once."""
        if self.plan.at_once:
            return
        self._say("time passes")
        clock = clock_of(self.kernel)
        clock.rest()
        if clock.has_ended_timers:
            self.stages[TIMED] = True

    def _say(self, doing: str) -> None:
        self.kernel.doing = doing

    def _serve_device(self, driver: int, entries: list[dict[str, Any]]) -> None:
        """Create, the plan's calls, cleanup and close, for the first device that has a name."""
        kernel = self.kernel
        devices = devices_of(kernel).devices.values()
        own = [each for each in devices if each.driver == driver]
        named = [each for each in own if each.name] or own
        for device in own:
            kernel.set(device.address, "DEVICE_OBJECT.Flags", self._started_flags(device.address))
        if not named:
            return
        requests = Requests(kernel, named[0].address)
        if not self._plain(requests, CREATE, entries):
            self._calls(requests, entries)
        for major in (CLEANUP, CLOSE):
            self._plain(requests, major, entries)

    def _started_flags(self, device: int) -> int:
        """The I/O manager clears DO_DEVICE_INITIALIZING of devices that DriverEntry makes."""
        return self.kernel.get(device, "DEVICE_OBJECT.Flags") & ~0x80

    def _plain(self, requests: Requests, major: int, entries: list[dict[str, Any]]) -> int:
        self.kernel.doing = request_name(major)
        answer = requests.plain(major)
        entries.append(answer.to_json(self.kernel.doing))
        return answer.status >> 31

    def _calls(self, requests: Requests, entries: list[dict[str, Any]]) -> None:
        """The plan's calls; without any, one control code that no driver has."""
        for index, call in enumerate(self.plan.calls or (Ioctl(0x0022FFFC, bytes(8)),)):
            word = f"{call.code:#010x}" if isinstance(call, Ioctl) else f"at {call.offset:#x}"
            self.kernel.doing = f"{type(call).__name__} {word}"
            answer = requests.make(call)
            entry = answer.to_json(self.kernel.doing)
            entries.append({**entry, "call": index} if self.plan.calls else entry)

    # ---- unloaded ----------------------------------------------------------------------------

    def _unload(self, driver: int) -> None:
        kernel = self.kernel
        self.kernel.doing = "unload"
        clock_of(kernel).run_pending()
        routine, is_called = self._unload_driver(driver)
        clock_of(kernel).run_pending()
        if not is_called:
            self.stages[UNLOADABLE], self.stages[LACKS] = False, routine
            return
        self.stages["unloaded"] = {"routine": routine}
        for loaded in reversed(kernel.images[:-1]):
            self._end_dependency(loaded)
        self._check_left_behind()

    def _unload_driver(self, driver: int) -> tuple[str, bool]:
        """Call what ends the driver: its name, and whether the driver has it."""
        kernel = self.kernel
        if filters.SUBJECT in kernel.subjects:
            return "FilterUnloadCallback", filter_use.unload(kernel)
        if storport.SUBJECT in kernel.subjects:
            return "storport", True
        unload = kernel.get(driver, "DRIVER_OBJECT.DriverUnload")
        if unload:
            with kernel.at_level(0):
                kernel.call(unload, driver, what="DriverUnload", result="v")
        return "DriverUnload", bool(unload)

    def _end_dependency(self, loaded: Loaded) -> None:
        end = loaded.exports.get("DllUnload")
        if isinstance(end, int):
            self.kernel.doing = f"unload {loaded.name}"
            self.kernel.call(loaded.base + end | self.machine.facts.code, what="DllUnload")
            self.kernel.doing = "unload"

    def _check_left_behind(self) -> None:
        kernel = self.kernel
        for block in kernel.pool.blocks.values():
            kernel.pool.check(block)
        left = [f"{kind} {text}".strip() for (kind, _), text in kernel.held.items()]
        left += [
            f"a pool block of {each.size} bytes, tag '{each.tag_text}', allocated at {each.where}"
            for each in kernel.pool.blocks.values()
        ]
        clock = clock_of(kernel)
        left += ["a timer that is set"] * bool(clock.timers)
        left += ["a deferred procedure call in the queue"] * bool(clock.dpcs)
        left += [f"a system thread ({kernel.place(each)})" for each in threads_of(kernel).alive()]
        if left:
            more = f" and {len(left) - 4} more" if len(left) > 4 else ""
            raise RefusedError(f"left behind: {'; '.join(left[:4])}{more}")
