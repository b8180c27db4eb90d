"""A MOF file among a driver's sources: the header, and the binary MOF in the image."""

from ntbuild.mof.compression import decompressed
from ntbuild.pecoff.image.image import read_image
from sconsproject import Outside

SCRIPT = """from ntbuild import project

env = project("wmi", arch="x64")
env.Driver("wmi", ["wmi.c", "wmi.rc", "Bus.mof"], mof_headers={"Bus.mof": "BusMof.h"})
"""
SOURCE = """#include <ntddk.h>
#include <BusMof.h>
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)driver;
    (void)path;
    return (NTSTATUS)Bus_SIZE;
}
"""
MOF = """[WMI, Dynamic, guid("{0BA8B0E5-3B55-4E0B-8E4F-1D8C2F7B9A02}")]
class Bus { [key] string InstanceName; [WmiDataId(1)] uint32 Count; };
"""


def test_a_mof_file_is_compiled_and_a_change_rebuilds(tmp_path):
    project = Outside(tmp_path)
    project.write("SConstruct", SCRIPT)
    project.write("wmi.c", SOURCE)
    project.write("wmi.rc", "MofResourceName MOFDATA mof\\bus.bmf\n")
    project.write("Bus.mof", MOF)
    project.scons()
    (path,) = tmp_path.glob("build/**/wmi.sys")
    image = path.read_bytes()
    assert [each.key.type for each in read_image(image).resources.entries] == ["MOFDATA"]
    at = image.index(b"FOMB")
    size = int.from_bytes(image[at + 8 : at + 12], "little")
    assert b"B\0u\0s\0\0\0" in decompressed(image[at : at + 16 + size])
    assert project.scons().steps("MOF") == []
    project.edit("Bus.mof", "uint32", "Uint64")
    again = project.scons()
    assert again.steps("MOF") == ["Bus.mof"]
    assert again.steps("LINK") != []
    project.edit("Bus.mof", "Uint64 Count", "uint64 Count = 5")
    failed = project.scons(status=2)
    assert "Bus.mof:2: default values cannot be compiled here" in failed.errors
