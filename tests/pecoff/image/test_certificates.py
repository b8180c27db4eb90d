"""DER and signatures: what is not well formed is a ValueError, what is, is read."""

import hashlib

import pytest

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.certificates import authenticode_digest, der, signed_digest
from ntbuild.pecoff.image.image import Image
from pecheck.golden import MACHINES, golden
from pecheck.golden_parts import signature

DIGEST = hashlib.sha256(b"x").digest()


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x30", b"\x30\x05ab", b"\x30\x80", b"\x30\x85\1\1\1\1\1", b"\x30\x82\1", b"\x1f\1a"],
)
def test_what_is_no_der_is_a_value_error(raw):
    with pytest.raises(ValueError, match=r"DER"):
        der(memoryview(raw))


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 70000])
def test_lengths_of_one_to_three_bytes_are_read(size):
    width = (size.bit_length() + 7) // 8
    head = bytes((size,)) if size < 128 else bytes((0x80 | width,)) + size.to_bytes(width, "big")
    value = der(memoryview(b"\x04" + head + bytes(size) + b"rest"))
    assert len(value.content) == size
    assert value.length == 1 + len(head) + size


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_signature_names_its_digest(algorithm):
    content = memoryview(signature(DIGEST, algorithm))
    assert signed_digest(content) == (algorithm, DIGEST)
    with pytest.raises(ValueError, match=r"no value 9 in a sequence"):
        der(content).child(9)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2a864886f70d010702", "2a864886f70d010701", "not PKCS #7"),
        ("2b060104018237020104", "2b060104018237020105", "no digest of an image"),
        ("608648016503040201", "608648016503040209", "unknown digest algorithm"),
    ],
)
def test_other_contents_are_value_errors(old, new, message):
    content = signature(DIGEST, "sha256").replace(bytes.fromhex(old), bytes.fromhex(new))
    with pytest.raises(ValueError, match=message):
        signed_digest(memoryview(content))


@pytest.mark.parametrize("machine", MACHINES)
def test_signing_does_not_change_what_is_signed(machine):
    plain, signed = Image(golden(machine)), Image(golden(machine, signed="sha256"))
    assert authenticode_digest(plain, "sha256") == authenticode_digest(signed, "sha256")
    assert signed.certificates.fault is None
    (entry,) = signed.certificates.entries
    assert entry.offset == signed.directory(ENTRY.SECURITY).VirtualAddress


def test_every_flipped_byte_of_a_section_changes_the_digest():
    good = golden(signed="sha256")
    image = Image(good)
    before = authenticode_digest(image, "sha256")
    for at in range(image.sections[0].PointerToRawData, len(golden()), 61):
        spoiled = bytearray(good)
        spoiled[at] ^= 0x40
        assert authenticode_digest(Image(spoiled), "sha256") != before, at


def test_checksum_and_directory_are_left_out_of_the_digest():
    good = bytearray(golden(signed="sha256"))
    image = Image(bytes(good))
    before = authenticode_digest(image, "sha256")
    at = image.field_offset("CheckSum")
    good[at : at + 4] = b"\xff" * 4
    assert authenticode_digest(Image(good), "sha256") == before
