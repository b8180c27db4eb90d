"""Rules DRV1xx: the DOS header, the PE signature and the COFF file header.

All other rules depend on these headers. DRV101 and DRV102 therefore read the bytes themselves and
report what the reader of images refuses.
"""

from ntbuild.pecheck.rule import Fault, Level, NotApplicable, RuleResults, header, in_field, rule
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import (
    IMAGE_FILE,
    IMAGE_NUMBEROF_DIRECTORY_ENTRIES,
    SECTION_HEADER_LIMIT,
)
from ntbuild.pecoff.image.image import FormatError, Image, optional_header_layout
from ntbuild.pecoff.machine import OTHERS

DEPRECATED = (
    IMAGE_FILE.LINE_NUMS_STRIPPED,
    IMAGE_FILE.LOCAL_SYMS_STRIPPED,
    IMAGE_FILE.AGGRESSIVE_WS_TRIM,
    IMAGE_FILE.RESERVED_0040,
    IMAGE_FILE.BYTES_REVERSED_LO,
    IMAGE_FILE.BYTES_REVERSED_HI,
)


@rule(
    "DRV101",
    "dos-magic",
    Level.ERROR,
    breaks="L",
    source="ReactOS PeFmtCreateSection",
    fix="link again: the file is no PE image",
)
def dos_magic(image: Image) -> RuleResults:
    """The file begins with an MZ header of 64 bytes.

    The loader does not take a file that does not begin with MZ for an image.
    """
    if len(image.data) < 64:
        yield Fault(f"the file has {len(image.data)} bytes, fewer than 64", header(0))
    elif bytes(image.data[:2]) != b"MZ":
        magic = bytes(image.data[:2]).hex()
        yield Fault(f"e_magic is the bytes {magic}, not 4d5a (MZ)", header(0))


@rule(
    "DRV102",
    "pe-offset",
    Level.ERROR,
    breaks="L",
    source="PE Format, MS-DOS Stub and Signature; ReactOS PeFmtCreateSection",
    fix="link again: lost headers cannot be restored",
)
def pe_offset(image: Image) -> RuleResults:
    """e_lfanew leads to complete headers inside SizeOfHeaders.

    Loaders map SizeOfHeaders bytes and follow e_lfanew in them; a wild offset ends there.
    """
    if len(image.data) < 64 or bytes(image.data[:2]) != b"MZ":
        yield NotApplicable("no MZ header")
        return
    try:
        offset = image.nt_offset
        _ = image.file_header, image.optional_header
    except FormatError as failure:
        if failure.field == "Magic":
            yield NotApplicable("the optional header has no known Magic")
        else:
            yield Fault(f"{failure.field}: {failure.message}", header(60))
        return
    end = image.section_table_offset
    if end > image.optional_header.SizeOfHeaders:
        limit = image.optional_header.SizeOfHeaders
        yield Fault(f"the headers end at {end:#x}, after SizeOfHeaders {limit:#x}", header(60))
    if offset % 8:
        level = Level.ERROR if offset % 4 else Level.WARNING
        yield Fault(f"e_lfanew {offset:#x} is not a multiple of 8", header(60), level)


@rule(
    "DRV103",
    "machine",
    Level.ERROR,
    breaks="L",
    source="ReactOS MmCheckSystemImage; PE Format, Machine Types",
    fix="compile and link for the target's machine",
)
def machine(image: Image, settings: CheckSettings) -> RuleResults:
    """The machine is known, the expected one, and agrees with Magic.

    The kernel compares Machine with its own and returns INVALID_IMAGE_PROTECT.
    """
    place = header(image.file_header.offset)
    known = image.machine
    number = image.file_header.Machine
    other = OTHERS.get(number)
    if other and settings.machine not in (None, other):
        yield Fault(f"the image is for {other}, not for {settings.machine}", place)
    elif known is None and not other:
        yield Fault(f"Machine {number:#06x} is not x64, x86, arm64 or arm", place)
    elif known is not None and settings.machine not in (None, known.name):
        yield Fault(f"the image is for {known.name}, not for {settings.machine}", place)
    try:
        wide = image.is_64bit
    except FormatError as failure:
        yield Fault(f"{failure.field}: {failure.message}", header(failure.offset or 0))
        return
    if (known is not None and wide != known.is_64bit) or (other and not wide):
        magic, name = image.optional_header.Magic, other or (known and known.name)
        yield Fault(f"Magic {magic:#x} does not fit {name}", header(place.offset + 20))


@rule(
    "DRV104",
    "section-count",
    Level.ERROR,
    breaks="L",
    source="PE Format, NumberOfSections; ReactOS PeFmtCreateSection",
    fix="merge sections, or enlarge the headers by linking again",
)
def section_count(image: Image) -> RuleResults:
    """1 to 96 sections, their headers inside SizeOfHeaders.

    The loader refuses more than 96 sections and reads their headers from the header pages.
    """
    count = image.file_header.NumberOfSections
    place = header(image.file_header.offset + 2)
    if not 1 <= count <= SECTION_HEADER_LIMIT:
        yield Fault(f"{count} sections; 1 to {SECTION_HEADER_LIMIT} are allowed", place)
    end = image.section_table_offset + 40 * count
    limit = min(image.optional_header.SizeOfHeaders, len(image.data))
    if end > limit:
        yield Fault(f"the section table ends at {end:#x}, after the headers' end {limit:#x}", place)


@rule(
    "DRV105",
    "opt-size",
    Level.ERROR,
    breaks="L",
    source="PE Format, Optional Header: SizeOfOptionalHeader and NumberOfRvaAndSizes",
    fix="write 16 directories and the size that holds them",
)
def optional_header_size(image: Image) -> RuleResults:
    """SizeOfOptionalHeader holds NumberOfRvaAndSizes directories, 16 of them.

    A probe for a directory past the optional header reads section headers as directories.
    """
    optional = image.optional_header
    count = optional.NumberOfRvaAndSizes
    size = image.file_header.SizeOfOptionalHeader
    needed = optional_header_layout(optional.Magic)[0] + 8 * count
    place = in_field(image, "NumberOfRvaAndSizes")
    if count > IMAGE_NUMBEROF_DIRECTORY_ENTRIES:
        yield Fault(f"NumberOfRvaAndSizes is {count}, more than 16", place)
    elif size < needed:
        message = f"SizeOfOptionalHeader {size:#x} is less than {needed:#x}"
        yield Fault(message, header(image.file_header.offset + 16))
    elif count < IMAGE_NUMBEROF_DIRECTORY_ENTRIES:
        yield Fault(f"{count} directories instead of 16", place, Level.WARNING)


@rule(
    "DRV106",
    "characteristics",
    Level.ERROR,
    breaks="L",
    source="PE Format, Characteristics",
    fix="link with /driver; clear the bits named",
)
def characteristics(image: Image, settings: CheckSettings) -> RuleResults:
    """EXECUTABLE_IMAGE is set; no deprecated bit, no bit of another kind of image.

    Without EXECUTABLE_IMAGE the file counts as a failed link. Deprecated bits have no meaning and
    differ between linkers.
    """
    flags = IMAGE_FILE(image.file_header.Characteristics)
    place = header(image.file_header.offset + 18)
    if IMAGE_FILE.EXECUTABLE_IMAGE not in flags:
        yield Fault("EXECUTABLE_IMAGE is not set", place)
    old = [str(bit.name) for bit in DEPRECATED if bit in flags]
    if old and not settings.before_win10:
        yield Fault(f"deprecated bits are set: {', '.join(old)}", place, Level.WARNING)
    if IMAGE_FILE.MACHINE_32BIT in flags and image.machine and image.machine.is_64bit:
        yield Fault(f"32BIT_MACHINE on {image.machine.name}", place, Level.WARNING)
    if IMAGE_FILE.DLL in flags and not settings.has("export"):
        yield Fault("DLL is set, but the profile is not export", place, Level.WARNING)


@rule(
    "DRV107",
    "up-only",
    Level.ERROR,
    breaks="L",
    source="ReactOS MmLoadSystemImage; link.exe /DRIVER:UPONLY page",
    fix="link without /driver:uponly",
)
def up_only(image: Image) -> RuleResults:
    """UP_SYSTEM_ONLY is clear.

    On a machine with several processors the kernel refuses it: MP_UP_MISMATCH.
    """
    if image.file_header.Characteristics & IMAGE_FILE.UP_SYSTEM_ONLY:
        yield Fault("UP_SYSTEM_ONLY is set", header(image.file_header.offset + 18))


@rule(
    "DRV108",
    "coff-symtab",
    Level.WARNING,
    breaks="WR",
    source="PE Format, PointerToSymbolTable and NumberOfSymbols: should be zero for an image",
    fix="strip the symbols, or keep debug data in a separate file",
)
def coff_symbol_table(image: Image, settings: CheckSettings) -> RuleResults:
    """No COFF symbol table, unless it is kept on purpose and complete.

    COFF symbols are deprecated in images; they make the file larger and, after the last
    section, take the place of a signature.
    """
    start, count = image.file_header.PointerToSymbolTable, image.file_header.NumberOfSymbols
    place = header(image.file_header.offset + 8)
    if start == 0 and count == 0:
        return
    end = start + 18 * count
    size = len(image.string_table)
    if end + 4 > len(image.data) or size < 4:
        yield Fault(f"symbol table at {start:#x} with {count} symbols is not in the file", place)
    elif not settings.has("debug"):
        yield Fault(f"{count} COFF symbols are kept", place)
