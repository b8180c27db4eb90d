/*
 * divide.S - __rt_udiv, __rt_sdiv, __rt_udiv64 and __rt_sdiv64 of Windows on ARM.
 *
 * In: the divisor first (r0, or r0:r1), then the dividend (r1, or r2:r3). Out: the quotient where
 * the divisor was, the remainder where the dividend was. No C function has that interface.
 */
    .syntax unified
    .thumb
    .text

    .macro DIVIDE32 name, worker
    .globl \name
    .def \name; .scl 2; .type 32; .endef
    .p2align 1
    .thumb_func
    .seh_proc \name
\name:
    push  {r4, lr}
    .seh_save_regs {r4, lr}
    sub   sp, #8
    .seh_stackalloc 8
    .seh_endprologue
    mov   r2, r0                /* divisor; the dividend is in r1 already */
    cbz   r2, 1f
    mov   r0, sp
    bl    \worker
    ldr   r0, [sp]
    ldr   r1, [sp, #4]
    .seh_startepilogue
    add   sp, #8
    .seh_stackalloc 8
    pop   {r4, pc}
    .seh_save_regs {r4, pc}
    .seh_endepilogue
1:  .inst.n 0xdef9              /* what Windows takes for a division by zero */
    .seh_endproc
    .endm

    .macro DIVIDE64 name, worker
    .globl \name
    .def \name; .scl 2; .type 32; .endef
    .p2align 1
    .thumb_func
    .seh_proc \name
\name:
    push  {r4, lr}
    .seh_save_regs {r4, lr}
    sub   sp, #24
    .seh_stackalloc 24
    .seh_endprologue
    orrs  r4, r0, r1
    beq   1f
    str   r0, [sp]              /* divisor: third argument, on the stack */
    str   r1, [sp, #4]
    add   r0, sp, #8            /* result; the dividend is in r2:r3 already */
    bl    \worker
    ldr   r0, [sp, #8]
    ldr   r1, [sp, #12]
    ldr   r2, [sp, #16]
    ldr   r3, [sp, #20]
    .seh_startepilogue
    add   sp, #24
    .seh_stackalloc 24
    pop   {r4, pc}
    .seh_save_regs {r4, pc}
    .seh_endepilogue
1:  .inst.n 0xdef9
    .seh_endproc
    .endm

    DIVIDE32 __rt_udiv, ntbuild_udivmod32
    DIVIDE32 __rt_sdiv, ntbuild_sdivmod32
    DIVIDE64 __rt_udiv64, ntbuild_udivmod64
    DIVIDE64 __rt_sdiv64, ntbuild_sdivmod64
