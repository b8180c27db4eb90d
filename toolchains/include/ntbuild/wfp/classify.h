/* ntbuild/wfp/classify.h - run-time filters, and the values that a classification comes with. */
#ifndef NTBUILD_WFP_CLASSIFY_H
#define NTBUILD_WFP_CLASSIFY_H

#define FWPS_FILTER_FLAG_CLEAR_ACTION_RIGHT                  0x00000001
#define FWPS_FILTER_FLAG_PERMIT_IF_CALLOUT_UNREGISTERED      0x00000002
#define FWPS_FILTER_FLAG_OR_CONDITIONS                       0x00000004
#define FWPS_FILTER_FLAG_HAS_SECURITY_REALM_PROVIDER_CONTEXT 0x00000008
#define FWPS_FILTER_FLAG_SILENT_MODE                         0x00000010
#define FWPS_FILTER_FLAG_IPSEC_NO_ACQUIRE_INITIATE           0x00000020
#define FWPS_FILTER_FLAG_RESERVED0                           0x00000040
#define FWPS_FILTER_FLAG_RESERVED1                           0x00000080

#define FWPS_INCOMING_FLAG_CACHE_SAFE                    0x00000001
#define FWPS_INCOMING_FLAG_ENFORCE_QUERY                 0x00000002
#define FWPS_INCOMING_FLAG_ABSORB                        0x00000004
#define FWPS_INCOMING_FLAG_CONNECTION_FAILING_INDICATION 0x00000008
#define FWPS_INCOMING_FLAG_MID_STREAM_INSPECTION         0x00000010
#define FWPS_INCOMING_FLAG_RECLASSIFY                    0x00000020
#define FWPS_INCOMING_FLAG_IS_LOOSE_SOURCE_FLOW          0x00000040
#define FWPS_INCOMING_FLAG_IS_LOCAL_ONLY_FLOW            0x00000080
#define FWPS_INCOMING_FLAG_RESERVED0                     0x00000100

#define FWPS_CLASSIFY_OUT_FLAG_ABSORB                  0x00000001
#define FWPS_CLASSIFY_OUT_FLAG_BUFFER_LIMIT_REACHED    0x00000002
#define FWPS_CLASSIFY_OUT_FLAG_NO_MORE_DATA            0x00000004
#define FWPS_CLASSIFY_OUT_FLAG_ALE_FAST_CACHE_CHECK    0x00000008
#define FWPS_CLASSIFY_OUT_FLAG_ALE_FAST_CACHE_POSSIBLE 0x00000010

#define FWPS_RIGHT_ACTION_WRITE 1

#define FWPS_ALE_ENDPOINT_FLAG_IPSEC_SECURED 1

typedef struct FWPS_FILTER_CONDITION0_ {
    UINT16 fieldId;
    UINT16 reserved;
    FWP_MATCH_TYPE matchType;
    FWP_CONDITION_VALUE0 conditionValue;
} FWPS_FILTER_CONDITION0;

typedef struct FWPS_ACTION0_ {
    FWP_ACTION_TYPE type;
    UINT32 calloutId;
} FWPS_ACTION0;

/* Versions of a filter differ in the version of its provider context. */
typedef struct FWPS_FILTER0_ {
    UINT64 filterId;
    FWP_VALUE0 weight;
    UINT16 subLayerWeight;
    UINT16 flags;
    UINT32 numFilterConditions;
    FWPS_FILTER_CONDITION0 *filterCondition;
    FWPS_ACTION0 action;
    UINT64 context;
    FWPM_PROVIDER_CONTEXT0 *providerContext;
} FWPS_FILTER0;

typedef struct FWPS_FILTER1_ {
    UINT64 filterId;
    FWP_VALUE0 weight;
    UINT16 subLayerWeight;
    UINT16 flags;
    UINT32 numFilterConditions;
    FWPS_FILTER_CONDITION0 *filterCondition;
    FWPS_ACTION0 action;
    UINT64 context;
    FWPM_PROVIDER_CONTEXT1 *providerContext;
} FWPS_FILTER1;

typedef struct FWPS_FILTER2_ {
    UINT64 filterId;
    FWP_VALUE0 weight;
    UINT16 subLayerWeight;
    UINT16 flags;
    UINT32 numFilterConditions;
    FWPS_FILTER_CONDITION0 *filterCondition;
    FWPS_ACTION0 action;
    UINT64 context;
    FWPM_PROVIDER_CONTEXT2 *providerContext;
} FWPS_FILTER2;

typedef struct FWPS_FILTER3_ {
    UINT64 filterId;
    FWP_VALUE0 weight;
    UINT16 subLayerWeight;
    UINT16 flags;
    UINT32 numFilterConditions;
    FWPS_FILTER_CONDITION0 *filterCondition;
    FWPS_ACTION0 action;
    UINT64 context;
    FWPM_PROVIDER_CONTEXT3 *providerContext;
} FWPS_FILTER3;

/* Values of the fields; the layer's FWPS_FIELDS_ enumeration says which index is what. */
typedef struct FWPS_INCOMING_VALUE0_ {
    FWP_VALUE0 value;
} FWPS_INCOMING_VALUE0;

typedef struct FWPS_INCOMING_VALUES0_ {
    UINT16 layerId;
    UINT32 valueCount;
    FWPS_INCOMING_VALUE0 *incomingValue;
} FWPS_INCOMING_VALUES0;

/* What a callout answers */
typedef struct FWPS_CLASSIFY_OUT0_ {
    FWP_ACTION_TYPE actionType;
    UINT64 outContext;
    UINT64 filterId;
    UINT32 rights;
    UINT32 flags;
    UINT32 reserved;
} FWPS_CLASSIFY_OUT0;

/* Endpoints of application layer enforcement */
typedef struct FWPS_ALE_ENDPOINT_PROPERTIES0_ {
    UINT64 endpointId;
    FWP_IP_VERSION ipVersion;
    union {
        UINT32 localV4Address;
        FWP_BYTE_ARRAY16 localV6Address;
    };
    union {
        UINT32 remoteV4Address;
        FWP_BYTE_ARRAY16 remoteV6Address;
    };
    UINT8 ipProtocol;
    UINT16 localPort;
    UINT16 remotePort;
    UINT64 localTokenModifiedId;
    UINT64 mmSaId;
    UINT64 qmSaId;
    UINT32 ipsecStatus;
    UINT32 flags;
    FWP_BYTE_BLOB appId;
} FWPS_ALE_ENDPOINT_PROPERTIES0;

typedef struct FWPS_ALE_ENDPOINT_ENUM_TEMPLATE0_ {
    FWP_CONDITION_VALUE0 localSubNet;
    FWP_CONDITION_VALUE0 remoteSubNet;
    FWP_CONDITION_VALUE0 ipProtocol;
    FWP_CONDITION_VALUE0 localPort;
    FWP_CONDITION_VALUE0 remotePort;
} FWPS_ALE_ENDPOINT_ENUM_TEMPLATE0;

#endif
