/* A minifilter that says what it sees of a file; WRITE is what a test puts before each write. */
#include <fltKernel.h>

#ifndef WRITE
# define WRITE
#endif

static PFLT_FILTER Filter;

#define BEFORE(name) \
    static FLT_PREOP_CALLBACK_STATUS FLTAPI name( \
        PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS Objects, PVOID *Context)
#define AFTER(name) \
    static FLT_POSTOP_CALLBACK_STATUS FLTAPI name( \
        PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS Objects, PVOID Context, \
        FLT_POST_OPERATION_FLAGS Flags)

BEFORE(PreWrite)
{
    PUCHAR At = Data->Iopb->Parameters.Write.WriteBuffer;

    *Context = Data;
    WRITE
    At[0] ^= 0x20;
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

AFTER(PostWrite)
{
    DbgPrint("wrote %u %d\n", (ULONG)Data->IoStatus.Information, Context == Data);
    return FLT_POSTOP_FINISHED_PROCESSING;
}

BEFORE(PreRead)
{
    DbgPrint("read %u\n", Data->Iopb->Parameters.Read.Length);
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

AFTER(PostRead)
{
    PUCHAR At = Data->Iopb->Parameters.Read.ReadBuffer;

    At[0] = '!';
    return FLT_POSTOP_FINISHED_PROCESSING;
}

AFTER(PostQuery)
{
    PFILE_STANDARD_INFORMATION Found = Data->Iopb->Parameters.QueryFileInformation.InfoBuffer;

    DbgPrint("size %u\n", (ULONG)Found->EndOfFile.QuadPart);
    return FLT_POSTOP_FINISHED_PROCESSING;
}

BEFORE(PreSet)
{
    PFILE_END_OF_FILE_INFORMATION End = Data->Iopb->Parameters.SetFileInformation.InfoBuffer;

    DbgPrint("cut at %u\n", (ULONG)End->EndOfFile.QuadPart);
    Data->IoStatus.Status = STATUS_ACCESS_DENIED;
    return FLT_PREOP_COMPLETE;
}

BEFORE(PreClose)
{
    DbgPrint("close\n");
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

BEFORE(PreDirectory)
{
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

static const FLT_OPERATION_REGISTRATION Operations[] = {
    { .MajorFunction = IRP_MJ_WRITE, .PreOperation = PreWrite, .PostOperation = PostWrite },
    { .MajorFunction = IRP_MJ_READ, .PreOperation = PreRead, .PostOperation = PostRead },
    { .MajorFunction = IRP_MJ_QUERY_INFORMATION, .PostOperation = PostQuery },
    { .MajorFunction = IRP_MJ_SET_INFORMATION, .PreOperation = PreSet },
    { .MajorFunction = IRP_MJ_CLOSE, .PreOperation = PreClose },
    { .MajorFunction = IRP_MJ_DIRECTORY_CONTROL, .PreOperation = PreDirectory },
    { .MajorFunction = IRP_MJ_OPERATION_END },
};

static NTSTATUS FLTAPI Unload(FLT_FILTER_UNLOAD_FLAGS Flags)
{
    FltUnregisterFilter(Filter);
    return STATUS_SUCCESS;
}

static NTSTATUS FLTAPI GenerateName(PFLT_INSTANCE Instance, PFILE_OBJECT File, PFLT_CALLBACK_DATA Data,
                                    FLT_FILE_NAME_OPTIONS Options, PBOOLEAN Cache, PFLT_NAME_CONTROL Name)
{
    (void)Instance;
    (void)File;
    (void)Data;
    (void)Options;
    (void)Cache;
    (void)Name;
    return STATUS_NOT_SUPPORTED;
}

static VOID FLTAPI CleanContext(PFLT_CONTEXT Context, FLT_CONTEXT_TYPE Type)
{
    (void)Context;
    (void)Type;
}

static const FLT_CONTEXT_REGISTRATION Contexts[] = {
    { .ContextType = FLT_STREAM_CONTEXT, .ContextCleanupCallback = CleanContext, .Size = 8, .PoolTag = 'txtC' },
    { .ContextType = FLT_CONTEXT_END },
};

static const FLT_REGISTRATION Registration = {
    .Size = sizeof(FLT_REGISTRATION),
    .Version = FLT_REGISTRATION_VERSION,
    .OperationRegistration = Operations,
    .ContextRegistration = Contexts,
    .FilterUnloadCallback = Unload,
    .GenerateFileNameCallback = GenerateName,
};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    NTSTATUS Status = FltRegisterFilter(Driver, &Registration, &Filter);

    return NT_SUCCESS(Status) ? FltStartFiltering(Filter) : Status;
}
