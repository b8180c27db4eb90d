    .globl DriverEntry, A, B, C
DriverEntry:
    ret
    .section .a,"dw"
A:
    .long 1
    .section .b,"dw"
B:
    .long 2
    .section .c,"dw"
C:
    .long 3
