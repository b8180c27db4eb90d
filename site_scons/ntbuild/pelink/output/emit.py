"""The image is completed: headers, COFF symbol table, time stamps and checksum.

Nothing in an image depends on when or where it was linked, and different images have different
stamps: without /timestamp the stamp is a hash of everything else. Every stamp of an image (COFF
header, export directory, debug directory) holds the same value.

Order matters: the stamp is a hash of headers and contents, the checksum a sum over all of it.
"""

import struct
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes
from ntbuild.pecoff.columns.parallel import in_parts
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as DIRECTORY
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.image.checksum import checksum
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
from ntbuild.support.sha256 import sha256_of

_EXPORT_SIZE: Final = 40
"""Bytes of IMAGE_EXPORT_DIRECTORY."""
_EXPORT_STAMP_AT: Final = 4
"""Offset of TimeDateStamp in IMAGE_EXPORT_DIRECTORY."""

_PIECE: Final = 1 << 20
"""Bytes that are hashed at once. The stamps of larger images depend on it."""


def emit(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    contents: Contents,
    options: LinkOptions,
    *,
    no_seh: bool | None = None,
    pdb_digest: bytes = b"",
) -> Bytes:
    """The bytes of the finished image.

    ``no_seh`` is `model.Guarded.no_seh`; ``pdb_digest`` is a hash of the content of the image's
    PDB, so that the signature of both tells symbols apart, too.
    """
    headers = layout.headers
    # File: contents up to .reloc, .reloc, debug data, symbol and string table. One copy makes it.
    at, inserted = contents.inserted
    size = len(contents.image) + len(inserted)
    with_symbols = bool(options.debug_words & {"dwarf", "symtab"})
    long_names = [each.name for each in headers if options.mingw or _is_unmapped(each)]
    trailer, names, count = symbol_table(
        tables, symbols, layout, long_names, with_symbols=with_symbols
    )
    trailer = trailer.ljust(aligned(len(trailer), layout.file_alignment), b"\0")
    later = [np.frombuffer(each, np.uint8) for each in (inserted, trailer)]
    image = np.concatenate([contents.image[:at], later[0], contents.image[at:], later[1]])
    head = image_headers(
        tables.target,
        layout,
        _entry(tables, symbols, layout),
        options,
        SymbolTableAt(size, count, names) if trailer else SymbolTableAt(),
        no_seh=no_seh,
    )
    # Everything that the stamp is a hash of must be in place now; the checksum covers the stamp.
    image[: len(head)] = np.frombuffer(head, np.uint8)
    _stamp(image, layout, options, pdb_digest)
    if _wants_checksum(options):
        at = checksum_at(layout)
        struct.pack_into("<I", image.data, at, checksum(image.data, at))
    return image


def _pieces(image: Bytes) -> list[Bytes]:
    return [image[at : at + _PIECE] for at in range(0, len(image), _PIECE)]


def _is_unmapped(header: LaidOutSection) -> bool:
    """Whether a section may have its long name in the string table, which is never loaded.

    Such a section is discarded itself; of others the name is cut to eight bytes.
    """
    return bool(header.Characteristics & int(IMAGE_SCN.MEM_DISCARDABLE))


def _wants_checksum(options: LinkOptions) -> bool:
    """/release; NATIVE turns it on, as link.exe does."""
    if options.release is not None:
        return options.release
    return options.is_driver or options.subsystem == "native"


def _stamp(image: Bytes, layout: Layout, options: LinkOptions, pdb_digest: bytes) -> None:
    """One value in every time stamp: the time given, or a hash of the image with zero stamps."""
    # The fields are zero here, so the hash does not depend on an earlier stamp.
    value = options.timestamp
    debug = layout.directories.get(int(DIRECTORY.DEBUG))
    digest = _digest(image) if value is None or debug else b""
    # Zero would mean that there is no stamp.
    if value is None:
        value = int.from_bytes(digest[:4], "little") or 1
    places = [stamp_at(layout)]
    export = layout.directories.get(int(DIRECTORY.EXPORT))
    if export and export[1] >= _EXPORT_SIZE and _is_in_file(layout, export[0], _EXPORT_SIZE):
        places.append(layout.file_offset_of(export[0]) + _EXPORT_STAMP_AT)
    if debug:
        from ntbuild.pelink.synthesize.debug_directory import finish_debug_directory  # noqa: PLC0415 - few images

        signature = (sha256_of(digest, pdb_digest) if pdb_digest else digest)[4:20]
        places += finish_debug_directory(image, layout, debug, signature)
    for place in places:
        struct.pack_into("<I", image.data, place, value & 0xFFFFFFFF)


def _is_in_file(layout: Layout, rva: int, size: int) -> bool:
    """Whether the file has ``size`` bytes at an address; an object's own .edata may have none."""
    return any(
        0 <= rva - each.VirtualAddress <= each.SizeOfRawData - size for each in layout.headers
    )


def _digest(image: Bytes) -> bytes:
    """The SHA-256 of an image; of a large one, that of its pieces' hashes, made in parallel."""
    hashes = in_parts(lambda piece: sha256_of(piece.data), _pieces(image))
    return hashes[0] if len(hashes) == 1 else sha256_of(*hashes)


def _start_of_code(tables: Tables, layout: Layout) -> int:
    """The entry point of a program that has none, as GNU ld has it; 0 for other images."""
    options = tables.options
    if options.noentry or options.dll or options.is_driver or not options.mingw:
        return 0
    execute = int(IMAGE_SCN.MEM_EXECUTE)
    starts = (each.VirtualAddress for each in layout.headers if each.Characteristics & execute)
    first = next(starts, 0)
    return first | 1 if first and tables.target.thumb else first


def _entry(tables: Tables, symbols: SymbolTable, layout: Layout) -> int:
    """RVA of the entry point, with bit 0 set for Thumb code; 0 without one."""
    if tables.entry < 0:
        return _start_of_code(tables, layout)
    row = int(symbols.section[tables.entry])
    rva = int(layout.rva[row]) + int(symbols.value[tables.entry]) if row >= 0 else 0
    return rva | int(tables.target.thumb)
