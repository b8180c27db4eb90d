/* x86: Multiboot enters in 32-bit mode, which is all that is needed. */
        .section .boot,"xr"
        .globl _start
_start:
        movl $stack_top, %esp
        lgdt gdtr
        ljmp $8, $flat
flat:   movl $16, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %ss
        call _kernel_main
0:      hlt
        jmp 0b

        .p2align 3
gdt:    .quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff
gdtr:   .word 23
        .long gdt

        .bss
        .p2align 4
        .fill 16384
stack_top:
