"""Which definition a name gets, and what stands in which order: COMDATs, weak externals, commons,
groups, archives; each decided as lld-link decides it, or for a reason that is named."""

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

import peers
from coffwriter import (
    ANY,
    ASSOCIATIVE,
    BSS,
    CODE,
    DATA,
    EXACT_MATCH,
    INFO,
    LARGEST,
    RDATA,
    SAME_SIZE,
    Reloc,
    Section,
    Symbol,
    build,
)
from differential.compare import assert_equal_but_for_reasons
from differential.corpus import COMMON_ARGV, LLD_ARGV, link_both
from differential.images import Image
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pecoff.machine import MACHINES

ADDRESS = {"x64": 1, "x86": 6, "arm64": 14, "arm": 1}
RELATIVE = {"x64": 3, "x86": 7, "arm64": 2, "arm": 2}
RET = bytes(16)


def entry_object(machine: str, *names: str, drectve: str = "", extra=(), **words) -> bytes:
    """DriverEntry, and pointers to every name in .data."""
    prefix = MACHINES[machine].symbol_prefix
    pointers = [Reloc(8 * at, name, ADDRESS[machine]) for at, name in enumerate(names)]
    sections = [
        Section(".text", RET, CODE, 16, [Reloc(0, ".data", RELATIVE[machine])]),
        Section(".data", bytes(8 * len(names) + 8), DATA, 8, pointers),
    ]
    if drectve:
        sections.append(Section(".drectve", drectve.encode(), INFO))
    own = {symbol.name for symbol in extra}
    return build(
        machine,
        sections,
        [
            Symbol(prefix + "DriverEntry" + ("@8" if prefix else ""), ".text", type=0x20),
            *(Symbol(name) for name in names if name not in own),
            *extra,
        ],
        **words,
    )


def write(folder: Path, **objects: bytes) -> list[Path]:
    """Objects in files of their names."""
    for name, data in objects.items():
        (folder / f"{name}.obj").write_bytes(data)
    return [folder / f"{name}.obj" for name in objects]


def both(folder, machine, paths, *argv, libraries=(), members=None):
    ours, theirs, objects = link_both(paths, libraries, folder, machine, *argv, members=members)
    assert_equal_but_for_reasons(ours, theirs, objects)
    return ours, theirs


def comdat(machine: str, selection: int, data: bytes, *, chain: bool = False) -> bytes:
    sections = [Section(".rdata$pick", data, RDATA, 4, comdat=selection)]
    if chain:
        sections += [
            Section(".rdata$b", b"second" + data, RDATA, 4, comdat=ASSOCIATIVE, parent=1),
            Section(".rdata$c", b"third" + data, RDATA, 4, comdat=ASSOCIATIVE, parent=2),
        ]
    return build(machine, sections, [Symbol("Picked", ".rdata$pick")])


@pytest.mark.parametrize("chain", [False, True])
@pytest.mark.parametrize(
    ("selection", "first", "second", "winner"),
    [
        (ANY, b"one.", b"other...", "first"),
        (SAME_SIZE, b"one.", b"two.", "first"),
        (EXACT_MATCH, b"same", b"same", "first"),
        (LARGEST, b"one.", b"larger..", "second"),
        (LARGEST, b"larger..", b"one.", "first"),
        (LARGEST, b"one.", b"two.", "first"),
    ],
)
def test_of_comdats_the_same_one_wins(selection, first, second, winner, chain, tmp_path):
    paths = write(
        tmp_path,
        main=entry_object("x64", "Picked"),
        first=comdat("x64", selection, first, chain=chain),
        second=comdat("x64", selection, second, chain=chain),
    )
    ours, _ = both(tmp_path, "x64", paths)
    key = (str(tmp_path / f"{winner}.obj"), 1)
    assert ours.names["Picked"] == ours.contributions[key]
    assert len(ours.contributions) == (5 if chain else 3)


@pytest.mark.parametrize(
    ("selection", "first", "second"),
    [(1, b"one.", b"one."), (SAME_SIZE, b"one.", b"larger.."), (EXACT_MATCH, b"one.", b"two.")],
)
def test_comdats_that_may_not_differ_are_duplicates(selection, first, second, tmp_path):
    paths = write(
        tmp_path,
        main=entry_object("x64", "Picked"),
        first=comdat("x64", selection, first),
        second=comdat("x64", selection, second),
    )
    _assert_duplicate(paths, "Picked")


def test_two_definitions_are_duplicates(tmp_path):
    defining = build("x64", [Section(".data", b"1234")], [Symbol("Twice", ".data")])
    paths = write(tmp_path, main=entry_object("x64", "Twice"), one=defining, other=defining)
    _assert_duplicate(paths, "Twice")


def _assert_duplicate(paths: list[Path], name: str) -> None:
    with pytest.raises(LinkError) as caught:
        link(paths, options_from_argv(COMMON_ARGV))
    (mine,) = caught.value.diagnostics
    assert mine.message == f"duplicate symbol: {name}"
    files = [str(path) for path in paths[1:]]
    assert [note.removeprefix("defined at ") for note in mine.notes] == files
    out = f"-out:{paths[0].parent / 'none.sys'}"
    command = [peers.require("lld-link"), *COMMON_ARGV, *LLD_ARGV, out, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert f"error: duplicate symbol: {name}" in done.stderr


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("search", [1, 2, 3])
def test_a_weak_external_takes_its_default_or_a_definition(search, machine, tmp_path):
    weak = [
        Symbol("Fallback", ".text", 8),
        Symbol("Weak", weak="Fallback", search=search),
        Symbol("Overridden", weak="Fallback", search=search),
        Symbol("Elsewhere"),
        Symbol("Far", weak="Elsewhere", search=search),
    ]
    paths = write(
        tmp_path,
        main=entry_object(machine, "Weak", "Overridden", "Far", extra=weak),
        strong=build(machine, [Section(".data", b"strong..")], [Symbol("Overridden", ".data")]),
        other=build(machine, [Section(".data", b"other...")], [Symbol("Elsewhere", ".data", 4)]),
    )
    both(tmp_path, machine, paths)


@pytest.mark.parametrize("machine", MACHINES)
def test_commons_are_as_large_and_as_aligned_as_asked_for(machine, tmp_path):
    directives = ' -aligncomm:"Aligned",6 -aligncomm:Plain,4 '
    paths = write(
        tmp_path,
        main=entry_object(
            machine,
            "Grown",
            "Aligned",
            "Plain",
            "Given",
            drectve=directives,
            extra=[Symbol(n, 0, s) for n, s in [("Grown", 8), ("Aligned", 24), ("Plain", 3)]]
            + [Symbol("Given", 0, 16)],
        ),
        second=build(
            machine,
            [Section(".data", b"given", DATA, 4)],
            [Symbol("Grown", 0, 100), Symbol("Aligned", 0, 12), Symbol("Given", ".data")],
        ),
    )
    ours, theirs = both(tmp_path, machine, paths)
    for image in (ours, theirs):
        assert image.names["Aligned"] % 64 == 0
        assert image.names["Plain"] % 16 == 0
        assert image.names["Grown"] % 32 == 0
        starts = sorted(image.names[name] for name in ("Grown", "Aligned", "Plain"))
        sizes = {image.names["Grown"]: 100, image.names["Aligned"]: 24, image.names["Plain"]: 3}
        assert all(one + sizes[one] <= other for one, other in pairwise(starts))


def test_absolute_symbols_are_values(tmp_path):
    extra = [Symbol("Absolute", -1, 0x12345678)]
    paths = write(
        tmp_path,
        main=entry_object("x64", "Absolute", "Foreign", extra=extra),
        other=build("x64", [], [Symbol("Foreign", -1, 0xFFFF0000)]),
    )
    ours, _ = both(tmp_path, "x64", paths)
    assert ours.pe.OPTIONAL_HEADER.DATA_DIRECTORY[5].Size == 0  # nothing to fix at load time


def order(image: Image) -> list[tuple[str, int]]:
    """The contributions by address."""
    placed = sorted((rva, key) for key, rva in image.contributions.items())
    return [(Path(name).name, number) for _, (name, number) in placed]


@pytest.mark.parametrize("machine", ["x64", "arm"])
def test_groups_are_sorted_by_what_follows_the_dollar(machine, tmp_path):
    names = [".rdata$z", ".rdata", ".rdata$a", ".rdata$B", ".rdata$zz", ".rdata$", ".rdata$a"]
    names += [".mine$b", ".mine", ".mine$a", ".text$z", ".text$a", ".text", ".data$x", ".data"]
    paths = write(
        tmp_path,
        main=entry_object(machine),
        **{
            f"groups{number}": build(
                machine,
                [
                    Section(
                        name,
                        f"{name} of {number}".encode().ljust(24),
                        CODE if name.startswith(".text") else DATA if "data" in name[:5] else RDATA,
                        8,
                    )
                    for name in (names if number else reversed(names))
                ],
            )
            for number in range(2)
        },
    )
    ours, theirs = both(tmp_path, machine, paths, "-opt:noref")
    assert order(ours) == order(theirs)


def test_uninitialised_data_takes_no_room_in_the_file(tmp_path):
    paths = write(
        tmp_path,
        main=entry_object("x64", "Big", "Small"),
        other=build(
            "x64",
            [Section(".bss", b"", BSS, 64, size=0x5000), Section(".data", b"small", DATA, 4)],
            [Symbol("Big", ".bss"), Symbol("Small", ".data")],
        ),
    )
    ours, theirs = both(tmp_path, "x64", paths)
    for image in (ours, theirs):
        data = next(s for s in image.pe.sections if s.Name.startswith(b".data"))
        assert data.Misc_VirtualSize >= 0x5000
        assert data.SizeOfRawData == 0x200


@pytest.mark.parametrize("machine", MACHINES)
def test_bigobj_is_read_like_any_object(machine, tmp_path):
    many = [
        Section(f".rdata$s{number}", b"%08d" % number, RDATA, 8, comdat=ANY)
        for number in range(300)
    ]
    symbols = [Symbol(f"Name{number}", f".rdata$s{number}") for number in range(300)]
    paths = write(
        tmp_path,
        main=entry_object(machine, "Name3", "Name299", bigobj=True),
        big=build(machine, many, symbols, bigobj=True),
    )
    ours, _ = both(tmp_path, machine, paths)
    assert len(ours.contributions) == 4


def _member(name: str, *needs: str) -> bytes:
    pointers = [Reloc(8 * at, need, 1) for at, need in enumerate(needs)]
    return build(
        "x64",
        [Section(".data", bytes(8 * len(needs) + 8), DATA, 8, pointers)],
        [Symbol(name, ".data"), *(Symbol(need) for need in needs)],
    )


@pytest.mark.parametrize("needed", [("Zed", "Beta"), ("Zed", "Alpha", "Inner"), ("Gamma", "Deep")])
@pytest.mark.parametrize("kind", ["gnu", "llvm-lib"])
def test_archive_members_are_pulled_in_the_same_order(kind, needed, tmp_path):
    first = {
        "z": _member("Zed", "Inner", "Alpha"),
        "a": _member("Alpha", "Deep", "Beta"),
        "u": _member("Unused", "Missing"),
        "i": _member("Inner"),
    }
    second = {"b": _member("Beta", "Gamma"), "d": _member("Deep"), "g": _member("Gamma", "Zed")}
    archives, members = [], {}
    for number, parts in enumerate((first, second)):
        archive = tmp_path / f"lib{number}.lib"
        files = write(tmp_path, **parts)
        if kind == "gnu":
            command = [peers.require("llvm-ar"), "--format=gnu", "rcs", str(archive)]
        else:
            command = [peers.require("llvm-lib"), f"/out:{archive}"]
        archives.append(archive)
        names = [path.name for path in files]
        subprocess.run([*command, *names], check=True, cwd=tmp_path)
        members |= {f"{archive}({name}.obj)": data for name, data in parts.items()}
    paths = write(tmp_path, main=entry_object("x64", *needed))
    ours, theirs = both(tmp_path, "x64", paths, libraries=archives, members=members)
    assert not any("(u.obj)" in name for name, _ in ours.contributions)
    assert order(ours) == order(theirs)
