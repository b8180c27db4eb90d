"""The small objects of import libraries: three descriptors for a DLL, and weak aliases.

The first member of a library has the DLL's import descriptor and its name, and refers to the other
two, so that a linker loads all three: the zero descriptor that ends the image's import directory,
and the zero entries that end the DLL's tables.

Source: the objects are those of llvm-lib 19 byte for byte, which the tests compare with.
"""

from struct import Struct
from typing import Final

from ntbuild.pecoff.constants import (
    IMAGE_FILE,
    IMAGE_REL_AMD64,
    IMAGE_REL_ARM,
    IMAGE_REL_ARM64,
    IMAGE_REL_I386,
    IMAGE_SCN,
    IMAGE_SYM_CLASS,
    IMAGE_WEAK_EXTERN,
)
from ntbuild.pecoff.machine import Machine
from ntbuild.support.values import dataclass

from .archive_writer import ArchiveMember

_FILE_HEADER: Final = Struct("<HHIIIHH")
_SECTION_HEADER: Final = Struct("<8sIIIIIIHHI")
_RELOCATION: Final = Struct("<IIH")
_SYMBOL: Final = Struct("<8sIhHBB")
_WEAK_AUX: Final = Struct("<II10x")

_IMAGE_RELATIVE: Final = {
    "x64": int(IMAGE_REL_AMD64.ADDR32NB),
    "x86": int(IMAGE_REL_I386.DIR32NB),
    "arm64": int(IMAGE_REL_ARM64.ADDR32NB),
    "arm": int(IMAGE_REL_ARM.ADDR32NB),
}

_DATA: Final = int(IMAGE_SCN.CNT_INITIALIZED_DATA | IMAGE_SCN.MEM_READ | IMAGE_SCN.MEM_WRITE)
_ALIGN_2, _ALIGN_4, _ALIGN_8 = 0x00200000, 0x00300000, 0x00400000
_CLASS: Final = IMAGE_SYM_CLASS
_NAMED_IN_TABLE: Final = (_CLASS.EXTERNAL, _CLASS.WEAK_EXTERNAL)
_IMPORT_DESCRIPTOR_SIZE: Final = 20
_Member = tuple[bytes, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of a descriptor object; each relocation is (offset, symbol index)."""

    name: bytes
    data: bytes
    flags: int
    relocations: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Symbol:
    """A symbol of a descriptor object; external names go to the string table, whatever length."""

    name: bytes
    section: int
    storage: int
    value: int = 0
    aux: bytes = b""


def _coff(machine: Machine, sections: tuple[_Section, ...], symbols: tuple[_Symbol, ...]) -> bytes:
    """A COFF object: headers, each section's data and relocations, symbols, strings."""
    position = _FILE_HEADER.size + _SECTION_HEADER.size * len(sections)
    headers, bodies = [], []
    for section in sections:
        relocations = b"".join(
            _RELOCATION.pack(offset, symbol, _IMAGE_RELATIVE[machine.name])
            for offset, symbol in section.relocations
        )
        headers.append(
            _SECTION_HEADER.pack(
                section.name,
                0,
                0,
                len(section.data),
                position if section.data else 0,
                position + len(section.data) if relocations else 0,
                0,
                len(section.relocations),
                0,
                section.flags,
            )
        )
        bodies.append(section.data + relocations)
        position += len(bodies[-1])
    strings = bytearray(4)
    records = []
    for symbol in symbols:
        name = symbol.name
        if symbol.storage in _NAMED_IN_TABLE:
            name = b"\0\0\0\0" + len(strings).to_bytes(4, "little")
            strings += symbol.name + b"\0"
        records.append(
            _SYMBOL.pack(name, symbol.value, symbol.section, 0, symbol.storage, bool(symbol.aux))
        )
        records.append(symbol.aux)
    strings[:4] = len(strings).to_bytes(4, "little")
    # llvm-lib does not set MACHINE_32BIT in objects without data.
    is_32bit = not machine.is_64bit and any(section.data for section in sections)
    flags = int(IMAGE_FILE.MACHINE_32BIT) if is_32bit else 0
    count = sum(1 + bool(symbol.aux) for symbol in symbols)
    header = _FILE_HEADER.pack(machine.id, len(sections), 0, position, count, 0, flags)
    return b"".join((header, *headers, *bodies, *records, strings))


def _stem(dll: bytes) -> bytes:
    """The DLL's name without its extension, as it stands in the descriptor's symbols."""
    stem, dot, _extension = dll.rpartition(b".")
    return stem if dot and stem else dll


def _null_thunk_name(dll: bytes) -> bytes:
    return b"\x7f" + _stem(dll) + b"_NULL_THUNK_DATA"


def import_descriptor(dll: bytes, machine: Machine) -> _Member:
    """The DLL's import descriptor and name, with references that load the other two members."""
    name = b"__IMPORT_DESCRIPTOR_" + _stem(dll)
    sections = (
        _Section(
            b".idata$2",
            bytes(_IMPORT_DESCRIPTOR_SIZE),
            _DATA | _ALIGN_4,
            # Name, OriginalFirstThunk, FirstThunk
            ((12, 2), (0, 3), (16, 4)),
        ),
        _Section(b".idata$6", dll + b"\0", _DATA | _ALIGN_2),
    )
    symbols = (
        _Symbol(name, 1, _CLASS.EXTERNAL),
        _Symbol(b".idata$2", 1, _CLASS.SECTION),
        _Symbol(b".idata$6", 2, _CLASS.STATIC),
        _Symbol(b".idata$4", 0, _CLASS.SECTION),
        _Symbol(b".idata$5", 0, _CLASS.SECTION),
        _Symbol(b"__NULL_IMPORT_DESCRIPTOR", 0, _CLASS.EXTERNAL),
        _Symbol(_null_thunk_name(dll), 0, _CLASS.EXTERNAL),
    )
    return _coff(machine, sections, symbols), (name,)


def null_import_descriptor(machine: Machine) -> _Member:
    """The zero descriptor that ends the image's import directory."""
    name = b"__NULL_IMPORT_DESCRIPTOR"
    section = _Section(b".idata$3", bytes(_IMPORT_DESCRIPTOR_SIZE), _DATA | _ALIGN_4)
    return _coff(machine, (section,), (_Symbol(name, 1, _CLASS.EXTERNAL),)), (name,)


def null_thunk(dll: bytes, machine: Machine) -> _Member:
    """The zero entries that end the DLL's address and lookup tables."""
    flags = _DATA | (_ALIGN_8 if machine.is_64bit else _ALIGN_4)
    zero = bytes(machine.pointer_size)
    sections = (_Section(b".idata$5", zero, flags), _Section(b".idata$4", zero, flags))
    name = _null_thunk_name(dll)
    return _coff(machine, sections, (_Symbol(name, 1, _CLASS.EXTERNAL),)), (name,)


def weak_alias(dll: str, target: bytes, alias: bytes, machine: Machine) -> ArchiveMember:
    """An object in which ``alias`` is a weak external whose default is ``target``."""
    section = _Section(b".drectve", b"", int(IMAGE_SCN.LNK_INFO | IMAGE_SCN.LNK_REMOVE))
    symbols = (
        _Symbol(b"@comp.id", -1, _CLASS.STATIC),
        _Symbol(b"@feat.00", -1, _CLASS.STATIC),
        _Symbol(target, 0, _CLASS.EXTERNAL),
        _Symbol(
            alias,
            0,
            _CLASS.WEAK_EXTERNAL,
            # TagIndex 2 is ``target``, the third symbol.
            aux=_WEAK_AUX.pack(2, IMAGE_WEAK_EXTERN.SEARCH_ALIAS),
        ),
    )
    return ArchiveMember(dll, _coff(machine, (section,), symbols), (alias,))
