"""A PE image of an ELF program: segments become sections, ``RELATIVE`` becomes DIR64.

    image = image_of_elf(Path("boot.elf").read_bytes(), "boot.elf", IMAGE_SUBSYSTEM.EFI_APPLICATION)

The program's addresses are moved up by whole pages, so that there is room for the PE headers before
them: distances between code and data stay as they are. Sections follow each other without a gap, as
loaders of kernels want it.
"""

import hashlib
from itertools import groupby
from struct import pack, pack_into, unpack_from
from typing import Final

from ntbuild.pecoff.constants import IMAGE_SUBSYSTEM
from ntbuild.pecoff.image.checksum import checksum
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.values import dataclass

from .read import EXECUTE, READ, WRITE, Program, read_program

_PAGE: Final = 4096
_FILE_ALIGNMENT: Final = 512
_NT: Final = 0x80
_OPTIONAL: Final = 240
_MOST_SECTIONS: Final = 40
_CODE, _DATA, _RELOCATIONS = 0x20, 0x40, 0x42000040
_EXECUTE, _READ, _WRITE = 0x20000000, 0x40000000, 0x80000000
_EXECUTABLE: Final = 0x22
"""IMAGE_FILE_EXECUTABLE_IMAGE and IMAGE_FILE_LARGE_ADDRESS_AWARE."""
_CHARACTERISTICS: Final = 0x160
"""HIGH_ENTROPY_VA, DYNAMIC_BASE, NX_COMPAT."""


@dataclass(frozen=True, slots=True)
class _Section:
    name: bytes
    rva: int
    size: int
    content: bytearray
    flags: int


def image_of_elf(
    data: bytes,
    name: str,
    subsystem: IMAGE_SUBSYSTEM = IMAGE_SUBSYSTEM.EFI_APPLICATION,
    base: int = 0x140000000,
) -> bytes:
    """The image. ``name``: of the file, for messages. Raises LinkError."""
    program = read_program(data, name)
    first = program.segments[0].address // _PAGE * _PAGE
    shift = _PAGE - first
    sections = _sections(program, shift, name)
    fields = _relocate(program, sections, shift + base, shift, name)
    end = _up(sections[-1].rva + sections[-1].size, _PAGE)
    blocks = _blocks(fields)
    sections.append(_Section(b".reloc", end, len(blocks), bytearray(blocks), _RELOCATIONS))
    if not any(
        s.rva <= program.entry + shift < s.rva + s.size and s.flags & _EXECUTE for s in sections
    ):
        raise LinkError.of(f"{name} has its entry at {program.entry:#x}, which is no code")
    return _written(program, sections, base, subsystem, program.entry + shift)


def _up(value: int, unit: int) -> int:
    return -(-value // unit) * unit


def _sections(program: Program, shift: int, name: str) -> list[_Section]:
    """A section for each segment, from its first page to the next segment's."""
    segments, found = program.segments, list[_Section]()
    if len(segments) > _MOST_SECTIONS:
        raise LinkError.of(f"{name} has {len(segments)} segments; {_MOST_SECTIONS} can be sections")
    starts = [each.address // _PAGE * _PAGE for each in segments]
    for each, start, after in zip(segments, starts, [*starts[1:], None], strict=True):
        size = each.address + each.size - start
        if after is not None and after < _up(start + size, _PAGE):
            text = (
                f"{name} has two segments in the page at {after:#x}: link it with -z separate-code"
            )
            raise LinkError.of(text)
        content = bytearray(each.address - start) + each.content
        flags = (_EXECUTE if each.flags & EXECUTE else 0) | (_WRITE if each.flags & WRITE else 0)
        flags |= (_READ if each.flags & READ else 0) | (_CODE if each.flags & EXECUTE else _DATA)
        word = b".text" if each.flags & EXECUTE else b".data" if each.flags & WRITE else b".rdata"
        earlier = sum(one.name.startswith(word) for one in found)
        word += b"%d" % (earlier + 1) if earlier else b""
        size = size if after is None else after - start
        found.append(_Section(word, start + shift, size, content, flags))
    return found


def _relocate(
    program: Program, sections: list[_Section], delta: int, shift: int, name: str
) -> list[int]:
    """Write every address that the program holds; the RVAs of the fields, sorted."""
    fields = list[int]()
    most = sum(len(each.content) for each in sections)
    for address, value in program.fixups:
        if len(fields) == most:
            raise LinkError.of(f"{name} has more relocations than bytes")
        rva = address + shift
        home = next((s for s in sections if s.rva <= rva <= s.rva + len(s.content) - 8), None)
        if home is None:
            raise LinkError.of(
                f"{name} has a relocation at {address:#x}, where the file has no bytes"
            )
        at = rva - home.rva
        old = unpack_from("<Q", home.content, at)[0] if value is None else value
        pack_into("<Q", home.content, at, (old + delta) & (1 << 64) - 1)
        fields.append(rva)
    return sorted(set(fields))


def _blocks(fields: list[int]) -> bytes:
    """Base relocation blocks of DIR64 entries, one for each page."""
    blocks = bytearray()
    for page, on_page in groupby(fields, key=lambda each: each // _PAGE):
        entries = [0xA000 | each % _PAGE for each in on_page]
        entries += [0] * (len(entries) % 2)
        size = 8 + 2 * len(entries)
        blocks += pack(f"<II{len(entries)}H", page * _PAGE, size, *entries)
    return bytes(blocks) or pack("<II", 0, 8)


def _stored(section: _Section) -> int:
    """Bytes of a section that the file has; zeros at the end of data are not stored."""
    content = section.content
    return len(content.rstrip(b"\0")) if section.flags & _WRITE else len(content)


def _written(
    program: Program, sections: list[_Section], base: int, subsystem: IMAGE_SUBSYSTEM, entry: int
) -> bytes:
    table, body = b"", bytearray()
    headers = _up(_NT + 24 + _OPTIONAL + 40 * len(sections), _FILE_ALIGNMENT)
    for each in sections:
        content = bytes(each.content[: _stored(each)])
        raw = _up(len(content), _FILE_ALIGNMENT)
        where = headers + len(body) if raw else 0
        numbers = (each.size, each.rva, raw, where, 0, 0, 0, 0, each.flags)
        table += pack("<8s6I2HI", each.name, *numbers)
        body += content + bytes(raw - len(content))
    last = sections[-1]
    end = _up(last.rva + last.size, _PAGE)
    code, data = (
        sum(
            _up(_stored(each), _FILE_ALIGNMENT)
            for each in sections
            if bool(each.flags & _CODE) == is_code
        )
        for is_code in (True, False)
    )
    start = next(each.rva for each in sections if each.flags & _CODE)
    optional = pack("<HBB5I", 0x20B, 0, 0, code, data, 0, entry, start)
    optional += pack("<QII6HI", base, _PAGE, _FILE_ALIGNMENT, 10, 0, 0, 0, 10, 0, 0)
    optional += pack("<3I2H", end, headers, 0, subsystem, _CHARACTERISTICS)
    optional += pack("<4QII", 0x40000, 0x1000, 0x100000, 0x1000, 0, 16)
    directories = [(0, 0)] * 16
    directories[5] = (last.rva, last.size)
    optional += b"".join(pack("<II", *each) for each in directories)
    stamp = int.from_bytes(hashlib.sha256(optional + table + body).digest()[:4], "little")
    file_header = pack(
        "<HHIIIHH", program.number, len(sections), stamp, 0, 0, _OPTIONAL, _EXECUTABLE
    )
    dos = b"MZ" + bytes(58) + pack("<I", _NT)
    start_of_file = dos.ljust(_NT, b"\0") + b"PE\0\0" + file_header + optional + table
    image = bytearray(start_of_file.ljust(headers, b"\0") + body)
    field = _NT + 24 + 64
    pack_into("<I", image, field, checksum(memoryview(image), field))
    return bytes(image)
