/*
 * miniport.h - the types of miniport drivers, which are ntddk.h's.
 *
 * mingw-w64's cannot be read first, and defines anew what ntddk.h has.
 */
#ifndef NTBUILD_MINIPORT_H
#define NTBUILD_MINIPORT_H

#define _MINIPORT_

#include <ntbuild/storage/kernel.h>

#ifndef EMULATOR_READ_ACCESS
# define EMULATOR_READ_ACCESS  0x01
# define EMULATOR_WRITE_ACCESS 0x02

typedef enum _EMULATOR_PORT_ACCESS_TYPE {
    Uchar,
    Ushort,
    Ulong
} EMULATOR_PORT_ACCESS_TYPE, *PEMULATOR_PORT_ACCESS_TYPE;

/* Ports of a video adapter that a miniport emulates */
typedef struct _EMULATOR_ACCESS_ENTRY {
    ULONG BasePort;
    ULONG NumConsecutivePorts;
    EMULATOR_PORT_ACCESS_TYPE AccessType;
    UCHAR AccessMode;
    UCHAR StringSupport;
    PVOID Routine;
} EMULATOR_ACCESS_ENTRY, *PEMULATOR_ACCESS_ENTRY;
#endif

#endif
