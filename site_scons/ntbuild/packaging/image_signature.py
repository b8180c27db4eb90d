"""An Authenticode signature in an image: what is signed, and where it is put.

A signature of an image is over SpcIndirectDataContent: the image's digest, and on request the
hashes of its pages. It is appended to the file as the one entry of the certificate table, which
begins at a multiple of 8 bytes; then the checksum is right again. All other bytes are as before.

Sources: PE Format, "The Attribute Certificate Table"; Microsoft "Windows Authenticode Portable
Executable Signature Format".
"""

import struct
from typing import Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.certificates import (
    WIN_CERT_REVISION_2_0,
    WIN_CERT_TYPE_PKCS_SIGNED_DATA,
    authenticode_digest,
)
from ntbuild.pecoff.image.certificates import der as read_der
from ntbuild.pecoff.image.checksum import checksum
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.image.page_hashes import CLASS, page_hashes
from ntbuild.pecoff.image.signed_data import INDIRECT_DATA

from . import der
from .errors import PackageError
from .signed_data import Signer, sign

_PE_IMAGE_DATA: Final = "1.3.6.1.4.1.311.2.1.15"
_PAGE_HASHES_SHA256: Final = "1.3.6.1.4.1.311.2.3.2"
_OBSOLETE: Final = "<<<Obsolete>>>"
"""The file name that signtool writes where there are no page hashes."""


def sign_image(
    content: bytes, name: str, signer: Signer, *, with_page_hashes: bool = False
) -> bytes:
    """The image with a signature and the right checksum; a signature that it has is replaced.

    Raises SigningError, and PackageError for what is no image, or has bytes behind its sections.
    """
    image = _unsigned(content, name)
    try:
        digest = authenticode_digest(image, "sha256")
        table = page_table(image) if with_page_hashes else None
    except ValueError as error:
        raise PackageError(f"{name}: {error}") from error
    signature = sign(INDIRECT_DATA, indirect_data(digest, table), signer)
    return embed(bytes(image.data), name, signature)


def indirect_data(digest: bytes, pages: bytes | None = None) -> bytes:
    """The content of SpcIndirectDataContent for an image's SHA-256 digest and page hashes."""
    if pages is None:
        link = der.tagged(2, der.value(0x80, _OBSOLETE.encode("utf-16-be")))
    else:
        kind = der.sequence(der.oid(_PAGE_HASHES_SHA256), der.set_of([der.octets(pages)]))
        link = der.tagged(1, der.octets(CLASS), der.octets(der.set_of([kind])))
    data = der.sequence(der.value(0x03, b"\0"), der.tagged(0, link))
    return der.sequence(der.oid(_PE_IMAGE_DATA), data) + der.sequence(
        der.SHA256, der.octets(digest)
    )


def embed(unsigned: bytes, name: str, signature: bytes) -> bytes:
    """An image without certificate table with a signature as its only entry."""
    padded = unsigned + bytes(-len(unsigned) % 8)
    entry = signature + bytes(-len(signature) % 8)
    header = struct.pack(
        "<IHH", 8 + len(entry), WIN_CERT_REVISION_2_0, WIN_CERT_TYPE_PKCS_SIGNED_DATA
    )
    made = bytearray(padded + header + entry)
    image = Image(unsigned, name)
    directory = image.directory_offset(IMAGE_DIRECTORY_ENTRY.SECURITY)
    struct.pack_into("<II", made, directory, len(padded), 8 + len(entry))
    field = image.field_offset("CheckSum")
    struct.pack_into("<I", made, field, checksum(memoryview(made), field))
    return bytes(made)


def signature_in(content: bytes, name: str) -> bytes:
    """The one signature of an image, without what fills its entry up. Raises PackageError."""
    try:
        entries = Image(content, name).certificates.entries
        if len(entries) != 1:
            raise PackageError(f"{name}: {len(entries)} signatures, not one")
        entry = entries[0]
        raw = memoryview(content)[entry.offset + 8 : entry.offset + 8 + entry.size]
        return bytes(raw[: read_der(raw).length])
    except ValueError as error:
        raise PackageError(f"{name}: {error}") from error


def replace_signature(content: bytes, name: str, signature: bytes) -> bytes:
    """An image with another signature over the same digest. Raises PackageError."""
    return embed(bytes(_unsigned(content, name).data), name, signature)


def without_signature(content: bytes, name: str) -> bytes:
    """The image before it was signed, with the right checksum. Raises PackageError.

    What filled the image up to a multiple of 8 bytes is not known any more; images that a linker
    made have such a size.
    """
    image = _unsigned(content, name)
    made = bytearray(image.data)
    field = image.field_offset("CheckSum")
    struct.pack_into("<I", made, field, checksum(memoryview(made), field))
    return bytes(made)


def _unsigned(content: bytes, name: str) -> Image:
    """The image without a certificate table. Raises PackageError."""
    try:
        image = Image(content, name)
        directory = image.directory(IMAGE_DIRECTORY_ENTRY.SECURITY)
        place = image.directory_offset(IMAGE_DIRECTORY_ENTRY.SECURITY)
        end = max((s.PointerToRawData + s.SizeOfRawData for s in image.sections), default=0)
    except FormatError as error:
        raise PackageError(str(error)) from error
    start = directory.VirtualAddress if directory.Size else len(content)
    if directory.Size and start + directory.Size != len(content):
        raise PackageError(f"{name}: the certificate table does not end at the end of the file")
    rest = content[end:start]
    if end > start or rest.strip(b"\0") or (directory.Size and len(rest) >= 8):
        raise PackageError(f"{name}: bytes behind the last section would be signed unseen")
    if not directory.Size:
        return image
    cut = bytearray(content[:end])
    struct.pack_into("<II", cut, place, 0, 0)
    return Image(bytes(cut), name)


def page_table(image: Image) -> bytes:
    """File offset (32 bits) and SHA-256 of each page. Raises ValueError."""
    rows = page_hashes(image, "sha256")
    return b"".join(offset.to_bytes(4, "little") + value for offset, value in rows)
