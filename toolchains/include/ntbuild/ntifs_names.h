/*
 * ntbuild/ntifs_names.h - around mingw-w64's ntifs.h: other names for structures that lack members, and
 * for the functions that take them. ntifs_headers.h has them.
 */
#define _FSRTL_ADVANCED_FCB_HEADER NTBUILD_DDK__FSRTL_ADVANCED_FCB_HEADER
#define FSRTL_ADVANCED_FCB_HEADER NTBUILD_DDK_FSRTL_ADVANCED_FCB_HEADER
#define PFSRTL_ADVANCED_FCB_HEADER NTBUILD_DDK_PFSRTL_ADVANCED_FCB_HEADER
#define FsRtlSetupAdvancedHeader NTBUILD_DDK_FsRtlSetupAdvancedHeader
#define FsRtlTeardownPerStreamContexts NTBUILD_DDK_FsRtlTeardownPerStreamContexts
#define FsRtlInsertPerStreamContext NTBUILD_DDK_FsRtlInsertPerStreamContext
#define FsRtlLookupPerStreamContextInternal NTBUILD_DDK_FsRtlLookupPerStreamContextInternal
#define FsRtlRemovePerStreamContext NTBUILD_DDK_FsRtlRemovePerStreamContext
#define FsRtlSetupAdvancedHeaderEx NTBUILD_DDK_FsRtlSetupAdvancedHeaderEx
#define _FILE_RENAME_INFORMATION NTBUILD_DDK__FILE_RENAME_INFORMATION
#define FILE_RENAME_INFORMATION NTBUILD_DDK_FILE_RENAME_INFORMATION
#define PFILE_RENAME_INFORMATION NTBUILD_DDK_PFILE_RENAME_INFORMATION
#define _FILE_LINK_INFORMATION NTBUILD_DDK__FILE_LINK_INFORMATION
#define FILE_LINK_INFORMATION NTBUILD_DDK_FILE_LINK_INFORMATION
#define PFILE_LINK_INFORMATION NTBUILD_DDK_PFILE_LINK_INFORMATION

/* The WDK has these nowhere: projects declare them themselves. */
#if defined(_MSC_VER)
# define _PORT_MESSAGE NTBUILD_DDK__PORT_MESSAGE
# define PORT_MESSAGE NTBUILD_DDK_PORT_MESSAGE
# define PPORT_MESSAGE NTBUILD_DDK_PPORT_MESSAGE
# define _PORT_VIEW NTBUILD_DDK__PORT_VIEW
# define PORT_VIEW NTBUILD_DDK_PORT_VIEW
# define PPORT_VIEW NTBUILD_DDK_PPORT_VIEW
# define _REMOTE_PORT_VIEW NTBUILD_DDK__REMOTE_PORT_VIEW
# define REMOTE_PORT_VIEW NTBUILD_DDK_REMOTE_PORT_VIEW
# define PREMOTE_PORT_VIEW NTBUILD_DDK_PREMOTE_PORT_VIEW
# define _OBJECT_BASIC_INFORMATION NTBUILD_DDK__OBJECT_BASIC_INFORMATION
# define OBJECT_BASIC_INFORMATION NTBUILD_DDK_OBJECT_BASIC_INFORMATION
# define POBJECT_BASIC_INFORMATION NTBUILD_DDK_POBJECT_BASIC_INFORMATION
#endif

/*
 * Fields of today's kernel, as wdm_fields.h adds them. Both flags of a KAPC_STATE have become bits, so
 * that what the whole byte says is more than the flag.
 */
typedef enum _SRV_INSTANCE_TYPE {
    SrvInstanceTypeUndefined = 0,
    SrvInstanceTypePrimary = 1,
    SrvInstanceTypeCsv = 2
} SRV_INSTANCE_TYPE, *PSRV_INSTANCE_TYPE;
#define OplockFinalState                                                                          \
    OplockFinalState;                                                                             \
    USHORT Version;                                                                               \
    SRV_INSTANCE_TYPE InstanceType
#define PostReleaseForModifiedPageWriter                                                          \
    PostReleaseForModifiedPageWriter;                                                             \
    PFS_FILTER_CALLBACK PreQueryOpen;                                                             \
    PFS_FILTER_COMPLETION_CALLBACK PostQueryOpen
#define KernelApcInProgress                                                                       \
    NtbuildNotInProgress[0];                                                                      \
    union {                                                                                       \
        UCHAR InProgressFlags;                                                                    \
        struct {                                                                                  \
            BOOLEAN KernelApcInProgress : 1;                                                      \
            BOOLEAN SpecialApcInProgress : 1;                                                     \
        };                                                                                        \
    }
#define UserApcPending                                                                            \
    NtbuildNotPending[0];                                                                         \
    union {                                                                                       \
        BOOLEAN UserApcPendingAll;                                                                \
        struct {                                                                                  \
            BOOLEAN SpecialUserApcPending : 1;                                                    \
            BOOLEAN UserApcPending : 1;                                                           \
        };                                                                                        \
    }
#define PerUserPolicy                                                                             \
    PerUserPolicy[(59 >> 1) + 1];                                                                 \
    UCHAR NtbuildNoPolicy[0]
#define SeOwnerRightsSid                                                                          \
    SeOwnerRightsSid;                                                                             \
    PSID SeAllAppPackagesSid;                                                                     \
    PSID SeUserModeDriversSid;                                                                    \
    PSID SeProcTrustWinTcbSid;                                                                    \
    PSID SeTrustedInstallerSid;                                                                   \
    LUID SeDelegateSessionUserImpersonatePrivilege;                                               \
    PSID SeAppSiloSid;                                                                            \
    PSID SeAppSiloVolumeRootMinimalCapabilitySid;                                                 \
    PSID SeAppSiloProfilesRootMinimalCapabilitySid
#define Allocate                                                                                  \
    Allocate;                                                                                     \
    ULONG DiskResourcesExhausted

/* In ntifs_records.h, but for the global changes of security descriptors, which it does not have. */
#define _MFT_ENUM_DATA NTBUILD_DDK__MFT_ENUM_DATA
#define MFT_ENUM_DATA NTBUILD_DDK_MFT_ENUM_DATA
#define PMFT_ENUM_DATA NTBUILD_DDK_PMFT_ENUM_DATA
#define _READ_USN_JOURNAL_DATA NTBUILD_DDK__READ_USN_JOURNAL_DATA
#define READ_USN_JOURNAL_DATA NTBUILD_DDK_READ_USN_JOURNAL_DATA
#define PREAD_USN_JOURNAL_DATA NTBUILD_DDK_PREAD_USN_JOURNAL_DATA
#define _USN_JOURNAL_DATA NTBUILD_DDK__USN_JOURNAL_DATA
#define USN_JOURNAL_DATA NTBUILD_DDK_USN_JOURNAL_DATA
#define PUSN_JOURNAL_DATA NTBUILD_DDK_PUSN_JOURNAL_DATA
#define _NTFS_EXTENDED_VOLUME_DATA NTBUILD_DDK__NTFS_EXTENDED_VOLUME_DATA
#define NTFS_EXTENDED_VOLUME_DATA NTBUILD_DDK_NTFS_EXTENDED_VOLUME_DATA
#define PNTFS_EXTENDED_VOLUME_DATA NTBUILD_DDK_PNTFS_EXTENDED_VOLUME_DATA
#define _TOKEN_ACCESS_INFORMATION NTBUILD_DDK__TOKEN_ACCESS_INFORMATION
#define TOKEN_ACCESS_INFORMATION NTBUILD_DDK_TOKEN_ACCESS_INFORMATION
#define PTOKEN_ACCESS_INFORMATION NTBUILD_DDK_PTOKEN_ACCESS_INFORMATION
#define _SD_GLOBAL_CHANGE_INPUT NTBUILD_DDK__SD_GLOBAL_CHANGE_INPUT
#define SD_GLOBAL_CHANGE_INPUT NTBUILD_DDK_SD_GLOBAL_CHANGE_INPUT
#define PSD_GLOBAL_CHANGE_INPUT NTBUILD_DDK_PSD_GLOBAL_CHANGE_INPUT
#define _SD_GLOBAL_CHANGE_OUTPUT NTBUILD_DDK__SD_GLOBAL_CHANGE_OUTPUT
#define SD_GLOBAL_CHANGE_OUTPUT NTBUILD_DDK_SD_GLOBAL_CHANGE_OUTPUT
#define PSD_GLOBAL_CHANGE_OUTPUT NTBUILD_DDK_PSD_GLOBAL_CHANGE_OUTPUT
#define SeAccessCheckFromState NTBUILD_DDK_SeAccessCheckFromState
#define _MM_PREFETCH_FLAGS NTBUILD_DDK__MM_PREFETCH_FLAGS
#define MM_PREFETCH_FLAGS NTBUILD_DDK_MM_PREFETCH_FLAGS
#define PMM_PREFETCH_FLAGS NTBUILD_DDK_PMM_PREFETCH_FLAGS
