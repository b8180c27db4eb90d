/*
 * ntbuild/dma_fields.h - NTBUILD_DMA_FIELDS: the routines of DMA_OPERATIONS since Windows 8, read where
 * mingw-w64's structure ends. Their types are in dma.h.
 */
#ifndef NTBUILD_DMA_FIELDS_H
#define NTBUILD_DMA_FIELDS_H

struct _DMA_ADAPTER_INFO;
struct _DMA_TRANSFER_INFO;
struct _DMA_COMMON_BUFFER_VECTOR;
struct _DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION;

#define NTBUILD_DMA_COMPLETION                                                                    \
    VOID (NTAPI *CompletionRoutine)(                                                              \
        struct _DMA_ADAPTER *DmaAdapter, struct _DEVICE_OBJECT *DeviceObject,                     \
        PVOID RoutineContext, DMA_COMPLETION_STATUS Status)

#define NTBUILD_DMA_FIELDS                                                                        \
    NTSTATUS (NTAPI *GetDmaAdapterInfo)(                                                          \
        struct _DMA_ADAPTER *DmaAdapter, struct _DMA_ADAPTER_INFO *AdapterInfo);                  \
    NTSTATUS (NTAPI *GetDmaTransferInfo)(                                                         \
        struct _DMA_ADAPTER *DmaAdapter, PMDL Mdl, ULONGLONG Offset, ULONG Length, BOOLEAN        \
        WriteOnly, struct _DMA_TRANSFER_INFO *TransferInfo);                                      \
    NTSTATUS (NTAPI *InitializeDmaTransferContext)(                                               \
        struct _DMA_ADAPTER *DmaAdapter, PVOID DmaTransferContext);                               \
    PVOID (NTAPI *AllocateCommonBufferEx)(                                                        \
        struct _DMA_ADAPTER *DmaAdapter, PPHYSICAL_ADDRESS MaximumAddress, ULONG Length,          \
        PPHYSICAL_ADDRESS LogicalAddress, BOOLEAN CacheEnabled, NODE_REQUIREMENT PreferredNode);  \
    NTSTATUS (NTAPI *AllocateAdapterChannelEx)(                                                   \
        struct _DMA_ADAPTER *DmaAdapter, PDEVICE_OBJECT DeviceObject, PVOID                       \
        DmaTransferContext, ULONG NumberOfMapRegisters, ULONG Flags, PDRIVER_CONTROL              \
        ExecutionRoutine, PVOID ExecutionContext, PVOID *MapRegisterBase);                        \
    NTSTATUS (NTAPI *ConfigureAdapterChannel)(                                                    \
        struct _DMA_ADAPTER *DmaAdapter, ULONG FunctionNumber, PVOID Context);                    \
    BOOLEAN (NTAPI *CancelAdapterChannel)(                                                        \
        struct _DMA_ADAPTER *DmaAdapter, PDEVICE_OBJECT DeviceObject, PVOID DmaTransferContext);  \
    NTSTATUS (NTAPI *MapTransferEx)(                                                              \
        struct _DMA_ADAPTER *DmaAdapter, PMDL Mdl, PVOID MapRegisterBase, ULONGLONG Offset,       \
        ULONG DeviceOffset, PULONG Length, BOOLEAN WriteToDevice, PSCATTER_GATHER_LIST            \
        ScatterGatherBuffer, ULONG ScatterGatherBufferLength, NTBUILD_DMA_COMPLETION, PVOID       \
        RoutineContext);                                                                       \
    NTSTATUS (NTAPI *GetScatterGatherListEx)(                                                     \
        struct _DMA_ADAPTER *DmaAdapter, PDEVICE_OBJECT DeviceObject, PVOID                       \
        DmaTransferContext, PMDL Mdl, ULONGLONG Offset, ULONG Length, ULONG Flags,                \
        PDRIVER_LIST_CONTROL ExecutionRoutine, PVOID Context, BOOLEAN WriteToDevice,              \
        NTBUILD_DMA_COMPLETION, PVOID RoutineContext, PSCATTER_GATHER_LIST                     \
        *ScatterGatherList);                                                                      \
    NTSTATUS (NTAPI *BuildScatterGatherListEx)(                                                   \
        struct _DMA_ADAPTER *DmaAdapter, PDEVICE_OBJECT DeviceObject, PVOID                       \
        DmaTransferContext, PMDL Mdl, ULONGLONG Offset, ULONG Length, ULONG Flags,                \
        PDRIVER_LIST_CONTROL ExecutionRoutine, PVOID Context, BOOLEAN WriteToDevice, PVOID        \
        ScatterGatherBuffer, ULONG ScatterGatherLength, NTBUILD_DMA_COMPLETION, PVOID             \
        RoutineContext, PVOID ScatterGatherList);                                              \
    NTSTATUS (NTAPI *FlushAdapterBuffersEx)(                                                      \
        struct _DMA_ADAPTER *DmaAdapter, PMDL Mdl, PVOID MapRegisterBase, ULONGLONG Offset,       \
        ULONG Length, BOOLEAN WriteToDevice);                                                     \
    VOID (NTAPI *FreeAdapterObject)(                                                              \
        struct _DMA_ADAPTER *DmaAdapter, IO_ALLOCATION_ACTION AllocationAction);                  \
    NTSTATUS (NTAPI *CancelMappedTransfer)(                                                       \
        struct _DMA_ADAPTER *DmaAdapter, PVOID DmaTransferContext);                               \
    NTSTATUS (NTAPI *AllocateDomainCommonBuffer)(                                                 \
        struct _DMA_ADAPTER *DmaAdapter, HANDLE DomainHandle, PPHYSICAL_ADDRESS                   \
        MaximumAddress, ULONG Length, ULONG Flags, MEMORY_CACHING_TYPE *CacheType,                \
        NODE_REQUIREMENT PreferredNode, PPHYSICAL_ADDRESS LogicalAddress, PVOID                   \
        *VirtualAddress);                                                                         \
    NTSTATUS (NTAPI *FlushDmaBuffer)(                                                             \
        struct _DMA_ADAPTER *DmaAdapter, PMDL Mdl, BOOLEAN ReadOperation);                        \
    NTSTATUS (NTAPI *JoinDmaDomain)(                                                              \
        struct _DMA_ADAPTER *DmaAdapter, HANDLE DomainHandle);                                    \
    NTSTATUS (NTAPI *LeaveDmaDomain)(                                                             \
        struct _DMA_ADAPTER *DmaAdapter);                                                         \
    HANDLE (NTAPI *GetDmaDomain)(                                                                 \
        struct _DMA_ADAPTER *DmaAdapter);                                                         \
    PVOID (NTAPI *AllocateCommonBufferWithBounds)(                                                \
        struct _DMA_ADAPTER *DmaAdapter, PPHYSICAL_ADDRESS MinimumAddress, PPHYSICAL_ADDRESS      \
        MaximumAddress, ULONG Length, ULONG Flags, MEMORY_CACHING_TYPE *CacheType,                \
        NODE_REQUIREMENT PreferredNode, PPHYSICAL_ADDRESS LogicalAddress);                        \
    NTSTATUS (NTAPI *AllocateCommonBufferVector)(                                                 \
        struct _DMA_ADAPTER *DmaAdapter, PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS            \
        HighAddress, MEMORY_CACHING_TYPE CacheType, ULONG IdealNode, ULONG Flags, ULONG           \
        NumberOfElements, ULONGLONG SizeOfElements, struct _DMA_COMMON_BUFFER_VECTOR              \
        **VectorOut);                                                                             \
    VOID (NTAPI *GetCommonBufferFromVectorByIndex)(                                               \
        struct _DMA_ADAPTER *DmaAdapter, struct _DMA_COMMON_BUFFER_VECTOR *Vector, ULONG          \
        Index, PVOID *VirtualAddressOut, PPHYSICAL_ADDRESS LogicalAddressOut);                    \
    VOID (NTAPI *FreeCommonBufferFromVector)(                                                     \
        struct _DMA_ADAPTER *DmaAdapter, struct _DMA_COMMON_BUFFER_VECTOR *Vector, ULONG Index);  \
    VOID (NTAPI *FreeCommonBufferVector)(                                                         \
        struct _DMA_ADAPTER *DmaAdapter, struct _DMA_COMMON_BUFFER_VECTOR *Vector);               \
    NTSTATUS (NTAPI *CreateCommonBufferFromMdl)(                                                  \
        struct _DMA_ADAPTER *DmaAdapter, PMDL Mdl, struct                                         \
        _DMA_COMMON_BUFFER_EXTENDED_CONFIGURATION *ExtendedConfigs, ULONG                         \
        ExtendedConfigsCount, PPHYSICAL_ADDRESS LogicalAddress)

#endif
