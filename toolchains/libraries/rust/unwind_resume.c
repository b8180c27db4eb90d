/*
 * unwind_resume.c - the end of a clean-up in code of Rust for gnu targets.
 *
 * The personality never enters a clean-up. Where one ends all the same, the stack is not what it
 * seems, and the machine stops.
 */

#include <ntddk.h>

DECLSPEC_NORETURN void _Unwind_Resume(void *exception);

DECLSPEC_NORETURN void _Unwind_Resume(void *exception)
{
    for (;;)
        KeBugCheckEx(KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)STATUS_UNSUCCESSFUL,
                     (ULONG_PTR)exception, 0, 0);
}
