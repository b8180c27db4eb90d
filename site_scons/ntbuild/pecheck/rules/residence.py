"""Rules DRV311 and DRV316: what must stay in memory, and resident references to what is freed.

An image shows pointers, not uses: a pointer into INIT in resident data may be read during
initialization only. The linker saw every relocation, so DRV316 is exact with its report.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from ntbuild.pecheck.rule import (
    Fault,
    Level,
    NotApplicable,
    RuleResults,
    at_rva,
    in_section,
    in_section_header,
    rule,
)
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.image.image import Image, SectionHeader, relocated_values

_PAGED = ("PAGE", ".eda")
_ALWAYS_USED = {
    ENTRY.IAT: "the import address table",
    ENTRY.EXCEPTION: "the exception table",
    ENTRY.LOAD_CONFIG: "the load configuration",
}


def resident_pointers(image: Image, section: SectionHeader) -> Iterator[tuple[int, int]]:
    """Relocated words in resident sections that hold an address in a section: both RVAs.

    The address of the entry point is left out: the kernel calls it before it frees anything. So are
    pointers in a table that only freed code uses, on x86.
    """
    base = image.optional_header.ImageBase
    found: list[tuple[int, int]] = []
    entry = image.optional_header.AddressOfEntryPoint
    for rva, value in relocated_values(image):
        target = value - base
        inside = section.VirtualAddress <= target < section.end and target != entry
        if inside and _is_kept(image, rva):
            found.append((rva, target))
    tables = _tables_of_freed_code(image) if found else {}
    starts = sorted(tables)
    for rva, target in found:
        # The table around a pointer begins at the last address at or before it that is referred to.
        index = bisect_right(starts, rva) - 1
        if index < 0 or not tables[starts[index]]:
            yield rva, target


def _tables_of_freed_code(image: Image) -> dict[int, bool]:
    """By RVA that relocated words hold: whether all of these words are in freed sections.

    A switch of a function in INIT has its jump table in .rdata, which stays; the table is used by
    nothing else. Only x86 code refers to data by relocated words: elsewhere nothing is known.
    """
    found: dict[int, bool] = {}
    if image.machine is not None and image.machine.name == "x86":
        base = image.optional_header.ImageBase
        for rva, value in relocated_values(image):
            found[value - base] = found.get(value - base, True) and not _is_kept(image, rva)
    return found


def _is_kept(image: Image, rva: int) -> bool:
    """Whether an address is in a section that stays after initialization."""
    holder = image.section_at(rva)
    if holder is None or holder.Name == "INIT":
        return False
    return not holder.Characteristics & IMAGE_SCN.MEM_DISCARDABLE


@rule(
    "DRV311",
    "page-name",
    Level.ERROR,
    breaks="B",
    source="Windows driver documentation, Making Drivers Pageable; ReactOS MiEnablePagingOfDriver",
    fix="rename the section, or move the tables into .rdata and the data into .data",
)
def page_name(image: Image) -> RuleResults:
    """Sections that the kernel pages by name hold nothing that is used at any IRQL.

    The kernel makes every section whose name begins with PAGE or .eda pageable, whatever its
    bits say. Import slots, unwind data or the stack cookie there are a bugcheck at the first use
    while paging is off.
    """
    pages = [section for section in image.sections if section.Name.startswith(_PAGED)]
    if not pages:
        yield NotApplicable("no section is paged by its name")
        return
    for entry, what in _ALWAYS_USED.items():
        directory = image.directory(entry)
        holder = image.section_at(directory.VirtualAddress) if directory.Size else None
        if holder in pages:
            place = at_rva(image, directory.VirtualAddress)
            yield Fault(f"{what} is in {holder.Name}, which is paged by its name", place)
    for section in pages:
        if section.Name.startswith(".eda") and section.Name != ".edata":
            message = f"{section.Name} is paged by its name, as .edata is"
            yield Fault(message, in_section_header(section, 0), Level.WARNING)


_DRIVER_ENTRY: Final = frozenset({"DriverEntry", "_DriverEntry@8"})


@rule(
    "DRV316",
    "init-refs",
    Level.ERROR,
    breaks="B",
    source="policy; the linker's report lists every reference, an image only its relocations",
    fix="move the function or the table that refers to it into INIT, or what it refers to out",
)
def init_references(image: Image, settings: CheckSettings) -> RuleResults:
    """Nothing that stays in memory refers to what is freed after initialization.

    INIT is freed when the entry point has returned; a call through such a pointer runs whatever is
    there by then. The address of DriverEntry alone is a warning: MmPageEntireDriver and
    MmResetDriverPaging take it to know the driver by.
    """
    if settings.report is not None:
        for reference in settings.report.init_references:
            where = f"{reference.source} refers to {reference.target}"
            level = Level.WARNING if reference.target in _DRIVER_ENTRY else None
            yield Fault(where, at_rva(image, reference.rva), level)
        return
    freed = [s for s in image.sections if s.Name == "INIT"]
    if not freed:
        yield NotApplicable("no INIT section")
    for section in freed:
        for rva, target in resident_pointers(image, section):
            message = f"a resident pointer leads to INIT+{target - section.VirtualAddress:#x}"
            yield Fault(message, at_rva(image, rva), Level.WARNING)


def pointer_into(image: Image, section: SectionHeader) -> str:
    """The location of the first resident pointer into a section; empty when there is none.

    Raises FormatError when the base relocations cannot be read.
    """
    for rva, _ in resident_pointers(image, section):
        holder = image.section_at(rva)
        return "" if holder is None else str(in_section(holder, rva - holder.VirtualAddress))
    return ""
