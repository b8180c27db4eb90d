/*
 * batclass.h - mingw-w64's, with the second revision of a miniport's registration and its updates.
 *
 * Its GUIDs are declared again each time, to be defined after <initguid.h>.
 */
#include <poclass.h>
#include_next <batclass.h>

#ifndef NTBUILD_BATCLASS_H
#define NTBUILD_BATCLASS_H

#define BATTERY_CLASS_MINOR_VERSION_1 0x0001

/* Revision 1.1: the class driver is given the miniport's own device object, too. */
typedef struct {
    USHORT MajorVersion;
    USHORT MinorVersion;
    PVOID Context;
    BCLASS_QUERY_TAG QueryTag;
    BCLASS_QUERY_INFORMATION QueryInformation;
    BCLASS_SET_INFORMATION SetInformation;
    BCLASS_QUERY_STATUS QueryStatus;
    BCLASS_SET_STATUS_NOTIFY SetStatusNotify;
    BCLASS_DISABLE_STATUS_NOTIFY DisableStatusNotify;
    PDEVICE_OBJECT Pdo;
    PUNICODE_STRING DeviceName;
    PDEVICE_OBJECT Fdo;
} BATTERY_MINIPORT_INFO_V1_1, *PBATTERY_MINIPORT_INFO_V1_1;

typedef enum BATTERY_CHARGING_STATE {
    BatteryNoPowerSupply = 0,
    BatteryInadequatePowerSupply = 1,
    BatteryAdequatePowerSupply = 2
} BATTERY_CHARGING_STATE;

typedef struct _BATTERY_NON_CATASTROPHIC_EVENT {
    ULONG BatteryChargeLimitState : 1;
    ULONG BatteryChargingState : 2; /* BATTERY_CHARGING_STATE */
    ULONG Reserved : 29;
} BATTERY_NON_CATASTROPHIC_EVENT, *PBATTERY_NON_CATASTROPHIC_EVENT;

typedef struct _BATTERY_MINIPORT_UPDATE_DATA {
    ULONG Version;
    BATTERY_NON_CATASTROPHIC_EVENT NotifyEvent;
} BATTERY_MINIPORT_UPDATE_DATA, *PBATTERY_MINIPORT_UPDATE_DATA;

typedef BATTERY_MINIPORT_UPDATE_DATA BATTERY_MINIPORT_UPDATE_DATA_V2;
typedef BATTERY_MINIPORT_UPDATE_DATA *PBATTERY_MINIPORT_UPDATE_DATA_V2;

#define BATTERY_MINIPORT_UPDATE_DATA_VER_1      1
#define BATTERY_MINIPORT_UPDATE_DATA_VER_2      2
#define BATTERY_MINIPORT_UPDATE_DATA_VER_1_SIZE sizeof(BATTERY_MINIPORT_UPDATE_DATA)
#define BATTERY_MINIPORT_UPDATE_DATA_VER_2_SIZE sizeof(BATTERY_MINIPORT_UPDATE_DATA_V2)

#ifdef __cplusplus
extern "C" {
#endif
BATTERYCLASSAPI NTSTATUS NTAPI BatteryClassUpdateData(
    PVOID ClassData,
    PBATTERY_MINIPORT_UPDATE_DATA UpdateData);
#ifdef __cplusplus
}
#endif

#endif
