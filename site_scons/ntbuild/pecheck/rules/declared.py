"""Rules DRV210, DRV214, DRV215, DRV217, DRV218: fields that tools and loaders believe unchecked.

Linkers sum the sizes of sections in two ways, over raw sizes and over rounded virtual sizes; DRV210
accepts both.
"""

from typing import Final

from ntbuild.pecheck.rule import Fault, Level, NotApplicable, RuleResults, in_field, rule
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DLLCHARACTERISTICS, IMAGE_FILE, IMAGE_SCN
from ntbuild.pecoff.image.image import Image

from .optional_header import align_up
from .sections import is_debug

SIZES: Final = {
    "SizeOfCode": IMAGE_SCN.CNT_CODE,
    "SizeOfInitializedData": IMAGE_SCN.CNT_INITIALIZED_DATA,
    "SizeOfUninitializedData": IMAGE_SCN.CNT_UNINITIALIZED_DATA,
}
"""The sums over sections in the optional header, and the flag of the sections summed."""

_STACKS: Final = {0x40000, 0x100000, 0x200000, 0x400000}
_HEAPS: Final = {0, 0x100000}
_COMMITS: Final = {0, 0x1000}


def sizes_of_sections(image: Image) -> dict[str, int]:
    """What the size fields should hold: raw sizes, and memory for what has no bytes."""
    found = dict.fromkeys(SIZES, 0)
    alignment = image.optional_header.FileAlignment
    for section in image.sections:
        for name, flag in SIZES.items():
            if section.Characteristics & flag:
                bare = flag == IMAGE_SCN.CNT_UNINITIALIZED_DATA
                size = align_up(section.VirtualSize, alignment) if bare else section.SizeOfRawData
                found[name] += size
    return found


def _other_sums(image: Image, flag: IMAGE_SCN) -> set[int]:
    """Sums that linkers write instead: rounded sizes, no debug data, the first section only."""
    alignment = image.optional_header.FileAlignment
    sections = [s for s in image.sections if s.Characteristics & flag]
    plain = [section for section in sections if not is_debug(section)]
    sums = {
        sum(align_up(section.VirtualSize, alignment) for section in sections),
        sum(section.SizeOfRawData for section in plain),
        sum(align_up(section.VirtualSize, alignment) for section in plain),
    }
    if flag == IMAGE_SCN.CNT_CODE and sections:
        sums.add(sections[0].SizeOfRawData)
    return sums


def base_of_code(image: Image) -> int:
    """Where code begins: the address of the first code section, 0 without one."""
    code = (s for s in image.sections if s.Characteristics & IMAGE_SCN.CNT_CODE)
    return next((section.VirtualAddress for section in code), 0)


@rule(
    "DRV210",
    "size-fields",
    Level.WARNING,
    breaks="L",
    source="PE Format, Optional Header Standard Fields; ReactOS PeFmtCreateSection",
    fix="write the sums of the sections' sizes; pecheck fix does",
)
def size_fields(image: Image) -> RuleResults:
    """SizeOfCode, SizeOfInitializedData, SizeOfUninitializedData and BaseOfCode fit the sections.

    The kernel takes an image without SizeOfCode for one without code, and tools size their
    views by these fields.
    """
    optional = image.optional_header
    for name, right in sizes_of_sections(image).items():
        stored = getattr(optional, name)
        allowed = {right, *_other_sums(image, SIZES[name])}
        if name == "SizeOfUninitializedData":
            allowed.add(0)
        elif right:
            allowed.discard(0)
        if stored not in allowed:
            yield Fault(
                f"{name} is {stored:#x}, the sections have {right:#x}", in_field(image, name)
            )
    code = image.section_at(optional.BaseOfCode)
    if optional.SizeOfCode and (code is None or not code.Characteristics & IMAGE_SCN.CNT_CODE):
        message = f"BaseOfCode {optional.BaseOfCode:#x} is in no code section"
        yield Fault(message, in_field(image, "BaseOfCode"))


@rule(
    "DRV214",
    "force-integrity",
    Level.NOTE,
    breaks="S",
    source="link.exe /INTEGRITYCHECK page; BinSkim BA2029",
    fix="link with /integritycheck",
    levels={"whql": Level.WARNING},
)
def force_integrity(image: Image, settings: CheckSettings) -> RuleResults:
    """FORCE_INTEGRITY is set on drivers meant for certification.

    The bit makes the kernel check the signature whatever the system's policy is; callbacks such
    as PsSetCreateProcessNotifyRoutineEx refuse drivers without it.
    """
    if not settings.has("whql"):
        yield NotApplicable("FORCE_INTEGRITY is required by profile whql only")
    elif not image.optional_header.DllCharacteristics & IMAGE_DLLCHARACTERISTICS.FORCE_INTEGRITY:
        yield Fault("FORCE_INTEGRITY is not set", in_field(image, "DllCharacteristics"))


@rule(
    "DRV215",
    "wdm-bit",
    Level.WARNING,
    breaks="R",
    source="link.exe /DRIVER page",
    fix="link with /driver:wdm for a WDM driver, with /driver for any other",
)
def wdm_bit(image: Image, settings: CheckSettings) -> RuleResults:
    """WDM_DRIVER is set with profile wdm only, and never together with UP_SYSTEM_ONLY.

    The bit tells tools that a driver follows the WDM rules; /driver takes one of WDM and UPONLY.
    """
    place = in_field(image, "DllCharacteristics")
    is_set = bool(image.optional_header.DllCharacteristics & IMAGE_DLLCHARACTERISTICS.WDM_DRIVER)
    if is_set and image.file_header.Characteristics & IMAGE_FILE.UP_SYSTEM_ONLY:
        yield Fault("WDM_DRIVER and UP_SYSTEM_ONLY are both set", place)
    if is_set != settings.has("wdm"):
        message = (
            "is set, but the profile is not wdm" if is_set else "is not set, but the profile is wdm"
        )
        yield Fault(f"WDM_DRIVER {message}", place, Level.NOTE)


@rule(
    "DRV218",
    "stack-heap",
    Level.NOTE,
    breaks="R",
    source="policy; the kernel ignores these fields",
    fix="link without /stack and /heap",
)
def stack_heap(image: Image) -> RuleResults:
    """Stack and heap sizes are those that linkers write by default.

    A driver runs on its caller's kernel stack. Other values do nothing and differ between builds
    for no reason.
    """
    optional = image.optional_header
    for name, usual in (
        ("SizeOfStackReserve", _STACKS),
        ("SizeOfStackCommit", _COMMITS),
        ("SizeOfHeapReserve", _HEAPS),
        ("SizeOfHeapCommit", _COMMITS),
    ):
        value = getattr(optional, name)
        if value not in usual:
            yield Fault(f"{name} is {value:#x}, no linker's default", in_field(image, name))
