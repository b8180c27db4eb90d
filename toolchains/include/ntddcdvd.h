/*
 * ntddcdvd.h - mingw-w64's, after the completed <ntddstor.h>: it looks for that beside its own.
 *
 * What the drive answers has no gaps, so that these structures are packed; the description of a layer
 * ends with the byte of BCAFlag.
 */
#include <ntddstor.h>
#define _STORAGE_SET_READ_AHEAD __attribute__((__packed__)) _STORAGE_SET_READ_AHEAD
#define _DVD_COPYRIGHT_DESCRIPTOR __attribute__((__packed__)) _DVD_COPYRIGHT_DESCRIPTOR
#define _DVD_COPY_PROTECT_KEY __attribute__((__packed__)) _DVD_COPY_PROTECT_KEY
#define _DVD_DESCRIPTOR_HEADER __attribute__((__packed__)) _DVD_DESCRIPTOR_HEADER
#define Reserved6 NtbuildNoReserved6[0]
#include_next <ntddcdvd.h>
#undef _STORAGE_SET_READ_AHEAD
#undef _DVD_COPYRIGHT_DESCRIPTOR
#undef _DVD_COPY_PROTECT_KEY
#undef _DVD_DESCRIPTOR_HEADER
#undef Reserved6
