/* ntbuild/wfp/vswitch.h - events and packets of the virtual switch of Hyper-V, from NDIS 6.30 on. */
#ifndef NTBUILD_WFP_VSWITCH_H
#define NTBUILD_WFP_VSWITCH_H

#if NDIS_SUPPORT_NDIS630

typedef enum FWPS_VSWITCH_EVENT_TYPE_ {
    FWPS_VSWITCH_EVENT_VSWITCH_NONE = 0,
    FWPS_VSWITCH_EVENT_VSWITCH_CREATE,
    FWPS_VSWITCH_EVENT_VSWITCH_DELETE,
    FWPS_VSWITCH_EVENT_PORT_CREATE,
    FWPS_VSWITCH_EVENT_PORT_DELETE,
    FWPS_VSWITCH_EVENT_INTERFACE_CREATE,
    FWPS_VSWITCH_EVENT_INTERFACE_DELETE,
    FWPS_VSWITCH_EVENT_INTERFACE_CONNECT,
    FWPS_VSWITCH_EVENT_INTERFACE_DISCONNECT,
    FWPS_VSWITCH_EVENT_POLICY_ADD,
    FWPS_VSWITCH_EVENT_POLICY_UPDATE,
    FWPS_VSWITCH_EVENT_POLICY_DELETE,
    FWPS_VSWITCH_EVENT_RUNTIME_STATE_SAVE,
    FWPS_VSWITCH_EVENT_RUNTIME_STATE_RESTORE
} FWPS_VSWITCH_EVENT_TYPE;

/* Callbacks; those with a completion context may answer STATUS_PENDING. */
typedef NTSTATUS (NTAPI *FWPS_VSWITCH_LIFETIME_EVENT_CALLBACK0)(
    void *notifyContext, FWPS_VSWITCH_EVENT_TYPE eventType,
    const NDIS_SWITCH_PARAMETERS *vSwitch, const NDIS_SWITCH_PORT_ARRAY *vSwitchPorts,
    const NDIS_SWITCH_NIC_ARRAY *vSwitchInterfaces);
typedef NTSTATUS (NTAPI *FWPS_VSWITCH_PORT_EVENT_CALLBACK0)(
    void *notifyContext, void *completionContext, FWPS_VSWITCH_EVENT_TYPE eventType,
    const NDIS_SWITCH_PARAMETERS *vSwitch, const NDIS_SWITCH_PORT_PARAMETERS *vSwitchPort);
typedef NTSTATUS (NTAPI *FWPS_VSWITCH_INTERFACE_EVENT_CALLBACK0)(
    void *notifyContext, void *completionContext, FWPS_VSWITCH_EVENT_TYPE eventType,
    const NDIS_SWITCH_PARAMETERS *vSwitch, const NDIS_SWITCH_NIC_PARAMETERS *vSwitchNic);
typedef NTSTATUS (NTAPI *FWPS_VSWITCH_FILTER_ENGINE_REORDER_CALLBACK0)(
    void *notifyContext, void *completionContext, BOOLEAN isInRequiredPosition,
    NDIS_ENUM_FILTERS *vSwitchExtensionLwfList);
typedef NTSTATUS (NTAPI *FWPS_VSWITCH_POLICY_EVENT_CALLBACK0)(
    void *notifyContext, void *completionContext, FWPS_VSWITCH_EVENT_TYPE eventType,
    const NDIS_SWITCH_PARAMETERS *vSwitch,
    const NDIS_SWITCH_PORT_PROPERTY_PARAMETERS *vSwitchPortProperty,
    const NDIS_SWITCH_PORT_PROPERTY_DELETE_PARAMETERS *vSwitchPortPropertyDelete);
typedef NTSTATUS (NTAPI *FWPS_VSWITCH_RUNTIME_STATE_SAVE_CALLBACK0)(
    void *notifyContext, void *completionContext, FWPS_VSWITCH_EVENT_TYPE eventType,
    const NDIS_SWITCH_PARAMETERS *vSwitch, NDIS_SWITCH_PORT_ID portId, USHORT *runtimeStateLength,
    void **runtimeState);
typedef NTSTATUS (NTAPI *FWPS_VSWITCH_RUNTIME_STATE_RESTORE_CALLBACK0)(
    void *notifyContext, void *completionContext, FWPS_VSWITCH_EVENT_TYPE eventType,
    const NDIS_SWITCH_PARAMETERS *vSwitch, NDIS_SWITCH_PORT_ID portId, void *runtimeState,
    USHORT runtimeStateLength);

typedef struct FWPS_VSWITCH_EVENT_DISPATCH_TABLE0_ {
    FWPS_VSWITCH_LIFETIME_EVENT_CALLBACK0 vSwitchLifetimeNotifyFn;
    FWPS_VSWITCH_PORT_EVENT_CALLBACK0 vSwitchPortEventNotifyFn;
    FWPS_VSWITCH_INTERFACE_EVENT_CALLBACK0 vSwitchInterfaceEventNotifyFn;
    FWPS_VSWITCH_FILTER_ENGINE_REORDER_CALLBACK0 vSwitchFilterEngineReorderNotifyRn;
    FWPS_VSWITCH_POLICY_EVENT_CALLBACK0 vSwitchPolicyEventNotifyFn;
    FWPS_VSWITCH_RUNTIME_STATE_SAVE_CALLBACK0 vSwitchRuntimeStateSaveNotifyFn;
    FWPS_VSWITCH_RUNTIME_STATE_RESTORE_CALLBACK0 vSwitchRuntimeStateRestoreNotifyFn;
} FWPS_VSWITCH_EVENT_DISPATCH_TABLE0;

NTSTATUS NTAPI FwpsvSwitchEventsSubscribe0(
    GUID *providerGuid, void *notifyContext, UINT32 flags, void *reserved,
    const FWPS_VSWITCH_EVENT_DISPATCH_TABLE0 *eventDispatchTable, UINT32 *subscriptionId);
void NTAPI FwpsvSwitchEventsUnsubscribe0(
    UINT32 subscriptionId, UINT32 flags, void *reserved);
void NTAPI FwpsvSwitchNotifyComplete0(
    void *completionContext, NTSTATUS status, UINT32 flags, void *reserved);
NTSTATUS NTAPI FwpsInjectvSwitchEthernetIngressAsync0(
    HANDLE injectionHandle, HANDLE injectionContext, UINT32 flags, void *reserved,
    const FWP_BYTE_BLOB *vSwitchId, NDIS_SWITCH_PORT_ID vSwitchSourcePortId,
    NDIS_SWITCH_NIC_INDEX vSwitchSourceNicIndex, NET_BUFFER_LIST *netBufferLists,
    FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);
void NTAPI FwpsReferencevSwitchPacketContext0(HANDLE packetContext);
void NTAPI FwpsDereferencevSwitchPacketContext0(HANDLE packetContext);

#endif

#endif
