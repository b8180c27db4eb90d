"""Signed data is read as it is encoded, and what is none is refused in words."""

import pytest

from ntbuild.pecoff.image.certificates import der
from ntbuild.pecoff.image.signed_data import elements, identifier, signed_data


def _identifier(text):
    return identifier(der(memoryview(bytes.fromhex(text))))


@pytest.mark.parametrize(
    ("encoded", "dots"),
    [
        ("06092a864886f70d010702", "1.2.840.113549.1.7.2"),
        ("060a2b060104018237020104", "1.3.6.1.4.1.311.2.1.4"),
        ("0603883703", "2.999.3"),
        ("060155", "2.5"),
    ],
)
def test_an_object_identifier_is_read_in_dots(encoded, dots):
    assert _identifier(encoded) == dots


@pytest.mark.parametrize("encoded", ["0600", "060288b7", "040155"])
def test_what_is_no_object_identifier_is_refused(encoded):
    with pytest.raises(ValueError, match="not an object identifier"):
        _identifier(encoded)


def test_values_keep_their_encoding():
    found = elements(memoryview(bytes.fromhex("0500 04810141")))
    assert [(raw.hex(), bytes(node.content)) for raw, node in found] == [
        ("0500", b""),
        ("04810141", b"A"),
    ]


@pytest.mark.parametrize("count", [256, 257])
def test_a_value_has_at_most_256_values(count):
    content = memoryview(b"\x05\x00" * count)
    if count == 256:
        assert len(elements(content)) == count
        return
    with pytest.raises(ValueError, match="more than 256 values in one"):
        elements(content)


@pytest.mark.parametrize("raw", [b"", b"\x30\x00", b"\x30\x03\x06\x01\x55", b"\x05\x00"])
def test_what_is_no_signed_data_is_refused(raw):
    with pytest.raises(ValueError, match=r"."):
        signed_data(raw)
