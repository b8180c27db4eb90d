"""Hardening by default and `harden=`: every measure, and what a stack buffer's overrun does."""

import re

import pytest

import peers
from emulator import Emulator
from ntbuild.pecheck import CheckSettings, Level, check
from sconsproject import Outside, shared_cache

SCONSTRUCT = """\
from ntbuild import project

env = project("m", arch="{machines}", flavor="all")
env.Driver("mine", ["mine.c"], profiles=["sec"], {keywords})
"""
DRIVER = """\
#include <ntddk.h>
DRIVER_INITIALIZE NAME;
DRIVER_UNLOAD Unload;
void Fill(char *where, ULONG count);
typedef void Filler(char *where, ULONG count);
Filler *volatile Chosen = Fill;
void Fill(char *where, ULONG count)
{
    while (count--)
        where[count] = 'x';
}
VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
    UNREFERENCED_PARAMETER(Driver);
}
static NTSTATUS Copy(ULONG count)
{
    char local[16];
    Chosen(local, count);
    return local[0];
}
NTSTATUS NTAPI NAME(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Driver);
    if (ExAllocatePoolWithTag(NonPagedPool, 16, 'gaT ') == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    return Copy(Path->Length);
}
"""
DEFAULT = {8: 0x00002B992DDFA232, 4: 0xBB40E64E}


class StoppedError(Exception):
    """The machine has stopped."""


def stop(_cpu, code, *_parameters):
    raise StoppedError(code)


def written(folder, machines, name="DriverEntry", keywords=""):
    project = Outside(folder)
    project.root.mkdir()
    project.write("SConstruct", SCONSTRUCT.format(machines=machines, keywords=keywords))
    project.write("mine.c", DRIVER.replace("NAME", name))
    return project


@pytest.fixture(scope="module")
def hardened(tmp_path_factory):
    project = written(tmp_path_factory.mktemp("hardened") / "it", "x64,x86,arm64")
    project.scons("toolchain=zig")
    return project


def emulated(project, toolchain, machine, flavor):
    """The image in an emulator, the sizes that it was asked for, and the map's text."""
    folder = project.root / f"build/{toolchain}/{machine}/{flavor}"
    pools = []

    def allocate(cpu, pool, size, _tag):
        pools.append(pool)
        return cpu.allocate(size)

    functions = {
        "KeQueryPerformanceCounter": lambda _cpu, _frequency: 0x123456789,
        "ExAllocatePoolWithTag": allocate,
        "KeBugCheckEx": stop,
    }
    cpu = Emulator((folder / "mine.sys").read_bytes(), machine, functions)
    return cpu, pools, (folder / "mine.map").read_text()


def string_of(cpu, length):
    """A UNICODE_STRING of a length in bytes."""
    at = cpu.allocate(16)
    cpu.write(at, length, 2)
    return at


@pytest.mark.parametrize("flavor", ["debug", "release"])
@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_an_overrun_stops_the_machine_and_a_copy_that_fits_does_not(hardened, machine, flavor):
    cpu, pools, text = emulated(hardened, "zig", machine, flavor)
    assert cpu.call(cpu.entry, 0, string_of(cpu, 8)) == ord("x")
    assert pools == [512]  # NonPagedPoolNx
    cookie = int(re.search(r"_?__stack_chk_guard +([0-9a-fA-F]{16})", text)[1], 16)
    assert cpu.read(cookie) not in (0, DEFAULT[cpu.width])
    with pytest.raises(StoppedError) as stopped:
        cpu.call(cpu.entry, 0, string_of(cpu, 40))
    assert stopped.value.args == (0xF7,)  # DRIVER_OVERRAN_STACK_BUFFER


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_the_same_with_gcc(tmp_path, machine):
    peers.require_toolchain("mingw", machine)
    project = written(tmp_path / "it", machine, keywords="")
    if machine == "x64":  # gcc has no control flow guard, which the profile demands
        errors = project.scons("toolchain=mingw", status=2).errors
        assert "error DRV614 cfg: GUARD_CF is not set" in errors
        assert "note" not in errors
        project.edit("SConstruct", 'profiles=["sec"]', "harden=True")
    errors = project.scons("toolchain=mingw").errors
    note = "harden: this compiler has no control flow guard, zig and clang have it;"
    assert (note in errors) is (machine == "x64")
    cpu, _, _ = emulated(project, "mingw", machine, "release")
    assert cpu.call(cpu.entry, 0, string_of(cpu, 8)) == ord("x")
    with pytest.raises(StoppedError):
        cpu.call(cpu.entry, 0, string_of(cpu, 40))


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_the_image_says_what_it_has(hardened, machine):
    folder = hardened.root / f"build/zig/{machine}/release"
    report = (folder / "mine.check.txt").read_text()
    assert "profiles: base,sec" in report
    assert " error " not in report
    assert " warning " not in report
    text = (folder / "mine.map").read_text()
    assert "GsDriverEntry" in text
    assert ("_load_config_used" in text) is (machine != "x86")


@pytest.mark.parametrize("more", ["", ', cxx_runtime="driver"'])
def test_another_entry_point_and_the_msvc_dialect_are_protected_as_well(tmp_path, more):
    keywords = f'entry="Start", dialect="msvc"{more}'
    project = written(tmp_path / "it", "x64,x86,arm64", name="Start", keywords=keywords)
    project.scons("toolchain=zig")
    for machine in ("x64", "x86", "arm64"):
        cpu, _, text = emulated(project, "zig", machine, "release")
        assert "__security_cookie" in text
        assert cpu.call(cpu.entry, 0, string_of(cpu, 8)) == ord("x")
        with pytest.raises(StoppedError):
            cpu.call(cpu.entry, 0, string_of(cpu, 40))


def test_a_part_is_off_by_its_reason(tmp_path):
    project = written(tmp_path / "it", "x64")
    reasons = "{'cookie': 'measured', 'pool': 'generates code', 'guard': 'as above'}"
    project.edit("SConstruct", 'profiles=["sec"]', f"harden={reasons}")
    project.scons("toolchain=zig")
    cpu, pools, text = emulated(project, "zig", "x64", "release")
    assert cpu.call(cpu.entry, 0, string_of(cpu, 8)) == ord("x")
    assert pools == [0]
    assert "GsDriverEntry" not in text
    assert "_load_config_used" not in text


def test_without_hardening_a_driver_has_nothing_of_it(tmp_path):
    project = written(tmp_path / "it", "x64,x86")
    project.edit("SConstruct", 'profiles=["sec"]', "harden=False")
    project.scons("toolchain=zig", "flavor=release")
    for machine in ("x64", "x86"):
        cpu, pools, text = emulated(project, "zig", machine, "release")
        assert cpu.call(cpu.entry, 0, string_of(cpu, 8)) == ord("x")
        assert pools == [0]
        for part in ("GsDriverEntry", "stack_chk", "_load_config_used"):
            assert part not in text


OWN = """\
#include <ntddk.h>
ULONG_PTR __security_cookie = 0x1234;
ULONG_PTR __stack_chk_guard = 0x5678;
static ULONG Started;
DRIVER_INITIALIZE GsDriverEntry, DriverEntry;
NTSTATUS NTAPI GsDriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    Started = 7;
    return DriverEntry(Driver, Path);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    return (NTSTATUS)Started;
}
"""


@pytest.mark.parametrize("more", ["", 'entry="GsDriverEntry"', "windows='6.1', harden=True"])
def test_a_drivers_own_start_up_and_cookie_come_before_the_run_times(tmp_path, more):
    project = written(tmp_path / "it", "x64,x86", keywords=more)
    project.write("mine.c", OWN)
    errors = project.scons("toolchain=zig", "flavor=release").errors
    assert ("scons: note: zig x64 release: harden: Windows has NonPagedPoolNx" in errors) is (
        "6.1" in more
    )
    for machine in ("x64", "x86"):
        cpu, _, text = emulated(project, "zig", machine, "release")
        assert cpu.call(cpu.entry, 0, 0) == 7
        assert "gs_driver_entry" not in text


INITIALIZES = """\
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
void __cdecl __security_init_cookie(void);
extern ULONG_PTR __security_cookie, __stack_chk_guard;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    ULONG_PTR First = __security_cookie, Filled;
    LOGICAL IsSame;
    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    __security_init_cookie();
    Filled = __security_cookie;
    __security_init_cookie();
    IsSame = Filled == __security_cookie && Filled == __stack_chk_guard;
    return (Filled != First) + 2 * IsSame;
}
"""


def test_a_driver_fills_its_cookies_itself_and_once(tmp_path):
    project = written(tmp_path / "it", "x64,x86")
    project.edit("SConstruct", 'profiles=["sec"]', "harden=False")
    project.write("mine.c", INITIALIZES)
    project.scons("toolchain=zig", "flavor=release")
    for machine in ("x64", "x86"):
        cpu, _, _ = emulated(project, "zig", machine, "release")
        assert cpu.call(cpu.entry, 0, 0) == 3


def test_every_sample_passes_the_profile_and_all_its_code_is_guarded(project):
    project.scons(shared_cache(), "arch=arm64", "flavor=release", "-j2")
    images = [*project.root.glob("build/zig/*/*/drivers/*/*.sys")]
    assert {image.parts[-5:-3] for image in images} == {("x64", "debug"), ("arm64", "release")}
    assert len(images) == 2 * 9
    for image in images:
        settings = CheckSettings(profiles=("base", "sec", *(["export"] * (image.stem == "core"))))
        found = check(image.read_bytes(), profile=settings)
        assert [each for each in found if each.level >= Level.WARNING] == []
        report = image.with_suffix(".check.txt").read_text()
        assert "without control flow guard" not in report


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("{'cookies': 'x'}", "unknown part 'cookies'; it is one of cookie, guard, cet, pool"),
        ("{'guard': ''}", "'guard' is off: give the reason, not ''"),
        ("'yes'", "expected True, False or a dictionary, not 'yes'"),
    ],
)
def test_a_wrong_value_is_refused_at_its_line(tmp_path, value, text):
    project = written(tmp_path / "it", "x64")
    project.edit("SConstruct", 'profiles=["sec"]', f"harden={value}")
    errors = project.scons(status=2).errors
    assert "scons: *** SConstruct:4: Driver('mine'): harden: " in errors
    assert text in errors
