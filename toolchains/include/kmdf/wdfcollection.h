/* wdfcollection.h - KMDF. Made from toolchains/kmdf/wdfcollection.txt. */
#ifndef _WDFCOLLECTION_H_
#define _WDFCOLLECTION_H_

WDF_EXTERN_C_START

typedef NTSTATUS (NTAPI *PFN_WDFCOLLECTIONCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDF_OBJECT_ATTRIBUTES CollectionAttributes, WDFCOLLECTION
    *Collection);
WDF_INLINE NTSTATUS WdfCollectionCreate(
    PWDF_OBJECT_ATTRIBUTES CollectionAttributes, WDFCOLLECTION *Collection)
{
    return ((PFN_WDFCOLLECTIONCREATE)WdfFunctions[WdfCollectionCreateTableIndex])(
        WdfDriverGlobals, CollectionAttributes, Collection);
}

typedef ULONG (NTAPI *PFN_WDFCOLLECTIONGETCOUNT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOLLECTION Collection);
WDF_INLINE ULONG WdfCollectionGetCount(WDFCOLLECTION Collection)
{
    return ((PFN_WDFCOLLECTIONGETCOUNT)WdfFunctions[WdfCollectionGetCountTableIndex])(
        WdfDriverGlobals, Collection);
}

typedef NTSTATUS (NTAPI *PFN_WDFCOLLECTIONADD)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOLLECTION Collection, WDFOBJECT Object);
WDF_INLINE NTSTATUS WdfCollectionAdd(WDFCOLLECTION Collection, WDFOBJECT Object)
{
    return ((PFN_WDFCOLLECTIONADD)WdfFunctions[WdfCollectionAddTableIndex])(
        WdfDriverGlobals, Collection, Object);
}

typedef VOID (NTAPI *PFN_WDFCOLLECTIONREMOVE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOLLECTION Collection, WDFOBJECT Item);
WDF_INLINE VOID WdfCollectionRemove(WDFCOLLECTION Collection, WDFOBJECT Item)
{
    ((PFN_WDFCOLLECTIONREMOVE)WdfFunctions[WdfCollectionRemoveTableIndex])(
        WdfDriverGlobals, Collection, Item);
}

typedef VOID (NTAPI *PFN_WDFCOLLECTIONREMOVEITEM)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOLLECTION Collection, ULONG Index);
WDF_INLINE VOID WdfCollectionRemoveItem(WDFCOLLECTION Collection, ULONG Index)
{
    ((PFN_WDFCOLLECTIONREMOVEITEM)WdfFunctions[WdfCollectionRemoveItemTableIndex])(
        WdfDriverGlobals, Collection, Index);
}

typedef WDFOBJECT (NTAPI *PFN_WDFCOLLECTIONGETITEM)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOLLECTION Collection, ULONG Index);
WDF_INLINE WDFOBJECT WdfCollectionGetItem(WDFCOLLECTION Collection, ULONG Index)
{
    return ((PFN_WDFCOLLECTIONGETITEM)WdfFunctions[WdfCollectionGetItemTableIndex])(
        WdfDriverGlobals, Collection, Index);
}

typedef WDFOBJECT (NTAPI *PFN_WDFCOLLECTIONGETFIRSTITEM)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOLLECTION Collection);
WDF_INLINE WDFOBJECT WdfCollectionGetFirstItem(WDFCOLLECTION Collection)
{
    return ((PFN_WDFCOLLECTIONGETFIRSTITEM)WdfFunctions[WdfCollectionGetFirstItemTableIndex])(
        WdfDriverGlobals, Collection);
}

typedef WDFOBJECT (NTAPI *PFN_WDFCOLLECTIONGETLASTITEM)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOLLECTION Collection);
WDF_INLINE WDFOBJECT WdfCollectionGetLastItem(WDFCOLLECTION Collection)
{
    return ((PFN_WDFCOLLECTIONGETLASTITEM)WdfFunctions[WdfCollectionGetLastItemTableIndex])(
        WdfDriverGlobals, Collection);
}

WDF_EXTERN_C_END

#endif
