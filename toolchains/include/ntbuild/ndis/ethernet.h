/* ntbuild/ndis/ethernet.h - addresses of Ethernet, and names that sources declare contexts with. */
#ifndef NTBUILD_NDIS_ETHERNET_H
#define NTBUILD_NDIS_ETHERNET_H

#define ETH_LENGTH_OF_ADDRESS 6

#define ETH_IS_MULTICAST(Address) ((BOOLEAN)(((PUCHAR)(Address))[0] & ((UCHAR)0x01)))
#define ETH_IS_BROADCAST(Address) \
    ((((PUCHAR)(Address))[0] == (UCHAR)0xff) && (((PUCHAR)(Address))[1] == (UCHAR)0xff) && \
     (((PUCHAR)(Address))[2] == (UCHAR)0xff) && (((PUCHAR)(Address))[3] == (UCHAR)0xff) && \
     (((PUCHAR)(Address))[4] == (UCHAR)0xff) && (((PUCHAR)(Address))[5] == (UCHAR)0xff))
#define ETH_IS_EMPTY(Address) \
    ((((PUCHAR)(Address))[0] | ((PUCHAR)(Address))[1] | ((PUCHAR)(Address))[2] | \
      ((PUCHAR)(Address))[3] | ((PUCHAR)(Address))[4] | ((PUCHAR)(Address))[5]) == 0)

#define ETH_COPY_NETWORK_ADDRESS(Destination, Source) \
    { \
        *((ULONG UNALIGNED *)(Destination)) = *((ULONG UNALIGNED *)(Source)); \
        *((USHORT UNALIGNED *)((UCHAR *)(Destination) + 4)) = \
            *((USHORT UNALIGNED *)((UCHAR *)(Source) + 4)); \
    }

/* Zero when two addresses are equal; above or below zero by their last four bytes, then the rest */
#define ETH_COMPARE_NETWORK_ADDRESSES_EQ(Left, Right, Result) \
    { \
        *(Result) = (*(ULONG UNALIGNED *)((PUCHAR)(Left) + 2) != \
                     *(ULONG UNALIGNED *)((PUCHAR)(Right) + 2)) || \
                    (*(USHORT UNALIGNED *)(Left) != *(USHORT UNALIGNED *)(Right)); \
    }
#define ETH_COMPARE_NETWORK_ADDRESSES(Left, Right, Result) \
    { \
        if (*(ULONG UNALIGNED *)((PUCHAR)(Left) + 2) > \
            *(ULONG UNALIGNED *)((PUCHAR)(Right) + 2)) \
            *(Result) = 1; \
        else if (*(ULONG UNALIGNED *)((PUCHAR)(Left) + 2) < \
                 *(ULONG UNALIGNED *)((PUCHAR)(Right) + 2)) \
            *(Result) = (UINT)-1; \
        else if (*(USHORT UNALIGNED *)(Left) > *(USHORT UNALIGNED *)(Right)) \
            *(Result) = 1; \
        else if (*(USHORT UNALIGNED *)(Left) < *(USHORT UNALIGNED *)(Right)) \
            *(Result) = (UINT)-1; \
        else \
            *(Result) = 0; \
    }

/* What a driver's contexts are, for analysers only */
#define NDIS_DECLARE_CO_CL_AF_CONTEXT(Type)
#define NDIS_DECLARE_CO_CL_VC_CONTEXT(Type)
#define NDIS_DECLARE_CO_CM_AF_CONTEXT(Type)
#define NDIS_DECLARE_CO_CM_VC_CONTEXT(Type)
#define NDIS_DECLARE_CO_MINIPORT_VC_CONTEXT(Type)
#define NDIS_DECLARE_FILTER_DRIVER_CONTEXT(Type)
#define NDIS_DECLARE_FILTER_MODULE_CONTEXT(Type)
#define NDIS_DECLARE_MINIPORT_ADAPTER_CONTEXT(Type)
#define NDIS_DECLARE_MINIPORT_ADDDEVICE_CONTEXT(Type)
#define NDIS_DECLARE_MINIPORT_DRIVER_CONTEXT(Type)
#define NDIS_DECLARE_MINIPORT_INTERRUPT_CONTEXT(Type)
#define NDIS_DECLARE_MINIPORT_SGLIST_CONTEXT(Type)
#define NDIS_DECLARE_MINIPORT_SHARED_DMA_ASYNC_CONTEXT(Type)
#define NDIS_DECLARE_PROTOCOL_DRIVER_CONTEXT(Type)
#define NDIS_DECLARE_PROTOCOL_OPEN_CONTEXT(Type)
#define NDIS_DECLARE_SHARED_MEMORY_ALLOCATION_CONTEXT(Type)
#define NDIS_DECLARE_SHARED_MEMORY_PROVIDER_CONTEXT(Type)
#define NDIS_DECLARE_SWITCH_NET_BUFFER_LIST_CONTEXT_TYPE(Type, Name)

#endif
