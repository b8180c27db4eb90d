"""Load configuration: tables of call targets as lld-link writes them, and what is wrong with a
structure said clearly."""

import struct
from pathlib import Path

import pefile
import pytest

from coffwriter import ANY, ASSOCIATIVE, CODE, DATA, RDATA, Reloc, Section, Symbol, build
from differential.corpus import COMMON_ARGV
from differential.images import publics
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pecoff.machine import MACHINES
from pelink.configurations import (
    ADDRESS,
    EHCONT,
    EHCONT_COUNT,
    FIDS,
    FIDS_COUNT,
    FLAGS,
    IAT,
    IAT_COUNT,
    LONGJMP,
    LONGJMP_COUNT,
    RET,
    WIDE,
    by_both,
    feature,
    field,
    structure,
    symbol_indexes,
    table,
    write,
)

CALL = {"x64": 4, "x86": 20, "arm64": 3, "arm": 20}


def guarded(machine: str) -> bytes:
    """An object of a compiler that knows /guard: it lists, and what it refers to does not count.

    Section symbols come first: ten of them with an auxiliary record each.
    """
    prefix = MACHINES[machine].symbol_prefix
    entry = prefix + "DriverEntry" + ("@8" if prefix else "")
    first = 20
    listed = {".gfids$y": (1, 3), ".gljmp$y": (4,), ".gehcont$y": (4, 5), ".giats$y": (7,)}
    sections = [
        Section(".text", RET * 4, CODE, 16),
        Section(".text$c", RET, CODE, 4, comdat=ANY),
        Section(".text$d", RET, CODE, 4, comdat=ANY),
        Section(
            ".data",
            bytes(32),
            DATA,
            8,
            [
                Reloc(8 * at, name, ADDRESS[machine])
                for at, name in enumerate(("Listed", "Silent", "Comdat", "__imp_Import"))
            ],
        ),
        *(
            Section(name, symbol_indexes(*(first + each for each in indexes)), RDATA, 4)
            for name, indexes in listed.items()
        ),
        # Dead with the function that it follows: nobody refers to Unused.
        Section(".gfids$y", symbol_indexes(first + 6), RDATA, 4, comdat=ASSOCIATIVE, parent=3),
        Section(".pad", b"", RDATA, 4),
    ]
    return build(
        machine,
        sections,
        [
            Symbol(entry, ".text", type=0x20),
            Symbol("Listed", ".text", 16, type=0x20),
            Symbol("Silent", ".text", 32, type=0x20),
            Symbol("Comdat", ".text$c", type=0x20),
            Symbol("$jump", ".text", 40),
            Symbol("$continue", ".text", 44),
            Symbol("Unused", ".text$d", type=0x20),
            Symbol("__imp_Import"),
            feature(0x4801),
        ],
    )


def plain(machine: str) -> bytes:
    """An object that knows nothing of it: every function that a relocation names counts."""
    kind = CALL[machine]
    call = bytes.fromhex("00000094") if machine == "arm64" else bytes.fromhex("00f000f8")
    code = (call if machine.startswith("arm") else bytes(4)).ljust(16, b"\0") * 2
    return build(
        machine,
        [
            Section(".text", code, CODE, 4, [Reloc(0, "Called", kind)]),
            Section(
                ".data",
                bytes(48),
                DATA,
                8,
                [
                    Reloc(8 * at, name, ADDRESS[machine])
                    for at, name in enumerate(("Taken", "Label", "Weak", "Datum", "Silent2"))
                ],
            ),
            Section(".text$e", RET * 2, CODE, 4),
        ],
        [
            Symbol("Plain", ".text", type=0x20),
            Symbol("Taken", ".text", 16, type=0x20),
            Symbol("Label", ".text", 24),  # no function by its type
            Symbol("Called", ".text$e", type=0x20),
            Symbol("Silent2", ".text$e", 16, type=0x20),
            Symbol("Weak", weak="Taken"),
            Symbol("Datum", ".data", 40),
            feature(1),
        ],
    )


def import_slot(machine: str) -> bytes:
    """An import address slot, written out."""
    return build(
        machine,
        [Section(".rdata", bytes(8), RDATA, 8)],
        [Symbol("__imp_Import", ".rdata"), feature(1)],
    )


def linked(folder: Path, machine: str, *argv: str, **more: bytes):
    paths = write(
        folder,
        guarded=guarded(machine),
        plain=plain(machine),
        slot=import_slot(machine),
        config=structure(machine),
        **more,
    )
    return by_both(paths, folder, machine, *argv)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    "words", ["cf", "cf,nolongjmp", "cf,longjmp,ehcont", "longjmp", "ehcont", "cf,no", "no"]
)
def test_guard_tables_are_those_of_lld(words, machine, tmp_path):
    ours, theirs = linked(tmp_path, machine, f"-guard:{words}")
    pairs = [
        (FIDS, FIDS_COUNT),
        (IAT, IAT_COUNT),
        (LONGJMP, LONGJMP_COUNT),
        (EHCONT, EHCONT_COUNT),
    ]
    for at, count in pairs:
        mine = table(ours.pe, at, count)
        assert mine == sorted(set(mine))
        his = [theirs.place(rva) for rva in table(theirs.pe, at, count)]
        assert [ours.place(rva) for rva in mine] == his
    assert field(ours.pe, FLAGS) == field(theirs.pe, FLAGS)
    flags = [each.pe.OPTIONAL_HEADER.DllCharacteristics & 0x4000 for each in (ours, theirs)]
    assert flags[0] == flags[1]
    sizes = [each.pe.OPTIONAL_HEADER.DATA_DIRECTORY[10].Size for each in (ours, theirs)]
    assert sizes[0] == sizes[1] == (0x140 if machine in WIDE else 0xC0)
    if "no" not in words.split(","):
        assert all(rva % 16 == 0 for rva in table(ours.pe, FIDS, FIDS_COUNT)[:2])


def test_a_table_has_what_it_shall_have(tmp_path):
    paths = write(
        tmp_path,
        guarded=guarded("x64"),
        plain=plain("x64"),
        slot=import_slot("x64"),
        config=structure("x64"),
    )
    argv = [*COMMON_ARGV, "-out:t.sys", "-opt:noref", "-guard:cf"]
    result = link(paths, options_from_argv([*argv, "-export:Plain"]))
    image = pefile.PE(data=result.image)
    names: dict[int, list[str]] = {}
    for name, rva in publics(result.map, image.OPTIONAL_HEADER.ImageBase).items():
        names.setdefault(rva, []).append(name)
    found = {name for rva in table(image, FIDS, FIDS_COUNT) for name in names[rva]}
    assert {"DriverEntry", "Listed", "Comdat", "Taken", "Called", "Plain", "Silent2"} <= found
    assert not found & {"Silent", "Label", "Datum"}


def test_a_local_function_reached_through_its_section_counts(tmp_path):
    """GNU as writes the section's symbol, with the offset in the field."""
    code = bytes.fromhex("488d0510000000").ljust(16, b"\x90") * 2
    pointers = struct.pack("<qq", 16, 20)
    other = build(
        "x64",
        [
            Section(".text", code, CODE, 16, [Reloc(3, ".text", 4)]),
            Section(".data", pointers, DATA, 8, [Reloc(0, ".text", 1), Reloc(8, ".text", 1)]),
        ],
        [
            Symbol("DriverEntry", ".text", type=0x20),
            Symbol("local", ".text", 16, 3, 0x20),
            Symbol("Keeper", ".data"),
        ],
    )
    paths = write(tmp_path, other=other, config=structure("x64"))
    argv = [*COMMON_ARGV, "-out:t.sys", "-guard:cf", "-include:Keeper"]
    image = pefile.PE(data=link(paths, options_from_argv(argv)).image)
    assert table(image, FIDS, FIDS_COUNT) == [0x1000, 0x1010]


@pytest.mark.parametrize("machine", MACHINES)
def test_without_guard_the_names_are_zero(machine, tmp_path):
    paths = write(tmp_path, plain=plain(machine), config=structure(machine))
    argv = [*COMMON_ARGV, f"-machine:{machine}", "-out:t.sys", "-entry:Plain"]
    prefix = MACHINES[machine].symbol_prefix
    paths += write(
        tmp_path,
        alias=build(machine, [Section(".text", RET, CODE, 4)], [Symbol(prefix + "Plain", ".text")])
        if prefix
        else build(machine, []),
    )
    image = pefile.PE(data=link(paths, options_from_argv(argv)).image)
    for at, count in ((FIDS, FIDS_COUNT), (IAT, IAT_COUNT), (EHCONT, EHCONT_COUNT)):
        assert table(image, at, count) == []
    assert field(image, FLAGS) == 0
    assert not image.OPTIONAL_HEADER.DllCharacteristics & 0x4000


def _texts(paths, *argv: str) -> list[str]:
    words = [*COMMON_ARGV, "-out:t.sys", "-guard:cf", *argv]
    with pytest.raises(LinkError) as caught:
        link(paths, options_from_argv(words))
    # The place is before the text, after it or in a note; here it comes first without its folder.
    texts = []
    for each in caught.value.diagnostics:
        message, _, named = each.message.partition(" of /")
        place = each.place or named or "".join(each.notes)
        texts.append(f"{Path(place).name or '-'}: {message}")
    return texts


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (
            {"name": "Other"},
            "-: Control Flow Guard is enabled but '_load_config_used' is missing",
        ),
        (
            {"align": 4},
            (
                "config.obj: '_load_config_used' is misaligned"
                " (expected alignment to be 8 bytes, got 4 instead)"
            ),
        ),
        (
            {"size": 0x70},
            "config.obj: '_load_config_used' structure too small to include GuardFlags",
        ),
        (
            {"size": 0xA0},
            (
                "config.obj: '_load_config_used' structure too small to include"
                " GuardLongJumpTargetCount"
            ),
        ),
        (
            {"says": 0x1000},
            (
                "config.obj: '_load_config_used' is too large: its first field says 4096 bytes,"
                " there are 320"
            ),
        ),
    ],
)
def test_a_structure_that_cannot_be_right_is_an_error(words, text, tmp_path):
    entry = build("x64", [Section(".text", RET, CODE, 16)], [Symbol("DriverEntry", ".text")])
    paths = write(tmp_path, entry=entry, config=structure("x64", **words))
    assert _texts(paths, "-include:Other" if "name" in words else "-opt:noref") == [text]


def test_a_structure_without_bytes_is_an_error(tmp_path):
    entry = build(
        "x64",
        [Section(".text", RET, CODE, 16), Section(".rdata", b"abc", RDATA, 8)],
        [Symbol("DriverEntry", ".text"), Symbol("_load_config_used", ".rdata")],
    )
    assert _texts(write(tmp_path, entry=entry)) == [
        "entry.obj: '_load_config_used' is malformed: it has no size in its first field"
    ]


def test_fields_that_do_not_point_at_the_tables_are_named(tmp_path):
    entry = build(
        "x64", [Section(".text", RET, CODE, 16)], [Symbol("DriverEntry", ".text", 0, 2, 32)]
    )
    blank = build(
        "x64",
        [Section(".rdata", struct.pack("<I", 0x140).ljust(0x140, b"\0"), RDATA, 8)],
        [Symbol("_load_config_used", ".rdata")],
    )
    paths = write(tmp_path, entry=entry, blank=blank)
    result = link(paths, options_from_argv([*COMMON_ARGV, "-out:t.sys", "-guard:cf"]))
    fields = ["GuardCFFunctionTable", "GuardCFFunctionCount", "GuardFlags"]
    assert [each.message.split()[0] for each in result.warnings][:3] == fields
    assert "not set correctly in '_load_config_used'" in result.warnings[0].message


def test_lists_with_bad_indexes_are_named_and_left_out(tmp_path):
    bad = build(
        "x64",
        [
            Section(".text", RET, CODE, 16),
            Section(".gfids$y", symbol_indexes(6, 1, 99999), RDATA, 4),
            Section(".gfids$y", b"12345", RDATA, 4),
        ],
        [Symbol("DriverEntry", ".text", 0, 2, 32), feature(0x800)],
    )
    paths = write(tmp_path, bad=bad, config=structure("x64"))
    argv = [*COMMON_ARGV, "-out:t.sys", "-guard:cf"]
    result = link(paths, options_from_argv(argv))
    assert [each.message.split(" in ")[0] for each in result.warnings] == [
        "ignoring invalid symbol table index",
        "ignoring .gfids$y symbol table index section",
    ]
    assert table(pefile.PE(data=result.image), FIDS, FIDS_COUNT) == [0x1000]


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_dependent_load_flags_are_written_as_lld_does(machine, tmp_path):
    ours, theirs = linked(tmp_path, machine, "-dependentloadflag:0x800")
    at = (0x34, 0x4C)  # CSDVersion and DependentLoadFlags
    assert field(ours.pe, at) == field(theirs.pe, at) == 0x800 << 16


def test_dependent_load_flags_without_a_structure_are_a_warning(tmp_path):
    entry = build("x64", [Section(".text", RET, CODE, 16)], [Symbol("DriverEntry", ".text")])
    argv = [*COMMON_ARGV, "-out:t.sys", "-dependentloadflag:0x800"]
    result = link(write(tmp_path, entry=entry), options_from_argv(argv))
    (warning,) = result.warnings
    assert "/dependentloadflag will have no effect" in warning.message


@pytest.mark.parametrize(("version", "size"), [("5.1", 64), ("5.2", 0xC0), ("6.0", 0xC0)])
def test_windows_xp_wants_the_first_size_on_x86(version, size, tmp_path):
    entry = build("x86", [Section(".text", RET, CODE, 16)], [Symbol("_DriverEntry@8", ".text")])
    paths = write(tmp_path, entry=entry, config=structure("x86"))
    argv = [*COMMON_ARGV, "-out:t.sys", f"-subsystem:native,{version}"]
    image = pefile.PE(data=link(paths, options_from_argv(argv)).image)
    assert image.OPTIONAL_HEADER.DATA_DIRECTORY[10].Size == size


@pytest.mark.parametrize(("argv", "bit"), [([], 0), (["-integritycheck"], 0x80)])
def test_the_integrity_check_is_asked_for_as_lld_does(argv, bit, tmp_path):
    entry = build("x64", [Section(".text", RET, CODE, 16)], [Symbol("DriverEntry", ".text")])
    ours, theirs = by_both(write(tmp_path, entry=entry), tmp_path, "x64", *argv)
    for each in (ours, theirs):
        assert each.pe.OPTIONAL_HEADER.DllCharacteristics & 0x80 == bit


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"name": "Other"}, "Control Flow Guard is enabled but '_load_config_used' is missing"),
        ({"align": 4}, "'_load_config_used' is misaligned"),
        ({"size": 0x70}, "'_load_config_used' structure too small to include GuardFlags"),
        ({"says": 0x1000}, "'_load_config_used' is too large"),
    ],
)
def test_outside_of_drivers_such_a_structure_is_a_warning(words, text, tmp_path):
    """As with lld-link: without a C run-time there is no structure, and the loader needs none."""
    entry = build("x64", [Section(".text", RET, CODE, 16)], [Symbol("main", ".text")])
    paths = write(tmp_path, entry=entry, config=structure("x64", **words))
    argv = ["-entry:main", "-subsystem:console", "-out:t.exe", "-guard:cf", "-opt:noref"]
    (warning,) = link(paths, options_from_argv(argv)).warnings
    assert warning.message.startswith(text)
