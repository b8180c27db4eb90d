/* ntbuild/kernel.h - after wdm.h: Ke and Rtl routines that mingw-w64 does not declare. */
#ifndef NTBUILD_KERNEL_H
#define NTBUILD_KERNEL_H

EXTERN_C_START

/* The WDK's second names of objects */
typedef PKPROCESS PRKPROCESS;

/* A dispatch routine in pageable code, called at PASSIVE_LEVEL */
typedef NTSTATUS NTAPI DRIVER_DISPATCH_PAGED(
    struct _DEVICE_OBJECT *DeviceObject, struct _IRP *Irp);
typedef DRIVER_DISPATCH_PAGED *PDRIVER_DISPATCH_PAGED;

/* Since Windows 8; the later argument is the value of the performance counter at that time. */
NTKERNELAPI ULONG64 NTAPI KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp);
NTKERNELAPI ULONG64 NTAPI KeQueryUnbiasedInterruptTimePrecise(PULONG64 QpcTimeStamp);
NTKERNELAPI NTSTATUS NTAPI KeQueryAuxiliaryCounterFrequency(PULONG64 AuxiliaryCounterFrequency);
NTKERNELAPI NTSTATUS NTAPI KeConvertAuxiliaryCounterToPerformanceCounter(
    ULONG64 AuxiliaryCounterValue, PULONG64 PerformanceCounterValue, PULONG64 ConversionError);
NTKERNELAPI NTSTATUS NTAPI KeConvertPerformanceCounterToAuxiliaryCounter(
    ULONG64 PerformanceCounterValue, PULONG64 AuxiliaryCounterValue, PULONG64 ConversionError);

NTKERNELAPI BOOLEAN NTAPI KeRemoveQueueDpcEx(PRKDPC Dpc, BOOLEAN WaitIfActive);
NTKERNELAPI LOGICAL NTAPI KeIsExecutingDpc(VOID);
NTKERNELAPI LOGICAL NTAPI KeShouldYieldProcessor(VOID);
NTKERNELAPI ULONG NTAPI KeQueryNodeActiveProcessorCount(USHORT NodeNumber);
#define KeGetCurrentProcessorIndex() KeGetCurrentProcessorNumberEx(NULL)

NTKERNELAPI NTSTATUS NTAPI KeInitializeCrashDumpHeader(
    ULONG DumpType, ULONG Flags, PVOID Buffer, ULONG BufferSize, PULONG BufferNeeded);
#define DUMP_TYPE_FULL 1

/* Bounds checks; Windows 8. */
typedef enum _BOUND_CALLBACK_STATUS {
    BoundExceptionContinueSearch,
    BoundExceptionHandled,
    BoundExceptionError,
    BoundExceptionMaximum
} BOUND_CALLBACK_STATUS, *PBOUND_CALLBACK_STATUS;
typedef BOUND_CALLBACK_STATUS NTAPI BOUND_CALLBACK(VOID);
typedef BOUND_CALLBACK *PBOUND_CALLBACK;
NTKERNELAPI PVOID NTAPI KeRegisterBoundCallback(PBOUND_CALLBACK CallbackRoutine);
NTKERNELAPI NTSTATUS NTAPI KeDeregisterBoundCallback(PVOID Handle);

/* Floating point state; on x64 and ARM the kernel keeps it by itself. */
#if defined(__x86_64__)
FORCEINLINE NTSTATUS KeSaveFloatingPointState(PKFLOATING_SAVE FloatSave)
{
    (void)FloatSave;
    return STATUS_SUCCESS;
}

FORCEINLINE NTSTATUS KeRestoreFloatingPointState(PKFLOATING_SAVE FloatSave)
{
    (void)FloatSave;
    return STATUS_SUCCESS;
}
#endif

/* The first entry of a sequenced list, which stays there */
FORCEINLINE PSLIST_ENTRY NtbuildFirstEntrySList(PSLIST_HEADER ListHead)
{
#if defined(_WIN64)
    return (PSLIST_ENTRY)(ULONG_PTR)(ListHead->Region & ~(ULONGLONG)15);
#else
    return (PSLIST_ENTRY)ListHead->Next.Next;
#endif
}
#ifndef FirstEntrySList
# define FirstEntrySList NtbuildFirstEntrySList
#endif

/* Rtl */
NTSYSAPI ULONG NTAPI RtlNumberOfClearBitsInRange(
    PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
NTSYSAPI ULONG NTAPI RtlNumberOfSetBitsInRange(
    PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
NTSYSAPI VOID NTAPI RtlCopyBitMap(PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit);
NTSYSAPI VOID NTAPI RtlExtractBitMap(
    PRTL_BITMAP Source, PRTL_BITMAP Destination, ULONG TargetBit, ULONG NumberOfBits);
NTSYSAPI BOOLEAN NTAPI RtlSuffixUnicodeString(
    PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive);
NTSYSAPI ULONG NTAPI RtlCrc32(const void *Buffer, size_t Size, ULONG InitialCrc);
NTSYSAPI ULONGLONG NTAPI RtlCrc64(const void *Buffer, size_t Size, ULONGLONG InitialCrc);
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringToInt64(
    PCUNICODE_STRING String, ULONG Base, PLONG64 Number, PWSTR *EndPointer);
NTSYSAPI VOID NTAPI RtlInitUTF8String(PUTF8_STRING DestinationString, PCSZ SourceString);
NTSYSAPI NTSTATUS NTAPI RtlInitUTF8StringEx(PUTF8_STRING DestinationString, PCSZ SourceString);
NTSYSAPI VOID NTAPI RtlFreeUTF8String(PUTF8_STRING Utf8String);
NTSYSAPI NTSTATUS NTAPI RtlUnicodeStringToUTF8String(
    PUTF8_STRING DestinationString, PCUNICODE_STRING SourceString,
    BOOLEAN AllocateDestinationString);
NTSYSAPI NTSTATUS NTAPI RtlUTF8StringToUnicodeString(
    PUNICODE_STRING DestinationString, PUTF8_STRING SourceString,
    BOOLEAN AllocateDestinationString);
NTSYSAPI BOOLEAN NTAPI RtlIsStateSeparationEnabled(VOID);
NTSYSAPI BOOLEAN NTAPI RtlIsZeroMemory(PVOID Buffer, SIZE_T Length);

FORCEINLINE VOID NtbuildFailFast(ULONG Code)
{
#if defined(__x86_64__) || defined(__i386__)
    __asm__ __volatile__("int $0x29" : : "c"(Code) : "memory");
#elif defined(__aarch64__)
    register ULONG64 Value __asm__("x0") = Code;
    __asm__ __volatile__("brk #0xf003" : : "r"(Value) : "memory");
#else
    register ULONG Value __asm__("r0") = Code;
    __asm__ __volatile__(".inst.n 0xdefb" : : "r"(Value) : "memory");
#endif
    __builtin_unreachable();
}
#ifndef RtlFailFast
# define RtlFailFast NtbuildFailFast
#endif
#ifndef FatalListEntryError
# define FatalListEntryError(P1, P2, P3) RtlFailFast(FAST_FAIL_CORRUPT_LIST_ENTRY)
#endif
#ifndef FAST_FAIL_CORRUPT_LIST_ENTRY
# define FAST_FAIL_CORRUPT_LIST_ENTRY 3
#endif

EXTERN_C_END

/* Assertions that tell the analyser what they assert, and those that do not: one thing to a compiler. */
#ifndef NT_ASSERT_ASSUME
# if DBG
#  define NT_ASSERT_ASSUME(Condition) ((Condition) ? TRUE : (DbgRaiseAssertionFailure(), FALSE))
# else
#  define NT_ASSERT_ASSUME(Condition) (NT_ANALYSIS_ASSUME(Condition), 0)
# endif
# define NT_ASSERTMSG_ASSUME(Message, Condition)    NT_ASSERT_ASSUME(Condition)
# define NT_ASSERTMSGW_ASSUME(Message, Condition)   NT_ASSERT_ASSUME(Condition)
# define NT_ASSERT_NOASSUME(Condition)              NT_ASSERT_ASSUME(Condition)
# define NT_ASSERTMSG_NOASSUME(Message, Condition)  NT_ASSERT_ASSUME(Condition)
# define NT_ASSERTMSGW_NOASSUME(Message, Condition) NT_ASSERT_ASSUME(Condition)
#endif

#ifndef MemoryBarrier
# define MemoryBarrier KeMemoryBarrier
#endif

#ifndef RTL_QUERY_REGISTRY_TYPECHECK
# define RTL_QUERY_REGISTRY_TYPECHECK       0x00000100
# define RTL_QUERY_REGISTRY_TYPECHECK_SHIFT 24
# define RTL_QUERY_REGISTRY_TYPECHECK_MASK  (0xffu << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT)
#endif

#ifndef KERNEL_SECURITY_CHECK_FAILURE
# define CRITICAL_STRUCTURE_CORRUPTION  ((ULONG)0x00000109L)
# define DPC_WATCHDOG_VIOLATION         ((ULONG)0x00000133L)
# define KERNEL_SECURITY_CHECK_FAILURE  ((ULONG)0x00000139L)
# define DRIVER_VIOLATION               ((ULONG)0x00000121L)
#endif

#endif
