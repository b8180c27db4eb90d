"""The rules about catalogs: a good package has no findings, and each seeded defect has its own."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import peers
from infsamples import GOOD
from ntbuild.commands.cli import main
from ntbuild.packaging.catalog import TRUST_LIST, WINDOWS_10, Catalog, Member, member, write_catalog
from ntbuild.packaging.catalog_rules import CATALOG_RULES, findings, subject_of
from ntbuild.packaging.errors import PackageError
from ntbuild.packaging.image_signature import sign_image
from ntbuild.packaging.signed_data import sign, unsigned
from ntbuild.packaging.systems import SYSTEMS, machine_of
from ntbuild.packaging.verify import Trust
from pecheck.golden import golden

TIME = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PAGE = Path(__file__).parents[2] / "docs/signing.md"
FILES = {"hello.sys": bytes(golden("x64")), "hello.inf": GOOD.encode()}
ATTRIBUTES = (("OS", "_v100_X64"), ("HWID1", "root\\hello"))


def package(signer, *, members=None, attributes=ATTRIBUTES, files=None, is_signed=True):
    """Files of a package with a catalog of members and attributes."""
    found = FILES if files is None else files
    listed = [member(name, raw) for name, raw in FILES.items()] if members is None else members
    content = write_catalog(Catalog(tuple(listed), attributes), TIME)
    raw = sign(TRUST_LIST, content, signer) if is_signed else unsigned(TRUST_LIST, content)
    return {**found, "hello.cat": raw}


def found(files, trust):
    return [(each.rule.id, each.message) for each in findings(subject_of(files, trust), "x")]


GOOD_MEMBERS = [member(name, raw) for name, raw in FILES.items()]
SYS, INF = GOOD_MEMBERS
BYTES = member("x", b"?" + FILES["hello.sys"])
DEFECTS = {
    "DRV911": [
        ({"members": [SYS]}, "hello.inf: not in the catalog"),
        (
            {"files": {**FILES, "hello.inf": GOOD.encode() + b";"}},
            "hello.inf: its digest is not the one in the catalog",
        ),
        ({"files": {**FILES, "more.dll": b"x"}}, "more.dll: not in the catalog"),
        ({"members": [SYS, INF, member("old.dll", b"x")]}, "old.dll: in the catalog and not in"),
        (
            {"members": [SYS, INF, Member("hello.inf", b"1" * 20, is_image=False)]},
            "hello.inf: a digest of 20 bytes, which is not SHA-256",
        ),
        ({"members": [SYS, INF, INF]}, "hello.inf: two members with one digest"),
    ],
    "DRV912": [
        ({"attributes": ATTRIBUTES[1:]}, "no attribute OS: it names no system"),
        ({"attributes": ATTRIBUTES[:1]}, "root\\hello: a hardware ID of the INF that the catalog"),
        (
            {"attributes": (("OS", "_v100_ARM64"), ATTRIBUTES[1])},
            "_v100_ARM64: a system of arm64; the INF is for x64",
        ),
        (
            {"attributes": (("OS", "_v100_ARM64"), ATTRIBUTES[1])},
            "no system of x64, which the INF is for",
        ),
        (
            {
                "members": [
                    SYS,
                    Member("hello.inf", INF.digest, is_image=False, os_attribute="2:6.1"),
                ]
            },
            "hello.inf: OSAttr is 2:6.1, without 2:10.0",
        ),
    ],
    "DRV913": [({"is_signed": False}, "the catalog is not signed")],
}
ROWS = [(rule, *each) for rule, rows in DEFECTS.items() for each in rows]


def test_a_good_package_has_no_findings(signer, trust):
    signed = {**FILES, "hello.sys": sign_image(FILES["hello.sys"], "hello.sys", signer)}
    assert found(package(signer), trust) == []
    assert found(package(signer, files=signed), trust) == []
    assert found(package(signer), None) == []


@pytest.mark.parametrize(("rule", "change", "message"), ROWS)
def test_a_defect_is_found(signer, trust, rule, change, message):
    own = [each for each in found(package(signer, **change), trust) if each[1].startswith(message)]
    assert [each[0] for each in own] == [rule]


def test_an_image_by_the_digest_of_its_bytes_is_told(signer, trust):
    flat = Member("hello.sys", hashlib.sha256(FILES["hello.sys"]).digest(), is_image=False)
    messages = [text for _, text in found(package(signer, members=[flat, INF]), trust)]
    assert "hello.sys: an image by the digest of its bytes, not by Authenticode's" in messages


def test_an_unknown_authority_and_a_changed_byte_are_told(signer, trust):
    nobody = Trust((), trust.day)
    lines = found(package(signer), nobody)
    assert {each[0] for each in lines} == {"DRV913"}
    assert any("is no trusted authority" in each[1] for each in lines)
    files = package(signer)
    raw = bytearray(files["hello.cat"])
    raw[raw.index(b"h\0e\0l\0l\0o\0")] ^= 1
    assert "DRV913" in [each[0] for each in found({**files, "hello.cat": bytes(raw)}, trust)]


def test_every_rule_has_a_defect_texts_and_its_place_in_the_page():
    assert DEFECTS.keys() == CATALOG_RULES.keys()
    page = PAGE.read_text(encoding="utf-8")
    for rule in CATALOG_RULES.values():
        text = f"### {rule.id} {rule.slug}\n\n{rule.title}. {rule.why}\n\n"
        text += f"- level: {rule.level.word}\n- fix: {rule.fix}\n- source: {rule.source}\n"
        assert text in page


def test_machines_of_systems():
    machines = {name: machine_of(each) for name, each in SYSTEMS.items()}
    assert {name.rpartition("_")[2] for name in SYSTEMS} == set(machines.values())
    assert [name for name, each in machines.items() if not name.endswith(f"_{each}")] == []
    assert machine_of("_x") is None
    assert WINDOWS_10 == "2:10.0"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.inf": b""}, "0 catalogs in the package, not one"),
        ({"a.cat": b"", "b.cat": b""}, "2 catalogs in the package, not one"),
        ({"a.cat": b"x"}, "a.cat: no catalog"),
        ({"a.cat": b"\x30\x80\0\0"}, "a.cat: no catalog"),
    ],
)
def test_what_is_no_package_is_told(files, message):
    with pytest.raises(PackageError) as caught:
        subject_of(files)
    assert str(caught.value).startswith(message)


@pytest.fixture
def _here(tmp_path, monkeypatch, signer, data_folder):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NTBUILD_DATA", str(data_folder))
    Path("package").mkdir()
    for name, raw in package(signer, attributes=()).items():
        Path("package", name).write_bytes(raw)


@pytest.mark.usefixtures("_here")
def test_the_command(capsys):
    words = ["cat", "lint", "package/", "--project", "demo", "--date", "2026-07-01"]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[1] for line in lines] == [" warning DRV912 cat-attributes"] * 2
    assert main([*words, "--fail-on", "warning", "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    (run,) = log["runs"]
    assert [each["id"] for each in run["tool"]["driver"]["rules"]] == list(CATALOG_RULES)
    assert [each["ruleIndex"] for each in run["results"]] == [1, 1]
    schema = json.loads(Path(peers.require_file("sarif-schema")).read_text(encoding="utf-8-sig"))
    assert list(Draft202012Validator(schema).iter_errors(log)) == []
    assert main(["cat", "rules"]) == 0
    assert capsys.readouterr().out.startswith("DRV911 cat-members (error)")
    Path("package/hello.cat").unlink()
    assert main(words) == 2
    assert capsys.readouterr().err == (
        "ntbuild: cat: lint: package/: 0 catalogs in the package, not one\n"
    )
    assert main(["cat", "lint", "none"]) == 2
    assert capsys.readouterr().err == "ntbuild: cat: lint: none: No such file or directory\n"
