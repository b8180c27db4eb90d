/* wdffileobject.h - KMDF. Made from toolchains/kmdf/wdffileobject.txt. */
#ifndef _WDFFILEOBJECT_H_
#define _WDFFILEOBJECT_H_

WDF_EXTERN_C_START

typedef PUNICODE_STRING (NTAPI *PFN_WDFFILEOBJECTGETFILENAME)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFFILEOBJECT FileObject);
WDF_INLINE PUNICODE_STRING WdfFileObjectGetFileName(WDFFILEOBJECT FileObject)
{
    return ((PFN_WDFFILEOBJECTGETFILENAME)WdfFunctions[WdfFileObjectGetFileNameTableIndex])(
        WdfDriverGlobals, FileObject);
}

typedef ULONG (NTAPI *PFN_WDFFILEOBJECTGETFLAGS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFFILEOBJECT FileObject);
WDF_INLINE ULONG WdfFileObjectGetFlags(WDFFILEOBJECT FileObject)
{
    return ((PFN_WDFFILEOBJECTGETFLAGS)WdfFunctions[WdfFileObjectGetFlagsTableIndex])(
        WdfDriverGlobals, FileObject);
}

typedef WDFDEVICE (NTAPI *PFN_WDFFILEOBJECTGETDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFFILEOBJECT FileObject);
WDF_INLINE WDFDEVICE WdfFileObjectGetDevice(WDFFILEOBJECT FileObject)
{
    return ((PFN_WDFFILEOBJECTGETDEVICE)WdfFunctions[WdfFileObjectGetDeviceTableIndex])(
        WdfDriverGlobals, FileObject);
}

#if KMDF_VERSION_MINOR >= 21
typedef ULONG (NTAPI *PFN_WDFFILEOBJECTGETINITIATORPROCESSID)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFFILEOBJECT FileObject);
WDF_INLINE ULONG WdfFileObjectGetInitiatorProcessId(WDFFILEOBJECT FileObject)
{
    return ((PFN_WDFFILEOBJECTGETINITIATORPROCESSID)WdfFunctions[WdfFileObjectGetInitiatorProcessIdTableIndex])(
        WdfDriverGlobals, FileObject);
}
#endif

typedef PFILE_OBJECT (NTAPI *PFN_WDFFILEOBJECTWDMGETFILEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFFILEOBJECT FileObject);
WDF_INLINE PFILE_OBJECT WdfFileObjectWdmGetFileObject(WDFFILEOBJECT FileObject)
{
    return ((PFN_WDFFILEOBJECTWDMGETFILEOBJECT)WdfFunctions[WdfFileObjectWdmGetFileObjectTableIndex])(
        WdfDriverGlobals, FileObject);
}

WDF_EXTERN_C_END

#endif
