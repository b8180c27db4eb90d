/* usb.h - mingw-w64's, with a status that a port's reset in progress has. */
#include_next <usb.h>

#ifndef USBD_STATUS_PORT_OPERATION_PENDING
# define USBD_STATUS_PORT_OPERATION_PENDING ((USBD_STATUS)0x00000001)
#endif
