/*
 * ntbuild/storage/storport_power.h - parameters of adapter and unit control requests.
 *
 * A structure that begins with Version and Size is filled in with the constant of its version and
 * its sizeof.
 */
#ifndef NTBUILD_STORAGE_STORPORT_POWER_H
#define NTBUILD_STORAGE_STORPORT_POWER_H

typedef struct _STOR_POWER_CONTROL_HEADER {
    ULONG Version;
    ULONG Size;
    PSTOR_ADDRESS Address;
} STOR_POWER_CONTROL_HEADER, *PSTOR_POWER_CONTROL_HEADER;

/* ScsiPowerSettingNotification */
typedef struct _STOR_POWER_SETTING_INFO {
    GUID PowerSettingGuid;
    PVOID Value;
    ULONG ValueLength;
} STOR_POWER_SETTING_INFO, *PSTOR_POWER_SETTING_INFO;

/* ScsiAdapterPower */
typedef struct _STOR_ADAPTER_CONTROL_POWER {
    STOR_POWER_CONTROL_HEADER Header;
    STOR_POWER_ACTION PowerAction;
    STOR_DEVICE_POWER_STATE PowerState;
} STOR_ADAPTER_CONTROL_POWER, *PSTOR_ADAPTER_CONTROL_POWER;

typedef enum _RAID_SYSTEM_POWER {
    RaidSystemPowerUnknown = 0,
    RaidSystemPowerLowest,
    RaidSystemPowerLow,
    RaidSystemPowerMedium,
    RaidSystemPowerHigh
} RAID_SYSTEM_POWER, *PRAID_SYSTEM_POWER;

/* ScsiAdapterSystemPowerHints */
#define STOR_SYSTEM_POWER_HINTS_V1 1

typedef struct _STOR_SYSTEM_POWER_HINTS {
    ULONG Version;
    ULONG Size;
    RAID_SYSTEM_POWER SystemPower;
    ULONG ResumeLatencyMSec;
} STOR_SYSTEM_POWER_HINTS, *PSTOR_SYSTEM_POWER_HINTS;

/* ScsiAdapterFilterResourceRequirements */
#define STOR_FILTER_RESOURCE_REQUIREMENTS_V1 1

typedef struct _STOR_FILTER_RESOURCE_REQUIREMENTS {
    ULONG Version;
    ULONG Size;
    PVOID IoResourceRequirementsList;
} STOR_FILTER_RESOURCE_REQUIREMENTS, *PSTOR_FILTER_RESOURCE_REQUIREMENTS;

/* ScsiAdapterPoFxMaxOperationalPower; Value in milliwatts */
typedef struct _STOR_MAX_OPERATIONAL_POWER {
    ULONG Version;
    ULONG Size;
    ULONGLONG Value;
} STOR_MAX_OPERATIONAL_POWER, *PSTOR_MAX_OPERATIONAL_POWER;

/* ScsiAdapterSerialNumber */
#define STOR_SERIAL_NUMBER_MAX_SIZE 256

typedef struct _STOR_SERIAL_NUMBER {
    ULONG Version;
    ULONG Size;
    BOOLEAN Unicode;
    UCHAR SerialNumber[STOR_SERIAL_NUMBER_MAX_SIZE];
} STOR_SERIAL_NUMBER, *PSTOR_SERIAL_NUMBER;

typedef enum _SCSI_UC_DEVICE_USAGE_TYPE {
    ScsiDeviceUsageTypeUndefined = 0,
    ScsiDeviceUsageTypePaging,
    ScsiDeviceUsageTypeHibernation,
    ScsiDeviceUsageTypeDumpFile,
    ScsiDeviceUsageTypeBoot
} SCSI_UC_DEVICE_USAGE_TYPE, *PSCSI_UC_DEVICE_USAGE_TYPE;

/* ScsiUnitUsage */
typedef struct _STOR_UC_DEVICE_USAGE {
    PSTOR_ADDRESS Address;
    SCSI_UC_DEVICE_USAGE_TYPE UsageType;
    BOOLEAN InUse;
} STOR_UC_DEVICE_USAGE, *PSTOR_UC_DEVICE_USAGE;

/* ScsiUnitPower */
typedef struct _STOR_UNIT_CONTROL_POWER {
    PSTOR_ADDRESS Address;
    STOR_POWER_ACTION PowerAction;
    STOR_DEVICE_POWER_STATE PowerState;
} STOR_UNIT_CONTROL_POWER, *PSTOR_UNIT_CONTROL_POWER;

/* ScsiUnitQueryBusType */
typedef struct _STOR_UNIT_CONTROL_QUERY_BUS_TYPE {
    PSTOR_ADDRESS Address;
    ULONG BusType;
} STOR_UNIT_CONTROL_QUERY_BUS_TYPE, *PSTOR_UNIT_CONTROL_QUERY_BUS_TYPE;

/* ScsiUnitPoFxPowerInfo */
typedef struct _STOR_POFX_UNIT_POWER_INFO {
    STOR_POWER_CONTROL_HEADER Header;
    BOOLEAN IdlePowerEnabled;
} STOR_POFX_UNIT_POWER_INFO, *PSTOR_POFX_UNIT_POWER_INFO;

/* Scsi{Adapter,Unit}PoFxPowerRequired */
typedef struct _STOR_POFX_POWER_REQUIRED_CONTEXT {
    STOR_POWER_CONTROL_HEADER Header;
    BOOLEAN PowerRequired;
} STOR_POFX_POWER_REQUIRED_CONTEXT, *PSTOR_POFX_POWER_REQUIRED_CONTEXT;

/* Scsi{Adapter,Unit}PoFxPowerActive */
typedef struct _STOR_POFX_ACTIVE_CONTEXT {
    STOR_POWER_CONTROL_HEADER Header;
    ULONG ComponentIndex;
    BOOLEAN Active;
} STOR_POFX_ACTIVE_CONTEXT, *PSTOR_POFX_ACTIVE_CONTEXT;

/* Scsi{Adapter,Unit}PoFxPowerSetFState */
typedef struct _STOR_POFX_FSTATE_CONTEXT {
    STOR_POWER_CONTROL_HEADER Header;
    ULONG ComponentIndex;
    ULONG FState;
} STOR_POFX_FSTATE_CONTEXT, *PSTOR_POFX_FSTATE_CONTEXT;

/* Scsi{Adapter,Unit}PoFxPowerControl */
typedef struct _STOR_POFX_POWER_CONTROL {
    STOR_POWER_CONTROL_HEADER Header;
    LPCGUID PowerControlCode;
    SIZE_T InBufferSize;
    SIZE_T OutBufferSize;
    PVOID InBuffer;
    PVOID OutBuffer;
    PSIZE_T BytesReturned;
} STOR_POFX_POWER_CONTROL, *PSTOR_POFX_POWER_CONTROL;

/* ScsiAdapterPoFxSetPerfState */
typedef struct _STOR_POFX_PERF_STATE_CONTEXT {
    ULONG Version;
    ULONG Size;
    ULONG ComponentIndex;
    BOOLEAN Succeeded;
    PVOID Context;
} STOR_POFX_PERF_STATE_CONTEXT, *PSTOR_POFX_PERF_STATE_CONTEXT;

/* ScsiUnitRichDescription; strings with a terminating zero */
#define STOR_VENDOR_ID_LENGTH                             16
#define STOR_MODEL_NUMBER_LENGTH                          64
#define STOR_FIRMWARE_REVISION_LENGTH                     16
#define STOR_RICH_DEVICE_DESCRIPTION_STRUCTURE_VERSION    1
#define STOR_RICH_DEVICE_DESCRIPTION_STRUCTURE_VERSION_V2 2

typedef struct _STOR_RICH_DEVICE_DESCRIPTION {
    ULONG Version;
    ULONG Size;
    UCHAR VendorId[STOR_VENDOR_ID_LENGTH + 1];
    UCHAR ModelNumber[STOR_MODEL_NUMBER_LENGTH + 1];
    UCHAR FirmwareRevision[STOR_FIRMWARE_REVISION_LENGTH + 1];
} STOR_RICH_DEVICE_DESCRIPTION, *PSTOR_RICH_DEVICE_DESCRIPTION;

typedef struct _STOR_RICH_DEVICE_DESCRIPTION_V2 {
    ULONG Version;
    ULONG Size;
    UCHAR VendorId[STOR_VENDOR_ID_LENGTH + 1];
    UCHAR ModelNumber[STOR_MODEL_NUMBER_LENGTH + 1];
    UCHAR FirmwareRevision[STOR_FIRMWARE_REVISION_LENGTH + 1];
    PSTOR_ADDRESS Address;
} STOR_RICH_DEVICE_DESCRIPTION_V2, *PSTOR_RICH_DEVICE_DESCRIPTION_V2;

/* Power framework: idle states, components and devices for StorPortInitializePoFxPower */
#define STOR_POFX_UNKNOWN_POWER  0xffffffff
#define STOR_POFX_UNKNOWN_TIME   0xffffffffffffffffULL

/* TransitionLatency and ResidencyRequirement in units of 100 ns, NominalPower in microwatts */
typedef struct _STOR_POFX_COMPONENT_IDLE_STATE {
    ULONG Version;
    ULONG Size;
    ULONGLONG TransitionLatency;
    ULONGLONG ResidencyRequirement;
    ULONG NominalPower;
} STOR_POFX_COMPONENT_IDLE_STATE, *PSTOR_POFX_COMPONENT_IDLE_STATE;

#define STOR_POFX_COMPONENT_IDLE_STATE_SIZE       sizeof(STOR_POFX_COMPONENT_IDLE_STATE)
#define STOR_POFX_COMPONENT_IDLE_STATE_VERSION_V1 1

typedef struct _STOR_POFX_COMPONENT {
    ULONG Version;
    ULONG Size;
    ULONG FStateCount;
    ULONG DeepestWakeableFState;
    GUID Id;
    STOR_POFX_COMPONENT_IDLE_STATE FStates[ANYSIZE_ARRAY];
} STOR_POFX_COMPONENT, *PSTOR_POFX_COMPONENT;

#define STOR_POFX_COMPONENT_SIZE       FIELD_OFFSET(STOR_POFX_COMPONENT, FStates)
#define STOR_POFX_COMPONENT_VERSION_V1 1

typedef struct _STOR_POFX_COMPONENT_V2 {
    ULONG Version;
    ULONG Size;
    ULONG FStateCount;
    ULONG DeepestWakeableFState;
    GUID Id;
    ULONG DeepestAdapterPowerRequiredFState;
    ULONG DeepestCrashDumpReadyFState;
    STOR_POFX_COMPONENT_IDLE_STATE FStates[ANYSIZE_ARRAY];
} STOR_POFX_COMPONENT_V2, *PSTOR_POFX_COMPONENT_V2;

#define STOR_POFX_COMPONENT_V2_SIZE    FIELD_OFFSET(STOR_POFX_COMPONENT_V2, FStates)
#define STOR_POFX_COMPONENT_VERSION_V2 2

typedef struct _STOR_POFX_PERF_STATE {
    ULONG Version;
    ULONG Size;
    ULONGLONG Value;
    PVOID Context;
} STOR_POFX_PERF_STATE, *PSTOR_POFX_PERF_STATE;

#define STOR_POFX_PERF_STATE_SIZE       sizeof(STOR_POFX_PERF_STATE)
#define STOR_POFX_PERF_STATE_VERSION_V1 1

typedef enum _STOR_POFX_PERF_STATE_UNIT {
    StorPoFxPerfStateUnitOther = 0,
    StorPoFxPerfStateUnitFrequency,
    StorPoFxPerfStateUnitBandwidth,
    StorPoFxPerfStateUnitMilliwatts,
    StorPoFxPerfStateUnitMaximum
} STOR_POFX_PERF_STATE_UNIT, *PSTOR_POFX_PERF_STATE_UNIT;

typedef enum _STOR_POFX_PERF_STATE_TYPE {
    StorPoFxPerfStateTypeDiscrete = 0,
    StorPoFxPerfStateTypeRange,
    StorPoFxPerfStateTypeMaximum
} STOR_POFX_PERF_STATE_TYPE, *PSTOR_POFX_PERF_STATE_TYPE;

typedef struct _STOR_POFX_COMPONENT_PERF_SET {
    ULONG Version;
    ULONG Size;
    ULONGLONG Flags;
    STOR_POFX_PERF_STATE_UNIT PStateUnit;
    STOR_POFX_PERF_STATE_TYPE PStateType;
    union {
        struct {
            ULONG Count;
            ULONG Offset;
        } Discrete;
        struct {
            ULONGLONG Minimum;
            ULONGLONG Maximum;
        } Range;
    } PStates;
} STOR_POFX_COMPONENT_PERF_SET, *PSTOR_POFX_COMPONENT_PERF_SET;

#define STOR_POFX_COMPONENT_PERF_SET_SIZE       sizeof(STOR_POFX_COMPONENT_PERF_SET)
#define STOR_POFX_COMPONENT_PERF_SET_VERSION_V1 1
#define STOR_POFX_COMPONENT_MIN_PERF_SETS       0
#define STOR_POFX_COMPONENT_MAX_PERF_SETS       3
#define STOR_POFX_MIN_DISCRETE_PERF_STATES      1
#define STOR_POFX_MAX_DISCRETE_PERF_STATES      8

#define STOR_POFX_UNIT_MIN_IDLE_STATES          1
#define STOR_POFX_UNIT_MAX_IDLE_STATES          2
#define STOR_POFX_ADAPTER_MIN_IDLE_STATES       1
#define STOR_POFX_ADAPTER_MAX_IDLE_STATES       8
#define STOR_POFX_UNIT_MIN_COMPONENTS           1
#define STOR_POFX_UNIT_MAX_COMPONENTS           1
#define STOR_POFX_ADAPTER_MIN_COMPONENTS        1
#define STOR_POFX_ADAPTER_MAX_COMPONENTS        1

typedef struct _STOR_POFX_DEVICE {
    ULONG Version;
    ULONG Size;
    ULONG ComponentCount;
    ULONG Flags;
    STOR_POFX_COMPONENT Components[ANYSIZE_ARRAY];
} STOR_POFX_DEVICE, *PSTOR_POFX_DEVICE;

#define STOR_POFX_DEVICE_SIZE       FIELD_OFFSET(STOR_POFX_DEVICE, Components)
#define STOR_POFX_DEVICE_VERSION_V1 1

typedef struct _STOR_POFX_DEVICE_V2 {
    ULONG Version;
    ULONG Size;
    ULONG ComponentCount;
    ULONG Flags;
    union {
        ULONG UnitMinIdleTimeoutInMS;
        ULONG AdapterIdleTimeoutInMS;
    };
    STOR_POFX_COMPONENT Components[ANYSIZE_ARRAY];
} STOR_POFX_DEVICE_V2, *PSTOR_POFX_DEVICE_V2;

#define STOR_POFX_DEVICE_V2_SIZE    FIELD_OFFSET(STOR_POFX_DEVICE_V2, Components)
#define STOR_POFX_DEVICE_VERSION_V2 2

typedef struct _STOR_POFX_DEVICE_V3 {
    ULONG Version;
    ULONG Size;
    ULONG ComponentCount;
    ULONG Flags;
    union {
        ULONG UnitMinIdleTimeoutInMS;
        ULONG AdapterIdleTimeoutInMS;
    };
    ULONG MinimumPowerCyclePeriodInMS;
    STOR_POFX_COMPONENT Components[ANYSIZE_ARRAY];
} STOR_POFX_DEVICE_V3, *PSTOR_POFX_DEVICE_V3;

#define STOR_POFX_DEVICE_V3_SIZE    FIELD_OFFSET(STOR_POFX_DEVICE_V3, Components)
#define STOR_POFX_DEVICE_VERSION_V3 3

/* Flags of a device */
#define STOR_POFX_DEVICE_FLAG_NO_D0                      0x00000001
#define STOR_POFX_DEVICE_FLAG_NO_D3                      0x00000002
#define STOR_POFX_DEVICE_FLAG_ENABLE_D3_COLD             0x00000004
#define STOR_POFX_DEVICE_FLAG_NO_DUMP_ACTIVE             0x00000008
#define STOR_POFX_DEVICE_FLAG_IDLE_TIMEOUT               0x00000010
#define STOR_POFX_DEVICE_FLAG_ADAPTIVE_D3_IDLE_TIMEOUT   0x00000020
#define STOR_POFX_DEVICE_FLAG_NO_UNIT_REGISTRATION       0x00000040
#define STOR_POFX_DEVICE_FLAG_PERF_STATE_PEP_OPTIONAL    0x00000080
#define STOR_POFX_DEVICE_FLAG_NO_IDLE_DEBOUNCE           0x00000100
#define STOR_POFX_DEVICE_FLAG_DUMP_ALWAYS_POWER_ON       0x00000200
#define STOR_POFX_DEVICE_FLAG_DISABLE_INTERRUPTS_ON_D3   0x00000400
#define STOR_POFX_DEVICE_FLAG_ADAPTER_D3_WAKE            0x00000800
#define STOR_POFX_DEVICE_FLAG_GET_PERF_STATE_FROM_PEP    0x00001000

#endif
