/* byteswap16.c - cl's intrinsic, which clang calls in code that is not optimised. */

unsigned short _byteswap_ushort(unsigned short Value);

unsigned short _byteswap_ushort(unsigned short Value)
{
    return __builtin_bswap16(Value);
}
