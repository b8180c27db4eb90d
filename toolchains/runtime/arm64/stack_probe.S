/*
 * stack_probe.S - __chkstk: probe a frame over 4 KB.
 *
 * In: size / 16 in x15, which stays. Touches each page of the frame in order, and nothing below
 * it: the page under a kernel stack is a guard. May change x16 and x17 only.
 */
    .text
    .globl __chkstk
    .def __chkstk; .scl 2; .type 32; .endef
    .p2align 2
__chkstk:
    lsl   x16, x15, #4
    mov   x17, sp
1:  cmp   x16, #4096
    b.lo  2f
    sub   x17, x17, #4096
    ldr   xzr, [x17]
    sub   x16, x16, #4096
    b     1b
2:  sub   x17, x17, x16
    ldr   xzr, [x17]
    ret
