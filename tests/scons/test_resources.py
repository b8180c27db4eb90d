"""Resource scripts: a source like any other, and the version that a driver says of itself."""

import struct

import pefile
import pytest

from peers import require_toolchain
from sconsproject import HELLO, Outside, shared_cache

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
    project.scons(shared_cache(), f"toolchain={toolchain}", "drivers/hello")
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


MESSAGES = """\
;#define FROM_THE_FILE 1
MessageIdTypedef=NTSTATUS
FacilityNames=(Own=0x7)
MessageId=1 Facility=Own Severity=Error SymbolicName=OWN_FAILED
Language=English
It failed: %2.
.
"""
SCRIPT = """\
#include <windows.h>
#include <ntverp.h>
#define QUOTED(name) #name
#define NAME(name) QUOTED(name)
#include NAME(VENDOR_VER)
#define VER_FILETYPE VFT_DRV
#define VER_FILESUBTYPE VFT2_DRV_SYSTEM
#define VER_FILEDESCRIPTION_STR VENDOR "\\251 driver"
#define VER_INTERNALNAME_STR "mine.sys"
#include "COMMON.VER"
INCLUDED
"""


MANIFEST = """\
<instrumentationManifest><provider guid="{b5a0bda9-50fe-4d0e-a83d-bae3f58c94d6}" name="My Own">
<event symbol="Start" value="1"/></provider></instrumentationManifest>
"""


def with_messages(root, included):
    (root / "shared").mkdir()
    (root / "shared/Vendor.ver").write_text('#define VENDOR "Own " PLACE\n')
    (root / "src").mkdir()
    (root / "src/own.mc").write_text(MESSAGES)
    line = '#include "Own.RC"' if included else ""
    tables = f'{line}\n1 WEVT_TEMPLATE "itEventsTEMP.BIN"\n1 11 "ItEvents_MSG00001.bin"'
    script = SCRIPT.replace("INCLUDED", tables).encode("utf-16")
    (root / "src/mine.rc").write_bytes(script)
    (root / "src/it.man").write_text(MANIFEST)
    (root / "src/ItEvents.rc").write_text('1 WEVT_TEMPLATE "not there.bin"\n')
    (root / "src/theirs.mc").write_text(MESSAGES.replace("OWN_", "THEIR_").replace("Own", "Their"))
    source = '#include "itEvents.h"\n#include <res/Theirs.h>\n'
    source += "NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)\n"
    source += "{ EventRegisterMy_Own(); EventWriteStart(NULL);\n"
    source += "return FROM_THE_FILE ? OWN_FAILED : THEIR_FAILED; }\n"
    (root / "src/mine.c").write_text(f'#include <ntddk.h>\n#include "own.h"\n{source}')
    declared = """from ntbuild import project
env = project("m")
env.Driver(
    "mine",
    ["src/mine.c", "src/own.mc", "src/mine.rc", "src/it.man", "src/ItEvents.rc"],
    events={"it.man": "itEvents"},
    message_headers=["src/theirs.mc"],
    include_dirs=["shared"],
    resource_defines={"PLACE": '"here "', "VENDOR_VER": "VENDOR.ver"},
)
"""
    (root / "SConstruct").write_text(declared)


@pytest.mark.parametrize("included", [False, True])
def test_messages_and_the_scripts_of_kits_become_resources(tmp_path, included):
    own = Outside(tmp_path / "a project")
    own.root.mkdir()
    with_messages(own.root, included)
    run = own.scons()
    assert "MC      src/it.man" in run.lines
    assert "RC      src/theirs.rc" not in run.text  # nothing but the header
    for name in ("itEventsTEMP.BIN", "ItEvents_MSG00001.bin"):
        assert f": {name}: left out, a table that mc makes of the event manifest" in run.errors
    folder = own.root / "build/zig/x64/debug"
    image = (folder / "mine.sys").read_bytes()
    assert struct.pack("<I", 0xC0070001) in image
    texts, _, kind = strings_of(image)
    assert texts["FileDescription"] == "Own here \u00a9 driver"
    assert texts["ProductVersion"] == "10.0.22621.1"
    assert (texts["OriginalFilename"], kind) == ("mine.sys", 3)
    resources = pefile.PE(data=image).DIRECTORY_ENTRY_RESOURCE.entries
    assert sorted(each.id for each in resources) == [11, 16]
    assert "It failed: %2.\r\n".encode("utf-16-le") in image
    assert own.scons().lines[-1].endswith("is up to date.")
    own.edit("shared/Vendor.ver", "Own", "Their")
    run = own.scons()
    assert (run.steps("RC"), run.steps("CC")) == (["src/mine.rc"], [])
    own.edit("src/own.mc", "It failed", "It did not work")
    run = own.scons()
    assert run.steps("MC") == ["src/own.mc"]
    assert run.steps("CC") == ["src/mine.c"]
    own.edit("src/own.mc", "Severity=Error", "Severity=Bad")
    errors = own.scons(status=2).errors
    assert "src/own.mc:4: Severity=Bad: not declared by SeverityNames=; known are" in errors


def test_what_only_the_toolchain_compiles_goes_to_its_compiler(project):
    require_toolchain("mingw", "x64")
    folder = project.root / "drivers/hello"
    (folder / "SConscript").write_text('Import("env")\nenv.Driver("hello", ["hello.c", "it.rc"])\n')
    (folder / "it.rc").write_text('7 MENU { MENUITEM "menu", 3 }\n')
    project.scons(shared_cache(), "toolchain=mingw", "drivers/hello")
    image = (project.root / "build" / HELLO.replace("zig", "mingw")).with_suffix(".sys")
    assert "menu".encode("utf-16-le") in image.read_bytes()
