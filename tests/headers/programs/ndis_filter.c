/* A filter that passes everything on, and a protocol and miniport of the fewest functions. */
#define NDIS630          1
#define NDIS630_MINIPORT 1
#include <ndis.h>

static NDIS_HANDLE Filter, Protocol, Miniport;
static NDIS_SPIN_LOCK Lock;

static NDIS_STATUS NTAPI
Attach(NDIS_HANDLE Handle, NDIS_HANDLE Context, PNDIS_FILTER_ATTACH_PARAMETERS Parameters)
{
    NDIS_FILTER_ATTRIBUTES Attributes = {0};

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Parameters);
    Attributes.Header.Type = NDIS_OBJECT_TYPE_FILTER_ATTRIBUTES;
    Attributes.Header.Revision = NDIS_FILTER_ATTRIBUTES_REVISION_1;
    Attributes.Header.Size = NDIS_SIZEOF_FILTER_ATTRIBUTES_REVISION_1;
    return NdisFSetAttributes(Handle, Handle, &Attributes);
}

static VOID NTAPI Detach(NDIS_HANDLE Context)
{
    UNREFERENCED_PARAMETER(Context);
}

static NDIS_STATUS NTAPI Restart(NDIS_HANDLE Context, PNDIS_FILTER_RESTART_PARAMETERS Parameters)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Parameters);
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI Pause(NDIS_HANDLE Context, PNDIS_FILTER_PAUSE_PARAMETERS Parameters)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Parameters);
    return NDIS_STATUS_SUCCESS;
}

static VOID NTAPI
Send(NDIS_HANDLE Context, PNET_BUFFER_LIST List, NDIS_PORT_NUMBER Port, ULONG Flags)
{
    PNET_BUFFER Buffer = NET_BUFFER_LIST_FIRST_NB(List);
    UCHAR Storage[14];
    PUCHAR Header = (PUCHAR)NdisGetDataBuffer(Buffer, sizeof(Storage), Storage, 1, 0);

    if (Header != NULL && ETH_IS_BROADCAST(Header)) {
        NdisAcquireSpinLock(&Lock);
        NET_BUFFER_LIST_INFO(List, NetBufferListCancelId) = NULL;
        NdisReleaseSpinLock(&Lock);
    }
    NdisFSendNetBufferLists(Context, List, Port, Flags);
}

static NDIS_STATUS NTAPI Oid(NDIS_HANDLE Context, PNDIS_OID_REQUEST Request)
{
    return NdisFOidRequest(Context, Request);
}

static NDIS_STATUS NTAPI
Bind(NDIS_HANDLE Context, NDIS_HANDLE BindContext, PNDIS_BIND_PARAMETERS Parameters)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(BindContext);
    return Parameters->MediaType == NdisMedium802_3 ? NDIS_STATUS_SUCCESS
                                                    : NDIS_STATUS_NOT_RECOGNIZED;
}

static NDIS_STATUS NTAPI
Initialize(NDIS_HANDLE Adapter, NDIS_HANDLE Context, PNDIS_MINIPORT_INIT_PARAMETERS Parameters)
{
    NDIS_MINIPORT_ADAPTER_ATTRIBUTES Attributes;

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Parameters);
    NdisZeroMemory(&Attributes, sizeof(Attributes));
    Attributes.RegistrationAttributes.Header.Type =
        NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES;
    Attributes.RegistrationAttributes.Header.Revision =
        NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_2;
    Attributes.RegistrationAttributes.Header.Size =
        NDIS_SIZEOF_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_2;
    Attributes.RegistrationAttributes.InterfaceType = NdisInterfacePNPBus;
    return NdisMSetMiniportAttributes(Adapter, &Attributes);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    NDIS_FILTER_DRIVER_CHARACTERISTICS Mine;
    NDIS_PROTOCOL_DRIVER_CHARACTERISTICS Above;
    NDIS_MINIPORT_DRIVER_CHARACTERISTICS Below;
    NDIS_STRING Name = NDIS_STRING_CONST("{5cbf81bd-5055-47cd-9055-a76b2b4e3697}");
    NDIS_STATUS Status;

    NdisZeroMemory(&Mine, sizeof(Mine));
    NdisZeroMemory(&Above, sizeof(Above));
    NdisZeroMemory(&Below, sizeof(Below));
    NdisAllocateSpinLock(&Lock);
    Mine.Header.Type = NDIS_OBJECT_TYPE_FILTER_DRIVER_CHARACTERISTICS;
    Mine.Header.Size = NDIS_SIZEOF_FILTER_DRIVER_CHARACTERISTICS_REVISION_2;
    Mine.Header.Revision = NDIS_FILTER_CHARACTERISTICS_REVISION_2;
    Mine.MajorNdisVersion = NDIS_FILTER_MAJOR_VERSION;
    Mine.MinorNdisVersion = NDIS_FILTER_MINOR_VERSION;
    Mine.UniqueName = Name;
    Mine.AttachHandler = Attach;
    Mine.DetachHandler = Detach;
    Mine.RestartHandler = Restart;
    Mine.PauseHandler = Pause;
    Mine.SendNetBufferListsHandler = Send;
    Mine.OidRequestHandler = Oid;
    Status = NdisFRegisterFilterDriver(Driver, (NDIS_HANDLE)Driver, &Mine, &Filter);
    Above.Header.Type = NDIS_OBJECT_TYPE_PROTOCOL_DRIVER_CHARACTERISTICS;
    Above.MajorNdisVersion = NDIS_PROTOCOL_MAJOR_VERSION;
    Above.MinorNdisVersion = NDIS_PROTOCOL_MINOR_VERSION;
    Above.BindAdapterHandlerEx = Bind;
    if (Status == NDIS_STATUS_SUCCESS)
        Status = NdisRegisterProtocolDriver(NULL, &Above, &Protocol);
    Below.Header.Type = NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS;
    Below.MajorNdisVersion = NDIS_MINIPORT_MAJOR_VERSION;
    Below.MinorNdisVersion = NDIS_MINIPORT_MINOR_VERSION;
    Below.InitializeHandlerEx = Initialize;
    if (Status == NDIS_STATUS_SUCCESS)
        Status = NdisMRegisterMiniportDriver(Driver, Path, NULL, &Below, &Miniport);
    return Status;
}
