/*
 * aux_klib.h - loaded modules, their exports, bug check data and firmware tables; library aux_klib.
 *
 * AuxKlibInitialize comes first; without it the others return STATUS_UNSUCCESSFUL.
 */
#ifndef NTBUILD_AUX_KLIB_H
#define NTBUILD_AUX_KLIB_H

#include <ntddk.h>
#include <ntimage.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AUX_KLIB_MODULE_PATH_LEN 256

typedef struct _AUX_MODULE_BASIC_INFO {
    PVOID ImageBase;
} AUX_MODULE_BASIC_INFO, *PAUX_MODULE_BASIC_INFO;

typedef struct _AUX_MODULE_EXTENDED_INFO {
    AUX_MODULE_BASIC_INFO BasicInfo;
    ULONG ImageSize;
    USHORT FileNameOffset;
    UCHAR FullPathName[AUX_KLIB_MODULE_PATH_LEN];
} AUX_MODULE_EXTENDED_INFO, *PAUX_MODULE_EXTENDED_INFO;

typedef struct _KBUGCHECK_DATA {
    ULONG BugCheckDataSize;
    ULONG BugCheckCode;
    ULONG_PTR Parameter1;
    ULONG_PTR Parameter2;
    ULONG_PTR Parameter3;
    ULONG_PTR Parameter4;
} KBUGCHECK_DATA, *PKBUGCHECK_DATA;

NTSTATUS NTAPI AuxKlibInitialize(VOID);
NTSTATUS NTAPI AuxKlibQueryModuleInformation(
    PULONG BufferSize, ULONG ElementSize, PVOID QueryInfo);
NTSTATUS NTAPI AuxKlibGetBugCheckData(PKBUGCHECK_DATA BugCheckData);
PIMAGE_EXPORT_DIRECTORY NTAPI AuxKlibGetImageExportDirectory(PVOID ImageBase);
NTSTATUS NTAPI AuxKlibEnumerateSystemFirmwareTables(
    ULONG FirmwareTableProviderSignature, PVOID FirmwareTableBuffer, ULONG BufferLength,
    PULONG ReturnLength);
NTSTATUS NTAPI AuxKlibGetSystemFirmwareTable(
    ULONG FirmwareTableProviderSignature, ULONG FirmwareTableID, PVOID FirmwareTableBuffer,
    ULONG BufferLength, PULONG ReturnLength);

#ifdef __cplusplus
}
#endif

#endif
