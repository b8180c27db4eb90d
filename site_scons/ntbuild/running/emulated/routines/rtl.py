"""Routines of the run-time library: strings, memory, numbers, versions.

Source: the reference pages of wdm.h, ntddk.h and ntifs.h; of the C run-time for memcpy and its kin.
"""

from collections.abc import Sequence
from typing import Any, Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel

TABLE: Final = Routines()
HIGH: Final = 31
PASSIVE: Final = 0
_SUCCESS: Final = 0
_BUFFER_OVERFLOW: Final = 0x80000005
_BUFFER_TOO_SMALL: Final = 0xC0000023
_INVALID_PARAMETER: Final = 0xC000000D
_NO_MEMORY: Final = 0xC0000017
LONGEST_TEXT: Final = 0x10000
_TAG: Final = 0x6C745274  # tRtl


def narrow(kernel: Kernel, address: int, most: int = LONGEST_TEXT) -> bytes:
    """The bytes before the NUL at an address."""
    return _until_nul(kernel, address, 1, most)


def wide(kernel: Kernel, address: int, most: int = LONGEST_TEXT) -> str:
    """The UTF-16 text before the NUL at an address."""
    return _until_nul(kernel, address, 2, most).decode("utf-16-le", "backslashreplace")


def _until_nul(kernel: Kernel, address: int, unit: int, most: int) -> bytes:
    found = bytearray()
    machine, zero = kernel.machine, bytes(unit)
    while len(found) < most * unit:
        # To the end of the page at most: the next one may not be there.
        left = 0x1000 - (address + len(found)) % 0x1000
        size = max(min(left, 128) & -unit, unit)
        piece = machine.bytes_at(address + len(found), size)
        for at in range(0, size, unit):
            if piece[at : at + unit] == zero:
                return bytes(found + piece[:at])[: most * unit]
        found += piece
    return bytes(found[: most * unit])


# ---- UNICODE_STRING ------------------------------------------------------------------------------


@TABLE.serves("RtlInitUnicodeString(p p) v", irql=HIGH)
def rtl_init_unicode_string(kernel: Kernel, target: int, source: int) -> None:
    """Describe a text."""
    size = 2 * len(wide(kernel, source).encode("utf-16-le")) // 2 if source else 0
    size = min(size, 0xFFFC)
    kernel.set(target, "UNICODE_STRING.Length", size)
    kernel.set(target, "UNICODE_STRING.MaximumLength", size + 2 if source else 0)
    kernel.set(target, "UNICODE_STRING.Buffer", source)


@TABLE.serves("RtlInitAnsiString(p p) v", irql=HIGH)
@TABLE.serves("RtlInitString(p p) v", irql=HIGH)
def rtl_init_ansi_string(kernel: Kernel, target: int, source: int) -> None:
    """Describe a text of bytes."""
    size = min(len(narrow(kernel, source)), 0xFFFE) if source else 0
    kernel.set(target, "UNICODE_STRING.Length", size)
    kernel.set(target, "UNICODE_STRING.MaximumLength", size + 1 if source else 0)
    kernel.set(target, "UNICODE_STRING.Buffer", source)


def string(kernel: Kernel, address: int) -> tuple[bytes, int, int]:
    """A counted string's bytes, its MaximumLength and its buffer. Raises RefusedError."""
    size = kernel.get(address, "UNICODE_STRING.Length")
    most = kernel.get(address, "UNICODE_STRING.MaximumLength")
    buffer = kernel.get(address, "UNICODE_STRING.Buffer")
    if size > most:
        raise RefusedError(f"{kernel.last}: a string's Length {size} is above its maximum {most}")
    return kernel.machine.bytes_at(buffer, size), most, buffer


def put_string(kernel: Kernel, address: int, content: bytes) -> None:
    """Write a counted string's bytes into its buffer, and a NUL where there is room."""
    _, most, buffer = string(kernel, address)
    kernel.machine.put(buffer, (content + b"\0\0")[: most & -2])
    kernel.set(address, "UNICODE_STRING.Length", len(content))


@TABLE.serves("RtlCopyUnicodeString(p p) v", irql=HIGH)
def rtl_copy_unicode_string(kernel: Kernel, target: int, source: int) -> None:
    """Copy as much as there is room for."""
    content = string(kernel, source)[0] if source else b""
    put_string(kernel, target, content[: kernel.get(target, "UNICODE_STRING.MaximumLength")])


@TABLE.serves("RtlAppendUnicodeStringToString(p p) u", irql=HIGH)
def rtl_append_unicode_string_to_string(kernel: Kernel, target: int, source: int) -> int:
    """Append, if there is room for all."""
    return _append(kernel, target, string(kernel, source)[0])


@TABLE.serves("RtlAppendUnicodeToString(p p) u", irql=HIGH)
def rtl_append_unicode_to_string(kernel: Kernel, target: int, source: int) -> int:
    """Append a text that ends in a NUL."""
    return _append(kernel, target, wide(kernel, source).encode("utf-16-le") if source else b"")


def _append(kernel: Kernel, target: int, more: bytes) -> int:
    content, most, _ = string(kernel, target)
    if len(content) + len(more) > most:
        return _BUFFER_TOO_SMALL
    put_string(kernel, target, content + more)
    return _SUCCESS


@TABLE.serves("RtlCompareUnicodeString(p p b) i")
def rtl_compare_unicode_string(kernel: Kernel, first: int, second: int, ignore: int) -> int:
    """Order of two texts."""
    left, right = kernel.text_of(first), kernel.text_of(second)
    if ignore:
        left, right = left.upper(), right.upper()
    return (left > right) - (left < right)


@TABLE.serves("RtlEqualUnicodeString(p p b) b")
def rtl_equal_unicode_string(kernel: Kernel, first: int, second: int, ignore: int) -> int:
    """Whether two texts are the same."""
    return int(rtl_compare_unicode_string(kernel, first, second, ignore) == 0)


@TABLE.serves("RtlPrefixUnicodeString(p p b) b")
def rtl_prefix_unicode_string(kernel: Kernel, first: int, second: int, ignore: int) -> int:
    """Whether the second text begins with the first."""
    left, right = kernel.text_of(first), kernel.text_of(second)
    return int(right.upper().startswith(left.upper()) if ignore else right.startswith(left))


@TABLE.serves("RtlFreeUnicodeString(p) v", irql=PASSIVE)
@TABLE.serves("RtlFreeAnsiString(p) v", irql=PASSIVE)
def rtl_free_unicode_string(kernel: Kernel, target: int) -> None:
    """Free a string that a routine of this library has allocated."""
    buffer = kernel.get(target, "UNICODE_STRING.Buffer")
    if buffer:
        kernel.pool.free(buffer, "RtlFreeUnicodeString")
        kernel.machine.put(target, bytes(kernel.size_of("UNICODE_STRING")))


def _new_buffer(kernel: Kernel, target: int, content: bytes, most: int) -> int:
    buffer = kernel.pool.allocate(most, _TAG, kernel.caller(), zero=True, is_paged=True)
    if not buffer:
        return _NO_MEMORY
    kernel.machine.put(buffer, content)
    kernel.set(target, "UNICODE_STRING.Length", len(content))
    kernel.set(target, "UNICODE_STRING.MaximumLength", most)
    kernel.set(target, "UNICODE_STRING.Buffer", buffer)
    return _SUCCESS


@TABLE.serves("RtlDuplicateUnicodeString(u p p) u", irql=PASSIVE)
def rtl_duplicate_unicode_string(kernel: Kernel, flags: int, source: int, target: int) -> int:
    """Copy a text into a new buffer; flag 1: with a NUL behind it."""
    content = string(kernel, source)[0]
    return _new_buffer(kernel, target, content, len(content) + (2 if flags & 1 else 0) or 2)


@TABLE.serves("RtlAnsiStringToUnicodeString(p p b) u", irql=PASSIVE)
def rtl_ansi_string_to_unicode_string(kernel: Kernel, target: int, source: int, is_new: int) -> int:
    """Bytes to UTF-16."""
    content = string(kernel, source)[0].decode("cp1252", "replace").encode("utf-16-le")
    if is_new:
        return _new_buffer(kernel, target, content, len(content) + 2)
    if len(content) > kernel.get(target, "UNICODE_STRING.MaximumLength"):
        return _BUFFER_OVERFLOW
    put_string(kernel, target, content)
    return _SUCCESS


@TABLE.serves("RtlUnicodeStringToAnsiString(p p b) u", irql=PASSIVE)
def rtl_unicode_string_to_ansi_string(kernel: Kernel, target: int, source: int, is_new: int) -> int:
    """UTF-16 to bytes."""
    content = kernel.text_of(source).encode("cp1252", "replace")
    if is_new:
        return _new_buffer(kernel, target, content, len(content) + 1)
    if len(content) > kernel.get(target, "UNICODE_STRING.MaximumLength"):
        return _BUFFER_OVERFLOW
    buffer = kernel.get(target, "UNICODE_STRING.Buffer")
    kernel.machine.put(buffer, content)
    kernel.set(target, "UNICODE_STRING.Length", len(content))
    return _SUCCESS


@TABLE.serves("RtlUpcaseUnicodeString(p p b) u", irql=PASSIVE)
def rtl_upcase_unicode_string(kernel: Kernel, target: int, source: int, is_new: int) -> int:
    """A text in capital letters."""
    content = kernel.text_of(source).upper().encode("utf-16-le")
    if is_new:
        return _new_buffer(kernel, target, content, len(content))
    put_string(kernel, target, content)
    return _SUCCESS


@TABLE.serves("RtlUpcaseUnicodeChar(h) h")
def rtl_upcase_unicode_char(kernel: Kernel, letter: int) -> int:
    """A capital letter."""
    _ = kernel
    upper = chr(letter).upper()
    return ord(upper) if len(upper) == 1 and ord(upper) <= 0xFFFF else letter


@TABLE.serves("RtlIntegerToUnicodeString(u u p) u", irql=PASSIVE)
def rtl_integer_to_unicode_string(kernel: Kernel, value: int, base: int, target: int) -> int:
    """A number as text, without leading zeros."""
    kinds = {0: "d", 2: "b", 8: "o", 10: "d", 16: "X"}
    if base not in kinds:
        return _INVALID_PARAMETER
    content = format(value, kinds[base]).encode("utf-16-le")
    if len(content) > kernel.get(target, "UNICODE_STRING.MaximumLength"):
        return _BUFFER_OVERFLOW
    kernel.set(target, "UNICODE_STRING.Length", 0)
    put_string(kernel, target, content)
    return _SUCCESS


@TABLE.serves("RtlStringFromGUID(p p) u", irql=PASSIVE)
def rtl_string_from_guid(kernel: Kernel, source: int, target: int) -> int:
    """``{8-4-4-4-12}`` of a GUID's bytes, in a new buffer."""
    import uuid  # noqa: PLC0415 - few drivers need it

    text = f"{{{uuid.UUID(bytes_le=kernel.machine.bytes_at(source, 16))}}}".upper()
    content = text.encode("utf-16-le")
    return _new_buffer(kernel, target, content, len(content) + 2)


@TABLE.serves("RtlGUIDFromString(p p) u", irql=PASSIVE)
def rtl_guid_from_string(kernel: Kernel, source: int, target: int) -> int:
    """A GUID's bytes from ``{8-4-4-4-12}``."""
    import uuid  # noqa: PLC0415 - few drivers need it

    try:
        content = uuid.UUID(kernel.text_of(source)).bytes_le
    except ValueError:
        return _INVALID_PARAMETER
    kernel.machine.put(target, content)
    return _SUCCESS


# ---- memory --------------------------------------------------------------------------------------


@TABLE.serves("memcpy(p p p) p", irql=HIGH)
@TABLE.serves("memmove(p p p) p", irql=HIGH)
def memcpy(kernel: Kernel, target: int, source: int, size: int) -> int:
    """Copy bytes; ranges may overlap, as they may for the kernel's memcpy."""
    kernel.machine.put(target, kernel.machine.bytes_at(source, size))
    return target


@TABLE.serves("memset(p i p) p", irql=HIGH)
def memset(kernel: Kernel, target: int, value: int, size: int) -> int:
    """Fill bytes."""
    if not kernel.machine.allows(target, size, 2) and size:
        kernel.machine.put(target, b"\0")  # the first byte may be what is wrong
        _fail_at_end(kernel, target, size)
    kernel.machine.put(target, bytes([value & 0xFF]) * size)
    return target


def _fail_at_end(kernel: Kernel, target: int, size: int) -> None:
    """Raise MemoryFaultError at the first page of a range that cannot be written."""
    for page in range((target | 0xFFF) + 1, target + size, 0x1000):
        kernel.machine.put(page, kernel.machine.bytes_at(page, 1))


@TABLE.serves("memcmp(p p p) i", irql=HIGH)
def memcmp(kernel: Kernel, first: int, second: int, size: int) -> int:
    """Order of two ranges of bytes."""
    left, right = kernel.machine.bytes_at(first, size), kernel.machine.bytes_at(second, size)
    return (left > right) - (left < right)


@TABLE.serves("RtlCompareMemory(p p p) p", irql=HIGH)
def rtl_compare_memory(kernel: Kernel, first: int, second: int, size: int) -> int:
    """How many bytes are the same at first."""
    left, right = kernel.machine.bytes_at(first, size), kernel.machine.bytes_at(second, size)
    return next((at for at in range(size) if left[at] != right[at]), size)


@TABLE.serves("RtlZeroMemory(p p) v", irql=HIGH)
def rtl_zero_memory(kernel: Kernel, target: int, size: int) -> None:
    """Fill with zeros."""
    memset(kernel, target, 0, size)


@TABLE.serves("RtlMoveMemory(p p p) v", irql=HIGH)
@TABLE.serves("RtlCopyMemory(p p p) v", irql=HIGH)
@TABLE.serves("RtlCopyMemoryNonTemporal(p p p) v", irql=HIGH)
def rtl_move_memory(kernel: Kernel, target: int, source: int, size: int) -> None:
    """Copy bytes."""
    memcpy(kernel, target, source, size)


@TABLE.serves("RtlFillMemory(p p b) v", irql=HIGH)
def rtl_fill_memory(kernel: Kernel, target: int, size: int, value: int) -> None:
    """Fill bytes."""
    memset(kernel, target, value, size)


# ---- the C run-time's texts ----------------------------------------------------------------------


@TABLE.serves("strlen(p) p")
def strlen(kernel: Kernel, text: int) -> int:
    """Bytes before the NUL."""
    return len(narrow(kernel, text))


@TABLE.serves("wcslen(p) p")
def wcslen(kernel: Kernel, text: int) -> int:
    """Characters before the NUL."""
    return len(wide(kernel, text).encode("utf-16-le")) // 2


def _order(left: Sequence[Any], right: Sequence[Any]) -> int:
    return (list(left) > list(right)) - (list(left) < list(right))


@TABLE.serves("strcmp(p p) i")
def strcmp(kernel: Kernel, first: int, second: int) -> int:
    """Order of two texts."""
    return _order(narrow(kernel, first), narrow(kernel, second))


@TABLE.serves("_stricmp(p p) i")
def stricmp(kernel: Kernel, first: int, second: int) -> int:
    """Order of two texts, in any letter case."""
    return _order(narrow(kernel, first).lower(), narrow(kernel, second).lower())


@TABLE.serves("strncmp(p p p) i")
def strncmp(kernel: Kernel, first: int, second: int, size: int) -> int:
    """Order of the first characters of two texts."""
    return _order(narrow(kernel, first, size), narrow(kernel, second, size))


@TABLE.serves("wcscmp(p p) i")
def wcscmp(kernel: Kernel, first: int, second: int) -> int:
    """Order of two texts."""
    return _order(wide(kernel, first), wide(kernel, second))


@TABLE.serves("_wcsicmp(p p) i")
def wcsicmp(kernel: Kernel, first: int, second: int) -> int:
    """Order of two texts, in any letter case."""
    return _order(wide(kernel, first).lower(), wide(kernel, second).lower())


@TABLE.serves("_wcsnicmp(p p p) i")
def wcsnicmp(kernel: Kernel, first: int, second: int, size: int) -> int:
    """Order of the first characters of two texts, in any letter case."""
    return _order(wide(kernel, first, size).lower(), wide(kernel, second, size).lower())


# ---- versions ------------------------------------------------------------------------------------


@TABLE.serves("RtlGetVersion(p) u", irql=PASSIVE)
def rtl_get_version(kernel: Kernel, target: int) -> int:
    """Windows 10, build 19045."""
    for field, value in (
        ("dwMajorVersion", 10),
        ("dwMinorVersion", 0),
        ("dwBuildNumber", 19045),
        ("dwPlatformId", 2),
    ):
        kernel.set(target, f"OSVERSIONINFOW.{field}", value)
    return _SUCCESS


@TABLE.serves("RtlVerifyVersionInfo(p u q) u", irql=PASSIVE)
def rtl_verify_version_info(kernel: Kernel, _info: int, _mask: int, _condition: int) -> int:
    """This is the newest version of all."""
    _ = kernel
    return _SUCCESS


@TABLE.serves("VerSetConditionMask(q u b) q")
def ver_set_condition_mask(kernel: Kernel, mask: int, bits: int, condition: int) -> int:
    """Three bits of a mask for each kind of version."""
    _ = kernel
    for index in range(8):
        if bits >> index & 1:
            return mask | (condition & 7) << 3 * index
    return mask


@TABLE.serves("PsGetVersion(p p p p) b")
def ps_get_version(kernel: Kernel, major: int, minor: int, build: int, text: int) -> int:
    """As RtlGetVersion."""
    for target, value in ((major, 10), (minor, 0), (build, 19045)):
        if target:
            kernel.machine.store(target, value, 4)
    if text:
        kernel.set(text, "UNICODE_STRING.Length", 0)
    return 0
