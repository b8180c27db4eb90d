/* divide_gnu.c - 64-bit division under the names that gcc and clang call on gnu targets. */

#include "divide.h"

u64 __udivdi3(u64 dividend, u64 divisor);
u64 __umoddi3(u64 dividend, u64 divisor);
u64 __udivmoddi4(u64 dividend, u64 divisor, u64 *remainder);
s64 __divdi3(s64 dividend, s64 divisor);
s64 __moddi3(s64 dividend, s64 divisor);
s64 __divmoddi4(s64 dividend, s64 divisor, s64 *remainder);

u64 __udivdi3(u64 dividend, u64 divisor)
{
    u64 remainder;

    return divide_unsigned(dividend, divisor, &remainder);
}

u64 __umoddi3(u64 dividend, u64 divisor)
{
    u64 remainder;

    (void)divide_unsigned(dividend, divisor, &remainder);
    return remainder;
}

/* Callers of this one may leave out the remainder. */
u64 __udivmoddi4(u64 dividend, u64 divisor, u64 *remainder)
{
    u64 rest;
    u64 quotient = divide_unsigned(dividend, divisor, &rest);

    if (remainder != 0)
        *remainder = rest;
    return quotient;
}

s64 __divdi3(s64 dividend, s64 divisor)
{
    s64 remainder;

    return divide_signed(dividend, divisor, &remainder);
}

s64 __moddi3(s64 dividend, s64 divisor)
{
    s64 remainder;

    (void)divide_signed(dividend, divisor, &remainder);
    return remainder;
}

s64 __divmoddi4(s64 dividend, s64 divisor, s64 *remainder)
{
    s64 rest;
    s64 quotient = divide_signed(dividend, divisor, &rest);

    if (remainder != 0)
        *remainder = rest;
    return quotient;
}
