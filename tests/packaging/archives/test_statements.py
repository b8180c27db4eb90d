"""Provenance and SBOM: the same each time, and as their schemas have them."""

import datetime as dt
import json
import sys

import pytest

from ntbuild.packaging.archives.provenance import provenance
from ntbuild.packaging.archives.sbom import sbom
from ntbuild.packaging.errors import PackageError

DIGEST = "ab" * 32
TIME = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
SUBJECTS = [("mine/mine.sys", "cd" * 32), ("mine/mine.inf", "ef" * 32)]
INPUTS = [{"path": "mine.c", "sha256": DIGEST}, {"path": "mine.h", "sha256": DIGEST}]
RECORD = {
    "record": 1,
    "build": {"targets": ["package/mine"], "variables": {"arch": "x64"}, "source_date_epoch": "5"},
    "commit": {"id": "1" * 40, "modified": False, "folder": "sub"},
    "tools": {"ntbuild": "0.1", "none": None, "compilers": {"zig x64": {"version": "zig 1"}}},
    "images": [{"file": "mine/mine.sys", "inputs": INPUTS, "scripts": INPUTS[:1]}],
    "packages": [{"name": "mine", "version": "1.2.3.4", "inputs": INPUTS}],
}


def test_the_statement_names_what_was_made_and_of_what():
    statement = json.loads(provenance(RECORD, SUBJECTS))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://slsa.dev/provenance/v1"
    assert statement["subject"][0] == {"name": "mine/mine.sys", "digest": {"sha256": "cd" * 32}}
    definition = statement["predicate"]["buildDefinition"]
    assert definition["resolvedDependencies"] == [
        {"name": "source", "digest": {"gitCommit": "1" * 40}},
        {"name": "mine.c", "digest": {"sha256": DIGEST}},
        {"name": "mine.h", "digest": {"sha256": DIGEST}},
    ]
    builder = statement["predicate"]["runDetails"]["builder"]
    assert builder == {
        "id": "pkg:pypi/ntbuild@0.1",
        "version": {"ntbuild": "0.1", "zig x64": "zig 1"},
    }
    without = json.loads(provenance({**RECORD, "commit": None}, SUBJECTS))
    assert len(without["predicate"]["buildDefinition"]["resolvedDependencies"]) == 2


def test_the_bill_names_each_file_and_its_sources():
    text = sbom(RECORD, SUBJECTS, TIME)
    assert text == sbom(RECORD, SUBJECTS, TIME)
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["timestamp"] == "2026-01-02T00:00:00+00:00"
    root = bill["metadata"]["component"]
    assert (root["type"], root["name"], root["version"]) == ("device-driver", "mine", "1.2.3.4")
    names = {each["name"]: each["hashes"][0]["content"] for each in bill["components"]}
    assert names == {**dict(SUBJECTS), "mine.c": DIGEST, "mine.h": DIGEST}
    depends = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}
    (image,) = [ref for ref in depends if ref.startswith("file:mine/mine.sys")]
    assert image in depends["package:mine"]
    assert len(depends[image]) == 2
    assert bill["serialNumber"] != json.loads(sbom(RECORD, SUBJECTS[:1], TIME))["serialNumber"]


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cyclonedx.model.bom", None)
    with pytest.raises(PackageError, match=r"pip install 'ntbuild\[sbom\]'"):
        sbom(RECORD, SUBJECTS, TIME)
