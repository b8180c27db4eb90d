"""Warnings of pelink and pecheck in a build: shown, counted, and errors when that is asked for."""

import pytest

from sconsproject import Outside

SOURCE = """\
#include <ntddk.h>
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return STATUS_SUCCESS; }
"""
IMAGE = "build/zig/x64/debug/mine.sys"


@pytest.fixture
def own(tmp_path):
    project = Outside(tmp_path / "a project")
    project.root.mkdir()
    project.write("mine.c", SOURCE)
    return project


def declare(own, keywords):
    call = f'env.Driver("mine", "mine.c", {keywords})'
    own.write("SConstruct", f'from ntbuild import project\n\nenv = project("m")\n{call}\n')


def test_warnings_are_shown_and_counted_and_strict_makes_them_errors(own):
    declare(own, 'dynamicbase=False, profiles=["sec"], allow={"DRV614": "guard needs it"}')
    errors = own.scons().errors.splitlines()
    assert errors[0].startswith("pecheck: mine.sys(")
    assert ": warning DRV212 dynamic-base: " in errors[0]
    assert errors[1:] == ["ntbuild: 1 warning in 1 file; scons --strict makes them errors"]
    assert own.scons().errors == ""
    run = own.scons("--strict", status=2)
    assert errors[0] in run.errors.splitlines()
    assert not (own.root / IMAGE).exists()
    declare(own, 'dynamicbase=True, profiles=["sec"]')
    assert own.scons("--strict").errors == ""
    assert own.scons("--strict").steps("LINK") == []


def test_strict_makes_warnings_of_the_linker_errors(own):
    own.write(
        "mine.c",
        SOURCE + '__asm__(".section .drectve,\\"yn\\"\\n.ascii \\" /nonsense\\"\\n.text");\n',
    )
    declare(own, "")
    errors = own.scons().errors
    assert "pelink: warning: " in errors
    assert "ignoring unknown argument: /nonsense" in errors
    assert "ntbuild: 1 warning in 1 file; scons --strict makes them errors\n" in errors
    assert "ignoring unknown argument: /nonsense" in own.scons("--strict", status=2).errors


def test_a_refused_image_is_kept_when_that_is_asked_for(own):
    declare(own, 'subsystem="console"')
    assert "scons --keep-refused keeps the image for pecheck dump" in own.scons(status=2).errors
    assert (
        ">>> the refused image is build/zig/x64/debug/mine.sys.refused\n"
        in own.scons("--keep-refused", status=2).errors
    )
    assert (own.root / f"{IMAGE}.refused").read_bytes()[:2] == b"MZ"
    assert not (own.root / IMAGE).exists()
    declare(own, "")
    own.scons()
    assert not (own.root / f"{IMAGE}.refused").exists()
