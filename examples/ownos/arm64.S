/* arm64: entered at EL1 with the MMU off. */
        .section .boot,"xr"
        .globl start
start:
        adrp x0, stack_top
        add x0, x0, :lo12:stack_top
        mov sp, x0
        bl kernel_main
0:      wfi
        b 0b

        .bss
        .p2align 4
        .fill 16384
stack_top:
