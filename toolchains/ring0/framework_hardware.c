/*
 * KMDF: what drivers of hardware ask for. A device here has no resources: its lists of them are
 * empty, no interrupt is connected, the bus driver has no interface and knows no property.
 */
#include "framework.h"

static ULONG NTAPI fx_CmResourceListGetCount(PWDF_DRIVER_GLOBALS globals, WDFCMRESLIST handle)
{
    (void)globals;
    object_of(handle, RESOURCES_KIND, "WdfCmResourceListGetCount");
    return 0;
}

static PVOID NTAPI fx_CmResourceListGetDescriptor(PWDF_DRIVER_GLOBALS globals, WDFCMRESLIST handle, ULONG index)
{
    (void)globals;
    (void)index;
    object_of(handle, RESOURCES_KIND, "WdfCmResourceListGetDescriptor");
    return NULL;
}

static NTSTATUS NTAPI fx_InterruptCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PWDF_INTERRUPT_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes,
    WDFINTERRUPT *made)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfInterruptCreate");
    (void)globals;
    if (config->Size > sizeof *config || config->Size < 4 * sizeof(PVOID))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (!is_code((PVOID)config->EvtInterruptIsr))
        refuse("WdfInterruptCreate: EvtInterruptIsr is no code");
    *made = (WDFINTERRUPT)new_object(INTERRUPT_KIND, device, attributes);
    return STATUS_SUCCESS;
}

static WDFDEVICE NTAPI fx_InterruptGetDevice(PWDF_DRIVER_GLOBALS globals, WDFINTERRUPT handle)
{
    (void)globals;
    return (WDFDEVICE)object_of(handle, INTERRUPT_KIND, "WdfInterruptGetDevice")->parent;
}

static NTSTATUS NTAPI fx_DmaEnablerCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PWDF_DMA_ENABLER_CONFIG config, PWDF_OBJECT_ATTRIBUTES attributes,
    WDFDMAENABLER *made)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfDmaEnablerCreate");
    (void)globals;
    if (config->Size > sizeof *config)
        return STATUS_INFO_LENGTH_MISMATCH;
    *made = (WDFDMAENABLER)new_object(DMA_KIND, device, attributes);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_CommonBufferCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDMAENABLER handle, size_t bytes, PWDF_OBJECT_ATTRIBUTES attributes,
    WDFCOMMONBUFFER *made)
{
    struct object *buffer = new_object(BUFFER_KIND, object_of(handle, DMA_KIND, "WdfCommonBufferCreate"), attributes);
    (void)globals;
    /* Whole pages, so that it begins where one does. */
    buffer->of.memory.bytes = (bytes + NTLD_PAGE - 1) & ~(size_t)(NTLD_PAGE - 1);
    buffer->of.memory.at = take(buffer->of.memory.bytes, OWN, 'fuBC');
    *made = (WDFCOMMONBUFFER)buffer;
    return STATUS_SUCCESS;
}

static PVOID NTAPI fx_CommonBufferGetAlignedVirtualAddress(PWDF_DRIVER_GLOBALS globals, WDFCOMMONBUFFER handle)
{
    (void)globals;
    return object_of(handle, BUFFER_KIND, "WdfCommonBufferGetAlignedVirtualAddress")->of.memory.at;
}

/* The device would see it where the driver does. */
static PHYSICAL_ADDRESS NTAPI fx_CommonBufferGetAlignedLogicalAddress(
    PWDF_DRIVER_GLOBALS globals, WDFCOMMONBUFFER handle)
{
    PHYSICAL_ADDRESS at;
    (void)globals;
    at.QuadPart = (LONGLONG)(address)object_of(handle, BUFFER_KIND, "WdfCommonBufferGetAlignedLogicalAddress")->of.memory.at;
    return at;
}

/* The bus driver below has no interface. */
static NTSTATUS NTAPI fx_FdoQueryForInterface(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, LPCGUID guid, PINTERFACE asked, USHORT bytes, USHORT version,
    PVOID specific)
{
    (void)globals;
    (void)guid;
    (void)asked;
    (void)bytes;
    (void)version;
    (void)specific;
    object_of(handle, DEVICE_KIND, "WdfFdoQueryForInterface");
    return STATUS_NOT_SUPPORTED;
}

static WDFIOTARGET NTAPI fx_DeviceGetIoTarget(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    struct object *device = object_of(handle, DEVICE_KIND, "WdfDeviceGetIoTarget");
    (void)globals;
    if (!device->of.device.target)
        device->of.device.target = new_object(TARGET_KIND, device, NULL);
    return (WDFIOTARGET)device->of.device.target;
}

static PDEVICE_OBJECT NTAPI fx_DeviceWdmGetPhysicalDevice(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    (void)globals;
    return object_of(handle, DEVICE_KIND, "WdfDeviceWdmGetPhysicalDevice")->of.device.physical;
}

static PDEVICE_OBJECT NTAPI fx_DeviceWdmGetAttachedDevice(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle)
{
    (void)globals;
    return object_of(handle, DEVICE_KIND, "WdfDeviceWdmGetAttachedDevice")->of.device.below;
}

static PDEVICE_OBJECT NTAPI fx_FdoInitWdmGetPhysicalDevice(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init)
{
    (void)globals;
    return ((struct WDFDEVICE_INIT *)init)->physical;
}

static VOID NTAPI fx_DeviceInitSetRequestAttributes(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PWDF_OBJECT_ATTRIBUTES attributes)
{
    (void)globals;
    ((struct WDFDEVICE_INIT *)init)->of_requests = *attributes;
}

static NTSTATUS NTAPI fx_DeviceAssignS0IdleSettings(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID settings)
{
    (void)globals;
    (void)settings;
    object_of(handle, DEVICE_KIND, "WdfDeviceAssignS0IdleSettings");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI fx_DeviceAssignSxWakeSettings(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID settings)
{
    (void)globals;
    (void)settings;
    object_of(handle, DEVICE_KIND, "WdfDeviceAssignSxWakeSettings");
    return STATUS_SUCCESS;
}

/* A property that the bus driver does not know. */
static NTSTATUS NTAPI fx_FdoInitQueryProperty(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, DEVICE_REGISTRY_PROPERTY property, ULONG bytes, PVOID to,
    PULONG needed)
{
    (void)globals;
    (void)init;
    (void)property;
    (void)bytes;
    (void)to;
    *needed = 0;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

/* ---- what is said about a device, and changes nothing here */

#define SAID_OF_INIT(name) \
    static VOID NTAPI fx_##name(PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PVOID said) \
    { \
        (void)globals; \
        (void)init; \
        (void)said; \
    }
#define SAID_OF_DEVICE(name) \
    static VOID NTAPI fx_##name(PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID said) \
    { \
        (void)globals; \
        (void)said; \
        object_of(handle, DEVICE_KIND, "Wdf" #name); \
    }
SAID_OF_INIT(DeviceInitSetPowerPolicyEventCallbacks)
SAID_OF_INIT(DeviceInitSetDeviceClass)
SAID_OF_INIT(FdoInitSetEventCallbacks)
SAID_OF_INIT(DeviceInitSetIoTypeEx)
SAID_OF_DEVICE(DeviceSetBusInformationForChildren)
SAID_OF_DEVICE(DeviceSetDeviceState)
SAID_OF_DEVICE(DeviceSetPnpCapabilities)
SAID_OF_DEVICE(DeviceSetPowerCapabilities)

static VOID NTAPI fx_DeviceInitSetPowerPolicyOwnership(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, BOOLEAN is_owner)
{
    (void)globals;
    (void)init;
    (void)is_owner;
}

static VOID NTAPI fx_FdoInitSetDefaultChildListConfig(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PVOID config, PWDF_OBJECT_ATTRIBUTES attributes)
{
    (void)globals;
    (void)init;
    (void)config;
    (void)attributes;
}

static VOID NTAPI fx_DeviceInitSetReleaseHardwareOrderOnFailure(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, ULONG order)
{
    (void)globals;
    (void)init;
    (void)order;
}

static VOID NTAPI fx_DmaEnablerSetMaximumScatterGatherElements(
    PWDF_DRIVER_GLOBALS globals, WDFDMAENABLER handle, size_t most)
{
    (void)globals;
    (void)most;
    object_of(handle, DMA_KIND, "WdfDmaEnablerSetMaximumScatterGatherElements");
}

/* The bus is no USB. */
static NTSTATUS NTAPI fx_UsbTargetDeviceCreate(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *made)
{
    (void)globals;
    (void)attributes;
    object_of(handle, DEVICE_KIND, "WdfUsbTargetDeviceCreate");
    *made = NULL;
    return STATUS_NOT_SUPPORTED;
}

static NTSTATUS NTAPI fx_UsbTargetDeviceCreateWithParameters(
    PWDF_DRIVER_GLOBALS globals, WDFDEVICE handle, PVOID config, PWDF_OBJECT_ATTRIBUTES attributes, WDFOBJECT *made)
{
    (void)config;
    return fx_UsbTargetDeviceCreate(globals, handle, attributes, made);
}

static VOID NTAPI fx_ControlDeviceInitSetShutdownNotification(
    PWDF_DRIVER_GLOBALS globals, PWDFDEVICE_INIT init, PVOID callback, UCHAR flags)
{
    (void)globals;
    (void)init;
    (void)flags;
    if (!is_code(callback))
        refuse("WdfControlDeviceInitSetShutdownNotification: the callback is no code");
}

const struct framework_function hardware_functions[] = {
    W(CmResourceListGetCount, 2), W(CmResourceListGetDescriptor, 2), W(InterruptCreate, 2),
    W(InterruptGetDevice, ANY_LEVEL), W(DmaEnablerCreate, 0), W(CommonBufferCreate, 0),
    W(CommonBufferGetAlignedVirtualAddress, 2), W(CommonBufferGetAlignedLogicalAddress, 2),
    W(FdoQueryForInterface, 0), W(DeviceGetIoTarget, 2), W(DeviceWdmGetPhysicalDevice, 2),
    W(DeviceWdmGetAttachedDevice, 2), W(FdoInitWdmGetPhysicalDevice, 2), W(FdoInitQueryProperty, 0),
    W(DeviceInitSetRequestAttributes, 2), W(DeviceAssignS0IdleSettings, 0), W(DeviceAssignSxWakeSettings, 0),
    W(DeviceInitSetPowerPolicyEventCallbacks, 2),
    W(DeviceSetDeviceState, 2), W(DeviceSetPnpCapabilities, 2), W(DeviceSetPowerCapabilities, 2),
    W(DeviceInitSetPowerPolicyOwnership, 2), W(ControlDeviceInitSetShutdownNotification, 2),
    W(DeviceInitSetDeviceClass, 2), W(FdoInitSetEventCallbacks, 0), W(DeviceInitSetIoTypeEx, 2),
    W(DeviceSetBusInformationForChildren, 0), W(FdoInitSetDefaultChildListConfig, 0),
    W(DeviceInitSetReleaseHardwareOrderOnFailure, 2), W(DmaEnablerSetMaximumScatterGatherElements, 2),
    W(UsbTargetDeviceCreate, 0), W(UsbTargetDeviceCreateWithParameters, 0),
    { 0 },
};
