/* ntbuild/flt/files.h - files that a minifilter opens and uses below itself. */
#ifndef NTBUILD_FLT_FILES_H
#define NTBUILD_FLT_FILES_H

EXTERN_C_START

NTSTATUS FLTAPI FltCreateFile(
    PFLT_FILTER Filter, PFLT_INSTANCE Instance, PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
    POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
    PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
    ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer, ULONG EaLength, ULONG Flags);
NTSTATUS FLTAPI FltCreateFileEx(
    PFLT_FILTER Filter, PFLT_INSTANCE Instance, PHANDLE FileHandle, PFILE_OBJECT *FileObject,
    ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
    PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER AllocationSize, ULONG FileAttributes,
    ULONG ShareAccess, ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer,
    ULONG EaLength, ULONG Flags);
NTSTATUS FLTAPI FltCreateFileEx2(
    PFLT_FILTER Filter, PFLT_INSTANCE Instance, PHANDLE FileHandle, PFILE_OBJECT *FileObject,
    ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
    PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER AllocationSize, ULONG FileAttributes,
    ULONG ShareAccess, ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer,
    ULONG EaLength, ULONG Flags, PIO_DRIVER_CREATE_CONTEXT DriverContext);
NTSTATUS FLTAPI FltCreateNamedPipeFile(
    PFLT_FILTER Filter, PFLT_INSTANCE Instance, PHANDLE FileHandle, PFILE_OBJECT *FileObject,
    ULONG DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
    ULONG ShareAccess, ULONG CreateDisposition, ULONG CreateOptions, ULONG NamedPipeType,
    ULONG ReadMode, ULONG CompletionMode, ULONG MaximumInstances, ULONG InboundQuota,
    ULONG OutboundQuota, PLARGE_INTEGER DefaultTimeout, PIO_DRIVER_CREATE_CONTEXT DriverContext);
NTSTATUS FLTAPI FltCreateMailslotFile(
    PFLT_FILTER Filter, PFLT_INSTANCE Instance, PHANDLE FileHandle, PFILE_OBJECT *FileObject,
    ULONG DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
    ULONG CreateOptions, ULONG MailslotQuota, ULONG MaximumMessageSize,
    PLARGE_INTEGER ReadTimeout, PIO_DRIVER_CREATE_CONTEXT DriverContext);
NTSTATUS FLTAPI FltOpenVolume(
    PFLT_INSTANCE Instance, PHANDLE VolumeHandle, PFILE_OBJECT *VolumeFileObject);
NTSTATUS FLTAPI FltClose(HANDLE FileHandle);
NTSTATUS FLTAPI FltpTraceRedirectedFileIo(
    PFILE_OBJECT OriginatingFileObject, PFLT_CALLBACK_DATA ChildCallbackData);
VOID FLTAPI FltCancelFileOpen(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject);
NTSTATUS FLTAPI FltCreateSystemVolumeInformationFolder(PFLT_INSTANCE Instance);

/* Reading and writing: the completion callback makes the call asynchronous. */
typedef VOID (FLTAPI *PFLT_COMPLETED_ASYNC_IO_CALLBACK)(
    PFLT_CALLBACK_DATA CallbackData, PFLT_CONTEXT Context);

typedef ULONG FLT_IO_OPERATION_FLAGS;
#define FLTFL_IO_OPERATION_NON_CACHED                0x00000001
#define FLTFL_IO_OPERATION_PAGING                    0x00000002
#define FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET 0x00000004
#define FLTFL_IO_OPERATION_SYNCHRONOUS_PAGING        0x00000008

NTSTATUS FLTAPI FltReadFile(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, PLARGE_INTEGER ByteOffset,
    ULONG Length, PVOID Buffer, FLT_IO_OPERATION_FLAGS Flags, PULONG BytesRead,
    PFLT_COMPLETED_ASYNC_IO_CALLBACK CallbackRoutine, PVOID CallbackContext);
NTSTATUS FLTAPI FltReadFileEx(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, PLARGE_INTEGER ByteOffset,
    ULONG Length, PVOID Buffer, FLT_IO_OPERATION_FLAGS Flags, PULONG BytesRead,
    PFLT_COMPLETED_ASYNC_IO_CALLBACK CallbackRoutine, PVOID CallbackContext, PULONG Key,
    PMDL Mdl);
NTSTATUS FLTAPI FltWriteFile(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, PLARGE_INTEGER ByteOffset,
    ULONG Length, PVOID Buffer, FLT_IO_OPERATION_FLAGS Flags, PULONG BytesWritten,
    PFLT_COMPLETED_ASYNC_IO_CALLBACK CallbackRoutine, PVOID CallbackContext);
NTSTATUS FLTAPI FltWriteFileEx(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, PLARGE_INTEGER ByteOffset,
    ULONG Length, PVOID Buffer, FLT_IO_OPERATION_FLAGS Flags, PULONG BytesWritten,
    PFLT_COMPLETED_ASYNC_IO_CALLBACK CallbackRoutine, PVOID CallbackContext, PULONG Key,
    PMDL Mdl);
BOOLEAN FLTAPI FltFastIoMdlRead(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset,
    ULONG Length, ULONG LockKey, PMDL *MdlChain, PIO_STATUS_BLOCK IoStatus);
BOOLEAN FLTAPI FltFastIoMdlReadComplete(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, PMDL MdlChain);
BOOLEAN FLTAPI FltFastIoPrepareMdlWrite(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset,
    ULONG Length, ULONG LockKey, PMDL *MdlChain, PIO_STATUS_BLOCK IoStatus);
BOOLEAN FLTAPI FltFastIoMdlWriteComplete(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset,
    PMDL MdlChain);

/* What is known of a file */
NTSTATUS FLTAPI FltQueryInformationFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PVOID FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, PULONG LengthReturned);
NTSTATUS FLTAPI FltSetInformationFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PVOID FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass);
NTSTATUS FLTAPI FltQueryInformationByName(
    PFLT_FILTER Filter, PFLT_INSTANCE Instance, POBJECT_ATTRIBUTES ObjectAttributes,
    PIO_STATUS_BLOCK IoStatusBlock, PVOID FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, PIO_DRIVER_CREATE_CONTEXT DriverContext);
NTSTATUS FLTAPI FltQueryDirectoryFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PVOID FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, BOOLEAN ReturnSingleEntry,
    PUNICODE_STRING FileName, BOOLEAN RestartScan, PULONG LengthReturned);
NTSTATUS FLTAPI FltQueryDirectoryFileEx(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PVOID FileInformation, ULONG Length,
    FILE_INFORMATION_CLASS FileInformationClass, ULONG QueryFlags, PUNICODE_STRING FileName,
    PULONG LengthReturned);
NTSTATUS FLTAPI FltQueryEaFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PVOID ReturnedEaData, ULONG Length,
    BOOLEAN ReturnSingleEntry, PVOID EaList, ULONG EaListLength, PULONG EaIndex,
    BOOLEAN RestartScan, PULONG LengthReturned);
NTSTATUS FLTAPI FltSetEaFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PVOID EaBuffer, ULONG Length);
NTSTATUS FLTAPI FltQueryVolumeInformationFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PVOID FsInformation, ULONG Length,
    FS_INFORMATION_CLASS FsInformationClass, PULONG LengthReturned);
NTSTATUS FLTAPI FltQuerySecurityObject(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, SECURITY_INFORMATION SecurityInformation,
    PSECURITY_DESCRIPTOR SecurityDescriptor, ULONG Length, PULONG LengthNeeded);
NTSTATUS FLTAPI FltSetSecurityObject(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, SECURITY_INFORMATION SecurityInformation,
    PSECURITY_DESCRIPTOR SecurityDescriptor);
NTSTATUS FLTAPI FltQueryQuotaInformationFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer,
    ULONG Length, BOOLEAN ReturnSingleEntry, PVOID SidList, ULONG SidListLength, PULONG StartSid,
    BOOLEAN RestartScan, PULONG LengthReturned);
NTSTATUS FLTAPI FltSetQuotaInformationFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, PVOID Buffer, ULONG Length);

/* FltFlushBuffers2 */
#define FLT_FLUSH_TYPE_FLUSH_AND_PURGE 0x00000001
#define FLT_FLUSH_TYPE_FILE_DATA_ONLY  0x00000002
#define FLT_FLUSH_TYPE_NO_SYNC         0x00000004
#define FLT_FLUSH_TYPE_DATA_SYNC_ONLY  0x00000008
NTSTATUS FLTAPI FltFlushBuffers(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject);
NTSTATUS FLTAPI FltFlushBuffers2(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, ULONG FlushType,
    PFLT_CALLBACK_DATA CallbackData);

NTSTATUS FLTAPI FltFsControlFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, ULONG FsControlCode, PVOID InputBuffer,
    ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength,
    PULONG LengthReturned);
NTSTATUS FLTAPI FltDeviceIoControlFile(
    PFLT_INSTANCE Instance, PFILE_OBJECT FileObject, ULONG IoControlCode, PVOID InputBuffer,
    ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength,
    PULONG LengthReturned);

/* Reparse points */
NTSTATUS FLTAPI FltTagFile(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, ULONG FileTag, GUID *Guid,
    PVOID DataBuffer, USHORT DataBufferLength);
NTSTATUS FLTAPI FltTagFileEx(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, ULONG FileTag, GUID *Guid,
    PVOID DataBuffer, USHORT DataBufferLength, ULONG ExistingFileTag, GUID *ExistingGuid,
    ULONG Flags);
NTSTATUS FLTAPI FltUntagFile(
    PFLT_INSTANCE InitiatingInstance, PFILE_OBJECT FileObject, ULONG FileTag, GUID *Guid);

VOID FLTAPI FltNotifyFilterChangeDirectory(
    PNOTIFY_SYNC NotifySync, PLIST_ENTRY NotifyList, PVOID FsContext,
    PSTRING FullDirectoryName, BOOLEAN WatchTree, BOOLEAN IgnoreBuffer, ULONG CompletionFilter,
    PFLT_CALLBACK_DATA NotifyCallbackData, PCHECK_FOR_TRAVERSE_ACCESS TraverseCallback,
    PSECURITY_SUBJECT_CONTEXT SubjectContext, PFILTER_REPORT_CHANGE FilterCallback);

EXTERN_C_END

#endif
