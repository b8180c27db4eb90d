"""The C++ run-time of drivers: what is constructed when, and what failures leave behind."""

import pytest

from emulator import Emulator

CELLS = [
    (name, machine, dialect)
    for name, dialect in (("zig", "gnu"), ("zig", "msvc"), ("mingw", "gnu"))
    for machine in ("x64", "x86", "arm64")
    if (name, machine) != ("mingw", "arm64")
]
SUCCESS, UNSUCCESSFUL, NO_RESOURCES = 0, 0xC0000001, 0xC000009A
UNLOAD = {"x64": 0x68, "x86": 0x34, "arm64": 0x68}
COMING = ["+early", "+first", "+second", "+template", "+other"]


class Kernel:
    """The kernel's functions that these drivers call; `events` is what they printed."""

    def __init__(self, image, machine, pool=1000):
        self.events, self.pool, self.given = [], pool, set()
        functions = {
            "DbgPrint": self.print,
            "ExAllocatePoolWithTag": self.allocate,
            "ExFreePoolWithTag": self.free,
        }
        self.cpu = Emulator(image, machine, functions)
        self.driver, self.path = self.cpu.allocate(0x200), self.cpu.allocate(16)
        self.unload_at = self.driver + UNLOAD[machine]

    def print(self, cpu, text, value):
        name = cpu.text(text)
        self.events.append(name.replace("%s", cpu.text(value)) if "%s" in name else name)

    def allocate(self, cpu, _kind, size, _tag):
        if self.pool == 0:
            return 0
        self.pool -= 1
        self.given.add(cpu.allocate(size))
        return max(self.given)

    def free(self, _cpu, memory, _tag):
        self.given.remove(memory)

    def start(self):
        return self.cpu.call(self.cpu.entry, self.driver, self.path)

    def unload(self):
        self.cpu.call(self.cpu.read(self.unload_at), self.driver)


def kernel(built, *cell, sources=("driver.cpp", "second.cpp"), pool=1000, **options):
    return Kernel(built(sources, *cell, **options).image, cell[1], pool)


@pytest.mark.parametrize("cell", CELLS)
def test_objects_come_in_order_and_go_in_reverse(built, cell):
    found = kernel(built, *cell)
    assert found.start() == SUCCESS
    entry = found.events.index("entry")
    assert found.events[0] == "+early"
    before = found.events[:entry]
    assert sorted(before) == sorted(COMING)
    assert before.index("+first") < before.index("+second") < before.index("+other")
    made = ["entry", "+local", "+derived", "-derived", "-base", "+one", "+two", "-two", "-one"]
    assert found.events[entry:] == made
    found.events.clear()
    found.unload()
    gone = [event.replace("+", "-") for event in reversed([*before, "+local"])]
    assert found.events == ["unload", *gone]
    assert not found.given


@pytest.mark.parametrize("cell", CELLS[:6])
def test_a_driver_that_fails_to_start_leaves_nothing_behind(built, cell):
    found = kernel(built, *cell)
    found.pool = 6  # enough for the destructors of five objects and one in DriverEntry
    assert found.start() == UNSUCCESSFUL
    entry = found.events.index("entry")
    gone = [event.replace("+", "-") for event in reversed([*found.events[:entry], "+local"])]
    assert found.events[entry:] == ["entry", "+local", *gone]
    assert not found.given
    assert found.cpu.read(found.unload_at) == 0


@pytest.mark.parametrize("cell", CELLS[:2])
def test_without_memory_for_destructors_the_driver_does_not_start(built, cell):
    found = kernel(built, *cell, pool=2)
    assert found.start() == NO_RESOURCES
    assert "entry" not in found.events
    assert "C++ run-time: no pool to note a destructor, which will not run\n" in found.events
    assert not found.given


OPERATORS = """
#include <ntddk.h>
namespace std { struct nothrow_t {}; extern const nothrow_t nothrow; enum class align_val_t : SIZE_T {}; }
using Size = decltype(sizeof 0);
void *__cdecl operator new(Size, const std::nothrow_t &) noexcept;
void *__cdecl operator new[](Size, const std::nothrow_t &) noexcept;
void *__cdecl operator new(Size, std::align_val_t, const std::nothrow_t &) noexcept;
void *__cdecl operator new[](Size, std::align_val_t, const std::nothrow_t &) noexcept;
inline void *operator new(Size, void *place) noexcept { return place; }
struct Plain { int value; ~Plain() {} };
struct alignas(64) Wide { int value; ~Wide() {} };
OWN
extern "C" DRIVER_INITIALIZE DriverEntry;
template <typename T> static NTSTATUS one()
{
    T *single = new T;
    if (!single)
        return STATUS_NO_MEMORY;
    T *again = new (single) T;
    delete again;
    T *several = new T[3];
    DbgPrint((SIZE_T)several % alignof(T) ? "astray" : "aligned");
    delete[] several;
    T *quiet = new (std::nothrow) T;
    delete quiet;
    T *array = new (std::nothrow) T[2];
    delete[] array;
    return STATUS_SUCCESS;
}
extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING)
{
    NTSTATUS status = one<Plain>();
    return NT_SUCCESS(status) ? one<Wide>() : status;
}
"""
OWN = """
void *__cdecl operator new(Size) { DbgPrint("own new"); return nullptr; }
void __cdecl operator delete(void *) noexcept { DbgPrint("own delete"); }
"""


@pytest.fixture
def operators(tmp_path):
    def write(own=""):
        path = tmp_path / "operators.cpp"
        path.write_text(OPERATORS.replace("OWN", own), encoding="utf-8")
        return [path]

    return write


SIZED = ("-fsized-deallocation",)


@pytest.mark.parametrize("flavor", ["debug", "release"])
@pytest.mark.parametrize("cell", CELLS[:6])
def test_every_form_of_new_and_delete_is_there(built, operators, cell, flavor):
    flags = SIZED
    found = kernel(built, *cell, sources=operators(), flavor=flavor, flags=flags)
    assert found.start() == SUCCESS
    assert found.events == ["aligned", "aligned"]
    assert not found.given


@pytest.mark.parametrize("cell", CELLS[:2])
def test_what_is_out_of_memory_is_null_and_not_constructed(built, operators, cell):
    found = kernel(built, *cell, sources=operators(), pool=0)
    assert found.start() == 0xC0000017


@pytest.mark.parametrize("cell", CELLS[:6])
def test_a_drivers_own_operators_serve_the_forms_that_it_lacks(built, operators, cell):
    flags = (*SIZED, "-Wno-new-returns-null")
    source = operators(OWN)
    text = source[0].read_text().replace("return STATUS_NO_MEMORY", 'DbgPrint("null")')
    source[0].write_text(text.replace("T *again = new (single) T", "T *again = single"))
    found = kernel(built, *cell, sources=source, flavor="debug", flags=flags)
    found.start()
    assert found.events[:3] == ["own new", "null", "own new"]
    assert not found.given
