/*
 * ntbuild/storage/storport_adapter.h - what a miniport and the port driver tell each other.
 *
 * Callback types carry their calling convention, so that on x86 a function declared with one
 * (HW_STARTIO MyStartIo;) is stdcall whatever the compiler's default is.
 */
#ifndef NTBUILD_STORAGE_STORPORT_ADAPTER_H
#define NTBUILD_STORAGE_STORPORT_ADAPTER_H

typedef struct _ACCESS_RANGE {
    STOR_PHYSICAL_ADDRESS RangeStart;
    ULONG RangeLength;
    BOOLEAN RangeInMemory;
} ACCESS_RANGE, *PACCESS_RANGE;

typedef struct _MEMORY_REGION {
    PUCHAR VirtualBase;
    PHYSICAL_ADDRESS PhysicalBase;
    ULONG Length;
} MEMORY_REGION, *PMEMORY_REGION;

typedef enum _STOR_SYNCHRONIZATION_MODEL {
    StorSynchronizeHalfDuplex,
    StorSynchronizeFullDuplex
} STOR_SYNCHRONIZATION_MODEL;

typedef enum _INTERRUPT_SYNCHRONIZATION_MODE {
    InterruptSupportNone,
    InterruptSynchronizeAll,
    InterruptSynchronizePerMessage
} INTERRUPT_SYNCHRONIZATION_MODE;

typedef struct _MESSAGE_INTERRUPT_INFORMATION {
    ULONG MessageId;
    ULONG MessageData;
    STOR_PHYSICAL_ADDRESS MessageAddress;
    ULONG InterruptVector;
    ULONG InterruptLevel;
    KINTERRUPT_MODE InterruptMode;
} MESSAGE_INTERRUPT_INFORMATION, *PMESSAGE_INTERRUPT_INFORMATION;

typedef BOOLEAN NTAPI HW_MESSAGE_SIGNALED_INTERRUPT_ROUTINE(
    PVOID HwDeviceExtension, ULONG MessageId);
typedef HW_MESSAGE_SIGNALED_INTERRUPT_ROUTINE *PHW_MESSAGE_SIGNALED_INTERRUPT_ROUTINE;

/* MapBuffers */
#define STOR_MAP_NO_BUFFERS                       0
#define STOR_MAP_ALL_BUFFERS                      1
#define STOR_MAP_NON_READ_WRITE_BUFFERS           2
#define STOR_MAP_ALL_BUFFERS_INCLUDING_READ_WRITE 3

/* DumpMode */
#define DUMP_MODE_CRASH        0x01
#define DUMP_MODE_HIBER        0x02
#define DUMP_MODE_MARK_MEMORY  0x03
#define DUMP_MODE_RESUME       0x04

/* ExtendedFlags1 */
#define EXTENDED_FLAG_POWER    0x00000001

/* PORT_CONFIGURATION_INFORMATION.FeatureSupport */
#define STOR_ADAPTER_FEATURE_DEVICE_TELEMETRY             0x00000001
#define STOR_ADAPTER_FEATURE_STOP_UNIT_DURING_POWER_DOWN  0x00000002
#define STOR_ADAPTER_UNCACHED_EXTENSION_NUMA_NODE_PREFERRED 0x00000004
#define STOR_ADAPTER_DMA_V3_PREFERRED                     0x00000008
#define STOR_ADAPTER_FEATURE_ABORT_COMMAND                0x00000010
#define STOR_ADAPTER_FEATURE_RICH_TEMPERATURE_THRESHOLD   0x00000020
#define STOR_ADAPTER_DMA_ADDRESS_WIDTH_SPECIFIED          0x00000040

typedef struct _PORT_CONFIGURATION_INFORMATION {
    ULONG Length;
    ULONG SystemIoBusNumber;
    INTERFACE_TYPE AdapterInterfaceType;
    ULONG BusInterruptLevel;
    ULONG BusInterruptVector;
    KINTERRUPT_MODE InterruptMode;
    ULONG MaximumTransferLength;
    ULONG NumberOfPhysicalBreaks;
    ULONG DmaChannel;
    ULONG DmaPort;
    DMA_WIDTH DmaWidth;
    DMA_SPEED DmaSpeed;
    ULONG AlignmentMask;
    ULONG NumberOfAccessRanges;
    ACCESS_RANGE (*AccessRanges)[];
    PVOID MiniportDumpData;
    UCHAR NumberOfBuses;
    CCHAR InitiatorBusId[8];
    BOOLEAN ScatterGather;
    BOOLEAN Master;
    BOOLEAN CachesData;
    BOOLEAN AdapterScansDown;
    BOOLEAN AtdiskPrimaryClaimed;
    BOOLEAN AtdiskSecondaryClaimed;
    BOOLEAN Dma32BitAddresses;
    BOOLEAN DemandMode;
    UCHAR MapBuffers;
    BOOLEAN NeedPhysicalAddresses;
    BOOLEAN TaggedQueuing;
    BOOLEAN AutoRequestSense;
    BOOLEAN MultipleRequestPerLu;
    BOOLEAN ReceiveEvent;
    BOOLEAN RealModeInitialized;
    BOOLEAN BufferAccessScsiPortControlled;
    UCHAR MaximumNumberOfTargets;
    UCHAR SrbType;
    UCHAR AddressType;
    ULONG SlotNumber;
    ULONG BusInterruptLevel2;
    ULONG BusInterruptVector2;
    KINTERRUPT_MODE InterruptMode2;
    ULONG DmaChannel2;
    ULONG DmaPort2;
    DMA_WIDTH DmaWidth2;
    DMA_SPEED DmaSpeed2;
    ULONG DeviceExtensionSize;
    ULONG SpecificLuExtensionSize;
    ULONG SrbExtensionSize;
    UCHAR Dma64BitAddresses;
    BOOLEAN ResetTargetSupported;
    UCHAR MaximumNumberOfLogicalUnits;
    BOOLEAN WmiDataProvider;
    STOR_SYNCHRONIZATION_MODEL SynchronizationModel;
    PHW_MESSAGE_SIGNALED_INTERRUPT_ROUTINE HwMSInterruptRoutine;
    INTERRUPT_SYNCHRONIZATION_MODE InterruptSynchronizationMode;
    MEMORY_REGION DumpRegion;
    ULONG RequestedDumpBufferSize;
    BOOLEAN VirtualDevice;
    UCHAR DumpMode;
    UCHAR DmaAddressWidth;
    ULONG ExtendedFlags1;
    ULONG MaxNumberOfIO;
    ULONG MaxIOsPerLun;
    ULONG InitialLunQueueDepth;
    ULONG BusResetHoldTime;
    ULONG FeatureSupport;
} PORT_CONFIGURATION_INFORMATION, *PPORT_CONFIGURATION_INFORMATION;

/* Length up to where a version ends */
#define CONFIG_INFO_VERSION_2 \
    RTL_SIZEOF_THROUGH_FIELD(PORT_CONFIGURATION_INFORMATION, MaxNumberOfIO)
#define CONFIG_INFO_VERSION_3 sizeof(PORT_CONFIGURATION_INFORMATION)

typedef enum _SCSI_ADAPTER_CONTROL_TYPE {
    ScsiQuerySupportedControlTypes = 0,
    ScsiStopAdapter,
    ScsiRestartAdapter,
    ScsiSetBootConfig,
    ScsiSetRunningConfig,
    ScsiPowerSettingNotification,
    ScsiAdapterPower,
    ScsiAdapterPoFxPowerRequired,
    ScsiAdapterPoFxPowerActive,
    ScsiAdapterPoFxPowerSetFState,
    ScsiAdapterPoFxPowerControl,
    ScsiAdapterPrepareForBusReScan,
    ScsiAdapterSystemPowerHints,
    ScsiAdapterFilterResourceRequirements,
    ScsiAdapterPoFxMaxOperationalPower,
    ScsiAdapterPoFxSetPerfState,
    ScsiAdapterSurpriseRemoval,
    ScsiAdapterSerialNumber,
    ScsiAdapterCryptoOperation,
    ScsiAdapterQueryFruId,
    ScsiAdapterSetEventLogging,
    ScsiAdapterReportInternalData,
    ScsiAdapterResetBusSynchronous,
    ScsiAdapterPostHwInitialize,
    ScsiAdapterPrepareEarlyDumpData,
    ScsiAdapterRestoreEarlyDumpData,
    ScsiAdapterControlMax,
    MakeAdapterControlTypeSizeOfUlong = (int)0xffffffff
} SCSI_ADAPTER_CONTROL_TYPE, *PSCSI_ADAPTER_CONTROL_TYPE;

typedef enum _SCSI_ADAPTER_CONTROL_STATUS {
    ScsiAdapterControlSuccess = 0,
    ScsiAdapterControlUnsuccessful,
    ScsiAdapterControlRetryNeeded,
    ScsiAdapterControlBufferTooSmall
} SCSI_ADAPTER_CONTROL_STATUS, *PSCSI_ADAPTER_CONTROL_STATUS;

typedef enum _SCSI_UNIT_CONTROL_TYPE {
    ScsiQuerySupportedUnitControlTypes = 0,
    ScsiUnitUsage,
    ScsiUnitStart,
    ScsiUnitPower,
    ScsiUnitPoFxPowerInfo,
    ScsiUnitPoFxPowerRequired,
    ScsiUnitPoFxPowerActive,
    ScsiUnitPoFxPowerSetFState,
    ScsiUnitPoFxPowerControl,
    ScsiUnitRemove,
    ScsiUnitSurpriseRemoval,
    ScsiUnitRichDescription,
    ScsiUnitQueryBusType,
    ScsiUnitQueryFruId,
    ScsiUnitReportInternalData,
    ScsiUnitControlMax,
    MakeUnitControlTypeSizeOfUlong = (int)0xffffffff
} SCSI_UNIT_CONTROL_TYPE, *PSCSI_UNIT_CONTROL_TYPE;

typedef enum _SCSI_UNIT_CONTROL_STATUS {
    ScsiUnitControlSuccess = 0,
    ScsiUnitControlUnsuccessful
} SCSI_UNIT_CONTROL_STATUS, *PSCSI_UNIT_CONTROL_STATUS;

/* Parameters of ScsiQuerySupportedControlTypes and ScsiQuerySupportedUnitControlTypes */
typedef struct _SCSI_SUPPORTED_CONTROL_TYPE_LIST {
    ULONG MaxControlType;
    BOOLEAN SupportedTypeList[];
} SCSI_SUPPORTED_CONTROL_TYPE_LIST, *PSCSI_SUPPORTED_CONTROL_TYPE_LIST;

typedef struct _STOR_DPC STOR_DPC, *PSTOR_DPC;

typedef ULONG NTAPI sp_DRIVER_INITIALIZE(PVOID DriverObject, PVOID RegistryPath);
typedef BOOLEAN NTAPI HW_INITIALIZE(PVOID DeviceExtension);
typedef BOOLEAN NTAPI HW_BUILDIO(PVOID DeviceExtension, PSCSI_REQUEST_BLOCK Srb);
typedef BOOLEAN NTAPI HW_STARTIO(PVOID DeviceExtension, PSCSI_REQUEST_BLOCK Srb);
typedef BOOLEAN NTAPI HW_INTERRUPT(PVOID DeviceExtension);
typedef VOID NTAPI HW_TIMER(PVOID DeviceExtension);
typedef VOID NTAPI HW_TIMER_EX(PVOID DeviceExtension, PVOID Context);
typedef VOID NTAPI HW_DMA_STARTED(PVOID DeviceExtension);
typedef ULONG NTAPI HW_FIND_ADAPTER(
    PVOID DeviceExtension, PVOID HwContext, PVOID BusInformation, PCHAR ArgumentString,
    PPORT_CONFIGURATION_INFORMATION ConfigInfo, PBOOLEAN Again);
typedef ULONG NTAPI VIRTUAL_HW_FIND_ADAPTER(
    PVOID DeviceExtension, PVOID HwContext, PVOID BusInformation, PVOID LowerDevice,
    PCHAR ArgumentString, PPORT_CONFIGURATION_INFORMATION ConfigInfo, PBOOLEAN Again);
typedef BOOLEAN NTAPI HW_RESET_BUS(PVOID DeviceExtension, ULONG PathId);
typedef BOOLEAN NTAPI HW_ADAPTER_STATE(PVOID DeviceExtension, PVOID Context, BOOLEAN SaveState);
typedef SCSI_ADAPTER_CONTROL_STATUS NTAPI HW_ADAPTER_CONTROL(
    PVOID DeviceExtension, SCSI_ADAPTER_CONTROL_TYPE ControlType, PVOID Parameters);
typedef SCSI_UNIT_CONTROL_STATUS NTAPI HW_UNIT_CONTROL(
    PVOID DeviceExtension, SCSI_UNIT_CONTROL_TYPE ControlType, PVOID Parameters);
typedef BOOLEAN NTAPI HW_PASSIVE_INITIALIZE_ROUTINE(PVOID DeviceExtension);
typedef VOID NTAPI HW_DPC_ROUTINE(
    PSTOR_DPC Dpc, PVOID HwDeviceExtension, PVOID SystemArgument1, PVOID SystemArgument2);
typedef VOID NTAPI HW_REGISTRY_NOTIFICATION_ROUTINE(PVOID DeviceExtension);
typedef VOID NTAPI HW_WORKITEM(PVOID HwDeviceExtension, PVOID Context, PVOID Worker);
typedef VOID NTAPI HW_STATE_CHANGE(
    PVOID HwDeviceExtension, PVOID Context, SHORT AddressType, PVOID Address, ULONG Status);
typedef VOID NTAPI HW_FREE_ADAPTER_RESOURCES(PVOID DeviceExtension);
typedef VOID NTAPI HW_PROCESS_SERVICE_REQUEST(PVOID DeviceExtension, PVOID Irp);
typedef VOID NTAPI HW_COMPLETE_SERVICE_IRP(PVOID DeviceExtension);
typedef VOID NTAPI HW_INITIALIZE_TRACING(PVOID Arg1, PVOID Arg2);
typedef VOID NTAPI HW_CLEANUP_TRACING(PVOID Arg1);
typedef VOID NTAPI HW_TRACING_ENABLED(PVOID HwDeviceExtension, BOOLEAN Enabled);
typedef BOOLEAN NTAPI STOR_SYNCHRONIZED_ACCESS(PVOID HwDeviceExtension, PVOID Context);

typedef HW_INITIALIZE *PHW_INITIALIZE;
typedef HW_BUILDIO *PHW_BUILDIO;
typedef HW_STARTIO *PHW_STARTIO;
typedef HW_INTERRUPT *PHW_INTERRUPT;
typedef HW_TIMER *PHW_TIMER;
typedef HW_TIMER_EX *PHW_TIMER_EX;
typedef HW_DMA_STARTED *PHW_DMA_STARTED;
typedef HW_FIND_ADAPTER *PHW_FIND_ADAPTER;
typedef VIRTUAL_HW_FIND_ADAPTER *PVIRTUAL_HW_FIND_ADAPTER;
typedef HW_RESET_BUS *PHW_RESET_BUS;
typedef HW_ADAPTER_STATE *PHW_ADAPTER_STATE;
typedef HW_ADAPTER_CONTROL *PHW_ADAPTER_CONTROL;
typedef HW_UNIT_CONTROL *PHW_UNIT_CONTROL;
typedef HW_PASSIVE_INITIALIZE_ROUTINE *PHW_PASSIVE_INITIALIZE_ROUTINE;
typedef HW_DPC_ROUTINE *PHW_DPC_ROUTINE;
typedef HW_REGISTRY_NOTIFICATION_ROUTINE *PHW_REGISTRY_NOTIFICATION_ROUTINE;
typedef HW_WORKITEM *PHW_WORKITEM;
typedef HW_STATE_CHANGE *PHW_STATE_CHANGE;
typedef HW_FREE_ADAPTER_RESOURCES *PHW_FREE_ADAPTER_RESOURCES;
typedef HW_PROCESS_SERVICE_REQUEST *PHW_PROCESS_SERVICE_REQUEST;
typedef HW_COMPLETE_SERVICE_IRP *PHW_COMPLETE_SERVICE_IRP;
typedef HW_INITIALIZE_TRACING *PHW_INITIALIZE_TRACING;
typedef HW_CLEANUP_TRACING *PHW_CLEANUP_TRACING;
typedef HW_TRACING_ENABLED *PHW_TRACING_ENABLED;
typedef STOR_SYNCHRONIZED_ACCESS *PSTOR_SYNCHRONIZED_ACCESS;

/* FeatureSupport; earlier versions keep some of these in PortVersionFlags */
#define STOR_FEATURE_VIRTUAL_MINIPORT                       0x00000001
#define STOR_FEATURE_ATA_PASS_THROUGH                       0x00000002
#define STOR_FEATURE_FULL_PNP_DEVICE_CAPABILITIES           0x00000004
#define STOR_FEATURE_DUMP_POINTERS                          0x00000008
#define STOR_FEATURE_DEVICE_NAME_NO_SUFFIX                  0x00000010
#define STOR_FEATURE_DUMP_RESUME_CAPABLE                    0x00000020
#define STOR_FEATURE_DEVICE_DESCRIPTOR_FROM_ATA_INFO_VPD    0x00000040
#define STOR_FEATURE_EXTRA_IO_INFORMATION                   0x00000080
#define STOR_FEATURE_ADAPTER_CONTROL_PRE_FINDADAPTER        0x00000100
#define STOR_FEATURE_ADAPTER_NOT_REQUIRE_IO_PORT            0x00000200
#define STOR_FEATURE_DUMP_16_BYTE_ALIGNMENT                 0x00000400
#define STOR_FEATURE_SET_ADAPTER_INTERFACE_TYPE             0x00000800
#define STOR_FEATURE_DUMP_INFO                              0x00001000
#define STOR_FEATURE_DMA_ALLOCATION_NO_BOUNDARY             0x00002000
#define STOR_FEATURE_NVME                                   0x00004000
#define STOR_FEATURE_REPORT_INTERNAL_DATA                   0x00008000
#define STOR_FEATURE_EARLY_DUMP                             0x00010000

#define SRB_TYPE_FLAG_SCSI_REQUEST_BLOCK     (1 << SRB_TYPE_SCSI_REQUEST_BLOCK)
#define SRB_TYPE_FLAG_STORAGE_REQUEST_BLOCK  (1 << SRB_TYPE_STORAGE_REQUEST_BLOCK)
#define ADDRESS_TYPE_FLAG_BTL8               (1 << STORAGE_ADDRESS_TYPE_BTL8)

/* What physical and virtual miniports hand to StorPortInitialize, up to where they differ. */
#define NTBUILD_HW_INITIALIZATION_FIELDS(FindAdapter) \
    ULONG HwInitializationDataSize; \
    INTERFACE_TYPE AdapterInterfaceType; \
    PHW_INITIALIZE HwInitialize; \
    PHW_STARTIO HwStartIo; \
    PHW_INTERRUPT HwInterrupt; \
    FindAdapter HwFindAdapter; \
    PHW_RESET_BUS HwResetBus; \
    PHW_DMA_STARTED HwDmaStarted; \
    PHW_ADAPTER_STATE HwAdapterState; \
    ULONG DeviceExtensionSize; \
    ULONG SpecificLuExtensionSize; \
    ULONG SrbExtensionSize; \
    ULONG NumberOfAccessRanges; \
    PVOID Reserved; \
    UCHAR MapBuffers; \
    BOOLEAN NeedPhysicalAddresses; \
    BOOLEAN TaggedQueuing; \
    BOOLEAN AutoRequestSense; \
    BOOLEAN MultipleRequestPerLu; \
    BOOLEAN ReceiveEvent; \
    USHORT VendorIdLength; \
    PVOID VendorId; \
    union { \
        USHORT ReservedUshort; \
        USHORT PortVersionFlags; \
    } DUMMYUNIONNAME; \
    USHORT DeviceIdLength; \
    PVOID DeviceId; \
    PHW_ADAPTER_CONTROL HwAdapterControl; \
    PHW_BUILDIO HwBuildIo; \
    PHW_FREE_ADAPTER_RESOURCES HwFreeAdapterResources; \
    PHW_PROCESS_SERVICE_REQUEST HwProcessServiceRequest; \
    PHW_COMPLETE_SERVICE_IRP HwCompleteServiceIrp; \
    PHW_INITIALIZE_TRACING HwInitializeTracing; \
    PHW_CLEANUP_TRACING HwCleanupTracing;

typedef struct _VIRTUAL_HW_INITIALIZATION_DATA {
    NTBUILD_HW_INITIALIZATION_FIELDS(PVIRTUAL_HW_FIND_ADAPTER)
} VIRTUAL_HW_INITIALIZATION_DATA, *PVIRTUAL_HW_INITIALIZATION_DATA;

typedef struct _HW_INITIALIZATION_DATA {
    NTBUILD_HW_INITIALIZATION_FIELDS(PHW_FIND_ADAPTER)
    PHW_TRACING_ENABLED HwTracingEnabled;
    ULONG FeatureSupport;
    ULONG SrbTypeFlags;
    ULONG AddressTypeFlags;
    ULONG Reserved1;
    PHW_UNIT_CONTROL HwUnitControl;
} HW_INITIALIZATION_DATA, *PHW_INITIALIZATION_DATA;

#undef NTBUILD_HW_INITIALIZATION_FIELDS

#define HW_INIT_DATA_SIZE_PHYSICAL \
    RTL_SIZEOF_THROUGH_FIELD(HW_INITIALIZATION_DATA, HwBuildIo)
#define HW_INIT_DATA_SIZE_VIRTUAL sizeof(VIRTUAL_HW_INITIALIZATION_DATA)

#endif
