"""Links of spoiled inputs: an image or a LinkError that names the file, never anything else.

Some 1,500 mutants here; a run over every field and value (69,000) takes four minutes with
``field_mutants`` in place of ``mutants``.
"""

import subprocess
from functools import partial
from pathlib import Path

import pytest

import peers
from hostile.guard import fault
from hostile.mutate import mutants
from hostile.seeds import good_files, main_object, write_all
from ntbuild import LinkError, LinkOptions, link, options_from_argv

MACHINES = ("x64", "x86", "arm64", "arm")
FINDINGS = ("undefined symbol: ", "relocation out of range: ", "the image has ")
"""What is wrong with the whole and not with one file; their notes name those who refer."""

SOURCE = """
__declspec(dllimport) unsigned long DbgPrint(const char *, ...);
extern int Second(int);
static int table[4] = {1, 2, 3, 4};
__attribute__((weak)) int Archived(int a) { return a; }
__attribute__((section("PAGE"))) int Paged(int a) { return Second(a) + table[a & 3]; }
int DriverEntry(void *driver, void *path) {
    volatile char local[64];
    local[0] = (char)(long long)driver;
    DbgPrint("hello %p\\n", path);
    return Paged(local[0]) + Archived(3);
}
"""
TRIPLES = {"x64": "x86_64", "x86": "i686", "arm64": "aarch64", "arm": "thumbv7a"}


def options(machine: str) -> LinkOptions:
    argv = ["/driver", "/entry:DriverEntry", f"/machine:{machine}", "/out:x.sys"]
    return options_from_argv(argv)


def faults(
    folder: Path, machine: str, files: dict[str, bytes], spoiled: str, counts: tuple[int, int]
) -> list[str]:
    """The mutants of one file of a link that end in another way than they may."""
    paths = write_all(folder, files)
    image = link(paths, options(machine)).image
    assert image.startswith(b"MZ")
    found = []
    every = mutants(files[spoiled], f"{machine}/{spoiled}", fields=counts[0], chance=counts[1])
    for mutant in every:
        (folder / spoiled).write_bytes(mutant.data)
        named = (*files, *FINDINGS)
        if text := fault(partial(link, paths, options(machine)), LinkError, named):
            found.append(f"{mutant.what}: {text}")
    assert len(every) >= sum(counts) // 2
    return found


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("spoiled", ["main.obj", "second.obj", "library.a", "import.lib"])
def test_a_spoiled_input(tmp_path: Path, machine: str, spoiled: str):
    assert faults(tmp_path, machine, dict(good_files(machine)), spoiled, (40, 30)) == []


@pytest.mark.parametrize("machine", MACHINES)
def test_a_spoiled_bigobj(tmp_path: Path, machine: str):
    files = {**good_files(machine), "main.obj": main_object(machine, bigobj=True)}
    assert faults(tmp_path, machine, files, "main.obj", (40, 30)) == []


@pytest.mark.parametrize("machine", MACHINES)
def test_a_spoiled_object_of_clang(tmp_path: Path, machine: str):
    clang = peers.require("clang")
    source, obj = tmp_path / "c.c", tmp_path / "c.obj"
    source.write_text(SOURCE)
    target = f"--target={TRIPLES[machine]}-w64-windows-gnu"
    flags = ["-O1", "-g", "-gcodeview", "-ffunction-sections", "-fasynchronous-unwind-tables"]
    if machine == "x86":
        flags = ["-O1", "-march=i686", "-DDriverEntry=__stdcall DriverEntry"]
    subprocess.run([clang, target, *flags, "-c", source, "-o", obj], check=True)
    files = {**good_files(machine), "main.obj": obj.read_bytes()}
    assert faults(tmp_path, machine, files, "main.obj", (50, 50)) == []
