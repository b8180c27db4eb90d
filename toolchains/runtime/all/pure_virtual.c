/* pure_virtual.c - what an abstract C++ class has in place of a function: the machine stops. */

#include <ntddk.h>

#define PURE_VIRTUAL_BUGCHECK 0x139 /* KERNEL_SECURITY_CHECK_FAILURE, of the kind: */
#define FATAL_EXIT 7 /* FAST_FAIL_FATAL_APP_EXIT */

DECLSPEC_NORETURN void __cxa_pure_virtual(void);
DECLSPEC_NORETURN int _purecall(void);

void __cxa_pure_virtual(void)
{
    for (;;)
        KeBugCheckEx(PURE_VIRTUAL_BUGCHECK, FATAL_EXIT, 0, 0, 0);
}

int _purecall(void)
{
    __cxa_pure_virtual();
}
