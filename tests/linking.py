"""Links of objects that a test writes: in a folder of the test's own, with the driver's options."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pefile

from coffwriter import CODE, DATA, Reloc, Section, Symbol, build
from ntbuild import LinkError, LinkResult, link, options_from_argv
from ntbuild.pecoff.machine import MACHINES

DRIVER = ("/driver", "/entry:DriverEntry")
ADDRESS = {"x64": 1, "x86": 6, "arm64": 14, "arm": 1}
RELATIVE = {"x64": 3, "x86": 7, "arm64": 2, "arm": 2}


def entry_object(
    *needs: str,
    machine: str = "x64",
    sections: Sequence[Section] = (),
    symbols: Sequence[Symbol] = (),
    name: str = "DriverEntry",
) -> bytes:
    """DriverEntry, whose data points to the symbols that it needs; more as asked."""
    prefix = MACHINES[machine].symbol_prefix
    pointers = [Reloc(8 * at, need, ADDRESS[machine]) for at, need in enumerate(needs)]
    own = {symbol.name for symbol in symbols}
    return build(
        machine,
        [
            Section(".text", bytes(16), CODE, 16, [Reloc(0, ".data", RELATIVE[machine])]),
            Section(".data", bytes(8 * len(needs) + 8), DATA, 8, pointers),
            *sections,
        ],
        [
            Symbol(f"{prefix}{name}@8" if prefix else name, ".text", type=0x20),
            *(Symbol(need) for need in needs if need not in own),
            *symbols,
        ],
    )


def defining(name: str, data: bytes = b"12345678", *needs: str, machine: str = "x64") -> bytes:
    """An object that defines a name as data, which points to the symbols that it needs."""
    pointers = [Reloc(len(data) + 8 * at, n, ADDRESS[machine]) for at, n in enumerate(needs)]
    section = Section(".data", data + bytes(8 * len(needs)), DATA, 8, pointers)
    return build(machine, [section], [Symbol(name, ".data"), *(Symbol(n) for n in needs)])


def write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Files in a folder; their paths in order."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def linked(folder: Path, files: Mapping[str, bytes], *argv: str, base: Sequence[str] = DRIVER):
    """What a link of these files gives."""
    return link(write(folder, files), options_from_argv([*base, *argv]))


def complaints(
    folder: Path, files: Mapping[str, bytes], *argv: str, base: Sequence[str] = DRIVER
) -> list[str]:
    """The messages of a link that fails, one line each, without the folder."""
    try:
        linked(folder, files, *argv, base=base)
    except LinkError as error:
        lines = [line for each in error.diagnostics for line in str(each).splitlines()]
        return [line.replace(f"{folder}/", "") for line in lines]
    raise AssertionError("the link did not fail")


def addresses(result: LinkResult) -> dict[str, int]:
    """RVAs of the public names in the map."""
    base = int(result.map.split("load address is ", maxsplit=1)[1].split(maxsplit=1)[0], 16)
    lines = result.map.partition("Publics by Value")[2].splitlines()[2:]
    words = [line.split() for line in lines]
    return {
        each[1]: int(each[2], 16) - base for each in words if len(each) > 3 and each[0][4] == ":"
    }


def parsed(result: LinkResult) -> pefile.PE:
    """The image as pefile reads it."""
    return pefile.PE(data=result.image)


def section(result: LinkResult, name: str):
    """A section header by name."""
    return next(s for s in parsed(result).sections if s.Name.rstrip(b"\0").decode() == name)
