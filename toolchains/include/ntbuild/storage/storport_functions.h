/*
 * ntbuild/storage/storport_functions.h - the functions that are StorPortExtendedFunction.
 *
 * Their arguments are passed on in the order of the parameters. Most return STOR_STATUS_SUCCESS or
 * one of its kin.
 */
#ifndef NTBUILD_STORAGE_STORPORT_FUNCTIONS_H
#define NTBUILD_STORAGE_STORPORT_FUNCTIONS_H

/* A function that is StorPortExtendedFunction with a number: its parameters, then their names. */
#define NTBUILD_STOR_CALL(Name, Code, Parameters, ...) \
    FORCEINLINE ULONG StorPort##Name Parameters \
    { \
        return StorPortExtendedFunction(ExtFunction##Code, HwDeviceExtension, __VA_ARGS__); \
    }

/* Pool, memory descriptor lists and addresses */
NTBUILD_STOR_CALL(AllocatePool, AllocatePool,
    (PVOID HwDeviceExtension, ULONG NumberOfBytes, ULONG Tag, PVOID *BufferPointer),
    NumberOfBytes, Tag, BufferPointer)
NTBUILD_STOR_CALL(FreePool, FreePool,
    (PVOID HwDeviceExtension, PVOID BufferPointer),
    BufferPointer)
NTBUILD_STOR_CALL(AllocateMdl, AllocateMdl,
    (PVOID HwDeviceExtension, PVOID BufferPointer, ULONG NumberOfBytes, PVOID *Mdl),
    BufferPointer, NumberOfBytes, Mdl)
NTBUILD_STOR_CALL(FreeMdl, FreeMdl,
    (PVOID HwDeviceExtension, PVOID Mdl),
    Mdl)
NTBUILD_STOR_CALL(BuildMdlForNonPagedPool, BuildMdlForNonPagedPool,
    (PVOID HwDeviceExtension, PVOID Mdl),
    Mdl)
NTBUILD_STOR_CALL(GetSystemAddress, GetSystemAddress,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, PVOID *SystemAddress),
    Srb, SystemAddress)
NTBUILD_STOR_CALL(GetOriginalMdl, GetOriginalMdl,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, PVOID *Mdl),
    Srb, Mdl)
NTBUILD_STOR_CALL(GetDataInBufferMdl, GetDataInBufferMdl,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, PVOID *Mdl),
    Srb, Mdl)
NTBUILD_STOR_CALL(GetDataInBufferSystemAddress, GetDataInBufferSystemAddress,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, PVOID *SystemAddress),
    Srb, SystemAddress)
NTBUILD_STOR_CALL(GetDataInBufferScatterGatherList, GetDataInBufferScatterGatherList,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb,
     PSTOR_SCATTER_GATHER_LIST *ScatterGatherList),
    Srb, ScatterGatherList)
NTBUILD_STOR_CALL(BuildScatterGatherList, BuildScatterGatherList,
    (PVOID HwDeviceExtension, PVOID DeviceObject, PVOID CurrentVa, ULONG Length,
     PPOST_SCATTER_GATHER_EXECUTE ExecutionRoutine, PVOID Context, BOOLEAN WriteToDevice,
     PVOID ScatterGatherBuffer, ULONG ScatterGatherBufferLength),
    DeviceObject, CurrentVa, Length, ExecutionRoutine, Context, WriteToDevice, ScatterGatherBuffer,
    ScatterGatherBufferLength)
NTBUILD_STOR_CALL(PutScatterGatherList, PutScatterGatherList,
    (PVOID HwDeviceExtension, PSTOR_SCATTER_GATHER_LIST ScatterGatherList, BOOLEAN WriteToDevice),
    ScatterGatherList, WriteToDevice)
NTBUILD_STOR_CALL(AllocateContiguousMemorySpecifyCacheNode,
    AllocateContiguousMemorySpecifyCacheNode,
    (PVOID HwDeviceExtension, SIZE_T NumberOfBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
     PHYSICAL_ADDRESS HighestAcceptableAddress, PHYSICAL_ADDRESS BoundaryAddressMultiple,
     MEMORY_CACHING_TYPE CacheType, NODE_REQUIREMENT PreferredNode, PVOID *BufferPointer),
    NumberOfBytes, LowestAcceptableAddress, HighestAcceptableAddress, BoundaryAddressMultiple,
    CacheType, PreferredNode, BufferPointer)
NTBUILD_STOR_CALL(FreeContiguousMemorySpecifyCache, FreeContiguousMemorySpecifyCache,
    (PVOID HwDeviceExtension, PVOID BaseAddress, SIZE_T NumberOfBytes,
     MEMORY_CACHING_TYPE CacheType),
    BaseAddress, NumberOfBytes, CacheType)
NTBUILD_STOR_CALL(AllocateDmaMemory, AllocateDmaMemory,
    (PVOID HwDeviceExtension, SIZE_T NumberOfBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
     PHYSICAL_ADDRESS HighestAcceptableAddress, PHYSICAL_ADDRESS BoundaryAddressMultiple,
     MEMORY_CACHING_TYPE CacheType, NODE_REQUIREMENT PreferredNode, PVOID *BufferPointer,
     PPHYSICAL_ADDRESS PhysicalAddress),
    NumberOfBytes, LowestAcceptableAddress, HighestAcceptableAddress, BoundaryAddressMultiple,
    CacheType, PreferredNode, BufferPointer, PhysicalAddress)
NTBUILD_STOR_CALL(FreeDmaMemory, FreeDmaMemory,
    (PVOID HwDeviceExtension, PVOID BaseAddress, SIZE_T NumberOfBytes,
     MEMORY_CACHING_TYPE CacheType, PHYSICAL_ADDRESS PhysicalAddress),
    BaseAddress, NumberOfBytes, CacheType, PhysicalAddress)
NTBUILD_STOR_CALL(AllocateHostMemoryBuffer, AllocateHmb,
    (PVOID HwDeviceExtension, SIZE_T MinimumBytes, SIZE_T PreferredBytes,
     ULONGLONG UtilizationBytes, ULONG AlignmentBytes, PHYSICAL_ADDRESS LowestAcceptableAddress,
     PHYSICAL_ADDRESS HighestAcceptableAddress, PHYSICAL_ADDRESS BoundaryAddressMultiple,
     PACCESS_RANGE PhysicalAddressRanges, PULONG PhysicalAddressRangeCount),
    MinimumBytes, PreferredBytes, UtilizationBytes, AlignmentBytes, LowestAcceptableAddress,
    HighestAcceptableAddress, BoundaryAddressMultiple, PhysicalAddressRanges,
    PhysicalAddressRangeCount)
NTBUILD_STOR_CALL(FreeHostMemoryBuffer, FreeHmb,
    (PVOID HwDeviceExtension, PACCESS_RANGE PhysicalAddressRanges,
     ULONG PhysicalAddressRangeCount),
    PhysicalAddressRanges, PhysicalAddressRangeCount)
NTBUILD_STOR_CALL(MarkDumpMemory, MarkDumpMemory,
    (PVOID HwDeviceExtension, PVOID Address, ULONG_PTR Length, ULONG Flags),
    Address, Length, Flags)
NTBUILD_STOR_CALL(GetPfns, GetPfns,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, PVOID Mdl, PVOID *Pfns, ULONG *PfnCount,
     ULONG *StartingOffset),
    Srb, Mdl, Pfns, PfnCount, StartingOffset)

/* Adapter, interrupts and processors */
NTBUILD_STOR_CALL(CompleteServiceIrp, CompleteServiceIrp,
    (PVOID HwDeviceExtension, PVOID Irp),
    Irp)
NTBUILD_STOR_CALL(GetDeviceObjects, GetDeviceObjects,
    (PVOID HwDeviceExtension, PVOID *AdapterDeviceObject, PVOID *PhysicalDeviceObject,
     PVOID *LowerDeviceObject),
    AdapterDeviceObject, PhysicalDeviceObject, LowerDeviceObject)
NTBUILD_STOR_CALL(AcquireMSISpinLock, AcquireMSISpinLock,
    (PVOID HwDeviceExtension, ULONG MessageId, PULONG OldIrql),
    MessageId, OldIrql)
NTBUILD_STOR_CALL(ReleaseMSISpinLock, ReleaseMSISpinLock,
    (PVOID HwDeviceExtension, ULONG MessageId, ULONG OldIrql),
    MessageId, OldIrql)
NTBUILD_STOR_CALL(GetMSIInfo, GetMessageInterruptInformation,
    (PVOID HwDeviceExtension, ULONG MessageId, PMESSAGE_INTERRUPT_INFORMATION InterruptInfo),
    MessageId, InterruptInfo)
NTBUILD_STOR_CALL(MaskMsixInterrupt, MaskPciMsixEntry,
    (PVOID HwDeviceExtension, ULONG MessageId, BOOLEAN Mask),
    MessageId, Mask)
NTBUILD_STOR_CALL(GetMessageInterruptIDFromProcessorIndex, GetMessageInterruptIDFromProcessorIndex,
    (PVOID HwDeviceExtension, ULONG ProcessorIndex, PULONG MessageId),
    ProcessorIndex, MessageId)
NTBUILD_STOR_CALL(InitializePerfOpts, InitializePerformanceOptimizations,
    (PVOID HwDeviceExtension, BOOLEAN Query, PPERF_CONFIGURATION_DATA PerfConfigData),
    Query, PerfConfigData)
NTBUILD_STOR_CALL(GetStartIoPerfParams, GetStartIoPerformanceParameters,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb,
     PSTARTIO_PERFORMANCE_PARAMETERS StartIoPerfParams),
    Srb, StartIoPerfParams)
NTBUILD_STOR_CALL(LogSystemEvent, LogSystemEvent,
    (PVOID HwDeviceExtension, PSTOR_LOG_EVENT_DETAILS LogDetails, PULONG MaximumSize),
    LogDetails, MaximumSize)
NTBUILD_STOR_CALL(GetCurrentProcessorNumber, GetCurrentProcessorNumber,
    (PVOID HwDeviceExtension, PPROCESSOR_NUMBER ProcNumber),
    ProcNumber)
NTBUILD_STOR_CALL(GetCurrentProcessorIndex, GetCurrentProcessorIndex,
    (PVOID HwDeviceExtension, PULONG ProcessorIndex),
    ProcessorIndex)
NTBUILD_STOR_CALL(GetProcessorIndexFromNumber, GetProcessorIndexFromNumber,
    (PVOID HwDeviceExtension, PPROCESSOR_NUMBER ProcNumber, PULONG ProcIndex),
    ProcNumber, ProcIndex)
NTBUILD_STOR_CALL(GetProcessorCount, GetProcessorCount,
    (PVOID HwDeviceExtension, PULONG ProcessorCount),
    ProcessorCount)
NTBUILD_STOR_CALL(GetActiveGroupCount, GetActiveGroupCount,
    (PVOID HwDeviceExtension, PUSHORT NumberGroups),
    NumberGroups)
NTBUILD_STOR_CALL(GetGroupAffinity, GetGroupAffinity,
    (PVOID HwDeviceExtension, USHORT GroupNumber, PKAFFINITY GroupAffinityMask),
    GroupNumber, GroupAffinityMask)
NTBUILD_STOR_CALL(GetActiveNodeCount, GetActiveNodeCount,
    (PVOID HwDeviceExtension, PULONG NumberNodes),
    NumberNodes)
NTBUILD_STOR_CALL(GetHighestNodeNumber, GetHighestNodeNumber,
    (PVOID HwDeviceExtension, PULONG HighestNode),
    HighestNode)
NTBUILD_STOR_CALL(GetNodeAffinity, GetNodeAffinity,
    (PVOID HwDeviceExtension, ULONG NodeNumber, PGROUP_AFFINITY NodeAffinityMask),
    NodeNumber, NodeAffinityMask)
NTBUILD_STOR_CALL(GetNodeAffinity2, GetNodeAffinity2,
    (PVOID HwDeviceExtension, ULONG NodeNumber, PGROUP_AFFINITY GroupAffinities,
     USHORT GroupAffinitiesCount, PUSHORT GroupAffinitiesRequired),
    NodeNumber, GroupAffinities, GroupAffinitiesCount, GroupAffinitiesRequired)
NTBUILD_STOR_CALL(GetLogicalProcessorRelationship, GetLogicalProcessorRelationship,
    (PVOID HwDeviceExtension, PPROCESSOR_NUMBER ProcessorNumber,
     LOGICAL_PROCESSOR_RELATIONSHIP RelationshipType,
     PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX Information, PULONG Length),
    ProcessorNumber, RelationshipType, Information, Length)
NTBUILD_STOR_CALL(GetCurrentIrql, GetCurrentIrql,
    (PVOID HwDeviceExtension, PKIRQL Irql),
    Irql)
NTBUILD_STOR_CALL(QueryPerformanceCounter, QueryPerformanceCounter,
    (PVOID HwDeviceExtension, PLARGE_INTEGER PerformanceFrequency,
     PLARGE_INTEGER PerformanceCounter),
    PerformanceFrequency, PerformanceCounter)
NTBUILD_STOR_CALL(QueryDpcWatchdogInformation, QueryDpcWatchdogInformation,
    (PVOID HwDeviceExtension, PSTOR_DPC_WATCHDOG_INFORMATION DpcWatchdogInformation),
    DpcWatchdogInformation)
NTBUILD_STOR_CALL(DelayExecution, DelayExecution,
    (PVOID HwDeviceExtension, ULONG DelayInMicroseconds),
    DelayInMicroseconds)
NTBUILD_STOR_CALL(SetAdapterBusType, SetAdapterBusType,
    (PVOID HwDeviceExtension, ULONG BusType),
    BusType)
NTBUILD_STOR_CALL(UpdateAdapterMaxIO, UpdateAdapterMaxIO,
    (PVOID HwDeviceExtension, ULONG MaxIoCount),
    MaxIoCount)
NTBUILD_STOR_CALL(UpdatePortConfigMaxIOInfo, UpdateAdapterMaxIOInfo,
    (PVOID HwDeviceExtension, ULONG MaxNumberOfIO, ULONG MaxIOsPerLun),
    MaxNumberOfIO, MaxIOsPerLun)
NTBUILD_STOR_CALL(InvokeAcpiMethod, InvokeAcpiMethod,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG MethodName, PVOID InputBuffer,
     ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength, PULONG BytesReturned),
    Address, MethodName, InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength,
    BytesReturned)
NTBUILD_STOR_CALL(HardwareReset, DeviceReset,
    (PVOID HwDeviceExtension, STOR_DEVICE_RESET_TYPE ResetType),
    ResetType)
NTBUILD_STOR_CALL(HardwareResetEx, DeviceResetEx,
    (PVOID HwDeviceExtension, STOR_DEVICE_RESET_TYPE ResetType, ULONGLONG Flags, PVOID Context),
    ResetType, Flags, Context)
NTBUILD_STOR_CALL(SetFeatureList, SetFeatureList,
    (PVOID HwDeviceExtension, ULONG FeatureListLength, PBOOLEAN FeatureList),
    FeatureListLength, FeatureList)
NTBUILD_STOR_CALL(QueryConfiguration, QueryConfiguration,
    (PVOID HwDeviceExtension, STORPORT_QUERY_CONFIGURATION_TYPE Type, PBOOLEAN Result),
    Type, Result)
NTBUILD_STOR_CALL(IsCurrentOsInstallationUpgrade, CurrentOsInstallationUpgrade,
    (PVOID HwDeviceExtension, BOOLEAN *IsUpgrade),
    IsUpgrade)
NTBUILD_STOR_CALL(RegistryReadAdapterKey, RegistryReadAdapterKey,
    (PVOID HwDeviceExtension, PUCHAR SubKeyName, PUCHAR ValueName, ULONG ValueType,
     PVOID *ValueData, PULONG ValueDataLength),
    SubKeyName, ValueName, ValueType, ValueData, ValueDataLength)
NTBUILD_STOR_CALL(RegistryWriteAdapterKey, RegistryWriteAdapterKey,
    (PVOID HwDeviceExtension, PUCHAR SubKeyName, PUCHAR ValueName, ULONG ValueType,
     PVOID ValueData, ULONG ValueDataLength),
    SubKeyName, ValueName, ValueType, ValueData, ValueDataLength)
NTBUILD_STOR_CALL(EnableRegistryKeyNotification, EnableRegistryKeyNotification,
    (PVOID HwDeviceExtension, PHW_REGISTRY_NOTIFICATION_ROUTINE NotificationCallback),
    NotificationCallback)

/* Requests and units */
NTBUILD_STOR_CALL(GetRequestInfo, GetRequestInfo,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, PSTOR_REQUEST_INFO RequestInfo),
    Srb, RequestInfo)
NTBUILD_STOR_CALL(GetActivityIdSrb, GetActivityId,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, LPGUID ActivityId),
    Srb, ActivityId)
NTBUILD_STOR_CALL(PropagateIrpExtension, PropagateIrpExtension,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, PVOID Irp, ULONG Flags),
    Srb, Irp, Flags)
NTBUILD_STOR_CALL(GetSystemPortNumber, GetSystemPortNumber,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address),
    Address)
NTBUILD_STOR_CALL(SetUnitAttributes, SetUnitAttributes,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, STOR_UNIT_ATTRIBUTES Attributes),
    Address, Attributes)
NTBUILD_STOR_CALL(IsDeviceOperationAllowed, DeviceOperationAllowed,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, LPCGUID DeviceOperation, ULONG *AllowedFlag),
    Address, DeviceOperation, AllowedFlag)
NTBUILD_STOR_CALL(InitializeRpmb, InitializeRpmb,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address,
     PSTOR_RPMB_CAPABILITIES_DATA RpmbCapabilities),
    Address, RpmbCapabilities)
NTBUILD_STOR_CALL(InitializeCryptoEngine, InitializeCryptoEngine,
    (PVOID HwDeviceExtension, PSTOR_CRYPTO_CAPABILITIES_DATA CryptoCapabilities),
    CryptoCapabilities)
NTBUILD_STOR_CALL(GetRequestCryptoInfo, GetRequestCryptoInfo,
    (PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, PSTOR_CRYPTO_KEY_INFO KeyInfo),
    Srb, KeyInfo)

/* Workers, timers, DPCs, events and threads */
NTBUILD_STOR_CALL(InitializeWorker, InitializeWorker,
    (PVOID HwDeviceExtension, PVOID *Worker),
    Worker)
NTBUILD_STOR_CALL(QueueWorkItem, QueueWorkItem,
    (PVOID HwDeviceExtension, PHW_WORKITEM WorkItemCallback, PVOID Worker, PVOID Context),
    WorkItemCallback, Worker, Context)
NTBUILD_STOR_CALL(FreeWorker, FreeWorker,
    (PVOID HwDeviceExtension, PVOID Worker),
    Worker)
NTBUILD_STOR_CALL(InitializeTimer, InitializeTimer,
    (PVOID HwDeviceExtension, PVOID *TimerHandle),
    TimerHandle)
NTBUILD_STOR_CALL(RequestTimer, RequestTimer,
    (PVOID HwDeviceExtension, PVOID TimerHandle, PHW_TIMER_EX TimerCallback, PVOID CallbackContext,
     ULONGLONG TimerValue, ULONGLONG TolerableDelay),
    TimerHandle, TimerCallback, CallbackContext, TimerValue, TolerableDelay)
NTBUILD_STOR_CALL(FreeTimer, FreeTimer,
    (PVOID HwDeviceExtension, PVOID TimerHandle),
    TimerHandle)
NTBUILD_STOR_CALL(InitializeHighResolutionTimer, InitializeHighResolutionTimer,
    (PVOID HwDeviceExtension, PHW_TIMER_EX TimerCallback, PVOID CallbackContext,
     PVOID *TimerHandle),
    TimerCallback, CallbackContext, TimerHandle)
NTBUILD_STOR_CALL(RequestHighResolutionTimer, RequestHighResolutionTimer,
    (PVOID HwDeviceExtension, PVOID TimerHandle, LONGLONG DueTime, LONGLONG Period,
     PSTOR_EXT_SET_PARAMETERS Parameters, BOOLEAN *Result),
    TimerHandle, DueTime, Period, Parameters, Result)
NTBUILD_STOR_CALL(CancelHighResolutionTimer, CancelHighResolutionTimer,
    (PVOID HwDeviceExtension, PVOID TimerHandle, PVOID Parameters, BOOLEAN *Result),
    TimerHandle, Parameters, Result)
NTBUILD_STOR_CALL(FreeHighResolutionTimer, FreeHighResolutionTimer,
    (PVOID HwDeviceExtension, PVOID TimerHandle, BOOLEAN Cancel, BOOLEAN Wait,
     PSTOR_EXT_DELETE_PARAMETERS Parameters, BOOLEAN *Result),
    TimerHandle, Cancel, Wait, Parameters, Result)
NTBUILD_STOR_CALL(QueryTimerMinInterval, QueryTimerMinInterval,
    (PVOID HwDeviceExtension, PULONG MinInterval),
    MinInterval)
NTBUILD_STOR_CALL(AcquireSpinLockEx, AcquireSpinLock,
    (PVOID HwDeviceExtension, STOR_SPINLOCK SpinLock, PVOID LockContext,
     PSTOR_LOCK_HANDLE LockHandle),
    SpinLock, LockContext, LockHandle)
NTBUILD_STOR_CALL(CancelDpc, CancelDpc,
    (PVOID HwDeviceExtension, PSTOR_DPC Dpc, BOOLEAN *Canceled),
    Dpc, Canceled)
NTBUILD_STOR_CALL(InitializeEvent, InitializeEvent,
    (PVOID HwDeviceExtension, PSTOR_EVENT Event, STOR_EVENT_TYPE Type, BOOLEAN State),
    Event, Type, State)
NTBUILD_STOR_CALL(SetEvent, SetEvent,
    (PVOID HwDeviceExtension, PSTOR_EVENT Event),
    Event)
NTBUILD_STOR_CALL(WaitForSingleObject, WaitForEvent,
    (PVOID HwDeviceExtension, PVOID Object, BOOLEAN Alertable, PLARGE_INTEGER Timeout),
    Object, Alertable, Timeout)
NTBUILD_STOR_CALL(CreateSystemThread, CreateSystemThread,
    (PVOID HwDeviceExtension, PSTOR_THREAD_START_ROUTINE StartRoutine, PVOID StartContext,
     PSTOR_THREAD_PRIORITY Priority, PVOID *ThreadContext),
    StartRoutine, StartContext, Priority, ThreadContext)
NTBUILD_STOR_CALL(SetPriorityThread, SetPriorityThread,
    (PVOID HwDeviceExtension, PVOID ThreadContext, STOR_THREAD_PRIORITY Priority),
    ThreadContext, Priority)
NTBUILD_STOR_CALL(SetSystemGroupAffinityThread, SetSystemGroupAffinityThread,
    (PVOID HwDeviceExtension, PVOID ThreadContext, PSTOR_GROUP_AFFINITY Affinity,
     PSTOR_GROUP_AFFINITY PreviousAffinity),
    ThreadContext, Affinity, PreviousAffinity)
NTBUILD_STOR_CALL(RevertToUserGroupAffinityThread, RevertToUserGroupAffinityThread,
    (PVOID HwDeviceExtension, PVOID ThreadContext, PSTOR_GROUP_AFFINITY PreviousAffinity),
    ThreadContext, PreviousAffinity)

/* Power framework */
NTBUILD_STOR_CALL(SetPowerSettingNotificationGuids, SetPowerSettingNotificationGuids,
    (PVOID HwDeviceExtension, ULONG GuidCount, LPGUID Guid),
    GuidCount, Guid)
NTBUILD_STOR_CALL(InitializePoFxPower, InitializePoFxPower,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, PSTOR_POFX_DEVICE Device,
     PBOOLEAN D3ColdEnabled),
    Address, Device, D3ColdEnabled)
NTBUILD_STOR_CALL(PoFxActivateComponent, PoFxActivateComponent,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, PSCSI_REQUEST_BLOCK Srb, ULONG Component,
     ULONG Flags),
    Address, Srb, Component, Flags)
NTBUILD_STOR_CALL(PoFxIdleComponent, PoFxIdleComponent,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, PSCSI_REQUEST_BLOCK Srb, ULONG Component,
     ULONG Flags),
    Address, Srb, Component, Flags)
NTBUILD_STOR_CALL(PoFxSetComponentLatency, PoFxSetComponentLatency,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG Component, ULONGLONG Latency),
    Address, Component, Latency)
NTBUILD_STOR_CALL(PoFxSetComponentResidency, PoFxSetComponentResidency,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG Component, ULONGLONG Residency),
    Address, Component, Residency)
NTBUILD_STOR_CALL(PoFxPowerControl, PoFxPowerControl,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, LPCGUID PowerControlCode, PVOID InBuffer,
     SIZE_T InBufferSize, PVOID OutBuffer, SIZE_T OutBufferSize, PSIZE_T BytesReturned),
    Address, PowerControlCode, InBuffer, InBufferSize, OutBuffer, OutBufferSize, BytesReturned)
NTBUILD_STOR_CALL(PoFxSetIdleTimeout, PoFxSetIdleTimeout,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG IdleTimeoutInMS),
    Address, IdleTimeoutInMS)
NTBUILD_STOR_CALL(PoFxRegisterPerfStates, PoFxRegisterPerfStates,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG Component, ULONGLONG Flags,
     ULONG PerfSetCount, PSTOR_POFX_COMPONENT_PERF_SET PerfSets),
    Address, Component, Flags, PerfSetCount, PerfSets)
NTBUILD_STOR_CALL(PoFxRegisterPerfStatesEx, PoFxRegisterPerfStatesEx,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG Component, ULONGLONG Flags,
     PULONG PerfSetCount, PSTOR_POFX_COMPONENT_PERF_SET InputPerfSets,
     PSTOR_POFX_COMPONENT_PERF_SET *OutputPerfSets),
    Address, Component, Flags, PerfSetCount, InputPerfSets, OutputPerfSets)
NTBUILD_STOR_CALL(PoFxSetPerfState, PoFxSetPerfState,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG Component, ULONG Flags,
     ULONG PerfSetIndex, ULONG PerfStateIndex, PVOID Context),
    Address, Component, Flags, PerfSetIndex, PerfStateIndex, Context)
NTBUILD_STOR_CALL(GetD3ColdSupport, GetD3ColdSupport,
    (PVOID HwDeviceExtension, PVOID Address, PBOOLEAN Supported),
    Address, Supported)

/* Tracing */
NTBUILD_STOR_CALL(LogTelemetry, MiniportTelemetry,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, PSTORPORT_TELEMETRY_EVENT Event),
    Address, Event)
NTBUILD_STOR_CALL(LogTelemetryEx, MiniportTelemetryEx,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, PSTORPORT_TELEMETRY_EVENT Event,
     STOR_TELEMETRY_CATEGORY Category),
    Address, Event, Category)
NTBUILD_STOR_CALL(EtwLogError, LogHardwareError,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, ULONG EventId, PWSTR Description,
     ULONG DataLength, PVOID Data),
    Address, EventId, Description, DataLength, Data)
NTBUILD_STOR_CALL(EtwLogByteStream, MiniportLogByteStream,
    (PVOID HwDeviceExtension, PSTOR_ADDRESS Address, STORPORT_ETW_EVENT_CHANNEL EventChannel,
     ULONG EventId, PWSTR EventDescription, ULONGLONG EventKeywords, STORPORT_ETW_LEVEL EventLevel,
     STORPORT_ETW_EVENT_OPCODE EventOpcode, USHORT ByteStreamLength, PUCHAR ByteStream),
    Address, EventChannel, EventId, EventDescription, EventKeywords, EventLevel, EventOpcode,
    ByteStreamLength, ByteStream)

#endif
