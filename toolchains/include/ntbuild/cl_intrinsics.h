/*
 * ntbuild/cl_intrinsics.h - after intrin.h on x86 and x64: cl's intrinsic functions for privileged
 * instructions, descriptor tables, debug registers and virtual machines.
 *
 * Source: "Compiler intrinsics" of the Microsoft C++ documentation. Names that the compiler itself
 * may know are macros for functions of ours.
 */
#ifndef NTBUILD_CL_INTRINSICS_H
#define NTBUILD_CL_INTRINSICS_H

#define NTBUILD_INTRINSIC static __inline__ __attribute__((__always_inline__, __unused__))

#if defined(__x86_64__)
typedef unsigned long long NtbuildRegister;
# define NTBUILD_ACCUMULATOR "rax"
#else
typedef unsigned long NtbuildRegister;
# define NTBUILD_ACCUMULATOR "eax"
#endif

#ifdef __cplusplus
extern "C++" {
#endif

#define __halt NtbuildHalt
NTBUILD_INTRINSIC void NtbuildHalt(void) { __asm__ __volatile__("hlt" : : : "memory"); }
#define __nop NtbuildNop
NTBUILD_INTRINSIC void NtbuildNop(void) { __asm__ __volatile__("nop"); }
#define __ud2 NtbuildUd2
NTBUILD_INTRINSIC __attribute__((__noreturn__)) void NtbuildUd2(void)
{
    __asm__ __volatile__("ud2" : : : "memory");
    __builtin_unreachable();
}

/* Descriptor tables: Memory is a limit of 16 bits and an address. */
#define NTBUILD_TABLE(Name, Function, Instruction)                                                \
    NTBUILD_INTRINSIC void Function(void *Memory)                                                 \
    { __asm__ __volatile__(Instruction " (%0)" : : "r"(Memory) : "memory"); }
#define __sidt NtbuildSidt
#define __lidt NtbuildLidt
#define _sgdt  NtbuildSgdt
#define _lgdt  NtbuildLgdt
NTBUILD_TABLE(__sidt, NtbuildSidt, "sidt")
NTBUILD_TABLE(__lidt, NtbuildLidt, "lidt")
NTBUILD_TABLE(_sgdt, NtbuildSgdt, "sgdt")
NTBUILD_TABLE(_lgdt, NtbuildLgdt, "lgdt")

/* Debug registers: their number is part of the instruction. */
#define NTBUILD_EACH_DEBUG_REGISTER(Do) Do(0) Do(1) Do(2) Do(3) Do(6) Do(7)
#define NTBUILD_READ_DEBUG(Number) \
    case Number: __asm__ __volatile__("mov %%db" #Number ", %0" : "=r"(Value)); break;
#define NTBUILD_WRITE_DEBUG(Number) \
    case Number: __asm__ __volatile__("mov %0, %%db" #Number : : "r"(Value)); break;
#define __readdr  NtbuildReadDr
#define __writedr NtbuildWriteDr
NTBUILD_INTRINSIC NtbuildRegister NtbuildReadDr(unsigned int Number)
{
    NtbuildRegister Value = 0;

    switch (Number) { NTBUILD_EACH_DEBUG_REGISTER(NTBUILD_READ_DEBUG) }
    return Value;
}

NTBUILD_INTRINSIC void NtbuildWriteDr(unsigned int Number, NtbuildRegister Value)
{
    switch (Number) { NTBUILD_EACH_DEBUG_REGISTER(NTBUILD_WRITE_DEBUG) }
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
#endif

/* What others declare and do not define */
#define __invlpg       NtbuildInvlpg
#define __wbinvd       NtbuildWbinvd
#define _disable       NtbuildDisable
#define _enable        NtbuildEnable
#define __readpmc      NtbuildReadPmc
#define __segmentlimit NtbuildSegmentLimit
NTBUILD_INTRINSIC void NtbuildInvlpg(void *Address)
{ __asm__ __volatile__("invlpg (%0)" : : "r"(Address) : "memory"); }
NTBUILD_INTRINSIC void NtbuildWbinvd(void) { __asm__ __volatile__("wbinvd" : : : "memory"); }
NTBUILD_INTRINSIC void NtbuildDisable(void) { __asm__ __volatile__("cli" : : : "memory", "cc"); }
NTBUILD_INTRINSIC void NtbuildEnable(void) { __asm__ __volatile__("sti" : : : "memory", "cc"); }
NTBUILD_INTRINSIC unsigned long long NtbuildReadPmc(unsigned long Counter)
{
    unsigned int Low, High;

    __asm__ __volatile__("rdpmc" : "=a"(Low), "=d"(High) : "c"(Counter));
    return (unsigned long long)High << 32 | Low;
}

/* Undefined, as cl's is, for a selector that cannot be read. */
NTBUILD_INTRINSIC unsigned long NtbuildSegmentLimit(unsigned long Selector)
{
    unsigned int Limit;

    __asm__ __volatile__("lsl %1, %0" : "=r"(Limit) : "r"((unsigned int)Selector) : "cc");
    return Limit;
}

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
# define NTBUILD_SEGMENT "gs"
# define __incgsbyte  NtbuildIncrementField_byte
# define __incgsword  NtbuildIncrementField_word
# define __incgsdword NtbuildIncrementField_dword
# define __incgsqword NtbuildIncrementField_qword
# define __addgsbyte  NtbuildAddToField_byte
# define __addgsword  NtbuildAddToField_word
# define __addgsdword NtbuildAddToField_dword
# define __addgsqword NtbuildAddToField_qword
#else
# define NTBUILD_SEGMENT "fs"
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
# include <ntbuild/cl_virtual_machines.h>
#endif

#if defined(NTBUILD_MSVC_H)
# include <ntbuild/cl_privileged.h>
#endif

#ifdef __cplusplus
}
#endif

#endif
