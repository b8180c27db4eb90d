"""The library usbdex runs, with a kernel of Python functions."""

import pytest

from headers.layouts import MACHINES
from headers.test_run import FUNCTIONS, checks, counts

KERNEL = {
    **FUNCTIONS,
    "KeInitializeEvent": lambda _cpu, _event, _type, _state: 0,
    "IoBuildSynchronousFsdRequest": lambda _cpu, _a, _b, _c, _d, _e, _f, _g: 0,
    "ExAllocatePoolWithTag": lambda cpu, _type, size, _tag: cpu.allocate(size & 0xFFFFFFFF),
    "ExFreePoolWithTag": lambda _cpu, _memory, _tag: 0,
}


@pytest.mark.parametrize("machine", MACHINES)
def test_urbs_are_built_as_documented(tmp_path, machine):
    right, wrong = counts(tmp_path, machine, "usbdex_calls", ("usbdex",), KERNEL)
    assert (right, wrong) == (checks("usbdex_calls"), 0)
