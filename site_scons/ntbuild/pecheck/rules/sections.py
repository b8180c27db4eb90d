"""Rules DRV305 to DRV319: what sections are for, by their Characteristics and names.

The kernel acts on flags for some sections and on names for others: PAGE* is paged by name, INIT is
freed by name at boot and by its flag later, everything else stays resident.
"""

from collections.abc import Iterator
from typing import Final

from ntbuild.pecheck.rule import (
    Fault,
    Level,
    NotApplicable,
    RuleResults,
    at_rva,
    in_section_header,
    name_of,
    rule,
)
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_SCN, IMAGE_SCN_ALIGN_MASK
from ntbuild.pecoff.image.image import Image, SectionHeader

WRITE, EXECUTE, READ = IMAGE_SCN.MEM_WRITE, IMAGE_SCN.MEM_EXECUTE, IMAGE_SCN.MEM_READ
DISCARDABLE, NOT_PAGED = IMAGE_SCN.MEM_DISCARDABLE, IMAGE_SCN.MEM_NOT_PAGED
_DATA = IMAGE_SCN.CNT_INITIALIZED_DATA | IMAGE_SCN.CNT_UNINITIALIZED_DATA
_DEFINED = (
    IMAGE_SCN.CNT_CODE | _DATA | IMAGE_SCN.MEM_NOT_CACHED | IMAGE_SCN.MEM_SHARED
    | DISCARDABLE | NOT_PAGED | EXECUTE | READ | WRITE
)  # fmt: skip
_PAGED_OR_FREED = ("PAGE", "INIT", ".edata", ".rsrc", ".reloc")
_READ_ONLY = {".rdata", ".pdata", ".xdata", ".rsrc", ".reloc", ".edata", ".idata"}
_RESIDENT = {".text", ".data", ".bss", ".rdata", ".pdata", ".xdata"}
_DEBUG = (".debug_", ".zdebug_", ".stab")
_LEFTOVERS = (".tls", ".CRT", ".ctors", ".dtors", ".drectve", ".comment", ".eh_frame", ".gnu")
_KEPT_WITH_CODE = (
    (IMAGE_DIRECTORY_ENTRY.IAT, "the import address table"),
    (IMAGE_DIRECTORY_ENTRY.LOAD_CONFIG, "the load configuration"),
    (IMAGE_DIRECTORY_ENTRY.EXPORT, "the export directory"),
    (IMAGE_DIRECTORY_ENTRY.EXCEPTION, "the exception table"),
)
CHARACTERISTICS = 36
"""Offset of Characteristics in a section header."""


UNDEFINED: Final = 0xFFFFFFFF & ~int(_DEFINED) & ~IMAGE_SCN_ALIGN_MASK
"""Bits without a meaning in an image, except those of the alignment."""


def with_flags(image: Image, flags: int) -> Iterator[SectionHeader]:
    """The sections that have all of some flags."""
    return (s for s in image.sections if s.Characteristics & flags == flags)


def resident_pageable(image: Image) -> Iterator[SectionHeader]:
    """The sections that stay in memory by their names and are not marked NOT_PAGED."""
    for section in image.sections:
        if section.Name.startswith(_PAGED_OR_FREED) or section.Characteristics & DISCARDABLE:
            continue
        if not section.Characteristics & NOT_PAGED and not is_debug(section):
            yield section


def writable_constants(image: Image) -> Iterator[SectionHeader]:
    """The sections of tables, constants or code that may be written to."""
    for section in with_flags(image, WRITE):
        flags = section.Characteristics
        code_only = flags & IMAGE_SCN.CNT_CODE and not flags & EXECUTE
        if section.Name in _READ_ONLY or code_only:
            yield section


def _bits(section: SectionHeader, message: str, level: Level | None = None) -> Fault:
    """A fault of a section's Characteristics; the message begins with the section's name."""
    return Fault(
        f"{name_of(section)} {message}", in_section_header(section, CHARACTERISTICS), level
    )


def last_kept(image: Image) -> int:
    """The index of the last section that is not discardable; all sections before it stay, too."""
    kept = (s.index for s in image.sections if not s.Characteristics & DISCARDABLE)
    return max(kept, default=-1)


def is_debug(section: SectionHeader) -> bool:
    """Whether a section holds DWARF or stabs."""
    return section.Name.startswith(_DEBUG)


@rule(
    "DRV305",
    "wx",
    Level.ERROR,
    breaks="HX",
    source="Driver Verifier, Code integrity checking; Driver compatibility with memory integrity "
    "and VBS (HLK): W is stripped from INIT; measured: INIT of 276 of 288 public drivers",
    fix="separate code from data; link INIT with /section:INIT,ERD",
)
def writable_executable(image: Image, settings: CheckSettings) -> RuleResults:
    """No section is both writable and executable.

    Memory integrity refuses the image (0xC4/0x2003), and data that an attacker writes can be run.
    From INIT, which linkers before Visual Studio 2015 left writable, Windows 10 removes the write
    permission itself, so that one is a warning unless the profile is hvci.
    """
    for section in with_flags(image, WRITE | EXECUTE):
        strict = settings.has("hvci") and not settings.before_win10
        level = Level.WARNING if section.Name == "INIT" and not strict else None
        yield _bits(section, "is writable and executable", level)


@rule(
    "DRV306",
    "shared",
    Level.ERROR,
    breaks="X",
    source="BinSkim BA2019",
    fix="remove SHARED from the section's attributes",
)
def shared(image: Image) -> RuleResults:
    """No section is shared.

    A shared section is one piece of memory for every mapping of the image.
    """
    for section in with_flags(image, IMAGE_SCN.MEM_SHARED):
        level = None if section.Characteristics & WRITE else Level.WARNING
        yield _bits(section, "is shared", level)


@rule(
    "DRV307",
    "purity",
    Level.WARNING,
    breaks="H",
    source="Pali Rohar's list; measured: no mixed section in 288 public drivers",
    fix="keep code and data in sections of their own",
)
def purity(image: Image) -> RuleResults:
    """A section is code or data: executable exactly when it is code, always readable.

    Protection is by page and section; mixed sections make data executable.
    """
    for section in image.sections:
        flags = section.Characteristics
        code, data = flags & IMAGE_SCN.CNT_CODE, flags & _DATA
        if code and data:
            yield _bits(section, "is marked as code and as data")
        elif not code and not data:
            yield _bits(section, "is marked neither as code nor as data")
        elif bool(code) != bool(flags & EXECUTE):
            yield _bits(section, "is code, not executable" if code else "is executable data")
        if not flags & READ:
            yield _bits(section, "is not readable")


@rule(
    "DRV308",
    "object-bits",
    Level.WARNING,
    breaks="R",
    source="PE Format, Section Flags: valid for object files only; measured: 0 of 288",
    fix="clear the bits",
)
def object_bits(image: Image) -> RuleResults:
    """No alignment, link or reserved bits in section Characteristics.

    They are instructions to a linker; in an image they have no meaning or are reserved.
    """
    for section in image.sections:
        align = section.Characteristics & IMAGE_SCN_ALIGN_MASK
        other = section.Characteristics & UNDEFINED
        if align:
            yield _bits(section, f"keeps alignment bits {align:#010x}")
        if other:
            yield _bits(section, f"has object or reserved bits {other:#010x}")


@rule(
    "DRV309",
    "not-paged",
    Level.WARNING,
    breaks="B",
    source="Pali Rohar's list; measured: .text and .data of 284 of 284 public drivers",
    fix="link with /driver of pelink, or /section:NAME,...!P per section",
)
def not_paged(image: Image) -> RuleResults:
    """Resident sections are marked NOT_PAGED.

    Drivers run above the IRQL at which paging works; the bit states that a section must stay in
    memory, and every driver of Microsoft's linker has it.
    """
    for section in resident_pageable(image):
        yield _bits(section, "is resident but not marked NOT_PAGED")


@rule(
    "DRV310",
    "page-flag",
    Level.WARNING,
    breaks="M",
    source="measured: 0 of 13 public drivers",
    fix="remove NOT_PAGED from PAGE sections",
)
def page_flag(image: Image) -> RuleResults:
    """PAGE sections are not marked NOT_PAGED.

    Code in PAGE sections is to be paged out; the bit declares the opposite.
    """
    pages = [s for s in image.sections if s.Name.startswith("PAGE")]
    if not pages:
        yield NotApplicable("no PAGE section")
    for section in pages:
        if section.Characteristics & NOT_PAGED:
            yield _bits(section, "is pageable by name but marked NOT_PAGED")


@rule(
    "DRV312",
    "init-flags",
    Level.WARNING,
    breaks="MB",
    source="ReactOS MiFindInitializationCode",
    fix="link with /section:INIT,ERD",
    levels={"boot": Level.ERROR},
)
def init_flags(image: Image, settings: CheckSettings) -> RuleResults:
    """INIT is discardable and not writable.

    The kernel frees INIT after the entry point returns if the bit is set; the boot loader frees
    it by name, with or without the bit.
    """
    found = [section for section in image.sections if section.Name == "INIT"]
    if not found:
        yield NotApplicable("no INIT section")
    for section in found:
        if not section.Characteristics & DISCARDABLE:
            yield _bits(section, "is not discardable")
        if section.Characteristics & WRITE and not settings.before_win10:
            yield _bits(section, "is writable")


@rule(
    "DRV313",
    "discard-safe",
    Level.ERROR,
    breaks="B",
    source="ReactOS MmFreeDriverInitialization; measured: IAT in .rdata in 285 of 285",
    fix="keep the import address table and resident data out of discardable sections",
)
def discard_safe(image: Image) -> RuleResults:
    """Nothing that is used after initialization lies in a discardable section.

    The pages are freed after the entry point returns; the next use is a bugcheck.
    """
    for section in with_flags(image, DISCARDABLE):
        if section.Name in _RESIDENT:
            yield _bits(section, "is discardable but used after initialization")
    for entry, what in _KEPT_WITH_CODE:
        directory = image.directory(entry)
        holder = image.section_at(directory.VirtualAddress) if directory.Size else None
        if holder is not None and holder.Characteristics & DISCARDABLE:
            place = at_rva(image, directory.VirtualAddress)
            yield Fault(f"{what} is in discardable {holder.Name}", place)


@rule(
    "DRV314",
    "discard-tail",
    Level.NOTE,
    breaks="M",
    source="ReactOS MmFreeDriverInitialization; measured: 287 of 288 public drivers",
    fix="order the sections so that INIT, .rsrc and .reloc come last",
)
def discard_tail(image: Image) -> RuleResults:
    """Discardable sections are one run at the end of the image.

    After loading, the kernel frees only the run of discardable sections at the end. One before
    it stays, which costs its memory and nothing else: DRV321 counts that memory. A driver of
    Microsoft's own has such a section.
    """
    last = last_kept(image)
    for section in with_flags(image, DISCARDABLE):
        if section.index < last:
            kept = image.sections[last].Name
            message = f"is discardable but lies before {kept}: {section.extent:#x} bytes stay"
            yield _bits(section, message)


@rule(
    "DRV315",
    "discard-set",
    Level.WARNING,
    breaks="M",
    source="Pali Rohar's list; measured: .reloc 279 of 279, .rsrc 273 of 274",
    fix="mark .rsrc and .reloc discardable; put import descriptors and names in INIT",
)
def discard_set(image: Image) -> RuleResults:
    """Resources, relocations and import descriptors are discardable.

    They are not read after loading; kept, they occupy nonpaged memory as long as the driver is
    loaded. Descriptors among other constants cost a few hundred bytes: a note.
    """
    for section in image.sections:
        if section.Name in {".rsrc", ".reloc"} and not section.Characteristics & DISCARDABLE:
            yield _bits(section, "is not discardable")
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.IMPORT)
    holder = image.section_at(directory.VirtualAddress) if directory.Size else None
    if holder is not None and not holder.Characteristics & DISCARDABLE:
        place = at_rva(image, directory.VirtualAddress)
        message = f"import descriptors are in {holder.Name}, not discardable"
        yield Fault(message, place, Level.NOTE)


@rule(
    "DRV317",
    "read-only",
    Level.WARNING,
    breaks="X",
    source="Pali Rohar's list",
    fix="remove WRITE from the section's attributes",
)
def read_only(image: Image) -> RuleResults:
    """Code and constant sections are not writable.

    Attackers write to tables of code addresses.
    """
    for section in writable_constants(image):
        yield _bits(section, "is writable")


@rule(
    "DRV319",
    "leftovers",
    Level.WARNING,
    breaks="M",
    source="policy; the kernel loader processes neither TLS nor constructors",
    fix="strip debug data into a separate file; discard the section in the linker script",
)
def leftovers(image: Image, settings: CheckSettings) -> RuleResults:
    """No sections of user programs or of debug data.

    Nothing in the kernel reads them: TLS and constructors are not run, DWARF is loaded into
    memory with the driver.
    """
    for section in image.sections:
        if is_debug(section):
            discardable = section.Characteristics & DISCARDABLE
            if not settings.has("debug"):
                yield _bits(section, "is debug data in the image")
            elif not discardable:
                yield _bits(section, "is debug data and not discardable")
        elif section.Name.startswith(_LEFTOVERS):
            yield _bits(section, "has no use in a driver")
