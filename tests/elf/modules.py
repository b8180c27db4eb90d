"""Loaders of ELF modules for tests, as small as a kernel's, over an emulated processor.

`run_shared` takes a shared library, `run_relocatable` an object. Only the relocation types that
docs/elf.md names are applied; another is a KeyError.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from struct import pack_into, unpack_from

import unicorn
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection
from elftools.elf.sections import SymbolTableSection
from unicorn import arm64_const, mips_const, riscv_const, x86_const

BASE, KERNEL, STACK = 0x2340000, 0x3000000, 0x4000000
PRINT, VERSION = KERNEL, KERNEL + 0x1000
PROVIDED = {"kernel_print": PRINT, "kernel_version": VERSION}


@dataclass(frozen=True)
class Processor:
    """An emulated machine: its registers by their use; ``link`` is None where the stack has it."""

    arch: int
    mode: int
    bytes_of_address: int
    pc: int
    sp: int
    link: int | None
    first: int
    result: int


PROCESSORS = {
    "x64": Processor(
        unicorn.UC_ARCH_X86,
        unicorn.UC_MODE_64,
        8,
        x86_const.UC_X86_REG_RIP,
        x86_const.UC_X86_REG_RSP,
        None,
        x86_const.UC_X86_REG_RDI,
        x86_const.UC_X86_REG_RAX,
    ),
    "arm64": Processor(
        unicorn.UC_ARCH_ARM64,
        unicorn.UC_MODE_ARM,
        8,
        arm64_const.UC_ARM64_REG_PC,
        arm64_const.UC_ARM64_REG_SP,
        arm64_const.UC_ARM64_REG_LR,
        arm64_const.UC_ARM64_REG_X0,
        arm64_const.UC_ARM64_REG_X0,
    ),
    "riscv64": Processor(
        unicorn.UC_ARCH_RISCV,
        unicorn.UC_MODE_RISCV64,
        8,
        riscv_const.UC_RISCV_REG_PC,
        riscv_const.UC_RISCV_REG_SP,
        riscv_const.UC_RISCV_REG_RA,
        riscv_const.UC_RISCV_REG_A0,
        riscv_const.UC_RISCV_REG_A0,
    ),
    "mipsel": Processor(
        unicorn.UC_ARCH_MIPS,
        unicorn.UC_MODE_MIPS32 | unicorn.UC_MODE_LITTLE_ENDIAN,
        4,
        mips_const.UC_MIPS_REG_PC,
        mips_const.UC_MIPS_REG_29,
        mips_const.UC_MIPS_REG_31,
        mips_const.UC_MIPS_REG_4,
        mips_const.UC_MIPS_REG_2,
    ),
}
# By machine: types whose field gets symbol + addend, and the one that gets base + addend.
_SYMBOLIC = {"x64": {1, 6, 7}, "arm64": {257, 1025, 1026}, "riscv64": {2, 5}}
_RELATIVE = {"x64": 8, "arm64": 1027, "riscv64": 3}


def run_shared(machine: str, data: bytes, entry: str) -> tuple[int, list[str]]:
    """What a function of a shared library returns, and what it prints."""
    file = ELFFile(BytesIO(data))
    memory = bytearray(0x10000)
    for segment in file.iter_segments("PT_LOAD"):
        at = segment["p_vaddr"]
        memory[at : at + segment["p_filesz"]] = segment.data()
    dynamic = next(file.iter_segments("PT_DYNAMIC"))
    names = {
        each.name: each["st_value"]
        for each in dynamic.iter_symbols()
        if each["st_shndx"] != "SHN_UNDEF"
    }
    symbols = [each.name for each in dynamic.iter_symbols()]
    for table in dynamic.get_relocation_tables().values():
        for each in table.iter_relocations():
            kind, name = each["r_info_type"], symbols[each["r_info_sym"]]
            if kind == _RELATIVE[machine]:
                value = BASE
            elif kind in _SYMBOLIC[machine]:
                value = PROVIDED[name] if name in PROVIDED else BASE + names[name]
            else:
                raise KeyError(kind)
            pack_into("<Q", memory, each["r_offset"], value + each["r_addend"])
    return _run(machine, memory, BASE + names[entry])


def run_relocatable(machine: str, data: bytes, entry: str) -> tuple[int, list[str]]:
    """The same of an object: sections are laid out here, code and data are patched."""
    file = ELFFile(BytesIO(data))
    places, memory = {}, bytearray(0x10000)
    at = 0
    for index, section in enumerate(file.iter_sections()):
        if section["sh_flags"] & 2:
            at = -(-at // max(1, section["sh_addralign"])) * max(1, section["sh_addralign"])
            places[index] = at
            if section["sh_type"] != "SHT_NOBITS":
                memory[at : at + section["sh_size"]] = section.data()
            at += section["sh_size"]
    (table,) = (each for each in file.iter_sections() if isinstance(each, SymbolTableSection))
    values = []
    for symbol in table.iter_symbols():
        home = symbol["st_shndx"]
        inside = BASE + places[home] + symbol["st_value"] if home in places else 0
        values.append(PROVIDED.get(symbol.name, 0) if home == "SHN_UNDEF" else inside)
    for section in file.iter_sections():
        if isinstance(section, RelocationSection) and section["sh_info"] in places:
            _PATCHES[machine](memory, places[section["sh_info"]], section, values)
    start = next(n for n, each in enumerate(table.iter_symbols()) if each.name == entry)
    return _run(machine, memory, values[start])


def _patch_x64(memory: bytearray, home: int, section: RelocationSection, values: list[int]) -> None:
    for each in section.iter_relocations():
        if each["r_info_type"] != 1:
            raise KeyError(each["r_info_type"])
        value = values[each["r_info_sym"]] + each["r_addend"]
        pack_into("<Q", memory, home + each["r_offset"], value & (1 << 64) - 1)


def _patch_mips(
    memory: bytearray, home: int, section: RelocationSection, values: list[int]
) -> None:
    """REL: addends are in the fields; that of a HI16 has its low half in the LO16 that follows."""
    waiting = []
    for each in section.iter_relocations():
        at, symbol = home + each["r_offset"], values[each["r_info_sym"]]
        (word,) = unpack_from("<I", memory, at)
        low = (word & 0xFFFF ^ 0x8000) - 0x8000
        match each["r_info_type"]:
            case 2:
                word = word + symbol
            case 4:
                word = word & 0xFC000000 | ((word & 0x3FFFFFF) + (symbol >> 2)) & 0x3FFFFFF
            case 5:
                waiting.append((at, word, symbol))
                continue
            case 6:
                for place, high, of in waiting:
                    total = ((high & 0xFFFF) << 16) + low + of
                    pack_into("<I", memory, place, high & ~0xFFFF | (total + 0x8000) >> 16 & 0xFFFF)
                waiting = []
                word = word & ~0xFFFF | (low + symbol) & 0xFFFF
            case other:
                raise KeyError(other)
        pack_into("<I", memory, at, word & 0xFFFFFFFF)


_PATCHES: dict[str, Callable[[bytearray, int, RelocationSection, list[int]], None]] = {
    "x64": _patch_x64,
    "mipsel": _patch_mips,
}


def _run(machine: str, memory: bytearray, entry: int) -> tuple[int, list[str]]:
    """Call a function of a module. Its calls of the kernel, and its return, lead to `PRINT`."""
    facts = PROCESSORS[machine]
    emulator = unicorn.Uc(facts.arch, facts.mode)
    for at in (BASE, KERNEL, STACK):
        emulator.mem_map(at, 0x10000)
    emulator.mem_write(BASE, bytes(memory))
    emulator.mem_write(VERSION, (7).to_bytes(4, "little"))
    size, top, printed = facts.bytes_of_address, STACK + 0x8000, []
    if facts.link is None:
        emulator.mem_write(top - size, PRINT.to_bytes(size, "little"))
    else:
        emulator.reg_write(facts.link, PRINT)
    emulator.reg_write(facts.sp, top - (size if facts.link is None else 0))
    at = entry
    while True:
        emulator.emu_start(at, PRINT, timeout=5_000_000)
        assert emulator.reg_read(facts.pc) == PRINT
        sp = emulator.reg_read(facts.sp)
        if sp == top and (facts.link is None or emulator.reg_read(facts.link) == PRINT):
            return emulator.reg_read(facts.result) & 0xFFFFFFFF, printed
        text = bytes(emulator.mem_read(emulator.reg_read(facts.first), 64))
        printed.append(text.partition(b"\0")[0].decode())
        if facts.link is None:
            at = int.from_bytes(emulator.mem_read(sp, size), "little")
            emulator.reg_write(facts.sp, sp + size)
        else:
            at = emulator.reg_read(facts.link)
