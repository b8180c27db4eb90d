"""The records of PE/COFF files as numpy types, under the specification's names.

Records are packed and little-endian on every host; each type is checked against the size that the
specification states. Reading images does without this module, because it imports numpy.

Source: Microsoft "PE Format"; ``winnt.h`` for the bigobj header and the load configuration.
"""

from typing import Final

import numpy as np


def _record(size: int, *fields: tuple[str, str]) -> np.dtype[np.void]:
    dtype = np.dtype(list(fields))
    if dtype.itemsize != size:
        raise AssertionError(f"record of {dtype.itemsize} bytes, specified as {size}: {fields}")
    return dtype


IMAGE_FILE_HEADER: Final = _record(
    20,
    ("Machine", "<u2"),
    ("NumberOfSections", "<u2"),
    ("TimeDateStamp", "<u4"),
    ("PointerToSymbolTable", "<u4"),
    ("NumberOfSymbols", "<u4"),
    ("SizeOfOptionalHeader", "<u2"),
    ("Characteristics", "<u2"),
)

ANON_OBJECT_HEADER_BIGOBJ: Final = _record(
    56,
    ("Sig1", "<u2"),
    ("Sig2", "<u2"),
    ("Version", "<u2"),
    ("Machine", "<u2"),
    ("TimeDateStamp", "<u4"),
    ("ClassID", "V16"),
    ("SizeOfData", "<u4"),
    ("Flags", "<u4"),
    ("MetaDataSize", "<u4"),
    ("MetaDataOffset", "<u4"),
    ("NumberOfSections", "<u4"),
    ("PointerToSymbolTable", "<u4"),
    ("NumberOfSymbols", "<u4"),
)

IMAGE_SECTION_HEADER: Final = _record(
    40,
    ("Name", "<u8"),
    ("VirtualSize", "<u4"),
    ("VirtualAddress", "<u4"),
    ("SizeOfRawData", "<u4"),
    ("PointerToRawData", "<u4"),
    ("PointerToRelocations", "<u4"),
    ("PointerToLinenumbers", "<u4"),
    ("NumberOfRelocations", "<u2"),
    ("NumberOfLinenumbers", "<u2"),
    ("Characteristics", "<u4"),
)
"""Name is the eight bytes as one number, so that names compare in one operation."""

IMAGE_SYMBOL: Final = _record(
    18,
    ("NameZeroes", "<u4"),
    ("NameOffset", "<u4"),
    ("Value", "<u4"),
    ("SectionNumber", "<i2"),
    ("Type", "<u2"),
    ("StorageClass", "u1"),
    ("NumberOfAuxSymbols", "u1"),
)

IMAGE_SYMBOL_EX: Final = _record(
    20,
    ("NameZeroes", "<u4"),
    ("NameOffset", "<u4"),
    ("Value", "<u4"),
    ("SectionNumber", "<i4"),
    ("Type", "<u2"),
    ("StorageClass", "u1"),
    ("NumberOfAuxSymbols", "u1"),
)

IMAGE_RELOCATION: Final = _record(
    10,
    ("VirtualAddress", "<u4"),
    ("SymbolTableIndex", "<u4"),
    ("Type", "<u2"),
)


def _load_config(pointer: str, size: int) -> np.dtype[np.void]:
    """The load configuration; on 64-bit machines two of its fields changed places as well."""
    process = [("ProcessHeapFlags", "<u4"), ("ProcessAffinityMask", pointer)]
    names = "DeCommitFreeBlockThreshold DeCommitTotalFreeThreshold LockPrefixTable"
    names += " MaximumAllocationSize VirtualMemoryThreshold"
    guards = "EditList SecurityCookie SEHandlerTable SEHandlerCount GuardCFCheckFunctionPointer"
    guards += " GuardCFDispatchFunctionPointer GuardCFFunctionTable GuardCFFunctionCount"
    more = "GuardAddressTakenIatEntryTable GuardAddressTakenIatEntryCount GuardLongJumpTargetTable"
    more += " GuardLongJumpTargetCount DynamicValueRelocTable CHPEMetadataPointer"
    more += " GuardRFFailureRoutine GuardRFFailureRoutineFunctionPointer"
    last = "EnclaveConfigurationPointer VolatileMetadataPointer GuardEHContinuationTable"
    last += " GuardEHContinuationCount GuardXFGCheckFunctionPointer"
    last += " GuardXFGDispatchFunctionPointer GuardXFGTableDispatchFunctionPointer"
    last += " CastGuardOsDeterminedFailureMode GuardMemcpyFunctionPointer"
    return _record(
        size,
        ("Size", "<u4"),
        ("TimeDateStamp", "<u4"),
        ("MajorVersion", "<u2"),
        ("MinorVersion", "<u2"),
        ("GlobalFlagsClear", "<u4"),
        ("GlobalFlagsSet", "<u4"),
        ("CriticalSectionDefaultTimeout", "<u4"),
        *((name, pointer) for name in names.split()),
        *(process if pointer == "<u4" else reversed(process)),
        ("CSDVersion", "<u2"),
        ("DependentLoadFlags", "<u2"),
        *((name, pointer) for name in guards.split()),
        ("GuardFlags", "<u4"),
        ("CodeIntegrity", "V12"),
        *((name, pointer) for name in more.split()),
        ("DynamicValueRelocTableOffset", "<u4"),
        ("DynamicValueRelocTableSection", "<u2"),
        ("Reserved2", "<u2"),
        ("GuardRFVerifyStackPointerFunctionPointer", pointer),
        ("HotPatchTableOffset", "<u4"),
        ("Reserved3", "<u4"),
        *((name, pointer) for name in last.split()),
    )


IMAGE_LOAD_CONFIG_DIRECTORY32: Final = _load_config("<u4", 0xC0)
IMAGE_LOAD_CONFIG_DIRECTORY64: Final = _load_config("<u8", 0x140)

IMAGE_RUNTIME_FUNCTION_ENTRY: Final = _record(
    12,
    ("BeginAddress", "<u4"),
    ("EndAddress", "<u4"),
    ("UnwindInfoAddress", "<u4"),
)

IMAGE_ARM_RUNTIME_FUNCTION_ENTRY: Final = _record(
    8,
    ("BeginAddress", "<u4"),
    ("UnwindData", "<u4"),
)
"""ARM and ARM64 share this shape."""
