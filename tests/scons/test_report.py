"""``scons report``: after what else is built, for projects of one call and for the samples."""

import pytest

from sconsproject import Outside

SOURCE = """\
#include <ntddk.h>
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return STATUS_SUCCESS; }
"""
SCRIPT = """\
from ntbuild import project

env = project("two")
env.Driver("mine", ["mine.c"])
env.Driver("other", ["other.c"])
"""


@pytest.fixture
def own(tmp_path):
    project = Outside(tmp_path / "a project")
    project.root.mkdir()
    project.write("SConstruct", SCRIPT)
    project.write("mine.c", SOURCE)
    project.write("other.c", SOURCE)
    return project


def is_last(run):
    """Whether the page is written after all other steps, before the block that closes a build."""
    steps = [line for line in run.lines if line.split()[0].isupper()]
    return steps[-1] == "REPORT  build/report.html"


def page(own):
    return (own.root / "build/report.html").read_text(encoding="utf-8")


def test_the_report_comes_after_every_driver_and_what_else_is_named(own):
    run = own.scons("report", "-j2")
    assert sorted(run.steps("LINK")) == [f"build/zig/x64/debug/{n}.sys" for n in ("mine", "other")]
    assert is_last(run)
    assert page(own).count('<details class="image"') == 2
    assert page(own).count(">not run</span>") == 4
    assert is_last(own.scons("run/drivers/mine", "report"))
    assert page(own).count(">not run</span>") == 2
    assert str(own.root) not in page(own)
    # A driver that fails has no report after it; what was built before is shown by the command.
    own.write("other.c", "#error broken\n")
    assert "REPORT" not in own.scons("report", status=2).text
    assert is_last(own.scons("report", "mine"))


def test_a_build_that_asks_for_no_report_writes_none(own):
    own.scons("mine")
    assert not (own.root / "build/report.html").exists()
    assert "report" in own.scons("-h").text
