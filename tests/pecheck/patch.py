"""Changes to a golden image: fields by name, records by directory, then the checksum is set again.

One thing is changed at a time: offsets come from the good image, never from the changed one. The
checksum is left as it is where it is the defect.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.image import Image
from pecheck.golden import MACHINES, golden, set_checksum

_SECTION_FIELDS = {
    "Name": (0, "8s"),
    "VirtualSize": (8, "I"),
    "VirtualAddress": (12, "I"),
    "SizeOfRawData": (16, "I"),
    "PointerToRawData": (20, "I"),
    "PointerToRelocations": (24, "I"),
    "PointerToLinenumbers": (28, "I"),
    "NumberOfRelocations": (32, "H"),
    "NumberOfLinenumbers": (34, "H"),
    "Characteristics": (36, "I"),
}
_FILE_FIELDS = {
    "Machine": (0, "H"),
    "NumberOfSections": (2, "H"),
    "TimeDateStamp": (4, "I"),
    "PointerToSymbolTable": (8, "I"),
    "NumberOfSymbols": (12, "I"),
    "SizeOfOptionalHeader": (16, "H"),
    "Characteristics": (18, "H"),
}
_SHORT = {
    "Magic", "MajorOperatingSystemVersion", "MajorSubsystemVersion", "MajorImageVersion",
    "Subsystem", "DllCharacteristics",
}  # fmt: skip


class Patch:
    """A golden image being spoiled; ``image`` is the good one, ``data`` the bytes to change."""

    def __init__(self, machine, **options):
        self.machine = machine
        good = golden(machine, **options)
        self.image = Image(good)
        self.data = bytearray(good)

    def put(self, offset, code, *values):
        struct.pack_into("<" + code, self.data, offset, *values)

    def get(self, offset, code):
        return struct.unpack_from("<" + code, self.data, offset)

    def file(self, name, value):
        offset, code = _FILE_FIELDS[name]
        self.put(self.image.file_header.offset + offset, code, value)

    def optional(self, name, value):
        at = self.image.field_offset(name)
        wide = name == "ImageBase" and self.image.is_64bit
        self.put(at, "Q" if wide else "H" if name in _SHORT else "I", value)

    def section(self, name, **fields):
        header = next(s for s in self.image.sections if s.Name == name)
        for key, value in fields.items():
            offset, code = _SECTION_FIELDS[key]
            self.put(header.offset + offset, code, value)

    def flags(self, name, add=0, drop=0):
        header = next(s for s in self.image.sections if s.Name == name)
        self.section(name, Characteristics=header.Characteristics & ~drop | add)

    def directory(self, entry, address=None, size=None):
        at, old = self.image.directory_offset(entry), self.image.directory(entry)
        address = old.VirtualAddress if address is None else address
        self.put(at, "2I", address, old.Size if size is None else size)

    def rva(self, entry):
        return self.image.directory(entry).VirtualAddress

    def at(self, rva):
        return self.image.offset_of(rva)

    @property
    def descriptors(self):
        """File offset of the first import descriptor."""
        return self.at(self.rva(ENTRY.IMPORT))

    @property
    def relocations(self):
        """File offset of the first base relocation block."""
        return self.at(self.rva(ENTRY.BASERELOC))

    @property
    def pdata(self):
        """File offset of the exception table."""
        return self.at(self.rva(ENTRY.EXCEPTION))

    @property
    def exports(self):
        """File offset of the export directory."""
        return self.at(self.rva(ENTRY.EXPORT))

    def import_name(self, index, name):
        """Replace a module's name by one that is not longer."""
        old = self.image.imports.modules[index]
        assert len(name) <= len(old.name)
        at = self.at(old.Name)
        self.data[at : at + len(old.name)] = name.encode().ljust(len(old.name), b"\0")

    def bytes(self):
        return bytes(self.data)


@dataclass(frozen=True)
class Mutation:
    """A defect: the rule that must find it, a name, how to make it, and what else it breaks.

    ``also`` lists the rules that find it as well, ``may`` those that do so on some machines.
    """

    rule: str
    name: str
    apply: Callable[[Patch], object]
    also: tuple[str, ...] = ()
    machines: tuple[str, ...] = MACHINES
    level: str | None = None
    may: tuple[str, ...] = ()
    exports: bool = False
    debug: bool = False
    guard: bool = False
    version: bool = False
    signed: str = ""
    keep_checksum: bool = False
    noisy: bool = False
    settings: tuple[tuple[str, object], ...] = ()

    def make(self, machine):
        """The spoiled image; its checksum is right unless the defect is the checksum."""
        parts = ("exports", "debug", "guard", "version", "signed")
        patch = Patch(machine, **{part: getattr(self, part) for part in parts})
        self.apply(patch)
        if not self.keep_checksum:
            set_checksum(patch.data)
        return patch.bytes()
