/*
 * scsi.h - the DDK's scsi.h, with what newer devices answer.
 *
 * mingw-w64's READ_CAPACITY_DATA_EX has 16 bytes where the device sends 12, and its INQUIRYDATA ends
 * before the version descriptors. READ_CAPACITY16 gets a field's right name: the macro ends mingw-w64's
 * under another one. READ_CD_MSF has one reserved byte too many before its last three. What goes to and
 * comes from devices may lie at any address, so that unions and structures are packed.
 */
#ifndef NTBUILD_SCSI_H
#define NTBUILD_SCSI_H

/* Defined below instead. */
#define _INQUIRYDATA_DEFINED
#define _READ_CAPACITY_DATA_EX _NTBUILD_DDK_READ_CAPACITY_DATA_EX
#define READ_CAPACITY_DATA_EX NTBUILD_DDK_READ_CAPACITY_DATA_EX
#define PREAD_CAPACITY_DATA_EX PNTBUILD_DDK_READ_CAPACITY_DATA_EX
#define READ_CAPACITY16                                                                            \
    NtbuildDdkReadCapacity16;                                                                      \
    struct {                                                                                       \
        UCHAR OperationCode;                                                                       \
        UCHAR ServiceAction : 5;                                                                   \
        UCHAR Reserved1 : 3;                                                                       \
        UCHAR LogicalBlock[8];                                                                     \
        union {                                                                                    \
            UCHAR AllocationLength[4];                                                             \
            UCHAR BlockCount[4];                                                                   \
        };                                                                                         \
        UCHAR PMI : 1;                                                                             \
        UCHAR Reserved2 : 7;                                                                       \
        UCHAR Control;                                                                             \
    } READ_CAPACITY16
#define _READ_CD_MSF _NtbuildDdkReadCdMsf
#define READ_CD_MSF                                                                                \
    NtbuildDdkReadCdMsf;                                                                           \
    struct {                                                                                       \
        UCHAR OperationCode;                                                                       \
        UCHAR RelativeAddress : 1;                                                                 \
        UCHAR Reserved1 : 1;                                                                       \
        UCHAR ExpectedSectorType : 3;                                                              \
        UCHAR Lun : 3;                                                                             \
        UCHAR Reserved2;                                                                           \
        UCHAR StartingM;                                                                           \
        UCHAR StartingS;                                                                           \
        UCHAR StartingF;                                                                           \
        UCHAR EndingM;                                                                             \
        UCHAR EndingS;                                                                             \
        UCHAR EndingF;                                                                             \
        UCHAR Reserved4 : 1;                                                                       \
        UCHAR ErrorFlags : 2;                                                                      \
        UCHAR IncludeEDC : 1;                                                                      \
        UCHAR IncludeUserData : 1;                                                                 \
        UCHAR HeaderCode : 2;                                                                      \
        UCHAR IncludeSyncData : 1;                                                                 \
        UCHAR SubChannelSelection : 3;                                                             \
        UCHAR Reserved5 : 5;                                                                       \
        UCHAR Control;                                                                             \
    } READ_CD_MSF
#define _CDB __attribute__((__packed__)) _CDB
#define _READ_CAPACITY_DATA __attribute__((__packed__)) _READ_CAPACITY_DATA
#define _TAPE_POSITION_DATA __attribute__((__packed__)) _TAPE_POSITION_DATA
#define _TWO_BYTE __attribute__((__packed__)) _TWO_BYTE
#define _FOUR_BYTE __attribute__((__packed__)) _FOUR_BYTE
#define _EIGHT_BYTE __attribute__((__packed__)) _EIGHT_BYTE
#include_next <scsi.h>
#undef _READ_CD_MSF
#undef READ_CD_MSF
#undef _CDB
#undef _READ_CAPACITY_DATA
#undef _TAPE_POSITION_DATA
#undef _TWO_BYTE
#undef _FOUR_BYTE
#undef _EIGHT_BYTE
#undef READ_CAPACITY16
#undef _READ_CAPACITY_DATA_EX
#undef READ_CAPACITY_DATA_EX
#undef PREAD_CAPACITY_DATA_EX

/* A member of CDB by its other name. */
#define READ_DISC_INFORMATION READ_DISK_INFORMATION

#ifdef __cplusplus
extern "C" {
#endif

#include <ntbuild/storage/scsi_data.h>
#include <ntbuild/storage/scsi_codes.h>
#include <ntbuild/storage/scsi_sense.h>

#ifdef __cplusplus
}
#endif

#endif
