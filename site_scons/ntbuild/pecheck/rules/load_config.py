"""Rules DRV217 and DRV611 to DRV615: the load configuration and what it declares.

Half of these measures were made for programs. A driver without them is a finding only in profile
``sec``; one that declares a measure and lacks its table is a finding in any profile.
"""

from array import array
from collections.abc import Iterator

from ntbuild.pecheck.rule import (
    Fault,
    Level,
    NotApplicable,
    RuleResults,
    at_rva,
    header,
    in_field,
    rule,
    unreadable,
)
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DEBUG_TYPE, IMAGE_SCN
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.constants import IMAGE_DLLCHARACTERISTICS as DLL
from ntbuild.pecoff.constants import IMAGE_DLLCHARACTERISTICS_EX as DLL_EX
from ntbuild.pecoff.image.image import FormatError, Image
from ntbuild.pecoff.image.load_config import (
    GUARD_CF_FUNCTION_TABLE_PRESENT,
    GUARD_CF_INSTRUMENTED,
    GUARD_CF_TABLE_STRIDE_SHIFT,
    LoadConfig,
    field_offset,
)

_NONE = NotApplicable("the image has no load configuration")
_NO_GUARD = NotApplicable("control flow guard is neither declared nor required by profile sec")
_SMALLEST = {4: 0x40, 8: 0x70}
_LARGEST = 0x400
_TABLES = (
    ("SEHandlerTable", "SEHandlerCount", False),
    ("GuardCFFunctionTable", "GuardCFFunctionCount", True),
    ("GuardAddressTakenIatEntryTable", "GuardAddressTakenIatEntryCount", True),
    ("GuardLongJumpTargetTable", "GuardLongJumpTargetCount", True),
    ("GuardEHContinuationTable", "GuardEHContinuationCount", True),
)
_POINTERS = ("SecurityCookie", "GuardCFCheckFunctionPointer", "GuardCFDispatchFunctionPointer")
_COOKIES = {4: {0xBB40E64E}, 8: {0x00002B992DDFA232}}


def _stride(config: LoadConfig) -> int:
    """Bytes from one entry of a guard table to the next."""
    return 4 + (config.get("GuardFlags") >> GUARD_CF_TABLE_STRIDE_SHIFT)


def _rva(image: Image, config: LoadConfig, name: str) -> int:
    """The RVA that a field of the load configuration points to."""
    return config.get(name) - image.optional_header.ImageBase


@rule(
    "DRV611",
    "loadcfg",
    Level.ERROR,
    breaks="B",
    source="PE Format, Load Configuration Directory: 64 for x86; Load Configuration Layout",
    fix="declare _load_config_used with its real size, or leave the load configuration out",
)
def load_configuration(image: Image) -> RuleResults:
    """The load configuration has a known size and points into the image.

    The kernel follows its pointers when it loads a driver, for the stack cookie and the tables
    of control flow guard, and trusts Size to tell which of them exist.
    """
    directory = image.directory(ENTRY.LOAD_CONFIG)
    config = image.load_config
    if config is None:
        yield _NONE
        return
    width, place = image.pointer_size, at_rva(image, config.rva)
    if not _SMALLEST[width] <= config.Size <= _LARGEST or config.Size % 4:
        yield Fault(f"Size {config.Size:#x} is not a size of this structure", place)
        return
    if image.backed(config.rva) < config.Size:
        yield Fault(f"Size {config.Size:#x} reaches past the section's bytes", place)
    if directory.Size != config.Size and not (width == 4 and directory.Size == 64):
        message = f"the directory's Size is {directory.Size:#x}, the structure's {config.Size:#x}"
        yield Fault(message, header(image.directory_offset(ENTRY.LOAD_CONFIG)), Level.WARNING)
    for message, name in _wild_pointers(image, config):
        yield Fault(message, at_rva(image, config.rva + field_offset(name, width)))


def _wild_pointers(image: Image, config: LoadConfig) -> Iterator[tuple[str, str]]:
    for name in _POINTERS:
        if config.get(name) and image.section_at(_rva(image, config, name)) is None:
            yield f"{name} {config.get(name):#x} points outside of the image", name
    for name, counter, strided in _TABLES:
        size = config.get(counter) * (_stride(config) if strided else 4)
        if config.get(name) and image.backed(_rva(image, config, name)) < size:
            yield f"{name} with {config.get(counter)} entries is not inside one section", name
        elif size and not config.get(name):
            yield f"{counter} is {config.get(counter)}, but {name} is 0", counter


@rule(
    "DRV612",
    "cookie",
    Level.WARNING,
    breaks="X",
    source="BinSkim BA2011, BA2012 and BA2013; PE Format, Load Configuration Layout",
    fix="link the cookie's definition that the compiler brings, in .data and with its own value",
)
def stack_cookie(image: Image) -> RuleResults:
    """The stack cookie lies in resident writable data and has the value the loader replaces.

    The kernel writes a random cookie over the default one only; any other value stays as it is in
    every copy of the driver, where anyone can read it. In read-only or freed memory the write is
    a bugcheck.
    """
    config = image.load_config
    if config is None or not config.get("SecurityCookie"):
        yield _NONE if config is None else NotApplicable("the image has no stack cookie")
        return
    rva = _rva(image, config, "SecurityCookie")
    holder, place = image.section_at(rva), at_rva(image, rva)
    if holder is None:
        yield NotApplicable("the cookie's address is outside of the image")
        return
    if not holder.Characteristics & IMAGE_SCN.MEM_WRITE:
        yield Fault(f"the stack cookie is in {holder.Name}, which is not writable", place)
    paged = holder.Name.startswith("PAGE")
    if paged or holder.Characteristics & IMAGE_SCN.MEM_DISCARDABLE:
        word = "pageable" if paged else "discardable"
        yield Fault(f"the stack cookie is in {word} {holder.Name}", place)
    width = image.pointer_size
    value = 0
    if image.backed(rva) >= width:
        value = int.from_bytes(image.bytes_at(rva, width, "stack cookie"), "little")
    if value not in _COOKIES[width]:
        yield Fault(f"the stack cookie's initial value is {value:#x}, not the default", place)


@rule(
    "DRV217",
    "no-seh",
    Level.WARNING,
    breaks="X",
    source="PE Format, DLL Characteristics: no SE handler may be called in this image",
    fix="link with /safeseh when there are handlers, with /safeseh:no and no table when not",
)
def no_seh(image: Image) -> RuleResults:
    """NO_SEH is not set together with a table of handlers.

    NO_SEH says that no handler of this image may ever be called; with handlers, each exception
    that they should catch is a bugcheck.
    """
    if image.machine is None or image.machine.name != "x86":
        yield NotApplicable("only x86 finds handlers on the stack")
        return
    if not image.optional_header.DllCharacteristics & DLL.NO_SEH:
        yield NotApplicable("NO_SEH is not set")
        return
    config = image.load_config
    if config is not None and config.get("SEHandlerCount"):
        count = config.get("SEHandlerCount")
        yield Fault(f"NO_SEH is set, and {count} handlers", in_field(image, "DllCharacteristics"))


@rule(
    "DRV613",
    "safeseh",
    Level.WARNING,
    breaks="X",
    source="BinSkim BA2018; PE Format, Load Configuration Layout: SEHandlerTable, sorted",
    fix="link with /safeseh, or without handlers and with NO_SEH",
)
def safe_seh(image: Image, settings: CheckSettings) -> RuleResults:
    """The table of x86 exception handlers is sorted and leads to code.

    The table is searched by binary search; a handler that is not found is not called. Without a
    table and without NO_SEH any address counts as a handler, which attackers use.
    """
    if image.machine is None or image.machine.name != "x86":
        yield NotApplicable("only x86 finds handlers on the stack")
        return
    config = image.load_config
    if config is None or not config.get("SEHandlerTable"):
        declared = image.optional_header.DllCharacteristics & DLL.NO_SEH
        if settings.has("sec") and not declared:
            message = "neither a table of handlers nor NO_SEH"
            yield Fault(message, in_field(image, "DllCharacteristics"))
        else:
            yield NotApplicable("no table of handlers")
        return
    rva = _rva(image, config, "SEHandlerTable")
    yield from _code_table(image, rva, config.get("SEHandlerCount"), 4, "handler")


def _code_table(image: Image, rva: int, count: int, stride: int, what: str) -> RuleResults:
    """Faults of a sorted table of code addresses."""
    if image.backed(rva) < count * stride:
        yield NotApplicable(f"the table of {what}s is not in the image")
        return
    raw = image.bytes_at(rva, count * stride, "table")
    packed = bytes(raw) if stride == 4 else b"".join(
        bytes(raw[at : at + 4]) for at in range(0, len(raw), stride)
    )  # fmt: skip
    last, low, high = -1, 0, 0
    for index, target in enumerate(array("I", packed)):
        place = at_rva(image, rva + index * stride)
        if target <= last:
            yield Fault(f"{what} {target:#x} is not sorted, after {last:#x}", place)
        if not low <= target < high:
            section = image.section_at(target)
            if section is None or not section.Characteristics & IMAGE_SCN.MEM_EXECUTE:
                yield Fault(f"{what} {target:#x} is not in an executable section", place)
            else:
                low, high = section.VirtualAddress, section.end
        last = target


@rule(
    "DRV614",
    "cfg",
    Level.WARNING,
    breaks="X",
    source="BinSkim BA2008; link.exe /GUARD page; PE Format, Load Configuration Layout",
    fix="compile all with control flow guard (clang: -mguard=cf) and link with /guard:cf",
    levels={"sec": Level.ERROR},
)
def control_flow_guard(image: Image, settings: CheckSettings) -> RuleResults:
    """GUARD_CF, the load configuration and its table of functions agree.

    The kernel builds the map of allowed call targets from the table. GUARD_CF without a table
    refuses every indirect call into the driver; a table without the bit protects nothing.
    """
    flag = bool(image.optional_header.DllCharacteristics & DLL.GUARD_CF)
    config = image.load_config
    flags = config.get("GuardFlags") if config is not None else 0
    built, table = flags & GUARD_CF_INSTRUMENTED, flags & GUARD_CF_FUNCTION_TABLE_PRESENT
    place = in_field(image, "DllCharacteristics")
    if not flag and not table:  # objects of a guarded library alone set CF_INSTRUMENTED
        wide = image.machine is not None and image.machine.is_64bit
        if settings.has("sec") and wide and not settings.before_win10:
            yield Fault("GUARD_CF is not set", place)
        else:
            yield _NO_GUARD
        return
    if settings.report is not None and flag:
        level = Level.WARNING if settings.has("sec") else Level.NOTE
        for name in settings.report.unguarded:
            yield Fault(f"{name} was compiled without control flow guard", place, level)
    if not flag:
        yield Fault("GUARD_CF is not set, but there is a table of guarded functions", place)
    elif not built:
        yield Fault("GUARD_CF is set, but GuardFlags has no CF_INSTRUMENTED", place)
    if flag and not image.optional_header.DllCharacteristics & DLL.DYNAMIC_BASE:
        yield Fault("GUARD_CF without DYNAMIC_BASE is ignored", place)
    if config is not None and built:
        yield from _guard_table(image, config)


def _guard_table(image: Image, config: LoadConfig) -> RuleResults:
    where = at_rva(image, config.rva)
    count = config.get("GuardCFFunctionCount")
    if not config.get("GuardFlags") & GUARD_CF_FUNCTION_TABLE_PRESENT:
        yield Fault("GuardFlags has no CF_FUNCTION_TABLE_PRESENT", where)
    elif not count or not config.get("GuardCFFunctionTable"):
        yield Fault("the table of guarded functions is empty", where)
    else:
        rva = _rva(image, config, "GuardCFFunctionTable")
        yield from _code_table(image, rva, count, _stride(config), "guarded function")
    check = _rva(image, config, "GuardCFCheckFunctionPointer")
    holder = image.section_at(check)
    if holder is not None and holder.Characteristics & IMAGE_SCN.MEM_WRITE:
        yield Fault(f"the guard's check pointer is in writable {holder.Name}", at_rva(image, check))


@rule(
    "DRV615",
    "cet-retpoline",
    Level.NOTE,
    breaks="X",
    source="BinSkim BA2025; link.exe /CETCOMPAT page",
    fix="link with /cetcompat when all code keeps to call and return",
)
def cet(image: Image, settings: CheckSettings) -> RuleResults:
    """Extended DllCharacteristics are well formed and declare CET_COMPAT in profile sec.

    With shadow stacks in the kernel, drivers that declare it run under them.
    """
    entries = [e for e in image.debug if e.Type == IMAGE_DEBUG_TYPE.EX_DLLCHARACTERISTICS]
    declared = DLL_EX(0)
    for entry in entries:
        place = at_rva(image, entry.AddressOfRawData)
        try:
            raw = image.bytes_at(entry.AddressOfRawData, 4, "extended DllCharacteristics")
        except FormatError as failure:
            yield unreadable(image, failure)
            continue
        value = int.from_bytes(raw, "little")
        declared |= DLL_EX(value & sum(DLL_EX))
        if value & ~sum(DLL_EX):
            yield Fault(f"unknown extended DllCharacteristics {value & ~sum(DLL_EX):#x}", place)
    x64 = image.machine is not None and image.machine.name == "x64"
    if not x64 or not settings.has("sec") or settings.before_win10:
        if not entries:
            yield NotApplicable("CET is required by profile sec on x64 only")
    elif DLL_EX.CET_COMPAT not in declared:
        yield Fault("CET_COMPAT is not declared", header(image.directory_offset(ENTRY.DEBUG)))
