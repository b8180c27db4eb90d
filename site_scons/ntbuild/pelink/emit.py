"""Emit: headers, base relocations, time stamps and the checksum complete the image.

What is hard is that nothing may depend on when or where the link ran, yet the stamp must tell
images apart: without a given time it is a hash of everything else, and every stamp in the image
holds the same value.

Sources: PE Format, "MS-DOS Stub", "Optional Header", "Section Table"; the driver profile's values
are measured from drivers that link.exe made.
"""

import struct
from hashlib import sha256
from typing import Final

import numpy as np

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as DIRECTORY
from ntbuild.pecoff.constants import (
    IMAGE_DLLCHARACTERISTICS as DLL,
)
from ntbuild.pecoff.constants import (
    IMAGE_FILE as FILE,
)
from ntbuild.pecoff.constants import (
    IMAGE_NT_OPTIONAL_HDR32_MAGIC,
    IMAGE_NT_OPTIONAL_HDR64_MAGIC,
    IMAGE_NUMBEROF_DIRECTORY_ENTRIES,
    IMAGE_SCN,
)
from ntbuild.pecoff.text import Bytes

from .layout import DOS_STUB_SIZE
from .model import Contents, Layout, SectionHeader, SymbolTable, Tables
from .options import SUBSYSTEMS, LinkOptions
from .profile import DRIVER_SECTIONS
from .relocate import base_relocation_blocks

LINKER_VERSION: Final = (14, 0)
_CHECKSUM_AT: Final = DOS_STUB_SIZE + 24 + 64
_STAMP_AT: Final = DOS_STUB_SIZE + 8

# mov dx, message; mov ah, 9; int 21h; mov ax, 4c01h; int 21h
_DOS_CODE: Final = bytes.fromhex("0e1fba0e00b409cd21b8014ccd21")
_DOS_MESSAGE: Final = b"This program cannot be run in DOS mode.$"


def emit(
    tables: Tables, symbols: SymbolTable, layout: Layout, contents: Contents, options: LinkOptions
) -> bytes:
    """The finished image."""
    headers = list(layout.headers)
    directories = dict(layout.directories)
    relocations = b""
    if options.fixed is not True or options.is_driver:
        relocations = base_relocation_blocks(contents.based, contents.based_types)
    if relocations:
        header = SectionHeader(
            ".reloc",
            DRIVER_SECTIONS[".reloc"].Characteristics or 0,
            layout.next_rva,
            len(relocations),
            layout.next_file_offset,
            _aligned(len(relocations), layout.file_alignment),
        )
        headers.append(header)
        directories[int(DIRECTORY.BASERELOC)] = (header.VirtualAddress, len(relocations))
    size = layout.next_file_offset + _aligned(len(relocations), layout.file_alignment)
    image = np.zeros(size, np.uint8)
    image[: len(contents.image)] = contents.image
    image[layout.next_file_offset :][: len(relocations)] = np.frombuffer(relocations, np.uint8)
    head = _headers(tables, symbols, layout, headers, directories, options)
    image[: len(head)] = np.frombuffer(head, np.uint8)
    _stamp(image, directories, headers, options)
    if _wants_checksum(options):
        struct.pack_into("<I", image.data, _CHECKSUM_AT, checksum(image))
    return image.tobytes()


def checksum(image: Bytes) -> int:
    """The PE checksum, with the CheckSum field taken as zero.

    The one's complement sum of 16-bit words plus the file's size. Summing 32-bit words in chunks
    gives the same remainder modulo 65535. Source: behaviour of imagehlp's CheckSumMappedFile.
    """
    padded = np.concatenate([image, np.zeros(-len(image) % 4, np.uint8)])
    padded[_CHECKSUM_AT : _CHECKSUM_AT + 4] = 0
    total = int(padded.view("<u4").sum(dtype=np.uint64))
    folded = total % 0xFFFF
    if folded == 0 and total:
        folded = 0xFFFF
    return (folded + len(image)) & 0xFFFFFFFF


def _aligned(value: int, alignment: int) -> int:
    return (value + alignment - 1) & -alignment


def _wants_checksum(options: LinkOptions) -> bool:
    """/release; NATIVE turns it on, as link.exe does."""
    if options.release is not None:
        return options.release
    return options.is_driver or options.subsystem == "native"


def _stamp(
    image: Bytes,
    directories: dict[int, tuple[int, int]],
    headers: list[SectionHeader],
    options: LinkOptions,
) -> None:
    """One value in every time stamp: the time given, or a hash of the image with zero stamps."""
    value = options.timestamp
    if value is None:
        value = int.from_bytes(sha256(image.data).digest()[:4], "little") or 1
    places = [_STAMP_AT]
    export = directories.get(int(DIRECTORY.EXPORT))
    if export:
        holder = next(
            h for h in headers if h.VirtualAddress <= export[0] < h.VirtualAddress + h.VirtualSize
        )
        places.append(holder.PointerToRawData + export[0] - holder.VirtualAddress + 4)
    for place in places:
        struct.pack_into("<I", image.data, place, value & 0xFFFFFFFF)


# --- headers -------------------------------------------------------------------------------------


def _headers(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    headers: list[SectionHeader],
    directories: dict[int, tuple[int, int]],
    options: LinkOptions,
) -> bytes:
    machine = tables.target.machine
    optional_size = 240 if machine.is_64bit else 224
    file_header = struct.pack(
        "<IHHIIIHH",
        0x4550,
        int(machine.id),
        len(headers),
        0,
        0,
        0,
        optional_size,
        _characteristics(tables, options),
    )
    section_table = b"".join(
        struct.pack(
            "<8s6I2HI",
            _section_name(header.name),
            header.VirtualSize,
            header.VirtualAddress,
            header.SizeOfRawData,
            header.PointerToRawData,
            0,
            0,
            0,
            0,
            header.Characteristics,
        )
        for header in headers
    )
    optional = _optional_header(tables, symbols, layout, headers, directories, options)
    return _dos_header() + file_header + optional + section_table


def _dos_header() -> bytes:
    """The MZ header and a program that says it cannot run, DOS_STUB_SIZE bytes together."""
    program = _DOS_CODE + _DOS_MESSAGE
    fields = struct.pack("<2s13H", b"MZ", 0x78, 1, 0, 4, 0, 0xFFFF, 0, 0xB8, 0, 0, 0, 0x40, 0)
    header = fields.ljust(0x3C, b"\0") + struct.pack("<I", DOS_STUB_SIZE)
    return (header + program).ljust(DOS_STUB_SIZE, b"\0")


def _section_name(name: str) -> bytes:
    """At most eight bytes: an image has no string table for longer names."""
    return name.encode()[:8]


def _characteristics(tables: Tables, options: LinkOptions) -> int:
    flags = FILE.EXECUTABLE_IMAGE
    if options.largeaddressaware or (
        options.largeaddressaware is None and tables.target.machine.is_64bit
    ):
        flags |= FILE.LARGE_ADDRESS_AWARE
    if not tables.target.machine.is_64bit:
        flags |= FILE.MACHINE_32BIT
    if options.dll and not options.is_driver:
        flags |= FILE.DLL
    if options.driver == "uponly":
        flags |= FILE.UP_SYSTEM_ONLY
    if options.fixed and not options.is_driver:
        flags |= FILE.RELOCS_STRIPPED
    return int(flags)


def _dll_characteristics(tables: Tables, options: LinkOptions) -> int:
    """A driver has DYNAMIC_BASE, NX_COMPAT, and HIGH_ENTROPY_VA or x86's NO_SEH."""
    wide = tables.target.machine.is_64bit
    driver = options.is_driver
    relocatable = not (options.fixed and not driver)
    chosen = {
        DLL.DYNAMIC_BASE: relocatable if options.dynamicbase is None else options.dynamicbase,
        DLL.NX_COMPAT: True if options.nxcompat is None else options.nxcompat,
        DLL.HIGH_ENTROPY_VA: wide and options.highentropyva is not False and relocatable,
        DLL.FORCE_INTEGRITY: bool(options.integritycheck),
        DLL.NO_SEH: driver and tables.target.machine.name == "x86",
        DLL.WDM_DRIVER: options.driver == "wdm",
        DLL.TERMINAL_SERVER_AWARE: _is_terminal_server_aware(options),
    }
    return int(sum(flag for flag, state in chosen.items() if state))


def _is_terminal_server_aware(options: LinkOptions) -> bool:
    """Programs are by default, as with lld-link; drivers, DLLs and EFI images never."""
    if options.tsaware is not None:
        return options.tsaware
    return not (options.is_driver or options.dll) and options.subsystem in ("console", "windows")


def _sizes(headers: list[SectionHeader]) -> tuple[int, int, int, int, int]:
    """SizeOfCode, SizeOfInitializedData, SizeOfUninitializedData, BaseOfCode, BaseOfData."""
    code = [h for h in headers if h.Characteristics & int(IMAGE_SCN.CNT_CODE)]
    data = [h for h in headers if h.Characteristics & int(IMAGE_SCN.CNT_INITIALIZED_DATA)]
    blank = [h for h in headers if h.Characteristics & int(IMAGE_SCN.CNT_UNINITIALIZED_DATA)]
    return (
        sum(h.SizeOfRawData for h in code),
        sum(h.SizeOfRawData for h in data),
        sum(_aligned(h.VirtualSize, 0x200) for h in blank),
        code[0].VirtualAddress if code else 0,
        data[0].VirtualAddress if data else 0,
    )


def _optional_header(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    headers: list[SectionHeader],
    directories: dict[int, tuple[int, int]],
    options: LinkOptions,
) -> bytes:
    wide = tables.target.machine.is_64bit
    code, data, blank, base_of_code, base_of_data = _sizes(headers)
    last = headers[-1] if headers else None
    end = last.VirtualAddress + last.VirtualSize if last else layout.size_of_headers
    default = (10, 0) if options.is_driver else (6, 0)
    os_version = options.os_version or default
    version = options.version or (default if options.is_driver else (0, 0))
    subsystem_version = options.subsystem_version or default
    subsystem = SUBSYSTEMS[options.subsystem or ("native" if options.is_driver else "console")]
    stack = options.stack or ((0x40000, 0x1000) if options.is_driver else (0x100000, 0x1000))
    heap = options.heap or (0x100000, 0x1000)
    head = struct.pack(
        "<HBBIIIII",
        IMAGE_NT_OPTIONAL_HDR64_MAGIC if wide else IMAGE_NT_OPTIONAL_HDR32_MAGIC,
        *LINKER_VERSION,
        code,
        data,
        blank,
        _entry(tables, symbols, layout),
        base_of_code,
    )
    if not wide:
        head += struct.pack("<I", base_of_data)
    head += struct.pack("<Q" if wide else "<I", layout.image_base)
    head += struct.pack(
        "<IIHHHHHHIIIIHH",
        layout.section_alignment,
        layout.file_alignment,
        *os_version,
        *version,
        *subsystem_version,
        0,
        _aligned(end, layout.section_alignment),
        layout.size_of_headers,
        0,
        subsystem,
        _dll_characteristics(tables, options),
    )
    head += struct.pack(
        "<QQQQII" if wide else "<IIIIII", *stack, *heap, 0, IMAGE_NUMBEROF_DIRECTORY_ENTRIES
    )
    return head + b"".join(
        struct.pack("<II", *directories.get(index, (0, 0)))
        for index in range(IMAGE_NUMBEROF_DIRECTORY_ENTRIES)
    )


def _entry(tables: Tables, symbols: SymbolTable, layout: Layout) -> int:
    """RVA of the entry point, with bit 0 set for Thumb code; 0 without one."""
    if tables.entry < 0:
        return 0
    row = int(symbols.section[tables.entry])
    rva = int(layout.rva[row]) + int(symbols.value[tables.entry]) if row >= 0 else 0
    return rva | int(tables.target.thumb)
