"""KMDF's registry keys: those of the driver, of its device, and below them.

Source: the reference pages of wdfregistry.h, of wdfdriver.h and wdfdevice.h for the first keys.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.routines.zw import SERVICES, Key, registry_of

from .wdf_objects import framework_of

TABLE: Final = Routines()
_SUCCESS: Final = 0
_NOT_FOUND: Final = 0xC0000034
_OVERFLOW: Final = 0x80000005
_DWORD: Final = 4


def _open(kernel: Kernel, path: str, attributes: int, result: int) -> int:
    key = framework_of(kernel).new("key", attributes)
    key.data["key"] = registry_of(kernel).create(path)
    kernel.machine.store(result, key.handle)
    return _SUCCESS


def _service(kernel: Kernel) -> str:
    path = framework_of(kernel).registry_path
    return kernel.text_of(path) if path else SERVICES


@TABLE.serves("WdfDriverOpenParametersRegistryKey(p p u p p) u", irql=0)
def driver_open_parameters_registry_key(
    kernel: Kernel, _globals: int, _driver: int, _access: int, attributes: int, result: int
) -> int:
    """The driver's key Parameters."""
    return _open(kernel, _service(kernel) + "\\Parameters", attributes, result)


@TABLE.serves("WdfDeviceOpenRegistryKey(p p u u p p) u", irql=0)
def device_open_registry_key(
    kernel: Kernel,
    _globals: int,
    _device: int,
    kind: int,
    _access: int,
    attributes: int,
    result: int,
) -> int:
    """The device's key, or its driver's."""
    name = "Device Parameters" if kind & 1 else "Driver"
    return _open(kernel, f"\\Registry\\Machine\\{name}", attributes, result)


@TABLE.serves("WdfRegistryOpenKey(p p p u p p) u", irql=0)
def registry_open_key(
    kernel: Kernel,
    _globals: int,
    parent: int,
    name: int,
    _access: int,
    attributes: int,
    result: int,
) -> int:
    """A key that is there."""
    path = _path(kernel, parent, name)
    if path.lower() not in registry_of(kernel).keys:
        return _NOT_FOUND
    return _open(kernel, path, attributes, result)


def _path(kernel: Kernel, parent: int, name: int) -> str:
    text = kernel.text_of(name)
    if not parent:
        return text
    key: Key = framework_of(kernel).get(parent, "key").data["key"]
    return f"{key.path}\\{text}"


@TABLE.serves("WdfRegistryClose(p p) v", irql=0)
def registry_close(kernel: Kernel, _globals: int, handle: int) -> None:
    """Close a key."""
    framework = framework_of(kernel)
    framework.get(handle, "key")
    framework.delete(handle)


def _value(kernel: Kernel, handle: int, name: int) -> tuple[int, str, bytes] | None:
    key: Key = framework_of(kernel).get(handle, "key").data["key"]
    return key.values.get(kernel.text_of(name).lower())


@TABLE.serves("WdfRegistryQueryULong(p p p p) u", irql=0)
def registry_query_ulong(kernel: Kernel, _globals: int, handle: int, name: int, result: int) -> int:
    """A number."""
    value = _value(kernel, handle, name)
    if value is None:
        return _NOT_FOUND
    if value[0] != _DWORD:
        return 0xC0000024  # STATUS_OBJECT_TYPE_MISMATCH
    kernel.machine.put(result, value[2][:4])
    return _SUCCESS


@TABLE.serves("WdfRegistryQueryValue(p p p u p p p) u", irql=0)
def registry_query_value(
    kernel: Kernel,
    _globals: int,
    handle: int,
    name: int,
    size: int,
    target: int,
    got: int,
    kind: int,
) -> int:
    """A value's bytes."""
    value = _value(kernel, handle, name)
    if value is None:
        return _NOT_FOUND
    if got:
        kernel.machine.store(got, len(value[2]), 4)
    if kind:
        kernel.machine.store(kind, value[0], 4)
    if target:
        kernel.machine.put(target, value[2][:size])
    return _SUCCESS if size >= len(value[2]) else _OVERFLOW


@TABLE.serves("WdfRegistryAssignULong(p p p u) u", irql=0)
def registry_assign_ulong(kernel: Kernel, _globals: int, handle: int, name: int, value: int) -> int:
    """Write a number."""
    key: Key = framework_of(kernel).get(handle, "key").data["key"]
    text = kernel.text_of(name)
    key.values[text.lower()] = (_DWORD, text, value.to_bytes(4, "little"))
    return _SUCCESS


@TABLE.serves("WdfRegistryQueryUnicodeString(p p p p p) u", irql=0)
@TABLE.serves("WdfRegistryQueryString(p p p p) u", irql=0)
def registry_query_string(
    kernel: Kernel, _globals: int, handle: int, _name: int, needed: int, *_more: int
) -> int:
    """No value is a text."""
    framework_of(kernel).get(handle, "key")
    if needed and kernel.last.endswith("UnicodeString"):
        kernel.machine.store(needed, 0, 2)
    return _NOT_FOUND
