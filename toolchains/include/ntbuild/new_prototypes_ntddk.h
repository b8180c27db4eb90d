/* ntbuild/new_prototypes_ntddk.h - after ntddk.h: the functions that old_prototypes.h renames, of ntddk.h. */
#ifndef NTBUILD_NEW_PROTOTYPES_NTDDK_H
#define NTBUILD_NEW_PROTOTYPES_NTDDK_H

EXTERN_C_START

NTSYSAPI VOID NTAPI RtlCopyString(PSTRING DestinationString, const STRING *SourceString);
NTSYSAPI LONG NTAPI RtlCompareString(
    const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
NTSYSAPI BOOLEAN NTAPI RtlEqualString(
    const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
NTSYSAPI VOID NTAPI RtlUpperString(PSTRING DestinationString, const STRING *SourceString);
NTSYSAPI VOID NTAPI RtlMapGenericMask(
    PACCESS_MASK AccessMask, const GENERIC_MAPPING *GenericMapping);
NTSYSAPI NTSTATUS NTAPI ZwPowerInformation(
    POWER_INFORMATION_LEVEL InformationLevel, PVOID InputBuffer, ULONG InputBufferLength,
    PVOID OutputBuffer, ULONG OutputBufferLength);

EXTERN_C_END

#endif
