"""Routines of the registry, as far as a driver at its start needs them.

The registry holds the driver's service key and what it writes itself; other keys are not found.
Source: the reference pages of wdm.h for ZwOpenKey and its kin.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.support.values import dataclass, field

from .ob import handles_of
from .rtl import wide

TABLE: Final = Routines()
PASSIVE: Final = 0
_SUCCESS: Final = 0
_NOT_FOUND: Final = 0xC0000034
_NO_MORE: Final = 0x8000001A
_TOO_SMALL: Final = 0xC0000023
_OVERFLOW: Final = 0x80000005
_INVALID_HANDLE: Final = 0xC0000008
_INVALID_PARAMETER: Final = 0xC000000D
_DIRECT: Final = 0x20
_REQUIRED: Final = 0x04
_SUBKEY: Final = 0x01
SERVICES: Final = "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"


@dataclass(slots=True)
class Key:
    """A key: its path, and values by lower-case name as type, name and bytes."""

    path: str
    values: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)


class Registry:
    """All keys by lower-case path."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.keys: Final[dict[str, Key]] = {}

    def create(self, path: str) -> Key:
        """The key at a path, made if there is none."""
        return self.keys.setdefault(path.lower(), Key(path))

    def path_of(self, attributes: int) -> str:
        """The path that OBJECT_ATTRIBUTES name."""
        kernel = self._kernel
        name = kernel.text_of(kernel.get(attributes, "OBJECT_ATTRIBUTES.ObjectName"))
        root = kernel.get(attributes, "OBJECT_ATTRIBUTES.RootDirectory")
        key = handles_of(kernel).objects.get(root)
        return f"{key.path}\\{name}" if isinstance(key, Key) else name


def registry_of(kernel: Kernel) -> Registry:
    """The registry of a kernel."""
    found: Registry = kernel.subject("registry", Registry)
    return found


def _open(kernel: Kernel, result: int, key: Key | None) -> int:
    if key is None:
        return _NOT_FOUND
    kernel.machine.store(result, handles_of(kernel).new(key, f"registry key {key.path}"))
    return _SUCCESS


@TABLE.serves("ZwOpenKey(p u p) u", irql=PASSIVE)
def zw_open_key(kernel: Kernel, result: int, _access: int, attributes: int) -> int:
    """Open a key."""
    registry = registry_of(kernel)
    return _open(kernel, result, registry.keys.get(registry.path_of(attributes).lower()))


@TABLE.serves("ZwOpenKeyEx(p u p u) u", irql=PASSIVE)
def zw_open_key_ex(kernel: Kernel, result: int, access: int, attributes: int, _options: int) -> int:
    """Open a key."""
    return zw_open_key(kernel, result, access, attributes)


@TABLE.serves("ZwCreateKey(p u p u p u p) u", irql=PASSIVE)
def zw_create_key(
    kernel: Kernel,
    result: int,
    _access: int,
    attributes: int,
    _index: int,
    _class: int,
    _options: int,
    disposition: int,
) -> int:
    """Open a key, or make it."""
    registry = registry_of(kernel)
    path = registry.path_of(attributes)
    if disposition:
        kernel.machine.store(disposition, 2 if path.lower() in registry.keys else 1, 4)
    return _open(kernel, result, registry.create(path))


@TABLE.serves("IoOpenDeviceRegistryKey(p u u p) u", irql=PASSIVE)
def io_open_device_registry_key(
    kernel: Kernel, _device: int, kind: int, _access: int, result: int
) -> int:
    """The key of the device, or of its driver."""
    name = "Device Parameters" if kind == 1 else "Driver"
    return _open(kernel, result, registry_of(kernel).create(f"\\Registry\\Machine\\{name}"))


@TABLE.serves("IoOpenDriverRegistryKey(p u u u p) u", irql=PASSIVE)
def io_open_driver_registry_key(
    kernel: Kernel, driver: int, kind: int, _access: int, _flags: int, result: int
) -> int:
    """The key of the driver's service that has its parameters (0), or where it keeps state (1)."""
    if kind not in (0, 1):
        return _INVALID_PARAMETER
    extension = kernel.get(driver, "DRIVER_OBJECT.DriverExtension")
    service = kernel.text_of(kernel.at(extension, "DRIVER_EXTENSION.ServiceKeyName"))
    path = f"{SERVICES}{service}\\{('Parameters', 'State')[kind]}"
    return _open(kernel, result, registry_of(kernel).create(path))


def _key(kernel: Kernel, handle: int) -> Key | None:
    found = handles_of(kernel).objects.get(handle)
    return found if isinstance(found, Key) else None


def _information(
    kernel: Kernel, kind: int, value: tuple[int, str, bytes], target: int, size: int, needed: int
) -> int:
    """KEY_VALUE_FULL_INFORMATION (1) or KEY_VALUE_PARTIAL_INFORMATION (2)."""
    number, name, data = value
    if kind == 1:
        encoded = name.encode("utf-16-le")
        start = (20 + len(encoded) + 7) & -8
        numbers = (0, number, start, len(data), len(encoded))
        head = b"".join(each.to_bytes(4, "little") for each in numbers)
        content = (head + encoded).ljust(start, b"\0") + data
    elif kind == 2:
        head = b"".join(each.to_bytes(4, "little") for each in (0, number, len(data)))
        content = head + data
    else:
        return _INVALID_PARAMETER
    kernel.machine.store(needed, len(content), 4)
    if size < len(head):
        return _TOO_SMALL
    kernel.machine.put(target, content[:size])
    return _SUCCESS if size >= len(content) else _OVERFLOW


@TABLE.serves("ZwQueryValueKey(p p u p u p) u", irql=PASSIVE)
def zw_query_value_key(
    kernel: Kernel, handle: int, name: int, kind: int, target: int, size: int, needed: int
) -> int:
    """A value of a key."""
    key = _key(kernel, handle)
    if key is None:
        return _INVALID_HANDLE
    value = key.values.get(kernel.text_of(name).lower())
    return _NOT_FOUND if value is None else _information(kernel, kind, value, target, size, needed)


@TABLE.serves("ZwEnumerateValueKey(p u u p u p) u", irql=PASSIVE)
def zw_enumerate_value_key(
    kernel: Kernel, handle: int, index: int, kind: int, target: int, size: int, needed: int
) -> int:
    """A value of a key by its number."""
    key = _key(kernel, handle)
    if key is None:
        return _INVALID_HANDLE
    values = list(key.values.values())
    if index >= len(values):
        return _NO_MORE
    return _information(kernel, kind, values[index], target, size, needed)


@TABLE.serves("ZwSetValueKey(p p u u p u) u", irql=PASSIVE)
def zw_set_value_key(
    kernel: Kernel, handle: int, name: int, _index: int, kind: int, data: int, size: int
) -> int:
    """Write a value."""
    key = _key(kernel, handle)
    if key is None:
        return _INVALID_HANDLE
    text = kernel.text_of(name)
    key.values[text.lower()] = (kind, text, kernel.machine.bytes_at(data, size))
    return _SUCCESS


@TABLE.serves("ZwDeleteValueKey(p p) u", irql=PASSIVE)
def zw_delete_value_key(kernel: Kernel, handle: int, name: int) -> int:
    """Delete a value."""
    key = _key(kernel, handle)
    if key is None:
        return _INVALID_HANDLE
    found = key.values.pop(kernel.text_of(name).lower(), None)
    return _NOT_FOUND if found is None else _SUCCESS


@TABLE.serves("ZwDeleteKey(p) u", irql=PASSIVE)
def zw_delete_key(kernel: Kernel, handle: int) -> int:
    """Delete a key."""
    key = _key(kernel, handle)
    if key is None:
        return _INVALID_HANDLE
    registry_of(kernel).keys.pop(key.path.lower(), None)
    return _SUCCESS


@TABLE.serves("ZwFlushKey(p) u", irql=PASSIVE)
def zw_flush_key(kernel: Kernel, handle: int) -> int:
    """Write a key out."""
    return _SUCCESS if _key(kernel, handle) else _INVALID_HANDLE


@TABLE.serves("RtlWriteRegistryValue(u p p u p u) u", irql=PASSIVE)
def rtl_write_registry_value(
    kernel: Kernel, place: int, path: int, name: int, kind: int, data: int, size: int
) -> int:
    """Write a value of a key that is named by its path."""
    text = wide(kernel, name)
    key = registry_of(kernel).create(_path(kernel, place, path))
    key.values[text.lower()] = (kind, text, kernel.machine.bytes_at(data, size))
    return _SUCCESS


def _path(kernel: Kernel, place: int, path: int) -> str:
    text = wide(kernel, path)
    roots = {1: SERVICES, 2: "\\Registry\\Machine\\System\\CurrentControlSet\\Control\\"}
    return roots.get(place & 0xFF, "") + text


@TABLE.serves("RtlCheckRegistryKey(u p) u", irql=PASSIVE)
def rtl_check_registry_key(kernel: Kernel, place: int, path: int) -> int:
    """Whether there is a key."""
    found = _path(kernel, place, path).lower() in registry_of(kernel).keys
    return _SUCCESS if found else _NOT_FOUND


@TABLE.serves("RtlQueryRegistryValues(u p p p p) u", irql=PASSIVE)
def rtl_query_registry_values(
    kernel: Kernel, place: int, path: int, table: int, context: int, _environment: int
) -> int:
    """Values of a key into variables or to functions, as a table says; defaults without a value."""
    key = registry_of(kernel).keys.get(_path(kernel, place, path).lower())
    size = kernel.size_of("RTL_QUERY_REGISTRY_TABLE")
    for _ in range(256):
        routine = kernel.get(table, "RTL_QUERY_REGISTRY_TABLE.QueryRoutine")
        flags = kernel.get(table, "RTL_QUERY_REGISTRY_TABLE.Flags")
        name = kernel.get(table, "RTL_QUERY_REGISTRY_TABLE.Name")
        if not routine and not flags & (_DIRECT | _SUBKEY):
            break
        if name and not flags & _SUBKEY:
            status = _query_one(kernel, key, table, context)
            if status >> 31:
                return status
        elif flags & _REQUIRED and key is None:
            return _NOT_FOUND
        table += size
    return _SUCCESS


def _query_one(kernel: Kernel, key: Key | None, row: int, context: int) -> int:
    def of(name: str) -> int:
        return kernel.get(row, f"RTL_QUERY_REGISTRY_TABLE.{name}")

    name = wide(kernel, of("Name"))
    found = key.values.get(name.lower()) if key else None
    kind, data = (found[0], found[2]) if found else (of("DefaultType") & 0xFF, b"")
    if not found:
        if not of("DefaultData") or not kind:
            return _NOT_FOUND if of("Flags") & _REQUIRED else _SUCCESS
        length = of("DefaultLength") or (4 if kind == 4 else 0)
        data = kernel.machine.bytes_at(of("DefaultData"), length)
        if not length:
            data = (wide(kernel, of("DefaultData")) + "\0").encode("utf-16-le")
    target = of("EntryContext")
    if not of("Flags") & _DIRECT:
        buffer = kernel.allocate(len(data) + 2)
        kernel.machine.put(buffer, data)
        arguments = (of("Name"), kind, buffer, len(data), context, target)
        return kernel.call(of("QueryRoutine"), *arguments, what="a QueryRoutine")
    if kind in (1, 2, 7):  # texts, into a UNICODE_STRING
        if kernel.get(target, "UNICODE_STRING.Buffer") == 0:
            buffer = kernel.pool.allocate(len(data), 0x76716552, kernel.caller(), zero=True)
            kernel.set(target, "UNICODE_STRING.Buffer", buffer)
            kernel.set(target, "UNICODE_STRING.MaximumLength", len(data))
        data = data[: kernel.get(target, "UNICODE_STRING.MaximumLength")]
        kernel.machine.put(kernel.get(target, "UNICODE_STRING.Buffer"), data)
        kernel.set(target, "UNICODE_STRING.Length", max(len(data) - 2, 0))
    else:
        kernel.machine.put(target, data)
    return _SUCCESS
