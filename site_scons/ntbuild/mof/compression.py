"""The compression of binary MOF: DoubleSpace's "DS", version 0.1.

A stream of bits, the lowest first. A piece is

| bits | what |
|---|---|
| 01, 7 bits | the byte 128 + value |
| 10, 7 bits | the byte value |
| 00, 6 bits | a copy from an offset below 64 |
| 11 0, 8 bits | from 64 and more |
| 11 1, 12 bits | from 320 and more; with all ones it is a mark, and no copy |

and a copy's length follows: z zeros, a one, z bits: 2**z + 1 and these bits' value. A mark stands
after each 512 bytes, which no copy crosses, and at the end.

Source: the documentation of Armin Wolf's libdeds; files in the field.
"""

from struct import pack, unpack_from
from typing import Final

_HEAD: Final = b"FOMB"
_STREAM: Final = b"DS\0\1"
_CHUNK: Final = 512
_MARK: Final = (0b111_1111_1111_1111, 15)
_FARTHEST: Final = 320 + 0xFFE
_SHORT_REACH: Final = 64
_MIDDLE_REACH: Final = 320
_TRIES: Final = 64


class CompressionError(ValueError):
    """The bytes are no compressed MOF."""


def compressed(content: bytes) -> bytes:
    """A file of binary MOF as mofcomp writes it, header included."""
    stream = _STREAM + _bits_of(content)
    return _HEAD + pack("<3I", 1, len(stream), len(content)) + stream


def _bits_of(content: bytes) -> bytes:
    places: dict[bytes, list[int]] = {}
    value, count, at = 0, 0, 0
    pieces: list[tuple[int, int]] = []
    while at < len(content):
        if at and at % _CHUNK == 0:
            pieces.append(_MARK)
        end = min(len(content), (at // _CHUNK + 1) * _CHUNK)
        offset, length = _longest(content, at, end, places)
        if length:
            pieces += [_offset(offset), _length(length)]
        else:
            byte, length = content[at], 1
            pieces.append(((byte & 127) << 2 | (1 if byte & 128 else 2), 9))
        for passed in range(at, at + length):
            places.setdefault(content[passed : passed + 3], []).append(passed)
        at += length
        if at % _CHUNK == 0 and at == len(content):
            pieces.append(_MARK)
    pieces.append(_MARK)
    for piece, bits in pieces:
        value |= piece << count
        count += bits
    return value.to_bytes((count + 15) // 16 * 2, "little")


def _longest(content: bytes, at: int, end: int, places: dict[bytes, list[int]]) -> tuple[int, int]:
    """Offset and length of the best copy of at least 3 bytes; (0, 0) without."""
    best = (0, 0)
    for place in reversed(places.get(content[at : at + 3], ())[-_TRIES:]):
        offset = at - place
        if offset > _FARTHEST:
            break
        length = 0
        while at + length < end and content[place + length] == content[at + length]:
            length += 1
        if length >= 3 and length > best[1]:
            best = (offset, length)
    return best


def _offset(offset: int) -> tuple[int, int]:
    if offset < _SHORT_REACH:
        return offset << 2, 8
    if offset < _MIDDLE_REACH:
        return (offset - _SHORT_REACH) << 3 | 0b011, 11
    return (offset - _MIDDLE_REACH) << 3 | 0b111, 15


def _length(length: int) -> tuple[int, int]:
    zeros = (length - 1).bit_length() - 1
    rest = length - 1 - (1 << zeros)
    return (rest << 1 | 1) << zeros, 2 * zeros + 1


def decompressed(content: bytes) -> bytes:
    """What `compressed` was given. Raises CompressionError."""
    if len(content) < 20 or content[:4] != _HEAD or content[16:20] != _STREAM:
        raise CompressionError("it does not begin with FOMB and DS")
    _, _, size = unpack_from("<3I", content, 4)
    bits = _Bits(content[20:])
    found = bytearray()
    while len(found) < size:
        kind = bits.take(2)
        if kind in (1, 2):
            found.append(bits.take(7) | (128 if kind == 1 else 0))
            continue
        if kind == 0:
            offset = bits.take(6)
        else:
            offset = bits.take(12) + _MIDDLE_REACH if bits.take(1) else bits.take(8) + _SHORT_REACH
        if offset > _FARTHEST:
            continue
        zeros = 0
        while not bits.take(1):
            zeros += 1
        length = (1 << zeros) + 1 + bits.take(zeros)
        if not 0 < offset <= len(found):
            raise CompressionError(f"at byte {len(found)} a copy begins before the first one")
        for _ in range(length):
            found.append(found[-offset])
    return bytes(found)


class _Bits:
    """A stream of bits, the lowest of each byte first."""

    def __init__(self, content: bytes) -> None:
        self.value = int.from_bytes(content, "little")
        self.left = 8 * len(content)

    def take(self, count: int) -> int:
        """The next bits. Raises CompressionError at the end."""
        self.left -= count
        if self.left < 0:
            raise CompressionError("it ends too early")
        found = self.value & ((1 << count) - 1)
        self.value >>= count
        return found
