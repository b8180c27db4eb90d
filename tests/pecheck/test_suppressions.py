"""Suppressions and baselines: what is accepted does not count, and no list rots unseen."""

import json
from datetime import date

import pytest

from ntbuild.pecheck import check
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.suppressions import SuppressionError, read_suppressions, review
from pecheck.mutations import MUTATIONS

ENTRY = '[[suppress]]\nrule = "DRV305"\njustification = "known"\n'


def _bad(rule, name):
    return next(m for m in MUTATIONS if (m.rule, m.name) == (rule, name)).make("x64")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wx.sys").write_bytes(_bad("DRV305", "text"))
    return tmp_path


def _check(folder, text, *words):
    (folder / "s.toml").write_text(text)
    return main(["wx.sys", "--suppressions", "s.toml", "--today", "2027-01-01", *words])


@pytest.mark.parametrize(
    "more", ["", 'section = ".text"', 'file = "wx.sys"', "expires = 2027-01-01"]
)
def test_a_suppressed_finding_does_not_count(folder, capsys, more):
    assert _check(folder, ENTRY + more) == 0
    out = capsys.readouterr().out
    assert (
        out == "1 file, 0 without findings: 0 errors, 0 warnings, 0 notes, 1 suppressed or known\n"
    )


def test_the_slug_does_as_well(folder, capsys):
    assert _check(folder, ENTRY.replace("DRV305", "wx")) == 0
    assert "DRV" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ('section = ".data"', "DRV001 unused-suppression"),
        ('file = "other.sys"', "DRV001 unused-suppression"),
        ("expires = 2026-12-31", "DRV002 expired-suppression"),
    ],
)
def test_one_that_does_not_apply_is_a_finding(folder, capsys, more, rule):
    assert _check(folder, ENTRY + more) == 1
    out = capsys.readouterr().out
    assert "error DRV305" in out
    assert f"s.toml: suppress[0](file+0x0): warning {rule}" in out


def test_json_and_sarif_keep_suppressed_findings_with_the_reason(folder, capsys):
    assert _check(folder, ENTRY, "--format", "json") == 0
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["suppressed"] is True
    assert finding["justification"] == "known"
    assert _check(folder, ENTRY, "--format", "sarif") == 0
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "known"}
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[suppress", "s.toml: "),
        ("x = 1", "s.toml: x: unknown key"),
        ("suppress = 1", "s.toml: suppress: expected a list, not 1"),
        ("suppress = [1]", "s.toml: suppress[0]: expected a table"),
        (ENTRY + "why = 1", "s.toml: suppress[0].why: unknown key"),
        (ENTRY + "expires = 1", "s.toml: suppress[0].expires: expected a date such as"),
        (ENTRY + "section = 1", "s.toml: suppress[0].section: expected a string"),
        (ENTRY.replace("known", " "), "s.toml: suppress[0].justification: say why"),
        (ENTRY.replace("DRV305", "DRV1"), "s.toml: suppress[0].rule: no rule 'DRV1'"),
        ('[[suppress]]\njustification = "x"', "s.toml: suppress[0].rule: missing; it is a string"),
    ],
)
def test_a_bad_list_is_one_line(folder, capsys, text, message):
    with pytest.raises(SuppressionError) as caught:
        read_suppressions(text, "s.toml")
    assert str(caught.value).startswith(message)
    assert _check(folder, text) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"pecheck: {message}")
    assert err.count("\n") == 1


def test_without_a_day_nothing_expires():
    findings = check(_bad("DRV305", "text"), "wx.sys")
    entries = read_suppressions(ENTRY + "expires = 1999-01-01", "s.toml")
    assert [each.counts for each in review(findings, suppressions=entries)] == [False]
    reviewed = review(findings, suppressions=entries, today=date(2000, 1, 1))
    assert [each.finding.rule for each in reviewed if each.counts] == ["DRV305", "DRV002"]


def test_source_date_epoch_is_today(folder, capsys, monkeypatch):
    (folder / "s.toml").write_text(ENTRY + "expires = 2001-09-08")
    for epoch, code in (("999900000", 0), ("1000000000", 1)):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        assert main(["wx.sys", "--suppressions", "s.toml"]) == code
    assert "expired on 2001-09-08" in capsys.readouterr().out


def test_a_baseline_forgives_what_is_known_and_nothing_else(folder, capsys):
    assert main(["wx.sys", "--write-baseline", "b.json"]) == 1
    assert main(["wx.sys", "--baseline", "b.json"]) == 0
    (folder / "wx.sys").write_bytes(_bad("DRV305", "data"))
    capsys.readouterr()
    assert main(["wx.sys", "--baseline", "b.json"]) == 1
    out = capsys.readouterr().out
    assert "error DRV305 wx: .data" in out
    assert "baseline(file+0x0): note DRV003 stale-baseline: no longer found: wx.sys: DRV305" in out


@pytest.mark.usefixtures("folder")
def test_a_baseline_shows_in_sarif_as_a_state(capsys):
    main(["wx.sys", "--write-baseline", "b.json"])
    capsys.readouterr()
    main(["wx.sys", "--baseline", "b.json", "--format", "sarif"])
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["baselineState"] == "unchanged"


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"schema": 1}'])
def test_a_bad_baseline_is_one_line(folder, capsys, text):
    (folder / "b.json").write_text(text)
    assert main(["wx.sys", "--baseline", "b.json"]) == 2
    assert capsys.readouterr().err.startswith("pecheck: b.json: ")
    assert main(["wx.sys", "--baseline", "none.json"]) == 2
    assert capsys.readouterr().err == "pecheck: none.json: No such file or directory\n"
