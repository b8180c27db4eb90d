/* wdfminiport.h - KMDF. Made from toolchains/kmdf/wdfminiport.txt. */
#ifndef _WDFMINIPORT_H_
#define _WDFMINIPORT_H_

WDF_EXTERN_C_START

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEMINIPORTCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDRIVER Driver, PWDF_OBJECT_ATTRIBUTES Attributes,
    PDEVICE_OBJECT DeviceObject, PDEVICE_OBJECT AttachedDeviceObject, PDEVICE_OBJECT Pdo, WDFDEVICE
    *Device);
WDF_INLINE NTSTATUS WdfDeviceMiniportCreate(
    WDFDRIVER Driver, PWDF_OBJECT_ATTRIBUTES Attributes, PDEVICE_OBJECT DeviceObject, PDEVICE_OBJECT
    AttachedDeviceObject, PDEVICE_OBJECT Pdo, WDFDEVICE *Device)
{
    return ((PFN_WDFDEVICEMINIPORTCREATE)WdfFunctions[WdfDeviceMiniportCreateTableIndex])(
        WdfDriverGlobals, Driver, Attributes, DeviceObject, AttachedDeviceObject, Pdo, Device);
}

/* Class extensions' stubs may put themselves in front of the framework's function. */
typedef VOID (NTAPI *PFN_WDFDRIVERMINIPORTUNLOAD)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDRIVER Driver);

WDF_INLINE VOID WdfDriverMiniportUnload(WDFDRIVER Driver)
{
    ((PFN_WDFDRIVERMINIPORTUNLOAD)WdfDriverMiniportUnloadOverride)(WdfDriverGlobals, Driver);
}

WDF_EXTERN_C_END

#endif
