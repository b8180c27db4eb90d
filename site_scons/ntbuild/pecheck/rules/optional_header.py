"""Rules DRV2xx: the optional header.

Sizes and alignments constrain each other. Each rule checks one relation only, so that one wrong
field gives one finding.
"""

from ntbuild.pecheck.rule import Fault, Level, NotApplicable, RuleResults, at_rva, in_field, rule
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DLLCHARACTERISTICS, IMAGE_SCN, IMAGE_SUBSYSTEM
from ntbuild.pecoff.image.image import Image

PAGE = 0x1000
USER_FLAGS = (
    IMAGE_DLLCHARACTERISTICS.TERMINAL_SERVER_AWARE,
    IMAGE_DLLCHARACTERISTICS.APPCONTAINER,
    IMAGE_DLLCHARACTERISTICS.NO_BIND,
)

_NATIVE = (IMAGE_SUBSYSTEM.NATIVE,)
_SUBSYSTEMS = {
    "efi": (
        IMAGE_SUBSYSTEM.EFI_APPLICATION,
        IMAGE_SUBSYSTEM.EFI_BOOT_SERVICE_DRIVER,
        IMAGE_SUBSYSTEM.EFI_RUNTIME_DRIVER,
        IMAGE_SUBSYSTEM.EFI_ROM,
    ),
    "user": (IMAGE_SUBSYSTEM.WINDOWS_GUI, IMAGE_SUBSYSTEM.WINDOWS_CUI),
}


def is_power_of_2(number: int) -> bool:
    """Whether exactly one bit is set."""
    return number > 0 and number & (number - 1) == 0


def align_up(number: int, alignment: int) -> int:
    """The next multiple of an alignment; the number itself for alignment 0."""
    return -(-number // alignment) * alignment if alignment else number


@rule(
    "DRV201",
    "align-pow2",
    Level.ERROR,
    breaks="L",
    source="PE Format, SectionAlignment and FileAlignment; ReactOS PeFmtCreateSection",
    fix="link with /align:4096 /filealign:512",
)
def alignments(image: Image) -> RuleResults:
    """SectionAlignment and FileAlignment are powers of 2 that fit each other.

    The loader masks addresses with the alignments; others give STATUS_INVALID_IMAGE_FORMAT.
    """
    section = image.optional_header.SectionAlignment
    file = image.optional_header.FileAlignment
    place = in_field(image, "SectionAlignment")
    for name, value in (("SectionAlignment", section), ("FileAlignment", file)):
        if not is_power_of_2(value):
            yield Fault(f"{name} {value:#x} is not a power of 2", in_field(image, name))
    if section < PAGE and section != file:
        yield Fault(
            f"SectionAlignment {section:#x} is below a page and not FileAlignment {file:#x}", place
        )
    elif section < file:
        yield Fault(f"SectionAlignment {section:#x} is below FileAlignment {file:#x}", place)
    elif section >= PAGE and not 0x200 <= file <= 0x10000:
        where = in_field(image, "FileAlignment")
        yield Fault(f"FileAlignment {file:#x} is not between 0x200 and 0x10000", where)


@rule(
    "DRV202",
    "page-align",
    Level.ERROR,
    breaks="H",
    source="Driver Verifier, Code integrity checking; Implement memory integrity compatible code",
    fix="link with /align:4096",
    levels={"win7": Level.WARNING, "winxp": Level.WARNING},
)
def page_alignment(image: Image, settings: CheckSettings) -> RuleResults:
    """SectionAlignment is a multiple of the page size.

    Below a page, sections of different protection share pages; memory integrity, which 64-bit
    systems have, refuses such an image (0xC4/0x2004).
    """
    alignment = image.optional_header.SectionAlignment
    if alignment == 0 or alignment % PAGE:
        place = in_field(image, "SectionAlignment")
        level = None if image.is_64bit or settings.has("hvci") else Level.WARNING
        yield Fault(f"SectionAlignment {alignment:#x} is not a multiple of 0x1000", place, level)


@rule(
    "DRV203",
    "image-base",
    Level.ERROR,
    breaks="L",
    source="PE Format, ImageBase; ReactOS PeFmtCreateSection",
    fix="link with /base: and a multiple of 0x10000",
)
def image_base(image: Image) -> RuleResults:
    """ImageBase is a multiple of 64 KiB and the image does not wrap around.

    Images are mapped on 64 KiB boundaries; one that wraps cannot be mapped.
    """
    base = image.optional_header.ImageBase
    place = in_field(image, "ImageBase")
    if base % 0x10000:
        yield Fault(f"ImageBase {base:#x} is not a multiple of 0x10000", place)
    if base + image.optional_header.SizeOfImage > 1 << (64 if image.is_64bit else 32):
        yield Fault(f"ImageBase {base:#x} plus SizeOfImage wraps around", place)


@rule(
    "DRV204",
    "size-of-image",
    Level.ERROR,
    breaks="LB",
    source="PE Format, SizeOfImage; ReactOS MiWriteProtectSystemImage",
    fix="set SizeOfImage to the aligned end of the last section",
)
def size_of_image(image: Image) -> RuleResults:
    """SizeOfImage is a multiple of SectionAlignment and ends with the last section.

    The loader reserves SizeOfImage bytes and maps every section into them.
    """
    size = image.optional_header.SizeOfImage
    alignment = image.optional_header.SectionAlignment
    place = in_field(image, "SizeOfImage")
    if alignment and size % alignment:
        yield Fault(f"SizeOfImage {size:#x} is not a multiple of {alignment:#x}", place)
    if not image.sections:
        yield NotApplicable("the image has no sections")
        return
    end = align_up(max(section.end for section in image.sections), alignment)
    if align_up(size, alignment) != end:
        yield Fault(f"SizeOfImage is {size:#x}, the last section ends at {end:#x}", place)


@rule(
    "DRV205",
    "size-of-headers",
    Level.ERROR,
    breaks="L",
    source="PE Format, SizeOfHeaders; ReactOS PeFmtCreateSection",
    fix="set SizeOfHeaders to the end of the section table, rounded up to FileAlignment",
)
def size_of_headers(image: Image) -> RuleResults:
    """SizeOfHeaders is a multiple of FileAlignment, holds the headers and ends before the sections.

    The loader maps SizeOfHeaders bytes as the headers: fewer cut the section table off, more
    overlap the first section.
    """
    size = image.optional_header.SizeOfHeaders
    alignment = image.optional_header.FileAlignment
    place = in_field(image, "SizeOfHeaders")
    if alignment and size % alignment:
        yield Fault(f"SizeOfHeaders {size:#x} is not a multiple of {alignment:#x}", place)
    table_end = image.section_table_offset + 40 * image.file_header.NumberOfSections
    if size < table_end:
        yield Fault(f"SizeOfHeaders {size:#x} ends before the section table {table_end:#x}", place)
    raw = [s.PointerToRawData for s in image.sections if s.SizeOfRawData]
    virtual = [s.VirtualAddress for s in image.sections]
    if raw and size > min(raw):
        yield Fault(f"SizeOfHeaders {size:#x} reaches into raw data at {min(raw):#x}", place)
    if virtual and size > min(virtual):
        yield Fault(f"SizeOfHeaders {size:#x} reaches into a section at {min(virtual):#x}", place)


@rule(
    "DRV206",
    "entry",
    Level.ERROR,
    breaks="B",
    source="PE Format, AddressOfEntryPoint: for drivers the initialization function",
    fix="link with /entry: and the name of the driver's entry function",
)
def entry_point(image: Image, settings: CheckSettings) -> RuleResults:
    """The entry point lies in the bytes of an executable code section.

    The kernel calls this address; anything but code there is a bugcheck.
    """
    entry = image.optional_header.AddressOfEntryPoint
    place = in_field(image, "AddressOfEntryPoint")
    if entry == 0:
        if settings.has("export"):
            yield NotApplicable("an export driver may have no entry point")
        else:
            yield Fault("there is no entry point", place)
        return
    section = image.section_at(entry)
    if section is None:
        yield Fault(f"entry point {entry:#x} is in no section", place)
    elif image.backed(entry) == 0:
        yield Fault(f"entry point {entry:#x} is after the bytes of {section.Name}", place)
    elif not section.Characteristics & IMAGE_SCN.MEM_EXECUTE:
        yield Fault(f"entry point {entry:#x} is in {section.Name}, not executable", place)
    elif not section.Characteristics & IMAGE_SCN.CNT_CODE:
        yield Fault(f"entry point {entry:#x} is in {section.Name}, not marked as code", place)
    elif section.Name.startswith("PAGE"):
        where = at_rva(image, entry)
        yield Fault(f"the entry point is in pageable {section.Name}", where, Level.WARNING)


@rule(
    "DRV207",
    "subsystem",
    Level.ERROR,
    breaks="L",
    source="PE Format, Windows Subsystem; Pali Rohar's list",
    fix="link with /subsystem:native",
)
def subsystem(image: Image, settings: CheckSettings) -> RuleResults:
    """The subsystem is NATIVE, or that of the kind of image that the profile names.

    The kernel loads images of the native subsystem only.
    """
    value = image.optional_header.Subsystem
    expected = next((s for word, s in _SUBSYSTEMS.items() if settings.has(word)), _NATIVE)
    if value not in expected:
        names = " or ".join(f"{each.value} ({each.name})" for each in expected)
        yield Fault(f"Subsystem is {value}, not {names}", in_field(image, "Subsystem"))


@rule(
    "DRV208",
    "os-version",
    Level.ERROR,
    breaks="XB",
    source="ReactOS MiWriteProtectSystemImage",
    fix="link with /osversion:10.0 and /subsystem:native,10.0 (GNU ld: --major-os-version 10 "
    "--major-subsystem-version 10)",
)
def os_version(image: Image) -> RuleResults:
    """Operating system and subsystem version are 5 or more.

    An image for version 4 counts as an NT 4 driver, and the kernel leaves its pages without
    write protection. Microsoft's linkers up to version 8 (Visual Studio 2005) wrote it by default:
    in an image of such a linker that is stamped before 2010 it is a warning.
    """
    optional = image.optional_header
    level = Level.WARNING if _is_of_old_linker(image) else None
    for name, value in (
        ("MajorOperatingSystemVersion", optional.MajorOperatingSystemVersion),
        ("MajorSubsystemVersion", optional.MajorSubsystemVersion),
    ):
        if value < 5:
            yield Fault(f"{name} is {value}, below 5", in_field(image, name), level)


def _is_of_old_linker(image: Image) -> bool:
    """Whether linker version and stamp are those of a link by Microsoft from 1993 to 2009.

    A stamp that is a hash falls in that time once in eight; linkers that write hashes have other
    versions (GNU ld 2, lld 14).
    """
    linker = image.optional_header.MajorLinkerVersion
    return linker in _OLD_LINKERS and _IN_1993 <= image.file_header.TimeDateStamp < _IN_2010


_OLD_LINKERS = range(3, 9)
_IN_1993, _IN_2010 = 0x2B400000, 0x4B3D3B80


@rule(
    "DRV209",
    "target-version",
    Level.WARNING,
    breaks="W",
    source="measured: drivers linked by Visual Studio 2013 to 2022",
    fix="link with /osversion: /subsystem:native, and /version: of the oldest system supported",
)
def target_version(image: Image, settings: CheckSettings) -> RuleResults:
    """Operating system, subsystem and image version name the oldest system supported.

    Loader and tools choose by these versions how an image is treated; all three are the same in
    drivers made with the WDK.
    """
    optional = image.optional_header
    target = settings.minimum
    found = {
        "OperatingSystem": (
            optional.MajorOperatingSystemVersion,
            optional.MinorOperatingSystemVersion,
        ),
        "Subsystem": (optional.MajorSubsystemVersion, optional.MinorSubsystemVersion),
        "Image": (optional.MajorImageVersion, optional.MinorImageVersion),
    }
    wrong = [f"{name}Version {a}.{b}" for name, (a, b) in found.items() if (a, b) != target]
    if wrong:
        place = in_field(image, "MajorOperatingSystemVersion")
        yield Fault(f"{', '.join(wrong)}; the target is {target[0]}.{target[1]}", place)


@rule(
    "DRV211",
    "reserved",
    Level.WARNING,
    breaks="R",
    source="PE Format, Optional Header Windows-Specific Fields: reserved, must be zero",
    fix="write zeros",
)
def reserved_fields(image: Image) -> RuleResults:
    """Win32VersionValue, LoaderFlags and the reserved DllCharacteristics are zero.

    Reserved fields may get a meaning later; until then they only make images differ.
    """
    optional = image.optional_header
    for name, value in (
        ("Win32VersionValue", optional.Win32VersionValue),
        ("LoaderFlags", optional.LoaderFlags),
        ("DllCharacteristics", optional.DllCharacteristics & 0x1F),
    ):
        if value:
            yield Fault(f"reserved bits {value:#x} of {name} are set", in_field(image, name))


def _requires_flag(
    image: Image, settings: CheckSettings, flag: IMAGE_DLLCHARACTERISTICS
) -> RuleResults:
    if settings.target == "winxp":
        yield NotApplicable(f"{flag.name} has no meaning before Windows Vista")
    elif not image.optional_header.DllCharacteristics & flag:
        yield Fault(f"{flag.name} is not set", in_field(image, "DllCharacteristics"))


@rule(
    "DRV212",
    "dynamic-base",
    Level.WARNING,
    breaks="X",
    source="BinSkim BA2009 (which skips drivers); link.exe /GUARD page",
    fix="link with /dynamicbase",
)
def dynamic_base(image: Image, settings: CheckSettings) -> RuleResults:
    """DYNAMIC_BASE is set.

    The kernel moves every driver; the bit declares it, and GUARD_CF counts only with it.
    """
    yield from _requires_flag(image, settings, IMAGE_DLLCHARACTERISTICS.DYNAMIC_BASE)


@rule(
    "DRV213",
    "nx-compat",
    Level.WARNING,
    breaks="X",
    source="BinSkim BA2016 (which skips drivers); Pali Rohar's list",
    fix="link with /nxcompat",
)
def nx_compat(image: Image, settings: CheckSettings) -> RuleResults:
    """NX_COMPAT is set.

    The bit declares that the image never runs data as code.
    """
    yield from _requires_flag(image, settings, IMAGE_DLLCHARACTERISTICS.NX_COMPAT)


@rule(
    "DRV216",
    "user-flags",
    Level.NOTE,
    breaks="R",
    source="measured: 0 of 288 public drivers",
    fix="link with /tsaware:no, or with /driver of a linker that knows drivers",
)
def user_flags(image: Image) -> RuleResults:
    """No DllCharacteristics of user programs.

    TERMINAL_SERVER_AWARE, APPCONTAINER and NO_BIND are about programs only; no driver of
    Microsoft's linker has them.
    """
    flags = IMAGE_DLLCHARACTERISTICS(image.optional_header.DllCharacteristics)
    found = [str(flag.name) for flag in USER_FLAGS if flag in flags]
    if IMAGE_DLLCHARACTERISTICS.HIGH_ENTROPY_VA in flags and not image.is_64bit:
        found.append("HIGH_ENTROPY_VA")
    if found:
        yield Fault(f"set: {', '.join(found)}", in_field(image, "DllCharacteristics"))
