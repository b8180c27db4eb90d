"""Projects as texts, and the SConscript that an import writes for one."""

from msbuild.projects import write
from ntbuild.importing.layout import single_script
from ntbuild.importing.solutions import import_single
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
