"""Rule DRV801: time stamps.

A stamp that is a hash cannot be distinguished from a clock reading. The rule is exact when the
expected stamp is given, and otherwise compares the image's stamps with each other.
"""

from typing import Final

from ntbuild.pecheck.rule import (
    Fault,
    Level,
    Location,
    NotApplicable,
    RuleResults,
    at_offset,
    header,
    rule,
)
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DEBUG_TYPE, IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.image.image import FormatError, Image

NO_STAMP: Final = 0xFFFFFFFF
"""What link.exe writes into export directories instead of a time (measured)."""


@rule(
    "DRV801",
    "stamps",
    Level.WARNING,
    breaks="R",
    source="reproducible-builds.org, SOURCE_DATE_EPOCH; link.exe /BREPRO",
    fix="link with SOURCE_DATE_EPOCH set, or with /brepro (GNU ld: --no-insert-timestamp)",
    levels={"repro": Level.ERROR},
)
def stamps(image: Image, settings: CheckSettings) -> RuleResults:
    """All time stamps are the same, and the expected one.

    A clock reading makes every build differ, and debuggers and symbol servers look up images by
    their stamps.
    """
    found = stamps_of(image)
    first = image.file_header.TimeDateStamp
    expected = first if settings.stamp is None else settings.stamp
    for what, stamp, offset in found:
        if stamp not in {expected, 0, NO_STAMP}:
            against = "the file header's" if settings.stamp is None else "the expected one"
            message = f"{what} stamp {stamp:#010x} is not {against} ({expected:#010x})"
            yield Fault(message, _place(image, offset))
    if settings.stamp is None:
        reproducible = any(entry.Type == IMAGE_DEBUG_TYPE.REPRO for entry in image.debug)
        if settings.has("repro") and first and not reproducible:
            message = f"it is unknown whether stamp {first:#010x} is a clock reading"
            yield Fault(
                message, _place(image, found[0][2]), Level.WARNING, "give the stamp with --stamp"
            )
        yield NotApplicable("the expected stamp was not given")


def _place(image: Image, offset: int) -> Location:
    return header(offset) if offset < image.section_table_offset else at_offset(image, offset)


def stamps_of(image: Image) -> list[tuple[str, int, int]]:
    """Every stamp that can be read, what it belongs to and its file offset."""
    offset = image.file_header.offset + 4
    found = [("file header", image.file_header.TimeDateStamp, offset)]
    try:
        if image.exports is not None:
            found.append(("export", image.exports.TimeDateStamp, image.exports.offset + 4))
        found += [("debug", entry.TimeDateStamp, entry.offset + 4) for entry in image.debug]
        rva = image.directory(IMAGE_DIRECTORY_ENTRY.RESOURCE).VirtualAddress
        if rva:
            raw = image.bytes_at(rva, 16, "IMAGE_RESOURCE_DIRECTORY")
            stamp = int.from_bytes(raw[4:8], "little")
            found.append(("resource", stamp, (image.offset_of(rva) or 0) + 4))
    except FormatError:
        pass  # a directory that cannot be read is a finding of DRV401 or DRV413
    return found
