"""Archives of all four kinds, import members, dlltool's import objects and .res files, by chance.

Written apart from the project's librarian, for that cannot write an index that is wrong.
"""

from collections.abc import Sequence
from struct import pack

from coffwriter import CODE, DATA, Reloc, Section, Symbol, build
from fuzz.draw import LIBRARY, ODD_NAMES, Draw
from fuzz.objects import Made, an_object, spoiled
from hostile.seeds import CALL_AT, CALLS, KINDS, MACHINES
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

Member = tuple[str, Made]
NUMBERS = {"x64": 0x8664, "x86": 0x14C, "arm64": 0xAA64, "arm": 0x1C4}


def _head(name: str, size: int) -> bytes:
    return b"%-16s%-12s%-6s%-6s%-8s%-10d`\n" % (name.encode()[:16], b"0", b"0", b"0", b"644", size)


def _even(data: bytes) -> bytes:
    return data + b"\n" * (len(data) & 1)


def archive(draw: Draw, members: Sequence[Member], kind: str = "") -> bytes:
    """An archive of ``gnu`` (one index), ``msvc`` (two), ``bsd``, ``thin`` or ``plain`` kind."""
    kind = kind or draw.choice(("gnu", "msvc", "bsd"))
    names, fields = b"", []
    for name, _ in members:
        if kind == "bsd":
            fields.append(f"#1/{len(name)}")
        elif len(name) > 15 or kind == "thin":
            fields.append(f"/{len(names) if not draw.odd() else draw.number()}")
            names += name.encode() + b"/\n"
        else:
            fields.append(name + "/")
    pairs = [(at, name.encode()) for at, (_, made) in enumerate(members) for name in made.defines]
    if members and draw.odd(2):
        pairs += [(draw.randrange(len(members)), draw.name().encode()) for _ in range(3)]
    sizes = [len(index) for index in _indexes(draw, kind, pairs, [0] * len(members))]
    at = 8 + sum(60 + size + (size & 1) for size in sizes)
    at += 60 + len(_even(names)) if names else 0
    offsets, body = [], b""
    for (name, made), field in zip(members, fields, strict=True):
        inside = b"" if kind == "thin" else made.data
        inside = name.encode() + inside if kind == "bsd" else inside
        size = len(made.data) if kind == "thin" else len(inside)
        offsets.append(at + len(body) if not draw.odd() else draw.number())
        body += _head(field, draw.number() if draw.odd(0.3) else size) + _even(inside)
    indexes = _indexes(draw, kind, pairs, offsets)
    front = b"!<thin>\n" if kind == "thin" else b"!<arch>\n"
    for index in indexes:
        front += _head("__.SYMDEF" if kind == "bsd" else "/", len(index)) + _even(index)
    front += _head("//", len(names)) + _even(names) if names else b""
    return spoiled(draw, front + body)


def _indexes(
    draw: Draw, kind: str, pairs: list[tuple[int, bytes]], offsets: list[int]
) -> list[bytes]:
    """The linker members; their sizes do not depend on the offsets."""
    text = b"".join(name + b"\0" for _, name in pairs)
    if kind == "plain":
        return []
    if kind == "bsd":
        rows, at = b"", 0
        for member, name in pairs:
            rows += pack("<II", at, offsets[member])
            at += len(name) + 1
        return [pack("<I", len(rows)) + rows + pack("<I", len(text)) + text]
    first = pack(">I", len(pairs)) + b"".join(pack(">I", offsets[m]) for m, _ in pairs) + text
    if kind != "msvc":
        return [first]
    ordered = sorted(pairs, key=lambda pair: pair[1]) if not draw.oddness else pairs
    second = (
        pack("<I", len(offsets)) + pack(f"<{len(offsets)}I", *offsets) + pack("<I", len(ordered))
    )
    second += b"".join(pack("<H", member + 1) for member, _ in ordered)
    return [first, second + b"".join(name + b"\0" for _, name in ordered)]


def short_import(draw: Draw, symbol: str, dll: str = "ntoskrnl.exe") -> Made:
    """A short import member."""
    symbol = draw.prefix + (symbol if not draw.odd() else draw.choice(ODD_NAMES))
    kind, name_type = draw.choice((0, 0, 1, 2)), draw.choice((0, 1, 1, 2, 3, 4))
    if draw.odd():
        kind, name_type = draw.randrange(4), draw.randrange(8)
    text = f"{symbol}\0{dll}\0" + ("exported\0" if name_type == 4 else "")
    raw = text.encode()
    size = len(raw) if not draw.odd() else draw.number()
    machine = NUMBERS[draw.machine]
    ordinal = draw.choice((0, 1, 77, 0xFFFF))
    bits = kind | name_type << 2
    head = pack("<HHHHIIHH", 0, 0xFFFF, 0, machine, 0, size, ordinal, bits)
    return Made(spoiled(draw, head + raw), (symbol, f"__imp_{symbol}"))


def import_library(draw: Draw) -> bytes:
    """An import library: the project's own, of short members, or as dlltool writes it."""
    way = draw.randrange(3)
    if way == 0:
        text = "LIBRARY ntoskrnl.exe\nEXPORTS\nDbgPrint\nDbgPrompt @7 NONAME\nKdDebug DATA\n"
        machine = MACHINES[draw.machine]
        try:
            definition = parse_def(text, "ntoskrnl.def", machine)
            return spoiled(draw, write_import_library(definition, machine))
        except LinkError as error:  # the text is good
            raise AssertionError(str(error)) from error
    dll = "nt.exe" if draw.odd() else "ntoskrnl.exe"
    if way == 1:
        made = [("ntoskrnl.exe", short_import(draw, name, dll)) for name in LIBRARY]
        return archive(draw, made, draw.choice(("gnu", "msvc")))
    return archive(draw, _dlltool(draw, dll), "gnu")


def _dlltool(draw: Draw, dll: str) -> list[Member]:
    """Head, one object for each name, tail: the sections .idata$2 to $7 with their relocations."""
    machine, kinds = draw.machine, KINDS[draw.machine]
    wide = 8 if machine in ("x64", "arm64") else 4
    rva, head_name, tail_name = kinds.relative, f"{draw.prefix}_head_nt", f"{draw.prefix}nt_iname"
    fields = [Reloc(0, ".idata$4", rva), Reloc(12, tail_name, rva), Reloc(16, ".idata$5", rva)]
    head = build(
        machine,
        [
            Section(".idata$2", bytes(20), DATA, 4, fields if not draw.odd() else fields[1:]),
            Section(".idata$5", b"", DATA, 4),
            Section(".idata$4", b"", DATA, 4),
        ],
        [Symbol(head_name, ".idata$2"), Symbol(tail_name)],
    )
    tail = build(
        machine,
        [
            Section(".idata$4", bytes(wide), DATA, wide),
            Section(".idata$5", bytes(wide), DATA, wide),
            Section(".idata$7", dll.encode() + bytes(2), DATA, 2),
        ],
        [Symbol(tail_name, ".idata$7")],
    )
    members = [("head.o", Made(spoiled(draw, head), (head_name,)))]
    for at, name in enumerate(LIBRARY):
        symbol = draw.prefix + name
        body = build(
            machine,
            [
                Section(
                    ".text",
                    CALLS[machine],
                    CODE,
                    4,
                    [Reloc(CALL_AT[machine], ".idata$5", kinds.call)],
                ),
                Section(".idata$7", bytes(4), DATA, 4, [Reloc(0, head_name, rva)]),
                Section(".idata$5", bytes(wide), DATA, 4, [Reloc(0, ".idata$6", rva)]),
                Section(".idata$4", bytes(wide), DATA, 4, [Reloc(0, ".idata$6", rva)]),
                Section(".idata$6", pack("<H", at) + name.encode() + b"\0", DATA, 2),
            ],
            [
                Symbol(symbol, ".text", type=0x20),
                Symbol(f"__imp_{symbol}", ".idata$5"),
                Symbol(head_name),
            ],
        )
        members.append((f"s{at}.o", Made(spoiled(draw, body), (symbol, f"__imp_{symbol}"))))
    return [*members, ("tail.o", Made(spoiled(draw, tail), (tail_name,)))]


def library(draw: Draw, names: Sequence[str]) -> tuple[bytes, dict[str, bytes]]:
    """An archive of objects that define the names, and the files beside it when it is thin."""
    members = [(f"{name[:12]}.o", an_object(draw, (name,))) for name in names]
    if draw.odd():
        members.append((draw.choice(("../x", "/etc/none", "n" * 300, "a b", "")), Made(b"x")))
    kind = draw.choice(("gnu", "msvc", "bsd", "thin")) if not draw.odd() else "plain"
    files = {name: made.data for name, made in members[: len(names)]} if kind == "thin" else {}
    return archive(draw, members, kind), files


def resources(draw: Draw) -> bytes:
    """A .res file of some resources."""

    def key() -> bytes:
        if draw.random() < 0.6:
            return pack("<HH", 0xFFFF, draw.choice((1, 2, 16, 24, 0xFFFF, draw.randrange(999))))
        text = draw.choice(("NAME", "Ä", "a" * 30)).encode("utf-16-le")
        return text + (b"" if draw.odd() else b"\0\0")

    data = pack("<II", 0, 32) + pack("<HHHH", 0xFFFF, 0, 0xFFFF, 0) + bytes(16)
    for _ in range(draw.randrange(4)):
        keys = key() + key()
        keys += bytes(-len(keys) % 4)
        body = draw.blob(30)
        size = len(body) if not draw.odd() else draw.number()
        length = len(keys) + 24 if not draw.odd() else draw.number()
        data += pack("<II", size, length) + keys
        data += pack("<IHHII", 0, 0x30, draw.choice((0, 1033)), 0, 0)
        data += body + bytes(-len(body) % 4)
    return spoiled(draw, data)
