/* arm64: entered at EL1 with the MMU off. */
        .section .boot,"xr"
        .globl start
start:
        adrp x0, stack_top
        add x0, x0, :lo12:stack_top
        mov sp, x0
        bl kernel
0:      wfi
        b 0b

/* Keep what a function leaves to its caller on this stack, and go to the one in x1. */
.macro leave_stack
        sub sp, sp, #96
        stp x19, x20, [sp, #0]
        stp x21, x22, [sp, #16]
        stp x23, x24, [sp, #32]
        stp x25, x26, [sp, #48]
        stp x27, x28, [sp, #64]
        stp x29, x30, [sp, #80]
        mov x9, sp
        str x9, [x0]
        mov sp, x1
.endm

        .text
        .globl vectors, cpu_call, cpu_switch, cpu_begin, cpu_returned, cpu_raise, cpu_resume, cpu_call_block, cpu_stubs
        .p2align 11
vectors:
        .rept 16
        .p2align 7
        b exception
        .endr
        .p2align 7
/* A stack pointer that is none of the kernel's stack is not used. */
exception:
        msr tpidr_el1, x0
        msr tpidrro_el0, x1
        mov x0, sp
        msr tpidr_el0, x0
        adrp x1, stack_low
        add x1, x1, :lo12:stack_low
        cmp x0, x1
        b.lo 1f
        adrp x1, stack_top
        add x1, x1, :lo12:stack_top
        cmp x0, x1
        b.hi 1f
        and x0, x0, #-16
        b 2f
1:      adrp x0, spare_top
        add x0, x0, :lo12:spare_top
2:      sub x0, x0, #512
        mov sp, x0
        mrs x0, tpidr_el1
        mrs x1, tpidrro_el0
        stp x0, x1, [sp]
        stp x2, x3, [sp, #16]
        stp x4, x5, [sp, #32]
        stp x6, x7, [sp, #48]
        stp x8, x9, [sp, #64]
        stp x10, x11, [sp, #80]
        stp x12, x13, [sp, #96]
        stp x14, x15, [sp, #112]
        stp x16, x17, [sp, #128]
        stp x18, x19, [sp, #144]
        stp x20, x21, [sp, #160]
        stp x22, x23, [sp, #176]
        stp x24, x25, [sp, #192]
        stp x26, x27, [sp, #208]
        stp x28, x29, [sp, #224]
        mrs x1, tpidr_el0
        stp x30, x1, [sp, #240]
        mrs x0, elr_el1
        mrs x1, spsr_el1
        stp x0, x1, [sp, #256]
        mrs x0, esr_el1
        mrs x1, far_el1
        stp x0, x1, [sp, #272]
        mov x0, sp
        mov x19, x0
        bl trapped
        mov x0, x19
cpu_resume:
        ldp x1, x2, [x0, #256]
        msr elr_el1, x1
        msr spsr_el1, x2
        ldp x30, x1, [x0, #240]
        mov sp, x1
        ldp x2, x3, [x0, #16]
        ldp x4, x5, [x0, #32]
        ldp x6, x7, [x0, #48]
        ldp x8, x9, [x0, #64]
        ldp x10, x11, [x0, #80]
        ldp x12, x13, [x0, #96]
        ldp x14, x15, [x0, #112]
        ldp x16, x17, [x0, #128]
        ldp x18, x19, [x0, #144]
        ldp x20, x21, [x0, #160]
        ldp x22, x23, [x0, #176]
        ldp x24, x25, [x0, #192]
        ldp x26, x27, [x0, #208]
        ldp x28, x29, [x0, #224]
        ldp x0, x1, [x0]
        eret

cpu_raise:
        svc #1
        ret

/* cpu_call_block(block, first, second, registers): it finds the registers of its function. */
cpu_call_block:
        stp x29, x30, [sp, #-96]!
        stp x19, x20, [sp, #16]
        stp x21, x22, [sp, #32]
        stp x23, x24, [sp, #48]
        stp x25, x26, [sp, #64]
        stp x27, x28, [sp, #80]
        mov x9, x0
        mov x0, x1
        mov x1, x2
        ldp x19, x20, [x3]
        ldp x21, x22, [x3, #16]
        ldp x23, x24, [x3, #32]
        ldp x25, x26, [x3, #48]
        ldp x27, x28, [x3, #64]
        ldr x29, [x3, #80]
        blr x9
        ldp x19, x20, [sp, #16]
        ldp x21, x22, [sp, #32]
        ldp x23, x24, [sp, #48]
        ldp x25, x26, [sp, #64]
        ldp x27, x28, [sp, #80]
        ldp x29, x30, [sp], #96
        ret

cpu_switch:
        leave_stack
        ldp x19, x20, [sp, #0]
        ldp x21, x22, [sp, #16]
        ldp x23, x24, [sp, #32]
        ldp x25, x26, [sp, #48]
        ldp x27, x28, [sp, #64]
        ldp x29, x30, [sp, #80]
        add sp, sp, #96
        ret

/* The function is called at the top of a stack, and does not return. */
cpu_begin:
        leave_stack
        blr x2
        brk #0

/* cpu_call(function, count, words, bad) */
cpu_call:
        stp x29, x30, [sp, #-128]!
        stp x19, x20, [sp, #16]
        stp x21, x22, [sp, #32]
        stp x23, x24, [sp, #48]
        stp x25, x26, [sp, #64]
        stp x27, x28, [sp, #80]
        adrp x9, saved_sp
        ldr x10, [x9, :lo12:saved_sp]
        stp x3, x10, [sp, #96]
        mov x10, sp
        str x10, [x9, :lo12:saved_sp]
        mov x9, x0
        mov x10, x2
        ldp x0, x1, [x10]
        ldp x2, x3, [x10, #16]
        ldp x4, x5, [x10, #32]
        ldp x6, x7, [x10, #48]
        .irp r, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
        movz x\r, #0x5a\r
        .endr
        blr x9
cpu_returned:
        adrp x9, saved_sp
        ldr x10, [x9, :lo12:saved_sp]
        mov x11, sp
        mov sp, x10
        cmp x10, x11
        b.ne 9f
        .irp r, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
        movz x12, #0x5a\r
        cmp x\r, x12
        b.ne 9f
        .endr
        b 8f
9:      ldr x12, [sp, #96]
        mov x13, #1
        str x13, [x12]
8:      adrp x9, saved_sp
        ldr x10, [sp, #104]
        str x10, [x9, :lo12:saved_sp]
        ldp x19, x20, [sp, #16]
        ldp x21, x22, [sp, #32]
        ldp x23, x24, [sp, #48]
        ldp x25, x26, [sp, #64]
        ldp x27, x28, [sp, #80]
        ldp x29, x30, [sp], #128
        ret

        .p2align 4
cpu_stubs:
        .set n, 0
        .rept 1024
        .p2align 4
        movz x16, #n
        b enter
        .set n, n + 1
        .endr
/* The registers of the caller become a struct frame, as at an exception. */
enter:
        sub sp, sp, #288
        stp x0, x1, [sp]
        stp x2, x3, [sp, #16]
        stp x4, x5, [sp, #32]
        stp x6, x7, [sp, #48]
        stp x8, x9, [sp, #64]
        stp x18, x19, [sp, #144]
        stp x20, x21, [sp, #160]
        stp x22, x23, [sp, #176]
        stp x24, x25, [sp, #192]
        stp x26, x27, [sp, #208]
        stp x28, x29, [sp, #224]
        add x1, sp, #288
        stp x30, x1, [sp, #240]
        str x30, [sp, #256]
        mov x0, x16
        mov x2, x30
        mov x3, sp
        bl entering
        mov x16, x0
        ldp x0, x1, [sp]
        ldp x2, x3, [sp, #16]
        ldp x4, x5, [sp, #32]
        ldp x6, x7, [sp, #48]
        ldp x8, x9, [sp, #64]
        ldr x30, [sp, #240]
        add sp, sp, #288
        br x16

        .bss
        .p2align 12
        .globl stack_guard, stack_low, stack_top, saved_sp
stack_guard: .fill 4096
stack_low: .fill 327680
stack_top:
        .fill 4096
        .globl stack_end
stack_end: .fill 4096
        .fill 32768
spare_top:
saved_sp: .fill 8
