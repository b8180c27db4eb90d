"""Files by handles: ZwCreateFile and its kin.

The disk is empty when a run begins, and what a driver writes is there until the run ends. Names are
compared without case, and nothing is below a folder. Reads and writes end at once. The limits are
those of the kernel in ring 0 (``toolchains/ring0/files.c``): what is not done there is unknown.

Source: the reference pages of ntifs.h and wdm.h for ZwCreateFile and its kin.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import UnknownError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.support.values import dataclass

from .ob import handles_of

TABLE: Final = Routines()
PASSIVE: Final = 0
_SUCCESS: Final = 0
_END_OF_FILE: Final = 0xC0000011
_INVALID_HANDLE: Final = 0xC0000008
_INVALID_PARAMETER: Final = 0xC000000D
_NOT_FOUND: Final = 0xC0000034
_COLLISION: Final = 0xC0000035
_LENGTH_MISMATCH: Final = 0xC0000004
_LARGEST: Final = 16384
_SUPERSEDE, _OPEN, _CREATE, _OPEN_IF, _OVERWRITE, _OVERWRITE_IF = range(6)
_DOES_NOT_EXIST: Final = 5
_DELETE_ON_CLOSE: Final = 0x1000
_AT_POSITION: Final = -2
_AT_END: Final = -1
_STANDARD, _DISPOSITION, _POSITION, _END = 5, 13, 14, 20


@dataclass(slots=True)
class Opened:
    """An open file: its bytes and where the next read begins; whether it goes when it is closed."""

    content: bytearray
    position: int = 0
    deletes: bool = False


def disk_of(kernel: Kernel) -> dict[str, bytearray]:
    """All files of a run, by name in lower case."""
    found: dict[str, bytearray] = kernel.subject("disk", lambda _: {})
    return found


def _name(kernel: Kernel, attributes: int) -> str:
    if kernel.get(attributes, "OBJECT_ATTRIBUTES.RootDirectory"):
        raise UnknownError("ZwCreateFile with a RootDirectory")
    return kernel.text_of(kernel.get(attributes, "OBJECT_ATTRIBUTES.ObjectName")).lower()


def _ended(kernel: Kernel, block: int, status: int, information: int = 0) -> int:
    kernel.set(block, "IO_STATUS_BLOCK.Status", status)
    kernel.set(block, "IO_STATUS_BLOCK.Information", information)
    return status


def _opened(kernel: Kernel, handle: int) -> Opened | None:
    found = handles_of(kernel).objects.get(handle)
    return found if isinstance(found, Opened) else None


@TABLE.serves("ZwCreateFile(p u p p p u u u u p u) u", irql=PASSIVE)
@TABLE.serves("NtCreateFile(p u p p p u u u u p u) u", irql=PASSIVE)
def zw_create_file(
    kernel: Kernel,
    result: int,
    _access: int,
    attributes: int,
    block: int,
    _size: int,
    _kind: int,
    _share: int,
    disposition: int,
    options: int,
    *_extended: int,
) -> int:
    """Open a file, or make it."""
    disk, name = disk_of(kernel), _name(kernel, attributes)
    is_there = name in disk
    if disposition > _OVERWRITE_IF:
        return _INVALID_PARAMETER
    if not is_there and disposition in (_OPEN, _OVERWRITE):
        return _ended(kernel, block, _NOT_FOUND, _DOES_NOT_EXIST)
    if is_there and disposition == _CREATE:
        return _ended(kernel, block, _COLLISION, 4)
    information = 1 if is_there else 2
    content = disk.setdefault(name, bytearray())
    if is_there and disposition not in (_OPEN, _OPEN_IF):
        content.clear()
        information = 0 if disposition == _SUPERSEDE else 3
    opened = Opened(content, deletes=bool(options & _DELETE_ON_CLOSE))

    def at_close() -> None:
        if opened.deletes:
            disk.pop(name, None)

    handle = handles_of(kernel).new(opened, f"file {name}", at_close)
    kernel.machine.store(result, handle)
    return _ended(kernel, block, _SUCCESS, information)


@TABLE.serves("ZwOpenFile(p u p p u u) u", irql=PASSIVE)
@TABLE.serves("NtOpenFile(p u p p u u) u", irql=PASSIVE)
def zw_open_file(
    kernel: Kernel, result: int, access: int, attributes: int, block: int, share: int, options: int
) -> int:
    """Open a file."""
    rest = (0, 0, share, _OPEN, options)
    return zw_create_file(kernel, result, access, attributes, block, *rest)


def _begins_at(kernel: Kernel, opened: Opened, offset: int, *, is_write: bool) -> int:
    """Where a read or write begins; negative for what is no offset."""
    value = _AT_POSITION
    if offset:
        value = int.from_bytes(kernel.machine.bytes_at(offset, 8), "little", signed=True)
    if value == _AT_POSITION:
        return opened.position
    return len(opened.content) if is_write and value == _AT_END else value


@TABLE.serves("ZwReadFile(p p p p p p u p p) u", irql=PASSIVE)
@TABLE.serves("NtReadFile(p p p p p p u p p) u", irql=PASSIVE)
def zw_read_file(
    kernel: Kernel,
    handle: int,
    event: int,
    routine: int,
    _context: int,
    block: int,
    buffer: int,
    size: int,
    offset: int,
    _key: int,
) -> int:
    """Read from a file."""
    opened = _opened(kernel, handle)
    if opened is None:
        return _INVALID_HANDLE
    if event or routine:
        raise UnknownError("ZwReadFile with an event or an APC")
    start = _begins_at(kernel, opened, offset, is_write=False)
    if start < 0:
        return _INVALID_PARAMETER
    content = bytes(opened.content[start : start + size])
    if start >= len(opened.content):
        return _ended(kernel, block, _END_OF_FILE if size else _SUCCESS)
    kernel.machine.put(buffer, content)
    opened.position = start + len(content)
    return _ended(kernel, block, _SUCCESS, len(content))


@TABLE.serves("ZwWriteFile(p p p p p p u p p) u", irql=PASSIVE)
@TABLE.serves("NtWriteFile(p p p p p p u p p) u", irql=PASSIVE)
def zw_write_file(
    kernel: Kernel,
    handle: int,
    event: int,
    routine: int,
    _context: int,
    block: int,
    buffer: int,
    size: int,
    offset: int,
    _key: int,
) -> int:
    """Write to a file."""
    opened = _opened(kernel, handle)
    if opened is None:
        return _INVALID_HANDLE
    if event or routine:
        raise UnknownError("ZwWriteFile with an event or an APC")
    start = _begins_at(kernel, opened, offset, is_write=True)
    if start < 0:
        return _INVALID_PARAMETER
    if start + size > _LARGEST:
        raise UnknownError("ZwWriteFile beyond 16 KiB")
    _resize(opened.content, max(len(opened.content), start + size))
    opened.content[start : start + size] = kernel.machine.bytes_at(buffer, size)
    opened.position = start + size
    return _ended(kernel, block, _SUCCESS, size)


def _resize(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))


@TABLE.serves("ZwQueryInformationFile(p p p u u) u", irql=PASSIVE)
@TABLE.serves("NtQueryInformationFile(p p p u u) u", irql=PASSIVE)
def zw_query_information_file(
    kernel: Kernel, handle: int, block: int, target: int, size: int, kind: int
) -> int:
    """FILE_STANDARD_INFORMATION or FILE_POSITION_INFORMATION."""
    opened = _opened(kernel, handle)
    if opened is None:
        return _INVALID_HANDLE
    if kind not in (_STANDARD, _POSITION):
        text = "FileStandardInformation and FilePositionInformation"
        raise UnknownError(f"ZwQueryInformationFile of another class than {text}")
    content = opened.position.to_bytes(8, "little")
    if kind == _STANDARD:
        length = len(opened.content)
        numbers = (((length + 4095) & -4096, 8), (length, 8), (1, 4), (opened.deletes, 4))
        content = b"".join(each.to_bytes(width, "little") for each, width in numbers)
    if size < len(content):
        return _LENGTH_MISMATCH
    kernel.machine.put(target, content)
    return _ended(kernel, block, _SUCCESS, len(content))


@TABLE.serves("ZwSetInformationFile(p p p u u) u", irql=PASSIVE)
@TABLE.serves("NtSetInformationFile(p p p u u) u", irql=PASSIVE)
def zw_set_information_file(
    kernel: Kernel, handle: int, block: int, source: int, size: int, kind: int
) -> int:
    """Set a file's position, its end, or whether it is deleted when it is closed."""
    opened = _opened(kernel, handle)
    if opened is None:
        return _INVALID_HANDLE
    if kind not in (_DISPOSITION, _POSITION, _END):
        text = "a position, an end and a disposition"
        raise UnknownError(f"ZwSetInformationFile of another class than {text}")
    width = 1 if kind == _DISPOSITION else 8
    if size < width:
        return _LENGTH_MISMATCH
    value = int.from_bytes(kernel.machine.bytes_at(source, width), "little", signed=True)
    if kind == _DISPOSITION:
        opened.deletes = bool(value)
        return _ended(kernel, block, _SUCCESS)
    if value < 0 or (kind == _POSITION and value > _LARGEST):
        return _INVALID_PARAMETER
    if kind == _POSITION:
        opened.position = value
        return _ended(kernel, block, _SUCCESS)
    if value > _LARGEST:
        raise UnknownError("ZwSetInformationFile beyond 16 KiB")
    _resize(opened.content, value)
    return _ended(kernel, block, _SUCCESS)


@TABLE.serves("ZwFlushBuffersFile(p p) u", irql=PASSIVE)
def zw_flush_buffers_file(kernel: Kernel, handle: int, block: int) -> int:
    """Write a file out."""
    return _ended(kernel, block, _SUCCESS) if _opened(kernel, handle) else _INVALID_HANDLE


@TABLE.serves("ZwDeleteFile(p) u", irql=PASSIVE)
def zw_delete_file(kernel: Kernel, attributes: int) -> int:
    """Delete a file by its name."""
    found = disk_of(kernel).pop(_name(kernel, attributes), None)
    return _NOT_FOUND if found is None else _SUCCESS
