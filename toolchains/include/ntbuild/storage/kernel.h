/*
 * ntbuild/storage/kernel.h - ntddk.h for miniports, without the flags of firmware devices: headers of
 * the WDK for miniports do not declare DEVICE_FLAGS, and miniports have a type of that name.
 */
#pragma push_macro("DEVICE_FLAGS")
#pragma push_macro("PDEVICE_FLAGS")
#undef DEVICE_FLAGS
#undef PDEVICE_FLAGS
#define DEVICE_FLAGS  NTBUILD_DDK_DEVICE_FLAGS
#define PDEVICE_FLAGS PNTBUILD_DDK_DEVICE_FLAGS
#include <ntddk.h>
#pragma pop_macro("PDEVICE_FLAGS")
#pragma pop_macro("DEVICE_FLAGS")
