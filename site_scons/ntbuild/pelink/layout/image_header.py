"""The image's headers: file header, optional header, section table.

Values that no option sets are those of drivers that link.exe made (measured) in the driver profile,
and lld-link's in all other images.

Sources: PE Format, "COFF File Header", "Optional Header", "Section Table".
"""

import struct
from collections.abc import Mapping, Sequence
from typing import Final

from ntbuild.pecoff.constants import IMAGE_DLLCHARACTERISTICS as DLL
from ntbuild.pecoff.constants import IMAGE_FILE as FILE
from ntbuild.pecoff.constants import (
    IMAGE_NT_OPTIONAL_HDR32_MAGIC,
    IMAGE_NT_OPTIONAL_HDR64_MAGIC,
    IMAGE_NUMBEROF_DIRECTORY_ENTRIES,
    IMAGE_SCN,
)
from ntbuild.pecoff.machine import Machine
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.model import LaidOutSection, Layout
from ntbuild.pelink.options import SUBSYSTEMS, LinkOptions
from ntbuild.support.text import encoded
from ntbuild.support.values import dataclass, field

LINKER_VERSION: Final = (14, 0)
_STAMP_FROM_PE: Final = 8
_CHECKSUM_FROM_PE: Final = 24 + 64


@dataclass(frozen=True, slots=True)
class SymbolTableAt:
    """Where the COFF symbol table is in the file; all zero and empty without one.

    - ``at``: its file offset
    - ``count``: its records
    - ``names``: name fields (``/4``, an offset in its strings) by section name
    """

    at: int = 0
    count: int = 0
    names: Mapping[str, bytes] = field(default_factory=dict)


def size_of_headers(stub: bytes, machine: Machine, sections: int) -> int:
    """Bytes of all headers of an image with so many sections, not aligned."""
    return len(stub) + 4 + 20 + _optional_size(machine) + 40 * sections


def stamp_at(layout: Layout) -> int:
    """File offset of the file header's TimeDateStamp."""
    return len(layout.stub) + _STAMP_FROM_PE


def checksum_at(layout: Layout) -> int:
    """File offset of the optional header's CheckSum."""
    return len(layout.stub) + _CHECKSUM_FROM_PE


def aligned(value: int, alignment: int) -> int:
    """The value rounded up to a power of two."""
    return (value + alignment - 1) & -alignment


def _optional_size(machine: Machine) -> int:
    return 240 if machine.is_64bit else 224


def image_headers(
    target: Target,
    layout: Layout,
    entry: int,
    options: LinkOptions,
    symbol_table: SymbolTableAt,
    *,
    no_seh: bool | None = None,
) -> bytes:
    """The bytes of all headers, with stamps and checksum zero; ``entry`` is an RVA.

    ``no_seh`` says whether x86 code has no exception handlers. Where that is not known (None), a
    driver declares that it has none.
    """
    machine = target.machine
    file_header = struct.pack(
        "<IHHIIIHH",
        0x4550,
        int(target.efi_machine if options.is_efi else machine.id),
        len(layout.headers),
        0,
        symbol_table.at,
        symbol_table.count,
        _optional_size(machine),
        _characteristics(machine, options),
    )
    # Relocations and line numbers are an object's; in an image their pointers and counts are zero.
    section_table = b"".join(
        struct.pack(
            "<8s6I2HI",
            symbol_table.names.get(header.name) or encoded(header.name)[:8],
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
        for header in layout.headers
    )
    flags = _dll_characteristics(target, options, no_seh=no_seh)
    optional = _optional_header(machine, layout, entry, flags, options)
    return layout.stub + file_header + optional + section_table


def _characteristics(machine: Machine, options: LinkOptions) -> int:
    flags = FILE.EXECUTABLE_IMAGE
    if options.largeaddressaware or (options.largeaddressaware is None and machine.is_64bit):
        flags |= FILE.LARGE_ADDRESS_AWARE
    if not machine.is_64bit:
        flags |= FILE.MACHINE_32BIT
    if options.dll and not options.is_driver:
        flags |= FILE.DLL
    if "uponly" in options.driver:
        flags |= FILE.UP_SYSTEM_ONLY
    if "cd" in options.swaprun:
        flags |= FILE.REMOVABLE_RUN_FROM_SWAP
    if "net" in options.swaprun:
        flags |= FILE.NET_RUN_FROM_SWAP
    if options.fixed and not options.is_driver:
        flags |= FILE.RELOCS_STRIPPED
    return int(flags)


def _dll_characteristics(target: Target, options: LinkOptions, *, no_seh: bool | None) -> int:
    """A driver has DYNAMIC_BASE (unless /fixed), NX_COMPAT, HIGH_ENTROPY_VA or x86's NO_SEH."""
    # HIGH_ENTROPY_VA is of 64-bit images only. FORCE_INTEGRITY needs a signature, so it is never a
    # default; TERMINAL_SERVER_AWARE means nothing for drivers.
    wide = target.machine.is_64bit
    driver = options.is_driver
    chosen = {
        DLL.DYNAMIC_BASE: not options.fixed if options.dynamicbase is None else options.dynamicbase,
        DLL.NX_COMPAT: True if options.nxcompat is None else options.nxcompat,
        DLL.HIGH_ENTROPY_VA: wide and options.highentropyva is not False,
        DLL.FORCE_INTEGRITY: bool(options.integritycheck),
        DLL.NO_SEH: options.noseh
        or (target.has_safe_seh and (driver if no_seh is None else no_seh)),
        DLL.GUARD_CF: bool(options.guard_parts),
        DLL.WDM_DRIVER: "wdm" in options.driver,
        DLL.APPCONTAINER: bool(options.appcontainer),
        DLL.NO_BIND: options.allowbind is False,
        DLL.NO_ISOLATION: options.allowisolation is False,
        DLL.TERMINAL_SERVER_AWARE: _is_terminal_server_aware(options),
    }
    return int(sum(flag for flag, state in chosen.items() if state))


def _is_terminal_server_aware(options: LinkOptions) -> bool:
    """Programs are by default, as with lld-link; drivers, DLLs and EFI images never."""
    if options.tsaware is not None:
        return options.tsaware and not options.dll  # programs only: "/TSAWARE"
    return not (options.is_driver or options.dll) and options.subsystem in ("console", "windows")


def _sizes(headers: Sequence[LaidOutSection]) -> tuple[int, int, int, int, int]:
    """SizeOfCode, SizeOfInitializedData, SizeOfUninitializedData, BaseOfCode, BaseOfData."""
    # Sums of raw sizes, as link.exe has them; debuggers show them and no loader reads them.
    code = [h for h in headers if h.Characteristics & int(IMAGE_SCN.CNT_CODE)]
    data = [h for h in headers if h.Characteristics & int(IMAGE_SCN.CNT_INITIALIZED_DATA)]
    blank = [h for h in headers if h.Characteristics & int(IMAGE_SCN.CNT_UNINITIALIZED_DATA)]
    return (
        sum(h.SizeOfRawData for h in code),
        sum(h.SizeOfRawData for h in data),
        sum(aligned(h.VirtualSize, 0x200) for h in blank),
        code[0].VirtualAddress if code else 0,
        data[0].VirtualAddress if data else 0,
    )


def _optional_header(
    machine: Machine,
    layout: Layout,
    entry: int,
    flags: int,
    options: LinkOptions,
) -> bytes:
    wide = machine.is_64bit
    code, data, blank, base_of_code, base_of_data = _sizes(layout.headers)
    # SizeOfImage ends at a multiple of SectionAlignment, which the last section need not reach.
    last = layout.headers[-1] if layout.headers else None
    end = last.VirtualAddress + last.VirtualSize if last else layout.size_of_headers
    # An OS version below 5 would make the loader map a driver's sections writable. A program's OS
    # version follows its subsystem's, as with lld-link.
    default = (10, 0) if options.is_driver else (6, 0)
    os_version = options.os_version or (not options.is_driver and options.subsystem_version)
    os_version = os_version or default
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
        entry,
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
        aligned(end, layout.section_alignment),
        layout.size_of_headers,
        0,
        subsystem,
        flags,
    )
    head += struct.pack(
        "<QQQQII" if wide else "<IIIIII", *stack, *heap, 0, IMAGE_NUMBEROF_DIRECTORY_ENTRIES
    )
    return head + b"".join(
        struct.pack("<II", *layout.directories.get(index, (0, 0)))
        for index in range(IMAGE_NUMBEROF_DIRECTORY_ENTRIES)
    )
