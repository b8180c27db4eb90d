"""SARIF, JSON and text: right in shape, the same bytes each time, harmless on a terminal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ntbuild.pecheck import RULES, check
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.output.human import uses_colour
from ntbuild.pecheck.suppressions import ALL_RULES, LIST_RULES, fingerprints
from pecheck import sarif_shape
from pecheck.golden import golden
from pecheck.mutations import MUTATIONS

SITE = Path(__file__).parents[3] / "site_scons"


def _bad(rule, name):
    return next(m for m in MUTATIONS if (m.rule, m.name) == (rule, name)).make("x64")


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("good.sys").write_bytes(golden())
    Path("wx.sys").write_bytes(_bad("DRV305", "text"))
    Path("a b#\x1b[2J.sys").write_bytes(_bad("DRV318", "control"))
    Path("far.sys").write_bytes(_bad("DRV602", "wild"))
    return sorted(path.name for path in tmp_path.iterdir())


def _sarif(capsys, *arguments):
    main(["--format", "sarif", *arguments])
    text = capsys.readouterr().out
    return text, json.loads(text)


def test_sarif_has_the_standards_shape(files, capsys):
    _, log = _sarif(capsys, *files)
    assert sarif_shape.faults(log) == []
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(ALL_RULES)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][location["index"]]["location"]["uri"] == location["uri"]
    assert {a["location"]["uri"] for a in run["artifacts"]} == {
        "a%20b%23%5Cx1b%5B2J.sys", "far.sys", "good.sys", "wx.sys",
    }  # fmt: skip


def test_every_finding_there_can_be_has_the_shape(tmp_path, capsys):
    names = []
    for mutation in MUTATIONS:
        path = tmp_path / f"{mutation.rule}-{mutation.name}.sys"
        path.write_bytes(mutation.make(mutation.machines[0]))
        names.append(str(path))
    _, log = _sarif(capsys, "--profile", "base,boot,hvci,whql,sec,repro,signed", *names)
    assert sarif_shape.faults(log) == []
    found = {result["ruleId"] for result in log["runs"][0]["results"]}
    assert len(found) > 80
    marks = [r["partialFingerprints"]["pecheckFinding/v1"] for r in log["runs"][0]["results"]]
    assert len(set(marks)) == len(marks)


def test_the_shape_is_a_test():
    assert sarif_shape.faults({"version": "2.0.0", "runs": [{}], "more": 1}) == [
        "$.version: '2.0.0' is not one of ['2.1.0']",
        "$.runs[0]: no tool",
        "$: more is no property of sarifLog",
    ]


@pytest.mark.parametrize("shape", ["human", "json", "sarif"])
def test_output_is_the_same_in_every_process(files, shape):
    texts = set()
    for seed in ("0", "1", "77"):
        done = subprocess.run(
            [sys.executable, "-m", "ntbuild.pecheck", "--format", shape, *files],
            env={"PYTHONPATH": str(SITE), "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        texts.add(done.stdout)
    (text,) = texts
    assert "\x1b" not in text


def test_json_has_the_keys_that_were_promised(files, capsys):
    main(["--format", "json", *files])
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["schema", "files", "findings"]
    for finding in report["findings"]:
        promised = {
            "file",
            "rule",
            "slug",
            "level",
            "message",
            "location",
            "profiles",
            "suppressed",
        }
        assert promised <= set(finding)


@pytest.mark.usefixtures("files")
def test_a_place_is_a_byte_of_the_file(capsys):
    _, log = _sarif(capsys, "wx.sys")
    (result,) = log["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"byteOffset": 0x1AC, "byteLength": 0}
    main(["--format", "json", "wx.sys"])
    location = json.loads(capsys.readouterr().out)["findings"][0]["location"]
    assert location == {"section": "header", "offset": 0x1AC, "about": ".text", "fileOffset": 0x1AC}


def test_fingerprints_stay_when_addresses_move():
    findings = check(_bad("DRV602", "wild"), "a/x.sys")
    moved = [f.__class__(**{n: getattr(f, n) for n in f.__slots__}) for f in findings]
    assert fingerprints(findings) == fingerprints(moved)
    messages = [("unwind data of 0x1000: bad", "unwind data of 0x2000: bad"), ("a", "b")]
    for one, other in messages:
        pair = [
            fingerprints([type(f)(**{**{n: getattr(f, n) for n in f.__slots__}, "message": text})])
            for f in findings[:1]
            for text in (one, other)
        ]
        assert (pair[0] == pair[1]) == one.startswith("unwind")


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(environment, terminal, expected):
    assert uses_colour(environment, terminal=terminal) is expected


@pytest.mark.usefixtures("files")
def test_colour_is_around_words_only(capsys, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["wx.sys"])
    plain = capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["wx.sys"])
    coloured = capsys.readouterr().out
    assert "\x1b[1;31merror\x1b[0m" in coloured
    for code in ("1;31", "1", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


def test_a_hint_is_given_once(tmp_path, capsys):
    path = tmp_path / "a.sys"
    path.write_bytes(_bad("DRV309", "text"))
    main([str(path), str(path)])
    out = capsys.readouterr().out
    assert out.count("warning DRV309") == 2
    assert out.count("  hint: ") == 1


def test_rules_about_lists_are_explained_too(capsys):
    for name in LIST_RULES:
        assert main(["--explain", name]) == 0
        assert capsys.readouterr().out.startswith(name)
    assert not set(LIST_RULES) & set(RULES)
