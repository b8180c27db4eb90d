"""Seeded defects: each changes a golden image in one way and names the rule that must find it.

One wrong byte can rightly break several rules; ``also`` lists the others, and the tests require
exactly this set.
"""

import struct

from ntbuild.pecheck.linker_report import InitReference, LinkerReport
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.image import relocated_values
from pecheck.golden import BLOCK
from pecheck.mutations_signed import SIGNED
from pecheck.mutations_tables import TABLES
from pecheck.patch import Mutation

WIDE = ("x64", "arm64")
PDATA = ("x64", "arm64", "arm")


def _unchanged(_):
    """The image is good; the settings expect another."""


def _swap(patch, offset, size):
    """Exchange two neighbouring records."""
    a, b = patch.data[offset : offset + size], patch.data[offset + size : offset + 2 * size]
    patch.data[offset : offset + 2 * size] = b + a


def _pad_headers(patch, offset):
    """Move the PE header to another offset inside the header bytes."""
    end = patch.image.section_table_offset + 40 * len(patch.image.sections)
    block = bytes(patch.data[0x80:end])
    patch.data[0x80:end] = bytes(end - 0x80)
    patch.data[offset : offset + len(block)] = block
    patch.put(60, "I", offset)


def _append_symbols(patch, names=()):
    """A COFF symbol table of one symbol with a string table of long section names."""
    patch.file("PointerToSymbolTable", len(patch.data))
    patch.file("NumberOfSymbols", 1)
    strings = b"".join(name + b"\0" for name in names)
    patch.data += bytes(18) + struct.pack("<I", 4 + len(strings)) + strings


def _append_debug_section(patch, flags=0x42000040):
    """A section of DWARF after all others, its name in the string table, as GNU ld leaves it."""
    image = patch.image
    last = image.sections[-1]
    at = image.section_table_offset + 40 * len(image.sections)
    rva, raw = last.VirtualAddress + 0x1000, len(patch.data)
    patch.put(at, "8s6I2HI", b"/4", 0x80, rva, 0x200, raw, 0, 0, 0, 0, flags)
    patch.file("NumberOfSections", len(image.sections) + 1)
    patch.optional("SizeOfImage", rva + 0x1000)
    patch.data += b"D" * 0x80 + bytes(0x180)
    _append_symbols(patch, [b".debug_info"])


def _exchange_raw_data(patch):
    """The last two sections' bytes, the other way round in the file."""
    before, last = patch.image.sections[-2:]
    patch.section(before.Name, PointerToRawData=last.PointerToRawData)
    patch.section(last.Name, PointerToRawData=before.PointerToRawData)
    _swap(patch, before.PointerToRawData, BLOCK)


def _fixup(patch, entry, value):
    patch.put(patch.relocations + 8 + 2 * entry, "H", value)


def _unterminated_name(patch):
    """The last string of INIT, a hint/name entry's, made to run to the end of the section."""
    init = next(s for s in patch.image.sections if s.Name == "INIT")
    end = init.PointerToRawData + init.SizeOfRawData
    patch.put(patch.at(patch.image.imports.modules[0].OriginalFirstThunk), "I", init.end - 1)
    patch.section("INIT", VirtualSize=init.SizeOfRawData)
    patch.data[end - 0x40 : end] = b"A" * 0x40
    width = patch.image.pointer_size
    lookup = patch.at(patch.image.imports.modules[0].OriginalFirstThunk)
    patch.put(lookup, "Q" if width == 8 else "I", init.VirtualAddress + init.SizeOfRawData - 0x40)


def _init_pointer(patch):
    """The pointer in .data is made to lead into INIT, past the entry point."""
    rva, value = list(relocated_values(patch.image))[1]
    init = next(s for s in patch.image.sections if s.Name == "INIT")
    value += init.VirtualAddress - patch.image.sections[0].VirtualAddress
    patch.put(patch.at(rva), "Q" if patch.image.is_64bit else "I", value)


def _odd_functions(patch):
    """The table of functions begins two bytes further on."""
    size = patch.image.directory(ENTRY.EXCEPTION).Size
    patch.data[patch.pdata + 2 : patch.pdata + 2 + size] = patch.data[patch.pdata :][:size]
    patch.put(patch.pdata, "H", 0)
    patch.section(".pdata", VirtualSize=size + 2)
    patch.directory(ENTRY.EXCEPTION, patch.rva(ENTRY.EXCEPTION) + 2)


def _report(**facts):
    """What the linker of a golden image might say of it."""
    return (("report", LinkerReport(**{"fixups": 2, **facts})),)


def _table():
    scn = {"w": 0x80000000, "r": 0x40000000, "x": 0x20000000, "s": 0x10000000, "np": 0x08000000,
           "d": 0x02000000, "code": 0x20, "data": 0x40}  # fmt: skip
    m = Mutation
    return (
        m("DRV101", "no-mz", lambda p: p.put(0, "2s", b"ZM"), keep_checksum=True),
        m("DRV101", "short", lambda p: p.data.__delitem__(slice(40, None)), keep_checksum=True),
        m("DRV102", "lfanew-wild", lambda p: p.put(60, "I", 0x7FFFFFF0), keep_checksum=True),
        m("DRV102", "lfanew-negative", lambda p: p.put(60, "i", -4), keep_checksum=True),
        m("DRV102", "no-signature", lambda p: p.put(0x80, "2s", b"NE"), keep_checksum=True),
        m("DRV102", "cut", lambda p: p.data.__delitem__(slice(0xA0, None)), keep_checksum=True,
          also=("DRV103",)),
        m("DRV102", "unaligned", lambda p: _pad_headers(p, 0x82)),
        m("DRV102", "four", lambda p: _pad_headers(p, 0x84), level="warning"),
        m("DRV103", "unknown", lambda p: p.file("Machine", 0x166), machines=("x86",)),
        m("DRV103", "other", lambda p: p.file("Machine", 0x14C), machines=("arm",),
          also=("DRV505",), settings=(("machine", "arm"),)),
        m("DRV103", "magic", lambda p: p.optional("Magic", 0x107), keep_checksum=True),
        m("DRV104", "none", lambda p: p.file("NumberOfSections", 0),
          also=("DRV206", "DRV210", "DRV401", "DRV406")),
        m("DRV104", "many", lambda p: p.file("NumberOfSections", 97), noisy=True),
        m("DRV105", "short", lambda p: p.optional("NumberOfRvaAndSizes", 17)),
        m("DRV105", "size", lambda p: p.file("SizeOfOptionalHeader", 0x30), noisy=True),
        m("DRV105", "fewer", lambda p: p.optional("NumberOfRvaAndSizes", 15), level="warning"),
        m("DRV106", "not-executable", lambda p: p.file("Characteristics", 0x100),
          machines=("x86",)),
        m("DRV106", "deprecated", lambda p: p.file("Characteristics", 0x2E), machines=("x64",),
          level="warning"),
        m("DRV106", "32bit", lambda p: p.file("Characteristics", 0x122), machines=WIDE,
          level="warning"),
        m("DRV106", "dll", lambda p: p.file("Characteristics", 0x2022), machines=("arm64",),
          level="warning"),
        m("DRV107", "up-only", lambda p: p.file("Characteristics", 0x4022)),
        m("DRV108", "kept", _append_symbols),
        m("DRV108", "wild", lambda p: p.file("PointerToSymbolTable", 0x7FFFFFFF)),
        m("DRV108", "no-strings", lambda p: _append_symbols(p) or p.put(len(p.data) - 4, "I", 3),
          also=("DRV702",)),
        m("DRV108", "cut", lambda p: _append_symbols(p, [b"a"]) or p.data.__delitem__(-1),
          may=("DRV702",)),
        m("DRV201", "odd", lambda p: p.optional("FileAlignment", 0x300),
          also=("DRV205", "DRV303")),
        m("DRV201", "large", lambda p: p.optional("FileAlignment", 0x20000),
          also=("DRV205", "DRV303")),
        m("DRV201", "zero", lambda p: p.optional("SectionAlignment", 0),
          also=("DRV202", "DRV204", "DRV301")),
        m("DRV202", "below-page", lambda p: p.optional("SectionAlignment", 0x200),
          also=("DRV204", "DRV301")),
        m("DRV203", "odd", lambda p: p.optional("ImageBase", 0x400001), may=("DRV508",)),
        m("DRV203", "wraps", lambda p: p.optional("ImageBase", 0xFFFFFFFFFFFF0000)
          or p.optional("SizeOfImage", 0x20000), also=("DRV204", "DRV508"), machines=WIDE),
        m("DRV203", "wraps", lambda p: p.optional("ImageBase", 0xFFFF0000)
          or p.optional("SizeOfImage", 0x20000), also=("DRV204", "DRV508"),
          machines=("x86", "arm")),
        m("DRV204", "small", lambda p: p.optional("SizeOfImage", 0x3000)),
        m("DRV204", "large", lambda p: p.optional("SizeOfImage", 0x20000)),
        m("DRV204", "odd",
          lambda p: p.optional("SizeOfImage", p.image.optional_header.SizeOfImage - 1)),
        m("DRV205", "odd", lambda p: p.optional("SizeOfHeaders", 0x3FF)),
        m("DRV205", "small", lambda p: p.optional("SizeOfHeaders", 0x200), also=("DRV104",),
          machines=("x64",)),
        m("DRV205", "large", lambda p: p.optional("SizeOfHeaders", 0x600)),
        m("DRV206", "none", lambda p: p.optional("AddressOfEntryPoint", 0)),
        m("DRV206", "outside", lambda p: p.optional("AddressOfEntryPoint", 0x800000)),
        m("DRV206", "in-data", lambda p: p.optional("AddressOfEntryPoint", 0x3000)),
        m("DRV206", "in-page", lambda p: p.optional("AddressOfEntryPoint", 0x5000),
          machines=PDATA, level="warning"),
        m("DRV206", "behind", lambda p: p.section("INIT", SizeOfRawData=0),
          also=("DRV210", "DRV406"), machines=("x86",)),
        m("DRV207", "gui", lambda p: p.optional("Subsystem", 2)),
        m("DRV208", "nt4", lambda p: p.optional("MajorOperatingSystemVersion", 4),
          also=("DRV209",)),
        m("DRV208", "subsystem", lambda p: p.optional("MajorSubsystemVersion", 4),
          also=("DRV209",)),
        m("DRV209", "image-version", lambda p: p.optional("MajorImageVersion", 0)),
        m("DRV209", "asked-6.1", _unchanged, settings=(("version", (6, 1)),)),
        m("DRV210", "no-code", lambda p: p.optional("SizeOfCode", 0)),
        m("DRV210", "data", lambda p: p.optional("SizeOfInitializedData", 0x10)),
        m("DRV210", "first-data", lambda p: p.optional("SizeOfInitializedData", 0x400)),
        m("DRV210", "bss", lambda p: p.optional("SizeOfUninitializedData", 0x10)),
        m("DRV210", "base", lambda p: p.optional("BaseOfCode", 0x2000)),
        m("DRV214", "off", _unchanged, settings=(("profiles", ("base", "whql")),), version=True,
          level="warning"),
        m("DRV215", "not-asked", lambda p: p.optional("DllCharacteristics", 0x2140), level="note"),
        m("DRV215", "asked", _unchanged, settings=(("profiles", ("base", "wdm")),), level="note"),
        m("DRV215", "up-only", lambda p: p.optional("DllCharacteristics", 0x2140)
          or p.file("Characteristics", 0x4022), settings=(("profiles", ("base", "wdm")),),
          also=("DRV107",), level="warning"),
        m("DRV218", "stack", lambda p: p.optional("SizeOfStackReserve", 0x12345)),
        m("DRV218", "heap", lambda p: p.optional("SizeOfHeapCommit", 0x9000)),
        m("DRV311", "iat", lambda p: p.section(".rdata", Name=b"PAGErd"),
          also=("DRV310", "DRV412"), may=("DRV603",)),
        m("DRV311", "pdata", lambda p: p.section(".pdata", Name=b"PAGEpd"), also=("DRV310",),
          machines=PDATA),
        m("DRV311", "eda", lambda p: p.section(".rsrc", Name=b".edax"), level="warning"),
        m("DRV316", "pointer", _init_pointer, level="warning"),
        m("DRV316", "linker-knows", _unchanged, level="error", settings=_report(init_references=(
            InitReference("a.obj:.text+0x10 (Unload)", "Setup", 0x1010),))),
        m("DRV211", "win32-version", lambda p: p.optional("Win32VersionValue", 1)),
        m("DRV211", "loader-flags", lambda p: p.optional("LoaderFlags", 1)),
        m("DRV212", "off", lambda p: p.optional("DllCharacteristics", 0x100)),
        m("DRV213", "off", lambda p: p.optional("DllCharacteristics", 0x40)),
        m("DRV216", "ts-aware", lambda p: p.optional("DllCharacteristics", 0x8140)),
        m("DRV216", "high-entropy", lambda p: p.optional("DllCharacteristics", 0x160),
          machines=("x86", "arm")),
        m("DRV301", "gap", lambda p: p.section(".reloc", VirtualAddress=0x20000),
          also=("DRV204", "DRV401")),
        m("DRV301", "overlap", lambda p: p.section("PAGE", VirtualSize=0x1001)),
        m("DRV302", "zero", lambda p: p.section("PAGE", VirtualSize=0), level="warning"),
        m("DRV302", "nothing", lambda p: p.section(".reloc", VirtualSize=0, SizeOfRawData=0)
          or p.directory(ENTRY.BASERELOC, 0, 0) or p.data.__delitem__(slice(-BLOCK, None)),
          also=("DRV204", "DRV210", "DRV502"), level="error"),
        m("DRV302", "wraps", lambda p: p.section(".reloc", VirtualSize=0xFFFFFFFF),
          also=("DRV204",)),
        m("DRV303", "cut", lambda p: p.data.__delitem__(slice(-0x200, None))),
        m("DRV303", "unaligned", lambda p: p.section(".rsrc", SizeOfRawData=0x1F0),
          also=("DRV210",), level="warning"),
        m("DRV304", "overlap", lambda p: p.section(
            ".rsrc", PointerToRawData=p.image.sections[-1].PointerToRawData),
          also=("DRV322", "DRV632", "DRV801")),
        m("DRV304", "order", _exchange_raw_data, level="warning"),
        m("DRV305", "text", lambda p: p.flags(".text", scn["w"])),
        m("DRV305", "init", lambda p: p.flags("INIT", scn["w"]), also=("DRV312",)),
        m("DRV305", "data", lambda p: p.flags(".data", scn["x"]), also=("DRV307",)),
        m("DRV306", "shared-data", lambda p: p.flags(".data", scn["s"])),
        m("DRV306", "shared-const", lambda p: p.flags(".rsrc", scn["s"]), level="warning"),
        m("DRV307", "mixed", lambda p: p.flags(".text", scn["data"]), also=("DRV210",)),
        m("DRV307", "neither", lambda p: p.flags("PAGE", drop=scn["code"]), also=("DRV210",)),
        m("DRV307", "code-not-executable", lambda p: p.flags("PAGE", drop=scn["x"]),
          also=("DRV601",), machines=PDATA),
        m("DRV307", "unreadable", lambda p: p.flags(".data", drop=scn["r"])),
        m("DRV308", "align", lambda p: p.flags(".text", 0x00500000)),
        m("DRV308", "comdat", lambda p: p.flags(".data", 0x1000)),
        m("DRV309", "text", lambda p: p.flags(".text", drop=scn["np"])),
        m("DRV309", "data", lambda p: p.flags(".data", drop=scn["np"])),
        m("DRV310", "page", lambda p: p.flags("PAGE", scn["np"])),
        m("DRV312", "kept", lambda p: p.flags("INIT", drop=scn["d"]), also=("DRV315",)),
        m("DRV313", "data", lambda p: p.flags(".data", scn["d"]), also=("DRV314",)),
        m("DRV313", "iat", lambda p: p.flags(".rdata", scn["d"]), also=("DRV314", "DRV412"),
          may=("DRV603",)),
        m("DRV314", "page", lambda p: p.flags("PAGE", scn["d"]) or p.flags("INIT", drop=scn["d"]),
          also=("DRV312", "DRV315")),
        m("DRV315", "reloc", lambda p: p.flags(".reloc", drop=scn["d"]), also=("DRV314",)),
        m("DRV315", "rsrc", lambda p: p.flags(".rsrc", drop=scn["d"]), also=("DRV314",)),
        m("DRV317", "rdata", lambda p: p.flags(".rdata", scn["w"]), also=("DRV412",)),
        m("DRV317", "rsrc", lambda p: p.flags(".rsrc", scn["w"])),
        m("DRV317", "code", lambda p: p.flags("PAGE", scn["w"], scn["x"]), also=("DRV307",),
          may=("DRV601",)),
        m("DRV318", "empty", lambda p: p.section(".rsrc", Name=b"")),
        m("DRV318", "control", lambda p: p.section(".rsrc", Name=b"a\x1b[2J")),
        m("DRV318", "wild-long", lambda p: p.section(".rsrc", Name=b"/9999999")),
        m("DRV318", "twice", lambda p: p.section(".rsrc", Name=b"PAGE"), level="warning"),
        m("DRV318", "long", lambda p: _append_symbols(p, [b"a_long_name"])
          or p.section(".rsrc", Name=b"/4"), also=("DRV108",), level="warning"),
        m("DRV319", "dwarf", lambda p: _append_symbols(p, [b".debug_info"])
          or p.section(".rsrc", Name=b"/4"), also=("DRV108", "DRV318")),
        m("DRV319", "dwarf-last", _append_debug_section, also=("DRV108", "DRV318")),
        m("DRV319", "crt", lambda p: p.section(".rsrc", Name=b".CRT")),
        m("DRV319", "debug-kept", lambda p: _append_symbols(p, [b".debug_info"])
          or p.section(".rsrc", Name=b"/4") or p.flags(".rsrc", drop=scn["d"]),
          also=("DRV314",), settings=(("profiles", ("base", "debug")),)),
        m("DRV320", "relocations", lambda p: p.section(".text", PointerToRelocations=0x400)),
        m("DRV320", "lines", lambda p: p.section(".data", NumberOfLinenumbers=1)),
        m("DRV320", "many-lines", lambda p: p.section(".data", NumberOfLinenumbers=0x100)),
        m("DRV401", "outside", lambda p: p.directory(ENTRY.RESOURCE, 0x90000, 16)),
        m("DRV401", "straddles", lambda p: p.directory(ENTRY.RESOURCE, size=0x2000)),
        m("DRV401", "overlap", lambda p: p.directory(ENTRY.DEBUG, p.rva(ENTRY.IMPORT), 28),
          also=("DRV621",)),
        m("DRV401", "certificate", lambda p: p.directory(ENTRY.SECURITY, 0x7FFFFFF0, 0x100),
          also=("DRV703",)),
        m("DRV402", "clr", lambda p: p.directory(ENTRY.COM_DESCRIPTOR, 0x2000, 16)),
        m("DRV402", "globalptr", lambda p: p.directory(ENTRY.GLOBALPTR, 0x3000, 0)),
        m("DRV403", "bound", lambda p: p.directory(ENTRY.BOUND_IMPORT, 0x2000, 16)),
        m("DRV404", "delay", lambda p: p.directory(ENTRY.DELAY_IMPORT, 0x2000, 16)),
        m("DRV405", "tls", lambda p: p.directory(ENTRY.TLS, 0x2000, 24)),
        m("DRV406", "ordinal", lambda p: p.put(p.at(
            p.image.imports.modules[0].OriginalFirstThunk), "Q", 0xC000000000000001),
          machines=WIDE),
        m("DRV406", "control", lambda p: p.put(
            p.at(p.get(p.at(p.image.imports.modules[0].OriginalFirstThunk), "I")[0]) + 4, "B", 1)),
        m("DRV406", "no-oft", lambda p: p.put(p.descriptors, "I", 0)),
        m("DRV406", "no-null", lambda p: p.directory(ENTRY.IMPORT, size=40)),
        m("DRV406", "wild-name", lambda p: p.put(p.descriptors + 12, "I", 0x900000),
          also=("DRV407", "DRV412")),
        m("DRV406", "unequal", lambda p: p.put(
            p.at(p.image.imports.modules[0].FirstThunk) + p.image.pointer_size, "I", 0)),
        m("DRV406", "unterminated", _unterminated_name),
        m("DRV406", "empty", lambda p: [p.put(p.at(rva), "Q" if p.image.is_64bit else "I", 0)
          for rva in (p.image.imports.modules[1].OriginalFirstThunk,
                      p.image.imports.modules[1].FirstThunk)], also=("DRV412",), level="warning"),
        m("DRV407", "ntdll", lambda p: p.import_name(0, "ntdll.dll")),
        m("DRV407", "msvcrt", lambda p: p.import_name(0, "msvcrt.dll")),
        m("DRV407", "unknown", lambda p: p.import_name(0, "foo.dll"), level="warning"),
        m("DRV408", "win32k", lambda p: p.import_name(0, "win32k.sys")),
        m("DRV409", "missing", _unchanged,
          settings=(("exports", {"ntoskrnl": ["DbgPrint"]}),)),
        m("DRV412", "directory", lambda p: p.directory(
            ENTRY.IAT, size=p.image.directory(ENTRY.IAT).Size - 4)),
        m("DRV412", "absent", lambda p: p.directory(ENTRY.IAT, 0, 0)),
        m("DRV412", "executable", lambda p: p.flags(".rdata", scn["x"]), also=("DRV307",)),
        m("DRV413", "not-asked", _unchanged, exports=True),
        m("DRV413", "empty", lambda p: p.put(p.exports + 20, "2I", 0, 0), exports=True),
        m("DRV413", "unsorted", lambda p: _swap(p, p.exports + 48, 4), exports=True,
          settings=(("profiles", ("base", "export")),)),
        m("DRV413", "twice", lambda p: p.put(
            p.exports + 52, "I", p.get(p.exports + 48, "I")[0]), exports=True,
          settings=(("profiles", ("base", "export")),)),
        m("DRV413", "ordinal", lambda p: p.put(p.exports + 56, "H", 9), exports=True,
          settings=(("profiles", ("base", "export")),)),
        m("DRV413", "wild", lambda p: p.put(p.exports + 28, "I", 0xFFFFFFF0), exports=True,
          settings=(("profiles", ("base", "export")),)),
        m("DRV413", "huge", lambda p: p.put(p.exports + 20, "2I", 0xFFFFFFFF, 0xFFFFFFFF),
          exports=True, also=(), settings=(("profiles", ("base", "export")),)),
        m("DRV413", "nowhere", lambda p: p.put(p.exports + 40, "I", 0x900000), exports=True,
          settings=(("profiles", ("base", "export")),)),
        m("DRV413", "flags", lambda p: p.put(p.exports, "I", 1), exports=True,
          settings=(("profiles", ("base", "export")),)),
        m("DRV413", "no-module", lambda p: p.put(p.at(p.get(p.exports + 12, "I")[0]), "B", 0),
          exports=True, settings=(("profiles", ("base", "export")),)),
        m("DRV413", "absent", _unchanged, settings=(("profiles", ("base", "export")),)),
        m("DRV413", "forwarder", lambda p: p.put(
            p.exports + 40, "I", p.rva(ENTRY.EXPORT) + 69), exports=True,
          settings=(("profiles", ("base", "export")),)),
        m("DRV501", "stripped", lambda p: p.file("Characteristics", 0x23)),
        m("DRV502", "linker-knows", lambda p: p.directory(ENTRY.BASERELOC, 0, 0),
          settings=(("fixups", 2),)),
        m("DRV502", "too-few", _unchanged, settings=(("fixups", 9),), level="error"),
        m("DRV502", "seen", lambda p: p.directory(ENTRY.BASERELOC, 0, 0), level="warning"),
        m("DRV503", "zero-block", lambda p: p.put(p.relocations + 4, "I", 0)),
        m("DRV503", "long-block", lambda p: p.put(p.relocations + 4, "I", 0x10000)),
        m("DRV503", "size", lambda p: p.directory(
            ENTRY.BASERELOC, size=p.image.directory(ENTRY.BASERELOC).Size + 2),
          also=("DRV401",)),
        m("DRV504", "odd-page", lambda p: p.put(
            p.relocations, "I", p.get(p.relocations, "I")[0] + 4), also=("DRV508",), machines=WIDE),
        m("DRV504", "same-page", lambda p: p.put(p.relocations + 12, "I", 0x2000),
          also=("DRV507", "DRV508"), machines=WIDE),
        m("DRV504", "descending", lambda p: p.put(p.relocations, "I", 0x6000),
          also=("DRV507", "DRV508"), may=("DRV509",), machines=WIDE),
        m("DRV505", "highlow-on-64", lambda p: _fixup(p, 0, 3 << 12 | 0x40), also=("DRV508",),
          machines=WIDE),
        m("DRV505", "dir64-on-32", lambda p: _fixup(p, 0, 10 << 12), also=("DRV508",),
          machines=("x86",)),
        m("DRV505", "unknown", lambda p: _fixup(p, 0, 9 << 12)),
        m("DRV506", "gap", lambda p: _fixup(p, 0, p.get(p.relocations + 8, "H")[0] | 0xFF0)),
        m("DRV506", "headers", lambda p: p.put(p.relocations, "I", 0)),
        m("DRV507", "double", lambda p: _fixup(p, 1, p.get(p.relocations + 8, "H")[0])),
        m("DRV601", "unsorted", lambda p: _swap(p, p.pdata, 12 if p.machine == "x64" else 8),
          machines=PDATA),
        m("DRV601", "odd", _odd_functions, machines=PDATA, level="error"),
        m("DRV601", "ragged", lambda p: p.directory(
            ENTRY.EXCEPTION, size=p.image.directory(ENTRY.EXCEPTION).Size - 2), machines=PDATA),
        m("DRV601", "inverted", lambda p: p.put(p.pdata + 4, "I", 0xFFF), machines=("x64",)),
        m("DRV601", "no-code", lambda p: p.put(p.pdata + 4, "I", 0x1000), machines=("x64",),
          level="warning"),
        m("DRV601", "overlap", lambda p: p.put(p.pdata + 4, "I", 0x1041), machines=("x64",)),
        m("DRV601", "in-data", lambda p: p.put(
            p.pdata + p.image.directory(ENTRY.EXCEPTION).Size - 12, "2I", 0x7000, 0x7001),
          machines=("x64",)),
        m("DRV601", "empty", lambda p: p.put(p.pdata + 4, "I", 1), machines=("arm",)),
        m("DRV701", "zero", lambda p: p.optional("CheckSum", 0), keep_checksum=True),
        m("DRV701", "wrong", lambda p: p.data.__setitem__(0x410, 0xCC), keep_checksum=True),
        m("DRV801", "asked", _unchanged, settings=(("stamp", 1),)),
        m("DRV801", "export", lambda p: p.put(p.exports + 4, "I", 7), exports=True,
          settings=(("profiles", ("base", "export")),)),
        m("DRV801", "resource", lambda p: p.put(p.at(p.rva(ENTRY.RESOURCE)) + 4, "I", 7)),
        m("DRV801", "debug", lambda p: p.put(p.image.debug[0].offset + 4, "I", 7), debug=True),
        m("DRV801", "unexplained", _unchanged, settings=(("profiles", ("base", "repro")),),
          also=("DRV803",), level="warning"),
        m("DRV801", "differ", lambda p: p.file("TimeDateStamp", 7), debug=True),
    )  # fmt: skip


MUTATIONS = (*_table(), *TABLES, *SIGNED)
