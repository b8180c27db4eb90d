/*
 * ntbuild/intrinsics.h - intrinsic functions of cl for privileged instructions, which clang's own
 * intrin.h declares and does not define. After <intrin.h>.
 *
 * Registers are declared there too narrow for x64 (the address in CR2, the debug registers), and
 * otherwise in each version of clang; those are macros for functions of the right width.
 *
 * Source: Microsoft "Compiler intrinsics", x86 and x64 lists.
 */
#ifndef NTBUILD_INTRINSICS_H
#define NTBUILD_INTRINSICS_H

#if defined(_M_IX86) || defined(_M_X64)

# if defined(_M_X64)
typedef unsigned __int64 NtbuildRegister;
#  define NTBUILD_A "rax"
# else
typedef unsigned long NtbuildRegister;
#  define NTBUILD_A "eax"
# endif

# if defined(__cplusplus)
extern "C" {
# endif

/* ---- control and debug registers ---- */

# define __readcr0  NtbuildReadCr0
# define __readcr2  NtbuildReadCr2
# define __readcr4  NtbuildReadCr4
# define __writecr0 NtbuildWriteCr0
# define __writecr2 NtbuildWriteCr2
# define __writecr4 NtbuildWriteCr4
# define __readdr   NtbuildReadDr
# define __writedr  NtbuildWriteDr

# define NTBUILD_READER(Name, Register)                                                           \
    __inline NtbuildRegister Name(void)                                                           \
    {                                                                                             \
        NtbuildRegister Value;                                                                    \
        __asm__ __volatile__("mov %%" Register ", %0" : "=r"(Value) : : "memory");                \
        return Value;                                                                             \
    }
# define NTBUILD_WRITER(Name, Register)                                                           \
    __inline void Name(NtbuildRegister Value)                                                     \
    {                                                                                             \
        __asm__ __volatile__("mov %0, %%" Register : : "r"(Value) : "memory");                    \
    }

NTBUILD_READER(NtbuildReadCr0, "cr0")
NTBUILD_READER(NtbuildReadCr2, "cr2")
NTBUILD_READER(NtbuildReadCr4, "cr4")
NTBUILD_WRITER(NtbuildWriteCr0, "cr0")
NTBUILD_WRITER(NtbuildWriteCr2, "cr2")
NTBUILD_WRITER(NtbuildWriteCr4, "cr4")
# if defined(_M_X64)
#  define __readcr8  NtbuildReadCr8
#  define __writecr8 NtbuildWriteCr8
NTBUILD_READER(NtbuildReadCr8, "cr8")
NTBUILD_WRITER(NtbuildWriteCr8, "cr8")
# endif

/* The number of the register is part of the instruction. */
# define NTBUILD_EACH_DR(Do) Do(0) Do(1) Do(2) Do(3) Do(6) Do(7)
# define NTBUILD_READ_DR(Number)                                                                  \
    case Number:                                                                                  \
        __asm__ __volatile__("mov %%db" #Number ", %0" : "=r"(Value));                            \
        break;
# define NTBUILD_WRITE_DR(Number)                                                                 \
    case Number:                                                                                  \
        __asm__ __volatile__("mov %0, %%db" #Number : : "r"(Value));                              \
        break;

__inline NtbuildRegister NtbuildReadDr(unsigned int Number)
{
    NtbuildRegister Value = 0;

    switch (Number) {
        NTBUILD_EACH_DR(NTBUILD_READ_DR)
    }
    return Value;
}

__inline void NtbuildWriteDr(unsigned int Number, NtbuildRegister Value)
{
    switch (Number) {
        NTBUILD_EACH_DR(NTBUILD_WRITE_DR)
    }
}

/* ---- model specific registers, counters, caches, tables ---- */

__inline void __writemsr(unsigned long Number, unsigned __int64 Value)
{
    unsigned long Low = (unsigned long)Value, High = (unsigned long)(Value >> 32);

    __asm__ __volatile__("wrmsr" : : "c"(Number), "a"(Low), "d"(High) : "memory");
}

__inline unsigned __int64 __readpmc(unsigned long Number)
{
    unsigned long Low, High;

    __asm__ __volatile__("rdpmc" : "=a"(Low), "=d"(High) : "c"(Number));
    return (unsigned __int64)High << 32 | Low;
}

__inline void __invlpg(void *Address)
{
    __asm__ __volatile__("invlpg (%0)" : : "r"(Address) : "memory");
}

__inline void __wbinvd(void)
{
    __asm__ __volatile__("wbinvd" : : : "memory");
}

__inline void __sidt(void *Table)
{
    __asm__ __volatile__("sidt (%0)" : : "r"(Table) : "memory");
}

__inline void __lidt(void *Table)
{
    __asm__ __volatile__("lidt (%0)" : : "r"(Table) : "memory");
}

__inline void _sgdt(void *Table)
{
    __asm__ __volatile__("sgdt (%0)" : : "r"(Table) : "memory");
}

__inline void _lgdt(void *Table)
{
    __asm__ __volatile__("lgdt (%0)" : : "r"(Table) : "memory");
}

__inline unsigned long __segmentlimit(unsigned long Selector)
{
    unsigned long Limit;

    __asm__ __volatile__("lsl %1, %0" : "=r"(Limit) : "r"(Selector) : "cc");
    return Limit;
}

/* ---- flags ---- */

__inline void _disable(void)
{
    __asm__ __volatile__("cli" : : : "memory");
}

__inline void _enable(void)
{
    __asm__ __volatile__("sti" : : : "memory");
}

__inline unsigned int __getcallerseflags(void)
{
    return (unsigned int)__readeflags();
}

/* ---- ports ---- */

# define NTBUILD_PORT_STRING(Type, Size, Width)                                                   \
    __inline void __in##Size##string(unsigned short Port, Type *Buffer, unsigned long Count)      \
    {                                                                                             \
        NtbuildRegister Rest = Count;                                                             \
        __asm__ __volatile__("rep ins" Width : "+D"(Buffer), "+c"(Rest) : "d"(Port) : "memory");  \
    }                                                                                             \
    __inline void __out##Size##string(unsigned short Port, Type *Buffer, unsigned long Count)     \
    {                                                                                             \
        NtbuildRegister Rest = Count;                                                             \
        __asm__ __volatile__("rep outs" Width : "+S"(Buffer), "+c"(Rest) : "d"(Port) : "memory"); \
    }
NTBUILD_PORT_STRING(unsigned char, byte, "b")
NTBUILD_PORT_STRING(unsigned short, word, "w")
NTBUILD_PORT_STRING(unsigned long, dword, "l")

/* By the names of the C run-time library, which no longer has them. */
# define NTBUILD_PORT(Suffix, Size, Type, Result)                                                 \
    __inline Result __cdecl _inp##Suffix(unsigned short Port) { return __in##Size(Port); }        \
    __inline Result __cdecl _outp##Suffix(unsigned short Port, Result Value)                      \
    {                                                                                             \
        __out##Size(Port, (Type)Value);                                                           \
        return Value;                                                                             \
    }
NTBUILD_PORT(, byte, unsigned char, int)
NTBUILD_PORT(w, word, unsigned short, unsigned short)
NTBUILD_PORT(d, dword, unsigned long, unsigned long)

/* ---- virtual machines ---- */

# if defined(_M_X64)
/* 0: done; 1: failed, the virtual machine's status says why; 2: failed, there is no status. */
#  define NTBUILD_VMX(Instruction, ...)                                                           \
    unsigned char Invalid, Failed;                                                                \
    __asm__ __volatile__(Instruction "; setc %0; setz %1"                                         \
                         : "=qm"(Invalid), "=qm"(Failed) __VA_ARGS__ : "cc", "memory");           \
    return Invalid ? 2 : Failed

__inline unsigned char __vmx_on(unsigned __int64 *Region)
{
    NTBUILD_VMX("vmxon %2", : "m"(*Region));
}

__inline unsigned char __vmx_vmclear(unsigned __int64 *Region)
{
    NTBUILD_VMX("vmclear %2", : "m"(*Region));
}

__inline unsigned char __vmx_vmptrld(unsigned __int64 *Region)
{
    NTBUILD_VMX("vmptrld %2", : "m"(*Region));
}

__inline unsigned char __vmx_vmlaunch(void)
{
    NTBUILD_VMX("vmlaunch", :);
}

__inline unsigned char __vmx_vmresume(void)
{
    NTBUILD_VMX("vmresume", :);
}

__inline unsigned char __vmx_vmread(unsigned __int64 Field, unsigned __int64 *Value)
{
    NTBUILD_VMX("vmread %3, %2", , "=rm"(*Value) : "r"(Field));
}

__inline unsigned char __vmx_vmwrite(unsigned __int64 Field, unsigned __int64 Value)
{
    NTBUILD_VMX("vmwrite %3, %2", : "r"(Field), "rm"(Value));
}

__inline void __vmx_off(void)
{
    __asm__ __volatile__("vmxoff" : : : "cc", "memory");
}

__inline void __vmx_vmptrst(unsigned __int64 *Region)
{
    __asm__ __volatile__("vmptrst %0" : "=m"(*Region) : : "cc", "memory");
}
# endif

__inline void __svm_clgi(void)
{
    __asm__ __volatile__("clgi" : : : "memory");
}

__inline void __svm_stgi(void)
{
    __asm__ __volatile__("stgi" : : : "memory");
}

__inline void __svm_vmload(size_t Block)
{
    __asm__ __volatile__("vmload %%" NTBUILD_A : : "a"(Block) : "memory");
}

__inline void __svm_vmrun(size_t Block)
{
    __asm__ __volatile__("vmrun %%" NTBUILD_A : : "a"(Block) : "cc", "memory");
}

__inline void __svm_vmsave(size_t Block)
{
    __asm__ __volatile__("vmsave %%" NTBUILD_A : : "a"(Block) : "memory");
}

__inline void __svm_invlpga(void *Address, int Space)
{
    __asm__ __volatile__("invlpga %%" NTBUILD_A ", %%ecx" : : "a"(Address), "c"(Space));
}

__inline void __svm_skinit(int Block)
{
    __asm__ __volatile__("skinit %%eax" : : "a"(Block) : "memory");
}

# if defined(__cplusplus)
}
# endif

#endif
#endif
