"""Static objects of drivers: what is constructed when, and what failures leave behind."""

import pytest

from compilers.cxx.kernel import CELLS, COMING, NO_RESOURCES, SUCCESS, UNSUCCESSFUL, kernel


@pytest.mark.parametrize("cell", CELLS[:6])
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


ONCE = """
#include <ntddk.h>
struct Other { Other() { DbgPrint("+other"); } ~Other() { DbgPrint("-other"); } };
static void *once() { static Other object; return &object; }
extern "C" DRIVER_INITIALIZE DriverEntry;
extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING)
{
    return once() == once() ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
}
"""


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_a_functions_static_object_may_be_guarded_against_threads(built, machine):
    flags = ("-fthreadsafe-statics",)
    found = kernel(built, "zig", machine, sources=[ONCE], flags=flags)
    assert found.start() == UNSUCCESSFUL
    assert found.events == ["+other", "-other"]
    assert not found.given
