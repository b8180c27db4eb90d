"""Solutions and libraries: what is declared where, and who links what."""

# ruff: noqa: E501 - project files and messages are one line each

import pytest

from importing.written import project, script
from msbuild.projects import write
from ntbuild.importing.layout import project_name, single_script, solution_scripts
from ntbuild.importing.solutions import import_single, import_solution
from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.files import Files

SOLUTION = """
Microsoft Visual Studio Solution File, Format Version 12.00
Project("{X}") = "drv", "sys\\drv.vcxproj", "{A}"
EndProject
Project("{X}") = "lib", "lib\\lib.vcxproj", "{B}"
EndProject
Project("{X}") = "app", "app\\app.vcxproj", "{C}"
EndProject
"""
LINK = """<ItemDefinitionGroup><Link><AdditionalDependencies>common.lib</AdditionalDependencies></Link></ItemDefinitionGroup>"""


def solution(folder):
    return write(
        folder,
        {
            "all.sln": SOLUTION,
            "sys/drv.vcxproj": project("drv", LINK),
            "sys/drv.c": "",
            "lib/lib.vcxproj": project("Common", kind="StaticLibrary"),
            "lib/common.c": "",
            "app/app.vcxproj": project("app", kind="Application", driver=""),
        },
    )


def test_a_project_brings_the_libraries_of_its_solution(tmp_path):
    solution(tmp_path)
    text = script(tmp_path / "sys", {}, "drv.vcxproj")
    assert (
        text
        == """Import("env")

# ../lib/lib.vcxproj
common = env.DriverLibrary("Common", ["../lib/common.c"], model="wdm", dialect="msvc")

# drv.vcxproj
env.Driver("drv", ["drv.c", common], model="wdm", dialect="msvc")
"""
    )


def test_what_a_library_names_is_linked_by_its_drivers(tmp_path):
    lib = "<ItemDefinitionGroup><Lib><AdditionalDependencies>uuid.lib</AdditionalDependencies></Lib></ItemDefinitionGroup>"
    link = "<ItemDefinitionGroup><Link><AdditionalDependencies>common.lib</AdditionalDependencies></Link></ItemDefinitionGroup>"
    reference = '<ItemGroup><ProjectReference Include="common.vcxproj" /></ItemGroup>'
    files = {
        "a.vcxproj": project("mine", link + reference),
        "common.vcxproj": project("common", lib, kind="StaticLibrary"),
        **dict.fromkeys(("mine.c", "common.c"), ""),
    }
    text = script(tmp_path, files)
    assert 'import_libraries=["uuid"]' in text.partition("env.Driver(")[2]


def test_the_configurations_that_are_not_taken_are_named(tmp_path):
    cells = [f"{flavor} {kind}|x64" for flavor in ("Release", "Debug") for kind in ("Safe", "Weak")]
    text = script(tmp_path, {"a.vcxproj": project("mine", cells=cells), "mine.c": ""})
    assert (
        "# configurations: Release Safe, Debug Safe; not Release Weak, Debug Weak (--configuration)"
        in text
    )
    path = (tmp_path / "a.vcxproj").as_posix()
    (one,) = import_single(path, Files(), "Debug Weak").projects
    assert one.choice == ""
    with pytest.raises(ProjectFileError, match="no configuration 'Nope'; there are Release Safe,"):
        import_single(path, Files(), "Nope")


def test_a_solution_is_a_script_a_folder_and_one_that_hands_libraries_on(tmp_path):
    solution(tmp_path)
    found = import_solution((tmp_path / "all.sln").as_posix(), Files())
    top = tmp_path.as_posix()
    assert found.skipped == (f"{top}/app/app.vcxproj: a program",)
    texts = {each.path.removeprefix(f"{top}/"): each.text for each in solution_scripts(found, top)}
    assert list(texts) == ["lib/SConscript", "sys/SConscript", "SConscript"]
    assert texts["lib/SConscript"].endswith('\n\nReturn("common")\n')
    assert texts["sys/SConscript"].startswith('Import("env", "common")\n')
    assert (
        texts["SConscript"]
        == """Import("env")

common = SConscript("lib/SConscript", exports=["env"])
SConscript("sys/SConscript", exports=["env", "common"])
"""
    )


def test_an_export_driver_is_linked_by_its_import_library(tmp_path):
    solution(tmp_path)
    body = "<ItemDefinitionGroup><Link><ModuleDefinitionFile>x.def</ModuleDefinitionFile></Link></ItemDefinitionGroup>"
    files = {"lib/lib.vcxproj": project("common", body), "lib/x.def": "EXPORTS\n  Open\n  Close\n"}
    write(tmp_path, files)
    text = script(tmp_path / "sys", {}, "drv.vcxproj")
    assert (
        text
        == """Import("env")

# ../lib/lib.vcxproj
common = env.ExportDriver(
    "common",
    ["../lib/common.c"],
    exports=["Open", "Close"],
    model="wdm",
    dialect="msvc",
)

# drv.vcxproj
env.Driver("drv", ["drv.c", common.import_library], model="wdm", dialect="msvc")
"""
    )


def test_libraries_that_need_each_other_are_declared_in_one_script(tmp_path):
    solution(tmp_path)
    body = '<ItemGroup><ProjectReference Include="..\\sys\\other.vcxproj" /></ItemGroup>'
    write(
        tmp_path,
        {
            "all.sln": SOLUTION.replace("app\\app", "sys\\other"),
            "sys/other.vcxproj": project("other", kind="StaticLibrary"),
            "sys/other.c": "",
            "lib/drv2.vcxproj": project("drv2", body),
        },
    )
    text = SOLUTION.replace("app\\app", "sys\\other")
    text += 'Project("{X}") = "drv2", "lib\\drv2.vcxproj", "{D}"\nEndProject\n'
    write(tmp_path, {"all.sln": text, "lib/drv2.c": ""})
    found = import_solution((tmp_path / "all.sln").as_posix(), Files())
    (only,) = solution_scripts(found, tmp_path.as_posix())
    assert only.text.count("env.Driver(") == 2
    assert only.text.index("other = env.DriverLibrary") < only.text.index('"drv2"')


def test_two_projects_of_one_name_in_a_script_get_two_names(tmp_path):
    files = {
        "all.slnx": "".join(
            ["<Solution>", *(f'<Project Path="{n}/{n}.vcxproj" />' for n in "abc"), "</Solution>"]
        ),
        **{f"{name}/{name}.vcxproj": project("mine") for name in "ab"},
        "c/c.vcxproj": project("Mine", kind="StaticLibrary"),
        **{f"{name}/mine.c": "" for name in "abc"},
    }
    write(tmp_path, files)
    found = import_solution((tmp_path / "all.slnx").as_posix(), Files())
    (only,) = single_script(found, tmp_path.as_posix())
    assert 'env.Driver("mine", ["a/mine.c"]' in only.text
    assert 'env.Driver("b", ["b/mine.c"]' in only.text
    assert 'env.DriverLibrary("Mine"' in only.text
    assert "# by hand: name mine: ../a/a.vcxproj has it too; b here\n" in only.text
    scripts = solution_scripts(found, tmp_path.as_posix())
    assert sum('env.Driver("mine"' in each.text for each in scripts) == 2  # a folder each


def test_a_program_alone_is_refused_in_one_line(tmp_path):
    write(tmp_path, {"a.vcxproj": project("app", kind="Application", driver="")})
    with pytest.raises(ProjectFileError) as caught:
        import_single((tmp_path / "a.vcxproj").as_posix(), Files())
    assert str(caught.value) == f"{tmp_path}/a.vcxproj: nothing to import: it is a program"


def test_names_of_projects():
    assert project_name("My Driver (2)") == "My-Driver-2"
    assert project_name("é") == "é"
    assert project_name("...") == "drivers"
