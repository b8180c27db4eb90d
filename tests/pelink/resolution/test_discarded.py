"""References to what is not in the image: gcc's leftovers of discarded COMDATs, weak functions."""

import pytest

from coffwriter import ANY, CODE, RDATA, Reloc, Section, Symbol, build
from linking import complaints, entry_object, linked, section

RELATIVE = {"x64": 4, "x86": 20}
POINTER = {"x64": 1, "x86": 6}
BODY = b"\x90" * 12 + b"\xc3"


def with_table(machine: str, name: str, *, comdat: str = ".text$inlined", flags: int = RDATA):
    """A function that uses an inline one, and that one's jump table in the object's .rdata."""
    prefix = "_" if machine == "x86" else ""
    table = [Reloc(0, "label", RELATIVE[machine]), Reloc(4, "label", POINTER[machine])]
    return build(
        machine,
        [
            Section(".text", b"\xe8\0\0\0\0\xc3", CODE, 16, [Reloc(1, "use", RELATIVE[machine])]),
            Section(comdat, BODY, CODE, 16, [Reloc(0, ".rdata", POINTER[machine])], comdat=ANY),
            Section(".rdata", b"\x04\0\0\0" * 3 + b"end!", flags, 4, table),
        ],
        [
            Symbol(f"{prefix}inlined", 2, type=0x20),
            Symbol("label", 2, value=8, storage=3),
            Symbol(name, 1, type=0x20),
            Symbol("use", 3, storage=3),
        ],
    )


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_the_jump_table_of_a_discarded_inline_function_is_zero(machine, tmp_path):
    names = ["Usera", "Userb"]
    files = {
        "main.obj": entry_object(*names, machine=machine),
        "a.obj": with_table(machine, "Usera"),
        "b.obj": with_table(machine, "Userb"),
    }
    data = section(linked(tmp_path, files), ".rdata").get_data()
    first, second = data.index(b"end!") - 12, data.rindex(b"end!") - 12
    rest = b"" if machine == "x64" else b"\x04\0\0\0"  # the pointer has 8 bytes, or 4
    assert data[second : second + 12] == bytes(12 - len(rest)) + rest
    assert data[first : first + 8] != bytes(8)


@pytest.mark.parametrize(
    "change", [{"comdat": ".text$other"}, {"comdat": ".text"}, {"flags": CODE}]
)
def test_other_references_to_a_discarded_function_are_errors(change, tmp_path):
    files = {
        "main.obj": entry_object("Usera", "Userb"),
        "a.obj": with_table("x64", "Usera", **change),
        "b.obj": with_table("x64", "Userb", **change),
    }
    lines = complaints(tmp_path, files)
    assert lines[0].startswith("relocation against symbol in discarded section: label")
    assert lines[1] == ">>> referenced by b.obj:(use)"


CALLS = {
    "x64": (b"\xe8\0\0\0\0\xc3", 1, 4),
    "x86": (b"\xe8\0\0\0\0\xc3", 1, 20),
    "arm64": (b"\0\0\0\x94\xc0\x03\x5f\xd6", 0, 3),
    "arm": (b"\x00\xf0\x00\xf8\x70\x47", 0, 0x15),
}


def calling_weak(machine: str, code: bytes, at: int, kind: int) -> bytes:
    weak = [Symbol(".weak.Maybe", -1), Symbol("Maybe", weak=".weak.Maybe", search=1)]
    name = "_DriverEntry@8" if machine == "x86" else "DriverEntry"
    return build(
        machine, [Section(".text", code, CODE, 16, [Reloc(at, "Maybe", kind)])],
        [Symbol(name, 1, type=0x20), *weak],
    )  # fmt: skip


@pytest.mark.parametrize("machine", CALLS)
def test_a_call_of_a_weak_function_that_nothing_defines_goes_to_the_headers(machine, tmp_path):
    code, at, kind = CALLS[machine]
    result = linked(tmp_path, {"a.obj": calling_weak(machine, code, at, kind)})
    text = section(result, ".text")
    data = text.get_data()[: len(code)]
    if machine in {"x64", "x86"}:
        distance = int.from_bytes(data[1:5], "little", signed=True)
        assert text.VirtualAddress + 5 + distance == 0
    elif machine == "arm64":
        words = -text.VirtualAddress // 4 & 0x3FFFFFF
        assert int.from_bytes(data[:4], "little") == 0x94000000 | words
    else:
        assert data != code


def test_the_address_of_a_weak_function_must_be_representable(tmp_path):
    """``lea rax, [rip + Maybe]`` cannot be null: an image that tests it would be wrong."""
    code = b"\x48\x8d\x05\0\0\0\0\xc3"
    lines = complaints(tmp_path, {"a.obj": calling_weak("x64", code, 3, 4)})
    assert lines[0].endswith("relocation out of range: IMAGE_REL_AMD64_REL32 against Maybe")
