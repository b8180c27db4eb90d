"""Range-extension thunks: a call arrives, however far it is, on the machines whose branches are
short; followed by decoding the instructions, in pelink's image and in lld-link's."""

import struct
import subprocess
from itertools import pairwise
from pathlib import Path

import pefile
import pytest

import peers
from coffwriter import BSS, CODE, DATA, Reloc, Section, Symbol, build
from differential.corpus import COMMON_ARGV
from differential.images import publics
from ntbuild import LinkError, link, options_from_argv

BRANCH26, BRANCH19, BRANCH14 = 3, 15, 16
BRANCH20T, BRANCH24T, BLX23T = 18, 20, 21
ADDRESS = {"arm64": 14, "arm": 1}
INSTRUCTIONS = {
    ("arm64", BRANCH26): bytes.fromhex("00000094"),  # bl
    ("arm64", BRANCH19): bytes.fromhex("000000b4"),  # cbz x0
    ("arm64", BRANCH14): bytes.fromhex("00000036"),  # tbz w0, #0
    ("arm", BRANCH24T): bytes.fromhex("00f000d0"),  # bl
    ("arm", BLX23T): bytes.fromhex("00f000c0"),  # blx, spelled as compilers do
    ("arm", BRANCH20T): bytes.fromhex("00f00080"),  # beq.w
}
REACH = {
    ("arm64", BRANCH26): 1 << 27,
    ("arm64", BRANCH19): 1 << 20,
    ("arm64", BRANCH14): 1 << 15,
    ("arm", BRANCH24T): 1 << 24,
    ("arm", BLX23T): 1 << 24,
    ("arm", BRANCH20T): 1 << 20,
}
CASES = sorted(REACH)


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def branch_target(machine: str, kind: int, code: bytes, place: int) -> int:
    """The RVA that a branch instruction leads to."""
    if machine == "arm64":
        (word,) = struct.unpack_from("<I", code)
        bits, shift = {BRANCH26: (26, 0), BRANCH19: (19, 5), BRANCH14: (14, 5)}[kind]
        return place + 4 * signed(word >> shift & ((1 << bits) - 1), bits)
    first, second = struct.unpack_from("<HH", code)
    sign, j1, j2 = first >> 10 & 1, second >> 13 & 1, second >> 11 & 1
    if kind == BRANCH20T:
        value = sign << 20 | j2 << 19 | j1 << 18 | (first & 0x3F) << 12 | (second & 0x7FF) << 1
        return place + 4 + signed(value, 21)
    i1, i2 = 1 ^ j1 ^ sign, 1 ^ j2 ^ sign
    value = sign << 24 | i1 << 23 | i2 << 22 | (first & 0x3FF) << 12 | (second & 0x7FF) << 1
    return place + 4 + signed(value, 25)


def thunk_target(machine: str, image: pefile.PE, rva: int) -> int | None:
    """Where a thunk at an RVA leads to; None when the code there is none."""
    code = image.get_data(rva, 12)
    if machine == "arm64":
        adrp, add, jump = struct.unpack("<3I", code)
        if (adrp & 0x9F00001F, add & 0xFFC003FF, jump) != (0x90000010, 0x91000210, 0xD61F0200):
            return None
        pages = signed((adrp >> 5 & 0x7FFFF) << 2 | adrp >> 29 & 3, 21)
        return (rva & -0x1000) + pages * 0x1000 + (add >> 10 & 0xFFF)
    halves = struct.unpack("<6H", code)
    if (halves[0] & 0xFBF0, halves[2] & 0xFBF0) != (0xF240, 0xF2C0):
        return None
    low, high = (
        (a & 0xF) << 12 | (a >> 10 & 1) << 11 | (b >> 12 & 7) << 8 | b & 0xFF
        for a, b in (halves[0:2], halves[2:4])
    )
    value = high << 16 | low
    if halves[4] == 0x4760:  # bx ip
        assert value & 1
        return (value & ~1) - image.OPTIONAL_HEADER.ImageBase
    assert halves[4] == 0x44E7  # add pc, ip, as lld-link has it
    return (rva + 12 + value) & 0xFFFFFFFE


def final_target(machine: str, kind: int, image: pefile.PE, place: int) -> tuple[int, int]:
    """(where a branch leads in the end, how many thunks are on the way)."""
    at = branch_target(machine, kind, image.get_data(place, 4), place)
    count = 0
    while True:
        onward = thunk_target(machine, image, at)
        if onward is None:
            return at, count
        at, count = onward, count + 1
        assert count < 4


def far_apart(machine: str, kind: int) -> list[bytes]:
    """Two code sections with uninitialised data between them, so that the files stay small.

    There are calls from each to the other, and to a neighbour.
    """
    call = INSTRUCTIONS[machine, kind]
    code = call * 3 + bytes(4)
    here = [Reloc(0, "Far", kind), Reloc(4, "Far", kind), Reloc(8, "Near", kind)]
    there = [Reloc(0, "DriverEntry", kind), Reloc(4, "Near", kind), Reloc(8, "Far", kind)]
    return [
        build(
            machine,
            [
                Section(".text", code, CODE, 4, here),
                Section(".text", bytes(16), CODE, 4),
                Section(".data", bytes(8), DATA, 8, [Reloc(0, "Room", ADDRESS[machine])]),
            ],
            [
                Symbol("DriverEntry", 1, type=0x20),
                Symbol("Near", 2, type=0x20),
                Symbol("Kept", ".data"),
                Symbol("Far"),
                Symbol("Room"),
            ],
        ),
        build(
            machine,
            [Section(".bss", b"", BSS, 4, size=REACH[machine, kind] + 0x2000)],
            [Symbol("Room", ".bss")],
        ),
        build(
            machine,
            [Section("far", code, CODE, 4, there)],
            [Symbol("Far", "far", type=0x20), Symbol("DriverEntry"), Symbol("Near")],
        ),
    ]


def write(folder: Path, objects: list[bytes]) -> list[Path]:
    paths = []
    for number, data in enumerate(objects):
        paths.append(folder / f"{number}.obj")
        paths[-1].write_bytes(data)
    return paths


def by_both(paths, machine, *argv):
    argv = (*COMMON_ARGV, f"-machine:{machine}", "-opt:noref", *argv)
    result = link(paths, options_from_argv([*argv, "-out:t.sys"]))
    folder = paths[0].parent
    command = [peers.require("lld-link"), *argv, "-out:lld.sys", "-map:lld.map", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    found = []
    texts = (result.map, (folder / "lld.map").read_text())
    for data, text in zip((result.image, (folder / "lld.sys").read_bytes()), texts, strict=True):
        image = pefile.PE(data=data, fast_load=True)
        found.append((image, publics(text, image.OPTIONAL_HEADER.ImageBase)))
    return found


@pytest.mark.parametrize(("machine", "kind"), CASES)
def test_branches_arrive_in_both_images(machine, kind, tmp_path):
    both = by_both(write(tmp_path, far_apart(machine, kind)), machine)
    for image, names in both:
        ours = image is both[0][0]
        for source, goals in (
            ("DriverEntry", ("Far", "Far", "Near")),
            ("Far", ("DriverEntry", "Near", "Far")),
        ):
            for at, goal in zip((0, 4, 8), goals, strict=True):
                found, thunks = final_target(machine, kind, image, names[source] + at)
                assert found == names[goal], (source, goal)
                apart = abs(names[goal] - names[source]) > 0x1000
                # lld-link's margin is wide: it also takes thunks to places that are near.
                assert thunks == int(apart) or not ours


@pytest.mark.parametrize(("machine", "kind"), CASES)
def test_thunks_are_shared_and_stay_in_the_callers_section(machine, kind, tmp_path):
    paths = write(tmp_path, far_apart(machine, kind))
    argv = [*COMMON_ARGV, f"-machine:{machine}", "-opt:noref", "-out:t.sys"]
    result = link(paths, options_from_argv(argv))
    image = pefile.PE(data=result.image)
    names = publics(result.map, image.OPTIONAL_HEADER.ImageBase)
    near = names["DriverEntry"]
    first, second = (
        branch_target(machine, kind, image.get_data(near + at, 4), near + at) for at in (0, 4)
    )
    assert first == second
    text = image.sections[0]
    assert text.VirtualAddress <= first < text.VirtualAddress + text.Misc_VirtualSize
    assert final_target(machine, kind, image, near)[0] == names["Far"]
    far = next(s for s in image.sections if s.Name.startswith(b"far"))
    back = branch_target(machine, kind, image.get_data(names["Far"], 4), names["Far"])
    assert far.VirtualAddress <= back < far.VirtualAddress + far.Misc_VirtualSize
    assert image.verify_checksum()
    if machine == "arm":  # an absolute address in code: the loader must fix it
        fixed = {e.rva for block in image.DIRECTORY_ENTRY_BASERELOC for e in block.entries}
        assert {first, back} <= fixed


def chain(machine: str, kind: int, pieces: int, size: int) -> list[bytes]:
    """One text of many contributions, each of which calls the first, the last and the next."""
    call = INSTRUCTIONS[machine, kind]
    objects = []
    for number in range(pieces):
        goals = ["F0", f"F{pieces - 1}", f"F{(number + 1) % pieces}"]
        relocations = [Reloc(4 * at, goal, kind) for at, goal in enumerate(goals)]
        symbols = [Symbol(f"F{number}", ".text", type=0x20)]
        symbols += [Symbol(goal) for goal in dict.fromkeys(goals) if goal != f"F{number}"]
        if number == 0:
            symbols.append(Symbol("DriverEntry", ".text", type=0x20))
        code = (call * 3).ljust(size, b"\0")
        objects.append(build(machine, [Section(".text", code, CODE, 4, relocations)], symbols))
    return objects


@pytest.mark.parametrize(
    ("machine", "kind", "pieces", "size"),
    [
        ("arm64", BRANCH14, 40, 0xC00),
        ("arm64", BRANCH14, 400, 0x100),
        ("arm64", BRANCH14, 1500, 0x80),
        ("arm64", BRANCH19, 40, 0x10000),
        ("arm", BRANCH20T, 40, 0x10000),
        ("arm", BRANCH20T, 800, 0x1000),
        ("arm", BRANCH24T, 20, 0x100000),
    ],
)
def test_long_code_reaches_everywhere_with_few_thunks(machine, kind, pieces, size, tmp_path):
    paths = write(tmp_path, chain(machine, kind, pieces, size))
    argv = [*COMMON_ARGV, f"-machine:{machine}", "-opt:noref", "-out:t.sys"]
    result = link(paths, options_from_argv(argv))
    image = pefile.PE(data=result.image, fast_load=True)
    names = publics(result.map, image.OPTIONAL_HEADER.ImageBase)
    thunks = set()
    for number in range(pieces):
        goals = (0, pieces - 1, (number + 1) % pieces)
        for at, goal in zip((0, 4, 8), goals, strict=True):
            place = names[f"F{number}"] + at
            first = branch_target(machine, kind, image.get_data(place, 4), place)
            found, count = final_target(machine, kind, image, place)
            assert found == names[f"F{goal}"]
            if count:
                thunks.add(first)
    # Two targets, and each thunk serves the reach on either side of it.
    length = pieces * size
    assert 2 <= len(thunks) <= 2 + 3 * length // REACH[machine, kind]
    starts = [names[f"F{number}"] for number in range(pieces)]
    assert all(size <= b - a <= size + 12 * len(thunks) for a, b in pairwise(starts))


def test_the_image_is_the_same_again(tmp_path):
    paths = write(tmp_path, chain("arm64", BRANCH14, 100, 0x400))
    argv = [*COMMON_ARGV, "-machine:arm64", "-opt:noref", "-out:t.sys"]
    images = {link(paths, options_from_argv(argv)).image for _ in range(3)}
    assert len(images) == 1


def test_a_near_image_has_no_thunks(tmp_path):
    paths = write(tmp_path, chain("arm64", BRANCH26, 10, 0x400))
    argv = [*COMMON_ARGV, "-machine:arm64", "-opt:noref", "-out:t.sys"]
    image = pefile.PE(data=link(paths, options_from_argv(argv)).image)
    assert image.sections[0].Misc_VirtualSize == 10 * 0x400


@pytest.mark.parametrize("machine", ["arm64", "arm"])
def test_a_contribution_larger_than_its_reach_is_an_error(machine, tmp_path):
    kind = BRANCH14 if machine == "arm64" else BRANCH20T
    room = REACH[machine, kind] + 0x1000
    code = bytes(room) + INSTRUCTIONS[machine, kind] + bytes(room)
    large = build(
        machine,
        [
            Section(".text", code, CODE, 4, [Reloc(room, "Other", kind)]),
            Section(".text", bytes(16), CODE, 4),
        ],
        [Symbol("DriverEntry", 1, type=0x20), Symbol("Other", 2, type=0x20)],
    )
    paths = write(tmp_path, [large])
    argv = [*COMMON_ARGV, f"-machine:{machine}", "-opt:noref", "-out:t.sys"]
    with pytest.raises(LinkError) as caught:
        link(paths, options_from_argv(argv))
    (error,) = caught.value.diagnostics
    assert "out of range" in error.message


def test_a_branch_past_its_symbol_gets_no_thunk(tmp_path):
    """A thunk leads to the symbol; where the field adds something it would be a wrong place."""
    objects = far_apart("arm64", BRANCH26)
    at = objects[0].index(INSTRUCTIONS["arm64", BRANCH26])
    objects[0] = objects[0][:at] + bytes.fromhex("02000094") + objects[0][at + 4 :]
    argv = [*COMMON_ARGV, "-machine:arm64", "-opt:noref", "-out:t.sys"]
    with pytest.raises(LinkError, match="out of range"):
        link(write(tmp_path, objects), options_from_argv(argv))
