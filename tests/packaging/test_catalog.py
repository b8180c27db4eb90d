"""Catalogs: their values, their bytes, and verifiers that we did not write."""

import datetime as dt
import hashlib
import subprocess
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import peers
from ntbuild.packaging.catalog import (
    TRUST_LIST,
    Catalog,
    Member,
    hardware_attributes,
    member,
    read_catalog,
    signed_catalog,
    write_catalog,
)
from ntbuild.packaging.image_signature import sign_image
from ntbuild.packaging.signed_data import sign, unsigned
from ntbuild.packaging.verify import verify_catalog, verify_package
from ntbuild.support.values import replace
from pecheck.golden import golden

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
INF = b"[Version]\r\n"


@pytest.fixture(scope="module")
def catalog():
    attributes = hardware_attributes(["_v100_X64"], ["Root\\Hello", "root\\hello", "PCI\\VEN_1"])
    members = (member("Hello.sys", bytes(golden("x64"))), member("hello.inf", INF))
    return Catalog(members, attributes)


def test_members_are_named_by_their_digests(catalog, signer):
    image, inf = catalog.members
    assert inf == Member("hello.inf", hashlib.sha256(INF).digest(), is_image=False)
    assert image.is_image
    signed = sign_image(bytes(golden("x64")), "a", signer)
    assert member("Hello.sys", signed) == image  # a signature does not change the digest
    program = b"MZ" + bytes(100)
    assert member("old.com", program).digest == hashlib.sha256(program).digest()


def test_a_damaged_image_is_no_member():
    raw = bytearray(golden("x64"))
    with pytest.raises(ValueError, match=r"^a\.sys: "):
        member("a.sys", bytes(raw[:0x90]))


def test_hardware_ids_are_in_lower_case_and_once(catalog):
    assert catalog.attributes == (
        ("OS", "_v100_X64"),
        ("HWID1", "root\\hello"),
        ("HWID2", "pci\\ven_1"),
    )


def test_what_is_written_is_read_again(catalog):
    found = read_catalog(write_catalog(catalog, NOON))
    assert found.attributes == catalog.attributes
    assert sorted(found.members, key=lambda each: each.name) == [
        Member("hello.inf", catalog.members[1].digest, is_image=False),
        Member("hello.sys", catalog.members[0].digest, is_image=True),
    ]


def test_page_hashes_are_written_read_and_compared(signer, trust):
    image = bytes(golden("x64"))
    with_pages = member("hello.sys", image, with_page_hashes=True)
    offsets = [with_pages.pages[at : at + 4] for at in range(0, len(with_pages.pages), 36)]
    assert offsets[0] == bytes(4)
    assert offsets[-1] == len(image).to_bytes(4, "little")
    made = Catalog((with_pages,), ())
    raw = sign(TRUST_LIST, write_catalog(made, NOON), signer)
    assert signed_catalog(raw).members == tuple(
        replace(each, name=each.name.lower()) for each in made.members
    )
    assert verify_package({"hello.cat": raw, "hello.sys": image}, trust).problems == ()
    other = replace(with_pages, pages=with_pages.pages[:4] + bytes(32) + with_pages.pages[36:])
    raw = sign(TRUST_LIST, write_catalog(Catalog((other,), ()), NOON), signer)
    assert verify_package({"hello.cat": raw, "hello.sys": image}, trust).problems == (
        "hello.sys: its page hashes are not those in the catalog",
    )


def test_the_order_of_files_and_the_day_it_is_made_do_not_matter(catalog):
    other = Catalog(catalog.members[::-1], catalog.attributes)
    assert write_catalog(other, NOON) == write_catalog(catalog, NOON)
    assert write_catalog(catalog, NOON + dt.timedelta(days=1)) != write_catalog(catalog, NOON)


@pytest.fixture(scope="module")
def signed(catalog, signer):
    return sign(TRUST_LIST, write_catalog(catalog, NOON), signer)


def test_verifiers_take_it(signed, signer, authority, trust, tmp_path):
    found, verdict = verify_catalog(signed, "a.cat", trust)
    assert (found, verdict.problems) == (signed_catalog(signed), ())
    (tmp_path / "a.cat").write_bytes(signed)
    (tmp_path / "hello.sys").write_bytes(sign_image(bytes(golden("x64")), "a", signer))
    command = [peers.require("osslsigncode"), "verify", "-CAfile", authority.ca]
    command += ["-catalog", "a.cat", "-in", "hello.sys"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Signature verification: ok" in done.stdout


def test_another_verifier_takes_it(signed, authority, tmp_path):
    (tmp_path / "a.cat").write_bytes(signed)
    command = [peers.require("certtool"), "--p7-verify", "--inder", "--infile", "a.cat"]
    command += ["--load-ca-certificate", authority.ca]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"eContent Type: {TRUST_LIST}" in done.stdout
    assert "Signature status: ok" in done.stdout + done.stderr


def test_a_catalog_for_another_signer(catalog, trust):
    raw = unsigned(TRUST_LIST, write_catalog(catalog, NOON))
    assert signed_catalog(raw).attributes == catalog.attributes
    assert verify_catalog(raw, "a.cat", trust)[1].problems != ()


@given(st.data())
def test_damaged_bytes_are_a_value_error(data):
    content = bytearray(write_catalog(Catalog((member("a.inf", INF),), (("OS", "_v100"),)), NOON))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    with suppress(ValueError):
        assert isinstance(read_catalog(bytes(content[:cut])), Catalog)
