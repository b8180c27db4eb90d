/* A WFP callout: registered with a filter of its own, blocks what it sees, injects a clone. */
#define NDIS_SUPPORT_NDIS6 1
#include <ntddk.h>
#include <fwpsk.h>
#include <fwpmk.h>
#include <mstcpip.h>

static const GUID Key = {0x1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
static HANDLE Engine, Injection;
static UINT32 CalloutId;

static void NTAPI Injected(void *Context, NET_BUFFER_LIST *List, BOOLEAN DispatchLevel)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(DispatchLevel);
    FwpsFreeCloneNetBufferList(List, 0);
}

static void NTAPI Classify(
    const FWPS_INCOMING_VALUES *Values, const FWPS_INCOMING_METADATA_VALUES *Metadata,
    void *Data, const void *Context, const FWPS_FILTER *Filter, UINT64 Flow,
    FWPS_CLASSIFY_OUT *Out)
{
    NET_BUFFER_LIST *Clone = NULL;
    UINT32 Port =
        Values->incomingValue[FWPS_FIELD_OUTBOUND_TRANSPORT_V4_IP_REMOTE_PORT].value.uint16;

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Filter);
    UNREFERENCED_PARAMETER(Flow);
    if (Data != NULL && FWPS_IS_METADATA_FIELD_PRESENT(Metadata, FWPS_METADATA_FIELD_COMPARTMENT_ID) &&
        NT_SUCCESS(FwpsAllocateCloneNetBufferList(Data, NULL, NULL, 0, &Clone)))
        FwpsInjectNetworkSendAsync(
            Injection, NULL, 0, (COMPARTMENT_ID)Metadata->compartmentId, Clone, Injected, NULL);
    Out->actionType = Port == 80 ? FWP_ACTION_BLOCK : FWP_ACTION_PERMIT;
    Out->rights &= ~FWPS_RIGHT_ACTION_WRITE;
}

static NTSTATUS NTAPI Notify(FWPS_CALLOUT_NOTIFY_TYPE Type, const GUID *FilterKey, FWPS_FILTER *Filter)
{
    UNREFERENCED_PARAMETER(Type);
    UNREFERENCED_PARAMETER(FilterKey);
    UNREFERENCED_PARAMETER(Filter);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    FWPS_CALLOUT Callout = {0};
    FWPM_CALLOUT Managed = {0};
    FWPM_FILTER Filter = {0};
    FWPM_FILTER_CONDITION Condition = {0};
    WCHAR Name[] = L"callout";
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Path);
    Callout.calloutKey = Key;
    Callout.classifyFn = Classify;
    Callout.notifyFn = Notify;
    Status = FwpsInjectionHandleCreate(AF_INET, FWPS_INJECTION_TYPE_NETWORK, &Injection);
    if (NT_SUCCESS(Status))
        Status = FwpsCalloutRegister(Driver->DeviceObject, &Callout, &CalloutId);
    if (NT_SUCCESS(Status))
        Status = FwpmEngineOpen(NULL, RPC_C_AUTHN_WINNT, NULL, NULL, &Engine);
    if (!NT_SUCCESS(Status))
        return Status;
    Managed.calloutKey = Key;
    Managed.displayData.name = Name;
    Managed.applicableLayer = FWPM_LAYER_OUTBOUND_TRANSPORT_V4;
    Condition.fieldKey = FWPM_CONDITION_IP_REMOTE_PORT;
    Condition.matchType = FWP_MATCH_EQUAL;
    Condition.conditionValue.type = FWP_UINT16;
    Condition.conditionValue.uint16 = 80;
    Filter.layerKey = FWPM_LAYER_OUTBOUND_TRANSPORT_V4;
    Filter.displayData.name = Name;
    Filter.action.type = FWP_ACTION_CALLOUT_TERMINATING;
    Filter.action.calloutKey = Key;
    Filter.filterCondition = &Condition;
    Filter.numFilterConditions = 1;
    Status = FwpmCalloutAdd(Engine, &Managed, NULL, NULL);
    return NT_SUCCESS(Status) ? FwpmFilterAdd(Engine, &Filter, NULL, NULL) : Status;
}
