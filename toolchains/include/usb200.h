/* usb200.h - mingw-w64's after usbspec.h, which it names with quotes and would get without ours. */
#include <usbspec.h>
#include_next <usb200.h>
