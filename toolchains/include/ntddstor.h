/*
 * ntddstor.h - mingw-w64's, with properties and controls of Windows 8 and later.
 *
 * The properties follow the last that mingw-w64 knows, into which a macro puts them; macros add fields to
 * two structures, and pack those of device dumps, which have no gaps on the disk. As the WDK's, it
 * defines its GUIDs when <initguid.h> has been included since it was read first.
 */
#define StorageDeviceResiliencyProperty \
    StorageDeviceResiliencyProperty, StorageDeviceMediumProductType, StorageAdapterRpmbProperty, \
    StorageAdapterCryptoProperty, StorageDeviceTieringProperty, StorageDeviceFaultDomainProperty, \
    StorageDeviceClusportProperty, StorageDeviceDependantDevicesProperty, \
    StorageDeviceIoCapabilityProperty = 48, StorageAdapterProtocolSpecificProperty, \
    StorageDeviceProtocolSpecificProperty, StorageAdapterTemperatureProperty, \
    StorageDeviceTemperatureProperty, StorageAdapterPhysicalTopologyProperty, \
    StorageDevicePhysicalTopologyProperty, StorageDeviceAttributesProperty, \
    StorageDeviceManagementStatus, StorageAdapterSerialNumberProperty, \
    StorageDeviceLocationProperty, StorageDeviceNumaProperty, StorageDeviceZonedDeviceProperty, \
    StorageDeviceUnsafeShutdownCount, StorageDeviceEnduranceProperty, \
    StorageDeviceLedStateProperty, StorageDeviceSelfEncryptionProperty = 64, \
    StorageFruIdProperty
#define IoTimeoutValue \
    IoTimeoutValue; \
    BOOLEAN ExtraIoInfoSupported; \
    union { \
        struct { \
            UCHAR LogicalPoFxForDisk : 1; \
            UCHAR Reserved : 7; \
        }; \
        UCHAR AsUCHAR; \
    } Flags; \
    UCHAR Reserved0[2]; \
    ULONG Reserved1
#define UnmapGranularityAlignment \
    UnmapGranularityAlignment; \
    ULONG MaxUnmapLbaCount; \
    ULONG MaxUnmapBlockDescriptorCount
#define _DEVICEDUMP_SUBSECTION_POINTER __attribute__((__packed__)) _DEVICEDUMP_SUBSECTION_POINTER
#define _DEVICEDUMP_STRUCTURE_VERSION __attribute__((__packed__)) _DEVICEDUMP_STRUCTURE_VERSION
#define _DEVICEDUMP_SECTION_HEADER __attribute__((__packed__)) _DEVICEDUMP_SECTION_HEADER
#define _GP_LOG_PAGE_DESCRIPTOR __attribute__((__packed__)) _GP_LOG_PAGE_DESCRIPTOR
#define _DEVICEDUMP_PUBLIC_SUBSECTION __attribute__((__packed__)) _DEVICEDUMP_PUBLIC_SUBSECTION
#define _DEVICEDUMP_PRIVATE_SUBSECTION __attribute__((__packed__)) _DEVICEDUMP_PRIVATE_SUBSECTION
#define _DEVICEDUMP_STORAGEDEVICE_DATA __attribute__((__packed__)) _DEVICEDUMP_STORAGEDEVICE_DATA
#define _DEVICEDUMP_STORAGESTACK_PUBLIC_STATE_RECORD __attribute__((__packed__)) _DEVICEDUMP_STORAGESTACK_PUBLIC_STATE_RECORD
#define _DEVICEDUMP_STORAGESTACK_PUBLIC_DUMP __attribute__((__packed__)) _DEVICEDUMP_STORAGESTACK_PUBLIC_DUMP
#include_next <ntddstor.h>
#undef StorageDeviceResiliencyProperty
#undef IoTimeoutValue
#undef UnmapGranularityAlignment
#undef _DEVICEDUMP_SUBSECTION_POINTER
#undef _DEVICEDUMP_STRUCTURE_VERSION
#undef _DEVICEDUMP_SECTION_HEADER
#undef _GP_LOG_PAGE_DESCRIPTOR
#undef _DEVICEDUMP_PUBLIC_SUBSECTION
#undef _DEVICEDUMP_PRIVATE_SUBSECTION
#undef _DEVICEDUMP_STORAGEDEVICE_DATA
#undef _DEVICEDUMP_STORAGESTACK_PUBLIC_STATE_RECORD
#undef _DEVICEDUMP_STORAGESTACK_PUBLIC_DUMP

#if defined(INITGUID) && defined(NTBUILD_NTDDSTOR_H) && !defined(NTBUILD_NTDDSTOR_GUIDS)
DEFINE_GUID(GUID_DEVINTERFACE_DISK,
    0x53f56307, 0xb6bf, 0x11d0, 0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_CDROM,
    0x53f56308, 0xb6bf, 0x11d0, 0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_PARTITION,
    0x53f5630a, 0xb6bf, 0x11d0, 0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_TAPE,
    0x53f5630b, 0xb6bf, 0x11d0, 0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_WRITEONCEDISK,
    0x53f5630c, 0xb6bf, 0x11d0, 0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_VOLUME,
    0x53f5630d, 0xb6bf, 0x11d0, 0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_MEDIUMCHANGER,
    0x53f56310, 0xb6bf, 0x11d0, 0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_FLOPPY,
    0x53f56311, 0xb6bf, 0x11d0, 0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_CDCHANGER,
    0x53f56312, 0xb6bf, 0x11d0, 0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_STORAGEPORT,
    0x2accfe60, 0xc130, 0x11d2, 0xb0, 0x82, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b);
DEFINE_GUID(GUID_DEVINTERFACE_VMLUN,
    0x6f416619, 0x9f29, 0x42a5, 0xb2, 0x0b, 0x37, 0xe2, 0x19, 0xca, 0x02, 0xb0);
DEFINE_GUID(GUID_DEVINTERFACE_SES,
    0x1790c9ec, 0x47d5, 0x4df3, 0xb5, 0xaf, 0x9a, 0xdf, 0x3c, 0xf2, 0x3e, 0x48);
DEFINE_GUID(GUID_DEVINTERFACE_HIDDEN_VOLUME,
    0x7f108a28, 0x9833, 0x4b3b, 0xb7, 0x80, 0x2c, 0x6b, 0x5f, 0xa5, 0xc0, 0x62);
DEFINE_GUID(GUID_DEVICEDUMP_STORAGE_DEVICE,
    0xd8e2592f, 0x1aab, 0x4d56, 0xa7, 0x46, 0x1f, 0x75, 0x85, 0xdf, 0x40, 0xf4);
DEFINE_GUID(GUID_DEVICEDUMP_DRIVER_STORAGE_PORT,
    0xda82441d, 0x7142, 0x4bc1, 0xb8, 0x44, 0x08, 0x07, 0xc5, 0xa4, 0xb6, 0x7f);
#endif
#if defined(INITGUID) && !defined(NTBUILD_NTDDSTOR_GUIDS)
# define NTBUILD_NTDDSTOR_GUIDS
#endif

#ifndef NTBUILD_NTDDSTOR_H
#define NTBUILD_NTDDSTOR_H

/* Controls, by number */
#define IOCTL_STORAGE_GET_DEVICE_NUMBER_EX \
    CTL_CODE(IOCTL_STORAGE_BASE, 1057, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_FAILURE_PREDICTION_CONFIG \
    CTL_CODE(IOCTL_STORAGE_BASE, 1089, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_GET_COUNTERS \
    CTL_CODE(IOCTL_STORAGE_BASE, 1090, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_SET_TEMPERATURE_THRESHOLD \
    CTL_CODE(IOCTL_STORAGE_BASE, 1152, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
#define IOCTL_STORAGE_PROTOCOL_COMMAND \
    CTL_CODE(IOCTL_STORAGE_BASE, 1264, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
#define IOCTL_STORAGE_SET_PROPERTY \
    CTL_CODE(IOCTL_STORAGE_BASE, 1279, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define IOCTL_STORAGE_REINITIALIZE_MEDIA \
    CTL_CODE(IOCTL_STORAGE_BASE, 1424, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define IOCTL_STORAGE_FIRMWARE_GET_INFO \
    CTL_CODE(IOCTL_STORAGE_BASE, 1792, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_FIRMWARE_DOWNLOAD \
    CTL_CODE(IOCTL_STORAGE_BASE, 1793, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
#define IOCTL_STORAGE_FIRMWARE_ACTIVATE \
    CTL_CODE(IOCTL_STORAGE_BASE, 1794, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
#define IOCTL_STORAGE_DEVICE_POWER_CAP \
    CTL_CODE(IOCTL_STORAGE_BASE, 1829, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_RPMB_COMMAND \
    CTL_CODE(IOCTL_STORAGE_BASE, 1830, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_ATTRIBUTE_MANAGEMENT \
    CTL_CODE(IOCTL_STORAGE_BASE, 1831, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
#define IOCTL_STORAGE_DIAGNOSTIC \
    CTL_CODE(IOCTL_STORAGE_BASE, 1832, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_GET_PHYSICAL_ELEMENT_STATUS \
    CTL_CODE(IOCTL_STORAGE_BASE, 1833, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_STORAGE_REMOVE_ELEMENT_AND_TRUNCATE \
    CTL_CODE(IOCTL_STORAGE_BASE, 1840, METHOD_BUFFERED, FILE_ANY_ACCESS)

#endif
