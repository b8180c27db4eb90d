/* ntbuild/atomics_rmw.h - read-modify-write: narrow operands, Add, and the forms that name an order. */
#ifndef NTBUILD_ATOMICS_RMW_H
#define NTBUILD_ATOMICS_RMW_H

#define NTBUILD_NARROW_RMW(Suffix, Type)                                                          \
    FORCEINLINE Type NtbuildExchange##Suffix(Type volatile *Target, Type Value)                   \
    { return __atomic_exchange_n(Target, Value, __ATOMIC_SEQ_CST); }                              \
    FORCEINLINE Type NtbuildExchangeAdd##Suffix(Type volatile *Addend, Type Value)                \
    { return __sync_fetch_and_add(Addend, Value); }                                               \
    FORCEINLINE Type NtbuildIncrement##Suffix(Type volatile *Addend)                              \
    { return __sync_add_and_fetch(Addend, (Type)1); }                                             \
    FORCEINLINE Type NtbuildDecrement##Suffix(Type volatile *Addend)                              \
    { return __sync_sub_and_fetch(Addend, (Type)1); }                                             \
    FORCEINLINE Type NtbuildOr##Suffix(Type volatile *Target, Type Value)                         \
    { return __sync_fetch_and_or(Target, Value); }                                                \
    FORCEINLINE Type NtbuildAnd##Suffix(Type volatile *Target, Type Value)                        \
    { return __sync_fetch_and_and(Target, Value); }                                               \
    FORCEINLINE Type NtbuildXor##Suffix(Type volatile *Target, Type Value)                        \
    { return __sync_fetch_and_xor(Target, Value); }                                               \
    FORCEINLINE Type NtbuildCompareExchange##Suffix(Type volatile *Target, Type Value,            \
                                                    Type Comparand)                               \
    { return __sync_val_compare_and_swap(Target, Comparand, Value); }

NTBUILD_NARROW_RMW(8, CHAR)
NTBUILD_NARROW_RMW(16, SHORT)

#undef InterlockedExchange8
#undef InterlockedExchangeAdd8
#undef InterlockedOr8
#undef InterlockedAnd8
#undef InterlockedXor8
#undef InterlockedExchange16
#undef InterlockedIncrement16
#undef InterlockedDecrement16
#undef InterlockedCompareExchange16
#undef InterlockedOr16
#undef InterlockedAnd16
#undef InterlockedXor16
#define InterlockedExchange8         NtbuildExchange8
#define InterlockedExchangeAdd8      NtbuildExchangeAdd8
#define InterlockedOr8               NtbuildOr8
#define InterlockedAnd8              NtbuildAnd8
#define InterlockedXor8              NtbuildXor8
#define InterlockedExchange16        NtbuildExchange16
#define InterlockedIncrement16       NtbuildIncrement16
#define InterlockedDecrement16       NtbuildDecrement16
#define InterlockedCompareExchange16 NtbuildCompareExchange16
#define InterlockedOr16              NtbuildOr16
#define InterlockedAnd16             NtbuildAnd16
#define InterlockedXor16             NtbuildXor16

#if defined(__x86_64__) || defined(__i386__)
/* arm_interlocked.h has it for ARM, x86.h the 64-bit one for x86. */
FORCEINLINE LONG NtbuildAdd32(LONG volatile *Addend, LONG Value)
{
    return __sync_add_and_fetch(Addend, Value);
}
# undef InterlockedAdd
# define InterlockedAdd NtbuildAdd32
#endif
#if defined(__x86_64__)
FORCEINLINE LONGLONG NtbuildAdd64(LONGLONG volatile *Addend, LONGLONG Value)
{
    return __sync_add_and_fetch(Addend, Value);
}
# undef InterlockedAdd64
# define InterlockedAdd64 NtbuildAdd64
#endif

#if defined(_WIN64)
FORCEINLINE UCHAR NtbuildBitTestAndSet64(LONG64 volatile *Base, LONG64 Bit)
{
    LONG64 Mask = (LONG64)(1ull << (Bit & 63));

    return (UCHAR)((__sync_fetch_and_or(Base + (Bit >> 6), Mask) & Mask) != 0);
}

FORCEINLINE UCHAR NtbuildBitTestAndReset64(LONG64 volatile *Base, LONG64 Bit)
{
    LONG64 Mask = (LONG64)(1ull << (Bit & 63));

    return (UCHAR)((__sync_fetch_and_and(Base + (Bit >> 6), ~Mask) & Mask) != 0);
}
# undef InterlockedBitTestAndSet64
# undef InterlockedBitTestAndReset64
# define InterlockedBitTestAndSet64   NtbuildBitTestAndSet64
# define InterlockedBitTestAndReset64 NtbuildBitTestAndReset64
#endif

/* One line an operation; the compiler sees a macro only where it is used. */
#define InterlockedIncrementAcquire              InterlockedIncrement
#define InterlockedIncrementRelease              InterlockedIncrement
#define InterlockedIncrementNoFence              InterlockedIncrement
#define InterlockedDecrementAcquire              InterlockedDecrement
#define InterlockedDecrementRelease              InterlockedDecrement
#define InterlockedDecrementNoFence              InterlockedDecrement
#define InterlockedAddAcquire                    InterlockedAdd
#define InterlockedAddRelease                    InterlockedAdd
#define InterlockedAddNoFence                    InterlockedAdd
#define InterlockedExchangeAcquire               InterlockedExchange
#define InterlockedExchangeNoFence               InterlockedExchange
#define InterlockedExchangeAddAcquire            InterlockedExchangeAdd
#define InterlockedExchangeAddRelease            InterlockedExchangeAdd
#define InterlockedExchangeAddNoFence            InterlockedExchangeAdd
#define InterlockedCompareExchangeAcquire        InterlockedCompareExchange
#define InterlockedCompareExchangeRelease        InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence        InterlockedCompareExchange
#define InterlockedAndAcquire                    InterlockedAnd
#define InterlockedAndRelease                    InterlockedAnd
#define InterlockedAndNoFence                    InterlockedAnd
#define InterlockedOrAcquire                     InterlockedOr
#define InterlockedOrRelease                     InterlockedOr
#define InterlockedOrNoFence                     InterlockedOr
#define InterlockedXorAcquire                    InterlockedXor
#define InterlockedXorRelease                    InterlockedXor
#define InterlockedXorNoFence                    InterlockedXor
#define InterlockedIncrementAcquire64            InterlockedIncrement64
#define InterlockedIncrementRelease64            InterlockedIncrement64
#define InterlockedIncrementNoFence64            InterlockedIncrement64
#define InterlockedDecrementAcquire64            InterlockedDecrement64
#define InterlockedDecrementRelease64            InterlockedDecrement64
#define InterlockedDecrementNoFence64            InterlockedDecrement64
#define InterlockedAddAcquire64                  InterlockedAdd64
#define InterlockedAddRelease64                  InterlockedAdd64
#define InterlockedAddNoFence64                  InterlockedAdd64
#define InterlockedExchangeAcquire64             InterlockedExchange64
#define InterlockedExchangeNoFence64             InterlockedExchange64
#define InterlockedExchangeAddAcquire64          InterlockedExchangeAdd64
#define InterlockedExchangeAddRelease64          InterlockedExchangeAdd64
#define InterlockedExchangeAddNoFence64          InterlockedExchangeAdd64
#define InterlockedCompareExchangeAcquire64      InterlockedCompareExchange64
#define InterlockedCompareExchangeRelease64      InterlockedCompareExchange64
#define InterlockedCompareExchangeNoFence64      InterlockedCompareExchange64
#define InterlockedAndAcquire64                  InterlockedAnd64
#define InterlockedAndRelease64                  InterlockedAnd64
#define InterlockedAndNoFence64                  InterlockedAnd64
#define InterlockedOrAcquire64                   InterlockedOr64
#define InterlockedOrRelease64                   InterlockedOr64
#define InterlockedOrNoFence64                   InterlockedOr64
#define InterlockedXorAcquire64                  InterlockedXor64
#define InterlockedXorRelease64                  InterlockedXor64
#define InterlockedXorNoFence64                  InterlockedXor64
#define InterlockedExchangePointerAcquire        InterlockedExchangePointer
#define InterlockedExchangePointerNoFence        InterlockedExchangePointer
#define InterlockedCompareExchangePointerAcquire InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerRelease InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerNoFence InterlockedCompareExchangePointer
#define InterlockedBitTestAndSetAcquire          InterlockedBitTestAndSet
#define InterlockedBitTestAndSetRelease          InterlockedBitTestAndSet
#define InterlockedBitTestAndResetAcquire        InterlockedBitTestAndReset
#define InterlockedBitTestAndResetRelease        InterlockedBitTestAndReset
#define InterlockedBitTestAndSet64Acquire        InterlockedBitTestAndSet64
#define InterlockedBitTestAndSet64Release        InterlockedBitTestAndSet64
#define InterlockedBitTestAndReset64Acquire      InterlockedBitTestAndReset64
#define InterlockedBitTestAndReset64Release      InterlockedBitTestAndReset64

#if defined(_WIN64)
# define NTBUILD_SIZE_T(Addend) ((LONGLONG volatile *)(Addend))
# define InterlockedIncrementSizeT(Addend)  ((SIZE_T)InterlockedIncrement64(NTBUILD_SIZE_T(Addend)))
# define InterlockedDecrementSizeT(Addend)  ((SIZE_T)InterlockedDecrement64(NTBUILD_SIZE_T(Addend)))
# define InterlockedAddSizeT(Addend, Value)                                                       \
    ((SIZE_T)InterlockedAdd64(NTBUILD_SIZE_T(Addend), (LONGLONG)(Value)))
# define InterlockedExchangeAddSizeT(Addend, Value)                                               \
    ((SIZE_T)InterlockedExchangeAdd64(NTBUILD_SIZE_T(Addend), (LONGLONG)(Value)))
#else
# define NTBUILD_SIZE_T(Addend) ((LONG volatile *)(Addend))
# define InterlockedIncrementSizeT(Addend)  ((SIZE_T)InterlockedIncrement(NTBUILD_SIZE_T(Addend)))
# define InterlockedDecrementSizeT(Addend)  ((SIZE_T)InterlockedDecrement(NTBUILD_SIZE_T(Addend)))
# define InterlockedAddSizeT(Addend, Value)                                                       \
    ((SIZE_T)InterlockedAdd(NTBUILD_SIZE_T(Addend), (LONG)(Value)))
# define InterlockedExchangeAddSizeT(Addend, Value)                                               \
    ((SIZE_T)InterlockedExchangeAdd(NTBUILD_SIZE_T(Addend), (LONG)(Value)))
#endif
#define InterlockedIncrementSizeTNoFence InterlockedIncrementSizeT
#define InterlockedDecrementSizeTNoFence InterlockedDecrementSizeT

#endif
