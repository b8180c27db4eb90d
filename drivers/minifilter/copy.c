/*
 * copy.c - copies to and from a program's memory, which may go away at any time. A file of its own:
 * sources with __try are not optimised.
 */
#include <fltKernel.h>
#include "copy.h"

NTSTATUS SampleCopy(PVOID Target, const VOID *Source, SIZE_T Bytes)
{
    __try {
        RtlCopyMemory(Target, Source, Bytes);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return STATUS_SUCCESS;
}
