/*
 * usbdlib.h - mingw-w64's, with the client library of Windows 8: handles, URBs of the stack, capabilities.
 *
 * The functions are in the library usbdex. GUIDs are declared again each time, for <initguid.h>.
 */
#include_next <usbdlib.h>

DEFINE_GUID(
    GUID_USB_CAPABILITY_CHAINED_MDLS,
    0xf5ceeb23, 0xad90, 0x458c, 0x97, 0x9a, 0xd5, 0x9b, 0x3a, 0xd6, 0x88, 0x4f);
DEFINE_GUID(
    GUID_USB_CAPABILITY_STATIC_STREAMS,
    0x09051e1f, 0x0dc9, 0x4e6b, 0x8b, 0x12, 0x96, 0x0c, 0xbd, 0x81, 0xaa, 0x8f);
DEFINE_GUID(
    GUID_USB_CAPABILITY_SELECTIVE_SUSPEND,
    0x755c630d, 0xc8a0, 0x4765, 0x94, 0x6f, 0x90, 0xcc, 0x70, 0x38, 0x56, 0xa4);
DEFINE_GUID(
    GUID_USB_CAPABILITY_FUNCTION_SUSPEND,
    0xf4563183, 0xd66e, 0x42bd, 0xbd, 0x53, 0x1a, 0xc7, 0xb0, 0x4c, 0xd5, 0x9d);
DEFINE_GUID(
    GUID_USB_CAPABILITY_HIGH_BANDWIDTH_ISOCH,
    0x9c8a8a27, 0x15f9, 0x42e3, 0xa3, 0x56, 0xcd, 0xa6, 0xae, 0x97, 0xa8, 0xc8);
DEFINE_GUID(
    GUID_USB_CAPABILITY_DEVICE_CONNECTION_HIGH_SPEED_COMPATIBLE,
    0x81a885a6, 0xf239, 0x42a2, 0x83, 0x97, 0xa5, 0xd9, 0x5b, 0xea, 0x69, 0x53);
DEFINE_GUID(
    GUID_USB_CAPABILITY_DEVICE_CONNECTION_SUPER_SPEED_COMPATIBLE,
    0x8a2f776c, 0x9bd0, 0x4f29, 0x97, 0x71, 0xc7, 0xa3, 0x88, 0x46, 0xd4, 0xc7);
DEFINE_GUID(
    GUID_USB_CAPABILITY_TIME_SYNC,
    0xbb6e6472, 0x4be5, 0x44a3, 0x96, 0x41, 0x34, 0x5e, 0x56, 0xac, 0x34, 0x85);

#ifndef NTBUILD_USBDLIB_H
#define NTBUILD_USBDLIB_H

#define USBD_CLIENT_CONTRACT_VERSION_INVALID 0xFFFFFFFF
#define USBD_CLIENT_CONTRACT_VERSION_602     0x602

#define USBD_INTERFACE_VERSION_600 0x600
#define USBD_INTERFACE_VERSION_602 0x602
#define USBD_INTERFACE_VERSION_603 0x603

typedef struct _USBD_HANDLE_NTBUILD *USBD_HANDLE, **PUSBD_HANDLE;

EXTERN_C_START

NTSTATUS NTAPI USBD_CreateHandle(
    PDEVICE_OBJECT DeviceObject, PDEVICE_OBJECT TargetDeviceObject,
    ULONG USBDClientContractVersion, ULONG PoolTag, USBD_HANDLE *USBDHandle);
VOID NTAPI USBD_CloseHandle(USBD_HANDLE USBDHandle);
BOOLEAN NTAPI USBD_IsInterfaceVersionSupported(
    USBD_HANDLE USBDHandle, ULONG USBDInterfaceVersion);
NTSTATUS NTAPI USBD_QueryUsbCapability(
    USBD_HANDLE USBDHandle, const GUID *CapabilityType, ULONG OutputBufferLength,
    PUCHAR OutputBuffer, PULONG ResultLength);

NTSTATUS NTAPI USBD_UrbAllocate(USBD_HANDLE USBDHandle, PURB *Urb);
NTSTATUS NTAPI USBD_IsochUrbAllocate(
    USBD_HANDLE USBDHandle, ULONG NumberOfIsochPackets, PURB *Urb);
NTSTATUS NTAPI USBD_SelectConfigUrbAllocateAndBuild(
    USBD_HANDLE USBDHandle, PUSB_CONFIGURATION_DESCRIPTOR ConfigurationDescriptor,
    PUSBD_INTERFACE_LIST_ENTRY InterfaceList, PURB *Urb);
NTSTATUS NTAPI USBD_SelectInterfaceUrbAllocateAndBuild(
    USBD_HANDLE USBDHandle, USBD_CONFIGURATION_HANDLE ConfigurationHandle,
    PUSBD_INTERFACE_LIST_ENTRY InterfaceListEntry, PURB *Urb);
VOID NTAPI USBD_UrbFree(USBD_HANDLE USBDHandle, PURB Urb);
VOID NTAPI USBD_AssignUrbToIoStackLocation(
    USBD_HANDLE USBDHandle, PIO_STACK_LOCATION IoStackLocation, PURB Urb);

EXTERN_C_END

#endif
