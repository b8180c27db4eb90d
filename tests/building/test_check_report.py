import pytest

from ntbuild import Allow
from ntbuild.building.check_report import (
    CheckReportError,
    ReportedFinding,
    check_report,
    read_check_report,
)
from ntbuild.building.validation import Validation
from ntbuild.pecheck import check
from pecheck.golden import Golden
from pecheck.mutations import MUTATIONS

HEAD = f"a.sys: 7 bytes\nsha256: {'0' * 64}\nprofiles: base,hvci\n"


def reviewed(image, *allow):
    validation = Validation(allow=allow)
    return validation.review(check(image, "a.sys"))


def test_a_report_is_read_as_it_was_written():
    image = Golden("x64").bytes()
    read = read_check_report(check_report("a.sys", image, reviewed(image), ["base", "hvci"]))
    assert (read.name, read.size, read.profiles) == ("a.sys", len(image), ("base", "hvci"))
    assert len(read.sha256) == 64
    assert read.findings == tuple(
        ReportedFinding(
            each.finding.rule,
            each.finding.slug,
            each.finding.level.word,
            str(each.finding.location),
            each.finding.text,
            each.finding.fix,
            each.finding.profiles,
        )
        for each in reviewed(image)
    )


def test_findings_of_every_rule_are_read_again():
    seen = set()
    for each in MUTATIONS:
        image = each.make(each.machines[0])
        found = reviewed(image)
        read = read_check_report(check_report("a.sys", image, found, ["base"]))
        assert [(f.rule, f.level, f.text, f.fix) for f in read.findings] == [
            (f.finding.rule, f.finding.level.word, f.finding.text, f.finding.fix) for f in found
        ]
        seen |= {f.rule for f in read.findings}
    assert len(seen) > 60


def test_a_reason_is_read_with_its_finding():
    image = Golden("x64").bytes()[:-1] + b"\1"
    allow = Allow("a tool\nneeds it [so]", rule="DRV701")
    read = read_check_report(check_report("a.sys", image, reviewed(image, allow), ["base"]))
    (found,) = (each for each in read.findings if each.rule == "DRV701")
    assert (found.allowed, found.level) == (r"a tool\x0aneeds it [so]", "error")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a report of pecheck: name, sha256 and profiles are expected"),
        ("a.sys: many bytes\n", "not a report of pecheck: name, sha256 and profiles are expected"),
        (f"{HEAD}no findings\nhello\n", "line 5: not a finding of a.sys"),
        (f"{HEAD}b.sys(file+0x0): error DRV101 x: y [] fix: z\n", "line 4: not a finding of a.sys"),
    ],
)
def test_another_text_is_an_error(text, message):
    with pytest.raises(CheckReportError) as failure:
        read_check_report(text)
    assert str(failure.value) == message
