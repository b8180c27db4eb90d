"""A project of its own that uses ntbuild as it is installed from the wheel."""

import os
import shutil
import subprocess
import sys

import pytest

from sconsproject import ROOT

SCONSTRUCT = """\
from ntbuild import TOOLPATH, Section

env = Environment(tools=["ntdriver"], toolpath=TOOLPATH)
shared = env.Object("trace.c", CPPDEFINES={"TRACE": 4})
nodes = env.Driver(
    "tiny",
    ["tiny.c", shared],
    entry="TinyEntry",
    defines={"TINY_VALUE": 7, "TINY_FLAG": None},
    include_dirs=["include"],
    import_libraries=["fltmgr"],
    sections=[Section(".vault", inputs=[".vault*"], align=4096)],
)
env.Command("copied.sys", nodes.image, Copy("$TARGET", "$SOURCE"))
"""
TINY = """\
#include <ntddk.h>
#include "tiny.h"
extern ULONG TraceLevel(void);
#ifndef TINY_FLAG
#error TINY_FLAG
#endif
__attribute__((section(".vault"))) volatile ULONG TinyVault = TINY_VALUE;
NTSTATUS NTAPI TinyEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    return TinyVault + TraceLevel() == TINY_SUM ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
"""


@pytest.fixture
def installed(tmp_path):
    """The wheel's layout: the package with the tools and the toolchains inside of it."""
    library = tmp_path / "lib"
    half = shutil.ignore_patterns("*.pyc.*")  # what another process that runs tests now writes
    shutil.copytree(ROOT / "site_scons/ntbuild", library / "ntbuild", ignore=half)
    shutil.copytree(ROOT / "site_scons/site_tools", library / "ntbuild/site_tools", ignore=half)
    shutil.copytree(ROOT / "toolchains", library / "ntbuild/toolchains")
    return library


@pytest.fixture
def outside(tmp_path):
    folder = tmp_path / "outside"
    (folder / "include").mkdir(parents=True)
    (folder / "SConstruct").write_text(SCONSTRUCT)
    (folder / "tiny.c").write_text(TINY)
    (folder / "trace.c").write_text("unsigned long TraceLevel(void) { return TRACE; }\n")
    (folder / "include/tiny.h").write_text("#define TINY_SUM 11\n")
    return folder


def scons(folder, library, *arguments):
    path = os.pathsep.join([str(library), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "SCons", "-Q", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_project_of_its_own_builds_with_the_installed_wheel(installed, outside):
    done = scons(outside, installed)
    assert done.returncode == 0, done.stderr
    assert "LINK    tiny.sys" in done.stdout.splitlines()
    image = (outside / "tiny.sys").read_bytes()
    assert image[:2] == b"MZ"
    assert b".vault" in image
    assert (outside / "copied.sys").read_bytes() == image
    assert (outside / "tiny-tiny.obj").exists()
    assert (outside / "build/zig/x64/lib/fltmgr.lib").exists()
    again = scons(outside, installed)
    assert again.stdout == "scons: `.' is up to date.\n"


@pytest.mark.parametrize("toolpath", ["TOOLPATH", '[PyPackageDir("ntbuild.site_tools")]'])
def test_a_checkout_serves_a_project_of_its_own_like_the_wheel(outside, installed, toolpath):
    """With ``pip install -e`` the package is that of the checkout."""
    text = SCONSTRUCT.replace("toolpath=TOOLPATH", f"toolpath={toolpath}")
    (outside / "SConstruct").write_text(text)
    home = installed if toolpath != "TOOLPATH" else ROOT / "site_scons"
    assert "LINK    tiny.sys" in scons(outside, home).stdout.splitlines()


def test_another_name_of_a_machine_serves_an_environment_too(installed, outside):
    script = SCONSTRUCT.replace('tools=["ntdriver"]', 'tools=["ntdriver"], NTARCH="aarch64"')
    (outside / "SConstruct").write_text(script)
    assert "CC      tiny.c [zig arm64 debug]" in scons(outside, installed, "-n").stdout


def test_a_header_in_an_include_directory_is_a_dependency(installed, outside):
    scons(outside, installed)
    (outside / "include/tiny.h").write_text("#define TINY_SUM 12\n")
    assert "CC      tiny.c [zig x64 debug]" in scons(outside, installed).stdout.splitlines()


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ('NTARCH="mips"', "scons: *** toolchain zig: no compiler for mips; it makes x64, x86, "),
        ('NTFLAVOR="Release"', "scons: *** unknown flavor 'Release'; it is one of debug, release"),
        ('NTTOOLCHAIN="gcc"', "scons: *** unknown toolchain 'gcc'; it is one of clang, mingw, zig"),
    ],
)
def test_a_wrong_variable_of_an_environment_is_one_line(installed, outside, variable, text):
    script = SCONSTRUCT.replace('tools=["ntdriver"]', f'tools=["ntdriver"], {variable}')
    (outside / "SConstruct").write_text(script)
    done = scons(outside, installed)
    (line,) = [each for each in done.stderr.splitlines() if each.startswith("scons: ***")]
    assert line.startswith(text)
    assert "Traceback" not in done.stderr
