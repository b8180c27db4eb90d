"""``ntbuild import``: files written together, never replaced, and read back by scons."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from msbuild.projects import write
from ntbuild.commands.cli import main

HOME = Path(__file__).parents[2] / "site_scons"
EXPECTED = "expected a .vcxproj, .sln, .slnx, sources or dirs"
PROJECT = r"""
<ItemGroup Label="ProjectConfigurations"><ProjectConfiguration Include="Release|x64" />
  <ProjectConfiguration Include="Debug|x64" /></ItemGroup>
<PropertyGroup><ConfigurationType>Driver</ConfigurationType><DriverType>WDM</DriverType></PropertyGroup>
<ItemDefinitionGroup><ClCompile>
  <AdditionalIncludeDirectories>..\Inc;%(AdditionalIncludeDirectories)</AdditionalIncludeDirectories>
  <PreprocessorDefinitions>ANSWER=42;%(PreprocessorDefinitions)</PreprocessorDefinitions>
</ClCompile></ItemDefinitionGroup>
<ItemGroup><ClCompile Include="Mine.c" /><Ctrpp Include="a.man" /></ItemGroup>
"""
SOURCE = """#include <ntddk.h>
#include "mine.h"
DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Driver);
    DbgPrint("%wZ %d\\n", Path, ANSWER + MORE);
    return STATUS_SUCCESS;
}
"""


@pytest.fixture
def tree(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    write(
        tmp_path,
        {"sys/mine.vcxproj": PROJECT, "sys/mine.c": SOURCE, "inc/mine.h": "#define MORE 1\n"},
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_project_is_imported_and_builds(tree, capsys):
    assert main(["import", "sys/mine.vcxproj"]) == 0
    captured = capsys.readouterr()
    assert captured.out == (
        "wrote sys/SConscript\nwrote sys/SConstruct\n"
        "1 driver, 0 libraries; 1 with something to do by hand\n"
    )
    assert captured.err == (
        "ntbuild: sys/mine.vcxproj: by hand: a.man: ctrpp makes headers and resources of it\n"
    )
    command = [sys.executable, "-m", "SCons", "-Q", "flavor=release"]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(HOME), os.environ.get("PYTHONPATH", "")])
    }
    done = subprocess.run(
        command, cwd=tree / "sys", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tree / "sys/build/zig/x64/release/mine.sys").read_bytes()[:2] == b"MZ"


def test_files_that_are_there_stay_unless_forced(tree, capsys):
    (tree / "sys/SConscript").write_text("mine")
    assert main(["import", "sys/mine.vcxproj"]) == 2
    message = "ntbuild: import: sys/SConscript is there already; --force replaces it\n"
    assert capsys.readouterr().err == message
    assert (tree / "sys/SConscript").read_text() == "mine"
    assert not (tree / "sys/SConstruct").exists()
    assert main(["import", "--force", "sys/mine.vcxproj"]) == 0
    assert "env.Driver(" in (tree / "sys/SConscript").read_text()


def test_a_dry_run_writes_nothing(tree, capsys):
    before = sorted(tree.rglob("*"))
    assert main(["import", "-n", "sys/mine.vcxproj"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith('# sys/SConscript\nImport("env")\n')
    assert shown.endswith('# sys/SConstruct\nfrom ntbuild import project\n\nproject("mine")\n')
    assert sorted(tree.rglob("*")) == before


@pytest.mark.usefixtures("tree")
def test_properties_win_over_the_projects(capsys):
    words = ["-p", "ConfigurationType=StaticLibrary;targetname=other%20one", "-p", "Unused="]
    assert main(["import", "-n", *words, "sys/mine.vcxproj"]) == 0
    said = capsys.readouterr().out
    assert "env.DriverLibrary(" in said
    assert '"other one"' in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("A", "-p: 'A' is not NAME=VALUE (of VALUE %3B is a semicolon)"),
        ("A=1;", "-p: '' is not NAME=VALUE (of VALUE %3B is a semicolon)"),
        ("2=1", "-p: '2=1' is not NAME=VALUE"),
        ("A=\n", "-p: 'A=\\x0a' is not NAME=VALUE"),
        ("Platform=x64", "-p: Platform: all platforms are read"),
        ("configuration=Debug", "-p: configuration: --configuration NAME chooses it"),
    ],
)
@pytest.mark.usefixtures("tree")
def test_a_property_that_is_none_is_one_line(capsys, words, message):
    assert main(["import", "-n", "-p", words, "sys/mine.vcxproj"]) == 2
    assert message in capsys.readouterr().err


def test_a_sources_file_has_no_properties(tree, capsys):
    write(tree, {"old/sources": "TARGETNAME=a"})
    assert main(["import", "-n", "-p", "A=1", "old/sources"]) == 2
    assert "old/sources: -p is for Visual Studio projects" in capsys.readouterr().err


def test_output_goes_to_another_folder_and_a_construct_above_is_used(tree):
    write(tree, {"SConstruct": "from ntbuild import project", "out/x": ""})
    assert main(["import", "-o", "out", "sys/mine.vcxproj"]) == 0
    assert '"../sys/mine.c"' in (tree / "out/SConscript").read_text()
    assert not (tree / "out/SConstruct").exists()


def test_a_construct_of_something_else_above_reads_no_script_of_ours(tree):
    write(tree, {"SConstruct": "Program('game.c')"})
    assert main(["import", "sys/mine.vcxproj"]) == 0
    assert "ntbuild" in (tree / "sys/SConstruct").read_text()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.vcxproj", None, "gone.vcxproj: No such file or directory"),
        ("a.txt", b"", "a.txt: expected a .vcxproj, .sln, .slnx, sources or dirs"),
        (
            "CMakeLists.txt",
            b"",
            f"CMakeLists.txt: {EXPECTED}; docs/migrate.md has what becomes what",
        ),
        ("a.vcxproj", b"MZ", "a.vcxproj:1: not an XML file: syntax error (column 1)"),
        (
            "a.vcxproj",
            b'<!DOCTYPE a [<!ENTITY b "c">]><Project/>',
            "a.vcxproj:1: a DTD (<!DOCTYPE ...>): project files have none, and none is read",
        ),
        (
            "a.sln",
            b"\xff\xfe",
            "a.sln:1: not a solution: no line 'Microsoft Visual Studio Solution File'",
        ),
        (
            "sources",
            b"TARGETTYPE=LIBRARY\nUMTYPE=console\n",
            "sources:1: TARGETTYPE is LIBRARY: it makes nothing for the kernel",
        ),
    ],
)
def test_bad_input_is_one_line(tree, name, content, message, capsys):
    if content is not None:
        (tree / name).write_bytes(content)
    assert main(["import", name]) == 2
    assert capsys.readouterr().err == f"ntbuild: import: {message}\n"
