"""Routines of the memory manager: MDLs, contiguous memory, probes, names of routines.

Physical addresses are made up: page frames are numbers of their own and nothing can be read there.
Source: the reference pages of wdm.h and ntddk.h.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.exports import exports_of
from ntbuild.running.emulated.faults import MemoryFaultError, RefusedError
from ntbuild.running.emulated.kernel import Kernel

TABLE: Final = Routines()
PASSIVE, APC = 0, 1
_PAGE: Final = 0x1000
_MAPPED: Final = 1
_LOCKED: Final = 2
_NONPAGED: Final = 4
_TAG: Final = 0x6D436D4D  # MmCm
_USER_END: Final = 0x7FFE0000


@TABLE.serves("MmGetSystemRoutineAddress(p) p", irql=PASSIVE)
def mm_get_system_routine_address(kernel: Kernel, name: int) -> int:
    """The address of a routine that the kernel exports; 0 for others."""
    text = kernel.text_of(name)
    for module in ("ntoskrnl.exe", "hal.dll"):
        export = (exports_of(module, kernel.machine.facts.name) or {}).get(text)
        if export is not None and not export.is_data:
            return kernel.bind(module, export)
    return 0


def _mdl_size(kernel: Kernel, address: int, size: int) -> int:
    pages = ((address & (_PAGE - 1)) + size + _PAGE - 1) // _PAGE
    return kernel.size_of("MDL") + kernel.machine.width * pages


@TABLE.serves("MmSizeOfMdl(p p) p")
def mm_size_of_mdl(kernel: Kernel, address: int, size: int) -> int:
    """Bytes of an MDL for a buffer."""
    return _mdl_size(kernel, address, size)


def new_mdl(kernel: Kernel, address: int, size: int) -> int:
    """An MDL that describes a buffer."""
    mdl = kernel.allocate(_mdl_size(kernel, address, size))
    kernel.set(mdl, "MDL.Size", _mdl_size(kernel, address, size))
    kernel.set(mdl, "MDL.StartVa", address & -_PAGE)
    kernel.set(mdl, "MDL.ByteOffset", address & (_PAGE - 1))
    kernel.set(mdl, "MDL.ByteCount", size)
    return mdl


@TABLE.serves("IoAllocateMdl(p u b b p) p")
def io_allocate_mdl(
    kernel: Kernel, address: int, size: int, is_secondary: int, _charge: int, irp: int
) -> int:
    """An MDL that the driver frees, or that its request does."""
    mdl = new_mdl(kernel, address, size)
    kernel.hold("MDL", mdl, f"allocated at {kernel.caller()}")
    if irp and not is_secondary:
        kernel.set(irp, "IRP.MdlAddress", mdl)
    return mdl


@TABLE.serves("IoFreeMdl(p) v")
def io_free_mdl(kernel: Kernel, mdl: int) -> None:
    """Free an MDL."""
    if kernel.get(mdl, "MDL.MdlFlags") & _LOCKED:
        raise RefusedError("IoFreeMdl: its pages are still locked")
    kernel.release("MDL", mdl, "IoFreeMdl")


def _address(kernel: Kernel, mdl: int) -> int:
    return kernel.get(mdl, "MDL.StartVa") + kernel.get(mdl, "MDL.ByteOffset")


@TABLE.serves("MmBuildMdlForNonPagedPool(p) v")
def mm_build_mdl_for_non_paged_pool(kernel: Kernel, mdl: int) -> None:
    """The buffer needs no lock."""
    flags = kernel.get(mdl, "MDL.MdlFlags") | _NONPAGED
    kernel.set(mdl, "MDL.MdlFlags", flags)
    kernel.set(mdl, "MDL.MappedSystemVa", _address(kernel, mdl))


@TABLE.serves("MmProbeAndLockPages(p b u) v")
def mm_probe_and_lock_pages(kernel: Kernel, mdl: int, _mode: int, operation: int) -> None:
    """Lock the pages; a buffer that is not there raises an exception."""
    address, size = _address(kernel, mdl), kernel.get(mdl, "MDL.ByteCount")
    if not kernel.machine.allows(address, size, 2 if operation else 1):
        raise MemoryFaultError(address, is_write=bool(operation))
    kernel.set(mdl, "MDL.MdlFlags", kernel.get(mdl, "MDL.MdlFlags") | _LOCKED)
    kernel.hold("locked MDL", mdl, f"locked at {kernel.caller()}")


@TABLE.serves("MmUnlockPages(p) v")
def mm_unlock_pages(kernel: Kernel, mdl: int) -> None:
    """Undo MmProbeAndLockPages."""
    kernel.release("locked MDL", mdl, "MmUnlockPages")
    kernel.set(mdl, "MDL.MdlFlags", kernel.get(mdl, "MDL.MdlFlags") & ~(_LOCKED | _MAPPED))


@TABLE.serves("MmMapLockedPagesSpecifyCache(p b u p u u) p")
def mm_map_locked_pages_specify_cache(
    kernel: Kernel, mdl: int, _mode: int, _cache: int, _at: int, _bug: int, _priority: int
) -> int:
    """The kernel sees programs' memory where it is."""
    if not kernel.get(mdl, "MDL.MdlFlags") & (_LOCKED | _NONPAGED):
        raise RefusedError(f"{kernel.last}: the MDL's pages are not locked")
    kernel.set(mdl, "MDL.MdlFlags", kernel.get(mdl, "MDL.MdlFlags") | _MAPPED)
    kernel.set(mdl, "MDL.MappedSystemVa", _address(kernel, mdl))
    return _address(kernel, mdl)


@TABLE.serves("MmMapLockedPages(p b) p")
def mm_map_locked_pages(kernel: Kernel, mdl: int, mode: int) -> int:
    """As MmMapLockedPagesSpecifyCache."""
    return mm_map_locked_pages_specify_cache(kernel, mdl, mode, 0, 0, 0, 0)


@TABLE.serves("MmUnmapLockedPages(p p) v")
def mm_unmap_locked_pages(kernel: Kernel, _at: int, mdl: int) -> None:
    """Undo MmMapLockedPages."""
    kernel.set(mdl, "MDL.MdlFlags", kernel.get(mdl, "MDL.MdlFlags") & ~_MAPPED)


@TABLE.serves("MmAllocateContiguousMemory(p q) p")
def mm_allocate_contiguous_memory(kernel: Kernel, size: int, _highest: int) -> int:
    """Memory whose pages lie one behind the other."""
    extent = (size + _PAGE - 1) & -_PAGE
    return kernel.pool.allocate(extent, _TAG, kernel.caller(), zero=True)


@TABLE.serves("MmAllocateContiguousMemorySpecifyCache(p q q q u) p")
def mm_allocate_contiguous_memory_specify_cache(
    kernel: Kernel, size: int, _low: int, high: int, _boundary: int, _cache: int
) -> int:
    """As MmAllocateContiguousMemory."""
    return mm_allocate_contiguous_memory(kernel, size, high)


@TABLE.serves("MmFreeContiguousMemory(p) v")
@TABLE.serves("MmFreeContiguousMemorySpecifyCache(p p u) v")
@TABLE.serves("MmFreeNonCachedMemory(p p) v")
def mm_free_contiguous_memory(kernel: Kernel, address: int, *_more: int) -> None:
    """Free contiguous memory."""
    kernel.pool.free(address, kernel.last.rpartition("!")[2])


@TABLE.serves("MmAllocateNonCachedMemory(p) p")
def mm_allocate_non_cached_memory(kernel: Kernel, size: int) -> int:
    """As MmAllocateContiguousMemory."""
    return mm_allocate_contiguous_memory(kernel, size, 0)


@TABLE.serves("MmGetPhysicalAddress(p) q")
def mm_get_physical_address(kernel: Kernel, address: int) -> int:
    """A number that stands for the page, with the offset in it; 0 without memory."""
    if not kernel.machine.allows(address, 1, 1):
        return 0
    return (address & 0xFFFFFFF) + 0x10000000


@TABLE.serves("MmIsAddressValid(p) b")
def mm_is_address_valid(kernel: Kernel, address: int) -> int:
    """Whether there is memory at an address."""
    return int(kernel.machine.allows(address, 1, 1))


@TABLE.serves("ProbeForRead(p p u) v", irql=APC)
@TABLE.serves("ProbeForWrite(p p u) v", irql=APC)
def probe_for_read(kernel: Kernel, address: int, size: int, alignment: int) -> None:
    """An exception for a buffer that is not a program's, or not aligned."""
    if not size:
        return
    end = 0x7FFFFFFF0000 if kernel.machine.width == 8 else 0x7FFF0000
    is_write = kernel.last.endswith("Write")
    if address % max(alignment, 1) or address + size > end:
        raise MemoryFaultError(address, is_write=is_write)
    if is_write:
        for page in {address, *range((address | 0xFFF) + 1, address + size, _PAGE)}:
            kernel.machine.put(page, kernel.machine.bytes_at(page, 1))


@TABLE.serves("MmLockPagableDataSection(p) p", irql=APC)
@TABLE.serves("MmLockPagableSectionByHandle(p) v", irql=APC)
@TABLE.serves("MmUnlockPagableImageSection(p) v", irql=APC)
@TABLE.serves("MmPageEntireDriver(p) p", irql=PASSIVE)
@TABLE.serves("MmResetDriverPaging(p) v", irql=PASSIVE)
def mm_lock_pagable_data_section(kernel: Kernel, address: int) -> int:
    """Nothing is paged out here."""
    if kernel.image_at(address) is None:
        raise RefusedError(f"{kernel.last}: {address:#x} is in no image")
    return address


@TABLE.serves("MmQuerySystemSize() u")
def mm_query_system_size(kernel: Kernel) -> int:
    """A large system."""
    _ = kernel
    return 2
