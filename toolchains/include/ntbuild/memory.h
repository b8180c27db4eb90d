/* ntbuild/memory.h - after wdm.h: memory manager routines that mingw-w64 does not declare. */
#ifndef NTBUILD_MEMORY_H
#define NTBUILD_MEMORY_H

#define MM_ALLOCATE_FAST_LARGE_PAGES    0x00000040
#define MM_ALLOCATE_AND_HOT_REMOVE      0x00000100
#define MM_DONT_ZERO_ALLOCATION         0x00000001
#define MM_ALLOCATE_FROM_LOCAL_NODE_ONLY 0x00000002
#define MM_ALLOCATE_FULLY_REQUIRED      0x00000004
#define MM_ALLOCATE_NO_WAIT             0x00000008
#define MM_ALLOCATE_PREFER_CONTIGUOUS   0x00000010
#define MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS 0x00000020
#define MM_FREE_MDL_PAGES_ZERO          0x00000001

#define MM_PROTECT_DRIVER_SECTION_ALLOW_UNLOAD 0x1
#define MM_PROTECT_DRIVER_SECTION_VALID_FLAGS  MM_PROTECT_DRIVER_SECTION_ALLOW_UNLOAD

EXTERN_C_START

typedef struct _MM_PHYSICAL_ADDRESS_LIST {
    PHYSICAL_ADDRESS PhysicalAddress;
    SIZE_T NumberOfBytes;
} MM_PHYSICAL_ADDRESS_LIST, *PMM_PHYSICAL_ADDRESS_LIST;

typedef VOID NTAPI MM_MDL_ROUTINE(PVOID DriverContext, PVOID MappedVa);
typedef MM_MDL_ROUTINE *PMM_MDL_ROUTINE;

typedef enum _MM_MDL_PAGE_CONTENTS_STATE {
    MmMdlPageContentsDynamic,
    MmMdlPageContentsInvariant,
    MmMdlPageContentsQuery
} MM_MDL_PAGE_CONTENTS_STATE, *PMM_MDL_PAGE_CONTENTS_STATE;

NTKERNELAPI PVOID NTAPI MmMapIoSpaceEx(
    PHYSICAL_ADDRESS PhysicalAddress, SIZE_T NumberOfBytes, ULONG Protect);
NTKERNELAPI NTSTATUS NTAPI MmAllocateMdlForIoSpace(
    PMM_PHYSICAL_ADDRESS_LIST PhysicalAddressList, SIZE_T NumberOfEntries, PMDL *NewMdl);
NTKERNELAPI PMDL NTAPI MmAllocateNodePagesForMdlEx(
    PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress, PHYSICAL_ADDRESS SkipBytes,
    SIZE_T TotalBytes, MEMORY_CACHING_TYPE CacheType, NODE_REQUIREMENT IdealNode, ULONG Flags);
NTKERNELAPI VOID NTAPI MmFreePagesFromMdlEx(PMDL MemoryDescriptorList, ULONG Flags);
NTKERNELAPI PVOID NTAPI MmAllocateContiguousNodeMemory(
    SIZE_T NumberOfBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
    PHYSICAL_ADDRESS HighestAcceptableAddress, PHYSICAL_ADDRESS BoundaryAddressMultiple,
    ULONG Protect, NODE_REQUIREMENT PreferredNode);
NTKERNELAPI PVOID NTAPI MmAllocateMappingAddressEx(
    SIZE_T NumberOfBytes, ULONG PoolTag, ULONG Flags);
NTKERNELAPI NTSTATUS NTAPI MmMapMdl(
    PMDL MemoryDescriptorList, ULONG Protection, PMM_MDL_ROUTINE DriverRoutine,
    PVOID DriverContext);
NTKERNELAPI MM_MDL_PAGE_CONTENTS_STATE NTAPI MmMdlPageContentsState(
    PMDL MemoryDescriptorList, MM_MDL_PAGE_CONTENTS_STATE State);
NTKERNELAPI NTSTATUS NTAPI MmProtectDriverSection(
    PVOID AddressWithinSection, SIZE_T Size, ULONG Flags);
NTKERNELAPI LOGICAL NTAPI MmIsDriverSuspectForVerifier(struct _DRIVER_OBJECT *DriverObject);
NTKERNELAPI VOID NTAPI MmProbeAndLockSelectedPages(
    PMDL MemoryDescriptorList, PFILE_SEGMENT_ELEMENT SegmentArray, KPROCESSOR_MODE AccessMode,
    LOCK_OPERATION Operation);

EXTERN_C_END

#endif
