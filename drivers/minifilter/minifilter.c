/*
 * minifilter - counts the files that are opened and created on every volume it is attached to.
 *
 * Each instance has a context with its volume's counts; a program that connects to the port asks for
 * their sum. What it needs to start: the filter manager, and an altitude in its service's Instances
 * key.
 */
#include <fltKernel.h>
#include <ntbuild/sections.h>
#include "copy.h"
#include "minifilter.h"

#define SAMPLE_TAG 'fnbN'

typedef struct _SAMPLE_VOLUME {
    volatile LONG Opened;
    volatile LONG Created;
} SAMPLE_VOLUME;

static PFLT_FILTER SampleFilter;
static PFLT_PORT SampleServerPort;
static volatile LONG SampleOpened;
static volatile LONG SampleCreated;

NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;
NTBUILD_PAGE static NTSTATUS FLTAPI SampleUnload(FLT_FILTER_UNLOAD_FLAGS Flags);
NTBUILD_PAGE static NTSTATUS FLTAPI SampleAttach(
    PCFLT_RELATED_OBJECTS Objects, FLT_INSTANCE_SETUP_FLAGS Flags, DEVICE_TYPE DeviceType,
    FLT_FILESYSTEM_TYPE FileSystem);
NTBUILD_PAGE static NTSTATUS FLTAPI SampleDetach(
    PCFLT_RELATED_OBJECTS Objects, FLT_INSTANCE_QUERY_TEARDOWN_FLAGS Flags);
NTBUILD_PAGE static NTSTATUS FLTAPI SampleConnect(
    PFLT_PORT ClientPort, PVOID ServerCookie, PVOID Context, ULONG ContextSize, PVOID *Cookie);
NTBUILD_PAGE static VOID FLTAPI SampleDisconnect(PVOID Cookie);
NTBUILD_PAGE static NTSTATUS FLTAPI SampleMessage(
    PVOID Cookie, PVOID Input, ULONG InputLength, PVOID Output, ULONG OutputLength,
    PULONG Returned);

static FLT_PREOP_CALLBACK_STATUS FLTAPI SamplePreCreate(
    PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS Objects, PVOID *CompletionContext)
{
    PFLT_CONTEXT Volume = NULL_CONTEXT;

    /* Opens of volumes and of paging files are no files of anybody's. */
    if (Objects->FileObject->FileName.Length == 0 ||
        FlagOn(Data->Iopb->OperationFlags, SL_OPEN_PAGING_FILE) ||
        !NT_SUCCESS(FltGetInstanceContext(Objects->Instance, &Volume)))
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    *CompletionContext = Volume;
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

static FLT_POSTOP_CALLBACK_STATUS FLTAPI SamplePostCreate(
    PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS Objects, PVOID CompletionContext,
    FLT_POST_OPERATION_FLAGS Flags)
{
    SAMPLE_VOLUME *Volume = (SAMPLE_VOLUME *)CompletionContext;

    UNREFERENCED_PARAMETER(Objects);

    if (!FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING) && NT_SUCCESS(Data->IoStatus.Status) &&
        Data->IoStatus.Status != STATUS_REPARSE) {
        InterlockedIncrement(&Volume->Opened);
        InterlockedIncrement(&SampleOpened);
        if (Data->IoStatus.Information == FILE_CREATED) {
            InterlockedIncrement(&Volume->Created);
            InterlockedIncrement(&SampleCreated);
        }
    }
    FltReleaseContext(Volume);
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static const FLT_OPERATION_REGISTRATION SampleOperations[] = {
    { .MajorFunction = IRP_MJ_CREATE,
      .PreOperation = SamplePreCreate,
      .PostOperation = SamplePostCreate },
    { .MajorFunction = IRP_MJ_OPERATION_END },
};

static const FLT_CONTEXT_REGISTRATION SampleContexts[] = {
    { .ContextType = FLT_INSTANCE_CONTEXT, .Size = sizeof(SAMPLE_VOLUME), .PoolTag = SAMPLE_TAG },
    { .ContextType = FLT_CONTEXT_END },
};

static const FLT_REGISTRATION SampleRegistration = {
    .Size = sizeof(FLT_REGISTRATION),
    .Version = FLT_REGISTRATION_VERSION,
    .ContextRegistration = SampleContexts,
    .OperationRegistration = SampleOperations,
    .FilterUnloadCallback = SampleUnload,
    .InstanceSetupCallback = SampleAttach,
    .InstanceQueryTeardownCallback = SampleDetach,
};

NTSTATUS FLTAPI SampleAttach(
    PCFLT_RELATED_OBJECTS Objects, FLT_INSTANCE_SETUP_FLAGS Flags, DEVICE_TYPE DeviceType,
    FLT_FILESYSTEM_TYPE FileSystem)
{
    PFLT_CONTEXT Volume;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Flags);
    PAGED_CODE();

    if (DeviceType == FILE_DEVICE_NETWORK_FILE_SYSTEM || FileSystem == FLT_FSTYPE_RAW)
        return STATUS_FLT_DO_NOT_ATTACH;
    Status = FltAllocateContext(SampleFilter, FLT_INSTANCE_CONTEXT, sizeof(SAMPLE_VOLUME),
                                NonPagedPoolNx, &Volume);
    if (!NT_SUCCESS(Status))
        return Status;
    RtlZeroMemory(Volume, sizeof(SAMPLE_VOLUME));
    Status = FltSetInstanceContext(Objects->Instance, FLT_SET_CONTEXT_KEEP_IF_EXISTS, Volume, NULL);
    FltReleaseContext(Volume);
    return Status;
}

NTSTATUS FLTAPI SampleDetach(
    PCFLT_RELATED_OBJECTS Objects, FLT_INSTANCE_QUERY_TEARDOWN_FLAGS Flags)
{
    UNREFERENCED_PARAMETER(Objects);
    UNREFERENCED_PARAMETER(Flags);
    PAGED_CODE();

    return STATUS_SUCCESS;
}

NTSTATUS FLTAPI SampleConnect(
    PFLT_PORT ClientPort, PVOID ServerCookie, PVOID Context, ULONG ContextSize, PVOID *Cookie)
{
    UNREFERENCED_PARAMETER(ServerCookie);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(ContextSize);
    PAGED_CODE();

    *Cookie = ClientPort;
    return STATUS_SUCCESS;
}

VOID FLTAPI SampleDisconnect(PVOID Cookie)
{
    PFLT_PORT ClientPort = (PFLT_PORT)Cookie;

    PAGED_CODE();

    FltCloseClientPort(SampleFilter, &ClientPort);
}

/* The filter manager has probed the buffers; they are the program's memory all the same. */
NTSTATUS FLTAPI SampleMessage(
    PVOID Cookie, PVOID Input, ULONG InputLength, PVOID Output, ULONG OutputLength,
    PULONG Returned)
{
    SAMPLE_COUNTS Counts;
    ULONG Command;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Cookie);
    PAGED_CODE();

    *Returned = 0;
    if (Input == NULL || InputLength < sizeof(Command) || OutputLength < sizeof(Counts))
        return STATUS_INVALID_PARAMETER;
    Status = SampleCopy(&Command, Input, sizeof(Command));
    if (!NT_SUCCESS(Status))
        return Status;
    if (Command != SAMPLE_GET_COUNTS)
        return STATUS_INVALID_DEVICE_REQUEST;
    Counts.Opened = (ULONG)ReadNoFence(&SampleOpened);
    Counts.Created = (ULONG)ReadNoFence(&SampleCreated);
    Status = SampleCopy(Output, &Counts, sizeof(Counts));
    if (NT_SUCCESS(Status))
        *Returned = sizeof(Counts);
    return Status;
}

NTSTATUS FLTAPI SampleUnload(FLT_FILTER_UNLOAD_FLAGS Flags)
{
    UNREFERENCED_PARAMETER(Flags);
    PAGED_CODE();

    FltCloseCommunicationPort(SampleServerPort);
    FltUnregisterFilter(SampleFilter);
    return STATUS_SUCCESS;
}

static NTSTATUS SampleOpenPort(VOID)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(SAMPLE_PORT_NAME);
    OBJECT_ATTRIBUTES Attributes;
    PSECURITY_DESCRIPTOR Descriptor;
    NTSTATUS Status = FltBuildDefaultSecurityDescriptor(&Descriptor, FLT_PORT_ALL_ACCESS);

    if (!NT_SUCCESS(Status))
        return Status;
    InitializeObjectAttributes(&Attributes, &Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               Descriptor);
    Status = FltCreateCommunicationPort(SampleFilter, &SampleServerPort, &Attributes, NULL,
                                        SampleConnect, SampleDisconnect, SampleMessage, 1);
    FltFreeSecurityDescriptor(Descriptor);
    return Status;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);

    Status = FltRegisterFilter(DriverObject, &SampleRegistration, &SampleFilter);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SampleOpenPort();
    if (NT_SUCCESS(Status)) {
        Status = FltStartFiltering(SampleFilter);
        if (NT_SUCCESS(Status))
            return Status;
        FltCloseCommunicationPort(SampleServerPort);
    }
    FltUnregisterFilter(SampleFilter);
    return Status;
}
