/* ntbuild/x86.h - after wdm.h on x86 and x64: what mingw-w64's DDK leaves out there. */
#ifndef NTBUILD_X86_H
#define NTBUILD_X86_H

#if defined(__x86_64__) && !defined(KeMemoryBarrier)
FORCEINLINE VOID NtbuildMemoryBarrier(VOID)
{
    __asm__ __volatile__("mfence" ::: "memory");
}
# define KeMemoryBarrier NtbuildMemoryBarrier
#endif

#if defined(__x86_64__) && !defined(__clang__)
/* The DDK's go through a string instruction whose name GNU as warns about, each time. */
FORCEINLINE VOID NtbuildReadBufferULONG(const volatile ULONG *Register, PULONG Buffer, ULONG Count)
{
    while (Count-- != 0)
        *Buffer++ = *Register++;
}

FORCEINLINE VOID NtbuildWriteBufferULONG(volatile ULONG *Register, const ULONG *Buffer, ULONG Count)
{
    while (Count-- != 0)
        *Register++ = *Buffer++;
    KeMemoryBarrier();
}
# define READ_REGISTER_BUFFER_ULONG NtbuildReadBufferULONG
# define WRITE_REGISTER_BUFFER_ULONG NtbuildWriteBufferULONG
#endif

#if defined(__i386__)
/* wdm.h by itself turns the intrinsics off and forgets the three that the kernel does not export. */
# ifndef InterlockedOr
#  define InterlockedOr _InterlockedOr
# endif
# ifndef InterlockedAnd
#  define InterlockedAnd _InterlockedAnd
# endif
# ifndef InterlockedXor
#  define InterlockedXor _InterlockedXor
# endif

/* Loops around lock cmpxchg8b, which every processor since the Pentium has. */
FORCEINLINE LONGLONG NtbuildCompareExchange64(
    LONGLONG volatile *Target, LONGLONG Value, LONGLONG Comparand)
{
    return __sync_val_compare_and_swap(Target, Comparand, Value);
}

# define NTBUILD_INTERLOCKED_LOOP(Name, Result)                                                  \
    FORCEINLINE LONGLONG Ntbuild##Name(LONGLONG volatile *Target, LONGLONG Value)                \
    {                                                                                            \
        LONGLONG Old;                                                                            \
        LONGLONG New;                                                                            \
        do {                                                                                     \
            Old = *Target;                                                                       \
            New = Result;                                                                        \
        } while (NtbuildCompareExchange64(Target, New, Old) != Old);                             \
        return Old;                                                                              \
    }

NTBUILD_INTERLOCKED_LOOP(Exchange64, Value)
NTBUILD_INTERLOCKED_LOOP(ExchangeAdd64, Old + Value)
NTBUILD_INTERLOCKED_LOOP(Or64, Old | Value)
NTBUILD_INTERLOCKED_LOOP(And64, Old & Value)
NTBUILD_INTERLOCKED_LOOP(Xor64, Old ^ Value)

# undef InterlockedCompareExchange64
# undef InterlockedExchange64
# undef InterlockedExchangeAdd64
# undef InterlockedAdd64
# undef InterlockedIncrement64
# undef InterlockedDecrement64
# undef InterlockedOr64
# undef InterlockedAnd64
# undef InterlockedXor64
# define InterlockedCompareExchange64          NtbuildCompareExchange64
# define InterlockedExchange64                 NtbuildExchange64
# define InterlockedExchangeAdd64              NtbuildExchangeAdd64
# define InterlockedAdd64(Addend, Value)       NtbuildAdd64((Addend), (Value))
# define InterlockedIncrement64(Addend)        NtbuildAdd64((Addend), 1)
# define InterlockedDecrement64(Addend)        NtbuildAdd64((Addend), -1)
# define InterlockedOr64                       NtbuildOr64
# define InterlockedAnd64                      NtbuildAnd64
# define InterlockedXor64                      NtbuildXor64

FORCEINLINE LONGLONG NtbuildAdd64(LONGLONG volatile *Addend, LONGLONG Value)
{
    return NtbuildExchangeAdd64(Addend, Value) + Value;
}
#endif

#endif
