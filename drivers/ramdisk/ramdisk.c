/*
 * ramdisk - a virtual storport miniport: an adapter without hardware and one disk in memory.
 *
 * storport.sys owns the device objects and queues; it asks for an adapter, then hands over one SCSI
 * command after the other. scsi.c answers them. What is written is gone when the adapter stops.
 *
 * Written as WDK sources are: dialect="msvc" and model="storport".
 */

#include "ramdisk.h"

DRIVER_INITIALIZE DriverEntry;

static ULONG RamdiskFindAdapter(
    PVOID Extension,
    PVOID Context,
    PVOID BusInformation,
    PVOID LowerDevice,
    PCHAR Arguments,
    PPORT_CONFIGURATION_INFORMATION Configuration,
    PBOOLEAN Again)
{
    PRAMDISK Disk = Extension;

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(BusInformation);
    UNREFERENCED_PARAMETER(LowerDevice);
    UNREFERENCED_PARAMETER(Arguments);
    *Again = FALSE;
    Disk->Memory = ExAllocatePoolWithTag(
        NonPagedPoolNx, (SIZE_T)RAMDISK_BLOCKS * RAMDISK_BLOCK, RAMDISK_TAG);
    if (Disk->Memory == NULL)
        return SP_RETURN_ERROR;
    RtlZeroMemory(Disk->Memory, (SIZE_T)RAMDISK_BLOCKS * RAMDISK_BLOCK);

    Configuration->VirtualDevice = TRUE;
    Configuration->ScatterGather = TRUE;
    Configuration->Master = TRUE;
    Configuration->CachesData = FALSE;
    Configuration->NumberOfBuses = 1;
    Configuration->MaximumNumberOfTargets = 1;
    Configuration->MaximumNumberOfLogicalUnits = 1;
    Configuration->MaximumTransferLength = 65536;
    Configuration->MapBuffers = STOR_MAP_ALL_BUFFERS;
    Configuration->SynchronizationModel = StorSynchronizeFullDuplex;
    return SP_RETURN_FOUND;
}

static BOOLEAN RamdiskInitialize(PVOID Extension)
{
    UNREFERENCED_PARAMETER(Extension);
    return TRUE;
}

static BOOLEAN RamdiskStartIo(PVOID Extension, PSCSI_REQUEST_BLOCK Srb)
{
    if (Srb->Function == SRB_FUNCTION_EXECUTE_SCSI)
        Srb->SrbStatus = RamdiskExecute(Extension, Srb);
    else if (Srb->Function == SRB_FUNCTION_FLUSH || Srb->Function == SRB_FUNCTION_SHUTDOWN)
        Srb->SrbStatus = SRB_STATUS_SUCCESS;
    else
        Srb->SrbStatus = SRB_STATUS_INVALID_REQUEST;
    StorPortNotification(RequestComplete, Extension, Srb);
    return TRUE;
}

static BOOLEAN RamdiskResetBus(PVOID Extension, ULONG Path)
{
    UNREFERENCED_PARAMETER(Extension);
    UNREFERENCED_PARAMETER(Path);
    return TRUE;
}

static SCSI_ADAPTER_CONTROL_STATUS RamdiskControl(
    PVOID Extension, SCSI_ADAPTER_CONTROL_TYPE Type, PVOID Parameters)
{
    PSCSI_SUPPORTED_CONTROL_TYPE_LIST List = Parameters;

    UNREFERENCED_PARAMETER(Extension);
    switch (Type) {
    case ScsiQuerySupportedControlTypes:
        if (List->MaxControlType > ScsiStopAdapter)
            List->SupportedTypeList[ScsiStopAdapter] = TRUE;
        if (List->MaxControlType > ScsiRestartAdapter)
            List->SupportedTypeList[ScsiRestartAdapter] = TRUE;
        return ScsiAdapterControlSuccess;
    case ScsiStopAdapter:
    case ScsiRestartAdapter:
        return ScsiAdapterControlSuccess;
    default:
        return ScsiAdapterControlUnsuccessful;
    }
}

static VOID RamdiskFree(PVOID Extension)
{
    PRAMDISK Disk = Extension;

    ExFreePoolWithTag(Disk->Memory, RAMDISK_TAG);
    Disk->Memory = NULL;
}

NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    VIRTUAL_HW_INITIALIZATION_DATA Data = { sizeof(Data), Internal };

    Data.HwInitialize = RamdiskInitialize;
    Data.HwStartIo = RamdiskStartIo;
    Data.HwFindAdapter = RamdiskFindAdapter;
    Data.HwResetBus = RamdiskResetBus;
    Data.HwAdapterControl = RamdiskControl;
    Data.HwFreeAdapterResources = RamdiskFree;
    Data.DeviceExtensionSize = sizeof(RAMDISK);
    Data.MapBuffers = STOR_MAP_ALL_BUFFERS;
    Data.TaggedQueuing = TRUE;
    Data.AutoRequestSense = TRUE;
    Data.MultipleRequestPerLu = TRUE;
    return StorPortInitialize(DriverObject, RegistryPath, (PHW_INITIALIZATION_DATA)&Data, NULL);
}
