/* wdfpdo.h - KMDF. Made from toolchains/kmdf/wdfpdo.txt. */
#ifndef _WDFPDO_H_
#define _WDFPDO_H_

WDF_EXTERN_C_START

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_RESOURCES_QUERY(WDFDEVICE Device, WDFCMRESLIST Resources);
typedef EVT_WDF_DEVICE_RESOURCES_QUERY *PFN_WDF_DEVICE_RESOURCES_QUERY;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_RESOURCE_REQUIREMENTS_QUERY(
    WDFDEVICE Device, WDFIORESREQLIST IoResourceRequirementsList);
typedef EVT_WDF_DEVICE_RESOURCE_REQUIREMENTS_QUERY *PFN_WDF_DEVICE_RESOURCE_REQUIREMENTS_QUERY;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_EJECT(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_EJECT *PFN_WDF_DEVICE_EJECT;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_SET_LOCK(WDFDEVICE Device, BOOLEAN IsLocked);
typedef EVT_WDF_DEVICE_SET_LOCK *PFN_WDF_DEVICE_SET_LOCK;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_ENABLE_WAKE_AT_BUS(
    WDFDEVICE Device, SYSTEM_POWER_STATE PowerState);
typedef EVT_WDF_DEVICE_ENABLE_WAKE_AT_BUS *PFN_WDF_DEVICE_ENABLE_WAKE_AT_BUS;

typedef VOID NTAPI EVT_WDF_DEVICE_DISABLE_WAKE_AT_BUS(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_DISABLE_WAKE_AT_BUS *PFN_WDF_DEVICE_DISABLE_WAKE_AT_BUS;

typedef VOID NTAPI EVT_WDF_DEVICE_REPORTED_MISSING(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_REPORTED_MISSING *PFN_WDF_DEVICE_REPORTED_MISSING;

typedef struct _WDF_PDO_EVENT_CALLBACKS {
    ULONG Size;
    PFN_WDF_DEVICE_RESOURCES_QUERY EvtDeviceResourcesQuery;
    PFN_WDF_DEVICE_RESOURCE_REQUIREMENTS_QUERY EvtDeviceResourceRequirementsQuery;
    PFN_WDF_DEVICE_EJECT EvtDeviceEject;
    PFN_WDF_DEVICE_SET_LOCK EvtDeviceSetLock;
    PFN_WDF_DEVICE_ENABLE_WAKE_AT_BUS EvtDeviceEnableWakeAtBus;
    PFN_WDF_DEVICE_DISABLE_WAKE_AT_BUS EvtDeviceDisableWakeAtBus;
    PFN_WDF_DEVICE_REPORTED_MISSING EvtDeviceReportedMissing;
} WDF_PDO_EVENT_CALLBACKS, *PWDF_PDO_EVENT_CALLBACKS;

WDF_INLINE VOID WDF_PDO_EVENT_CALLBACKS_INIT(PWDF_PDO_EVENT_CALLBACKS Callbacks)
{
    RtlZeroMemory(Callbacks, sizeof(*Callbacks));
    Callbacks->Size = WDF_STRUCTURE_SIZE(WDF_PDO_EVENT_CALLBACKS);
}

typedef PWDFDEVICE_INIT (NTAPI *PFN_WDFPDOINITALLOCATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE ParentDevice);
WDF_INLINE PWDFDEVICE_INIT WdfPdoInitAllocate(WDFDEVICE ParentDevice)
{
    return ((PFN_WDFPDOINITALLOCATE)WdfFunctions[WdfPdoInitAllocateTableIndex])(
        WdfDriverGlobals, ParentDevice);
}

typedef VOID (NTAPI *PFN_WDFPDOINITSETEVENTCALLBACKS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PWDF_PDO_EVENT_CALLBACKS
    DispatchTable);
WDF_INLINE VOID WdfPdoInitSetEventCallbacks(
    PWDFDEVICE_INIT DeviceInit, PWDF_PDO_EVENT_CALLBACKS DispatchTable)
{
    ((PFN_WDFPDOINITSETEVENTCALLBACKS)WdfFunctions[WdfPdoInitSetEventCallbacksTableIndex])(
        WdfDriverGlobals, DeviceInit, DispatchTable);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOINITASSIGNDEVICEID)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING DeviceID);
WDF_INLINE NTSTATUS WdfPdoInitAssignDeviceID(PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING DeviceID)
{
    return ((PFN_WDFPDOINITASSIGNDEVICEID)WdfFunctions[WdfPdoInitAssignDeviceIDTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceID);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOINITASSIGNINSTANCEID)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING InstanceID);
WDF_INLINE NTSTATUS WdfPdoInitAssignInstanceID(
    PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING InstanceID)
{
    return ((PFN_WDFPDOINITASSIGNINSTANCEID)WdfFunctions[WdfPdoInitAssignInstanceIDTableIndex])(
        WdfDriverGlobals, DeviceInit, InstanceID);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOINITADDHARDWAREID)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING HardwareID);
WDF_INLINE NTSTATUS WdfPdoInitAddHardwareID(PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING HardwareID)
{
    return ((PFN_WDFPDOINITADDHARDWAREID)WdfFunctions[WdfPdoInitAddHardwareIDTableIndex])(
        WdfDriverGlobals, DeviceInit, HardwareID);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOINITADDCOMPATIBLEID)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING CompatibleID);
WDF_INLINE NTSTATUS WdfPdoInitAddCompatibleID(
    PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING CompatibleID)
{
    return ((PFN_WDFPDOINITADDCOMPATIBLEID)WdfFunctions[WdfPdoInitAddCompatibleIDTableIndex])(
        WdfDriverGlobals, DeviceInit, CompatibleID);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOINITASSIGNCONTAINERID)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING ContainerID);
WDF_INLINE NTSTATUS WdfPdoInitAssignContainerID(
    PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING ContainerID)
{
    return ((PFN_WDFPDOINITASSIGNCONTAINERID)WdfFunctions[WdfPdoInitAssignContainerIDTableIndex])(
        WdfDriverGlobals, DeviceInit, ContainerID);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOINITADDDEVICETEXT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING
    DeviceDescription, PCUNICODE_STRING DeviceLocation, LCID LocaleId);
WDF_INLINE NTSTATUS WdfPdoInitAddDeviceText(
    PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING DeviceDescription, PCUNICODE_STRING DeviceLocation,
    LCID LocaleId)
{
    return ((PFN_WDFPDOINITADDDEVICETEXT)WdfFunctions[WdfPdoInitAddDeviceTextTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceDescription, DeviceLocation, LocaleId);
}

typedef VOID (NTAPI *PFN_WDFPDOINITSETDEFAULTLOCALE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, LCID LocaleId);
WDF_INLINE VOID WdfPdoInitSetDefaultLocale(PWDFDEVICE_INIT DeviceInit, LCID LocaleId)
{
    ((PFN_WDFPDOINITSETDEFAULTLOCALE)WdfFunctions[WdfPdoInitSetDefaultLocaleTableIndex])(
        WdfDriverGlobals, DeviceInit, LocaleId);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOINITASSIGNRAWDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, const GUID *DeviceClassGuid);
WDF_INLINE NTSTATUS WdfPdoInitAssignRawDevice(
    PWDFDEVICE_INIT DeviceInit, const GUID *DeviceClassGuid)
{
    return ((PFN_WDFPDOINITASSIGNRAWDEVICE)WdfFunctions[WdfPdoInitAssignRawDeviceTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceClassGuid);
}

typedef VOID (NTAPI *PFN_WDFPDOINITALLOWFORWARDINGREQUESTTOPARENT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit);
WDF_INLINE VOID WdfPdoInitAllowForwardingRequestToParent(PWDFDEVICE_INIT DeviceInit)
{
    ((PFN_WDFPDOINITALLOWFORWARDINGREQUESTTOPARENT)WdfFunctions[WdfPdoInitAllowForwardingRequestToParentTableIndex])(
        WdfDriverGlobals, DeviceInit);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOMARKMISSING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE NTSTATUS WdfPdoMarkMissing(WDFDEVICE Device)
{
    return ((PFN_WDFPDOMARKMISSING)WdfFunctions[WdfPdoMarkMissingTableIndex])(
        WdfDriverGlobals, Device);
}

typedef VOID (NTAPI *PFN_WDFPDOREQUESTEJECT)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE VOID WdfPdoRequestEject(WDFDEVICE Device)
{
    ((PFN_WDFPDOREQUESTEJECT)WdfFunctions[WdfPdoRequestEjectTableIndex])(WdfDriverGlobals, Device);
}

typedef WDFDEVICE (NTAPI *PFN_WDFPDOGETPARENT)(PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE WDFDEVICE WdfPdoGetParent(WDFDEVICE Device)
{
    return ((PFN_WDFPDOGETPARENT)WdfFunctions[WdfPdoGetParentTableIndex])(WdfDriverGlobals, Device);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDORETRIEVEIDENTIFICATIONDESCRIPTION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device,
    PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER IdentificationDescription);
WDF_INLINE NTSTATUS WdfPdoRetrieveIdentificationDescription(
    WDFDEVICE Device, PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER IdentificationDescription)
{
    return ((PFN_WDFPDORETRIEVEIDENTIFICATIONDESCRIPTION)WdfFunctions[WdfPdoRetrieveIdentificationDescriptionTableIndex])(
        WdfDriverGlobals, Device, IdentificationDescription);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDORETRIEVEADDRESSDESCRIPTION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_CHILD_ADDRESS_DESCRIPTION_HEADER
    AddressDescription);
WDF_INLINE NTSTATUS WdfPdoRetrieveAddressDescription(
    WDFDEVICE Device, PWDF_CHILD_ADDRESS_DESCRIPTION_HEADER AddressDescription)
{
    return ((PFN_WDFPDORETRIEVEADDRESSDESCRIPTION)WdfFunctions[WdfPdoRetrieveAddressDescriptionTableIndex])(
        WdfDriverGlobals, Device, AddressDescription);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOUPDATEADDRESSDESCRIPTION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_CHILD_ADDRESS_DESCRIPTION_HEADER
    AddressDescription);
WDF_INLINE NTSTATUS WdfPdoUpdateAddressDescription(
    WDFDEVICE Device, PWDF_CHILD_ADDRESS_DESCRIPTION_HEADER AddressDescription)
{
    return ((PFN_WDFPDOUPDATEADDRESSDESCRIPTION)WdfFunctions[WdfPdoUpdateAddressDescriptionTableIndex])(
        WdfDriverGlobals, Device, AddressDescription);
}

typedef NTSTATUS (NTAPI *PFN_WDFPDOADDEJECTIONRELATIONSPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice);
WDF_INLINE NTSTATUS WdfPdoAddEjectionRelationsPhysicalDevice(
    WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice)
{
    return ((PFN_WDFPDOADDEJECTIONRELATIONSPHYSICALDEVICE)WdfFunctions[WdfPdoAddEjectionRelationsPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device, PhysicalDevice);
}

typedef VOID (NTAPI *PFN_WDFPDOREMOVEEJECTIONRELATIONSPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice);
WDF_INLINE VOID WdfPdoRemoveEjectionRelationsPhysicalDevice(
    WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice)
{
    ((PFN_WDFPDOREMOVEEJECTIONRELATIONSPHYSICALDEVICE)WdfFunctions[WdfPdoRemoveEjectionRelationsPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device, PhysicalDevice);
}

typedef VOID (NTAPI *PFN_WDFPDOCLEAREJECTIONRELATIONSDEVICES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE VOID WdfPdoClearEjectionRelationsDevices(WDFDEVICE Device)
{
    ((PFN_WDFPDOCLEAREJECTIONRELATIONSDEVICES)WdfFunctions[WdfPdoClearEjectionRelationsDevicesTableIndex])(
        WdfDriverGlobals, Device);
}

#if KMDF_VERSION_MINOR >= 31
typedef VOID (NTAPI *PFN_WDFPDOINITREMOVEPOWERDEPENDENCYONPARENT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit);
WDF_INLINE VOID WdfPdoInitRemovePowerDependencyOnParent(PWDFDEVICE_INIT DeviceInit)
{
    ((PFN_WDFPDOINITREMOVEPOWERDEPENDENCYONPARENT)WdfFunctions[WdfPdoInitRemovePowerDependencyOnParentTableIndex])(
        WdfDriverGlobals, DeviceInit);
}
#endif

WDF_EXTERN_C_END

#endif
