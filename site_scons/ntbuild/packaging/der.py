"""DER: the encoding of signatures and catalogs (ITU-T X.690), as functions from values to bytes.

    sequence(oid("1.3.6.1.4.1.311.2.1.12"), set_of([sequence()]))

Only writing is here; ``pecoff.image.signed_data`` reads. The package cryptography has an encoder
for declared classes, but none for BMPString, which catalogs are full of, nor for a SET of values
that are already encoded.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Final

NULL: Final = b"\x05\x00"


def value(tag: int, *parts: bytes) -> bytes:
    """A value of a tag byte; the content is the parts one after the other."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    width = (size.bit_length() + 7) // 8
    return bytes((tag, 0x80 | width)) + size.to_bytes(width, "big") + content


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of encoded values."""
    return value(0x30, *parts)


def set_of(parts: Iterable[bytes]) -> bytes:
    """SET OF encoded values, sorted as DER has it (X.690, 11.6)."""
    return value(0x31, *sorted(parts))


def tagged(number: int, *parts: bytes) -> bytes:
    """Encoded values in an explicit tag: ``[number]``."""
    return value(0xA0 | number, *parts)


def octets(content: bytes) -> bytes:
    """OCTET STRING."""
    return value(0x04, content)


def integer(number: int) -> bytes:
    """INTEGER that is not negative."""
    return value(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def utf8(text: str) -> bytes:
    """UTF8String."""
    return value(0x0C, text.encode())


def bmp(text: str) -> bytes:
    """BMPString: UTF-16, big-endian."""
    return value(0x1E, text.encode("utf-16-be"))


def utc_time(time: datetime) -> bytes:
    """UTCTime to the second; of a year from 1950 to 2049."""
    return value(0x17, f"{time.astimezone(UTC):%y%m%d%H%M%SZ}".encode())


@cache
def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER of its dotted form."""
    first, second, *rest = map(int, dotted.split("."))
    content = b""
    for arc in (40 * first + second, *rest):
        groups = [
            arc & 0x7F
        ]  # seven bits a byte, last byte first; all but the last have the top bit
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        content += bytes(reversed(groups))
    return value(0x06, content)


def algorithm(dotted: str, parameters: bytes = NULL) -> bytes:
    """AlgorithmIdentifier (RFC 5280, 4.1.1.2)."""
    return sequence(oid(dotted), parameters)


SHA256: Final = algorithm("2.16.840.1.101.3.4.2.1")
