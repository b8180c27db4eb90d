/*
 * ntbuild/ndis/nbl_info.h - what the slots of a NET_BUFFER_LIST hold: checksums, segmentation,
 * priority and VLAN, filters, coalescing.
 *
 * Each is a pointer's size and is cast to and from the slot.
 */
#ifndef NTBUILD_NDIS_NBL_INFO_H
#define NTBUILD_NDIS_NBL_INFO_H

typedef struct _NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO {
    union {
        struct {
            ULONG IsIPv4 : 1;
            ULONG IsIPv6 : 1;
            ULONG TcpChecksum : 1;
            ULONG UdpChecksum : 1;
            ULONG IpHeaderChecksum : 1;
            ULONG Reserved : 11;
            ULONG TcpHeaderOffset : 10;
        } Transmit;
        struct {
            ULONG TcpChecksumFailed : 1;
            ULONG UdpChecksumFailed : 1;
            ULONG IpChecksumFailed : 1;
            ULONG TcpChecksumSucceeded : 1;
            ULONG UdpChecksumSucceeded : 1;
            ULONG IpChecksumSucceeded : 1;
            ULONG Loopback : 1;
#if NDIS_SUPPORT_NDIS630
            ULONG TcpChecksumValueInvalid : 1;
            ULONG IpChecksumValueInvalid : 1;
#endif
        } Receive;
        PVOID Value;
    };
} NDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO, *PNDIS_TCP_IP_CHECKSUM_NET_BUFFER_LIST_INFO;

/* The same of NDIS 5, whose bits callouts of the filtering platform still use. */
typedef struct _NDIS_TCP_IP_CHECKSUM_PACKET_INFO {
    union {
        struct {
            ULONG NdisPacketChecksumV4 : 1;
            ULONG NdisPacketChecksumV6 : 1;
            ULONG NdisPacketTcpChecksum : 1;
            ULONG NdisPacketUdpChecksum : 1;
            ULONG NdisPacketIpChecksum : 1;
        } Transmit;
        struct {
            ULONG NdisPacketTcpChecksumFailed : 1;
            ULONG NdisPacketUdpChecksumFailed : 1;
            ULONG NdisPacketIpChecksumFailed : 1;
            ULONG NdisPacketTcpChecksumSucceeded : 1;
            ULONG NdisPacketUdpChecksumSucceeded : 1;
            ULONG NdisPacketIpChecksumSucceeded : 1;
            ULONG NdisPacketLoopback : 1;
        } Receive;
        ULONG Value;
    };
} NDIS_TCP_IP_CHECKSUM_PACKET_INFO, *PNDIS_TCP_IP_CHECKSUM_PACKET_INFO;

/* Segmentation by the adapter; the type says which version. */
#define NDIS_TCP_LARGE_SEND_OFFLOAD_V1_TYPE 0
#define NDIS_TCP_LARGE_SEND_OFFLOAD_V2_TYPE 1
#define NDIS_TCP_LARGE_SEND_OFFLOAD_IPv4    0
#define NDIS_TCP_LARGE_SEND_OFFLOAD_IPv6    1

typedef struct _NDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO {
    union {
        struct {
            ULONG Unused : 30;
            ULONG Type : 1;
            ULONG Reserved2 : 1;
        } Transmit;
        struct {
            ULONG MSS : 20;
            ULONG TcpHeaderOffset : 10;
            ULONG Type : 1;
            ULONG Reserved2 : 1;
        } LsoV1Transmit;
        struct {
            ULONG TcpPayload : 30;
            ULONG Type : 1;
            ULONG Reserved2 : 1;
        } LsoV1TransmitComplete;
        struct {
            ULONG MSS : 20;
            ULONG TcpHeaderOffset : 10;
            ULONG Type : 1;
            ULONG IPVersion : 1;
        } LsoV2Transmit;
        struct {
            ULONG Reserved : 30;
            ULONG Type : 1;
            ULONG Reserved2 : 1;
        } LsoV2TransmitComplete;
        PVOID Value;
    };
} NDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO,
    *PNDIS_TCP_LARGE_SEND_OFFLOAD_NET_BUFFER_LIST_INFO;

#if NDIS_SUPPORT_NDIS630
typedef struct _NDIS_TCP_SEND_OFFLOADS_SUPPLEMENTAL_NET_BUFFER_LIST_INFO {
    union {
        struct {
            ULONG IsEncapsulatedPacket : 1;
            ULONG EncapsulatedPacketOffsetsValid : 1;
            ULONG InnerFrameOffset : 8;
            ULONG TransportIpHeaderRelativeOffset : 6;
            ULONG TcpHeaderRelativeOffset : 10;
            ULONG IsInnerIPv6 : 1;
            ULONG TcpOptionsPresent : 1;
            ULONG Reserved : 4;
        } EncapsulatedPacketOffsets;
        PVOID Value;
    };
} NDIS_TCP_SEND_OFFLOADS_SUPPLEMENTAL_NET_BUFFER_LIST_INFO,
    *PNDIS_TCP_SEND_OFFLOADS_SUPPLEMENTAL_NET_BUFFER_LIST_INFO;
#endif

#if NDIS_SUPPORT_NDIS683
# define NDIS_UDP_SEGMENTATION_OFFLOAD_IPV4 0
# define NDIS_UDP_SEGMENTATION_OFFLOAD_IPV6 1
typedef struct _NDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO {
    union {
        struct {
            ULONG MSS : 20;
            ULONG UdpHeaderOffset : 10;
            ULONG Reserved : 1;
            ULONG IPVersion : 1;
        } Transmit;
        PVOID Value;
    };
} NDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO,
    *PNDIS_UDP_SEGMENTATION_OFFLOAD_NET_BUFFER_LIST_INFO;
#endif

#if NDIS_SUPPORT_NDIS684
typedef struct _NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO {
    union {
        struct {
            USHORT SegCount;
            USHORT SegSize;
        } Receive;
        PVOID Value;
    };
} NDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO, *PNDIS_UDP_RSC_OFFLOAD_NET_BUFFER_LIST_INFO;
#endif

/* Priority and VLAN */
typedef struct _NDIS_NET_BUFFER_LIST_8021Q_INFO {
    union {
        struct {
            ULONG UserPriority : 3;
            ULONG CanonicalFormatId : 1;
            ULONG VlanId : 12;
            ULONG Reserved : 16;
        } TagHeader;
        struct {
            ULONG UserPriority : 3;
            ULONG CanonicalFormatId : 1;
            ULONG VlanId : 12;
            ULONG WMMInfo : 4;
            ULONG Reserved : 12;
        } WLanTagHeader;
        PVOID Value;
    };
} NDIS_NET_BUFFER_LIST_8021Q_INFO, *PNDIS_NET_BUFFER_LIST_8021Q_INFO;

typedef struct _NDIS_NET_BUFFER_LIST_MEDIA_SPECIFIC_INFO {
    union {
        PVOID MediaSpecificInfo;
        PVOID NativeWifiSpecificInfo;
        PVOID Value;
    };
} NDIS_NET_BUFFER_LIST_MEDIA_SPECIFIC_INFO, *PNDIS_NET_BUFFER_LIST_MEDIA_SPECIFIC_INFO;

/* Receive filters and queues */
#if NDIS_SUPPORT_NDIS620
typedef struct _NDIS_NET_BUFFER_LIST_FILTERING_INFO {
    union {
        struct {
            USHORT FilterId;
            union {
                USHORT QueueId;
# if NDIS_SUPPORT_NDIS630
                USHORT VPortId;
# endif
            } QueueVPortInfo;
        } FilteringInfo;
        PVOID Value;
    };
} NDIS_NET_BUFFER_LIST_FILTERING_INFO, *PNDIS_NET_BUFFER_LIST_FILTERING_INFO;

# define NET_BUFFER_LIST_RECEIVE_FILTER_ID(_NBL) \
    (((PNDIS_NET_BUFFER_LIST_FILTERING_INFO)&NET_BUFFER_LIST_INFO( \
          (_NBL), NetBufferListFilteringInfo))->FilteringInfo.FilterId)
# define NET_BUFFER_LIST_RECEIVE_QUEUE_ID(_NBL) \
    (((PNDIS_NET_BUFFER_LIST_FILTERING_INFO)&NET_BUFFER_LIST_INFO( \
          (_NBL), NetBufferListFilteringInfo))->FilteringInfo.QueueVPortInfo.QueueId)
# if NDIS_SUPPORT_NDIS630
#  define NET_BUFFER_LIST_RECEIVE_FILTER_VPORT_ID(_NBL) \
    (((PNDIS_NET_BUFFER_LIST_FILTERING_INFO)&NET_BUFFER_LIST_INFO( \
          (_NBL), NetBufferListFilteringInfo))->FilteringInfo.QueueVPortInfo.VPortId)
# endif
#endif

/* Segments that the adapter put together */
#if NDIS_SUPPORT_NDIS630
typedef union _NDIS_RSC_NBL_INFO {
    struct {
        USHORT CoalescedSegCount;
        USHORT DupAckCount;
    } Info;
    PVOID Value;
} NDIS_RSC_NBL_INFO, *PNDIS_RSC_NBL_INFO;

# define NET_BUFFER_LIST_COALESCED_SEG_COUNT(_NBL) \
    (((PNDIS_RSC_NBL_INFO)&((_NBL)->NetBufferListInfo[TcpRecvSegCoalesceInfo])) \
         ->Info.CoalescedSegCount)
# define NET_BUFFER_LIST_DUP_ACK_COUNT(_NBL) \
    (((PNDIS_RSC_NBL_INFO)&((_NBL)->NetBufferListInfo[TcpRecvSegCoalesceInfo])) \
         ->Info.DupAckCount)

typedef struct _NDIS_NET_BUFFER_LIST_VIRTUAL_SUBNET_INFO {
    union {
        struct {
            UINT32 VirtualSubnetId : 24;
            UINT32 ReservedVsidBits : 8;
# if defined(_WIN64)
            UINT32 Reserved;
# endif
        };
        PVOID Value;
    };
} NDIS_NET_BUFFER_LIST_VIRTUAL_SUBNET_INFO, *PNDIS_NET_BUFFER_LIST_VIRTUAL_SUBNET_INFO;
#endif

#if NDIS_SUPPORT_NDIS682
typedef struct _NET_BUFFER_LIST_TIMESTAMP {
    ULONG64 Timestamp;
} NET_BUFFER_LIST_TIMESTAMP, *PNET_BUFFER_LIST_TIMESTAMP;
#endif

/* The type of frame, for protocols that ask for one */
typedef USHORT NET_FRAME_TYPE, *PNET_FRAME_TYPE;

#endif
