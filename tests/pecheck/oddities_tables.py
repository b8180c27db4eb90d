"""Hand-made images with odd tables: imports, exports, relocations, resources, unwind data and more.

Made like those of ``oddities``: tables that are sound in each record and lead in a circle, into
themselves or off the end of their section.
"""

import struct

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from pecheck.oddities import patched

# ---- imports -------------------------------------------------------------------------------------


@patched("401")
def imports_in_headers(p):
    p.directory(ENTRY.IMPORT, 0x40, 0x1000)


@patched("406 407 412")
def imports_in_themselves(p):
    rva = p.rva(ENTRY.IMPORT)
    for index in range(2):
        p.put(p.descriptors + 20 * index, "5I", rva, 0, 0, rva, rva)


@patched("406 412")
def imports_without_end(p):
    """Descriptors follow each other to the end of the section's bytes; none is NULL."""
    init = next(s for s in p.image.sections if s.Name == "INIT")
    raw = bytes(p.data[p.descriptors : p.descriptors + 20])
    room = init.PointerToRawData + init.SizeOfRawData - p.descriptors
    p.data[p.descriptors : p.descriptors + room] = (raw * (room // 20 + 1))[:room]
    p.section("INIT", VirtualSize=init.SizeOfRawData)


@patched("406")
def lookups_without_end(p):
    """The lookup table is the rest of its section, every entry the same name."""
    module = p.image.imports.modules[1]
    init = next(s for s in p.image.sections if s.Name == "INIT")
    end = init.PointerToRawData + init.SizeOfRawData
    p.section("INIT", VirtualSize=init.SizeOfRawData)
    start = end - 0x80
    entry = bytes(p.data[p.at(module.OriginalFirstThunk) :][:8])
    p.data[start:end] = entry * 0x10
    p.put(p.descriptors + 20, "I", init.VirtualAddress + init.SizeOfRawData - 0x80)


@patched("401")
def descriptor_over_the_end(p):
    init = next(s for s in p.image.sections if s.Name == "INIT")
    p.directory(ENTRY.IMPORT, init.VirtualAddress + init.VirtualSize - 10, 40)


@patched("412")
def slots_are_the_lookups(p):
    """Both tables of a module are one: what the loader writes, it reads."""
    module = p.image.imports.modules[0]
    p.put(p.descriptors + 16, "I", module.OriginalFirstThunk)


@patched("412")
def slots_in_headers(p):
    p.directory(ENTRY.IAT, 0x40, 0x40)


@patched("508")
def relocated_import_slots(p):
    """A base relocation over an import slot changes what the loader has written there, or will."""
    slot = p.image.imports.modules[0].FirstThunk
    p.put(p.relocations + 8, "H", 10 << 12 | slot & 0xFFF)


# ---- exports -------------------------------------------------------------------------------------

EXPORT = {"exports": True}


@patched("401 413", **EXPORT)
def exports_forward_to_themselves(p):
    p.directory(ENTRY.EXPORT, size=0x10000)
    p.put(p.exports + 40, "2I", p.rva(ENTRY.EXPORT), p.rva(ENTRY.EXPORT))


def _forward(p, *targets):
    """Make forwarders of the exports in order; their texts go to the end of .rdata."""
    rdata = next(s for s in p.image.sections if s.Name == ".rdata")
    start = p.rva(ENTRY.EXPORT)
    at = rdata.VirtualSize
    for index, target in enumerate(targets):
        raw = target.encode() + b"\0"
        p.put(p.exports + 40 + 4 * index, "I", rdata.VirtualAddress + at)
        p.data[rdata.PointerToRawData + at :][: len(raw)] = raw
        p.data[rdata.PointerToRawData + at : rdata.PointerToRawData + at + len(raw)] = raw
        at += len(raw)
    p.section(".rdata", VirtualSize=at)
    p.directory(ENTRY.EXPORT, size=rdata.VirtualAddress + at - start)


@patched("413", **EXPORT)
def export_forwards_to_its_own_name(p):
    _forward(p, "core.CoreClose")


@patched("413", **EXPORT)
def exports_forward_in_a_circle(p):
    _forward(p, "CORE.CoreOpen", "core.CoreClose")


@patched("413", **EXPORT)
def exports_forward_by_ordinal_in_a_circle(p):
    _forward(p, "core.#2", "core.#1")


@patched("", **EXPORT)
def export_forwards_into_its_own_module(p):
    """Odd, and right: CoreClose is CoreOpen under another name."""
    _forward(p, "core.CoreOpen")


@patched("413", **EXPORT)
def ordinals_wrap(p):
    p.put(p.exports + 16, "I", 0xFFFFFFFF)


@patched("413", **EXPORT)
def more_names_than_functions(p):
    p.put(p.exports + 20, "I", 1)


@patched("413", **EXPORT)
def exports_without_names_of_their_own(p):
    """Both names are the module's."""
    p.put(p.exports + 48, "2I", p.get(p.exports + 12, "I")[0], p.get(p.exports + 12, "I")[0])


@patched("413", **EXPORT)
def forwarder_without_end(p):
    """The last string of the directory lacks its NUL, and the section ends with it."""
    rdata = next(s for s in p.image.sections if s.Name == ".rdata")
    start = rdata.PointerToRawData + rdata.SizeOfRawData - 4
    p.data[start : start + 4] = b"a.bc"
    rva = rdata.VirtualAddress + rdata.SizeOfRawData - 4
    p.section(".rdata", VirtualSize=rdata.SizeOfRawData)
    p.put(p.exports + 40, "I", rva)
    p.directory(ENTRY.EXPORT, size=rdata.VirtualAddress + rdata.SizeOfRawData - p.rva(ENTRY.EXPORT))


# ---- base relocations ----------------------------------------------------------------------------


@patched("504 506 507")
def relocations_relocate_themselves(p):
    p.put(p.relocations, "I", p.rva(ENTRY.BASERELOC) & ~0xFFF)


@patched("")
def block_of_nothing(p):
    """A block of eight bytes has no entries; the next one follows at once."""
    size = p.image.directory(ENTRY.BASERELOC).Size
    block = bytes(p.data[p.relocations : p.relocations + size])
    empty = struct.pack("<2I", 0x1000, 8)
    p.data[p.relocations : p.relocations + 8 + size] = empty + block
    p.section(".reloc", VirtualSize=size + 8)
    p.directory(ENTRY.BASERELOC, size=size + 8)


@patched("503")
def block_of_an_odd_size(p):
    p.put(p.relocations + 4, "I", 11)


@patched("503")
def block_shorter_than_its_header(p):
    p.put(p.relocations + 4, "I", 4)


@patched("503")
def block_of_four_gib(p):
    p.put(p.relocations + 4, "I", 0xFFFFFFFC)


@patched("504 506 507")
def page_at_the_end_of_memory(p):
    p.put(p.relocations, "I", 0xFFFFF000)


@patched("401")
def relocations_to_the_end_of_the_file(p):
    p.directory(ENTRY.BASERELOC, size=0x7FFFFFFF)


@patched("503")
def relocations_of_one_byte(p):
    p.directory(ENTRY.BASERELOC, size=1)


# ---- resources -----------------------------------------------------------------------------------

VERSION = {"version": True}


def _tree(p):
    return p.at(p.rva(ENTRY.RESOURCE))


@patched("632", **VERSION)
def resources_in_a_ring(p):
    for offset in range(16, 0x100, 8):
        p.put(_tree(p) + offset + 4, "I", 0x80000000)


@patched("632", **VERSION)
def resource_directory_is_its_own_parent(p):
    """The second level leads back to the first."""
    p.put(_tree(p) + 32 + 16 + 4, "I", 0x80000000)


@patched("632", **VERSION)
def resource_of_4_gib(p):
    entry = p.image.resources.entries[0]
    raw = struct.pack("<2I", entry.rva, entry.size)
    at = bytes(p.data).index(raw)
    p.put(at, "2I", 0, 0xFFFFFFFF)


@patched("632", **VERSION)
def resource_name_behind_the_section(p):
    """The first type has a name instead of a number, far away."""
    p.put(_tree(p) + 12, "2H", 1, 1)
    p.put(_tree(p) + 16, "I", 0x80000000 | 0x3FFE)


@patched("631 632", **VERSION)
def resource_data_is_the_headers(p):
    entry = p.image.resources.entries[0]
    at = bytes(p.data).index(struct.pack("<2I", entry.rva, entry.size))
    p.put(at, "2I", 0x40, 0x100)


# ---- the other directories -----------------------------------------------------------------------


@patched("405")
def callbacks_outside(p):
    """Thread-local storage whose callbacks are in no section; a driver must not have any."""
    data = p.image.sections[2]
    at = data.PointerToRawData + 0x40
    p.section(".data", VirtualSize=0x80)
    p.put(at, "4Q2I", 0, 0, 0, 0x7FFFFFFF0000, 0, 0)
    p.directory(ENTRY.TLS, data.VirtualAddress + 0x40, 40)


@patched("315 401 402 403 404 405 406 407 412 413 503 601 602 611 621 703")
def every_directory_is_one(p):
    for entry in range(16):
        p.directory(ENTRY(entry), 0x2000, 0x40)


@patched("401 402 403 404 405 406 407 412 413 503 601 602 611 621 703 801")
def directories_without_addresses(p):
    for entry in range(16):
        p.directory(ENTRY(entry), 0, 0x100)


@patched("401 406 502")
def directories_without_sizes(p):
    for entry in (1, 3, 5, 12):
        p.directory(ENTRY(entry), size=0)


@patched("611", guard=True)
def guard_table_of_4_gib(p):
    at = p.at(p.rva(ENTRY.LOAD_CONFIG))
    p.put(at + 136, "Q", 0xFFFFFFFFFFFFFFFF)
    p.put(at + 144, "I", 0xF0000500)


@patched("611 614", guard=True)
def load_configuration_of_nothing(p):
    p.put(p.at(p.rva(ENTRY.LOAD_CONFIG)), "I", 0)


@patched("611", guard=True)
def cookie_in_the_headers(p):
    p.put(p.at(p.rva(ENTRY.LOAD_CONFIG)) + 88, "Q", p.image.optional_header.ImageBase + 0x40)


@patched("401", debug=True)
def debug_entries_of_themselves(p):
    at = p.image.debug[0].offset
    p.directory(ENTRY.DEBUG, size=28 * 64)
    p.put(at + 16, "3I", 0xFFFFFFFF, p.rva(ENTRY.DEBUG), at)


@patched("621", debug=True)
def half_a_debug_entry(p):
    p.directory(ENTRY.DEBUG, size=28 + 14)


@patched("601 602", machine="arm64")
def unwind_is_the_table(p):
    p.put(p.pdata + 4, "I", p.rva(ENTRY.EXCEPTION))


@patched("602")
def unwind_is_the_table_x64(p):
    p.put(p.pdata + 8, "I", p.rva(ENTRY.EXCEPTION))


@patched("401")
def functions_without_table(p):
    p.directory(ENTRY.EXCEPTION, size=0)


@patched("601 602")
def functions_at_an_odd_address(p):
    p.directory(ENTRY.EXCEPTION, p.rva(ENTRY.EXCEPTION) + 1, 12)


# ---- certificates --------------------------------------------------------------------------------

SIGNED = {"signed": "sha256"}


@patched("704 706", **SIGNED)
def certificate_of_der_nests(p):
    start = p.image.directory(ENTRY.SECURITY).VirtualAddress + 8
    p.data[start:] = b"\x30\x80" * ((len(p.data) - start) // 2)


@patched("703", **SIGNED)
def certificate_over_headers(p):
    p.directory(ENTRY.SECURITY, 8, len(p.data) - 8)


@patched("703 705 706", **SIGNED)
def certificate_at_an_odd_offset(p):
    start = p.image.directory(ENTRY.SECURITY).VirtualAddress
    p.data.insert(start, 0)
    p.directory(ENTRY.SECURITY, start + 1)


@patched("401 702 703", **SIGNED)
def certificate_that_wraps(p):
    p.directory(ENTRY.SECURITY, 0xFFFFFFF8, 0x10)


@patched("703", **SIGNED)
def certificate_of_seven_bytes(p):
    p.directory(ENTRY.SECURITY, size=7)


@patched("703", **SIGNED)
def certificate_of_nothing(p):
    p.put(p.image.directory(ENTRY.SECURITY).VirtualAddress, "I", 0)
