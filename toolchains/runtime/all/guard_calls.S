/*
 * guard_calls.S - __guard_check_icall_fptr, __guard_dispatch_icall_fptr: through these code that was
 * compiled with control flow guard makes its indirect calls.
 *
 * A kernel that guards calls puts its own functions there when it loads the driver. Until then, and
 * on every other kernel, any call is good: a check returns, a dispatch goes where it was to go.
 */

#include <ntbuild/safe_handlers.h>

#if __SIZEOF_POINTER__ == 8
# define POINTER .quad
#else
# define POINTER .long
#endif

#if defined(__i386__)
# define NAME(name) _##name
#else
# define NAME(name) name
#endif

#if defined(__arm__)
    .syntax unified
    .thumb
#endif

#define FUNCTION(name) \
    .def name; .scl 3; .type 32; .endef; \
    .balign 16

    .text
    FUNCTION(ntbuild_guard_check)
#if defined(__arm__)
    .thumb_func
#endif
ntbuild_guard_check:                         /* the target is in ecx, r0 or x15: nothing changes */
#if defined(__arm__)
    bx    lr
#else
    ret
#endif

    FUNCTION(ntbuild_guard_dispatch)
#if defined(__arm__)
    .thumb_func
#endif
ntbuild_guard_dispatch:                      /* the target is in a register that no argument uses */
#if defined(__x86_64__)
    jmp   *%rax
#elif defined(__i386__)
    jmp   *%ecx
#elif defined(__aarch64__)
    br    x9
#else
    bx    r12
#endif

    .section .00cfg,"dr"
    .globl NAME(__guard_check_icall_fptr), NAME(__guard_dispatch_icall_fptr)
    .balign __SIZEOF_POINTER__
NAME(__guard_check_icall_fptr):
    POINTER ntbuild_guard_check
NAME(__guard_dispatch_icall_fptr):
    POINTER ntbuild_guard_dispatch
