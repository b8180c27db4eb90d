"""`env.DriverLibrary`: kernel code that several drivers link."""

import json
from pathlib import Path

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


CIRCLE = """\
from ntbuild import project

env = project("m", arch="x64,x86", flavor="release")
common = dict(dialect="msvc", defines={"VALUE": 5})
first = env.DriverLibrary("first", ["one.c"], **common)
second = env.DriverLibrary("second", ["TWO.C"], model="storport", **common)
env.Driver("mine", ["mine.c", first, second], **common)
"""


def test_libraries_of_a_dialect_that_need_each_other_link_and_are_recorded(own):
    own.write("SConstruct", CIRCLE)
    own.write("mine.c", MINE.replace("return One()", "return One(3)").replace("(VOID)", "(LONG)"))
    own.write("one.c", "long Two(long);\nlong One(long n) { return n ? Two(n - 1) : VALUE; }\n")
    own.write(
        "TWO.C",
        "#include <ntddk.h>\nlong One(long);\n"
        "long Two(long class) { DbgPrint(__DATE__ __TIME__); return One(class); }\n",
    )
    own.scons("-j2", "release", "arch=x64,x86")
    record = json.loads((own.root / "build/release/build.json").read_text())
    for image in record["images"]:
        made = {Path(each["source"]).name: each for each in image["compiled"]}
        assert made.keys() == {"mine.c", "one.c", "TWO.C"}
        target = next(each for each in made["one.c"]["flags"] if each.startswith("--target="))
        assert target.endswith("-pc-windows-msvc")
        assert made["one.c"]["defines"].count("-DVALUE=5") == 1
        assert len(image["headers"]) == 64
    data = (own.root / "build/zig/x64/release/mine.sys").read_bytes()
    assert b"Jan  1 197000:00:00" in data
    assert own.scons("release", "arch=x64,x86").lines == ("scons: `release' is up to date.",)


def test_a_dialect_that_a_toolchain_does_not_have_is_one_line(own):
    own.edit("SConstruct", 'defines={"VALUE": 5}', 'dialect="msvc"')
    errors = own.scons("arch=arm", status=2).errors
    assert errors.strip().splitlines()[0] == (
        "scons: *** SConstruct:4: toolchain zig: no compiler for arm in dialect 'msvc'; "
        "it makes x64, x86, arm64"
    )
