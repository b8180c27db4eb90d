/* x86: entered by multiboot without paging; x86.c turns paging on. */
        .section .boot,"xr"
        .globl _start
_start:
        movl $_stack_top, %esp
        movl %cr4, %eax
        orl $0x20, %eax                 /* PAE */
        movl %eax, %cr4
        movl $0xc0000080, %ecx          /* EFER: no-execute */
        rdmsr
        orl $0x800, %eax
        wrmsr
        lgdt gdtr
        ljmp $8, $flat
flat:   movl $16, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %ss
        movl %eax, %fs
        movl %eax, %gs
        call _kernel
0:      hlt
        jmp 0b
        .p2align 3
gdt:    .quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff
gdtr:   .word 23
        .long gdt

        .text
        .globl _vectors, _cpu_call, _cpu_returned, _cpu_raise, _cpu_resume, _cpu_stubs, _cpu_page
        .p2align 4
_vectors:
        .set n, 0
        .rept 49
        .p2align 4
        .if !(n == 8 || (n >= 10 && n <= 14) || n == 17)
        pushl $0
        .endif
        pushl $n
        jmp exception
        .set n, n + 1
        .endr
/* On the stack: number, error, eip, cs, flags. No handler takes an exception here. */
exception:
        cld
        movl %esp, %eax
        movl %cr2, %edx
        subl $20, %esp
        andl $-16, %esp
        movl (%eax), %ecx
        movl %ecx, (%esp)
        movl 4(%eax), %ecx
        movl %ecx, 4(%esp)
        movl 8(%eax), %ecx
        movl %ecx, 8(%esp)
        leal 20(%eax), %ecx
        movl %ecx, 12(%esp)
        movl %edx, 16(%esp)
        movl %esp, %eax
        pushl %eax
        call _trapped
_cpu_resume:
        hlt
        jmp _cpu_resume

_cpu_raise:
        movl 4(%esp), %ecx
        int $0x30
        ret

/* cpu_call(function, count, words, bad) */
_cpu_call:
        pushl %ebx
        pushl %ebp
        pushl %esi
        pushl %edi
        pushl saved_sp
        movl %esp, saved_sp
        movl %esp, %edx
        movl 28(%edx), %ecx             /* count */
        movl 32(%edx), %eax             /* words */
1:      testl %ecx, %ecx
        je 2f
        decl %ecx
        pushl (%eax,%ecx,4)
        jmp 1b
2:      movl 24(%edx), %eax
        movl $0x5a5a0001, %ebx
        movl $0x5a5a0002, %ebp
        movl $0x5a5a0003, %esi
        movl $0x5a5a0004, %edi
        call *%eax
_cpu_returned:
        cmpl saved_sp, %esp
        jne 9f
        cmpl $0x5a5a0001, %ebx
        jne 9f
        cmpl $0x5a5a0002, %ebp
        jne 9f
        cmpl $0x5a5a0003, %esi
        jne 9f
        cmpl $0x5a5a0004, %edi
        je 8f
9:      movl saved_sp, %esp
        movl 36(%esp), %ecx
        movl $1, (%ecx)
8:      popl saved_sp
        popl %edi
        popl %esi
        popl %ebp
        popl %ebx
        ret

        .p2align 4
_cpu_stubs:
        .set n, 0
        .rept 1024
        .p2align 4
        movl $n, %eax
        jmp enter
        .set n, n + 1
        .endr
enter:
        pushl %ecx
        pushl %edx
        movl 8(%esp), %ecx
        leal 8(%esp), %edx
        pushl $0                        /* no frame: nothing is unwound here */
        pushl %ecx
        pushl %edx
        pushl %eax
        call _entering
        addl $16, %esp
        popl %edx
        popl %ecx
        jmp *%eax

        .bss
        .p2align 12
        .globl _stack_guard, _stack_low, _stack_top
_stack_guard: .fill 4096
_stack_low: .fill 131072
_stack_top:
saved_sp: .fill 4
