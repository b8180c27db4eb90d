/*
 * ntbuild/storage/storport_calls.h - what storport.sys exports.
 *
 * StorPortReadPortUchar and its kin take the device extension first; mingw-w64 declares them as
 * ScsiPort's, without it.
 */
#ifndef NTBUILD_STORAGE_STORPORT_CALLS_H
#define NTBUILD_STORAGE_STORPORT_CALLS_H

#if defined(_STORPORT_)
# define STORPORT_API
#else
# define STORPORT_API DECLSPEC_IMPORT
#endif
#define STORPORTAPI STORPORT_API

typedef enum _SCSI_NOTIFICATION_TYPE {
    RequestComplete,
    NextRequest,
    NextLuRequest,
    ResetDetected,
    _obsolete1,
    _obsolete2,
    RequestTimerCall,
    BusChangeDetected,
    WMIEvent,
    WMIReregister,
    LinkUp,
    LinkDown,
    QueryTickCount,
    BufferOverrunDetected,
    TraceNotification,
    GetExtendedFunctionTable,
    EnablePassiveInitialization = 0x1000,
    InitializeDpc,
    IssueDpc,
    AcquireSpinLock,
    ReleaseSpinLock,
    StateChangeDetectedCall,
    IoTargetRequestServiceTime,
    AsyncNotificationDetected,
    RequestDirectComplete,
    InitializeDpcWithContext,
    InitializeThreadedDpc,
    SetTargetProcessorDpc,
    MarkDeviceFailed,
    MarkDeviceFailedEx,
    TerminateSystemThread
} SCSI_NOTIFICATION_TYPE, *PSCSI_NOTIFICATION_TYPE;

STORPORT_API ULONG NTAPI StorPortInitialize(
    PVOID Argument1, PVOID Argument2, struct _HW_INITIALIZATION_DATA *HwInitializationData,
    PVOID HwContext);
STORPORT_API VOID NTAPI StorPortFreeDeviceBase(PVOID HwDeviceExtension, PVOID MappedAddress);
STORPORT_API ULONG NTAPI StorPortGetBusData(
    PVOID DeviceExtension, ULONG BusDataType, ULONG SystemIoBusNumber, ULONG SlotNumber,
    PVOID Buffer, ULONG Length);
STORPORT_API ULONG NTAPI StorPortSetBusDataByOffset(
    PVOID DeviceExtension, ULONG BusDataType, ULONG SystemIoBusNumber, ULONG SlotNumber,
    PVOID Buffer, ULONG Offset, ULONG Length);
STORPORT_API PVOID NTAPI StorPortGetDeviceBase(
    PVOID HwDeviceExtension, INTERFACE_TYPE BusType, ULONG SystemIoBusNumber,
    STOR_PHYSICAL_ADDRESS IoAddress, ULONG NumberOfBytes, BOOLEAN InIoSpace);
STORPORT_API PVOID NTAPI StorPortGetLogicalUnit(
    PVOID HwDeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun);
STORPORT_API PSCSI_REQUEST_BLOCK NTAPI StorPortGetSrb(
    PVOID DeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun, LONG QueueTag);
STORPORT_API PSTOR_SCATTER_GATHER_LIST NTAPI StorPortGetScatterGatherList(
    PVOID DeviceExtension, PSCSI_REQUEST_BLOCK Srb);
STORPORT_API STOR_PHYSICAL_ADDRESS NTAPI StorPortGetPhysicalAddress(
    PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, PVOID VirtualAddress, ULONG *Length);
STORPORT_API PVOID NTAPI StorPortGetVirtualAddress(
    PVOID HwDeviceExtension, STOR_PHYSICAL_ADDRESS PhysicalAddress);
STORPORT_API PVOID NTAPI StorPortGetUncachedExtension(
    PVOID HwDeviceExtension, PPORT_CONFIGURATION_INFORMATION ConfigInfo, ULONG NumberOfBytes);
STORPORT_API BOOLEAN NTAPI StorPortValidateRange(
    PVOID HwDeviceExtension, INTERFACE_TYPE BusType, ULONG SystemIoBusNumber,
    STOR_PHYSICAL_ADDRESS IoAddress, ULONG NumberOfBytes, BOOLEAN InIoSpace);
STORPORT_API VOID NTAPI StorPortCompleteRequest(
    PVOID HwDeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun, UCHAR SrbStatus);
STORPORT_API VOID NTAPI StorPortLogError(
    PVOID HwDeviceExtension, PSCSI_REQUEST_BLOCK Srb, UCHAR PathId, UCHAR TargetId, UCHAR Lun,
    ULONG ErrorCode, ULONG UniqueId);
STORPORT_API VOID NTAPI StorPortStallExecution(ULONG Delay);
STORPORT_API VOID NTAPI StorPortMoveMemory(PVOID WriteBuffer, PVOID ReadBuffer, ULONG Length);
STORPORT_API VOID NTAPI StorPortQuerySystemTime(PLARGE_INTEGER CurrentTime);
STORPORT_API STOR_PHYSICAL_ADDRESS NTAPI StorPortConvertUlongToPhysicalAddress(
    ULONG_PTR UlongAddress);
STORPORT_API BOOLEAN NTAPI StorPortSynchronizeAccess(
    PVOID HwDeviceExtension, PSTOR_SYNCHRONIZED_ACCESS SynchronizedAccessRoutine, PVOID Context);
STORPORT_API BOOLEAN NTAPI StorPortPauseDevice(
    PVOID HwDeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun, ULONG TimeOut);
STORPORT_API BOOLEAN NTAPI StorPortResumeDevice(
    PVOID HwDeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun);
STORPORT_API BOOLEAN NTAPI StorPortPause(PVOID HwDeviceExtension, ULONG TimeOut);
STORPORT_API BOOLEAN NTAPI StorPortResume(PVOID HwDeviceExtension);
STORPORT_API BOOLEAN NTAPI StorPortDeviceBusy(
    PVOID HwDeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun, ULONG RequestsToComplete);
STORPORT_API BOOLEAN NTAPI StorPortDeviceReady(
    PVOID HwDeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun);
STORPORT_API BOOLEAN NTAPI StorPortBusy(PVOID HwDeviceExtension, ULONG RequestsToComplete);
STORPORT_API BOOLEAN NTAPI StorPortReady(PVOID HwDeviceExtension);
STORPORT_API BOOLEAN NTAPI StorPortSetDeviceQueueDepth(
    PVOID HwDeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun, ULONG Depth);
STORPORT_API PUCHAR NTAPI StorPortAllocateRegistryBuffer(PVOID HwDeviceExtension, PULONG Length);
STORPORT_API VOID NTAPI StorPortFreeRegistryBuffer(PVOID HwDeviceExtension, PUCHAR Buffer);
STORPORT_API BOOLEAN NTAPI StorPortRegistryRead(
    PVOID HwDeviceExtension, PUCHAR ValueName, ULONG Global, ULONG Type, PUCHAR Buffer,
    PULONG BufferLength);
STORPORT_API BOOLEAN NTAPI StorPortRegistryWrite(
    PVOID HwDeviceExtension, PUCHAR ValueName, ULONG Global, ULONG Type, PUCHAR Buffer,
    ULONG BufferLength);

STORPORT_API VOID __cdecl StorPortNotification(
    SCSI_NOTIFICATION_TYPE NotificationType, PVOID HwDeviceExtension, ...);
STORPORT_API VOID __cdecl StorPortDebugPrint(ULONG DebugPrintLevel, PCCHAR DebugMessage, ...);

#if DBG
# define DebugPrint(x) StorPortDebugPrint x
#else
# define DebugPrint(x)
#endif

/* Device registers and ports, one value or a buffer of them. */
#define NTBUILD_STOR_ACCESS(Space, Width, Type) \
    STORPORT_API Type NTAPI StorPortRead##Space##Width(PVOID HwDeviceExtension, Type *Address); \
    STORPORT_API VOID NTAPI StorPortWrite##Space##Width( \
        PVOID HwDeviceExtension, Type *Address, Type Value); \
    STORPORT_API VOID NTAPI StorPortRead##Space##Buffer##Width( \
        PVOID HwDeviceExtension, Type *Address, Type *Buffer, ULONG Count); \
    STORPORT_API VOID NTAPI StorPortWrite##Space##Buffer##Width( \
        PVOID HwDeviceExtension, Type *Address, Type *Buffer, ULONG Count);

NTBUILD_STOR_ACCESS(Port, Uchar, UCHAR)
NTBUILD_STOR_ACCESS(Port, Ushort, USHORT)
NTBUILD_STOR_ACCESS(Port, Ulong, ULONG)
NTBUILD_STOR_ACCESS(Register, Uchar, UCHAR)
NTBUILD_STOR_ACCESS(Register, Ushort, USHORT)
NTBUILD_STOR_ACCESS(Register, Ulong, ULONG)
#undef NTBUILD_STOR_ACCESS

#if defined(_WIN64)
/* No exports: 64-bit machines access the register themselves. */
FORCEINLINE ULONG64 NtbuildReadRegisterUlong64(volatile ULONG64 *Register)
{
    ULONG64 Value;

    KeMemoryBarrier();
    Value = *Register;
    KeMemoryBarrier();
    return Value;
}

FORCEINLINE VOID NtbuildWriteRegisterUlong64(volatile ULONG64 *Register, ULONG64 Value)
{
    *Register = Value;
    KeMemoryBarrier();
}

FORCEINLINE VOID NtbuildReadRegisterBufferUlong64(
    volatile ULONG64 *Register, ULONG64 *Buffer, ULONG Count)
{
    while (Count-- != 0)
        *Buffer++ = NtbuildReadRegisterUlong64(Register++);
}

FORCEINLINE VOID NtbuildWriteRegisterBufferUlong64(
    volatile ULONG64 *Register, ULONG64 *Buffer, ULONG Count)
{
    while (Count-- != 0)
        NtbuildWriteRegisterUlong64(Register++, *Buffer++);
}

# define StorPortReadRegisterUlong64(Extension, Register) NtbuildReadRegisterUlong64(Register)
# define StorPortWriteRegisterUlong64(Extension, Register, Value) \
    NtbuildWriteRegisterUlong64(Register, Value)
# define StorPortReadRegisterBufferUlong64(Extension, Register, Buffer, Count) \
    NtbuildReadRegisterBufferUlong64(Register, Buffer, Count)
# define StorPortWriteRegisterBufferUlong64(Extension, Register, Buffer, Count) \
    NtbuildWriteRegisterBufferUlong64(Register, Buffer, Count)
#endif

#define StorPortCopyMemory(Destination, Source, Length) memcpy((Destination), (Source), (Length))
#define StorPortConvertPhysicalAddressToUlong(Address)   ((Address).LowPart)
#define StorPortConvertPhysicalAddressToULong64(Address) ((Address).QuadPart)

/* Scope and type of StorPortRegistryRead and StorPortRegistryWrite values */
#define MINIPORT_REG_SZ        1
#define MINIPORT_REG_BINARY    3
#define MINIPORT_REG_DWORD     4
#define MINIPORT_REG_MULTI_SZ  7

#endif
