/* byteswap64.c - cl's intrinsic, which clang calls in code that is not optimised. */

unsigned long long _byteswap_uint64(unsigned long long Value);

unsigned long long _byteswap_uint64(unsigned long long Value)
{
    return __builtin_bswap64(Value);
}
