/*
 * ntbuild/ntifs_headers.h - after ntifs.h: the header of a file control block with the members of
 * Windows 8 and later, and the information of renames and links with its flags.
 *
 * The header's version says which members it has: a file system that sets it up with
 * FsRtlSetupAdvancedHeader has them all, so its own structure must be as long.
 */
#ifndef NTBUILD_NTIFS_HEADERS_H
#define NTBUILD_NTIFS_HEADERS_H

#define FSRTL_FCB_HEADER_V2 0x02
#define FSRTL_FCB_HEADER_V3 0x03
#define FSRTL_FCB_HEADER_V4 0x04

#ifdef __cplusplus
typedef struct _FSRTL_ADVANCED_FCB_HEADER : FSRTL_COMMON_FCB_HEADER {
#else
typedef struct _FSRTL_ADVANCED_FCB_HEADER {
    FSRTL_COMMON_FCB_HEADER_LAYOUT
#endif
    PFAST_MUTEX FastMutex;
    LIST_ENTRY FilterContexts;
    EX_PUSH_LOCK PushLock;
    PVOID *FileContextSupportPointer;
    union { /* version 2 */
        OPLOCK Oplock;
        PVOID ReservedForRemote;
    };
    PEX_PUSH_LOCK AePushLock; /* version 3 */
    ULONG BypassIoOpenCount;
} FSRTL_ADVANCED_FCB_HEADER, *PFSRTL_ADVANCED_FCB_HEADER;

EXTERN_C_START

NTKERNELAPI VOID NTAPI FsRtlTeardownPerStreamContexts(PFSRTL_ADVANCED_FCB_HEADER AdvancedHeader);
NTKERNELAPI NTSTATUS NTAPI FsRtlInsertPerStreamContext(
    PFSRTL_ADVANCED_FCB_HEADER PerStreamContext, PFSRTL_PER_STREAM_CONTEXT Ptr);
NTKERNELAPI PFSRTL_PER_STREAM_CONTEXT NTAPI FsRtlLookupPerStreamContextInternal(
    PFSRTL_ADVANCED_FCB_HEADER StreamContext, PVOID OwnerId, PVOID InstanceId);
NTKERNELAPI PFSRTL_PER_STREAM_CONTEXT NTAPI FsRtlRemovePerStreamContext(
    PFSRTL_ADVANCED_FCB_HEADER StreamContext, PVOID OwnerId, PVOID InstanceId);

FORCEINLINE VOID NtbuildSetupAdvancedHeader(
    PVOID AdvHdr, PFAST_MUTEX FMutex, PVOID *FileContext, PEX_PUSH_LOCK AePushLock)
{
    PFSRTL_ADVANCED_FCB_HEADER Header = (PFSRTL_ADVANCED_FCB_HEADER)AdvHdr;

    Header->Flags |= FSRTL_FLAG_ADVANCED_HEADER;
    Header->Flags2 |= FSRTL_FLAG2_SUPPORTS_FILTER_CONTEXTS;
    Header->Version = FSRTL_FCB_HEADER_V4;
    InitializeListHead(&Header->FilterContexts);
    if (FMutex != NULL)
        Header->FastMutex = FMutex;
    *(PULONG_PTR)&Header->PushLock = 0;
    Header->FileContextSupportPointer = FileContext;
    Header->Oplock = NULL;
    Header->AePushLock = AePushLock;
    Header->BypassIoOpenCount = 0;
}

EXTERN_C_END

#define FsRtlSetupAdvancedHeader(Header, FastMutex) \
    NtbuildSetupAdvancedHeader((Header), (FastMutex), NULL, NULL)
#define FsRtlSetupAdvancedHeaderEx(Header, FastMutex, FileContext) \
    NtbuildSetupAdvancedHeader((Header), (FastMutex), (PVOID *)(FileContext), NULL)
#define FsRtlSetupAdvancedHeaderEx2(Header, FastMutex, FileContext, AePushLock) \
    NtbuildSetupAdvancedHeader((Header), (FastMutex), (PVOID *)(FileContext), (AePushLock))

/* FILE_RENAME_ and FILE_LINK_ flags, with the classes whose names end in Ex */
typedef struct _FILE_RENAME_INFORMATION {
    union {
        BOOLEAN ReplaceIfExists;
        ULONG Flags;
    };
    HANDLE RootDirectory;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_RENAME_INFORMATION, *PFILE_RENAME_INFORMATION;

typedef struct _FILE_LINK_INFORMATION {
    union {
        BOOLEAN ReplaceIfExists;
        ULONG Flags;
    };
    HANDLE RootDirectory;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_LINK_INFORMATION, *PFILE_LINK_INFORMATION;

#endif
