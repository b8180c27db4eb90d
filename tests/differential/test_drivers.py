"""The sample drivers, linked by pelink and by lld-link: the same but for reasons that are named."""

import pytest

from differential.compare import assert_equal_but_for_reasons, unwind_codes
from differential.corpus import ROOT, compile_driver, kernel_libraries, link_both
from ntbuild.pecoff.machine import MACHINES

CORE = "LIBRARY core.sys\nEXPORTS\nCoreOpen\nCoreClose\nCoreAdd\nCoreSessions DATA\n"
EXPORTS = ("-export:CoreOpen", "-export:CoreClose", "-export:CoreAdd", "-export:CoreSessions,DATA")


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("driver", ["hello", "ioctl", "core"])
def test_a_sample_driver_is_linked_as_lld_links_it(driver, machine, tmp_path):
    flavor = "debug" if machine in ("x64", "arm") else "release"
    source = ROOT / "drivers" / driver / f"{driver}.c"
    built = compile_driver(source, machine, flavor, tmp_path / f"{driver}.obj")
    argv = EXPORTS if driver == "core" else ()
    libraries = kernel_libraries(machine, tmp_path)
    ours, theirs, objects = link_both([built], libraries, tmp_path, machine, *argv)
    assert len(ours.contributions) > 3
    assert_equal_but_for_reasons(ours, theirs, objects)
    if machine != "x86":
        mine = unwind_codes(tmp_path / "pelink.sys")
        assert mine
        assert mine == unwind_codes(tmp_path / "lld.sys")
