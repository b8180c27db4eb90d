"""Rules DRV406 to DRV412: import descriptors, the modules named and the import address table.

The kernel stops its walk over the descriptors at the first one without a name or lookup table, and
reports nothing: what follows stays unresolved.
"""

from collections.abc import Iterator

from ntbuild.pecheck.newer_exports import SINCE
from ntbuild.pecheck.rule import (
    Fault,
    Level,
    NotApplicable,
    RuleResults,
    at_offset,
    at_rva,
    header,
    rule,
    unreadable,
)
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_SCN
from ntbuild.pecoff.image.directories import ImportModule
from ntbuild.pecoff.image.image import Image

_NO_IMPORTS = NotApplicable("the image imports nothing")
_REFUSED = {"ntdll", "winsrv", "advapi32", "kernel32", "user32", "gdi32"}
"""Modules for which the loader returns PROCEDURE_NOT_FOUND (ReactOS MiResolveImageReferences)."""
_USER_MODE = (
    "msvcr",
    "msvcp",
    "ucrt",
    "vcruntime",
    "api-ms-",
    "libgcc",
    "libstdc",
    "libwinpthread",
)
_KERNEL = {"ntoskrnl", "hal", "bootvid", "kdcom", "ci", "pshed", "clfs", "ksecdd", "dxapi"}

_SYSTEM = {"ntoskrnl", "hal"}
_AFFECTED = """
ExAllocatePool ExAllocatePoolWithQuota ExAllocatePoolWithQuotaTag ExAllocatePoolWithTag
ExAllocatePoolWithTagPriority ExInitializeNPagedLookasideList ExInitializeLookasideListEx
MmAllocateContiguousMemory MmAllocateContiguousMemorySpecifyCache MmMapIoSpace
MmAllocateContiguousMemorySpecifyCacheNode MmAllocateContiguousNodeMemory MmCopyMemory
MmMapLockedPages MmMapLockedPagesSpecifyCache MmProtectMdlSystemAddress ZwAllocateVirtualMemory
ZwCreateSection ZwMapViewOfSection NtCreateSection NtMapViewOfSection ClfsCreateMarshallingArea
NdisAllocateMemoryWithTagPriority StorPortGetDataInBufferSystemAddress StorPortGetSystemAddress
ChangerClassAllocatePool VideoPortAllocatePool PcNewDmaChannel PcNewResourceList
PcNewResourceSublist FltAllocatePoolAlignedWithTag FltAllocateContext
"""
_MAY_EXECUTE = frozenset(_AFFECTED.split())
"""Functions of the page "Implement memory integrity compatible code" that are imported by name."""


def _stem(name: str) -> str:
    return name.lower().rpartition(".")[0] or name.lower()


@rule(
    "DRV406",
    "descriptors",
    Level.ERROR,
    breaks="B",
    source="PE Format, Import Directory Table to Hint/Name Table; ReactOS MiResolveImageReferences",
    fix="link against proper import libraries, without binding or packing",
)
def descriptors(image: Image) -> RuleResults:
    """Import descriptors are complete, named, terminated and have lookup tables.

    The kernel stops at the first descriptor without OriginalFirstThunk or Name: what follows
    stays unresolved and the first call through it is a bugcheck.
    """
    table = image.imports
    if not table.modules and not table.faults and table.terminated:
        yield _NO_IMPORTS
        return
    place = header(image.directory_offset(IMAGE_DIRECTORY_ENTRY.IMPORT))
    for failure in table.faults:
        yield unreadable(image, failure, place)
    if not table.terminated and not table.faults:
        yield Fault("no NULL descriptor inside the directory's Size", place)
    for module in table.modules:
        place = at_offset(image, module.offset)
        for message in _descriptor_faults(module, complete=not table.faults):
            yield Fault(message, place)
        if not table.faults and not module.lookups and not module.slots:
            yield Fault(f"{module.name}: nothing is imported from it", place, Level.WARNING)


def _descriptor_faults(module: ImportModule, *, complete: bool) -> Iterator[str]:
    if module.OriginalFirstThunk == 0:
        yield f"{module.name}: OriginalFirstThunk is 0"
    if not complete:
        return
    if not module.name or "\\x" in module.name:
        yield f"module name {module.name!r} is not ASCII text"
    if module.lookups != module.slots:
        yield f"{module.name}: {module.lookups} lookup entries, {module.slots} address entries"
    for symbol in module.symbols:
        if symbol.name is not None and (not symbol.name or "\\x" in symbol.name):
            yield f"{module.name}: import name {symbol.name!r} is not ASCII text"


@rule(
    "DRV407",
    "modules",
    Level.ERROR,
    breaks="L",
    source="ReactOS MiResolveImageReferences",
    fix="find the user-mode function (often from a C runtime) and replace it",
)
def modules(image: Image, settings: CheckSettings) -> RuleResults:
    """Imports come from kernel modules only.

    User-mode modules do not exist in the kernel: the driver does not load.
    """
    if not image.imports.modules:
        yield _NO_IMPORTS
    allowed = _KERNEL | {_stem(name) for name in settings.modules}
    for module in image.imports.modules:
        stem, place = _stem(module.name), at_offset(image, module.offset)
        if stem in _REFUSED or stem.startswith(_USER_MODE):
            yield Fault(f"imports from user-mode {module.name}", place)
        elif stem not in allowed and not module.name.lower().endswith(".sys"):
            yield Fault(f"{module.name} is not a known kernel module", place, Level.WARNING)


@rule(
    "DRV408",
    "win32k-mix",
    Level.ERROR,
    breaks="L",
    source="ReactOS MiResolveImageReferences",
    fix="import from win32k, or from ntoskrnl and hal, not from both",
)
def win32k_mix(image: Image) -> RuleResults:
    """Win32k is not mixed with other modules.

    A driver that imports from win32k is a display driver and may import from win32k and dxapi
    only; otherwise the loader returns PROCEDURE_NOT_FOUND.
    """
    names = [module.name.lower() for module in image.imports.modules]
    if not any(name.startswith("win32k") for name in names):
        yield NotApplicable("no import from win32k")
        return
    for module in image.imports.modules:
        if not module.name.lower().startswith(("win32k", "dxapi")):
            yield Fault(f"{module.name} together with win32k", at_offset(image, module.offset))


@rule(
    "DRV409",
    "symbols",
    Level.WARNING,
    breaks="LW",
    source="ReactOS MiSnapThunk; the role of ApiValidator",
    fix="use a function of the target system, or look it up with MmGetSystemRoutineAddress",
    levels={"whql": Level.ERROR},
)
def symbols(image: Image, settings: CheckSettings) -> RuleResults:
    """Every imported symbol exists in the target system.

    One missing symbol and the loader returns ENTRYPOINT_NOT_FOUND. Symbols are compared with the
    export lists that are given; of the kernel it is known for some since which build it has them.
    """
    if settings.exports is None and not settings.build:
        yield NotApplicable("neither an export list nor the build of the target system was given")
        return
    known = {_stem(name): frozenset(names) for name, names in (settings.exports or {}).items()}
    reviewed = [module for module in image.imports.modules if _stem(module.name) in known]
    if not reviewed and not settings.build:
        yield NotApplicable("no export list names a module of the image")
    for module in reviewed:
        for symbol in module.symbols:
            if symbol.name is not None and symbol.name not in known[_stem(module.name)]:
                place = at_rva(image, symbol.slot)
                yield Fault(f"{module.name} does not export {symbol.name}", place)
    for module in image.imports.modules if settings.build else ():
        yield from _newer(image, module, settings.build)


def _newer(image: Image, module: ImportModule, build: int) -> Iterator[Fault]:
    """Functions of the kernel that came after a build."""
    for symbol in module.symbols if _stem(module.name) in _SYSTEM else ():
        first = SINCE.get(symbol.name or "", 0)
        if first > build:
            message = f"{module.name} exports {symbol.name} from build {first} on, not in {build}"
            yield Fault(message, at_rva(image, symbol.slot))


@rule(
    "DRV410",
    "ordinals",
    Level.WARNING,
    breaks="L",
    source="policy; PE Format, Import Lookup Table",
    fix="import by name: use an import library that has names",
)
def ordinals(image: Image) -> RuleResults:
    """Nothing is imported from the kernel or the HAL by ordinal.

    Ordinals of the kernel change from build to build: the driver loads and calls another
    function.
    """
    if not image.imports.modules:
        yield _NO_IMPORTS
    for module in image.imports.modules:
        if _stem(module.name) in _SYSTEM:
            for symbol in module.symbols:
                if symbol.name is None:
                    message = f"ordinal {symbol.ordinal} of {module.name}"
                    yield Fault(message, at_rva(image, symbol.slot))


@rule(
    "DRV411",
    "executable-pool",
    Level.WARNING,
    breaks="H",
    source="Implement memory integrity compatible code: DDIs that may be affected",
    fix="use ExAllocatePool2; or accept it when each call asks for no-execute memory",
)
def executable_pool(image: Image, settings: CheckSettings) -> RuleResults:
    """With profile hvci, functions that may give executable memory are named.

    With memory integrity they fail, or Driver Verifier stops (0xC4/0x2000 to 0x2002), unless each
    call requests no-execute memory (NonPagedPoolNx, PagedPool, MdlMappingNoExecute). An image does
    not show how it calls them, so only the profile that asks for a review gets this warning.
    """
    if settings.before_win10:
        yield NotApplicable("memory integrity exists since Windows 10")
        return
    modules = image.imports.modules
    if "hvci" not in settings.profiles:
        yield NotApplicable("profile hvci asks for a review of calls that may be affected")
        return
    for module in modules:
        found = sorted({s.name for s in module.symbols if s.name in _MAY_EXECUTE})
        if found:
            message = f"imports {', '.join(found)}"
            yield Fault(message, at_offset(image, module.offset))


def with_slots(image: Image) -> list[ImportModule]:
    """The modules whose import slots are known."""
    table = image.imports
    return [m for m in table.modules if m.slots or not table.faults]


def slot_range(image: Image, modules: list[ImportModule]) -> tuple[int, int]:
    """RVAs of the first import slot of some modules and of the end of the last NULL slot."""
    width = image.pointer_size
    ends = (module.FirstThunk + (module.slots + 1) * width for module in modules)
    return min(module.FirstThunk for module in modules), max(ends)


@rule(
    "DRV412",
    "iat",
    Level.ERROR,
    breaks="HB",
    source="Driver Verifier, Code integrity checking; measured: .rdata in 285 of 285",
    fix="place the import address table first in .rdata, as pelink does",
)
def address_table(image: Image) -> RuleResults:
    """The IAT directory covers the import slots, in a resident read-only data section.

    Memory integrity refuses an executable IAT (0xC4/0x2005); a paged or freed one is a bugcheck
    at the next call. A directory larger than the slots (link.exe adds slots of its own) is a note.
    """
    slots = with_slots(image)
    if not slots:
        yield _NO_IMPORTS
        return
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.IAT)
    begin, end = slot_range(image, slots)
    found = (directory.VirtualAddress, directory.VirtualAddress + directory.Size)
    if found != (begin, end):
        imports = any(module.slots for module in slots)
        covers = imports and found[0] <= begin and end <= found[1]
        yield Fault(
            f"the IAT directory is {found[0]:#x}..{found[1]:#x}, the slots {begin:#x}..{end:#x}",
            header(image.directory_offset(IMAGE_DIRECTORY_ENTRY.IAT)),
            Level.NOTE if covers else None,
        )
    holders = {s.index: s for m in slots if (s := image.section_at(m.FirstThunk))}
    for section in holders.values():
        place = at_rva(image, max(begin, section.VirtualAddress))
        if section.Characteristics & IMAGE_SCN.MEM_EXECUTE:
            yield Fault(f"import slots are in executable {section.Name}", place)
        if section.Characteristics & IMAGE_SCN.MEM_DISCARDABLE:
            yield Fault(f"import slots are in discardable {section.Name}", place)
        if section.Name.startswith("PAGE"):
            yield Fault(f"import slots are in pageable {section.Name}", place)
        if section.Characteristics & IMAGE_SCN.MEM_WRITE:
            message = f"import slots are in writable {section.Name}"
            yield Fault(message, place, Level.WARNING)
