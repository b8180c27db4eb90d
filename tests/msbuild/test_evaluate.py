"""Projects as MSBuild evaluates them."""

# ruff: noqa: E501 - project files and messages are one line each

import pytest

from msbuild.projects import evaluated, write
from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.evaluate import evaluate, read_configurations
from ntbuild.msbuild.files import Files


def names(found, kind="clcompile"):
    return [item.name for item in found.items.get(kind, ())]


def test_configuration_and_platform_are_global(tmp_path):
    body = """
      <PropertyGroup><Configuration>Debug</Configuration>
        <Platform Condition="'$(Platform)'==''">Win32</Platform></PropertyGroup>
      <PropertyGroup Condition="'$(Configuration)|$(Platform)'=='Release|x64'"><A>yes</A></PropertyGroup>
    """
    assert evaluated(tmp_path, body).properties["a"] == "yes"


def test_items_see_properties_of_later_lines_and_properties_see_no_items(tmp_path):
    body = """
      <ItemGroup><ClCompile Include="$(Late).c" /></ItemGroup>
      <PropertyGroup><Late>x</Late><Seen>@(ClCompile)</Seen></PropertyGroup>
    """
    found = evaluated(tmp_path, body)
    assert names(found) == ["x.c"]
    assert found.properties["seen"] == "@(ClCompile)"


def test_definitions_grow_by_what_they_were(tmp_path):
    body = """
      <ItemDefinitionGroup><ClCompile><PreprocessorDefinitions>A=1</PreprocessorDefinitions></ClCompile></ItemDefinitionGroup>
      <ItemDefinitionGroup><ClCompile>
        <PreprocessorDefinitions>%(ClCompile. PreprocessorDefinitions);B</PreprocessorDefinitions>
      </ClCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c">
        <PreprocessorDefinitions>%(PreprocessorDefinitions);C=%(Filename)</PreprocessorDefinitions>
      </ClCompile><ClCompile Include="b.c" /></ItemGroup>
    """
    first, second = evaluated(tmp_path, body).items["clcompile"]
    assert first.get("preprocessordefinitions") == "A=1;B;C=a"
    assert second.get("preprocessordefinitions") == "A=1;B"
    assert (first.own, second.own) == ({"preprocessordefinitions"}, frozenset())


def test_a_definition_that_names_the_file_means_that_of_each_item(tmp_path):
    body = """<ItemDefinitionGroup><ClCompile><Made>%(Filename).tmh;%(Made);%(Extension)</Made>
      </ClCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="sub/a.c;b.cpp" /></ItemGroup>"""
    first, second = evaluated(tmp_path, body).items["clcompile"]
    assert (first.get("made"), second.get("made")) == ("a.tmh;;.c", "b.tmh;;.cpp")


def test_items_are_included_excluded_removed_and_updated(tmp_path):
    body = r"""
      <ItemGroup>
        <ClCompile Include="*.c;sub\**\*.C" Exclude="skip.c" />
        <ClCompile Remove="gone.c" />
        <ClCompile Update="a.c"><Wpp>1</Wpp></ClCompile>
        <Other Include="@(ClCompile->'%(Filename).obj')" />
      </ItemGroup>
    """
    files = dict.fromkeys(("a.c", "b.c", "skip.c", "gone.c", "sub/deep/d.c", "sub/x.h"), "")
    found = evaluated(tmp_path, body, files)
    assert names(found) == ["a.c", "b.c", "sub/deep/d.c"]
    assert found.items["clcompile"][0].get("wpp") == "1"
    assert names(found, "other") == ["a.obj", "b.obj", "d.obj"]


def test_imports_are_found_in_any_letter_case_and_know_their_own_folder(tmp_path):
    body = r"""
      <Import Project="..\BUILD\common.props" />
      <Import Project="$(NoSuchFolder)\gone.props" Condition="exists('$(NoSuchFolder)\gone.props')" />
    """
    files = {
        "../Build/Common.props": """
          <PropertyGroup><Here>$(MSBuildThisFileDirectory)</Here></PropertyGroup>
          <Import Project="next.PROPS" /><Import Project="next.props" />""",
        "../Build/Next.props": "<PropertyGroup><N>$(N)x</N></PropertyGroup>",
    }
    folder = tmp_path / "driver"
    folder.mkdir()
    found = evaluated(folder, body, files)
    assert found.properties["here"] == f"{tmp_path.as_posix()}/Build/"
    assert found.properties["n"] == "x"
    assert found.notes == ()


def test_directory_build_props_come_with_visual_studios_defaults(tmp_path):
    write(tmp_path, {"directory.build.props": "<PropertyGroup><D>$(Early)1</D></PropertyGroup>"})
    body = r"""
      <PropertyGroup><Early>x</Early></PropertyGroup>
      <Import Project="$(VCTargetsPath)\Microsoft.Cpp.Default.props" />
      <PropertyGroup><After>$(D)</After></PropertyGroup>
    """
    folder = tmp_path / "driver"
    folder.mkdir()
    assert evaluated(folder, body).properties["after"] == "x1"


def test_target_version_decides_the_version_number(tmp_path):
    body = r"""
      <PropertyGroup><TargetVersion>WindowsV6.3</TargetVersion></PropertyGroup>
      <Import Project="$(VCTargetsPath)\Microsoft.Cpp.props" />
      <PropertyGroup Condition="$(_NT_TARGET_VERSION) &lt; $(_NT_TARGET_VERSION_WIN10)"><Old>1</Old></PropertyGroup>
    """
    assert evaluated(tmp_path, body).properties["old"] == "1"


def test_choose_takes_the_first_branch_that_holds(tmp_path):
    body = """<Choose>
      <When Condition="'$(Platform)'=='Win32'"><PropertyGroup><A>1</A></PropertyGroup></When>
      <When Condition="'$(Platform)'=='x64'"><PropertyGroup><A>2</A></PropertyGroup></When>
      <Otherwise><PropertyGroup><A>3</A></PropertyGroup></Otherwise></Choose>"""
    assert evaluated(tmp_path, body).properties["a"] == "2"
    assert evaluated(tmp_path, body, platform="ARM64").properties["a"] == "3"


def test_targets_are_listed_and_not_run(tmp_path):
    body = """<Target Name="Gen" BeforeTargets="ClCompile"><Exec Command="rm -rf /" />
      <PropertyGroup><A>1</A></PropertyGroup></Target>"""
    found = evaluated(tmp_path, body)
    (target,) = found.targets
    assert (target.name, target.tasks, target.hooks) == (
        "Gen",
        ("Exec", "PropertyGroup"),
        "ClCompile",
    )
    assert "a" not in found.properties


def test_what_is_missing_or_circular_is_noted_with_its_line(tmp_path):
    body = '\n<Import Project="gone.props" />\n<Import Project="a.vcxproj" />\n<Frob />'
    found = evaluated(tmp_path, body)
    place = (tmp_path / "a.vcxproj").as_posix()
    assert found.notes == (
        f"{place}:3: import 'gone.props': no such file",
        f"{place}:4: import 'a.vcxproj': it imports itself",
        f"{place}:5: element Frob is not known",
    )


def test_an_imported_file_that_is_no_xml_is_one_line(tmp_path):
    (tmp_path / "bad.inc").write_text("<Project>\n<A>")
    with pytest.raises(ProjectFileError) as caught:
        evaluated(tmp_path, '<Import Project="bad.inc" />')
    assert (
        str(caught.value) == f"{tmp_path}/bad.inc:2: not an XML file: no element found (column 4)"
    )


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "a.vcxproj"
    with path.open("wb") as file:
        file.truncate((16 << 20) + 1)
    with pytest.raises(ProjectFileError, match="has more than 16777216 bytes"):
        evaluate(path.as_posix(), "Release", "x64", Files())


def test_a_wildcard_for_too_many_files_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("ntbuild.msbuild.files.MOST_MATCHES", 3)
    files = {f"{number}.c": "" for number in range(5)}
    with pytest.raises(ProjectFileError) as caught:
        evaluated(tmp_path, '<ItemGroup><ClCompile Include="*.c" /></ItemGroup>', files)
    assert str(caught.value).endswith("a.vcxproj:2: ClCompile '*.c': too many files")


def test_configurations_are_read(tmp_path):
    body = """<ItemGroup Label="ProjectConfigurations">
      <ProjectConfiguration Include="Win10 Release|x64" /><ProjectConfiguration Include="Debug|ARM64" />
      </ItemGroup>"""
    write(tmp_path, {"a.vcxproj": body})
    found = read_configurations((tmp_path / "a.vcxproj").as_posix())
    assert found == (("Win10 Release", "x64"), ("Debug", "ARM64"))


def test_a_converted_project_takes_its_sources_from_the_sheet_beside_it(tmp_path):
    body = r"""
      <Import Project="$(VCTargetsPath)\WDKConversion\PreConfiguration.props" />
      <ItemGroup><ClCompile Include="@(ClSourceFiles)" />
        <ResourceCompile Include="@(RcSourceFiles)" /></ItemGroup>
    """
    sheet = r"""<PropertyGroup><SOURCES>a.c   sub\b.CPP a.rc</SOURCES>
      <INCLUDES>.\inc;  $(PUBLIC_ROOT)\ddk;</INCLUDES><C_DEFINES>$(C_DEFINES) -DONE /DTWO=2</C_DEFINES>
      <TARGETLIBS>$(DDK_LIB_PATH)hal.lib   storport.lib</TARGETLIBS></PropertyGroup>"""
    files = {"sources.props": sheet, "a.c": "", "sub/b.cpp": "", "a.rc": ""}
    found = evaluated(tmp_path, body, files)
    assert names(found) == ["a.c", "sub/b.CPP"]
    assert names(found, "resourcecompile") == ["a.rc"]
    first = found.items["clcompile"][0]
    assert first.get("additionaloptions").split() == ["-DONE", "/DTWO=2"]
    assert first.get("additionalincludedirectories").split(";")[0] == r".\inc"
    assert found.definitions["link"]["additionaldependencies"].split(";")[1] == "storport.lib"


def test_a_project_without_the_converters_sheet_does_not_read_sources(tmp_path):
    sheet = {"sources.props": "<PropertyGroup><SOURCES>a.c</SOURCES></PropertyGroup>"}
    found = evaluated(
        tmp_path, '<ItemGroup><ClCompile Include="@(ClSourceFiles)" /></ItemGroup>', sheet
    )
    assert names(found) == []
