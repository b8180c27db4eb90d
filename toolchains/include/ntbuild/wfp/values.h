/*
 * ntbuild/wfp/values.h - values, conditions and flags that every part of the filtering platform
 * uses.
 */
#ifndef NTBUILD_WFP_VALUES_H
#define NTBUILD_WFP_VALUES_H

typedef enum FWP_AF_ {
    FWP_AF_INET = 0,
    FWP_AF_INET6,
    FWP_AF_ETHER,
    FWP_AF_NONE
} FWP_AF;

typedef enum FWP_CLASSIFY_OPTION_TYPE_ {
    FWP_CLASSIFY_OPTION_MULTICAST_STATE = 0,
    FWP_CLASSIFY_OPTION_LOOSE_SOURCE_MAPPING,
    FWP_CLASSIFY_OPTION_UNICAST_LIFETIME,
    FWP_CLASSIFY_OPTION_MCAST_BCAST_LIFETIME,
    FWP_CLASSIFY_OPTION_SECURE_SOCKET_SECURITY_FLAGS,
    FWP_CLASSIFY_OPTION_SECURE_SOCKET_AUTHIP_MM_POLICY_KEY,
    FWP_CLASSIFY_OPTION_SECURE_SOCKET_AUTHIP_QM_POLICY_KEY,
    FWP_CLASSIFY_OPTION_LOCAL_ONLY_MAPPING,
    FWP_CLASSIFY_OPTION_MAX
} FWP_CLASSIFY_OPTION_TYPE;

typedef enum FWP_DATA_TYPE_ {
    FWP_EMPTY = 0,
    FWP_UINT8,
    FWP_UINT16,
    FWP_UINT32,
    FWP_UINT64,
    FWP_INT8,
    FWP_INT16,
    FWP_INT32,
    FWP_INT64,
    FWP_FLOAT,
    FWP_DOUBLE,
    FWP_BYTE_ARRAY16_TYPE,
    FWP_BYTE_BLOB_TYPE,
    FWP_SID,
    FWP_SECURITY_DESCRIPTOR_TYPE,
    FWP_TOKEN_INFORMATION_TYPE,
    FWP_TOKEN_ACCESS_INFORMATION_TYPE,
    FWP_UNICODE_STRING_TYPE,
    FWP_BYTE_ARRAY6_TYPE,
    FWP_SINGLE_DATA_TYPE_MAX = 255,
    FWP_V4_ADDR_MASK,
    FWP_V6_ADDR_MASK,
    FWP_RANGE_TYPE,
    FWP_DATA_TYPE_MAX
} FWP_DATA_TYPE;

typedef enum FWP_DIRECTION_ {
    FWP_DIRECTION_OUTBOUND = 0,
    FWP_DIRECTION_INBOUND,
    FWP_DIRECTION_MAX
} FWP_DIRECTION;

typedef enum FWP_ETHER_ENCAP_METHOD_ {
    FWP_ETHER_ENCAP_METHOD_ETHER_V2 = 0,
    FWP_ETHER_ENCAP_METHOD_SNAP,
    FWP_ETHER_ENCAP_METHOD_SNAP_W_OUI_ZERO = 3
} FWP_ETHER_ENCAP_METHOD;

typedef enum FWP_FILTER_ENUM_TYPE_ {
    FWP_FILTER_ENUM_FULLY_CONTAINED = 0,
    FWP_FILTER_ENUM_OVERLAPPING,
    FWP_FILTER_ENUM_TYPE_MAX
} FWP_FILTER_ENUM_TYPE;

typedef enum FWP_IP_VERSION_ {
    FWP_IP_VERSION_V4 = 0,
    FWP_IP_VERSION_V6,
    FWP_IP_VERSION_NONE,
    FWP_IP_VERSION_MAX
} FWP_IP_VERSION;

typedef enum FWP_MATCH_TYPE_ {
    FWP_MATCH_EQUAL = 0,
    FWP_MATCH_GREATER,
    FWP_MATCH_LESS,
    FWP_MATCH_GREATER_OR_EQUAL,
    FWP_MATCH_LESS_OR_EQUAL,
    FWP_MATCH_RANGE,
    FWP_MATCH_FLAGS_ALL_SET,
    FWP_MATCH_FLAGS_ANY_SET,
    FWP_MATCH_FLAGS_NONE_SET,
    FWP_MATCH_EQUAL_CASE_INSENSITIVE,
    FWP_MATCH_NOT_EQUAL,
    FWP_MATCH_PREFIX,
    FWP_MATCH_NOT_PREFIX,
    FWP_MATCH_TYPE_MAX
} FWP_MATCH_TYPE;

typedef enum FWP_NETWORK_CONNECTION_POLICY_SETTING_TYPE_ {
    FWP_NETWORK_CONNECTION_POLICY_SOURCE_ADDRESS = 0,
    FWP_NETWORK_CONNECTION_POLICY_NEXT_HOP_INTERFACE,
    FWP_NETWORK_CONNECTION_POLICY_NEXT_HOP,
    FWP_NETWORK_CONNECTION_POLICY_MAX
} FWP_NETWORK_CONNECTION_POLICY_SETTING_TYPE;

typedef enum FWP_VSWITCH_NETWORK_TYPE_ {
    FWP_VSWITCH_NETWORK_TYPE_UNKNOWN = 0,
    FWP_VSWITCH_NETWORK_TYPE_PRIVATE,
    FWP_VSWITCH_NETWORK_TYPE_INTERNAL,
    FWP_VSWITCH_NETWORK_TYPE_EXTERNAL
} FWP_VSWITCH_NETWORK_TYPE;

typedef enum DL_ADDRESS_TYPE_ {
    DlUnicast = 0,
    DlMulticast,
    DlBroadcast
} DL_ADDRESS_TYPE;

#define FWP_BYTEMAP_ARRAY64_SIZE                                        0x00000008
#define FWP_BYTE_ARRAY6_SIZE                                            0x00000006
#define FWP_V6_ADDR_SIZE                                                0x00000010
#define FWP_ACTRL_MATCH_FILTER                                          0x00000001
#define FWP_OPTION_VALUE_ALLOW_MULTICAST_STATE                          0x00000000
#define FWP_OPTION_VALUE_DENY_MULTICAST_STATE                           0x00000001
#define FWP_OPTION_VALUE_ALLOW_GLOBAL_MULTICAST_STATE                   0x00000002
#define FWP_OPTION_VALUE_DISABLE_LOOSE_SOURCE                           0x00000000
#define FWP_OPTION_VALUE_ENABLE_LOOSE_SOURCE                            0x00000001
#define FWP_OPTION_VALUE_DISABLE_LOCAL_ONLY_MAPPING                     0x00000000
#define FWP_OPTION_VALUE_ENABLE_LOCAL_ONLY_MAPPING                      0x00000001
#define FWP_ACTION_FLAG_TERMINATING                                     0x00001000
#define FWP_ACTION_FLAG_NON_TERMINATING                                 0x00002000
#define FWP_ACTION_FLAG_CALLOUT                                         0x00004000
#define FWP_CONDITION_FLAG_IS_LOOPBACK                                  0x00000001
#define FWP_CONDITION_FLAG_IS_IPSEC_SECURED                             0x00000002
#define FWP_CONDITION_FLAG_IS_REAUTHORIZE                               0x00000004
#define FWP_CONDITION_FLAG_IS_WILDCARD_BIND                             0x00000008
#define FWP_CONDITION_FLAG_IS_RAW_ENDPOINT                              0x00000010
#define FWP_CONDITION_FLAG_IS_FRAGMENT                                  0x00000020
#define FWP_CONDITION_FLAG_IS_FRAGMENT_GROUP                            0x00000040
#define FWP_CONDITION_FLAG_IS_IPSEC_NATT_RECLASSIFY                     0x00000080
#define FWP_CONDITION_FLAG_REQUIRES_ALE_CLASSIFY                        0x00000100
#define FWP_CONDITION_FLAG_IS_IMPLICIT_BIND                             0x00000200
#define FWP_CONDITION_FLAG_IS_REASSEMBLED                               0x00000400
#define FWP_CONDITION_FLAG_IS_NAME_APP_SPECIFIED                        0x00004000
#define FWP_CONDITION_FLAG_IS_PROMISCUOUS                               0x00008000
#define FWP_CONDITION_FLAG_IS_AUTH_FW                                   0x00010000
#define FWP_CONDITION_FLAG_IS_RECLASSIFY                                0x00020000
#define FWP_CONDITION_FLAG_IS_OUTBOUND_PASS_THRU                        0x00040000
#define FWP_CONDITION_FLAG_IS_INBOUND_PASS_THRU                         0x00080000
#define FWP_CONDITION_FLAG_IS_CONNECTION_REDIRECTED                     0x00100000
#define FWP_CONDITION_FLAG_IS_PROXY_CONNECTION                          0x00200000
#define FWP_CONDITION_FLAG_IS_APPCONTAINER_LOOPBACK                     0x00400000
#define FWP_CONDITION_FLAG_IS_NON_APPCONTAINER_LOOPBACK                 0x00800000
#define FWP_CONDITION_FLAG_IS_RESERVED                                  0x01000000
#define FWP_CONDITION_FLAG_IS_HONORING_POLICY_AUTHORIZE                 0x02000000
#define FWP_CONDITION_REAUTHORIZE_REASON_POLICY_CHANGE                  0x00000001
#define FWP_CONDITION_REAUTHORIZE_REASON_NEW_ARRIVAL_INTERFACE          0x00000002
#define FWP_CONDITION_REAUTHORIZE_REASON_NEW_NEXTHOP_INTERFACE          0x00000004
#define FWP_CONDITION_REAUTHORIZE_REASON_PROFILE_CROSSING               0x00000008
#define FWP_CONDITION_REAUTHORIZE_REASON_CLASSIFY_COMPLETION            0x00000010
#define FWP_CONDITION_REAUTHORIZE_REASON_IPSEC_PROPERTIES_CHANGED       0x00000020
#define FWP_CONDITION_REAUTHORIZE_REASON_MID_STREAM_INSPECTION          0x00000040
#define FWP_CONDITION_REAUTHORIZE_REASON_SOCKET_PROPERTY_CHANGED        0x00000080
#define FWP_CONDITION_REAUTHORIZE_REASON_NEW_INBOUND_MCAST_BCAST_PACKET 0x00000100
#define FWP_CONDITION_REAUTHORIZE_REASON_EDP_POLICY_CHANGED             0x00000200
#define FWP_CONDITION_REAUTHORIZE_REASON_PROXY_HANDLE_CHANGED           0x00004000
#define FWP_CONDITION_REAUTHORIZE_REASON_CHECK_OFFLOAD                  0x00010000
#define FWP_CONDITION_SOCKET_PROPERTY_FLAG_IS_SYSTEM_PORT_RPC           0x00000001
#define FWP_CONDITION_SOCKET_PROPERTY_FLAG_ALLOW_EDGE_TRAFFIC           0x00000002
#define FWP_CONDITION_SOCKET_PROPERTY_FLAG_DENY_EDGE_TRAFFIC            0x00000004
#define FWP_CONDITION_L2_IS_NATIVE_ETHERNET                             0x00000001
#define FWP_CONDITION_L2_IS_WIFI                                        0x00000002
#define FWP_CONDITION_L2_IS_MOBILE_BROADBAND                            0x00000004
#define FWP_CONDITION_L2_IS_WIFI_DIRECT_DATA                            0x00000008
#define FWP_CONDITION_L2_IS_VM2VM                                       0x00000010
#define FWP_CONDITION_L2_IS_MALFORMED_PACKET                            0x00000020
#define FWP_CONDITION_L2_IS_IP_FRAGMENT_GROUP                           0x00000040
#define FWP_CONDITION_L2_IF_CONNECTOR_PRESENT                           0x00000080
#define FWP_FILTER_ENUM_FLAG_BEST_TERMINATING_MATCH                     0x00000001
#define FWP_FILTER_ENUM_FLAG_SORTED                                     0x00000002
#define FWP_FILTER_ENUM_FLAG_BOOTTIME_ONLY                              0x00000004
#define FWP_FILTER_ENUM_FLAG_INCLUDE_BOOTTIME                           0x00000008
#define FWP_FILTER_ENUM_FLAG_INCLUDE_DISABLED                           0x00000010
#define FWP_FILTER_ENUM_FLAG_RESERVED1                                  0x00000020
#define FWP_CALLOUT_FLAG_CONDITIONAL_ON_FLOW                            0x00000001
#define FWP_CALLOUT_FLAG_ALLOW_OFFLOAD                                  0x00000002
#define FWP_CALLOUT_FLAG_ENABLE_COMMIT_ADD_NOTIFY                       0x00000004
#define FWP_CALLOUT_FLAG_ALLOW_MID_STREAM_INSPECTION                    0x00000008
#define FWP_CALLOUT_FLAG_ALLOW_RECLASSIFY                               0x00000010
#define FWP_CALLOUT_FLAG_RESERVED1                                      0x00000020
#define FWP_CALLOUT_FLAG_ALLOW_RSC                                      0x00000040
#define FWP_CALLOUT_FLAG_ALLOW_L2_BATCH_CLASSIFY                        0x00000080
#define FWP_CALLOUT_FLAG_ALLOW_USO                                      0x00000100
#define FWP_CALLOUT_FLAG_ALLOW_URO                                      0x00000200
#define FWP_CALLOUT_FLAG_RESERVED2                                      0x00000400
#define FWP_ACTION_BLOCK                                                0x00001001
#define FWP_ACTION_PERMIT                                               0x00001002
#define FWP_ACTION_CALLOUT_TERMINATING                                  0x00005003
#define FWP_ACTION_CALLOUT_INSPECTION                                   0x00006004
#define FWP_ACTION_CALLOUT_UNKNOWN                                      0x00004005
#define FWP_ACTION_CONTINUE                                             0x00002006
#define FWP_ACTION_NONE                                                 0x00000007
#define FWP_ACTION_NONE_NO_MATCH                                        0x00000008

typedef UINT32 FWP_ACTION_TYPE;

typedef struct FWP_BYTE_ARRAY16_ {
    UINT8 byteArray16[16];
} FWP_BYTE_ARRAY16;

typedef struct FWP_BYTE_ARRAY6_ {
    UINT8 byteArray6[6];
} FWP_BYTE_ARRAY6;

typedef struct FWP_BYTE_BLOB_ {
    UINT32 size;
    UINT8 *data;
} FWP_BYTE_BLOB;

typedef struct FWP_TOKEN_INFORMATION_ {
    UINT32 sidCount;
    SID_AND_ATTRIBUTES *sids;
    UINT32 restrictedSidCount;
    SID_AND_ATTRIBUTES *restrictedSids;
} FWP_TOKEN_INFORMATION;

typedef struct FWP_V4_ADDR_AND_MASK_ {
    UINT32 addr;
    UINT32 mask;
} FWP_V4_ADDR_AND_MASK;

typedef struct FWP_V6_ADDR_AND_MASK_ {
    UINT8 addr[16];
    UINT8 prefixLength;
} FWP_V6_ADDR_AND_MASK;

typedef struct FWP_VALUE0_ {
    FWP_DATA_TYPE type;
    union {
        UINT8 uint8;
        UINT16 uint16;
        UINT32 uint32;
        UINT64 *uint64;
        INT8 int8;
        INT16 int16;
        INT32 int32;
        INT64 *int64;
        float float32;
        double *double64;
        FWP_BYTE_ARRAY16 *byteArray16;
        FWP_BYTE_BLOB *byteBlob;
        struct _SID *sid;
        FWP_BYTE_BLOB *sd;
        FWP_TOKEN_INFORMATION *tokenInformation;
        FWP_BYTE_BLOB *tokenAccessInformation;
        PWSTR unicodeString;
        FWP_BYTE_ARRAY6 *byteArray6;
    };
} FWP_VALUE0;

typedef struct FWP_RANGE0_ {
    FWP_VALUE0 valueLow;
    FWP_VALUE0 valueHigh;
} FWP_RANGE0;

typedef struct FWP_CONDITION_VALUE0_ {
    FWP_DATA_TYPE type;
    union {
        UINT8 uint8;
        UINT16 uint16;
        UINT32 uint32;
        UINT64 *uint64;
        INT8 int8;
        INT16 int16;
        INT32 int32;
        INT64 *int64;
        float float32;
        double *double64;
        FWP_BYTE_ARRAY16 *byteArray16;
        FWP_BYTE_BLOB *byteBlob;
        struct _SID *sid;
        FWP_BYTE_BLOB *sd;
        FWP_TOKEN_INFORMATION *tokenInformation;
        FWP_BYTE_BLOB *tokenAccessInformation;
        PWSTR unicodeString;
        FWP_BYTE_ARRAY6 *byteArray6;
        FWP_V4_ADDR_AND_MASK *v4AddrMask;
        FWP_V6_ADDR_AND_MASK *v6AddrMask;
        FWP_RANGE0 *rangeValue;
    };
} FWP_CONDITION_VALUE0;

#endif
