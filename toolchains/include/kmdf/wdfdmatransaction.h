/* wdfdmatransaction.h - KMDF. Made from toolchains/kmdf/wdfdmatransaction.txt. */
#ifndef _WDFDMATRANSACTION_H_
#define _WDFDMATRANSACTION_H_

WDF_EXTERN_C_START

typedef BOOLEAN NTAPI EVT_WDF_PROGRAM_DMA(
    WDFDMATRANSACTION Transaction, WDFDEVICE Device, WDFCONTEXT Context, WDF_DMA_DIRECTION
    Direction, PSCATTER_GATHER_LIST SgList);
typedef EVT_WDF_PROGRAM_DMA *PFN_WDF_PROGRAM_DMA;

typedef BOOLEAN NTAPI EVT_WDF_DMA_TRANSACTION_CONFIGURE_DMA_CHANNEL(
    WDFDMATRANSACTION DmaTransaction, WDFDEVICE Device, PVOID Context, PMDL Mdl, size_t Offset,
    size_t Length);
typedef EVT_WDF_DMA_TRANSACTION_CONFIGURE_DMA_CHANNEL *PFN_WDF_DMA_TRANSACTION_CONFIGURE_DMA_CHANNEL;

typedef VOID NTAPI EVT_WDF_DMA_TRANSACTION_DMA_TRANSFER_COMPLETE(
    WDFDMATRANSACTION Transaction, WDFDEVICE Device, WDFCONTEXT Context, WDF_DMA_DIRECTION
    Direction, DMA_COMPLETION_STATUS Status);
typedef EVT_WDF_DMA_TRANSACTION_DMA_TRANSFER_COMPLETE *PFN_WDF_DMA_TRANSACTION_DMA_TRANSFER_COMPLETE;

typedef VOID NTAPI EVT_WDF_RESERVE_DMA(WDFDMATRANSACTION DmaTransaction, PVOID Context);
typedef EVT_WDF_RESERVE_DMA *PFN_WDF_RESERVE_DMA;

typedef NTSTATUS (NTAPI *PFN_WDFDMATRANSACTIONCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMAENABLER DmaEnabler, PWDF_OBJECT_ATTRIBUTES Attributes,
    WDFDMATRANSACTION *DmaTransaction);
WDF_INLINE NTSTATUS WdfDmaTransactionCreate(
    WDFDMAENABLER DmaEnabler, PWDF_OBJECT_ATTRIBUTES Attributes, WDFDMATRANSACTION *DmaTransaction)
{
    return ((PFN_WDFDMATRANSACTIONCREATE)WdfFunctions[WdfDmaTransactionCreateTableIndex])(
        WdfDriverGlobals, DmaEnabler, Attributes, DmaTransaction);
}

typedef NTSTATUS (NTAPI *PFN_WDFDMATRANSACTIONINITIALIZE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, PFN_WDF_PROGRAM_DMA
    EvtProgramDmaFunction, WDF_DMA_DIRECTION DmaDirection, PMDL Mdl, PVOID VirtualAddress, size_t
    Length);
WDF_INLINE NTSTATUS WdfDmaTransactionInitialize(
    WDFDMATRANSACTION DmaTransaction, PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction, WDF_DMA_DIRECTION
    DmaDirection, PMDL Mdl, PVOID VirtualAddress, size_t Length)
{
    return ((PFN_WDFDMATRANSACTIONINITIALIZE)WdfFunctions[WdfDmaTransactionInitializeTableIndex])(
        WdfDriverGlobals, DmaTransaction, EvtProgramDmaFunction, DmaDirection, Mdl, VirtualAddress,
        Length);
}

typedef NTSTATUS (NTAPI *PFN_WDFDMATRANSACTIONINITIALIZEUSINGOFFSET)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, PFN_WDF_PROGRAM_DMA
    EvtProgramDmaFunction, WDF_DMA_DIRECTION DmaDirection, PMDL Mdl, size_t Offset, size_t Length);
WDF_INLINE NTSTATUS WdfDmaTransactionInitializeUsingOffset(
    WDFDMATRANSACTION DmaTransaction, PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction, WDF_DMA_DIRECTION
    DmaDirection, PMDL Mdl, size_t Offset, size_t Length)
{
    return ((PFN_WDFDMATRANSACTIONINITIALIZEUSINGOFFSET)WdfFunctions[WdfDmaTransactionInitializeUsingOffsetTableIndex])(
        WdfDriverGlobals, DmaTransaction, EvtProgramDmaFunction, DmaDirection, Mdl, Offset, Length);
}

typedef NTSTATUS (NTAPI *PFN_WDFDMATRANSACTIONINITIALIZEUSINGREQUEST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, WDFREQUEST Request,
    PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction, WDF_DMA_DIRECTION DmaDirection);
WDF_INLINE NTSTATUS WdfDmaTransactionInitializeUsingRequest(
    WDFDMATRANSACTION DmaTransaction, WDFREQUEST Request, PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction,
    WDF_DMA_DIRECTION DmaDirection)
{
    return ((PFN_WDFDMATRANSACTIONINITIALIZEUSINGREQUEST)WdfFunctions[WdfDmaTransactionInitializeUsingRequestTableIndex])(
        WdfDriverGlobals, DmaTransaction, Request, EvtProgramDmaFunction, DmaDirection);
}

typedef NTSTATUS (NTAPI *PFN_WDFDMATRANSACTIONEXECUTE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, WDFCONTEXT Context);
WDF_INLINE NTSTATUS WdfDmaTransactionExecute(WDFDMATRANSACTION DmaTransaction, WDFCONTEXT Context)
{
    return ((PFN_WDFDMATRANSACTIONEXECUTE)WdfFunctions[WdfDmaTransactionExecuteTableIndex])(
        WdfDriverGlobals, DmaTransaction, Context);
}

typedef NTSTATUS (NTAPI *PFN_WDFDMATRANSACTIONRELEASE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction);
WDF_INLINE NTSTATUS WdfDmaTransactionRelease(WDFDMATRANSACTION DmaTransaction)
{
    return ((PFN_WDFDMATRANSACTIONRELEASE)WdfFunctions[WdfDmaTransactionReleaseTableIndex])(
        WdfDriverGlobals, DmaTransaction);
}

typedef BOOLEAN (NTAPI *PFN_WDFDMATRANSACTIONDMACOMPLETED)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, NTSTATUS *Status);
WDF_INLINE BOOLEAN WdfDmaTransactionDmaCompleted(WDFDMATRANSACTION DmaTransaction, NTSTATUS *Status)
{
    return ((PFN_WDFDMATRANSACTIONDMACOMPLETED)WdfFunctions[WdfDmaTransactionDmaCompletedTableIndex])(
        WdfDriverGlobals, DmaTransaction, Status);
}

typedef BOOLEAN (NTAPI *PFN_WDFDMATRANSACTIONDMACOMPLETEDWITHLENGTH)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, size_t TransferredLength,
    NTSTATUS *Status);
WDF_INLINE BOOLEAN WdfDmaTransactionDmaCompletedWithLength(
    WDFDMATRANSACTION DmaTransaction, size_t TransferredLength, NTSTATUS *Status)
{
    return ((PFN_WDFDMATRANSACTIONDMACOMPLETEDWITHLENGTH)WdfFunctions[WdfDmaTransactionDmaCompletedWithLengthTableIndex])(
        WdfDriverGlobals, DmaTransaction, TransferredLength, Status);
}

typedef BOOLEAN (NTAPI *PFN_WDFDMATRANSACTIONDMACOMPLETEDFINAL)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, size_t
    FinalTransferredLength, NTSTATUS *Status);
WDF_INLINE BOOLEAN WdfDmaTransactionDmaCompletedFinal(
    WDFDMATRANSACTION DmaTransaction, size_t FinalTransferredLength, NTSTATUS *Status)
{
    return ((PFN_WDFDMATRANSACTIONDMACOMPLETEDFINAL)WdfFunctions[WdfDmaTransactionDmaCompletedFinalTableIndex])(
        WdfDriverGlobals, DmaTransaction, FinalTransferredLength, Status);
}

typedef size_t (NTAPI *PFN_WDFDMATRANSACTIONGETBYTESTRANSFERRED)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction);
WDF_INLINE size_t WdfDmaTransactionGetBytesTransferred(WDFDMATRANSACTION DmaTransaction)
{
    return ((PFN_WDFDMATRANSACTIONGETBYTESTRANSFERRED)WdfFunctions[WdfDmaTransactionGetBytesTransferredTableIndex])(
        WdfDriverGlobals, DmaTransaction);
}

typedef VOID (NTAPI *PFN_WDFDMATRANSACTIONSETMAXIMUMLENGTH)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, size_t MaximumLength);
WDF_INLINE VOID WdfDmaTransactionSetMaximumLength(
    WDFDMATRANSACTION DmaTransaction, size_t MaximumLength)
{
    ((PFN_WDFDMATRANSACTIONSETMAXIMUMLENGTH)WdfFunctions[WdfDmaTransactionSetMaximumLengthTableIndex])(
        WdfDriverGlobals, DmaTransaction, MaximumLength);
}

#if KMDF_VERSION_MINOR >= 19
typedef VOID (NTAPI *PFN_WDFDMATRANSACTIONSETSINGLETRANSFERREQUIREMENT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, BOOLEAN
    RequireSingleTransfer);
WDF_INLINE VOID WdfDmaTransactionSetSingleTransferRequirement(
    WDFDMATRANSACTION DmaTransaction, BOOLEAN RequireSingleTransfer)
{
    ((PFN_WDFDMATRANSACTIONSETSINGLETRANSFERREQUIREMENT)WdfFunctions[WdfDmaTransactionSetSingleTransferRequirementTableIndex])(
        WdfDriverGlobals, DmaTransaction, RequireSingleTransfer);
}
#endif

typedef WDFREQUEST (NTAPI *PFN_WDFDMATRANSACTIONGETREQUEST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction);
WDF_INLINE WDFREQUEST WdfDmaTransactionGetRequest(WDFDMATRANSACTION DmaTransaction)
{
    return ((PFN_WDFDMATRANSACTIONGETREQUEST)WdfFunctions[WdfDmaTransactionGetRequestTableIndex])(
        WdfDriverGlobals, DmaTransaction);
}

typedef size_t (NTAPI *PFN_WDFDMATRANSACTIONGETCURRENTDMATRANSFERLENGTH)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction);
WDF_INLINE size_t WdfDmaTransactionGetCurrentDmaTransferLength(WDFDMATRANSACTION DmaTransaction)
{
    return ((PFN_WDFDMATRANSACTIONGETCURRENTDMATRANSFERLENGTH)WdfFunctions[WdfDmaTransactionGetCurrentDmaTransferLengthTableIndex])(
        WdfDriverGlobals, DmaTransaction);
}

typedef WDFDEVICE (NTAPI *PFN_WDFDMATRANSACTIONGETDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction);
WDF_INLINE WDFDEVICE WdfDmaTransactionGetDevice(WDFDMATRANSACTION DmaTransaction)
{
    return ((PFN_WDFDMATRANSACTIONGETDEVICE)WdfFunctions[WdfDmaTransactionGetDeviceTableIndex])(
        WdfDriverGlobals, DmaTransaction);
}

typedef VOID (NTAPI *PFN_WDFDMATRANSACTIONGETTRANSFERINFO)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, ULONG *MapRegisterCount,
    ULONG *ScatterGatherElementCount);
WDF_INLINE VOID WdfDmaTransactionGetTransferInfo(
    WDFDMATRANSACTION DmaTransaction, ULONG *MapRegisterCount, ULONG *ScatterGatherElementCount)
{
    ((PFN_WDFDMATRANSACTIONGETTRANSFERINFO)WdfFunctions[WdfDmaTransactionGetTransferInfoTableIndex])(
        WdfDriverGlobals, DmaTransaction, MapRegisterCount, ScatterGatherElementCount);
}

typedef VOID (NTAPI *PFN_WDFDMATRANSACTIONSETCHANNELCONFIGURATIONCALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction,
    PFN_WDF_DMA_TRANSACTION_CONFIGURE_DMA_CHANNEL ConfigureRoutine, PVOID ConfigureContext);
WDF_INLINE VOID WdfDmaTransactionSetChannelConfigurationCallback(
    WDFDMATRANSACTION DmaTransaction, PFN_WDF_DMA_TRANSACTION_CONFIGURE_DMA_CHANNEL
    ConfigureRoutine, PVOID ConfigureContext)
{
    ((PFN_WDFDMATRANSACTIONSETCHANNELCONFIGURATIONCALLBACK)WdfFunctions[WdfDmaTransactionSetChannelConfigurationCallbackTableIndex])(
        WdfDriverGlobals, DmaTransaction, ConfigureRoutine, ConfigureContext);
}

typedef VOID (NTAPI *PFN_WDFDMATRANSACTIONSETTRANSFERCOMPLETECALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction,
    PFN_WDF_DMA_TRANSACTION_DMA_TRANSFER_COMPLETE DmaCompletionRoutine, PVOID DmaCompletionContext);
WDF_INLINE VOID WdfDmaTransactionSetTransferCompleteCallback(
    WDFDMATRANSACTION DmaTransaction, PFN_WDF_DMA_TRANSACTION_DMA_TRANSFER_COMPLETE
    DmaCompletionRoutine, PVOID DmaCompletionContext)
{
    ((PFN_WDFDMATRANSACTIONSETTRANSFERCOMPLETECALLBACK)WdfFunctions[WdfDmaTransactionSetTransferCompleteCallbackTableIndex])(
        WdfDriverGlobals, DmaTransaction, DmaCompletionRoutine, DmaCompletionContext);
}

typedef VOID (NTAPI *PFN_WDFDMATRANSACTIONSETIMMEDIATEEXECUTION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, BOOLEAN
    UseImmediateExecution);
WDF_INLINE VOID WdfDmaTransactionSetImmediateExecution(
    WDFDMATRANSACTION DmaTransaction, BOOLEAN UseImmediateExecution)
{
    ((PFN_WDFDMATRANSACTIONSETIMMEDIATEEXECUTION)WdfFunctions[WdfDmaTransactionSetImmediateExecutionTableIndex])(
        WdfDriverGlobals, DmaTransaction, UseImmediateExecution);
}

typedef NTSTATUS (NTAPI *PFN_WDFDMATRANSACTIONALLOCATERESOURCES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, WDF_DMA_DIRECTION
    DmaDirection, ULONG RequiredMapRegisters, PFN_WDF_RESERVE_DMA EvtReserveDmaFunction, PVOID
    EvtReserveDmaContext);
WDF_INLINE NTSTATUS WdfDmaTransactionAllocateResources(
    WDFDMATRANSACTION DmaTransaction, WDF_DMA_DIRECTION DmaDirection, ULONG RequiredMapRegisters,
    PFN_WDF_RESERVE_DMA EvtReserveDmaFunction, PVOID EvtReserveDmaContext)
{
    return ((PFN_WDFDMATRANSACTIONALLOCATERESOURCES)WdfFunctions[WdfDmaTransactionAllocateResourcesTableIndex])(
        WdfDriverGlobals, DmaTransaction, DmaDirection, RequiredMapRegisters, EvtReserveDmaFunction,
        EvtReserveDmaContext);
}

typedef VOID (NTAPI *PFN_WDFDMATRANSACTIONSETDEVICEADDRESSOFFSET)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction, ULONG Offset);
WDF_INLINE VOID WdfDmaTransactionSetDeviceAddressOffset(
    WDFDMATRANSACTION DmaTransaction, ULONG Offset)
{
    ((PFN_WDFDMATRANSACTIONSETDEVICEADDRESSOFFSET)WdfFunctions[WdfDmaTransactionSetDeviceAddressOffsetTableIndex])(
        WdfDriverGlobals, DmaTransaction, Offset);
}

typedef VOID (NTAPI *PFN_WDFDMATRANSACTIONFREERESOURCES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction);
WDF_INLINE VOID WdfDmaTransactionFreeResources(WDFDMATRANSACTION DmaTransaction)
{
    ((PFN_WDFDMATRANSACTIONFREERESOURCES)WdfFunctions[WdfDmaTransactionFreeResourcesTableIndex])(
        WdfDriverGlobals, DmaTransaction);
}

typedef BOOLEAN (NTAPI *PFN_WDFDMATRANSACTIONCANCEL)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction);
WDF_INLINE BOOLEAN WdfDmaTransactionCancel(WDFDMATRANSACTION DmaTransaction)
{
    return ((PFN_WDFDMATRANSACTIONCANCEL)WdfFunctions[WdfDmaTransactionCancelTableIndex])(
        WdfDriverGlobals, DmaTransaction);
}

typedef PVOID (NTAPI *PFN_WDFDMATRANSACTIONWDMGETTRANSFERCONTEXT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction);
WDF_INLINE PVOID WdfDmaTransactionWdmGetTransferContext(WDFDMATRANSACTION DmaTransaction)
{
    return ((PFN_WDFDMATRANSACTIONWDMGETTRANSFERCONTEXT)WdfFunctions[WdfDmaTransactionWdmGetTransferContextTableIndex])(
        WdfDriverGlobals, DmaTransaction);
}

typedef VOID (NTAPI *PFN_WDFDMATRANSACTIONSTOPSYSTEMTRANSFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDMATRANSACTION DmaTransaction);
WDF_INLINE VOID WdfDmaTransactionStopSystemTransfer(WDFDMATRANSACTION DmaTransaction)
{
    ((PFN_WDFDMATRANSACTIONSTOPSYSTEMTRANSFER)WdfFunctions[WdfDmaTransactionStopSystemTransferTableIndex])(
        WdfDriverGlobals, DmaTransaction);
}

WDF_EXTERN_C_END

#endif
