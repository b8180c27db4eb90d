/*
 * stack_probe_gnu.S - ___chkstk_ms, which gcc calls before it makes a frame over 4 KB.
 *
 * In: size in eax. Touches each page of the frame in order; changes nothing, not even eax.
 */

#include <ntbuild/safe_handlers.h>

    .text
    .globl ___chkstk_ms
    .def ___chkstk_ms; .scl 2; .type 32; .endef
___chkstk_ms:
    pushl %ecx
    pushl %eax
    leal  12(%esp), %ecx        /* the caller's esp */
1:  cmpl  $4096, %eax
    jb    2f
    subl  $4096, %ecx
    orl   $0, (%ecx)
    subl  $4096, %eax
    jmp   1b
2:  subl  %eax, %ecx
    orl   $0, (%ecx)
    popl  %eax
    popl  %ecx
    ret
