/*
 * divide.h - 64-bit division on a processor that divides 64 by 32 bits.
 *
 * The compiler would turn a plain 64-bit division here into a call of the very function that is
 * being defined, so each step is one divl. A divisor of 0 raises the processor's own exception.
 */
#ifndef NTBUILD_DIVIDE_H
#define NTBUILD_DIVIDE_H

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

/* high:low / divisor, for a quotient that fits into 32 bits (high < divisor). */
static inline u32 divide_step(u32 high, u32 low, u32 divisor, u32 *remainder)
{
    u32 quotient;

    __asm__("divl %4" : "=a"(quotient), "=d"(*remainder) : "a"(low), "d"(high), "rm"(divisor)
            : "cc");
    return quotient;
}

static inline u64 divide_unsigned(u64 dividend, u64 divisor, u64 *remainder)
{
    u32 high = (u32)(dividend >> 32);
    u32 rest = 0;
    u32 ignored;
    u64 quotient;
    u64 left;
    int shift;

    if ((divisor >> 32) == 0) {
        /* Schoolbook division in base 2^32: two digits by one. */
        u32 digit = divide_step(0, high, (u32)divisor, &rest);

        quotient = (u64)digit << 32 | divide_step(rest, (u32)dividend, (u32)divisor, &rest);
        *remainder = rest;
        return quotient;
    }
    /*
     * The quotient has one digit. Half the dividend over the divisor's top 32 bits estimates it,
     * never below and at most one above; one less is then right or one too small.
     */
    shift = __builtin_clz((u32)(divisor >> 32));
    quotient = divide_step(high >> 1, (u32)(dividend >> 1), (u32)(divisor << shift >> 32),
                           &ignored);
    quotient = quotient << shift >> 31;
    if (quotient != 0)
        quotient--;
    left = dividend - quotient * divisor;
    if (left >= divisor) {
        quotient++;
        left -= divisor;
    }
    *remainder = left;
    return quotient;
}

static inline u64 magnitude(s64 value)
{
    return value < 0 ? 0 - (u64)value : (u64)value;
}

/* C's rules: the quotient is cut towards zero, the remainder has the dividend's sign. */
static inline s64 divide_signed(s64 dividend, s64 divisor, s64 *remainder)
{
    u64 rest;
    u64 quotient = divide_unsigned(magnitude(dividend), magnitude(divisor), &rest);

    *remainder = (s64)(dividend < 0 ? 0 - rest : rest);
    return (s64)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

#endif
