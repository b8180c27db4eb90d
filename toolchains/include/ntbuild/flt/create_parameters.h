/* ntbuild/flt/create_parameters.h - extra create parameters (ECPs) and reparse entries of an open. */
#ifndef NTBUILD_FLT_CREATE_PARAMETERS_H
#define NTBUILD_FLT_CREATE_PARAMETERS_H

#define FLT_MAX_DEVICE_REPARSE_ATTEMPTS 64

/* Sent down with a create: which instance the open is for, after a reparse. */
typedef USHORT FLT_CREATEFILE_TARGET_FLAGS;
#define FLTTCFL_AUTO_REPARSE 0x0001
typedef struct _FLT_CREATEFILE_TARGET_ECP_CONTEXT {
    PFLT_INSTANCE Instance;
    PFLT_VOLUME Volume;
    PFLT_FILE_NAME_INFORMATION FileNameInformation;
    FLT_CREATEFILE_TARGET_FLAGS Flags;
} FLT_CREATEFILE_TARGET_ECP_CONTEXT, *PFLT_CREATEFILE_TARGET_ECP_CONTEXT;

DEFINE_GUID(GUID_ECP_FLT_CREATEFILE_TARGET,
            0xce08041d, 0xf411, 0x447f, 0xb7, 0x0d, 0xcc, 0xee, 0x45, 0xc2, 0x3f, 0xac);

EXTERN_C_START

NTSTATUS FLTAPI FltAllocateExtraCreateParameterList(
    PFLT_FILTER Filter, FSRTL_ALLOCATE_ECPLIST_FLAGS Flags, PECP_LIST *EcpList);
NTSTATUS FLTAPI FltAllocateExtraCreateParameter(
    PFLT_FILTER Filter, LPCGUID EcpType, ULONG SizeOfContext, FSRTL_ALLOCATE_ECP_FLAGS Flags,
    PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK CleanupCallback, ULONG PoolTag,
    PVOID *EcpContext);
VOID FLTAPI FltInitExtraCreateParameterLookasideList(
    PFLT_FILTER Filter, PVOID Lookaside, FSRTL_ECP_LOOKASIDE_FLAGS Flags, SIZE_T Size, ULONG Tag);
VOID FLTAPI FltDeleteExtraCreateParameterLookasideList(
    PFLT_FILTER Filter, PVOID Lookaside, FSRTL_ECP_LOOKASIDE_FLAGS Flags);
NTSTATUS FLTAPI FltAllocateExtraCreateParameterFromLookasideList(
    PFLT_FILTER Filter, LPCGUID EcpType, ULONG SizeOfContext, FSRTL_ALLOCATE_ECP_FLAGS Flags,
    PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK CleanupCallback, PVOID LookasideList,
    PVOID *EcpContext);
NTSTATUS FLTAPI FltInsertExtraCreateParameter(
    PFLT_FILTER Filter, PECP_LIST EcpList, PVOID EcpContext);
NTSTATUS FLTAPI FltFindExtraCreateParameter(
    PFLT_FILTER Filter, PECP_LIST EcpList, LPCGUID EcpType, PVOID *EcpContext,
    ULONG *EcpContextSize);
NTSTATUS FLTAPI FltRemoveExtraCreateParameter(
    PFLT_FILTER Filter, PECP_LIST EcpList, LPCGUID EcpType, PVOID *EcpContext,
    ULONG *EcpContextSize);
NTSTATUS FLTAPI FltGetNextExtraCreateParameter(
    PFLT_FILTER Filter, PECP_LIST EcpList, PVOID CurrentEcpContext, LPGUID NextEcpType,
    PVOID *NextEcpContext, ULONG *NextEcpContextSize);
VOID FLTAPI FltFreeExtraCreateParameterList(PFLT_FILTER Filter, PECP_LIST EcpList);
VOID FLTAPI FltFreeExtraCreateParameter(PFLT_FILTER Filter, PVOID EcpContext);
NTSTATUS FLTAPI FltGetEcpListFromCallbackData(
    PFLT_FILTER Filter, PFLT_CALLBACK_DATA CallbackData, PECP_LIST *EcpList);
NTSTATUS FLTAPI FltSetEcpListIntoCallbackData(
    PFLT_FILTER Filter, PFLT_CALLBACK_DATA CallbackData, PECP_LIST EcpList);
VOID FLTAPI FltAcknowledgeEcp(PFLT_FILTER Filter, PVOID EcpContext);
BOOLEAN FLTAPI FltIsEcpAcknowledged(PFLT_FILTER Filter, PVOID EcpContext);
BOOLEAN FLTAPI FltIsEcpFromUserMode(PFLT_FILTER Filter, PVOID EcpContext);
VOID FLTAPI FltPrepareToReuseEcp(PFLT_FILTER Filter, PVOID EcpContext);

/* Reparse points that an open shall not follow, Windows 10 1903 */
NTSTATUS FLTAPI FltAddOpenReparseEntry(
    PFLT_FILTER Filter, PFLT_CALLBACK_DATA Data, struct _OPEN_REPARSE_LIST_ENTRY *OpenReparseEntry);
VOID FLTAPI FltRemoveOpenReparseEntry(
    PFLT_FILTER Filter, PFLT_CALLBACK_DATA Data, struct _OPEN_REPARSE_LIST_ENTRY *OpenReparseEntry);
NTSTATUS FLTAPI FltCopyOpenReparseList(
    PFLT_FILTER Filter, PFLT_CALLBACK_DATA Data, PECP_LIST EcpList);
VOID FLTAPI FltFreeOpenReparseList(PFLT_FILTER Filter, PECP_LIST EcpList);

/* What is known of the file once a create has been completed, Windows 10 2004 */
NTSTATUS FLTAPI FltRequestFileInfoOnCreateCompletion(
    PFLT_FILTER Filter, PFLT_CALLBACK_DATA Data, ULONG InfoClassFlags);
PVOID FLTAPI FltRetrieveFileInfoOnCreateCompletion(
    PFLT_FILTER Filter, PFLT_CALLBACK_DATA Data, ULONG InfoClass, PULONG Size);
NTSTATUS FLTAPI FltRetrieveFileInfoOnCreateCompletionEx(
    PFLT_FILTER Filter, PFLT_CALLBACK_DATA Data, ULONG InfoClass, PULONG RetInfoSize,
    PVOID *RetInfoBuffer);

EXTERN_C_END

#endif
