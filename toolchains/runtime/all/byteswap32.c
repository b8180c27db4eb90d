/* byteswap32.c - cl's intrinsic, which clang calls in code that is not optimised. */

unsigned int _byteswap_ulong(unsigned int Value);

unsigned int _byteswap_ulong(unsigned int Value)
{
    return __builtin_bswap32(Value);
}
