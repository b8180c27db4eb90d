/* ntbuild/ndis/base.h - handles, status, addresses and the header that every NDIS 6 object has. */
#ifndef NTBUILD_NDIS_BASE_H
#define NTBUILD_NDIS_BASE_H

typedef PVOID NDIS_HANDLE, *PNDIS_HANDLE;
typedef int NDIS_STATUS, *PNDIS_STATUS;
typedef ULONG NDIS_OID, *PNDIS_OID;
typedef ULONG NDIS_ERROR_CODE, *PNDIS_ERROR_CODE;
typedef UNICODE_STRING NDIS_STRING, *PNDIS_STRING;
typedef PHYSICAL_ADDRESS NDIS_PHYSICAL_ADDRESS, *PNDIS_PHYSICAL_ADDRESS;
typedef unsigned int UINT, *PUINT;
typedef ULONG NDIS_AF_LIST, *PNDIS_AF_LIST;
typedef CCHAR NDIS_RSS_CPU_INDEX;
typedef MDL NDIS_BUFFER, *PNDIS_BUFFER;

#define NDIS_STRING_CONST(Text) { sizeof(L##Text) - 2, sizeof(L##Text), L##Text }

#define NDIS_PHYSICAL_ADDRESS_CONST(Low, High) { { (ULONG)(Low), (LONG)(High) } }
#define NdisSetPhysicalAddressLow(Address, Low)   ((Address).LowPart = (Low))
#define NdisSetPhysicalAddressHigh(Address, High) ((Address).HighPart = (High))
#define NdisGetPhysicalAddressLow(Address)        ((Address).LowPart)
#define NdisGetPhysicalAddressHigh(Address)       ((Address).HighPart)

/* An array of the addresses above a page; DmaSize of NdisMInitializeScatterGatherDma */
typedef struct _NDIS_PHYSICAL_ADDRESS_UNIT {
    NDIS_PHYSICAL_ADDRESS PhysicalAddress;
    ULONG Length;
} NDIS_PHYSICAL_ADDRESS_UNIT, *PNDIS_PHYSICAL_ADDRESS_UNIT;

#ifndef EXPORT
# define EXPORT
#endif
#define NDIS_LENGTH_OF_HEADER (sizeof(NDIS_OBJECT_HEADER))

#define NDIS_NT 1
#if defined(__aarch64__)
# define NDIS_MIN_API 0x630
#else
# define NDIS_MIN_API 0x400
#endif

/* Memory that NdisAllocateMemory made */
#define NDIS_MEMORY_CONTIGUOUS 0x00000001
#define NDIS_MEMORY_NONCACHED  0x00000002

#endif
