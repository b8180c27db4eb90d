/*
 * scsi.h - the DDK's scsi.h, with what newer devices answer.
 *
 * mingw-w64's READ_CAPACITY_DATA_EX has 16 bytes where the device sends 12, and its INQUIRYDATA ends
 * before the version descriptors. Of its CDBs, READ_CD_MSF is one byte too long; it is left as it is.
 * READ_CAPACITY16 gets a field's right name: the macro ends mingw-w64's under another one.
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
#include_next <scsi.h>
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
