/* ntbuild/new_prototypes_ntifs.h - after ntifs.h: the functions that old_prototypes.h renames, of ntifs.h. */
#ifndef NTBUILD_NEW_PROTOTYPES_NTIFS_H
#define NTBUILD_NEW_PROTOTYPES_NTIFS_H

EXTERN_C_START

NTSYSAPI PUNICODE_PREFIX_TABLE_ENTRY NTAPI RtlFindUnicodePrefix(
    PUNICODE_PREFIX_TABLE PrefixTable, PCUNICODE_STRING FullName, ULONG CaseInsensitiveIndex);
NTKERNELAPI NTSTATUS NTAPI FsRtlRegisterUncProvider(
    PHANDLE MupHandle, PCUNICODE_STRING RedirectorDeviceName, BOOLEAN MailslotsSupported);
NTKERNELAPI NTSTATUS NTAPI FsRtlRegisterUncProviderEx(
    PHANDLE MupHandle, PCUNICODE_STRING RedirDevName, PDEVICE_OBJECT DeviceObject, ULONG Flags);
NTKERNELAPI NTSTATUS NTAPI FsRtlMupGetProviderIdFromName(
    PCUNICODE_STRING ProviderName, PULONG32 ProviderId);
NTKERNELAPI VOID NTAPI SeExamineSacl(
    PACL Sacl, PACL ResourceSacl, PACCESS_TOKEN Token, ACCESS_MASK DesiredAccess,
    BOOLEAN AccessGranted, PBOOLEAN GenerateAudit, PBOOLEAN GenerateAlarm);
NTKERNELAPI VOID NTAPI SeExamineGlobalSacl(
    PUNICODE_STRING ObjectType, PACL ResourceSacl, PACCESS_TOKEN Token, ACCESS_MASK DesiredAccess,
    BOOLEAN AccessGranted, PBOOLEAN GenerateAudit, PBOOLEAN GenerateAlarm);
NTKERNELAPI BOOLEAN NTAPI FsRtlFastCheckLockForWrite(
    PFILE_LOCK FileLock, PLARGE_INTEGER StartingByte, PLARGE_INTEGER Length, ULONG Key,
    PVOID FileObject, PVOID Process);

EXTERN_C_END

#endif
