/* handle.h - what a USBD_HANDLE of this library points to. */
#ifndef NTBUILD_USBDEX_HANDLE_H
#define NTBUILD_USBDEX_HANDLE_H

#include <ntddk.h>
#include <usb.h>
#include <usbdlib.h>

struct _USBD_HANDLE_NTBUILD {
    ULONG PoolTag;
    ULONG UsbdiVersion; /* of the driver stack, binary coded: 0x600; 0 when it does not say */
};

#endif
