/*
 * usb.h - mingw-w64's, with a status that a port's reset in progress has.
 *
 * usbspec.h comes first: mingw-w64's files name it with quotes, and would get the one beside them.
 */
#include <usbspec.h>
#include_next <usb.h>

#ifndef USBD_STATUS_PORT_OPERATION_PENDING
# define USBD_STATUS_PORT_OPERATION_PENDING ((USBD_STATUS)0x00000001)
#endif
