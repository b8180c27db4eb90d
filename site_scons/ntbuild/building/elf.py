"""``env.ElfModule``: modules in ELF for a kernel of one's own; ``env.EfiApplication``: programs.

For those whose kernel loads ELF, and for machines whose compilers make nothing else. A module has
one of three flavors, which ``toolchains/elf/elf.toml`` describes; a program is linked
position-independent and becomes a PE image, which pecheck reads before it is written.

    declared = declare_module("module", {"flavor": "shared", "machine": "riscv64"}, "x64")
"""

import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from ntbuild.compilers.elf import MACHINES, MODULES, PROGRAM, Kind, elf_table
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, field

from .declare import (
    OWN_FLAGS,
    DeclarationError,
    LibraryDeclaration,
    declare_library,
    unknown_keyword,
)
from .driver import BuildError

LINKING: Final = ("building/elf.py", "compilers/elf.py")
IMAGING: Final = ("building/elf.py", "pelink/elf", "pecheck", "pecoff")
"""The parts of ntbuild that decide about a linked file, and about the PE image of one."""

SUBSYSTEMS: Final = ("efi_application", "efi_boot_service_driver", "efi_runtime_driver", "native")
_BASES: Final = {"module": 0x100000, "program": 0x140000000}
_ENTRY: Final = {"emit-relocs": "start", PROGRAM: "efi_main"}
_PAGE: Final = 0x1000


@dataclass(frozen=True, slots=True)
class ElfDeclaration:
    """One module or program as declared: how its sources are compiled, how it is linked.

    ``entry``: empty for none. ``subsystem``: empty for a module.
    """

    library: LibraryDeclaration
    machine: str
    kind: Kind
    entry: str
    base: int
    subsystem: str = ""

    @property
    def stem(self) -> str:
        """Where its files are below the SConscript's folder, without a suffix."""
        return f"{self.machine}/{self.library.name}"


def declare_module(name: str, given: Mapping[str, Any], machine: str) -> ElfDeclaration:
    """Check the keywords of ``env.ElfModule(name, ...)``; ``machine``: the environment's.

    Raises DeclarationError, and ToolchainError when the table of flags cannot be read.
    """
    own = {"flavor", "machine", "entry", "base"}
    library = _library(name, given, own)
    flavor = _choice("flavor", given.get("flavor"), MODULES)
    kind = elf_table().kind(flavor)
    for keyword in ("entry", "base"):
        if keyword in given and keyword not in kind.keywords:
            text = f"{keyword}: a module of flavor {flavor!r} has none; it is {kind.about}"
            raise DeclarationError(text)
    entry = _name("entry", given.get("entry", _ENTRY.get(flavor, "")))
    base = _base(given.get("base", _BASES["module"]), _PAGE)
    return ElfDeclaration(library, _machine(given, machine, kind), kind, entry, base)


def declare_program(name: str, given: Mapping[str, Any], machine: str) -> ElfDeclaration:
    """Check the keywords of ``env.EfiApplication(name, ...)``; raises as `declare_module`."""
    own = {"machine", "entry", "base", "subsystem"}
    library = _library(name, given, own)
    kind = elf_table().kind(PROGRAM)
    subsystem = _choice("subsystem", given.get("subsystem", SUBSYSTEMS[0]), SUBSYSTEMS)
    entry = _name("entry", given.get("entry", _ENTRY[PROGRAM]))
    base = _base(given.get("base", _BASES["program"]), 0x10000)
    return ElfDeclaration(library, _machine(given, machine, kind), kind, entry, base, subsystem)


def _library(name: str, given: Mapping[str, Any], own: set[str]) -> LibraryDeclaration:
    for keyword in given:
        if keyword not in own | OWN_FLAGS:
            raise DeclarationError(unknown_keyword(keyword, frozenset(own | OWN_FLAGS)))
    compiling = {key: value for key, value in given.items() if key not in own}
    # What the library's machine decides about is NT's and does not count here.
    return declare_library(name, {"harden": False, **compiling}, machine="x64")


def _choice(keyword: str, value: object, known: Iterable[str]) -> str:
    if not isinstance(value, str) or value not in known:
        what = "is missing" if value is None else f"{value!r} is not known"
        raise DeclarationError(f"{keyword}: {what}; it is one of {', '.join(known)}")
    return value


def _machine(given: Mapping[str, Any], machine: str, kind: Kind) -> str:
    """The machine that is given, else the environment's."""
    found = given.get("machine", machine)
    hint = ""
    if kind.name == PROGRAM and found in ("x64", "x86", "arm"):
        hint = '; for this one env.Driver takes subsystem="efi_application"'
    if not isinstance(found, str) or found not in kind.machines:
        what = "no ELF is made" if found not in MACHINES else "no PE image of an ELF file is made"
        raise DeclarationError(
            f"machine: {what} for {found!r}; it is one of {', '.join(kind.machines)}{hint}"
        )
    return found


def _name(keyword: str, value: object) -> str:
    if not isinstance(value, str) or any(each.isspace() or each == "\0" for each in value):
        raise DeclarationError(f"{keyword}: {value!r} is not the name of a function")
    return value


def _base(value: object, unit: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value % unit or value < 0:
        raise DeclarationError(f"base: {value!r} is not a multiple of {unit:#x}")
    return value


@dataclass(frozen=True, slots=True)
class ElfLinkStep:
    """Links objects with ld.lld: the ELF file, and a map.

    ``flags``: the words of the table. ``version``: the linker's. Its place is not signed.
    """

    flags: tuple[str, ...]
    entry: str
    version: str
    linker: tuple[str, ...] = field(repr=False)
    label: ClassVar[str] = "ELF"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The linker's command."""
        return command_line(self._words(inputs, outputs[0], outputs[1]))

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Link, and write both outputs or none; warnings. Raises BuildError."""
        with tempfile.TemporaryDirectory() as folder:
            made, map_file = Path(folder, "made"), Path(folder, "map")
            words = self._words(inputs, str(made), str(map_file))
            try:
                done = subprocess.run(words, capture_output=True, text=True, check=False)
            except OSError as error:
                raise BuildError(f"ld.lld: cannot be started: {error.strerror}") from error
            said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
            if done.returncode:
                raise BuildError("\n".join(said or [f"ld.lld: exit status {done.returncode}"]))
            try:
                contents = [(Path(outputs[1]), map_file.read_bytes())]
                contents.append((Path(outputs[0]), made.read_bytes()))
                write_all(contents, inputs=inputs)
            except (OSError, OutputError) as error:
                raise BuildError(f"ld.lld: {error}") from error
        return tuple(said)

    def _words(self, inputs: Sequence[str], made: str, map_file: str) -> list[str]:
        entry = ["-e", self.entry] if self.entry else []
        files = [each if not each.startswith("-") else f"./{each}" for each in inputs]
        return [*self.linker, *self.flags, *entry, f"-Map={map_file}", "-o", made, *files]


@dataclass(frozen=True, slots=True)
class ElfImageStep:
    """The PE image of a position-independent ELF executable, checked before it is written."""

    machine: str
    subsystem: str
    base: int
    label: ClassVar[str] = "PE"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``pelink /elf`` command."""
        options = [f"/subsystem:{self.subsystem}", f"/base:{self.base:#x}"]
        return command_line(["pelink", "/elf", f"/out:{outputs[0]}", *options, inputs[0]])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Convert, check and write; the warnings. Raises BuildError."""
        from ntbuild.pecheck import CheckSettings, Level, check  # noqa: PLC0415 - for these
        from ntbuild.pecoff.constants import IMAGE_SUBSYSTEM  # noqa: PLC0415 - steps only
        from ntbuild.pelink.elf.image import image_of_elf  # noqa: PLC0415

        source, image = Path(inputs[0]), Path(outputs[0])
        subsystem = IMAGE_SUBSYSTEM[self.subsystem.upper()]
        try:
            data = image_of_elf(source.read_bytes(), source.as_posix(), subsystem, self.base)
        except (LinkError, OSError) as error:
            raise BuildError(f"pelink: {error}") from error
        profile = "base" if self.subsystem == "native" else "efi"
        settings = CheckSettings(profiles=(profile,), machine=self.machine)
        findings = check(data, name=image.name, profile=settings)
        if wrong := [each for each in findings if each.level == Level.ERROR]:
            raise BuildError("\n".join(f"pecheck: {each}" for each in wrong))
        try:
            write_all([(image, data)], inputs=inputs)
        except OutputError as error:
            raise BuildError(str(error)) from error
        warnings = (each for each in findings if each.level == Level.WARNING)
        return tuple(f"pecheck: {each}" for each in warnings)


def link_step(declared: ElfDeclaration) -> ElfLinkStep:
    """How a module or program is linked. Raises ToolchainError when there is no linker."""
    table = elf_table()
    linker = table.find_linker()
    flags = table.link_flags(declared.machine, declared.kind.name, declared.base)
    return ElfLinkStep(flags, declared.entry, linker.version, linker.argv)
