/* wdfresource.h - KMDF. Made from toolchains/kmdf/wdfresource.txt. */
#ifndef _WDFRESOURCE_H_
#define _WDFRESOURCE_H_

WDF_EXTERN_C_START

#define WDF_INSERT_AT_END ((ULONG)-1)

typedef VOID (NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTSETSLOTNUMBER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, ULONG SlotNumber);
WDF_INLINE VOID WdfIoResourceRequirementsListSetSlotNumber(
    WDFIORESREQLIST RequirementsList, ULONG SlotNumber)
{
    ((PFN_WDFIORESOURCEREQUIREMENTSLISTSETSLOTNUMBER)WdfFunctions[WdfIoResourceRequirementsListSetSlotNumberTableIndex])(
        WdfDriverGlobals, RequirementsList, SlotNumber);
}

typedef VOID (NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTSETINTERFACETYPE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, INTERFACE_TYPE
    InterfaceType);
WDF_INLINE VOID WdfIoResourceRequirementsListSetInterfaceType(
    WDFIORESREQLIST RequirementsList, INTERFACE_TYPE InterfaceType)
{
    ((PFN_WDFIORESOURCEREQUIREMENTSLISTSETINTERFACETYPE)WdfFunctions[WdfIoResourceRequirementsListSetInterfaceTypeTableIndex])(
        WdfDriverGlobals, RequirementsList, InterfaceType);
}

typedef NTSTATUS (NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTAPPENDIORESLIST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, WDFIORESLIST IoResList);
WDF_INLINE NTSTATUS WdfIoResourceRequirementsListAppendIoResList(
    WDFIORESREQLIST RequirementsList, WDFIORESLIST IoResList)
{
    return ((PFN_WDFIORESOURCEREQUIREMENTSLISTAPPENDIORESLIST)WdfFunctions[WdfIoResourceRequirementsListAppendIoResListTableIndex])(
        WdfDriverGlobals, RequirementsList, IoResList);
}

typedef NTSTATUS (NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTINSERTIORESLIST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, WDFIORESLIST IoResList,
    ULONG Index);
WDF_INLINE NTSTATUS WdfIoResourceRequirementsListInsertIoResList(
    WDFIORESREQLIST RequirementsList, WDFIORESLIST IoResList, ULONG Index)
{
    return ((PFN_WDFIORESOURCEREQUIREMENTSLISTINSERTIORESLIST)WdfFunctions[WdfIoResourceRequirementsListInsertIoResListTableIndex])(
        WdfDriverGlobals, RequirementsList, IoResList, Index);
}

typedef ULONG (NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTGETCOUNT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList);
WDF_INLINE ULONG WdfIoResourceRequirementsListGetCount(WDFIORESREQLIST RequirementsList)
{
    return ((PFN_WDFIORESOURCEREQUIREMENTSLISTGETCOUNT)WdfFunctions[WdfIoResourceRequirementsListGetCountTableIndex])(
        WdfDriverGlobals, RequirementsList);
}

typedef WDFIORESLIST (NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTGETIORESLIST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, ULONG Index);
WDF_INLINE WDFIORESLIST WdfIoResourceRequirementsListGetIoResList(
    WDFIORESREQLIST RequirementsList, ULONG Index)
{
    return ((PFN_WDFIORESOURCEREQUIREMENTSLISTGETIORESLIST)WdfFunctions[WdfIoResourceRequirementsListGetIoResListTableIndex])(
        WdfDriverGlobals, RequirementsList, Index);
}

typedef VOID (NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTREMOVE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, ULONG Index);
WDF_INLINE VOID WdfIoResourceRequirementsListRemove(WDFIORESREQLIST RequirementsList, ULONG Index)
{
    ((PFN_WDFIORESOURCEREQUIREMENTSLISTREMOVE)WdfFunctions[WdfIoResourceRequirementsListRemoveTableIndex])(
        WdfDriverGlobals, RequirementsList, Index);
}

typedef VOID (NTAPI *PFN_WDFIORESOURCEREQUIREMENTSLISTREMOVEBYIORESLIST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, WDFIORESLIST IoResList);
WDF_INLINE VOID WdfIoResourceRequirementsListRemoveByIoResList(
    WDFIORESREQLIST RequirementsList, WDFIORESLIST IoResList)
{
    ((PFN_WDFIORESOURCEREQUIREMENTSLISTREMOVEBYIORESLIST)WdfFunctions[WdfIoResourceRequirementsListRemoveByIoResListTableIndex])(
        WdfDriverGlobals, RequirementsList, IoResList);
}

typedef NTSTATUS (NTAPI *PFN_WDFIORESOURCELISTCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESREQLIST RequirementsList, PWDF_OBJECT_ATTRIBUTES
    Attributes, WDFIORESLIST *ResourceList);
WDF_INLINE NTSTATUS WdfIoResourceListCreate(
    WDFIORESREQLIST RequirementsList, PWDF_OBJECT_ATTRIBUTES Attributes, WDFIORESLIST *ResourceList)
{
    return ((PFN_WDFIORESOURCELISTCREATE)WdfFunctions[WdfIoResourceListCreateTableIndex])(
        WdfDriverGlobals, RequirementsList, Attributes, ResourceList);
}

typedef NTSTATUS (NTAPI *PFN_WDFIORESOURCELISTAPPENDDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESLIST ResourceList, PIO_RESOURCE_DESCRIPTOR
    Descriptor);
WDF_INLINE NTSTATUS WdfIoResourceListAppendDescriptor(
    WDFIORESLIST ResourceList, PIO_RESOURCE_DESCRIPTOR Descriptor)
{
    return ((PFN_WDFIORESOURCELISTAPPENDDESCRIPTOR)WdfFunctions[WdfIoResourceListAppendDescriptorTableIndex])(
        WdfDriverGlobals, ResourceList, Descriptor);
}

typedef NTSTATUS (NTAPI *PFN_WDFIORESOURCELISTINSERTDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESLIST ResourceList, PIO_RESOURCE_DESCRIPTOR
    Descriptor, ULONG Index);
WDF_INLINE NTSTATUS WdfIoResourceListInsertDescriptor(
    WDFIORESLIST ResourceList, PIO_RESOURCE_DESCRIPTOR Descriptor, ULONG Index)
{
    return ((PFN_WDFIORESOURCELISTINSERTDESCRIPTOR)WdfFunctions[WdfIoResourceListInsertDescriptorTableIndex])(
        WdfDriverGlobals, ResourceList, Descriptor, Index);
}

typedef VOID (NTAPI *PFN_WDFIORESOURCELISTUPDATEDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESLIST ResourceList, PIO_RESOURCE_DESCRIPTOR
    Descriptor, ULONG Index);
WDF_INLINE VOID WdfIoResourceListUpdateDescriptor(
    WDFIORESLIST ResourceList, PIO_RESOURCE_DESCRIPTOR Descriptor, ULONG Index)
{
    ((PFN_WDFIORESOURCELISTUPDATEDESCRIPTOR)WdfFunctions[WdfIoResourceListUpdateDescriptorTableIndex])(
        WdfDriverGlobals, ResourceList, Descriptor, Index);
}

typedef ULONG (NTAPI *PFN_WDFIORESOURCELISTGETCOUNT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESLIST ResourceList);
WDF_INLINE ULONG WdfIoResourceListGetCount(WDFIORESLIST ResourceList)
{
    return ((PFN_WDFIORESOURCELISTGETCOUNT)WdfFunctions[WdfIoResourceListGetCountTableIndex])(
        WdfDriverGlobals, ResourceList);
}

typedef PIO_RESOURCE_DESCRIPTOR (NTAPI *PFN_WDFIORESOURCELISTGETDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESLIST ResourceList, ULONG Index);
WDF_INLINE PIO_RESOURCE_DESCRIPTOR WdfIoResourceListGetDescriptor(
    WDFIORESLIST ResourceList, ULONG Index)
{
    return ((PFN_WDFIORESOURCELISTGETDESCRIPTOR)WdfFunctions[WdfIoResourceListGetDescriptorTableIndex])(
        WdfDriverGlobals, ResourceList, Index);
}

typedef VOID (NTAPI *PFN_WDFIORESOURCELISTREMOVE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESLIST ResourceList, ULONG Index);
WDF_INLINE VOID WdfIoResourceListRemove(WDFIORESLIST ResourceList, ULONG Index)
{
    ((PFN_WDFIORESOURCELISTREMOVE)WdfFunctions[WdfIoResourceListRemoveTableIndex])(
        WdfDriverGlobals, ResourceList, Index);
}

typedef VOID (NTAPI *PFN_WDFIORESOURCELISTREMOVEBYDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFIORESLIST ResourceList, PIO_RESOURCE_DESCRIPTOR
    Descriptor);
WDF_INLINE VOID WdfIoResourceListRemoveByDescriptor(
    WDFIORESLIST ResourceList, PIO_RESOURCE_DESCRIPTOR Descriptor)
{
    ((PFN_WDFIORESOURCELISTREMOVEBYDESCRIPTOR)WdfFunctions[WdfIoResourceListRemoveByDescriptorTableIndex])(
        WdfDriverGlobals, ResourceList, Descriptor);
}

typedef NTSTATUS (NTAPI *PFN_WDFCMRESOURCELISTAPPENDDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List, PCM_PARTIAL_RESOURCE_DESCRIPTOR
    Descriptor);
WDF_INLINE NTSTATUS WdfCmResourceListAppendDescriptor(
    WDFCMRESLIST List, PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor)
{
    return ((PFN_WDFCMRESOURCELISTAPPENDDESCRIPTOR)WdfFunctions[WdfCmResourceListAppendDescriptorTableIndex])(
        WdfDriverGlobals, List, Descriptor);
}

typedef NTSTATUS (NTAPI *PFN_WDFCMRESOURCELISTINSERTDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List, PCM_PARTIAL_RESOURCE_DESCRIPTOR
    Descriptor, ULONG Index);
WDF_INLINE NTSTATUS WdfCmResourceListInsertDescriptor(
    WDFCMRESLIST List, PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor, ULONG Index)
{
    return ((PFN_WDFCMRESOURCELISTINSERTDESCRIPTOR)WdfFunctions[WdfCmResourceListInsertDescriptorTableIndex])(
        WdfDriverGlobals, List, Descriptor, Index);
}

typedef ULONG (NTAPI *PFN_WDFCMRESOURCELISTGETCOUNT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List);
WDF_INLINE ULONG WdfCmResourceListGetCount(WDFCMRESLIST List)
{
    return ((PFN_WDFCMRESOURCELISTGETCOUNT)WdfFunctions[WdfCmResourceListGetCountTableIndex])(
        WdfDriverGlobals, List);
}

typedef PCM_PARTIAL_RESOURCE_DESCRIPTOR (NTAPI *PFN_WDFCMRESOURCELISTGETDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List, ULONG Index);
WDF_INLINE PCM_PARTIAL_RESOURCE_DESCRIPTOR WdfCmResourceListGetDescriptor(
    WDFCMRESLIST List, ULONG Index)
{
    return ((PFN_WDFCMRESOURCELISTGETDESCRIPTOR)WdfFunctions[WdfCmResourceListGetDescriptorTableIndex])(
        WdfDriverGlobals, List, Index);
}

typedef VOID (NTAPI *PFN_WDFCMRESOURCELISTREMOVE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List, ULONG Index);
WDF_INLINE VOID WdfCmResourceListRemove(WDFCMRESLIST List, ULONG Index)
{
    ((PFN_WDFCMRESOURCELISTREMOVE)WdfFunctions[WdfCmResourceListRemoveTableIndex])(
        WdfDriverGlobals, List, Index);
}

typedef VOID (NTAPI *PFN_WDFCMRESOURCELISTREMOVEBYDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCMRESLIST List, PCM_PARTIAL_RESOURCE_DESCRIPTOR
    Descriptor);
WDF_INLINE VOID WdfCmResourceListRemoveByDescriptor(
    WDFCMRESLIST List, PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor)
{
    ((PFN_WDFCMRESOURCELISTREMOVEBYDESCRIPTOR)WdfFunctions[WdfCmResourceListRemoveByDescriptorTableIndex])(
        WdfDriverGlobals, List, Descriptor);
}

WDF_EXTERN_C_END

#endif
