"""What a build shows, with a terminal and without one."""

import os
import pty
import re
import subprocess
import sys

import pytest

from sconsproject import ROOT, Outside

SOURCE = """\
#include <ntddk.h>
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return STATUS_SUCCESS; }
"""
SCRIPT = """\
from ntbuild import project

env = project("mine")
env.Driver("mine", ["mine.c", "other.c"])
"""


@pytest.fixture
def own(tmp_path):
    project = Outside(tmp_path / "project")
    project.write("SConstruct", SCRIPT)
    project.write("mine.c", SOURCE)
    project.write("other.c", "int other(void);\nint other(void) { return 1; }\n")
    return project


def test_without_a_terminal_lines_are_plain_and_the_end_is_a_block(own):
    run = own.scons(CLICOLOR_FORCE="0")
    assert "CC      mine.c [zig x64 debug]" in run.lines
    head, row, folder = run.lines[-3:]
    assert re.fullmatch(r"1 driver for x64 in \d+\.\d s: 1 image, \d+\.\d KiB, no findings", head)
    assert re.fullmatch(r"  mine  x64 \d+\.\d KiB", row)
    assert folder == "  build/zig/x64/debug"
    assert own.scons().lines == ("scons: `drivers' is up to date.",)


def test_a_library_of_ntbuild_is_compiled_in_one_line_and_in_all_when_verbose(own):
    lines = own.scons("-n", "arch=x64,arm64").lines
    assert [line for line in lines if line.startswith("COMPILE")] == [
        "COMPILE runtime [zig x64]",
        "COMPILE runtime [zig arm64]",
    ]
    assert not [line for line in lines if "byteswap16.c" in line]
    assert [line for line in own.scons("-n", "--verbose").lines if "byteswap16.c" in line]


def test_a_silent_build_and_a_failed_one_have_no_block(own):
    assert own.scons("-s").text == ""
    own.write("other.c", "#error no\n")
    own.write("mine.c", SOURCE.replace("SUCCESS", "UNSUCCESSFUL"))
    failed = own.scons(status=2)
    assert "driver for x64" not in failed.text
    assert failed.errors.splitlines()[-1] == "ntbuild: not built: mine (zig x64 debug)"


def test_a_build_that_goes_on_tells_what_was_made_and_what_was_not(own, tmp_path):
    own.add("SConstruct", 'env.Driver("more", ["bad.c"])\n')
    own.add("SConstruct", 'wrong = env.Driver("wrong", ["wrong.c"])\n')
    own.add(
        "SConstruct",
        'env.DriverPackage("wrong", wrong, version="1.0.0.0", provider="Me", sign="off")\n',
    )
    own.write("bad.c", "#error no\n")
    own.write("wrong.c", SOURCE.replace("STATUS_SUCCESS", "STATUS_NO_MEMORY"))
    run = own.scons("-k", "run", "package", status=2, PATH=str(tmp_path))
    assert any(re.match(r"2 drivers for x64 in .*: 2 images, ", line) for line in run.lines)
    assert run.errors.splitlines()[-2:] == [
        "ntbuild: not built: more (zig x64 debug)",
        "ntbuild: wrong when run: wrong (zig x64 debug)",
    ]


def test_what_is_still_unproved_is_told_in_every_build_that_asks(own, tmp_path):
    alone = {"PATH": str(tmp_path)}  # without the second engine
    first = own.scons("run", **alone)
    (reason,) = [line for line in first.errors.splitlines() if "qemu: absent" in line]
    again = own.scons("run", **alone)
    assert again.lines[0] == "scons: `run' is up to date."
    assert re.fullmatch(r"1 driver for x64 in \d+\.\d s: 1 unproved", again.lines[1])
    assert again.errors.splitlines() == [reason]
    assert own.scons("-s", "run", **alone).lines == ()
    assert own.scons(**alone).lines == ("scons: `drivers' is up to date.",)


def test_a_driver_whose_engine_is_not_there_is_not_said_to_be_wrong(own, tmp_path):
    line = 'env.Driver("named", ["mine.c"], run=Run(engines="qemu"))\n'
    own.add("SConstruct", f"from ntbuild import Run\n{line}")
    run = own.scons("run", status=2, PATH=str(tmp_path))
    assert "qemu: absent: " in run.errors
    assert run.errors.splitlines()[-1] == "ntbuild: not proved: named (zig x64 debug)"


READING = """\
#include <ntddk.h>
DRIVER_DISPATCH MineRead;
NTSTATUS NTAPI MineRead(PDEVICE_OBJECT Device, PIRP Irp) { return STATUS_NOT_SUPPORTED; }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    Driver->MajorFunction[IRP_MJ_READ] = MineRead;
    return STATUS_SUCCESS;
}
"""


def test_a_proof_is_told_in_every_build_that_asks_with_what_never_ran(own):
    own.write("mine.c", READING)
    first, again = own.scons("run"), own.scons("run")
    told = "proved; 1 of 1 callback never ran: MineRead; not unloadable (no DriverUnload)"
    assert first.text.count(told) == 1
    assert again.lines[0] == "scons: `run' is up to date."
    assert re.fullmatch(r"1 driver for x64 in \d+\.\d s: 1 proved", again.lines[1])
    assert again.lines[2] == f"  mine  {told}"
    assert not again.errors


def test_what_is_up_to_date_is_counted_when_others_of_its_kind_are_made(own):
    own.add("SConstruct", 'env.Driver("more", ["other.c", "mine.c"])\n')
    own.scons()
    (own.root / "build/zig/x64/debug/more.sys").unlink()
    (head,) = [line for line in own.scons().lines if line.startswith("1 driver")]
    assert head.endswith("no findings; up to date: 1 image for x64")


def test_steps_are_counted_and_coloured_when_it_is_forced(own):
    own.scons()
    own.write("other.c", "int other(void);\nint other(void) { return 2; }\n")
    lines = own.scons(CLICOLOR_FORCE="1", TERM="xterm").lines
    cc, link = lines[:2]
    total = re.fullmatch(r"\[ *\d+/(\d+)\] \x1b\[36mCC\x1b\[0m      other\.c .*", cc).group(1)
    assert link.startswith(f"[{total}/{total}] \x1b[32mLINK\x1b[0m    build/")
    (own.root / "build/zig/x64/debug/mine.sys").unlink()
    lines = own.scons(CLICOLOR_FORCE="1", NO_COLOR="1").lines
    assert lines[0] == f"[{total}/{total}] LINK    build/zig/x64/debug/mine.sys"


def test_a_terminal_gets_progress(own):
    own.scons()
    (own.root / "build/zig/x64/debug/mine.sys").unlink()
    ours, theirs = pty.openpty()
    environment = os.environ | {"PYTHONPATH": str(ROOT / "site_scons"), "TERM": "dumb"}
    command = [sys.executable, "-m", "SCons", "-Q"]
    subprocess.run(command, cwd=own.root, env=environment, stdout=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert re.match(r"\[(\d+)/\1\] LINK    build/zig/x64/debug/mine\.sys\r\n", shown)
