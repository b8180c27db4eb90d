/*
 * ntbuild/cl_registers.h - in the msvc dialect, where clang's intrin.h only declares them: control
 * registers, model-specific registers, ports, writes to the segment of the processor.
 */
#ifndef NTBUILD_CL_REGISTERS_H
#define NTBUILD_CL_REGISTERS_H

#define NTBUILD_CONTROL_REGISTER(Register)                                                        \
    NTBUILD_INTRINSIC NtbuildRegister NtbuildReadCr##Register(void)                               \
    {                                                                                             \
        NtbuildRegister Value;                                                                    \
        __asm__ __volatile__("mov %%cr" #Register ", %0" : "=r"(Value) : : "memory");             \
        return Value;                                                                             \
    }                                                                                             \
    NTBUILD_INTRINSIC void NtbuildWriteCr##Register(NtbuildRegister Value)                        \
    { __asm__ __volatile__("mov %0, %%cr" #Register : : "r"(Value) : "memory"); }
NTBUILD_CONTROL_REGISTER(0)
NTBUILD_CONTROL_REGISTER(2)
NTBUILD_CONTROL_REGISTER(3)
NTBUILD_CONTROL_REGISTER(4)
#if defined(__x86_64__)
NTBUILD_CONTROL_REGISTER(8)
#endif

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

/* _inp() and its kin: the same instructions by the names of the C run-time library. */
#define NTBUILD_PORTS(Size, Suffix, Type, Result, Data)                                           \
    NTBUILD_INTRINSIC Result __cdecl NtbuildInput_##Size(unsigned short Port)                     \
    {                                                                                             \
        Type Value;                                                                               \
        __asm__ __volatile__("in" Suffix " %w1, %0" : "=a"(Value) : "Nd"(Port) : "memory");       \
        return Value;                                                                             \
    }                                                                                             \
    NTBUILD_INTRINSIC Result __cdecl NtbuildOutput_##Size(unsigned short Port, Data Value)        \
    {                                                                                             \
        __asm__ __volatile__("out" Suffix " %0, %w1"                                              \
                             : : "a"((Type)Value), "Nd"(Port) : "memory");                        \
        return (Result)Value;                                                                     \
    }
NTBUILD_PORTS(byte, "b", unsigned char, int, int)
NTBUILD_PORTS(word, "w", unsigned short, unsigned short, unsigned short)
NTBUILD_PORTS(dword, "l", unsigned int, unsigned long, unsigned long)

#define NTBUILD_PORT_STRINGS(Size, Suffix, Type)                                                  \
    NTBUILD_INTRINSIC void NtbuildIn_##Size(unsigned short Port, Type *Buffer, unsigned long Count)\
    { NtbuildRegister Rest = Count;                                                               \
      __asm__ __volatile__("rep ins" Suffix                                                       \
                           : "+D"(Buffer), "+c"(Rest) : "d"(Port) : "memory"); }                  \
    NTBUILD_INTRINSIC void NtbuildOut_##Size(unsigned short Port, Type *Buffer, unsigned long Count)\
    { NtbuildRegister Rest = Count;                                                               \
      __asm__ __volatile__("rep outs" Suffix                                                      \
                           : "+S"(Buffer), "+c"(Rest) : "d"(Port) : "memory"); }
NTBUILD_PORT_STRINGS(byte, "b", unsigned char)
NTBUILD_PORT_STRINGS(word, "w", unsigned short)
NTBUILD_PORT_STRINGS(dword, "l", unsigned long)

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
