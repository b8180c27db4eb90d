"""Every form of an export, in the image's table and in the import library, as lld-link has it."""

import subprocess

import pefile
import pytest

import peers
from coffwriter import CODE, INFO, Section, Symbol, build
from ntbuild.pelink.commands.cli import main

FORMS = [
    "/export:Plain",
    "/export:Plain,DATA",
    "/export:Plain,PRIVATE",
    "/export:Plain,CONSTANT",
    "/export:Plain,@5",
    "/export:Plain,@5,NONAME",
    "/export:Renamed=Plain",
    "/export:Renamed=Plain,@9,DATA",
    "/export:Plain,EXPORTAS,Shown",
    "/export:Gone=other.Function",
    "/export:Gone=other.#7",
    "/export:Std",
    "/export:?Cpp@@YAXXZ",
]


def symbols(machine):
    """A cdecl, a stdcall and a C++ function as the machine spells them."""
    return (
        ["_Plain", "_Std@8", "?Cpp@@YAXXZ"] if machine == "x86" else ["Plain", "Std", "?Cpp@@YAXXZ"]
    )


def made(folder, machine, drectve=""):
    sections = [Section(".text", bytes(48), CODE, 16)]
    if drectve:
        sections.append(Section(".drectve", drectve.encode(), INFO))
    names = [Symbol(name, 1, 16 * at, type=0x20) for at, name in enumerate(symbols(machine))]
    path = folder / "a.obj"
    path.write_bytes(build(machine, sections, [*names, Symbol("@feat.00", -1, 1, storage=3)]))
    return path


def described(folder):
    """What a DLL's export table and its import library say."""
    pe = pefile.PE(str(folder / "a.dll"))
    table = [
        (each.name, each.ordinal, each.forwarder or each.address - 0x1000)
        for each in pe.DIRECTORY_ENTRY_EXPORT.symbols
    ]
    command = [peers.require("llvm-readobj"), str(folder / "a.lib")]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    labels = ("Name type", "Export name", "Symbol", "Type")
    return table, [line.strip() for line in text.splitlines() if line.strip().startswith(labels)]


def both(tmp_path, machine, argv, drectve=""):
    path = made(tmp_path, machine, drectve)
    found = []
    for who in ("ours", "theirs"):
        folder = tmp_path / who
        folder.mkdir()
        line = ["/dll", "/noentry", "/nodefaultlib", *argv, str(path), f"/out:{folder}/a.dll"]
        if who == "ours":
            assert main(line) == 0
        else:
            command = [peers.require("lld-link"), *line]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        found.append(described(folder))
    return found


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize("form", FORMS)
def test_a_form_on_the_command_line(form, machine, tmp_path):
    ours, theirs = both(tmp_path, machine, [form])
    assert ours == theirs


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize("suffix", ["", ",DATA", ",PRIVATE", ",@3", ",@3,NONAME"])
def test_a_form_in_a_directive(suffix, machine, tmp_path):
    for_each = [
        f'/EXPORT:"{name}"{suffix.replace("3", str(at))}'
        for at, name in enumerate(symbols(machine), 3)
    ]
    ours, theirs = both(tmp_path, machine, [], " ".join(for_each))
    assert ours == theirs


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_what_is_asked_for_twice_is_exported_once(machine, tmp_path):
    ours, theirs = both(tmp_path, machine, ["/export:Plain"], f"/EXPORT:{symbols(machine)[0]}")
    assert ours == theirs
    assert len(ours[0]) == 1
