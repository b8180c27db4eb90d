"""MOF to binary MOF and to a header: the records, the compression, the layout, the errors."""

import os
import re
import struct
from pathlib import Path

import pytest

from compilers.compiling import compile_to
from ntbuild.mof.binary import binary_mof
from ntbuild.mof.compression import CompressionError, compressed, decompressed
from ntbuild.mof.header import mof_header
from ntbuild.mof.model import MofError
from ntbuild.mof.syntax import read_mof

SOURCE = r"""
// A bus, as drivers describe themselves.
#pragma namespace("\\\\.\\root\\wmi")
[WMI, guid("{0BA8B0E5-3B55-4E0B-8E4F-1D8C2F7B9A01}")]
class Part { [WmiDataId(1)] uint16 Port; [WmiDataId(2)] uint64 Bytes; };
[Dynamic : ToInstance, Provider("WMIProv"), WMI, Description("a " "bus\t!"), WmiExpense(1),
 guid("0BA8B0E5-3B55-4E0B-8E4F-1D8C2F7B9A02"), HeaderName("BUS_DATA"), GuidName1("BusDataGuid")]
class BusData : WMIEvent
{
    [key, read] string InstanceName;
    [read] boolean Active;
    /* not in order */
    [WmiDataId(2), read, write] uint8 Name[10];
    [WmiDataId(1), read] uint32 Count;
    [WmiDataId(3), MaxLen(7)] string Text;
    [WmiDataId(4)] Part Parts[2];
    [WmiDataId(5), WmiSizeIs("Count")] sint16 Rest[];
    [WmiMethodId(3), Implemented] void Reset([in] uint32 Level, [in] Part What, [out] boolean Done);
    [WmiMethodId(4)] void Stop();
};
"""
LAYOUT = """
#include <ntddk.h>
#include "bus.h"
C_ASSERT(sizeof(Part) == 16 && Part_SIZE == 16 && Part_Bytes_ID == 2);
C_ASSERT(FIELD_OFFSET(BUS_DATA, Name) == 4 && BUS_DATA_Name_SIZE == 10 && BUS_DATA_Name_ID == 2);
C_ASSERT(FIELD_OFFSET(BUS_DATA, Text) == 14 && BUS_DATA_Text_SIZE == 16);
C_ASSERT(FIELD_OFFSET(BUS_DATA, Parts) == 32 && FIELD_OFFSET(BUS_DATA, Rest) == 64);
C_ASSERT(Reset == 3 && Stop == 4 && sizeof(Reset_IN) == 24 && Reset_OUT_SIZE == 1);
const GUID Copy = BusDataGuid;
const GUID *Other = &BUS_DATA_GUID;
"""


def records(content, at, count):
    """The offsets of records, each of which begins with its length."""
    for _ in range(count):
        yield at
        at += struct.unpack_from("<I", content, at)[0]


def text_at(content, at, size):
    return content[at : at + size].decode("utf-16-le").partition("\0")[0]


def qualifiers_at(content, at):
    """Name, type and value of the qualifiers of a list."""
    _, count = struct.unpack_from("<2I", content, at)
    for each in records(content, at + 8, count):
        length, kind, _, size = struct.unpack_from("<4I", content, each)
        value = content[each + 16 + size : each + length]
        if kind == 0x08:
            value = text_at(value, 0, len(value))
        yield text_at(content, each + 16, size), kind, value


def test_the_records_of_a_class():
    content = binary_mof(read_mof(SOURCE.encode(), "bus.mof"))
    assert struct.unpack_from("<4s4I", content)[2:] == (1, 1, 2)
    first, second = records(content, 20, 2)
    length, _, of_qualifiers, of_both, _ = struct.unpack_from("<5I", content, second)
    assert second + length == struct.unpack_from("<I", content, 4)[0]
    found = {name: (kind, value) for name, kind, value in qualifiers_at(content, second + 20)}
    assert found["Dynamic"] == (0x0B, b"\xff\xff\0\0")
    assert found["Description"] == (0x08, "a bus\t!")
    assert found["WmiExpense"] == (0x03, b"\1\0\0\0")
    properties = second + 20 + of_qualifiers
    _, count = struct.unpack_from("<2I", content, properties)
    names, types = [], []
    for each in records(content, properties + 8, count):
        _, kind, _, one, two = struct.unpack_from("<5I", content, each)
        names.append(text_at(content, each + 20, min(one, two)))
        types.append(kind)
    assert names == [
        *("InstanceName", "Active", "Name", "Count", "Text", "Parts", "Rest"),
        *("__CLASS", "__NAMESPACE", "__SUPERCLASS"),
    ]
    assert types[:7] == [0x08, 0x0B, 0x2011, 0x13, 0x08, 0x200D, 0x2002]
    assert b"r\0o\0o\0t\0\\\0w\0m\0i\0\0\0" in content
    methods = second + 20 + of_both
    assert struct.unpack_from("<I", content, methods + 4) == (2,)
    assert struct.unpack_from("<2I", content, first)[1] == 0


def test_flavors_name_the_qualifiers_that_have_them():
    content = binary_mof(read_mof(SOURCE.encode(), "bus.mof"))
    at = struct.unpack_from("<I", content, 4)[0]
    assert content[at : at + 16] == b"BMOFQUALFLAVOR11"
    (count,) = struct.unpack_from("<I", content, at + 16)
    pairs = [struct.unpack_from("<2I", content, at + 20 + 8 * each) for each in range(count)]
    assert at + 20 + 8 * count == len(content)
    names = {}
    for offset, flavor in pairs:
        (size,) = struct.unpack_from("<I", content, offset + 12)
        names.setdefault(text_at(content, offset + 16, size), set()).add(flavor)
    assert names == {"Dynamic": {0x01}, "CIMTYPE": {0x03}, "ID": {0x11}}


@pytest.mark.parametrize(
    "content",
    [b"", b"a", bytes(512), b"abc" * 400, bytes(range(256)) * 41, os.urandom(1500)],
    ids=["empty", "one", "a chunk", "short", "far", "random"],
)
def test_what_is_compressed_comes_back(content):
    packed = compressed(content)
    assert packed[:4] == b"FOMB"
    assert struct.unpack_from("<3I", packed, 4) == (1, len(packed) - 16, len(content))
    assert decompressed(packed) == content


def test_the_compression_is_that_of_files_in_the_field():
    # Each file begins so: four bytes of text, then marks after 512 bytes and at the end.
    packed = compressed(b"FOMB" + bytes(508))
    assert packed[16:24] == bytes.fromhex("44530001 1a7dda54")
    assert len(compressed(b"abcdefgh" * 4000)) < 2000


def test_damaged_bytes_are_an_error():
    packed = compressed(b"some text of some length")
    for wrong, said in ((b"MOF", "begin"), (packed[:22], "too early")):
        with pytest.raises(CompressionError, match=said):
            decompressed(wrong)
    bits = struct.pack("<3I", 1, 10, 5)
    with pytest.raises(CompressionError, match="a copy begins before"):
        decompressed(b"FOMB" + bits + b"DS\0\1" + (0b1_000101_00).to_bytes(6, "little"))


@pytest.mark.parametrize("arch", ["x64", "x86", "arm64"])
def test_the_header_has_the_layout_of_the_data(arch, tmp_path):
    (tmp_path / "bus.h").write_text(mof_header(read_mof(SOURCE.encode(), "bus.mof"), "bus.mof"))
    source = tmp_path / "layout.c"
    source.write_text(LAYOUT)
    assert compile_to(tmp_path / "layout.obj", "zig", arch, "release", source).exists()


def test_a_structure_without_a_layout_is_variable():
    text = "[WMI] class A { [WmiDataId(1)] string Name; [WmiDataId(2)] uint32 Size; };"
    header = mof_header(read_mof(text.encode(), "a.mof"), "a.mof")
    assert re.search(r"typedef struct _A\n\{\n    char VariableData\[1\];\n\} A, \*PA;", header)
    assert "A_SIZE" not in header


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class A {\n uint32 x = 5; };", "a.mof:2: default values cannot be compiled here"),
        ("\n\n[Values{1}] class A {};", "a.mof:3: the qualifier Values is a list, which"),
        ("class A { uint32 f(); };", "a.mof:1: a method of WMI returns void"),
        ("class A { void f(uint32 x); };", "the parameter x is neither [in] nor [out]"),
        ("instance of A {};", "a.mof:1: instances cannot be compiled here; mofcomp -B:FILE.bmf"),
        ("class A { A ref x; };", "references cannot be compiled here"),
        ("[a : Odd] class A {};", "'Odd' is no flavor of a qualifier"),
        ("#pragma locale(1)", "#pragma locale cannot be compiled here"),
        ("class A { uint32 x; }", "expected ';', not 'the end of the file'"),
        ("class A { uint32 ?; };", "a.mof:1: '?;' is no MOF"),
        ("[a(0x123456789)] class A {};", "0x123456789 has more than 32 bits"),
    ],
)
def test_what_is_not_compiled_has_its_line(text, said):
    with pytest.raises(MofError) as error:
        read_mof(text.encode(), "a.mof")
    assert said in str(error.value)


def test_a_header_names_what_it_cannot_have():
    text = "[WMI] class A { [WmiDataId(1)] Gone Part; };"
    with pytest.raises(MofError, match="Part: the file has no class Gone"):
        mof_header(read_mof(text.encode(), "a.mof"), "a.mof")
    with pytest.raises(MofError, match="class A: 'x' is no GUID"):
        mof_header(read_mof(b'[WMI, guid("x")] class A {};', "a.mof"), "a.mof")


def test_other_encodings_are_read():
    text = '[Description("Größe")] class A {};'
    for encoding in ("utf-16", "utf-8-sig", "cp1252"):
        (one,) = read_mof(text.encode(encoding), "a.mof")
        assert one.qualifiers[0].value == "Größe"


FIELD = os.environ.get("NTBUILD_BMF", "")


@pytest.mark.skipif(not FIELD, reason="NTBUILD_BMF names a folder of NAME.bmf with bmf2mof's .mof")
def test_files_in_the_field_come_out_byte_for_byte():
    pairs = [(path, path.with_suffix(".mof")) for path in sorted(Path(FIELD).glob("*.bmf"))]
    assert pairs
    for path, text in pairs:
        content = decompressed(path.read_bytes())
        assert binary_mof(read_mof(text.read_bytes(), text.name)) == content, path.name
