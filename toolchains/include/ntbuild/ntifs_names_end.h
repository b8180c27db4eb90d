/* ntbuild/ntifs_names_end.h - undoes ntifs_names.h. */
#undef _FSRTL_ADVANCED_FCB_HEADER
#undef FSRTL_ADVANCED_FCB_HEADER
#undef PFSRTL_ADVANCED_FCB_HEADER
#undef FsRtlSetupAdvancedHeader
#undef FsRtlTeardownPerStreamContexts
#undef FsRtlInsertPerStreamContext
#undef FsRtlLookupPerStreamContextInternal
#undef FsRtlRemovePerStreamContext
#undef FsRtlSetupAdvancedHeaderEx
#undef _FILE_RENAME_INFORMATION
#undef FILE_RENAME_INFORMATION
#undef PFILE_RENAME_INFORMATION
#undef _FILE_LINK_INFORMATION
#undef FILE_LINK_INFORMATION
#undef PFILE_LINK_INFORMATION
#if defined(_MSC_VER)
# undef _PORT_MESSAGE
# undef PORT_MESSAGE
# undef PPORT_MESSAGE
# undef _PORT_VIEW
# undef PORT_VIEW
# undef PPORT_VIEW
# undef _REMOTE_PORT_VIEW
# undef REMOTE_PORT_VIEW
# undef PREMOTE_PORT_VIEW
# undef _OBJECT_BASIC_INFORMATION
# undef OBJECT_BASIC_INFORMATION
# undef POBJECT_BASIC_INFORMATION
# undef LPC_CLIENT_ID
# undef LPC_SIZE_T
# undef LPC_PVOID
# undef LPC_HANDLE
# undef LPC_KERNELMODE_MESSAGE
#endif
#undef OplockFinalState
#undef PostReleaseForModifiedPageWriter
#undef KernelApcInProgress
#undef UserApcPending
#undef PerUserPolicy
#undef SeOwnerRightsSid
#undef Allocate
#undef _MFT_ENUM_DATA
#undef MFT_ENUM_DATA
#undef PMFT_ENUM_DATA
#undef _READ_USN_JOURNAL_DATA
#undef READ_USN_JOURNAL_DATA
#undef PREAD_USN_JOURNAL_DATA
#undef _USN_JOURNAL_DATA
#undef USN_JOURNAL_DATA
#undef PUSN_JOURNAL_DATA
#undef _NTFS_EXTENDED_VOLUME_DATA
#undef NTFS_EXTENDED_VOLUME_DATA
#undef PNTFS_EXTENDED_VOLUME_DATA
#undef _TOKEN_ACCESS_INFORMATION
#undef TOKEN_ACCESS_INFORMATION
#undef PTOKEN_ACCESS_INFORMATION
#undef _SD_GLOBAL_CHANGE_INPUT
#undef SD_GLOBAL_CHANGE_INPUT
#undef PSD_GLOBAL_CHANGE_INPUT
#undef _SD_GLOBAL_CHANGE_OUTPUT
#undef SD_GLOBAL_CHANGE_OUTPUT
#undef PSD_GLOBAL_CHANGE_OUTPUT
#undef SeAccessCheckFromState
#undef _MM_PREFETCH_FLAGS
#undef MM_PREFETCH_FLAGS
#undef PMM_PREFETCH_FLAGS
