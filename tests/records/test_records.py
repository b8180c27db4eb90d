"""Records read back: what is wrong is named by its field, and differences are a line each."""

import copy
import json

import pytest

from ntbuild.commands.cli import main
from ntbuild.records.differences import (
    input_differences,
    product_differences,
    products,
    tool_differences,
)
from ntbuild.records.reader import RecordError, read_record
from ntbuild.records.rebuild import RebuildError, checkout, source_differences
from pecheck.golden import golden

DIGEST = "ab" * 32
CELL = {"name": "mine", "toolchain": "zig", "arch": "x64", "flavor": "release"}
RECORD = {
    "record": 1,
    "build": {
        "file": "build/release/build.json",
        "targets": ["release"],
        "variables": {"arch": "x64"},
        "source_date_epoch": None,
    },
    "commit": {"id": "1" * 40, "modified": False, "folder": ""},
    "tools": {"scons": "4.8", "compilers": {"zig x64": {"version": "19"}}},
    "images": [
        {
            **CELL,
            "file": "zig/x64/mine.sys",
            "size": 5,
            "sha256": DIGEST,
            "headers": "h",
            "pdb": {"file": "mine.pdb", "sha256": DIGEST},
            "public_pdb": None,
            "options": ["/driver"],
            "scripts": [{"path": "SConstruct", "sha256": DIGEST}],
            "compiled": [
                {"source": "mine.c", "flags": ["-O2"], "defines": [], "include_dirs": ["", "a"]}
            ],
            "inputs": [{"path": "mine.c", "sha256": DIGEST}],
        }
    ],
    "packages": [],
}


def changed(*path, value):
    """The record with one value in another form; a path of keys and numbers."""
    found = copy.deepcopy(RECORD)
    place = found
    for each in path[:-1]:
        place = place[each]
    place[path[-1]] = value
    return found


def read(record):
    return read_record(json.dumps(record).encode(), "build.json")


def test_a_record_is_read():
    assert read(RECORD) == RECORD
    assert [each.name for each in products(RECORD)] == ["zig/x64/mine.sys", "mine.pdb"]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("record",), 2, "record: expected 1, a build record, not 2"),
        (("build",), [], "build: expected an object, not []"),
        (("build", "file"), "../x", 'build.file: expected a path below its folder, not "../x"'),
        (("build", "file"), "/x", 'build.file: expected a path below its folder, not "/x"'),
        (("build", "file"), "c:/x", "build.file: expected a path below its folder"),
        (("build", "targets"), ["-f x"], 'build.targets[0]: expected a target, not "-f x"'),
        (("build", "targets"), ["a=b"], 'build.targets[0]: expected a target, not "a=b"'),
        (("build", "variables"), {"-f": "x"}, "build.variables: expected names of variables"),
        (("build", "variables"), {"a": 1}, "build.variables: expected names of variables"),
        (("build", "source_date_epoch"), "soon", "build.source_date_epoch: expected seconds"),
        (("commit", "id"), "main", "commit: expected a commit's name"),
        (("commit", "folder"), "../..", "commit: expected a path below its folder"),
        (("tools",), None, "tools: expected an object, not null"),
        (("images",), {}, "images: expected a list, not {}"),
        (("images", 0, "size"), -1, "images[0].size: expected a number, not -1"),
        (("images", 0, "size"), True, "images[0].size: expected a number, not true"),
        (("images", 0, "sha256"), "x", 'images[0].sha256: expected 64 hex digits, not "x"'),
        (("images", 0, "compiled", 0, "flags"), [5], "images[0].compiled[0].flags[0]: expected"),
        (("images", 0, "inputs", 0), {"path": "x"}, "images[0].inputs[0].sha256: missing"),
    ],
)
def test_a_wrong_field_is_named(path, value, message):
    with pytest.raises(RecordError) as caught:
        read(changed(*path, value=value))
    assert str(caught.value).startswith(f"build.json: {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "build.json:1: offset 0: no JSON"),
        (b'{"record": 1,\n "build" }', "build.json:2: offset 23: no JSON"),
        (b"\xff", "build.json: offset 0: the text is not UTF-8"),
        (b"[" * 100_000, "build.json: no JSON: values nested too deep"),
        (b"5", "build.json: record: expected 1, a build record, not null"),
    ],
)
def test_what_is_no_record_is_one_line(raw, message):
    with pytest.raises(RecordError) as caught:
        read_record(raw, "build.json")
    assert str(caught.value).startswith(message)


def test_each_difference_is_a_line():
    new = changed("tools", value={"scons": "4.9", "compilers": {"zig x64": {"version": "19"}}})
    image = new["images"][0]
    image["compiled"][0]["flags"] = ["-O0"]
    image["options"] = ["/driver", "/debug"]
    image["headers"] = "other"
    image["inputs"] = [{"path": "mine.c", "sha256": "cd" * 32}, {"path": "b.h", "sha256": DIGEST}]
    image["scripts"] = []
    assert [*tool_differences(RECORD, new)] == ["tool scons: 4.9 here, 4.8 recorded"]
    assert [*input_differences(RECORD, new)] == [
        "SConstruct: recorded, and not used here",
        "b.h: used here, and not recorded",
        "mine.c: another content than recorded",
        "mine (zig x64 release): other headers of the compiler or of ntbuild",
        "mine (zig x64 release): link options: only here: /debug",
        "mine (zig x64 release): mine.c: flags: only recorded: -O2; only here: -O0",
    ]
    assert [*input_differences(RECORD, {**new, "images": []})][-1] == (
        "mine (zig x64 release): not made here"
    )


def test_where_a_file_differs_is_told(tmp_path):
    old, new = bytes(golden("x64")), bytearray(golden("x64"))
    new[0x420] ^= 1
    from ntbuild.records.record import digest_of, unsigned_form

    for folder, content in (("old", old), ("new", bytes(new))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.sys").write_bytes(content)
    rows = []
    for content in (old, bytes(new)):
        row = copy.deepcopy(RECORD)
        row["images"][0]["file"] = "mine.sys"
        row["images"][0]["sha256"] = digest_of(unsigned_form("mine.sys", content))
        rows.append(row)
    (line,) = product_differences(*rows, tmp_path / "old", tmp_path / "new")
    size = f"{len(old)} bytes here, {len(old)} recorded"
    places = "0xd8 (headers), then 0x420 (.text+0x20)"
    assert line == f"mine.sys: differs from offset {places} on; {size}"
    (line,) = product_differences(*rows, tmp_path, tmp_path / "new")
    assert "put the recorded files beside build.json to see where" in line
    nothing = {**rows[1], "images": []}
    lines = [*product_differences(rows[0], nothing, tmp_path, tmp_path)]
    assert lines[0] == "mine.sys: not made here"


def test_sources_are_compared_before_anything_is_built(tmp_path):
    (tmp_path / "mine.c").write_text("x")
    assert [*source_differences(RECORD, tmp_path)] == [
        "SConstruct: No such file or directory",
        "mine.c: another content than recorded",
    ]


def test_what_cannot_be_checked_out_is_told(tmp_path):
    with pytest.raises(RebuildError, match="no folder with sources"):
        checkout(RECORD, tmp_path / "none", tmp_path / "new")
    with pytest.raises(RebuildError, match="git rev-parse"):
        checkout(RECORD, tmp_path, tmp_path / "new")
    outside = changed("build", "file", value="external/build.json")
    with pytest.raises(RebuildError, match=r"build\.file: the build folder is outside"):
        checkout(outside, tmp_path, tmp_path / "new")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--in", "."], "--in: . is not empty"),
        (["--source", "none"], "no folder with sources"),
        (["--sauce", "x"], "unrecognized arguments"),
    ],
)
def test_unusable_options_are_code_2(tmp_path, monkeypatch, capsys, more, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build.json").write_text(json.dumps(RECORD))
    try:
        code = main(["rebuild", "build.json", *more])
    except SystemExit as ended:
        code = ended.code
    assert code == 2
    assert message in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["build.json"]
