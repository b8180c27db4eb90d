/* ntbuild/wfp/packets.h - packets and streams that a callout holds, copies, changes and injects. */
#ifndef NTBUILD_WFP_PACKETS_H
#define NTBUILD_WFP_PACKETS_H

/* Injection; the completion function frees what was injected */
#define FWPS_INJECTION_TYPE_STREAM            0x00000001
#define FWPS_INJECTION_TYPE_TRANSPORT         0x00000002
#define FWPS_INJECTION_TYPE_NETWORK           0x00000004
#define FWPS_INJECTION_TYPE_FORWARD           0x00000008
#define FWPS_INJECTION_TYPE_L2                0x00000010
#define FWPS_INJECTION_TYPE_VSWITCH_TRANSPORT 0x00000020

#define FWPS_SEND_INJECT_PRESERVE_IPID 1

typedef enum FWPS_PACKET_INJECTION_STATE_ {
    FWPS_PACKET_NOT_INJECTED = 0,
    FWPS_PACKET_INJECTED_BY_SELF,
    FWPS_PACKET_INJECTED_BY_OTHER,
    FWPS_PACKET_PREVIOUSLY_INJECTED_BY_SELF,
    FWPS_PACKET_INJECTION_STATE_MAX
} FWPS_PACKET_INJECTION_STATE;

typedef void (NTAPI *FWPS_INJECT_COMPLETE0)(
    void *context, NET_BUFFER_LIST *netBufferList, BOOLEAN dispatchLevel);

typedef struct FWPS_TRANSPORT_SEND_PARAMS0_ {
    UCHAR *remoteAddress;
    SCOPE_ID remoteScopeId;
    WSACMSGHDR *controlData;
    ULONG controlDataLength;
} FWPS_TRANSPORT_SEND_PARAMS0;

typedef struct FWPS_TRANSPORT_SEND_PARAMS1_ {
    UCHAR *remoteAddress;
    SCOPE_ID remoteScopeId;
    WSACMSGHDR *controlData;
    ULONG controlDataLength;
    UCHAR *headerIncludeHeader;
    ULONG headerIncludeHeaderLength;
} FWPS_TRANSPORT_SEND_PARAMS1;

NTSTATUS NTAPI FwpsInjectionHandleCreate0(
    ADDRESS_FAMILY addressFamily, UINT32 flags, HANDLE *injectionHandle);
NTSTATUS NTAPI FwpsInjectionHandleDestroy0(HANDLE injectionHandle);
FWPS_PACKET_INJECTION_STATE NTAPI FwpsQueryPacketInjectionState0(
    HANDLE injectionHandle, const NET_BUFFER_LIST *netBufferList, HANDLE *injectionContext);
NTSTATUS NTAPI FwpsInjectNetworkSendAsync0(
    HANDLE injectionHandle, HANDLE injectionContext, UINT32 flags, COMPARTMENT_ID compartmentId,
    NET_BUFFER_LIST *netBufferList, FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);
NTSTATUS NTAPI FwpsInjectNetworkReceiveAsync0(
    HANDLE injectionHandle, HANDLE injectionContext, UINT32 flags, COMPARTMENT_ID compartmentId,
    IF_INDEX interfaceIndex, IF_INDEX subInterfaceIndex, NET_BUFFER_LIST *netBufferList,
    FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);
NTSTATUS NTAPI FwpsInjectForwardAsync0(
    HANDLE injectionHandle, HANDLE injectionContext, UINT32 flags, ADDRESS_FAMILY addressFamily,
    COMPARTMENT_ID compartmentId, IF_INDEX interfaceIndex, NET_BUFFER_LIST *netBufferList,
    FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);
NTSTATUS NTAPI FwpsInjectTransportSendAsync0(
    HANDLE injectionHandle, HANDLE injectionContext, UINT64 endpointHandle, UINT32 flags,
    FWPS_TRANSPORT_SEND_PARAMS0 *sendArgs, ADDRESS_FAMILY addressFamily,
    COMPARTMENT_ID compartmentId, NET_BUFFER_LIST *netBufferList,
    FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);
NTSTATUS NTAPI FwpsInjectTransportSendAsync1(
    HANDLE injectionHandle, HANDLE injectionContext, UINT64 endpointHandle, UINT32 flags,
    FWPS_TRANSPORT_SEND_PARAMS1 *sendArgs, ADDRESS_FAMILY addressFamily,
    COMPARTMENT_ID compartmentId, NET_BUFFER_LIST *netBufferList,
    FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);
NTSTATUS NTAPI FwpsInjectTransportReceiveAsync0(
    HANDLE injectionHandle, HANDLE injectionContext, PVOID reserved, UINT32 flags,
    ADDRESS_FAMILY addressFamily, COMPARTMENT_ID compartmentId, IF_INDEX interfaceIndex,
    IF_INDEX subInterfaceIndex, NET_BUFFER_LIST *netBufferList,
    FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);
NTSTATUS NTAPI FwpsInjectMacReceiveAsync0(
    HANDLE injectionHandle, HANDLE injectionContext, UINT32 flags, UINT16 layerId,
    IF_INDEX interfaceIndex, NDIS_PORT_NUMBER NdisPortNumber, NET_BUFFER_LIST *netBufferLists,
    FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);
NTSTATUS NTAPI FwpsInjectMacSendAsync0(
    HANDLE injectionHandle, HANDLE injectionContext, UINT32 flags, UINT16 layerId,
    IF_INDEX interfaceIndex, NDIS_PORT_NUMBER NdisPortNumber, NET_BUFFER_LIST *netBufferLists,
    FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);

/* Packets: references, copies, headers */
void NTAPI FwpsReferenceNetBufferList0(NET_BUFFER_LIST *netBufferList, BOOLEAN intendToModify);
void NTAPI FwpsDereferenceNetBufferList0(NET_BUFFER_LIST *netBufferList, BOOLEAN dispatchLevel);
NTSTATUS NTAPI FwpsAllocateNetBufferAndNetBufferList0(
    NDIS_HANDLE poolHandle, USHORT contextSize, USHORT contextBackFill, MDL *mdlChain,
    ULONG dataOffset, SIZE_T dataLength, NET_BUFFER_LIST **netBufferList);
void NTAPI FwpsFreeNetBufferList0(NET_BUFFER_LIST *netBufferList);
NTSTATUS NTAPI FwpsAllocateCloneNetBufferList0(
    NET_BUFFER_LIST *originalNetBufferList, NDIS_HANDLE netBufferListPoolHandle,
    NDIS_HANDLE netBufferPoolHandle, ULONG allocateCloneFlags, NET_BUFFER_LIST **netBufferList);
void NTAPI FwpsFreeCloneNetBufferList0(NET_BUFFER_LIST *netBufferList, ULONG freeCloneFlags);
NTSTATUS NTAPI FwpsReassembleForwardFragmentGroup0(
    ADDRESS_FAMILY addressFamily, NET_BUFFER_LIST *fragmentGroupNblChain,
    NDIS_HANDLE netBufferAndNetBufferListPoolHandle, ULONG dataBackFill, ULONG flags,
    NET_BUFFER_LIST **reassembledNbl);
NTSTATUS NTAPI FwpsConstructIpHeaderForTransportPacket0(
    NET_BUFFER_LIST *netBufferList, ULONG headerIncludeHeaderLength, ADDRESS_FAMILY addressFamily,
    const UCHAR *sourceAddress, const UCHAR *remoteAddress, IPPROTO nextProtocol,
    UINT64 endpointHandle, const WSACMSGHDR *controlData, ULONG controlDataLength, UINT32 flags,
    PVOID reserved, IF_INDEX interfaceIndex, IF_INDEX subInterfaceIndex);

/* Contexts of packets as they go through the network stack */
typedef enum FWPS_NET_BUFFER_LIST_EVENT_TYPE0_ {
    FWPS_NET_BUFFER_LIST_ENTERED_NETIO = 0,
    FWPS_NET_BUFFER_LIST_CLONED_BY_NETIO,
    FWPS_NET_BUFFER_LIST_CLONED_VIA_WFP_API,
    FWPS_NET_BUFFER_LIST_DUPLICATED_BY_NETIO,
    FWPS_NET_BUFFER_LIST_EXIT_NETIO,
    FWPS_NET_BUFFER_LIST_CONTEXT_REMOVED,
    FWPS_NET_BUFFER_LIST_NDIS_SEND_COMPLETE,
    FWPS_NET_BUFFER_LIST_NDIS_RECV_COMPLETE,
    FWPS_NET_BUFFER_LIST_NDIS_ETHERNET_SEND_COMPLETE = 6,
    FWPS_NET_BUFFER_LIST_NDIS_ETHERNET_RECV_COMPLETE,
    FWPS_NET_BUFFER_LIST_NDIS_NATIVE_SEND_COMPLETE,
    FWPS_NET_BUFFER_LIST_NDIS_NATIVE_RECV_COMPLETE,
    FWPS_NET_BUFFER_LIST_NDIS_VSWITCH_INGRESS_COMPLETE,
    FWPS_NET_BUFFER_LIST_NDIS_VSWITCH_EGRESS_COMPLETE,
    FWPS_NET_BUFFER_LIST_CLONED_BY_NDIS,
    FWPS_NET_BUFFER_LIST_REASSEMBLED_FRAGMENT,
    FWPS_NET_BUFFER_LIST_REASSEMBLY_COMPLETE
} FWPS_NET_BUFFER_LIST_EVENT_TYPE0;

typedef void (NTAPI *FWPS_NET_BUFFER_LIST_NOTIFY_FN0)(
    FWPS_NET_BUFFER_LIST_EVENT_TYPE0 eventType, NET_BUFFER_LIST *netBufferList,
    NET_BUFFER_LIST *newNetBufferList, UINT16 layerId, UINT64 context, UINT64 contextTag);
typedef NTSTATUS (NTAPI *FWPS_NET_BUFFER_LIST_NOTIFY_FN1)(
    FWPS_NET_BUFFER_LIST_EVENT_TYPE0 eventType, NET_BUFFER_LIST *netBufferList,
    NET_BUFFER_LIST *newNetBufferList, UINT16 layerId, UINT64 context, UINT64 contextTag);

UINT64 NTAPI FwpsNetBufferListGetTagForContext0(void);
NTSTATUS NTAPI FwpsNetBufferListAssociateContext0(
    NET_BUFFER_LIST *netBufferList, UINT16 layerId, UINT64 context, UINT64 contextTag,
    GUID *providerGuid, void *deviceObject, FWPS_NET_BUFFER_LIST_NOTIFY_FN0 notifyFn,
    UINT32 flags);
NTSTATUS NTAPI FwpsNetBufferListAssociateContext1(
    NET_BUFFER_LIST *netBufferList, UINT16 layerId, UINT64 context, UINT64 contextTag,
    GUID *providerGuid, void *deviceObject, FWPS_NET_BUFFER_LIST_NOTIFY_FN1 notifyFn,
    UINT32 flags);
NTSTATUS NTAPI FwpsNetBufferListRetrieveContext0(
    NET_BUFFER_LIST *netBufferList, UINT64 contextTag, BOOLEAN removeContext, UINT32 flags,
    UINT64 *context);
NTSTATUS NTAPI FwpsNetBufferListRemoveContext0(
    NET_BUFFER_LIST *netBufferList, UINT64 contextTag, UINT32 flags);

/* What IPsec and other callouts did with a list of packets */
#define FWPS_PACKET_LIST_INFORMATION_QUERY_INBOUND      0x00000001
#define FWPS_PACKET_LIST_INFORMATION_QUERY_OUTBOUND     0x00000002
#define FWPS_PACKET_LIST_INFORMATION_QUERY_INVALID_MASK 0x00000003
#define FWPS_PACKET_LIST_INFORMATION_QUERY_IPSEC        0x00000004
#define FWPS_PACKET_LIST_INFORMATION_QUERY_FWP          0x00000008
#define FWPS_PACKET_LIST_INFORMATION_QUERY_ALL_INBOUND  0xfffffffd
#define FWPS_PACKET_LIST_INFORMATION_QUERY_ALL_OUTBOUND 0xfffffffe

typedef struct FWPS_PACKET_LIST_INBOUND_IPSEC_INFORMATION0_ {
    UINT32 isSecure : 1;
    UINT32 isTransportMode : 1;
    UINT32 isTunnelMode : 1;
    UINT32 isTransportModeVerified : 1;
    UINT32 isTunnelModeVerified : 1;
    UINT32 isDeTunneled : 1;
} FWPS_PACKET_LIST_INBOUND_IPSEC_INFORMATION0;

typedef struct FWPS_PACKET_LIST_OUTBOUND_IPSEC_INFORMATION0_ {
    UINT32 isIPsecPolicyMatch : 1;
    UINT32 isTransportPolicyMatch : 1;
    UINT32 isTunnelPolicyMatch : 1;
    UINT32 isTunnelIPinIP : 1;
} FWPS_PACKET_LIST_OUTBOUND_IPSEC_INFORMATION0;

typedef struct FWPS_PACKET_LIST_IPSEC_INFORMATION0_ {
    union {
        FWPS_PACKET_LIST_INBOUND_IPSEC_INFORMATION0 inbound;
        FWPS_PACKET_LIST_OUTBOUND_IPSEC_INFORMATION0 outbound;
    };
} FWPS_PACKET_LIST_IPSEC_INFORMATION0;

typedef struct FWPS_PACKET_LIST_FWP_INFORMATION0_ {
    UINT32 isReinjected : 1;
} FWPS_PACKET_LIST_FWP_INFORMATION0;

typedef struct FWPS_PACKET_LIST_INFORMATION0_ {
    FWPS_PACKET_LIST_IPSEC_INFORMATION0 ipsecInformation;
    FWPS_PACKET_LIST_FWP_INFORMATION0 fwpInformation;
} FWPS_PACKET_LIST_INFORMATION0;

NTSTATUS NTAPI FwpsGetPacketListSecurityInformation0(
    NET_BUFFER_LIST *netBufferList, UINT32 queryFlags,
    FWPS_PACKET_LIST_INFORMATION0 *packetInformation);

/* Streams: the data that a callout at the stream layer sees and what it wants of it */
#define FWPS_STREAM_FLAG_RECEIVE            0x00000001
#define FWPS_STREAM_FLAG_RECEIVE_EXPEDITED  0x00000002
#define FWPS_STREAM_FLAG_RECEIVE_DISCONNECT 0x00000004
#define FWPS_STREAM_FLAG_RECEIVE_ABORT      0x00000008
#define FWPS_STREAM_FLAG_RECEIVE_PUSH       0x00000010
#define FWPS_STREAM_FLAG_SEND               0x00010000
#define FWPS_STREAM_FLAG_SEND_EXPEDITED     0x00020000
#define FWPS_STREAM_FLAG_SEND_NODELAY       0x00040000
#define FWPS_STREAM_FLAG_SEND_DISCONNECT    0x00080000
#define FWPS_STREAM_FLAG_SEND_ABORT         0x00100000

typedef enum FWPS_STREAM_ACTION_TYPE_ {
    FWPS_STREAM_ACTION_NONE = 0,
    FWPS_STREAM_ACTION_NEED_MORE_DATA,
    FWPS_STREAM_ACTION_DROP_CONNECTION,
    FWPS_STREAM_ACTION_DEFER,
    FWPS_STREAM_ACTION_ALLOW_CONNECTION,
    FWPS_STREAM_ACTION_TYPE_MAX
} FWPS_STREAM_ACTION_TYPE;

typedef struct FWPS_STREAM_DATA_OFFSET0_ {
    NET_BUFFER_LIST *netBufferList;
    NET_BUFFER *netBuffer;
    MDL *mdl;
    UINT32 mdlOffset;
    UINT32 netBufferOffset;
    SIZE_T streamDataOffset;
} FWPS_STREAM_DATA_OFFSET0;

typedef struct FWPS_STREAM_DATA0_ {
    UINT32 flags;
    FWPS_STREAM_DATA_OFFSET0 dataOffset;
    SIZE_T dataLength;
    NET_BUFFER_LIST *netBufferListChain;
} FWPS_STREAM_DATA0;

typedef struct FWPS_STREAM_CALLOUT_IO_PACKET0_ {
    FWPS_STREAM_DATA0 *streamData;
    SIZE_T missedBytes;
    UINT32 countBytesRequired;
    SIZE_T countBytesEnforced;
    FWPS_STREAM_ACTION_TYPE streamAction;
} FWPS_STREAM_CALLOUT_IO_PACKET0;

void NTAPI FwpsCopyStreamDataToBuffer0(
    const FWPS_STREAM_DATA0 *calloutStreamData, PVOID buffer, SIZE_T bytesToCopy,
    SIZE_T *bytesCopied);
NTSTATUS NTAPI FwpsCloneStreamData0(
    FWPS_STREAM_DATA0 *calloutStreamData, NDIS_HANDLE netBufferListPoolHandle,
    NDIS_HANDLE netBufferPoolHandle, ULONG allocateCloneFlags,
    NET_BUFFER_LIST **netBufferListChain);
void NTAPI FwpsDiscardClonedStreamData0(
    NET_BUFFER_LIST *netBufferListChain, UINT32 allocateCloneFlags, BOOLEAN dispatchLevel);
NTSTATUS NTAPI FwpsStreamInjectAsync0(
    HANDLE injectionHandle, HANDLE injectionContext, UINT32 flags, UINT64 flowId,
    UINT32 calloutId, UINT16 layerId, UINT32 streamFlags, NET_BUFFER_LIST *netBufferList,
    SIZE_T dataLength, FWPS_INJECT_COMPLETE0 completionFn, HANDLE completionContext);
NTSTATUS NTAPI FwpsStreamContinue0(
    UINT64 flowId, UINT32 calloutId, UINT16 layerId, UINT32 streamFlags);

#endif
