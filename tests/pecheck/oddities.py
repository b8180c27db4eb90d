"""Hand-made images whose headers and sections are odd rather than random, as packers make them.

Each is a function without arguments whose ``finds`` are the rules that must find it, and no others;
most of the images load nowhere. Every field taken alone is within its rules. Those with odd tables
after the headers are in ``oddities_tables``.
"""

import struct

from pecheck.golden import BLOCK, golden, set_checksum
from pecheck.patch import Patch


def _rules(numbers):
    return frozenset(f"DRV{number}" for number in numbers.split())


def odd(finds):
    """Mark a function that makes an image with the rules that find something in it, by number."""

    def decorate(make):
        make.finds, make.profile = _rules(finds), "base"
        return make

    return decorate


def patched(finds, machine="x64", **options):
    """Make such a function of one that changes a golden image; the checksum is put right."""

    def decorate(change):
        def make():
            patch = Patch(machine, **options)
            change(patch)
            set_checksum(patch.data)
            return patch.bytes()

        make.__name__ = change.__name__
        make.finds = _rules(finds)
        make.profile = "base,export" if "exports" in options else "base"
        return make

    return decorate


def all_in(module):
    """The functions of a module that make odd images, in the order in which they stand there."""
    return [value for value in vars(module).values() if hasattr(value, "finds")]


# ---- the whole file ------------------------------------------------------------------------------


@odd("102 104 105 201 202 204 205 206 207 208 209 210 212 213 218 301 305 309 701")
def headers_overlap():
    """The PE header begins inside the DOS header, at offset 4."""
    data = bytearray(b"MZ\0\0PE\0\0" + struct.pack("<2H3I2H", 0x8664, 1, 0, 0, 0, 0x70, 0x22))
    data += struct.pack("<H", 0x20B).ljust(112, b"\0")
    struct.pack_into("<I", data, 60, 4)
    data += struct.pack("<8s6I2HI", b".all", 0x1000, 0x1000, 0x200, 0, 0, 0, 0, 0, 0xE0000020)
    return bytes(data.ljust(0x200, b"\0"))


@odd("102 103 104 501")
def smallest():
    """97 bytes: MZ, PE and the shortest optional header of 32 bits."""
    data = bytearray(b"MZ\0\0PE\0\0" + struct.pack("<2H3I2H", 0x14C, 0, 0, 0, 0, 4, 0x103))
    data = (data + struct.pack("<H", 0x10B)).ljust(97, b"\0")
    struct.pack_into("<I", data, 60, 4)
    return bytes(data)


@odd("206 303 406 701")
def headers_only():
    """The file ends where the first section's bytes would begin."""
    return golden()[:0x400]


@odd("102")
def header_at_the_very_end():
    """e_lfanew leads to PE in the last four bytes."""
    data = bytearray(golden())
    data[60:64] = struct.pack("<I", len(data) - 4)
    data[-4:] = b"PE\0\0"
    return bytes(data)


@odd("102 104 205 702")
def header_in_a_section():
    """The PE header with its sections follows them, far outside of SizeOfHeaders."""
    data = bytearray(golden())
    block = bytes(data[0x80:0x400])
    data[0x80:0x400] = bytes(0x380)
    data[60:64] = struct.pack("<I", len(data))
    data += block
    set_checksum(data)
    return bytes(data)


@odd("102")
def header_at_zero():
    """e_lfanew is 0: MZ would have to be PE."""
    data = bytearray(golden())
    data[60:64] = bytes(4)
    return bytes(data)


@patched("702")
def an_image_in_an_image(p):
    p.data += bytes(p.data)


@patched("108 318")
def symbols_over_everything(p):
    p.file("PointerToSymbolTable", 1)
    p.file("NumberOfSymbols", 200)
    p.section(".rsrc", Name=b"/4")


# ---- the optional header -------------------------------------------------------------------------


@patched("105 204 205 206 210 301 302 303 304 307 309 318 320 321 502")
def no_directories(p):
    p.optional("NumberOfRvaAndSizes", 0)
    p.file("SizeOfOptionalHeader", 112)


@patched("105 412 502")
def two_directories(p):
    """As many as an image with imports and no relocations would need, by their own count."""
    p.optional("NumberOfRvaAndSizes", 2)


@patched("105")
def too_many_directories(p):
    p.optional("NumberOfRvaAndSizes", 0xFFFFFFFF)


@patched("105 204 205 206 210 301 302 303 304 307 308 309 318 320 321 322 502")
def no_optional_header(p):
    p.file("SizeOfOptionalHeader", 0)


@patched("204 205 206 210 301 302 303 306 307 308 309 314 318 320 401 406 702")
def optional_header_of_an_odd_size(p):
    """One byte more: the section table is read one byte late."""
    p.file("SizeOfOptionalHeader", 241)


@patched("102 104 205")
def optional_header_over_sections(p):
    p.file("SizeOfOptionalHeader", 0xFFFF)


@patched("102 104 205")
def sections_at_the_end(p):
    p.file("SizeOfOptionalHeader", len(p.data) - p.image.optional_header.offset - 40)


@patched("205 301")
def headers_are_the_file(p):
    p.optional("SizeOfHeaders", len(p.data))


@patched("205 301")
def headers_of_two_gib(p):
    p.optional("SizeOfHeaders", 0x7FFFFFFF)


@patched("102 104 205 301")
def no_headers(p):
    p.optional("SizeOfHeaders", 0)


@patched("508")
def image_base_zero(p):
    p.optional("ImageBase", 0)


@patched("204 508")
def no_image(p):
    p.optional("SizeOfImage", 0)


@patched("202 204 301")
def alignment_one(p):
    p.optional("SectionAlignment", 1)
    p.optional("FileAlignment", 1)


@patched("201 204 205 301 303")
def alignment_of_two_gib(p):
    p.optional("SectionAlignment", 0x80000000)
    p.optional("FileAlignment", 0x80000000)


@patched("206")
def entry_in_headers(p):
    p.optional("AddressOfEntryPoint", 0x40)


@patched("206")
def entry_before_the_image(p):
    p.optional("AddressOfEntryPoint", 0xFFFFFFFF)


@patched("206")
def entry_without_bytes(p):
    """The section is longer in memory than in the file, and the entry point is in the rest."""
    p.section("INIT", VirtualSize=BLOCK + 0x100)
    p.optional("AddressOfEntryPoint", 0x6000 + BLOCK + 0x10)


# ---- sections ------------------------------------------------------------------------------------


def _sections(count, *, raw=0x200):
    """A driver of 32 bits with that many sections of one page, the first of code, no imports."""
    table = 0x80 + 24 + 224
    headers = -(-(table + 40 * count) // 0x200) * 0x200
    start = -(-headers // 0x1000) * 0x1000
    data = bytearray(golden("x86")[:table].ljust(headers, b"\0"))
    data[table - 128 : table] = bytes(128)
    struct.pack_into("<H", data, 0x86, count)
    end = start + 0x1000 * count
    fields = {4: raw, 8: raw * (count - 1), 16: start, 20: start, 24: start, 56: end, 60: headers}
    for offset, value in fields.items():
        struct.pack_into("<I", data, 0x98 + offset, value)
    for index in range(count):
        name, flags = (b".text", 0x68000020) if index == 0 else (b".d%d" % index, 0x48000040)
        at, pointer = start + 0x1000 * index, headers + raw * index if raw else 0
        header = struct.pack("<8s6I2HI", name, 0x200, at, raw, pointer, 0, 0, 0, 0, flags)
        data[table + 40 * index : table + 40 * (index + 1)] = header
    data += b"\xc3".ljust(raw * count, b"\0") if raw else b""
    set_checksum(data)
    return bytes(data)


@odd("502")
def ninety_six_sections():
    """As many as there may be; nothing after them is odd."""
    return _sections(96)


@odd("104 502")
def ninety_seven_sections():
    return _sections(97)


@odd("502")
def one_section():
    return _sections(1)


@odd("206 502")
def no_bytes_at_all():
    """Every section is in memory only."""
    return _sections(4, raw=0)


@patched("104 205")
def sixty_thousand_sections(p):
    p.file("NumberOfSections", 0xFFFF)


@patched("204 205 206 210 301 304 322 401 406 702")
def all_sections_one_place(p):
    for section in p.image.sections:
        p.section(section.Name, VirtualAddress=0x1000, PointerToRawData=0, SizeOfRawData=0x2000)


@patched("204 206 210 301 304 318 401 406 601 702")
def every_section_twice(p):
    """The headers of the first four sections once more, in place of the other four."""
    table = p.image.section_table_offset
    p.data[table + 160 : table + 320] = p.data[table : table + 160]


@patched("304 322")
def sections_share_their_bytes(p):
    first = p.image.sections[1].PointerToRawData
    p.section(".rsrc", PointerToRawData=first)


@patched("301")
def sections_share_a_page(p):
    p.section(".rdata", VirtualSize=0x1800)


@patched("204 206 210 301 401 406")
def sections_backwards(p):
    for index, section in enumerate(p.image.sections):
        p.section(section.Name, VirtualAddress=0x1000 * (20 - index))


@patched("204 301 302 321")
def whole_memory(p):
    p.section(".text", VirtualSize=0xFFFFFFFF)
    p.optional("SizeOfImage", 0xFFFFFFFF)


@patched("302")
def no_virtual_sizes(p):
    """Old linkers left VirtualSize 0 and meant SizeOfRawData."""
    for section in p.image.sections:
        p.section(section.Name, VirtualSize=0)


@patched("303")
def bytes_behind_the_file(p):
    p.section(".reloc", PointerToRawData=0x7FFFFE00, SizeOfRawData=0x400)


@patched("303")
def last_bytes_missing(p):
    """The last section's bytes are cut off in the middle, its table is whole."""
    del p.data[-0x200:]


@patched("205 210 303 304 322")
def bytes_below_the_alignment(p):
    """PointerToRawData 0x10 counts as 0 for a loader that rounds down to sectors."""
    p.section(".rsrc", PointerToRawData=0x10, SizeOfRawData=0x200)


@patched("205 304 322")
def bytes_from_the_header_on(p):
    p.section(".rsrc", PointerToRawData=0, SizeOfRawData=BLOCK)


@patched("210 303 304 322")
def all_the_bytes_there_can_be(p):
    p.section(".rsrc", SizeOfRawData=0xFFFFFFFF)


@patched("314 315 321")
def bss_of_two_gib(p):
    p.section(".reloc", VirtualSize=0x7FFF0000, Characteristics=0x48000040)
    p.optional("SizeOfImage", 0x7FFF8000)


@patched("210 305 306 307 308 310 312 313 317 412 509")
def all_flags(p):
    for section in p.image.sections:
        p.section(section.Name, Characteristics=0xFFFFFFFF)


@patched("206 210 307 309 312 315 601")
def no_flags(p):
    for section in p.image.sections:
        p.section(section.Name, Characteristics=0)
