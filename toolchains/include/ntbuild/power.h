/*
 * ntbuild/power.h - after wdm.h: the power management framework and power limits, Windows 8 to 11.
 *
 * mingw-w64 has the components of PoFx and nothing that registers them, and its PO_FX_COMPONENT is
 * that of version 2 where the WDK's default is version 1; wdm.h has renamed those. A driver chooses
 * with `#define PO_FX_VERSION PO_FX_VERSION_V3` before its includes.
 */
#ifndef NTBUILD_POWER_H
#define NTBUILD_POWER_H

#define PO_FX_VERSION_V3 3
#ifndef PO_FX_VERSION
# define PO_FX_VERSION PO_FX_VERSION_V1
#endif

EXTERN_C_START

/* ---- callbacks ---- */

typedef VOID NTAPI PO_FX_DEVICE_POWER_REQUIRED_CALLBACK(PVOID Context);
typedef PO_FX_DEVICE_POWER_REQUIRED_CALLBACK *PPO_FX_DEVICE_POWER_REQUIRED_CALLBACK;

typedef VOID NTAPI PO_FX_DEVICE_POWER_NOT_REQUIRED_CALLBACK(PVOID Context);
typedef PO_FX_DEVICE_POWER_NOT_REQUIRED_CALLBACK *PPO_FX_DEVICE_POWER_NOT_REQUIRED_CALLBACK;

typedef VOID NTAPI PO_FX_COMPONENT_CRITICAL_TRANSITION_CALLBACK(
    PVOID Context, ULONG Component, BOOLEAN Active);
typedef PO_FX_COMPONENT_CRITICAL_TRANSITION_CALLBACK
    *PPO_FX_COMPONENT_CRITICAL_TRANSITION_CALLBACK;

typedef VOID NTAPI PO_FX_COMPONENT_PERF_STATE_CALLBACK(
    PVOID Context, ULONG Component, BOOLEAN Succeeded, PVOID RequestContext);
typedef PO_FX_COMPONENT_PERF_STATE_CALLBACK *PPO_FX_COMPONENT_PERF_STATE_CALLBACK;

typedef VOID NTAPI PO_FX_DIRECTED_POWER_UP_CALLBACK(PVOID Context, ULONG Flags);
typedef PO_FX_DIRECTED_POWER_UP_CALLBACK *PPO_FX_DIRECTED_POWER_UP_CALLBACK;

typedef VOID NTAPI PO_FX_DIRECTED_POWER_DOWN_CALLBACK(PVOID Context, ULONG Flags);
typedef PO_FX_DIRECTED_POWER_DOWN_CALLBACK *PPO_FX_DIRECTED_POWER_DOWN_CALLBACK;

typedef VOID NTAPI PO_FX_DRIPS_WATCHDOG_CALLBACK(
    PVOID Context, PDEVICE_OBJECT PhysicalDeviceObject, ULONG UniqueId);
typedef PO_FX_DRIPS_WATCHDOG_CALLBACK *PPO_FX_DRIPS_WATCHDOG_CALLBACK;

/* ---- what a driver registers, in three versions ---- */

typedef struct _PO_FX_DEVICE_V1 {
    ULONG Version;
    ULONG ComponentCount;
    PPO_FX_COMPONENT_ACTIVE_CONDITION_CALLBACK ComponentActiveConditionCallback;
    PPO_FX_COMPONENT_IDLE_CONDITION_CALLBACK ComponentIdleConditionCallback;
    PPO_FX_COMPONENT_IDLE_STATE_CALLBACK ComponentIdleStateCallback;
    PPO_FX_DEVICE_POWER_REQUIRED_CALLBACK DevicePowerRequiredCallback;
    PPO_FX_DEVICE_POWER_NOT_REQUIRED_CALLBACK DevicePowerNotRequiredCallback;
    PPO_FX_POWER_CONTROL_CALLBACK PowerControlCallback;
    PVOID DeviceContext;
    PO_FX_COMPONENT_V1 Components[ANYSIZE_ARRAY];
} PO_FX_DEVICE_V1, *PPO_FX_DEVICE_V1;

typedef struct _PO_FX_DEVICE_V2 {
    ULONG Version;
    ULONGLONG Flags;
    PPO_FX_COMPONENT_ACTIVE_CONDITION_CALLBACK ComponentActiveConditionCallback;
    PPO_FX_COMPONENT_IDLE_CONDITION_CALLBACK ComponentIdleConditionCallback;
    PPO_FX_COMPONENT_IDLE_STATE_CALLBACK ComponentIdleStateCallback;
    PPO_FX_DEVICE_POWER_REQUIRED_CALLBACK DevicePowerRequiredCallback;
    PPO_FX_DEVICE_POWER_NOT_REQUIRED_CALLBACK DevicePowerNotRequiredCallback;
    PPO_FX_POWER_CONTROL_CALLBACK PowerControlCallback;
    PVOID DeviceContext;
    ULONG ComponentCount;
    PO_FX_COMPONENT_V2 Components[ANYSIZE_ARRAY];
} PO_FX_DEVICE_V2, *PPO_FX_DEVICE_V2;

typedef struct _PO_FX_DEVICE_V3 {
    ULONG Version;
    ULONGLONG Flags;
    PPO_FX_COMPONENT_ACTIVE_CONDITION_CALLBACK ComponentActiveConditionCallback;
    PPO_FX_COMPONENT_IDLE_CONDITION_CALLBACK ComponentIdleConditionCallback;
    PPO_FX_COMPONENT_IDLE_STATE_CALLBACK ComponentIdleStateCallback;
    PPO_FX_DEVICE_POWER_REQUIRED_CALLBACK DevicePowerRequiredCallback;
    PPO_FX_DEVICE_POWER_NOT_REQUIRED_CALLBACK DevicePowerNotRequiredCallback;
    PPO_FX_POWER_CONTROL_CALLBACK PowerControlCallback;
    PPO_FX_DIRECTED_POWER_UP_CALLBACK DirectedPowerUpCallback;
    PPO_FX_DIRECTED_POWER_DOWN_CALLBACK DirectedPowerDownCallback;
    ULONG DirectedFxTimeoutInSeconds;
    PVOID DeviceContext;
    ULONG ComponentCount;
    PO_FX_COMPONENT_V2 Components[ANYSIZE_ARRAY];
} PO_FX_DEVICE_V3, *PPO_FX_DEVICE_V3;

#if PO_FX_VERSION == PO_FX_VERSION_V1
typedef PO_FX_COMPONENT_V1 PO_FX_COMPONENT, *PPO_FX_COMPONENT;
typedef PO_FX_DEVICE_V1 PO_FX_DEVICE, *PPO_FX_DEVICE;
#elif PO_FX_VERSION == PO_FX_VERSION_V2
typedef PO_FX_COMPONENT_V2 PO_FX_COMPONENT, *PPO_FX_COMPONENT;
typedef PO_FX_DEVICE_V2 PO_FX_DEVICE, *PPO_FX_DEVICE;
#elif PO_FX_VERSION == PO_FX_VERSION_V3
typedef PO_FX_COMPONENT_V2 PO_FX_COMPONENT, *PPO_FX_COMPONENT;
typedef PO_FX_DEVICE_V3 PO_FX_DEVICE, *PPO_FX_DEVICE;
#else
# error PO_FX_VERSION is none of PO_FX_VERSION_V1, PO_FX_VERSION_V2 and PO_FX_VERSION_V3
#endif

#define PO_FX_COMPONENT_FLAG_F0_ON_DX    0x0000000000000001
#define PO_FX_COMPONENT_FLAG_NO_DEBOUNCE 0x0000000000000002

#define PO_FX_DEVICE_FLAG_RESERVED_1                   0x0000000000000001ULL
#define PO_FX_DEVICE_FLAG_DFX_DIRECT_CHILDREN_OPTIONAL 0x0000000000000002ULL
#define PO_FX_DEVICE_FLAG_DFX_POWER_CHILDREN_OPTIONAL  0x0000000000000004ULL
#define PO_FX_DEVICE_FLAG_DFX_CHILDREN_OPTIONAL        0x0000000000000006ULL
#define PO_FX_DEVICE_FLAG_DISABLE_FAST_RESUME          0x0000000000000008ULL
#define PO_FX_DEVICE_FLAG_ENABLE_FAST_RESUME           0x0000000000000010ULL

/* Seconds of PO_FX_DEVICE_V3.DirectedFxTimeoutInSeconds */
#define PO_FX_DIRECTED_FX_DEFAULT_IDLE_TIMEOUT   0UL
#define PO_FX_DIRECTED_FX_IMMEDIATE_IDLE_TIMEOUT ((ULONG)-1)
#define PO_FX_DIRECTED_FX_MAX_IDLE_TIMEOUT       600UL

#define PO_FX_UNKNOWN_POWER 0xFFFFFFFF
#define PO_FX_UNKNOWN_TIME  0xFFFFFFFFFFFFFFFFULL

/* Flags of the calls */
#define PO_FX_FLAG_BLOCKING          0x1
#define PO_FX_FLAG_ASYNC_ONLY        0x2
#define PO_FX_FLAG_PERF_PEP_OPTIONAL 0x1

/* ---- performance states ---- */

typedef enum _PO_FX_PERF_STATE_UNIT {
    PoFxPerfStateUnitOther,
    PoFxPerfStateUnitFrequency,
    PoFxPerfStateUnitBandwidth,
    PoFxPerfStateUnitMaximum
} PO_FX_PERF_STATE_UNIT, *PPO_FX_PERF_STATE_UNIT;

typedef enum _PO_FX_PERF_STATE_TYPE {
    PoFxPerfStateTypeDiscrete,
    PoFxPerfStateTypeRange,
    PoFxPerfStateTypeMaximum
} PO_FX_PERF_STATE_TYPE, *PPO_FX_PERF_STATE_TYPE;

typedef struct _PO_FX_PERF_STATE {
    ULONGLONG Value;
    PVOID Context;
} PO_FX_PERF_STATE, *PPO_FX_PERF_STATE;

typedef struct _PO_FX_COMPONENT_PERF_SET {
    UNICODE_STRING Name;
    ULONGLONG Flags;
    PO_FX_PERF_STATE_UNIT Unit;
    PO_FX_PERF_STATE_TYPE Type;
    union {
        struct {
            ULONG Count;
            PPO_FX_PERF_STATE States;
        } Discrete;
        struct {
            ULONGLONG Minimum;
            ULONGLONG Maximum;
        } Range;
    };
} PO_FX_COMPONENT_PERF_SET, *PPO_FX_COMPONENT_PERF_SET;

typedef struct _PO_FX_COMPONENT_PERF_INFO {
    ULONG PerfStateSetsCount;
    PO_FX_COMPONENT_PERF_SET PerfStateSets[ANYSIZE_ARRAY];
} PO_FX_COMPONENT_PERF_INFO, *PPO_FX_COMPONENT_PERF_INFO;

typedef struct _PO_FX_PERF_STATE_CHANGE {
    ULONG Set;
    union {
        ULONG StateIndex;
        ULONGLONG StateValue;
    };
} PO_FX_PERF_STATE_CHANGE, *PPO_FX_PERF_STATE_CHANGE;

/* ---- calls ---- */

NTKERNELAPI NTSTATUS NTAPI PoFxRegisterDevice(
    PDEVICE_OBJECT Pdo, PPO_FX_DEVICE Device, POHANDLE *Handle);
NTKERNELAPI VOID NTAPI PoFxUnregisterDevice(POHANDLE Handle);
NTKERNELAPI VOID NTAPI PoFxStartDevicePowerManagement(POHANDLE Handle);
NTKERNELAPI VOID NTAPI PoFxActivateComponent(POHANDLE Handle, ULONG Component, ULONG Flags);
NTKERNELAPI VOID NTAPI PoFxIdleComponent(POHANDLE Handle, ULONG Component, ULONG Flags);
NTKERNELAPI VOID NTAPI PoFxCompleteIdleCondition(POHANDLE Handle, ULONG Component);
NTKERNELAPI VOID NTAPI PoFxCompleteIdleState(POHANDLE Handle, ULONG Component);
NTKERNELAPI VOID NTAPI PoFxCompleteDevicePowerNotRequired(POHANDLE Handle);
NTKERNELAPI VOID NTAPI PoFxCompleteDirectedPowerDown(POHANDLE Handle);
NTKERNELAPI VOID NTAPI PoFxReportDevicePoweredOn(POHANDLE Handle);
NTKERNELAPI VOID NTAPI PoFxNotifySurprisePowerOn(PDEVICE_OBJECT Pdo);
NTKERNELAPI VOID NTAPI PoFxSetDeviceIdleTimeout(POHANDLE Handle, ULONGLONG IdleTimeout);
NTKERNELAPI VOID NTAPI PoFxSetComponentLatency(
    POHANDLE Handle, ULONG Component, ULONGLONG Latency);
NTKERNELAPI VOID NTAPI PoFxSetComponentResidency(
    POHANDLE Handle, ULONG Component, ULONGLONG Residency);
NTKERNELAPI VOID NTAPI PoFxSetComponentWake(POHANDLE Handle, ULONG Component, BOOLEAN WakeHint);
NTKERNELAPI NTSTATUS NTAPI PoFxSetTargetDripsDevicePowerState(
    POHANDLE Handle, DEVICE_POWER_STATE TargetState);
NTKERNELAPI NTSTATUS NTAPI PoFxPowerControl(
    POHANDLE Handle, LPCGUID PowerControlCode, PVOID InBuffer, SIZE_T InBufferSize,
    PVOID OutBuffer, SIZE_T OutBufferSize, PSIZE_T BytesReturned);
NTKERNELAPI NTSTATUS NTAPI PoFxRegisterCrashdumpDevice(POHANDLE Handle);
NTKERNELAPI NTSTATUS NTAPI PoFxPowerOnCrashdumpDevice(POHANDLE Handle, PVOID Context);
NTKERNELAPI NTSTATUS NTAPI PoFxRegisterComponentPerfStates(
    POHANDLE Handle, ULONG Component, ULONGLONG Flags,
    PPO_FX_COMPONENT_PERF_STATE_CALLBACK ComponentPerfStateCallback,
    PPO_FX_COMPONENT_PERF_INFO InputStateInfo, PPO_FX_COMPONENT_PERF_INFO *OutputStateInfo);
NTKERNELAPI VOID NTAPI PoFxIssueComponentPerfStateChange(
    POHANDLE Handle, ULONG Flags, ULONG Component, PPO_FX_PERF_STATE_CHANGE PerfChange,
    PVOID Context);
NTKERNELAPI VOID NTAPI PoFxIssueComponentPerfStateChangeMultiple(
    POHANDLE Handle, ULONG Flags, ULONG Component, ULONG PerfChangesCount,
    PO_FX_PERF_STATE_CHANGE *PerfChanges, PVOID Context);
NTKERNELAPI NTSTATUS NTAPI PoFxQueryCurrentComponentPerfState(
    POHANDLE Handle, ULONG Flags, ULONG Component, ULONG SetIndex, PULONGLONG CurrentPerf);
NTKERNELAPI VOID NTAPI PoFxRegisterDripsWatchdogCallback(
    POHANDLE Handle, PPO_FX_DRIPS_WATCHDOG_CALLBACK Callback, BOOLEAN IncludeChildDevices,
    PDRIVER_OBJECT MatchingDriverObject);

/* ---- requests to cool, and limits of power and current ---- */

typedef enum _PO_THERMAL_REQUEST_TYPE {
    PoThermalRequestPassive,
    PoThermalRequestActive
} PO_THERMAL_REQUEST_TYPE, *PPO_THERMAL_REQUEST_TYPE;

#define PO_THERMAL_REQUEST_NO_FLAGS 0

NTKERNELAPI NTSTATUS NTAPI PoCreateThermalRequest(
    PVOID *ThermalRequest, PDEVICE_OBJECT TargetDeviceObject, PDEVICE_OBJECT PolicyDeviceObject,
    PCOUNTED_REASON_CONTEXT Context, ULONG Flags);
NTKERNELAPI BOOLEAN NTAPI PoGetThermalRequestSupport(
    PVOID ThermalRequest, PO_THERMAL_REQUEST_TYPE Type);
NTKERNELAPI NTSTATUS NTAPI PoSetThermalPassiveCooling(PVOID ThermalRequest, UCHAR Throttle);
NTKERNELAPI NTSTATUS NTAPI PoSetThermalActiveCooling(PVOID ThermalRequest, BOOLEAN Engaged);
NTKERNELAPI VOID NTAPI PoDeleteThermalRequest(PVOID ThermalRequest);

/* The older names of the types are those of the newer ones. */
typedef enum _POWER_LIMIT_TYPES {
    PowerLimitContinuous = 0,
    PowerLimitType1 = PowerLimitContinuous,
    PowerLimitBurst = 1,
    PowerLimitType2 = PowerLimitBurst,
    PowerLimitRapid = 2,
    PowerLimitType3 = PowerLimitRapid,
    PowerLimitPreemptive = 3,
    PowerLimitType4 = PowerLimitPreemptive,
    PowerLimitPreemptiveOffset = 4,
    PowerLimitTypeMax = 5
} POWER_LIMIT_TYPES, *PPOWER_LIMIT_TYPES;

/* In milliwatts or milliamperes; times are in microseconds. */
typedef struct _POWER_LIMIT_ATTRIBUTES {
    POWER_LIMIT_TYPES Type;
    ULONG DomainId;
    ULONG MaxValue;
    ULONG MinValue;
    ULONG MinTimeParameter;
    ULONG MaxTimeParameter;
    ULONG DefaultACValue;
    ULONG DefaultDCValue;
    union {
        struct {
            ULONG SupportTimeParameter : 1;
            ULONG Reserved : 31;
        };
        ULONG AsUlong;
    } Flags;
} POWER_LIMIT_ATTRIBUTES, *PPOWER_LIMIT_ATTRIBUTES;

typedef struct _POWER_LIMIT_VALUE {
    POWER_LIMIT_TYPES Type;
    ULONG DomainId;
    ULONG TargetValue;
    ULONG TimeParameter;
} POWER_LIMIT_VALUE, *PPOWER_LIMIT_VALUE;

#define POWER_LIMIT_VALUE_NO_CONTROL 0xFFFFFFFFUL

NTKERNELAPI NTSTATUS NTAPI PoCreatePowerLimitRequest(
    PVOID *PowerLimitRequest, PDEVICE_OBJECT TargetDeviceObject,
    PDEVICE_OBJECT PolicyDeviceObject, PCOUNTED_REASON_CONTEXT Context);
NTKERNELAPI NTSTATUS NTAPI PoQueryPowerLimitAttributes(
    PVOID PowerLimitRequest, ULONG BufferCount, PPOWER_LIMIT_ATTRIBUTES Buffer,
    PULONG AttributeCount);
NTKERNELAPI NTSTATUS NTAPI PoQueryPowerLimitValue(
    PVOID PowerLimitRequest, ULONG ValueCount, PPOWER_LIMIT_VALUE Values);
NTKERNELAPI NTSTATUS NTAPI PoSetPowerLimitValue(
    PVOID PowerLimitRequest, PCOUNTED_REASON_CONTEXT Reason, ULONG ValueCount,
    PPOWER_LIMIT_VALUE Values);
NTKERNELAPI NTSTATUS NTAPI PoDeletePowerLimitRequest(PVOID PowerLimitRequest);

EXTERN_C_END

#endif
