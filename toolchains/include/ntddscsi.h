/*
 * ntddscsi.h - mingw-w64's, with the requests to miniports that are younger.
 *
 * In mingw-w64's, the pointers of the structures of 32-bit callers (SCSI_PASS_THROUGH_DIRECT32,
 * ATA_PASS_THROUGH_DIRECT32) have 64 bits on 64-bit machines.
 */
#ifndef NTBUILD_NTDDSCSI_H
#define NTBUILD_NTDDSCSI_H

#define _SCSI_PASS_THROUGH_DIRECT32 _NTBUILD_SCSI_PASS_THROUGH_DIRECT32
#define SCSI_PASS_THROUGH_DIRECT32 NTBUILD_SCSI_PASS_THROUGH_DIRECT32
#define PSCSI_PASS_THROUGH_DIRECT32 PNTBUILD_SCSI_PASS_THROUGH_DIRECT32
#define _ATA_PASS_THROUGH_DIRECT32 _NTBUILD_ATA_PASS_THROUGH_DIRECT32
#define ATA_PASS_THROUGH_DIRECT32 NTBUILD_ATA_PASS_THROUGH_DIRECT32
#define PATA_PASS_THROUGH_DIRECT32 PNTBUILD_ATA_PASS_THROUGH_DIRECT32
#include_next <ntddscsi.h>

#ifndef IOCTL_ATA_MINIPORT
# define IOCTL_ATA_MINIPORT                                                                        \
     CTL_CODE(IOCTL_SCSI_BASE, 0x040d, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
#endif
#undef _SCSI_PASS_THROUGH_DIRECT32
#undef SCSI_PASS_THROUGH_DIRECT32
#undef PSCSI_PASS_THROUGH_DIRECT32
#undef _ATA_PASS_THROUGH_DIRECT32
#undef ATA_PASS_THROUGH_DIRECT32
#undef PATA_PASS_THROUGH_DIRECT32

#ifdef __cplusplus
extern "C" {
#endif

#include <ntbuild/storage/scsi_requests.h>

#ifdef __cplusplus
}
#endif

#endif
