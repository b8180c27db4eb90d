"""Fixes of what follows the headers: debug sections, symbols, an empty export table, stamps.

Bytes can be cut out of a file only where they are last, in memory and in the file; anything else
would move what is pointed to.
"""

import hashlib
from collections.abc import Iterator
from itertools import pairwise

from ntbuild.pecheck.rules.debug import CODEVIEW_NAME, codeview_name
from ntbuild.pecheck.rules.imports import slot_range, with_slots
from ntbuild.pecheck.rules.optional_header import align_up
from ntbuild.pecheck.rules.padding import slack_of
from ntbuild.pecheck.rules.sections import is_debug
from ntbuild.pecheck.rules.stamps import NO_STAMP, stamps_of
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DEBUG_TYPE
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.directories import DebugEntry
from ntbuild.pecoff.image.image import Image, SectionHeader
from ntbuild.support.text import printable

from .edit import Change, Edit, Fix, Refusal

Outcome = Iterator[Change | Refusal]


def debug_sections(edit: Edit, settings: CheckSettings) -> Outcome:
    """DWARF sections at the end of the image are cut off."""
    image = edit.image
    if settings.has("debug") or not any(map(is_debug, image.sections)):
        return
    kept = [section for section in image.sections if not is_debug(section)]
    gone = image.sections[len(kept) :]
    reason = _not_at_end(image, kept, gone)
    if reason:
        yield Refusal(f"debug sections stay: {reason}")
        return
    filled = [section for section in gone if section.SizeOfRawData]
    header = image.file_header
    size = align_up(max(s.end for s in kept), image.optional_header.SectionAlignment)
    edit.put(header.offset + 2, "H", len(kept))
    edit.field("SizeOfImage", size)
    edit.fill(gone[0].offset, 40 * len(gone))
    if filled:
        start = filled[0].PointerToRawData
        end = filled[-1].PointerToRawData + filled[-1].SizeOfRawData
        if header.PointerToSymbolTable >= end:
            edit.put(header.offset + 8, "I", header.PointerToSymbolTable - (end - start))
        edit.cut(start, end)
    yield Change(f"debug sections cut off: {', '.join(section.Name for section in gone)}")


def _not_at_end(image: Image, kept: list[SectionHeader], gone: tuple[SectionHeader, ...]) -> str:
    """Why debug sections cannot be cut off; empty when they can."""
    if not kept or not all(map(is_debug, gone)):
        return "other sections follow them"
    low = gone[0].VirtualAddress
    if any(section.end > low for section in kept):
        return "they are not last in memory"
    for index, directory in enumerate(image.directories):
        if index != ENTRY.SECURITY and directory.VirtualAddress >= low and directory.Size:
            return f"the {ENTRY(index).name} directory is in them"
    filled = [section for section in image.sections if section.SizeOfRawData]
    for before, after in pairwise(filled):
        if before.PointerToRawData + before.SizeOfRawData > after.PointerToRawData:
            return "raw data is not in order"
    if image.directory(ENTRY.SECURITY).Size:
        return "a signature follows them"
    return ""


def coff_symbols(edit: Edit, settings: CheckSettings) -> Outcome:
    """The COFF symbol table and its strings at the end of the file are cut off."""
    image = edit.image
    header = image.file_header
    start, strings = header.PointerToSymbolTable, len(image.string_table)
    end = start + 18 * header.NumberOfSymbols + strings
    last = max((s.PointerToRawData + s.SizeOfRawData for s in image.sections), default=0)
    if settings.has("debug"):
        return
    if any(section.raw_name.startswith(b"/") for section in image.sections):
        yield Refusal("COFF symbols stay: a section has its name in their string table")
    elif strings and (start < last or any(image.data[end:])):
        yield Refusal("COFF symbols stay: they are not at the end of the file")
    else:
        edit.put(header.offset + 8, "II", 0, 0)
        if strings:
            edit.cut(start)
        yield Change(f"{header.NumberOfSymbols} COFF symbols cut off")


def empty_exports(edit: Edit, settings: CheckSettings) -> Outcome:
    """The directory of an export table without exports is cleared."""
    table = edit.image.exports
    if table is None or table.functions or settings.has("export") or table.faults:
        return
    edit.directory(ENTRY.EXPORT)
    yield Change("the directory of the empty export table is cleared")


def import_address_directory(edit: Edit, _: CheckSettings) -> Outcome:
    """The IAT directory covers contiguous import slots; GNU ld may leave it empty."""
    image = edit.image
    modules = with_slots(image)
    if image.imports.faults:
        yield Refusal("the IAT directory stays: the import table cannot be read")
        return
    begin, end = slot_range(image, modules) if modules else (0, 0)
    directory = image.directory(ENTRY.IAT)
    if (directory.VirtualAddress, directory.VirtualAddress + directory.Size) == (begin, end):
        return
    if sum(module.slots + 1 for module in modules) * image.pointer_size != end - begin:
        yield Refusal("the IAT directory stays: the import slots are not contiguous")
    else:
        edit.directory(ENTRY.IAT, begin, end - begin)
        yield Change(f"the IAT directory becomes {begin:#x}..{end:#x}")


def symbol_file_name(edit: Edit, _: CheckSettings) -> Outcome:
    """The symbol file is named without the directory it was written to.

    The directory of a record of zeros, which lld leaves with DWARF, is cleared.
    """
    if all(_is_blank(edit.image, entry) for entry in edit.image.debug):
        edit.directory(ENTRY.DEBUG)
        yield Change("the directory of the empty CodeView record is cleared")
        return
    for entry in edit.image.debug:
        name = codeview_name(edit.image, entry)
        if entry.Type != IMAGE_DEBUG_TYPE.CODEVIEW or name is None or 0 not in name:
            continue
        path = name[: name.index(0)]
        bare = path.replace(b"\\", b"/").rpartition(b"/")[2]
        start = entry.PointerToRawData + CODEVIEW_NAME
        if bare and bare != path:
            edit.fill(start, len(path))
            edit.data[start : start + len(bare)] = bare
            edit.put(entry.offset + 16, "I", CODEVIEW_NAME + len(bare) + 1)
            yield Change(f"the symbol file is named {printable(bare)}, without its directory")


def _is_blank(image: Image, entry: DebugEntry) -> bool:
    raw = bytes(image.data[entry.PointerToRawData :][: entry.SizeOfData])
    return entry.Type == IMAGE_DEBUG_TYPE.CODEVIEW and not raw.strip(b"\0")


def slack(edit: Edit, _: CheckSettings) -> Outcome:
    """Padding becomes zero."""
    for begin, end, allowed in slack_of(edit.image):
        rest = bytes(edit.data[begin:end]).translate(None, allowed)
        if rest:
            edit.fill(begin, end - begin)
            yield Change(f"{len(rest)} bytes of padding cleared at {begin:#x}")


def stamps(edit: Edit, settings: CheckSettings) -> Outcome:
    """All stamps become that of the settings, or a hash of everything else in the image."""
    places = stamps_of(edit.image)
    value = content_stamp(edit) if settings.stamp is None else settings.stamp
    for what, stamp, offset in places:
        if stamp != value and (stamp not in {0, NO_STAMP} or what == "file header"):
            edit.put(offset, "I", value)
            yield Change(f"{what} stamp: {stamp:#010x} becomes {value:#010x}")


def content_stamp(edit: Edit) -> int:
    """A hash of the image without its stamps and its checksum, as a stamp."""
    bare = bytearray(edit.data)
    offsets = [offset for _, _, offset in stamps_of(edit.image)]
    for offset in (*offsets, edit.image.field_offset("CheckSum")):
        bare[offset : offset + 4] = bytes(4)
    return int.from_bytes(hashlib.sha256(bare).digest()[:4], "little") | 1


def checksum(edit: Edit, _: CheckSettings) -> Outcome:
    """CheckSum is computed over the final bytes."""
    old, right = edit.image.optional_header.CheckSum, edit.image.checksum()
    if old != right:
        edit.field("CheckSum", right)
        yield Change(f"CheckSum: {old:#010x} becomes {right:#010x}")


FIRST: dict[str, Fix] = {
    "DRV319": debug_sections,
    "DRV108": coff_symbols,
    "DRV413": empty_exports,
    "DRV412": import_address_directory,
    "DRV621": symbol_file_name,
    "DRV322": slack,
}
"""Fixes that run before those of flags: they remove sections, or correct tables in them."""

STAMPS = "DRV801"
CHECKSUM = "DRV701"
"""The last two: a stamp may be a hash of all the rest, and the checksum covers everything."""
