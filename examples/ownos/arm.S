/* arm: entered in supervisor mode with the MMU off. */
        .syntax unified
        .thumb
        .section .boot,"xr"
        .globl start
        .thumb_func
start:
        movw r0, :lower16:stack_top
        movt r0, :upper16:stack_top
        mov sp, r0
        mov r0, #0xf00000               /* the floating point unit may be used */
        mcr p15, 0, r0, c1, c0, 2
        isb
        mov r0, #0x40000000
        .inst.w 0xeee80a10              /* vmsr fpexc, r0 */
        bl kernel_main
0:      b 0b

        .bss
        .p2align 4
        .fill 16384
stack_top:
