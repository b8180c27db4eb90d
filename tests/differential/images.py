"""One link by pelink and by a peer, both seen the same way: bytes, names and contributions.

Names come from each linker's own map. Where contributions stand comes from lld-link's /lldmap,
and for pelink from its layout. A place in an image is then called by what stands there (object,
section, offset), so that two images with different addresses can be compared.
"""

import re
import struct
import subprocess
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from unittest import mock

import pefile

import peers
from differential.objects import Object, ObjectSection
from ntbuild import options_from_argv
from ntbuild.pelink import pipeline
from ntbuild.pelink.model import Layout, Tables

Key = tuple[str, int]
"""A contribution: the object's name and the one-based number of the section in it."""

Place = tuple[str | int, ...]
"""What stands somewhere: a contribution and an offset, or a name, or an import slot."""

_PUBLIC = re.compile(r" ([0-9a-f]{4}):[0-9a-f]{8}\s+(\S+)\s+([0-9a-f]{8,16})\s", re.IGNORECASE)
_CHUNK = re.compile(r"([0-9a-f]{8}) ([0-9a-f]{8})\s+\d+ {9}(\S.*):\((.*)\)$")
_LD_CHUNK = re.compile(r"^ (\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$", re.MULTILINE)
_LD_SYMBOL = re.compile(r"^ {16}0x([0-9a-f]+) {16}([^\s=]+)$", re.MULTILINE)
_SYMBOL = re.compile(r"[0-9a-f]{8} [0-9a-f]{8}\s+\d+ {17}(\S.*)$")


LOADER_FIELDS = (
    "ImageBase",
    "SectionAlignment",
    "FileAlignment",
    "MajorOperatingSystemVersion",
    "MinorOperatingSystemVersion",
    "MajorImageVersion",
    "MinorImageVersion",
    "MajorSubsystemVersion",
    "MinorSubsystemVersion",
    "Subsystem",
    "DllCharacteristics",
    "SizeOfStackReserve",
    "SizeOfStackCommit",
    "SizeOfHeapReserve",
    "SizeOfHeapCommit",
    "LoaderFlags",
    "NumberOfRvaAndSizes",
)
"""Fields of the optional header that tell the loader something and do not depend on sizes."""


@dataclass
class Image:
    """An image with what is known about its making; all addresses are RVAs."""

    data: bytes
    names: Mapping[str, int]
    contributions: Mapping[Key, int]
    sizes: Mapping[Key, int] = field(repr=False)

    @cached_property
    def pe(self) -> pefile.PE:
        return pefile.PE(data=self.data)

    @cached_property
    def base(self) -> int:
        return self.pe.OPTIONAL_HEADER.ImageBase

    @cached_property
    def memory(self) -> bytes:
        """The image as it is loaded, at RVA 0 (not relocated)."""
        memory = bytearray(self.pe.OPTIONAL_HEADER.SizeOfImage)
        for each in self.pe.sections:
            raw = each.get_data()[: each.Misc_VirtualSize]
            memory[each.VirtualAddress : each.VirtualAddress + len(raw)] = raw
        return bytes(memory)

    def section_of(self, rva: int) -> tuple[int, int]:
        """(one-based number, RVA) of the section at an RVA; zeros for none."""
        for number, each in enumerate(self.pe.sections, 1):
            if each.VirtualAddress <= rva < each.VirtualAddress + max(each.Misc_VirtualSize, 1):
                return number, each.VirtualAddress
        return 0, 0

    def section_name(self, rva: int) -> str:
        number, _ = self.section_of(rva)
        return self.pe.sections[number - 1].Name.rstrip(b"\0").decode() if number else ""

    @cached_property
    def _starts(self) -> tuple[list[int], list[Key]]:
        filled = sorted((rva, key) for key, rva in self.contributions.items() if self.sizes[key])
        return [rva for rva, _ in filled], [key for _, key in filled]

    @cached_property
    def _names_at(self) -> dict[int, str]:
        return {rva: name for name, rva in sorted(self.names.items(), reverse=True)}

    @cached_property
    def slots(self) -> dict[int, Place]:
        """What each import address slot is for."""
        found: dict[int, Place] = {}
        for module in getattr(self.pe, "DIRECTORY_ENTRY_IMPORT", []):
            for each in module.imports:
                found[each.address - self.base] = (
                    "slot",
                    module.dll.decode().lower(),
                    each.name.decode() if each.name else each.ordinal,
                )
        return found

    def _thunk(self, rva: int) -> Place | None:
        """The import that x86 or x64 code at, or 2 bytes before, an RVA jumps through."""
        for start in (rva, rva - 2):
            if self.memory[start : start + 2] == b"\xff\x25":
                operand = int.from_bytes(self.memory[start + 2 : start + 6], "little", signed=True)
                wide = self.pe.FILE_HEADER.Machine == 0x8664
                slot = start + 6 + operand if wide else operand - self.base
                if slot in self.slots:
                    return ("thunk", *self.slots[slot], rva - start)
        return None

    def place(self, rva: int) -> Place:
        """What stands at an RVA."""
        if rva == 0:
            return ("image",)
        if rva in self.slots:
            return self.slots[rva]
        starts, keys = self._starts
        row = bisect_right(starts, rva) - 1
        if row >= 0 and rva < starts[row] + self.sizes[keys[row]]:
            return (*keys[row], rva - starts[row])
        thunk = self._thunk(rva)
        if thunk:
            return thunk
        if rva in self._names_at:
            return ("name", self._names_at[rva])
        if rva & 1 and rva - 1 in self._names_at:  # a Thumb address
            return ("name", self._names_at[rva - 1])
        row = bisect_right(sorted(self._names_at), rva) - 1
        nearest = sorted(self._names_at)[row] if row >= 0 else 0
        return ("near", self._names_at.get(nearest, ""), rva - nearest)


def publics(text: str, base: int) -> dict[str, int]:
    """Names and RVAs of a map in link.exe's form."""
    text = text.partition("Static symbols")[0]
    return {name: int(address, 16) - base for _, name, address in _PUBLIC.findall(text)}


def _base(data: bytes) -> int:
    return pefile.PE(data=data, fast_load=True).OPTIONAL_HEADER.ImageBase


def by_pelink(inputs: Sequence[Path], argv: Sequence[str], objects: Mapping[str, Object]) -> Image:
    """The image that pelink makes; its layout is caught on the way from pass to pass."""
    caught = []
    passing = pipeline.emit

    def emit(*values, **named):
        caught.extend(values)
        return passing(*values, **named)

    with mock.patch.object(pipeline, "emit", emit):
        result = pipeline.link(inputs, options_from_argv(argv))
    tables = next(each for each in caught if isinstance(each, Tables))
    layout = next(each for each in caught if isinstance(each, Layout))
    columns, first = tables.objects.sections, tables.objects.objects.first_section
    contributions, sizes = {}, {}
    for row in range(len(columns)):
        owner = int(columns.object[row])
        name = tables.objects.objects.origins[owner].name
        if name in objects and layout.number[row]:
            key = (name, row - int(first[owner]) + 1)
            contributions[key], sizes[key] = int(layout.rva[row]), int(columns.size[row])
    return Image(result.image, publics(result.map, _base(result.image)), contributions, sizes)


def by_lld(
    inputs: Sequence[Path], argv: Sequence[str], objects: Mapping[str, Object], folder: Path
) -> Image:
    """The image that lld-link makes."""
    out, names, chunks = folder / "lld.sys", folder / "lld.map", folder / "lld.chunks"
    files = [f"-out:{out}", f"-map:{names}", f"-lldmap:{chunks}"]
    command = [peers.require("lld-link"), "-demangle:no", *argv, *files, *map(str, inputs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    data = out.read_bytes()
    contributions = _matched(chunks.read_text(), objects)
    sizes = _sizes(contributions, objects)
    return Image(data, publics(names.read_text(), _base(data)), contributions, sizes)


def by_ld(
    inputs: Sequence[Path],
    argv: Sequence[str],
    machine: str,
    objects: Mapping[str, Object],
    folder: Path,
) -> Image:
    """The image that GNU ld makes; ``argv`` in its own spelling."""
    out, names = folder / "ld.sys", folder / "ld.map"
    command = [
        peers.require(f"ld-{machine}"),
        "--no-demangle",
        *argv,
        "-o",
        str(out),
        "-Map",
        str(names),
    ]
    done = subprocess.run(
        [*command, *map(str, inputs)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    data, text = out.read_bytes(), names.read_text().partition("memory map")[2]
    base = _base(data)
    rows: dict[tuple[str, str], list[tuple[int, int, list[str]]]] = {}
    for section, address, size, name in _LD_CHUNK.findall(text):
        if int(size, 16):
            rows.setdefault((name, section), []).append(
                (int(address, 16) - base, int(size, 16), [])
            )
    contributions = _told_apart(rows, objects)
    known = {name: int(address, 16) - base for address, name in _LD_SYMBOL.findall(text)}
    return Image(data, known, contributions, _sizes(contributions, objects))


def _sizes(contributions: Mapping[Key, int], objects: Mapping[str, Object]) -> dict[Key, int]:
    return {key: len(_section(objects, key).data) for key in contributions}


def _section(objects: Mapping[str, Object], key: Key) -> ObjectSection:
    return objects[key[0]].sections[key[1] - 1]


def _matched(text: str, objects: Mapping[str, Object]) -> dict[Key, int]:
    """RVAs by contribution, from the text of /lldmap."""
    groups: dict[tuple[str, str], list[tuple[int, int, list[str]]]] = {}
    current: list[str] = []
    for line in text.splitlines():
        chunk, symbol = _CHUNK.match(line), _SYMBOL.match(line)
        if chunk:
            current = []
            rva, size, name, section = chunk.groups()
            name = next((each for each in objects if each.endswith(f"({name})")), name)
            groups.setdefault((name, section), []).append((int(rva, 16), int(size, 16), current))
        elif symbol:
            current.append(symbol[1])
    return _told_apart(groups, objects)


def _told_apart(
    groups: Mapping[tuple[str, str], list[tuple[int, int, list[str]]]],
    objects: Mapping[str, Object],
) -> dict[Key, int]:
    """RVAs by contribution. Sections of one name are distinguished by order, size and symbols.

    Groups are (RVA, size, symbols) by the names of object and section.
    """
    found: dict[Key, int] = {}
    for (name, section), rows in groups.items():
        if name not in objects or section == "COMMON":
            continue
        subject = objects[name]
        owned: dict[int, set[str]] = {}
        for each in subject.symbols.values():
            owned.setdefault(each.section, set()).add(each.name)
        numbers = [n for n, each in enumerate(subject.sections, 1) if each.name == section]
        for rva, size, symbols in sorted(rows, key=lambda row: not row[2]):
            number = next(
                n
                for n in numbers
                if len(subject.sections[n - 1].data) == size and set(symbols) <= owned.get(n, set())
            )
            numbers.remove(number)
            found[name, number] = rva
    return found


def as_dwords(data: bytes) -> list[int]:
    """The little-endian 32-bit numbers in bytes."""
    return [number for (number,) in struct.iter_unpack("<I", data)]
