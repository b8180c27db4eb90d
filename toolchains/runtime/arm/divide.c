/*
 * divide.c - division on a processor without a divide instruction, bit by bit.
 *
 * For divide.S, which gives the compiler's registers to these and back. Nothing here may divide:
 * the compiler would call what is being defined. A divisor of 0 never arrives: divide.S raises.
 */

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

void ntbuild_udivmod32(u32 *result, u32 dividend, u32 divisor);
void ntbuild_udivmod64(u64 *result, u64 dividend, u64 divisor);
void ntbuild_sdivmod32(u32 *result, u32 dividend, u32 divisor);
void ntbuild_sdivmod64(u64 *result, u64 dividend, u64 divisor);

/* result[0] is the quotient, result[1] the remainder. */
void ntbuild_udivmod32(u32 *result, u32 dividend, u32 divisor)
{
    u32 quotient = 0;
    int shift = __builtin_clz(divisor) - (dividend != 0 ? __builtin_clz(dividend) : 32);

    for (; shift >= 0; shift--) {
        if (dividend >= divisor << shift) {
            dividend -= divisor << shift;
            quotient |= 1u << shift;
        }
    }
    result[0] = quotient;
    result[1] = dividend;
}

void ntbuild_udivmod64(u64 *result, u64 dividend, u64 divisor)
{
    u64 quotient = 0;
    int shift = __builtin_clzll(divisor) - (dividend != 0 ? __builtin_clzll(dividend) : 64);

    for (; shift >= 0; shift--) {
        if (dividend >= divisor << shift) {
            dividend -= divisor << shift;
            quotient |= 1ull << shift;
        }
    }
    result[0] = quotient;
    result[1] = dividend;
}

/* C's rules: the quotient is cut towards zero, the remainder has the dividend's sign. */
void ntbuild_sdivmod32(u32 *result, u32 dividend, u32 divisor)
{
    u32 negative = dividend >> 31;
    u32 opposite = negative ^ divisor >> 31;

    ntbuild_udivmod32(result, negative != 0 ? 0 - dividend : dividend,
                      divisor >> 31 != 0 ? 0 - divisor : divisor);
    if (opposite != 0)
        result[0] = 0 - result[0];
    if (negative != 0)
        result[1] = 0 - result[1];
}

void ntbuild_sdivmod64(u64 *result, u64 dividend, u64 divisor)
{
    u64 negative = dividend >> 63;
    u64 opposite = negative ^ divisor >> 63;

    ntbuild_udivmod64(result, negative != 0 ? 0 - dividend : dividend,
                      divisor >> 63 != 0 ? 0 - divisor : divisor);
    if (opposite != 0)
        result[0] = 0 - result[0];
    if (negative != 0)
        result[1] = 0 - result[1];
}
