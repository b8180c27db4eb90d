"""Entry points in front of a driver's own: the linker ties each to the next."""

import pytest

from ntbuild.building.declare import declare
from ntbuild.building.entry import CXX_RUNTIME, Stage, with_stages
from ntbuild.pelink.options import LinkOptions

OTHER = Stage("Before", "After")


def options(machine, **given):
    return declare("some", given, exports=False, defaults={"machine": machine}).options


def test_without_stages_nothing_changes():
    plain = LinkOptions(entry="Start", machine="x64")
    assert with_stages(plain, ()) is plain


@pytest.mark.parametrize(
    ("machine", "pair"),
    [
        ("x64", ("NtbuildCxxNext", "DriverEntry")),
        ("x86", ("_NtbuildCxxNext@8", "_DriverEntry@8")),
        ("arm64", ("NtbuildCxxNext", "DriverEntry")),
    ],
)
def test_the_run_time_calls_the_drivers_entry_point(machine, pair):
    found = options(machine, cxx_runtime="driver", harden=False)
    assert (found.entry, found.alternatename) == ("NtbuildCxxEntry", (pair,))


def test_an_entry_point_of_the_drivers_own_is_called():
    found = options("x64", cxx_runtime="driver", entry="Start", alternatename=[("a", "b")])
    stages = (("NtbuildGsNext", "NtbuildCxxEntry"), ("NtbuildCxxNext", "Start"))
    assert found.alternatename == (("a", "b"), *stages)


def test_a_stage_that_is_named_as_the_entry_point_does_not_call_itself():
    found = options("x64", entry="GsDriverEntry")
    assert found.entry == "GsDriverEntry"
    assert found.alternatename == (("NtbuildGsNext", "DriverEntry"),)


def test_stages_follow_each_other():
    plain = LinkOptions(entry="Start", machine="x64")
    found = with_stages(plain, (OTHER, CXX_RUNTIME))
    assert found.entry == "Before"
    assert found.alternatename == (("After", "NtbuildCxxEntry"), ("NtbuildCxxNext", "Start"))


def test_a_decorated_name_is_taken_as_it_is():
    plain = LinkOptions(entry="_Start@8", machine="x86")
    assert with_stages(plain, (CXX_RUNTIME,)).alternatename[0][1] == "_Start@8"
