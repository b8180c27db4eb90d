"""Export directories: names, ordinals and what they stand for, as lld-link writes them."""

import pytest

from coffwriter import CODE, DATA, Section, Symbol, build
from differential.compare import assert_equal_but_for_reasons, exports
from differential.corpus import link_both
from ntbuild.pecoff.machine import MACHINES

DEFINITION = """LIBRARY test.sys
EXPORTS
Zulu
Beta @20
Alpha=Aim
Thing DATA
Quiet @7 NONAME
Elsewhere=other.Function
ByNumber=other.#12
Hidden PRIVATE
"""


def module(machine: str) -> bytes:
    prefix = MACHINES[machine].symbol_prefix
    sized = ("@8", "@4", "") if prefix else ("", "", "")
    names = ["DriverEntry" + sized[0], "Zulu" + sized[1], "Beta", "Aim", "Quiet", "Hidden"]
    symbols = [Symbol(prefix + name, ".text", 16 * at) for at, name in enumerate(names)]
    return build(
        machine,
        [Section(".text", bytes(16 * len(names)), CODE, 16), Section(".data", b"thing...", DATA)],
        [*symbols, Symbol(prefix + "Thing", ".data")],
    )


@pytest.mark.parametrize("machine", MACHINES)
def test_a_definition_file(machine, tmp_path):
    path, definition = tmp_path / "module.obj", tmp_path / "test.def"
    path.write_bytes(module(machine))
    definition.write_text(DEFINITION)
    ours, theirs, objects = link_both([path], [], tmp_path, machine, f"-def:{definition}")
    assert_equal_but_for_reasons(ours, theirs, objects)
    assert len(exports(ours)) == 8


@pytest.mark.parametrize("machine", MACHINES)
def test_options_and_directives(machine, tmp_path):
    path = tmp_path / "module.obj"
    path.write_bytes(module(machine))
    argv = ["-export:Zulu", "-export:Alpha=Aim,@3", "-export:Thing,DATA", "-export:Quiet,@9,NONAME"]
    ours, theirs, objects = link_both([path], [], tmp_path, machine, *argv)
    assert_equal_but_for_reasons(ours, theirs, objects)
    assert {each[1] for each in exports(ours)} == {3, 9, 10, 11}
