/* ntddk.h - the DDK's ntddk.h, completed for every machine; see wdm.h. */
#ifndef NTBUILD_NTDDK_H
#define NTBUILD_NTDDK_H

#include <ntbuild/push.h>
#include_next <ntddk.h>
#include <ntbuild/pop.h>

#if defined(__arm__) || defined(__aarch64__)
# include <ntbuild/arm_ntddk.h>
#endif

#endif
