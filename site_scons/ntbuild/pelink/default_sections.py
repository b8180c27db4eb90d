"""What sections become in an image: the tables of the driver profile and of plain images.

Which input sections never reach an image, which merge into which, in what order sections stand
and with which flags. These are conventions, not rules of a specification. Those of drivers are
measured from public ones made by Microsoft's linkers 8.0 to 14.44: resident sections are NOT_PAGED,
INIT holds the import descriptors, the IAT opens .rdata, and everything that the loader frees after
start-up comes last. Those of plain images are lld-link's.
"""

from typing import Final

from ntbuild.pecoff.constants import IMAGE_SCN as SCN
from ntbuild.support.values import dataclass

R, W, X = SCN.MEM_READ, SCN.MEM_WRITE, SCN.MEM_EXECUTE
CODE, DATA = SCN.CNT_CODE, SCN.CNT_INITIALIZED_DATA
DISCARDABLE, NOT_PAGED = SCN.MEM_DISCARDABLE, SCN.MEM_NOT_PAGED

DROPPED_STEMS: Final = frozenset(
    {
        b".drectve",  # options for the linker
        b".llvm_addrsig",  # address significance, for identical code folding only
        b".llvm.call-graph-profile",  # function order hints
        b".comment",
        b".chks64",  # MSVC's section hashes
        b".voltbl",  # MSVC's volatile metadata
        b".gfids",  # lists of symbols, which become tables of addresses
        b".giats",
        b".gljmp",
        b".gehcont",
        b".sxdata",
        b".note.GNU-stack",
        b".gnu.lto_",
    }
)
"""Stems of sections for linkers and debuggers that are no part of an image."""

DEBUG_PREFIX: Final = b".debug_"
"""DWARF sections; .debug$S and its kin (CodeView) go into a PDB file or nowhere."""

DROPPED_PREFIXES: Final = (b".debug", b".zdebug", b".stab", b".gnu.lto", b".llvm")

DROPPED_IN_DRIVERS: Final = frozenset({b".eh_frame", b".eh_fram"})
"""DWARF unwind tables: nothing in the kernel reads them."""

TABLE_STEM: Final = b".rvatable"
"""The linker's sections for the load configuration's tables; see `synthesize.load_config`."""


@dataclass(frozen=True, slots=True)
class OutputRule:
    """One output section of a profile: its flags (None: those of its inputs) and its rank.

    Sections stand in the order of their ranks.
    """

    Characteristics: int | None
    rank: int


_RESIDENT_CODE = CODE | X | R | NOT_PAGED
_RESIDENT_READ = DATA | R | NOT_PAGED
_RESIDENT_WRITE = DATA | R | W | NOT_PAGED
_FREED_READ = DATA | R | DISCARDABLE

USER_RANK: Final = 50
PAGE_RANK: Final = 60
FREED_RANK: Final = 71
DEBUG_RANK: Final = 85

DRIVER_SECTIONS: Final[dict[str, OutputRule]] = {
    ".text": OutputRule(int(_RESIDENT_CODE), 10),
    "fothk": OutputRule(int(_RESIDENT_CODE), 11),
    ".rdata": OutputRule(int(_RESIDENT_READ), 20),
    ".data": OutputRule(int(_RESIDENT_WRITE), 30),
    ".pdata": OutputRule(int(_RESIDENT_READ), 40),
    "INIT": OutputRule(int(CODE | X | R | DISCARDABLE), 70),
    ".rsrc": OutputRule(int(_FREED_READ), 80),
    ".reloc": OutputRule(int(_FREED_READ), 90),
}

PLAIN_SECTIONS: Final[dict[str, OutputRule]] = {
    ".text": OutputRule(int(CODE | X | R), 10),
    ".rdata": OutputRule(int(DATA | R), 20),
    ".buildid": OutputRule(int(DATA | R), 21),
    ".data": OutputRule(int(DATA | R | W), 30),
    ".pdata": OutputRule(int(DATA | R), 40),
    # As programs of mingw-w64 have them. Objects mark both writable, but nothing writes to them:
    # the loader lifts the protection of the IAT while it fills it in.
    ".CRT": OutputRule(int(DATA | R), USER_RANK),
    ".idata": OutputRule(int(DATA | R), USER_RANK),
    ".rsrc": OutputRule(int(DATA | R), 80),
    ".reloc": OutputRule(int(_FREED_READ), 90),
}

MERGED_STEMS: Final[dict[bytes, str]] = {
    b".text": ".text",
    b".rdata": ".rdata",
    b".rodata": ".rdata",
    b".xdata": ".rdata",
    b".edata": ".rdata",
    b".00cfg": ".rdata",
    b".CRT": ".rdata",
    b".didat": ".rdata",
    b".rvatable": ".rdata",
    b".data": ".data",
    b".bss": ".data",
    b".pdata": ".pdata",
    b".rsrc": ".rsrc",
    b".kmdfclassbind": ".data",
    b".kmdftypeinit": ".data",
}
"""The output section of each well-known stem; see `merged_stem` for those with a second dot."""

GNU_COMDAT_STEMS: Final = frozenset(
    {
        b".text",
        b".data",
        b".rdata",
        b".rodata",
        b".bss",
        b".pdata",
        b".xdata",
        b".eh_frame",
        b".tls",
    }
)
"""Sections whose COMDATs GNU compilers name after their symbols: ``.text$_ZN3fooEv``."""

BOUNDED_STEMS: Final = frozenset({b".kmdfclassbind", b".kmdftypeinit"})
"""Tables between bounds in ``$a`` and ``$z``, which share an output section: they are not mixed."""

DRIVER_IMPORTS: Final[dict[bytes, str]] = {b"$5": ".rdata", b"": "INIT"}
"""The output section of .idata in a driver by its suffix: the live IAT stays, the rest is freed."""

MINGW_IMPORTS: Final[dict[bytes, str]] = {b"": ".idata"}
"""The same for mingw-w64 as GNU ld has it: a writable section of their own."""

PLAIN_IMPORTS: Final[dict[bytes, str]] = {b"": ".rdata"}
"""The same for all other images, as lld-link has it."""


def is_dropped(stem: bytes, *, driver: bool, debug: bool = False) -> bool:
    """Whether sections of a stem never reach an image; with ``debug`` DWARF does."""
    return (
        stem in DROPPED_STEMS
        or (stem.startswith(DROPPED_PREFIXES) and not (debug and stem.startswith(DEBUG_PREFIX)))
        or (driver and stem in DROPPED_IN_DRIVERS)
    )


def merged_stem(stem: bytes) -> bytes:
    """A well-known stem without a second dot and what follows it: .text.unlikely is .text."""
    cut = stem.find(b".", 1)
    base = stem[:cut] if cut > 0 and stem[:1] == b"." else stem
    return base if base in MERGED_STEMS else stem


def is_pageable(name: str) -> bool:
    """Whether the kernel's loader makes a section pageable, which the name's first letters say."""
    return name.startswith("PAGE")
