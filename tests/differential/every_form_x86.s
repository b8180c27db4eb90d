    .def _DriverEntry@8; .scl 2; .type 32; .endef
    .section INIT,"xr"
    .globl _DriverEntry@8
_DriverEntry@8:
    call _local
    call _far
    call _DbgPrint
    movl _datum, %eax
    movl $_datum+12, _datum+4
    call *__imp__DbgPrint
    movl __imp__KdDebuggerEnabled, %eax
    lea ___ImageBase, %ecx
    movl $_in_bss-4, %ecx
    jmp _far
_local:
    ret
    .text
    .globl _far
_far:
    jmp _DriverEntry@8
    .section PAGE,"xr"
    call _far
    .data
_datum:
    .long _datum, _far, _in_rdata+16, _DriverEntry@8, _datum-5
    .long _far@imgrel, _local@imgrel+12, _in_bss@imgrel
    .secrel32 _datum
    .secrel32 _in_rdata
    .secidx _datum
    .secidx _far
    .section .rdata,"dr"
_in_rdata:
    .long _datum + 24
    .bss
    .p2align 5
_in_bss:
    .zero 100
