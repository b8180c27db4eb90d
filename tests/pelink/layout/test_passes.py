"""The passes that lay an image out, each called with the values of a small link."""

import numpy as np
import pytest

from coffwriter import ANY, BSS, CODE, DATA, RDATA, Reloc, Section, Symbol, build
from linking import entry_object
from ntbuild.pelink.layout import lay_out as lay_out_module
from ntbuild.pelink.layout.lay_out import lay_out
from ntbuild.pelink.layout.order_file import apply_order_file
from ntbuild.pelink.layout.range_thunks import add_range_thunks
from ntbuild.pelink.layout.relocation_section import with_relocation_section
from ntbuild.pelink.model import Contents, LaidOutSection
from ntbuild.support.values import replace
from pelink.stages import marked


def test_place_gives_sections_with_their_rows_in_order(tmp_path):
    parts = [
        Section(".text$b", b"b", CODE),
        Section(".text$a", b"a", CODE),
        Section("PAGE", b"p", CODE),
        Section(".edata", b"x", RDATA),
        Section(".rdata", b"r", RDATA),
    ]
    files = {"main.obj": entry_object(), "more.obj": build("x64", parts)}
    link = marked(tmp_path, files, "/opt:noref")
    found = {section.name: section for section in link.placed()}
    assert list(found) == [".text", ".rdata", ".data", "PAGE"]
    assert link.names(found[".text"])[-2:] == [".text$a", ".text$b"]
    assert link.names(found[".rdata"])[-2:] == [".rdata", ".edata"]
    assert found[".text"].Characteristics == 0x68000020
    assert found["PAGE"].Characteristics == 0x60000020


@pytest.mark.parametrize("bss", [".bss", ".bss$a", ".data"])
@pytest.mark.parametrize("argv", [(), ("/merge:.data=.rdata",)])
def test_uninitialised_data_is_last_in_its_section_and_not_in_the_file(bss, argv, tmp_path):
    parts = [
        Section(bss, b"", BSS, 16, size=0x3000),
        Section(".data$z", b"after", DATA, 16),
        Section(".edata", b"exports?", RDATA, 16),
    ]
    files = {"main.obj": entry_object(), "more.obj": build("x64", parts, [Symbol("Room", 1)])}
    link = marked(tmp_path, files, "/opt:noref", *argv)
    sections, layout = link.laid_out()
    home = ".rdata" if argv else ".data"
    data = next(each for each in sections if each.name == home)
    assert int(data.rows[-1]) == link.row("Room")
    header = next(each for each in layout.headers if each.name == home)
    assert (header.SizeOfRawData, header.VirtualSize > 0x3000) == (0x200, True)
    assert layout.file_offset[link.row("Room")] == -1


def test_lay_out_gives_every_row_an_address_and_a_place_in_the_file(tmp_path):
    parts = [
        Section(".text", b"x" * 5, CODE, 16),
        Section(".text", b"y" * 5, CODE, 4),
        Section(".own", b"z", RDATA, 8192),
    ]
    symbols = [Symbol("X", 1), Symbol("Y", 2), Symbol("Z", 3)]
    files = {"main.obj": entry_object(), "more.obj": build("x64", parts, symbols)}
    link = marked(tmp_path, files, "/opt:noref")
    _, layout = link.laid_out()
    x, y, z = (link.row(name) for name in "XYZ")
    assert layout.rva[[x, y, z]].tolist() == [0x1010, 0x1018, 0x4000]
    names = [each.name for each in layout.headers]
    assert [names[layout.number[row] - 1] for row in (x, y, z)] == [".text", ".text", ".own"]
    for row in (x, y, z):
        assert layout.file_offset_of(int(layout.rva[row])) == layout.file_offset[row]
    # The alignment beyond a page made the section before .own larger: no gap is left.
    before, own = layout.headers[-2:]
    assert before.VirtualAddress + before.VirtualSize == own.VirtualAddress == 0x4000
    assert layout.next_rva == 0x5000


def test_an_address_in_no_section_has_no_file_offset(tmp_path):
    _, layout = marked(tmp_path, {"main.obj": entry_object()}).laid_out()
    for rva in (0, 0xFFF, layout.next_rva):
        with pytest.raises(LookupError, match="is in no section"):
            layout.file_offset_of(rva)


def test_apply_order_file_moves_what_the_file_lists_to_the_front(tmp_path):
    parts = [Section(".text", b"\xc3", CODE, 16, comdat=ANY) for _ in range(3)]
    files = {
        "main.obj": entry_object(),
        "more.obj": build("x64", parts, [Symbol(name, at) for at, name in enumerate("ABC", 1)]),
    }
    (tmp_path / "order.txt").write_text("C\nMissing\nA\n")
    link = marked(tmp_path, files, "/opt:noref", f"/order:@{tmp_path}/order.txt")
    (text, *_) = apply_order_file(link.tables, link.placed(), link.options, link.log)
    assert text.rows[:2].tolist() == [link.row("C"), link.row("A")]
    assert text.rows.tolist().index(link.row("B")) > 1
    assert ["missing symbol: Missing" in each.message for each in link.log.warnings] == [True]


BRANCHES = {
    ("arm64", 3): (1 << 27, "00000094", 0),  # BRANCH26: bl
    ("arm64", 15): (1 << 20, "000000b4", 0),  # BRANCH19: cbz x0
    ("arm64", 16): (1 << 15, "00000036", 0),  # BRANCH14: tbz w0, #0
    ("arm", 20): (1 << 24, "00f000d0", 4),  # BRANCH24T: bl
    ("arm", 18): (1 << 20, "00f00080", 4),  # BRANCH20T: beq.w
}


def branch_over(folder, machine, kind, distance):
    """A link with a branch to a target so many bytes after (before: negative) its origin."""
    _, code, bias = BRANCHES[machine, kind]
    size = abs(distance) + (bias if distance > 0 else -bias) - 4
    branch = Section(".text$b", bytes.fromhex(code), CODE, 4, [Reloc(0, "Target", kind)])
    room = Section(".text$m", b"", BSS | 0x20000000, 4, size=size)
    target = Section(".text$z" if distance > 0 else ".text$a", bytes(4), CODE, 4)
    parts = [branch, room, target]
    symbols = [Symbol("Branch", 1), Symbol("Room", 2), Symbol("Target", 3, type=0x20)]
    files = {
        "main.obj": entry_object(machine=machine),
        "more.obj": build(machine, parts, symbols),
    }
    link = marked(folder, files, "/opt:noref")
    order = {"Branch": 0, "Room": 1, "Target": 2}
    names = sorted(order, key=lambda name: order[name] * (1 if distance > 0 else -1))
    rows = np.array([link.row(name) for name in names])
    (text, *others) = link.placed()
    rest = text.rows[~np.isin(text.rows, rows)]
    sections = (replace(text, rows=np.concatenate([rest, rows])), *others)
    layout = lay_out(link.tables, link.symbols, sections, link.options, link.log)
    origin = int(layout.rva[link.row("Branch")]) + bias
    assert int(layout.rva[link.row("Target")]) - origin == distance
    return link, sections, layout


@pytest.mark.parametrize(("machine", "kind"), sorted(BRANCHES))
@pytest.mark.parametrize("backward", [False, True])
def test_a_branch_gets_a_thunk_from_exactly_its_reach_on(
    machine, kind, backward, tmp_path, monkeypatch
):
    """Distances are signed fields: one more backward than forward."""
    monkeypatch.setattr(lay_out_module, "_ZEROS_LIMIT", 1 << 30)
    reach = BRANCHES[machine, kind][0]
    last, first = (-reach, -reach - 4) if backward else (reach - 4, reach)
    link, sections, layout = branch_over(tmp_path, machine, kind, last)
    assert add_range_thunks(link.tables, link.symbols, sections, layout) is None
    link, sections, layout = branch_over(tmp_path, machine, kind, first)
    thunked = add_range_thunks(link.tables, link.symbols, sections, layout)
    assert thunked is not None
    before = len(link.tables.objects.sections)
    assert len(thunked.tables.objects.sections) == before + 1
    new = thunked.symbols.relocations.symbol.tolist()
    row = link.symbols.relocations.section.tolist().index(link.row("Branch"))
    assert int(thunked.symbols.row_section[new[row]]) == before
    # The thunk leads to the old target, and stands in the branch's own section.
    assert new[-1] == int(link.symbols.relocations.symbol[row])
    assert before in thunked.sections[0].rows


def test_the_relocation_section_comes_before_debug_data_which_moves_up(tmp_path):
    debug = Section(".debug_info", b"12345678", 0x42000040)
    files = {"main.obj": entry_object(sections=[debug])}
    link = marked(tmp_path, files, "/debug:dwarf")
    _, layout = link.laid_out()
    *_, old = layout.headers
    assert old.name == ".debug_info"
    contents = Contents(
        np.zeros(layout.next_file_offset, np.uint8),
        np.array([0x2000, 0x2008]),
        np.array([10, 10], np.uint16),
    )
    final, finished = with_relocation_section(layout, contents, link.options)
    at, size = old.VirtualAddress, 12
    assert final.headers[-2] == LaidOutSection(
        ".reloc", 0x42000040, at, size, old.PointerToRawData, 0x200
    )
    assert final.headers[-1] == replace(
        old, VirtualAddress=at + 0x1000, PointerToRawData=old.PointerToRawData + 0x200
    )
    assert final.directories[5] == (at, size)
    place, blocks = finished.inserted
    assert (place, len(blocks)) == (old.PointerToRawData, 0x200)
    assert blocks[:size] == bytes.fromhex("00200000 0c000000 00a0 08a0")


def test_an_image_without_fields_to_fix_has_no_relocation_section(tmp_path):
    link = marked(tmp_path, {"main.obj": entry_object()})
    _, layout = link.laid_out()
    nothing = Contents(np.zeros(0, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.uint16))
    assert with_relocation_section(layout, nothing, link.options) == (layout, nothing)
