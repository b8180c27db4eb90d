"""Rules DRV301 to DRV304 and DRV318, DRV320: where sections lie, and their headers' fields.

A hostile table has tens of thousands of sections, so no rule compares every section with every
other.
"""

from collections.abc import Iterator
from itertools import pairwise

from ntbuild.pecheck.rule import Fault, Level, NotApplicable, RuleResults, in_section_header, rule
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.image.image import Image, SectionHeader

from .optional_header import align_up


def _name(section: SectionHeader) -> str:
    return section.Name or f"section {section.index + 1}"


@rule(
    "DRV301",
    "contiguous",
    Level.ERROR,
    breaks="L",
    source="ReactOS PeFmtCreateSection; measured: no gap in 288 public drivers",
    fix="link again; strip and objcopy must not remove sections of an image",
)
def contiguous(image: Image) -> RuleResults:
    """Sections ascend, each beginning at the aligned end of the one before.

    The kernel maps sections one after the other; a gap or an overlap is refused.
    """
    alignment = image.optional_header.SectionAlignment
    expected = align_up(image.optional_header.SizeOfHeaders, alignment)
    for section in image.sections:
        if section.VirtualAddress != expected:
            yield Fault(
                f"{_name(section)} begins at {section.VirtualAddress:#x}, not at {expected:#x}",
                in_section_header(section, 12),
            )
        expected = align_up(section.end, alignment)


@rule(
    "DRV302",
    "virtual-size",
    Level.ERROR,
    breaks="L",
    source="ReactOS PeFmtCreateSection: neither size may be null, nor the end above 4 GiB",
    fix="leave empty sections out",
)
def virtual_size(image: Image) -> RuleResults:
    """Every section has a VirtualSize that ends below 4 GiB.

    A section of no size cannot be mapped; one that wraps maps over the headers. Where only
    VirtualSize is 0, which very old linkers wrote, the loader uses SizeOfRawData.
    """
    for section in image.sections:
        place = in_section_header(section, 8)
        if section.VirtualSize == 0:
            level = Level.WARNING if section.SizeOfRawData else None
            yield Fault(f"{_name(section)} has VirtualSize 0", place, level)
        elif section.VirtualAddress + section.VirtualSize > 0xFFFFFFFF:
            yield Fault(f"{_name(section)} ends past 4 GiB", place)


@rule(
    "DRV303",
    "raw-range",
    Level.ERROR,
    breaks="L",
    source="PE Format, Section Table; ReactOS PeFmtCreateSection",
    fix="the file is cut off or was edited: link again",
)
def raw_range(image: Image) -> RuleResults:
    """Raw data lies in the file, on multiples of FileAlignment.

    The loader reads SizeOfRawData bytes at PointerToRawData; a short file is refused.
    """
    alignment = image.optional_header.FileAlignment
    for section in image.sections:
        start, size = section.PointerToRawData, section.SizeOfRawData
        if size and start + size > len(image.data):
            yield Fault(
                f"raw data of {_name(section)} ends at {start + size:#x}, "
                f"the file at {len(image.data):#x}",
                in_section_header(section, 16),
            )
        if alignment and (size % alignment or (size and start % alignment)):
            yield Fault(
                f"raw data of {_name(section)} ({start:#x}, size {size:#x}) is not a multiple "
                f"of {alignment:#x}",
                in_section_header(section, 16),
                Level.WARNING,
            )


@rule(
    "DRV304",
    "raw-overlap",
    Level.ERROR,
    breaks="B",
    source="PE Format, Section Table",
    fix="link again",
)
def raw_overlap(image: Image) -> RuleResults:
    """Raw data of sections is disjoint and in order.

    Bytes that belong to two sections are relocated twice, or changed through one of them.
    """
    filled = [section for section in image.sections if section.SizeOfRawData]
    for before, after in pairwise(filled):
        if after.PointerToRawData < before.PointerToRawData:
            message = f"raw data of {_name(after)} lies before that of {_name(before)}"
            yield Fault(message, in_section_header(after, 20), Level.WARNING)
    ordered = sorted(filled, key=lambda section: section.PointerToRawData)
    for before, after in pairwise(ordered):
        end = before.PointerToRawData + before.SizeOfRawData
        if after.PointerToRawData < end:
            message = f"raw data of {_name(after)} overlaps that of {_name(before)}"
            yield Fault(message, in_section_header(after, 20))


@rule(
    "DRV318",
    "names",
    Level.ERROR,
    breaks="L",
    source="PE Format, Section Table: Name",
    fix="give every section a short name of its own; strip long-named debug sections",
)
def section_names(image: Image, settings: CheckSettings) -> RuleResults:
    """Section names are 1 to 8 printable characters, each once.

    Debuggers and the boot loader find sections by name; names in the string table are not seen
    by the loader and are lost with the symbol table.
    """
    seen: set[bytes] = set()
    for section in image.sections:
        raw = section.raw_name.rstrip(b"\0")
        for message, level in _name_faults(image, section, raw, settings):
            yield Fault(message, in_section_header(section, 0), level)
        if raw in seen:
            message = f"a second section is named {_name(section)}{_mixed(image, section)}"
            yield Fault(message, in_section_header(section, 0), Level.WARNING)
        seen.add(raw)


def _mixed(image: Image, section: SectionHeader) -> str:
    """What to do where code and data have one name, as WDK samples have it; empty for others."""
    same = [one for one in image.sections if one.raw_name == section.raw_name]
    flags = {bool(one.Characteristics & IMAGE_SCN.CNT_CODE) for one in same}
    if len(flags) == 1:
        return ""
    return (
        ": one has code and one data, which Windows loads as they are; give the data of #pragma"
        " data_seg or const_seg a name of its own, or accept it with allow="
    )


def _name_faults(
    image: Image, section: SectionHeader, raw: bytes, settings: CheckSettings
) -> Iterator[tuple[str, Level]]:
    if not raw:
        yield f"section {section.index + 1} has no name", Level.ERROR
    elif not all(0x20 < byte < 0x7F for byte in raw):
        yield f"section name {_name(section)!r} is not printable", Level.ERROR
    elif raw[:1] == b"/":
        if not raw[1:].isdigit() or not 4 <= int(raw[1:]) < len(image.string_table):
            yield f"name {_name(section)} points into no string table", Level.ERROR
        elif not settings.has("debug"):
            yield f"{_name(section)} has its name in the string table", Level.WARNING


@rule(
    "DRV320",
    "obj-fields",
    Level.WARNING,
    breaks="R",
    source="PE Format, Section Table: zero for executable images",
    fix="write zeros",
)
def object_fields(image: Image) -> RuleResults:
    """Relocation and line number fields of section headers are zero.

    They belong to object files and have no meaning in an image.
    """
    if not image.sections:
        yield NotApplicable("the image has no sections")
    for section in image.sections:
        fields = {
            "PointerToRelocations": section.PointerToRelocations,
            "PointerToLinenumbers": section.PointerToLinenumbers,
            "NumberOfRelocations": section.NumberOfRelocations,
            "NumberOfLinenumbers": section.NumberOfLinenumbers,
        }
        wrong = [f"{name} {value:#x}" for name, value in fields.items() if value]
        if wrong:
            yield Fault(f"{_name(section)}: {', '.join(wrong)}", in_section_header(section, 24))
