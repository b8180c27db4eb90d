"""`env.DriverLibrary`: kernel code that several drivers link."""

import pytest

from sconsproject import Outside

SCONSTRUCT = """\
from ntbuild import project

env = project("m", arch="x64,arm64")
common = env.DriverLibrary("common", ["one.c", "two.c"], defines={"VALUE": 5})
env.Driver("mine", ["mine.c", common])
"""
MINE = """\
#include <ntddk.h>
extern LONG One(VOID);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return One(); }
"""


@pytest.fixture
def own(tmp_path):
    project = Outside(tmp_path / "a project")
    project.root.mkdir()
    project.write("SConstruct", SCONSTRUCT)
    project.write("mine.c", MINE)
    project.write("one.c", "long One(void);\nlong One(void) { return VALUE; }\n")
    project.write("two.c", "long Two(void);\nlong Two(void) { return VALUE + 1; }\n")
    return project


def test_a_driver_takes_of_a_library_what_it_refers_to_on_each_machine(own):
    own.scons()
    for arch in ("x64", "arm64"):
        folder = own.root / f"build/zig/{arch}/debug"
        text = (folder / "mine.map").read_text()
        assert "common-one.obj" in text
        assert "common-two.obj" not in text
        assert (folder / "common.lib").read_bytes()[:8] == b"!<arch>\n"
    own.edit("one.c", "return VALUE", "return VALUE + 7")
    run = own.scons("arch=x64")
    assert run.steps("CC") == ["one.c"]
    assert run.steps("LIB") == ["build/zig/x64/debug/common.lib"]
    assert run.steps("LINK") == ["build/zig/x64/debug/mine.sys"]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("defines=", "entry=", "unknown keyword 'entry'; it is one of asflags, cflags, "),
        ("defines=", "define=", "unknown keyword 'define'; did you mean 'defines'?"),
        ('"two.c"', '"two.lib"', "two.lib is no object; a driver takes it among its own sources"),
        ('"common"', '"com mon"', "the name 'com mon' is not a file name"),
    ],
)
def test_a_wrong_declaration_is_refused_at_its_line(own, old, new, text):
    own.edit("SConstruct", old, new)
    errors = own.scons(status=2).errors
    assert "scons: *** SConstruct:4: DriverLibrary(" in errors
    assert text in errors
