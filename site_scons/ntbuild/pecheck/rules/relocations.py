"""Rules DRV501 to DRV509: base relocations.

Every driver is moved when it is loaded, so every fixup is applied, and the loader applies them
without a check. A large driver has tens of thousands: each rule makes one pass over plain integers.
"""

from array import array
from itertools import pairwise

from ntbuild.pecheck.rule import (
    Fault,
    Level,
    NotApplicable,
    RuleResults,
    at_offset,
    at_rva,
    header,
    rule,
    unreadable,
)
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_FILE, IMAGE_REL_BASED, IMAGE_SCN
from ntbuild.pecoff.image.fixups import RelocationBlock
from ntbuild.pecoff.image.image import Image, SectionHeader, relocated_values

from .sections import is_debug

_NONE = NotApplicable("the image has no base relocations")
_CODE = IMAGE_SCN.CNT_CODE | IMAGE_SCN.MEM_EXECUTE
_PAD = IMAGE_REL_BASED.ABSOLUTE
_WIDTHS: dict[int, int] = {
    IMAGE_REL_BASED.HIGHLOW: 4,
    IMAGE_REL_BASED.DIR64: 8,
    IMAGE_REL_BASED.THUMB_MOV32: 8,
}
_TYPES = {
    "x64": {IMAGE_REL_BASED.DIR64},
    "arm64": {IMAGE_REL_BASED.DIR64},
    "x86": {IMAGE_REL_BASED.HIGHLOW},
    "arm": {IMAGE_REL_BASED.HIGHLOW, IMAGE_REL_BASED.THUMB_MOV32},
}
_NAMES = {int(kind): kind.name for kind in IMAGE_REL_BASED}


@rule(
    "DRV501",
    "relocs-stripped",
    Level.ERROR,
    breaks="L",
    source="ReactOS LdrRelocateImageWithBias; PE Format, Characteristics",
    fix="link without /fixed (GNU ld: with -pie or --dynamicbase)",
)
def relocations_stripped(image: Image) -> RuleResults:
    """RELOCS_STRIPPED is clear.

    Drivers are never loaded at ImageBase; without relocations: CONFLICTING_ADDRESSES.
    """
    if image.file_header.Characteristics & IMAGE_FILE.RELOCS_STRIPPED:
        place = header(image.file_header.offset + 18)
        yield Fault("RELOCS_STRIPPED is set", place)


@rule(
    "DRV502",
    "reloc-present",
    Level.ERROR,
    breaks="B",
    source="ReactOS LdrRelocateImageWithBias; Pali Rohar's list",
    fix="link with base relocations (GNU ld: with -pie or --dynamicbase)",
)
def relocations_present(image: Image, settings: CheckSettings) -> RuleResults:
    """There are base relocations if there are absolute addresses.

    An address that is not relocated points to where the driver would be at ImageBase.
    """
    place = header(image.directory_offset(IMAGE_DIRECTORY_ENTRY.BASERELOC))
    known = settings.absolute_addresses
    if known is not None:
        found = _fixup_count(image)
        if found < known:
            yield Fault(f"{known} absolute addresses and {found or 'no'} base relocations", place)
    elif image.directory(IMAGE_DIRECTORY_ENTRY.BASERELOC).Size:
        return
    elif not image.is_64bit:
        message = "no base relocations, which 32-bit code almost always needs"
        yield Fault(message, place, Level.WARNING)
    else:
        found = _pointers_to_itself(image)
        if found:
            message = f"no base relocations, but {found} words look like addresses in the image"
            yield Fault(message, place, Level.WARNING)
        else:
            yield NotApplicable("no word of the image looks like an address in it")


def _fixup_count(image: Image) -> int:
    """How many fixups there are, padding left out."""
    blocks = image.base_relocations.blocks
    return sum(sum(entry >> 12 != _PAD for entry in block.entries) for block in blocks)


def _pointers_to_itself(image: Image) -> int:
    """How many aligned words of the data sections are addresses inside the image."""
    low = image.optional_header.ImageBase
    high = low + image.optional_header.SizeOfImage
    count, left = 0, len(image.data)
    for section in image.sections:
        if section.Characteristics & IMAGE_SCN.MEM_EXECUTE or is_debug(section):
            continue
        raw = image.data[section.PointerToRawData :][: min(section.SizeOfRawData, left)]
        left -= len(raw)  # sections of a hostile file may all share one range
        words = array("Q")
        words.frombytes(raw[: len(raw) // 8 * 8])
        count += sum(low <= word < high for word in words)
    return count


@rule(
    "DRV503",
    "block-shape",
    Level.ERROR,
    breaks="B",
    source="ReactOS LdrRelocateImageWithBias; PE Format, The .reloc Section",
    fix="link again; use no tool that edits .reloc",
)
def block_shape(image: Image) -> RuleResults:
    """Relocation blocks are 4-aligned, at least 8 bytes and fill the directory exactly.

    A block of size 0 silently ends the walk; a ragged one misplaces all that follow.
    """
    table = image.base_relocations
    if not table.blocks and not table.faults:
        yield _NONE
    for failure in table.faults:
        yield unreadable(image, failure)
    for block in table.blocks:
        if block.SizeOfBlock % 4:
            message = f"SizeOfBlock {block.SizeOfBlock:#x} is not a multiple of 4"
            yield Fault(message, at_offset(image, block.offset))
            return
    start = image.directory(IMAGE_DIRECTORY_ENTRY.BASERELOC).VirtualAddress
    if start % 4:
        yield Fault("the first block is not 4-aligned", at_rva(image, start))


@rule(
    "DRV504",
    "block-page",
    Level.ERROR,
    breaks="B",
    source="PE Format, The .reloc Section: each block is a 4K page's; ascending order: policy",
    fix="link again; use no tool that edits .reloc",
)
def block_page(image: Image) -> RuleResults:
    """Relocation blocks stand for whole pages in ascending order.

    Two blocks for a page, or one for no whole page, are a sign of fixups that are applied twice.
    """
    blocks = image.base_relocations.blocks
    if not blocks:
        yield _NONE
    odd = [block for block in blocks if block.PageRVA % 0x1000]
    for block in odd:
        message = f"PageRVA {block.PageRVA:#x} is not a multiple of 0x1000"
        yield Fault(message, at_offset(image, block.offset))
    for before, after in pairwise(blocks):
        if after.PageRVA <= before.PageRVA:
            message = f"PageRVA {after.PageRVA:#x} follows {before.PageRVA:#x}"
            yield Fault(message, at_offset(image, after.offset))
            return


@rule(
    "DRV505",
    "types",
    Level.ERROR,
    breaks="L",
    source="ReactOS LdrProcessRelocationBlockLongLong; PE Format, Base Relocation Types",
    fix="compile for the machine's address size; avoid 32-bit absolute addresses",
)
def types(image: Image) -> RuleResults:
    """Relocation types are those of the machine.

    The loader refuses unknown types, and a 32-bit fixup cuts a 64-bit address.
    """
    blocks = image.base_relocations.blocks
    machine = image.machine
    if not blocks or machine is None:
        yield _NONE if machine else NotApplicable("unknown machine")
        return
    good = _TYPES[machine.name] | {_PAD}
    for block in blocks:
        for entry in block.entries:
            if entry >> 12 in good:
                continue
            name = _NAMES.get(entry >> 12, str(entry >> 12))
            place = at_rva(image, block.PageRVA + (entry & 0xFFF))
            yield Fault(f"relocation type {name} on {machine.name}", place)


@rule(
    "DRV506",
    "target",
    Level.ERROR,
    breaks="B",
    source="ReactOS LdrRelocateImageWithBias (comment on GNU ld)",
    fix="link again with a linker that drops fixups of discarded sections",
)
def target(image: Image) -> RuleResults:
    """Every fixup lies whole in one section, not in the headers or .reloc.

    A fixup outside changes headers, other sections or the relocations themselves.
    """
    blocks = image.base_relocations.blocks
    if not blocks:
        yield _NONE
    for block in blocks:
        if _block_inside(image, block):
            continue
        for entry in block.entries:
            rva = block.PageRVA + (entry & 0xFFF)
            if entry >> 12 == _PAD or _inside(image.section_at(rva), rva, entry):
                continue
            yield Fault(f"fixup at {rva:#x} is not inside one section", at_rva(image, rva))


def _inside(section: SectionHeader | None, rva: int, entry: int) -> bool:
    if section is None or section.Name == ".reloc":
        return False
    return rva + _WIDTHS.get(entry >> 12, 2) <= section.end


def _block_inside(image: Image, block: RelocationBlock) -> bool:
    """Whether a whole block surely lies in one section: its page and what hangs over do."""
    section = image.section_at(block.PageRVA)
    return (
        section is not None and section.Name != ".reloc" and block.PageRVA + 0x1008 <= section.end
    )


@rule(
    "DRV507",
    "duplicates",
    Level.ERROR,
    breaks="B",
    source="PE Format, The .reloc Section: each entry adds the difference; pefile's overlap check",
    fix="link again; use no tool that edits .reloc",
)
def duplicates(image: Image) -> RuleResults:
    """Fixups are sorted and do not overlap.

    A fixup applied twice moves the address twice.
    """
    if not image.base_relocations.blocks:
        yield _NONE
    end, last = 0, -1
    for rva, kind in image.base_relocations.fixups():
        if rva < end:
            word = "overlaps the one before" if rva >= last else "is out of order"
            yield Fault(f"fixup at {rva:#x} {word}", at_rva(image, rva))
        end, last = rva + _WIDTHS.get(kind, 2), rva


@rule(
    "DRV508",
    "value",
    Level.WARNING,
    breaks="B",
    source="policy; PE Format, Base Relocation Types",
    fix="find the source of the address: it may be an absolute address outside of the image",
)
def values(image: Image) -> RuleResults:
    """What is relocated is an address in the image.

    A fixup adds the distance that the driver was moved; on anything but an address of the image
    the result has no meaning.
    """
    if not image.base_relocations.blocks:
        yield _NONE
    low = image.optional_header.ImageBase
    high = low + image.optional_header.SizeOfImage
    for rva, value in relocated_values(image):
        if not low <= value <= high:
            yield Fault(
                f"the fixup at {rva:#x} relocates {value:#x}, not an address in the image",
                at_rva(image, rva),
            )


@rule(
    "DRV509",
    "text-reloc",
    Level.WARNING,
    breaks="XM",
    source="policy: x64 code reaches its data relative to the instruction",
    fix="compile as position-independent code, and keep tables of addresses out of code sections",
)
def text_relocations(image: Image) -> RuleResults:
    """X64 code has no fixups.

    A fixup in code makes the kernel copy the page and write to code; addresses relative to the
    instruction need none.
    """
    if image.machine is None or image.machine.name != "x64":
        yield NotApplicable("other machines have addresses in their code")
        return
    for block in image.base_relocations.blocks:
        section = image.section_at(block.PageRVA)
        if section is None or section.Characteristics & _CODE != _CODE:
            continue
        for entry in block.entries:
            if entry >> 12 != _PAD:
                rva = block.PageRVA + (entry & 0xFFF)
                yield Fault(f"fixup at {rva:#x} in {section.Name}", at_rva(image, rva))
