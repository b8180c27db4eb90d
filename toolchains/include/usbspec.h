/*
 * usbspec.h - mingw-w64's, with the bits of a request's type for C++.
 *
 * They are fields of an unnamed structure in C and of `s` in C++, where mingw-w64 has none. The macro
 * puts them behind the last field of the union.
 */
#ifdef __cplusplus
# define B                                                                                         \
     B;                                                                                            \
     struct {                                                                                      \
         UCHAR Recipient : 2;                                                                      \
         UCHAR Reserved : 3;                                                                       \
         UCHAR Type : 2;                                                                           \
         UCHAR Dir : 1;                                                                            \
     } s
#endif
#include_next <usbspec.h>
#undef B

/* Requests about a device's firmware, and what their wValue says */
#ifndef USB_REQUEST_GET_FIRMWARE_STATUS
# define USB_REQUEST_GET_FIRMWARE_STATUS              0x1a
# define USB_REQUEST_SET_FIRMWARE_STATUS              0x1b
# define USB_GET_FIRMWARE_ALLOWED_OR_DISALLOWED_STATE 0x00
# define USB_GET_FIRMWARE_HASH                        0x01
# define USB_DEVICE_FIRMWARE_HASH_LENGTH              32
# define USB_DISALLOW_FIRMWARE_UPDATE                 0x00
# define USB_ALLOW_FIRMWARE_UPDATE                    0x01
#endif
