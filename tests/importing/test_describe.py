"""What projects build, in the terms of a SConscript."""

# ruff: noqa: E501 - project files and messages are one line each

import pytest

from msbuild.projects import evaluated
from ntbuild.importing.describe import describe
from ntbuild.msbuild.files import Files

DRIVER = """<PropertyGroup><ConfigurationType>Driver</ConfigurationType>
  <DriverType>{kind}</DriverType>{more}</PropertyGroup>"""


def described(folder, body, files=None, kind="WDM", more="", libraries=None):
    text = DRIVER.format(kind=kind, more=more) + body
    return describe(evaluated(folder, text, files), Files(), libraries or {})


def test_a_kmdf_driver_with_wpp(tmp_path):
    body = r"""
      <ItemDefinitionGroup><ClCompile>
        <WppEnabled>true</WppEnabled><WppScanConfigurationData>Trace.h</WppScanConfigurationData>
        <WppAdditionalOptions>-func:Log(LEVEL,(MSG,...)) -v4</WppAdditionalOptions>
        <AdditionalIncludeDirectories>$(IntDir);..\Inc;$(DDK_INC_PATH);%(AdditionalIncludeDirectories)</AdditionalIncludeDirectories>
        <PreprocessorDefinitions>A=1;_WIN64;%(PreprocessorDefinitions);B</PreprocessorDefinitions>
      </ClCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="Main.C;..\common\x.c" />
        <ClCompile Include="old.c"><ExcludedFromBuild>true</ExcludedFromBuild></ClCompile>
        <ResourceCompile Include="a.rc" /><Inf Include="a.inx" /></ItemGroup>
    """
    names = ("main.c", "old.c", "trace.h", "a.rc", "../inc/i.h", "../Common/x.c")
    folder = tmp_path / "sys"
    more = "<KMDF_VERSION_MINOR>15</KMDF_VERSION_MINOR>"
    found = described(folder, body, dict.fromkeys(names, ""), "KMDF", more)
    here, top = folder.as_posix(), tmp_path.as_posix()
    assert (found.method, found.model, found.kmdf, found.name) == ("Driver", "kmdf", "1.15", "a")
    assert found.sources == (f"{here}/main.c", f"{top}/Common/x.c", f"{here}/a.rc")
    assert found.include_dirs == (here, f"{top}/inc")
    assert found.defines == (("A", "1"), ("B", None))
    assert (found.wpp.scan, found.wpp.functions) == (
        (f"{here}/trace.h",),
        ("Log(LEVEL,(MSG,...))",),
    )
    assert (found.by_hand, found.left_out) == ((), ("INF a.inx",))


@pytest.mark.parametrize(
    ("kind", "library", "model", "modules"),
    [
        ("WDM", "", "wdm", ()),
        ("WDM", r"$(DDK_LIB_PATH)\fltmgr.lib", "minifilter", ()),
        ("Miniport", r"$(DDK_LIB_PATH)\storport.lib", "storport", ()),
        ("WDM", r"$(DDK_LIB_PATH)\ndis.lib;fwpkclnt.lib", "ndis", ("fwpkclnt",)),
        ("KMDF", r"$(DDK_LIB_PATH)\FltMgr.lib", "kmdf", ("fltmgr",)),
        ("WDM", r"$(KernelBufferOverflowLib);$(DDK_LIB_PATH)wdm.lib;ntoskrnl.lib", "wdm", ()),
    ],
)
def test_model_and_modules_follow_from_type_and_libraries(tmp_path, kind, library, model, modules):
    body = f"""<ItemDefinitionGroup><Link><AdditionalDependencies>%(AdditionalDependencies);{library}</AdditionalDependencies></Link></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" /></ItemGroup>"""
    found = described(tmp_path, body, {"a.c": ""}, kind)
    assert (found.model, found.import_libraries, found.by_hand) == (model, modules, ())


def test_what_a_person_has_to_do_has_its_reason(tmp_path):
    body = r"""
      <ItemDefinitionGroup><ClCompile>
        <AdditionalIncludeDirectories>$(SPB_INC_PATH)\1.1;gone;$(Unknown)\</AdditionalIncludeDirectories>
        <AdditionalOptions>/wd4201 /kernel /Frob %(AdditionalOptions)</AdditionalOptions>
      </ClCompile><Link>
        <AdditionalDependencies>mystery.lib;$(DDK_LIB_PATH)\displib.lib</AdditionalDependencies>
        <AdditionalOptions>/ignore:4099 /DEFAULTLIB:ucrt.lib /spgo /frob</AdditionalOptions>
      </Link></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c;made.c" /><ClCompile Include="b.cpp"><CompileAs>CompileAsC</CompileAs></ClCompile>
        <Mofcomp Include="a.mof" /><Ctrpp Include="a.man" /></ItemGroup>
      <Target Name="Gen" BeforeTargets="ClCompile"><Exec Command="x" /></Target>
      <Target Name="Copy" AfterTargets="Link"><Exec Command="x" /></Target>
    """
    found = described(tmp_path, body, {"a.c": "", "b.cpp": ""})
    assert found.by_hand == (
        "source made.c: no such file; is it generated?",
        "source a.mof: no such file; is it generated?",
        "compiler option /Frob",
        "headers of km/spb/1.1: only a kit has them",
        "library mystery: no project here makes it, and no module is it",
        "library displib: code of display drivers, which only a kit has",
        "linker option /frob",
        "a.man: ctrpp makes headers and resources of it",
        "target Gen (exec): not run",
    )
    assert found.left_out == ("include folder gone: no such folder",)
    assert found.languages == (("b.cpp", "c"),)


def test_the_language_of_a_source_may_be_another_than_its_suffix_says(tmp_path):
    body = """<ItemGroup><ClCompile Include="sub\\a.c"><CompileAs>CompileAsCpp</CompileAs></ClCompile>
      <ClCompile Include="b.c"><AdditionalOptions>/TP</AdditionalOptions></ClCompile>
      <ClCompile Include="c.c;d.cpp"><CompileAs>Default</CompileAs></ClCompile></ItemGroup>"""
    found = described(tmp_path, body, dict.fromkeys(("sub/a.c", "b.c", "c.c", "d.cpp"), ""))
    assert dict(found.languages) == {"a.c": "c++", "b.c": "c++"}
    assert (found.by_hand, found.cxx_runtime) == ((), "driver")


def test_a_mof_file_is_a_source_with_its_header_and_hardening_follows_the_project(tmp_path):
    body = r"""
      <ItemDefinitionGroup><ClCompile>
        <BufferSecurityCheck>false</BufferSecurityCheck>
        <AdditionalOptions>/guard:cf- %(AdditionalOptions)</AdditionalOptions>
      </ClCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" /><MofComp Include="x\Bus.mof" />
        <Wmimofck Include=".\$(IntDir)\bus.bmf"><HeaderOutputFile>.\$(IntDir)\BusMof.h</HeaderOutputFile></Wmimofck>
      </ItemGroup>
    """
    found = described(tmp_path, body, {"a.c": "", "x/Bus.mof": ""})
    assert [each.rpartition("/")[2] for each in found.sources] == ["a.c", "Bus.mof"]
    assert found.mof_headers == (("Bus.mof", "BusMof.h"),)
    assert dict(found.harden) == {
        "cookie": "the project sets BufferSecurityCheck to false",
        "guard": "the project sets ControlFlowGuard to false",
    }
    assert found.by_hand == ()
    kept = body.replace("<BufferSecurityCheck>false", "<BufferSecurityCheck>true")
    assert [part for part, _ in described(tmp_path, kept, {"a.c": ""}).harden] == ["guard"]


def test_options_that_mean_something_become_keywords(tmp_path):
    body = r"""
      <PropertyGroup><UDE_VERSION_MAJOR>1</UDE_VERSION_MAJOR></PropertyGroup>
      <ItemDefinitionGroup><ClCompile>
        <AdditionalOptions>/FIpre.h /DX=1 /D "Y=2" /I sub /std:c++20 /Zp8</AdditionalOptions>
        <ForcedIncludeFiles>first.h</ForcedIncludeFiles>
      </ClCompile><Link><EntryPointSymbol>MyEntry</EntryPointSymbol>
        <AdditionalOptions>/INTEGRITYCHECK -merge:PAGECONST=PAGE</AdditionalOptions></Link></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.cpp" /></ItemGroup>
      <ItemGroup><Natvis Include="Types.natvis" /><Natvis Include="gone.natvis" /></ItemGroup>
    """
    files = {"a.cpp": "", "first.h": "", "sub/x.h": "", "types.natvis": ""}
    found = described(tmp_path, body, files)
    here = tmp_path.as_posix()
    assert found.forced_includes == (f"{here}/first.h", "pre.h")
    assert found.defines == (("X", "1"), ("Y", "2"))
    assert found.include_dirs == (f"{here}/sub",)
    assert (found.cflags, found.cxxflags) == (
        ("-fpack-struct=8",),
        ("-std=c++20", "-fpack-struct=8"),
    )
    assert found.entry == "MyEntry"
    assert found.natvis == (f"{here}/types.natvis",)
    assert found.import_libraries == ("udecxstub",)
    assert found.by_hand == ("natvis: gone.natvis is not there",)
    assert found.options == (("integritycheck", "True"), ("merge", '[("PAGECONST", "PAGE")]'))


def test_scripts_get_defines_without_quotes(tmp_path):
    body = r"""<ItemDefinitionGroup>
      <ClCompile><PreprocessorDefinitions>Y="2026";N=1</PreprocessorDefinitions></ClCompile>
      <ResourceCompile>
        <PreprocessorDefinitions>Y="2026";N=1;T=\"a b\"</PreprocessorDefinitions>
      </ResourceCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" /><ResourceCompile Include="a.rc" /></ItemGroup>"""
    found = described(tmp_path, body, {"a.c": "", "a.rc": ""})
    assert found.defines == (("Y", '"2026"'), ("N", "1"))
    assert found.resource_defines == (("Y", "2026"), ("T", '"a b"'))


def test_scripts_take_defines_and_folders_of_their_options(tmp_path):
    body = r"""<ItemDefinitionGroup><ResourceCompile>
      <AdditionalOptions>/nologo /D Major="1" /d Name="two words" -DBare /D T=\"x\" /i res /l 0x409 %(AdditionalOptions)</AdditionalOptions>
      </ResourceCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" /><ResourceCompile Include="a.rc" /></ItemGroup>"""
    found = described(tmp_path, body, {"a.c": "", "a.rc": "", "res/x.h": ""})
    pairs = (("Major", "1"), ("Name", "two words"), ("Bare", None), ("T", '"x"'))
    assert (found.resource_defines, found.by_hand) == (pairs, ())
    assert found.resource_include_dirs == (f"{tmp_path.as_posix()}/res",)


def test_sources_of_their_own_settings_widen_those_of_the_driver(tmp_path):
    body = r"""<ItemGroup>
      <ClCompile Include="a.c"><PreprocessorDefinitions>A</PreprocessorDefinitions>
        <AdditionalIncludeDirectories>inc</AdditionalIncludeDirectories></ClCompile>
      <ClCompile Include="b.c"><PreprocessorDefinitions>A=2;B</PreprocessorDefinitions></ClCompile>
      <ClCompile Include="pch.c"><PrecompiledHeader>Create</PrecompiledHeader></ClCompile>
    </ItemGroup>"""
    files = {"a.c": "", "b.c": "", "pch.c": '// only\n#include "pch.h"\n', "inc/x.h": ""}
    found = described(tmp_path, body, files)
    assert [path.rpartition("/")[2] for path in found.sources] == ["a.c", "b.c"]
    assert (found.defines, found.by_hand) == ((("B", None),), ())
    assert found.source_defines == (("a.c", (("A", None),)), ("b.c", (("A", "2"),)))
    assert found.include_dirs == (f"{tmp_path.as_posix()}/inc",)


def test_a_define_that_names_its_source_stays_with_it_but_not_with_two_of_a_name(tmp_path):
    body = r"""<ItemDefinitionGroup><ClCompile>
      <PreprocessorDefinitions>FILE="%(RelativeDir)%(Filename).tmh";X=1;X=2</PreprocessorDefinitions>
      </ClCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c;sub\b.c;sub\a.c" /></ItemGroup>"""
    found = described(tmp_path, body, dict.fromkeys(("a.c", "sub/a.c", "sub/b.c"), ""))
    assert found.defines == (("X", "2"),)
    assert found.source_defines == (
        ("a.c", (("FILE", '"a.tmh"'),)),
        ("b.c", (("FILE", '"sub/b.tmh"'),)),
    )
    assert found.by_hand == ("defines of a.c: two sources have this name",)


def test_a_precompiled_header_is_found_in_angle_brackets(tmp_path):
    body = """<ItemGroup><ClCompile Include="a.c"><PrecompiledHeader>Use</PrecompiledHeader></ClCompile></ItemGroup>"""
    assert described(tmp_path, body, {"a.c": ""}).include_dirs == (tmp_path.as_posix(),)


def test_trace_functions_of_one_source_stay_with_it(tmp_path):
    body = r"""<ItemDefinitionGroup><ClCompile><WppEnabled>true</WppEnabled>
      <WppTraceFunction>Log(LEVEL,MSG,...)</WppTraceFunction></ClCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" />
      <ClCompile Include="sub\b.c"><WppTraceFunction>%(WppTraceFunction);Dump(MSG,...)</WppTraceFunction></ClCompile>
    </ItemGroup>"""
    found = described(tmp_path, body, {"a.c": "", "sub/b.c": ""}).wpp
    assert found.functions == ("Log(LEVEL,MSG,...)",)
    assert found.of_sources == (("b.c", ("Dump(MSG,...)",)),)


def test_steps_of_other_tools_are_by_hand_and_an_inf_is_left_out(tmp_path):
    body = r"""<ItemDefinitionGroup><ClCompile><WppEnabled>true</WppEnabled>
      <WppScanConfigurationData>trace.h</WppScanConfigurationData>
      <WppAdditionalConfigurationFile>own.ini</WppAdditionalConfigurationFile></ClCompile></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" /><NASM Include="ops.asm" />
      <CustomBuild Include="drv.inf.in"><Command>make</Command></CustomBuild></ItemGroup>"""
    found = described(tmp_path, body, dict.fromkeys(("a.c", "ops.asm", "trace.h", "own.ini"), ""))
    assert (found.by_hand, found.nasm) == ((), ())
    assert found.sources[-1].endswith("/ops.asm")
    assert found.left_out == ("INF drv.inf.in",)
    folder = tmp_path.as_posix()
    assert found.wpp.scan == (f"{folder}/trace.h", f"{folder}/own.ini")


def test_a_library_of_headers_is_nothing_to_build(tmp_path):
    more = "<ConfigurationType>StaticLibrary</ConfigurationType>"
    found = described(tmp_path, '<ItemGroup><ClInclude Include="a.h" /></ItemGroup>', more=more)
    assert (found.method, found.reason) == ("", "a library without sources")


def test_resource_scripts_have_settings_of_their_own(tmp_path):
    body = r"""<ItemDefinitionGroup>
      <ClCompile><PreprocessorDefinitions>A=1;B=2</PreprocessorDefinitions></ClCompile>
      <ResourceCompile><PreprocessorDefinitions>A=1;B=3;YEARS="2014-2026"</PreprocessorDefinitions>
        <AdditionalIncludeDirectories>res</AdditionalIncludeDirectories></ResourceCompile>
      </ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" /><ResourceCompile Include="a.rc" /></ItemGroup>"""
    found = described(tmp_path, body, {"a.c": "", "a.rc": "", "res/x.h": ""})
    assert found.defines == (("A", "1"), ("B", "2"))
    assert found.resource_defines == (("B", "3"), ("YEARS", "2014-2026"))
    assert found.resource_include_dirs == (f"{tmp_path.as_posix()}/res",)
    assert (found.include_dirs, found.by_hand) == ((), ())


def test_event_manifests_are_sources_with_the_name_of_their_header(tmp_path):
    body = """<ItemGroup><ClCompile Include="a.c" /><MessageCompile Include="log.mc;same.man" />
      <MessageCompile Include="Events.man"><GeneratedFilesBaseName>fx2</GeneratedFilesBaseName></MessageCompile>
      <ResourceCompile Include="$(IntDir)fx2.rc;$(IntDir)same.rc" /></ItemGroup>"""
    files = dict.fromkeys(("a.c", "log.mc", "same.man", "events.man"), "")
    found = described(tmp_path, body, files)
    names = [path.rpartition("/")[2] for path in found.sources]
    assert names == ["a.c", "log.mc", "same.man", "events.man"]
    assert (found.events, found.by_hand) == ((("Events.man", "fx2"),), ())


def test_drivers_in_cxx_get_the_run_time_unless_they_have_one(tmp_path):
    body = '<ItemGroup><ClCompile Include="a.CPP;b.c" /></ItemGroup>'
    assert described(tmp_path, body, {"a.cpp": "", "b.c": ""}).cxx_runtime == "driver"
    text = '#pragma section(".CRT$XCA", read)'
    assert described(tmp_path, body, {"a.cpp": text}).cxx_runtime == ""
    body = '<ItemGroup><ClCompile Include="b.c" /></ItemGroup>'
    assert described(tmp_path, body).cxx_runtime == ""


def test_exports_make_an_export_driver(tmp_path):
    body = """<ItemDefinitionGroup><Link><ModuleDefinitionFile>a.def</ModuleDefinitionFile></Link></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" /></ItemGroup>"""
    text = "NAME a.sys\nEXPORTS\n  DriverEntry\n  First ; one\n  Second PRIVATE\n  Data DATA\n"
    found = described(tmp_path, body, {"a.c": "", "a.def": text})
    assert (found.method, found.exports) == ("ExportDriver", ("First", "Second", "Data"))
    more = "<PlatformToolset>WindowsKernelModeDriver10.0</PlatformToolset>"
    more += "<ConfigurationType>DynamicLibrary</ConfigurationType>"
    without = described(tmp_path, body.replace("a.def", ""), {"a.c": ""}, more=more)
    assert without.method == "ExportDriver"
    assert without.by_hand == ("exports: list what it exports; it has no module definition file",)
    assert found.by_hand == ("export Data DATA: write it as an Export",)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ("<ConfigurationType>Application</ConfigurationType>", "a program"),
        ("<ConfigurationType>DynamicLibrary</ConfigurationType>", "a DLL for programs"),
        ("", "a program"),
        (
            "<ConfigurationType>DynamicLibrary</ConfigurationType><DriverType>KMDF</DriverType><PlatformToolset>v143</PlatformToolset>",
            "a DLL for programs",
        ),
        (
            "<ConfigurationType>DynamicLibrary</ConfigurationType><DriverType>UMDF</DriverType>",
            "a user-mode driver (UMDF), which ntbuild does not build yet",
        ),
        (
            "<ConfigurationType>StaticLibrary</ConfigurationType><PlatformToolset>v143</PlatformToolset>",
            "a library for programs",
        ),
        (
            "<ConfigurationType>Utility</ConfigurationType><DriverType>Package</DriverType>",
            "a package or a utility project",
        ),
    ],
)
def test_what_is_not_for_the_kernel_says_what_it_is(tmp_path, properties, reason):
    found = evaluated(tmp_path, f"<PropertyGroup>{properties}</PropertyGroup>")
    assert describe(found, Files(), {}).reason == reason
    assert describe(found, Files(), {}).method == ""


def test_old_windows_is_a_version(tmp_path):
    more = "<TargetVersion>Windows7</TargetVersion>"
    body = '<Import Project="$(VCTargetsPath)/Microsoft.Cpp.props" />'
    assert described(tmp_path, body, more=more).windows == "6.1"
    more = "<TargetVersion>Windows10</TargetVersion>"
    assert described(tmp_path, body, more=more).windows == ""


def test_a_module_that_is_never_entered_is_no_frameworks_driver(tmp_path):
    body = """<ItemDefinitionGroup><Link><NoEntryPoint>true</NoEntryPoint>
      <EntryPointSymbol>Gone</EntryPointSymbol></Link></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" /></ItemGroup>"""
    found = described(tmp_path, body, {"a.c": ""}, "KMDF")
    assert (found.model, found.entry, found.options) == ("wdm", "", (("noentry", "True"),))


@pytest.mark.parametrize(
    ("minor", "version", "left_out"),
    [
        ("9", "1.15", ("KMDF 1.9: 1.15 is the next that ntbuild knows",)),
        ("29", "1.31", ("KMDF 1.29: 1.31 is the next that ntbuild knows",)),
        ("33", "1.33", ()),
        ("99", "1.99", ()),
    ],
)
def test_a_version_of_the_framework_that_is_not_there_becomes_the_next(
    tmp_path, minor, version, left_out
):
    more = f"<KMDF_VERSION_MINOR>{minor}</KMDF_VERSION_MINOR>"
    body = '<ItemGroup><ClCompile Include="a.c" /></ItemGroup>'
    found = described(tmp_path, body, {"a.c": ""}, "KMDF", more)
    assert (found.kmdf, found.left_out) == (version, left_out)


def test_a_character_set_is_defines_that_the_project_may_have_itself(tmp_path):
    body = """<ItemDefinitionGroup><ClCompile><PreprocessorDefinitions>_UNICODE=1</PreprocessorDefinitions>
      </ClCompile></ItemDefinitionGroup><ItemGroup><ClCompile Include="a.c" /></ItemGroup>"""
    more = "<CharacterSet>Unicode</CharacterSet>"
    found = described(tmp_path, body, {"a.c": ""}, more=more)
    assert found.defines == (("_UNICODE", "1"), ("UNICODE", None))


def test_a_custom_step_that_calls_the_message_compiler_is_none(tmp_path):
    body = r"""<ItemGroup><ClCompile Include="a.c" /><ResourceCompile Include="out\text.rc" />
      <ResourceCompile Include="gone.rc" />
      <CustomBuild Include="Text.mc"><Command>mc.exe -z Text "%(FullPath)"</Command></CustomBuild>
      <CustomBuild Include="other.mc"><Command>copy other.mc x</Command></CustomBuild></ItemGroup>"""
    found = described(tmp_path, body, {"a.c": "", "Text.mc": "", "other.mc": ""})
    here = tmp_path.as_posix()
    assert found.sources == (f"{here}/a.c", f"{here}/Text.mc")
    assert found.by_hand == (
        "source gone.rc: no such file; is it generated?",
        "other.mc: a command of the project's own makes files of it",
    )


def test_the_name_of_a_project_is_that_of_its_target(tmp_path):
    body = """<Import Project="$(VCTargetsPath)/Microsoft.Cpp.props" />{}
      <ItemGroup><ClCompile Include="a.c" /></ItemGroup>"""
    more = "<ProjectName>mine_filter</ProjectName>"
    assert described(tmp_path, body.format(""), {"a.c": ""}, more=more).name == "mine_filter"
    own = "<PropertyGroup><TargetName>$(TargetName)_x</TargetName></PropertyGroup>"
    found = described(tmp_path, body.format(own), {"a.c": ""}, more=more)
    assert found.name == "mine_filter_x"
    assert described(tmp_path, body.format(""), {"a.c": ""}).name == "a"


def test_configuration_files_of_tracing_are_scanned_and_what_is_not_known_is_said(tmp_path):
    body = r"""<ItemDefinitionGroup><ClCompile><WppEnabled>true</WppEnabled><WppKernelMode>true</WppKernelMode>
      <WppScanConfigurationData>trace.h;gone.h</WppScanConfigurationData>
      <WppAdditionalConfigurationFile>own.ini</WppAdditionalConfigurationFile>
      <WppAdditionalOptions>-scan:"more.h" -scan:$(DDK_INC_PATH)enums.h</WppAdditionalOptions>
      <WppModuleName></WppModuleName><WppAddControlGuid>1234</WppAddControlGuid>
      </ClCompile></ItemDefinitionGroup><ItemGroup><ClCompile Include="a.c;b.c" /></ItemGroup>"""
    files = dict.fromkeys(("a.c", "b.c", "trace.h", "own.ini", "more.h"), "")
    found = described(tmp_path, body, files)
    here = tmp_path.as_posix()
    assert found.wpp.scan == (f"{here}/trace.h", f"{here}/own.ini", f"{here}/more.h")
    assert found.by_hand == (
        "configuration of trace messages gone.h: no such file",
        "wppaddcontrolguid 1234: not taken over",
    )
    assert found.left_out == ("configuration of trace messages //kit/km/enums.h: a kit's",)


def test_items_of_unknown_types_are_never_dropped_without_a_word(tmp_path):
    body = r"""<ItemGroup><ClCompile Include="a.c;sub\c.c" /><Gpu Include="x.cu;sub\y.CU;a.c" />
      <Gpu Include="off.cu"><ExcludedFromBuild>true</ExcludedFromBuild></Gpu>
      <Tools Include="setup.exe;Read.MD;plain" /><None Include="x.zz" />
      <Object Include="made.obj;sub\gone.obj" /><Library Include="$(DDK_LIB_PATH)fltmgr.lib" /></ItemGroup>"""
    found = described(tmp_path, body, dict.fromkeys(("a.c", "sub/c.c", "made.obj"), ""))
    here = tmp_path.as_posix()
    assert found.by_hand == (
        "object sub/gone.obj: no such file",
        "x.cu, sub/y.CU (item type gpu): nothing here makes an object of it",
    )
    assert found.left_out == ("setup.exe, Read.MD, plain (item type tools)",)
    assert found.sources == (f"{here}/a.c", f"{here}/sub/c.c", f"{here}/made.obj")
    assert found.model == "minifilter"


def test_sources_for_nasm_have_its_options(tmp_path):
    body = r"""<ItemDefinitionGroup><NASM><AdditionalOptions>--prefix _ %(AdditionalOptions)</AdditionalOptions>
      <PreprocessorDefinitions>A=1;B</PreprocessorDefinitions></NASM></ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="a.c" /><NASM Include="x.asm;y.asm" /></ItemGroup>"""
    files = dict.fromkeys(("a.c", "x.asm", "y.asm", "z.asm"), "")
    found = described(tmp_path, body, files)
    assert (found.nasm, found.by_hand) == (("--prefix", "_", "-DA=1", "-DB"), ())
    mixed = body.replace("</ItemGroup>", '<MASM Include="z.asm" /></ItemGroup>')
    assert described(tmp_path, mixed, files).by_hand == (
        "sources for NASM and for MASM: name those for NASM .nasm, without nasm=",
    )
