"""Relocation functions at the ends of their fields: what fits last, and what does not fit first.

The oracle of the comparisons with lld-link says what a fitting one becomes.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from differential.patches import PATCHES, OutOfRangeError, Spot
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.machines import target_of
from ntbuild.pelink.machines.target import Places, wrapped

TYPES = [
    (machine, kind)
    for machine in MACHINES
    for kind, fixup in sorted(target_of(MACHINES[machine]).fixups.items())
    if fixup.width
]


def applied(machine: str, kind: int, field: bytes, spot: Spot) -> tuple[bytes, bool]:
    """The field after pelink's function, and whether it says that it overflowed."""
    image = np.frombuffer(bytes(16) + field + bytes(16), np.uint8).copy()
    one = np.ones(1, np.int64)
    places = Places(
        image,
        16 * one,
        spot.target * one,
        int(spot.code) * one,
        spot.place * one,
        wrapped(spot.base),
        np.zeros(1, np.int32),
        np.array([spot.section_number], np.int32),
        np.array([0] * spot.section_number + [spot.section_start]),
    )
    overflow = target_of(MACHINES[machine]).fixups[kind].apply(places)
    assert not image[:16].any()
    assert not image[16 + len(field) :].any()
    return image[16 : 16 + len(field)].tobytes(), overflow is not None and bool(overflow[0])


SPOT = Spot(
    place=0x40000, target=0x41000, base=0x140000000, section_start=0x41000, section_number=2
)


@pytest.mark.parametrize(
    ("machine", "kind", "field", "fits", "too_far"),
    [
        ("x64", 0x04, bytes(4), 0x40004 + 0x7FFFFFFF, 0x40004 + 0x80000000),
        ("x64", 0x09, bytes(4), 0x40009 + 0x7FFFFFFF, 0x40009 + 0x80000000),
        ("x64", 0x0C, b"\x80", 0x41000 + 0x7F, 0x41000 + 0x80),
        ("x86", 0x02, bytes(2), 0x40002 + 0x7FFF, 0x40002 + 0x8000),
        ("arm64", 0x03, bytes.fromhex("00000094"), 0x40000 + 0x7FFFFFC, 0x40000 + 0x8000000),
        ("arm64", 0x03, bytes.fromhex("00000094"), 0x40000, 0x40002),
        ("arm64", 0x0F, bytes.fromhex("00000054"), 0x40000 + 0xFFFFC, 0x40000 + 0x100000),
        ("arm64", 0x10, bytes.fromhex("00001836"), 0x40000 + 0x7FFC, 0x40000 + 0x8000),
        ("arm64", 0x05, bytes.fromhex("00000010"), 0x40000 + 0xFFFFF, 0x40000 + 0x100000),
        ("arm64", 0x04, bytes.fromhex("00000090"), 0x40000 + (0xFFFFF << 12), 0x40000 + (1 << 32)),
        ("arm64", 0x07, bytes.fromhex("000040f9"), 0x41FF8, 0x41FFC),
        ("arm64", 0x07, bytes.fromhex("0000c03d"), 0x41FF0, 0x41FF8),
        ("arm64", 0x0A, bytes.fromhex("00004091"), 0x41000 + 0xFFFFFF, 0x41000 + 0x1000000),
        ("arm", 0x14, bytes.fromhex("00f000d0"), 0x40004 + 0xFFFFFE, 0x40004 + 0x1000000),
        ("arm", 0x12, bytes.fromhex("00f00080"), 0x40004 + 0xFFFFE, 0x40004 + 0x100000),
    ],
)
def test_the_ends_of_a_field(machine, kind, field, fits, too_far):
    good = replace(SPOT, target=fits)
    assert applied(machine, kind, field, good) == (PATCHES[machine][kind][1](field, good), False)
    assert applied(machine, kind, field, replace(SPOT, target=too_far))[1]


@pytest.mark.parametrize(
    ("machine", "kind", "field", "too_far"),
    [
        ("x64", 0x04, bytes(4), 0x40004 - 0x80000001),
        ("arm64", 0x03, bytes.fromhex("00000094"), 0x40000 - 0x8000004),
        ("arm64", 0x10, bytes.fromhex("00001836"), 0x40000 - 0x8004),
        ("arm", 0x14, bytes.fromhex("00f000d0"), 0x40004 - 0x1000002),
        ("arm", 0x12, bytes.fromhex("00f00080"), 0x40004 - 0x100002),
    ],
)
def test_too_far_back(machine, kind, field, too_far):
    assert applied(machine, kind, field, replace(SPOT, target=too_far))[1]


@pytest.mark.parametrize(("machine", "kind"), [("x64", 10), ("x64", 11), ("x64", 12), ("arm64", 8)])
def test_what_is_in_no_section_has_no_offset_in_one(machine, kind):
    width = target_of(MACHINES[machine]).fixups[kind].width
    assert applied(machine, kind, bytes(width), replace(SPOT, section_number=0))[1]


@pytest.mark.parametrize(
    ("base", "field", "overflows"),
    [
        (0x10000000, 0, False),
        (0x10000000, 0xFFFFFFFB, False),
        (0xFFF00000, 0x0000_0010, False),
        (0xFFFC0000, 0, True),
        (0x140000000, 0, True),
        (0x140000000, 0xFFFFFFF8, True),
        (0xFFFFF80000000000, 0, True),
    ],
)
def test_a_32_bit_address_on_a_64_bit_machine(base, field, overflows):
    spot = replace(SPOT, base=base)
    for machine, kind in (("x64", 2), ("arm64", 1)):
        assert applied(machine, kind, field.to_bytes(4, "little"), spot)[1] is overflows


def test_addresses_of_32_bit_machines_wrap():
    spot = replace(SPOT, base=0xFFFC0000)
    for machine, kind in (("x86", 6), ("arm", 1)):
        assert applied(machine, kind, b"\xff\xff\xff\xff", spot) == (b"\xff\x0f\x00\x00", False)


@pytest.mark.parametrize("halves", ["40f20000c0f20001", "00bf00bf00bf00bf", "40f20000c0f20000"])
def test_mov32_wants_a_pair_of_movw_and_movt(halves):
    field = bytes.fromhex(halves)
    is_pair = field[:2] == b"\x40\xf2"
    assert applied("arm", 0x11, field, replace(SPOT, base=0x400000))[1] is not is_pair


@pytest.mark.parametrize("kind", [0x07, 0x0B])
def test_an_offset_past_the_page_of_its_symbol_is_one_in_the_next_page(kind):
    # adrp x8, name+0x108; ldr x8, [x8, name+0x108]: ADRP leads to the page after that of name.
    load = bytes.fromhex("088540f9")
    spot = replace(SPOT, target=0x41F90, section_start=0x41000)
    assert applied("arm64", kind, load, spot) == (bytes.fromhex("084d40f9"), False)


@settings(max_examples=300, deadline=None)
@given(
    which=st.sampled_from(TYPES),
    place=st.integers(0x1000, 1 << 24).map(lambda at: at & ~3),
    distance=st.integers(-0x3000, 0x3000).map(lambda by: by * 4),
    section_offset=st.integers(0, 0x7F),
    field=st.binary(min_size=8, max_size=8),
    base=st.sampled_from([0, 0x10000, 0x400000, 0x10000000]),
)
def test_any_field_becomes_what_the_oracle_says(
    which, place, distance, section_offset, field, base
):
    machine, kind = which
    width, patch = PATCHES[machine][kind]
    target = max(place + distance, 0x1000)
    spot = Spot(place, target, base, target - section_offset, 3)
    field = field[:width]
    if machine == "arm" and kind in (0x11, 0x12, 0x14, 0x15):
        field = {
            0x11: b"\x40\xf2\x00\x0c\xc0\xf2\x00\x0c",
            0x12: b"\x00\xf0\x00\x80",
            0x14: b"\x00\xf0\x00\xd0",
            0x15: b"\x00\xf0\x00\xe8",
        }[kind]
    found, overflow = applied(machine, kind, field, spot)
    try:
        wanted = patch(field, spot)
    except OutOfRangeError:
        assert overflow
    else:
        assert overflow or found == wanted
