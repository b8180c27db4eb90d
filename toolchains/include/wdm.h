/*
 * wdm.h - the DDK's wdm.h, completed for every machine.
 *
 * Found before the DDK's own file, which it includes with include_next. The DDK headers of
 * mingw-w64 know x86 and x64; ntbuild/push.h leads them through for ARM, armddk.h and
 * ntbuild/arm.h supply what they then lack, ntbuild/ddk_gaps.h what they lack everywhere.
 */
#ifndef NTBUILD_WDM_H
#define NTBUILD_WDM_H

#include <ntbuild/push.h>
#include_next <wdm.h>
#include <ntbuild/pop.h>

#if defined(__arm__) || defined(__aarch64__)
# include <ntbuild/arm.h>
#else
# include <ntbuild/x86.h>
#endif
#include <ntbuild/ddk_gaps.h>
#include <ntbuild/pool.h>

#endif
