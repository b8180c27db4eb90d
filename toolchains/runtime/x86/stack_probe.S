/*
 * stack_probe.S - __alloca, __chkstk and __alloca_probe: probe the frame and make it.
 *
 * In: size in eax. Out: esp lowered by it. clang calls the first on gnu targets, the second on
 * msvc targets; the third is Microsoft's older name.
 */

#include <ntbuild/safe_handlers.h>

    .text
    .globl __alloca
    .globl __chkstk
    .globl __alloca_probe
    .def __alloca; .scl 2; .type 32; .endef
    .def __chkstk; .scl 2; .type 32; .endef
    .def __alloca_probe; .scl 2; .type 32; .endef
__alloca:
__chkstk:
__alloca_probe:
    pushl %ecx
    leal  8(%esp), %ecx         /* the caller's esp */
1:  cmpl  $4096, %eax
    jb    2f
    subl  $4096, %ecx
    orl   $0, (%ecx)
    subl  $4096, %eax
    jmp   1b
2:  subl  %eax, %ecx
    orl   $0, (%ecx)
    movl  %esp, %eax
    movl  %ecx, %esp
    movl  (%eax), %ecx
    jmp   *4(%eax)
