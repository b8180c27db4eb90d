/*
 * ntbuild/clustered.h - clustered shared volumes: controls of a file, and what filters give along with
 * an open.
 *
 * Source: ntifs.h of learn.microsoft.com ("FSCTL_CSV_CONTROL", "CSV_CONTROL_PARAM",
 * "CSV_QUERY_FILE_REVISION_ECP_CONTEXT", "CSV_DOWN_LEVEL_OPEN_ECP_CONTEXT").
 */
#ifndef NTBUILD_CLUSTERED_H
#define NTBUILD_CLUSTERED_H

typedef enum _CSV_CONTROL_OP {
    CsvControlStartRedirectFile = 0x02,
    CsvControlStopRedirectFile = 0x03,
    CsvControlQueryRedirectState = 0x04,
    CsvControlQueryFileRevision = 0x06,
    CsvControlQueryMdsPath = 0x08,
    CsvControlQueryFileRevisionFileId128 = 0x09,
    CsvControlQueryVolumeRedirectState = 0x0a,
    CsvControlEnableUSNRangeModificationTracking = 0x0d,
    CsvControlMarkHandleLocalVolumeMount = 0x0e,
    CsvControlUnmarkHandleLocalVolumeMount = 0x0f,
    CsvControlGetCsvFsMdsPathV2 = 0x12,
    CsvControlDisableCaching = 0x13,
    CsvControlEnableCaching = 0x14,
    CsvControlStartForceDFO = 0x15,
    CsvControlStopForceDFO = 0x16,
    CsvControlQueryMdsPathNoPause = 0x17,
    CsvControlSetVolumeId = 0x18,
    CsvControlQueryVolumeId = 0x19
} CSV_CONTROL_OP, *PCSV_CONTROL_OP;

typedef struct _CSV_CONTROL_PARAM {
    CSV_CONTROL_OP Operation;
    LONGLONG Unused;
} CSV_CONTROL_PARAM, *PCSV_CONTROL_PARAM;

typedef struct _CSV_QUERY_REDIRECT_STATE {
    ULONG MdsNodeId;
    ULONG DsNodeId;
    BOOLEAN FileRedirected;
} CSV_QUERY_REDIRECT_STATE, *PCSV_QUERY_REDIRECT_STATE;

typedef struct _CSV_QUERY_FILE_REVISION {
    LONGLONG FileId;
    LONGLONG FileRevision[3];
} CSV_QUERY_FILE_REVISION, *PCSV_QUERY_FILE_REVISION;

typedef struct _CSV_QUERY_FILE_REVISION_FILE_ID_128 {
    FILE_ID_128 FileId;
    LONGLONG FileRevision[3];
} CSV_QUERY_FILE_REVISION_FILE_ID_128, *PCSV_QUERY_FILE_REVISION_FILE_ID_128;

/* ---- extra parameters of an open ---- */

DEFINE_GUID(GUID_ECP_CSV_DOWN_LEVEL_OPEN,
            0x4248be44, 0x647f, 0x488f, 0x8b, 0xe5, 0xa0, 0x8a, 0xaf, 0x70, 0xf0, 0x28);
DEFINE_GUID(GUID_ECP_CSV_QUERY_FILE_REVISION,
            0x44aec90b, 0xde65, 0x4d46, 0x8f, 0xbf, 0x76, 0x3f, 0x9d, 0x97, 0x0b, 0x1d);
DEFINE_GUID(GUID_ECP_CSV_QUERY_FILE_REVISION_FILE_ID_128,
            0x7a3a4aa1, 0xaa74, 0x4bc6, 0xb0, 0x70, 0xab, 0x56, 0xa3, 0x8c, 0x1f, 0xed);
DEFINE_GUID(GUID_ECP_CSV_SET_HANDLE_PROPERTIES,
            0x7a9fdd94, 0x7b58, 0x42bb, 0x97, 0x40, 0x3c, 0xb8, 0x69, 0x83, 0xa6, 0x15);

typedef enum _CSV_DOWN_LEVEL_FILE_TYPE {
    CsvDownLevelFileObject = 0,
    CsvCsvFsInternalFileObject = 1
} CSV_DOWN_LEVEL_FILE_TYPE;

#define CSV_DOWN_LEVEL_OPEN_ECP_CONTEXT_V1 1

typedef struct _CSV_DOWN_LEVEL_OPEN_ECP_CONTEXT {
    ULONG Version;
    BOOLEAN IsResume;
    CSV_DOWN_LEVEL_FILE_TYPE FileType;
    ULONG SourceNodeId;
    ULONG DestinationNodeId;
} CSV_DOWN_LEVEL_OPEN_ECP_CONTEXT, *PCSV_DOWN_LEVEL_OPEN_ECP_CONTEXT;

typedef struct _CSV_QUERY_FILE_REVISION_ECP_CONTEXT {
    LONGLONG FileId;
    LONGLONG FileRevision[3];
} CSV_QUERY_FILE_REVISION_ECP_CONTEXT, *PCSV_QUERY_FILE_REVISION_ECP_CONTEXT;

typedef struct _CSV_QUERY_FILE_REVISION_ECP_CONTEXT_FILE_ID_128 {
    FILE_ID_128 FileId;
    LONGLONG FileRevision[3];
} CSV_QUERY_FILE_REVISION_ECP_CONTEXT_FILE_ID_128,
    *PCSV_QUERY_FILE_REVISION_ECP_CONTEXT_FILE_ID_128;

#endif
