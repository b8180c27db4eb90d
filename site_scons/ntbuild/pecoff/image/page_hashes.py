"""Page hashes of an image: those that a signature carries, and those computed from the image.

A signature carries them in SpcPeImageData's link, as a serialized object where a file name could
stand. The table has for each page its file offset (32 bits) and its hash: first the headers, then
the pages of each section, filled up with zeros, and last the end of the image with a hash of zeros.

Sources: Microsoft "Windows Authenticode Portable Executable Signature Format" for the link; the
table's layout is not specified and is that of signtool and osslsigncode.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.support.values import dataclass

from .certificates import der
from .signed_data import identifier, sequence

if TYPE_CHECKING:
    from .view import ImageView

CLASS: Final = bytes.fromhex("a6b586d5b4a12466ae05a217da8e60d6")
VERSIONS: Final = {"1.3.6.1.4.1.311.2.3.1": "sha1", "1.3.6.1.4.1.311.2.3.2": "sha256"}
_SIZES: Final = {"sha1": 20, "sha256": 32}
_LARGEST_PAGE: Final = 0x10000
_MOST_PADDING: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class PageHashes:
    """The page hashes that a signature carries."""

    algorithm: str
    """``sha1`` or ``sha256``."""
    pages: tuple[tuple[int, bytes], ...]
    """File offset and hash of each page."""


def signed_page_hashes(content: bytes) -> PageHashes | None:
    """The page hashes in the content of SpcIndirectDataContent; None when it has none.

    Raises ValueError for a table that cannot be read.
    """
    # SpcIndirectDataContent.data is an identifier and SpcPeImageData: flags and, as [0], the link.
    attribute = sequence(der(memoryview(content)), 1)
    if len(attribute) < 2:
        return None
    fields = sequence(attribute[1][1], 0)
    link = next((node for _, node in fields if node.tag == 0xA0), None)
    if link is None:
        return None
    # [1] is SpcSerializedObject: its class, and the serialized table.
    moniker = der(link.content)
    if moniker.tag != 0xA1:
        return None
    (_, kind), (_, data) = sequence(moniker, 2, 0xA1)[:2]
    if bytes(kind.content) != CLASS:
        return None
    return _table(data.content)


def _table(data: memoryview) -> PageHashes:
    pair = sequence(sequence(der(data), 1, 0x31)[0][1], 2)
    version = identifier(pair[0][1])
    if version not in VERSIONS:
        raise ValueError(f"page hashes of an unknown kind {version}")
    algorithm = VERSIONS[version]
    raw = bytes(sequence(pair[1][1], 1, 0x31)[0][1].content)
    # One entry a page: its file offset, then its hash.
    step = 4 + _SIZES[algorithm]
    if not raw or len(raw) % step:
        raise ValueError(f"page hashes of {len(raw)} bytes, not a multiple of {step}")
    return PageHashes(
        algorithm,
        tuple(
            (int.from_bytes(raw[at : at + 4], "little"), raw[at + 4 : at + step])
            for at in range(0, len(raw), step)
        ),
    )


def page_hashes(image: "ImageView", algorithm: str) -> Iterator[tuple[int, bytes]]:
    """File offset and hash of each page, computed from the image.

    Raises ValueError where its sections do not fit in the file or its pages have an odd size.
    """
    import hashlib  # noqa: PLC0415 - loads OpenSSL, which no unsigned image should pay for

    page = image.optional_header.SectionAlignment
    size = image.optional_header.SizeOfHeaders
    sections = [s for s in image.sections if s.SizeOfRawData]
    most = len(image.data)
    if max(size, sum(s.SizeOfRawData for s in sections)) > most:
        raise ValueError("the sections do not fit in the file")
    if not 0x200 <= page <= _LARGEST_PAGE or len(sections) * page > most + _MOST_PADDING:
        raise ValueError(f"{len(sections)} sections in pages of {page:#x} bytes are not hashed")
    checksum = image.field_offset("CheckSum")
    entry = image.directory_offset(IMAGE_DIRECTORY_ENTRY.SECURITY)
    data = image.data
    # What signing changes is left out of the first page: CheckSum and the certificate directory.
    parts = (data[:checksum], data[checksum + 4 : entry], data[entry + 8 : size])
    head = b"".join(map(bytes, parts)) + bytes(max(page - size, 0))
    yield 0, hashlib.new(algorithm, head, usedforsecurity=False).digest()
    end = size
    for section in sections:
        first, end = section.PointerToRawData, section.PointerToRawData + section.SizeOfRawData
        for at in range(first, end, page):
            content = bytes(data[at : min(at + page, end)]).ljust(page, b"\0")
            yield at, hashlib.new(algorithm, content, usedforsecurity=False).digest()
    yield end, bytes(_SIZES[algorithm])
