/* ntbuild/ndis/nbl_access.h - the fields of NET_BUFFERs and NET_BUFFER_LISTs by their names. */
#ifndef NTBUILD_NDIS_NBL_ACCESS_H
#define NTBUILD_NDIS_NBL_ACCESS_H

#define NET_BUFFER_NEXT_NB(_NB)             ((_NB)->Next)
#define NET_BUFFER_FIRST_MDL(_NB)           ((_NB)->MdlChain)
#define NET_BUFFER_DATA_LENGTH(_NB)         ((_NB)->DataLength)
#define NET_BUFFER_DATA_OFFSET(_NB)         ((_NB)->DataOffset)
#define NET_BUFFER_CURRENT_MDL(_NB)         ((_NB)->CurrentMdl)
#define NET_BUFFER_CURRENT_MDL_OFFSET(_NB)  ((_NB)->CurrentMdlOffset)
#define NET_BUFFER_PROTOCOL_RESERVED(_NB)   ((_NB)->ProtocolReserved)
#define NET_BUFFER_MINIPORT_RESERVED(_NB)   ((_NB)->MiniportReserved)
#define NET_BUFFER_CHECKSUM_BIAS(_NB)       ((_NB)->ChecksumBias)
#if NDIS_SUPPORT_NDIS61
# define NET_BUFFER_DATA_PHYSICAL_ADDRESS(_NB) ((_NB)->DataPhysicalAddress)
#endif
#if NDIS_SUPPORT_NDIS620
# define NET_BUFFER_FIRST_SHARED_MEM_INFO(_NB)     ((_NB)->SharedMemoryInfo)
# define NET_BUFFER_SCATTER_GATHER_LIST(_NB)       ((_NB)->ScatterGatherList)
# define NET_BUFFER_SHARED_MEM_NEXT_SEGMENT(_Info) ((_Info)->NextSharedMemorySegment)
# define NET_BUFFER_SHARED_MEM_FLAGS(_Info)        ((_Info)->SharedMemoryFlags)
# define NET_BUFFER_SHARED_MEM_HANDLE(_Info)       ((_Info)->SharedMemoryHandle)
# define NET_BUFFER_SHARED_MEM_OFFSET(_Info)       ((_Info)->SharedMemoryOffset)
# define NET_BUFFER_SHARED_MEM_LENGTH(_Info)       ((_Info)->SharedMemoryLength)
#endif

#define NET_BUFFER_LIST_NEXT_NBL(_NBL)          ((_NBL)->Next)
#define NET_BUFFER_LIST_FIRST_NB(_NBL)          ((_NBL)->FirstNetBuffer)
#define NET_BUFFER_LIST_FLAGS(_NBL)             ((_NBL)->Flags)
#define NET_BUFFER_LIST_NBL_FLAGS(_NBL)         ((_NBL)->NblFlags)
#define NET_BUFFER_LIST_PROTOCOL_RESERVED(_NBL) ((_NBL)->ProtocolReserved)
#define NET_BUFFER_LIST_MINIPORT_RESERVED(_NBL) ((_NBL)->MiniportReserved)
#define NET_BUFFER_LIST_STATUS(_NBL)            ((_NBL)->Status)
#define NET_BUFFER_LIST_INFO(_NBL, _Id)         ((_NBL)->NetBufferListInfo[(_Id)])
#define NET_BUFFER_LIST_CONTEXT_DATA_START(_NBL) \
    ((PUCHAR)(((_NBL)->Context)->ContextData) + (_NBL)->Context->Offset)
#define NET_BUFFER_LIST_CONTEXT_DATA_SIZE(_NBL) (((_NBL)->Context)->Size)

/* Flags in NblFlags and Flags */
#define NDIS_NBL_FLAGS_SEND_READ_ONLY                        0x00000001
#define NDIS_NBL_FLAGS_RECV_READ_ONLY                        0x00000002
#define NDIS_NBL_FLAGS_HD_SPLIT                              0x00000100
#define NDIS_NBL_FLAGS_IS_IPV4                               0x00000200
#define NDIS_NBL_FLAGS_IS_IPV6                               0x00000400
#define NDIS_NBL_FLAGS_IS_TCP                                0x00000800
#define NDIS_NBL_FLAGS_IS_UDP                                0x00001000
#define NDIS_NBL_FLAGS_SPLIT_AT_UPPER_LAYER_PROTOCOL_HEADER  0x00002000
#define NDIS_NBL_FLAGS_SPLIT_AT_UPPER_LAYER_PROTOCOL_PAYLOAD 0x00004000
#define NDIS_NBL_FLAGS_IS_LOOPBACK_PACKET                    0x00008000
#define NDIS_NBL_FLAGS_CAPTURE_TIMESTAMP_ON_TRANSMIT         0x00010000

#define NdisTestNblFlag(_NBL, _F)  (((_NBL)->NblFlags & (_F)) != 0)
#define NdisTestNblFlags(_NBL, _F) (((_NBL)->NblFlags & (_F)) == (_F))
#define NdisSetNblFlag(_NBL, _F)   ((_NBL)->NblFlags |= (_F))
#define NdisClearNblFlag(_NBL, _F) ((_NBL)->NblFlags &= ~(_F))

#define NBL_TEST_FLAG(_NBL, _F)  (((_NBL)->Flags & (_F)) != 0)
#define NBL_TEST_FLAGS(_NBL, _F) (((_NBL)->Flags & (_F)) == (_F))
#define NBL_SET_FLAG(_NBL, _F)   ((_NBL)->Flags |= (_F))
#define NBL_CLEAR_FLAG(_NBL, _F) ((_NBL)->Flags &= ~(_F))
#define NBL_TEST_PROT_RSVD_FLAG(_NBL, _F) \
    (((_NBL)->Flags & ((_F) & NBL_PROT_RSVD_FLAGS)) != 0)
#define NBL_SET_PROT_RSVD_FLAG(_NBL, _F)   ((_NBL)->Flags |= ((_F) & NBL_PROT_RSVD_FLAGS))
#define NBL_CLEAR_PROT_RSVD_FLAG(_NBL, _F) ((_NBL)->Flags &= ~((_F) & NBL_PROT_RSVD_FLAGS))

/* Which sends are cancelled together */
#define NDIS_SET_NET_BUFFER_LIST_CANCEL_ID(_NBL, _CancelId) \
    (NET_BUFFER_LIST_INFO((_NBL), NetBufferListCancelId) = (_CancelId))
#define NDIS_GET_NET_BUFFER_LIST_CANCEL_ID(_NBL) \
    (NET_BUFFER_LIST_INFO((_NBL), NetBufferListCancelId))

/* The hash of receive side scaling: its value, and type and function in one slot */
#define NET_BUFFER_LIST_SET_HASH_VALUE(_NBL, _HashValue) \
    ((_NBL)->NetBufferListInfo[NetBufferListHashValue] = (PVOID)(ULONG_PTR)(_HashValue))
#define NET_BUFFER_LIST_GET_HASH_VALUE(_NBL) \
    ((ULONG)(ULONG_PTR)(_NBL)->NetBufferListInfo[NetBufferListHashValue])
#define NET_BUFFER_LIST_GET_HASH_TYPE(_NBL) \
    ((ULONG)(ULONG_PTR)(_NBL)->NetBufferListInfo[NetBufferListHashInfo] & NDIS_HASH_TYPE_MASK)
#define NET_BUFFER_LIST_GET_HASH_FUNCTION(_NBL) \
    ((ULONG)(ULONG_PTR)(_NBL)->NetBufferListInfo[NetBufferListHashInfo] & \
     NDIS_HASH_FUNCTION_MASK)

#ifndef NDIS_HASH_FUNCTION_MASK
# define NDIS_HASH_FUNCTION_MASK 0x000000ff
# define NDIS_HASH_TYPE_MASK     0x00ffff00
#endif

FORCEINLINE VOID NET_BUFFER_LIST_SET_HASH_TYPE(PNET_BUFFER_LIST NetBufferList, ULONG HashType)
{
    PVOID *Slot = &NetBufferList->NetBufferListInfo[NetBufferListHashInfo];

    *Slot = (PVOID)(((ULONG_PTR)*Slot & ~(ULONG_PTR)NDIS_HASH_TYPE_MASK) |
                    (HashType & NDIS_HASH_TYPE_MASK));
}

FORCEINLINE VOID
NET_BUFFER_LIST_SET_HASH_FUNCTION(PNET_BUFFER_LIST NetBufferList, ULONG HashFunction)
{
    PVOID *Slot = &NetBufferList->NetBufferListInfo[NetBufferListHashInfo];

    *Slot = (PVOID)(((ULONG_PTR)*Slot & ~(ULONG_PTR)NDIS_HASH_FUNCTION_MASK) |
                    (HashFunction & NDIS_HASH_FUNCTION_MASK));
}

/* Numbers of lists in a chain */
#define NDIS_ANY_NUMBER_OF_NBLS ((ULONG)-1)

#endif
