/* newdriver.h - what the driver and the programs that use it share. */

#pragma once

#ifndef CTL_CODE
#include <winioctl.h> /* programs; drivers have it from <ntddk.h> */
#endif

/* Programs find devices by this interface: {11111111-2222-3333-4444-555555555555}. */
DEFINE_GUID(GUID_DEVINTERFACE_NEWDRIVER,
            0x11111111, 0x2222, 0x3333, 0x44, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55);

/* Output: a ULONG, how often it was called since the device was started. */
#define IOCTL_NEWDRIVER_COUNT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS)
