"""Strict verification: what is not vouched for is refused, wherever it is."""

import datetime as dt
import random

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from ntbuild.packaging import der
from ntbuild.packaging.catalog import TRUST_LIST, Catalog, member, write_catalog
from ntbuild.packaging.image_signature import embed, sign_image, signature_in
from ntbuild.packaging.signed_data import Signer, sign, with_unsigned_attribute
from ntbuild.packaging.signers import certificates_of
from ntbuild.packaging.strict import faults
from ntbuild.packaging.verify import Trust, verify_catalog, verify_image, verify_package
from ntbuild.pecoff.image.certificates import der as read
from ntbuild.pecoff.image.signed_data import elements, signed_data
from pecheck import signing
from pecheck.golden import golden

INF = b'[Version]\r\nSignature="$WINDOWS NT$"\r\n'
CHANGES = 300
"""In the suite; `tests/fuzz` has more."""


@pytest.fixture(scope="module")
def package(signer):
    """Files of a signed package by name: an image with a signature, one without, an INF."""
    files = {
        "hello.sys": sign_image(bytes(golden("x64")), "hello.sys", signer),
        "tool.dll": bytes(golden("x86")),
        "hello.inf": INF,
    }
    members = tuple(member(name, content) for name, content in files.items())
    content = write_catalog(Catalog(members, ()), dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    return files | {"hello.cat": sign(TRUST_LIST, content, signer)}


def test_a_package_is_good(package, trust):
    verdict = verify_package(package, trust)
    assert verdict.problems == ()
    assert verdict.signer == "TEST signer of demo (ntbuild)"


def test_every_changed_byte_is_refused(package, trust):
    chance = random.Random(20260601)
    for _ in range(CHANGES):
        name = chance.choice(list(package))
        content = bytearray(package[name])
        at, other = chance.randrange(len(content)), chance.randrange(1, 256)
        content[at] ^= other
        verdict = verify_package(package | {name: bytes(content)}, trust)
        assert verdict.problems, f"{name} at {at:#x}: {other:#04x}"
        assert all("\n" not in each for each in verdict.problems)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra.txt": b"x"}, "extra.txt: not in the catalog"),
        ({"hello.inf": None}, "hello.inf: in the catalog and not in the package"),
        ({"hello.cat": None}, "0 catalogs in the package, not one"),
        ({"two.cat": b""}, "2 catalogs in the package, not one"),
        ({"hello.cat": b"no catalog"}, "hello.cat: no catalog: "),
        ({"tool.dll": bytes(golden("x86"))[:-1]}, "tool.dll: "),
    ],
)
def test_other_files_than_those_of_the_catalog(package, change, message, trust):
    files = {name: raw for name, raw in (package | change).items() if raw is not None}
    assert verify_package(files, trust).problems[0].startswith(message)


def test_an_unsigned_image_is_good_in_a_package_only(package, trust):
    assert verify_image(package["tool.dll"], "tool.dll", trust).problems == (
        "tool.dll: no signature",
    )


def test_only_given_authorities_are_trusted(package, trust):
    stranger = signing.raw(signing.certificate("Root", "Root", "root", "root", authority=True))
    for authorities in ((), (stranger,)):
        problems = verify_package(package, Trust(authorities, trust.day)).problems
        assert "'TEST CA of demo (ntbuild)' is no trusted authority" in problems[0]


@pytest.mark.parametrize("day", [dt.date(2026, 5, 1), dt.date(2036, 7, 1)])
def test_certificates_must_be_valid_on_the_day(package, trust, day):
    problems = verify_package(package, Trust(trust.authorities, day)).problems
    assert "is valid from 2026-05-31 to 2036-05-28" in problems[0]


def changed(package, change):
    """The image with another signature over the same digest."""
    image = package["hello.sys"]
    raw = signature_in(image, "hello.sys")
    start = image.index(raw) - 8
    unsigned = bytearray(image[:start])
    entry = image.index((start).to_bytes(4, "little"), 0x80)
    unsigned[entry : entry + 8] = bytes(8)
    return embed(bytes(unsigned), "hello.sys", change(raw))


def rebuilt(raw, certificates=lambda found: found, signers=lambda found: found):
    """Signed data with other certificates or signers, all of them encoded values."""
    kind, wrapped = (each for each, _ in elements(read(memoryview(raw)).content))
    (_, data), *_ = elements(read(memoryview(wrapped)).content)
    *before, (_, own), (_, last) = elements(data.content)
    values = [[each for each, _ in elements(node.content)] for node in (own, last)]
    signed = der.sequence(
        *(each for each, _ in before),
        der.tagged(0, *certificates(values[0])),
        der.value(0x31, *signers(values[1])),
    )
    return der.sequence(kind, der.tagged(0, signed))


def with_copy_of_root(raw):
    return rebuilt(raw, certificates=lambda found: [*found, found[0]])


def with_stranger(raw):
    other = signing.raw(signing.certificate("Stranger", "Stranger", "stamp", "stamp"))
    return rebuilt(raw, certificates=lambda found: [*found, other])


def with_two_signers(raw):
    return rebuilt(raw, signers=lambda found: found * 2)


def with_attribute(raw):
    return with_unsigned_attribute(raw, der.sequence(der.oid("1.2.3.4"), der.set_of([der.NULL])))


def with_long_length(raw):
    assert raw[:2] == b"\x30\x82"
    return b"\x30\x83\0" + raw[2:]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_stranger, "'Stranger' is outside the chain"),
        (with_attribute, "not strict: unsigned attributes that are no time stamp"),
        (with_long_length, "not strict: a length that is longer than it need be"),
        (with_two_signers, "not strict: 2 signers, not one"),
        (with_copy_of_root, "not strict: a certificate is there twice"),
        (lambda raw: raw + b"\0" * 16, "DRV704"),
    ],
)
def test_what_nothing_vouches_for_is_refused(package, change, message, trust):
    problems = verify_image(changed(package, change), "hello.sys", trust).problems
    assert message in problems[0]


def test_the_same_signature_put_in_again_is_good(package):
    assert changed(package, lambda raw: raw) == package["hello.sys"]
    assert changed(package, rebuilt) == package["hello.sys"]


def test_another_key_than_the_certificates(signer, trust):
    other = signing.key("leaf")
    wrong = Signer(signer.identity, signer.issuers, lambda content: _sign(other, content))
    image = sign_image(bytes(golden("x64")), "a.sys", wrong)
    problems = verify_image(image, "a.sys", trust).problems
    assert problems == ("a.sys: the signature was not made by the signer's certificate",)


def _sign(key, content):
    return key.sign(content, padding.PKCS1v15(), hashes.SHA256())


def test_a_catalogs_signature_is_none_of_an_image(package, signer, trust):
    image = changed(package, lambda _: package["hello.cat"])
    assert verify_image(image, "a.sys", trust).problems
    content = signed_data(signature_in(package["hello.sys"], "a")).content
    raw = sign("1.3.6.1.4.1.311.2.1.4", content, signer)
    assert verify_catalog(raw, "a.cat", trust)[1].problems == (
        "a.cat: no catalog: the signed data is no trust list",
    )


def test_hostile_bytes_are_problems_and_no_exceptions(package, trust):
    chance = random.Random(7)
    raw = package["hello.cat"]
    for _ in range(300):
        content = bytearray(raw[: chance.randrange(len(raw))])
        for _ in range(chance.randrange(4)):
            if content:
                content[chance.randrange(len(content))] = chance.randrange(256)
        assert verify_catalog(bytes(content), "a.cat", trust)[1].problems
        assert next(faults(bytes(content)), "")


def test_deep_nesting_is_refused():
    raw = b"\x05\x00"
    for _ in range(1000):
        raw = der.sequence(raw)
    assert list(faults(raw)) == ["values nested deeper than 24"]


def test_the_authority_may_be_left_out_of_the_signature(authority, signer, trust):
    alone = Signer(signer.identity, (), signer.sign)
    image = sign_image(bytes(golden("x64")), "a.sys", alone)
    assert verify_image(image, "a.sys", trust).problems == ()
    assert certificates_of([str(authority.ca)]) == trust.authorities
