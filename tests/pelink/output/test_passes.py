"""The passes that fill an image, each called with the values of a small link."""

import struct

import numpy as np
import pefile
import pytest

from coffwriter import CODE, DATA, RDATA, Reloc, Section, Symbol, build
from linking import entry_object
from ntbuild import LinkError
from ntbuild.pecoff.object.read import ABSOLUTE
from ntbuild.pelink.layout.image_header import checksum_at
from ntbuild.pelink.model import Contents
from ntbuild.pelink.output.control_flow_guard import add_guard_tables
from ntbuild.pelink.output.copy import copy_contributions
from ntbuild.pelink.output.emit import emit
from ntbuild.pelink.output.load_config import fill_load_config
from ntbuild.pelink.output.pseudo_relocations import (
    PseudoRelocations,
    pseudo_relocations,
    write_pseudo_relocations,
)
from ntbuild.pelink.output.relocate import relocate
from ntbuild.pelink.synthesize.pseudo_relocations import LIST_SECTION
from ntbuild.support.values import replace
from pelink.configurations import structure
from pelink.stages import marked


def test_relocate_fills_fields_and_keeps_what_the_loader_must_fix(tmp_path):
    files = {"main.obj": entry_object("X", symbols=[Symbol("X", ".text", 4)])}
    link = marked(tmp_path, files)
    _, layout = link.laid_out()
    contents = relocate(link.tables, link.symbols, layout, (), link.log)
    text, data = (each.VirtualAddress for each in layout.headers)
    (pointer,) = struct.unpack_from("<Q", contents.image.data, layout.file_offset_of(data))
    (rva,) = struct.unpack_from("<I", contents.image.data, layout.file_offset_of(text))
    assert (pointer, rva) == (0x140000000 + text + 4, data)
    assert contents.based.tolist() == [data]
    assert contents.based_types.tolist() == [10]  # DIR64


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
def test_an_absolute_symbol_stays_as_it_is(machine, tmp_path):
    """No base relocation, and no bit 0 for Thumb code: it is a number."""
    symbols = [Symbol("Number", -1, 0x1234)]
    link = marked(tmp_path, {"main.obj": entry_object("Number", machine=machine, symbols=symbols)})
    _, layout = link.laid_out()
    contents = relocate(link.tables, link.symbols, layout, (), link.log)
    at = layout.file_offset_of(layout.headers[1].VirtualAddress)
    assert struct.unpack_from("<I", contents.image.data, at) == (0x1234,)
    assert contents.based.tolist() == []


def test_pointers_to_thumb_code_have_bit_0_and_those_to_data_have_not(tmp_path):
    code = Section(".text", bytes(8), CODE, 4)
    datum = Section(".rdata", bytes(8), RDATA, 4)
    more = build("arm", [code, datum], [Symbol("Code", 1, type=0x20), Symbol("Datum", 2)])
    files = {"main.obj": entry_object("Code", "Datum", machine="arm"), "more.obj": more}
    link = marked(tmp_path, files)
    _, layout = link.laid_out()
    contents = relocate(link.tables, link.symbols, layout, (), link.log)
    at = layout.file_offset_of(next(h.VirtualAddress for h in layout.headers if h.name == ".data"))
    pointers = struct.unpack_from("<I4xI", contents.image.data, at)
    assert [pointer & 1 for pointer in pointers] == [1, 0]


def test_a_relocation_of_a_type_that_no_machine_has_is_an_error(tmp_path):
    part = Section(".data", bytes(8), DATA, 8, [Reloc(0, "X", 0x55)])
    files = {"main.obj": entry_object("X"), "more.obj": build("x64", [part], [Symbol("X", 1)])}
    link = marked(tmp_path, files)
    _, layout = link.laid_out()
    with pytest.raises(LinkError, match="unsupported relocation type 0x0055 for x64"):
        relocate(link.tables, link.symbols, layout, (), link.log)


@pytest.mark.parametrize("count", [3, 600])
def test_copied_contributions_have_their_bytes(count, tmp_path):
    """Of every size, by the loop for few and as records for many."""
    sizes = [1, 2, 3, 31, 32, 33, 127, 128, 129, 255, 256, 257, 300, 8192, 8193]
    parts = [
        Section(".own", bytes((number + at) % 251 for at in range(sizes[number % 15])), RDATA)
        for number in range(count)
    ]
    files = {"main.obj": entry_object(), "more.obj": build("x64", parts)}
    link = marked(tmp_path, files, "/opt:noref")
    sections, layout = link.laid_out()
    image = np.zeros(layout.next_file_offset, np.uint8)
    copy_contributions(link.tables, layout, image, slice(0, len(layout.rva)))
    own = next(each for each in sections if each.name == ".own")
    for part, row in zip(parts, own.rows.tolist(), strict=True):
        at = int(layout.file_offset[row])
        assert image[at : at + len(part.data)].tobytes() == part.data


# --- guard ---------------------------------------------------------------------------------------


def test_guard_tables_have_sizes_and_names_before_they_have_contents(tmp_path):
    files = {
        "main.obj": entry_object("Taken"),
        "more.obj": build(
            "x64",
            [Section(".text", bytes(64), CODE, 4)],
            [Symbol("Taken", 1, 32, type=0x20), Symbol("Silent", 1, 48, type=0x20)],
        ),
        "config.obj": structure("x64"),
    }
    link = marked(tmp_path, files, "/guard:cf")
    guarded = add_guard_tables(link.tables, link.symbols, link.live, link.options, link.log)
    (table,) = guarded.rva_tables
    assert sorted(zip(table.section.tolist(), table.value.tolist(), strict=True)) == sorted(
        [(link.row("DriverEntry"), 0), (link.row("Taken"), 32)]
    )
    assert guarded.live[table.row]
    assert int(guarded.tables.objects.sections.size[table.row]) == 8
    assert int(guarded.tables.objects.sections.alignment[link.row("Taken")]) == 16
    ids = [
        guarded.tables.names.find(guarded.tables.buffer, name)
        for name in (b"__guard_fids_table", b"__guard_fids_count")
    ]
    assert [(int(guarded.symbols.section[i]), int(guarded.symbols.value[i])) for i in ids] == [
        (table.row, 0),
        (ABSOLUTE, 2),
    ]


def test_the_load_configuration_gets_the_dependent_load_flag(tmp_path):
    files = {"main.obj": entry_object(), "config.obj": structure("x64")}
    link = marked(tmp_path, files, "/dependentloadflag:0x800")
    _, layout = link.laid_out()
    contents = relocate(link.tables, link.symbols, layout, (), link.log)
    filled = fill_load_config(link.tables, link.symbols, layout, contents, link.options, link.log)
    at = int(layout.file_offset[link.row("_load_config_used")]) + 78
    assert filled.image[at : at + 2].tobytes() == b"\x00\x08"
    assert contents.image[at : at + 2].tobytes() == b"\0\0"


def test_the_list_of_pseudo_relocations_has_slot_field_and_width(tmp_path):
    parts = [Section(".data", bytes(36), DATA, 8), Section(".data", bytes(8), DATA, 8)]
    more = build("x64", parts, [Symbol("List", 1), Symbol("Slot", 2)])
    link = marked(tmp_path, {"main.obj": entry_object("List", "Slot"), "more.obj": more})
    _, layout = link.laid_out()
    contents = Contents(
        np.zeros(layout.next_file_offset, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.uint16)
    )
    rows = [link.row(name) for name in ("List", "Slot")]
    deferred = PseudoRelocations(
        rows[0],
        np.array([link.row("DriverEntry")] * 2),
        np.array([4, 8]),
        np.array([32, 64]),
        np.array([rows[1]] * 2),
        np.array([0, 0]),
    )
    image = write_pseudo_relocations(layout, contents, deferred).image
    slot, field = int(layout.rva[rows[1]]), int(layout.rva[link.row("DriverEntry")])
    assert struct.unpack_from("<9I", image.data, int(layout.file_offset[rows[0]])) == (
        *(0, 0, 1),
        *(slot, field + 4, 32),
        *(slot, field + 8, 64),
    )


def test_debug_data_gets_no_pseudo_relocations(tmp_path):
    """A debugger reads it from the file, and start-up code could not write to it."""
    info = Section(".debug_info", bytes(16), 0x42000040, 1, [Reloc(0, "Datum", 1)])
    data = Section(".data", bytes(16), DATA, 8, [Reloc(8, "Datum", 1)])
    more = build("x64", [info, data], [Symbol("Kept", 2), Symbol("Datum")])
    slot = build("x64", [Section(".data", bytes(8), DATA, 8)], [Symbol("Datum", 1)])
    files = {"main.obj": entry_object("Kept"), "more.obj": more, "slot.obj": slot}
    link = marked(tmp_path, files, "/debug:dwarf")
    datum = link.tables.names.find(link.tables.buffer, b"Datum")
    listed = replace(
        link.tables,
        auto_imports=(datum,),
        stems=(*link.tables.stems, LIST_SECTION.encode()),
        section_stems=np.append(link.tables.section_stems[:-1], len(link.tables.stems)),
    )
    _, deferred = pseudo_relocations(listed, link.symbols, link.live, link.options, link.log)
    assert deferred.section.tolist() == [link.row("Kept")]
    assert deferred.offset.tolist() == [8]


# --- emit ----------------------------------------------------------------------------------------


def test_emit_writes_headers_one_stamp_and_the_checksum(tmp_path):
    link = marked(tmp_path, {"main.obj": entry_object()}, "/timestamp:0x12345678")
    _, layout = link.laid_out()
    contents = relocate(link.tables, link.symbols, layout, (), link.log)
    image = emit(link.tables, link.symbols, layout, contents, link.options)
    pe = pefile.PE(data=image.tobytes())
    assert pe.FILE_HEADER.TimeDateStamp == 0x12345678
    assert pe.OPTIONAL_HEADER.CheckSum == pe.generate_checksum()
    assert pe.OPTIONAL_HEADER.AddressOfEntryPoint == int(layout.rva[link.row("DriverEntry")])
    assert [each.VirtualAddress for each in pe.sections] == [
        each.VirtualAddress for each in layout.headers
    ]
    assert checksum_at(layout) == pe.OPTIONAL_HEADER.get_field_absolute_offset("CheckSum")


def test_the_values_of_a_pass_stay_as_they_were(tmp_path):
    """A pass returns new values; what it was given can be used again."""
    files = {"main.obj": entry_object("X", symbols=[Symbol("X", ".text", 4)])}
    link = marked(tmp_path, files)
    _, layout = link.laid_out()
    first = relocate(link.tables, link.symbols, layout, (), link.log)
    emit(link.tables, link.symbols, layout, first, link.options)
    again = relocate(link.tables, link.symbols, layout, (), link.log)
    assert (first.image == again.image).all()
