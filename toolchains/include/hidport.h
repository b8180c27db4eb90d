/*
 * hidport.h - HID minidrivers: what hidclass.sys asks of them.
 *
 * The minidriver fills a HID_MINIDRIVER_REGISTRATION in its DriverEntry; hidclass.sys then owns the
 * dispatch table of the driver object and sends internal device controls.
 */
#ifndef NTBUILD_HIDPORT_H
#define NTBUILD_HIDPORT_H

#define __HIDPORT_H__

#include <ntddk.h>
#include <hidusage.h>
#include <hidpi.h>
#include <hidclass.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef HID_REVISION
# define HID_REVISION 0x00000001
#endif

typedef struct _HID_MINIDRIVER_REGISTRATION {
    ULONG Revision;
    PDRIVER_OBJECT DriverObject;
    PUNICODE_STRING RegistryPath;
    ULONG DeviceExtensionSize;
    BOOLEAN DevicesArePolled;
    UCHAR Reserved[3];
} HID_MINIDRIVER_REGISTRATION, *PHID_MINIDRIVER_REGISTRATION;

/* DeviceExtension of a device object that hidclass.sys made for the minidriver */
typedef struct _HID_DEVICE_EXTENSION {
    PDEVICE_OBJECT PhysicalDeviceObject;
    PDEVICE_OBJECT NextDeviceObject;
    PVOID MiniDeviceExtension;
} HID_DEVICE_EXTENSION, *PHID_DEVICE_EXTENSION;

typedef struct _HID_DEVICE_ATTRIBUTES {
    ULONG Size;
    USHORT VendorID;
    USHORT ProductID;
    USHORT VersionNumber;
    USHORT Reserved[11];
} HID_DEVICE_ATTRIBUTES, *PHID_DEVICE_ATTRIBUTES;

#pragma pack(push, 1)

/* HID 1.11, 6.2.1 */
typedef struct _HID_DESCRIPTOR {
    UCHAR bLength;
    UCHAR bDescriptorType;
    USHORT bcdHID;
    UCHAR bCountry;
    UCHAR bNumDescriptors;
    struct _HID_DESCRIPTOR_DESC_LIST {
        UCHAR bReportType;
        USHORT wReportLength;
    } DescriptorList[1];
} HID_DESCRIPTOR, *PHID_DESCRIPTOR;

#pragma pack(pop)

typedef VOID (NTAPI *HID_SEND_IDLE_CALLBACK)(PVOID Context);

typedef struct _HID_SUBMIT_IDLE_NOTIFICATION_CALLBACK_INFO {
    HID_SEND_IDLE_CALLBACK IdleCallback;
    PVOID IdleContext;
} HID_SUBMIT_IDLE_NOTIFICATION_CALLBACK_INFO, *PHID_SUBMIT_IDLE_NOTIFICATION_CALLBACK_INFO;

DECLSPEC_IMPORT NTSTATUS NTAPI HidRegisterMinidriver(
    PHID_MINIDRIVER_REGISTRATION MinidriverRegistration);
DECLSPEC_IMPORT NTSTATUS NTAPI HidNotifyPresence(
    PDEVICE_OBJECT PhysicalDeviceObject, BOOLEAN IsPresent);

/* Internal device controls from hidclass.sys */
#define IOCTL_HID_GET_DEVICE_DESCRIPTOR           HID_CTL_CODE(0)
#define IOCTL_HID_GET_REPORT_DESCRIPTOR           HID_CTL_CODE(1)
#define IOCTL_HID_READ_REPORT                     HID_CTL_CODE(2)
#define IOCTL_HID_WRITE_REPORT                    HID_CTL_CODE(3)
#define IOCTL_HID_GET_STRING                      HID_CTL_CODE(4)
#define IOCTL_HID_ACTIVATE_DEVICE                 HID_CTL_CODE(7)
#define IOCTL_HID_DEACTIVATE_DEVICE               HID_CTL_CODE(8)
#define IOCTL_HID_GET_DEVICE_ATTRIBUTES           HID_CTL_CODE(9)
#define IOCTL_HID_SEND_IDLE_NOTIFICATION_REQUEST  HID_CTL_CODE(10)

/* The same for a user-mode driver below mshidumdf.sys */
#define IOCTL_UMDF_HID_SET_FEATURE                HID_CTL_CODE(20)
#define IOCTL_UMDF_HID_GET_FEATURE                HID_CTL_CODE(21)
#define IOCTL_UMDF_HID_SET_OUTPUT_REPORT          HID_CTL_CODE(22)
#define IOCTL_UMDF_HID_GET_INPUT_REPORT           HID_CTL_CODE(23)
#define IOCTL_UMDF_GET_PHYSICAL_DESCRIPTOR        HID_CTL_CODE(24)

/* Types of descriptors */
#define HID_HID_DESCRIPTOR_TYPE       0x21
#define HID_REPORT_DESCRIPTOR_TYPE    0x22
#define HID_PHYSICAL_DESCRIPTOR_TYPE  0x23

/* Which string IOCTL_HID_GET_STRING wants */
#define HID_STRING_ID_IMANUFACTURER   14
#define HID_STRING_ID_IPRODUCT        15
#define HID_STRING_ID_ISERIALNUMBER   16

#ifdef __cplusplus
}
#endif

#endif
