"""PnP drivers of WDM: AddDevice on a bus device of the kernel's own, start, removal.

Source: "IRP_MN_START_DEVICE", "IRP_MN_QUERY_REMOVE_DEVICE" and "IRP_MN_REMOVE_DEVICE".
"""

from typing import Any, Final

from .clock import clock_of
from .devices import devices_of
from .faults import RefusedError
from .kernel import Kernel
from .requests import Requests

_START, _QUERY_REMOVE, _REMOVE = 0, 1, 2
ADD: Final = "AddDevice"


def add_device(kernel: Kernel, driver: int, entries: list[dict[str, Any]]) -> int:
    """Call AddDevice, if the driver has it, and start the device; the bus device, 0 without one."""
    extension = kernel.get(driver, "DRIVER_OBJECT.DriverExtension")
    routine = kernel.get(extension, "DRIVER_EXTENSION.AddDevice")
    if not routine:
        return 0
    kernel.doing = ADD
    bus = devices_of(kernel).new_bus_device()
    with kernel.at_level(0):
        status = kernel.call(routine, driver, bus, what=ADD)
    clock_of(kernel).run_pending()
    if status >> 31:
        raise RefusedError(f"returns {status:#010x}")
    if devices_of(kernel).top_of(bus) == bus:
        return bus
    kernel.doing = "start of the device"
    answer = Requests(kernel, bus).pnp(_START)
    entries.append(answer.to_json(kernel.doing))
    return bus


def remove_device(kernel: Kernel, bus: int, entries: list[dict[str, Any]]) -> None:
    """Remove the device, as when it is disabled."""
    devices = devices_of(kernel)
    if not bus or devices.top_of(bus) == bus:
        return
    for minor, words in ((_QUERY_REMOVE, "query for removal"), (_REMOVE, "removal of the device")):
        kernel.doing = words
        answer = Requests(kernel, bus).pnp(minor)
        entries.append(answer.to_json(words))
    if devices.top_of(bus) != bus:
        raise RefusedError("the driver is still attached to the device's stack")
