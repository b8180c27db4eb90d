/*
 * wdm.h - the DDK's wdm.h, completed for every machine.
 *
 * Found before the DDK's own file, which it includes with include_next. The DDK headers of
 * mingw-w64 know x86 and x64; ntbuild/push.h leads them through for ARM, armddk.h and
 * ntbuild/arm.h supply what they then lack, ntbuild/ddk_gaps.h what they lack everywhere.
 */
#ifndef NTBUILD_WDM_H
#define NTBUILD_WDM_H

/*
 * mingw-w64 declares the object types as imported pointers, POBJECT_TYPE NTSYSAPI *PsProcessType:
 * *PsProcessType then is the first word of the object type, and every call that takes it gets
 * garbage. They are the pointers that the loader puts into the import table, as the WDK has them.
 */
#define CmKeyObjectType NtbuildDdkCmKeyObjectType
#define ExEventObjectType NtbuildDdkExEventObjectType
#define ExSemaphoreObjectType NtbuildDdkExSemaphoreObjectType
#define IoFileObjectType NtbuildDdkIoFileObjectType
#define PsProcessType NtbuildDdkPsProcessType
#define PsThreadType NtbuildDdkPsThreadType
#define SeTokenObjectType NtbuildDdkSeTokenObjectType
#define TmEnlistmentObjectType NtbuildDdkTmEnlistmentObjectType
#define TmResourceManagerObjectType NtbuildDdkTmResourceManagerObjectType
#define TmTransactionManagerObjectType NtbuildDdkTmTransactionManagerObjectType
#define TmTransactionObjectType NtbuildDdkTmTransactionObjectType
/* Of the version that the driver has chosen they are in ntbuild/power.h. */
#define PO_FX_COMPONENT  NTBUILD_DDK_PO_FX_COMPONENT
#define PPO_FX_COMPONENT PNTBUILD_DDK_PO_FX_COMPONENT
/* The last member of a resource's descriptor, and one more: what the resource hub connects. */
#define DeviceSpecificData                                                                        \
    DeviceSpecificData;                                                                           \
    struct {                                                                                      \
        UCHAR Class;                                                                              \
        UCHAR Type;                                                                               \
        UCHAR Reserved1;                                                                          \
        UCHAR Reserved2;                                                                          \
        ULONG IdLowPart;                                                                          \
        ULONG IdHighPart;                                                                         \
    } Connection
#pragma push_macro("PO_FX_VERSION")
#undef PO_FX_VERSION

/*
 * mingw-w64 ends DEVOBJ_EXTENSION after its documented fields. Its structure gets another name, and
 * the one pointer to it, in DEVICE_OBJECT, is led to the whole one (in ntbuild/io.h) by an array of
 * none, which takes no room.
 */
typedef struct _DEVOBJ_EXTENSION *NtbuildDeviceObjectExtension;
#define _DEVOBJ_EXTENSION NtbuildDdkDeviceObjectExtension
#define DEVOBJ_EXTENSION NtbuildDdkDEVOBJ_EXTENSION
#define PDEVOBJ_EXTENSION NtbuildDdkPDEVOBJ_EXTENSION
#define DeviceObjectExtension NtbuildNone[0]; NtbuildDeviceObjectExtension DeviceObjectExtension
/* It also ends the interrupt of IO_RESOURCE_DESCRIPTOR, which alone has this field, too early. */
#if defined(NT_PROCESSOR_GROUPS)
# define NTBUILD_GROUP USHORT Group;
#else
# define NTBUILD_GROUP
#endif
#define MaximumVector                                                                              \
    MaximumVector; IRQ_DEVICE_POLICY AffinityPolicy; NTBUILD_GROUP IRQ_PRIORITY PriorityPolicy;    \
    KAFFINITY TargetedProcessors
typedef struct _IO_COMPLETION_CONTEXT NtbuildIoCompletionContext;
#include <ntbuild/push.h>
#include <ntbuild/wdm_fields.h>
#include_next <wdm.h>
#include <ntbuild/wdm_fields_end.h>
#include <ntbuild/pop.h>
#undef MaximumVector
#undef NTBUILD_GROUP
#undef _DEVOBJ_EXTENSION
#undef DEVOBJ_EXTENSION
#undef PDEVOBJ_EXTENSION
#undef DeviceObjectExtension
#undef PO_FX_VERSION
#pragma pop_macro("PO_FX_VERSION")
#undef DeviceSpecificData
#undef PO_FX_COMPONENT
#undef PPO_FX_COMPONENT
#undef CmKeyObjectType
#undef ExEventObjectType
#undef ExSemaphoreObjectType
#undef IoFileObjectType
#undef PsProcessType
#undef PsThreadType
#undef SeTokenObjectType
#undef TmEnlistmentObjectType
#undef TmResourceManagerObjectType
#undef TmTransactionManagerObjectType
#undef TmTransactionObjectType
#ifdef __cplusplus
extern "C" {
#endif
extern POBJECT_TYPE *CmKeyObjectType;
extern POBJECT_TYPE *ExEventObjectType;
extern POBJECT_TYPE *ExSemaphoreObjectType;
extern POBJECT_TYPE *IoFileObjectType;
extern POBJECT_TYPE *PsProcessType;
extern POBJECT_TYPE *PsThreadType;
extern POBJECT_TYPE *SeTokenObjectType;
extern POBJECT_TYPE *TmEnlistmentObjectType;
extern POBJECT_TYPE *TmResourceManagerObjectType;
extern POBJECT_TYPE *TmTransactionManagerObjectType;
extern POBJECT_TYPE *TmTransactionObjectType;
#ifdef __cplusplus
}
#endif

#if defined(__arm__) || defined(__aarch64__)
# include <ntbuild/arm.h>
#else
# include <ntbuild/x86.h>
#endif
#include <ntbuild/ddk_gaps.h>

/* Also by way of ntdef.h, sal.h and ntstatus.h, but `zig cc` finds its own of these first. */
#include <ntbuild/annotations.h>
#include <ntbuild/basics.h>
#include <ntbuild/status_codes.h>

#include <ntbuild/new_prototypes.h>
#include <ntbuild/atomics.h>
#include <ntbuild/multiply128.h>
#include <ntbuild/pool.h>
#include <ntbuild/os_version.h>
#include <ntbuild/executive.h>
#include <ntbuild/memory.h>
#include <ntbuild/kernel.h>
#include <ntbuild/transactions.h>
#include <ntbuild/io.h>
#include <ntbuild/dma.h>
#include <ntbuild/power.h>
#include <ntbuild/ddi_version.h>
#include <ntbuild/callbacks.h>
#include <ntbuild/ddk_values.h>

#endif
