"""Routines that drivers call while they start: callback objects, processors, names, keys.

Source: the reference pages of wdm.h, ntddk.h, ntifs.h and fwpsk.h.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.devices import devices_of
from ntbuild.running.emulated.faults import RefusedError, UnknownError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.support.text import printable

from .ob import handles_of
from .zw import Key, registry_of

TABLE: Final = Routines()
PASSIVE, APC, DISPATCH, HIGH = 0, 1, 2, 31
_SUCCESS: Final = 0
_NOT_FOUND: Final = 0xC0000034
_NO_MORE: Final = 0x8000001A
_TOO_SHORT: Final = 0xC0000004
_TOO_SMALL: Final = 0xC0000023
_OVERFLOW: Final = 0x80000005
_INVALID_HANDLE: Final = 0xC0000008
_BASIC: Final = 0
_OF_SYSTEM: Final = (
    "\\callback\\setsystemtime",
    "\\callback\\powerstate",
    "\\callback\\processoradd",
)
_EVENTS: Final = "\\kernelobjects\\"
_DACL_PRESENT, _DACL_DEFAULTED = 4, 8


# ---- callback objects ----------------------------------------------------------------------------


def _objects(kernel: Kernel) -> dict[str, int]:
    """Objects by name; those of the system are always there, and nobody notifies them here."""
    found: dict[str, int] = kernel.subject(
        "callback objects", lambda _: {name: kernel.allocate(64) for name in _OF_SYSTEM}
    )
    return found


def _registrations(kernel: Kernel) -> dict[int, tuple[int, int, int]]:
    """Object, function and context by handle."""
    found: dict[int, tuple[int, int, int]] = kernel.subject("callback registrations", lambda _: {})
    return found


@TABLE.serves("ExCreateCallback(p p b b) u", irql=APC)
def ex_create_callback(
    kernel: Kernel, result: int, attributes: int, create: int, _several: int
) -> int:
    """A callback object by its name; without one it is new."""
    place = kernel.get(attributes, "OBJECT_ATTRIBUTES.ObjectName") if attributes else 0
    name, objects = kernel.text_of(place).lower(), _objects(kernel)
    if not name or name not in objects:
        if not create:
            return _NOT_FOUND
        made = kernel.allocate(64)
        objects[name or f"#{made:x}"] = made
        kernel.machine.store(result, made)
        return _SUCCESS
    kernel.machine.store(result, objects[name])
    return _SUCCESS


@TABLE.serves("ExRegisterCallback(p p p) p", irql=APC)
def ex_register_callback(kernel: Kernel, what: int, function: int, context: int) -> int:
    """Ask to be called when an object is notified."""
    if kernel.image_at(function) is None:
        raise RefusedError(f"ExRegisterCallback: the function {function:#x} is in no image")
    handle = kernel.allocate(32)
    kernel.registers(function, "callback of an object")
    kernel.hold("registration of ExRegisterCallback", handle, f"made at {kernel.caller()}")
    _registrations(kernel)[handle] = (what, function, context)
    return handle


@TABLE.serves("ExUnregisterCallback(p) v", irql=APC)
def ex_unregister_callback(kernel: Kernel, handle: int) -> None:
    """Undo it."""
    kernel.release("registration of ExRegisterCallback", handle, "ExUnregisterCallback")
    del _registrations(kernel)[handle]


@TABLE.serves("ExNotifyCallback(p p p) v", irql=DISPATCH)
def ex_notify_callback(kernel: Kernel, what: int, first: int, second: int) -> None:
    """Call every function that is registered with an object."""
    for given, function, context in list(_registrations(kernel).values()):
        if given == what:
            arguments = (context, first, second)
            kernel.call(function, *arguments, what="a callback of an object", result="v")


# ---- processors, images, names -------------------------------------------------------------------


@TABLE.serves("KeQueryGroupAffinity(h) p", irql=HIGH)
def ke_query_group_affinity(kernel: Kernel, group: int) -> int:
    """One processor, in the first group."""
    _ = kernel
    return int(not group)


@TABLE.serves("KeQueryMaximumGroupCount() h", irql=HIGH)
def ke_query_maximum_group_count(kernel: Kernel) -> int:
    """One group."""
    _ = kernel
    return 1


@TABLE.serves("KdRefreshDebuggerNotPresent() b", irql=HIGH)
def kd_refresh_debugger_not_present(kernel: Kernel) -> int:
    """No debugger is there."""
    _ = kernel
    return 1


@TABLE.serves("RtlPcToFileHeader(p p) p", irql=HIGH)
def rtl_pc_to_file_header(kernel: Kernel, address: int, base: int) -> int:
    """The base of the image that an address is in; null for none."""
    image = kernel.image_at(address)
    found = image.base if image else 0
    kernel.machine.store(base, found)
    return found


@TABLE.serves("ObQueryNameString(p p u p) u", irql=PASSIVE)
def ob_query_name_string(kernel: Kernel, what: int, target: int, size: int, needed: int) -> int:
    """The name of an object: of a device that has one, else an empty one."""
    device = devices_of(kernel).devices.get(what)
    text = (device.name if device else "").encode("utf-16-le")
    head = kernel.size_of("UNICODE_STRING")
    whole = head + (len(text) + 2 if text else 0)
    kernel.machine.store(needed, whole, 4)
    if size < whole:
        return _TOO_SHORT
    kernel.machine.put(target, bytes(head))
    if text:
        kernel.machine.put(target + head, text + b"\0\0")
        kernel.set(target, "UNICODE_STRING.Length", len(text))
        kernel.set(target, "UNICODE_STRING.MaximumLength", len(text) + 2)
        kernel.set(target, "UNICODE_STRING.Buffer", target + head)
    return _SUCCESS


# ---- security descriptors: revision, control, then four pointers ---------------------------------


@TABLE.serves("RtlCreateSecurityDescriptor(p u) u", irql=APC)
def rtl_create_security_descriptor(kernel: Kernel, target: int, revision: int) -> int:
    """An empty one."""
    width = kernel.machine.width
    if revision != 1:
        return 0xC0000058  # STATUS_UNKNOWN_REVISION
    kernel.machine.put(target, bytes((1,)) + bytes(width - 1 + 4 * width))
    return _SUCCESS


@TABLE.serves("RtlSetDaclSecurityDescriptor(p b p b) u", irql=APC)
def rtl_set_dacl_security_descriptor(
    kernel: Kernel, target: int, present: int, entries: int, defaulted: int
) -> int:
    """Put a list of entries into one."""
    machine = kernel.machine
    control = machine.load(target + 2, 2) & ~(_DACL_PRESENT | _DACL_DEFAULTED)
    if present:
        control |= _DACL_PRESENT | (_DACL_DEFAULTED if defaulted else 0)
    machine.store(target + 2, control, 2)
    first = 8 if machine.width == 8 else 4
    machine.store(target + first + 3 * machine.width, entries if present else 0)
    return _SUCCESS


# ---- what is not there ---------------------------------------------------------------------------


@TABLE.serves("ZwOpenEvent(p u p) u", irql=PASSIVE)
def zw_open_event(kernel: Kernel, _result: int, _access: int, attributes: int) -> int:
    """Nobody has made an event, and those of Windows' own are not served."""
    name = kernel.text_of(kernel.get(attributes, "OBJECT_ATTRIBUTES.ObjectName"))
    if name.lower().startswith(_EVENTS):
        raise UnknownError(f"calls ZwOpenEvent of {printable(name)}, which this kernel lacks")
    return _NOT_FOUND


@TABLE.serves("ZwEnumerateKey(p u u p u p) u", irql=PASSIVE)
def zw_enumerate_key(
    kernel: Kernel, handle: int, index: int, kind: int, target: int, size: int, needed: int
) -> int:
    """A key below one, by its number: KEY_BASIC_INFORMATION."""
    key = handles_of(kernel).objects.get(handle)
    if not isinstance(key, Key):
        return _INVALID_HANDLE
    start = f"{key.path.lower()}\\"
    paths = (each.path for low, each in registry_of(kernel).keys.items() if low.startswith(start))
    names = [path[len(start) :] for path in paths]
    below = [name for name in names if "\\" not in name]
    if index >= len(below):
        kernel.machine.store(needed, 0, 4)
        return _NO_MORE
    if kind != _BASIC:
        raise UnknownError(f"calls ZwEnumerateKey with class {kind}, which this kernel lacks")
    raw = below[index].encode("utf-16-le")
    kernel.machine.store(needed, 16 + len(raw), 4)
    if size < 16:
        return _TOO_SMALL
    kernel.machine.put(target, bytes(12))
    kernel.machine.store(target + 12, len(raw), 4)
    kernel.machine.put(target + 16, raw[: max(size - 16, 0)])
    return _SUCCESS if size >= 16 + len(raw) else _OVERFLOW


# ---- the injection handles of network filters ----------------------------------------------------


@TABLE.serves("FwpsInjectionHandleCreate0(h u p) u", irql=PASSIVE)
def fwps_injection_handle_create(kernel: Kernel, _family: int, _flags: int, result: int) -> int:
    """A handle that the driver destroys."""
    handle = kernel.allocate(16)
    kernel.hold("injection handle", handle, f"made at {kernel.caller()}")
    kernel.machine.store(result, handle)
    return _SUCCESS


@TABLE.serves("FwpsInjectionHandleDestroy0(p) u", irql=PASSIVE)
def fwps_injection_handle_destroy(kernel: Kernel, handle: int) -> int:
    """Destroy it."""
    kernel.release("injection handle", handle, "FwpsInjectionHandleDestroy0")
    return _SUCCESS
