/* wdfcompaniontarget.h - KMDF. Made from toolchains/kmdf/wdfcompaniontarget.txt. */
#ifndef _WDFCOMPANIONTARGET_H_
#define _WDFCOMPANIONTARGET_H_

WDF_EXTERN_C_START

#if KMDF_VERSION_MINOR >= 23
typedef enum _WDF_TASK_SEND_OPTIONS_FLAGS {
    WDF_TASK_SEND_OPTION_TIMEOUT = 0x1,
    WDF_TASK_SEND_OPTION_SYNCHRONOUS = 0x2,
} WDF_TASK_SEND_OPTIONS_FLAGS;
#endif

#if KMDF_VERSION_MINOR >= 23
typedef struct _WDF_TASK_SEND_OPTIONS {
    ULONG Size;
    ULONG Flags;
    LONGLONG Timeout;
} WDF_TASK_SEND_OPTIONS, *PWDF_TASK_SEND_OPTIONS;
#endif

#if KMDF_VERSION_MINOR >= 23
WDF_INLINE VOID WDF_TASK_SEND_OPTIONS_INIT(PWDF_TASK_SEND_OPTIONS Options, ULONG Flags)
{
    RtlZeroMemory(Options, sizeof(*Options));
    Options->Size = WDF_STRUCTURE_SIZE(WDF_TASK_SEND_OPTIONS);
    Options->Flags = Flags;
}
#endif

#if KMDF_VERSION_MINOR >= 23
typedef NTSTATUS (NTAPI *PFN_WDFCOMPANIONTARGETSENDTASKSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOMPANIONTARGET CompanionTarget, USHORT
    TaskQueueIdentifier, ULONG TaskOperationCode, PWDF_MEMORY_DESCRIPTOR InputBuffer,
    PWDF_MEMORY_DESCRIPTOR OutputBuffer, PWDF_TASK_SEND_OPTIONS TaskOptions, PULONG_PTR
    BytesReturned);
WDF_INLINE NTSTATUS WdfCompanionTargetSendTaskSynchronously(
    WDFCOMPANIONTARGET CompanionTarget, USHORT TaskQueueIdentifier, ULONG TaskOperationCode,
    PWDF_MEMORY_DESCRIPTOR InputBuffer, PWDF_MEMORY_DESCRIPTOR OutputBuffer, PWDF_TASK_SEND_OPTIONS
    TaskOptions, PULONG_PTR BytesReturned)
{
    return ((PFN_WDFCOMPANIONTARGETSENDTASKSYNCHRONOUSLY)WdfFunctions[WdfCompanionTargetSendTaskSynchronouslyTableIndex])(
        WdfDriverGlobals, CompanionTarget, TaskQueueIdentifier, TaskOperationCode, InputBuffer,
        OutputBuffer, TaskOptions, BytesReturned);
}
#endif

#if KMDF_VERSION_MINOR >= 23
typedef PEPROCESS (NTAPI *PFN_WDFCOMPANIONTARGETWDMGETCOMPANIONPROCESS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFCOMPANIONTARGET CompanionTarget);
WDF_INLINE PEPROCESS WdfCompanionTargetWdmGetCompanionProcess(WDFCOMPANIONTARGET CompanionTarget)
{
    return ((PFN_WDFCOMPANIONTARGETWDMGETCOMPANIONPROCESS)WdfFunctions[WdfCompanionTargetWdmGetCompanionProcessTableIndex])(
        WdfDriverGlobals, CompanionTarget);
}
#endif

WDF_EXTERN_C_END

#endif
