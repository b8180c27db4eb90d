/* ntbuild/ddk_gaps.h - after wdm.h: what mingw-w64's DDK leaves out or gets wrong everywhere. */
#ifndef NTBUILD_DDK_GAPS_H
#define NTBUILD_DDK_GAPS_H

/* The DDK's version calls _byteswap_* of the C run-time library, which no kernel exports. */
#undef RtlUshortByteSwap
#undef RtlUlongByteSwap
#undef RtlUlonglongByteSwap
#define RtlUshortByteSwap(Source)    __builtin_bswap16((USHORT)(Source))
#define RtlUlongByteSwap(Source)     __builtin_bswap32((ULONG)(Source))
#define RtlUlonglongByteSwap(Source) __builtin_bswap64((ULONGLONG)(Source))

#ifndef KeMemoryBarrierWithoutFence
FORCEINLINE VOID NtbuildCompilerBarrier(VOID)
{
    __asm__ __volatile__("" ::: "memory");
}
# define KeMemoryBarrierWithoutFence NtbuildCompilerBarrier
#endif

/*
 * WDK sources ask for this before they use #pragma alloc_text. Only clang obeys the pragma; gcc
 * would ignore it and leave the code resident, so there the macro stays undefined.
 */
#if defined(__clang__) && !defined(ALLOC_PRAGMA)
# define ALLOC_PRAGMA 1
#endif
#if defined(__clang__) && !defined(ALLOC_DATA_PRAGMA)
# define ALLOC_DATA_PRAGMA 1
#endif

/* The DDK's takes no expression such as &Record, and has a semicolon of its own. */
#undef KeInitializeCallbackRecord
#define KeInitializeCallbackRecord(Record) ((Record)->State = BufferEmpty)

#ifndef POOL_NX_ALLOCATION
# define POOL_NX_ALLOCATION 512
#endif

/* MM_PAGE_PRIORITY flags of MmGetSystemAddressForMdlSafe, Windows 8. */
#ifndef MdlMappingNoWrite
# define MdlMappingNoWrite 0x80000000
#endif
#ifndef MdlMappingNoExecute
# define MdlMappingNoExecute 0x40000000
#endif

/* Component of DbgPrintEx: power management. mingw-w64's dpfilter.h ends one before it. */
#ifndef DPFLTR_POWER_ID
# define DPFLTR_POWER_ID 146
#endif

#ifdef __cplusplus
extern "C" {
#endif
#if !defined(KeQuerySystemTimePrecise)
NTKERNELAPI VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);
#endif
#ifdef __cplusplus
}
#endif

#endif
