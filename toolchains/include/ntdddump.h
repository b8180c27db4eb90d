/*
 * ntdddump.h - filters on the path of crash dumps and hibernation: what their entry gets and gives.
 *
 * Reading came with Windows 8; without it the structures end earlier, as the driver's version says.
 */
#ifndef NTBUILD_NTDDDUMP_H
#define NTBUILD_NTDDDUMP_H

#include <ntddk.h>
#include <ntdddisk.h>

#define DUMP_FILTER_MAJOR_VERSION_1 1
#if NTDDI_VERSION >= 0x06020000
# define DUMP_FILTER_MAJOR_VERSION  2
#else
# define DUMP_FILTER_MAJOR_VERSION  1
#endif
#define DUMP_FILTER_MINOR_VERSION   0

/* Flags of the initialization data: what a filter sets, and what the system offers it */
#define DUMP_FILTER_CRITICAL                                0x01
#define DUMP_FILTER_FLAG_SYSTEM_SUPPORT_READ                0x01
#define DUMP_FILTER_FLAG_SYSTEM_SUPPORT_FILTER_EXTENSION_EX 0x02
#define DUMP_FILTER_FLAG_SYSTEM_SUPPORT_64BIT_MEMORY        0x04
#define DUMP_FILTER_FLAG_EARLY_INIT                         0x08
#define DUMP_FILTER_FLAG_EARLY_DUMP_SUPPORTED               0x10

typedef enum _FILTER_DUMP_TYPE {
    DumpTypeUndefined,
    DumpTypeCrashdump,
    DumpTypeHibernation
} FILTER_DUMP_TYPE, *PFILTER_DUMP_TYPE;

typedef enum _FILTER_CALLBACK {
    CallbackDumpInit,
    CallbackDumpStart,
    CallbackDumpWrite,
    CallbackDumpFinish,
#if NTDDI_VERSION >= 0x06020000
    CallbackDumpRead,
#endif
    CallbackMaxCallback
} FILTER_CALLBACK, *PFILTER_CALLBACK;

typedef struct _FILTER_EXTENSION {
    FILTER_DUMP_TYPE DumpType;
    PDEVICE_OBJECT DeviceObject;
    DISK_GEOMETRY Geometry;
    LARGE_INTEGER DiskSize;
    DISK_PARTITION_INFO PartitionInfo;
    PVOID DumpData;
#if NTDDI_VERSION >= 0x06020000
    ULONG Size;
    ULONG Flags;
#endif
} FILTER_EXTENSION, *PFILTER_EXTENSION;

#define DUMP_FILTER_EXT_FLAG_DUMP_DEVICE_POWER_OFF 0x1
#define DUMP_FILTER_EXTENSION_SIZE_V1 FIELD_OFFSET(FILTER_EXTENSION, Size)
#define DUMP_FILTER_EXTENSION_SIZE_V2 sizeof(FILTER_EXTENSION)

typedef NTSTATUS NTAPI DUMP_START(PFILTER_EXTENSION FilterExtension);
typedef NTSTATUS NTAPI DUMP_WRITE(
    PFILTER_EXTENSION FilterExtension, PLARGE_INTEGER DiskByteOffset, PMDL Mdl);
typedef NTSTATUS NTAPI DUMP_READ(
    PFILTER_EXTENSION FilterExtension, PLARGE_INTEGER DiskByteOffset, PMDL Mdl);
typedef NTSTATUS NTAPI DUMP_FINISH(PFILTER_EXTENSION FilterExtension);
typedef NTSTATUS NTAPI DUMP_UNLOAD(PFILTER_EXTENSION FilterExtension);
typedef DUMP_START *PDUMP_START;
typedef DUMP_WRITE *PDUMP_WRITE;
typedef DUMP_READ *PDUMP_READ;
typedef DUMP_FINISH *PDUMP_FINISH;
typedef DUMP_UNLOAD *PDUMP_UNLOAD;

typedef struct _FILTER_INITIALIZATION_DATA {
    ULONG MajorVersion;
    ULONG MinorVersion;
    PDUMP_START DumpStart;
    PDUMP_WRITE DumpWrite;
    PDUMP_FINISH DumpFinish;
    PDUMP_UNLOAD DumpUnload;
    PVOID DumpData;
    ULONG MaxPagesPerWrite;
    ULONG Flags;
#if NTDDI_VERSION >= 0x06020000
    PDUMP_READ DumpRead;
#endif
} FILTER_INITIALIZATION_DATA, *PFILTER_INITIALIZATION_DATA;

#endif
