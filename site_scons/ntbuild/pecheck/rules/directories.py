"""Rules DRV401 to DRV405: the data directories as ranges.

Linkers nest the import address table in the import directory; no other tables that a loader walks
may share bytes.
"""

from itertools import combinations

from ntbuild.pecheck.rule import Fault, Level, RuleResults, at_rva, header, rule
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.image import DataDirectory, Image

_UNUSED = (ENTRY.ARCHITECTURE, ENTRY.GLOBALPTR, ENTRY.COM_DESCRIPTOR, ENTRY.RESERVED)
_DISJOINT = (
    ENTRY.EXPORT,
    ENTRY.IMPORT,
    ENTRY.RESOURCE,
    ENTRY.EXCEPTION,
    ENTRY.BASERELOC,
    ENTRY.DEBUG,
    ENTRY.LOAD_CONFIG,
    ENTRY.IAT,
)
_NESTED = {(ENTRY.IMPORT, ENTRY.IAT)}


def _present(image: Image, entry: ENTRY) -> DataDirectory | None:
    directory = image.directory(entry)
    return directory if directory.VirtualAddress or directory.Size else None


def _bounds_fault(image: Image, entry: ENTRY, directory: DataDirectory) -> str | None:
    """What is wrong with a directory's range, if anything."""
    start, size = directory.VirtualAddress, directory.Size
    if entry == ENTRY.SECURITY:
        inside = start + size <= len(image.data)
        return None if inside else f"file range {start:#x} + {size:#x} is not in the file"
    if start == 0 or (size == 0 and entry != ENTRY.GLOBALPTR):
        return f"address {start:#x} with size {size:#x}"
    section = image.section_at(start)
    end = section.end if section else image.optional_header.SizeOfHeaders
    if start + size > end:
        return f"{start:#x} + {size:#x} is not inside one section"
    return None


@rule(
    "DRV401",
    "dir-bounds",
    Level.ERROR,
    breaks="LB",
    source="PE Format, Optional Header Data Directories",
    fix="link again; clear the directory if the table is not needed",
)
def directory_bounds(image: Image) -> RuleResults:
    """Each data directory lies inside one section; no two overlap.

    The loader walks these tables without looking at section borders.
    """
    for index, directory in enumerate(image.directories):
        entry = ENTRY(index)
        if directory.VirtualAddress or directory.Size:
            message = _bounds_fault(image, entry, directory)
            if message:
                yield Fault(f"{entry.name}: {message}", header(image.directory_offset(entry)))
    for one, other in combinations(_DISJOINT, 2):
        a, b = _present(image, one), _present(image, other)
        if a is None or b is None or tuple(sorted((one, other))) in _NESTED:
            continue
        low, high = max(a.VirtualAddress, b.VirtualAddress), min(_end(a), _end(b))
        if low < high:
            yield Fault(f"{one.name} and {other.name} overlap", at_rva(image, low))


def _end(directory: DataDirectory) -> int:
    return directory.VirtualAddress + directory.Size


@rule(
    "DRV402",
    "dir-zero",
    Level.ERROR,
    breaks="LB",
    source="PE Format, Optional Header Data Directories: reserved, must be zero",
    fix="clear the directory",
)
def unused_directories(image: Image) -> RuleResults:
    """Architecture, GlobalPtr, CLR and the reserved directory are zero.

    They are reserved or belong to other machines and to managed code.
    """
    for entry in _UNUSED:
        if _present(image, entry):
            place = header(image.directory_offset(entry))
            yield Fault(f"the {entry.name} directory is not zero", place)


def _absent(image: Image, entry: ENTRY, what: str) -> RuleResults:
    if _present(image, entry):
        yield Fault(f"the image has {what}", header(image.directory_offset(entry)))


@rule(
    "DRV403",
    "no-bound",
    Level.ERROR,
    breaks="B",
    source="ReactOS MiResolveImageReferences; measured: 0 of 288",
    fix="do not bind drivers",
)
def bound_imports(image: Image) -> RuleResults:
    """No bound imports.

    The kernel loader does not look at bound imports and resolves through lookup tables.
    """
    yield from _absent(image, ENTRY.BOUND_IMPORT, "bound imports")


@rule(
    "DRV404",
    "no-delay",
    Level.ERROR,
    breaks="B",
    source="ReactOS sysldr; measured: 0 of 288",
    fix="link without /delayload",
)
def delay_imports(image: Image) -> RuleResults:
    """No delay-loaded imports.

    Delay loading needs LoadLibrary, which the kernel does not have.
    """
    yield from _absent(image, ENTRY.DELAY_IMPORT, "delay-loaded imports")


@rule(
    "DRV405",
    "no-tls",
    Level.ERROR,
    breaks="B",
    source="ReactOS sysldr; measured: 0 of 288",
    fix="do not use thread-local variables",
)
def thread_local_storage(image: Image) -> RuleResults:
    """No thread local storage.

    The kernel loader neither makes TLS blocks nor calls TLS callbacks.
    """
    yield from _absent(image, ENTRY.TLS, "a TLS directory")
