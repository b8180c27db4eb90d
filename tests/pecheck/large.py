"""A good x64 driver image of any size: functions with unwind data, and tables of pointers.

The proportions are those of large drivers: half code, a pointer for every 64 bytes of the rest, a
function for every 128 bytes of code.
"""

import struct

from pecheck.golden import HEADERS, STAMP, Golden, set_checksum

_ALIGN = 0x1000


def _up(size, to=_ALIGN):
    return -(-size // to) * to


def large(size):
    """An image of about ``size`` bytes that no rule finds anything in."""
    image = Golden("x64")
    functions = max(size // 2 // 128, 1)
    unwind = b"\x01\x04\x01\0\x04\x02\0\0"
    base = image.base
    order = list(image.sections)
    contents = {name: bytes(section.data) for name, section in image.sections.items()}
    old = {name: section.rva for name, section in image.sections.items()}
    contents[".text"] = (b"\x90" * 31 + b"\xc3") * (4 * functions)
    rdata = _up(len(contents[".rdata"]), 64)
    words = size // 2 // 64
    sizes = {name: len(raw) for name, raw in contents.items()}
    sizes[".rdata"] = rdata + 64 * words + len(unwind) * functions
    sizes[".pdata"] = 12 * functions
    sizes[".reloc"] = 0
    rva, at = {}, _ALIGN
    for name in order:
        rva[name] = at
        at = _up(at + max(sizes[name], 1))
    slots = struct.pack("<QQ", base + rva[".text"], 0) + bytes(48)
    body = bytearray(contents[".rdata"].ljust(rdata, b"\0") + slots * words)
    unwinds = rva[".rdata"] + len(body)
    body += unwind * functions
    pdata = b"".join(
        struct.pack("<3I", begin, begin + 128, unwinds + 8 * index)
        for index, begin in enumerate(range(rva[".text"], rva[".text"] + 128 * functions, 128))
    )
    _move(image, contents, body, old, rva)
    fixups = [rva[".rdata"] + rdata + 64 * index for index in range(words)]
    fixups += [rva[".data"], rva[".rdata"] + image.fixups[0][0] - old[".rdata"]]
    struct.pack_into("<Q", body, image.fixups[0][0] - old[".rdata"], base + rva[".text"])
    contents |= {".rdata": bytes(body), ".pdata": pdata, ".reloc": _relocations(sorted(fixups))}
    contents[".data"] = struct.pack("<Q", base + rva[".text"]) + contents[".data"][8:]
    return _write(image, order, contents, rva, old)


def _move(image, contents, body, old, rva):
    """Correct the addresses in import tables, which all lie in INIT and in the address table."""
    shift = rva["INIT"] - old["INIT"]
    init = bytearray(contents["INIT"])
    start = image.directories[1][0] - old["INIT"]
    for at in range(start, start + image.directories[1][1] - 20, 20):
        lookup, _, _, name, slots = struct.unpack_from("<5I", init, at)
        new_slots = slots - old[".rdata"] + rva[".rdata"]
        struct.pack_into("<5I", init, at, lookup + shift, 0, 0, name + shift, new_slots)
        for table, raw in ((lookup - old["INIT"], init), (slots - old[".rdata"], body)):
            position = table
            while (value := struct.unpack_from("<Q", raw, position)[0]) != 0:
                struct.pack_into("<Q", raw, position, value + shift)
                position += 8
    contents["INIT"] = bytes(init)


def _relocations(fixups):
    pages = {}
    for at in fixups:
        pages.setdefault(at & ~0xFFF, []).append(10 << 12 | at & 0xFFF)
    out = b""
    blocks = []
    for page, entries in pages.items():
        padded = [*entries, *[0] * (len(entries) % 2)]
        blocks.append(struct.pack(f"<2I{len(padded)}H", page, 8 + 2 * len(padded), *padded))
    return out.join(blocks)


def _write(image, order, contents, rva, old):
    data = bytearray(image._headers())
    raw_sizes = {name: _up(len(contents[name]), 0x200) for name in order}
    table = 0x80 + 24 + 240
    offset = HEADERS
    for index, name in enumerate(order):
        struct.pack_into("<4I", data, table + 40 * index + 8, len(contents[name]), rva[name],
                         raw_sizes[name], offset)  # fmt: skip
        offset += raw_sizes[name]
    moved = {1: "INIT", 2: ".rsrc", 3: ".pdata", 5: ".reloc", 12: ".rdata"}
    for index, name in moved.items():
        address, size = image.directories[index]
        size = len(contents[name]) if index in (3, 5) else size
        new = address - old[name] + rva[name]
        struct.pack_into("<2I", data, image.directory_offset(index), new, size)
    last = order[-1]
    code = sum(raw_sizes[name] for name in (".text", "PAGE", "INIT"))
    optional = 0x80 + 24
    struct.pack_into("<2I", data, optional + 4, code, sum(raw_sizes.values()) - code)
    struct.pack_into("<I", data, optional + 16, image.entry - old["INIT"] + rva["INIT"])
    end = _up(rva[last] + len(contents[last]))
    struct.pack_into("<I", data, optional + 56, end)
    assert STAMP
    for name in order:
        data += contents[name].ljust(raw_sizes[name], b"\0")
    _fast_checksum(data)
    return bytes(data)


def _fast_checksum(data):
    """The specification's sum over a large file, by one division."""
    if len(data) < 1 << 16:
        set_checksum(data)
        return
    at = 0x80 + 24 + 64
    data[at : at + 4] = bytes(4)
    total = int.from_bytes(data, "little") % 0xFFFF or 0xFFFF
    struct.pack_into("<I", data, at, total + len(data))
