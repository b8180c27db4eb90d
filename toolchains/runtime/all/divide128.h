/*
 * divide128.h - 128-bit division for the 64-bit machines' divide128.c.
 *
 * Nothing here may divide 128-bit numbers: the compiler would call what is being defined. A divisor
 * of 0 ends in a 64-bit division by zero, with what the machine does then.
 */

typedef unsigned long long u64;
typedef unsigned __int128 u128;
typedef __int128 s128;

u128 __udivti3(u128 dividend, u128 divisor);
u128 __umodti3(u128 dividend, u128 divisor);
s128 __divti3(s128 dividend, s128 divisor);
s128 __modti3(s128 dividend, s128 divisor);

static int leading_zeros(u128 value)
{
    u64 high = (u64)(value >> 64);
    u64 low = (u64)value;

    if (high != 0)
        return __builtin_clzll(high);
    return low != 0 ? 64 + __builtin_clzll(low) : 128;
}

static u128 divide(u128 dividend, u128 divisor, u128 *remainder)
{
    u128 quotient = 0;
    int shift;

    if (dividend >> 64 == 0 && divisor >> 64 == 0) {
        *remainder = (u64)dividend % (u64)divisor;
        return (u64)dividend / (u64)divisor;
    }
    if (divisor == 0)
        __builtin_trap();
    for (shift = leading_zeros(divisor) - leading_zeros(dividend); shift >= 0; shift--) {
        if (dividend >= divisor << shift) {
            dividend -= divisor << shift;
            quotient |= (u128)1 << shift;
        }
    }
    *remainder = dividend;
    return quotient;
}

static u128 magnitude(s128 value)
{
    return value < 0 ? 0 - (u128)value : (u128)value;
}

u128 __udivti3(u128 dividend, u128 divisor)
{
    u128 remainder;

    return divide(dividend, divisor, &remainder);
}

u128 __umodti3(u128 dividend, u128 divisor)
{
    u128 remainder;

    (void)divide(dividend, divisor, &remainder);
    return remainder;
}

s128 __divti3(s128 dividend, s128 divisor)
{
    u128 remainder;
    u128 quotient = divide(magnitude(dividend), magnitude(divisor), &remainder);

    return (s128)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

s128 __modti3(s128 dividend, s128 divisor)
{
    u128 remainder;

    (void)divide(magnitude(dividend), magnitude(divisor), &remainder);
    return (s128)(dividend < 0 ? 0 - remainder : remainder);
}
