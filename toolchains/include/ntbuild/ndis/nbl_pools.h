/* ntbuild/ndis/nbl_pools.h - pools, allocation, data and copies of NET_BUFFERs and their lists. */
#ifndef NTBUILD_NDIS_NBL_POOLS_H
#define NTBUILD_NDIS_NBL_POOLS_H

#define NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1 1
typedef struct _NET_BUFFER_LIST_POOL_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    UCHAR ProtocolId;
    BOOLEAN fAllocateNetBuffer;
    USHORT ContextSize;
    ULONG PoolTag;
    ULONG DataSize;
#if NDIS_SUPPORT_NDIS687
    ULONG Flags;
#endif
} NET_BUFFER_LIST_POOL_PARAMETERS, *PNET_BUFFER_LIST_POOL_PARAMETERS;
#define NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD(NET_BUFFER_LIST_POOL_PARAMETERS, DataSize)

#define NET_BUFFER_POOL_PARAMETERS_REVISION_1 1
typedef struct _NET_BUFFER_POOL_PARAMETERS {
    NDIS_OBJECT_HEADER Header;
    ULONG PoolTag;
    ULONG DataSize;
#if NDIS_SUPPORT_NDIS687
    ULONG Flags;
#endif
} NET_BUFFER_POOL_PARAMETERS, *PNET_BUFFER_POOL_PARAMETERS;
#define NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD(NET_BUFFER_POOL_PARAMETERS, DataSize)

#if NDIS_SUPPORT_NDIS687
# define NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_2 2
# define NET_BUFFER_POOL_PARAMETERS_REVISION_2      2
# define NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_2 \
    RTL_SIZEOF_THROUGH_FIELD(NET_BUFFER_LIST_POOL_PARAMETERS, Flags)
# define NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_2 \
    RTL_SIZEOF_THROUGH_FIELD(NET_BUFFER_POOL_PARAMETERS, Flags)
#endif

NDIS_HANDLE NTAPI NdisAllocateNetBufferListPool(
    NDIS_HANDLE NdisHandle, NET_BUFFER_LIST_POOL_PARAMETERS const *Parameters);
VOID NTAPI NdisFreeNetBufferListPool(NDIS_HANDLE PoolHandle);
NDIS_HANDLE NTAPI NdisAllocateNetBufferPool(
    NDIS_HANDLE NdisHandle, NET_BUFFER_POOL_PARAMETERS const *Parameters);
VOID NTAPI NdisFreeNetBufferPool(NDIS_HANDLE PoolHandle);

PNET_BUFFER NTAPI NdisAllocateNetBuffer(
    NDIS_HANDLE PoolHandle, PMDL MdlChain, ULONG DataOffset, SIZE_T DataLength);
VOID NTAPI NdisFreeNetBuffer(PNET_BUFFER NetBuffer);
PNET_BUFFER NTAPI NdisAllocateNetBufferMdlAndData(NDIS_HANDLE PoolHandle);
PNET_BUFFER_LIST NTAPI NdisAllocateNetBufferList(
    NDIS_HANDLE PoolHandle, USHORT ContextSize, USHORT ContextBackFill);
VOID NTAPI NdisFreeNetBufferList(PNET_BUFFER_LIST NetBufferList);
PNET_BUFFER_LIST NTAPI NdisAllocateNetBufferAndNetBufferList(
    NDIS_HANDLE PoolHandle, USHORT ContextSize, USHORT ContextBackFill, PMDL MdlChain,
    ULONG DataOffset, SIZE_T DataLength);

/* A level of the context stack */
NDIS_STATUS NTAPI NdisAllocateNetBufferListContext(
    PNET_BUFFER_LIST NetBufferList, USHORT ContextSize, USHORT ContextBackFill, ULONG PoolTag);
VOID NTAPI NdisFreeNetBufferListContext(PNET_BUFFER_LIST NetBufferList, USHORT ContextSize);

/* Clones share the MDLs of the original unless the flags say otherwise. */
#define NDIS_CLONE_FLAGS_RESERVED          0x00000001
#define NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS 0x00000002
PNET_BUFFER_LIST NTAPI NdisAllocateCloneNetBufferList(
    PNET_BUFFER_LIST OriginalNetBufferList, NDIS_HANDLE NetBufferListPoolHandle,
    NDIS_HANDLE NetBufferPoolHandle, ULONG AllocateCloneFlags);
VOID NTAPI NdisFreeCloneNetBufferList(
    PNET_BUFFER_LIST CloneNetBufferList, ULONG FreeCloneFlags);
PNET_BUFFER_LIST NTAPI NdisAllocateFragmentNetBufferList(
    PNET_BUFFER_LIST OriginalNetBufferList, NDIS_HANDLE NetBufferListPool,
    NDIS_HANDLE NetBufferPool, ULONG StartOffset, ULONG MaximumLength, ULONG DataOffsetDelta,
    ULONG DataBackFill, ULONG AllocateFragmentFlags);
VOID NTAPI NdisFreeFragmentNetBufferList(
    PNET_BUFFER_LIST FragmentNetBufferList, ULONG DataOffsetDelta, ULONG FreeFragmentFlags);
PNET_BUFFER_LIST NTAPI NdisAllocateReassembledNetBufferList(
    PNET_BUFFER_LIST FragmentNetBufferList, NDIS_HANDLE NetBufferAndNetBufferListPoolHandle,
    ULONG StartOffset, ULONG DataOffsetDelta, ULONG DataBackFill, ULONG AllocateReassembleFlags);
VOID NTAPI NdisFreeReassembledNetBufferList(
    PNET_BUFFER_LIST ReassembledNetBufferList, ULONG DataOffsetDelta,
    ULONG FreeReassembleFlags);

/* MDLs that NDIS makes when data is moved back, and frees when it is moved on */
typedef PMDL (NTAPI NET_BUFFER_ALLOCATE_MDL)(PULONG BufferSize);
typedef VOID (NTAPI NET_BUFFER_FREE_MDL)(PMDL Mdl);
typedef NET_BUFFER_ALLOCATE_MDL *NET_BUFFER_ALLOCATE_MDL_HANDLER;
typedef NET_BUFFER_FREE_MDL *NET_BUFFER_FREE_MDL_HANDLER;

NDIS_STATUS NTAPI NdisRetreatNetBufferDataStart(
    PNET_BUFFER NetBuffer, ULONG DataOffsetDelta, ULONG DataBackFill,
    NET_BUFFER_ALLOCATE_MDL_HANDLER AllocateMdlHandler);
VOID NTAPI NdisAdvanceNetBufferDataStart(
    PNET_BUFFER NetBuffer, ULONG DataOffsetDelta, BOOLEAN FreeMdl,
    NET_BUFFER_FREE_MDL_HANDLER FreeMdlHandler);
NDIS_STATUS NTAPI NdisRetreatNetBufferListDataStart(
    PNET_BUFFER_LIST NetBufferList, ULONG DataOffsetDelta, ULONG DataBackFill,
    NET_BUFFER_ALLOCATE_MDL_HANDLER AllocateMdlHandler,
    NET_BUFFER_FREE_MDL_HANDLER FreeMdlHandler);
VOID NTAPI NdisAdvanceNetBufferListDataStart(
    PNET_BUFFER_LIST NetBufferList, ULONG DataOffsetDelta, BOOLEAN FreeMdl,
    NET_BUFFER_FREE_MDL_HANDLER FreeMdlHandler);
VOID NTAPI NdisAdjustNetBufferCurrentMdl(PNET_BUFFER NetBuffer);

PVOID NTAPI NdisGetDataBuffer(
    PNET_BUFFER NetBuffer, ULONG BytesNeeded, PVOID Storage, ULONG AlignMultiple,
    ULONG AlignOffset);
NDIS_STATUS NTAPI NdisCopyFromNetBufferToNetBuffer(
    PNET_BUFFER Destination, ULONG DestinationOffset, ULONG BytesToCopy,
    NET_BUFFER const *Source, ULONG SourceOffset, PULONG BytesCopied);
VOID NTAPI NdisCopySendNetBufferListInfo(
    PNET_BUFFER_LIST DestNetBufferList, NET_BUFFER_LIST const *SrcNetBufferList);
VOID NTAPI NdisCopyReceiveNetBufferListInfo(
    PNET_BUFFER_LIST DestNetBufferList, NET_BUFFER_LIST const *SrcNetBufferList);
ULONG NTAPI NdisQueryNetBufferPhysicalCount(PNET_BUFFER NetBuffer);

/* MDLs of nonpaged memory */
PMDL NTAPI NdisAllocateMdl(NDIS_HANDLE NdisHandle, PVOID VirtualAddress, UINT Length);
VOID NTAPI NdisFreeMdl(PMDL Mdl);

#define NDIS_MDL_LINKAGE(_Mdl)                 ((_Mdl)->Next)
#define NdisGetNextMdl(_Mdl, _NextMdl)         (*(_NextMdl) = (_Mdl)->Next)
#define NdisAdjustMdlLength(_Mdl, _Length)     (((_Mdl)->ByteCount) = (_Length))
#define NdisQueryMdlOffset(_Mdl, _Offset, _Length) \
    (*(_Offset) = MmGetMdlByteOffset(_Mdl), *(_Length) = MmGetMdlByteCount(_Mdl))

/* Address, and length, of an MDL's memory; the address is NULL when it could not be mapped. */
#define NdisQueryMdl(_Mdl, _VirtualAddress, _Length, _Priority) \
    { \
        if (ARGUMENT_PRESENT(_VirtualAddress)) { \
            *(PVOID *)(_VirtualAddress) = \
                MmGetSystemAddressForMdlSafe(_Mdl, (MM_PAGE_PRIORITY)(_Priority)); \
        } \
        *(_Length) = MmGetMdlByteCount(_Mdl); \
    }

#endif
