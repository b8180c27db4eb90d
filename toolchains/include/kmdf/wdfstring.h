/* wdfstring.h - KMDF. Made from toolchains/kmdf/wdfstring.txt. */
#ifndef _WDFSTRING_H_
#define _WDFSTRING_H_

WDF_EXTERN_C_START

typedef NTSTATUS (NTAPI *PFN_WDFSTRINGCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PCUNICODE_STRING UnicodeString, PWDF_OBJECT_ATTRIBUTES
    StringAttributes, WDFSTRING *String);
WDF_INLINE NTSTATUS WdfStringCreate(
    PCUNICODE_STRING UnicodeString, PWDF_OBJECT_ATTRIBUTES StringAttributes, WDFSTRING *String)
{
    return ((PFN_WDFSTRINGCREATE)WdfFunctions[WdfStringCreateTableIndex])(
        WdfDriverGlobals, UnicodeString, StringAttributes, String);
}

typedef VOID (NTAPI *PFN_WDFSTRINGGETUNICODESTRING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFSTRING String, PUNICODE_STRING UnicodeString);
WDF_INLINE VOID WdfStringGetUnicodeString(WDFSTRING String, PUNICODE_STRING UnicodeString)
{
    ((PFN_WDFSTRINGGETUNICODESTRING)WdfFunctions[WdfStringGetUnicodeStringTableIndex])(
        WdfDriverGlobals, String, UnicodeString);
}

WDF_EXTERN_C_END

#endif
