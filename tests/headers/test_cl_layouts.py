"""Layouts and calling conventions of dialect msvc are cl's, on every machine."""

import pytest

import peers
from compilers.compiling import compile_to, symbols
from headers.layouts import DIALECTS, MACHINES
from headers.test_run import PROGRAMS

NAMES = {"x86": ("_ReturnsPair@4", "_ReturnsTriple@4")}
"""What stdcall makes of names; a structure's hidden address is not counted."""


@pytest.mark.parametrize("machine", MACHINES)
def test_layouts_are_those_of_cl(tmp_path, machine):
    peers.require_toolchain("zig", machine)
    output = tmp_path / "it.obj"
    source = PROGRAMS / "cl_layouts.c"
    compile_to(output, "zig", machine, "release", source, compilation=DIALECTS["msvc"])
    pair, triple = NAMES.get(machine, ("ReturnsPair", "ReturnsTriple"))
    assert {pair, triple} <= set(symbols(output))
