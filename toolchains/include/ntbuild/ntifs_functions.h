/* ntbuild/ntifs_functions.h - after ntifs.h: routines for file systems that mingw-w64 does not declare. */
#ifndef NTBUILD_NTIFS_FUNCTIONS_H
#define NTBUILD_NTIFS_FUNCTIONS_H

EXTERN_C_START

/* Memory of a process. */
#ifndef SEC_IMAGE
# define SEC_FILE              0x00800000
# define SEC_IMAGE             0x01000000
# define SEC_PROTECTED_IMAGE   0x02000000
# define SEC_NOCACHE           0x10000000
# define SEC_WRITECOMBINE      0x40000000
#endif
#ifndef SEC_IMAGE_NO_EXECUTE
# define SEC_IMAGE_NO_EXECUTE  0x11000000
#endif
typedef enum _MEMORY_INFORMATION_CLASS {
    MemoryBasicInformation
} MEMORY_INFORMATION_CLASS;

#ifndef _WINNT_
typedef struct _MEMORY_BASIC_INFORMATION {
    PVOID BaseAddress;
    PVOID AllocationBase;
    ULONG AllocationProtect;
# if defined(_WIN64)
    USHORT PartitionId;
# endif
    SIZE_T RegionSize;
    ULONG State;
    ULONG Protect;
    ULONG Type;
} MEMORY_BASIC_INFORMATION, *PMEMORY_BASIC_INFORMATION;
#endif

typedef enum _VIRTUAL_MEMORY_INFORMATION_CLASS {
    VmPrefetchInformation
} VIRTUAL_MEMORY_INFORMATION_CLASS;

typedef struct _MEMORY_RANGE_ENTRY {
    PVOID VirtualAddress;
    SIZE_T NumberOfBytes;
} MEMORY_RANGE_ENTRY, *PMEMORY_RANGE_ENTRY;

NTSYSAPI NTSTATUS NTAPI ZwQueryVirtualMemory(
    HANDLE ProcessHandle, PVOID BaseAddress, MEMORY_INFORMATION_CLASS MemoryInformationClass,
    PVOID MemoryInformation, SIZE_T MemoryInformationLength, PSIZE_T ReturnLength);
NTSYSAPI NTSTATUS NTAPI NtQueryVirtualMemory(
    HANDLE ProcessHandle, PVOID BaseAddress, MEMORY_INFORMATION_CLASS MemoryInformationClass,
    PVOID MemoryInformation, SIZE_T MemoryInformationLength, PSIZE_T ReturnLength);
NTSYSAPI NTSTATUS NTAPI ZwSetInformationVirtualMemory(
    HANDLE ProcessHandle, VIRTUAL_MEMORY_INFORMATION_CLASS VmInformationClass,
    ULONG_PTR NumberOfEntries, PMEMORY_RANGE_ENTRY VirtualAddresses, PVOID VmInformation,
    ULONG VmInformationLength);

/* Files. */
NTSYSAPI NTSTATUS NTAPI ZwFlushBuffersFileEx(
    HANDLE FileHandle, ULONG FLags, PVOID Parameters, ULONG ParametersSize,
    PIO_STATUS_BLOCK IoStatusBlock);
NTSYSAPI NTSTATUS NTAPI ZwQueryDirectoryFileEx(
    HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
    PIO_STATUS_BLOCK IoStatusBlock, PVOID FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, ULONG QueryFlags, PUNICODE_STRING FileName);
NTSYSAPI NTSTATUS NTAPI ZwQueryInformationByName(
    POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock, PVOID FileInformation,
    ULONG Length, FILE_INFORMATION_CLASS FileInformationClass);
NTKERNELAPI NTSTATUS NTAPI FsRtlQueryInformationFile(
    PFILE_OBJECT FileObject, PVOID FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, PULONG RetFileInformationSize);
NTKERNELAPI NTSTATUS NTAPI FsRtlKernelFsControlFile(
    PFILE_OBJECT FileObject, ULONG FsControlCode, PVOID InputBuffer, ULONG InputBufferLength,
    PVOID OutputBuffer, ULONG OutputBufferLength, PULONG RetOutputBufferSize);
NTKERNELAPI NTSTATUS NTAPI FsRtlQueryKernelEaFile(
    PFILE_OBJECT FileObject, PVOID ReturnedEaData, ULONG Length, BOOLEAN ReturnSingleEntry,
    PVOID EaList, ULONG EaListLength, PULONG EaIndex, BOOLEAN RestartScan, PULONG LengthReturned);
NTKERNELAPI NTSTATUS NTAPI FsRtlSetKernelEaFile(
    PFILE_OBJECT FileObject, PVOID EaBuffer, ULONG Length);
NTKERNELAPI NTSTATUS NTAPI FsRtlGetSectorSizeInformation(
    PDEVICE_OBJECT DeviceObject, PFILE_FS_SECTOR_SIZE_INFORMATION SectorSizeInfo);
NTKERNELAPI BOOLEAN NTAPI FsRtlAreThereWaitingFileLocks(PFILE_LOCK FileLock);
NTKERNELAPI BOOLEAN NTAPI FsRtlCheckLockForOplockRequest(
    PFILE_LOCK FileLock, PLARGE_INTEGER AllocationSize);
NTKERNELAPI VOID NTAPI FsRtlDismountComplete(
    PDEVICE_OBJECT DeviceObject, NTSTATUS DismountStatus);
NTKERNELAPI LOGICAL NTAPI FsRtlIsSystemPagingFile(PFILE_OBJECT FileObject);
NTKERNELAPI NTSTATUS NTAPI FsRtlGetSupportedFeatures(
    PDEVICE_OBJECT DeviceObject, PULONG SupportedFeatures);
NTKERNELAPI NTSTATUS NTAPI FsRtlVolumeDeviceToCorrelationId(
    PDEVICE_OBJECT VolumeDeviceObject, GUID *Guid);
NTKERNELAPI VOID NTAPI FsRtlUpdateDiskCounters(ULONG64 BytesRead, ULONG64 BytesWritten);
NTKERNELAPI VOID NTAPI FsRtlPrepareToReuseEcp(PVOID EcpContext);
NTKERNELAPI BOOLEAN NTAPI FsRtlIsMobileOS(VOID);

typedef struct _OPLOCK_KEY_CONTEXT {
    USHORT Version;
    USHORT Flags;
    GUID ParentOplockKey;
    GUID TargetOplockKey;
    ULONG Reserved;
} OPLOCK_KEY_CONTEXT, *POPLOCK_KEY_CONTEXT;
NTKERNELAPI struct _OPLOCK_KEY_ECP_CONTEXT *NTAPI IoGetOplockKeyContext(PFILE_OBJECT FileObject);
NTKERNELAPI POPLOCK_KEY_CONTEXT NTAPI IoGetOplockKeyContextEx(PFILE_OBJECT FileObject);

/* The cache manager. */
NTKERNELAPI BOOLEAN NTAPI CcCopyWriteEx(
    PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, BOOLEAN Wait, PVOID Buffer,
    PETHREAD IoIssuerThread);
NTKERNELAPI BOOLEAN NTAPI CcCopyReadEx(
    PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, BOOLEAN Wait, PVOID Buffer,
    PIO_STATUS_BLOCK IoStatus, PETHREAD IoIssuerThread);
NTKERNELAPI VOID NTAPI CcScheduleReadAheadEx(
    PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, PETHREAD IoIssuerThread);
NTKERNELAPI VOID NTAPI CcSetAdditionalCacheAttributesEx(PFILE_OBJECT FileObject, ULONG Flags);
#define CC_DISABLE_READ_AHEAD          0x00000002
#define CC_DISABLE_WRITE_BEHIND        0x00000004
#define CC_DISABLE_DIRTY_PAGE_TRACKING 0x00000008
#define CC_ENABLE_DISK_IO_ACCOUNTING  0x00000010
#define CC_DISABLE_UNMAP_BEHIND       0x00000020

/* Who did the I/O. */
NTKERNELAPI BOOLEAN NTAPI PsIsDiskCountersEnabled(VOID);
NTKERNELAPI VOID NTAPI PsUpdateDiskCounters(
    PEPROCESS Process, ULONG64 BytesRead, ULONG64 BytesWritten, ULONG ReadOperationCount,
    ULONG WriteOperationCount, ULONG FlushOperationCount);
NTKERNELAPI PEPROCESS NTAPI PsGetThreadProcess(PETHREAD Thread);

EXTERN_C_END

#endif
