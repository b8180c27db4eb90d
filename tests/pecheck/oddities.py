"""Hand-made images that are odd rather than random, as packers and tiny programs are.

Each is a function without arguments; most load nowhere. The hard part of such images is that every
field is within its rules taken alone.
"""

import struct

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from pecheck.patch import Patch


def headers_overlap():
    """The PE header begins inside the DOS header, at offset 4."""
    data = bytearray(b"MZ\0\0PE\0\0" + struct.pack("<2H3I2H", 0x8664, 1, 0, 0, 0, 0x70, 0x22))
    data += struct.pack("<H", 0x20B).ljust(112, b"\0")
    struct.pack_into("<I", data, 60, 4)
    data += struct.pack("<8s6I2HI", b".all", 0x1000, 0x1000, 0x200, 0, 0, 0, 0, 0, 0xE0000020)
    return bytes(data.ljust(0x200, b"\0"))


def smallest():
    """97 bytes: MZ, PE and the shortest optional header of 32 bits."""
    data = bytearray(b"MZ\0\0PE\0\0" + struct.pack("<2H3I2H", 0x14C, 0, 0, 0, 0, 4, 0x103))
    data += struct.pack("<H", 0x10B)
    return bytes(data.ljust(97, b"\0"))


def _patched(machine="x64", **options):
    def decorate(change):
        def make():
            patch = Patch(machine, **options)
            change(patch)
            return patch.bytes()

        make.__name__ = change.__name__
        return make

    return decorate


@_patched()
def no_directories(p):
    p.optional("NumberOfRvaAndSizes", 0)
    p.file("SizeOfOptionalHeader", 112)


@_patched()
def too_many_directories(p):
    p.optional("NumberOfRvaAndSizes", 0xFFFFFFFF)


@_patched()
def no_optional_header(p):
    p.file("SizeOfOptionalHeader", 0)


@_patched()
def optional_header_over_sections(p):
    p.file("SizeOfOptionalHeader", 0xFFFF)


@_patched()
def sections_at_the_end(p):
    p.file("SizeOfOptionalHeader", len(p.data) - p.image.optional_header.offset - 40)


@_patched()
def all_sections_one_place(p):
    for section in p.image.sections:
        p.section(section.Name, VirtualAddress=0x1000, PointerToRawData=0, SizeOfRawData=0x2000)


@_patched()
def sections_backwards(p):
    for index, section in enumerate(p.image.sections):
        p.section(section.Name, VirtualAddress=0x1000 * (20 - index))


@_patched()
def whole_memory(p):
    p.section(".text", VirtualSize=0xFFFFFFFF)
    p.optional("SizeOfImage", 0xFFFFFFFF)


@_patched()
def image_base_zero(p):
    p.optional("ImageBase", 0)


@_patched()
def alignment_one(p):
    p.optional("SectionAlignment", 1)
    p.optional("FileAlignment", 1)


@_patched()
def entry_in_headers(p):
    p.optional("AddressOfEntryPoint", 0x40)


@_patched()
def imports_in_headers(p):
    p.directory(ENTRY.IMPORT, 0x40, 0x1000)


@_patched()
def imports_in_themselves(p):
    rva = p.rva(ENTRY.IMPORT)
    for index in range(2):
        p.put(p.descriptors + 20 * index, "5I", rva, 0, 0, rva, rva)


@_patched(exports=True)
def exports_forward_to_themselves(p):
    p.directory(ENTRY.EXPORT, size=0x10000)
    p.put(p.exports + 40, "2I", p.rva(ENTRY.EXPORT), p.rva(ENTRY.EXPORT))


@_patched(version=True)
def resources_in_a_ring(p):
    at = p.at(p.rva(ENTRY.RESOURCE))
    for offset in range(16, 0x100, 8):
        p.put(at + offset + 4, "I", 0x80000000)


@_patched(version=True)
def resource_of_4_gib(p):
    entry = p.image.resources.entries[0]
    raw = struct.pack("<2I", entry.rva, entry.size)
    at = bytes(p.data).index(raw)
    p.put(at, "2I", 0, 0xFFFFFFFF)


@_patched(guard=True)
def guard_table_of_4_gib(p):
    at = p.at(p.rva(ENTRY.LOAD_CONFIG))
    p.put(at + 136, "Q", 0xFFFFFFFFFFFFFFFF)
    p.put(at + 144, "I", 0xF0000500)


@_patched(debug=True)
def debug_entries_of_themselves(p):
    at = p.image.debug[0].offset
    p.directory(ENTRY.DEBUG, size=28 * 64)
    p.put(at + 16, "3I", 0xFFFFFFFF, p.rva(ENTRY.DEBUG), at)


@_patched(signed="sha256")
def certificate_of_der_nests(p):
    start = p.image.directory(ENTRY.SECURITY).VirtualAddress + 8
    p.data[start:] = b"\x30\x80" * ((len(p.data) - start) // 2)


@_patched(signed="sha256")
def certificate_over_headers(p):
    p.directory(ENTRY.SECURITY, 8, len(p.data) - 8)


@_patched()
def relocations_relocate_themselves(p):
    p.put(p.relocations, "I", p.rva(ENTRY.BASERELOC) & ~0xFFF)


@_patched("arm64")
def unwind_is_the_table(p):
    p.put(p.pdata + 4, "I", p.rva(ENTRY.EXCEPTION))


@_patched()
def unwind_is_the_table_x64(p):
    p.put(p.pdata + 8, "I", p.rva(ENTRY.EXCEPTION))


@_patched()
def an_image_in_an_image(p):
    p.data += bytes(p.data)


@_patched()
def symbols_over_everything(p):
    p.file("PointerToSymbolTable", 1)
    p.file("NumberOfSymbols", 200)
    p.section(".rsrc", Name=b"/4")


ODDITIES = [
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and name[0] != "_"
]
