/*
 * stack_probe.S - ___chkstk_ms (gnu targets) and __chkstk (msvc targets): probe a frame over 4 KB.
 *
 * In: size in rax. Touches each page of the frame in order; changes nothing, not even rax.
 */
    .text
    .globl ___chkstk_ms
    .globl __chkstk
    .def ___chkstk_ms; .scl 2; .type 32; .endef
    .def __chkstk; .scl 2; .type 32; .endef
    .seh_proc ___chkstk_ms
___chkstk_ms:
__chkstk:
    pushq %rcx
    .seh_pushreg %rcx
    pushq %rax
    .seh_pushreg %rax
    .seh_endprologue
    leaq  24(%rsp), %rcx        /* the caller's rsp */
1:  cmpq  $4096, %rax
    jb    2f
    subq  $4096, %rcx
    orq   $0, (%rcx)
    subq  $4096, %rax
    jmp   1b
2:  subq  %rax, %rcx
    orq   $0, (%rcx)
    popq  %rax
    popq  %rcx
    ret
    .seh_endproc
