"""The debug directory: which PDB file belongs to an image, and flags for debuggers and loaders.

An entry says where its data is in memory, which a relocation fills in, and in the file, which no
relocation can. That, the stamps and the PDB's signature are written when the image is complete.
The signature differs for different images and is the same for equal ones: it is a hash of the
image and of its PDB's content.

Sources: PE Format, "The .debug Section"; Microsoft "/PDBALTPATH", "/CETCOMPAT", "/Brepro".
"""

import ntpath
import re
import struct
from typing import Final

from ntbuild.pecoff.columns.arrays import Bytes
from ntbuild.pecoff.constants import IMAGE_DEBUG_TYPE, IMAGE_DIRECTORY_ENTRY, IMAGE_SYM_CLASS
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.model import Layout
from ntbuild.pelink.options import LinkOptions

from .imports import MadeObject
from .storage import DEBUG_DIRECTORY

_ENTRY: Final = struct.Struct("<IIHHIIII")
_DATA_AT: Final = 20
"""Offset of AddressOfRawData in an entry; PointerToRawData follows it."""

_SIGNATURE: Final = b"RSDS"


def debug_directory(
    options: LinkOptions, module: str, target: Target, log: Diagnostics
) -> MadeObject:
    """The object with the directory and the data of its entries, in lld-link's order."""
    records: list[tuple[IMAGE_DEBUG_TYPE, bytes]] = []
    if options.has_build_id:
        path = pdb_path(options, module, log).encode("utf-8", "surrogateescape")
        records.append(
            (IMAGE_DEBUG_TYPE.CODEVIEW, _SIGNATURE + bytes(16) + b"\1\0\0\0" + path + b"\0")
        )
    if options.extended_characteristics:
        data = struct.pack("<I", options.extended_characteristics)
        records.append((IMAGE_DEBUG_TYPE.EX_DLLCHARACTERISTICS, data))
    if options.brepro:
        records.append((IMAGE_DEBUG_TYPE.REPRO, b""))
    name = ".buildid" if options.mingw and not options.is_driver else ".rdata"
    sections, relocations, entries = [], [], b""
    symbols = [MadeSymbol(DEBUG_DIRECTORY, 1)]
    # Section 1 is the directory; the data of each entry has a section of its own behind it.
    for number, (kind, data) in enumerate(records):
        entries += _ENTRY.pack(0, 0, 0, 0, int(kind), len(data), 0, 0)
        if data:
            sections.append(MadeSection(name, data, alignment=4))
            symbols.append(MadeSymbol(b".rdata", len(sections) + 1, 0, int(IMAGE_SYM_CLASS.STATIC)))
            at = _ENTRY.size * number + _DATA_AT
            relocations.append((at, len(symbols) - 1, target.image_relative))
    directory = MadeSection(name, entries, alignment=4, relocations=relocations)
    data = write_object(int(target.machine.id), [directory, *sections], symbols)
    return MadeObject("debug directory", "~", data)


def pdb_path(options: LinkOptions, module: str, log: Diagnostics) -> str:
    """The name under which debuggers look for the PDB file; empty where there is none (DWARF).

    Only a file name unless /pdbaltpath says otherwise: an image does not tell where it was built.
    """
    own, extension = ntpath.splitext(ntpath.basename(module))
    name = ntpath.basename(options.pdb) if options.pdb else f"{own}.pdb"
    if options.pdbaltpath is None:
        return (
            name if options.writes_pdb or options.pdb or "dwarf" not in options.debug_words else ""
        )
    known = {"%_pdb%": name, "%_ext%": extension.removeprefix(".")}

    def replacement(match: re.Match[str]) -> str:
        text = match[0]
        if text.lower() not in known:
            log.warn(f"only %_PDB% and %_EXT% supported in /pdbaltpath:, keeping {text} as literal")
        return known.get(text.lower(), text)

    return re.sub(r"%[^%]*%", replacement, options.pdbaltpath)


def finish_debug_directory(
    image: Bytes, layout: Layout, directory: tuple[int, int], signature: bytes
) -> list[int]:
    """Write file offsets and the signature into ``image``.

    Returns the file offsets of the entries' time stamps, which the caller writes. ``directory`` is
    (VirtualAddress, Size), ``signature`` the 16 bytes that the image has in common with its PDB.
    """
    start = layout.file_offset_of(directory[0])
    stamps = []
    for at in range(start, start + directory[1], _ENTRY.size):
        # AddressOfRawData is relocated by now; an entry without data (repro) has 0 there.
        rva = int.from_bytes(image[at + _DATA_AT : at + _DATA_AT + 4].tobytes(), "little")
        if rva:
            offset = layout.file_offset_of(rva)
            struct.pack_into("<I", image.data, at + _DATA_AT + 4, offset)
            if image[offset : offset + 4].tobytes() == _SIGNATURE:
                image[offset + 4 : offset + 20] = list(signature)
        stamps.append(at + 4)
    return stamps


def signature_of(image: Bytes, layout: Layout) -> bytes:
    """The 16 bytes of an image's RSDS record, which its PDB has as well; zeros without one."""
    start, size = layout.directories.get(int(IMAGE_DIRECTORY_ENTRY.DEBUG), (0, 0))
    at = layout.file_offset_of(start) if size else 0
    for entry in range(at, at + size, _ENTRY.size):
        (offset,) = struct.unpack_from("<I", image.data, entry + _DATA_AT + 4)
        if offset and image[offset : offset + 4].tobytes() == _SIGNATURE:
            return image[offset + 4 : offset + 20].tobytes()
    return bytes(16)
