/*
 * newdriver - a lightweight filter of NDIS 6.30 that counts what an adapter sends and receives.
 *
 * It binds to every Ethernet adapter and passes on what it sees. A handler that is not registered is
 * skipped by NDIS: requests for information (OIDs), status and cancelling go past the filter.
 */

#define NDIS630 1
#include <ndis.h>

#define NEWDRIVER_TAG 'rvdN'

typedef struct _NEWDRIVER_FILTER {
    NDIS_HANDLE Handle;
    volatile LONG Sent;
    volatile LONG Received;
} NEWDRIVER_FILTER;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD NewDriverUnload;

#pragma alloc_text(INIT, DriverEntry)

static NDIS_HANDLE NewDriverHandle;

static NDIS_STATUS NTAPI NewDriverAttach(
    NDIS_HANDLE Handle, NDIS_HANDLE DriverContext, PNDIS_FILTER_ATTACH_PARAMETERS Parameters)
{
    NDIS_FILTER_ATTRIBUTES Attributes = {0};
    NEWDRIVER_FILTER *Filter;
    NDIS_STATUS Status;

    UNREFERENCED_PARAMETER(DriverContext);

    if (Parameters->MiniportMediaType != NdisMedium802_3)
        return NDIS_STATUS_INVALID_PARAMETER;
    Filter = NdisAllocateMemoryWithTagPriority(
        Handle, sizeof(*Filter), NEWDRIVER_TAG, NormalPoolPriority);
    if (Filter == NULL)
        return NDIS_STATUS_RESOURCES;
    NdisZeroMemory(Filter, sizeof(*Filter));
    Filter->Handle = Handle;
    Attributes.Header.Type = NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES;
    Attributes.Header.Revision = NDIS_FILTER_ATTRIBUTES_REVISION_1;
    Attributes.Header.Size = NDIS_SIZEOF_FILTER_ATTRIBUTES_REVISION_1;
    Status = NdisFSetAttributes(Handle, Filter, &Attributes);
    if (Status != NDIS_STATUS_SUCCESS)
        NdisFreeMemory(Filter, 0, 0);
    return Status;
}

static VOID NTAPI NewDriverDetach(NDIS_HANDLE Context)
{
    NdisFreeMemory(Context, 0, 0);
}

static NDIS_STATUS NTAPI NewDriverRestart(
    NDIS_HANDLE Context, PNDIS_FILTER_RESTART_PARAMETERS Parameters)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Parameters);
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI NewDriverPause(
    NDIS_HANDLE Context, PNDIS_FILTER_PAUSE_PARAMETERS Parameters)
{
    NEWDRIVER_FILTER *Filter = Context;

    UNREFERENCED_PARAMETER(Parameters);

    DbgPrint("newdriver: %ld lists sent, %ld received\n", Filter->Sent, Filter->Received);
    return NDIS_STATUS_SUCCESS;
}

static LONG NewDriverCount(PNET_BUFFER_LIST Lists)
{
    LONG Count = 0;

    for (; Lists != NULL; Lists = NET_BUFFER_LIST_NEXT_NBL(Lists))
        Count++;
    return Count;
}

static VOID NTAPI NewDriverSend(
    NDIS_HANDLE Context, PNET_BUFFER_LIST Lists, NDIS_PORT_NUMBER Port, ULONG Flags)
{
    NEWDRIVER_FILTER *Filter = Context;

    InterlockedExchangeAdd(&Filter->Sent, NewDriverCount(Lists));
    NdisFSendNetBufferLists(Filter->Handle, Lists, Port, Flags);
}

static VOID NTAPI NewDriverSendComplete(NDIS_HANDLE Context, PNET_BUFFER_LIST Lists, ULONG Flags)
{
    NdisFSendNetBufferListsComplete(((NEWDRIVER_FILTER *)Context)->Handle, Lists, Flags);
}

static VOID NTAPI NewDriverReceive(
    NDIS_HANDLE Context, PNET_BUFFER_LIST Lists, NDIS_PORT_NUMBER Port, ULONG Count, ULONG Flags)
{
    NEWDRIVER_FILTER *Filter = Context;

    InterlockedExchangeAdd(&Filter->Received, (LONG)Count);
    NdisFIndicateReceiveNetBufferLists(Filter->Handle, Lists, Port, Count, Flags);
}

static VOID NTAPI NewDriverReturn(NDIS_HANDLE Context, PNET_BUFFER_LIST Lists, ULONG Flags)
{
    NdisFReturnNetBufferLists(((NEWDRIVER_FILTER *)Context)->Handle, Lists, Flags);
}

VOID NTAPI NewDriverUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);

    NdisFDeregisterFilterDriver(NewDriverHandle);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NDIS_FILTER_DRIVER_CHARACTERISTICS Filter = {0};
    NDIS_STRING ServiceName = NDIS_STRING_CONST("newdriver");
    NDIS_STRING UniqueName = NDIS_STRING_CONST("{11111111-2222-3333-4444-555555555555}");

    UNREFERENCED_PARAMETER(RegistryPath);

    DriverObject->DriverUnload = NewDriverUnload;
    Filter.Header.Type = NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS;
    Filter.Header.Size = NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_2;
    Filter.Header.Revision = NDIS_FILTER_CHARACTERISTICS_REVISION_2;
    Filter.MajorNdisVersion = NDIS_FILTER_MAJOR_VERSION;
    Filter.MinorNdisVersion = NDIS_FILTER_MINOR_VERSION;
    Filter.FriendlyName = ServiceName;
    Filter.ServiceName = ServiceName;
    Filter.UniqueName = UniqueName; /* NetCfgInstanceId of the INF */
    Filter.AttachHandler = NewDriverAttach;
    Filter.DetachHandler = NewDriverDetach;
    Filter.RestartHandler = NewDriverRestart;
    Filter.PauseHandler = NewDriverPause;
    Filter.SendNetBufferListsHandler = NewDriverSend;
    Filter.SendNetBufferListsCompleteHandler = NewDriverSendComplete;
    Filter.ReceiveNetBufferListsHandler = NewDriverReceive;
    Filter.ReturnNetBufferListsHandler = NewDriverReturn;
    return NdisFRegisterFilterDriver(
        DriverObject, (NDIS_HANDLE)DriverObject, &Filter, &NewDriverHandle);
}
