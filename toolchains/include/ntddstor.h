/*
 * ntddstor.h - mingw-w64's, with properties and controls of Windows 8 and later.
 *
 * The properties follow the last that mingw-w64 knows, into which a macro puts them.
 */
#ifndef NTBUILD_NTDDSTOR_H
#define NTBUILD_NTDDSTOR_H

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
#include_next <ntddstor.h>
#undef StorageDeviceResiliencyProperty

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
