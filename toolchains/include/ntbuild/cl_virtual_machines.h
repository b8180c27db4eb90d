/*
 * ntbuild/cl_virtual_machines.h - cl's intrinsic functions for VMX and SVM; x64.
 * Results of VMX: 0 for success, 1 when the error has a number in the VMCS, 2 when it has none.
 */
#ifndef NTBUILD_CL_VIRTUAL_MACHINES_H
#define NTBUILD_CL_VIRTUAL_MACHINES_H

#define NTBUILD_VMX_RESULT "setz %0\n\tsetc %1"

#define NTBUILD_VMX_WITH_ADDRESS(Function, Instruction)                                           \
    NTBUILD_INTRINSIC unsigned char Function(unsigned long long *Address)                         \
    {                                                                                             \
        unsigned char Numbered, Failed;                                                           \
        __asm__ __volatile__(Instruction " %2\n\t" NTBUILD_VMX_RESULT                             \
                             : "=q"(Numbered), "=q"(Failed) : "m"(*Address) : "cc", "memory");    \
        return Failed ? 2 : Numbered;                                                             \
    }
#define NTBUILD_VMX_ALONE(Function, Instruction)                                                  \
    NTBUILD_INTRINSIC unsigned char Function(void)                                                \
    {                                                                                             \
        unsigned char Numbered, Failed;                                                           \
        __asm__ __volatile__(Instruction "\n\t" NTBUILD_VMX_RESULT                                \
                             : "=q"(Numbered), "=q"(Failed) : : "cc", "memory");                  \
        return Failed ? 2 : Numbered;                                                             \
    }

NTBUILD_VMX_WITH_ADDRESS(NtbuildVmxOn, "vmxon")
NTBUILD_VMX_WITH_ADDRESS(NtbuildVmxClear, "vmclear")
NTBUILD_VMX_WITH_ADDRESS(NtbuildVmxLoad, "vmptrld")
NTBUILD_VMX_ALONE(NtbuildVmxLaunch, "vmlaunch")
NTBUILD_VMX_ALONE(NtbuildVmxResume, "vmresume")

NTBUILD_INTRINSIC void NtbuildVmxStore(unsigned long long *Address)
{
    __asm__ __volatile__("vmptrst %0" : "=m"(*Address) : : "cc", "memory");
}

NTBUILD_INTRINSIC void NtbuildVmxOff(void)
{
    __asm__ __volatile__("vmxoff" : : : "cc", "memory");
}

NTBUILD_INTRINSIC unsigned char NtbuildVmxRead(NtbuildRegister Field, NtbuildRegister *Value)
{
    unsigned char Numbered, Failed;

    __asm__ __volatile__("vmread %3, %2\n\t" NTBUILD_VMX_RESULT
                         : "=q"(Numbered), "=q"(Failed), "=r"(*Value) : "r"(Field) : "cc", "memory");
    return Failed ? 2 : Numbered;
}

NTBUILD_INTRINSIC unsigned char NtbuildVmxWrite(NtbuildRegister Field, NtbuildRegister Value)
{
    unsigned char Numbered, Failed;

    __asm__ __volatile__("vmwrite %3, %2\n\t" NTBUILD_VMX_RESULT
                         : "=q"(Numbered), "=q"(Failed) : "r"(Field), "r"(Value) : "cc", "memory");
    return Failed ? 2 : Numbered;
}

/* SVM; the physical address of the control block is in rax. */
NTBUILD_INTRINSIC void NtbuildSvmRun(NtbuildRegister Block)
{ __asm__ __volatile__(".byte 0x0f, 0x01, 0xd8" : : "a"(Block) : "cc", "memory"); }
NTBUILD_INTRINSIC void NtbuildSvmLoad(NtbuildRegister Block)
{ __asm__ __volatile__(".byte 0x0f, 0x01, 0xda" : : "a"(Block) : "memory"); }
NTBUILD_INTRINSIC void NtbuildSvmSave(NtbuildRegister Block)
{ __asm__ __volatile__(".byte 0x0f, 0x01, 0xdb" : : "a"(Block) : "memory"); }
NTBUILD_INTRINSIC void NtbuildSvmStgi(void)
{ __asm__ __volatile__(".byte 0x0f, 0x01, 0xdc" : : : "memory"); }
NTBUILD_INTRINSIC void NtbuildSvmClgi(void)
{ __asm__ __volatile__(".byte 0x0f, 0x01, 0xdd" : : : "memory"); }
NTBUILD_INTRINSIC void NtbuildSvmSkinit(int Block)
{ __asm__ __volatile__(".byte 0x0f, 0x01, 0xde" : : "a"(Block) : "memory"); }
NTBUILD_INTRINSIC void NtbuildSvmInvlpga(void *Address, int Asid)
{ __asm__ __volatile__(".byte 0x0f, 0x01, 0xdf" : : "a"(Address), "c"(Asid) : "memory"); }

#endif
