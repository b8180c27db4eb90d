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

/* What a function leaves to its caller. */
.macro push_registers
        pushl %ebx
        pushl %ebp
        pushl %esi
        pushl %edi
.endm

/* The same, taken back. */
.macro pop_registers
        popl %edi
        popl %esi
        popl %ebp
        popl %ebx
.endm

        .text
        .globl _vectors, _cpu_call, _cpu_switch, _cpu_begin, _cpu_returned, _cpu_raise, _cpu_resume, _cpu_stubs, _cpu_call_block
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
/* On the stack: number, error, eip, cs, flags; with the registers below it is a struct frame. */
exception:
        pushal
        cld
        leal 52(%esp), %eax
        movl %eax, 12(%esp)             /* sp, as it was before the exception */
        pushl %esp
        call _trapped
        call _cpu_resume

/* cpu_resume(frame): all registers, then the stack, the flags and the place. */
_cpu_resume:
        movl 4(%esp), %eax
        movl 12(%eax), %edx
        subl $16, %edx
        movl 40(%eax), %ecx
        movl %ecx, 4(%edx)
        movl 44(%eax), %ecx
        movl %ecx, 8(%edx)
        movl 48(%eax), %ecx
        movl %ecx, 12(%edx)
        movl 28(%eax), %ecx
        movl %ecx, (%edx)
        movl (%eax), %edi
        movl 4(%eax), %esi
        movl 8(%eax), %ebp
        movl 16(%eax), %ebx
        movl 24(%eax), %ecx
        movl %edx, %esp
        movl 20(%eax), %edx
        popl %eax
        iretl

_cpu_raise:
        movl 4(%esp), %ecx
        int $0x30
        ret

/* cpu_call_block(block, frame): a part of a function, which finds its frame in ebp. */
_cpu_call_block:
        push_registers
        movl 20(%esp), %eax
        movl 24(%esp), %ebp
        call *%eax
        pop_registers
        ret

_cpu_switch:
        movl 4(%esp), %eax
        movl 8(%esp), %ecx
        push_registers
        movl %esp, (%eax)
        movl %ecx, %esp
        pop_registers
        ret

/* The function is called at the top of a stack, and does not return. */
_cpu_begin:
        movl 4(%esp), %eax
        movl 8(%esp), %ecx
        movl 12(%esp), %edx
        push_registers
        movl %esp, (%eax)
        movl %ecx, %esp
        call *%edx
        ud2

/* cpu_call(function, count, words, bad) */
_cpu_call:
        push_registers
        pushl _saved_sp
        movl %esp, _saved_sp
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
        cmpl _saved_sp, %esp
        jne 9f
        cmpl $0x5a5a0001, %ebx
        jne 9f
        cmpl $0x5a5a0002, %ebp
        jne 9f
        cmpl $0x5a5a0003, %esi
        jne 9f
        cmpl $0x5a5a0004, %edi
        je 8f
9:      movl _saved_sp, %esp
        movl 36(%esp), %ecx
        movl $1, (%ecx)
8:      popl _saved_sp
        pop_registers
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
        pushl $0                        /* no frame: there is no unwind data */
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
        .globl _stack_guard, _stack_low, _stack_top, _saved_sp
_stack_guard: .fill 4096
_stack_low: .fill 327680
_stack_top:
        .fill 4096
        .globl _stack_end
_stack_end: .fill 4096
_saved_sp: .fill 4
