    .syntax unified
    .thumb
    .def DriverEntry; .scl 2; .type 32; .endef
    .section INIT,"xr"
    .globl DriverEntry
    .p2align 2
    .thumb_func
DriverEntry:
    bl local
    bl far
    blx far
    bl DbgPrint
    b.w far
    beq.w far
    bne.w local
    movw r0, :lower16:datum
    movt r0, :upper16:datum
    movw r1, :lower16:datum+12
    movt r1, :upper16:datum+12
    movw r2, :lower16:far
    movt r2, :upper16:far
    movw r10, :lower16:__imp_DbgPrint
    movt r10, :upper16:__imp_DbgPrint
    movw r11, :lower16:__imp_KdDebuggerEnabled
    movt r11, :upper16:__imp_KdDebuggerEnabled
    bx lr
    .globl local
    .def local; .scl 2; .type 32; .endef
    .thumb_func
local:
    bx lr
    .text
    .def far; .scl 2; .type 32; .endef
    .globl far
    .p2align 2
    .thumb_func
far:
    b.w DriverEntry
    .section PAGE,"xr"
    .thumb_func
    bl far
    .data
    .p2align 2
datum:
    .long datum, far, in_rdata+16, DriverEntry, datum-5
    .long far(imgrel), in_bss(imgrel)
    .secrel32 datum
    .secrel32 in_rdata
    .secidx datum
    .secidx far
    .section .rdata,"dr"
    .p2align 2
in_rdata:
    .long datum + 24
    .bss
    .p2align 5
in_bss:
    .zero 100
