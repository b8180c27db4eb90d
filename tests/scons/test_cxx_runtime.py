"""`cxx_runtime="driver"` in real scons runs: the sample runs, its headers are found and watched."""

import pytest

from compilers.cxx.kernel import Kernel
from sconsproject import Outside

SCRIPT = """from ntbuild import project

env = project("tried")
env.Driver("tried", ["tried.cpp"], {more})
"""
SOURCE = """#include <ntddk.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>
#if __cplusplus > 202000L
#include <span>
static int first(std::span<int> all) { return all[0]; }
#else
template <typename T> static int first(T &all) { return all[0]; }
#endif

struct Watched {
    ~Watched() { DbgPrint("-watched"); }
};
static Watched watched;

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING)
{
    std::array<int, 4> all{4, 3, 9, 2};
    std::sort(all.begin(), all.end(), [](int left, int right) { return left < right; });
    auto [one, two] = std::tuple<int, std::uint8_t>(10, 20);
    auto kept = std::make_unique<int>(100);
    DbgPrint("%s", kept && first(all) + one + two + *kept == 132 ? "right" : "wrong");
    return STATUS_UNSUCCESSFUL;
}
"""
FAILED = 0xC0000001


@pytest.fixture
def project(tmp_path):
    made = Outside(tmp_path / "a project")
    made.write("tried.cpp", SOURCE)
    return made


@pytest.mark.parametrize("more", ["", ', dialect="msvc", cxxflags=["-std=gnu++20"]'])
def test_the_librarys_headers_compile_and_static_objects_are_destroyed(project, more):
    project.write("SConstruct", SCRIPT.format(more=f'cxx_runtime="driver"{more}'))
    project.scons("arch=x64,x86,arm64", "flavor=release", "-j2")
    for machine in ("x64", "x86", "arm64"):
        image = (project.root / f"build/zig/{machine}/release/tried.sys").read_bytes()
        kernel = Kernel(image, machine)
        assert kernel.start() == FAILED
        assert kernel.events == ["right", "-watched"]
        assert not kernel.given


CONSTRUCTED = """#include <ntddk.h>
static ULONG now() { return KeQueryTimeIncrement(); }
ULONG kept = now();
extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING)
{
    return static_cast<NTSTATUS>(kept);
}
"""


def test_without_it_the_error_names_object_and_keyword_each_time(project):
    project.write("tried.cpp", CONSTRUCTED)
    project.write("SConstruct", SCRIPT.format(more=""))
    for _ in range(2):
        errors = project.scons(status=2).errors
        assert "tried.obj has constructors in .ctors" in errors
        assert 'cxx_runtime="driver"' in errors


def test_another_value_is_an_error_in_one_line(project):
    project.write("SConstruct", SCRIPT.format(more='cxx_runtime="full"'))
    assert "cxx_runtime: 'full' is not 'driver'" in project.scons(status=2).errors
