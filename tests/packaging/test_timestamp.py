"""Time stamps: asked of a service on this machine, put in, and judged."""

import datetime as dt
import random
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives import serialization

import peers
from ntbuild.commands.cli import main
from ntbuild.packaging import timestamp
from ntbuild.packaging.archives.cabinet import sign_cabinet, write_cabinet
from ntbuild.packaging.archives.verify import verify_cabinet
from ntbuild.packaging.errors import PackageError, SigningError
from ntbuild.packaging.image_signature import replace_signature, sign_image, signature_in
from ntbuild.packaging.verify import Trust, verify_image
from ntbuild.pecoff.image.certificates import authenticode_digest
from ntbuild.pecoff.image.image import Image
from pecheck import signing
from pecheck.golden import golden

BEGIN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
CONFIG = """
[tsa]
default_tsa = own
[own]
serial = serial
signer_cert = stamper.pem
certs = root.pem
signer_key = stamper.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


def stamper():
    uses = (signing.STAMPING,)
    return signing.certificate(
        "Stamper", "Stamps", "stamp", "stamp root", uses, begin=BEGIN, end=END
    )


def stamps_root():
    facts = {"authority": True, "begin": BEGIN, "end": END}
    return signing.certificate("Stamps", "Stamps", "stamp root", "stamp root", **facts)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A function from a request to the reply of OpenSSL's time stamp service."""
    openssl = peers.require("openssl")
    folder = tmp_path_factory.mktemp("stamps")
    pem = serialization.Encoding.PEM
    (folder / "stamper.pem").write_bytes(stamper().public_bytes(pem))
    (folder / "root.pem").write_bytes(stamps_root().public_bytes(pem))
    raw = signing.key("stamp").private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "stamper.key").write_bytes(raw)
    (folder / "tsa.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")

    def reply(asked):
        (folder / "query.tsq").write_bytes(asked)
        command = [openssl, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
        return done.stdout

    return reply


@pytest.fixture
def signed(signer):
    return sign_image(bytes(golden("x64")), "a.sys", signer)


def stamped_by(trust):
    return Trust(trust.authorities, trust.day, (signing.raw(stamps_root()),))


@pytest.fixture
def url(service):
    """The address of a service of HTTP on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            reply = service(asked)
            if self.path == "/other":
                reply = service(timestamp.request(b"another signature"))
            elif self.path == "/refused":
                reply = bytes.fromhex("30053003020102")
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_args):
            """Nothing: the test's output stays its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_command_stamps_images(url, signed, authority, trust, tmp_path, capsys):
    path = tmp_path / "a.sys"
    path.write_bytes(signed)
    assert main(["timestamp", str(path), "--url", url]) == 0
    assert capsys.readouterr().out == f"stamped {path}\n"
    made = path.read_bytes()
    digests = {authenticode_digest(Image(each, "a"), "sha256") for each in (signed, made)}
    assert len(digests) == 1
    verdict = verify_image(made, "a.sys", stamped_by(trust))
    assert verdict.problems == ()
    assert verdict.stamped is not None
    root = tmp_path / "root.pem"
    root.write_bytes(stamps_root().public_bytes(serialization.Encoding.PEM))
    command = [peers.require("osslsigncode"), "verify", "-CAfile", authority.ca]
    command += ["-TSA-CAfile", root, "-in", path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Timestamp Server Signature verification: ok" in done.stdout


def test_the_command_stamps_cabinets(url, signer, authority, trust, tmp_path):
    path = tmp_path / "a.cab"
    cabinet = write_cabinet([("a\\a.inf", b"x" * 40_000)], dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    path.write_bytes(sign_cabinet(cabinet, "a.cab", signer))
    assert main(["timestamp", str(path), "--url", url]) == 0
    made = path.read_bytes()
    verdict = verify_cabinet(made, "a.cab", stamped_by(trust))
    assert verdict.problems == ()
    assert verdict.stamped is not None
    chance = random.Random(3)
    for _ in range(40):
        content = bytearray(made)
        content[chance.randrange(len(made))] ^= chance.randrange(1, 256)
        assert verify_cabinet(bytes(content), "a.cab", stamped_by(trust)).problems
    root = tmp_path / "root.pem"
    root.write_bytes(stamps_root().public_bytes(serialization.Encoding.PEM))
    command = [peers.require("osslsigncode"), "verify", "-CAfile", authority.ca]
    command += ["-TSA-CAfile", root, "-in", path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Timestamp Server Signature verification: ok" in done.stdout


def test_a_stamp_by_an_unknown_authority_is_refused(url, signed, trust, tmp_path, capsys):
    path = tmp_path / "a.sys"
    path.write_bytes(signed)
    assert main(["timestamp", str(path), "--url", url]) == 0
    problems = verify_image(path.read_bytes(), "a.sys", trust).problems
    assert problems == ("a.sys: the time stamp: 'Stamps' is no trusted authority for time stamps",)
    assert main(["timestamp", str(path), "--url", url]) == 2
    assert "the signature has a time stamp; sign again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/other", "the reply stamps something else than this signature"),
        ("/refused", "the time stamp service refused with status 2"),
    ],
)
def test_replies_that_are_no_stamp(url, path, message, signed, tmp_path, capsys):
    file = tmp_path / "a.sys"
    file.write_bytes(signed)
    assert main(["timestamp", str(file), "--url", url + path]) == 1
    assert message in capsys.readouterr().err
    assert file.read_bytes() == signed


def test_a_service_that_is_not_there(signed, tmp_path, capsys):
    file = tmp_path / "a.sys"
    file.write_bytes(signed)
    assert main(["timestamp", str(file), "--url", "http://127.0.0.1:1/"]) == 1
    assert "Connection refused" in capsys.readouterr().err
    assert main(["timestamp", str(file), "--url", "file:///etc/passwd"]) == 2


def test_every_changed_byte_of_a_stamp_is_refused(service, signed, trust):
    raw = signature_in(signed, "a.sys")
    asked = timestamp.request(timestamp.signature_of(raw, "a.sys"), 5)
    found = timestamp.token(service(asked), asked, "a.sys")
    made = timestamp.stamped(raw, found)
    start = made.index(found)
    known = stamped_by(trust)
    good = replace_signature(signed, "a.sys", made)
    assert verify_image(good, "a.sys", known).problems == ()
    for at in range(start, start + len(found), 7):
        other = bytearray(made)
        other[at] ^= 1 << at % 8
        image = replace_signature(signed, "a.sys", bytes(other))
        assert verify_image(image, "a.sys", known).problems, f"{at - start:#x}"


def test_requests_and_bad_replies():
    asked = timestamp.request(b"signature", 5)
    assert timestamp.request(b"signature", 5) == asked
    assert timestamp.request(b"signature") != timestamp.request(b"signature")
    with pytest.raises(SigningError, match=r"a\.sys: the reply is no time stamp: "):
        timestamp.token(b"<html>", asked, "a.sys")
    with pytest.raises(PackageError, match=r"a\.sys: the signature cannot be read"):
        timestamp.signature_of(b"nothing", "a.sys")
