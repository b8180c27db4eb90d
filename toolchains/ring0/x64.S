/* x64: entered by multiboot in 32-bit mode; the first page tables show the first 4 GB as they are. */
        .section .boot,"xr"
        .globl start
        .code32
start:
        movl $stack_top, %esp
        movl $level3, %eax
        orl $3, %eax
        movl %eax, level4
        movl $level2, %eax
        orl $3, %eax
        xorl %ecx, %ecx
1:      movl %eax, level3(,%ecx,8)
        addl $4096, %eax
        incl %ecx
        cmpl $4, %ecx
        jne 1b
        movl $0x83, %eax
        xorl %ecx, %ecx
2:      movl %eax, level2(,%ecx,8)
        addl $0x200000, %eax
        incl %ecx
        cmpl $2048, %ecx
        jne 2b
        movl %cr4, %eax
        orl $0x620, %eax                /* PAE, SSE */
        movl %eax, %cr4
        movl $level4, %eax
        movl %eax, %cr3
        movl $0xc0000080, %ecx          /* EFER: long mode, no-execute */
        rdmsr
        orl $0x900, %eax
        wrmsr
        movl %cr0, %eax
        andl $~4, %eax
        orl $0x80010002, %eax           /* paging, write protection for the kernel too */
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
        call kernel
0:      hlt
        jmp 0b

        .p2align 3
gdt:    .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdtr:   .word 23
        .long gdt

/* What a function leaves to its caller. */
.macro push_registers
        pushq %rbx
        pushq %rbp
        pushq %rsi
        pushq %rdi
        pushq %r12
        pushq %r13
        pushq %r14
        pushq %r15
.endm

/* The same, taken back. */
.macro pop_registers
        popq %r15
        popq %r14
        popq %r13
        popq %r12
        popq %rdi
        popq %rsi
        popq %rbp
        popq %rbx
.endm

/* xmm6 to xmm15, which it leaves as well. */
.macro push_vectors
        subq $160, %rsp
        .set n, 0
        .irp r, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movups %xmm\r, n(%rsp)
        .set n, n + 16
        .endr
.endm

/* The same, taken back. */
.macro pop_vectors
        .set n, 0
        .irp r, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movups n(%rsp), %xmm\r
        .set n, n + 16
        .endr
        addq $160, %rsp
.endm

        .text
        .globl vectors, cpu_call, cpu_switch, cpu_begin, cpu_returned, cpu_raise, cpu_resume, cpu_call_block, cpu_stubs
        .p2align 4
vectors:
        .set n, 0
        .rept 49
        .p2align 4
        .if !(n == 8 || (n >= 10 && n <= 14) || n == 17)
        pushq $0
        .endif
        pushq $n
        jmp exception
        .set n, n + 1
        .endr
exception:
        pushq %rax
        pushq %rcx
        pushq %rdx
        pushq %rbx
        pushq %rbp
        pushq %rsi
        pushq %rdi
        pushq %r8
        pushq %r9
        pushq %r10
        pushq %r11
        pushq %r12
        pushq %r13
        pushq %r14
        pushq %r15
        push_vectors
        cld
        movq %rsp, %rcx
        andq $-16, %rsp
        subq $32, %rsp
        movq %rcx, %rbx
        call trapped
        movq %rbx, %rcx
cpu_resume:
        movq %rcx, %rsp
        pop_vectors
        popq %r15
        popq %r14
        popq %r13
        popq %r12
        popq %r11
        popq %r10
        popq %r9
        popq %r8
        popq %rdi
        popq %rsi
        popq %rbp
        popq %rbx
        popq %rdx
        popq %rcx
        popq %rax
        addq $16, %rsp
        iretq

/* cpu_raise(status): vector 0x30 with the status in ecx, as if it came from the return address. */
cpu_raise:
        int $0x30
        ret

/* cpu_call_block(block, first, second, -): a filter may change any register of its function. */
cpu_call_block:
        push_registers
        subq $40, %rsp
        movq %rcx, %rax
        movq %rdx, %rcx
        movq %r8, %rdx
        call *%rax
        addq $40, %rsp
        pop_registers
        ret

/* cpu_switch(sp, other) */
cpu_switch:
        push_registers
        push_vectors
        movq %rsp, (%rcx)
        movq %rdx, %rsp
        pop_vectors
        pop_registers
        ret

/* cpu_begin(sp, top, function) */
cpu_begin:
        push_registers
        push_vectors
        movq %rsp, (%rcx)
        movq %rdx, %rsp
        subq $32, %rsp
        call *%r8
        ud2

/* cpu_call(function, count, words, bad) */
cpu_call:
        push_registers
        pushq saved_sp(%rip)
        pushq %r9
        subq $72, %rsp
        movq %rsp, saved_sp(%rip)
        movq %rcx, %rax
        movq %r8, %r10
        .irp i, 0, 8, 16, 24, 32, 40, 48, 56
        movq \i(%r10), %r11
        movq %r11, \i(%rsp)
        .endr
        movq 0(%r10), %rcx
        movq 8(%r10), %rdx
        movq 16(%r10), %r8
        movq 24(%r10), %r9
        movl $0x5a5a0001, %ebx
        movl $0x5a5a0002, %ebp
        movl $0x5a5a0003, %esi
        movl $0x5a5a0004, %edi
        movl $0x5a5a0005, %r12d
        movl $0x5a5a0006, %r13d
        movl $0x5a5a0007, %r14d
        movl $0x5a5a0008, %r15d
        call *%rax
cpu_returned:
        cmpq saved_sp(%rip), %rsp
        jne 9f
        cmpq $0x5a5a0001, %rbx
        jne 9f
        cmpq $0x5a5a0002, %rbp
        jne 9f
        cmpq $0x5a5a0003, %rsi
        jne 9f
        cmpq $0x5a5a0004, %rdi
        jne 9f
        cmpq $0x5a5a0005, %r12
        jne 9f
        cmpq $0x5a5a0006, %r13
        jne 9f
        cmpq $0x5a5a0007, %r14
        jne 9f
        cmpq $0x5a5a0008, %r15
        je 8f
9:      movq saved_sp(%rip), %rsp
        movq 72(%rsp), %rcx
        movq $1, (%rcx)
8:      addq $80, %rsp
        popq saved_sp(%rip)
        pop_registers
        ret

        .p2align 4
cpu_stubs:
        .set n, 0
        .rept 1024
        .p2align 4
        movl $n, %eax
        jmp enter
        .set n, n + 1
        .endr
/* The registers of the caller become a struct frame, as at an exception. */
enter:
        pushq $0                        /* ss */
        leaq 16(%rsp), %r11
        pushq %r11                      /* sp, when the routine has returned */
        pushq $0
        pushq $0
        pushq 32(%rsp)                  /* pc: where the routine returns to */
        pushq $0
        pushq $0
        pushq %rax
        pushq %rcx
        pushq %rdx
        pushq %rbx
        pushq %rbp
        pushq %rsi
        pushq %rdi
        pushq %r8
        pushq %r9
        pushq %r10
        pushq %r11
        pushq %r12
        pushq %r13
        pushq %r14
        pushq %r15
        push_vectors
        movl %eax, %ecx
        leaq 336(%rsp), %rdx
        movq 296(%rsp), %r8
        movq %rsp, %r9
        movq %rsp, %rbx
        andq $-16, %rsp
        subq $32, %rsp
        call entering
        movq %rbx, %rsp
        movq 208(%rsp), %r9
        movq 216(%rsp), %r8
        movq 248(%rsp), %rbx
        movq 256(%rsp), %rdx
        movq 264(%rsp), %rcx
        addq $336, %rsp
        jmp *%rax

        .bss
        .globl level4
        .p2align 12
level4: .fill 4096
level3: .fill 4096
level2: .fill 16384
        .globl stack_guard, stack_low, stack_top, saved_sp
stack_guard: .fill 4096
stack_low: .fill 327680
stack_top:
        .fill 4096
        .globl stack_end
stack_end: .fill 4096
saved_sp: .fill 8
