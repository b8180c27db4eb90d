"""Headers of programs and DLLs: without /driver the defaults are lld-link's, but for reasons."""

import subprocess

import pefile
import pytest

import peers
from coffwriter import CODE, DATA, INFO, RDATA, Reloc, Section, Symbol, build
from ntbuild import LinkError
from ntbuild.pelink.pipeline import link
from ntbuild.pelink.spelling.link_exe import parse_command_line

MACHINES = ["x64", "x86", "arm64", "arm"]
BRANCH = {"x64": 4, "x86": 0x14, "arm64": 3, "arm": 0x14}
POINTER = {"x64": 1, "x86": 6, "arm64": 14, "arm": 1}
REASONS = {
    "e_maxalloc": "what link.exe writes; DOS would give the stub no memory otherwise",
    "e_sp": "what link.exe writes; DOS would start the stub without a stack",
    "TimeDateStamp": "never the clock",
    "CheckSum": "the files have other bytes, and NATIVE brings it as with link.exe",
    "BaseOfData": "lld-link leaves the field empty",
}


def program(machine, names, *, drectve=""):
    """An object that defines functions, the first of which calls the others."""
    prefix = "_" if machine == "x86" else ""
    code = bytes(64)
    sections = [
        Section(".text", code, CODE, 16),
        Section(".rdata", b"constant", RDATA, 8),
        Section(".data", b"variable" + bytes(8), DATA, 8, [Reloc(8, ".rdata", POINTER[machine])]),
    ]
    symbols = [Symbol(prefix + name, ".text", 8 * at) for at, name in enumerate(names)]
    symbols.append(Symbol("@feat.00", -1, 1, storage=3))
    if drectve:
        sections.append(Section(".drectve", drectve.encode(), INFO))
    return build(machine, sections, symbols)


def both(folder, machine, names, argv, *, drectve="", suffix="exe"):
    """The images of pelink and lld-link."""
    path = folder / "a.obj"
    path.write_bytes(program(machine, names, drectve=drectve))
    ours_at, theirs_at = folder / f"ours/a.{suffix}", folder / f"theirs/a.{suffix}"
    ours_at.parent.mkdir(exist_ok=True)
    theirs_at.parent.mkdir(exist_ok=True)
    line = parse_command_line([*argv, f"/out:{ours_at}", str(path)])
    ours = link(line.inputs, line.options).image
    command = [peers.require("lld-link"), *argv, f"/out:{theirs_at}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return pefile.PE(data=ours), pefile.PE(str(theirs_at))


NOT_A_PROGRAM = {1, 10, 11, 12, 13}
"""Subsystems of images that no terminal server ever starts: lld-link marks them, too."""


def header_differences(ours, theirs):
    found = {}
    if theirs.OPTIONAL_HEADER.Subsystem in NOT_A_PROGRAM:
        theirs.OPTIONAL_HEADER.DllCharacteristics &= ~0x8000
        # Firmware starts images of arm only under the number that the UEFI specification gives.
        if theirs.FILE_HEADER.Machine == 0x1C4 and theirs.OPTIONAL_HEADER.Subsystem >= 10:
            theirs.FILE_HEADER.Machine = 0x1C2
    for part in ("DOS_HEADER", "FILE_HEADER", "OPTIONAL_HEADER"):
        one, other = getattr(ours, part), getattr(theirs, part)
        for name in (each for group in one.__keys__ for each in group):
            if getattr(one, name) != getattr(other, name) and name not in REASONS:
                found[name] = getattr(one, name), getattr(other, name)
    mine, other = (
        [(s.Name, hex(s.Characteristics), s.VirtualAddress, s.SizeOfRawData) for s in pe.sections]
        for pe in (ours, theirs)
    )
    if mine != other:
        found["sections"] = mine, other
    return found


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("names", "argv"),
    [
        (["mainCRTStartup", "main"], []),
        (["wmainCRTStartup", "wmain"], []),
        (["WinMainCRTStartup", "WinMain"], []),
        (["wWinMainCRTStartup", "wWinMain"], []),
        (["WinMainCRTStartup"], ["/subsystem:windows"]),
        (["Start"], ["/entry:Start", "/subsystem:console,5.2"]),
        (["efi_main"], ["/entry:efi_main", "/subsystem:efi_application"]),
        (["efi_main"], ["/entry:efi_main", "/subsystem:efi_runtime_driver,1.0", "/base:0"]),
        (["Start"], ["/entry:Start", "/subsystem:native", "/largeaddressaware"]),
        (["mainCRTStartup", "main"], ["/stack:0x300000,0x2000", "/heap:0x10000", "/version:3.4"]),
        (["mainCRTStartup", "main"], ["/swaprun:cd,net", "/appcontainer", "/allowbind:no"]),
        (["mainCRTStartup", "main"], ["/allowisolation:no", "/tsaware:no", "/nxcompat:no"]),
        (["mainCRTStartup", "main"], ["/align:8192", "/filealign:4096", "/highentropyva:no"]),
        (["mainCRTStartup", "main"], ["/osversion:5.1", "/subsystem:console"]),
        (["mainCRTStartup", "main"], ["/integritycheck", "/release"]),
    ],
)
def test_a_program_has_lld_links_headers(machine, names, argv, tmp_path):
    ours, theirs = both(tmp_path, machine, names, ["/nodefaultlib", *argv])
    assert header_differences(ours, theirs) == {}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    "argv",
    [
        ["/noentry"],
        ["/entry:Start"],
        ["/noentry", "/subsystem:console"],
        ["/noentry", "/base:0x40000000"],
    ],
)
def test_a_dll_has_lld_links_headers(machine, argv, tmp_path):
    argv = ["/dll", "/nodefaultlib", *argv]
    ours, theirs = both(tmp_path, machine, ["Start", "Other"], argv, suffix="dll")
    assert header_differences(ours, theirs) == {}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_dll_starts_at_the_c_runtime(machine, tmp_path):
    name = "_DllMainCRTStartup@12" if machine == "x86" else "_DllMainCRTStartup"
    ours, theirs = both(tmp_path, machine, [name], ["/dll", "/nodefaultlib"], suffix="dll")
    assert header_differences(ours, theirs) == {}
    assert ours.OPTIONAL_HEADER.AddressOfEntryPoint >= 0x1000


@pytest.mark.parametrize(
    "drectve",
    [
        "-subsystem:windows,5.1",
        "-stack:0x40000,0x4000",
        "-merge:.rdata=.data",
        "-section:.data,ERW",
        "-section:.data,RS -entry:Other",
    ],
)
def test_directives_change_the_image_as_lld_link_does(drectve, tmp_path):
    names = ["mainCRTStartup", "WinMainCRTStartup", "Other", "main"]
    ours, theirs = both(tmp_path, "x64", names, ["/nodefaultlib"], drectve=drectve)
    assert header_differences(ours, theirs) == {}


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize("option", ["/dynamicbase:no", "/fixed"])
def test_a_program_may_stay_where_it_is(machine, option, tmp_path):
    argv = ["/nodefaultlib", "/entry:Start", "/subsystem:console", option]
    ours, theirs = both(tmp_path, machine, ["Start"], argv)
    assert header_differences(ours, theirs) == {}


@pytest.mark.parametrize("machine", ["arm64", "arm"])
def test_arm_programs_always_move(machine, tmp_path):
    argv = ["/nodefaultlib", "/entry:Start", "/subsystem:console", "/fixed", f"/machine:{machine}"]
    path = tmp_path / "a.obj"
    path.write_bytes(program(machine, ["Start"]))
    with pytest.raises(LinkError, match=f"/dynamicbase:no is not compatible with {machine}"):
        link([path], parse_command_line(argv).options)
