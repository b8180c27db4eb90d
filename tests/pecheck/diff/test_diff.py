"""Comparing by meaning: moved is the same, changed is not, and what is ignored has a reason."""

import json
from contextlib import suppress

import pytest

from ntbuild import link, options_from_argv
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.diff import IGNORED, MOVED, compare
from ntbuild.pecoff.image.image import FormatError, Image, read_image
from pecheck.golden import MACHINES, golden
from pecheck.mutations import MUTATIONS
from pecheck.patch import Patch
from pecheck.test_peers import build  # noqa: F401 - a fixture


def _spoiled(rule, name, machine="x64"):
    mutation = next(m for m in MUTATIONS if (m.rule, m.name) == (rule, name))
    return mutation.make(machine)


def _areas(first, second):
    return {(d.area, d.what) for d in compare(Image(first), Image(second)).differences}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("options", [{}, {"exports": True, "guard": True, "version": True}])
def test_an_image_means_what_it_means(machine, options):
    data = golden(machine, **options)
    comparison = compare(Image(data), Image(data))
    assert comparison.differences == ()
    assert comparison.ignored == {}


@pytest.mark.parametrize(
    ("rule", "name", "expected"),
    [
        ("DRV305", "text", ("section", ".text")),
        ("DRV207", "gui", ("header", "Subsystem")),
        ("DRV206", "in-data", ("header", "entry point's section")),
        ("DRV407", "ntdll", ("import", "ntdll.dll!DbgPrint")),
        ("DRV410", "kernel", ("import", "ntoskrnl.exe!#5")),
        ("DRV506", "gap", ("fixups", "none type 10")),
        ("DRV502", "seen", ("directory", "BASERELOC")),
    ],
)
def test_a_change_of_meaning_is_named(rule, name, expected):
    assert expected in _areas(golden(), _spoiled(rule, name))


def test_changed_code_and_data_are_places():
    patch = Patch("x64")
    text, data = patch.image.sections[0], patch.image.sections[2]
    patch.put(text.PointerToRawData + 4, "4B", 1, 2, 3, 4)
    patch.put(data.PointerToRawData + 12, "B", 9)
    differences = compare(Image(golden()), Image(patch.bytes())).differences
    where = "at 0x1000, 33 bytes, +0x4: "
    assert [str(each) for each in differences] == [
        f"code: .text function 0x1000: {where}90 90 90 90 / {where}01 02 03 04",
        "data: .data +0xc, 1 bytes: 00 / 09",
    ]


def test_what_follows_from_the_rest_is_ignored_with_its_reason():
    patch = Patch("x64")
    patch.file("TimeDateStamp", 7)
    patch.optional("CheckSum", 7)
    comparison = compare(Image(golden()), Image(patch.bytes()))
    assert comparison.differences == ()
    assert comparison.ignored == {IGNORED["TimeDateStamp"]: 1, IGNORED["CheckSum"]: 1}


def test_a_pointer_to_another_section_is_a_difference_and_to_another_base_is_none():
    moved = Patch("x64")
    base = moved.image.optional_header.ImageBase
    moved.optional("ImageBase", base + 0x10000000)
    for rva in (0x2028, 0x3000):
        moved.put(moved.at(rva), "Q", base + 0x10001000)
    comparison = compare(Image(golden()), Image(moved.bytes()))
    assert comparison.differences == ()
    assert comparison.ignored[MOVED] == 2
    near = Patch("x64")
    near.put(near.at(0x3000), "Q", base + 0x1004)
    assert _areas(golden(), near.bytes()) == {("data", ".data +0x0, 1 bytes")}
    other = Patch("x64")
    other.put(other.at(0x3000), "Q", base + 0x3000)
    (difference,) = compare(Image(golden()), Image(other.bytes())).differences
    assert (difference.area, difference.what) == ("data", ".data +0x1, 1 bytes")


def _linked(build, machine, *more):  # noqa: F811
    words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}", *more]
    return link(build(machine), options_from_argv(words)).image


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_a_link_in_another_order_of_sections_is_the_same_code(build, machine):  # noqa: F811
    """PAGE has a page more in front of it: every call, address and import is moved."""
    first = Image(_linked(build, machine))
    second = Image(_linked(build, machine, "/align:8192"))
    comparison = compare(first, second)
    assert {(d.area, d.what) for d in comparison.differences} == {("header", "SectionAlignment")}
    assert comparison.ignored[MOVED] > 3


@pytest.mark.parametrize("machine", ["x64", "arm64"])
def test_the_same_object_by_two_linkers_has_the_same_paged_code(build, machine, tmp_path):  # noqa: F811
    from pecheck.test_peers import _lld

    other = Image(_lld(build, machine, tmp_path / "a.sys"))
    differences = compare(Image(_linked(build, machine)), other).differences
    assert not [
        d for d in differences if d.area == "code" and d.what.startswith(("PAGE", "INIT +"))
    ]
    assert not [d for d in differences if d.area == "import"]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.rule}-{m.name}")
def test_comparing_a_broken_image_raises_one_error_only(mutation):
    machine = mutation.machines[0]
    with suppress(FormatError):
        comparison = compare(Image(golden(machine)), read_image(mutation.make(machine)))
        assert all(str(each).isprintable() for each in comparison.differences)


# ---- the command -------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.sys").write_bytes(golden())
    (tmp_path / "b.sys").write_bytes(_spoiled("DRV207", "gui"))
    (tmp_path / "c.sys").write_bytes(golden()[:0x60])
    return tmp_path


@pytest.mark.usefixtures("files")
def test_the_exit_code_tells(capsys):
    assert main(["diff", "a.sys", "a.sys"]) == 0
    assert capsys.readouterr().out == "no differences\n"
    assert main(["diff", "a.sys", "b.sys"]) == 1
    assert capsys.readouterr().out == (
        "header: Subsystem: 0x1 / 0x2\nignored: 1 of: computed from all other bytes\n"
    )
    for other in ("c.sys", "none.sys"):
        assert main(["diff", "a.sys", other]) == 2
        out, err = capsys.readouterr()
        assert not out
        assert err.count("\n") == 1


@pytest.mark.usefixtures("files")
def test_json_has_the_same(capsys):
    assert main(["diff", "--format", "json", "a.sys", "b.sys"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == "ntbuild.pecheck-diff/1"
    assert report["differences"] == [
        {"area": "header", "what": "Subsystem", "first": "0x1", "second": "0x2"}
    ]
