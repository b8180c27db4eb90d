/* newdriver - a minifilter that sees every file that is opened, and counts those on each volume. */

#include <fltKernel.h>

#define NEWDRIVER_TAG 'rvdN'

typedef struct _NEWDRIVER_VOLUME {
    volatile LONG Opened;
} NEWDRIVER_VOLUME;

DRIVER_INITIALIZE DriverEntry;
NTSTATUS FLTAPI NewDriverUnload(FLT_FILTER_UNLOAD_FLAGS Flags);
NTSTATUS FLTAPI NewDriverAttach(
    PCFLT_RELATED_OBJECTS Objects, FLT_INSTANCE_SETUP_FLAGS Flags, DEVICE_TYPE DeviceType,
    FLT_FILESYSTEM_TYPE FileSystem);
NTSTATUS FLTAPI NewDriverDetach(
    PCFLT_RELATED_OBJECTS Objects, FLT_INSTANCE_QUERY_TEARDOWN_FLAGS Flags);

#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, NewDriverUnload)
#pragma alloc_text(PAGE, NewDriverAttach)
#pragma alloc_text(PAGE, NewDriverDetach)

static PFLT_FILTER NewDriverFilter;

static FLT_POSTOP_CALLBACK_STATUS FLTAPI NewDriverPostCreate(
    PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS Objects, PVOID CompletionContext,
    FLT_POST_OPERATION_FLAGS Flags)
{
    PFLT_CONTEXT Context;

    UNREFERENCED_PARAMETER(CompletionContext);

    if (FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING) || !NT_SUCCESS(Data->IoStatus.Status))
        return FLT_POSTOP_FINISHED_PROCESSING;
    if (NT_SUCCESS(FltGetInstanceContext(Objects->Instance, &Context))) {
        InterlockedIncrement(&((NEWDRIVER_VOLUME *)Context)->Opened);
        FltReleaseContext(Context);
    }
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static const FLT_OPERATION_REGISTRATION NewDriverOperations[] = {
    { .MajorFunction = IRP_MJ_CREATE, .PostOperation = NewDriverPostCreate },
    { .MajorFunction = IRP_MJ_OPERATION_END },
};

static const FLT_CONTEXT_REGISTRATION NewDriverContexts[] = {
    { .ContextType = FLT_INSTANCE_CONTEXT,
      .Size = sizeof(NEWDRIVER_VOLUME),
      .PoolTag = NEWDRIVER_TAG },
    { .ContextType = FLT_CONTEXT_END },
};

static const FLT_REGISTRATION NewDriverRegistration = {
    .Size = sizeof(FLT_REGISTRATION),
    .Version = FLT_REGISTRATION_VERSION,
    .ContextRegistration = NewDriverContexts,
    .OperationRegistration = NewDriverOperations,
    .FilterUnloadCallback = NewDriverUnload,
    .InstanceSetupCallback = NewDriverAttach,
    .InstanceQueryTeardownCallback = NewDriverDetach,
};

/* A new volume, or one that was there before the filter. */
NTSTATUS FLTAPI NewDriverAttach(
    PCFLT_RELATED_OBJECTS Objects, FLT_INSTANCE_SETUP_FLAGS Flags, DEVICE_TYPE DeviceType,
    FLT_FILESYSTEM_TYPE FileSystem)
{
    PFLT_CONTEXT Context;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Flags);
    PAGED_CODE();

    if (DeviceType == FILE_DEVICE_NETWORK_FILE_SYSTEM || FileSystem == FLT_FSTYPE_RAW)
        return STATUS_FLT_DO_NOT_ATTACH;
    Status = FltAllocateContext(
        NewDriverFilter, FLT_INSTANCE_CONTEXT, sizeof(NEWDRIVER_VOLUME), NonPagedPoolNx, &Context);
    if (!NT_SUCCESS(Status))
        return Status;
    RtlZeroMemory(Context, sizeof(NEWDRIVER_VOLUME));
    Status = FltSetInstanceContext(Objects->Instance, FLT_SET_CONTEXT_KEEP_IF_EXISTS, Context, NULL);
    FltReleaseContext(Context);
    return Status;
}

/* Somebody detaches the filter from one volume: fltmc detach. */
NTSTATUS FLTAPI NewDriverDetach(
    PCFLT_RELATED_OBJECTS Objects, FLT_INSTANCE_QUERY_TEARDOWN_FLAGS Flags)
{
    UNREFERENCED_PARAMETER(Objects);
    UNREFERENCED_PARAMETER(Flags);
    PAGED_CODE();

    return STATUS_SUCCESS;
}

NTSTATUS FLTAPI NewDriverUnload(FLT_FILTER_UNLOAD_FLAGS Flags)
{
    UNREFERENCED_PARAMETER(Flags);
    PAGED_CODE();

    FltUnregisterFilter(NewDriverFilter);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);

    Status = FltRegisterFilter(DriverObject, &NewDriverRegistration, &NewDriverFilter);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = FltStartFiltering(NewDriverFilter);
    if (!NT_SUCCESS(Status))
        FltUnregisterFilter(NewDriverFilter);
    return Status;
}
