/* x64: Multiboot enters in 32-bit mode; here the first 4 GB become visible, and 64-bit mode begins. */
        .section .boot,"xr"
        .globl start
        .code32
start:
        movl $stack_top, %esp
        movl $level3 + 3, level4
        movl $level2 + 3, %eax
        xorl %ecx, %ecx
1:      movl %eax, level3(,%ecx,8)
        addl $4096, %eax
        incl %ecx
        cmpl $4, %ecx
        jne 1b
        movl $0x83, %eax                /* 2 MB pages */
        xorl %ecx, %ecx
2:      movl %eax, level2(,%ecx,8)
        addl $0x200000, %eax
        incl %ecx
        cmpl $2048, %ecx
        jne 2b
        movl %cr4, %eax
        orl $0x620, %eax                /* PAE; SSE registers may be used */
        movl %eax, %cr4
        movl $level4, %eax
        movl %eax, %cr3
        movl $0xc0000080, %ecx
        rdmsr
        orl $0x100, %eax                /* long mode */
        wrmsr
        movl %cr0, %eax
        andl $~4, %eax
        orl $0x80000002, %eax           /* paging */
        movl %eax, %cr0
        lgdt gdtr
        ljmp $8, $long_mode
        .code64
long_mode:
        movl $16, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %ss
        movl $stack_top, %esp
        subq $32, %rsp
        call kernel_main
0:      hlt
        jmp 0b

        .p2align 3
gdt:    .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdtr:   .word 23
        .long gdt

        .bss
        .p2align 12
level4: .fill 4096
level3: .fill 4096
level2: .fill 16384
        .fill 16384
stack_top:
