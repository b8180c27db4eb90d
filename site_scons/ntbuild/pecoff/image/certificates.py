"""The attribute certificate table, and the digest that an Authenticode signature holds.

Which bytes were signed is read here: a few steps into PKCS #7 and a hash. Who signed them needs
public keys and is not.

Sources: PE Format, "The Attribute Certificate Table" and "Certificate Data"; Microsoft "Windows
Authenticode Portable Executable Signature Format"; ITU-T X.690 for DER.
"""

from collections.abc import Iterator
from struct import Struct
from typing import TYPE_CHECKING, Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.errors import FormatError
from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from .view import ImageView

WIN_CERT_REVISION_2_0: Final = 0x0200
WIN_CERT_TYPE_PKCS_SIGNED_DATA: Final = 0x0002
_HEADER: Final = Struct("<IHH")
_LIMIT: Final = 64
_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
_INDIRECT_DATA: Final = bytes.fromhex("2b060104018237020104")
DIGESTS: Final = {
    bytes.fromhex("2a864886f70d0205"): "md5",
    bytes.fromhex("2b0e03021a"): "sha1",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
"""Digest algorithms of Authenticode, weakest first, by the bytes of their object identifiers."""


@dataclass(frozen=True, slots=True)
class AttributeCertificate:
    """WIN_CERTIFICATE at file ``offset``; the content is ``size`` bytes from ``offset + 8``."""

    offset: int
    dwLength: int  # noqa: N815 - the names are winnt.h's
    wRevision: int  # noqa: N815
    wCertificateType: int  # noqa: N815

    @property
    def size(self) -> int:
        """Bytes of the content, padding included."""
        return max(self.dwLength - _HEADER.size, 0)


@dataclass(frozen=True, slots=True)
class CertificateTable:
    """The entries of the certificate table, and what stopped the walk through them, if anything."""

    entries: tuple[AttributeCertificate, ...] = ()
    fault: FormatError | None = None


def certificate_table(image: "ImageView") -> CertificateTable:
    """All entries of the attribute certificate table; its address is a file offset."""
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.SECURITY)
    at, end = directory.VirtualAddress, directory.VirtualAddress + directory.Size
    found: list[AttributeCertificate] = []
    if not directory.Size:
        return CertificateTable()
    if end > len(image.data):
        return CertificateTable(
            (), image.fault(at, "AttributeCertificate Table", "not in the file")
        )
    while at < end and len(found) < _LIMIT:
        if at + _HEADER.size > end:
            message = f"{end - at} bytes after the last entry"
            return CertificateTable(
                tuple(found), image.fault(at, "AttributeCertificate Table", message)
            )
        entry = AttributeCertificate(at, *_HEADER.unpack_from(image.data, at))
        if entry.dwLength < _HEADER.size or at + entry.dwLength > end:
            message = f"{entry.dwLength:#x} with {end - at:#x} bytes left in the table"
            return CertificateTable(tuple(found), image.fault(at, "dwLength", message))
        found.append(entry)
        at += (entry.dwLength + 7) & -8  # entries begin at multiples of 8; dwLength may not be one
    return CertificateTable(tuple(found))


@dataclass(frozen=True, slots=True)
class Der:
    """One DER value: its tag byte, its content, and its length with tag and length bytes."""

    tag: int
    content: memoryview
    length: int

    def children(self) -> Iterator["Der"]:
        """The values inside; ValueError when they do not fill it."""
        at = 0
        while at < len(self.content):
            child = der(self.content[at:])
            yield child
            at += child.length

    def child(self, *path: int) -> "Der":
        """The value found by going down by positions; ValueError when there is none."""
        node = self
        for position in path:
            for index, each in enumerate(node.children()):
                if index == position:
                    node = each
                    break
            else:
                raise ValueError(f"no value {position} in a sequence")
        return node


def der(raw: memoryview) -> Der:
    """The DER value that bytes begin with; ValueError when they begin with none."""
    if len(raw) < 2 or raw[0] & 0x1F == 0x1F:
        raise ValueError("not a DER value")
    # One byte of length below 128; else the low bits say how many bytes of length follow.
    size, head = raw[1], 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4 or len(raw) < 2 + count:
            raise ValueError("a DER length of no or too many bytes")
        size, head = int.from_bytes(raw[2 : 2 + count], "big"), 2 + count
    if head + size > len(raw):
        raise ValueError("a DER value longer than what holds it")
    return Der(raw[0], raw[head : head + size], head + size)


def signed_digest(content: memoryview) -> tuple[str, bytes]:
    """Algorithm and digest that a PKCS #7 signature names for an image.

    Raises ValueError, also for an algorithm that is not in ``DIGESTS``.
    """
    # ContentInfo, SignedData, encapContentInfo, SpcIndirectDataContent, DigestInfo.
    outer = der(content)
    if bytes(outer.child(0).content) != _SIGNED_DATA:
        raise ValueError("not PKCS #7 signed data")
    signed = outer.child(1, 0)
    inner = signed.child(2)
    if bytes(inner.child(0).content) != _INDIRECT_DATA:
        raise ValueError("no digest of an image in the signed data")
    info = inner.child(1, 0, 1)
    algorithm = bytes(info.child(0, 0).content)
    if algorithm not in DIGESTS:
        raise ValueError(f"unknown digest algorithm {algorithm.hex()}")
    return DIGESTS[algorithm], bytes(info.child(1).content)


def authenticode_digest(image: "ImageView", algorithm: str) -> bytes:
    """The digest of an image without its checksum, certificate directory and certificates.

    Sections are taken in the order of the file, which is that of the specification for every
    image whose raw data is in order.
    """
    import hashlib  # noqa: PLC0415 - loads OpenSSL, which no unsigned image should pay for

    entry = image.directory_offset(IMAGE_DIRECTORY_ENTRY.SECURITY)
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.SECURITY)
    checksum = image.field_offset("CheckSum")
    start = directory.VirtualAddress if directory.Size else len(image.data)
    # Signing changes these three only: the checksum, the directory entry, the table itself.
    state = hashlib.new(algorithm, usedforsecurity=False)
    state.update(image.data[:checksum])
    state.update(image.data[checksum + 4 : entry])
    state.update(image.data[entry + 8 : start])
    if directory.Size:
        state.update(image.data[start + directory.Size :])
    else:
        # Before it appends a signature, a signer fills the file up to a multiple of 8.
        state.update(bytes(-len(image.data) % 8))
    return state.digest()
