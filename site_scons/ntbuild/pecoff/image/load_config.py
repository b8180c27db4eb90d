"""Parse the load configuration directory: an open-ended structure that grew with each system.

The hard part is its length: the structure's own Size says how much of it there is, the directory
may say something else, and a field behind the end has no value rather than zero.

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
    """IMAGE_LOAD_CONFIG_DIRECTORY at an address; ``fields`` has those that its Size covers."""

    rva: int
    Size: int
    fields: Mapping[str, int]

    def get(self, name: str) -> int:
        """A field's value; 0 when the structure ends before it."""
        return self.fields.get(name, 0)


def field_offset(name: str, pointer_size: int) -> int:
    """Where a field lies in the structure; KeyError for a name that is no field."""
    return {each: offset for each, offset, _ in _LAYOUTS[pointer_size]}[name]


def load_config(image: "ImageView") -> LoadConfig | None:
    """The load configuration, None when there is none; FormatError when it cannot be read.

    As much is read as Size says and the section has.
    """
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.LOAD_CONFIG)
    if directory.VirtualAddress == 0 and directory.Size == 0:
        return None
    rva = directory.VirtualAddress
    size = int.from_bytes(image.bytes_at(rva, 4, "load configuration"), "little")
    raw = image.bytes_at(rva, max(min(size, image.backed(rva)), 4), "load configuration")
    fields = {
        name: record.unpack_from(raw, offset)[0]
        for name, offset, record in _LAYOUTS[image.pointer_size]
        if offset + record.size <= len(raw)
    }
    return LoadConfig(rva, size, fields)
