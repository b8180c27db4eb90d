"""Toolchain files: keys and values, errors that name file and key, and the flags they give."""

import dataclasses
import subprocess
import sys

import pytest

import peers
from compilers.compiling import CELLS, ROOT, cell_flavors, toolchains
from ntbuild.compilers.toolchain import FLAVORS, LANGUAGES, MACHINES, ToolchainError
from ntbuild.compilers.toolchain_file import load_toolchain, load_toolchains

SMALL = """
name = "small"
summary = "for tests"
install = "apt install small"
version_arguments = ["--version"]
import_libraries = "definitions"

[[compilers]]
program = "small-cc"

[triples]
x64 = "x86_64-small"

[[flags]]
use = ["-march={triple}"]
reason = "because"

[resource]
arguments = ["{source}"]
include = "/I"
define = "/D"
"""


def written(folder, text, name="small.toml"):
    (folder / name).write_text(text)
    return folder / name


def message(folder, text):
    with pytest.raises(ToolchainError) as caught:
        load_toolchain(written(folder, text))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def fake_compiler(folder, name, version, code=0):
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{version}'\nexit {code}\n")
    program.chmod(0o755)
    return program


def test_the_project_has_three():
    found = toolchains()
    assert set(found) == {"zig", "mingw", "clang"}
    assert found["zig"].machines == found["clang"].machines == MACHINES
    assert found["mingw"].machines == ("x64", "x86")


def test_every_flag_has_its_reason():
    for toolchain in toolchains().values():
        for flag in (*toolchain.flag_table, *toolchain.path_table):
            assert len(flag.reason) > 10, flag.use
            assert flag.use


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('summary = "for tests"', "", "small.toml: summary: missing; it is a string"),
        ('name = "small"', "name = 7", "small.toml: name: expected a string, not 7"),
        ('use = ["-', 'uses = ["-', "small.toml: flags[0].use: missing; it is a list"),
        ('["-march={triple}"]', "[3]", "small.toml: flags[0].use[0]: expected a string, not 3"),
        ('["-march={triple}"]', '"-x"', "small.toml: flags[0].use: expected a list, not '-x'"),
        ("[[flags]]", "[flags]", "small.toml: flags: expected a list, not {"),
        ("[triples]", "[tripels]", "small.toml: tripels: unknown key; did you mean 'triples'?"),
        ('x64 = "', 'x65 = "', "small.toml: triples.x65: unknown key"),
        (
            '"definitions"',
            '"static"',
            "small.toml: import_libraries: unknown value 'static'; it is ",
        ),
        (
            'reason = "because"',
            'reason = "because"\nmachine = ["x64"]',
            "small.toml: flags[0].machine: unknown key",
        ),
        (
            'reason = "because"',
            'reason = "because"\nmachines = ["x46"]',
            "small.toml: flags[0].machines: unknown value 'x46'; it is one of x64, x86,",
        ),
        (
            'reason = "because"',
            'reason = "because"\ncompilers = ["other"]',
            "small.toml: flags[0].compilers: unknown value 'other'; it is one of small-cc",
        ),
        ("[[compilers]]", "[[flags_from_]]", "small.toml: compilers: missing"),
        ('use = ["', "use = [", "small.toml: "),
        ('[resource]\narguments = ["{source}"]', "[resource]", "small.toml: resource.arguments: "),
    ],
)
def test_a_wrong_file_is_named_with_its_key(old, new, expected, tmp_path):
    assert old in SMALL
    assert message(tmp_path, SMALL.replace(old, new)).startswith(expected)


def test_a_placeholder_that_does_not_exist_is_an_error(tmp_path):
    text = message(tmp_path, SMALL.replace("{triple}", "{tripel}"))
    assert (
        text == "small.toml: flags[0].use[0]: unknown placeholder {tripel}; it is one of {triple}, "
        "{toolchain}"
    )


def test_a_file_that_is_no_text_is_an_error(tmp_path):
    (tmp_path / "small.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(ToolchainError, match="offset 8: not UTF-8"):
        load_toolchain(tmp_path / "small.toml")


def test_shared_flags_come_first_and_are_checked_too(tmp_path):
    (tmp_path / "flags").mkdir()
    shared = tmp_path / "flags" / "all.toml"
    shared.write_text('[[flags]]\nuse = ["-first"]\nreason = "because"\n')
    text = SMALL.replace("[[compilers]]", 'flags_from = ["flags/all.toml"]\n[[compilers]]', 1)
    toolchain = load_toolchain(written(tmp_path, text))
    assert [flag.use for flag in toolchain.flag_table] == [("-first",), ("-march={triple}",)]
    shared.write_text('[[flags]]\nuse = ["-first"]\nwhy = "because"\n')
    assert message(tmp_path, text) == "all.toml: flags[0].reason: missing; it is a string"
    shared.unlink()
    assert message(tmp_path, text).endswith("all.toml: No such file or directory")


def test_names_are_unique_and_a_folder_has_some(tmp_path):
    with pytest.raises(ToolchainError, match="no toolchain files"):
        load_toolchains(tmp_path)
    written(tmp_path, SMALL, "a.toml")
    written(tmp_path, SMALL, "b.toml")
    with pytest.raises(ToolchainError, match=r"b.toml: name: 'small' is already taken"):
        load_toolchains(tmp_path)


def test_a_missing_compiler_says_how_to_get_it(tmp_path):
    toolchain = load_toolchain(written(tmp_path, SMALL))
    with pytest.raises(ToolchainError) as caught:
        toolchain.locate("x64")
    assert str(caught.value) == "toolchain small: not found (small-cc); apt install small"
    with pytest.raises(ToolchainError, match="no compiler for arm; it makes x64"):
        toolchain.locate("arm")
    with pytest.raises(ToolchainError, match="unknown flavor 'fast'"):
        toolchain.flags("x64", "fast", "c")


def test_a_candidate_counts_only_when_it_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    fake_compiler(tmp_path, "broken-cc", "no such command", code=1)
    fake_compiler(tmp_path, "working-cc", "working 7.1")
    text = SMALL.replace(
        'program = "small-cc"',
        'program = "broken-cc"\n[[compilers]]\nprogram = "working-cc"\narguments = ["cc"]',
    ).replace('reason = "because"', 'reason = "because"\ncompilers = ["broken-cc"]')
    toolchain = load_toolchain(written(tmp_path, text))
    found = toolchain.locate("x64")
    assert found.name == "working-cc"
    assert found.argv[1:] == ("cc",)
    assert found.version == "working 7.1"
    assert toolchain.flags("x64", "debug", "c") == ()


@pytest.mark.parametrize(("name", "machine", "flavor"), cell_flavors())
@pytest.mark.parametrize("language", LANGUAGES)
def test_flags_are_the_same_in_every_checkout(name, machine, flavor, language):
    peers.require_toolchain(name, machine)
    flags = toolchains()[name].flags(machine, flavor, language)
    assert flags
    assert not [flag for flag in flags if str(ROOT) in flag or flag[:1] == "/" or "{" in flag]


@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_flavors_differ_in_optimisation_and_checks(name, machine):
    peers.require_toolchain(name, machine)
    toolchain = toolchains()[name]
    debug, release = (set(toolchain.flags(machine, flavor, "c")) for flavor in FLAVORS)
    assert {"-O0", "-DDBG=1"} <= debug - release
    assert {"-O2", "-DDBG=0", "-DNDEBUG"} <= release - debug


@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_the_fingerprint_follows_the_headers(name, machine, tmp_path):
    peers.require_toolchain(name, machine)
    toolchain = dataclasses.replace(toolchains()[name], directory=tmp_path)
    (tmp_path / "include").mkdir()
    bare = toolchain.fingerprint(machine)
    assert toolchain.fingerprint(machine) == bare
    (tmp_path / "include" / "wdm.h").write_text("#define ONE\n")
    one = toolchain.fingerprint(machine)
    (tmp_path / "include" / "wdm.h").write_text("#define TWO\n")
    assert len({bare, one, toolchain.fingerprint(machine)}) == 3


@pytest.mark.parametrize("name", ["zig", "mingw", "clang"])
def test_resources_compile_to_the_same_file(name, tmp_path):
    peers.require_toolchain(name, "x64")
    if name == "clang":
        peers.require("llvm-rc")
    source = tmp_path / "it.rc"
    (tmp_path / "number.h").write_text("#define NUMBER 7\n")
    source.write_text('#include "number.h"\nNUMBER RCDATA { NAME, 1, "text" }\n')
    output = tmp_path / "it.res"
    argv = toolchains()[name].resource_argv(
        "x64", str(source), str(output), include_dirs=[tmp_path], defines={"NAME": "3"}
    )
    subprocess.run(argv, check=True, capture_output=True)
    data = output.read_bytes()
    assert data[:8] == bytes.fromhex("0000000020000000")
    assert data[32:].startswith((8).to_bytes(4, "little") + (32).to_bytes(4, "little"))
    assert data[40:48] == bytes.fromhex("ffff0a00ffff0700")
    assert data[64:72] == b"\x03\x00\x01\x00text"


def test_loading_costs_no_heavy_import():
    script = (
        "import sys\nfrom pathlib import Path\n"
        "import ntbuild.compilers.toolchain_file, ntbuild.compilers.libraries\n"
        f"folder = Path({str(ROOT / 'toolchains')!r})\n"
        "ntbuild.compilers.toolchain_file.load_toolchains(folder)['zig'].locate('x64')\n"
        "print([name for name in ('numpy', 'SCons', 'jinja2', 'ziglang') if name in sys.modules])\n"
    )
    peers.require_toolchain("zig", "x64")
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "site_scons"), "PATH": "/usr/bin:/bin"},
    )
    assert done.stdout == "[]\n"
