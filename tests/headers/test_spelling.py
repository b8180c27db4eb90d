"""Overlays and forwarders: compilers find what a source spells in other letters."""

import json
import subprocess
import sys

import pytest

import peers
from compilers.compiling import CELLS, toolchains
from ntbuild.headers.lookup import Listings, tells_letters_apart
from ntbuild.headers.spelling import (
    Respelled,
    SpellingError,
    forwarders,
    overlay_entries,
    overlay_text,
    tree_overlay,
)

WRONG = Respelled("TRACE.H", "src/TRACE.H", "src/Trace.h")
UP = Respelled("../INC/a.h", "INC/a.h", "inc/a.h")
SLASH = Respelled("..\\inc\\b.h", "inc/b.h", "inc/b.h")
SYSTEM = Respelled("NTDDK.H", "/sys/NTDDK.H", "/sys/ntddk.h", "ntddk.h")


def test_an_overlay_lists_what_is_spelt_in_other_letters_and_names_no_machine():
    text = overlay_text(overlay_entries([UP, WRONG, SLASH, WRONG]))
    read = json.loads(text)
    assert read["root-relative"] == "cwd"
    assert read["use-external-names"] is True
    assert [(each["name"], each["external-contents"]) for each in read["roots"]] == [
        ("INC/a.h", "inc/a.h"),
        ("src/TRACE.H", "src/Trace.h"),
    ]
    assert overlay_text(overlay_entries([WRONG, UP])) == text


def test_a_folder_in_other_letters_leads_to_all_that_the_source_includes():
    headers = ["inc/a.h", "inc/b.h", "inc/Sub/c.h", "incident/d.h", "src/a.c"]
    lower = Respelled("c.H", "inc/c.H", "inc/C.h")
    assert overlay_entries([UP, lower], headers) == {
        "INC/a.h": "inc/a.h",
        "INC/b.h": "inc/b.h",
        "INC/c.H": "inc/C.h",
        "INC/Sub/c.h": "inc/Sub/c.h",
        "inc/c.H": "inc/C.h",
    }
    assert overlay_entries([lower], headers) == {"inc/c.H": "inc/C.h"}


def test_folders_in_other_letters_are_combined():
    below = Respelled("SUB/c.h", "inc/SUB/c.h", "inc/Sub/c.h")
    assert overlay_entries([UP, below], ["inc/Sub/e.h"]) == {
        "INC/a.h": "inc/a.h",
        "INC/SUB/c.h": "inc/Sub/c.h",
        "INC/SUB/e.h": "inc/Sub/e.h",
        "INC/Sub/e.h": "inc/Sub/e.h",
        "inc/SUB/c.h": "inc/Sub/c.h",
        "inc/SUB/e.h": "inc/Sub/e.h",
    }


def test_forwarders_lie_as_deep_as_the_names_lead_up():
    made = forwarders([WRONG, UP, SLASH, SYSTEM], "/top", "build/x.headers")
    digest = made.folder.split("/")[2]
    assert made.folder == f"build/x.headers/{digest}/d"
    assert made.files == {
        f"build/x.headers/{digest}/d/TRACE.H": '#include "/top/src/Trace.h"\n',
        f"build/x.headers/{digest}/INC/a.h": '#include "/top/inc/a.h"\n',
        f"build/x.headers/{digest}/d/..\\inc\\b.h": '#include "/top/inc/b.h"\n',
        f"build/x.headers/{digest}/d/NTDDK.H": "#include <ntddk.h>\n",
    }
    assert forwarders([WRONG], "/other", "build/x.headers").folder != made.folder


def test_one_spelling_of_two_files_is_an_error_for_forwarders():
    other = WRONG._replace(path="inc/trace.h")
    with pytest.raises(SpellingError) as caught:
        forwarders([WRONG, other], "/top", "x")
    assert str(caught.value) == (
        "#include of 'TRACE.H' means src/Trace.h and inc/trace.h, which this compiler cannot tell "
        "apart: spell one of them as the file"
    )


SOURCE = """\
#include "..\\INC\\A.H"
#include "../Inc/B.h"
#include "LOCAL.H"
int sum = A + B + LOCAL;
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a path finds its file there without help")
@pytest.mark.parametrize("name", sorted({name for name, _ in CELLS}))
def test_a_compiler_finds_the_headers_and_knows_them_by_their_own_names(name, tmp_path):
    peers.require_toolchain(name, "x64")
    toolchain = toolchains()[name]
    for path, text in {
        "src/a.c": SOURCE,
        "inc/a.h": "enum { A = 1 };\n",
        "inc/b.h": '#include "c.H"\nenum { B = C };\n',
        "inc/C.h": "enum { C = 2 };\n",
        "src/local.h": "enum { LOCAL = 4 };\n",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    found = [
        Respelled("..\\INC\\A.H", "INC/A.H", "inc/a.h"),
        Respelled("../Inc/B.h", "Inc/B.h", "inc/b.h"),
        Respelled("c.H", "inc/c.H", "inc/C.h"),
        Respelled("LOCAL.H", "src/LOCAL.H", "src/local.h"),
    ]
    if toolchain.header_overlay:
        headers = ["inc/a.h", "inc/b.h", "inc/C.h", "src/local.h"]
        (tmp_path / "o.yaml").write_text(overlay_text(overlay_entries(found, headers)))
        words = [each.replace("{file}", "o.yaml") for each in toolchain.header_overlay]
    else:
        made = forwarders(found, tmp_path.as_posix(), "f")
        (tmp_path / made.folder).mkdir(parents=True)
        for path, text in made.files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        words = [f"-I{made.folder}"]
    argv = [*toolchain.compile_argv("x64", "debug", "c"), *words, "-Werror", "-MD", "-MF", "a.d"]
    done = subprocess.run(
        [*argv, "-c", "src/a.c", "-o", "a.obj"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    depends = (tmp_path / "a.d").read_text()
    for path in ("inc/a.h", "inc/b.h", "inc/C.h", "src/local.h"):
        assert path in depends
    if toolchain.header_overlay:
        assert "INC" not in depends
        assert "LOCAL" not in depends


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="names there are told apart")


def names_below(contents, place=""):
    for each in contents:
        path = f"{place}{each['name']}"
        if each["type"] == "file":
            yield path
        else:
            yield from names_below(each["contents"], f"{path}/")


@ON_LINUX
def test_a_tree_has_each_header_once_and_no_two_that_differ_in_letters_only(tmp_path):
    for path in ("km/A.h", "km/sub/b.INL", "km/x.idl", "km/twin.h", "km/Twin.h", "shared/c.hpp"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / "km/a.h").symlink_to("A.h")
    (tmp_path / "km/sub/loop").symlink_to("..")
    folders = [f"{tmp_path}/{each}" for each in ("km", "shared", "none", "km")]
    text = tree_overlay(folders, Listings())
    read = json.loads(text)
    assert [each["name"] for each in read["roots"]] == folders[:3]
    assert [list(names_below(each["contents"])) for each in read["roots"]] == [
        ["A.h", "sub/b.INL"],
        ["c.hpp"],
        [],
    ]
    assert tree_overlay(folders, Listings()) == text


@ON_LINUX
@pytest.mark.parametrize("name", sorted({name for name, _ in CELLS} - {"mingw"}))
def test_headers_of_a_tree_include_each_other_in_any_letters(name, tmp_path):
    peers.require_toolchain(name, "x64")
    for path, text in {
        "kit/km/One.h": "#include <TWO.h>\n#include <SUB\\three.H>\n",
        "kit/shared/two.h": "enum { TWO = 2 };\n",
        "kit/shared/Sub/Three.h": '#include "FOUR.h"\nenum { THREE = FOUR - 1 };\n',
        "kit/shared/Sub/four.h": "enum { FOUR = 4 };\n",
        "a.c": "#include <one.h>\nint sum = TWO + THREE + FOUR;\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    toolchain = toolchains()[name]
    folders = [f"{tmp_path}/kit/{each}" for each in ("km", "shared")]
    (tmp_path / "o.yaml").write_text(tree_overlay(folders, Listings()))
    words = [each.replace("{file}", "o.yaml") for each in toolchain.header_overlay]
    argv = [*toolchain.compile_argv("x64", "debug", "c"), *words, "-Werror", "-MD", "-MF", "a.d"]
    argv += [word for folder in folders for word in ("-I", folder)]
    subprocess.run([*argv, "-c", "a.c", "-o", "a.obj"], cwd=tmp_path, check=True)
    assert "kit/shared/Sub/Three.h" in (tmp_path / "a.d").read_text()


@ON_LINUX
def test_whether_letters_are_told_apart_is_asked_of_the_file_system(tmp_path):
    assert tells_letters_apart(str(tmp_path))
    (tmp_path / "Both").mkdir()
    other = str(tmp_path / "Both").swapcase()
    assert tells_letters_apart(other)
