/* hidclass.h - mingw-w64's, with the controls of Windows 8 and later. */
#ifndef NTBUILD_HIDCLASS_H
#define NTBUILD_HIDCLASS_H

#include_next <hidclass.h>

#ifndef IOCTL_HID_GET_OUTPUT_REPORT
# define IOCTL_HID_GET_OUTPUT_REPORT         HID_OUT_CTL_CODE(105)
#endif
#ifndef IOCTL_HID_ENABLE_WAKE_ON_SX
# define IOCTL_HID_ENABLE_WAKE_ON_SX         HID_BUFFER_CTL_CODE(107)
# define IOCTL_HID_SET_S0_IDLE_TIMEOUT       HID_BUFFER_CTL_CODE(108)
# define IOCTL_HID_ENABLE_SECURE_READ        HID_CTL_CODE(130)
# define IOCTL_HID_DISABLE_SECURE_READ       HID_CTL_CODE(131)
# define IOCTL_HID_DEVICERESET_NOTIFICATION  HID_CTL_CODE(140)
#endif

#endif
