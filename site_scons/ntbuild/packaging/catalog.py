"""Catalog files (.cat): the digests of a package's files, and what is said of the package.

A catalog is a certificate trust list (CTL) of version 2 in signed data. A member is named by its
SHA-256: of a PE image the Authenticode digest, which a signature does not change, of any other file
that of its bytes. Each member has the attributes ``File`` and ``OSAttr``, an image on request the
hashes of its pages; the catalog has ``OS`` and one ``HWIDn`` for each hardware ID, in lower case.
Members are sorted by digest.

The bytes are a function of the values; the list's identifier, a random number with Windows' own
tools, is a hash of the rest.

Limits: no SHA-1 members, which Windows 7 and older look for; what a reader of such a catalog makes
of ours was not tried there.

Sources: "Catalog Files" and "MakeCat" (Windows documentation) for the attributes; [MS-CAESO] and
wincrypt.h's documentation for the CTL; the encoding is that of catalogs which the Hardware Dev
Center returns (measured).
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from ntbuild.pecoff.image.certificates import Der, authenticode_digest
from ntbuild.pecoff.image.certificates import der as read_der
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.image.page_hashes import signed_page_hashes
from ntbuild.pecoff.image.signed_data import INDIRECT_DATA, identifier, sequence, signed_data
from ntbuild.support.values import dataclass

from . import der
from .image_signature import indirect_data, page_table

TRUST_LIST: Final = "1.3.6.1.4.1.311.10.1"
_CATALOG_LIST: Final = "1.3.6.1.4.1.311.12.1.1"
_MEMBERS_SHA256: Final = "1.3.6.1.4.1.311.12.1.3"
_NAME_VALUE: Final = "1.3.6.1.4.1.311.12.2.1"
_MEMBER_INFO: Final = "1.3.6.1.4.1.311.12.2.3"
_PE_IMAGE: Final = "1.3.6.1.4.1.311.2.1.15"
_FLAT: Final = "1.3.6.1.4.1.311.2.1.25"
_FLAGS: Final = 0x10010001
"""Attributes are authenticated, named in text and not replaced (CRYPTCAT_ATTR flags)."""
_NO_FILE: Final = der.tagged(2, der.value(0x80))
_IMAGE_DATA: Final = der.sequence(der.value(0x03, b"\0"), der.tagged(0, _NO_FILE))
_KINDS: Final = {
    True: (der.sequence(der.oid(_PE_IMAGE), _IMAGE_DATA), der.value(0x80)),
    False: (der.sequence(der.oid(_FLAT), _NO_FILE), der.value(0x82)),
}
"""What a member says of its file, image or not: SpcAttributeTypeAndOptionalValue, member info."""
_MEMBER_LIMIT: Final = 100_000
WINDOWS_10: Final = "2:10.0"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a catalog."""

    name: str
    """The file's name, without folders."""
    digest: bytes
    """SHA-256, or SHA-1 where a catalog that is read has it."""
    is_image: bool
    """Whether the digest is that of Authenticode."""
    os_attribute: str = WINDOWS_10
    pages: bytes = b""
    """Of an image: file offset (32 bits) and SHA-256 of each page; empty for none."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The content of a catalog."""

    members: tuple[Member, ...]
    attributes: tuple[tuple[str, str], ...]
    """Name and value of what is said of all members: ``OS``, ``HWID1`` ..."""


def member(name: str, content: bytes, *, with_page_hashes: bool = False) -> Member:
    """The member of a file's name and bytes. Raises ValueError for a damaged image."""
    if is_image(content):
        image = Image(content, name)
        digest = authenticode_digest(image, "sha256")
        pages = page_table(image) if with_page_hashes else b""
        return Member(name, digest, is_image=True, pages=pages)
    return Member(name, hashlib.sha256(content).digest(), is_image=False)


def is_image(content: bytes) -> bool:
    """Whether a file's member is by the digest of Authenticode."""
    return content[:2] == b"MZ" and len(content) >= 0x40 and _pe_offset(content) is not None


def _pe_offset(content: bytes) -> int | None:
    """Where the PE header is; None for a file that begins like a program and is no PE image."""
    at = int.from_bytes(content[0x3C:0x40], "little")
    return at if content[at : at + 4] == b"PE\0\0" else None


def hardware_attributes(
    systems: Sequence[str], hardware_ids: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """The attributes of a driver's catalog: ``OS`` names systems as ``_v100_X64``, then HWIDs."""
    ids = dict.fromkeys(each.lower() for each in hardware_ids)
    numbered = ((f"HWID{number}", each) for number, each in enumerate(ids, 1))
    return (*([("OS", ",".join(systems))] if systems else []), *numbered)


def write_catalog(catalog: Catalog, time: datetime) -> bytes:
    """The content of the trust list of a catalog, to be signed as of type ``TRUST_LIST``."""
    members = b"".join(_member(each) for each in sorted(catalog.members, key=lambda m: m.digest))
    extensions = b"".join(
        der.sequence(der.oid(_NAME_VALUE), der.octets(_name_value(name, text)))
        for name, text in catalog.attributes
    )
    tail = (
        der.utc_time(time),
        der.algorithm(_MEMBERS_SHA256),
        der.sequence(members),
        *([der.tagged(0, der.sequence(extensions))] if extensions else []),
    )
    identity = hashlib.sha256(b"".join(tail)).digest()[:16]
    return b"".join((der.sequence(der.oid(_CATALOG_LIST)), der.octets(identity), *tail))


def _member(each: Member) -> bytes:
    about, info = _KINDS[each.is_image]
    indirect = der.sequence(about, der.sequence(der.SHA256, der.octets(each.digest)))
    if each.pages:
        indirect = der.sequence(indirect_data(each.digest, each.pages))
    attributes = (
        (_NAME_VALUE, _name_value("File", each.name.lower())),
        (_NAME_VALUE, _name_value("OSAttr", each.os_attribute)),
        (_MEMBER_INFO, info),
        (INDIRECT_DATA, indirect),
    )
    return der.sequence(
        der.octets(each.digest),
        der.set_of(der.sequence(der.oid(kind), der.set_of([v])) for kind, v in attributes),
    )


def _name_value(name: str, text: str) -> bytes:
    """CatNameValue: a name, flags, and a text in UTF-16 that a NUL ends."""
    encoded = (text + "\0").encode("utf-16-le")
    return der.sequence(der.bmp(name), der.integer(_FLAGS), der.octets(encoded))


# ---- reading -----------------------------------------------------------------------------------


def signed_catalog(raw: bytes) -> Catalog:
    """The catalog of a .cat file's bytes; its signature is not looked at. Raises ValueError."""
    data = signed_data(raw)
    if data.content_type != TRUST_LIST:
        raise ValueError("the signed data is no trust list")
    return read_catalog(data.content)


def read_catalog(content: bytes) -> Catalog:
    """The catalog of a trust list's content, as signed data has it. Raises ValueError."""
    parts = [node for _, node in _all(memoryview(content))]
    if not parts or identifier(sequence(parts[0], 1)[0][1]) != _CATALOG_LIST:
        raise ValueError("no list of catalog members")
    # usage, identifier, time, algorithm, members; extensions in [0] may follow.
    if len(parts) < 5:
        raise ValueError(f"{len(parts)} values in a trust list of 5 or more")
    members = tuple(_read_member(node) for _, node in _all(parts[4].content))
    attributes: list[tuple[str, str]] = []
    for part in parts[5:]:
        if part.tag == 0xA0:
            for _, each in _all(read_der(part.content).content):
                kind, value = sequence(each, 2)[:2]
                if identifier(kind[1]) == _NAME_VALUE:
                    attributes.append(_read_name_value(bytes(value[1].content)))
    return Catalog(members, tuple(attributes))


def _all(content: memoryview) -> "list[tuple[int, Der]]":
    """All values in a value with their offsets. Raises ValueError, also for too many."""
    found: list[tuple[int, Der]] = []
    at = 0
    while at < len(content):
        node = read_der(content[at:])
        if len(found) == _MEMBER_LIMIT:
            raise ValueError(f"more than {_MEMBER_LIMIT} values in one")
        found.append((at, node))
        at += node.length
    return found


def _read_member(node: Der) -> Member:
    (_, name), (_, attributes) = sequence(node, 2)[:2]
    digest = bytes(name.content)
    texts: dict[str, str] = {}
    is_image = False
    pages = b""
    for _, each in _all(attributes.content):
        kind, values = sequence(each, 2)[:2]
        what, content = identifier(kind[1]), values[1].content
        if what == _NAME_VALUE:
            label, text = _read_name_value(bytes(content))
            texts[label] = text
        elif what == INDIRECT_DATA:
            about = sequence(sequence(read_der(content), 2)[0][1], 1)
            is_image = identifier(about[0][1]) == _PE_IMAGE
            pages = _read_pages(bytes(read_der(content).content)) if is_image else b""
    return Member(texts.get("File", ""), digest, is_image, texts.get("OSAttr", ""), pages)


def _read_pages(indirect: bytes) -> bytes:
    """The table of page hashes in SpcIndirectDataContent; empty for none."""
    found = signed_page_hashes(indirect)
    if found is None:
        return b""
    return b"".join(offset.to_bytes(4, "little") + value for offset, value in found.pages)


def _read_name_value(raw: bytes) -> tuple[str, str]:
    (_, name), _, (_, text) = sequence(read_der(memoryview(raw)), 3)[:3]
    try:
        label = bytes(name.content).decode("utf-16-be")
        return label, bytes(text.content).decode("utf-16-le").rstrip("\0")
    except UnicodeDecodeError as error:
        raise ValueError("an attribute of a catalog is not UTF-16") from error
