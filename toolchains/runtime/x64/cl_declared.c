/*
 * cl's intrinsic functions that sources declare themselves and that the compiler's headers have as
 * inline functions only: the state of the floating point unit, 512 bytes aligned to 16, and entries
 * of the translation buffer.
 */
#include <ntbuild/cl_declared.h>

void _fxsave(void *Area)
{
    __asm__ __volatile__("fxsave (%0)" : : "r"(Area) : "memory");
}

void _fxsave64(void *Area)
{
    __asm__ __volatile__("fxsave64 (%0)" : : "r"(Area) : "memory");
}

void _fxrstor(const void *Area)
{
    __asm__ __volatile__("fxrstor (%0)" : : "r"(Area) : "memory");
}

void _fxrstor64(const void *Area)
{
    __asm__ __volatile__("fxrstor64 (%0)" : : "r"(Area) : "memory");
}

void _invpcid(unsigned int Type, void *Descriptor)
{
    __asm__ __volatile__("invpcid (%1), %0"
                         : : "r"((unsigned long long)Type), "r"(Descriptor) : "memory");
}
