/*
 * ntbuild/cl_privileged.h - in the msvc dialect, where clang's intrin.h only declares them: control
 * registers, model-specific registers, strings of ports, writes to the segment of the processor.
 */
#ifndef NTBUILD_CL_PRIVILEGED_H
#define NTBUILD_CL_PRIVILEGED_H

#define NTBUILD_CONTROL_REGISTER(Register)                                                        \
    NTBUILD_INTRINSIC NtbuildRegister NtbuildReadCr##Register(void)                               \
    {                                                                                             \
        NtbuildRegister Value;                                                                    \
        __asm__ __volatile__("mov %%cr" #Register ", %0" : "=r"(Value) : : "memory");             \
        return Value;                                                                             \
    }                                                                                             \
    NTBUILD_INTRINSIC void NtbuildWriteCr##Register(NtbuildRegister Value)                        \
    { __asm__ __volatile__("mov %0, %%cr" #Register : : "r"(Value) : "memory"); }
#define __readcr0  NtbuildReadCr0
#define __readcr2  NtbuildReadCr2
#define __readcr3  NtbuildReadCr3
#define __readcr4  NtbuildReadCr4
#define __writecr0 NtbuildWriteCr0
#define __writecr2 NtbuildWriteCr2
#define __writecr3 NtbuildWriteCr3
#define __writecr4 NtbuildWriteCr4
NTBUILD_CONTROL_REGISTER(0)
NTBUILD_CONTROL_REGISTER(2)
NTBUILD_CONTROL_REGISTER(3)
NTBUILD_CONTROL_REGISTER(4)
#if defined(__x86_64__)
# define __readcr8  NtbuildReadCr8
# define __writecr8 NtbuildWriteCr8
NTBUILD_CONTROL_REGISTER(8)
#endif

#define __readmsr  NtbuildReadMsr
#define __writemsr NtbuildWriteMsr
NTBUILD_INTRINSIC unsigned long long NtbuildReadMsr(unsigned long Register)
{
    unsigned int Low, High;

    __asm__ __volatile__("rdmsr" : "=a"(Low), "=d"(High) : "c"(Register) : "memory");
    return (unsigned long long)High << 32 | Low;
}

NTBUILD_INTRINSIC void NtbuildWriteMsr(unsigned long Register, unsigned long long Value)
{
    __asm__ __volatile__("wrmsr"
                         : : "a"((unsigned int)Value), "d"((unsigned int)(Value >> 32)),
                             "c"(Register) : "memory");
}

#define NTBUILD_PORT_STRINGS(Size, Suffix, Type)                                                  \
    NTBUILD_INTRINSIC void NtbuildIn_##Size(unsigned short Port, Type *Buffer, unsigned long Count)\
    { NtbuildRegister Rest = Count;                                                               \
      __asm__ __volatile__("rep ins" Suffix                                                       \
                           : "+D"(Buffer), "+c"(Rest) : "d"(Port) : "memory"); }                  \
    NTBUILD_INTRINSIC void NtbuildOut_##Size(unsigned short Port, Type *Buffer, unsigned long Count)\
    { NtbuildRegister Rest = Count;                                                               \
      __asm__ __volatile__("rep outs" Suffix                                                      \
                           : "+S"(Buffer), "+c"(Rest) : "d"(Port) : "memory"); }
#define __inbytestring   NtbuildIn_byte
#define __inwordstring   NtbuildIn_word
#define __indwordstring  NtbuildIn_dword
#define __outbytestring  NtbuildOut_byte
#define __outwordstring  NtbuildOut_word
#define __outdwordstring NtbuildOut_dword
NTBUILD_PORT_STRINGS(byte, "b", unsigned char)
NTBUILD_PORT_STRINGS(word, "w", unsigned short)
NTBUILD_PORT_STRINGS(dword, "l", unsigned long)

#if defined(__x86_64__)
# define __writegsbyte  NtbuildWriteField_byte
# define __writegsword  NtbuildWriteField_word
# define __writegsdword NtbuildWriteField_dword
# define __writegsqword NtbuildWriteField_qword
#else
# define __writefsbyte  NtbuildWriteField_byte
# define __writefsword  NtbuildWriteField_word
# define __writefsdword NtbuildWriteField_dword
#endif
#define NTBUILD_WRITE_FIELD(Size, Suffix, Type)                                                   \
    NTBUILD_INTRINSIC void NtbuildWriteField_##Size(unsigned long Offset, Type Value)             \
    { __asm__ __volatile__("mov" Suffix " %1, %%" NTBUILD_SEGMENT ":(%0)"                         \
                           : : "r"((NtbuildRegister)Offset), "q"(Value) : "memory"); }
NTBUILD_WRITE_FIELD(byte, "b", unsigned char)
NTBUILD_WRITE_FIELD(word, "w", unsigned short)
NTBUILD_WRITE_FIELD(dword, "l", unsigned int)
#if defined(__x86_64__)
NTBUILD_WRITE_FIELD(qword, "q", unsigned long long)
#endif

#endif
