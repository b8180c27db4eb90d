/* The storage port driver: one adapter is found, started, asked what disk there is, and stopped. */
#include "kernel.h"

#include <storport.h>

enum { BLOCK = 512 };

static HW_INITIALIZATION_DATA data;
static PUCHAR adapter;
static ULONG completed;

static void run_command(const char *name, const UCHAR *command, UCHAR length, PUCHAR buffer, ULONG bytes)
{
    static UCHAR sense[sizeof(SENSE_DATA)];
    PSCSI_REQUEST_BLOCK srb = take(sizeof *srb, OWN, ' brS');
    PVOID extension = data.SrbExtensionSize ? take(data.SrbExtensionSize, OWN, 'EbrS') : NULL;
    ULONG before = completed;
    srb->Length = sizeof *srb;
    srb->Function = SRB_FUNCTION_EXECUTE_SCSI;
    srb->CdbLength = length;
    srb->SenseInfoBufferLength = sizeof sense;
    srb->SenseInfoBuffer = sense;
    srb->DataBuffer = buffer;
    srb->DataTransferLength = bytes;
    srb->SrbFlags = bytes ? SRB_FLAGS_DATA_IN : 0;
    srb->TimeOutValue = 10;
    srb->SrbExtension = extension;
    memcpy(srb->Cdb, command, length);
    if (data.HwBuildIo && !(BOOLEAN)call_driver((PVOID)data.HwBuildIo, "HwBuildIo", 2, (address)adapter, (address)srb))
        refuse("HwBuildIo returns FALSE");
    if (!(BOOLEAN)call_driver((PVOID)data.HwStartIo, "HwStartIo", 2, (address)adapter, (address)srb))
        refuse("HwStartIo returns FALSE");
    run_pending(TRUE);
    if (completed != before + 1)
        refuse("a request is not completed once (StorPortNotification with RequestComplete)");
    put("@irp ");
    put(name);
    put(" ");
    put_hex(srb->SrbStatus);
    put(" ");
    put_number(srb->DataTransferLength);
    put(" -1 \n");
    if (SRB_STATUS(srb->SrbStatus) == SRB_STATUS_PENDING)
        refuse("a request is completed with SRB_STATUS_PENDING");
    give_back(srb, OWN, "StorPortNotification");
    if (extension)
        give_back(extension, OWN, "StorPortNotification");
}

static PORT_CONFIGURATION_INFORMATION *new_configuration(void)
{
    PORT_CONFIGURATION_INFORMATION *configuration = take(sizeof *configuration, OWN, 'gfnC');
    configuration->Length = sizeof *configuration;
    configuration->AdapterInterfaceType = data.AdapterInterfaceType;
    configuration->MaximumTransferLength = 0xffffffff;
    configuration->NumberOfPhysicalBreaks = 0xffffffff;
    return configuration;
}

static void serve_port(void)
{
    static const UCHAR inquiry[6] = { SCSIOP_INQUIRY, 0, 0, 0, 36 }, capacity[10] = { SCSIOP_READ_CAPACITY };
    static const UCHAR read[10] = { SCSIOP_READ, 0, 0, 0, 0, 0, 0, 0, 1 }, unknown_command[6] = { 0xfe };
    BOOLEAN again = FALSE;
    ULONG found;
    PUCHAR buffer = take(BLOCK, OWN, 'fuBS');
    PORT_CONFIGURATION_INFORMATION *configuration = new_configuration();
    adapter = take(data.DeviceExtensionSize, OWN, 'tpdA');
    if (data.AdapterInterfaceType != Internal)
        unknown("StorPort of an adapter that is not virtual (it needs hardware)");
    found = (ULONG)call_driver((PVOID)data.HwFindAdapter, "HwFindAdapter", 7, (address)adapter, (address)0, (address)0,
                               (address)0, (address)0, (address)configuration, (address)&again);
    put("@irp find-adapter ");
    put_hex(found);
    put(" 0 -1 \n");
    if (found != SP_RETURN_FOUND)
        refuse("HwFindAdapter does not find its adapter");
    if (!configuration->NumberOfBuses || !configuration->MaximumNumberOfTargets)
        refuse("HwFindAdapter leaves the numbers of buses and targets at zero");
    if (!(BOOLEAN)call_driver((PVOID)data.HwInitialize, "HwInitialize", 1, (address)adapter))
        refuse("HwInitialize returns FALSE");
    run_command("inquiry", inquiry, sizeof inquiry, buffer, 36);
    run_command("read-capacity", capacity, sizeof capacity, buffer, 8);
    run_command("read", read, sizeof read, buffer, BLOCK);
    run_command("unknown-command", unknown_command, sizeof unknown_command, NULL, 0);
    give_back(buffer, OWN, "the port driver");
    give_back(configuration, OWN, "the port driver");
}

/* The port driver owns DriverUnload. */
static void stop_port(void)
{
    if (data.HwAdapterControl)
        call_driver((PVOID)data.HwAdapterControl, "HwAdapterControl", 3, (address)adapter, (address)ScsiStopAdapter,
                    (address)0);
    if (data.HwFreeAdapterResources)
        call_driver((PVOID)data.HwFreeAdapterResources, "HwFreeAdapterResources", 1, (address)adapter);
    give_back(adapter, OWN, "the port driver");
    put("@unloaded\n");
}

/* What a virtual miniport's structure does not have is zero here. */
static void note_routines(void)
{
    NOTE(&data, HwFindAdapter);
    NOTE(&data, HwInitialize);
    NOTE(&data, HwStartIo);
    NOTE(&data, HwInterrupt);
    NOTE(&data, HwResetBus);
    NOTE(&data, HwDmaStarted);
    NOTE(&data, HwAdapterState);
    NOTE(&data, HwAdapterControl);
    NOTE(&data, HwBuildIo);
    NOTE(&data, HwFreeAdapterResources);
    NOTE(&data, HwProcessServiceRequest);
    NOTE(&data, HwCompleteServiceIrp);
    NOTE(&data, HwInitializeTracing);
    NOTE(&data, HwCleanupTracing);
    NOTE(&data, HwTracingEnabled);
    NOTE(&data, HwUnitControl);
}

ULONG NTAPI nt_StorPortInitialize(PVOID owner, PVOID path, PHW_INITIALIZATION_DATA given, PVOID context)
{
    ULONG bytes = given->HwInitializationDataSize;
    (void)path;
    (void)context;
    if (owner != driver)
        return (ULONG)STATUS_INVALID_PARAMETER;
    if (bytes < sizeof(VIRTUAL_HW_INITIALIZATION_DATA) - 8 || bytes > sizeof data)
        return (ULONG)STATUS_REVISION_MISMATCH;
    memset(&data, 0, sizeof data);
    memcpy(&data, given, bytes);
    if (!is_code((PVOID)data.HwFindAdapter) || !is_code((PVOID)data.HwInitialize) || !is_code((PVOID)data.HwStartIo)
        || !is_code((PVOID)data.HwResetBus))
        return (ULONG)STATUS_INVALID_PARAMETER;
    note_routines();
    framework_serve = serve_port;
    framework_stopped = stop_port;
    return STATUS_SUCCESS;
}

VOID __cdecl nt_StorPortNotification(SCSI_NOTIFICATION_TYPE type, PVOID extension, ...)
{
    (void)extension;
    if (type == RequestComplete)
        completed++;
    else if (type != NextRequest && type != ResetDetected && type != BusChangeDetected)
        unknown("StorPortNotification of another type than RequestComplete");
}

const struct routine port_routines[] = {
    R(StorPortInitialize, 0), R(StorPortNotification, ANY_LEVEL),
    { 0 },
};
