    .globl DriverEntry
DriverEntry:
    mov Table(,%rax,4), %eax
    ret
    .data
Table:
    .long 1
