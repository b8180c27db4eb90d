"""Fixes of section flags and headers.

A flag changes only where that is safe without looking at code: a section is made discardable when
nothing in it is known to be used later, and only a section of code without data loses its write
permission.
"""

from collections.abc import Callable, Iterator

from ntbuild.pecheck.rules import sections as rules
from ntbuild.pecheck.rules.residence import pointer_into
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.constants import IMAGE_SCN, IMAGE_SCN_ALIGN_MASK
from ntbuild.pecoff.image.image import FormatError, Image, SectionHeader

from .edit import Change, Edit, Fix, Refusal, reflag

Outcome = Iterator[Change | Refusal]
Finds = Callable[[Image], Iterator[SectionHeader]]
_DATA = int(IMAGE_SCN.CNT_INITIALIZED_DATA | IMAGE_SCN.CNT_UNINITIALIZED_DATA)
_CODE, _WRITE, _EXECUTE = IMAGE_SCN.CNT_CODE, IMAGE_SCN.MEM_WRITE, IMAGE_SCN.MEM_EXECUTE
_NOT_PAGED, _DISCARDABLE = IMAGE_SCN.MEM_NOT_PAGED, IMAGE_SCN.MEM_DISCARDABLE
_IMPORTS = ".idata"
_LOADED_ONCE = {".rsrc", ".reloc", _IMPORTS}
_USED_LATER = {
    ENTRY.EXPORT: "exports",
    ENTRY.EXCEPTION: "the exception table",
    ENTRY.LOAD_CONFIG: "the load configuration",
    ENTRY.IAT: "the import address table",
}


def each_section(edit: Edit, *, add: int = 0, drop: int = 0) -> Outcome:
    """The same change of flags for every section."""
    for index in range(len(edit.image.sections)):
        yield from reflag(edit, edit.image.sections[index], add=add, drop=drop)


def named(edit: Edit, finds: Finds) -> Iterator[SectionHeader]:
    """The sections that a rule finds; each is read again, since the one before was changed."""
    indices = [section.index for section in finds(edit.image)]
    for index in indices:
        yield edit.image.sections[index]


def write_execute(edit: Edit, _: CheckSettings) -> Outcome:
    """Code loses its write permission; a section that also holds data is left as it is."""
    both = _WRITE | _EXECUTE
    for section in named(edit, lambda image: rules.with_flags(image, both)):
        if section.Characteristics & _DATA or not section.Characteristics & _CODE:
            yield Refusal(f"{section.Name} is executable and holds data")
        else:
            yield from reflag(edit, section, drop=_WRITE)


def shared(edit: Edit, _: CheckSettings) -> Outcome:
    """There is one mapping of a driver, so nothing is shared."""
    yield from each_section(edit, drop=IMAGE_SCN.MEM_SHARED)


def purity(edit: Edit, _: CheckSettings) -> Outcome:
    """Executable sections are marked as code only, others as data only; all are readable."""
    for index in range(len(edit.image.sections)):
        section = edit.image.sections[index]
        flags = section.Characteristics
        add, drop = IMAGE_SCN.MEM_READ, 0
        if flags & _EXECUTE and flags & _DATA and not flags & _CODE:
            yield Refusal(f"{section.Name} is executable data")
        elif flags & _EXECUTE and not flags & _WRITE:
            add, drop = add | _CODE, _DATA
        elif not flags & _EXECUTE:
            drop = _CODE
            add |= 0 if flags & _DATA else IMAGE_SCN.CNT_INITIALIZED_DATA
        yield from reflag(edit, section, add=add, drop=drop)


def object_bits(edit: Edit, _: CheckSettings) -> Outcome:
    """Alignment, link and reserved bits are cleared."""
    yield from each_section(edit, drop=IMAGE_SCN_ALIGN_MASK | rules.UNDEFINED)


def not_paged(edit: Edit, _: CheckSettings) -> Outcome:
    """Resident sections are marked NOT_PAGED."""
    for section in named(edit, rules.resident_pageable):
        yield from reflag(edit, section, add=_NOT_PAGED)


def page_flag(edit: Edit, _: CheckSettings) -> Outcome:
    """PAGE sections are not marked NOT_PAGED."""
    pages = (s for s in edit.image.sections if s.Name.startswith("PAGE"))
    for index in [section.index for section in pages]:
        yield from reflag(edit, edit.image.sections[index], drop=_NOT_PAGED)


def init_flags(edit: Edit, settings: CheckSettings) -> Outcome:
    """INIT is made discardable when nothing in it is used later; code in it, read-only."""
    for section in [s for s in edit.image.sections if s.Name == "INIT"]:
        current = edit.image.sections[section.index]
        if current.Characteristics & _WRITE and not settings.before_win10:
            yield Refusal("INIT is writable: it may hold data that is written to")
        yield from _discard(edit, current)


def discard_set(edit: Edit, _: CheckSettings) -> Outcome:
    """Resources and relocations are made discardable when nothing else is in their sections.

    So are import descriptors that have a section to themselves; where the import slots are among
    them, as GNU ld lays them out by default, they stay.
    """
    for index in [s.index for s in edit.image.sections if s.Name in _LOADED_ONCE]:
        section = edit.image.sections[index]
        if section.Name != _IMPORTS or not used_later(edit.image, section):
            yield from _discard(edit, section)


def _discard(edit: Edit, section: SectionHeader) -> Outcome:
    if section.Characteristics & _DISCARDABLE:
        return
    reason = used_later(edit.image, section)
    if reason:
        yield Refusal(f"{section.Name} must stay: {reason}")
    else:
        yield from reflag(edit, section, add=_DISCARDABLE, drop=_NOT_PAGED)


def used_later(image: Image, section: SectionHeader) -> str:
    """What in a section is used after initialization; empty when nothing is known to be used."""
    for entry, what in _USED_LATER.items():
        directory = image.directory(entry)
        if directory.Size and image.section_at(directory.VirtualAddress) is section:
            return f"it holds {what}"
    try:
        for module in image.imports.modules:
            if image.section_at(module.FirstThunk) is section:
                return "it holds import slots"
        pointer = pointer_into(image, section)
    except FormatError as failure:
        return f"cannot read {failure.field}"
    return f"resident {pointer} points into it" if pointer else ""


def read_only(edit: Edit, _: CheckSettings) -> Outcome:
    """Constant sections and tables lose their write permission."""
    for section in named(edit, rules.writable_constants):
        yield from reflag(edit, section, drop=_WRITE)


def object_fields(edit: Edit, _: CheckSettings) -> Outcome:
    """Relocation and line number fields of section headers become zero."""
    for section in edit.image.sections:
        if any(edit.data[section.offset + 24 : section.offset + 36]):
            edit.fill(section.offset + 24, 12)
            yield Change(f"{section.Name}: relocation and line number fields cleared")


FIXES: dict[str, Fix] = {
    "DRV305": write_execute,
    "DRV306": shared,
    "DRV307": purity,
    "DRV308": object_bits,
    "DRV317": read_only,
    "DRV312": init_flags,
    "DRV315": discard_set,
    "DRV309": not_paged,
    "DRV310": page_flag,
    "DRV320": object_fields,
}
