"""Projects and solutions as SConscripts: what differs between cells, libraries, text."""

# ruff: noqa: E501 - project files and messages are one line each

import pytest

from msbuild.projects import write
from ntbuild.importing.cells import choose
from ntbuild.importing.dirs_file import import_dirs
from ntbuild.importing.layout import project_name, single_script, solution_scripts
from ntbuild.importing.sconscript import condition
from ntbuild.importing.solutions import import_single, import_solution
from ntbuild.importing.sources_file import import_sources
from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.files import Files

CONFIGURATIONS = """<ItemGroup Label="ProjectConfigurations">{}</ItemGroup>"""
DRIVER = """<PropertyGroup><ConfigurationType>{kind}</ConfigurationType>
<DriverType>{driver}</DriverType><TargetName>{name}</TargetName></PropertyGroup>{body}
<ItemGroup><ClCompile Include="{name}.c" /></ItemGroup>"""


def project(name, body="", kind="Driver", driver="WDM", cells=("Release|x64", "Debug|x64")):
    rows = "".join(f'<ProjectConfiguration Include="{each}" />' for each in cells)
    return CONFIGURATIONS.format(rows) + DRIVER.format(
        name=name, body=body, kind=kind, driver=driver
    )


def script(folder, files, name="a.vcxproj"):
    write(folder, files)
    found = import_single((folder / name).as_posix(), Files())
    (only,) = single_script(found, folder.as_posix())
    assert only.path == f"{folder.as_posix()}/SConscript"
    compile(only.text, "SConscript", "exec")
    return only.text


def test_a_small_project_is_a_small_script(tmp_path):
    text = script(tmp_path, {"a.vcxproj": project("mine"), "mine.c": ""})
    assert text == (
        'Import("env")\n\n# a.vcxproj\nenv.Driver("mine", ["mine.c"], model="wdm", dialect="msvc")\n'
    )


def test_what_differs_stands_under_conditions(tmp_path):
    cells = ("Release|x64", "Debug|x64", "Release|Win32", "Debug|Win32", "Release|ARM64")
    body = """<ItemDefinitionGroup><ClCompile>
      <PreprocessorDefinitions>ALL=1;CPU=$(Platform)</PreprocessorDefinitions>
      <PreprocessorDefinitions Condition="'$(Configuration)'=='Debug'">%(PreprocessorDefinitions);CHECKED</PreprocessorDefinitions>
      </ClCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="x86.c" Condition="'$(Platform)'=='Win32'" /></ItemGroup>"""
    files = {"a.vcxproj": project("mine", body, cells=cells), "mine.c": "", "x86.c": ""}
    assert script(tmp_path, files) == (
        """Import("env")

# a.vcxproj
sources = ["mine.c"]
if env["NTARCH"] == "x86":
    sources += ["x86.c"]
defines = {"ALL": 1, "CPU": {"x86": "Win32", "arm64": "ARM64"}.get(env["NTARCH"], "x64")}
if env["NTARCH"] in ("x64", "x86") and env["NTFLAVOR"] == "debug":
    defines |= {"CHECKED": None}
env.Driver("mine", sources, model="wdm", dialect="msvc", defines=defines)
"""
    )


def test_a_script_is_formatted_as_people_format(tmp_path):
    body = """<PropertyGroup><KMDF_VERSION_MINOR>33</KMDF_VERSION_MINOR></PropertyGroup>
      <ItemDefinitionGroup><ClCompile><WppEnabled>true</WppEnabled>
      <WppTraceFunction>TraceEvents(LEVEL,FLAGS,MSG,...);Hexdump((LEVEL,FLAGS,MSG,...));Trace(LEVEL,MSG)</WppTraceFunction>
      <WppScanConfigurationData>trace.h</WppScanConfigurationData>
      <PreprocessorDefinitions>TEXT="a b";PATH=c:\\x</PreprocessorDefinitions>
      </ClCompile></ItemDefinitionGroup>
      <ItemGroup><ResourceCompile Include="mine.rc" /><Inf Include="mine.inx" />
      <ClCompile Include="gone.c" /></ItemGroup>"""
    files = {"a.vcxproj": project("mine", body, driver="KMDF")}
    text = script(tmp_path, files | dict.fromkeys(("mine.c", "mine.rc", "trace.h"), ""))
    assert (
        text
        == r"""from ntbuild import Wpp

Import("env")

# a.vcxproj
# left out: INF mine.inx
# by hand: source gone.c: no such file; is it generated?
env.Driver(
    "mine",
    ["mine.c", "mine.rc"],
    model="kmdf",
    kmdf="1.33",
    dialect="msvc",
    wpp=Wpp(
        "debug",
        scan="trace.h",
        functions=[
            "TraceEvents(LEVEL,FLAGS,MSG,...)",
            "Hexdump((LEVEL,FLAGS,MSG,...))",
            "Trace(LEVEL,MSG)",
        ],
    ),
    defines={"TEXT": '"a b"', "PATH": "c:\\x"},
)
"""
    )


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


def test_a_name_that_differs_stands_under_a_condition_and_follows_the_project_name(tmp_path):
    name = "<PropertyGroup><TargetName>own$(PlatformTarget)</TargetName></PropertyGroup>"
    cells = ("Release|x64", "Release|Win32")
    files = {"a.vcxproj": project("mine", name, cells=cells), "mine.c": ""}
    text = script(tmp_path, files)
    assert 'name = "ownx64"\nif env["NTARCH"] == "x86":\n    name = "ownx86"\n' in text
    assert 'env.Driver(name, ["mine.c"]' in text
    body = project("mine").replace(
        "<TargetName>mine</TargetName></PropertyGroup>",
        "<ProjectName>other</ProjectName></PropertyGroup>"
        '<Import Project="$(VCTargetsPath)\\Microsoft.Cpp.Default.props" />',
    )
    assert 'env.Driver("other", ' in script(tmp_path, {"a.vcxproj": body})


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


def test_a_program_alone_is_refused_in_one_line(tmp_path):
    write(tmp_path, {"a.vcxproj": project("app", kind="Application", driver="")})
    with pytest.raises(ProjectFileError) as caught:
        import_single((tmp_path / "a.vcxproj").as_posix(), Files())
    assert str(caught.value) == f"{tmp_path}/a.vcxproj: nothing to import: it is a program"


@pytest.mark.parametrize(
    ("known", "wanted", "expected"),
    [
        ([("Release", "x64"), ("Debug", "x64")], "", {"release": "Release", "debug": "Debug"}),
        ([("Win10 Release", "x64")], "", {"release": "Win10 Release", "debug": "Win10 Release"}),
        ([("A", "x64"), ("B", "x64")], "b", {"release": "B", "debug": "B"}),
        (
            [("Release_Signed", "x64"), ("RELEASE", "x64")],
            "",
            {"release": "RELEASE", "debug": "RELEASE"},
        ),
        ([], "", {"release": "Release", "debug": "Debug"}),
    ],
)
def test_configurations_are_chosen_by_name(known, wanted, expected):
    found = choose(known, wanted)
    assert {flavor: name for (machine, flavor), (name, _) in found.items()} == expected
    assert {machine for machine, _ in found} == {"x64"}


CELLS = [
    (machine, flavor) for machine in ("x64", "x86", "arm64") for flavor in ("debug", "release")
]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (CELLS, "True"),
        ([("x86", "debug"), ("x86", "release")], 'env["NTARCH"] == "x86"'),
        ([cell for cell in CELLS if cell[0] != "x86"], 'env["NTARCH"] in ("arm64", "x64")'),
        ([cell for cell in CELLS if cell[1] == "debug"], 'env["NTFLAVOR"] == "debug"'),
        (CELLS[1:], 'not (env["NTARCH"] == "x64" and env["NTFLAVOR"] == "debug")'),
        (
            [("x64", "debug"), ("x86", "release")],
            '(env["NTARCH"], env["NTFLAVOR"]) in [("x64", "debug"), ("x86", "release")]',
        ),
    ],
)
def test_conditions_are_short_and_true(cells, expected):
    assert condition(cells, CELLS) == expected
    code = compile(expected, "condition", "eval")
    for machine, flavor in CELLS:
        env = {"NTARCH": machine, "NTFLAVOR": flavor}
        assert eval(code, {"env": env}) is ((machine, flavor) in cells)  # noqa: S307 - of a test


SOURCES = r"""
TARGETNAME = old # the name
TARGETTYPE = DRIVER
!IF 0
C_DEFINES = -DNEVER
!ELSE
C_DEFINES = $(C_DEFINES) -DEVENT=1 /DPLAIN
!ENDIF
KMDF_VERSION_MAJOR=1
KMDF_VERSION_MINOR=9
INCLUDES = $(DDK_INC_PATH);..\INC
RUN_WPP = $(SOURCES) -km -func:Log(LEVEL,MSG,...) -scan:Trace.h
SOURCES = a.c \
          gone.c
"""


def test_a_sources_file_is_read(tmp_path):
    folder = tmp_path / "sys"
    write(folder, {"sources": SOURCES, "A.C": "", "trace.h": "", "../inc/x.h": ""})
    found = import_sources((folder / "sources").as_posix(), Files())
    (only,) = single_script(found, folder.as_posix())
    assert (
        only.text
        == """from ntbuild import Wpp

Import("env")

# sources
# by hand: source gone.c: no such file; is it generated?
env.Driver(
    "old",
    ["A.C"],
    model="kmdf",
    kmdf="1.9",
    dialect="msvc",
    wpp=Wpp("debug", scan="trace.h", functions=["Log(LEVEL,MSG,...)"]),
    include_dirs=["../inc"],
    defines={"EVENT": 1, "PLAIN": None},
)
"""
    )


def test_a_sources_file_may_differ_between_machines(tmp_path):
    text = """TARGETTYPE=DRIVER
!IF "$(_BUILDARCH)" == "x86"
BITS=32
!ELSE
BITS=64
!ENDIF
TARGETNAME=own$(BITS)
KMDF_VERSION_MAJOR=1
TARGETLIBS=$(DDK_LIB_PATH)\\ndis.lib
SOURCES=a.cpp
"""
    write(tmp_path, {"sources": text, "a.cpp": ""})
    found = import_sources((tmp_path / "sources").as_posix(), Files())
    (file,) = single_script(found, tmp_path.as_posix())
    assert 'name = "own64"\nif env["NTARCH"] == "x86":\n    name = "own32"\n' in file.text
    assert 'import_libraries=["ndis"]' in file.text
    assert 'cxx_runtime="driver"' in file.text


def test_a_sources_file_brings_libraries_of_folders_beside_it(tmp_path):
    files = {
        "sys/SOURCES": "TARGETNAME=fs\nTARGETTYPE=DRIVER\nUSER_C_FLAGS=/D__KERNEL__ /W4 /frob\n"
        "TARGETLIBS=$(TARGETPATH)\\*\\journal.lib $(DDK_LIB_PATH)\\what.lib "
        "$(DDK_LIB_PATH)\\Wdmsec.lib\nSOURCES=..\\a.c\n",
        "jbd/sources": "TARGETNAME=journal\nTARGETTYPE=LIBRARY\nSOURCES=j.c\n",
        "app/sources": "TARGETNAME=app\nTARGETTYPE=PROGRAM\n",
        "a.c": "",
        "jbd/j.c": "",
    }
    write(tmp_path, files)
    folder = (tmp_path / "sys").as_posix()
    found = import_sources(f"{folder}/SOURCES", Files())
    (only,) = single_script(found, folder)
    assert (
        only.text
        == """Import("env")

# ../jbd/sources
journal = env.DriverLibrary("journal", ["../jbd/j.c"], model="wdm", dialect="msvc")

# SOURCES
# by hand: compiler option /frob
# by hand: library what: no project here makes it, and no module is it
env.Driver(
    "fs",
    ["../a.c", journal],
    model="wdm",
    dialect="msvc",
    defines={"__KERNEL__": None},
    import_libraries=["wdmsec"],
)
"""
    )


def test_a_sources_file_of_a_program_is_refused(tmp_path):
    write(tmp_path, {"sources": "TARGETNAME=x\nTARGETTYPE=PROGRAM\n"})
    with pytest.raises(ProjectFileError, match="TARGETTYPE is PROGRAM: it makes nothing"):
        import_sources((tmp_path / "sources").as_posix(), Files())


def test_names_of_projects():
    assert project_name("My Driver (2)") == "My-Driver-2"
    assert project_name("é") == "é"
    assert project_name("...") == "drivers"


def test_what_a_sources_file_says_is_taken_or_said(tmp_path):
    text = r"""TARGETNAME=own
TARGETTYPE=DRIVER
MSC_WARNING_LEVEL=/W4
_NT_TARGET_VERSION=$(_NT_TARGET_VERSION_WINXP)
!IF "$(_BUILDARCH)" == "ia64"
ARCH=a
!ELSEIF "$(_BUILDARCH)" == "amd64"
ARCH=b
!ELSEIF "$(_BUILDARCH)" == "x86"
ARCH=c
BUFFER_OVERFLOW_CHECKS=0
!ELSE
ARCH=d
!ENDIF
LINKER_FLAGS=ntstrsafe.lib fltmgr.lib /frob
HELPER=$(ARCH)
NTTARGETFILE0=made.h
I386_SOURCES=low.c
SOURCES=$(HELPER).c
"""
    inf = "[Version]\nDriverVer=01/02/2026,3.4\n[Files]\nOWN.sys\n"
    files = {"sources": text, "own.inx": inf, "other.inf": "x.sys"}
    write(tmp_path, files | dict.fromkeys(("b.c", "c.c", "low.c"), ""))
    found = import_sources((tmp_path / "sources").as_posix(), Files())
    (only,) = single_script(found, tmp_path.as_posix())
    assert (
        only.text
        == """Import("env")

# sources
# left out: NTTARGETFILE0=made.h
# left out: _NT_TARGET_VERSION=$(_NT_TARGET_VERSION_WINXP)
# left out: INF own.inx: its package is a comment below the driver
# by hand: LINKER_FLAGS: /frob
sources = []
if env["NTARCH"] == "x64":
    sources += ["b.c"]
if env["NTARCH"] == "x86":
    sources += ["c.c", "low.c"]
harden = {}
if env["NTARCH"] == "x86":
    harden |= {"cookie": "the project sets BUFFER_OVERFLOW_CHECKS to 0"}
own_sys = env.Driver("own", sources, model="minifilter", dialect="msvc", harden=harden)
# env.DriverPackage("own", own_sys, inf="own.inx", version="3.4.0.0")
"""
    )


def test_a_dirs_file_is_a_tree_of_sources_files(tmp_path):
    files = {
        "dirs": "DIRS=lib \\\n  sys # c\nOPTIONAL_DIRS=app{amd64} gone deep\n",
        "deep/DIRS": "DIRS=..\\sys drv",
        "deep/drv/sources": "TARGETNAME=drv\nTARGETTYPE=DRIVER\nSOURCES=d.c\n",
        "sys/sources": "TARGETNAME=own\nTARGETTYPE=DRIVER\nTARGETLIBS=..\\lib\\*\\part.lib\nSOURCES=a.c\n",
        "lib/sources": "TARGETNAME=part\nTARGETTYPE=DRIVER_LIBRARY\nSOURCES=b.c\n",
        "app/sources": "TARGETNAME=app\nTARGETTYPE=PROGRAM\n",
        **dict.fromkeys(("sys/a.c", "lib/b.c", "deep/drv/d.c"), ""),
    }
    write(tmp_path, files)
    top = tmp_path.as_posix()
    found = import_dirs(f"{top}/dirs", Files())
    names = [each.path.removeprefix(f"{top}/") for each in found.projects]
    assert names == ["lib/sources", "sys/sources", "deep/drv/sources"]
    assert found.skipped == (
        f"{top}/app/sources:1: TARGETTYPE is PROGRAM: it makes nothing for the kernel",
    )
    texts = {each.path.removeprefix(f"{top}/"): each.text for each in solution_scripts(found, top)}
    assert 'part = SConscript("lib/SConscript", exports=["env"])' in texts["SConscript"]
    assert '["a.c", part]' in texts["sys/SConscript"]
    write(tmp_path, {"none/dirs": "DIRS=x"})
    with pytest.raises(ProjectFileError, match="none of its folders has a driver"):
        import_dirs(f"{top}/none/dirs", Files())


def test_an_inf_becomes_the_line_of_its_package(tmp_path):
    body = """<ItemDefinitionGroup><Inf><TimeStamp>{}</TimeStamp></Inf></ItemDefinitionGroup>
      <ItemGroup><Inf Include="mine.INF" /></ItemGroup>"""
    inf = "[Version]\nDriverVer = 01/02/2026, 7.8.9.10 ; c\n"
    files = {"a.vcxproj": project("mine", body.format("1.2")), "mine.c": "", "mine.inf": ""}
    assert script(tmp_path, files).endswith(
        """# left out: INF mine.INF: its package is a comment below the driver
mine_sys = env.Driver("mine", ["mine.c"], model="wdm", dialect="msvc")
# env.DriverPackage("mine", mine_sys, inf="mine.inf", version="1.2.0.0")
"""
    )
    (tmp_path / "mine.inf").write_text(inf, encoding="utf-16")
    assert 'version="7.8.9.10"' in script(
        tmp_path, {"a.vcxproj": project("mine", body.format("$(X).1"))}
    )
