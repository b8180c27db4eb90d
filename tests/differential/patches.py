"""The effect of a relocation on one field: the oracle that both linkers are compared with.

Written from the specification and the instruction encodings, apart from pelink's tables: whole
instructions are taken apart into their fields and put together again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from struct import pack, unpack


@dataclass(frozen=True)
class Spot:
    """Where a relocation stands and what it is about; RVAs but for ``base``.

    ``code``: the target is Thumb code, whose addresses are odd.
    """

    place: int
    target: int
    base: int
    section_start: int
    section_number: int
    code: bool = False

    @property
    def odd_target(self) -> int:
        return self.target | self.code


Patch = Callable[[bytes, Spot], bytes]


class OutOfRangeError(Exception):
    """The value does not fit its field."""


def _signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _field(value: int, bits: int) -> int:
    if _signed(value, bits) != value:
        raise OutOfRangeError(value)
    return value & ((1 << bits) - 1)


def _plus(width: int, value: Callable[[Spot], int]) -> tuple[int, Patch]:
    """A little-endian field of ``width`` bytes to which a value is added, modulo its size."""

    def patch(field: bytes, spot: Spot) -> bytes:
        total = int.from_bytes(field, "little") + value(spot)
        return (total & ((1 << 8 * width) - 1)).to_bytes(width, "little")

    return width, patch


def _distance(bias: int) -> tuple[int, Patch]:
    return _plus(4, lambda spot: spot.odd_target - spot.place - bias)


def _low7(field: bytes, spot: Spot) -> bytes:
    total = (field[0] & 0x7F) + spot.target - spot.section_start
    if not 0 <= total < 128:
        raise OutOfRangeError(total)
    return bytes([field[0] & 0x80 | total])


ADDRESS64 = _plus(8, lambda spot: spot.target + spot.base)
ADDRESS32 = _plus(4, lambda spot: spot.odd_target + spot.base)
RVA = _plus(4, lambda spot: spot.odd_target)
SECTION = _plus(2, lambda spot: spot.section_number)
SECREL = _plus(4, lambda spot: spot.target - spot.section_start)
SECREL7 = (1, _low7)
NOTHING = (0, lambda field, _spot: field)


# --- arm64 ---------------------------------------------------------------------------------------


def _word(patch: Callable[[int, Spot], int]) -> tuple[int, Patch]:
    return 4, lambda field, spot: pack("<I", patch(unpack("<I", field)[0], spot))


def _adr(page: int) -> tuple[int, Patch]:
    def patch(word: int, spot: Spot) -> int:
        addend = _signed((word >> 5 & 0x7FFFF) << 2 | word >> 29 & 3, 21)
        to, of = spot.target + addend, spot.place
        distance = (to // page) - (of // page)
        value = _field(distance, 21)
        return word & 0x9F00001F | (value & 3) << 29 | value >> 2 << 5

    return _word(patch)


def _add12(value: Callable[[Spot, int], int]) -> tuple[int, Patch]:
    def patch(word: int, spot: Spot) -> int:
        addend = word >> 10 & 0xFFF
        return word & ~(0xFFF << 10) & 0xFFFFFFFF | (value(spot, addend) & 0xFFF) << 10

    return _word(patch)


def _access_size(word: int) -> int:
    """Log2 of the bytes that a load or store with an unsigned offset touches."""
    is_vector, opc = word >> 26 & 1, word >> 22 & 3
    return 4 if is_vector and opc >= 2 else word >> 30


def _load12(value: Callable[[Spot], int]) -> tuple[int, Patch]:
    def patch(word: int, spot: Spot) -> int:
        size = _access_size(word)
        offset = ((word >> 10 & 0xFFF) << size) + value(spot) & 0xFFF
        if offset % (1 << size):
            raise OutOfRangeError(offset)
        return word & ~(0xFFF << 10) & 0xFFFFFFFF | (offset >> size & 0xFFF) << 10

    return _word(patch)


def _branch(bits: int, shift: int) -> tuple[int, Patch]:
    def patch(word: int, spot: Spot) -> int:
        mask = (1 << bits) - 1
        distance = spot.target - spot.place + 4 * _signed(word >> shift, bits)
        return word & ~(mask << shift) & 0xFFFFFFFF | _field(distance // 4, bits) << shift

    return _word(patch)


# --- arm -----------------------------------------------------------------------------------------


def _halves(patch: Callable[[list[int], Spot], None], count: int) -> tuple[int, Patch]:
    def apply(field: bytes, spot: Spot) -> bytes:
        halves = list(unpack(f"<{count}H", field))
        patch(halves, spot)
        return pack(f"<{count}H", *halves)

    return 2 * count, apply


def _get16(first: int, second: int) -> int:
    text = f"{first & 15:04b}{first >> 10 & 1:01b}{second >> 12 & 7:03b}{second & 255:08b}"
    return int(text, 2)


def _put16(first: int, second: int, value: int) -> tuple[int, int]:
    text = f"{value & 0xFFFF:016b}"
    return (
        first & ~0x040F | int(text[:4], 2) | int(text[4], 2) << 10,
        second & ~0x70FF | int(text[5:8], 2) << 12 | int(text[8:], 2),
    )


def _move32(halves: list[int], spot: Spot) -> None:
    value = _get16(*halves[:2]) | _get16(*halves[2:]) << 16
    value += spot.odd_target + spot.base
    halves[:2] = _put16(*halves[:2], value)
    halves[2:] = _put16(*halves[2:], value >> 16)


def _branch24(halves: list[int], spot: Spot) -> None:
    value = _field((spot.target & ~1) - spot.place - 4, 25)
    sign, i1, i2 = value >> 24, value >> 23 & 1, value >> 22 & 1
    halves[0] = halves[0] & 0xF800 | sign << 10 | value >> 12 & 0x3FF
    halves[1] = (
        halves[1] & 0xD000 | (1 - (i1 ^ sign)) << 13 | (1 - (i2 ^ sign)) << 11 | value >> 1 & 0x7FF
    )


def _branch20(halves: list[int], spot: Spot) -> None:
    value = _field((spot.target & ~1) - spot.place - 4, 21)
    halves[0] = halves[0] & 0xFBC0 | value >> 20 << 10 | value >> 12 & 0x3F
    halves[1] = (
        halves[1] & 0xD000 | (value >> 18 & 1) << 13 | (value >> 19 & 1) << 11 | value >> 1 & 0x7FF
    )


def _short_distance(field: bytes, spot: Spot) -> bytes:
    value = unpack("<h", field)[0] + spot.target - spot.place - 2
    return pack("<H", _field(value, 16))


def _short_address(field: bytes, spot: Spot) -> bytes:
    value = unpack("<H", field)[0] + spot.target + spot.base
    if not 0 <= value <= 0xFFFF:
        raise OutOfRangeError(value)
    return pack("<H", value)


PATCHES: dict[str, dict[int, tuple[int, Patch]]] = {
    "x64": {
        0x00: NOTHING,
        0x01: ADDRESS64,
        0x02: ADDRESS32,
        0x03: RVA,
        0x04: _distance(4),
        0x05: _distance(5),
        0x06: _distance(6),
        0x07: _distance(7),
        0x08: _distance(8),
        0x09: _distance(9),
        0x0A: SECTION,
        0x0B: SECREL,
        0x0C: SECREL7,
    },
    "x86": {
        0x00: NOTHING,
        0x01: (2, _short_address),
        0x02: (2, _short_distance),
        0x06: ADDRESS32,
        0x07: RVA,
        0x0A: SECTION,
        0x0B: SECREL,
        0x0D: SECREL7,
        0x14: _distance(4),
    },
    "arm64": {
        0x00: NOTHING,
        0x01: ADDRESS32,
        0x02: RVA,
        0x03: _branch(26, 0),
        0x04: _adr(0x1000),
        0x05: _adr(1),
        0x06: _add12(lambda spot, addend: spot.target + addend),
        0x07: _load12(lambda spot: spot.target),
        0x08: SECREL,
        0x09: _add12(lambda spot, addend: spot.target - spot.section_start + addend),
        0x0A: _add12(lambda spot, addend: spot.target - spot.section_start + addend >> 12),
        0x0B: _load12(lambda spot: spot.target - spot.section_start),
        0x0D: SECTION,
        0x0E: ADDRESS64,
        0x0F: _branch(19, 5),
        0x10: _branch(14, 5),
        0x11: _distance(4),
    },
    "arm": {
        0x00: NOTHING,
        0x01: ADDRESS32,
        0x02: RVA,
        0x0A: _distance(4),
        0x0E: SECTION,
        0x0F: SECREL,
        0x11: _halves(_move32, 4),
        0x12: _halves(_branch20, 2),
        0x14: _halves(_branch24, 2),
        0x15: _halves(_branch24, 2),
    },
}
"""Width of the field and what is done to it, by machine and type."""
