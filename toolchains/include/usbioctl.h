/* usbioctl.h - mingw-w64's, with a request that test drivers make. */
#include <usbspec.h>
#include_next <usbioctl.h>

#ifndef USB_FAIL_GET_STATUS
# define USB_FAIL_GET_STATUS 280
#endif
#ifndef IOCTL_INTERNAL_USB_FAIL_GET_STATUS_FROM_DEVICE
# define IOCTL_INTERNAL_USB_FAIL_GET_STATUS_FROM_DEVICE                                            \
     CTL_CODE(FILE_DEVICE_USB, USB_FAIL_GET_STATUS, METHOD_NEITHER, FILE_ANY_ACCESS)
#endif
