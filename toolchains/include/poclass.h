/*
 * poclass.h - batteries, thermal zones, lids and buttons, as the power manager talks to their drivers.
 *
 * mingw-w64 has two files of this name: the one in ddk/ ends with Windows 2000 and is found first. This
 * one reads the other, by way of a folder beside it, and adds what is younger.
 *
 * Its GUIDs are declared again each time, to be defined once after <initguid.h>.
 */
#if !defined(NTBUILD_POCLASS_DECLARED) || (defined(INITGUID) && !defined(NTBUILD_POCLASS_DEFINED))
#define NTBUILD_POCLASS_DECLARED
#ifdef INITGUID
# define NTBUILD_POCLASS_DEFINED
#endif

#include <winapifamily.h>
#include <devpropdef.h>
#define __POCLASS_H
#include <psdk_inc/../poclass.h>

DEFINE_GUID(
    GUID_DEVICE_FAN,
    0x05ecd13d, 0x81da, 0x4a2a, 0x8a, 0x4c, 0x52, 0x4f, 0x23, 0xdd, 0x4d, 0xc9);
DEFINE_GUID(
    GUID_DEVINTERFACE_THERMAL_COOLING,
    0xdbe4373d, 0x3c81, 0x40cb, 0xac, 0xe4, 0xe0, 0xe5, 0xd0, 0x5f, 0x0c, 0x9f);
DEFINE_GUID(
    GUID_DEVINTERFACE_THERMAL_MANAGER,
    0x927ec093, 0x69a4, 0x4bc0, 0xbd, 0x02, 0x71, 0x16, 0x64, 0x71, 0x44, 0x63);
DEFINE_GUID(
    GUID_DEVINTERFACE_POWER_LIMIT,
    0x8f366301, 0x091e, 0x4056, 0xb9, 0x2f, 0x95, 0x8b, 0x27, 0x62, 0x5f, 0xce);

#ifndef NTBUILD_POCLASS_H
#define NTBUILD_POCLASS_H

#define BATTERY_SET_CHARGER_ID_SUPPORTED 0x00000008

/* THERMAL_POLICY.ActivationReasons */
#define TZ_ACTIVATION_REASON_THERMAL 0x00000001
#define TZ_ACTIVATION_REASON_CURRENT 0x00000002

#define THERMAL_POLICY_VERSION_1 1
#define THERMAL_POLICY_VERSION_2 2

#define IOCTL_BATTERY_CHARGING_SOURCE_CHANGE                                                      \
    CTL_CODE(FILE_DEVICE_BATTERY, 0x14, METHOD_BUFFERED, FILE_READ_ACCESS)
#define IOCTL_THERMAL_READ_POLICY                                                                 \
    CTL_CODE(FILE_DEVICE_BATTERY, 0x25, METHOD_BUFFERED, FILE_READ_ACCESS)

typedef struct _THERMAL_POLICY {
    ULONG Version;
    BOOLEAN WaitForUpdate;
    BOOLEAN Hibernate;
    BOOLEAN Critical;
    BOOLEAN ThermalStandby;
    ULONG ActivationReasons;
    ULONG PassiveLimit;
    ULONG ActiveLevel;
    BOOLEAN OverThrottled;
} THERMAL_POLICY, *PTHERMAL_POLICY;

/* Queried as GUID_THERMAL_COOLING_INTERFACE; mingw-w64 has the pointers to these only. */
typedef VOID DEVICE_ACTIVE_COOLING(PVOID Context, BOOLEAN Engaged);
typedef VOID DEVICE_PASSIVE_COOLING(PVOID Context, ULONG Percentage);

/* Queried as GUID_POWER_LIMIT_INTERFACE: buffers are of POWER_LIMIT_ATTRIBUTES or POWER_LIMIT_VALUE. */
typedef NTSTATUS QUERY_POWER_LIMIT_ATTRIBUTES(
    PVOID Context, ULONG BufferCount, PVOID Buffer, PULONG AttributeCount);
typedef QUERY_POWER_LIMIT_ATTRIBUTES *PQUERY_POWER_LIMIT_ATTRIBUTES;
typedef NTSTATUS SET_POWER_LIMIT(PVOID Context, ULONG ValueCount, PVOID Values);
typedef SET_POWER_LIMIT *PSET_POWER_LIMIT;
typedef NTSTATUS QUERY_POWER_LIMIT(PVOID Context, ULONG ValueCount, PVOID Values);
typedef QUERY_POWER_LIMIT *PQUERY_POWER_LIMIT;

typedef struct _POWER_LIMIT_INTERFACE {
    USHORT Size;
    USHORT Version;
    PVOID Context;
    PINTERFACE_REFERENCE InterfaceReference;
    PINTERFACE_DEREFERENCE InterfaceDereference;
    ULONG DomainCount;
    PQUERY_POWER_LIMIT_ATTRIBUTES QueryAttributes;
    PSET_POWER_LIMIT SetPowerLimit;
    PQUERY_POWER_LIMIT QueryPowerLimit;
} POWER_LIMIT_INTERFACE, *PPOWER_LIMIT_INTERFACE;

#endif

#endif
