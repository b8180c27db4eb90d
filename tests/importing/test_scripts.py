"""Projects as SConscripts: text, what differs between cells, conditions."""

# ruff: noqa: E501 - project files and messages are one line each

import pytest

from importing.written import project, script
from ntbuild.importing.cells import choose
from ntbuild.importing.sconscript import condition


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
