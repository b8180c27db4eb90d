/* ntifs.h - the DDK's ntifs.h, completed for every machine; see wdm.h. */
#ifndef NTBUILD_NTIFS_H
#define NTBUILD_NTIFS_H

/* Through our own files first: the DDK's include each other and would skip what comes after. */
#include <ntddk.h>

#include <ntbuild/push.h>
#include <ntbuild/ntifs_names.h>
#include_next <ntifs.h>
#include <ntbuild/ntifs_names_end.h>
/* By this name drivers tell an ntifs.h that was not Microsoft's, and lacked much, from today's. */
#undef _GNU_NTIFS_
#include <ntbuild/pop.h>
#include <ntbuild/new_prototypes_ntifs.h>
#include <ntbuild/ntifs_headers.h>
#include <ntbuild/ntifs_types.h>
#include <ntbuild/ntifs_records.h>
#include <ntbuild/clustered.h>
#include <ntbuild/ntifs_functions.h>
#include <ntbuild/fsctl_codes.h>
#include <ntbuild/ddk_values.h>

#if defined(__aarch64__)
/* Declared as an import for every machine but x64; 64-bit kernels have no such export. */
FORCEINLINE VOID NtbuildFillMemoryUlong(PVOID Destination, SIZE_T Length, ULONG Pattern)
{
    PULONG Word = (PULONG)Destination;

    for (Length /= sizeof(ULONG); Length != 0; Length--)
        *Word++ = Pattern;
}
# define RtlFillMemoryUlong NtbuildFillMemoryUlong
#endif

#endif
