/* ntddk.h - the DDK's ntddk.h, completed for every machine; see wdm.h. */
#ifndef NTBUILD_NTDDK_H
#define NTBUILD_NTDDK_H

#include <wdm.h>

#include <ntbuild/push.h>
#include <ntbuild/ddk_names.h>
#pragma push_macro("RTL_USE_AVL_TABLES")
#undef RTL_USE_AVL_TABLES
/* Windows 7's under another name; ntbuild/shared_data.h has today's. */
#define _KUSER_SHARED_DATA NtbuildDdkUserSharedData
#define KUSER_SHARED_DATA  NTBUILD_DDK_KUSER_SHARED_DATA
#define PKUSER_SHARED_DATA PNTBUILD_DDK_KUSER_SHARED_DATA
#include <ntbuild/ntddk_fields.h>
#include_next <ntddk.h>
#include <ntbuild/ntddk_fields_end.h>
#undef _KUSER_SHARED_DATA
#undef KUSER_SHARED_DATA
#undef PKUSER_SHARED_DATA
#pragma pop_macro("RTL_USE_AVL_TABLES")
#include <ntbuild/ddk_names_end.h>
#include <ntbuild/pop.h>

#if defined(__arm__) || defined(__aarch64__)
# include <ntbuild/arm_ntddk.h>
#endif
#include <ntbuild/new_prototypes_ntddk.h>
#include <ntbuild/process.h>
#include <ntbuild/shared_data.h>
#include <ntbuild/early_launch.h>
#include <ntbuild/registry.h>
#include <ntbuild/tables.h>
#include <ntbuild/ddk_values.h>
#include <ntbuild/xstate.h>

#endif
