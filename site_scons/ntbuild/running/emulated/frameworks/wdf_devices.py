"""KMDF's devices: what a driver says about one before it is made, its start, its end, its files.

Source: the reference pages of wdfdevice.h, wdfcontrol.h and wdffileobject.h.
"""

from collections.abc import Callable
from typing import Any, Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.devices import Devices, devices_of
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel

from .wdf_objects import Framework, Object, callbacks_at, framework_of

TABLE: Final = Routines()
_SUCCESS: Final = 0
_COLLISION: Final = 0xC0000035
_POWER: Final = "WDF_PNPPOWER_EVENT_CALLBACKS"
_FILE: Final = "WDF_FILEOBJECT_CONFIG"
_UNKNOWN_DEVICE: Final = 0x22
_LAST_OF_START: Final = "EvtDeviceSelfManagedIoInit"
_KINDS: Final = {3: "read", 4: "write", 14: "control"}
_D3, _D3_FINAL = 4, 5
"""WdfPowerDeviceD3, which a device comes back from, and -D3Final, which it does not."""


def new_init(framework: Framework, *, is_pnp: bool) -> int:
    """A WDFDEVICE_INIT, which is opaque to drivers."""
    address = framework.kernel.allocate(16)
    framework.inits[address] = {"pnp": is_pnp, "name": "", "type": _UNKNOWN_DEVICE, "events": {}}
    return address


def _init(kernel: Kernel, address: int) -> dict[str, Any]:
    found = framework_of(kernel).inits.get(address)
    if found is None:
        raise RefusedError(f"{kernel.last}: {address:#x} is no WDFDEVICE_INIT that is in use")
    return found


@TABLE.serves("WdfControlDeviceInitAllocate(p p p) p", irql=0)
def control_device_init_allocate(kernel: Kernel, _globals: int, driver: int, _sddl: int) -> int:
    """What a control device is made of."""
    framework = framework_of(kernel)
    framework.get(driver, "driver")
    return new_init(framework, is_pnp=False)


@TABLE.serves("WdfDeviceInitFree(p p) v", irql=0)
def device_init_free(kernel: Kernel, _globals: int, init: int) -> None:
    """No device is made of it."""
    _init(kernel, init)
    del framework_of(kernel).inits[init]


@TABLE.serves("WdfDeviceInitSetPnpPowerEventCallbacks(p p p) v", irql=0)
def device_init_set_pnp_power_event_callbacks(
    kernel: Kernel, _globals: int, init: int, callbacks: int
) -> None:
    """Routines of PnP and power."""
    _init(kernel, init)["events"].update(callbacks_at(kernel, _POWER, callbacks))


@TABLE.serves("WdfDeviceInitSetPowerPolicyEventCallbacks(p p p) v", irql=0)
def device_init_set_power_policy_event_callbacks(
    kernel: Kernel, _globals: int, init: int, callbacks: int
) -> None:
    """Routines of waking; nothing wakes a device here."""
    _init(kernel, init)
    kernel.machine.bytes_at(callbacks, 4)


@TABLE.serves("WdfDeviceInitSetFileObjectConfig(p p p p) v", irql=0)
def device_init_set_file_object_config(
    kernel: Kernel, _globals: int, init: int, config: int, attributes: int
) -> None:
    """Routines of files."""
    found = _init(kernel, init)
    for name in ("EvtDeviceFileCreate", "EvtFileClose", "EvtFileCleanup"):
        found["events"][name] = kernel.get(config, f"{_FILE}.{name}")
    if attributes:
        size = kernel.size_of("WDF_OBJECT_ATTRIBUTES")
        copy = kernel.allocate(size)
        kernel.machine.put(copy, kernel.machine.bytes_at(attributes, size))
        found["file attributes"] = copy


@TABLE.serves("WdfDeviceInitSetRequestAttributes(p p p) v", irql=0)
def device_init_set_request_attributes(
    kernel: Kernel, _globals: int, init: int, attributes: int
) -> None:
    """Attributes of all requests; they are copied."""
    size = kernel.size_of("WDF_OBJECT_ATTRIBUTES")
    copy = kernel.allocate(size)
    kernel.machine.put(copy, kernel.machine.bytes_at(attributes, size))
    _init(kernel, init)["request attributes"] = copy


@TABLE.serves("WdfDeviceInitAssignName(p p p) u", irql=0)
def device_init_assign_name(kernel: Kernel, _globals: int, init: int, name: int) -> int:
    """The device's name."""
    _init(kernel, init)["name"] = kernel.text_of(name)
    return _SUCCESS


@TABLE.serves("WdfDeviceInitAssignSDDLString(p p p) u", irql=0)
def device_init_assign_sddl_string(kernel: Kernel, _globals: int, init: int, _text: int) -> int:
    """Who may open the device; everybody may."""
    _init(kernel, init)
    return _SUCCESS


@TABLE.serves("WdfDeviceInitSetDeviceType(p p u) v", irql=0)
def device_init_set_device_type(kernel: Kernel, _globals: int, init: int, kind: int) -> None:
    """The device's type."""
    _init(kernel, init)["type"] = kind


@TABLE.serves("WdfDeviceInitSetIoType(p p u) v", irql=0)
@TABLE.serves("WdfDeviceInitSetExclusive(p p b) v", irql=0)
@TABLE.serves("WdfDeviceInitSetDeviceClass(p p p) v", irql=0)
@TABLE.serves("WdfDeviceInitSetCharacteristics(p p u b) v", irql=0)
@TABLE.serves("WdfDeviceInitSetPowerPolicyOwnership(p p b) v", irql=0)
@TABLE.serves("WdfDeviceInitSetPowerNotPageable(p p) v", irql=0)
@TABLE.serves("WdfDeviceInitSetPowerPageable(p p) v", irql=0)
@TABLE.serves("WdfDeviceInitSetPowerInrush(p p) v", irql=0)
@TABLE.serves("WdfFdoInitSetFilter(p p) v", irql=0)
@TABLE.serves("WdfControlDeviceInitSetShutdownNotification(p p p b) v", irql=0)
@TABLE.serves("WdfDeviceInitSetIoTypeEx(p p p) v", irql=0)
def device_init_says(kernel: Kernel, _globals: int, init: int, *_more: int) -> None:
    """What makes no difference to a device without hardware."""
    _init(kernel, init)


@TABLE.serves("WdfDeviceInitSetIoInCallerContextCallback(p p p) v", irql=0)
def device_init_set_io_in_caller_context_callback(
    kernel: Kernel, _globals: int, init: int, routine: int
) -> None:
    """A routine that sees each request before it is queued."""
    _init(kernel, init)["events"]["EvtIoInCallerContext"] = routine


@TABLE.serves("WdfFdoInitWdmGetPhysicalDevice(p p) p", irql=0)
def fdo_init_wdm_get_physical_device(kernel: Kernel, _globals: int, init: int) -> int:
    """The bus driver's device."""
    _init(kernel, init)
    return framework_of(kernel).pdo


@TABLE.serves("WdfDeviceCreate(p p p p) u", irql=0)
def device_create(kernel: Kernel, _globals: int, init: int, attributes: int, result: int) -> int:
    """Make the device; the driver's pointer to the WDFDEVICE_INIT becomes null."""
    framework = framework_of(kernel)
    said = _init(kernel, kernel.machine.load(init))
    devices = devices_of(kernel)
    name = said["name"]
    if name and any(each.name.lower() == name.lower() for each in devices.devices.values()):
        return _COLLISION
    device = framework.new("device", attributes, framework.driver)
    device.data.update(said)
    device.data["wdm"] = devices.new_device(framework.driver_object, 16, name, said["type"], 0)
    device.data["links"] = []
    device.data["end"] = lambda: _end(devices, device)
    del framework.inits[kernel.machine.load(init)]
    kernel.machine.store(init, 0)
    kernel.machine.store(result, device.handle)
    return _SUCCESS


def _end(devices: Devices, device: Object) -> None:
    """The device object goes, and the links that lead to it."""
    devices.devices.pop(device.data["wdm"], None)
    for name in device.data["links"]:
        devices.links.pop(name, None)


@TABLE.serves("WdfControlFinishInitializing(p p) v", irql=0)
def control_finish_initializing(kernel: Kernel, _globals: int, device: int) -> None:
    """A control device takes requests from now on."""
    framework_of(kernel).get(device, "device").data["finished"] = True


@TABLE.serves("WdfDeviceCreateSymbolicLink(p p p) u", irql=0)
def device_create_symbolic_link(kernel: Kernel, _globals: int, device: int, name: int) -> int:
    """A link, which goes with the device."""
    links, text = devices_of(kernel).links, kernel.text_of(name)
    framework_of(kernel).get(device, "device")
    if not text.startswith("\\"):
        return 0xC000003B  # STATUS_OBJECT_PATH_SYNTAX_BAD
    if text.lower() in map(str.lower, links):
        return _COLLISION
    links[text] = ""
    framework_of(kernel).get(device, "device").data["links"].append(text)
    return _SUCCESS


@TABLE.serves("WdfDeviceCreateDeviceInterface(p p p p) u", irql=0)
def device_create_device_interface(
    kernel: Kernel, _globals: int, device: int, guid: int, _reference: int
) -> int:
    """An interface, which goes with the device."""
    framework_of(kernel).get(device, "device")
    kernel.machine.bytes_at(guid, 16)
    return _SUCCESS


@TABLE.serves("WdfDeviceConfigureRequestDispatching(p p p u) u", irql=0)
def device_configure_request_dispatching(
    kernel: Kernel, _globals: int, device: int, queue: int, kind: int
) -> int:
    """Requests of a kind go to a queue of their own."""
    framework = framework_of(kernel)
    routes = framework.get(device, "device").data.setdefault("routes", {})
    routes[_KINDS.get(kind, str(kind))] = framework.get(queue, "queue").handle
    return _SUCCESS


@TABLE.serves("WdfDeviceSetDeviceInterfaceState(p p p p b) v")
@TABLE.serves("WdfDeviceSetPnpCapabilities(p p p) v")
@TABLE.serves("WdfDeviceSetPowerCapabilities(p p p) v")
@TABLE.serves("WdfDeviceSetDeviceState(p p p) v")
@TABLE.serves("WdfDeviceSetCharacteristics(p p u) v")
@TABLE.serves("WdfDeviceSetAlignmentRequirement(p p u) v")
@TABLE.serves("WdfDeviceSetSpecialFileSupport(p p u b) v")
@TABLE.serves("WdfDeviceSetStaticStopRemove(p p b) v")
@TABLE.serves("WdfDeviceSetFailed(p p u) v")
def device_says(kernel: Kernel, _globals: int, device: int, *_more: int) -> None:
    """What makes no difference here."""
    framework_of(kernel).get(device, "device")


@TABLE.serves("WdfDeviceAssignS0IdleSettings(p p p) u")
@TABLE.serves("WdfDeviceAssignSxWakeSettings(p p p) u")
@TABLE.serves("WdfDeviceStopIdleNoTrack(p p b) u")
@TABLE.serves("WdfDeviceStopIdleActual(p p b p u p) u")
def device_agrees(kernel: Kernel, _globals: int, device: int, *_more: int) -> int:
    """Settings of power; the device always works."""
    framework_of(kernel).get(device, "device")
    return _SUCCESS


@TABLE.serves("WdfDeviceResumeIdleNoTrack(p p) v")
@TABLE.serves("WdfDeviceResumeIdleActual(p p p u p) v")
def device_resume_idle(kernel: Kernel, _globals: int, device: int, *_more: int) -> None:
    """The device may sleep again."""
    framework_of(kernel).get(device, "device")


@TABLE.serves("WdfDeviceGetDriver(p p) p")
def device_get_driver(kernel: Kernel, _globals: int, device: int) -> int:
    """The driver."""
    framework_of(kernel).get(device, "device")
    return framework_of(kernel).driver


@TABLE.serves("WdfDeviceGetDefaultQueue(p p) p")
def device_get_default_queue(kernel: Kernel, _globals: int, device: int) -> int:
    """The default queue."""
    found: int = framework_of(kernel).get(device, "device").data.get("queue", 0)
    return found


@TABLE.serves("WdfDeviceWdmGetDeviceObject(p p) p")
def device_wdm_get_device_object(kernel: Kernel, _globals: int, device: int) -> int:
    """The device object."""
    found: int = framework_of(kernel).get(device, "device").data["wdm"]
    return found


@TABLE.serves("WdfDeviceWdmGetAttachedDevice(p p) p")
@TABLE.serves("WdfDeviceWdmGetPhysicalDevice(p p) p")
def device_wdm_get_physical_device(kernel: Kernel, _globals: int, device: int) -> int:
    """The bus driver's device object."""
    framework_of(kernel).get(device, "device")
    return framework_of(kernel).pdo


@TABLE.serves("WdfDeviceGetIoTarget(p p) p")
def device_get_io_target(kernel: Kernel, _globals: int, device: int) -> int:
    """The target that the device's own requests go to."""
    framework = framework_of(kernel)
    found = framework.get(device, "device")
    if "target" not in found.data:
        found.data["target"] = framework.new("I/O target", 0, device).handle
    target: int = found.data["target"]
    return target


@TABLE.serves("WdfFileObjectGetDevice(p p) p")
def file_object_get_device(kernel: Kernel, _globals: int, handle: int) -> int:
    """The device of a file object."""
    return framework_of(kernel).get(handle, "file object").parent


@TABLE.serves("WdfFileObjectGetFileName(p p) p")
def file_object_get_file_name(kernel: Kernel, _globals: int, handle: int) -> int:
    """The name behind the device's own, which is empty."""
    framework_of(kernel).get(handle, "file object")
    return kernel.new_string("")


# ---- start and end -------------------------------------------------------------------------------


def _event(framework: Framework, device: Object, name: str, *arguments: int) -> int:
    """Call a routine of the device, if it has it; its status."""
    kernel = framework.kernel
    routine = device.data["events"].get(name, 0)
    if not routine:
        return 0
    with kernel.at_level(0):
        return kernel.call(routine, device.handle, *arguments, what=name)


def start(
    framework: Framework,
    device: Object,
    entries: list[dict[str, Any]],
    say: Callable[[str], None],
) -> None:
    """What PnP starts a device with; there are no resources, which hardware's drivers refuse."""
    if not device.data["pnp"]:
        return
    say("start of the device")
    resources = framework.new("resource list", 0, device.handle).handle
    device.data["resources"] = resources
    status = 0
    for name, arguments in (
        ("EvtDevicePrepareHardware", (resources, resources)),
        ("EvtDeviceD0Entry", (_D3_FINAL,)),
        ("EvtDeviceD0EntryPostInterruptsEnabled", (_D3_FINAL,)),
        (_LAST_OF_START, ()),
    ):
        status = _event(framework, device, name, *arguments)
        if status >> 31:
            device.data["failed"] = name
            break
        device.data["started"] = name
    request = f"start, failed in {name}" if device.data.get("failed") else "start"
    entry = {"request": request, "status": f"{status:#010x}", "information": 0}
    entries.append({**entry, "output": ""})


def is_working(device: Object) -> bool:
    """Whether a device of Plug and Play has started."""
    return bool(device.data["pnp"]) and device.data.get("started") == _LAST_OF_START


def exercise(
    framework: Framework,
    device: Object,
    entries: list[dict[str, Any]],
    say: Callable[[str], None],
) -> None:
    """What PnP asks a device that works before it is stopped or removed; a sleep of the system.

    The sleep is for drivers that restart their own input and output then: nothing else calls that
    routine. The answers to the questions are in the entries; the device stays, as PnP may decide.
    """
    if not is_working(device):
        return
    for name, words in (
        ("EvtDeviceQueryStop", "query for a stop"),
        ("EvtDeviceQueryRemove", "query for removal"),
    ):
        if device.data["events"].get(name):
            say(words)
            status = _event(framework, device, name)
            entry = {"request": words, "status": f"{status:#010x}", "information": 0}
            entries.append({**entry, "output": ""})
    if device.data["events"].get("EvtDeviceSelfManagedIoRestart"):
        _sleep(framework, device, say)


def _sleep(framework: Framework, device: Object, say: Callable[[str], None]) -> None:
    for name, arguments in (
        ("EvtDeviceSelfManagedIoSuspend", ()),
        ("EvtDeviceD0ExitPreInterruptsDisabled", (_D3,)),
        ("EvtDeviceD0Exit", (_D3,)),
        ("EvtDeviceD0Entry", (_D3,)),
        ("EvtDeviceD0EntryPostInterruptsEnabled", (_D3,)),
        ("EvtDeviceSelfManagedIoRestart", ()),
    ):
        say(f"{name}, as the system sleeps and wakes")
        status = _event(framework, device, name, *arguments)
        if status >> 31:
            # It has not come back to D0: what is undone then is its hardware.
            device.data.update(failed=name, started="EvtDevicePrepareHardware")
            return


def is_told_of_loss(device: Object) -> bool:
    """Whether the driver wants to know of a surprise removal."""
    return bool(device.data["events"].get("EvtDeviceSurpriseRemoval"))


def lose(framework: Framework, device: Object, say: Callable[[str], None]) -> None:
    """The device is pulled out while it works."""
    say("surprise removal of the device")
    _event(framework, device, "EvtDeviceSurpriseRemoval")
    remove(framework, device)


def remove(framework: Framework, device: Object) -> None:
    """What PnP removes a device with: each step of the start is undone."""
    started, failed = device.data.get("started", ""), device.data.get("failed", "")
    if started == _LAST_OF_START:
        _event(framework, device, "EvtDeviceSelfManagedIoSuspend")
    if started not in ("", "EvtDevicePrepareHardware"):
        _event(framework, device, "EvtDeviceD0ExitPreInterruptsDisabled", _D3_FINAL)
        _event(framework, device, "EvtDeviceD0Exit", _D3_FINAL)
    if started or failed:
        _event(framework, device, "EvtDeviceReleaseHardware", device.data["resources"])
        for name in ("EvtDeviceSelfManagedIoFlush", "EvtDeviceSelfManagedIoCleanup"):
            _event(framework, device, name)
    framework.delete(device.handle)


def create_file(framework: Framework, device: Object) -> dict[str, Any]:
    """Open the device: a file object, and the driver's routine if it has one."""
    file = framework.new("file object", device.data.get("file attributes", 0), device.handle)
    device.data["file"] = file.handle
    status = 0
    if routine := device.data["events"].get("EvtDeviceFileCreate", 0):
        request = framework.new("request", device.data.get("request attributes", 0), device.handle)
        request.data.update(
            {"kind": "create", "code": 0, "input": b"", "output": b"", "in": 0, "out": 0}
        )
        request.data["neither"] = False
        request.data.update(information=0, status=None, cancel=0)
        with framework.kernel.at_level(0):
            arguments = (device.handle, request.handle, file.handle)
            framework.kernel.call(routine, *arguments, what="EvtDeviceFileCreate", result="v")
        if request.data["status"] is None:
            raise RefusedError("EvtDeviceFileCreate does not complete its request")
        status = request.data["status"]
    return {"request": "create", "status": f"{status:#010x}", "information": 0, "output": ""}


def end_file(framework: Framework, device: Object, name: str) -> dict[str, Any]:
    """Cleanup, then close: the driver's routine, and at last the file object."""
    file = device.data["file"]
    routine = device.data["events"].get(
        "EvtFileCleanup" if name == "cleanup" else "EvtFileClose", 0
    )
    if routine:
        with framework.kernel.at_level(0):
            framework.kernel.call(routine, file, what=f"EvtFile{name.title()}", result="v")
    if name == "close":
        framework.delete(file)
    return {"request": name, "status": "0x00000000", "information": 0, "output": ""}
