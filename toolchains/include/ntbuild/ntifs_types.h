/*
 * ntbuild/ntifs_types.h - after ntifs.h: structures of file systems that Windows 8 and later added,
 * as [MS-FSCC] and the documentation of ntifs.h have them.
 */
#ifndef NTBUILD_NTIFS_TYPES_H
#define NTBUILD_NTIFS_TYPES_H

/* Files by 128-bit number. */
typedef struct _FILE_ID_128 {
    UCHAR Identifier[16];
} FILE_ID_128, *PFILE_ID_128;

typedef struct _FILE_ID_INFORMATION {
    ULONGLONG VolumeSerialNumber;
    FILE_ID_128 FileId;
} FILE_ID_INFORMATION, *PFILE_ID_INFORMATION;

#define FILE_INVALID_FILE_ID       ((LONGLONG)-1LL)
#define FILE_ID_IS_INVALID(FID)    ((FID).QuadPart == FILE_INVALID_FILE_ID)
#define FILE_ID_128_IS_INVALID(FID128)                                                            \
    (((const LONGLONG UNALIGNED *)&(FID128))[0] == -1 &&                                          \
     ((const LONGLONG UNALIGNED *)&(FID128))[1] == -1)
#define MAKE_INVALID_FILE_ID_128(FID128) ((VOID)RtlFillMemory(&(FID128), sizeof(FILE_ID_128), 0xff))

#define NTBUILD_DIRECTORY_ENTRY                                                                   \
    ULONG NextEntryOffset;                                                                        \
    ULONG FileIndex;                                                                              \
    LARGE_INTEGER CreationTime;                                                                   \
    LARGE_INTEGER LastAccessTime;                                                                 \
    LARGE_INTEGER LastWriteTime;                                                                  \
    LARGE_INTEGER ChangeTime;                                                                     \
    LARGE_INTEGER EndOfFile;                                                                      \
    LARGE_INTEGER AllocationSize;                                                                 \
    ULONG FileAttributes;                                                                         \
    ULONG FileNameLength;                                                                         \
    ULONG EaSize;                                                                                 \
    ULONG ReparsePointTag;                                                                        \
    FILE_ID_128 FileId;

typedef struct _FILE_ID_EXTD_DIR_INFORMATION {
    NTBUILD_DIRECTORY_ENTRY
    WCHAR FileName[1];
} FILE_ID_EXTD_DIR_INFORMATION, *PFILE_ID_EXTD_DIR_INFORMATION;

typedef struct _FILE_ID_EXTD_BOTH_DIR_INFORMATION {
    NTBUILD_DIRECTORY_ENTRY
    CCHAR ShortNameLength;
    WCHAR ShortName[12];
    WCHAR FileName[1];
} FILE_ID_EXTD_BOTH_DIR_INFORMATION, *PFILE_ID_EXTD_BOTH_DIR_INFORMATION;

typedef struct _FILE_LINK_ENTRY_FULL_ID_INFORMATION {
    ULONG NextEntryOffset;
    FILE_ID_128 ParentFileId;
    ULONG FileNameLength;
    WCHAR FileName[1];
} FILE_LINK_ENTRY_FULL_ID_INFORMATION, *PFILE_LINK_ENTRY_FULL_ID_INFORMATION;

typedef struct _FILE_LINKS_FULL_ID_INFORMATION {
    ULONG BytesNeeded;
    ULONG EntriesReturned;
    FILE_LINK_ENTRY_FULL_ID_INFORMATION Entry;
} FILE_LINKS_FULL_ID_INFORMATION, *PFILE_LINKS_FULL_ID_INFORMATION;

/* Where the fields lie that the name of an entry of a directory class is found by. */
typedef struct _FILE_INFORMATION_DEFINITION {
    FILE_INFORMATION_CLASS Class;
    ULONG NextEntryOffset;
    ULONG FileNameLengthOffset;
    ULONG FileNameOffset;
} FILE_INFORMATION_DEFINITION, *PFILE_INFORMATION_DEFINITION;

#define NTBUILD_NAME_FIELDS(Class, Type)                                                          \
    { (Class), FIELD_OFFSET(Type, NextEntryOffset), FIELD_OFFSET(Type, FileNameLength),           \
      FIELD_OFFSET(Type, FileName) }
#define FileDirectoryInformationDefinition                                                        \
    NTBUILD_NAME_FIELDS(FileDirectoryInformation, FILE_DIRECTORY_INFORMATION)
#define FileFullDirectoryInformationDefinition                                                    \
    NTBUILD_NAME_FIELDS(FileFullDirectoryInformation, FILE_FULL_DIR_INFORMATION)
#define FileBothDirectoryInformationDefinition                                                    \
    NTBUILD_NAME_FIELDS(FileBothDirectoryInformation, FILE_BOTH_DIR_INFORMATION)
#define FileNamesInformationDefinition                                                            \
    NTBUILD_NAME_FIELDS(FileNamesInformation, FILE_NAMES_INFORMATION)
#define FileIdFullDirectoryInformationDefinition                                                  \
    NTBUILD_NAME_FIELDS(FileIdFullDirectoryInformation, FILE_ID_FULL_DIR_INFORMATION)
#define FileIdBothDirectoryInformationDefinition                                                  \
    NTBUILD_NAME_FIELDS(FileIdBothDirectoryInformation, FILE_ID_BOTH_DIR_INFORMATION)
#define FileIdExtdDirectoryInformationDefinition                                                  \
    NTBUILD_NAME_FIELDS(FileIdExtdDirectoryInformation, FILE_ID_EXTD_DIR_INFORMATION)
#define FileIdExtdBothDirectoryInformationDefinition                                              \
    NTBUILD_NAME_FIELDS(FileIdExtdBothDirectoryInformation, FILE_ID_EXTD_BOTH_DIR_INFORMATION)
#define FileIdGlobalTxDirectoryInformationDefinition                                              \
    NTBUILD_NAME_FIELDS(FileIdGlobalTxDirectoryInformation, FILE_ID_GLOBAL_TX_DIR_INFORMATION)

/* What is known of a file at once. */
typedef struct _FILE_STANDARD_INFORMATION_EX {
    LARGE_INTEGER AllocationSize;
    LARGE_INTEGER EndOfFile;
    ULONG NumberOfLinks;
    BOOLEAN DeletePending;
    BOOLEAN Directory;
    BOOLEAN AlternateStream;
    BOOLEAN MetadataAttribute;
} FILE_STANDARD_INFORMATION_EX, *PFILE_STANDARD_INFORMATION_EX;

#define NTBUILD_FILE_STAT                                                                         \
    LARGE_INTEGER FileId;                                                                         \
    LARGE_INTEGER CreationTime;                                                                   \
    LARGE_INTEGER LastAccessTime;                                                                 \
    LARGE_INTEGER LastWriteTime;                                                                  \
    LARGE_INTEGER ChangeTime;                                                                     \
    LARGE_INTEGER AllocationSize;                                                                 \
    LARGE_INTEGER EndOfFile;                                                                      \
    ULONG FileAttributes;                                                                         \
    ULONG ReparseTag;                                                                             \
    ULONG NumberOfLinks;                                                                          \
    ACCESS_MASK EffectiveAccess;

typedef struct _FILE_STAT_INFORMATION {
    NTBUILD_FILE_STAT
} FILE_STAT_INFORMATION, *PFILE_STAT_INFORMATION;

#define LX_FILE_METADATA_HAS_UID       0x1
#define LX_FILE_METADATA_HAS_GID       0x2
#define LX_FILE_METADATA_HAS_MODE      0x4
#define LX_FILE_METADATA_HAS_DEVICE_ID 0x8
#define LX_FILE_CASE_SENSITIVE_DIR     0x10
typedef struct _FILE_STAT_LX_INFORMATION {
    NTBUILD_FILE_STAT
    ULONG LxFlags;
    ULONG LxUid;
    ULONG LxGid;
    ULONG LxMode;
    ULONG LxDeviceIdMajor;
    ULONG LxDeviceIdMinor;
} FILE_STAT_LX_INFORMATION, *PFILE_STAT_LX_INFORMATION;

#define FILE_CS_FLAG_CASE_SENSITIVE_DIR 0x00000001
typedef struct _FILE_CASE_SENSITIVE_INFORMATION {
    ULONG Flags;
} FILE_CASE_SENSITIVE_INFORMATION, *PFILE_CASE_SENSITIVE_INFORMATION;

typedef struct _FILE_VOLUME_NAME_INFORMATION {
    ULONG DeviceNameLength;
    WCHAR DeviceName[1];
} FILE_VOLUME_NAME_INFORMATION, *PFILE_VOLUME_NAME_INFORMATION;

typedef struct _FILE_IO_PRIORITY_HINT_INFORMATION_EX {
    IO_PRIORITY_HINT PriorityHint;
    BOOLEAN BoostOutstanding;
} FILE_IO_PRIORITY_HINT_INFORMATION_EX, *PFILE_IO_PRIORITY_HINT_INFORMATION_EX;

typedef struct _FILE_MEMORY_PARTITION_INFORMATION {
    ULONG_PTR OwnerPartitionHandle;
    union {
        struct {
            UCHAR NoCrossPartitionAccess;
            UCHAR Spare[3];
        };
        ULONG AllFlags;
    } Flags;
} FILE_MEMORY_PARTITION_INFORMATION, *PFILE_MEMORY_PARTITION_INFORMATION;

/* Renames and links: what FileRenameInformationEx and FileLinkInformationEx take as flags. */
#define FILE_RENAME_REPLACE_IF_EXISTS                   0x00000001
#define FILE_RENAME_POSIX_SEMANTICS                     0x00000002
#define FILE_RENAME_SUPPRESS_PIN_STATE_INHERITANCE      0x00000004
#define FILE_RENAME_SUPPRESS_STORAGE_RESERVE_INHERITANCE 0x00000008
#define FILE_RENAME_NO_INCREASE_AVAILABLE_SPACE         0x00000010
#define FILE_RENAME_NO_DECREASE_AVAILABLE_SPACE         0x00000020
#define FILE_RENAME_PRESERVE_AVAILABLE_SPACE            0x00000030
#define FILE_RENAME_IGNORE_READONLY_ATTRIBUTE           0x00000040
#define FILE_RENAME_FORCE_RESIZE_TARGET_SR              0x00000080
#define FILE_RENAME_FORCE_RESIZE_SOURCE_SR              0x00000100
#define FILE_RENAME_FORCE_RESIZE_SR                     0x00000180
#define FILE_LINK_REPLACE_IF_EXISTS                     0x00000001
#define FILE_LINK_POSIX_SEMANTICS                       0x00000002
#define FILE_LINK_SUPPRESS_STORAGE_RESERVE_INHERITANCE  0x00000008
#define FILE_LINK_NO_INCREASE_AVAILABLE_SPACE           0x00000010
#define FILE_LINK_NO_DECREASE_AVAILABLE_SPACE           0x00000020
#define FILE_LINK_PRESERVE_AVAILABLE_SPACE              0x00000030
#define FILE_LINK_IGNORE_READONLY_ATTRIBUTE             0x00000040
#define FILE_LINK_FORCE_RESIZE_TARGET_SR                0x00000080
#define FILE_LINK_FORCE_RESIZE_SOURCE_SR                0x00000100
#define FILE_LINK_FORCE_RESIZE_SR                       0x00000180

/* Volumes. */
typedef struct _FILE_FS_SECTOR_SIZE_INFORMATION {
    ULONG LogicalBytesPerSector;
    ULONG PhysicalBytesPerSectorForAtomicity;
    ULONG PhysicalBytesPerSectorForPerformance;
    ULONG FileSystemEffectivePhysicalBytesPerSectorForAtomicity;
    ULONG Flags;
    ULONG ByteOffsetForSectorAlignment;
    ULONG ByteOffsetForPartitionAlignment;
} FILE_FS_SECTOR_SIZE_INFORMATION, *PFILE_FS_SECTOR_SIZE_INFORMATION;

typedef struct _FILE_FS_METADATA_SIZE_INFORMATION {
    LARGE_INTEGER TotalMetadataAllocationUnits;
    ULONG SectorsPerAllocationUnit;
    ULONG BytesPerSector;
} FILE_FS_METADATA_SIZE_INFORMATION, *PFILE_FS_METADATA_SIZE_INFORMATION;

typedef struct _FILE_FS_FULL_SIZE_INFORMATION_EX {
    ULONGLONG ActualTotalAllocationUnits;
    ULONGLONG ActualAvailableAllocationUnits;
    ULONGLONG ActualPoolUnavailableAllocationUnits;
    ULONGLONG CallerTotalAllocationUnits;
    ULONGLONG CallerAvailableAllocationUnits;
    ULONGLONG CallerPoolUnavailableAllocationUnits;
    ULONGLONG UsedAllocationUnits;
    ULONGLONG TotalReservedAllocationUnits;
    ULONGLONG VolumeStorageReserveAllocationUnits;
    ULONGLONG AvailableCommittedAllocationUnits;
    ULONGLONG PoolAvailableAllocationUnits;
    ULONG SectorsPerAllocationUnit;
    ULONG BytesPerSector;
} FILE_FS_FULL_SIZE_INFORMATION_EX, *PFILE_FS_FULL_SIZE_INFORMATION_EX;

#include <ntbuild/ntifs_flags.h>

#endif
