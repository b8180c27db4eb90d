"""Rules DRV321 and DRV322: memory that stays resident, and bytes that belong to nothing.

A hostile file has thousands of sections over the same bytes, so the bytes read are counted, and no
more are read than the file has.
"""

from ntbuild.pecheck.rule import (
    Fault,
    Level,
    NotApplicable,
    RuleResults,
    at_offset,
    header,
    in_section_header,
    rule,
)
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_SCN
from ntbuild.pecoff.image.image import Image

from .sections import EXECUTE, last_kept

_CODE_PADDING = b"\0\x90\xcc"


@rule(
    "DRV321",
    "bss",
    Level.WARNING,
    breaks="M",
    source="policy; PE Format, SizeOfRawData: zero for uninitialized data",
    fix="allocate large buffers at run time; link again with a linker that gives .bss no bytes",
)
def uninitialised(image: Image, settings: CheckSettings) -> RuleResults:
    """Uninitialised sections have no bytes in the file, and resident sections stay below a limit.

    Nonpaged memory is occupied for as long as the driver is loaded, whether the bytes are used or
    not. The limit is --nonpaged. A discardable section before others counts: it is not freed.
    """
    for section in image.sections:
        bare = section.Characteristics & IMAGE_SCN.CNT_UNINITIALIZED_DATA
        if bare and section.SizeOfRawData and not section.Characteristics & _WITH_BYTES:
            message = (
                f"uninitialised {section.Name} has {section.SizeOfRawData:#x} bytes in the file"
            )
            yield Fault(message, in_section_header(section, 16))
    resident = sum(
        section.extent
        for section in image.sections[: last_kept(image) + 1]
        if not section.Name.startswith("PAGE")
    )
    if resident > settings.nonpaged:
        message = f"{resident:#x} bytes stay in memory, {settings.nonpaged:#x} are allowed"
        yield Fault(message, header(image.section_table_offset))


_WITH_BYTES = IMAGE_SCN.CNT_CODE | IMAGE_SCN.CNT_INITIALIZED_DATA


def slack_of(image: Image) -> list[tuple[int, int, bytes]]:
    """Ranges of the file that belong to nothing: begin, end and the bytes that padding may have.

    They follow the section headers, and each section's memory in its raw data. Together they are
    no larger than the file, however many sections claim the same bytes.
    """
    table_end = image.section_table_offset + 40 * len(image.sections)
    if not image.sections:
        return []
    starts = [s.PointerToRawData for s in image.sections if s.SizeOfRawData]
    found = [(table_end, min(image.optional_header.SizeOfHeaders, *starts, len(image.data)), b"\0")]
    left = len(image.data)
    for section in image.sections:
        begin = section.PointerToRawData + section.VirtualSize
        end = min(section.PointerToRawData + section.SizeOfRawData, len(image.data))
        size = min(end - begin, left)
        if section.VirtualSize and size > 0:
            code = section.Characteristics & EXECUTE
            found.append((begin, begin + size, _CODE_PADDING if code else b"\0"))
            left -= size
    return found


@rule(
    "DRV322",
    "slack",
    Level.WARNING,
    breaks="RX",
    source="policy; Authenticode signs these bytes, the loader maps them",
    fix="pecheck fix clears them",
)
def slack(image: Image) -> RuleResults:
    """Padding is zero, in code also breakpoints or no-operations.

    Stale bytes of a buffer differ from build to build and put what was in the linker's memory into
    every copy of the driver.
    """
    bound = image.directory(IMAGE_DIRECTORY_ENTRY.BOUND_IMPORT)
    if bound.Size:
        yield NotApplicable("bound imports may follow the headers")
        return
    for begin, end, allowed in slack_of(image):
        raw = bytes(image.data[begin:end])
        rest = raw.translate(None, allowed)
        if rest:
            at = begin + min(raw.index(byte) for byte in set(rest))
            place = header(at) if at < image.optional_header.SizeOfHeaders else at_offset(image, at)
            yield Fault(f"{len(rest)} bytes of padding are not zero", place)
