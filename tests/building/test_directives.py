"""Libraries that objects and archives ask for, read without the linker."""

import pytest

import coffwriter as coff
from ntbuild.building.directives import default_libraries
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.archive_writer import write_archive

TEXT = coff.Section(".text", b"\xc3", coff.CODE)


def asking(directives, **options):
    section = coff.Section(".drectve", directives, coff.INFO)
    return coff.build("x64", [TEXT, section], [coff.Symbol("DriverEntry", ".text")], **options)


def asked(tmp_path, content):
    path = tmp_path / "a.obj"
    path.write_bytes(content)
    return default_libraries(path)


@pytest.mark.parametrize(
    ("directives", "names"),
    [
        (b" /DEFAULTLIB:fltmgr.lib ", ("fltmgr.lib",)),
        (b"-defaultlib:a /defaultlib:b -DefaultLib:a", ("a", "b")),
        (b'\xef\xbb\xbf/DEFAULTLIB:"a b.lib" /export:x\0\0', ("a b.lib",)),
        (b"/nodefaultlib:a /export:defaultlib:b defaultlib:c /defaultlib:", ()),
        (b"", ()),
    ],
)
@pytest.mark.parametrize("bigobj", [False, True])
def test_the_directives_of_an_object_are_read(tmp_path, directives, names, bigobj):
    assert asked(tmp_path, asking(directives, bigobj=bigobj)) == names


def test_every_member_of_an_archive_is_read(tmp_path):
    members = [
        ("one.obj", asking(b"/defaultlib:a")),
        ("none.obj", coff.build("x64", [TEXT], [coff.Symbol("Other", ".text")])),
        ("two.obj", asking(b"/defaultlib:b", bigobj=True)),
    ]
    content = write_archive(members, MACHINES["x64"])
    assert set(asked(tmp_path, content)) == {"a", "b"}
    assert asked(tmp_path, content[:-1]) in {("a",), ("a", "b"), ("b",), ("b", "a")}


@pytest.mark.parametrize("size", [0, 1, 19, 20, 21, 59, 60, 61, 100, 140])
@pytest.mark.parametrize("bigobj", [False, True])
def test_a_file_that_ends_early_asks_for_nothing(tmp_path, size, bigobj):
    content = asking(b"/defaultlib:a", bigobj=bigobj)
    assert size < len(content)
    assert asked(tmp_path, content[:size]) in {(), ("a",)}
    assert asked(tmp_path, content[:60]) == ()


def test_what_is_no_object_asks_for_nothing(tmp_path):
    assert default_libraries(tmp_path / "none") == ()
    assert default_libraries(tmp_path) == ()
    assert asked(tmp_path, b"!<arch>\n.drectve" + b"x" * 200) == ()
    assert asked(tmp_path, b"\xff" * 200) == ()
    assert asked(tmp_path, b"\0\0\xff\xff\0\0" + bytes(200)) == ()
