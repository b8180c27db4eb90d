"""A driver's tables of constructors: one order for both compilers' sections, or an error."""

import struct

import pefile
import pytest

from coffwriter import DATA, Section, Symbol, build
from linking import entry_object, linked
from ntbuild import LinkError


def tables(*sections):
    """An object whose sections hold their own names' numbers."""
    return build(
        "x64",
        [Section(name, struct.pack("<Q", value), DATA, 8) for name, value in sections],
        [Symbol(f"mark{value}", name) for name, value in sections],
    )


BOUNDS = tables((".CRT$XCA", 1), (".CRT$XCZ", 9), (".CRT$XTA", 11), (".CRT$XTZ", 19))
OTHER_BOUNDS = tables((".CRT$XCA", 21), (".CRT$XCZ", 29))


def order(tmp_path, *objects):
    files = {"entry.obj": entry_object()}
    files |= {f"{number}.obj": data for number, data in enumerate(objects)}
    image = linked(tmp_path, files).image
    (rdata,) = (each for each in pefile.PE(data=image).sections if each.Name.startswith(b".rdata"))
    words = struct.unpack(f"<{rdata.SizeOfRawData // 8}Q", rdata.get_data())
    found = [word for word in words if 0 < word < 100]
    return found[: found.index(19) + 1] if 19 in found else found


def test_priorities_of_both_compilers_are_one_order(tmp_path):
    gnu = tables((".ctors", 5), (".ctors.65385", 3), (".ctors.65235", 4))
    cl = tables((".CRT$XCU", 6), (".CRT$XCA00140", 2))
    found = order(tmp_path, gnu, cl, BOUNDS)
    assert found == [1, 2, 3, 4, 5, 6, 9, 11, 19]


def test_files_run_in_link_order_and_a_files_gnu_sections_from_the_last(tmp_path):
    first = tables((".ctors", 3), (".ctors", 2))
    second = tables((".ctors", 5), (".ctors", 4))
    assert order(tmp_path, first, second, BOUNDS) == [1, 2, 3, 4, 5, 9, 11, 19]


def test_destructors_of_a_late_priority_run_first(tmp_path):
    gnu = tables((".dtors", 12), (".dtors.65385", 14), (".dtors.00100", 13))
    assert order(tmp_path, gnu, BOUNDS) == [1, 9, 11, 12, 13, 14, 19]


@pytest.mark.parametrize(
    "section",
    [".ctors", ".ctors.65385", ".dtors", ".CRT$XCU", ".CRT$XIU", ".CRT$XLB", ".CRT", ".init_array"],
)
def test_what_nothing_runs_is_an_error_that_names_the_object(section, tmp_path):
    files = {"entry.obj": entry_object(), "static.obj": tables((section, 1))}
    with pytest.raises(LinkError) as caught:
        linked(tmp_path, files)
    (found,) = caught.value.diagnostics
    assert "static.obj has constructors in " in found.message
    assert section.partition("$")[0] in found.message
    assert 'cxx_runtime="driver"' in found.hint


@pytest.mark.parametrize("section", [".CRT$XIU", ".CRT$XLB", ".init_array"])
def test_bounds_of_one_table_do_not_run_another(section, tmp_path):
    files = {"entry.obj": entry_object(), "a.obj": BOUNDS, "b.obj": tables((section, 2))}
    with pytest.raises(LinkError, match=r"b\.obj has constructors"):
        linked(tmp_path, files)


def test_two_objects_that_walk_one_table_are_an_error(tmp_path):
    files = {"entry.obj": entry_object(), "a.obj": BOUNDS, "b.obj": OTHER_BOUNDS}
    with pytest.raises(LinkError, match=r"a\.obj and .*b\.obj both walk the constructors after"):
        linked(tmp_path, files)
