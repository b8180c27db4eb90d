"""Signatures of images: made, embedded, taken by verifiers that we did not write."""

import struct
import subprocess

import pefile
import pytest

import peers
from ntbuild.packaging.errors import PackageError
from ntbuild.packaging.image_signature import sign_image
from ntbuild.packaging.verify import verify_image
from ntbuild.pecheck import CheckSettings, check
from pecheck.golden import golden


@pytest.fixture(scope="module", params=["x64", "x86", "arm64", "arm"])
def image(request):
    return bytes(golden(request.param))


@pytest.mark.parametrize("with_page_hashes", [False, True])
def test_verifiers_take_it(image, with_page_hashes, signer, authority, trust, tmp_path):
    signed = sign_image(image, "a.sys", signer, with_page_hashes=with_page_hashes)
    assert verify_image(signed, "a.sys", trust).problems == ()
    (tmp_path / "a.sys").write_bytes(signed)
    by_osslsigncode = [peers.require("osslsigncode"), "verify", "-CAfile", authority.ca]
    done = subprocess.run(
        [*by_osslsigncode, "-in", "a.sys"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "Signature verification: ok" in done.stdout
    checksum = pefile.PE(data=signed)
    assert checksum.verify_checksum()


def test_another_verifier_takes_it(signer, authority, tmp_path):
    (tmp_path / "a.sys").write_bytes(sign_image(bytes(golden("x64")), "a.sys", signer))
    command = [peers.require("sbverify"), "--cert", authority.ca, "a.sys"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Signature verification OK"


def test_the_same_bytes_each_time_and_again(image, signer):
    signed = sign_image(image, "a.sys", signer)
    assert sign_image(image, "a.sys", signer) == signed
    assert sign_image(signed, "a.sys", signer) == signed


def test_nothing_else_changes(image, signer):
    signed = sign_image(image, "a.sys", signer)
    pe = pefile.PE(data=image)
    field = pe.OPTIONAL_HEADER.get_file_offset() + 64
    entry = pe.OPTIONAL_HEADER.DATA_DIRECTORY[4].get_file_offset()
    changed = {at for at, (a, b) in enumerate(zip(image, signed, strict=False)) if a != b}
    assert changed <= {*range(field, field + 4), *range(entry, entry + 8)}
    at, size = struct.unpack_from("<2I", signed, entry)
    assert at % 8 == size % 8 == 0
    assert at + size == len(signed)


def test_pecheck_finds_nothing_but_the_missing_time_stamp(signer):
    signed = sign_image(bytes(golden("x64")), "a.sys", signer, with_page_hashes=True)
    plain = {str(each) for each in check(bytes(golden("x64")), "a.sys", profile="base")}
    settings = CheckSettings(profiles=("base", "signed"))
    added = [each for each in check(signed, "a.sys", profile=settings) if str(each) not in plain]
    assert [(each.rule, each.level.word) for each in added] == [
        ("DRV707", "warning"),
        ("DRV709", "note"),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw[:200], "a.sys:"),
        (lambda raw: raw + b"payload", "bytes behind the last section would be signed unseen"),
        (lambda raw: b"MZ" + raw[2:60] + b"\xff\xff\xff\x7f" + raw[64:], "a.sys:"),
        (lambda raw: raw[: len(raw) // 2], "bytes behind the last section would be signed unseen"),
    ],
)
def test_what_is_no_image_is_not_signed(change, message, signer):
    with pytest.raises(PackageError, match=message) as caught:
        sign_image(change(bytes(golden("x64"))), "a.sys", signer)
    assert "\n" not in str(caught.value)


def test_bytes_behind_a_signature_are_not_signed_over(signer):
    signed = sign_image(bytes(golden("x64")), "a.sys", signer)
    with pytest.raises(PackageError, match="does not end at the end of the file"):
        sign_image(signed + bytes(8), "a.sys", signer)
