"""Switches and targets of the command line."""

import os
import shlex
import subprocess
import sys

import pytest

from sconsproject import HELLO, SAMPLES, UP_TO_DATE


@pytest.mark.parametrize("target", ["drivers/hello", "drivers/hello/", "drivers/hello/x64"])
def test_a_driver_is_a_target_wherever_its_files_lie(project, target):
    (project.root / f"build/{HELLO}.sys").unlink()
    (project.root / "build/zig/x64/debug/drivers/ioctl/ioctl.sys").unlink()
    run = project.scons(target)
    assert run.steps("LINK") == [f"build/{HELLO}.sys"]
    assert project.scons(target).lines == (f"scons: `{target}' is up to date.",)


def test_an_unknown_driver_is_an_error(built):
    assert "drivers/hallo" in built.scons("drivers/hallo", status=2).errors


def test_help_explains_the_variables(built):
    text = built.scons("-h").text
    assert "toolchain: whose compiler: clang, mingw, zig, several with commas, or all" in text
    assert "arch: for which machine: x64, x86, arm64, arm" in text
    assert "flavor: optimised or not: debug, release" in text
    assert "--verbose" in text
    assert "scons release" in text


def test_no_exec_shows_the_work_and_makes_nothing(fresh):
    run = fresh.scons("-n", "drivers/hello")
    assert run.steps("LINK") == [f"build/{HELLO}.sys"]
    assert run.steps("CC")[0] == "drivers/hello/hello.c"
    assert fresh.files() == {}


def test_silent_says_nothing(project):
    (project.root / f"build/{HELLO}.sys").unlink()
    assert project.scons("-s").lines == ()
    assert f"{HELLO}.sys" in project.files()


def test_clean_removes_everything_and_nothing_else(project):
    project.scons("-c", "drivers/hello")
    left = project.files()
    assert not [name for name in left if "/hello/" in name]
    assert "zig/x64/debug/drivers/ioctl/ioctl.sys" in left
    project.scons("-c")
    assert project.files() == {}


def test_the_image_depends_on_neither_name_nor_switches(built, project):
    for path in (project.root / "build").rglob("*.sys"):
        path.unlink()
    project.scons("-j4", "--verbose")
    assert project.files() == built.files()


def by_hand(project, line):
    words = shlex.split(line)
    assert words[0] == "pelink"
    command = [sys.executable, "-m", "ntbuild.pelink", *words[1:]]
    environment = os.environ | {"PYTHONPATH": str(project.root / "site_scons")}
    subprocess.run(command, cwd=project.root, env=environment, check=True)


def test_verbose_commands_run_by_hand_give_the_same_bytes(project):
    before = project.files()
    made = [name for name in before if name.endswith((".sys", ".map", ".pdb", ".lib"))]
    for name in made:
        (project.root / "build" / name).unlink()
    run = project.scons("--verbose", "-n")
    lines = [line for line in run.lines if line.startswith("pelink ")]
    libraries = [name for name in made if name.endswith(".lib") and "/lib/" in name]
    assert len(libraries) >= 4  # ntoskrnl, hal, runtime and cxx at least
    assert len(lines) == len(SAMPLES) + len(libraries)
    for line in sorted(lines, key=lambda line: "/lib" not in line.split()):
        by_hand(project, line)
    after = project.files()
    assert {name for name in made if after.get(name) != before[name]} == set()


def test_the_compiler_sees_launcher_settings(project):
    project.edit("SConstruct", "DriverMatrix():", "DriverMatrix():\n    print(env['ENV'])")
    run = project.scons("-n", CCACHE_DIR="/cc", SCCACHE_X="1", DISTCC_HOSTS="h", OTHER_X="no")
    assert all(name in run.text for name in ("'CCACHE_DIR': '/cc'", "SCCACHE_X", "DISTCC_HOSTS"))
    assert "OTHER_X" not in run.text


def test_explain_on_a_null_build_says_nothing(built):
    assert built.scons("--debug=explain").lines == UP_TO_DATE
