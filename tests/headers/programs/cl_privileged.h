/*
 * cl_privileged - cl's intrinsic functions for privileged instructions, in C and C++, as sources of
 * hypervisors have them: declared by themselves, and called before any header is read.
 */
#if defined(__cplusplus)
extern "C" {
#endif
void __halt(void);
void __invlpg(void *);
void _disable(void);
void _enable(void);
void __sidt(void *);
unsigned long long __readmsr(unsigned long);
void __writemsr(unsigned long, unsigned long long);
#if defined(_M_X64)
unsigned __int64 __readcr0(void);
void __writecr0(unsigned __int64);
unsigned __int64 __readdr(unsigned int);
unsigned char __vmx_vmread(size_t, size_t *);
void _fxsave(void *);
void _fxrstor(const void *);
#else
unsigned long __readcr0(void);
void __writecr0(unsigned long);
unsigned long __readdr(unsigned int);
#endif
#if defined(__cplusplus)
}
#endif

unsigned long long First(void *Area);
unsigned long long First(void *Area)
{
    _disable();
    __sidt(Area);
    __invlpg(Area);
    __writemsr(1, __readmsr(2));
    __writecr0(__readcr0() | (__readdr(7) & 1));
#if defined(_M_X64)
    _fxsave(Area);
    _fxrstor(Area);
    (void)__vmx_vmread(1, (size_t *)Area);
#endif
    _enable();
    __halt();
    return __readcr0();
}

#include <ntddk.h>
#include <conio.h>

unsigned long long Second(void *Area);
unsigned long long Second(void *Area)
{
    __lidt(Area);
    __wbinvd();
    __writecr4(__readcr4());
    _outp(0x80, _inp(0x81) + 1);
    (void)_outpw(0xcf8, _inpw(0xcfc));
    (void)_outpd(0xcf8, _inpd(0xcfc));
#if defined(_M_X64)
    _invpcid(0, Area);
#endif
    return __readcr0() + __readcr3();
}
