/*
 * ntbuild/storage/storport_extended.h - functions that reach the port driver through one of two.
 *
 * storport.sys exports StorPortExtendedFunction and StorPortNotification; most of what a miniport
 * calls is one of them with a number. A port driver that does not know the number answers
 * STOR_STATUS_NOT_IMPLEMENTED. Here are those that do more than pass their arguments on.
 */
#ifndef NTBUILD_STORAGE_STORPORT_EXTENDED_H
#define NTBUILD_STORAGE_STORPORT_EXTENDED_H

typedef enum _STORPORT_FUNCTION_CODE {
    ExtFunctionAllocatePool,
    ExtFunctionFreePool,
    ExtFunctionAllocateMdl,
    ExtFunctionFreeMdl,
    ExtFunctionBuildMdlForNonPagedPool,
    ExtFunctionGetSystemAddress,
    ExtFunctionGetOriginalMdl,
    ExtFunctionCompleteServiceIrp,
    ExtFunctionGetDeviceObjects,
    ExtFunctionBuildScatterGatherList,
    ExtFunctionPutScatterGatherList,
    ExtFunctionAcquireMSISpinLock,
    ExtFunctionReleaseMSISpinLock,
    ExtFunctionGetMessageInterruptInformation,
    ExtFunctionInitializePerformanceOptimizations,
    ExtFunctionGetStartIoPerformanceParameters,
    ExtFunctionLogSystemEvent,
    ExtFunctionGetCurrentProcessorNumber,
    ExtFunctionGetActiveGroupCount,
    ExtFunctionGetGroupAffinity,
    ExtFunctionGetActiveNodeCount,
    ExtFunctionGetNodeAffinity,
    ExtFunctionGetHighestNodeNumber,
    ExtFunctionGetLogicalProcessorRelationship,
    ExtFunctionAllocateContiguousMemorySpecifyCacheNode,
    ExtFunctionFreeContiguousMemorySpecifyCache,
    ExtFunctionSetPowerSettingNotificationGuids,
    ExtFunctionInvokeAcpiMethod,
    ExtFunctionGetRequestInfo,
    ExtFunctionInitializeWorker,
    ExtFunctionQueueWorkItem,
    ExtFunctionFreeWorker,
    ExtFunctionInitializeTimer,
    ExtFunctionRequestTimer,
    ExtFunctionFreeTimer,
    ExtFunctionInitializeSListHead,
    ExtFunctionInterlockedFlushSList,
    ExtFunctionInterlockedPopEntrySList,
    ExtFunctionInterlockedPushEntrySList,
    ExtFunctionQueryDepthSList,
    ExtFunctionGetActivityId,
    ExtFunctionGetSystemPortNumber,
    ExtFunctionGetDataInBufferMdl,
    ExtFunctionGetDataInBufferSystemAddress,
    ExtFunctionGetDataInBufferScatterGatherList,
    ExtFunctionMarkDumpMemory,
    ExtFunctionSetUnitAttributes,
    ExtFunctionQueryPerformanceCounter,
    ExtFunctionInitializePoFxPower,
    ExtFunctionPoFxActivateComponent,
    ExtFunctionPoFxIdleComponent,
    ExtFunctionPoFxSetComponentLatency,
    ExtFunctionPoFxSetComponentResidency,
    ExtFunctionPoFxPowerControl,
    ExtFunctionFlushDataBufferMdl,
    ExtFunctionDeviceOperationAllowed,
    ExtFunctionGetProcessorIndexFromNumber,
    ExtFunctionPoFxSetIdleTimeout,
    ExtFunctionMiniportEtwEvent2,
    ExtFunctionMiniportEtwEvent4,
    ExtFunctionMiniportEtwEvent8,
    ExtFunctionCurrentOsInstallationUpgrade,
    ExtFunctionRegistryReadAdapterKey,
    ExtFunctionRegistryWriteAdapterKey,
    ExtFunctionSetAdapterBusType,
    ExtFunctionPoFxRegisterPerfStates,
    ExtFunctionPoFxSetPerfState,
    ExtFunctionGetD3ColdSupport,
    ExtFunctionInitializeRpmb,
    ExtFunctionAllocateHmb,
    ExtFunctionFreeHmb,
    ExtFunctionPropagateIrpExtension,
    ExtFunctionInterlockedInsertHeadList,
    ExtFunctionInterlockedInsertTailList,
    ExtFunctionInterlockedRemoveHeadList,
    ExtFunctionInitializeSpinlock,
    ExtFunctionGetPfns,
    ExtFunctionInitializeCryptoEngine,
    ExtFunctionGetRequestCryptoInfo,
    ExtFunctionMiniportTelemetry,
    ExtFunctionUpdateAdapterMaxIO,
    ExtFunctionDelayExecution,
    ExtFunctionAllocateDmaMemory,
    ExtFunctionFreeDmaMemory,
    ExtFunctionUpdateAdapterMaxIOInfo,
    ExtFunctionMiniportChannelEtwEvent2,
    ExtFunctionMiniportChannelEtwEvent4,
    ExtFunctionMiniportChannelEtwEvent8,
    ExtFunctionInitializeHighResolutionTimer,
    ExtFunctionRequestHighResolutionTimer,
    ExtFunctionCancelHighResolutionTimer,
    ExtFunctionFreeHighResolutionTimer,
    ExtFunctionGetCurrentProcessorIndex,
    ExtFunctionAcquireSpinLock,
    ExtFunctionGetProcessorCount,
    ExtFunctionCancelDpc,
    ExtFunctionMiniportTelemetryEx,
    ExtFunctionQueryConfiguration,
    ExtFunctionLogHardwareError,
    ExtFunctionInitializeEvent,
    ExtFunctionWaitForEvent,
    ExtFunctionSetEvent,
    ExtFunctionDeviceReset,
    ExtFunctionSetFeatureList,
    ExtFunctionCaptureLiveDump,
    ExtFunctionMiniportLogByteStream,
    ExtFunctionQueryDpcWatchdogInformation,
    ExtFunctionQueryTimerMinInterval,
    ExtFunctionMaskPciMsixEntry,
    ExtFunctionGetCurrentIrql,
    ExtFunctionCreateSystemThread,
    ExtFunctionSetPriorityThread,
    ExtFunctionSetSystemGroupAffinityThread,
    ExtFunctionRevertToUserGroupAffinityThread,
    ExtFunctionDeviceResetEx,
    ExtFunctionMiniportReportInternalData,
    ExtFunctionGetMessageInterruptIDFromProcessorIndex,
    ExtFunctionGetNodeAffinity2,
    ExtFunctionEnableRegistryKeyNotification,
    ExtFunctionPoFxRegisterPerfStatesEx
} STORPORT_FUNCTION_CODE, *PSTORPORT_FUNCTION_CODE;

STORPORT_API ULONG __cdecl StorPortExtendedFunction(
    STORPORT_FUNCTION_CODE FunctionCode, PVOID HwDeviceExtension, ...);


#include <ntbuild/storage/storport_functions.h>

/* The port driver stores the result of a notification where its last argument points to. */
FORCEINLINE BOOLEAN StorPortEnablePassiveInitialization(
    PVOID DeviceExtension, PHW_PASSIVE_INITIALIZE_ROUTINE HwPassiveInitializeRoutine)
{
    LONG Succeeded = FALSE;

    StorPortNotification(
        EnablePassiveInitialization, DeviceExtension, HwPassiveInitializeRoutine, &Succeeded);
    return (BOOLEAN)Succeeded;
}

FORCEINLINE VOID StorPortInitializeDpc(
    PVOID DeviceExtension, PSTOR_DPC Dpc, PHW_DPC_ROUTINE HwDpcRoutine)
{
    StorPortNotification(InitializeDpc, DeviceExtension, Dpc, HwDpcRoutine);
}

FORCEINLINE VOID StorPortInitializeDpcWithContext(
    PVOID DeviceExtension, PSTOR_DPC Dpc, PHW_DPC_ROUTINE HwDpcRoutine, PVOID Context, ULONG Flags)
{
    StorPortNotification(
        InitializeDpcWithContext, DeviceExtension, Dpc, HwDpcRoutine, Context, Flags);
}

FORCEINLINE VOID StorPortInitializeThreadedDpc(
    PVOID DeviceExtension, PSTOR_DPC Dpc, PHW_DPC_ROUTINE HwDpcRoutine, PVOID Context,
    BOOLEAN Threaded)
{
    StorPortNotification(
        InitializeThreadedDpc, DeviceExtension, Dpc, HwDpcRoutine, Context, Threaded);
}

FORCEINLINE BOOLEAN StorPortIssueDpc(
    PVOID DeviceExtension, PSTOR_DPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
    LONG Queued = FALSE;

    StorPortNotification(
        IssueDpc, DeviceExtension, Dpc, SystemArgument1, SystemArgument2, &Queued);
    return (BOOLEAN)Queued;
}

FORCEINLINE VOID StorPortAcquireSpinLock(
    PVOID DeviceExtension, STOR_SPINLOCK SpinLock, PVOID LockContext, PSTOR_LOCK_HANDLE LockHandle)
{
    StorPortNotification(AcquireSpinLock, DeviceExtension, SpinLock, LockContext, LockHandle);
}

FORCEINLINE VOID StorPortReleaseSpinLock(PVOID DeviceExtension, PSTOR_LOCK_HANDLE LockHandle)
{
    StorPortNotification(ReleaseSpinLock, DeviceExtension, LockHandle);
}

FORCEINLINE ULONG StorPortStateChangeDetected(
    PVOID HwDeviceExtension, ULONG ChangedEntity, PSTOR_ADDRESS Address, ULONG Attributes,
    PHW_STATE_CHANGE HwStateChange, PVOID HwStateChangeContext)
{
    ULONG Status = STOR_STATUS_NOT_IMPLEMENTED;

    StorPortNotification(
        StateChangeDetectedCall, HwDeviceExtension, ChangedEntity, Address, Attributes,
        HwStateChange, HwStateChangeContext, &Status);
    return Status;
}

FORCEINLINE ULONG StorPortAsyncNotificationDetected(
    PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONGLONG Flags)
{
    ULONG Status = STOR_STATUS_NOT_IMPLEMENTED;

    StorPortNotification(AsyncNotificationDetected, HwDeviceExtension, Address, Flags, &Status);
    return Status;
}

FORCEINLINE ULONG StorPortMarkDeviceFailedEx(
    PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG Flags, USHORT FailureId,
    PWSTR FailureReason, USHORT AdditionalDataSize, PUCHAR AdditionalData,
    USHORT CriticalDataSize, PUCHAR CriticalData)
{
    ULONG Status = STOR_STATUS_NOT_IMPLEMENTED;

    StorPortNotification(
        MarkDeviceFailedEx, HwDeviceExtension, Address, Flags, FailureId, FailureReason,
        AdditionalDataSize, AdditionalData, CriticalDataSize, CriticalData, &Status);
    return Status;
}

FORCEINLINE VOID StorPortMarkDeviceFailed(
    PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG Flags, PWSTR FailureReason)
{
    (void)StorPortMarkDeviceFailedEx(
        HwDeviceExtension, Address, Flags, 0xffff, FailureReason, 0, NULL, 0, NULL);
}

FORCEINLINE VOID StorPortTerminateSystemThread(PVOID HwDeviceExtension, PVOID ThreadContext)
{
    StorPortNotification(TerminateSystemThread, HwDeviceExtension, ThreadContext);
}

/* Data buffers are flushed by the port driver: nothing is left to do. */
FORCEINLINE ULONG StorPortFlushDataBufferMdl(PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb)
{
    (void)HwDeviceExtension;
    (void)Srb;
    return STOR_STATUS_SUCCESS;
}

/* Lists: a pointer that is NULL is answered here. */
#define NTBUILD_STOR_LIST_CALL(Name, Parameters, Valid, ...) \
    FORCEINLINE ULONG StorPort##Name Parameters \
    { \
        if (!(Valid)) \
            return STOR_STATUS_INVALID_PARAMETER; \
        return StorPortExtendedFunction(ExtFunction##Name, HwDeviceExtension, __VA_ARGS__); \
    }

NTBUILD_STOR_LIST_CALL(InitializeSListHead,
    (PVOID HwDeviceExtension, PSTOR_SLIST_HEADER SListHead),
    SListHead != NULL,
    SListHead)
NTBUILD_STOR_LIST_CALL(InterlockedFlushSList,
    (PVOID HwDeviceExtension, PSTOR_SLIST_HEADER SListHead, PSTOR_SLIST_ENTRY *Result),
    SListHead != NULL && Result != NULL,
    SListHead, Result)
NTBUILD_STOR_LIST_CALL(InterlockedPopEntrySList,
    (PVOID HwDeviceExtension, PSTOR_SLIST_HEADER SListHead, PSTOR_SLIST_ENTRY *Result),
    SListHead != NULL && Result != NULL,
    SListHead, Result)
NTBUILD_STOR_LIST_CALL(InterlockedPushEntrySList,
    (PVOID HwDeviceExtension, PSTOR_SLIST_HEADER SListHead, PSTOR_SLIST_ENTRY SListEntry,
     PSTOR_SLIST_ENTRY *Result),
    SListHead != NULL && SListEntry != NULL && Result != NULL,
    SListHead, SListEntry, Result)
NTBUILD_STOR_LIST_CALL(QueryDepthSList,
    (PVOID HwDeviceExtension, PSTOR_SLIST_HEADER SListHead, PSHORT Depth),
    SListHead != NULL && Depth != NULL,
    SListHead, Depth)
NTBUILD_STOR_LIST_CALL(InterlockedInsertHeadList,
    (PVOID HwDeviceExtension, PSTOR_LIST_ENTRY ListHead, PSTOR_LIST_ENTRY ListEntry,
     PSTOR_LIST_ENTRY *Result, PSTOR_KSPIN_LOCK Lock),
    ListHead != NULL && ListEntry != NULL && Result != NULL && Lock != NULL,
    ListHead, ListEntry, Result, Lock)
NTBUILD_STOR_LIST_CALL(InterlockedInsertTailList,
    (PVOID HwDeviceExtension, PSTOR_LIST_ENTRY ListHead, PSTOR_LIST_ENTRY ListEntry,
     PSTOR_LIST_ENTRY *Result, PSTOR_KSPIN_LOCK Lock),
    ListHead != NULL && ListEntry != NULL && Result != NULL && Lock != NULL,
    ListHead, ListEntry, Result, Lock)
NTBUILD_STOR_LIST_CALL(InterlockedRemoveHeadList,
    (PVOID HwDeviceExtension, PSTOR_LIST_ENTRY ListHead, PSTOR_LIST_ENTRY *Result,
     PSTOR_KSPIN_LOCK Lock),
    ListHead != NULL && Result != NULL && Lock != NULL,
    ListHead, Result, Lock)
NTBUILD_STOR_LIST_CALL(InitializeSpinlock,
    (PVOID HwDeviceExtension, PSTOR_KSPIN_LOCK Lock),
    Lock != NULL,
    Lock)

FORCEINLINE VOID StorPortInitializeListHead(PVOID HwDeviceExtension, PSTOR_LIST_ENTRY ListHead)
{
    (void)HwDeviceExtension;
    if (ListHead != NULL)
        ListHead->Flink = ListHead->Blink = ListHead;
}

/* Copies no more than the destination holds; on failure the destination is zeroed. */
FORCEINLINE ULONG StorPortSecureCopyMemory(
    PVOID Destination, SIZE_T DestinationSize, const void *Source, SIZE_T Count)
{
    if (Count == 0)
        return STOR_STATUS_SUCCESS;
    if (Destination == NULL)
        return STOR_STATUS_INVALID_PARAMETER;
    if (Source == NULL || DestinationSize < Count) {
        memset(Destination, 0, DestinationSize);
        return Source == NULL ? STOR_STATUS_INVALID_PARAMETER : STOR_STATUS_BUFFER_TOO_SMALL;
    }
    memcpy(Destination, Source, Count);
    return STOR_STATUS_SUCCESS;
}

/* Events for tracing; without a channel it is the diagnostic one. */
FORCEINLINE ULONG StorPortEtwEvent2(
    PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG EventId, PWSTR EventDescription,
    ULONGLONG EventKeywords, STORPORT_ETW_LEVEL EventLevel, STORPORT_ETW_EVENT_OPCODE EventOpcode,
    PSCSI_REQUEST_BLOCK Srb, PWSTR Parameter1Name, ULONGLONG Parameter1Value, PWSTR Parameter2Name,
    ULONGLONG Parameter2Value)
{
    return StorPortExtendedFunction(
        ExtFunctionMiniportChannelEtwEvent2, HwDeviceExtension, Address, StorportEtwEventDiagnostic,
        EventId, EventDescription, EventKeywords, EventLevel, EventOpcode, Srb, Parameter1Name,
        Parameter1Value, Parameter2Name, Parameter2Value);
}

FORCEINLINE ULONG StorPortEtwEvent4(
    PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG EventId, PWSTR EventDescription,
    ULONGLONG EventKeywords, STORPORT_ETW_LEVEL EventLevel, STORPORT_ETW_EVENT_OPCODE EventOpcode,
    PSCSI_REQUEST_BLOCK Srb, PWSTR Parameter1Name, ULONGLONG Parameter1Value, PWSTR Parameter2Name,
    ULONGLONG Parameter2Value, PWSTR Parameter3Name, ULONGLONG Parameter3Value,
    PWSTR Parameter4Name, ULONGLONG Parameter4Value)
{
    return StorPortExtendedFunction(
        ExtFunctionMiniportChannelEtwEvent4, HwDeviceExtension, Address, StorportEtwEventDiagnostic,
        EventId, EventDescription, EventKeywords, EventLevel, EventOpcode, Srb, Parameter1Name,
        Parameter1Value, Parameter2Name, Parameter2Value, Parameter3Name, Parameter3Value,
        Parameter4Name, Parameter4Value);
}

FORCEINLINE ULONG StorPortEtwEvent8(
    PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG EventId, PWSTR EventDescription,
    ULONGLONG EventKeywords, STORPORT_ETW_LEVEL EventLevel, STORPORT_ETW_EVENT_OPCODE EventOpcode,
    PSCSI_REQUEST_BLOCK Srb, PWSTR Parameter1Name, ULONGLONG Parameter1Value, PWSTR Parameter2Name,
    ULONGLONG Parameter2Value, PWSTR Parameter3Name, ULONGLONG Parameter3Value,
    PWSTR Parameter4Name, ULONGLONG Parameter4Value, PWSTR Parameter5Name,
    ULONGLONG Parameter5Value, PWSTR Parameter6Name, ULONGLONG Parameter6Value,
    PWSTR Parameter7Name, ULONGLONG Parameter7Value, PWSTR Parameter8Name,
    ULONGLONG Parameter8Value)
{
    return StorPortExtendedFunction(
        ExtFunctionMiniportChannelEtwEvent8, HwDeviceExtension, Address, StorportEtwEventDiagnostic,
        EventId, EventDescription, EventKeywords, EventLevel, EventOpcode, Srb, Parameter1Name,
        Parameter1Value, Parameter2Name, Parameter2Value, Parameter3Name, Parameter3Value,
        Parameter4Name, Parameter4Value, Parameter5Name, Parameter5Value, Parameter6Name,
        Parameter6Value, Parameter7Name, Parameter7Value, Parameter8Name, Parameter8Value);
}

FORCEINLINE ULONG StorPortEtwChannelEvent2(
    PVOID HwDeviceExtension, PSTOR_ADDRESS Address, STORPORT_ETW_EVENT_CHANNEL EventChannel,
    ULONG EventId, PWSTR EventDescription, ULONGLONG EventKeywords, STORPORT_ETW_LEVEL EventLevel,
    STORPORT_ETW_EVENT_OPCODE EventOpcode, PSCSI_REQUEST_BLOCK Srb, PWSTR Parameter1Name,
    ULONGLONG Parameter1Value, PWSTR Parameter2Name, ULONGLONG Parameter2Value)
{
    return StorPortExtendedFunction(
        ExtFunctionMiniportChannelEtwEvent2, HwDeviceExtension, Address, EventChannel, EventId,
        EventDescription, EventKeywords, EventLevel, EventOpcode, Srb, Parameter1Name,
        Parameter1Value, Parameter2Name, Parameter2Value);
}

FORCEINLINE ULONG StorPortEtwChannelEvent4(
    PVOID HwDeviceExtension, PSTOR_ADDRESS Address, STORPORT_ETW_EVENT_CHANNEL EventChannel,
    ULONG EventId, PWSTR EventDescription, ULONGLONG EventKeywords, STORPORT_ETW_LEVEL EventLevel,
    STORPORT_ETW_EVENT_OPCODE EventOpcode, PSCSI_REQUEST_BLOCK Srb, PWSTR Parameter1Name,
    ULONGLONG Parameter1Value, PWSTR Parameter2Name, ULONGLONG Parameter2Value,
    PWSTR Parameter3Name, ULONGLONG Parameter3Value, PWSTR Parameter4Name,
    ULONGLONG Parameter4Value)
{
    return StorPortExtendedFunction(
        ExtFunctionMiniportChannelEtwEvent4, HwDeviceExtension, Address, EventChannel, EventId,
        EventDescription, EventKeywords, EventLevel, EventOpcode, Srb, Parameter1Name,
        Parameter1Value, Parameter2Name, Parameter2Value, Parameter3Name, Parameter3Value,
        Parameter4Name, Parameter4Value);
}

FORCEINLINE ULONG StorPortEtwChannelEvent8(
    PVOID HwDeviceExtension, PSTOR_ADDRESS Address, STORPORT_ETW_EVENT_CHANNEL EventChannel,
    ULONG EventId, PWSTR EventDescription, ULONGLONG EventKeywords, STORPORT_ETW_LEVEL EventLevel,
    STORPORT_ETW_EVENT_OPCODE EventOpcode, PSCSI_REQUEST_BLOCK Srb, PWSTR Parameter1Name,
    ULONGLONG Parameter1Value, PWSTR Parameter2Name, ULONGLONG Parameter2Value,
    PWSTR Parameter3Name, ULONGLONG Parameter3Value, PWSTR Parameter4Name,
    ULONGLONG Parameter4Value, PWSTR Parameter5Name, ULONGLONG Parameter5Value,
    PWSTR Parameter6Name, ULONGLONG Parameter6Value, PWSTR Parameter7Name,
    ULONGLONG Parameter7Value, PWSTR Parameter8Name, ULONGLONG Parameter8Value)
{
    return StorPortExtendedFunction(
        ExtFunctionMiniportChannelEtwEvent8, HwDeviceExtension, Address, EventChannel, EventId,
        EventDescription, EventKeywords, EventLevel, EventOpcode, Srb, Parameter1Name,
        Parameter1Value, Parameter2Name, Parameter2Value, Parameter3Name, Parameter3Value,
        Parameter4Name, Parameter4Value, Parameter5Name, Parameter5Value, Parameter6Name,
        Parameter6Value, Parameter7Name, Parameter7Value, Parameter8Name, Parameter8Value);
}

#endif
