/* arm: entered in supervisor mode, Thumb or ARM state, with the MMU off. */
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
        bl kernel
0:      b 0b

        .text
        .globl vectors, cpu_call, cpu_switch, cpu_begin, cpu_returned, cpu_raise, cpu_resume, cpu_stubs
        .p2align 7
vectors:
        b.w v0
        b.w v1
        b.w v2
        b.w v3
        b.w v4
        b.w v0
        b.w v0
        b.w v0
        .thumb_func
v0:     movs r0, #0
        b exception
        .thumb_func
v1:     movs r0, #1
        b exception
        .thumb_func
v2:     movs r0, #2
        b exception
        .thumb_func
v3:     movs r0, #3
        b exception
        .thumb_func
v4:     movs r0, #4
/* No handler takes an exception here: the interrupted mode's registers are not needed again. */
exception:
        mov r1, lr
        movw r2, :lower16:spare_top
        movt r2, :upper16:spare_top
        sub r2, r2, #72                 /* a struct frame */
        mov sp, r2
        str r1, [sp, #60]
        str r0, [sp, #64]
        mov r0, sp
        bl trapped
        .thumb_func
cpu_resume:
        b cpu_resume

        .thumb_func
cpu_raise:
        svc #1
        bx lr

        .thumb_func
cpu_switch:
        push {r4-r11, lr}
        vpush {d8-d15}
        str sp, [r0]
        mov sp, r1
        vpop {d8-d15}
        pop {r4-r11, pc}

/* The function is called at the top of a stack, and does not return. */
        .thumb_func
cpu_begin:
        push {r4-r11, lr}
        vpush {d8-d15}
        str sp, [r0]
        mov sp, r1
        blx r2
        udf #0

/* cpu_call(function, count, words, bad) */
        .thumb_func
cpu_call:
        push {r3, r4, r5, r6, r7, r8, r9, r10, r11, lr}
        movw r12, :lower16:saved_sp
        movt r12, :upper16:saved_sp
        ldr r4, [r12]
        sub sp, sp, #24
        str r4, [sp, #16]
        str sp, [r12]
        mov r12, r0
        mov r5, r2
        ldr r0, [r5, #16]
        ldr r1, [r5, #20]
        ldr r2, [r5, #24]
        ldr r3, [r5, #28]
        strd r0, r1, [sp]
        strd r2, r3, [sp, #8]
        ldr r0, [r5]
        ldr r1, [r5, #4]
        ldr r2, [r5, #8]
        ldr r3, [r5, #12]
        movw r4, #0x5a51
        movw r5, #0x5a52
        movw r6, #0x5a53
        movw r7, #0x5a54
        movw r8, #0x5a55
        movw r9, #0x5a56
        movw r10, #0x5a57
        movw r11, #0x5a58
        blx r12
cpu_returned:
        movw r12, :lower16:saved_sp
        movt r12, :upper16:saved_sp
        ldr r12, [r12]
        mov r2, sp
        mov sp, r12
        cmp r12, r2
        bne 9f
        .irp r, 4, 5, 6, 7, 8, 9, 10, 11
        movw r2, #0x5a4d + \r
        cmp r\r, r2
        bne 9f
        .endr
        b 8f
9:      ldr r2, [sp, #24]
        movs r3, #1
        str r3, [r2]
8:      ldr r4, [sp, #16]
        movw r12, :lower16:saved_sp
        movt r12, :upper16:saved_sp
        str r4, [r12]
        add sp, sp, #24
        pop {r3, r4, r5, r6, r7, r8, r9, r10, r11, pc}

        .p2align 4
cpu_stubs:
        .set n, 0
        .rept 1024
        .p2align 4
        movw r12, #n
        b.w enter
        .set n, n + 1
        .endr
        .thumb_func
enter:
        sub sp, sp, #68                 /* a struct frame, as at an exception */
        stmia sp, {r0-r12}
        add r0, sp, #68
        str r0, [sp, #52]
        str lr, [sp, #56]
        bic r2, lr, #1
        str r2, [sp, #60]
        mov r1, r0
        mov r0, r12
        mov r2, lr
        mov r3, sp
        mov r4, sp
        bic r12, r4, #7                 /* the driver may have misaligned it */
        mov sp, r12
        bl entering
        mov r12, r0
        mov sp, r4
        ldr lr, [sp, #56]
        ldmia sp, {r0-r4}
        add sp, sp, #68
        bx r12

        .bss
        .p2align 12
        .globl stack_guard, stack_low, stack_top
stack_guard: .fill 4096
stack_low: .fill 327680
stack_top:
        .fill 4096
        .globl stack_end
stack_end: .fill 4096
        .fill 32768
spare_top:
        .globl saved_sp
saved_sp: .fill 4
