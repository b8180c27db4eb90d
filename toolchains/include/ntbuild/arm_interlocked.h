/*
 * ntbuild/arm_interlocked.h - the Interlocked family for ARM.
 *
 * wdm.h maps these to intrinsics on x86 and x64 only. Here they are typed functions around compiler
 * builtins, full barriers like the originals; they come out inline, never as library calls.
 */
#ifndef NTBUILD_ARM_INTERLOCKED_H
#define NTBUILD_ARM_INTERLOCKED_H

#define NTBUILD_INTERLOCKED(Suffix, Type)                                                        \
    FORCEINLINE Type NtbuildIncrement##Suffix(Type volatile *Addend)                             \
    { return __sync_add_and_fetch(Addend, 1); }                                                  \
    FORCEINLINE Type NtbuildDecrement##Suffix(Type volatile *Addend)                             \
    { return __sync_sub_and_fetch(Addend, 1); }                                                  \
    FORCEINLINE Type NtbuildExchange##Suffix(Type volatile *Target, Type Value)                  \
    { Type Old = __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);                           \
      MemoryBarrier(); return Old; }                                                             \
    FORCEINLINE Type NtbuildExchangeAdd##Suffix(Type volatile *Addend, Type Value)               \
    { return __sync_fetch_and_add(Addend, Value); }                                              \
    FORCEINLINE Type NtbuildAdd##Suffix(Type volatile *Addend, Type Value)                       \
    { return __sync_add_and_fetch(Addend, Value); }                                              \
    FORCEINLINE Type NtbuildOr##Suffix(Type volatile *Target, Type Value)                        \
    { return __sync_fetch_and_or(Target, Value); }                                               \
    FORCEINLINE Type NtbuildAnd##Suffix(Type volatile *Target, Type Value)                       \
    { return __sync_fetch_and_and(Target, Value); }                                              \
    FORCEINLINE Type NtbuildXor##Suffix(Type volatile *Target, Type Value)                       \
    { return __sync_fetch_and_xor(Target, Value); }                                              \
    FORCEINLINE Type NtbuildCompareExchange##Suffix(Type volatile *Target, Type Value,           \
                                                    Type Comparand)                              \
    { return __sync_val_compare_and_swap(Target, Comparand, Value); }

NTBUILD_INTERLOCKED(32, LONG)
NTBUILD_INTERLOCKED(64, LONGLONG)

FORCEINLINE PVOID NtbuildExchangePointer(PVOID volatile *Target, PVOID Value)
{
    PVOID Old = __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST);

    MemoryBarrier();
    return Old;
}

FORCEINLINE PVOID NtbuildCompareExchangePointer(
    PVOID volatile *Target, PVOID Value, PVOID Comparand)
{
    return __sync_val_compare_and_swap(Target, Comparand, Value);
}

FORCEINLINE UCHAR NtbuildBitTestAndSet(LONG volatile *Base, LONG Bit)
{
    LONG Mask = (LONG)(1u << (Bit & 31));

    return (UCHAR)((NtbuildOr32(Base + (Bit >> 5), Mask) & Mask) != 0);
}

FORCEINLINE UCHAR NtbuildBitTestAndReset(LONG volatile *Base, LONG Bit)
{
    LONG Mask = (LONG)(1u << (Bit & 31));

    return (UCHAR)((NtbuildAnd32(Base + (Bit >> 5), ~Mask) & Mask) != 0);
}

#undef InterlockedIncrement
#undef InterlockedDecrement
#undef InterlockedExchange
#undef InterlockedExchangeAdd
#undef InterlockedAdd
#undef InterlockedOr
#undef InterlockedAnd
#undef InterlockedXor
#undef InterlockedCompareExchange
#define InterlockedIncrement       NtbuildIncrement32
#define InterlockedDecrement       NtbuildDecrement32
#define InterlockedExchange        NtbuildExchange32
#define InterlockedExchangeAdd     NtbuildExchangeAdd32
#define InterlockedAdd             NtbuildAdd32
#define InterlockedOr              NtbuildOr32
#define InterlockedAnd             NtbuildAnd32
#define InterlockedXor             NtbuildXor32
#define InterlockedCompareExchange NtbuildCompareExchange32

#undef InterlockedIncrement64
#undef InterlockedDecrement64
#undef InterlockedExchange64
#undef InterlockedExchangeAdd64
#undef InterlockedAdd64
#undef InterlockedOr64
#undef InterlockedAnd64
#undef InterlockedXor64
#undef InterlockedCompareExchange64
#define InterlockedIncrement64       NtbuildIncrement64
#define InterlockedDecrement64       NtbuildDecrement64
#define InterlockedExchange64        NtbuildExchange64
#define InterlockedExchangeAdd64     NtbuildExchangeAdd64
#define InterlockedAdd64             NtbuildAdd64
#define InterlockedOr64              NtbuildOr64
#define InterlockedAnd64             NtbuildAnd64
#define InterlockedXor64             NtbuildXor64
#define InterlockedCompareExchange64 NtbuildCompareExchange64
#if defined(__arm__)
/* What wdm.h makes of ExInterlockedAddLargeStatistic on machines of 32 bits. */
# define _InterlockedAddLargeStatistic(Addend, Value) ((VOID)NtbuildAdd64((Addend), (Value)))
#endif

#undef InterlockedExchangePointer
#undef InterlockedCompareExchangePointer
#define InterlockedExchangePointer        NtbuildExchangePointer
#define InterlockedCompareExchangePointer NtbuildCompareExchangePointer


#undef InterlockedBitTestAndSet
#undef InterlockedBitTestAndReset
#define InterlockedBitTestAndSet   NtbuildBitTestAndSet
#define InterlockedBitTestAndReset NtbuildBitTestAndReset

#endif
