"""The commands of docs/signing.md do what the page says."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

import peers
from infsamples import GOOD
from ntbuild.commands.cli import main
from pecheck import signing
from pecheck.golden import golden

PAGE = (Path(__file__).parents[2] / "docs/signing.md").read_text(encoding="utf-8")
LINES = [line.strip() for line in re.findall(r"^    (\S.*)$", PAGE, re.MULTILINE)]
FIRST = PAGE.partition("## Whose key")[0]


def run(line):
    """Run a line of the page: its own command in this process, others as programs."""
    words = shlex.split(line.replace("\\", "\\\\"))
    if words[0] == "ntbuild":
        assert main(words[1:]) == 0, line
    else:
        subprocess.run(words, check=True)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("NTBUILD_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    Path("hello.sys").write_bytes(bytes(golden("x64")))
    Path("hello.inf").write_text(GOOD)
    return tmp_path


def test_the_first_steps(here, capsys):
    steps = [line for line in LINES if line in FIRST]
    assert len(steps) == 5
    for line in steps:
        run(line)
    assert capsys.readouterr().out.endswith(
        "package: good, signed by TEST signer of demo (ntbuild)\n"
    )
    Path("test-ca.pem").write_bytes((here / "data/test-ca/demo/ca.pem").read_bytes())
    run(next(line for line in LINES if "--ca test-ca.pem" in line))


def test_a_key_in_a_program():
    peers.require("openssl")
    write_key()
    run(next(line for line in LINES if "openssl pkeyutl" in line))
    assert main(["verify", "hello.sys", "--ca", "own.pem", "--date", "2025-06-01"]) == 0


def test_a_key_in_a_token(here, monkeypatch):
    for name in ("softhsm2-util", "pkcs11-tool"):
        peers.require(name)
    module = peers.require_file("softhsm2")
    (here / "tokens").mkdir()
    Path("softhsm2.conf").write_text(f"directories.tokendir = {here}/tokens\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(here / "softhsm2.conf"))
    monkeypatch.setenv("TOKEN_PIN", "712846")
    write_key()
    steps = [line for line in LINES if "softhsm2" in line]
    assert len(steps) == 3
    for line in steps:
        words = line.replace("/usr/lib/softhsm/libsofthsm2.so", module)
        run(words if "ntbuild" in words else words.replace('"$TOKEN_PIN"', "712846"))
    assert main(["verify", "hello.sys", "--ca", "own.pem", "--date", "2025-06-01"]) == 0
    assert b"712846" not in Path("hello.sys").read_bytes()
    monkeypatch.setenv("TOKEN_PIN", "wrong")
    before = Path("hello.sys").read_bytes()
    assert main(shlex.split(steps[2].replace("/usr/lib/softhsm/libsofthsm2.so", module))[1:]) == 1
    assert Path("hello.sys").read_bytes() == before


def write_key():
    """An own key with its certificate."""
    pem = serialization.Encoding.PEM
    raw = signing.key("leaf").private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    Path("own.key").write_bytes(raw)
    Path("own.pem").write_bytes(
        signing.certificate("Leaf", "Leaf", "leaf", "leaf", (signing.CODE,)).public_bytes(pem)
    )
