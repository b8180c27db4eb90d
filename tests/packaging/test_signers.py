"""Keys and certificates from files and commands; what is refused, and that no key is shown."""

import datetime as dt
import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from ntbuild.packaging.errors import SigningError
from ntbuild.packaging.image_signature import sign_image
from ntbuild.packaging.project_authority import find, find_or_make
from ntbuild.packaging.signers import (
    Password,
    certificates_of,
    command_signer,
    pem_signer,
    pkcs12_signer,
    read_certificates,
)
from ntbuild.packaging.verify import Trust, verify_image
from pecheck import signing
from pecheck.golden import golden

CODE = (signing.CODE,)
DAY = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def key_file(folder, name, password=None):
    encryption = serialization.NoEncryption()
    if password:
        encryption = serialization.BestAvailableEncryption(password)
    raw = signing.key(name).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    (folder / f"{name}.key").write_bytes(raw)
    return str(folder / f"{name}.key")


def certificate_file(folder, name, *made):
    raw = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in made)
    (folder / f"{name}.pem").write_bytes(raw)
    return str(folder / f"{name}.pem")


END = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


def leaf(key="leaf", uses=CODE):
    return signing.certificate("Leaf", "Root", key, "root", uses, end=END)


def root():
    return signing.certificate("Root", "Root", "root", "root", authority=True, end=END)


def signed_by(signer):
    return sign_image(bytes(golden("x64")), "a.sys", signer)


def trusting(*made):
    return Trust(tuple(signing.raw(each) for each in made), DAY.date())


@pytest.mark.parametrize("name", ["leaf", "curve"])
def test_a_pem_key_with_its_certificates(name, tmp_path):
    path = certificate_file(tmp_path, "chain", root(), leaf(name))
    signer = pem_signer(key_file(tmp_path, name, b"secret"), [path], b"secret")
    assert verify_image(signed_by(signer), "a.sys", trusting(root())).problems == ()
    assert signed_by(signer) == signed_by(signer)


def test_a_pkcs12_file(tmp_path):
    raw = pkcs12.serialize_key_and_certificates(
        b"own", signing.key("leaf"), leaf(), [root()], serialization.BestAvailableEncryption(b"pw")
    )
    (tmp_path / "own.pfx").write_bytes(raw)
    signer = pkcs12_signer(str(tmp_path / "own.pfx"), b"pw")
    assert signer.issuers == (signing.raw(root()),)
    assert verify_image(signed_by(signer), "a.sys", trusting(root())).problems == ()
    with pytest.raises(SigningError, match=r"own\.pfx: the file cannot be read"):
        pkcs12_signer(str(tmp_path / "own.pfx"), b"other")


SIGNING_COMMAND = """
import sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, utils
key = serialization.load_pem_private_key(open(sys.argv[1], "rb").read(), None)
given = sys.stdin.buffer.read()
digest = bytes.fromhex(given.decode()) if sys.argv[2] == "hex" else given[-32:]
sha256 = utils.Prehashed(hashes.SHA256())
sys.stdout.buffer.write(key.sign(digest, padding.PKCS1v15(), sha256))
"""


@pytest.mark.parametrize("form", ["digest", "digest-info", "hex"])
def test_a_command_that_has_the_key(form, tmp_path):
    words = [sys.executable, "-c", SIGNING_COMMAND, key_file(tmp_path, "leaf"), form]
    path = certificate_file(tmp_path, "own", leaf(), root())
    by_command = signed_by(command_signer(words, [path], form))
    assert by_command == signed_by(pem_signer(key_file(tmp_path, "leaf"), [path]))


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import sys; sys.exit(3)", "exit code 3"),
        ("pass", "0 bytes are no signature"),
        ("print('x' * 256)", "the signature is not one by the key of the certificate"),
        ("print('x' * 9000)", "9001 bytes are no signature"),
    ],
)
def test_a_command_that_gives_no_signature(program, message, tmp_path):
    path = certificate_file(tmp_path, "own", leaf())
    signer = command_signer([sys.executable, "-c", program], [path])
    with pytest.raises(SigningError, match=message):
        signed_by(signer)
    with pytest.raises(SigningError, match="no-such-program: No such file"):
        signed_by(command_signer(["no-such-program"], [path]))


@pytest.mark.parametrize(
    ("key", "made", "message"),
    [
        ("root", leaf, "none of the 1 certificates is that of the key"),
        ("short", lambda: leaf("short"), "an RSA key of 1024 bits; 2048 or more"),
        ("leaf", lambda: leaf(uses=()), "no certificate for code signing"),
        ("leaf", lambda: leaf(uses=(signing.STAMPING,)), "no certificate for code signing"),
    ],
)
def test_keys_and_certificates_that_do_not_do(key, made, message, tmp_path):
    with pytest.raises(SigningError, match=message):
        pem_signer(key_file(tmp_path, key), [certificate_file(tmp_path, "own", made())])


def test_files_that_hold_none(tmp_path):
    (tmp_path / "bad").write_bytes(b"-----BEGIN nothing")
    with pytest.raises(SigningError, match=r"bad: the key cannot be read"):
        pem_signer(str(tmp_path / "bad"), [])
    with pytest.raises(SigningError, match=r"bad: no certificate can be read"):
        read_certificates(str(tmp_path / "bad"))
    with pytest.raises(SigningError, match=r"missing: No such file"):
        certificates_of([str(tmp_path / "missing")])


def test_where_a_password_is(tmp_path):
    (tmp_path / "pw").write_bytes(b"secret\nmore\n")
    assert Password(file=str(tmp_path / "pw")).read({}) == b"secret"
    assert Password(variable="PW").read({"PW": "other"}) == b"other"
    assert Password().read({}) is None
    with pytest.raises(SigningError, match="the environment variable PW is not set"):
        Password(variable="PW").read({})


def test_an_encrypted_key_needs_its_password(tmp_path):
    path = certificate_file(tmp_path, "own", leaf())
    with pytest.raises(SigningError, match="the key cannot be read") as caught:
        pem_signer(key_file(tmp_path, "leaf", b"secret"), [path], b"wrong")
    assert "wrong" not in str(caught.value)


def test_a_test_authority_is_made_once(data_folder, authority):
    key = authority.key.read_bytes()
    assert find_or_make("demo", data_folder, DAY) == authority
    assert authority.key.read_bytes() == key
    assert authority.key.stat().st_mode & 0o077 == 0
    assert authority.key.parent.stat().st_mode & 0o077 == 0
    assert find("other", data_folder) is None
    own, ca = read_certificates(str(authority.certificates))
    assert ca.subject.rfc4514_string() == "CN=TEST CA of demo (ntbuild)"
    assert own.subject.rfc4514_string() == "CN=TEST signer of demo (ntbuild)"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "x.", ".hidden", "a" * 42])
def test_projects_that_no_folder_can_be_named_by(name, tmp_path):
    with pytest.raises(SigningError, match="a test CA needs a name of letters"):
        find(name, tmp_path)


def test_half_a_test_authority(tmp_path):
    home = tmp_path / "test-ca" / "demo"
    home.mkdir(parents=True)
    (home / "ca.pem").write_text("")
    with pytest.raises(SigningError, match=r"signer\.pem: the test CA is incomplete"):
        find("demo", tmp_path)
