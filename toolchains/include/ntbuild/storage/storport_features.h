/*
 * ntbuild/storage/storport_features.h - encryption, timers, events and other features' structures.
 *
 * Each group is headed by the extended function or control request that takes it.
 */
#ifndef NTBUILD_STORAGE_STORPORT_FEATURES_H
#define NTBUILD_STORAGE_STORPORT_FEATURES_H

/* StorPortInitializeRpmb */
#define STOR_RPMB_VERSION_1 1

typedef enum _STOR_RPMB_FRAME_TYPE {
    StorRpmbFrameTypeUnknown = 0,
    StorRpmbFrameTypeStandard,
    StorRpmbFrameTypeMax
} STOR_RPMB_FRAME_TYPE, *PSTOR_RPMB_FRAME_TYPE;

typedef struct _STOR_RPMB_CAPABILITIES_DATA {
    ULONG Version;
    ULONG Size;
    ULONG RpmbSize;
    ULONG MaxReliableRpmbWriteSize;
    UCHAR SecurityProtocol;
    USHORT SecurityProtocolSpecifier;
    STOR_ADDRESS RpmbTarget;
    STOR_RPMB_FRAME_TYPE FrameFormat;
} STOR_RPMB_CAPABILITIES_DATA, *PSTOR_RPMB_CAPABILITIES_DATA;

/* StorPortInitializeCryptoEngine */
#define STOR_CRYPTO_CAPABILITY_VERSION_1            1
#define STOR_CRYPTO_CAPABILITIES_DATA_VERSION_1     1
#define STOR_CRYPTO_KEY_INFO_VERSION_1              1
#define STOR_CRYPTO_OPERATION_INSERT_KEY_VERSION_1  1

typedef enum _STOR_CRYPTO_ALGORITHM_ID {
    StorCryptoAlgorithmUnknown = 0,
    StorCryptoAlgorithmXTSAES,
    StorCryptoAlgorithmBitlockerAESCBC,
    StorCryptoAlgorithmAESECB,
    StorCryptoAlgorithmESSIVAESCBC,
    StorCryptoAlgorithmMax
} STOR_CRYPTO_ALGORITHM_ID, *PSTOR_CRYPTO_ALGORITHM_ID;

typedef enum _STOR_CRYPTO_KEY_SIZE {
    StorCryptoKeySizeUnknown = 0,
    StorCryptoKeySize128Bits,
    StorCryptoKeySize192Bits,
    StorCryptoKeySize256Bits,
    StorCryptoKeySize512Bits,
    StorCryptoKeySizeMax
} STOR_CRYPTO_KEY_SIZE, *PSTOR_CRYPTO_KEY_SIZE;

typedef struct _STOR_CRYPTO_CAPABILITY {
    ULONG Version;
    ULONG Size;
    USHORT CryptoCapabilityIndex;
    USHORT DataUnitSizeBitmask;
    STOR_CRYPTO_ALGORITHM_ID AlgorithmId;
    STOR_CRYPTO_KEY_SIZE KeySize;
} STOR_CRYPTO_CAPABILITY, *PSTOR_CRYPTO_CAPABILITY;

typedef struct _STOR_CRYPTO_CAPABILITIES_DATA {
    ULONG Version;
    ULONG Size;
    USHORT NumKeysSupported;
    USHORT NumCryptoCapabilities;
    STOR_CRYPTO_CAPABILITY CryptoCapabilities[ANYSIZE_ARRAY];
} STOR_CRYPTO_CAPABILITIES_DATA, *PSTOR_CRYPTO_CAPABILITIES_DATA;

typedef struct _STOR_CRYPTO_KEY_INFO {
    ULONG Version;
    ULONG Size;
    ULONG KeyIndex;
    ULONGLONG Tweak;
} STOR_CRYPTO_KEY_INFO, *PSTOR_CRYPTO_KEY_INFO;

/* ScsiAdapterCryptoOperation */
typedef enum _STOR_CRYPTO_OPERATION_TYPE {
    StorCryptoOperationInsertKey = 1,
    StorCryptoOperationMax
} STOR_CRYPTO_OPERATION_TYPE, *PSTOR_CRYPTO_OPERATION_TYPE;

typedef struct _STOR_CRYPTO_OPERATION {
    STOR_CRYPTO_OPERATION_TYPE OperationType;
    ULONG OperationBufferLength;
    PVOID OperationBuffer;
} STOR_CRYPTO_OPERATION, *PSTOR_CRYPTO_OPERATION;

typedef struct _STOR_CRYPTO_OPERATION_INSERT_KEY {
    USHORT Version;
    USHORT Size;
    ULONG KeyIndex;
    ULONG CryptoCapabilityIndex;
    ULONG DataUnitSizeBitmask;
    ULONG KeySize;
    ULONG Reserved;
    PUCHAR KeyVirtualAddress;
    PHYSICAL_ADDRESS KeyPhysicalAddress;
} STOR_CRYPTO_OPERATION_INSERT_KEY, *PSTOR_CRYPTO_OPERATION_INSERT_KEY;

/* High-resolution timers */
typedef VOID NTAPI STOR_EXT_DELETE_CALLBACK(PVOID Context);
typedef STOR_EXT_DELETE_CALLBACK *PSTOR_EXT_DELETE_CALLBACK;

typedef struct _STOR_EXT_SET_PARAMETERS {
    ULONG Version;
    ULONG Reserved;
    LONGLONG NoWakeTolerance;
} STOR_EXT_SET_PARAMETERS, *PSTOR_EXT_SET_PARAMETERS;

typedef struct _STOR_EXT_DELETE_PARAMETERS {
    ULONG Version;
    ULONG Reserved;
    PSTOR_EXT_DELETE_CALLBACK DeleteCallback;
    PVOID DeleteContext;
} STOR_EXT_DELETE_PARAMETERS, *PSTOR_EXT_DELETE_PARAMETERS;

/* StorPortBuildScatterGatherList */
typedef enum _GETSGSTATUS {
    SG_ALLOCATED = 0,
    SG_BUFFER_TOO_SMALL
} GETSGSTATUS, *PGETSGSTATUS;

typedef VOID NTAPI POST_SCATTER_GATHER_EXECUTE(
    PVOID *DeviceObject, PVOID *Irp, PSTOR_SCATTER_GATHER_LIST ScatterGather, PVOID Context);
typedef POST_SCATTER_GATHER_EXECUTE *PpostScatterGatherExecute;
typedef POST_SCATTER_GATHER_EXECUTE *PPOST_SCATTER_GATHER_EXECUTE;

/* Events for tracing */
typedef enum _STORPORT_ETW_LEVEL {
    StorportEtwLevelLogAlways = 0,
    StorportEtwLevelCritical,
    StorportEtwLevelError,
    StorportEtwLevelWarning,
    StorportEtwLevelInformational,
    StorportEtwLevelVerbose,
    StorportEtwLevelMax = StorportEtwLevelVerbose
} STORPORT_ETW_LEVEL, *PSTORPORT_ETW_LEVEL;

typedef enum _STORPORT_ETW_EVENT_OPCODE {
    StorportEtwEventOpcodeInfo = 0,
    StorportEtwEventOpcodeStart,
    StorportEtwEventOpcodeStop,
    StorportEtwEventOpcodeDC_Start,
    StorportEtwEventOpcodeDC_Stop,
    StorportEtwEventOpcodeExtension,
    StorportEtwEventOpcodeReply,
    StorportEtwEventOpcodeResume,
    StorportEtwEventOpcodeSuspend,
    StorportEtwEventOpcodeSend,
    StorportEtwEventOpcodeReceive = 240
} STORPORT_ETW_EVENT_OPCODE, *PSTORPORT_ETW_EVENT_OPCODE;

typedef enum _STORPORT_ETW_EVENT_CHANNEL {
    StorportEtwEventDiagnostic = 0,
    StorportEtwEventOperational,
    StorportEtwEventHealth
} STORPORT_ETW_EVENT_CHANNEL, *PSTORPORT_ETW_EVENT_CHANNEL;

#define STORPORT_ETW_EVENT_KEYWORD_IO                    0x001
#define STORPORT_ETW_EVENT_KEYWORD_PERFORMANCE           0x002
#define STORPORT_ETW_EVENT_KEYWORD_POWER                 0x004
#define STORPORT_ETW_EVENT_KEYWORD_ENUMERATION           0x008
#define STORPORT_ETW_EVENT_KEYWORD_COMMAND_TRACE         0x010
#define STORPORT_ETW_EVENT_KEYWORD_ASYNC_EVENT           0x020
#define STORPORT_ETW_EVENT_KEYWORD_NON_IO                0x040
#define STORPORT_ETW_EVENT_KEYWORD_COMMAND_TRACE_IO      0x080
#define STORPORT_ETW_EVENT_KEYWORD_COMMAND_TRACE_NON_IO  0x100

/* Lengths of strings in characters, with their zero */
#define STORPORT_ETW_MAX_DESCRIPTION_LENGTH  64
#define STORPORT_ETW_MAX_PARAM_NAME_LENGTH   32
#define STORPORT_ETW_MAX_BYTE_STREAM_LENGTH  1024

/* StorPortLogTelemetry */
#define EVENT_BUFFER_MAX_LENGTH   4096
#define EVENT_NAME_MAX_LENGTH     32
#define EVENT_MAX_PARAM_NAME_LEN  32

typedef enum _STOR_TELEMETRY_CATEGORY {
    StorTelemetryCategory = 0,
    StorMeasuresCategory
} STOR_TELEMETRY_CATEGORY, *PSTOR_TELEMETRY_CATEGORY;

#define NTBUILD_STOR_PARAMETER(Number) \
    UCHAR ParameterName##Number[EVENT_MAX_PARAM_NAME_LEN]; \
    ULONGLONG ParameterValue##Number;

typedef struct _STORPORT_TELEMETRY_EVENT {
    ULONG DriverVersion;
    ULONG EventId;
    UCHAR EventName[EVENT_NAME_MAX_LENGTH];
    ULONG EventVersion;
    ULONG Flags;
    ULONG EventBufferLength;
    PUCHAR EventBuffer;
    NTBUILD_STOR_PARAMETER(0)
    NTBUILD_STOR_PARAMETER(1)
    NTBUILD_STOR_PARAMETER(2)
    NTBUILD_STOR_PARAMETER(3)
    NTBUILD_STOR_PARAMETER(4)
    NTBUILD_STOR_PARAMETER(5)
    NTBUILD_STOR_PARAMETER(6)
    NTBUILD_STOR_PARAMETER(7)
} STORPORT_TELEMETRY_EVENT, *PSTORPORT_TELEMETRY_EVENT;
#undef NTBUILD_STOR_PARAMETER

typedef enum _STORPORT_QUERY_CONFIGURATION_TYPE {
    StorportQueryConfigurationD3 = 0,
    StorportQueryConfigurationMax
} STORPORT_QUERY_CONFIGURATION_TYPE, *PSTORPORT_QUERY_CONFIGURATION_TYPE;

typedef enum _STOR_DEVICE_RESET_TYPE {
    StorFunctionLevelReset = 0,
    StorPlatformLevelReset,
    StorBusSpecificReset
} STOR_DEVICE_RESET_TYPE;

/* StorPortMarkDeviceFailed */
#define STORPORT_MARK_DEVICE_FAILED_FLAG_REMOVE_DEVICE      0x00000001
#define STORPORT_MARK_DEVICE_FAILED_FLAG_PREDICTED_FAILURE  0x00000002
#define STORPORT_MAX_ADDITIONAL_DATA_SIZE                   1024
#define STORPORT_MAX_CRITICAL_DATA_SIZE                     8

typedef struct _STOR_DPC_WATCHDOG_INFORMATION {
    ULONG DpcTimeLimit;
    ULONG DpcTimeCount;
    ULONG DpcWatchdogLimit;
    ULONG DpcWatchdogCount;
    ULONG Reserved;
} STOR_DPC_WATCHDOG_INFORMATION, *PSTOR_DPC_WATCHDOG_INFORMATION;

typedef VOID NTAPI STOR_THREAD_START_ROUTINE(PVOID StartContext);
typedef STOR_THREAD_START_ROUTINE *PSTOR_THREAD_START_ROUTINE;

typedef enum _STOR_THREAD_PRIORITY {
    StorThreadPriorityBackground = 7,
    StorThreadPriorityNormal = 8,
    StorThreadPriorityDelayed = 12,
    StorThreadPriorityCritical = 13,
    StorThreadPrioritySuperCritical = 14,
    StorThreadPriorityHyperCritical = 15,
    StorThreadPriorityRealTime = 18
} STOR_THREAD_PRIORITY, *PSTOR_THREAD_PRIORITY;

/* SRB_FUNCTION_DUMP_POINTERS */
#define DUMP_MINIPORT_VERSION_1    0x0100
#define DUMP_MINIPORT_VERSION      0x0200
#define DUMP_MINIPORT_NAME_LENGTH  15

typedef struct _MINIPORT_DUMP_POINTERS {
    USHORT Version;
    USHORT Size;
    WCHAR DriverName[DUMP_MINIPORT_NAME_LENGTH];
    struct _ADAPTER_OBJECT *AdapterObject;
    PVOID MappedRegisterBase;
    ULONG CommonBufferSize;
    PVOID MiniportPrivateDumpData;
    ULONG SystemIoBusNumber;
    INTERFACE_TYPE AdapterInterfaceType;
    ULONG MaximumTransferLength;
    ULONG NumberOfPhysicalBreaks;
    ULONG AlignmentMask;
    ULONG NumberOfAccessRanges;
    ACCESS_RANGE (*AccessRanges)[];
    UCHAR NumberOfBuses;
    BOOLEAN Master;
    BOOLEAN MapBuffers;
    UCHAR MaximumNumberOfTargets;
} MINIPORT_DUMP_POINTERS, *PMINIPORT_DUMP_POINTERS;

#endif
