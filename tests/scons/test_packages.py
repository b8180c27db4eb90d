"""``scons package``: packages of a project, made again where something changed, and verified."""

import base64
import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

import peers
from ntbuild.building.packages.declaration import PackageKeywords
from ntbuild.commands.cli import main
from ntbuild.support.values import fields
from pecheck import signing
from sconsproject import ROOT, Outside

SOURCE = """\
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)driver;
    (void)path;
    return STATUS_SUCCESS;
}
"""
SCRIPT = """\
from ntbuild import Sign, project

env = project("mine")
driver = env.Driver("mine", ["mine.c"])
env.DriverPackage("mine", driver, version="1.2.3.4", provider="Me"{more})
"""
FOLDER = "build/package/zig/x64/debug/mine"
END = signing.END.replace(year=2040)
PASSWORD = "secret pw 7f3a"  # noqa: S105 - it shall be found where it must not be
TRUSTED = ["test-ca.cer", "test-ca.pem", "test-signer.cer"]
NAMES = ["mine.cat", "mine.inf", "mine.sys", *TRUSTED]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return str(tmp_path_factory.mktemp("data"))


PAGE = (ROOT / "docs/packages.md").read_text(encoding="utf-8")


def write(folder, more="", built=None):
    """A project; ``built``: another one of the same sources, whose objects and driver it gets."""
    project = Outside(folder)
    if built:
        shutil.copytree(built.root / "build/zig", folder / "build/zig")
        shutil.copy(built.root / ".sconsign.dblite", folder)
    project.write("mine.c", SOURCE)
    project.write("SConstruct", SCRIPT.format(more=more))
    return project


@pytest.fixture(scope="module")
def made(tmp_path_factory, data):
    project = write(tmp_path_factory.mktemp("first"))
    project.scons("package", NTBUILD_DATA=data)
    return project


def test_a_package_is_complete_and_good(made, data, monkeypatch, capsys):
    assert sorted(made.files(FOLDER)) == NAMES
    assert list(made.files("build/package/symbols")) == ["zig/x64/debug/mine/mine.pdb"]
    monkeypatch.setenv("NTBUILD_DATA", data)
    assert main(["verify", str(made.root / FOLDER), "--project", "mine"]) == 0
    names = (("test-ca.cer", "TEST CA of mine"), ("test-signer.cer", "TEST signer of mine"))
    for file, name in names:
        raw = (made.root / FOLDER / file).read_bytes()
        subject = x509.load_der_x509_certificate(raw).subject.rfc4514_string()
        assert subject == f"CN={name} (ntbuild)"
    assert "good, signed by TEST signer of mine" in capsys.readouterr().out


def test_nothing_changed_nothing_made(made, data):
    run = made.scons("package", NTBUILD_DATA=data)
    first, head, *rest = run.lines
    assert first == "scons: `package' is up to date."
    assert re.fullmatch(r"1 package for x64 in \d+\.\d s", head)
    assert rest == [
        "  package mine  x64  good, signed by TEST signer of mine (ntbuild)",
        f"  {FOLDER}",
    ]


def test_the_same_bytes_in_another_folder(made, tmp_path, data):
    other = write(tmp_path / "some where")
    other.scons("package/mine", "-j2", NTBUILD_DATA=data)
    assert other.files("build/package") == made.files("build/package")


def test_a_package_is_made_again_from_its_record(made, monkeypatch, capsys, tmp_path):
    record = made.root / f"{FOLDER}.build.json"
    monkeypatch.setenv("NTBUILD_DATA", str(tmp_path / "no key"))
    again = ["rebuild", str(record), "--source", str(made.root)]
    assert main([*again, "--in", str(tmp_path / "new")]) == 0
    assert "4 files made again, each byte the same" in capsys.readouterr().out
    assert not (tmp_path / "no key").exists()
    assert not (tmp_path / "new" / FOLDER / "test-ca.pem").exists()


def test_what_a_package_is_delivered_as(made, tmp_path, data, monkeypatch):
    monkeypatch.setenv("NTBUILD_DATA", data)
    first, second = (write(tmp_path / each, ', archives=["zip", "cab"]', made) for each in "ab")
    first.scons("package", NTBUILD_DATA=data)
    assert first.scons("package", NTBUILD_DATA=data).lines[0] == "scons: `package' is up to date."
    second.scons("package", NTBUILD_DATA=data)
    files = first.files("build/package/zig/x64/debug")
    assert files == second.files("build/package/zig/x64/debug")
    above = ("SHA256SUMS", "build.json", "cab", "cdx.json", "intoto.json", "zip")
    assert [name for name in files if "/" not in name] == [f"mine.{each}" for each in above]
    with zipfile.ZipFile(io.BytesIO(files["mine.zip"])) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    said = ("SHA256SUMS", "build.json", "cdx.json", "intoto.json")
    assert sorted(inside) == sorted([*said, *(f"mine/{name}" for name in NAMES)])
    assert {name: inside[name] for name in inside if "/" in name} == {
        name: files[name] for name in inside if "/" in name
    }
    for sums, content in ((files["mine.SHA256SUMS"], files), (inside["SHA256SUMS"], inside)):
        for line in sums.decode().splitlines():
            digest, name = line.split("  ")
            assert digest == hashlib.sha256(content[name]).hexdigest()
    cab = first.root / f"{FOLDER}.cab"
    assert main(["verify", str(cab), "--project", "mine"]) == 0
    listed = subprocess.run(
        [peers.require("cabextract"), "-l", str(cab)], capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"\| (\S+)$", listed, re.MULTILINE)[-4:] == [
        f"mine/mine.{suffix}" for suffix in ("cat", "inf", "pdb", "sys")
    ]
    first.edit("SConstruct", '"cab"]', '"cab"], sbom=False')
    run = first.scons("package", NTBUILD_DATA=data)
    assert [each.split()[0] for each in run.lines[:4]] == ["RECORD", "ABOUT", "ZIP", "SUMS"]


def test_what_is_not_as_recorded_is_a_line(made, capsys, tmp_path):
    record = json.loads((made.root / f"{FOLDER}.build.json").read_text())
    files = {each["file"]: each for each in record["packages"][0]["files"]}
    files["mine/mine.inf"]["unsigned_sha256"] = "ab" * 32
    record["tools"]["ziglang"] = "0.1"
    wrong = tmp_path / "build.json"
    wrong.write_text(json.dumps(record))
    assert main(["rebuild", str(wrong), "--source", str(made.root)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"ntbuild: tool ziglang: [\d.]+ here, 0\.1 recorded", lines[0])
    assert re.match(r"ntbuild: mine/mine\.inf: sha256 \w{16}\.\.\. here, abab", lines[1])
    assert lines[2] == f"ntbuild: rebuild: {wrong}: differs"
    (source,) = [e for e in record["images"][0]["inputs"] if e["path"] == "mine.c"]
    source["sha256"] = "ab" * 32
    wrong.write_text(json.dumps(record))
    assert main(["rebuild", str(wrong), "--source", str(made.root)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "ntbuild: mine.c: another content than recorded",
        f"ntbuild: rebuild: {wrong}: not built",
    ]


def test_what_is_built_by_default_has_no_package(tmp_path, data, made):
    project = write(tmp_path, built=made)
    assert project.scons(NTBUILD_DATA=data).steps("CAT") == []
    run = project.scons("--dry-run", "package", NTBUILD_DATA=data)
    assert run.steps("CAT") == [f"{FOLDER}/mine.cat"]
    assert not (project.root / "build/package").exists()


def test_without_the_packages_for_signing_drivers_build_and_packages_say_so(tmp_path, made):
    project = write(tmp_path, built=made)
    for name in ("platformdirs", "cryptography"):
        project.write(f"none/{name}.py", f"raise ImportError({name!r})")
    path = os.pathsep.join([str(tmp_path / "none"), str(ROOT / "site_scons")])
    assert project.scons(PYTHONPATH=path, NTBUILD_DATA="").lines == (
        "scons: `drivers' is up to date.",
    )
    errors = project.scons("package", status=2, PYTHONPATH=path, NTBUILD_DATA="").errors
    assert "SConstruct:5: sign: where a test key is kept needs the package platformdirs" in errors


def test_without_the_package_for_an_sbom_nothing_is_built_for_one(tmp_path, data, made):
    project = write(tmp_path, ', archives="zip"', made)
    project.write("none/sitecustomize.py", "import sys\nsys.modules['cyclonedx'] = None\n")
    path = os.pathsep.join([str(tmp_path / "none"), str(ROOT / "site_scons")])
    run = project.scons("package", status=2, PYTHONPATH=path, NTBUILD_DATA=data)
    text = "SConstruct:5: DriverPackage('mine'): archives: an SBOM needs the package cyclonedx-"
    assert text in run.errors
    assert run.errors.splitlines()[1].endswith(
        "pip install 'ntbuild[sbom]'; sbom=False leaves it out"
    )
    assert run.steps("CC") == run.steps("SIGN") == []


def test_a_changed_inf_makes_only_the_catalog_again(tmp_path, data, made):
    project = write(tmp_path, ', inf="mine.inx"', made)
    text = (made.root / FOLDER / "mine.inf").read_text()
    project.write("mine.inx", text.replace("NTamd64", "NT$ARCH$"))
    project.scons("package", NTBUILD_DATA=data)
    assert (project.root / FOLDER / "mine.inf").read_text() == text
    project.edit("mine.inx", "mine driver", "my driver")
    run = project.scons("package", NTBUILD_DATA=data)
    *steps, head, signed, places = run.lines
    assert [each.split()[0] for each in steps] == ["INF", "CAT", "RECORD"]
    assert re.fullmatch(r"1 package for x64 in \d+\.\d s", head)
    assert signed == "  package mine  x64  good, signed by TEST signer of mine (ntbuild)"
    assert places == f"  {FOLDER}"
    project.edit("mine.inx", "PnpLockDown = 1", "PnpLockDown = 0")
    for run in (project.scons("package", NTBUILD_DATA=data) for _ in range(2)):
        assert "DRV901 inf-version: no PnpLockDown=1" in run.errors
        assert run.lines[-3].endswith(" s: 1 finding")


def test_files_of_other_folders_and_of_an_earlier_declaration(tmp_path, data, made):
    project = write(tmp_path, ', inf="../inf/mine.inx", files=["../notes.txt"]', made)
    (tmp_path / "sub").mkdir()
    (tmp_path / "mine.c").rename(tmp_path / "sub/mine.c")
    (tmp_path / "SConstruct").rename(tmp_path / "sub/SConscript")
    project.edit("sub/SConscript", 'env = project("mine")', 'Import("env")')
    script = "from ntbuild import project\nproject('mine', scripts=['sub/SConscript'])\n"
    project.write("SConstruct", script)
    project.write("inf/mine.inx", (made.root / FOLDER / "mine.inf").read_text())
    project.write("notes.txt", "some words")
    project.scons("package", NTBUILD_DATA=data)
    assert sorted(project.files(FOLDER)) == sorted([*NAMES, "notes.txt"])
    project.edit("sub/SConscript", ', files=["../notes.txt"]', "")
    run = project.scons("package", NTBUILD_DATA=data)
    assert f"{FOLDER}/notes.txt: removed, the package no longer has it" in run.errors
    assert sorted(project.files(FOLDER)) == NAMES


def test_an_inf_with_an_error_leaves_no_package(tmp_path, data, made):
    project = write(tmp_path, ', inf="mine.inx"', made)
    text = (made.root / FOLDER / "mine.inf").read_text()
    project.write("mine.inx", text.replace("[Service]", "[Servicee]"))
    run = project.scons("package", status=2, NTBUILD_DATA=data)
    assert re.search(
        r"mine\.inx:\d+: error DRV923 inf-sections: no section \[Service\]", run.errors
    )
    assert not (project.root / FOLDER / "mine.cat").exists()
    assert not (project.root / FOLDER / "mine.inf").exists()


def test_an_inf_beside_the_sources_folder(tmp_path, data, made):
    text = (made.root / FOLDER / "mine.inf").read_text()
    project = Outside(tmp_path)
    scripts = 'from ntbuild import project\nproject("mine", scripts=["sys/SConscript"])\n'
    project.write("SConstruct", scripts)
    project.write("sys/mine.c", SOURCE)
    project.write("inf/mine.inx", text.replace(".Services]", ".Service]"))
    script = SCRIPT.partition("\n\n")[2].replace('env = project("mine")', 'Import("env")')
    project.write("sys/SConscript", script.format(more=', inf="../inf/mine.inx"'))
    run = project.scons("package", status=2, NTBUILD_DATA=data)
    assert "error DRV932 inf-started: mine.sys is in the package" in run.errors
    assert "fix: name it [DefaultInstall.NTamd64.10.0...16299.Services]" in run.errors
    project.write("inf/mine.inx", text)
    project.scons("package", NTBUILD_DATA=data)
    assert (project.root / FOLDER / "mine.inf").read_text() == text


HOW = ', sign=Sign(pkcs12="own.pfx", password_{}="{}"), archives=["zip", "cab"]'


@pytest.mark.parametrize(("way", "value"), [("env", "OWN_PASSWORD"), ("file", "../password.txt")])
def test_no_secret_is_left_anywhere(tmp_path, data, made, way, value):
    """Not in files, archives, caches and logs of a build, nor in a command line while it runs."""
    home = tmp_path / "project"
    project = write(home, HOW.format(way, value), made)
    project.write("SConstruct", f"CacheDir('cache')\n{(home / 'SConstruct').read_text()}")
    own = signing.certificate("Leaf", "Leaf", "leaf", "leaf", (signing.CODE,), end=END)
    key, lock = signing.key("leaf"), serialization.BestAvailableEncryption(PASSWORD.encode())
    pfx = pkcs12.serialize_key_and_certificates(b"own", key, own, None, lock)
    (home / "own.pfx").write_bytes(pfx)
    (home / "own.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))
    given = {"OWN_PASSWORD": PASSWORD} if way == "env" else {}
    (tmp_path / "password.txt").write_text(f"{PASSWORD}\nnot this line\n")
    with Watch() as seen:
        words = ("package", "report", "--verbose", "--debug=explain")
        run = project.scons(*words, NTBUILD_DATA=data, **given)
    assert main(["verify", str(home / FOLDER), "--ca", str(home / "own.pem")]) == 0
    assert main(["verify", str(home / f"{FOLDER}.cab"), "--ca", str(home / "own.pem")]) == 0
    assert any("SCons" in line and "--debug=explain" in line for line in seen.lines)
    files = project.files(".")
    assert "build/report.html" in files
    with zipfile.ZipFile(home / f"{FOLDER}.zip") as archive:
        files |= {f"zip/{name}": archive.read(name) for name in archive.namelist()}
    files |= {"stdout": run.text.encode(), "stderr": run.errors.encode()}
    files["processes"] = "\n".join(seen.lines).encode()
    assert found_secrets(files, key) == []
    assert found_secrets({"own": key_bytes(key)}, key) == ["own"]
    tests = serialization.load_pem_private_key(
        (Path(data) / "test-ca/mine/signer.key").read_bytes(), None
    )
    assert found_secrets(made.files(".") | files, tests) == []
    assert [
        name for name in files if name.startswith("cache/") and files[name][:4] == b"MSCF"
    ] == []


def key_bytes(key):
    """The encoded private key."""
    none = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, none)


def found_secrets(files, key):
    """Names of files with the password, or with a number of a private key in any usual form."""
    numbers = key.private_numbers()
    raw = [each.to_bytes((each.bit_length() + 7) // 8, "big") for each in (numbers.d, numbers.p)]
    encoded = base64.b64encode(key_bytes(key))
    forms = [*raw, *(each[::-1] for each in raw), *(each.hex().encode() for each in raw)]
    forms += [encoded[300:360], PASSWORD.encode(), PASSWORD.encode("utf-16-le")]
    forms += [base64.b64encode(PASSWORD.encode()), PASSWORD.encode().hex().encode()]
    kept = {name: raw for name, raw in files.items() if not name.endswith(".pfx")}
    return [name for name, raw in kept.items() if any(form in raw for form in forms)]


class Watch:
    """The command lines of all processes of this machine, seen while something runs."""

    def __init__(self):
        self.lines = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _look(self):
        while not self._done.wait(0.01):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):
                    self.lines.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))


def test_an_own_key_and_none(tmp_path, data, made):
    pem = serialization.Encoding.PEM
    own = signing.certificate("Leaf", "Leaf", "leaf", "leaf", (signing.CODE,), end=END)
    lock = serialization.BestAvailableEncryption(PASSWORD.encode())
    raw = signing.key("leaf").private_bytes(pem, serialization.PrivateFormat.PKCS8, lock)
    how = ', sign=Sign(key="own.key", certificates=("own.pem",), password_env="OWN_PASSWORD")'
    project = write(tmp_path, how, made)
    (tmp_path / "own.key").write_bytes(raw)
    (tmp_path / "own.pem").write_bytes(own.public_bytes(pem))
    project.scons("package", NTBUILD_DATA=data, OWN_PASSWORD=PASSWORD)
    assert main(["verify", str(tmp_path / FOLDER), "--ca", str(tmp_path / "own.pem")]) == 0
    project.edit("SConstruct", how, ', sign="off"')
    project.scons("package", NTBUILD_DATA=data)
    assert main(["verify", str(tmp_path / FOLDER), "--ca", str(tmp_path / "own.pem")]) == 1


def test_the_way_to_a_test_machine(tmp_path, data, monkeypatch, capsys):
    """The first part of docs/test-signing.md."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NTBUILD_DATA", data)
    page = (ROOT / "docs/test-signing.md").read_text(encoding="utf-8")
    part = page.partition("## Build and sign")[2].partition("## Prepare")[0]
    _, new, enter, build, verify = re.findall(r"^    (\S.*)$", part, re.MULTILINE)
    assert main(new.split()[1:]) == 0
    monkeypatch.chdir(enter.split()[1])
    Outside(Path.cwd()).scons(*build.split()[1:], NTBUILD_DATA=data)
    capsys.readouterr()
    assert main(verify.split()[1:]) == 0
    assert "good, signed by TEST signer of mydriver (ntbuild)" in capsys.readouterr().out
    named = re.findall(r"^\| `(\S+)` \|", part, re.MULTILINE)
    inside = {each.name for each in Path(verify.split()[2]).iterdir()}
    assert inside - set(named) == {"test-ca.pem"}
    assert set(named) <= inside


def test_a_package_that_is_not_good_is_none(tmp_path, data, made):
    """The certificate has expired: nothing that could be installed or delivered is left."""
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    how = ', sign=Sign(key="own.key", certificates=["own.pem"]), archives=["zip", "cab"]'
    project = write(tmp_path, how, made)
    key = signing.key("leaf").private_bytes(pem, serialization.PrivateFormat.PKCS8, none)
    (tmp_path / "own.key").write_bytes(key)
    own = signing.certificate("Leaf", "Leaf", "leaf", "leaf", (signing.CODE,))
    (tmp_path / "own.pem").write_bytes(own.public_bytes(pem))
    run = project.scons("package", status=2, NTBUILD_DATA=data)
    assert re.search(r"^verify: error: mine\.cat: 'Leaf' .*valid", run.errors, re.MULTILINE), run
    left = project.files("build/package/zig/x64/debug")
    assert "mine/mine.inf" in left
    assert [name for name in left if name.endswith((".cat", ".zip", ".cab"))] == []


def test_the_page_says_what_there_is(tmp_path, data, made):
    first, second = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    project = write(tmp_path, built=made)
    project.write("SConstruct", first)
    project.scons("package/mine", NTBUILD_DATA=data)
    assert sorted(project.files(FOLDER)) == NAMES
    scope = {}
    exec(compile(second, "docs/packages.md", "exec"), scope)  # noqa: S102 - our own page
    assert scope["Sign"]
    keywords = set(re.findall(r"(\w+)(?:=|`,|` \|)", PAGE.split("|---|---|")[1].split("\n\n")[0]))
    assert {each.name for each in fields(PackageKeywords)} <= keywords


def test_no_signed_file_goes_into_a_cache(tmp_path, data):
    project = write(tmp_path)
    project.write("SConstruct", f"CacheDir('cache')\n{SCRIPT.format(more='')}")
    project.scons("package", NTBUILD_DATA=data)
    cached = set(project.files("cache").values())
    signed = [project.files(FOLDER)[name] for name in NAMES]
    assert cached
    assert [each for each in signed if each in cached] == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (', altitud="1"', r"SConstruct:5: DriverPackage\('mine'\): unknown keyword 'altitud'"),
        (", files=[5]", r"SConstruct:5: DriverPackage\('mine'\): files: 5 is no file"),
        (", inf=5", r"SConstruct:5: DriverPackage\('mine'\): inf: 5 is no file"),
        (', files=["missing.dll"]', r"[Ss]ource `missing\.dll' not found"),
    ],
)
def test_wrong_words_are_one_line(tmp_path, data, made, more, message):
    run = write(tmp_path, more, made).scons("package", status=2, NTBUILD_DATA=data)
    assert re.search(message, run.errors + run.text)
