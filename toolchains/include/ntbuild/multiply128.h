/* ntbuild/multiply128.h - after wdm.h, on 64-bit machines: products of 128 bits, as cl's functions. */
#ifndef NTBUILD_MULTIPLY128_H
#define NTBUILD_MULTIPLY128_H

#if defined(__x86_64__) || defined(__aarch64__)
FORCEINLINE ULONG64 NtbuildShiftRight128(ULONG64 Low, ULONG64 High, UCHAR Shift)
{
    unsigned __int128 Value = (unsigned __int128)High << 64 | Low;

    return (ULONG64)(Value >> (Shift & 63));
}

FORCEINLINE ULONG64 NtbuildShiftLeft128(ULONG64 Low, ULONG64 High, UCHAR Shift)
{
    unsigned __int128 Value = (unsigned __int128)High << 64 | Low;

    return (ULONG64)(Value << (Shift & 63) >> 64);
}

FORCEINLINE ULONG64 NtbuildUnsignedMultiply128(
    ULONG64 Multiplier, ULONG64 Multiplicand, ULONG64 *High)
{
    unsigned __int128 Product = (unsigned __int128)Multiplier * Multiplicand;

    *High = (ULONG64)(Product >> 64);
    return (ULONG64)Product;
}

FORCEINLINE LONG64 NtbuildMultiply128(LONG64 Multiplier, LONG64 Multiplicand, LONG64 *High)
{
    __int128 Product = (__int128)Multiplier * Multiplicand;

    *High = (LONG64)(Product >> 64);
    return (LONG64)Product;
}

FORCEINLINE ULONG64 UnsignedMultiplyExtract128(
    ULONG64 Multiplier, ULONG64 Multiplicand, UCHAR Shift)
{
    return (ULONG64)((unsigned __int128)Multiplier * Multiplicand >> (Shift & 63));
}

/* The magnitude is shifted, so that a quotient is rounded to zero. */
FORCEINLINE LONG64 MultiplyExtract128(LONG64 Multiplier, LONG64 Multiplicand, UCHAR Shift)
{
    __int128 Product = (__int128)Multiplier * Multiplicand;
    unsigned __int128 Magnitude = Product < 0 ? -(unsigned __int128)Product : Product;
    LONG64 Shifted = (LONG64)(Magnitude >> (Shift & 63));

    return Product < 0 ? -Shifted : Shifted;
}

# ifndef ShiftRight128
#  define ShiftRight128       NtbuildShiftRight128
#  define ShiftLeft128        NtbuildShiftLeft128
#  define UnsignedMultiply128 NtbuildUnsignedMultiply128
#  define Multiply128         NtbuildMultiply128
# endif
#endif

#endif
