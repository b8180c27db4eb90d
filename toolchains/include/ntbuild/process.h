/*
 * ntbuild/process.h - after ntddk.h: process, memory and power routines that mingw-w64's ntddk.h
 * does not declare.
 */
#ifndef NTBUILD_PROCESS_H
#define NTBUILD_PROCESS_H

#define MM_COPY_MEMORY_PHYSICAL 0x1
#define MM_COPY_MEMORY_VIRTUAL  0x2

#define MM_SYSTEM_VIEW_EXCEPTIONS_FOR_INPAGE_ERRORS 0x1

EXTERN_C_START

typedef struct _MM_COPY_ADDRESS {
    union {
        PVOID VirtualAddress;
        PHYSICAL_ADDRESS PhysicalAddress;
    };
} MM_COPY_ADDRESS, *PMMCOPY_ADDRESS;

NTKERNELAPI NTSTATUS NTAPI MmCopyMemory(
    PVOID TargetAddress, MM_COPY_ADDRESS SourceAddress, SIZE_T NumberOfBytes, ULONG Flags,
    PSIZE_T NumberOfBytesTransferred);
NTKERNELAPI NTSTATUS NTAPI MmMapViewInSystemSpaceEx(
    PVOID Section, PVOID *MappedBase, PSIZE_T ViewSize, PLARGE_INTEGER SectionOffset,
    ULONG_PTR Flags);
NTKERNELAPI NTSTATUS NTAPI MmMapViewInSessionSpaceEx(
    PVOID Section, PVOID *MappedBase, PSIZE_T ViewSize, PLARGE_INTEGER SectionOffset,
    ULONG_PTR Flags);
NTKERNELAPI NTSTATUS NTAPI MmGetCacheAttribute(
    PHYSICAL_ADDRESS PhysicalAddress, MEMORY_CACHING_TYPE *CacheType);
NTKERNELAPI NTSTATUS NTAPI MmSetPermanentCacheAttribute(
    PHYSICAL_ADDRESS StartAddress, LARGE_INTEGER NumberOfBytes, MEMORY_CACHING_TYPE CacheType,
    ULONG Flags);
NTKERNELAPI PPHYSICAL_MEMORY_RANGE NTAPI MmGetPhysicalMemoryRangesEx(PVOID PartitionObject);

NTKERNELAPI NTSTATUS NTAPI KeExpandKernelStackAndCalloutEx(
    PEXPAND_STACK_CALLOUT Callout, PVOID Parameter, SIZE_T Size, BOOLEAN Wait, PVOID Context);

/* Process and thread notification; Windows 10. */
#if NTDDI_VERSION >= 0x0a000000
typedef enum _PSCREATEPROCESSNOTIFYTYPE {
    PsCreateProcessNotifySubsystems = 0
} PSCREATEPROCESSNOTIFYTYPE;
typedef enum _PSCREATETHREADNOTIFYTYPE {
    PsCreateThreadNotifyNonSystem = 0,
    PsCreateThreadNotifySubsystems = 1
} PSCREATETHREADNOTIFYTYPE;
# define PS_IMAGE_NOTIFY_CONFLICTING_ARCHITECTURE 0x1
NTKERNELAPI NTSTATUS NTAPI PsSetCreateProcessNotifyRoutineEx2(
    PSCREATEPROCESSNOTIFYTYPE NotifyType, PVOID NotifyInformation, BOOLEAN Remove);
NTKERNELAPI NTSTATUS NTAPI PsSetCreateThreadNotifyRoutineEx(
    PSCREATETHREADNOTIFYTYPE NotifyType, PVOID NotifyInformation);
#endif
NTKERNELAPI NTSTATUS NTAPI PsSetLoadImageNotifyRoutineEx(
    PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine, ULONG_PTR Flags);

NTKERNELAPI NTSTATUS NTAPI PsGetProcessExitStatus(PEPROCESS Process);
NTKERNELAPI ULONGLONG NTAPI PsGetProcessStartKey(PEPROCESS Process);
NTKERNELAPI LONGLONG NTAPI PsGetThreadCreateTime(PETHREAD Thread);
NTKERNELAPI NTSTATUS NTAPI PsGetThreadExitStatus(PETHREAD Thread);
NTKERNELAPI ULONG64 NTAPI PsQueryTotalCycleTimeProcess(
    PEPROCESS Process, PULONG64 CycleTimeStamp);

/* What code must be signed with to run in a process, Windows 8.1 */
typedef UCHAR SE_SIGNING_LEVEL, *PSE_SIGNING_LEVEL;
#define SE_SIGNING_LEVEL_UNCHECKED        0x00
#define SE_SIGNING_LEVEL_UNSIGNED         0x01
#define SE_SIGNING_LEVEL_ENTERPRISE       0x02
#define SE_SIGNING_LEVEL_DEVELOPER        0x03
#define SE_SIGNING_LEVEL_AUTHENTICODE     0x04
#define SE_SIGNING_LEVEL_CUSTOM_2         0x05
#define SE_SIGNING_LEVEL_STORE            0x06
#define SE_SIGNING_LEVEL_ANTIMALWARE      0x07
#define SE_SIGNING_LEVEL_MICROSOFT        0x08
#define SE_SIGNING_LEVEL_CUSTOM_4         0x09
#define SE_SIGNING_LEVEL_CUSTOM_5         0x0A
#define SE_SIGNING_LEVEL_DYNAMIC_CODEGEN  0x0B
#define SE_SIGNING_LEVEL_WINDOWS          0x0C
#define SE_SIGNING_LEVEL_CUSTOM_7         0x0D
#define SE_SIGNING_LEVEL_WINDOWS_TCB      0x0E
#define SE_SIGNING_LEVEL_CUSTOM_6         0x0F

/* Jobs */
typedef struct _EJOB *PEJOB;
typedef struct _EJOB *PESILO;

EXTERN_C_END

#endif
