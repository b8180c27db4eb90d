"""KMDF: binding, drivers and devices; a driver is bound to a table of checked stand-ins.

Functions of the table that are not served end the run as unknown with their name. Indices are those
of ntbuild's own tables (``toolchains/kmdf``), which all versions share.

A device is started and removed as PnP would: prepare hardware (without resources), D0 entry, then
requests; D0 exit, release hardware, cleanup from the leaves of the tree to its root.

Source: the reference pages of wdfdriver.h, wdfdevice.h and wdfcontrol.h; entry.c of the model.
"""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ntbuild.compilers.kmdf_callbacks import Argument, arguments_with_callbacks
from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.running.emulated.clock import UNIT, clock_of
from ntbuild.running.emulated.conventions import Routine, Routines
from ntbuild.running.emulated.devices import devices_of
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.values import Call, Ioctl

from . import (
    wdf_devices,
    wdf_hardware,
    wdf_memory,
    wdf_objects,
    wdf_queues,
    wdf_registry,
    wdf_sync,
    wdf_targets,
    wdf_waiting,
)
from .wdf_objects import Framework, Object, callbacks_at, framework_of

TABLE: Final = Routines()
FUNCTIONS: Final = Routines()
"""The functions of drivers; those of other objects are in the modules beside this one."""
SUBJECT: Final = wdf_objects.SUBJECT
_FUNCTION: Final = re.compile(r"^function (\d+) (fastcall )?[^(]*?\b(\w+)\(", re.MULTILINE)
_INDEX: Final = re.compile(r"^index (\d+) (\w+)", re.MULTILINE)
_MOST: Final = 4096
_SUCCESS: Final = 0
_MISMATCH: Final = 0xC0000059
_DISPLACE: Final = "WDF_DRIVER_GLOBALS.DisplaceDriverUnload"
_CONFIG: Final = "WDF_DRIVER_CONFIG"
_NON_PNP: Final = 1
_SECONDS: Final = 60


@functools.cache
def _functions() -> dict[int, tuple[str, bool]]:
    """Name and convention of the framework's functions by index."""
    found: dict[int, tuple[str, bool]] = {}
    for path in sorted((toolchains_folder() / "kmdf").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for index, fastcall, name in _FUNCTION.findall(text):
            found[int(index)] = (name, bool(fastcall))
        for index, name in _INDEX.findall(text):
            found.setdefault(int(index), (name, False))
    return found


def served() -> Mapping[str, Routine]:
    """The framework's functions that have a stand-in, by name."""
    parts = (
        *(wdf_objects, wdf_devices, wdf_queues, wdf_waiting),
        *(wdf_sync, wdf_memory, wdf_registry, wdf_hardware, wdf_targets),
    )
    found = {name: each for part in parts for name, each in part.TABLE.by_name.items()}
    return found | FUNCTIONS.by_name


# ---- binding -------------------------------------------------------------------------------------


@TABLE.serves("WdfVersionBind(p p p p) u", irql=0)
def wdf_version_bind(kernel: Kernel, driver: int, path: int, bind: int, result: int) -> int:
    """Fill the driver's pointer to the table, and its globals."""
    framework, machine, width = framework_of(kernel), kernel.machine, kernel.machine.width
    # Size, Component, Version (three numbers), FuncCount, FuncTable.
    start = 2 * width
    major = machine.load(bind + start, 4)
    count, table = machine.load(bind + start + 12, 4), machine.load(bind + start + 16)
    if major != 1 or not 0 < count <= _MOST:
        return _MISMATCH
    known, callbacks = served(), arguments_with_callbacks(toolchains_folder() / "kmdf")
    at = kernel.allocate(width * count)
    for index in range(count):
        name, fastcall = _functions().get(index, (f"function {index}", False))
        routine = known.get(name)
        if routine is None:
            address = kernel.new_stub(f"wdf01000.sys!{name}")
        else:
            routine = _registering(routine, callbacks.get(name, ()))
            address = kernel.add_routine(f"wdf01000.sys!{name}", routine, is_fastcall=fastcall)
        machine.store(at + width * index, address)
    machine.store(table, at)
    framework.globals = kernel.allocate(kernel.size_of("WDF_DRIVER_GLOBALS"))
    framework.driver_object, framework.registry_path = driver, path
    machine.store(result, framework.globals)
    kernel.hold("binding to the framework", framework.globals)
    return _SUCCESS


def _registering(routine: Routine, arguments: tuple[Argument, ...]) -> Routine:
    """A routine that first remembers the callbacks which it is given."""
    if not arguments:
        return routine

    def function(kernel: Kernel, *given: int) -> int | None:
        for each in arguments:
            value = given[each.index + 1]
            if not each.structure:
                kernel.registers(value, each.callbacks[0])
            elif value:
                for name, callback in callbacks_at(kernel, each.structure, value).items():
                    kernel.registers(callback, name)
        return routine.function(kernel, *given)

    return Routine(routine.signature, function, routine.irql)


@TABLE.serves("WdfVersionUnbind(p p p) u", irql=0)
def wdf_version_unbind(kernel: Kernel, _path: int, _bind: int, given: int) -> int:
    """Undo WdfVersionBind."""
    kernel.release("binding to the framework", given, "WdfVersionUnbind")
    return _SUCCESS


# ---- drivers -------------------------------------------------------------------------------------


@FUNCTIONS.serves("WdfDriverCreate(p p p p p p) u", irql=0)
def driver_create(
    kernel: Kernel,
    given: int,
    driver: int,
    _path: int,
    attributes: int,
    config: int,
    result: int,
) -> int:
    """The driver's object. The framework takes over the dispatch routines and the unload."""
    framework = framework_of(kernel)
    if given != framework.globals or driver != framework.driver_object:
        raise RefusedError("WdfDriverCreate: other globals or another driver than were bound")
    if framework.driver:
        return 0xC0200206  # STATUS_WDF_... : the driver exists already
    made = framework.new("driver", attributes)
    framework.driver = made.handle
    made.data["add"] = kernel.get(config, f"{_CONFIG}.EvtDriverDeviceAdd")
    made.data["unload"] = kernel.get(config, f"{_CONFIG}.EvtDriverUnload")
    made.data["flags"] = kernel.get(config, f"{_CONFIG}.DriverInitFlags")
    if made.data["flags"] & _NON_PNP and made.data["add"]:
        return 0xC000000D
    kernel.set(framework.globals, "WDF_DRIVER_GLOBALS.Driver", made.handle)
    kernel.set(framework.globals, _DISPLACE, 1)
    unload = kernel.new_trap("FxDriverUnload(p) v", lambda _kernel, _driver: _unload(framework))
    kernel.set(driver, "DRIVER_OBJECT.DriverUnload", unload)
    if result:
        kernel.machine.store(result, made.handle)
    return _SUCCESS


def _unload(framework: Framework) -> None:
    """PnP devices go, EvtDriverUnload, then the driver's object with all that is left below it.

    A control device stays until then: the last PnP device's cleanup routine may delete it.
    """
    driver = framework.objects.get(framework.driver)
    if driver is None:
        return
    for handle in reversed(list(driver.children)):
        found = framework.objects.get(handle)
        if found is not None and found.kind == "device" and found.data["pnp"]:
            wdf_devices.remove(framework, found)
    if driver.data["unload"]:
        kernel, routine = framework.kernel, driver.data["unload"]
        kernel.call(routine, driver.handle, what="EvtDriverUnload", result="v")
    framework.delete(driver.handle)


@FUNCTIONS.serves("WdfDriverGetRegistryPath(p p) p")
def driver_get_registry_path(kernel: Kernel, _globals: int, _driver: int) -> int:
    """The service key's path."""
    return kernel.get(framework_of(kernel).registry_path, "UNICODE_STRING.Buffer")


@FUNCTIONS.serves("WdfDriverWdmGetDriverObject(p p) p")
def driver_wdm_get_driver_object(kernel: Kernel, _globals: int, _driver: int) -> int:
    """The driver object."""
    return framework_of(kernel).driver_object


@FUNCTIONS.serves("WdfWdmDriverGetWdfDriverHandle(p p) p")
def wdm_driver_get_wdf_driver_handle(kernel: Kernel, _globals: int, _driver: int) -> int:
    """The driver's handle."""
    return framework_of(kernel).driver


@FUNCTIONS.serves("WdfDriverIsVersionAvailable(p p p) b")
def driver_is_version_available(kernel: Kernel, _globals: int, _driver: int, given: int) -> int:
    """Every version of 1.x."""
    return int(kernel.machine.load(given + 4, 4) == 1)


@FUNCTIONS.serves("WdfDriverMiniportUnload(p p) v")
def driver_miniport_unload(kernel: Kernel, _globals: int, _driver: int) -> None:
    """A miniport goes."""
    _unload(framework_of(kernel))


# ---- use -----------------------------------------------------------------------------------------


def start(kernel: Kernel, entries: list[dict[str, Any]], say: Callable[[str], None]) -> None:
    """Add a device, and start it; a start that fails for want of hardware is in the entries."""
    framework = framework_of(kernel)
    driver = framework.objects.get(framework.driver)
    if driver is None:
        return
    if driver.data["add"]:
        say("EvtDriverDeviceAdd")
        status = _add(framework, driver)
        if status >> 31:
            raise RefusedError(f"EvtDriverDeviceAdd returns {status:#010x}")
    for device in _devices(framework):
        wdf_devices.start(framework, device, entries, say)


def _add(framework: Framework, driver: Object) -> int:
    """Offer a device of the bus to the driver; its status."""
    kernel = framework.kernel
    framework.pdo = devices_of(kernel).new_bus_device()
    init = wdf_devices.new_init(framework, is_pnp=True)
    with kernel.at_level(0):
        what = "EvtDriverDeviceAdd"
        return kernel.call(driver.data["add"], driver.handle, init, what=what)


def _devices(framework: Framework) -> list[Object]:
    return [each for each in framework.objects.values() if each.kind == "device"]


def lose(kernel: Kernel, entries: list[dict[str, Any]], say: Callable[[str], None]) -> None:
    """What PnP does with devices that work, before the driver is unloaded.

    A driver that wants to be told of a surprise removal gets a second device, which is pulled out.
    """
    framework = framework_of(kernel)
    driver = framework.objects.get(framework.driver)
    working = [each for each in _devices(framework) if wdf_devices.is_working(each)]
    for device in working:
        wdf_devices.exercise(framework, device, entries, say)
    if driver is None or not any(map(wdf_devices.is_told_of_loss, working)):
        return
    say("removal of the device")
    for device in reversed(working):
        wdf_devices.remove(framework, device)
    say("EvtDriverDeviceAdd of a second device")
    status = _add(framework, driver)
    word = "second device, failed" if status >> 31 else "second device"
    entry = {"request": word, "status": f"{status:#010x}", "information": 0, "output": ""}
    entries.append(entry)
    if status >> 31:
        return
    for device in [each for each in _devices(framework) if "started" not in each.data]:
        wdf_devices.start(framework, device, entries, say)
        if wdf_devices.is_working(device):
            wdf_devices.lose(framework, device, say)


def serve(
    kernel: Kernel,
    calls: tuple[Call, ...],
    entries: list[dict[str, Any]],
    say: Callable[[str], None],
) -> None:
    """Requests to the first device: create, the calls, cleanup, close."""
    framework = framework_of(kernel)
    device = next(iter(_devices(framework)), None)
    if device is None or device.data.get("failed"):
        return
    say("create")
    entries.append(wdf_devices.create_file(framework, device))
    for index, call in enumerate(calls or (Ioctl(0x0022FFFC, bytes(8)),)):
        say(f"{type(call).__name__} {call.code:#010x}" if isinstance(call, Ioctl) else "transfer")
        entry = _request(framework, device, call)
        entries.append({**entry, "call": index} if calls else entry)
    for name in ("cleanup", "close"):
        say(name)
        entries.append(wdf_devices.end_file(framework, device, name))


def _request(framework: Framework, device: Object, call: Call) -> dict[str, Any]:
    kernel = framework.kernel
    request = wdf_queues.new_request(framework, device, call)
    queue = wdf_queues.queue_for(framework, device, request)
    if routine := device.data["events"].get("EvtIoInCallerContext", 0):
        arguments, what = (device.handle, request.handle), "EvtIoInCallerContext"
        kernel.call(routine, *arguments, what=what, result="v")
    elif queue is None:
        wdf_queues.complete(framework, request, 0xC0000010)
    else:
        wdf_queues.give(framework, queue, request)
    clock = clock_of(kernel)
    clock.run_pending()
    while request.data["status"] is None and (due := clock.next_due()) is not None:
        if due > clock.now + _SECONDS * 1000 * UNIT:
            break
        clock.advance(due)
        clock.run_pending()
    if request.data["status"] is None:
        wdf_queues.cancel(framework, request)
        clock.run_pending()
    if request.data["status"] is None:
        raise RefusedError("the request is not completed, and cannot be cancelled")
    answer: bytes = request.data["answer"]
    return {
        "request": f"{request.data['kind']} {request.data['code']:#010x}",
        "status": f"{request.data['status']:#010x}",
        "information": request.data["information"],
        "output": answer.hex(),
    }
