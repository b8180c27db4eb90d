"""What a minifilter asks about its volume: an NTFS disk that can be written.

Source: fltKernel.h's reference pages.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.devices import devices_of
from ntbuild.running.emulated.kernel import Kernel

from .filters import filters_of

TABLE: Final = Routines()
PASSIVE, APC = 0, 1
_SUCCESS: Final = 0
_TOO_SMALL: Final = 0xC0000023
_OVERFLOW: Final = 0x80000005
VOLUME: Final = "\\Device\\HarddiskVolume1"
_NTFS: Final = 2
_DISK_FILE_SYSTEM: Final = 8
_SECTOR: Final = 512


@TABLE.serves("FltGetVolumeName(p p p) u", irql=APC)
def flt_get_volume_name(kernel: Kernel, _volume: int, target: int, needed: int) -> int:
    """The volume's name, if there is room for it."""
    size = 2 * len(VOLUME)
    if needed:
        kernel.machine.store(needed, size, 4)
    if not target or kernel.get(target, "UNICODE_STRING.MaximumLength") < size:
        return _TOO_SMALL
    buffer = kernel.get(target, "UNICODE_STRING.Buffer")
    kernel.machine.put(buffer, VOLUME.encode("utf-16-le"))
    kernel.set(target, "UNICODE_STRING.Length", size)
    return _SUCCESS


@TABLE.serves("FltGetVolumeProperties(p p u p) u", irql=PASSIVE)
def flt_get_volume_properties(
    kernel: Kernel, _volume: int, target: int, size: int, returned: int
) -> int:
    """FLT_VOLUME_PROPERTIES: five numbers, two small ones, three texts behind it."""
    machine = kernel.machine
    width = machine.width
    head = 24 + 6 * width  # three strings of two words, aligned
    texts = [each.encode("utf-16-le") for each in ("\\FileSystem\\Ntfs", "\\Ntfs", VOLUME)]
    machine.store(returned, head + sum(map(len, texts)), 4)
    if size < head:
        return _TOO_SMALL
    for at, value, count in (
        (0, _DISK_FILE_SYSTEM, 4),
        (4, 0, 4),
        (8, 0, 4),
        (12, 0, 4),
        (16, _SECTOR, 2),
        (18, 0, 2),
    ):
        machine.store(target + at, value, count)
    end = target + head
    for index, text in enumerate(texts):
        at = target + 24 + index * 2 * width
        if end + len(text) > target + size:
            return _OVERFLOW
        machine.put(end, text)
        machine.store(at, len(text) << 16 | len(text), 4)
        machine.store(at + width, end)
        end += len(text)
    return _SUCCESS


@TABLE.serves("FltIsVolumeWritable(p p) u", irql=APC)
def flt_is_volume_writable(kernel: Kernel, _object: int, result: int) -> int:
    """It is."""
    kernel.machine.store(result, 1, 1)
    return _SUCCESS


@TABLE.serves("FltGetDiskDeviceObject(p p) u", irql=APC)
def flt_get_disk_device_object(kernel: Kernel, _volume: int, result: int) -> int:
    """The disk below the volume; the driver gives the reference back."""
    disk = kernel.subject("disk below the volume", lambda _: devices_of(kernel).new_bus_device())
    kernel.machine.store(result, disk)
    return _SUCCESS


@TABLE.serves("FltGetEcpListFromCallbackData(p p p) u", irql=APC)
def flt_get_ecp_list(kernel: Kernel, _filter: int, _data: int, result: int) -> int:
    """No extra create parameters are there."""
    kernel.machine.store(result, 0)
    return _SUCCESS


@TABLE.serves("FltGetFileSystemType(p p) u", irql=APC)
def flt_get_file_system_type(kernel: Kernel, _object: int, result: int) -> int:
    """NTFS."""
    kernel.machine.store(result, _NTFS, 4)
    return _SUCCESS


@TABLE.serves("FltGetVolumeFromInstance(p p) u", irql=APC)
def flt_get_volume_from_instance(kernel: Kernel, _instance: int, result: int) -> int:
    """The one volume; the driver gives the reference back."""
    volume = filters_of(kernel).volume
    kernel.hold("reference of the filter manager", volume, f"got at {kernel.caller()}")
    kernel.machine.store(result, volume)
    return _SUCCESS


@TABLE.serves("FltObjectReference(p) u", irql=APC)
def flt_object_reference(kernel: Kernel, what: int) -> int:
    """Take a reference."""
    kernel.hold("reference of the filter manager", what, f"got at {kernel.caller()}")
    return _SUCCESS


@TABLE.serves("FltObjectDereference(p) v", irql=APC)
def flt_object_dereference(kernel: Kernel, what: int) -> None:
    """Give a reference back."""
    kernel.release("reference of the filter manager", what, "FltObjectDereference")
