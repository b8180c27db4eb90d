"""Our declarations of KMDF are those of the framework's own headers, for each version and machine.

Needs a checkout of the MIT-licensed repository microsoft/Windows-Driver-Frameworks:

    NTBUILD_WDF=/path/to/Windows-Driver-Frameworks pytest tests/kmdf/test_against_wdf.py

`layouts.txt` has what it showed of structures, for test_tables.py, which always runs.
"""

import json

import pytest

from kmdf import headers

FOLDER = headers.checkout()
pytestmark = pytest.mark.skipif(FOLDER is None, reason="NTBUILD_WDF names no checkout of WDF")
each = pytest.mark.parametrize(
    ("machine", "minor"),
    [(machine, minor) for machine in headers.MACHINES for minor in headers.MINORS],
)
# Ours is the later and stricter type in every version: the same pointer, to characters that the
# framework does not write.
STRICTER = {"PCHAR": "PCCH"}


@pytest.fixture
def pair(tmp_path, machine, minor):
    """The two commands: for the framework's headers and for ours."""
    theirs = FOLDER / f"1.{minor}"
    # Its headers spell each other's names in several ways.
    entries = [
        {"name": path.name, "type": "file", "external-contents": str(path)}
        for path in sorted(theirs.glob("*.h"))
    ]
    overlay = tmp_path / "overlay.yaml"
    root = {"name": str(theirs), "type": "directory", "contents": entries}
    overlay.write_text(json.dumps({"version": 0, "case-sensitive": False, "roots": [root]}))
    command = headers.msvc(machine, minor, theirs)
    return [*command, "-ivfsoverlay", str(overlay)], headers.msvc(machine, minor)


@each
def test_structures_have_the_fields_and_offsets(pair):
    theirs, ours = (headers.layouts(command, typed=True) for command in pair)
    assert len(theirs) > 60
    context = theirs["WDF_OBJECT_CONTEXT_TYPE_INFO"]
    context[1] = context[1].replace("PCHAR", "LPCSTR")  # theirs until 1.21
    assert ours == theirs


@each
def test_functions_and_callbacks_have_the_types(pair):
    theirs, ours = map(headers.types, pair)
    assert len(theirs) > 500
    for old, new in STRICTER.items():
        theirs = {name: line.replace(old, new) for name, line in theirs.items()}
        ours = {name: line.replace(old, new) for name, line in ours.items()}
    assert ours == theirs


@each
def test_enumerations_have_the_values(pair, tmp_path):
    theirs, ours = map(headers.enumerators, pair)
    assert len(theirs) > 1000
    assert sorted(ours) == sorted(theirs)
    assert headers.values(pair[1], theirs, tmp_path) == headers.values(pair[0], theirs, tmp_path)


@each
def test_every_function_of_a_source_is_there(pair):
    theirs, ours = map(headers.functions, pair)
    assert len(theirs) > 500
    assert theirs - ours == set()


@each
def test_every_macro_is_there(pair, minor):
    theirs = headers.macros(pair[0], FOLDER / f"1.{minor}")
    assert len(theirs) > 80
    assert theirs - headers.macros(pair[1]) == set()
