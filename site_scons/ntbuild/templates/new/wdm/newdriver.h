/* newdriver.h - what the driver and the programs that use it share. */

#pragma once

#ifndef CTL_CODE
#include <winioctl.h> /* programs; drivers have it from <ntddk.h> */
#endif

/* Programs open \\.\newdriver. */
#define NEWDRIVER_DEVICE L"\\Device\\newdriver"
#define NEWDRIVER_LINK   L"\\DosDevices\\newdriver"

/* Output: a ULONG, how often it was called since the driver was started. */
#define IOCTL_NEWDRIVER_COUNT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS)
