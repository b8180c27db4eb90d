"""The load configuration directory: a structure that grew with each Windows version.

The structure's own Size field says how much of it there is; the directory's Size may differ (it
is 64 for Windows XP) and is not looked at. A field behind the end has no value, which is not the
same as zero.

Source: PE Format, "The Load Configuration Structure (Image Only)"; the fields behind
GuardLongJumpTargetCount from winnt.h's IMAGE_LOAD_CONFIG_DIRECTORY.
"""

from collections.abc import Mapping
from struct import Struct
from typing import TYPE_CHECKING, Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from .view import ImageView

# Name and width: I and H as in struct, P a pointer or a number of pointer size.
_FIELDS: Final = """
Size:I TimeDateStamp:I MajorVersion:H MinorVersion:H GlobalFlagsClear:I GlobalFlagsSet:I
CriticalSectionDefaultTimeout:I DeCommitFreeBlockThreshold:P DeCommitTotalFreeThreshold:P
LockPrefixTable:P MaximumAllocationSize:P VirtualMemoryThreshold:P ProcessAffinityMask:P
ProcessHeapFlags:I CSDVersion:H DependentLoadFlags:H EditList:P SecurityCookie:P SEHandlerTable:P
SEHandlerCount:P GuardCFCheckFunctionPointer:P GuardCFDispatchFunctionPointer:P
GuardCFFunctionTable:P GuardCFFunctionCount:P GuardFlags:I CodeIntegrityFlags:H
CodeIntegrityCatalog:H CodeIntegrityCatalogOffset:I CodeIntegrityReserved:I
GuardAddressTakenIatEntryTable:P GuardAddressTakenIatEntryCount:P GuardLongJumpTargetTable:P
GuardLongJumpTargetCount:P DynamicValueRelocTable:P CHPEMetadataPointer:P GuardRFFailureRoutine:P
GuardRFFailureRoutineFunctionPointer:P DynamicValueRelocTableOffset:I
DynamicValueRelocTableSection:H Reserved2:H GuardRFVerifyStackPointerFunctionPointer:P
HotPatchTableOffset:I Reserved3:I EnclaveConfigurationPointer:P VolatileMetadataPointer:P
GuardEHContinuationTable:P GuardEHContinuationCount:P GuardXFGCheckFunctionPointer:P
GuardXFGDispatchFunctionPointer:P GuardXFGTableDispatchFunctionPointer:P
CastGuardOsDeterminedFailureMode:P GuardMemcpyFunctionPointer:P
"""

GUARD_CF_INSTRUMENTED: Final = 0x100
GUARD_CF_FUNCTION_TABLE_PRESENT: Final = 0x400
GUARD_SECURITY_COOKIE_UNUSED: Final = 0x800
GUARD_CF_TABLE_STRIDE_SHIFT: Final = 28
"""Bits of GuardFlags; the top four are the bytes that follow each address of the function table."""


def _layout(pointer: str) -> tuple[tuple[str, int, Struct], ...]:
    found, offset = [], 0
    for word in _FIELDS.split():
        name, _, code = word.partition(":")
        record = Struct("<" + code.replace("P", pointer))
        found.append((name, offset, record))
        offset += record.size
    return tuple(found)


_LAYOUTS: Final = {4: _layout("I"), 8: _layout("Q")}


@dataclass(frozen=True, slots=True)
class LoadConfig:
    """IMAGE_LOAD_CONFIG_DIRECTORY."""

    rva: int
    """Its address."""
    Size: int
    """Its own Size field."""
    fields: Mapping[str, int]
    """Value by name of the fields that Size covers and the section has."""

    def get(self, name: str) -> int:
        """A field's value; 0 when the structure ends before it."""
        return self.fields.get(name, 0)


def field_offset(name: str, pointer_size: int) -> int:
    """The offset of a field in the structure. Raises KeyError for a name that is no field."""
    return {each: offset for each, offset, _ in _LAYOUTS[pointer_size]}[name]


def load_config(image: "ImageView") -> LoadConfig | None:
    """The load configuration; None without one. Raises FormatError when Size cannot be read."""
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.LOAD_CONFIG)
    if directory.VirtualAddress == 0 and directory.Size == 0:
        return None
    rva = directory.VirtualAddress
    # Size is read first: how many of the fields exist depends on it.
    size = int.from_bytes(image.bytes_at(rva, 4, "load configuration"), "little")
    raw = image.bytes_at(rva, max(min(size, image.backed(rva)), 4), "load configuration")
    fields = {
        name: record.unpack_from(raw, offset)[0]
        for name, offset, record in _LAYOUTS[image.pointer_size]
        if offset + record.size <= len(raw)
    }
    return LoadConfig(rva, size, fields)
