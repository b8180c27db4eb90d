"""Load configuration: tables of call targets and handlers as lld-link writes them, and what is
wrong with a structure said clearly."""

import struct
import subprocess
from pathlib import Path

import pefile
import pytest

import peers
from coffwriter import ANY, ASSOCIATIVE, CODE, DATA, RDATA, Reloc, Section, Symbol, build
from differential.corpus import COMMON_ARGV
from differential.images import Image, publics
from ntbuild import LinkError, LinkOptions, link
from ntbuild.pecoff.machine import MACHINES

ADDRESS = {"x64": 1, "x86": 6, "arm64": 14, "arm": 1}
CALL = {"x64": 4, "x86": 20, "arm64": 3, "arm": 20}
WIDE = {"x64", "arm64"}
RET = bytes(16)

# Offsets of the fields: 32 bits, 64 bits.
SEH_TABLE, SEH_COUNT = (0x40, 0x60), (0x44, 0x68)
FIDS, FIDS_COUNT, FLAGS = (0x50, 0x80), (0x54, 0x88), (0x58, 0x90)
IAT, IAT_COUNT = (0x68, 0xA0), (0x6C, 0xA8)
LONGJMP, LONGJMP_COUNT = (0x70, 0xB0), (0x74, 0xB8)
EHCONT, EHCONT_COUNT = (0xA4, 0x108), (0xA8, 0x110)
NAMES = {
    FIDS: "__guard_fids_table",
    FIDS_COUNT: "__guard_fids_count",
    FLAGS: "__guard_flags",
    IAT: "__guard_iat_table",
    IAT_COUNT: "__guard_iat_count",
    LONGJMP: "__guard_longjmp_table",
    LONGJMP_COUNT: "__guard_longjmp_count",
    EHCONT: "__guard_eh_cont_table",
    EHCONT_COUNT: "__guard_eh_cont_count",
}
SEH_NAMES = {SEH_TABLE: "__safe_se_handler_table", SEH_COUNT: "__safe_se_handler_count"}


def structure(machine: str, *, size: int = 0, says: int | None = None, align: int = 0, **words):
    """A load configuration with relocations against the linker's names."""
    wide = machine in WIDE
    prefix = MACHINES[machine].symbol_prefix
    size = size or (0x140 if wide else 0xC0)
    says = size if says is None else says
    names = NAMES | (SEH_NAMES if machine == "x86" else {})
    names = {at[wide]: prefix + name for at, name in names.items()}
    kind = dict.fromkeys(names.values(), ADDRESS[machine])
    if wide:
        kind[prefix + "__guard_flags"] = 2 if machine == "x64" else 1
    width = 8 if wide else 4
    relocations = [Reloc(at, n, kind[n]) for at, n in names.items() if at + width <= size]
    data = struct.pack("<I", says).ljust(size, b"\0")
    name = words.get("name", prefix + "_load_config_used")
    return build(
        machine,
        [Section(".rdata", data, RDATA, align or width, relocations)],
        [Symbol(name, ".rdata"), *(Symbol(each) for each in dict.fromkeys(kind))],
    )


def table(image: pefile.PE, at: tuple[int, int], count: tuple[int, int]) -> list[int]:
    """The RVAs of one table."""
    head = image.OPTIONAL_HEADER
    directory = head.DATA_DIRECTORY[10]
    wide = head.Magic == 0x20B
    form = "<Q" if wide else "<I"
    data = image.get_data(directory.VirtualAddress, directory.Size)
    (pointer,) = struct.unpack_from(form, data, at[wide])
    (number,) = struct.unpack_from(form, data, count[wide])
    if not pointer:
        assert number == 0
        return []
    return list(struct.unpack(f"<{number}I", image.get_data(pointer - head.ImageBase, 4 * number)))


def field(image: pefile.PE, at: tuple[int, int]) -> int:
    directory = image.OPTIONAL_HEADER.DATA_DIRECTORY[10]
    data = image.get_data(directory.VirtualAddress, directory.Size)
    return struct.unpack_from("<I", data, at[image.OPTIONAL_HEADER.Magic == 0x20B])[0]


def symbol_indexes(*indexes: int) -> bytes:
    return struct.pack(f"<{len(indexes)}I", *indexes)


def feature(value: int) -> Symbol:
    return Symbol("@feat.00", -1, value, 3)


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


def write(folder: Path, **objects: bytes) -> list[Path]:
    for name, data in objects.items():
        (folder / f"{name}.obj").write_bytes(data)
    return [folder / f"{name}.obj" for name in objects]


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


def by_both(paths: list[Path], folder: Path, machine: str, *argv: str) -> tuple[Image, Image]:
    """The images of pelink and lld-link with the public names of each."""
    if machine == "x86" and "-safeseh" not in argv:
        argv = ("-safeseh:no", *argv)  # lld-link asks it of every object
    argv = (*COMMON_ARGV, f"-machine:{machine}", "-opt:noref", *argv)
    result = link(paths, LinkOptions.from_argv([*argv, "-out:t.sys"]))
    command = [peers.require("lld-link"), *argv, "-out:lld.sys", "-map:lld.map", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    images = []
    texts = [result.map, (folder / "lld.map").read_text()]
    for data, text in zip([result.image, (folder / "lld.sys").read_bytes()], texts, strict=True):
        base = pefile.PE(data=data, fast_load=True).OPTIONAL_HEADER.ImageBase
        images.append(Image(data, publics(text, base), {}, {}))
    return images[0], images[1]


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
    result = link(paths, LinkOptions.from_argv([*argv, "-export:Plain"]))
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
    image = pefile.PE(data=link(paths, LinkOptions.from_argv(argv)).image)
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
    image = pefile.PE(data=link(paths, LinkOptions.from_argv(argv)).image)
    for at, count in ((FIDS, FIDS_COUNT), (IAT, IAT_COUNT), (EHCONT, EHCONT_COUNT)):
        assert table(image, at, count) == []
    assert field(image, FLAGS) == 0
    assert not image.OPTIONAL_HEADER.DllCharacteristics & 0x4000


def _texts(paths, *argv: str) -> list[str]:
    words = [*COMMON_ARGV, "-out:t.sys", "-guard:cf", *argv]
    with pytest.raises(LinkError) as caught:
        link(paths, LinkOptions.from_argv(words))
    return [f"{Path(each.place).name}: {each.message}" for each in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (
            {"name": "Other"},
            "guard: control flow guard is enabled but '_load_config_used' is missing",
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
    result = link(paths, LinkOptions.from_argv([*COMMON_ARGV, "-out:t.sys", "-guard:cf"]))
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
    result = link(paths, LinkOptions.from_argv(argv))
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
    result = link(write(tmp_path, entry=entry), LinkOptions.from_argv(argv))
    (warning,) = result.warnings
    assert "/dependentloadflag will have no effect" in warning.message


@pytest.mark.parametrize(("version", "size"), [("5.1", 64), ("5.2", 0xC0), ("6.0", 0xC0)])
def test_windows_xp_wants_the_first_size_on_x86(version, size, tmp_path):
    entry = build("x86", [Section(".text", RET, CODE, 16)], [Symbol("_DriverEntry@8", ".text")])
    paths = write(tmp_path, entry=entry, config=structure("x86"))
    argv = [*COMMON_ARGV, "-out:t.sys", f"-subsystem:native,{version}"]
    image = pefile.PE(data=link(paths, LinkOptions.from_argv(argv)).image)
    assert image.OPTIONAL_HEADER.DATA_DIRECTORY[10].Size == size


# --- SafeSEH -------------------------------------------------------------------------------------


def handling(*, safe: bool) -> bytes:
    """x86 code with two exception handlers, one of them listed twice."""
    first = 6
    return build(
        "x86",
        [
            Section(".text", RET * 4, CODE, 16),
            Section(".sxdata", symbol_indexes(first + 2, first + 1), 0x200, 4),
            Section(".sxdata", symbol_indexes(first + 2), 0x200, 4),
        ],
        [
            Symbol("_DriverEntry@8", ".text", type=0x20),
            Symbol("_First", ".text", 16, type=0x20),
            Symbol("_Second", ".text", 32, type=0x20),
            *([feature(1)] if safe else []),
        ],
    )


def with_feature(data: bytes) -> bytes:
    """The object with @feat.00 = 1 appended to its symbols."""
    at, count = struct.unpack_from("<II", data, 8)
    end = at + 18 * count
    symbol = struct.pack("<8sIhHBB", b"@feat.00", 1, -1, 0, 3, 0)
    return data[:12] + struct.pack("<I", count + 1) + data[16:end] + symbol + data[end:]


def test_safe_handlers_are_those_of_lld(tmp_path):
    paths = write(tmp_path, code=handling(safe=True), config=with_feature(structure("x86")))
    ours, theirs = by_both(paths, tmp_path, "x86", "-safeseh")
    mine, his = (table(each.pe, SEH_TABLE, SEH_COUNT) for each in (ours, theirs))
    assert mine == his == [0x1010, 0x1020]
    for each in (ours, theirs):
        assert not each.pe.OPTIONAL_HEADER.DllCharacteristics & 0x400


def test_without_handlers_safeseh_says_so_as_lld_does(tmp_path):
    entry = build(
        "x86", [Section(".text", RET, CODE, 16)], [Symbol("_DriverEntry@8", ".text"), feature(1)]
    )
    paths = write(tmp_path, entry=entry, config=with_feature(structure("x86")))
    ours, theirs = by_both(paths, tmp_path, "x86", "-safeseh")
    for each in (ours, theirs):
        assert table(each.pe, SEH_TABLE, SEH_COUNT) == []
        assert each.pe.OPTIONAL_HEADER.DllCharacteristics & 0x400


def test_an_object_without_the_promise_is_named(tmp_path):
    paths = write(tmp_path, code=handling(safe=False), config=with_feature(structure("x86")))
    argv = [*COMMON_ARGV, "-machine:x86", "-safeseh", "-out:t.sys"]
    with pytest.raises(LinkError) as caught:
        link(paths, LinkOptions.from_argv(argv))
    (mine,) = caught.value.diagnostics
    assert mine.message == f"/safeseh: {paths[0]} is not compatible with SEH"
    command = [peers.require("lld-link"), *argv, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert mine.message in done.stderr


@pytest.mark.parametrize(
    ("safe", "argv", "handlers", "no_seh"),
    [
        (True, [], 2, False),
        (True, ["-safeseh:no"], 0, True),
        (False, [], 0, False),  # accepted, but then nothing can be promised
        (None, [], 0, True),
    ],
)
def test_a_driver_without_an_explicit_safeseh(safe, argv, handlers, no_seh, tmp_path):
    code = handling(safe=bool(safe))
    if safe is None:
        code = build("x86", [Section(".text", RET, CODE, 16)], [Symbol("_DriverEntry@8", ".text")])
    paths = write(tmp_path, code=code, config=with_feature(structure("x86")))
    argv = [*COMMON_ARGV, "-machine:x86", "-out:t.sys", *argv]
    image = pefile.PE(data=link(paths, LinkOptions.from_argv(argv)).image)
    assert len(table(image, SEH_TABLE, SEH_COUNT)) == handlers
    assert bool(image.OPTIONAL_HEADER.DllCharacteristics & 0x400) == no_seh


@pytest.mark.parametrize(("argv", "bit"), [([], 0), (["-integritycheck"], 0x80)])
def test_the_integrity_check_is_asked_for_as_lld_does(argv, bit, tmp_path):
    entry = build("x64", [Section(".text", RET, CODE, 16)], [Symbol("DriverEntry", ".text")])
    ours, theirs = by_both(write(tmp_path, entry=entry), tmp_path, "x64", *argv)
    for each in (ours, theirs):
        assert each.pe.OPTIONAL_HEADER.DllCharacteristics & 0x80 == bit
