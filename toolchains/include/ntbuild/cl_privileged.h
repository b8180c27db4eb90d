/*
 * ntbuild/cl_privileged.h - cl's intrinsic functions for privileged instructions, as macros of these
 * names; x86 and x64.
 *
 * Sources for cl may declare them themselves and include no header, so msvc.h forces this one into
 * every source: a declaration of theirs then declares our function again. It is read a second time
 * after the compiler's intrin.h, which declares the same names with other types; there is no guard
 * around the names on purpose.
 *
 * Source: "Compiler intrinsics" of the Microsoft C++ documentation.
 */
#ifndef NTBUILD_CL_PRIVILEGED_H
#define NTBUILD_CL_PRIVILEGED_H

#include <ntbuild/cl_words.h>

#ifdef __cplusplus
extern "C++" {
#endif

NTBUILD_INTRINSIC void NtbuildHalt(void) { __asm__ __volatile__("hlt" : : : "memory"); }

/* Descriptor tables: Memory is a limit of 16 bits and an address. */
#define NTBUILD_TABLE(Function, Instruction)                                                      \
    NTBUILD_INTRINSIC void Function(void *Memory)                                                 \
    { __asm__ __volatile__(Instruction " (%0)" : : "r"(Memory) : "memory"); }
NTBUILD_TABLE(NtbuildSidt, "sidt")
NTBUILD_TABLE(NtbuildLidt, "lidt")
NTBUILD_TABLE(NtbuildSgdt, "sgdt")
NTBUILD_TABLE(NtbuildLgdt, "lgdt")

/* Debug registers: their number is part of the instruction. */
#define NTBUILD_EACH_DEBUG_REGISTER(Do) Do(0) Do(1) Do(2) Do(3) Do(6) Do(7)
#define NTBUILD_READ_DEBUG(Number) \
    case Number: __asm__ __volatile__("mov %%db" #Number ", %0" : "=r"(Value)); break;
#define NTBUILD_WRITE_DEBUG(Number) \
    case Number: __asm__ __volatile__("mov %0, %%db" #Number : : "r"(Value)); break;
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

NTBUILD_INTRINSIC void NtbuildInvlpg(void *Address)
{ __asm__ __volatile__("invlpg (%0)" : : "r"(Address) : "memory"); }
NTBUILD_INTRINSIC void NtbuildWbinvd(void) { __asm__ __volatile__("wbinvd" : : : "memory"); }
NTBUILD_INTRINSIC void NtbuildClearTaskSwitched(void)
{ __asm__ __volatile__("clts" : : : "memory"); }
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

#if defined(__x86_64__)
# include <ntbuild/cl_virtual_machines.h>
#endif
#if defined(NTBUILD_MSVC_H)
# include <ntbuild/cl_registers.h>
#endif

#ifdef __cplusplus
}
#endif

#endif

#include <ntbuild/cl_names.h>
