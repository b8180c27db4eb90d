"""The four machines that NT drivers are built for: numbers, sizes, and each tool's spellings."""

from typing import Final

from ntbuild.support.values import dataclass

from .constants import IMAGE_FILE_MACHINE


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as the PE format and the tools know it."""

    name: str
    """ntbuild's own word: ``x64``."""
    id: IMAGE_FILE_MACHINE
    """The number in file headers."""
    pointer_size: int
    """Bytes of an address: 4 or 8."""
    symbol_prefix: str
    """What C compilers put in front of a global name."""
    spellings: tuple[str, ...]
    """Lower-case words that link.exe and lld accept: ``/machine:amd64``."""
    emulations: tuple[str, ...]
    """Words that GNU ld accepts: ``-m i386pep``."""

    @property
    def is_64bit(self) -> bool:
        """Whether images of the machine are PE32+."""
        return self.pointer_size == 8


MACHINES: Final[dict[str, Machine]] = {
    machine.name: machine
    for machine in (
        Machine("x64", IMAGE_FILE_MACHINE.AMD64, 8, "", ("x64", "amd64"), ("i386pep",)),
        Machine("x86", IMAGE_FILE_MACHINE.I386, 4, "_", ("x86", "i386", "ix86"), ("i386pe",)),
        Machine("arm64", IMAGE_FILE_MACHINE.ARM64, 8, "", ("arm64", "aarch64"), ("arm64pe",)),
        Machine("arm", IMAGE_FILE_MACHINE.ARMNT, 4, "", ("arm", "armnt"), ("thumb2pe",)),
    )
}

OTHERS: Final = {
    int(IMAGE_FILE_MACHINE.RISCV64): "riscv64",
    int(IMAGE_FILE_MACHINE.LOONGARCH64): "loongarch64",
}
"""Machines whose images `pelink /elf` makes and that NT has no drivers for; all have 64 bits."""

_BY_SPELLING: Final = {word: machine for machine in MACHINES.values() for word in machine.spellings}
_BY_ID: Final = {int(machine.id): machine for machine in MACHINES.values()}
_IMAGES_BY_ID: Final = _BY_ID | {int(IMAGE_FILE_MACHINE.THUMB): MACHINES["arm"]}


def machine_named(word: str) -> Machine | None:
    """The machine of a spelling (``AMD64``, ``x86`` ...), any case; None when there is none."""
    return _BY_SPELLING.get(word.lower())


def machine_of(number: int) -> Machine | None:
    """The machine of an IMAGE_FILE_MACHINE number; None when it is not one of the four."""
    return _BY_ID.get(number)


def machine_of_image(number: int) -> Machine | None:
    """As `machine_of` for the header of an image: EFI images of arm have a number of their own."""
    return _IMAGES_BY_ID.get(number)
