"""`ntbuild.project`: what a project in one call builds, obeys and refuses.

Most of these are dry runs: what would be compiled and linked, and where, is what they show.
"""

import re

import pytest

from sconsproject import Outside

SOURCE = """\
#include <ntddk.h>
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return STATUS_SUCCESS; }
"""
ONE = """\
from ntbuild import project

env = project("mine"{keywords})
env.Driver("mine", ["mine.c"])
"""
SCRIPT = 'Import("env")\n\nenv.Driver("{name}", ["{name}.c"])\n'
UP_TO_DATE = ("scons: `drivers' is up to date.",)


@pytest.fixture
def own(tmp_path):
    project = Outside(tmp_path / "a project")
    project.root.mkdir()
    project.write("SConstruct", ONE.format(keywords=""))
    project.write("mine.c", SOURCE)
    return project


def with_scripts(own, *names):
    own.write("SConstruct", 'from ntbuild import project\n\nproject("mine")\n')
    for name in names:
        own.write(f"drivers/{name}/SConscript", SCRIPT.format(name=name))
        own.write(f"drivers/{name}/{name}.c", SOURCE)


def test_the_machine_of_the_command_line_is_built_below_the_build_folder(own):
    assert own.scons("arch=arm64").steps("LINK") == ["build/zig/arm64/debug/mine.sys"]
    made = {path.relative_to(own.root).as_posix() for path in own.root.rglob("*") if path.is_file()}
    assert {path for path in made if not path.startswith("build/")} == {
        *("SConstruct", "mine.c", ".sconsign.dblite")
    }
    header = int.from_bytes(
        (own.root / "build/zig/arm64/debug/mine.sys").read_bytes()[60:64], "little"
    )
    image = (own.root / "build/zig/arm64/debug/mine.sys").read_bytes()
    assert image[header + 4 : header + 6] == b"\x64\xaa"
    assert own.scons("arch=arm64").lines == UP_TO_DATE


@pytest.mark.parametrize(
    ("word", "machine"),
    [("amd64", "x64"), ("x86_64", "x64"), ("i386", "x86"), ("aarch64", "arm64")],
)
def test_other_names_of_machines_are_understood(own, word, machine):
    run = own.scons("-n", f"arch={word}")
    assert run.steps("LINK") == [f"build/zig/{machine}/debug/mine.sys"]


def test_defaults_of_the_project_hold_until_the_command_line_says_otherwise(own):
    own.write("SConstruct", ONE.format(keywords=', arch=["x64", "arm"], flavor="release"'))
    folders = ["build/zig/x64/release", "build/zig/arm/release"]
    assert own.scons("-n").steps("LINK") == [f"{each}/mine.sys" for each in folders]
    assert own.scons("-n", "flavor=debug", "arch=x86").steps("LINK") == [
        "build/zig/x86/debug/mine.sys"
    ]


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("nonsense=1", "unknown variable 'nonsense'; known: toolchain, arch, flavor"),
        ("CCFLAGS=-O9", "unknown variable 'CCFLAGS'; known: toolchain, arch, flavor"),
        ("arhc=x64", "unknown variable 'arhc'; did you mean 'arch'?"),
        ("arch=mips", "unknown arch 'mips'"),
    ],
)
def test_what_cannot_be_obeyed_is_refused_at_the_line_of_the_project(own, argument, text):
    errors = own.scons(argument, status=2).errors.strip().splitlines()
    assert errors[0].startswith("scons: *** ")
    assert text in errors[0]
    assert errors[1:] == [f'File "{own.root / "SConstruct"}", line 3, in <module>']


def test_variables_of_the_project_itself_are_taken_and_shown(own):
    own.write(
        "SConstruct",
        "from ntbuild import project\n"
        "variables = Variables(None, ARGUMENTS)\n"
        'variables.Add("level", "of tracing", "1")\n'
        'env = project("mine", variables=variables)\n'
        'env.Driver("mine", ["mine.c"], defines={"LEVEL": env.cells[0]["level"]})\n',
    )
    assert "-DLEVEL=3 " in own.scons("-n", "--verbose", "level=3").text
    assert "level: of tracing" in own.scons("-h").text
    assert "known: level, toolchain, arch, flavor" in own.scons("other=1", status=2).errors


@pytest.mark.parametrize("target", [(), ("mine",), ("drivers",)])
def test_a_project_without_a_driver_says_what_to_do(own, target):
    own.write("SConstruct", 'from ntbuild import project\n\nenv = project("mine")\n')
    errors = own.scons(*target, status=2).errors
    assert (
        "no driver is declared: write env.Driver('NAME', ['NAME.c']) into the SConstruct" in errors
    )
    assert own.scons("-h").errors == ""


def test_the_scripts_of_drivers_are_read_once_for_each_cell(own):
    with_scripts(own, "one", "two")
    run = own.scons("-n", "arch=x64,arm64")
    assert sorted(run.steps("LINK")) == sorted(
        f"build/zig/{arch}/debug/drivers/{name}/{name}.sys"
        for arch in ("x64", "arm64")
        for name in ("one", "two")
    )


def test_a_sconscript_at_the_top_is_read_in_place_of_others(own):
    with_scripts(own, "one")
    own.write("SConscript", SCRIPT.format(name="mine"))
    assert own.scons("-n").steps("LINK") == ["build/zig/x64/debug/mine.sys"]


def test_scripts_can_be_named_and_must_be_there(own):
    with_scripts(own, "one", "two")
    text = 'from ntbuild import project\n\nproject("mine", scripts=["drivers/two/SConscript"])\n'
    own.write("SConstruct", text)
    assert own.scons("-n").steps("LINK") == ["build/zig/x64/debug/drivers/two/two.sys"]
    own.write("SConstruct", text.replace("two", "three"))
    assert "'drivers/three/SConscript': no such file below" in own.scons(status=2).errors


def test_an_error_in_a_script_names_the_line_of_the_script(own):
    with_scripts(own, "one")
    own.edit("drivers/one/SConscript", '["one.c"]', '["one.c"], nosuch=1')
    errors = own.scons(status=2).errors.strip().splitlines()
    assert errors[0].startswith(
        "scons: *** drivers/one/SConscript:3: Driver('one'): unknown keyword"
    )
    assert errors[1:] == [f'File "{own.root / "drivers/one/SConscript"}", line 3, in <module>']


def test_the_nodes_of_one_declaration_serve_another_in_their_own_cell(own):
    own.write(
        "SConstruct",
        "from ntbuild import project\n"
        'env = project("mine", arch="x64,arm64")\n'
        'core = env.ExportDriver("core", Glob("mine.c"), exports=["DriverEntry"])\n'
        'trace = env.Object("trace.c")\n'
        'env.Driver("mine", ["mine.c", trace, core.import_library])\n',
    )
    own.write("trace.c", "int Trace;\n")
    run = own.scons("-n", "--verbose", "mine")
    links = [line for line in run.lines if line.startswith("pelink ") and "/mine.sys" in line]
    assert len(links) == 2
    for line, arch in zip(links, ("x64", "arm64"), strict=True):
        folder = f"build/zig/{arch}/debug"
        assert f"{folder}/mine.obj {folder}/trace.obj {folder}/core.lib " in line
        assert set(re.findall(r"build/zig/(\w+)/", line)) == {arch}


def test_targets_are_the_project_the_drivers_and_each_driver(own):
    with_scripts(own, "one", "two", "run")
    folder = "build/zig/x64/debug/drivers"
    one, two, run = (f"{folder}/{name}/{name}.sys" for name in ("one", "two", "run"))
    for target, images in {
        "mine": [one, two, run],
        "drivers": [one, two, run],
        "one": [one],
        "drivers/two": [two],
        "drivers/two/x64": [two],
        "drivers/run": [run],  # the short name is kept for what runs drivers
    }.items():
        assert sorted(own.scons("-n", target).steps("LINK")) == sorted(images), target
    reports = [f"{image.removesuffix('.sys')}.run.json" for image in (one, two, run)]
    assert sorted(own.scons("-n", "run").steps("RUN")) == sorted(reports)


def test_a_release_is_of_the_projects_toolchain_and_machines(own):
    def shipped(*words):
        """Machines whose images and whose PDBs are in the release."""
        copies = own.scons("-n", "release", *words).steps("COPY")
        ends = [f"{arch}/mine.{kind}" for kind in ("sys", "pdb") for arch in every]
        found = [end for end in ends if any(each.endswith(f"zig/{end}") for each in copies)]
        pdbs = [end for end in found if end.endswith(".pdb")]
        for kind in ("private", "public"):
            assert all(f"build/release/symbols/{kind}/zig/{end}" in copies for end in pdbs)
        return found

    every = ["x64", "x86", "arm64", "arm"]
    assert len(shipped()) == 8
    own.write("SConstruct", ONE.format(keywords=', arch="x64,arm64"'))
    assert shipped() == [
        f"{arch}/mine.{kind}" for kind in ("sys", "pdb") for arch in ("x64", "arm64")
    ]
    assert shipped("arch=x86") == ["x86/mine.sys", "x86/mine.pdb"]


@pytest.mark.parametrize(
    ("keywords", "text"),
    [
        (", arch=5", "project: arch: expected a text such as 'x64,arm64', or a list, not 5"),
        (', toolchain="gcc"', "unknown toolchain 'gcc'"),
        (", variables=5", "project: variables: 5 is not a Variables object of SCons"),
        (", scripts=5", "project: scripts: expected a list of file names, not 5"),
        (', archs="x64"', "project: unknown keyword 'archs'; did you mean 'arch'?"),
        (')\nproject("other"', "project() is called twice"),
        (")\nenv.Driver('x'", "Driver: needs 'sources'; it takes name, sources"),
        (")\nenv.Driver('x', []", "SConstruct:4: 'x' has no sources"),
        (")\nenv.Driver('x', ['mine.c', 5]", "SConstruct:4: sources: 5 is neither a file name nor"),
        (
            ")\nenv.Driver('x', 'mine.c', include_dirs=['mine.c']",
            "SConstruct:4: Tried to lookup File 'build/zig/x64/debug/mine.c' as a Dir",
        ),
    ],
)
def test_a_wrong_keyword_of_the_project_is_refused(own, keywords, text):
    own.write("SConstruct", ONE.format(keywords=keywords))
    errors = own.scons(status=2).errors.strip().splitlines()
    assert errors[0].startswith("scons: *** ")
    assert text in errors[0]
    line = 3 + keywords.count("\n")
    assert errors[1:] == [f'File "{own.root / "SConstruct"}", line {line}, in <module>']


def test_a_name_that_ntbuild_does_not_have_is_one_line(own):
    own.write("SConstruct", "from ntbuild import projekt\n")
    errors = own.scons(status=2).errors.strip()
    assert (
        errors == "scons: *** SConstruct:1: ntbuild has no name 'projekt'; did you mean 'project'?"
    )


def test_an_environment_for_one_cell_refuses_a_machine_that_it_would_ignore(own):
    own.write(
        "SConstruct",
        "from ntbuild import TOOLPATH\n"
        'env = Environment(tools=["ntdriver"], toolpath=TOOLPATH)\n'
        'env.Driver("mine", ["mine.c"])\n',
    )
    errors = own.scons("arch=arm64", status=2).errors
    assert "SConstruct:3: arch=arm64 has no effect: the driver is for zig x64 debug; " in errors
    assert own.scons("-n", "arch=amd64").steps("LINK") == ["mine.sys"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("mien", "ntbuild: no target 'mien'; did you mean 'mine'?"),
        ("reprot", "ntbuild: no target 'reprot'; did you mean 'report'?"),
        ("run/mien", "ntbuild: no target 'run/mien'; did you mean 'run/mine'?"),
        ("zzzz", "ntbuild: no target 'zzzz'; scons -h lists the targets"),
        ("package", "ntbuild: no package is declared: env.DriverPackage(NAME, driver)"),
    ],
)
def test_an_unknown_target_is_told_with_what_it_may_mean(own, target, message):
    errors = own.scons("-n", target, status=2).errors.splitlines()
    assert errors[-1] == message.replace("no package", "no target 'package'; no package")


def test_an_error_of_a_script_is_not_one_of_targets(own):
    own.add("SConstruct", 'env.Driver("more", ["mine.c"], modle="kmdf")\n')
    assert "no target" not in own.scons("-n", "run", status=2).errors


def test_a_method_that_is_not_there_is_told_with_what_it_may_mean(own):
    own.add("SConstruct", 'env.DriverPakage("mine")\n')
    assert "no method 'DriverPakage'; did you mean 'DriverPackage'?" in own.scons(status=2).errors


def test_a_variable_of_the_projects_own_is_read_from_it(own):
    own.write(
        "SConstruct",
        "from SCons.Script import ARGUMENTS, Variables\n"
        "from ntbuild import project\n"
        "own = Variables(None, ARGUMENTS)\n"
        'own.Add("board", "which board it is for", "evk")\n'
        'env = project("mine", arch="x64,x86", variables=own)\n'
        'print(env["board"], env["NTARCH"])\n'
        'env.Driver("mine", ["mine.c"], defines={"BOARD": env["board"]})\n',
    )
    assert own.scons("-n", "board=rev2").lines[0] == "rev2 ('x64', 'x86')"
