/*
 * divide_msvc_both.S - __aulldvrm and __alldvrm: quotient in edx:eax, remainder in ebx:ecx.
 *
 * No C function returns so much in registers. In: dividend at 4(%esp), divisor at 12(%esp), both
 * removed on return.
 */

#include <ntbuild/safe_handlers.h>

    .macro BOTH name, worker
    .globl \name
    .def \name; .scl 2; .type 32; .endef
\name:
    subl  $8, %esp              /* the remainder */
    pushl %esp
    pushl 28(%esp)              /* divisor, high then low: each push moves the next one up */
    pushl 28(%esp)
    pushl 28(%esp)              /* dividend */
    pushl 28(%esp)
    call  \worker
    addl  $20, %esp
    popl  %ecx
    popl  %ebx
    ret   $16
    .endm

    .text
    BOTH __aulldvrm, ntbuild_udivmod64
    BOTH __alldvrm, ntbuild_sdivmod64
