/* ntimage.h - mingw-w64's, with the header of debug data of a kernel without an image. */
#ifndef NTBUILD_NTIMAGE_H
#define NTBUILD_NTIMAGE_H

#include_next <ntimage.h>

#define NON_PAGED_DEBUG_SIGNATURE 0x494E
#include <pshpack4.h>
typedef struct _NON_PAGED_DEBUG_INFO {
    USHORT Signature;
    USHORT Flags;
    ULONG Size;
    USHORT Machine;
    USHORT Characteristics;
    ULONG TimeDateStamp;
    ULONG CheckSum;
    ULONG SizeOfImage;
    ULONGLONG ImageBase;
} NON_PAGED_DEBUG_INFO, *PNON_PAGED_DEBUG_INFO;
#include <poppack.h>

#endif
