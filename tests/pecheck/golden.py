"""Driver images of the golden layout, written byte by byte in Python.

Every rule is tried on a good image of each machine without a linker. Every section fits in one page
and one 1024-byte block, so the address and the file offset of the n-th section are known before
anything is written.
"""

import struct
from dataclasses import dataclass, field

from pecheck.golden_parts import resource_section, sign, version_resource

MACHINES = ("x64", "x86", "arm64", "arm")
SECTION_ALIGNMENT, FILE_ALIGNMENT, HEADERS = 0x1000, 0x200, 0x400
BLOCK = 0x400
"""Raw size of every section."""
NT_OFFSET = 0x80
STAMP = 0x5F000001

_MACHINE = {"x64": 0x8664, "x86": 0x14C, "arm64": 0xAA64, "arm": 0x1C4}
_CHARACTERISTICS = {"x64": 0x22, "x86": 0x102, "arm64": 0x22, "arm": 0x122}
_DLL_CHARACTERISTICS = {"x64": 0x160, "x86": 0x540, "arm64": 0x160, "arm": 0x140}
_ABSOLUTE = {"x64": 10, "x86": 3, "arm64": 10, "arm": 3}
_FLAGS = {
    ".text": 0x68000020,
    ".rdata": 0x48000040,
    ".data": 0xC8000040,
    ".pdata": 0x48000040,
    "PAGE": 0x60000020,
    "INIT": 0x62000020,
    ".rsrc": 0x42000040,
    ".reloc": 0x42000040,
}
IMPORTS = {"ntoskrnl.exe": ["DbgPrint", "IoCreateDevice"], "HAL.dll": ["KeStallExecutionProcessor"]}
COOKIES = {4: 0xBB40E64E, 8: 0x00002B992DDFA232}
EXPORTS = ["CoreClose", "CoreOpen"]


@dataclass
class _Section:
    name: str
    rva: int
    data: bytearray = field(default_factory=bytearray)

    def add(self, data, align=1):
        """Append bytes at an alignment; their address."""
        self.data += bytes(-len(self.data) % align)
        at = self.rva + len(self.data)
        self.data += data
        return at


class Golden:
    """One image in the making: ``Golden("x64").bytes()``."""

    def __init__(
        self, machine="x64", *, exports=False, debug=False, guard=False, version=False, signed=""
    ):
        self.machine, self.signed = machine, signed
        self.wide = machine in {"x64", "arm64"}
        self.base = 0x140000000 if self.wide else 0x400000
        self.pointer = "<Q" if self.wide else "<I"
        self.width = 8 if self.wide else 4
        names = [name for name in _FLAGS if name != ".pdata" or machine != "x86"]
        self.sections = {n: _Section(n, SECTION_ALIGNMENT * (i + 1)) for i, n in enumerate(names)}
        self.directories = [(0, 0)] * 16
        self.fixups = []
        self._code()
        self._imports()
        self._constants()
        if exports:
            self._exports()
        self.dll = _DLL_CHARACTERISTICS[machine]
        if guard:
            self._guard()
        if debug or guard:
            self._debug(cet=guard)
        self._resources(version=version)
        self._relocations()

    def bytes(self):
        """The image, its checksum set."""
        image = bytearray(self._headers())
        for section in self.sections.values():
            assert len(section.data) <= BLOCK
            image += section.data + bytes(BLOCK - len(section.data))
        if self.signed == "whole":
            from pecheck.signing import Plan, sign_by  # the library is slow to load

            sign_by(image, self.directory_offset(4), Plan())
        elif self.signed:
            sign(image, self.directory_offset(4), self.signed)
        set_checksum(image)
        return bytes(image)

    def _code(self):
        ret = {"x64": b"\xc3", "x86": b"\xc3", "arm64": b"\xc0\x03\x5f\xd6", "arm": b"\x70\x47"}
        nops = {"x64": b"\x90", "x86": b"\x90", "arm64": b"\x1f\x20\x03\xd5", "arm": b"\x00\xbf"}
        body = nops[self.machine] * (32 // len(nops[self.machine]))
        functions = []
        for name in (".text", "PAGE", "INIT"):
            for _ in range(2):
                at = self.sections[name].add(body + ret[self.machine], 16)
                functions.append((at, at + len(body) + len(ret[self.machine])))
        self.entry = functions[-1][0]
        if self.machine == "arm":  # a MOVW/MOVT pair that is relocated as one
            self.fixups.append(
                (self.sections[".text"].add(b"\x40\xf2\x00\x00\xc0\xf2\x40\x00", 4), 7)
            )
        self.functions = functions

    def _imports(self):
        init, rdata = self.sections["INIT"], self.sections[".rdata"]
        tables = []
        for module, names in IMPORTS.items():
            hints = [init.add(b"\0\0" + name.encode() + b"\0", 2) for name in names]
            thunks = b"".join(struct.pack(self.pointer, rva) for rva in [*hints, 0])
            name_rva = init.add(module.encode() + b"\0", 2)
            tables.append((init.add(thunks, 8), name_rva, rdata.add(thunks)))
        descriptors = b"".join(
            struct.pack("<5I", ilt, 0, 0, name, iat) for ilt, name, iat in tables
        )
        start = init.add(descriptors + bytes(20), 4)
        self.directories[1] = (start, len(descriptors) + 20)
        self.directories[12] = (rdata.rva, len(rdata.data))

    def _constants(self):
        """Two pointers that need relocating, and unwind data with its function table."""
        text, rdata = self.sections[".text"].rva, self.sections[".rdata"]
        for name in (".rdata", ".data"):
            value = struct.pack(self.pointer, self.base + text)
            self.fixups.append((self.sections[name].add(value, 8), _ABSOLUTE[self.machine]))
        self.sections[".data"].add(bytes(16))
        if self.machine == "x86":
            return
        records = bytearray()
        for begin, end in self.functions:
            if self.machine == "x64":
                records += struct.pack("<3I", begin, end, rdata.add(b"\x01\0\0\0", 4))
            elif self.machine == "arm64":  # full record: length in words, one code word, epilog 0
                unwind = struct.pack("<2I", (end - begin) // 4 | 1 << 21 | 1 << 27, 0xE3E3E3E4)
                records += struct.pack("<2I", begin, rdata.add(unwind, 4))
            else:  # packed record: flag 1, length in halfwords
                records += struct.pack("<2I", begin | 1, 1 | (end - begin) // 2 << 2)
        pdata = self.sections[".pdata"]
        self.directories[3] = (pdata.add(records), len(records))

    def directory_offset(self, index):
        """File offset of a data directory."""
        return NT_OFFSET + 24 + (112 if self.wide else 96) + 8 * index

    def _pointer(self, section, target):
        """A relocated pointer to an address, in a section; its own address."""
        at = self.sections[section].add(struct.pack(self.pointer, self.base + target), 8)
        self.fixups.append((at, _ABSOLUTE[self.machine]))
        return at

    def _guard(self):
        """A load configuration: stack cookie, and control flow guard or, on x86, SafeSEH."""
        rdata, data = self.sections[".rdata"], self.sections[".data"]
        cookie = data.add(struct.pack(self.pointer, COOKIES[self.width]), 8)
        starts = [begin for begin, _ in self.functions]
        stride = 1 if self.machine == "arm64" else 0
        table = rdata.add(b"".join(struct.pack("<I", rva) + bytes(stride) for rva in starts), 4)
        check = self._pointer(".rdata", self.functions[0][0])
        size = 0x140 if self.wide else 0x5C
        start = rdata.add(bytes(size), 8)
        at = start - rdata.rva
        struct.pack_into("<I", rdata.data, at, size)
        pointers = {1: cookie}
        flags = 0
        if self.machine == "x86":
            pointers[2] = table
            counts = {3: len(starts)}
            self.dll &= ~0x400
        else:
            pointers |= {4: check, 6: table}
            counts = {7: len(starts)}
            flags = 0x500 | stride << 28
            self.dll |= 0x4000
        first = 80 if self.wide else 56
        for slot, target in pointers.items():
            struct.pack_into(self.pointer, rdata.data, at + first + slot * self.width,
                             self.base + target)  # fmt: skip
            self.fixups.append((start + first + slot * self.width, _ABSOLUTE[self.machine]))
        for slot, count in counts.items():
            struct.pack_into(self.pointer, rdata.data, at + first + slot * self.width, count)
        struct.pack_into("<I", rdata.data, at + first + 8 * self.width, flags)
        self.dll |= 0x80
        self.directories[10] = (start, 64 if self.machine == "x86" else size)

    def _exports(self):
        rdata = self.sections[".rdata"]
        module = b"core.sys\0"
        rdata.add(b"", 4)
        start = rdata.rva + len(rdata.data)
        count = len(EXPORTS)
        tables = start + 40
        strings = tables + count * 10
        names, at = [], strings + len(module)
        for name in EXPORTS:
            names.append(at)
            at += len(name) + 1
        functions = [begin for begin, _ in self.functions[:count]]
        body = struct.pack(
            "<2I2H7I", 0, STAMP, 0, 0, strings, 1, count, count,
            tables, tables + 4 * count, tables + 8 * count,
        )  # fmt: skip
        body += struct.pack(f"<{count}I{count}I{count}H", *functions, *names, *range(count))
        body += module + b"".join(name.encode() + b"\0" for name in EXPORTS)
        rdata.add(body)
        self.directories[0] = (start, len(body))

    def _debug(self, *, cet):
        """CodeView, a reproducible build's mark, and extended characteristics."""
        rdata = self.sections[".rdata"]
        records = {
            2: b"RSDS" + bytes(range(16)) + b"\1\0\0\0driver.pdb\0",
            16: struct.pack("<I", 8) + b"hashhash",
            **({20: struct.pack("<I", 1)} if cet else {}),
        }
        entries = b""
        for kind, body in records.items():
            at = rdata.add(body, 4)
            raw = at - rdata.rva + self._offset(".rdata")
            entries += struct.pack("<2I2H4I", 0, STAMP, 0, 0, kind, len(body), at, raw)
        self.directories[6] = (rdata.add(entries, 4), len(entries))

    def _resources(self, *, version):
        rsrc = self.sections[".rsrc"]
        found = {(16, 1, 1033): version_resource()} if version else {}
        if version:
            found[24, 2, 0] = b"<assembly/>"
        tree = resource_section(rsrc.rva, found)
        self.directories[2] = (rsrc.add(tree), len(tree))

    def _relocations(self):
        pages = {}
        for rva, kind in sorted(self.fixups):
            pages.setdefault(rva & ~0xFFF, []).append(kind << 12 | rva & 0xFFF)
        table = b""
        for page, entries in pages.items():
            padded = [*entries, *[0] * (len(entries) % 2)]
            table += struct.pack(f"<2I{len(padded)}H", page, 8 + 2 * len(padded), *padded)
        self.directories[5] = (self.sections[".reloc"].add(table), len(table))

    def _offset(self, name):
        return HEADERS + BLOCK * list(self.sections).index(name)

    def _headers(self):
        dos = b"MZ" + bytes(58) + struct.pack("<I", NT_OFFSET)
        out = dos + bytes(NT_OFFSET - len(dos)) + b"PE\0\0"
        optional = self._optional_header()
        out += struct.pack(
            "<2H3I2H", _MACHINE[self.machine], len(self.sections), STAMP, 0, 0, len(optional),
            _CHARACTERISTICS[self.machine],
        )  # fmt: skip
        out += optional
        for name, section in self.sections.items():
            out += struct.pack(
                "<8s6I2HI", name.encode(), len(section.data), section.rva, BLOCK,
                self._offset(name), 0, 0, 0, 0, _FLAGS[name],
            )  # fmt: skip
        assert len(out) <= HEADERS
        return out + bytes(HEADERS - len(out))

    def _optional_header(self):
        code = BLOCK * sum(n in {".text", "PAGE", "INIT"} for n in self.sections)
        data = BLOCK * len(self.sections) - code
        entry = self.entry | (self.machine == "arm")
        text, end = 0x1000, SECTION_ALIGNMENT * (len(self.sections) + 1)
        out = struct.pack(
            "<H2B5I", 0x20B if self.wide else 0x10B, 14, 0, code, data, 0, entry, text
        )
        out += struct.pack("<Q", self.base) if self.wide else struct.pack("<2I", 0x2000, self.base)
        out += struct.pack("<2I6H", SECTION_ALIGNMENT, FILE_ALIGNMENT, 10, 0, 10, 0, 10, 0)
        out += struct.pack("<4I2H", 0, end, HEADERS, 0, 1, self.dll)
        sizes = (0x40000, 0x1000, 0x100000, 0x1000)
        out += struct.pack("<4Q" if self.wide else "<4I", *sizes) + struct.pack("<2I", 0, 16)
        return out + b"".join(struct.pack("<2I", *directory) for directory in self.directories)


def set_checksum(image):
    """Write CheckSum as the specification's word sum; independent of the reader under test."""
    at = struct.unpack_from("<I", image, 60)[0] + 24 + 64
    if at + 4 > len(image):
        return
    image[at : at + 4] = bytes(4)
    total = 0
    for (word,) in struct.iter_unpack("<H", bytes(image) + bytes(len(image) % 2)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    struct.pack_into("<I", image, at, total + len(image))


def golden(machine="x64", **options):
    """The bytes of a golden image."""
    return Golden(machine, **options).bytes()
