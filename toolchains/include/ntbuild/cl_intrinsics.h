/*
 * ntbuild/cl_intrinsics.h - after intrin.h on x86 and x64: cl's intrinsic functions that
 * programs use too, and the 16-byte exchange; then those for privileged instructions.
 *
 * Source: "Compiler intrinsics" of the Microsoft C++ documentation. Names that the compiler itself
 * may know are macros for functions of ours.
 */
#ifndef NTBUILD_CL_INTRINSICS_H
#define NTBUILD_CL_INTRINSICS_H

#include <ntbuild/cl_words.h>

#ifdef __cplusplus
extern "C++" {
#endif

#define __nop NtbuildNop
NTBUILD_INTRINSIC void NtbuildNop(void) { __asm__ __volatile__("nop"); }
#define __ud2 NtbuildUd2
NTBUILD_INTRINSIC __attribute__((__noreturn__)) void NtbuildUd2(void)
{
    __asm__ __volatile__("ud2" : : : "memory");
    __builtin_unreachable();
}

#define __cpuidex NtbuildCpuidEx
NTBUILD_INTRINSIC void NtbuildCpuidEx(int Information[4], int Function, int Subfunction)
{
    __asm__ __volatile__("cpuid"
                         : "=a"(Information[0]), "=b"(Information[1]), "=c"(Information[2]),
                           "=d"(Information[3])
                         : "a"(Function), "c"(Subfunction));
}

/* By bytes: the compiler's own want the processor to be compiled for. */
#undef _xgetbv
#undef _xsetbv
#define _xgetbv NtbuildXgetbv
#define _xsetbv NtbuildXsetbv
NTBUILD_INTRINSIC unsigned long long NtbuildXgetbv(unsigned int Register)
{
    unsigned int Low, High;

    __asm__ __volatile__(".byte 0x0f, 0x01, 0xd0" : "=a"(Low), "=d"(High) : "c"(Register));
    return (unsigned long long)High << 32 | Low;
}

NTBUILD_INTRINSIC void NtbuildXsetbv(unsigned int Register, unsigned long long Value)
{
    __asm__ __volatile__(".byte 0x0f, 0x01, 0xd1"
                         : : "a"((unsigned int)Value), "d"((unsigned int)(Value >> 32)),
                             "c"(Register) : "memory");
}

#define _clac NtbuildClac
#define _stac NtbuildStac
NTBUILD_INTRINSIC void NtbuildClac(void) { __asm__ __volatile__(".byte 0x0f, 0x01, 0xca" : : : "memory"); }
NTBUILD_INTRINSIC void NtbuildStac(void) { __asm__ __volatile__(".byte 0x0f, 0x01, 0xcb" : : : "memory"); }

#if defined(__i386__)
# undef _rotl64
# undef _rotr64
# define _rotl64 NtbuildRotl64
# define _rotr64 NtbuildRotr64
NTBUILD_INTRINSIC unsigned long long NtbuildRotl64(unsigned long long Value, int Shift)
{
    return Value << (Shift & 63) | Value >> (-Shift & 63);
}

NTBUILD_INTRINSIC unsigned long long NtbuildRotr64(unsigned long long Value, int Shift)
{
    return Value >> (Shift & 63) | Value << (-Shift & 63);
}

/* Two locked instructions, as cl's: another processor may read the halves between them. */
# define _InterlockedAddLargeStatistic NtbuildAddLargeStatistic
NTBUILD_INTRINSIC long NtbuildAddLargeStatistic(long long volatile *Addend, long Value)
{
    __asm__ __volatile__("lock addl %1, (%0)\n\tjae 1f\n\tlock adcl $0, 4(%0)\n1:"
                         : : "r"(Addend), "r"(Value) : "memory", "cc");
    return Value;
}
#endif

#define __ll_lshift  NtbuildShiftLeft
#define __ll_rshift  NtbuildShiftRight
#define __ull_rshift NtbuildShiftRightUnsigned
NTBUILD_INTRINSIC unsigned long long NtbuildShiftLeft(unsigned long long Mask, int Bits)
{ return Mask << (Bits & 63); }
NTBUILD_INTRINSIC long long NtbuildShiftRight(long long Mask, int Bits)
{ return Mask >> (Bits & 63); }
NTBUILD_INTRINSIC unsigned long long NtbuildShiftRightUnsigned(unsigned long long Mask, int Bits)
{ return Mask >> (Bits & 63); }

/* Fields of the processor control region, in one instruction each */
#if defined(__x86_64__)
# define __incgsbyte  NtbuildIncrementField_byte
# define __incgsword  NtbuildIncrementField_word
# define __incgsdword NtbuildIncrementField_dword
# define __incgsqword NtbuildIncrementField_qword
# define __addgsbyte  NtbuildAddToField_byte
# define __addgsword  NtbuildAddToField_word
# define __addgsdword NtbuildAddToField_dword
# define __addgsqword NtbuildAddToField_qword
#else
# define __incfsbyte  NtbuildIncrementField_byte
# define __incfsword  NtbuildIncrementField_word
# define __incfsdword NtbuildIncrementField_dword
# define __addfsbyte  NtbuildAddToField_byte
# define __addfsword  NtbuildAddToField_word
# define __addfsdword NtbuildAddToField_dword
#endif
#define NTBUILD_SEGMENT_FIELD(Size, Suffix, Type)                                                 \
    NTBUILD_INTRINSIC void NtbuildIncrementField_##Size(unsigned long Offset)                     \
    { __asm__ __volatile__("inc" Suffix " %%" NTBUILD_SEGMENT ":(%0)"                             \
                           : : "r"((NtbuildRegister)Offset) : "memory", "cc"); }                  \
    NTBUILD_INTRINSIC void NtbuildAddToField_##Size(unsigned long Offset, Type Value)             \
    { __asm__ __volatile__("add" Suffix " %1, %%" NTBUILD_SEGMENT ":(%0)"                         \
                           : : "r"((NtbuildRegister)Offset), "q"(Value) : "memory", "cc"); }
NTBUILD_SEGMENT_FIELD(byte, "b", unsigned char)
NTBUILD_SEGMENT_FIELD(word, "w", unsigned short)
NTBUILD_SEGMENT_FIELD(dword, "l", unsigned int)
#if defined(__x86_64__)
NTBUILD_SEGMENT_FIELD(qword, "q", unsigned long long)

/* Destination is aligned to 16 bytes; 1 when it was what ComparandResult said. */
typedef struct {
    long long Part[2];
} NtbuildPair;
#define _InterlockedCompareExchange128 NtbuildCompareExchange128
#define InterlockedCompareExchange128  NtbuildCompareExchange128
NTBUILD_INTRINSIC unsigned char NtbuildCompareExchange128(
    long long volatile *Destination, long long ExchangeHigh, long long ExchangeLow,
    long long *ComparandResult)
{
    unsigned char Exchanged;

    __asm__ __volatile__("lock cmpxchg16b %1\n\tsetz %0"
                         : "=q"(Exchanged), "+m"(*(NtbuildPair volatile *)Destination),
                           "+a"(ComparandResult[0]), "+d"(ComparandResult[1])
                         : "b"(ExchangeLow), "c"(ExchangeHigh) : "cc", "memory");
    return Exchanged;
}
#endif

#ifdef __cplusplus
}
#endif

#endif

#include <ntbuild/cl_privileged.h>
