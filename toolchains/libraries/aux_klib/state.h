/* state.h - what AuxKlibInitialize found out, for the sources of this library. */
#ifndef NTBUILD_AUX_KLIB_STATE_H
#define NTBUILD_AUX_KLIB_STATE_H

#include <ntifs.h>
#include <aux_klib.h>

extern BOOLEAN NtbuildAuxKlibReady;
extern ULONG_PTR *NtbuildAuxKlibBugCheckData;

/* Information classes and layouts: "NtQuerySystemInformation" of the Windows SDK. */
#define SYSTEM_MODULE_INFORMATION          11
#define SYSTEM_FIRMWARE_TABLE_INFORMATION_ 76

NTSYSAPI NTSTATUS NTAPI ZwQuerySystemInformation(
    ULONG SystemInformationClass, PVOID SystemInformation, ULONG SystemInformationLength,
    PULONG ReturnLength);

#endif
