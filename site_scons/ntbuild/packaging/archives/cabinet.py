r"""Cabinet files (.cab): written, and signed by Authenticode.

    write_cabinet([("hello\\hello.inf", content), ...], time)
    sign_cabinet(cabinet, "hello.cab", signer)

A cabinet is one folder of MSZIP blocks of 32 KiB, each compressed by itself. The bytes are a
function of names, contents, time and the version of zlib. A signature stands behind the cabinet; a
reserved part of the header, which an unsigned one has not, says where. Its digest is over all of
the cabinet but for ``reserved1``, ``iCabinet`` and that reserved part up to its last 4 bytes.

Limits: no cabinets of several parts, at most 2 GiB of content.

The package cabarchive writes no reserved part, and cuts the count of blocks without a word.

Sources: [MS-CAB]; where a signature is and what it covers is measured, of signed cabinets.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import xor
from typing import Final

from ntbuild.packaging import der
from ntbuild.packaging.errors import PackageError
from ntbuild.packaging.signed_data import Signer, sign
from ntbuild.pecoff.image.certificates import der as read_der
from ntbuild.pecoff.image.signed_data import INDIRECT_DATA
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

_HEADER: Final = struct.Struct("<4s5I2B5H")
"""CFHEADER: signature, reserved1, cbCabinet, reserved2, coffFiles, reserved3, versions, counts."""
_FOLDER: Final = struct.Struct("<IHH")
_FILE: Final = struct.Struct("<IIHHHH")
_DATA: Final = struct.Struct("<IHH")
_RESERVED: Final = struct.Struct("<HBB4xIIQ")
"""cbCFHeader, cbCFFolder, cbCFData; abReserve: a mark, then place and size of the signature."""
_RESERVED_AT: Final = 36
_MARK: Final = 0x00100000
_MARK_AT: Final = 40
_SIGNED_START: Final = _RESERVED_AT + _RESERVED.size
_HAS_RESERVED: Final = 4
_OTHER_PARTS: Final = 3
_BLOCK: Final = 0x8000
_MOST_BLOCKS: Final = 0xFFFF
_MOST_FILES: Final = 0xFFFF
_LONGEST_NAME: Final = 256
_MSZIP: Final = 1
_ARCHIVE: Final = 0x20
_NAME_IS_UTF8: Final = 0x80
CAB_DATA: Final = "1.3.6.1.4.1.311.2.1.25"
_OBSOLETE: Final = "<<<Obsolete>>>"


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Where the parts of a cabinet are: its own end, and its signature's size (0: unsigned)."""

    end: int
    signature_size: int
    has_reserved: bool


def write_cabinet(files: Sequence[tuple[str, bytes]], time: datetime) -> bytes:
    r"""A cabinet of files by name, with ``\`` between folders, in the order given.

    Raises PackageError for names that no cabinet can have, and for too many or too large files.
    """
    if not 0 < len(files) <= _MOST_FILES:
        raise PackageError(f"a cabinet has 1 to {_MOST_FILES} files, not {len(files)}")
    content = b"".join(each for _, each in files)
    blocks = [content[at : at + _BLOCK] for at in range(0, len(content), _BLOCK)]
    if len(blocks) > _MOST_BLOCKS:
        raise PackageError(f"{len(content)} bytes in a cabinet; at most {_MOST_BLOCKS * _BLOCK}")
    entries = b"".join(_entries(files, time))
    first = _HEADER.size + _FOLDER.size
    data = b"".join(map(_data, blocks))
    size = first + len(entries) + len(data)
    counts = (1, len(files), 0, 0, 0)  # folders, files, flags, setID, iCabinet
    header = _HEADER.pack(b"MSCF", 0, size, 0, first, 0, 3, 1, *counts)
    folder = _FOLDER.pack(first + len(entries), len(blocks), _MSZIP)
    return b"".join((header, folder, entries, data))


def _entries(files: Sequence[tuple[str, bytes]], time: datetime) -> Iterator[bytes]:
    """CFFILE of each file. Raises PackageError."""
    date = (time.year - 1980) << 9 | time.month << 5 | time.day
    clock = time.hour << 11 | time.minute << 5 | time.second // 2
    start = 0
    for name, content in files:
        encoded = name.encode()
        if not name or "\0" in name or len(encoded) > _LONGEST_NAME:
            raise PackageError(f"{printable(name)!r} is no name of a file in a cabinet")
        attributes = _ARCHIVE | (0 if name.isascii() else _NAME_IS_UTF8)
        yield _FILE.pack(len(content), start, 0, date, clock, attributes) + encoded + b"\0"
        start += len(content)


def _data(block: bytes) -> bytes:
    """CFDATA of a block, compressed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = b"CK" + packer.compress(block) + packer.flush()
    sizes = struct.pack("<HH", len(packed), len(block))
    return _DATA.pack(_checksum(packed) ^ _checksum(sizes), len(packed), len(block)) + packed


def _checksum(content: bytes) -> int:
    """The exclusive or of all 32-bit words; the last bytes are a number with the first on top."""
    whole = len(content) & ~3
    words = struct.unpack(f"<{whole // 4}I", content[:whole])
    return reduce(xor, words, int.from_bytes(content[whole:], "big"))


# ---- signatures --------------------------------------------------------------------------------


def sign_cabinet(content: bytes, name: str, signer: Signer) -> bytes:
    """The cabinet with a signature; one that it has is replaced.

    Raises SigningError, and PackageError for what is no cabinet.
    """
    parts = read_layout(content, name)
    body = content[: parts.end] if parts.has_reserved else _with_reserved(content, name)
    made = bytearray(body)
    struct.pack_into("<IIIQ", made, _MARK_AT, _MARK, len(made), 0, 0)
    signature = sign(INDIRECT_DATA, indirect_data(digest(bytes(made), len(made))), signer)
    return _signed(bytes(made), signature)


def replace_signature(content: bytes, name: str, signature: bytes) -> bytes:
    """A signed cabinet with another signature over the same digest. Raises PackageError."""
    return _signed(without_signature(content, name), signature)


def _signed(body: bytes, signature: bytes) -> bytes:
    """A cabinet with a reserved part, and a signature behind it that fills up 8 bytes."""
    padded = signature + bytes(-len(signature) % 8)
    made = bytearray(body)
    struct.pack_into("<I", made, _MARK_AT + 8, len(padded))
    return bytes(made) + padded


def indirect_data(value: bytes) -> bytes:
    """The content of SpcIndirectDataContent for a cabinet's SHA-256 digest."""
    link = der.tagged(2, der.value(0x80, _OBSOLETE.encode("utf-16-be")))
    about = der.sequence(der.oid(CAB_DATA), link)
    return about + der.sequence(der.SHA256, der.octets(value))


def digest(content: bytes, end: int) -> bytes:
    """The SHA-256 digest of a cabinet with a reserved part that ends at ``end``."""
    return hashlib.sha256(content[:4] + content[8:34] + content[56:end]).digest()


def without_signature(content: bytes, name: str) -> bytes:
    """The cabinet with its reserved part, unsigned. Raises PackageError."""
    parts = read_layout(content, name)
    made = bytearray(content[: parts.end])
    if parts.has_reserved:
        struct.pack_into("<IIIQ", made, _MARK_AT, _MARK, len(made), 0, 0)
    return bytes(made)


def signature_in(content: bytes, name: str) -> bytes:
    """The signature of a cabinet, without what fills it up. Raises PackageError.

    All that no digest covers must be as `sign_cabinet` writes it.
    """
    parts = read_layout(content, name)
    if not parts.signature_size:
        raise PackageError(f"{name}: no signature")
    if struct.unpack_from("<I", content, 4)[0] or struct.unpack_from("<H", content, 34)[0]:
        raise PackageError(f"{name}: offset 0x4: reserved fields that are not zero")
    raw = content[parts.end :]
    try:
        size = read_der(memoryview(raw)).length
    except ValueError as error:
        raise PackageError(f"{name}: offset {parts.end:#x}: signature: {error}") from error
    if len(raw) - size >= 8 or raw[size:].strip(b"\0"):
        raise PackageError(f"{name}: offset {parts.end + size:#x}: bytes behind the signature")
    return raw[:size]


def read_layout(content: bytes, name: str) -> Cabinet:
    """Where the parts of a cabinet are. Raises PackageError with offset and field."""
    if len(content) < _HEADER.size or content[:4] != b"MSCF":
        raise PackageError(f"{name}: offset 0x0: no cabinet")
    size, flags = struct.unpack_from("<I", content, 8)[0], struct.unpack_from("<H", content, 30)[0]
    if flags & _OTHER_PARTS:
        raise PackageError(f"{name}: offset 0x1e: flags: one part of a cabinet of several")
    if not flags & _HAS_RESERVED:
        if size != len(content):
            raise PackageError(f"{name}: offset 0x8: cbCabinet: {size} of {len(content)} bytes")
        return Cabinet(size, 0, has_reserved=False)
    if len(content) < _SIGNED_START:
        raise PackageError(f"{name}: offset 0x24: cbCFHeader: the file ends")
    sizes = _RESERVED.unpack_from(content, _RESERVED_AT)
    (mark,) = struct.unpack_from("<I", content, _MARK_AT)
    if (*sizes[:3], mark, sizes[5]) != (20, 0, 0, _MARK, 0):
        raise PackageError(f"{name}: offset 0x24: abReserve: not that of a signature")
    place, length = sizes[3:5]
    if size != (place or size) or size + length != len(content) or size < _SIGNED_START:
        raise PackageError(
            f"{name}: offset 0x2c: abReserve: the signature is not behind the cabinet"
        )
    return Cabinet(size, length, has_reserved=True)


def _with_reserved(content: bytes, name: str) -> bytes:
    """A cabinet with a reserved part behind its header: what follows moves. Raises PackageError."""
    made = bytearray(content)
    folders, _, flags = struct.unpack_from("<HHH", content, 26)
    if _HEADER.size + folders * _FOLDER.size > len(content):
        raise PackageError(f"{name}: offset 0x1a: cFolders: {folders} folders do not fit")
    places = [8, 16, *(_HEADER.size + number * _FOLDER.size for number in range(folders))]
    for place in places:
        moved = struct.unpack_from("<I", content, place)[0] + _RESERVED.size
        if moved > 0xFFFFFFFF:
            raise PackageError(f"{name}: offset {place:#x}: {moved} is too large")
        struct.pack_into("<I", made, place, moved)
    struct.pack_into("<H", made, 30, flags | _HAS_RESERVED)
    reserved = bytearray(_RESERVED.pack(20, 0, 0, 0, 0, 0))
    struct.pack_into("<I", reserved, _MARK_AT - _RESERVED_AT, _MARK)
    made[_RESERVED_AT:_RESERVED_AT] = reserved
    return bytes(made)
