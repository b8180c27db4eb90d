"""What libraries need reaches the drivers that link them."""

from msbuild.projects import write
from ntbuild.importing.layout import single_script
from ntbuild.importing.solutions import import_single, import_solution
from ntbuild.msbuild.files import Files

PROJECT = """<ItemGroup Label="ProjectConfigurations"><ProjectConfiguration Include="Release|x64" />
<ProjectConfiguration Include="Debug|x64" /></ItemGroup>
<PropertyGroup><ConfigurationType>{kind}</ConfigurationType><DriverType>WDM</DriverType></PropertyGroup>
<ItemGroup><ClCompile Include="{source}" />{references}</ItemGroup>
<ItemDefinitionGroup>{settings}</ItemDefinitionGroup>"""


def project(source, *references, kind="StaticLibrary", settings=""):
    named = "".join(f'<ProjectReference Include="{each}.vcxproj" />' for each in references)
    return PROJECT.format(kind=kind, source=source, references=named, settings=settings)


def libraries(names):
    return f"<Lib><AdditionalDependencies>{names}</AdditionalDependencies></Lib>"


def script(folder, files):
    write(folder, files)
    found = import_single((folder / "drv.vcxproj").as_posix(), Files())
    (only,) = single_script(found, folder.as_posix())
    return only.text


def test_a_reference_of_a_library_reaches_the_driver_with_its_modules(tmp_path):
    files = {
        "drv.vcxproj": project("drv.c", "near", kind="Driver"),
        "near.vcxproj": project("near.c", "far", settings=libraries("made.lib;uuid.lib")),
        "far.vcxproj": project("far.c", settings=libraries("fltmgr.lib;%(AdditionalDependencies)")),
        **dict.fromkeys(("drv.c", "near.c", "far.c", "made.lib"), ""),
    }
    text = script(tmp_path, files)
    assert (
        """env.Driver(
    "drv",
    ["drv.c", "made.lib", near, far],
    model="wdm",
    dialect="msvc",
    import_libraries=["uuid", "fltmgr"],
)
"""
        in text
    )
    assert 'near = env.DriverLibrary("near", ["near.c"], model="wdm", dialect="msvc")\n' in text
    assert text.index("near = ") < text.index("env.Driver(")


def test_what_an_export_driver_links_stays_with_it(tmp_path):
    exported = "<Link><ModuleDefinitionFile>mid.def</ModuleDefinitionFile></Link>"
    files = {
        "drv.vcxproj": project("drv.c", "mid", kind="Driver"),
        "mid.vcxproj": project("mid.c", "far", kind="Driver", settings=exported),
        "far.vcxproj": project("far.c", settings=libraries("uuid.lib")),
        "mid.def": "EXPORTS\n  Open\n",
        **dict.fromkeys(("drv.c", "mid.c", "far.c"), ""),
    }
    text = script(tmp_path, files)
    assert 'env.Driver("drv", ["drv.c", mid.import_library], model="wdm", dialect="msvc")' in text
    assert '["mid.c", far],' in text
    assert text.count('import_libraries=["uuid"]') == 1


def test_a_driver_in_c_has_the_run_time_of_its_library_in_cxx(tmp_path):
    files = {
        "drv.vcxproj": project("drv.c", "near", kind="Driver"),
        "near.vcxproj": project("near.cpp"),
        "drv.c": "",
        "near.cpp": "",
    }
    assert '["drv.c", near], model="wdm", dialect="msvc", cxx_runtime="driver")' in script(
        tmp_path, files
    )
    own = '#pragma section(".CRT$XCA", long, read)\n'
    assert "cxx_runtime" not in script(tmp_path, files | {"near.cpp": own})


def test_a_header_that_another_project_makes_is_made_here_too_or_by_hand(tmp_path):
    making = """<MessageCompile Include="out.mc" /><CustomBuild Include="gen.idl">
      <Outputs>x/Gen.h;x/gen.c</Outputs></CustomBuild>"""
    other = project("o.c", kind="Application").replace("<ClCompile", f"{making}<ClCompile")
    files = {
        "all.slnx": '<Solution><Project Path="sys/drv.vcxproj" />'
        '<Project Path="app/o.vcxproj" /></Solution>',
        "sys/drv.vcxproj": project("drv.c", kind="Driver"),
        "sys/drv.c": '#include "own.h"\n#include <there.h>\n',
        "sys/own.h": "  # include <res\\\\OUT.h>\n#include <gen.h>\n",
        "sys/gen.h": "",
        "app/o.vcxproj": other,
        "app/out.mc": "",
    }
    write(tmp_path, files)
    found = import_solution((tmp_path / "all.slnx").as_posix(), Files())
    assert found.projects[0].first.by_hand == ()
    assert found.projects[0].first.message_headers == (f"{tmp_path.as_posix()}/app/out.mc",)
    (text,) = single_script(found, f"{tmp_path.as_posix()}/sys")
    assert 'message_headers=["../app/out.mc"]' in text.text
    (tmp_path / "app/out.mc").unlink()
    found = import_solution((tmp_path / "all.slnx").as_posix(), Files())
    assert found.projects[0].first.by_hand == (
        "header res/OUT.h: ../app/o.vcxproj makes it of ../app/out.mc",
    )
    (tmp_path / "sys/gen.h").unlink()
    single = import_single((tmp_path / "sys/drv.vcxproj").as_posix(), Files())
    assert single.projects[0].first.by_hand[1:] == (
        "header gen.h: ../app/o.vcxproj makes it of ../app/gen.idl",
    )


MAKEFILE = """<ItemGroup Label="ProjectConfigurations"><ProjectConfiguration Include="Header|x64" />
</ItemGroup><PropertyGroup><ConfigurationType>Makefile</ConfigurationType></PropertyGroup>
<PropertyGroup><NMakeBuildCommandLine>build.cmd</NMakeBuildCommandLine></PropertyGroup>"""
COMMANDS = r"""mofcomp.exe -B:.\bus.bmf ..\drv\Bus.mof
wmimofck.exe -h..\drv\new.h -m -u .\bus.bmf
fc ..\drv\BusMof.h ..\drv\new.h > nul
copy /Y ..\drv\new.h ..\drv\BusMof.h
"""


def test_a_mof_file_whose_header_a_script_makes_is_a_source(tmp_path):
    files = {
        "drv/drv.vcxproj": project("drv.c", "../mof/mof", kind="Driver"),
        "drv/drv.c": '#include "busmof.h"\n',
        "drv/Bus.mof": "",
        "mof/mof.vcxproj": MAKEFILE,
        "mof/build.cmd": COMMANDS.replace("\n", "\r\n"),
    }
    write(tmp_path, files)
    found = import_single((tmp_path / "drv/drv.vcxproj").as_posix(), Files())
    (only,) = single_script(found, (tmp_path / "drv").as_posix())
    assert '["drv.c", "Bus.mof"]' in only.text
    assert 'mof_headers={"Bus.mof": "busmof.h"}' in only.text


def test_of_two_libraries_with_one_name_a_driver_links_that_of_drivers(tmp_path):
    same = "<PropertyGroup><TargetName>same</TargetName></PropertyGroup>"
    theirs = project("p.c").replace("<DriverType>WDM</DriverType>", "") + same
    files = {
        "all.slnx": '<Solution><Project Path="lib/p.vcxproj" /><Project Path="sys/l.vcxproj" />'
        '<Project Path="drv/drv.vcxproj" /></Solution>',
        "lib/p.vcxproj": theirs,
        "sys/l.vcxproj": project("l.c") + same,
        "sys/l.c": "",
        "drv/drv.vcxproj": project(
            "drv.c",
            kind="Driver",
            settings=r"<Link><AdditionalDependencies>..\sys\x64\same.lib</AdditionalDependencies></Link>",
        ),
        "drv/drv.c": "",
    }
    write(tmp_path, files)
    found = import_single((tmp_path / "drv/drv.vcxproj").as_posix(), Files())
    (only,) = single_script(found, (tmp_path / "drv").as_posix())
    assert '["../sys/l.c"]' in only.text
    assert '["drv.c", same]' in only.text
