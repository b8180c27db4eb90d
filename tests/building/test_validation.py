"""Accepted findings in a build: where, until when, and what no longer needs to be accepted."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import coffwriter as coff
from ntbuild import Allow, LinkOptions
from ntbuild.building.driver import BuildError, LinkStep
from ntbuild.building.validation import Validation
from ntbuild.pecheck.cli import main

OPTIONS = LinkOptions(driver="plain", machine="x64", entry="DriverEntry", subsystem="console")
LAST = date(2027, 6, 30)
AFTER = date(2027, 7, 1)


def allowed(rule, reason, section="", expires=None):
    return Allow(reason, section, expires, rule=rule, place=f"allow[{rule!r}]")


@pytest.fixture
def link(tmp_path):
    """Link a driver of the wrong subsystem (DRV207); gives the warnings and the report."""
    text = coff.Section(".text", bytes.fromhex("31c0c3"), coff.CODE, align=16)
    source = tmp_path / "entry.obj"
    source.write_bytes(coff.build("x64", [text], [coff.Symbol("DriverEntry", ".text")]))
    outputs = [str(tmp_path / name) for name in ("a.sys", "a.map", "a.check.txt")]

    def run(*allow, today=None, place="drivers/a/SConscript:3"):
        validation = Validation(allow=allow, today=today, place=place)
        said = LinkStep(OPTIONS, validation).run([str(source)], outputs)
        return said, Path(outputs[2]).read_text()

    return run


def test_what_is_accepted_is_in_the_report_with_its_reason(link):
    said, report = link(allowed("DRV207", "a test"))
    assert said == ()
    assert "error DRV207" in report
    assert 'fix: subsystem="native", or none [allowed: a test]' in report


def test_another_sections_finding_is_not_accepted(link):
    with pytest.raises(BuildError) as caught:
        link(allowed("DRV207", "a test", section=".text"))
    error, about, hint = str(caught.value).splitlines()
    assert hint == ">>> hint: scons --keep-refused keeps the image for pecheck dump"
    assert "error DRV207" in error
    assert about == (
        "pecheck: drivers/a/SConscript:3: allow['DRV207'](file+0x0): warning DRV001"
        " unused-suppression: the suppression of DRV207 suppresses nothing [base]"
        " fix: remove the entry, or correct its rule, section or file"
    )


def test_what_suppresses_nothing_is_told_and_stops_nothing(link):
    needed = allowed("DRV207", "a test")
    said, report = link(needed, allowed("DRV305", "was needed once"))
    (line,) = said
    assert line.startswith("pecheck: drivers/a/SConscript:3: allow['DRV305'](file+0x0): warning")
    assert "allow['DRV305'](file+0x0): warning DRV001" in report
    assert "SConscript:3" not in report  # a line moves and nothing is linked again


def test_on_the_last_day_it_holds_and_on_the_next_it_does_not(link):
    allow = allowed("DRV207", "a test", expires=LAST)
    assert link(allow, today=LAST)[0] == ()
    with pytest.raises(BuildError, match="DRV002 expired-suppression") as caught:
        link(allow, today=AFTER)
    assert "error DRV207" in str(caught.value)
    assert "expired on 2027-06-30" in str(caught.value)


def test_the_command_line_says_the_same_of_the_same_image(link, tmp_path, monkeypatch, capsys):
    said, _ = link(allowed("DRV207", "a test"), allowed("DRV305", "was needed once"))
    monkeypatch.chdir(tmp_path)
    Path("s.toml").write_text('[[suppress]]\nrule = "DRV305"\njustification = "as there"\n')
    main(["a.sys", "--suppressions", "s.toml"])
    line = next(line for line in capsys.readouterr().out.splitlines() if "DRV001" in line)
    what = line.partition("(file+0x0): ")[2]
    assert what.startswith("warning DRV001 unused-suppression: the suppression of DRV305")
    assert what in said[0]


def test_days_go_by_without_a_trace_until_one_matters():
    """The text is the signature by which a build links again."""
    validation = Validation(
        allow=(allowed("DRV207", "a test", ".text", LAST),), place="SConscript:3"
    )
    texts = [str(replace(validation, today=day)) for day in (date(2026, 1, 1), LAST, AFTER)]
    assert texts == [
        "--profile base; allow DRV207 in .text until 2027-06-30: a test",
        "--profile base; allow DRV207 in .text until 2027-06-30: a test",
        "--profile base; allow DRV207 in .text until 2027-06-30 (expired): a test",
    ]
    assert str(replace(validation, place="SConscript:4")) == str(validation)


def test_the_image_is_the_same_whatever_is_accepted(link, tmp_path):
    images = []
    for reason, day in (("a", None), ("b", LAST)):
        link(allowed("DRV207", reason, expires=day), today=LAST)
        images.append((tmp_path / "a.sys").read_bytes())
    assert images[0] == images[1]
