/* ramdisk.h - what the two sources of the sample share. */

#include <ntddk.h>
#include <storport.h>

#define RAMDISK_BLOCK  512
#define RAMDISK_BLOCKS 16384 /* 8 MB */
#define RAMDISK_TAG    'dmaR'

typedef struct _RAMDISK {
    PUCHAR Memory;
} RAMDISK, *PRAMDISK;

UCHAR RamdiskExecute(PRAMDISK Disk, PSCSI_REQUEST_BLOCK Srb);
