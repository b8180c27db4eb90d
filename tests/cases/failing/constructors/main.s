    .globl DriverEntry, Construct
DriverEntry:
    ret
Construct:
    ret
    .section .ctors,"dw"
    .quad Construct
