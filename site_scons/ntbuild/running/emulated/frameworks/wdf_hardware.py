"""KMDF's functions about hardware: interrupts, resources, USB, WMI.

There is no hardware: lists of resources are empty, interrupts never come, and whatever is sent to
the bus driver is answered as one does that does not know it. A driver must cope with that.

Source: the reference pages of wdfinterrupt.h, wdfresource.h, wdffdo.h, wdfwmi.h, wdfusb.h.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.kernel import Kernel

from .wdf_memory import memory_create
from .wdf_objects import framework_of

TABLE: Final = Routines()
_SUCCESS: Final = 0
_NOT_SUPPORTED: Final = 0xC00000BB
_NOT_FOUND: Final = 0xC0000034
_PAGE: Final = 4096


def _make(kernel: Kernel, kind: str, parent: int, attributes: int, result: int) -> int:
    made = framework_of(kernel).new(kind, attributes, parent)
    made.data["device"] = parent
    if result:
        kernel.machine.store(result, made.handle)
    return _SUCCESS


@TABLE.serves("WdfInterruptCreate(p p p p p) u", irql=0)
def interrupt_create(
    kernel: Kernel, _globals: int, device: int, config: int, attributes: int, result: int
) -> int:
    """An interrupt, which never comes."""
    kernel.machine.bytes_at(config, 4)
    return _make(kernel, "interrupt", device, attributes, result)


@TABLE.serves("WdfInterruptGetDevice(p p) p", irql=31)
def interrupt_get_device(kernel: Kernel, _globals: int, handle: int) -> int:
    """The device of an interrupt."""
    found: int = framework_of(kernel).get(handle, "interrupt").data["device"]
    return found


@TABLE.serves("WdfInterruptSetPolicy(p p u u p) v")
@TABLE.serves("WdfInterruptSetExtendedPolicy(p p p) v")
@TABLE.serves("WdfInterruptEnable(p p) v")
@TABLE.serves("WdfInterruptDisable(p p) v")
@TABLE.serves("WdfInterruptReportActive(p p) v")
@TABLE.serves("WdfInterruptReportInactive(p p) v")
def interrupt_says(kernel: Kernel, _globals: int, handle: int, *_more: int) -> None:
    """What makes no difference to an interrupt that never comes."""
    framework_of(kernel).get(handle, "interrupt")


@TABLE.serves("WdfInterruptAcquireLock(p p) v")
def interrupt_acquire_lock(kernel: Kernel, _globals: int, handle: int) -> None:
    """Take an interrupt's lock, at its level."""
    framework_of(kernel).get(handle, "interrupt").data["before"] = kernel.irql
    kernel.irql = max(kernel.irql, 5)


@TABLE.serves("WdfInterruptReleaseLock(p p) v", irql=31)
def interrupt_release_lock(kernel: Kernel, _globals: int, handle: int) -> None:
    """Give it back."""
    kernel.irql = framework_of(kernel).get(handle, "interrupt").data.pop("before")


@TABLE.serves("WdfInterruptSynchronize(p p p p) b")
def interrupt_synchronize(
    kernel: Kernel, _globals: int, handle: int, routine: int, context: int
) -> int:
    """Call a function at the interrupt's level."""
    framework_of(kernel).get(handle, "interrupt")
    with kernel.at_level(5):
        what = "EvtInterruptSynchronize"
        return kernel.call(routine, handle, context, result="b", what=what)


@TABLE.serves("WdfInterruptGetInfo(p p p) v")
def interrupt_get_info(kernel: Kernel, _globals: int, handle: int, info: int) -> None:
    """Everything about an interrupt is zero but the structure's size."""
    framework_of(kernel).get(handle, "interrupt")
    size = kernel.machine.load(info, 4)
    kernel.machine.put(info + 4, bytes(min(max(size, 4), 256) - 4))


@TABLE.serves("WdfCmResourceListGetCount(p p) u")
@TABLE.serves("WdfIoResourceListGetCount(p p) u")
def resource_list_get_count(kernel: Kernel, _globals: int, handle: int) -> int:
    """None."""
    framework_of(kernel).get(handle, "resource list")
    return 0


@TABLE.serves("WdfCmResourceListGetDescriptor(p p u) p")
def resource_list_get_descriptor(kernel: Kernel, _globals: int, handle: int, _index: int) -> int:
    """There is none."""
    framework_of(kernel).get(handle, "resource list")
    return 0


@TABLE.serves("WdfFdoQueryForInterface(p p p p h h p) u", irql=0)
def fdo_query_for_interface(kernel: Kernel, _globals: int, device: int, *_more: int) -> int:
    """The bus driver has no interfaces."""
    framework_of(kernel).get(device, "device")
    return _NOT_SUPPORTED


@TABLE.serves("WdfFdoInitSetDefaultChildListConfig(p p p p) v", irql=0)
@TABLE.serves("WdfFdoInitSetEventCallbacks(p p p) v", irql=0)
@TABLE.serves("WdfDeviceInitSetReleaseHardwareOrderOnFailure(p p u) v", irql=0)
def fdo_init_says(kernel: Kernel, _globals: int, init: int, *_more: int) -> None:
    """What makes no difference without hardware."""
    kernel.machine.bytes_at(init, 16)


@TABLE.serves("WdfDeviceInitAssignWdmIrpPreprocessCallback(p p p b p u) u", irql=0)
def device_init_assign_preprocess(kernel: Kernel, _globals: int, init: int, *_more: int) -> int:
    """A look at requests before the framework's; none comes this way."""
    kernel.machine.bytes_at(init, 16)
    return _SUCCESS


@TABLE.serves("WdfFdoInitQueryProperty(p p u u p p) u", irql=0)
@TABLE.serves("WdfDeviceQueryProperty(p p u u p p) u", irql=0)
def query_property(
    kernel: Kernel, _globals: int, _device: int, _kind: int, _size: int, _to: int, result: int
) -> int:
    """The device has no properties."""
    if result:
        kernel.machine.store(result, 0, 4)
    return _NOT_FOUND


@TABLE.serves("WdfFdoInitAllocAndQueryProperty(p p u u p p) u", irql=0)
@TABLE.serves("WdfDeviceAllocAndQueryProperty(p p u u p p) u", irql=0)
def alloc_and_query_property(
    kernel: Kernel, _globals: int, _device: int, _kind: int, _pool: int, _to: int, result: int
) -> int:
    """The device has no properties."""
    kernel.machine.store(result, 0)
    return _NOT_FOUND


@TABLE.serves("WdfDeviceAddQueryInterface(p p p) u", irql=0)
@TABLE.serves("WdfDeviceAssignMofResourceName(p p p) u", irql=0)
def device_accepts(kernel: Kernel, _globals: int, device: int, _what: int) -> int:
    """Nobody asks for it."""
    framework_of(kernel).get(device, "device")
    return _SUCCESS


@TABLE.serves("WdfDeviceSetBusInformationForChildren(p p p) v", irql=0)
def device_set_bus_information(kernel: Kernel, _globals: int, device: int, what: int) -> None:
    """What kind of bus the device is."""
    framework_of(kernel).get(device, "device")
    kernel.machine.bytes_at(what, 24)


@TABLE.serves("WdfDmaEnablerCreate(p p p p p) u", irql=0)
def dma_enabler_create(
    kernel: Kernel, _globals: int, device: int, _config: int, attributes: int, result: int
) -> int:
    """What a device's DMA would be set up with."""
    return _make(kernel, "DMA enabler", device, attributes, result)


@TABLE.serves("WdfCommonBufferCreate(p p p p p) u", irql=0)
def common_buffer_create(
    kernel: Kernel, _globals: int, enabler: int, size: int, attributes: int, result: int
) -> int:
    """Memory that a device could reach as well: whole pages, so that it begins where one does."""
    framework = framework_of(kernel)
    framework.get(enabler, "DMA enabler")
    made = framework.new("common buffer", attributes, enabler)
    address = kernel.pool.allocate_own((size + _PAGE - 1) & -_PAGE, "WdfB")
    made.data.update(buffer=address, size=size)
    made.data["end"] = lambda: kernel.pool.free_own(address)
    kernel.machine.store(result, made.handle)
    return _SUCCESS


@TABLE.serves("WdfCommonBufferCreateWithConfig(p p p p p p) u", irql=0)
def common_buffer_create_with_config(
    kernel: Kernel,
    given: int,
    enabler: int,
    size: int,
    _config: int,
    attributes: int,
    result: int,
) -> int:
    """The same, with an alignment, up to that of a page."""
    return common_buffer_create(kernel, given, enabler, size, attributes, result)


@TABLE.serves("WdfCommonBufferGetAlignedVirtualAddress(p p) p")
def common_buffer_get_aligned_virtual_address(kernel: Kernel, _globals: int, handle: int) -> int:
    """Where the driver has it."""
    found: int = framework_of(kernel).get(handle, "common buffer").data["buffer"]
    return found


@TABLE.serves("WdfCommonBufferGetAlignedLogicalAddress(p p) q")
def common_buffer_get_aligned_logical_address(kernel: Kernel, given: int, handle: int) -> int:
    """Where the device would have it: the same."""
    return common_buffer_get_aligned_virtual_address(kernel, given, handle)


@TABLE.serves("WdfCommonBufferGetLength(p p) p")
def common_buffer_get_length(kernel: Kernel, _globals: int, handle: int) -> int:
    """Its bytes."""
    found: int = framework_of(kernel).get(handle, "common buffer").data["size"]
    return found


@TABLE.serves("WdfDmaEnablerSetMaximumScatterGatherElements(p p p) v")
def dma_enabler_says(kernel: Kernel, _globals: int, handle: int, _most: int) -> None:
    """What makes no difference to transfers that nobody makes."""
    framework_of(kernel).get(handle, "DMA enabler")


@TABLE.serves("WdfDeviceGetDevicePowerState(p p) u")
@TABLE.serves("WdfDeviceGetDevicePnpState(p p) u")
@TABLE.serves("WdfDeviceGetDevicePowerPolicyState(p p) u")
def device_get_state(kernel: Kernel, _globals: int, device: int) -> int:
    """No state that is told of."""
    framework_of(kernel).get(device, "device")
    return 0


@TABLE.serves("WdfWmiProviderCreate(p p p p p) u", irql=2)
@TABLE.serves("WdfWmiInstanceCreate(p p p p p) u", irql=2)
def wmi_create(
    kernel: Kernel, _globals: int, device: int, _config: int, attributes: int, result: int
) -> int:
    """A provider or an instance for WMI, which asks nothing."""
    return _make(kernel, "WMI object", device, attributes, result)


@TABLE.serves("WdfWmiInstanceGetDevice(p p) p")
@TABLE.serves("WdfWmiProviderGetDevice(p p) p")
def wmi_get_device(kernel: Kernel, _globals: int, handle: int) -> int:
    """The device of a provider or an instance."""
    found: int = framework_of(kernel).get(handle, "WMI object").data["device"]
    return found


# ---- USB, lookaside lists ------------------------------------------------------------------------


@TABLE.serves("WdfUsbTargetDeviceCreate(p p p p) u", irql=0)
@TABLE.serves("WdfUsbTargetDeviceCreateWithParameters(p p p p p) u", irql=0)
def usb_target_device_create(kernel: Kernel, _globals: int, device: int, *_more: int) -> int:
    """The bus is no USB."""
    framework_of(kernel).get(device, "device")
    return _NOT_SUPPORTED


@TABLE.serves("WdfLookasideListCreate(p p p u p u p) u")
def lookaside_list_create(
    kernel: Kernel,
    _globals: int,
    attributes: int,
    size: int,
    pool: int,
    memory: int,
    tag: int,
    result: int,
) -> int:
    """A source of memory objects of one size."""
    status = _make(kernel, "lookaside list", 0, attributes, result)
    made = framework_of(kernel).get(kernel.machine.load(result), "lookaside list")
    copy = 0
    if memory:
        copy = kernel.allocate(kernel.size_of("WDF_OBJECT_ATTRIBUTES"))
        content = kernel.machine.bytes_at(memory, kernel.size_of("WDF_OBJECT_ATTRIBUTES"))
        kernel.machine.put(copy, content)
    made.data.update(size=size, pool=pool, attributes=copy, tag=tag)
    return status


@TABLE.serves("WdfMemoryCreateFromLookaside(p p p) u")
def memory_create_from_lookaside(kernel: Kernel, given: int, handle: int, result: int) -> int:
    """A memory object of a lookaside list's size."""
    data = framework_of(kernel).get(handle, "lookaside list").data
    arguments = (data["attributes"], data["pool"], data["tag"], data["size"], result, 0)
    return memory_create(kernel, given, *arguments)
