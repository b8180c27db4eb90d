"""Good inputs to spoil: two objects, an archive and an import library that link into a driver.

Between them they use what a reader has to follow: long section and symbol names, COMDATs with an
associative one, a weak external, a common, every table of a bigobj, relocations that cross files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coffwriter import ANY, ASSOCIATIVE, BSS, CODE, DATA, INFO, RDATA, Reloc, Section, Symbol, build
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.archive_writer import write_archive
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def


@dataclass(frozen=True)
class Kinds:
    """Relocation types of a machine: an address, an image-relative address, a call, section."""

    address: int
    relative: int
    call: int
    section: int
    section_offset: int


KINDS = {
    "x64": Kinds(address=1, relative=3, call=4, section=10, section_offset=11),
    "x86": Kinds(address=6, relative=7, call=20, section=10, section_offset=11),
    "arm64": Kinds(address=14, relative=2, call=3, section=13, section_offset=8),
    "arm": Kinds(address=1, relative=2, call=20, section=14, section_offset=15),
}
CALLS = {
    "x64": bytes.fromhex("e800000000c39090"),
    "x86": bytes.fromhex("e800000000c39090"),
    "arm64": bytes.fromhex("00000094c0035fd6"),
    "arm": bytes.fromhex("00f000f87047c046"),
}
CALL_AT = {"x64": 1, "x86": 1, "arm64": 0, "arm": 0}


def main_object(machine: str, *, bigobj: bool = False) -> bytes:
    """DriverEntry, which calls into the second object, the archive and an import."""
    kinds, prefix = KINDS[machine], MACHINES[machine].symbol_prefix
    call, at = CALLS[machine], CALL_AT[machine]
    calls = [
        Reloc(at, f"{prefix}Second", kinds.call),
        Reloc(8 + at, f"{prefix}Archived", kinds.call),
        Reloc(16 + at, f"{prefix}DbgPrint", kinds.call),
    ]
    pointers = [
        Reloc(0, f"{prefix}Shared", kinds.address),
        Reloc(8, f"__imp_{prefix}DbgPrint", kinds.address),
        Reloc(16, f"{prefix}Weak", kinds.address),
        Reloc(24, ".text$long_section_name", kinds.relative),
        Reloc(28, f"{prefix}Common", kinds.section_offset),
        Reloc(32, f"{prefix}Common", kinds.section),
    ]
    return build(
        machine,
        [
            Section(".text", call * 3, CODE, 16, calls),
            Section(".text$long_section_name", call, CODE, 16, [calls[0]]),
            Section(".data", bytes(40), DATA, 8, pointers),
            Section(".rdata$x", b"one of many\0", RDATA, 4, comdat=ANY),
            Section(".xdata$x", bytes(8), RDATA, 4, comdat=ASSOCIATIVE, parent=".rdata$x"),
            Section(".bss", b"", BSS, 16, size=64),
            Section(".drectve", b" /include:" + prefix.encode() + b"Second ", INFO),
        ],
        [
            Symbol(f"{prefix}DriverEntry" + ("@8" if machine == "x86" else ""), ".text", type=0x20),
            Symbol(f"{prefix}Second"),
            Symbol(f"{prefix}Archived"),
            Symbol(f"{prefix}DbgPrint"),
            Symbol(f"__imp_{prefix}DbgPrint"),
            Symbol(f"{prefix}Shared", ".rdata$x"),
            Symbol(f"{prefix}Default", ".text$long_section_name", type=0x20),
            Symbol(f"{prefix}Weak", weak=f"{prefix}Default"),
            Symbol(f"{prefix}Common", 0, 24),
            Symbol("@feat.00", -1, 1, 3),
        ],
        bigobj=bigobj,
        file="main.c",
    )


def second_object(machine: str, name: str) -> bytes:
    """A function and its copy of the COMDAT that the first object has, too."""
    prefix = MACHINES[machine].symbol_prefix
    return build(
        machine,
        [
            Section(".text", CALLS[machine], CODE, 16),
            Section(".rdata$x", b"one of many\0", RDATA, 4, comdat=ANY),
        ],
        [Symbol(prefix + name, ".text", type=0x20), Symbol(f"{prefix}Shared", ".rdata$x")],
    )


def good_files(machine: str) -> Mapping[str, bytes]:
    """File name to bytes; all of them together link."""
    other = second_object(machine, "NeverUsed")
    definition = "LIBRARY ntoskrnl.exe\nEXPORTS\nDbgPrint\nDbgPrompt @7 NONAME\nKdDebug DATA\n"
    return {
        "main.obj": main_object(machine),
        "second.obj": second_object(machine, "Second"),
        "library.a": write_archive(
            [
                ("an_archived_object_of_long_name.o", second_object(machine, "Archived")),
                ("other.o", other),
            ]
        ),
        "import.lib": write_import_library(
            parse_def(definition, "ntoskrnl.def", MACHINES[machine]), MACHINES[machine]
        ),
    }


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """The files in a folder, in the order of the mapping."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]
