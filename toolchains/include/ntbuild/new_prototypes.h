/* ntbuild/new_prototypes.h - after wdm.h: the functions that old_prototypes.h renames, of wdm.h. */
#ifndef NTBUILD_NEW_PROTOTYPES_H
#define NTBUILD_NEW_PROTOTYPES_H

EXTERN_C_START

NTSYSAPI NTSTATUS NTAPI RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID *Guid);
NTKERNELAPI VOID NTAPI ProbeForRead(
    const volatile VOID *Address, SIZE_T Length, ULONG Alignment);
NTKERNELAPI VOID NTAPI ProbeForWrite(volatile VOID *Address, SIZE_T Length, ULONG Alignment);
NTKERNELAPI NTSTATUS NTAPI IoWMIAllocateInstanceIds(
    LPCGUID Guid, ULONG InstanceCount, ULONG *FirstInstanceId);
NTKERNELAPI NTSTATUS NTAPI IoWMIOpenBlock(
    LPCGUID DataBlockGuid, ULONG DesiredAccess, PVOID *DataBlockObject);

/* The priority is a number: MdlMappingNoExecute and kin are or-ed to it. */
NTKERNELAPI PVOID NTAPI MmMapLockedPagesSpecifyCache(
    PMDL Mdl, KPROCESSOR_MODE AccessMode, MEMORY_CACHING_TYPE CacheType, PVOID RequestedAddress,
    ULONG BugCheckOnFailure, ULONG Priority);

EXTERN_C_END

#if defined(__cplusplus)
/* cl passes a string where a pointer to anything is wanted. */
extern "C++" inline VOID RtlAssert(
    const char *Failed, const char *FileName, ULONG Line, const char *Message)
{
    RtlAssert((PVOID)Failed, (PVOID)FileName, Line, (PSTR)Message);
}
#endif

#endif
