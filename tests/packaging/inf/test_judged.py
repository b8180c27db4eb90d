"""Findings in public INF files that were judged by hand, and all files of these repositories read.

``judged.toml`` is the table. With ``NTBUILD_SAMPLES`` and ``NTBUILD_VIRTIO`` (checkouts of
Windows-driver-samples and kvm-guest-drivers-windows) the files themselves are looked at.
"""

import os
import tomllib
from pathlib import Path

import pytest

from ntbuild.packaging.inf.lint import INF_RULES, findings
from ntbuild.packaging.inf.read import read_inf
from ntbuild.packaging.inf.rules import Subject
from ntbuild.packaging.inf.text import decode

ROWS = tomllib.loads(Path(__file__).with_name("judged.toml").read_text("utf-8"))["finding"]
VARIABLES = {"samples": "NTBUILD_SAMPLES", "virtio": "NTBUILD_VIRTIO"}


def findings_of(path):
    text, _, _ = decode(path.read_bytes(), path.name)
    subject = Subject(read_inf(text, path.name), template=path.suffix.lower() == ".inx")
    return findings(subject)


def test_fifty_findings_are_judged():
    assert len(ROWS) >= 50
    keys = {(each["rule"], each["repository"], each["file"], each["line"]) for each in ROWS}
    assert len(keys) == len(ROWS)
    for each in ROWS:
        assert each["rule"] in INF_RULES
        assert each["repository"] in VARIABLES
        assert each["why"]
        level = INF_RULES[each["rule"]].level.word
        assert each["now"] in {"", "note", "warning", "error"}
        assert each["is_true"] is (each["now"] != "") or each["now"] != level


@pytest.mark.parametrize("repository", VARIABLES)
def test_all_files_are_read_and_the_findings_are_as_judged(repository):
    if not os.environ.get(VARIABLES[repository]):
        pytest.skip(f"{VARIABLES[repository]} names no checkout")
    top = Path(os.environ[VARIABLES[repository]])
    paths = [each for each in top.rglob("*") if each.suffix.lower() in {".inf", ".inx"}]
    found = {path.relative_to(top).as_posix(): findings_of(path) for path in paths}
    assert len(found) >= {"samples": 120, "virtio": 20}[repository]
    for row in ROWS:
        if row["repository"] == repository:
            levels = {
                each.level.word
                for each in found[row["file"]]
                if (each.rule.id, each.line) == (row["rule"], row["line"])
            }
            assert levels == ({row["now"]} if row["now"] else set()), row
