/*
 * opens - a minifilter that counts the files opened on each volume, and those that failed.
 *
 * It attaches to volumes of file systems that are on a disk, keeps two counters for each in an
 * instance context, and prints them when the instance is torn down. Nothing is changed on the way.
 *
 * Written as WDK sources are: dialect="msvc" and model="minifilter".
 */

#include <fltKernel.h>

#define OPENS_TAG 'nepO'

typedef struct _OPENS_VOLUME {
    LONG volatile Opened;
    LONG volatile Failed;
} OPENS_VOLUME, *POPENS_VOLUME;

DRIVER_INITIALIZE DriverEntry;

static PFLT_FILTER OpensFilter;

static NTSTATUS OpensSetup(
    _In_ PCFLT_RELATED_OBJECTS Objects,
    _In_ FLT_INSTANCE_SETUP_FLAGS Flags,
    _In_ DEVICE_TYPE DeviceType,
    _In_ FLT_FILESYSTEM_TYPE FileSystem)
{
    POPENS_VOLUME Volume;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Flags);
    UNREFERENCED_PARAMETER(FileSystem);
    if (DeviceType != FILE_DEVICE_DISK_FILE_SYSTEM)
        return STATUS_FLT_DO_NOT_ATTACH;

    Status = FltAllocateContext(
        Objects->Filter,
        FLT_INSTANCE_CONTEXT,
        sizeof(*Volume),
        NonPagedPoolNx,
        (PFLT_CONTEXT *)&Volume);
    if (!NT_SUCCESS(Status))
        return Status;
    RtlZeroMemory(Volume, sizeof(*Volume));
    Status = FltSetInstanceContext(Objects->Instance, FLT_SET_CONTEXT_KEEP_IF_EXISTS, Volume, NULL);
    FltReleaseContext(Volume); /* the instance holds its own reference */
    return Status;
}

static VOID OpensTeardown(
    _In_ PCFLT_RELATED_OBJECTS Objects, _In_ FLT_INSTANCE_TEARDOWN_FLAGS Reason)
{
    POPENS_VOLUME Volume;

    UNREFERENCED_PARAMETER(Reason);
    if (!NT_SUCCESS(FltGetInstanceContext(Objects->Instance, (PFLT_CONTEXT *)&Volume)))
        return;
    DbgPrint("opens: %d opened, %d failed\n", Volume->Opened, Volume->Failed);
    FltReleaseContext(Volume);
}

static FLT_POSTOP_CALLBACK_STATUS OpensAfterCreate(
    _Inout_ PFLT_CALLBACK_DATA Data,
    _In_ PCFLT_RELATED_OBJECTS Objects,
    _In_opt_ PVOID Context,
    _In_ FLT_POST_OPERATION_FLAGS Flags)
{
    POPENS_VOLUME Volume;

    UNREFERENCED_PARAMETER(Context);
    if (FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING))
        return FLT_POSTOP_FINISHED_PROCESSING;
    if (!NT_SUCCESS(FltGetInstanceContext(Objects->Instance, (PFLT_CONTEXT *)&Volume)))
        return FLT_POSTOP_FINISHED_PROCESSING;
    InterlockedIncrement(NT_SUCCESS(Data->IoStatus.Status) ? &Volume->Opened : &Volume->Failed);
    FltReleaseContext(Volume);
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static NTSTATUS OpensUnload(_In_ FLT_FILTER_UNLOAD_FLAGS Flags)
{
    UNREFERENCED_PARAMETER(Flags);
    FltUnregisterFilter(OpensFilter);
    return STATUS_SUCCESS;
}

static const FLT_OPERATION_REGISTRATION OpensOperations[] = {
    { IRP_MJ_CREATE, 0, NULL, OpensAfterCreate },
    { IRP_MJ_OPERATION_END }
};

static const FLT_CONTEXT_REGISTRATION OpensContexts[] = {
    { FLT_INSTANCE_CONTEXT, 0, NULL, sizeof(OPENS_VOLUME), OPENS_TAG },
    { FLT_CONTEXT_END }
};

NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    FLT_REGISTRATION Registration = { sizeof(Registration), FLT_REGISTRATION_VERSION };
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    Registration.ContextRegistration = OpensContexts;
    Registration.OperationRegistration = OpensOperations;
    Registration.FilterUnloadCallback = OpensUnload;
    Registration.InstanceSetupCallback = OpensSetup;
    Registration.InstanceTeardownCompleteCallback = OpensTeardown;

    Status = FltRegisterFilter(DriverObject, &Registration, &OpensFilter);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = FltStartFiltering(OpensFilter);
    if (!NT_SUCCESS(Status))
        FltUnregisterFilter(OpensFilter);
    return Status;
}
