"""Seeded defects after the headers: unwind data, load configuration, debug, resources, signatures.

Offsets come from the good image's own tables, so a change of the golden image moves the defects
along.
"""

import struct

import pdbfiles
from ntbuild.pecheck.linker_report import LinkerReport
from ntbuild.pecheck.symbols import ImageSymbols
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.load_config import field_offset
from ntbuild.pecoff.pdb.symbol_file import SymbolFile
from pecheck.golden import MACHINES, STAMP
from pecheck.golden_parts import sign
from pecheck.patch import Mutation

WIDE = ("x64", "arm64")
PDATA = ("x64", "arm64", "arm")
SEC = (("profiles", ("base", "sec")),)
REPRO = (("profiles", ("base", "repro")), ("stamp", STAMP))


def unchanged(_):
    """The image is good; the settings expect another."""


def _unwind(patch, offset, code, *values):
    """Write into the first function's unwind data."""
    patch.put(patch.at(patch.image.runtime_functions.unwind[0]) + offset, code, *values)


def unwind_codes(patch, *codes, prolog=4, flags=0, tail=b"", version=1):
    """Give x64's first function other unwind data, at the end of .rdata's block."""
    body = bytes((version | flags << 3, prolog, len(codes), 0))
    body += b"".join(struct.pack("<BB", *code) for code in codes)
    body += bytes(2 * (len(codes) % 2)) + tail
    rdata = next(s for s in patch.image.sections if s.Name == ".rdata")
    at = rdata.VirtualSize + -rdata.VirtualSize % 4
    start = rdata.PointerToRawData + at
    patch.data[start : start + len(body)] = body
    patch.section(".rdata", VirtualSize=at + len(body))
    patch.put(patch.pdata + 8, "I", rdata.VirtualAddress + at)
    return rdata.VirtualAddress + at


def _chain(patch):
    """Unwind data that is chained to itself."""
    at = unwind_codes(patch, flags=4, tail=bytes(12))
    begin, end = patch.image.runtime_functions.begins[0], patch.image.runtime_functions.ends[0]
    rdata = patch.image.section_at(patch.image.runtime_functions.unwind[0])
    start = rdata.PointerToRawData + at - rdata.VirtualAddress
    patch.put(start + 4, "3I", begin, end, at)


def _config(patch, name, value, code=None):
    """Write a field of the load configuration."""
    width = patch.image.pointer_size
    at = patch.at(patch.rva(ENTRY.LOAD_CONFIG)) + field_offset(name, width)
    patch.put(at, code or ("Q" if width == 8 else "I"), value)


def _target(patch, name):
    """File offset of what a field of the load configuration points to."""
    return patch.at(patch.image.load_config.get(name) - patch.image.optional_header.ImageBase)


def _debug(patch, index, offset, code, value):
    patch.put(patch.image.debug[index].offset + offset, code, value)


def _debug_data(patch, index):
    return patch.image.debug[index].PointerToRawData


def _resource(patch, offset=0):
    return patch.at(patch.rva(ENTRY.RESOURCE)) + offset


def _version(patch):
    """File offset of the version resource's fixed part."""
    return patch.at(patch.image.resources.entries[0].rva) + 40


def _tail(patch, raw, *, symbols=False):
    """Bytes after the last section."""
    if symbols:
        patch.file("PointerToSymbolTable", len(patch.data))
        patch.file("NumberOfSymbols", 0)
        patch.data += struct.pack("<I", 4)
    patch.data += raw


def _certificate(patch):
    return patch.image.directory(ENTRY.SECURITY).VirtualAddress


def _payload(patch, size, byte):
    """Grow the certificate entry and its directory by bytes that are not signed."""
    start, old = _certificate(patch), patch.image.directory(ENTRY.SECURITY).Size
    patch.data += bytes((byte,)) * size
    patch.put(start, "I", old + size)
    patch.directory(ENTRY.SECURITY, size=old + size)


def _sha1(patch):
    start = _certificate(patch)
    del patch.data[start:]
    sign(patch.data, patch.image.directory_offset(ENTRY.SECURITY), "sha1")


def _by_ordinal(patch, module):
    found = patch.image.imports.modules[module]
    width = patch.image.pointer_size
    for table in (found.OriginalFirstThunk, found.FirstThunk):
        patch.put(patch.at(table), "Q" if width == 8 else "I", 1 << (8 * width - 1) | 5)


def _import(patch, name):
    """Give the second kernel import another name, which may be longer: nothing follows it long."""
    symbol = patch.image.imports.modules[0]
    thunk = patch.get(patch.at(symbol.OriginalFirstThunk) + patch.image.pointer_size, "I")[0]
    at = patch.at(thunk) + 2
    patch.data[at : at + 15] = name.encode().ljust(15, b"\0")


def text_in(patch, section, text):
    """A text at the end of a section."""
    header = next(s for s in patch.image.sections if s.Name == section)
    start = header.PointerToRawData + header.VirtualSize + 1
    raw = text.encode() + b"\0"
    patch.data[start : start + len(raw)] = raw
    patch.section(section, VirtualSize=header.VirtualSize + 1 + len(raw))


def _paged_unwind(patch):
    """The unwind data of the first function moves into PAGE."""
    page = next(s for s in patch.image.sections if s.Name == "PAGE")
    start = page.VirtualSize + -page.VirtualSize % 4
    old = patch.at(patch.image.runtime_functions.unwind[0])
    at = page.PointerToRawData + start
    patch.data[at : at + 8] = patch.data[old : old + 8]
    patch.section("PAGE", VirtualSize=start + 8)
    stride = patch.image.runtime_functions.stride
    patch.put(patch.pdata + stride - 4, "I", page.VirtualAddress + start)


def _text_fixup(patch):
    """A relocated address in x64 code."""
    text = patch.image.sections[0]
    patch.put(text.PointerToRawData + 0x10, "Q", patch.image.optional_header.ImageBase + 0x1000)
    patch.put(patch.relocations, "I", text.VirtualAddress)
    patch.put(patch.relocations + 8, "H", 10 << 12 | 0x10)


def _unguarded():
    return (("report", LinkerReport(2, unguarded=("a.obj",))),)


def _unwinding():
    m = Mutation
    both = {"machines": WIDE}
    x64 = {"machines": ("x64",)}
    return (
        m("DRV602", "version", lambda p: _unwind(p, 0, "B", 7), **x64),
        m("DRV602", "version", lambda p: _unwind(p, 0, "I", 9 | 1 << 18 | 1 << 21 | 1 << 27),
          machines=("arm64",)),
        m("DRV602", "wild", lambda p: p.put(
            p.pdata + p.image.runtime_functions.stride - 4, "I", 0x900000), **x64),
        m("DRV602", "unaligned", lambda p: p.put(
            p.pdata + 8, "I", p.image.runtime_functions.unwind[0] + 2), **x64),
        m("DRV602", "prolog", lambda p: unwind_codes(p, prolog=200), **x64),
        m("DRV602", "offset", lambda p: unwind_codes(p, (9, 2)), **x64),
        m("DRV602", "order", lambda p: unwind_codes(p, (1, 2), (4, 2)), **x64),
        m("DRV602", "operation", lambda p: unwind_codes(p, (4, 15)), **x64),
        m("DRV602", "cut", lambda p: unwind_codes(p, (4, 5)), **x64),
        m("DRV602", "handler", lambda p: unwind_codes(p, flags=1, tail=struct.pack("<I", 0x3000)),
          **x64),
        m("DRV602", "both", lambda p: unwind_codes(p, flags=5, tail=bytes(12)), **x64),
        m("DRV602", "loop", _chain, **x64),
        m("DRV602", "no-end", lambda p: _unwind(p, 4, "I", 0xE3E3E3E3), machines=("arm64",)),
        m("DRV602", "epilog", lambda p: _unwind(
            p, 0, "I", 9 | 1 << 21 | 9 << 22 | 1 << 27), machines=("arm64",)),
        m("DRV602", "handler", lambda p: _unwind(
            p, 0, "I", 9 | 1 << 20 | 1 << 21 | 1 << 27), machines=("arm64",)),
        m("DRV602", "far", lambda p: p.put(p.pdata + 4, "I", 0x900000), machines=("arm64", "arm"),
          may=("DRV601",)),
        m("DRV603", "paged", _paged_unwind, **both),
        m("DRV509", "text", _text_fixup, **x64),
        m("DRV508", "value", lambda p: p.put(p.at(0x3000), "I", 0x10)),
        m("DRV409", "newer", lambda p: _import(p, "ExAllocatePool2"), may=("DRV411",),
          settings=(("build", 16299),)),
        m("DRV410", "kernel", lambda p: _by_ordinal(p, 0)),
        m("DRV410", "hal", lambda p: _by_ordinal(p, 1)),
        m("DRV411", "pool", lambda p: _import(p, "ExAllocatePool"), level="warning",
          settings=(("profiles", ("base", "hvci")),)),
        m("DRV411", "map", lambda p: _import(p, "MmMapIoSpace"), level="warning",
          settings=(("profiles", ("base", "hvci")),)),
    )  # fmt: skip


def _configuration():
    m = Mutation
    guard = {"guard": True}
    cfg = {"guard": True, "machines": WIDE}
    x86 = {"guard": True, "machines": ("x86",)}
    return (
        m("DRV217", "handlers", lambda p: p.optional("DllCharacteristics", 0x5C0), **x86),
        m("DRV611", "size", lambda p: _config(p, "Size", 0x11, "I"), may=("DRV614",), **guard),
        m("DRV611", "short", lambda p: _config(p, "Size", 0x3C, "I"), may=("DRV614",), **guard),
        m("DRV611", "huge", lambda p: _config(p, "Size", 0x404, "I"), may=("DRV614",), **guard),
        m("DRV611", "long", lambda p: _config(p, "Size", 0x380, "I"), **cfg),
        m("DRV611", "directory", lambda p: p.directory(ENTRY.LOAD_CONFIG, size=64),
          level="warning", **cfg),
        m("DRV611", "directory", lambda p: p.directory(ENTRY.LOAD_CONFIG, size=0x50),
          level="warning", **x86),
        m("DRV611", "cookie", lambda p: _config(p, "SecurityCookie", 1), also=("DRV508",),
          **guard),
        m("DRV611", "check", lambda p: _config(
            p, "GuardCFCheckFunctionPointer", p.image.optional_header.ImageBase + 0x900000),
          also=("DRV508",), **cfg),
        m("DRV611", "table", lambda p: _config(p, "GuardCFFunctionCount", 0x10000), **cfg),
        m("DRV611", "no-table", lambda p: _config(p, "GuardLongJumpTargetCount", 4), **cfg),
        m("DRV612", "value", lambda p: p.put(_target(p, "SecurityCookie"), "I", 0x1234), **guard),
        m("DRV612", "read-only", lambda p: p.flags(".data", drop=0x80000000), **guard),
        m("DRV612", "paged", lambda p: p.section(".data", Name=b"PAGEdata"),
          also=("DRV310",), **guard),
        m("DRV613", "unsorted", lambda p: p.put(_target(p, "SEHandlerTable"), "I", 0x6000), **x86),
        m("DRV613", "data", lambda p: p.put(_target(p, "SEHandlerTable"), "I", 0x10), **x86),
        m("DRV613", "neither", lambda p: p.optional("DllCharacteristics", 0x140),
          machines=("x86",), settings=SEC),
        m("DRV614", "unsorted", lambda p: p.put(
            _target(p, "GuardCFFunctionTable"), "I", 0x6000), **cfg),
        m("DRV614", "data", lambda p: p.put(_target(p, "GuardCFFunctionTable"), "I", 0x10), **cfg),
        m("DRV614", "no-bit", lambda p: p.optional("DllCharacteristics", 0x1E0), **cfg),
        m("DRV614", "no-flags", lambda p: _config(p, "GuardFlags", 0, "I"), **cfg),
        m("DRV614", "no-table", lambda p: _config(p, "GuardFlags", 0x100, "I"), **cfg),
        m("DRV614", "empty", lambda p: _config(p, "GuardCFFunctionCount", 0), **cfg),
        m("DRV614", "fixed", lambda p: p.optional("DllCharacteristics", 0x41A0),
          also=("DRV212",), **cfg),
        m("DRV614", "neither-bit", lambda p: p.optional("DllCharacteristics", 0x1A0),
          also=("DRV212",), **cfg),
        m("DRV614", "off", unchanged, machines=WIDE, settings=SEC, may=("DRV615",), level="error"),
        m("DRV614", "linker-knows", unchanged, settings=_unguarded(), level="warning", **cfg),
        m("DRV614", "writable", lambda p: _config(
            p, "GuardCFCheckFunctionPointer", p.image.optional_header.ImageBase + 0x3000), **cfg),
        m("DRV615", "unknown", lambda p: p.put(_debug_data(p, 2), "I", 0x80001), **guard),
        m("DRV615", "off", lambda p: p.put(_debug_data(p, 2), "I", 0), guard=True,
          machines=("x64",), settings=SEC),
    )  # fmt: skip


def _symbols(data: bytes):
    return ImageSymbols(SymbolFile.of("driver.pdb", data))


def _symbol_files():
    """The PDB that is found next to an image, in place of the image, is what differs."""
    m = Mutation
    good = _symbols(pdbfiles.file_of(pdbfiles.whole()))
    missing = ImageSymbols(None, "driver.pdb: No such file or directory")
    cut = pdbfiles.whole()
    given = {
        "other-image": (good, lambda p: p.put(_debug_data(p, 0) + 4, "B", 0x77), "error", MACHINES),
        "other-age": (good, lambda p: p.put(_debug_data(p, 0) + 20, "I", 2), "error", MACHINES),
        "machine": (good, unchanged, "error", ("arm64", "arm", "x86")),
        "missing": (missing, unchanged, "error", MACHINES),
        "cut": (_symbols(pdbfiles.file_of((*cut[:3], cut[3][:40], *cut[4:]))), unchanged, "error",
                MACHINES),
    }  # fmt: skip
    for field in pdbfiles.BREAKS:
        if field not in ("GUID", "age of the stream of modules"):
            symbols = _symbols(pdbfiles.broken(field))
            given[field.replace(" ", "-")] = (symbols, unchanged, "warning", ("x64",))
    for name, (symbols, change, level, machines) in given.items():
        yield m("DRV622", name, change, level=level, machines=machines, debug=True,
                settings=(("symbols", symbols),))  # fmt: skip


def _debugging():
    m = Mutation
    debug = {"debug": True}
    return (
        m("DRV621", "outside", lambda p: _debug(p, 0, 24, "I", 0x7FFFFF00), level="error", **debug),
        m("DRV621", "two-places", lambda p: _debug(p, 0, 20, "I", 0x1000), level="warning",
          **debug),
        m("DRV621", "reserved", lambda p: _debug(p, 0, 0, "I", 1), level="warning", **debug),
        m("DRV621", "no-rsds", lambda p: p.put(_debug_data(p, 0), "4s", b"NB10"), level="warning",
          **debug),
        m("DRV621", "guid", lambda p: p.put(_debug_data(p, 0) + 4, "2Q", 0, 0), level="warning",
          **debug),
        m("DRV621", "directory", lambda p: p.put(_debug_data(p, 0) + 24, "10s", b"C:\\d\\a.pdb"),
          level="warning", may=("DRV802",), **debug),
        m("DRV621", "only-directory", lambda p: p.put(
            _debug_data(p, 0) + 24, "11s", b"C:\\driver\\"), level="warning", **debug),
        m("DRV621", "empty", lambda p: p.put(_debug_data(p, 0) + 24, "B", 0), level="warning",
          **debug),
        m("DRV621", "unterminated", lambda p: _debug(p, 0, 16, "I", 30), level="warning", **debug),
        *_symbol_files(),
        m("DRV802", "windows", lambda p: text_in(p, ".rdata", "C:\\src\\vault\\vault.c")),
        m("DRV802", "unix", lambda p: text_in(p, ".data", "/home/me/vault/vault.h")),
        m("DRV802", "share", lambda p: text_in(p, "INIT", "\\\\server\\src\\a.cpp"),
          settings=REPRO, level="error"),
        m("DRV803", "data", lambda p: p.put(_debug_data(p, 1), "I", 99), **debug),
        m("DRV803", "cut", lambda p: _debug(p, 1, 16, "I", 3), **debug),
        m("DRV803", "absent", unchanged, settings=(("profiles", ("base", "repro")),),
          also=("DRV801",)),
        m("DRV801", "repro", lambda p: p.file("TimeDateStamp", 7), debug=True, settings=REPRO,
          level="error"),
    )  # fmt: skip


def _resources():
    m = Mutation
    version = {"version": True}
    whql = (("profiles", ("base", "whql")),)
    return (
        m("DRV631", "absent", unchanged, also=("DRV214",), settings=whql, level="error"),
        m("DRV631", "signature", lambda p: p.put(_version(p), "I", 0), **version),
        m("DRV631", "structure", lambda p: p.put(_version(p) + 4, "I", 0), **version),
        m("DRV631", "type", lambda p: p.put(_version(p) + 36, "I", 1), level="note", **version),
        m("DRV631", "system", lambda p: p.put(_version(p) + 32, "I", 0x10001), level="note",
          **version),
        m("DRV631", "key", lambda p: p.put(_version(p) - 34, "H", 0x58), **version),
        m("DRV632", "loop", lambda p: p.put(_resource(p, 20), "I", 0x80000000), **version),
        m("DRV632", "outside", lambda p: p.put(_resource(p, 20), "I", 0x800FFFFF), **version),
        m("DRV632", "flat", lambda p: p.put(_resource(p, 20), "I", 0x40), **version),
        m("DRV632", "unsorted", lambda p: p.put(_resource(p, 16), "I", 25), **version),
        m("DRV632", "twice", lambda p: p.put(_resource(p, 24), "I", 16)
          or p.put(_resource(p, 28), "I", p.get(_resource(p, 20), "I")[0]), **version),
        m("DRV632", "many", lambda p: p.put(_resource(p, 14), "H", 0xFFFF), **version),
        m("DRV632", "data", lambda p: p.put(
            _resource(p, 16 + 16 + 48 + 48), "I", 0x900000), **version),
    )  # fmt: skip


def _behind():
    m = Mutation
    signed = {"signed": "sha256"}
    return (
        m("DRV321", "bss", lambda p: p.flags(".data", 0x80, 0x40), may=("DRV210",)),
        m("DRV321", "large", unchanged, settings=(("nonpaged", 0x80),)),
        m("DRV322", "headers", lambda p: p.put(0x3F0, "I", 1)),
        m("DRV322", "data", lambda p: p.put(
            p.image.sections[2].PointerToRawData + 0x200, "I", 0x41414141)),
        m("DRV322", "code", lambda p: p.put(
            p.image.sections[0].PointerToRawData + 0x200, "4s", b"\x90\xcc\x90\x41")),
        m("DRV702", "payload", lambda p: _tail(p, b"payload!")),
        m("DRV702", "zeros", lambda p: _tail(p, bytes(0x1000)), level="warning"),
        m("DRV702", "behind-symbols", lambda p: _tail(p, b"payload!", symbols=True),
          also=("DRV108",)),
        m("DRV702", "before-signature", lambda p: p.section(".reloc", SizeOfRawData=0x200)
          or p.put(p.image.sections[-1].PointerToRawData + 0x300, "I", 1),
          may=("DRV210", "DRV705"), **signed),
        m("DRV703", "unaligned", lambda p: _tail(p, bytes(4))
          or p.directory(ENTRY.SECURITY, _certificate(p) + 4), may=("DRV704", "DRV705", "DRV702"),
          **signed),
        m("DRV703", "not-last", lambda p: _tail(p, bytes(8)), may=("DRV705",), **signed),
        m("DRV703", "revision", lambda p: p.put(_certificate(p) + 4, "H", 0x300), level="error",
          **signed),
        m("DRV703", "old-revision", lambda p: p.put(_certificate(p) + 4, "H", 0x100),
          level="warning", **signed),
        m("DRV703", "type", lambda p: p.put(_certificate(p) + 6, "H", 1), **signed),
        m("DRV703", "length", lambda p: p.put(_certificate(p), "I", 0x70000000), **signed),
        m("DRV703", "in-section", lambda p: p.directory(
            ENTRY.SECURITY, _certificate(p) - 8, p.image.directory(ENTRY.SECURITY).Size + 8),
          may=("DRV704", "DRV705"), **signed),
        m("DRV704", "payload", lambda p: _payload(p, 16, 0x41), **signed),
        m("DRV704", "zeros", lambda p: _payload(p, 8, 0), **signed),
        m("DRV704", "no-der", lambda p: p.put(_certificate(p) + 8, "2B", 0x30, 0x85), **signed),
        m("DRV705", "changed", lambda p: p.data.__setitem__(0x410, 0xCC), **signed),
        m("DRV705", "sha1", _sha1, level="warning", **signed),
        m("DRV710", "absent", unchanged, settings=(("profiles", ("base", "boot", "signed")),)),
    )  # fmt: skip


TABLES = (*_unwinding(), *_configuration(), *_debugging(), *_resources(), *_behind())
