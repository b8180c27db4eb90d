"""Resource scripts: a source like any other, and the version that a driver says of itself."""

import pefile
import pytest

from peers import require_toolchain
from sconsproject import HELLO

INFO = """from ntbuild import VersionInfo
Import("env")
env.Driver(
    "hello",
    ["hello.c", "hello.rc"],
    version_info=VersionInfo("4.3.2", description='"Hello" \\\\ world', copyright="\\u00a9 us"),
)
"""


def with_resources(folder):
    (folder / "SConscript").write_text(INFO, encoding="utf-8")
    (folder / "hello.rc").write_text('#include "number.h"\nNUMBER RCDATA { "own" }\n')
    (folder / "number.h").write_text("#define NUMBER 5\n")


def strings_of(image):
    """The texts of a version resource, and its four numbers, as pefile reads them."""
    parsed = pefile.PE(data=image)
    fixed = parsed.VS_FIXEDFILEINFO[0]
    numbers = (fixed.FileVersionMS, fixed.FileVersionLS)
    tables = [each for info in parsed.FileInfo for each in info if each.Key == b"StringFileInfo"]
    texts = {
        key.decode(): value.decode()
        for each in tables
        for table in each.StringTable
        for key, value in table.entries.items()
    }
    return texts, numbers, fixed.FileType


@pytest.mark.parametrize("toolchain", ["zig", "mingw", "clang"])
def test_a_version_and_a_resource_script_of_the_drivers_own(project, toolchain):
    require_toolchain(toolchain, "x64")
    with_resources(project.root / "drivers/hello")
    project.scons(f"toolchain={toolchain}", "drivers/hello")
    path = project.root / "build" / HELLO.replace("zig", toolchain)
    image = path.with_suffix(".sys").read_bytes()
    texts, numbers, kind = strings_of(image)
    assert texts["FileDescription"] == '"Hello" \\ world'
    assert texts["LegalCopyright"] == "\u00a9 us"
    assert texts["FileVersion"] == "4.3.2.0"
    assert texts["OriginalFilename"] == "hello.sys"
    assert "CompanyName" not in texts
    assert (numbers, kind) == ((0x00040003, 0x00020000), 3)
    assert b"own" in image


def test_a_changed_resource_header_links_again_and_compiles_nothing_else(project):
    with_resources(project.root / "drivers/hello")
    project.scons("drivers/hello")
    assert project.scons("drivers/hello").steps("RC") == []
    project.edit("drivers/hello/number.h", "5", "6")
    run = project.scons("drivers/hello")
    assert run.steps("RC") == ["drivers/hello/hello.rc"]
    assert (run.steps("CC"), run.steps("LINK")) == ([], [f"build/{HELLO}.sys"])


def test_a_wrong_version_names_the_sconscript_line(fresh):
    text = INFO.replace("4.3.2", "4.3.2.1.0")
    (fresh.root / "drivers/hello/SConscript").write_text(text, encoding="utf-8")
    run = fresh.scons("drivers/hello", status=2)
    assert "version '4.3.2.1.0' is not up to four numbers" in run.text + run.errors


TWO = """Import("env")
env.Driver("one", ["hello.c", "hello.rc"], include_dirs=["include"], defines={"NUMBER": 5})
env.Driver("two", ["hello.c", "hello.rc"], include_dirs=["../ioctl"], defines={"NUMBER": 6})
"""


def test_two_drivers_compile_one_script_each_with_its_own_folders_and_defines(project):
    drivers = project.root / "drivers"
    (drivers / "hello/SConscript").write_text(TWO)
    (drivers / "hello/hello.rc").write_text('#include "word.h"\nNUMBER RCDATA { WORD }\n')
    (drivers / "hello/include").mkdir()
    (drivers / "hello/include/word.h").write_text('#define WORD "first"\n')
    (drivers / "ioctl/word.h").write_text('#define WORD "second"\n')
    source = drivers / "hello/hello.c"
    source.write_text('#include "word.h"\n' + source.read_text())
    project.scons("drivers/one", "drivers/two")
    found = {}
    for name in ("one", "two"):
        image = (project.root / f"build/zig/x64/debug/drivers/hello/{name}.sys").read_bytes()
        (kind,) = pefile.PE(data=image).DIRECTORY_ENTRY_RESOURCE.entries
        found[name] = (kind.directory.entries[0].id, b"first" in image, b"second" in image)
    assert found == {"one": (5, True, False), "two": (6, False, True)}
