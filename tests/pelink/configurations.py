"""A load configuration for links of tests, and its fields and tables in the images that come out.

64-bit machines have wider fields, so an offset is a pair: 32 and 64 bits.
"""

import struct
import subprocess
from pathlib import Path

import pefile

import peers
from coffwriter import RDATA, Reloc, Section, Symbol, build
from differential.corpus import COMMON_ARGV
from differential.images import Image, publics
from ntbuild import link, options_from_argv
from ntbuild.pecoff.machine import MACHINES

ADDRESS = {"x64": 1, "x86": 6, "arm64": 14, "arm": 1}
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


def write(folder: Path, **objects: bytes) -> list[Path]:
    for name, data in objects.items():
        (folder / f"{name}.obj").write_bytes(data)
    return [folder / f"{name}.obj" for name in objects]


def by_both(paths: list[Path], folder: Path, machine: str, *argv: str) -> tuple[Image, Image]:
    """The images of pelink and lld-link with the public names of each."""
    if machine == "x86" and "-safeseh" not in argv:
        argv = ("-safeseh:no", *argv)  # lld-link asks it of every object
    argv = (*COMMON_ARGV, f"-machine:{machine}", "-opt:noref", *argv)
    result = link(paths, options_from_argv([*argv, "-out:t.sys"]))
    command = [peers.require("lld-link"), *argv, "-out:lld.sys", "-map:lld.map", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    images = []
    texts = [result.map, (folder / "lld.map").read_text()]
    for data, text in zip([result.image, (folder / "lld.sys").read_bytes()], texts, strict=True):
        base = pefile.PE(data=data, fast_load=True).OPTIONAL_HEADER.ImageBase
        images.append(Image(data, publics(text, base), {}, {}))
    return images[0], images[1]
