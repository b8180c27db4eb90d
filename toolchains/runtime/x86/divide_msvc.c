/*
 * divide_msvc.c - 64-bit division under the names that compilers call on msvc targets.
 *
 * They take their arguments from the stack and remove them, as stdcall does, but their names have
 * no @16: hence the explicit symbols. The kernel exports them with it.
 */

#include "divide.h"

#define HELPER(type, name) type __attribute__((stdcall)) name

HELPER(u64, unsigned_quotient)(u64 dividend, u64 divisor) __asm__("__aulldiv");
HELPER(u64, unsigned_remainder)(u64 dividend, u64 divisor) __asm__("__aullrem");
HELPER(s64, signed_quotient)(s64 dividend, s64 divisor) __asm__("__alldiv");
HELPER(s64, signed_remainder)(s64 dividend, s64 divisor) __asm__("__allrem");
u64 unsigned_both(u64 dividend, u64 divisor, u64 *remainder) __asm__("ntbuild_udivmod64");
s64 signed_both(s64 dividend, s64 divisor, s64 *remainder) __asm__("ntbuild_sdivmod64");

HELPER(u64, unsigned_quotient)(u64 dividend, u64 divisor)
{
    u64 remainder;

    return divide_unsigned(dividend, divisor, &remainder);
}

HELPER(u64, unsigned_remainder)(u64 dividend, u64 divisor)
{
    u64 remainder;

    (void)divide_unsigned(dividend, divisor, &remainder);
    return remainder;
}

HELPER(s64, signed_quotient)(s64 dividend, s64 divisor)
{
    s64 remainder;

    return divide_signed(dividend, divisor, &remainder);
}

HELPER(s64, signed_remainder)(s64 dividend, s64 divisor)
{
    s64 remainder;

    (void)divide_signed(dividend, divisor, &remainder);
    return remainder;
}

/* For divide_msvc_both.S. */
u64 unsigned_both(u64 dividend, u64 divisor, u64 *remainder)
{
    return divide_unsigned(dividend, divisor, remainder);
}

s64 signed_both(s64 dividend, s64 divisor, s64 *remainder)
{
    return divide_signed(dividend, divisor, remainder);
}
