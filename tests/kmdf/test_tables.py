"""The tables of KMDF's declarations: the headers are made of them, and are right where known."""

import pytest

from compilers.compiling import ROOT
from kmdf import headers
from ntbuild.compilers.kmdf_headers import Headers
from ntbuild.compilers.kmdf_headers import headers as made_headers
from ntbuild.compilers.kmdf_tables import TableError, read_tables

LAYOUTS = ROOT / "tests" / "kmdf" / "layouts.txt"
# How many entries the framework's function table has, by version.
COUNTS = {15: 444, 17: 444, 19: 446, 21: 448, 23: 451, 25: 453, 27: 453, 31: 458, 33: 458}


@pytest.fixture(scope="module")
def rows():
    return read_tables(ROOT / "toolchains" / "kmdf")


def known_layouts(machine, minor):
    """The lines of layouts.txt that hold for a version: {structure: [field=offset ..., size=n]}."""
    found, lines = {}, []
    for line in LAYOUTS.read_text("utf-8").splitlines():
        if line.startswith("    "):
            lines[-1] += line[3:]
        elif line and not line.startswith("#"):
            lines.append(line)
    for line in lines:
        name, of, version, *fields = line.split()
        if of == machine.replace("arm64", "x64") and int(version[2:]) <= minor:
            found[name] = fields
    return found


def test_the_headers_are_what_the_generator_makes_of_the_tables():
    made = made_headers(ROOT / "toolchains")
    assert {path: path.read_text("utf-8") for path in made} == made
    assert {path.name for path in headers.OURS.iterdir()} == {
        "wdf.h",
        *(path.name for path in made),
    }


def test_every_entry_of_the_function_table_is_declared_once(rows):
    entries = Headers(rows).functions
    assert [index for index, _, _ in entries] == list(range(458))
    for minor, count in COUNTS.items():
        assert sum(minor in versions for _, _, versions in entries) == count


@pytest.mark.parametrize("machine", headers.MACHINES)
@pytest.mark.parametrize("minor", [15, 33])
def test_structures_have_the_known_sizes_and_offsets(machine, minor):
    known = known_layouts(machine, minor)
    assert len(known) > 60
    assert headers.layouts(headers.msvc(machine, minor)) == known


def test_structures_are_the_same_for_the_gnu_target():
    assert headers.layouts(headers.gnu("x86", 31)) == known_layouts("x86", 31)


@pytest.mark.parametrize("minor", headers.MINORS)
def test_each_version_has_its_functions_and_values(tmp_path, minor):
    values = headers.values(
        headers.gnu("x64", minor),
        ["WdfFunctionTableNumEntries", "WdfTimerStartTableIndex", "WdfDevStatePowerNull"],
        tmp_path,
    )
    assert values == [
        COUNTS[minor],
        319,
        {15: 0x35D, 17: 0x35D}.get(minor, 0x363 if minor < 31 else 0x369),
    ]
    functions = headers.functions(headers.gnu("x64", minor))
    assert ("WdfCompanionTargetSendTaskSynchronously" in functions) == (minor >= 23)
    assert ("WdfDeviceSetDeviceInterfaceStateEx" in functions) == (minor >= 31)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("structure WDF_X\n", "x.txt:1: 'structure' is no kind of row"),
        (
            "# a\nfunction WdfX(VOID)\n",
            "x.txt:2: 'WdfX(VOID)': expected an index, a type, a name and parameters",
        ),
        (
            "callback VOID EVT_X\n",
            "x.txt:1: 'VOID EVT_X': expected a type, a name and parameters in parentheses",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_an_error_with_its_place(tmp_path, text, message):
    (tmp_path / "kmdf").mkdir()
    (tmp_path / "kmdf/x.txt").write_text(text)
    with pytest.raises(TableError) as caught:
        made_headers(tmp_path)
    assert message in str(caught.value)
