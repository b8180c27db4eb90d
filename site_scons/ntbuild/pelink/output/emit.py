"""Emit: headers, the symbol table, time stamps and the checksum complete the image.

What is hard is that nothing may depend on when or where the link ran, yet the stamp must tell
images apart: without a given time it is a hash of everything else, and every stamp in the image
holds the same value.

Source of the checksum: behaviour of imagehlp's CheckSumMappedFile.
"""

import struct
import sys
from contextlib import suppress
from importlib import import_module
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes
from ntbuild.pecoff.columns.parallel import in_parts
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as DIRECTORY
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.layout.image_header import (
    SymbolTableAt,
    aligned,
    checksum_at,
    image_headers,
    stamp_at,
)
from ntbuild.pelink.model import Contents, LaidOutSection, Layout, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.symbol_table import symbol_table

_SMALL: Final = 1 << 18
_PIECE: Final = 1 << 20
"""Bytes that are summed and hashed in one go; the stamps of larger images depend on it."""

_BUILT_IN: Final = "_sha2" if sys.version_info >= (3, 12) else "_sha256"
"""The interpreter's own SHA-256, which the standard library's ``random`` takes, too."""


def emit(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    contents: Contents,
    options: LinkOptions,
    *,
    no_seh: bool | None = None,
) -> Bytes:
    """The finished image; ``no_seh`` as ``guard`` found out."""
    headers, directories = list(layout.headers), dict(layout.directories)
    at, inserted = contents.inserted
    size = len(contents.image) + len(inserted)
    wanted = options.debug in ("dwarf", "symtab")
    long_names = [each.name for each in headers if options.mingw or _is_unmapped(each)]
    trailer, names, count = symbol_table(tables, symbols, layout, long_names, wanted=wanted)
    trailer = trailer.ljust(aligned(len(trailer), layout.file_alignment), b"\0")
    later = [np.frombuffer(each, np.uint8) for each in (inserted, trailer)]
    image = np.concatenate([contents.image[:at], later[0], contents.image[at:], later[1]])
    head = image_headers(
        tables.target,
        layout,
        headers,
        directories,
        _entry(tables, symbols, layout),
        options,
        SymbolTableAt(size, count, names) if trailer else SymbolTableAt(),
        no_seh=no_seh,
    )
    image[: len(head)] = np.frombuffer(head, np.uint8)
    _stamp(image, stamp_at(layout), directories, headers, options)
    if _wants_checksum(options):
        at = checksum_at(layout)
        struct.pack_into("<I", image.data, at, checksum(image, at))
    return image


def checksum(image: Bytes, at: int) -> int:
    """The PE checksum, with the CheckSum field (``at``) taken as zero.

    The one's complement sum of 16-bit words plus the file's size. Summing 32-bit words gives
    the same remainder modulo 65535.
    """
    whole = len(image) & -4
    total = sum(in_parts(_sum, _pieces(image[:whole])))
    total += int.from_bytes(image[whole:].tobytes(), "little")
    total -= int.from_bytes(image[at : at + 4].tobytes(), "little")
    folded = total % 0xFFFF
    if folded == 0 and total:
        folded = 0xFFFF
    return (folded + len(image)) & 0xFFFFFFFF


def _sum(piece: Bytes) -> int:
    return int(piece.view("<u4").sum(dtype=np.uint64))


def _pieces(image: Bytes) -> list[Bytes]:
    return [image[at : at + _PIECE] for at in range(0, len(image), _PIECE)]


def _is_unmapped(header: LaidOutSection) -> bool:
    """A section whose long name may be in the file only: what stays loaded keeps it in memory."""
    return bool(header.Characteristics & int(IMAGE_SCN.MEM_DISCARDABLE))


def _wants_checksum(options: LinkOptions) -> bool:
    """/release; NATIVE turns it on, as link.exe does."""
    if options.release is not None:
        return options.release
    return options.is_driver or options.subsystem == "native"


def _stamp(
    image: Bytes,
    stamp: int,
    directories: dict[int, tuple[int, int]],
    headers: list[LaidOutSection],
    options: LinkOptions,
) -> None:
    """One value in every time stamp: the time given, or a hash of the image with zero stamps."""
    value = options.timestamp
    debug = directories.get(int(DIRECTORY.DEBUG))
    digest = _digest(image) if value is None or debug else b""
    if value is None:
        value = int.from_bytes(digest[:4], "little") or 1
    places = [stamp]
    export = directories.get(int(DIRECTORY.EXPORT))
    if export:
        holder = next(
            h for h in headers if h.VirtualAddress <= export[0] < h.VirtualAddress + h.VirtualSize
        )
        places.append(holder.PointerToRawData + export[0] - holder.VirtualAddress + 4)
    if debug:
        from ntbuild.pelink.synthesize.debug_directory import finish_debug_directory  # noqa: PLC0415 - few images

        places += finish_debug_directory(image, headers, debug, digest)
    for place in places:
        struct.pack_into("<I", image.data, place, value & 0xFFFFFFFF)


def _digest(image: Bytes) -> bytes:
    """A hash of an image: of one that is large, of its pieces' hashes, made side by side."""
    hashes = in_parts(_sha256, _pieces(image))
    return hashes[0] if len(hashes) == 1 else _sha256(np.frombuffer(b"".join(hashes), np.uint8))


def _sha256(data: Bytes) -> bytes:
    """OpenSSL is quicker than what is built in, but loading it takes as long as a small link."""
    if len(data) <= _SMALL and "hashlib" not in sys.modules:
        with suppress(ImportError):
            return bytes(import_module(_BUILT_IN).sha256(data.data).digest())
    from hashlib import sha256  # noqa: PLC0415 - as above

    return sha256(data.data).digest()


def _entry(tables: Tables, symbols: SymbolTable, layout: Layout) -> int:
    """RVA of the entry point, with bit 0 set for Thumb code; 0 without one."""
    if tables.entry < 0:
        return 0
    row = int(symbols.section[tables.entry])
    rva = int(layout.rva[row]) + int(symbols.value[tables.entry]) if row >= 0 else 0
    return rva | int(tables.target.thumb)
