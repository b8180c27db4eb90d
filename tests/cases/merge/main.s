    .globl DriverEntry, Mine, Yours, Near
DriverEntry:
    lea Mine(%rip), %rax
    lea Yours(%rip), %rax
    jmp Near
    .section .mine,"dr"
Mine:
    .long 1
    .section .yours,"dr"
Yours:
    .long 2
    .section NEAR,"xr"
Near:
    ret
