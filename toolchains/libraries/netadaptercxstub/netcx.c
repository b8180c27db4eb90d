/* netcx.c - NetAdapterCx 2.3, the class extension for network adapters. */
#include "../class_extension.h"

CLASS_EXTENSION(Net, L"NetAdapterCx", 2, 3, 125);
