"""Rules DRV631 and DRV632: resources.

Tools read resources, the kernel does not. A tree that loops hangs Explorer and crashes inspectors;
a driver without resources loads.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from ntbuild.pecheck.rule import Fault, Level, NotApplicable, RuleResults, at_rva, header, rule
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.image.resources import (
    FIXED_FILE_INFO_SIGNATURE,
    RT_VERSION,
    ResourceEntry,
    VersionResource,
    version_info,
)
from ntbuild.support.text import printable

_VFT_DRV = 3
_VFT_DLL = 2
_NT = 0x40004


@rule(
    "DRV631",
    "version",
    Level.WARNING,
    breaks="W",
    source="VS_FIXEDFILEINFO (Windows documentation); measured: 273 of 288 public drivers",
    fix="give the driver a version resource with FILETYPE VFT_DRV and its own OriginalFilename",
    levels={"whql": Level.ERROR},
)
def version(image: Image, settings: CheckSettings) -> RuleResults:
    """The version resource is valid, says that the file is a driver, and names the file.

    Setup compares versions to decide what to install, and support reads them to tell which driver
    this is.
    """
    table = image.resources
    found = [entry for entry in table.entries if entry.key.type == RT_VERSION]
    if not found:
        if settings.has("whql"):
            place = header(image.directory_offset(IMAGE_DIRECTORY_ENTRY.RESOURCE))
            yield Fault("there is no version resource", place)
        else:
            yield NotApplicable("no version resource; profile whql requires one")
        return
    place = at_rva(image, found[0].rva)
    try:
        info = _read(image, found[0])
    except FormatError as failure:
        yield Fault(failure.message, place)
        return
    if info.Signature != FIXED_FILE_INFO_SIGNATURE:
        yield Fault(f"the fixed part's signature is {info.Signature:#x}, not 0xfeef04bd", place)
        return
    if info.StrucVersion != 0x10000:
        yield Fault(f"the fixed part's version is {info.StrucVersion:#x}, not 0x10000", place)
    kinds = {_VFT_DRV, _VFT_DLL} if settings.has("export") else {_VFT_DRV}
    if info.FileType not in kinds:
        yield Fault(f"FILETYPE is {info.FileType}, not 3 (VFT_DRV)", place)
    if info.FileOS not in {_NT, 4 << 16}:
        yield Fault(f"FILEOS is {info.FileOS:#x}, not NT", place, Level.NOTE)
    yield from _names(image, info, found[0])


def _read(image: Image, entry: ResourceEntry) -> VersionResource:
    return version_info(bytes(image.bytes_at(entry.rva, entry.size, "version")), image, entry)


def _names(image: Image, info: VersionResource, entry: ResourceEntry) -> RuleResults:
    original = info.strings.get("OriginalFilename", "")
    file = image.name.replace("\\", "/").rpartition("/")[2]
    if original and "." in file and original.casefold() != file.casefold():
        shown = printable(original)
        message = f"OriginalFilename is {shown}, the file is {file}"
        yield Fault(message, at_rva(image, entry.rva), Level.NOTE)


@rule(
    "DRV632",
    "resource-tree",
    Level.ERROR,
    breaks="W",
    source="PE Format, Resource Directory Entries; measured: three tools crash on such trees",
    fix="compile the resources again, with windres, llvm-rc or rc, and link again",
)
def resource_tree(image: Image) -> RuleResults:
    """The resource tree has three levels, ends, is sorted and lies in the image.

    Lookups use binary search, so an entry that is not sorted is not found; a loop hangs tools that
    list the tree.
    """
    if not image.directory(IMAGE_DIRECTORY_ENTRY.RESOURCE).Size:
        yield NotApplicable("the image has no resources")
        return
    table = image.resources
    root = image.directory(IMAGE_DIRECTORY_ENTRY.RESOURCE).VirtualAddress
    if table.fault is not None:
        message = f"{table.fault.field}: {table.fault.message}"
        yield Fault(message, at_rva(image, root))
    for entry in table.entries:
        if image.section_at(entry.rva) is None:
            message = f"data of {entry.key} at {entry.rva:#x} is in no section"
            yield Fault(message, at_rva(image, root))
    by_case = _out_of_order(table.entries, str)
    if by_case is not None and _out_of_order(table.entries, str.upper) is not None:
        yield Fault(by_case, at_rva(image, root))


def _out_of_order(entries: Sequence[ResourceEntry], fold: Callable[[str], str]) -> str | None:
    """What is wrong with the order of resources, if anything.

    Names come before numbers on each level. The specification sorts names as they are, resource
    compilers by their upper case; either is accepted.
    """
    for before, after in pairwise(entries):
        low, high = _order(before, fold), _order(after, fold)
        if low == high:
            return f"two resources have {after.key}"
        if low > high:
            return f"{after.key} is not sorted"
    return None


def _order(entry: ResourceEntry, fold: Callable[[str], str]) -> tuple[tuple[bool, str, int], ...]:
    keys = (entry.key.type, entry.key.name, entry.key.language)
    return tuple((False, fold(k), 0) if isinstance(k, str) else (True, "", k) for k in keys)
