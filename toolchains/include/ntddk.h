/* ntddk.h - the DDK's ntddk.h, completed for every machine; see wdm.h. */
#ifndef NTBUILD_NTDDK_H
#define NTBUILD_NTDDK_H

#include <wdm.h>

#include <ntbuild/push.h>
#include <ntbuild/ddk_names.h>
#pragma push_macro("RTL_USE_AVL_TABLES")
#undef RTL_USE_AVL_TABLES
#include_next <ntddk.h>
#pragma pop_macro("RTL_USE_AVL_TABLES")
#include <ntbuild/ddk_names_end.h>
#include <ntbuild/pop.h>

#if defined(__arm__) || defined(__aarch64__)
# include <ntbuild/arm_ntddk.h>
#endif
#include <ntbuild/new_prototypes_ntddk.h>
#include <ntbuild/process.h>
#include <ntbuild/early_launch.h>
#include <ntbuild/registry.h>
#include <ntbuild/tables.h>

#endif
