/*
 * ntbuild/old_prototypes.h - before a DDK header: other names for functions that mingw-w64 declares
 * with wrong types. new_prototypes.h declares them. In C a wrong const is a warning, in C++ an error.
 */
#define RtlGUIDFromString NtbuildDdkRtlGUIDFromString
#define ProbeForRead NtbuildDdkProbeForRead
#define ProbeForWrite NtbuildDdkProbeForWrite
#define IoWMIAllocateInstanceIds NtbuildDdkIoWMIAllocateInstanceIds
#define IoWMIOpenBlock NtbuildDdkIoWMIOpenBlock
#define MmMapLockedPagesSpecifyCache NtbuildDdkMmMapLockedPagesSpecifyCache
#define RtlCopyString NtbuildDdkRtlCopyString
#define RtlCompareString NtbuildDdkRtlCompareString
#define RtlEqualString NtbuildDdkRtlEqualString
#define RtlUpperString NtbuildDdkRtlUpperString
#define RtlMapGenericMask NtbuildDdkRtlMapGenericMask
#define ZwPowerInformation NtbuildDdkZwPowerInformation
#define RtlFindUnicodePrefix NtbuildDdkRtlFindUnicodePrefix
#define FsRtlRegisterUncProvider NtbuildDdkFsRtlRegisterUncProvider
#define FsRtlRegisterUncProviderEx NtbuildDdkFsRtlRegisterUncProviderEx
#define FsRtlMupGetProviderIdFromName NtbuildDdkFsRtlMupGetProviderIdFromName
#define SeExamineSacl NtbuildDdkSeExamineSacl
#define SeExamineGlobalSacl NtbuildDdkSeExamineGlobalSacl
#define FsRtlFastCheckLockForWrite NtbuildDdkFsRtlFastCheckLockForWrite

/* Structures that have grown at their end: the name of the last field brings the later ones. */
#define DmaPort                                                                                   \
    DmaPort;                                                                                      \
    ULONG DmaAddressWidth;                                                                        \
    ULONG DmaControllerInstance;                                                                  \
    ULONG DmaRequestLine;                                                                         \
    PHYSICAL_ADDRESS DeviceAddress
#include <ntbuild/dma_fields.h>
#define BuildMdlFromScatterGatherList                                                             \
    BuildMdlFromScatterGatherList;                                                                \
    NTBUILD_DMA_FIELDS
#define TxnParameters                                                                             \
    TxnParameters;                                                                                \
    struct _EJOB *SiloContext
