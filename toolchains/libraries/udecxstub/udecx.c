/* udecx.c - UdeCx 1.1, the class extension for USB device emulation. */
#include "../class_extension.h"

CLASS_EXTENSION(Udecx, L"UdeCx", 1, 1, 34);
