"""Rule DRV601: the exception table (.pdata).

The table is searched by binary search, so order matters. arm and arm64 hold a function's length
packed in the entry or in its unwind data; the reader gives plain columns for all machines.
"""

from ntbuild.pecheck.rule import Fault, Level, NotApplicable, RuleResults, at_offset, header, rule
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_SCN
from ntbuild.pecoff.image.image import Image

_SIZES = {"x64": 12, "arm64": 8, "arm": 8}


@rule(
    "DRV601",
    "pdata",
    Level.ERROR,
    breaks="B",
    source="PE Format, The .pdata Section: must be sorted; x64 exception handling: 4-aligned",
    fix="sort .pdata once over the whole image, as a linker that knows the machine does",
)
def exception_table(image: Image) -> RuleResults:
    """Runtime functions are whole records, sorted, disjoint and in executable sections.

    Unwinding finds a function by binary search; out of order, exceptions become bugchecks.
    """
    machine = image.machine
    size = _SIZES.get(machine.name, 0) if machine else 0
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.EXCEPTION)
    if machine is None or size == 0:
        yield NotApplicable(f"{machine.name if machine else 'this machine'} has no exception table")
        return
    if directory.Size == 0:
        yield NotApplicable("the image has no exception table")
        return
    if directory.Size % size:
        place = header(image.directory_offset(IMAGE_DIRECTORY_ENTRY.EXCEPTION))
        yield Fault(f"size {directory.Size:#x} is not a multiple of {size}", place)
    if directory.VirtualAddress % 4:
        place = header(image.directory_offset(IMAGE_DIRECTORY_ENTRY.EXCEPTION))
        yield Fault(f"the table at {directory.VirtualAddress:#x} is not 4-aligned", place)
    yield from _records(image)


def _records(image: Image) -> RuleResults:
    """Faults in the order, extent and section of each record.

    A function without code (gcc makes them from unreachable code) is never found and hides no
    other as long as it comes before its neighbour: a warning.
    """
    table = image.runtime_functions
    last_begin, last_end = -1, 0
    low = high = 0
    for index, (begin, end) in enumerate(zip(table.begins, table.ends, strict=True)):
        message = level = None
        if begin < last_begin or (begin == last_begin < last_end):
            message = f"function {begin:#x} is not sorted, after {last_begin:#x}"
        elif begin < last_end:
            message = f"function {begin:#x} overlaps the one that ends at {last_end:#x}"
        elif end == begin:
            message, level = f"function {begin:#x} is empty", Level.WARNING
        elif end < begin:
            message = f"function {begin:#x} ends at {end:#x}"
        elif not low <= begin < end <= high:
            low, high = _code_range(image, begin)
            if not low <= begin < end <= high:
                message = f"function {begin:#x}..{end:#x} is not in an executable section"
        last_begin, last_end = begin, max(end, last_end)
        if message:
            yield Fault(message, at_offset(image, table.offset + index * table.stride), level)


def _code_range(image: Image, rva: int) -> tuple[int, int]:
    """The addresses of the executable section around an address; empty when there is none."""
    section = image.section_at(rva)
    if section is None or not section.Characteristics & IMAGE_SCN.MEM_EXECUTE:
        return 0, 0
    return section.VirtualAddress, section.end
