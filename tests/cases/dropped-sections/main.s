    .globl _DriverEntry@8
_DriverEntry@8:
    ret
    .section .eh_frame,"dr"
    .long 1
    .section .debug$S,"dr"
    .long 2
    .section .debug_info,"dr"
    .long 3
    .section .comment,"dr"
    .long 4
    .section .llvm_addrsig,"dr"
    .long 5
