"""Who signed an image: good, old and hostile signatures, compared with osslsigncode."""

import datetime as dt
import random
import struct
import subprocess
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import peers
from ntbuild.pecheck import RULES, CheckSettings, Level, check, check_image
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.signing import certificates, signatures
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.image.signed_data import UnsupportedError, elements
from pecheck import signing
from pecheck.golden import golden, set_checksum
from pecheck.patch import Patch
from pecheck.signing import CODE, STAMPING, Plan, certificate, key, sign_by
from slowness import allowed

RSA = "1.2.840.113549.1.1.1"
TRUST = [RULES[f"DRV70{number}"] for number in (6, 7, 8, 9)]
ALL = ("base", "boot", "whql", "signed")


def signed(machine="x64", **plan):
    patch = Patch(machine)
    sign_by(patch.data, patch.image.directory_offset(ENTRY.SECURITY), Plan(**plan))
    set_checksum(patch.data)
    return patch.bytes()


def said(data, **settings):
    settings = {"profiles": ALL, **settings}
    return check_image(data, "a.sys", CheckSettings(**settings), TRUST)


OLD = {"begin": dt.datetime(2008, 1, 1, tzinfo=dt.UTC), "stamp_time": "20120601120000Z"}
"""When certificates began and signatures were stamped that are of their day."""

GOOD = {
    "whole": {},
    "no extended usage": {"uses": ()},
    "no extended usage of the stamper": {"stamp_uses": ()},
    "attribute certificate in the timestamp": {"attribute_certificate": True},
    "counter-signature without DigestInfo": {"timestamp": "pkcs9", "bare_stamp": True},
    "certificates by SHA-1": {"certificates_by": "sha1"},
    "old root without extensions": {"certificates_by": "sha1", "root_version": 1},
    "short key of its day": {"key": "short", **OLD},
    "expired after the timestamp": {"end": dt.datetime(2025, 7, 1, tzinfo=dt.UTC)},
    "curve": {"key": "curve"},
    "counter-signature": {"timestamp": "pkcs9"},
    "root elsewhere": {"root": False},
    "short hashes": {"pages": "sha1"},
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_signature_has_no_findings(name):
    settings = {"today": dt.date(2030, 1, 1)}
    found = [f for f in said(signed(**GOOD[name]), **settings).findings if f.rule != "DRV709"]
    assert found == []


@pytest.mark.parametrize(
    ("plan", "rule"),
    [
        ({"certificates_by": "sha1", "root_key": "stamp"}, "DRV706"),
        ({"timestamp": "pkcs9", "bare_stamp": True, "stamped": False}, "DRV707"),
        ({"attribute_certificate": True, "stamped": False}, "DRV707"),
        ({"key": "short"}, "DRV706"),
        ({"key": "short", "timestamp": "", **OLD}, "DRV706"),
    ],
)
def test_what_old_signatures_may_have_hides_no_fault(plan, rule):
    assert rule in {f.rule for f in said(signed(**plan)).findings if f.level >= Level.ERROR}


def test_what_cannot_be_checked_here_is_a_note(monkeypatch):
    monkeypatch.setattr(certificates, "_RSA", {})
    findings = said(signed()).findings
    assert {f.level for f in findings} == {Level.NOTE}
    assert [f.message for f in findings if f.rule in {"DRV706", "DRV707"}] == [
        f"cannot be checked here: the signature by 'Leaf', of algorithm {RSA}",
        f"cannot be checked here: the timestamp: the signature by 'Stamper', of algorithm {RSA}",
    ]


def test_a_certificate_that_the_library_refuses_is_a_note(monkeypatch):
    def refuse(_raw):
        raise UnsupportedError("a certificate cannot be read: invalid version")

    monkeypatch.setattr(signatures, "read_certificate", refuse)
    findings = said(signed()).findings
    assert {f.level for f in findings} == {Level.NOTE}
    assert {f.message for f in findings} == {
        "cannot be checked here: a certificate cannot be read: invalid version",
        "cannot be checked here: the timestamp: a certificate cannot be read: invalid version",
    }


def test_a_key_usage_without_signatures_is_a_note():
    found = [f for f in said(signed(usage=False)).findings if f.rule == "DRV706"]
    assert [(f.level, f.message) for f in found] == [
        (Level.NOTE, "the key usage of 'Leaf' has no digitalSignature")
    ]


def test_the_strongest_of_several_signatures_counts():
    old = {
        "digest": "sha1",
        "pages": "",
        "timestamp": "",
        "end": dt.datetime(2024, 2, 1, tzinfo=dt.UTC),
    }
    alone = signed(**old)
    both = signed(**old, nested=Plan())
    settings = CheckSettings(profiles=ALL, today=dt.date(2025, 6, 1))
    weak = {
        (f.rule, f.level) for f in check(alone, profile=settings) if "DRV705" <= f.rule < "DRV708"
    }
    assert weak == {
        ("DRV705", Level.WARNING), ("DRV706", Level.ERROR), ("DRV707", Level.WARNING)
    }  # fmt: skip
    strong = [f for f in check(both, profile=settings) if "DRV705" <= f.rule < "DRV709"]
    assert {f.level for f in strong} == {Level.NOTE}
    assert "DRV705" not in {f.rule for f in strong}


def test_a_nested_signature_of_another_file_is_found():
    other = Patch("x64")
    other.data[-1] ^= 1
    nested = signing.signature(other.data, other.image.directory_offset(ENTRY.SECURITY), Plan())
    patch = Patch("x64")
    directory = patch.image.directory_offset(ENTRY.SECURITY)
    # The nested signature is made of the other image's bytes.
    content = signing.signature(patch.data, directory, Plan(digest="sha1", pages="", nested=Plan()))
    inner = signing.signature(patch.data, directory, Plan())
    assert inner in content
    data = _with_table([content.replace(inner, nested)], patch)
    assert "the signed sha256 digest is not the file's" in {f.message for f in check(data)}


def test_an_unsigned_image_is_a_finding_where_it_is_to_be_signed():
    settings = CheckSettings(profiles=("base", "signed"))
    found = [f for f in check(golden("x64"), profile=settings) if f.rule >= "DRV703"]
    assert [(f.rule, f.level, f.message, f.fix) for f in found] == [
        ("DRV703", Level.ERROR, "no embedded signature", "sign the image")
    ]
    assert [f for f in check(golden("x64")) if f.rule == "DRV703"] == []


def test_one_good_path_through_cross_certificates_is_enough():
    leaf = certificate("Leaf", "Root", "leaf", "root", (CODE,))
    root = certificate("Root", "Root", "root", "root", authority=True)
    cross = certificate("Root", "Old", "root", "old", authority=True)
    old = certificate(
        "Old", "Old", "old", "old", authority=True, end=dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
    )
    read = [certificates.read_certificate(signing.raw(each)) for each in (leaf, root, cross, old)]
    chain = certificates.issuers(read[0], read)
    assert {each.raw for each in chain} == {each.raw for each in read}
    when = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    assert list(signatures.chain_problems(read[0], chain, when, None)) == []
    alone = certificates.issuers(read[0], [read[0], *read[2:]])
    assert list(signatures.chain_problems(read[0], alone, when, None)) == [
        "'Old' is valid from 2024-01-01 to 2024-02-01, not on 2025-01-01"
    ]


def test_certificates_count_on_the_day_that_was_asked_for():
    data = signed(timestamp="", pages="")
    good, bad = dt.date(2026, 1, 1), dt.date(2026, 1, 2)
    assert {f.rule for f in said(data, today=good).findings} == {"DRV707"}
    assert {f.rule for f in said(data, today=bad).findings} == {"DRV706", "DRV707"}
    silent = said(data).not_applicable
    assert [reason for rule, reason in silent if rule == "DRV706"] == [
        "no timestamp and no day: whether certificates were valid is not checked"
    ]


def test_a_timestamp_keeps_a_signature_valid_for_ever():
    assert said(signed(), today=dt.date(2099, 1, 1)).findings == ()


def test_a_wrong_timestamp_keeps_nothing_valid():
    for plan in ({"imprint": False}, {"stamped": False}):
        late = said(signed(**plan), today=dt.date(2027, 1, 1)).findings
        assert {f.rule for f in late if f.level >= Level.ERROR} == {"DRV706", "DRV707"}
        assert {f.rule for f in said(signed(**plan), today=dt.date(2025, 1, 1)).findings} == {
            "DRV707"
        }


def test_the_day_comes_from_the_command_line_or_the_build(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.sys").write_bytes(signed(timestamp=""))
    assert main(["a.sys", "--today", "2025-06-01"]) == 0
    assert main(["a.sys", "--today", "2026-06-01"]) == 1
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1748736000")
    assert main(["a.sys"]) == 0
    assert "'Leaf' is valid from 2024-01-01 to 2026-01-01, not on 2026-06-01" in (
        capsys.readouterr().out
    )


def test_without_the_library_the_rules_say_what_to_install(monkeypatch):
    monkeypatch.setattr(certificates, "find_spec", lambda _name: None)
    result = said(signed())
    reason = "the package cryptography is not there; install ntbuild[signed]"
    assert result.findings == ()
    assert result.not_applicable == tuple((f"DRV70{n}", reason) for n in (6, 7, 9))


# ---- hostile signatures ----------------------------------------------------------------------


def _spoil(rng, good, start):
    data = bytearray(good)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(start + 8, len(data))
        data[at] = rng.choice((0, 0x30, 0x31, 0x80, 0x84, 0xA0, 0xFF, rng.randrange(256)))
    return bytes(data)


@pytest.mark.parametrize("plan", [{}, {"timestamp": "pkcs9", "key": "curve"}], ids=["rsa", "curve"])
def test_spoilt_signatures_are_judged_quickly_and_without_a_traceback(plan):
    good = signed(**plan)
    start = Image(good).directory(ENTRY.SECURITY).VirtualAddress
    found = 0
    for number in range(1000):
        data = _spoil(random.Random(f"signature {number}"), good, start)
        begin = time.process_time()
        result = said(data, today=dt.date(2025, 1, 1))
        assert time.process_time() - begin < allowed(1), number
        assert all(str(finding).isprintable() for finding in result.findings)
        found += bool(result.findings)
    assert found > 500


def _with_table(contents, patch=None):
    patch = patch or Patch("x64")
    start = len(patch.data)
    for content in contents:
        size = 8 + len(content)
        patch.data += (size + -size % 8).to_bytes(4, "little") + b"\0\2\2\0" + content
        patch.data += bytes(-size % 8)
    patch.directory(ENTRY.SECURITY, start, len(patch.data) - start)
    return patch.bytes()


def _content(data):
    (entry,) = Image(data).certificates.entries
    return data[entry.offset + 8 : entry.offset + 8 + entry.size]


def many_certificates():
    """Sixty signatures, each with all that a good one has."""
    return _with_table([_content(signed())] * 60)


def _signed_data(certificates):
    """Signed data in shape, with any bytes where the certificates are."""
    inner = signing._der(0x30, signing._oid("1.3.6.1.4.1.311.2.1.4"))
    parts = [signing._der(0x02, b"\1"), signing._der(0x31), inner]
    parts += [signing._der(0xA0, *certificates), signing._der(0x31)]
    whole = signing._der(0xA0, signing._der(0x30, *parts))
    return signing._der(0x30, signing._oid("1.2.840.113549.1.7.2"), whole)


def many_values():
    """Half a million empty values where the certificates are."""
    return _with_table([_signed_data([b"\x05\x00" * 500_000])])


def deep():
    """Values in values, as deep as they fit."""
    content = b"\x05\x00"
    while len(content) < 60_000:
        content = b"\x30\x83" + len(content).to_bytes(3, "big") + content
    return _with_table([content])


def large_keys():
    """Four signatures of 12 certificates, nearly all of one name and with the largest keys."""
    made = [_issuer(number) for number in range(11)]
    patch = Patch("x64")
    directory = patch.image.directory_offset(ENTRY.SECURITY)
    content = signing.signature(patch.data, directory, Plan(root=False), made)
    return _with_table([content] * 4)


def _issuer(number):
    """A certificate that might have issued any other: one name, a large public key."""
    name = signing._named("Root")
    numbers = rsa.RSAPublicNumbers(65537, (1 << 8191) + 2 * number + 1)
    made = x509.CertificateBuilder(name, name, numbers.public_key(), number + 1)
    made = made.not_valid_before(signing.BEGIN).not_valid_after(signing.END)
    raw = signing.raw(made.sign(key("root"), hashes.SHA256()))
    (_, whole), signature = elements(memoryview(raw))[0], b"\0\x40" + bytes(1023)
    (body, _), (how, _), _ = elements(whole.content)
    return signing._der(0x30, body, how, signing._der(0x03, signature))


def many_sections():
    """A signature with hashes of pages in an image of sections of a byte, each a whole page."""
    patch = Patch("x64")
    patch.data += bytes(1 << 20)
    section = struct.pack("<8s6I2HI", b".x", 1, 0x1000, 1, 0x400, 0, 0, 0, 0, 0x40000040)
    table = patch.image.section_table_offset
    patch.data[table : table + 40 * 26_000] = section * 26_000
    patch.file("NumberOfSections", 26_000)
    patch.optional("SectionAlignment", 0x10000)
    return _with_table([_content(signed())], patch)


def test_hashing_many_small_sections_is_refused():
    data = many_sections()
    begin = time.process_time()
    findings = said(data).findings
    assert time.process_time() - begin < allowed(1)
    assert [finding.message for finding in findings if finding.rule == "DRV708"] == [
        "the hashes cannot be compared: 26000 sections in pages of 0x10000 bytes are not hashed"
    ]


@pytest.mark.parametrize("make", [many_certificates, many_values, deep, large_keys])
def test_a_hostile_signature_takes_at_most_a_second(make):
    data = make()
    begin = time.process_time()
    findings = said(data, today=dt.date(2025, 1, 1)).findings
    assert time.process_time() - begin < allowed(1)
    assert "DRV706" in {finding.rule for finding in findings}


# ---- compared with osslsigncode ---------------------------------------------------------------


def _pem(folder, name, made):
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


def _key(folder, name):
    path = folder / f"{name}.key"
    path.write_bytes(
        key(name).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Certificates and keys as files, by name."""
    folder = tmp_path_factory.mktemp("keys")
    made = {
        "leaf": certificate("Leaf", "Root", "leaf", "root", (CODE,)),
        "root": certificate("Root", "Root", "root", "root", authority=True),
        "stamp": certificate("Stamper", "Stamp root", "stamp", "stamp root", (STAMPING,)),
        "top": certificate("Stamp root", "Stamp root", "stamp root", "stamp root", authority=True),
    }
    paths = {name: _pem(folder, name, each) for name, each in made.items()}
    return {**paths, "leaf key": _key(folder, "leaf"), "stamp key": _key(folder, "stamp")}


def osslsigncode(*words):
    done = subprocess.run(
        [peers.require("osslsigncode"), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _signed_by_peer(files, folder, *options):
    given, out = folder / "in.sys", folder / "out.sys"
    given.write_bytes(golden())
    code, text = osslsigncode(
        "sign", "-certs", files["leaf"], "-key", files["leaf key"], "-h", "sha256", *options,
        "-time", "1748779200", "-in", given, "-out", out,
    )  # fmt: skip
    assert code == 0, text
    return out.read_bytes()


STAMPED = ("-TSA-certs", "stamp", "-TSA-key", "stamp key", "-TSA-time", "1748779200")
OPTIONS = {
    "plain": ((), {"DRV707", "DRV709"}),
    "pages": (("-ph",), {"DRV707", "DRV709"}),
    "chain": (("-ac", "root"), {"DRV707", "DRV709"}),
    "stranger": (("-ac", "top"), {"DRV706", "DRV707", "DRV709"}),
    "stamped": ((*STAMPED, "-ph", "-ac", "root"), {"DRV709"}),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_what_osslsigncode_signs_is_judged_as_it_was_signed(name, files, tmp_path):
    words, rules = OPTIONS[name]
    data = _signed_by_peer(files, tmp_path, *(files.get(word, word) for word in words))
    result = said(data, today=dt.date(2025, 6, 1))
    assert {finding.rule for finding in result.findings} == rules
    assert ("DRV708" in {rule for rule, _ in result.not_applicable}) is ("-ph" not in words)
    assert "DRV705" not in {finding.rule for finding in check(data)}


def test_a_nested_signature_is_judged_too(files, tmp_path):
    first = _signed_by_peer(files, tmp_path)
    second = tmp_path / "second.sys"
    code, text = osslsigncode(
        "sign", "-certs", files["leaf"], "-key", files["leaf key"], "-ac", files["top"], "-nest",
        "-h", "sha384", "-in", tmp_path / "out.sys", "-out", second,
    )  # fmt: skip
    assert code == 0, text
    assert [finding.rule for finding in said(first).findings] == ["DRV707", "DRV709"]
    assert [finding.rule for finding in said(second.read_bytes()).findings] == [
        "DRV706", "DRV707", "DRV707", "DRV709", "DRV709",
    ]  # fmt: skip


OURS = {
    "good": ({}, ""),
    "signature": ({"signature": False}, "DRV706"),
    "content": ({"content": False}, "DRV706"),
    "usage": ({"uses": (STAMPING,)}, "DRV706"),
    "page": ({"wrong_page": 2}, "DRV708"),
    "imprint": ({"imprint": False}, "DRV707"),
    "stamp": ({"stamped": False}, "DRV707"),
}


@pytest.mark.parametrize("name", OURS)
def test_osslsigncode_thinks_of_our_samples_as_we_do(name, files, tmp_path):
    plan, rule = OURS[name]
    path = tmp_path / "a.sys"
    data = signed(**{"uses": (CODE,), **plan})
    path.write_bytes(data)
    code, text = osslsigncode(
        "verify", "-CAfile", files["root"], "-TSA-CAfile", files["top"], "-in", path
    )
    assert (code == 0) is (not rule), text
    assert {f.rule for f in said(data).findings} == {"DRV709", *([rule] if rule else [])}
