/* copy.h - a copy that fails with a status where an address is bad. */
#ifndef SAMPLE_COPY_H
#define SAMPLE_COPY_H

NTSTATUS SampleCopy(PVOID Target, const VOID *Source, SIZE_T Bytes);

#endif
