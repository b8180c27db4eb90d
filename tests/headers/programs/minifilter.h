/* minifilter.h - layouts and calls of fltKernel.h, for C and C++, every dialect and machine. */
#include <fltKernel.h>
#include "sizes.h"

SIZE(FLT_PARAMETERS, 48, 28);
OFFSET(FLT_PARAMETERS, Create.FileAttributes, 16, 8);
OFFSET(FLT_PARAMETERS, Create.ShareAccess, 18, 10);
OFFSET(FLT_PARAMETERS, Create.EaLength, 24, 12);
OFFSET(FLT_PARAMETERS, Create.AllocationSize, 40, 20);
OFFSET(FLT_PARAMETERS, Read.ByteOffset, 16, 8);
OFFSET(FLT_PARAMETERS, Read.ReadBuffer, 24, 16);
OFFSET(FLT_PARAMETERS, SetFileInformation.ParentOfTarget, 16, 8);
OFFSET(FLT_PARAMETERS, SetFileInformation.InfoBuffer, 32, 16);
OFFSET(FLT_PARAMETERS, DirectoryControl.QueryDirectory.FileIndex, 24, 12);
OFFSET(FLT_PARAMETERS, FileSystemControl.Neither.OutputMdlAddress, 40, 20);
OFFSET(FLT_PARAMETERS, DeviceIoControl.Common.IoControlCode, 16, 8);
OFFSET(FLT_PARAMETERS, LockControl.ExclusiveLock, 33, 21);
OFFSET(FLT_PARAMETERS, FastIoCheckIfPossible.CheckForReadOperation, 24, 16);
OFFSET(FLT_PARAMETERS, Others.Argument6, 40, 20);
SIZE(FLT_IO_PARAMETER_BLOCK, 72, 44);
OFFSET(FLT_IO_PARAMETER_BLOCK, TargetFileObject, 8, 8);
OFFSET(FLT_IO_PARAMETER_BLOCK, Parameters, 24, 16);
SIZE(FLT_CALLBACK_DATA, 88, 44);
OFFSET(FLT_CALLBACK_DATA, IoStatus, 24, 12);
OFFSET(FLT_CALLBACK_DATA, FilterContext, 48, 24);
OFFSET(FLT_CALLBACK_DATA, RequestorMode, 80, 40);
SIZE(FLT_OPERATION_REGISTRATION, 32, 20);
SIZE(FLT_CONTEXT_REGISTRATION, 56, 28);
SIZE(FLT_REGISTRATION, 112, 60);
OFFSET(FLT_REGISTRATION, SectionNotificationCallback, 104, 56);
SIZE(FLT_RELATED_OBJECTS, 48, 24);
SIZE(FLT_RELATED_CONTEXTS_EX, 56, 28);
SIZE(FLT_FILE_NAME_INFORMATION, 120, 64);
OFFSET(FLT_FILE_NAME_INFORMATION, ParentDir, 104, 56);
SIZE(FLT_VOLUME_PROPERTIES, 72, 44);
SIZE(FLT_TAG_DATA_BUFFER, 28, 28);
SIZE(FLT_CALLBACK_DATA_QUEUE, 128, 64);
SIZE(FLT_CREATEFILE_TARGET_ECP_CONTEXT, 32, 16);
SIZE(FILTER_MESSAGE_HEADER, 16, 16);
SIZE(FILTER_REPLY_HEADER, 16, 16);
SIZE(FILTER_AGGREGATE_STANDARD_INFORMATION, 28, 28);
SIZE(INSTANCE_AGGREGATE_STANDARD_INFORMATION, 40, 40);
SIZE(INSTANCE_FULL_INFORMATION, 20, 20);
VALUE(FLT_REGISTRATION_VERSION, 0x0203);
VALUE(FLT_ALL_CONTEXTS, 0x7f);
VALUE(FLT_FSTYPE_REFS, 28);
VALUE(FLT_PREOP_DISALLOW_FSFILTER_IO, 6);
VALUE(FLT_PORT_ALL_ACCESS, 0x1f0001);
VALUE(IRP_MJ_NETWORK_QUERY_OPEN, 242);
VALUE(IRP_MJ_VOLUME_DISMOUNT, 236);

static PFLT_FILTER Filter;

static FLT_PREOP_CALLBACK_STATUS FLTAPI PreCreate(
    _Inout_ PFLT_CALLBACK_DATA Data, _In_ PCFLT_RELATED_OBJECTS FltObjects,
    _Flt_CompletionContext_Outptr_ PVOID *CompletionContext)
{
    PFLT_FILE_NAME_INFORMATION Name;
    PFLT_CONTEXT Context = NULL_CONTEXT;

    *CompletionContext = NULL;
    if (FLT_IS_FASTIO_OPERATION(Data) || FltGetRequestorProcess(Data) == PsInitialSystemProcess)
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    if (NT_SUCCESS(FltGetFileNameInformation(
            Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, &Name))) {
        (void)FltParseFileNameInformation(Name);
        FltReleaseFileNameInformation(Name);
    }
    if (NT_SUCCESS(FltAllocateContext(FltObjects->Filter, FLT_STREAMHANDLE_CONTEXT, 16, PagedPool,
                                      &Context))) {
        (void)FltSetStreamHandleContext(FltObjects->Instance, FltObjects->FileObject,
                                        FLT_SET_CONTEXT_KEEP_IF_EXISTS, Context, NULL);
        FltReleaseContext(Context);
    }
    Data->IoStatus.Status = STATUS_ACCESS_DENIED;
    FLT_SET_CALLBACK_DATA_DIRTY(Data);
    return FLT_PREOP_COMPLETE;
}

static const FLT_OPERATION_REGISTRATION Operations[] = {
    { IRP_MJ_CREATE, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, PreCreate, NULL, NULL },
    { IRP_MJ_OPERATION_END, 0, NULL, NULL, NULL },
};

static const FLT_REGISTRATION Registration = {
    sizeof(FLT_REGISTRATION), FLT_REGISTRATION_VERSION, 0, NULL, Operations, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
};

EXTERN_C_START
DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    NTSTATUS Status = FltRegisterFilter(Driver, &Registration, &Filter);

    (void)Path;
    return NT_SUCCESS(Status) ? FltStartFiltering(Filter) : Status;
}
EXTERN_C_END
