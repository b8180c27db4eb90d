"""DER: sizes, sets, identifiers, as the readers of others see them."""

import datetime as dt

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from ntbuild.packaging import der
from ntbuild.pecoff.image.certificates import der as read
from ntbuild.pecoff.image.signed_data import identifier


@pytest.mark.parametrize(
    ("size", "head"),
    [(0, "0400"), (0x7F, "047f"), (0x80, "048180"), (0xFF, "0481ff"), (0x100, "04820100")],
)
def test_a_length_has_its_shortest_form(size, head):
    assert der.octets(bytes(size)).hex().startswith(head)


@given(st.binary(max_size=70000))
def test_the_reader_gives_the_content_back(content):
    node = read(memoryview(der.octets(content)))
    assert (node.tag, bytes(node.content)) == (0x04, content)


def test_a_set_is_sorted():
    assert (
        der.set_of([der.integer(2), der.NULL, der.integer(1)]).hex() == "3108020101020102" + "0500"
    )


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 1 << 40), max_size=6))
def test_identifiers(first, second, rest):
    dotted = ".".join(map(str, (first, second, *rest)))
    raw = der.oid(dotted)
    assert identifier(read(memoryview(raw))) == dotted


def test_identifiers_are_those_of_another_encoder():
    name = "1.3.6.1.4.1.311.12.2.1"
    assert der.oid(name) in x509.ExtendedKeyUsage([x509.ObjectIdentifier(name)]).public_bytes()


@pytest.mark.parametrize(
    ("number", "encoded"), [(0, "020100"), (127, "02017f"), (128, "02020080"), (256, "02020100")]
)
def test_integers_are_not_negative(number, encoded):
    assert der.integer(number).hex() == encoded


def test_times_and_texts():
    noon = dt.datetime(2026, 1, 2, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert der.utc_time(noon) == b"\x17\x0d260102100000Z"
    assert der.bmp("Ä1") == b"\x1e\x04\x00\xc4\x00\x31"
