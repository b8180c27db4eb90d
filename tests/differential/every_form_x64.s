    .def DriverEntry; .scl 2; .type 32; .endef
    .section INIT,"xr"
    .globl DriverEntry
DriverEntry:
    call local
    call far
    call DbgPrint
    jmp far
    lea datum(%rip), %rax
    lea datum+8(%rip), %rax
    mov datum-4(%rip), %rax
    cmpb $7, datum(%rip)
    cmpw $7, datum+2(%rip)
    movl $7, datum+4(%rip)
    movabs $datum, %rax
    movabs $datum+0x123456789, %rax
    call *__imp_DbgPrint(%rip)
    mov __imp_KdDebuggerEnabled(%rip), %rax
    lea __ImageBase(%rip), %rcx
    lea in_bss+4(%rip), %rdx
    ret
local:
    ret
    .text
    .p2align 4
    .globl far
far:
    nop
    jmp DriverEntry
    .section PAGE,"xr"
    call far
    call local
    .data
datum:
    .quad datum, far, in_rdata+16, DriverEntry
    .quad -5+datum
    .long far@imgrel, DriverEntry@imgrel+12, in_bss@imgrel
    .secrel32 datum
    .secrel32 in_rdata
    .secidx datum
    .secidx far
    .long 0
    .long far - .
    .section .rdata,"dr"
in_rdata:
    .quad datum + 24
    .quad __ImageBase
    .bss
    .p2align 5
in_bss:
    .zero 100
