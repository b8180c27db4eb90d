"""Objects by chance: sections of every kind that linkers know by name, symbols of every class.

What is hard is to be wrong in one place only: an object that is broken all over is refused at its
first field, and nothing behind it is tried. Plain objects link; oddness is drawn place by place.
"""

from dataclasses import dataclass, replace
from enum import IntEnum
from struct import pack
from typing import Final

from coffwriter import BSS, CODE, DATA, INFO, RDATA, STATIC, Reloc, Section, Symbol, build
from fuzz.draw import KNOWN, LIBRARY, NAMES, NUMBERS, ODD_NAMES, Draw
from fuzz.texts import drectve
from hostile.mutate import random_mutant
from hostile.seeds import CALL_AT, CALLS, KINDS
from ntbuild.pecoff import constants

TYPES: Final[dict[str, type[IntEnum]]] = {
    "x64": constants.IMAGE_REL_AMD64,
    "x86": constants.IMAGE_REL_I386,
    "arm64": constants.IMAGE_REL_ARM64,
    "arm": constants.IMAGE_REL_ARM,
}
PLAIN: Final = (".rdata", ".data", "PAGE", "INIT", ".bss", ".rdata$zzz", ".text$unlikely")
SPECIAL: Final = (
    *(".pdata", ".xdata", ".CRT$XCA", ".CRT$XCU", ".CRT$XLB", ".tls", ".tls$ZZZ", ".ctors.65535"),
    *(".ctors", ".dtors", ".rsrc", ".rsrc$01", ".rsrc$02", ".gfids$y", ".giats$y", ".gljmp$y"),
    *(
        ".gehcont$y",
        ".sxdata",
        ".llvm_addrsig",
        ".debug_info",
        ".debug_line",
        ".debug$S",
        ".debug$T",
    ),
    *(".idata$2", ".idata$4", ".idata$5", ".idata$6", ".idata$7", ".edata", ".reloc", ".didat$2"),
    *(
        ".drectve",
        ".00cfg",
        ".eh_frame",
        ".rdata$r",
        ".buildid",
        ".init_array",
        ".voltbl",
        ".bss$x",
    ),
)
FLAGS: Final = {".bss": BSS, ".bss$x": BSS, ".text$unlikely": CODE, "INIT": CODE, "PAGE": CODE}
NOT_LOADED: Final = (".drectve", ".llvm_addrsig", ".gfids$y", ".giats$y", ".gljmp$y", ".gehcont$y")


@dataclass(frozen=True)
class Made:
    """An object's bytes and the external names that it defines."""

    data: bytes
    defines: tuple[str, ...] = ()


def an_object(draw: Draw, own: tuple[str, ...]) -> Made:
    """An object that defines the names of ``own``, and what it takes from others."""
    code = _code(draw, len(own))
    sections = [code, *(_section(draw) for _ in range(draw.randrange(7)))]
    sections = [_comdat(draw, sections, at) if at else each for at, each in enumerate(sections)]
    symbols = _symbols(draw, sections, own)
    names = [symbol.name for symbol in symbols]
    sections = [replace(each, relocations=_aimed(draw, each, names)) for each in sections]
    symbols.extend(Symbol(name) for name in _missing(sections, symbols))
    machine: str | int = (
        draw.choice((0, 0x8664, 0x14C, 0xA641, 0x200)) if draw.odd() else draw.machine
    )
    bigobj = draw.random() < 0.15
    file = draw.choice(("", "a.c", "a" * 50 + ".c"))
    data = build(machine, sections, symbols, bigobj=bigobj, file=file)
    defines = tuple(each.name for each in symbols if each.section != 0 and each.storage == 2)
    return Made(spoiled(draw, data), defines)


def spoiled(draw: Draw, data: bytes, times: float = 3.0) -> bytes:
    """The bytes, or in odd cases with one field or a few bytes changed."""
    if not draw.odd(times) or not data:
        return data
    if draw.random() < 0.4:
        return random_mutant(data, str(draw.getrandbits(40))).data
    size = draw.choice((1, 2, 2, 4, 4))
    at = draw.randrange(0, draw.choice((60, len(data), len(data))), 2)
    old = int.from_bytes(data[at : at + size], "little")
    value = draw.choice((draw.number(), old + 1, old - 1, old ^ 1 << draw.randrange(32), len(data)))
    return data[:at] + (value % (1 << 8 * size)).to_bytes(size, "little") + data[at + size :]


# --- sections ------------------------------------------------------------------------------------


def _code(draw: Draw, functions: int) -> Section:
    name = draw.choice((".text", ".text", ".text$mn", ".text$a", "PAGE", ".text$long_section_name"))
    return Section(name, CALLS[draw.machine] * (functions + 1), CODE, draw.choice((1, 4, 16, 16)))


def _section(draw: Draw) -> Section:
    name = draw.choice(SPECIAL if draw.random() < 0.5 else PLAIN)
    if draw.odd():
        name = draw.choice((*ODD_NAMES, ".text$", "$", ".$x", "/4", "//////", "s" * 9000))
    flags = FLAGS.get(name, RDATA if name.startswith((".r", ".x", ".p")) else DATA)
    if name.startswith(".debug"):
        flags = RDATA | 0x02000000
    if name in NOT_LOADED:
        flags = INFO
    if draw.odd():
        flags = draw.getrandbits(32) & 0xFF0FFFFF
    data, size = _contents(draw, name), None
    if flags & 0x80 and not draw.odd():
        data, size = b"", draw.choice((0, 1, 64, 4096, 100000))
        if draw.odd():
            size = draw.number()
    align = draw.choice((1, 2, 4, 8, 16, 64, 4096)) if name not in NOT_LOADED else 1
    return Section(name, data, flags, 8192 if draw.odd() else align, size=size)


def _contents(draw: Draw, name: str) -> bytes:
    if name == ".drectve":
        return drectve(draw).encode("utf-8", "surrogatepass")
    if name.startswith((".g", ".sxdata")):
        rows = [draw.randrange(12) if not draw.odd() else draw.number() for _ in range(3)]
        return pack("<3I", *rows)[: draw.choice((12, 12, 4, 0)) if not draw.odd() else 7]
    if name == ".llvm_addrsig":
        return bytes(draw.choices(range(0x20), k=3)) if not draw.odd() else draw.blob(20)
    if name == ".pdata":
        return bytes((8 if draw.machine.startswith("arm") else 12) * draw.randrange(4))
    if name.startswith(".rsrc") and not draw.odd():
        return _resource_tree(draw)
    if name.startswith(".debug$") and draw.random() < 0.8:
        return pack("<I", 4) + draw.blob(40)
    return draw.blob(draw.choice((8, 40, 200)))


def _resource_tree(draw: Draw) -> bytes:
    """One resource in three levels; the data entry's address waits for a relocation."""

    def below() -> int:
        return draw.number() if draw.odd(3) else 0

    levels = b""
    for depth in range(3):
        target = (0x80000000 | 24 * (depth + 1)) if depth < 2 else 72
        levels += pack("<IIHHHH", 0, 0, 0, 0, 0, 1) + pack("<II", 1 + depth, target ^ below())
    return levels + pack("<IIII", 88, 8, 0, 0) + b"resource"


def _comdat(draw: Draw, sections: list[Section], at: int) -> Section:
    """Perhaps a COMDAT, of any selection; associative ones follow any section, also in a ring."""
    each = sections[at]
    if draw.random() > 0.3 or each.name in NOT_LOADED:
        return each
    if draw.random() < 0.4 or draw.odd():
        parent = draw.randint(1, at if not draw.odd(4) else len(sections))
        return replace(each, comdat=5, parent=draw.number() if draw.odd() else parent)
    selection = draw.choice((2, 2, 2, 3, 4, 6, 1))
    if draw.odd():
        selection = draw.randrange(256)
    return replace(each, comdat=selection, checksum=draw.choice((0, 1, draw.getrandbits(32))))


# --- symbols -------------------------------------------------------------------------------------


def _symbols(draw: Draw, sections: list[Section], own: tuple[str, ...]) -> list[Symbol]:
    symbols = [
        Symbol(draw.prefix + name if name[:1] != "=" else name[1:], 1, 8 * at, type=0x20)
        for at, name in enumerate(own)
    ]
    for number, section in enumerate(sections, 1):
        if section.comdat and section.comdat != 5 and not draw.odd():
            symbols.append(Symbol(f"{draw.prefix}comdat_{section.name[:20]}", number))
    unique = draw.getrandbits(24)
    names = [f"{draw.prefix}s{unique}_{at}" for at in range(draw.randrange(5))]
    symbols.extend(_other_symbol(draw, sections, name) for name in names)
    if draw.random() < 0.2:
        symbols.append(Symbol("@feat.00", -1, draw.choice((1, 0x801, 0x4801)), STATIC))
    if draw.random() < 0.1:
        known = draw.choice(KNOWN)
        symbols.append(Symbol(draw.prefix + known, draw.randint(1, len(sections))))
    symbols += _weak(draw, symbols)
    return symbols


def _other_symbol(draw: Draw, sections: list[Section], name: str) -> Symbol:
    kind = draw.randrange(6)
    if kind == 0:
        size = draw.choice((1, 8, 24, 4096))
        return Symbol(f"{draw.prefix}common", 0, draw.number() if draw.odd() else size)
    if kind == 1:
        return Symbol(name, -1, draw.choice(NUMBERS))
    number = draw.randint(1, len(sections))
    size = len(sections[number - 1].data)
    storage = draw.choice((2, 3, 3, 6)) if not draw.odd() else draw.randrange(256)
    if draw.odd():
        number = draw.choice((0, -2, -3, len(sections) + 1, 0x7FFF, -0x8000))
    value = draw.number() if draw.odd() else draw.randint(0, size)
    return Symbol(name, number, value, storage, draw.choice((0, 0x20)))


def _weak(draw: Draw, symbols: list[Symbol]) -> list[Symbol]:
    """Weak externals with defaults among the symbols and among themselves."""
    count = draw.choice((0, 0, 0, 1, 2, 3))
    search = 3 if not draw.odd() else draw.number()
    names = [f"{draw.prefix}{draw.choice(('weak', *NAMES))}{at or ''}" for at in range(count)]
    names = [name for name in dict.fromkeys(names) if name not in {each.name for each in symbols}]
    found = []
    for at, name in enumerate(names):
        before = [each.name for each in symbols] or [name]
        default = draw.choice(names if draw.random() < 0.2 or draw.odd() else before)
        found.append(Symbol(name, weak=default, search=draw.choice((1, 2, 3, search)), type=at))
    return found


# --- relocations ---------------------------------------------------------------------------------


def _aimed(draw: Draw, section: Section, names: list[str]) -> list[Reloc]:
    """Relocations that fit the section, with targets by name."""
    size = len(section.data)
    if section.flags & 0x20:
        at, call = CALL_AT[draw.machine], KINDS[draw.machine].call
        places = [(row + at, call) for row in range(0, size - 7, 8) if draw.random() < 0.4]
    elif section.name == ".pdata":
        places = [(at, KINDS[draw.machine].relative) for at in range(0, size - 3, 4)]
    elif section.name.startswith(".rsrc"):
        places = [(72, KINDS[draw.machine].relative)] if size >= 88 else []
    elif section.name.startswith((".debug", ".idata", ".didat")):
        kinds = KINDS[draw.machine]
        kind = kinds.relative if "idata" in section.name else kinds.section_offset
        places = [(at, kind) for at in range(0, size - 3, 4) if draw.random() < 0.3]
    elif section.name in NOT_LOADED:
        places = []
    else:
        places = [(at, _type(draw)) for at in range(0, size - 7, 8) if draw.random() < 0.3]
    if draw.odd() and places:
        place = draw.choice((size, size - 1, draw.number(), 1))
        places.append(
            (place % (1 << 32), draw.choice((*TYPES[draw.machine], draw.getrandbits(16))))
        )
    if section.name.startswith(".rsrc") and not draw.odd():
        return [Reloc(at, section.name, int(kind)) for at, kind in places]
    return [Reloc(at, _target(draw, names), int(kind)) for at, kind in places]


def _type(draw: Draw) -> int:
    kinds = KINDS[draw.machine]
    if draw.random() < 0.05 or draw.odd(4):
        return int(draw.choice(list(TYPES[draw.machine])))
    plain = (kinds.address, kinds.address, kinds.relative, kinds.section, kinds.section_offset)
    return draw.choice(plain)


def _target(draw: Draw, names: list[str]) -> str | int:
    if draw.odd():
        return draw.choice((0, 1, 0xFFFFFFFF, draw.number()))
    if names and draw.random() < 0.6:
        return draw.choice(names)
    imported = f"__imp_{draw.prefix}{draw.choice(LIBRARY)}"
    return imported if draw.random() < 0.2 else draw.prefix + draw.name()


def _missing(sections: list[Section], symbols: list[Symbol]) -> list[str]:
    """Names that relocations mean and that nothing here defines, each once."""
    known = {each.name for each in symbols} | {each.name for each in sections}
    wanted = [each.symbol for section in sections for each in section.relocations]
    wanted += [each.weak for each in symbols if each.weak]
    return [each for each in dict.fromkeys(wanted) if isinstance(each, str) and each not in known]
