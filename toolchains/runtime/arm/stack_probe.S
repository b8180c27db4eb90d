/*
 * stack_probe.S - __chkstk: probe a frame over 4 KB.
 *
 * In: size in words in r4. Out: size in bytes in r4. Touches each page of the frame in order; may
 * change r12 besides.
 */
    .syntax unified
    .thumb
    .text
    .globl __chkstk
    .def __chkstk; .scl 2; .type 32; .endef
    .p2align 1
    .thumb_func
    .seh_proc __chkstk
__chkstk:
    push  {r5, r6}
    .seh_save_regs {r5-r6}
    .seh_endprologue
    lsls  r4, r4, #2
    mov   r5, r4
    add   r12, sp, #8           /* the caller's sp */
1:  cmp   r5, #4096
    blo   2f
    sub   r12, r12, #4096
    ldr   r6, [r12]
    sub   r5, r5, #4096
    b     1b
2:  sub   r12, r12, r5
    ldr   r6, [r12]
    .seh_startepilogue
    pop   {r5, r6}
    .seh_save_regs {r5-r6}
    bx    lr
    .seh_nop
    .seh_endepilogue
    .seh_endproc
