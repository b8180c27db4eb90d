    .globl DriverEntry, First, Last, Middle1
DriverEntry:
    lea First(%rip), %rax
    lea Last(%rip), %rax
    ret
    .section .array$z,"dr"
Last:
    .long 0
    .section .array$m,"dr"
Middle1:
    .long 1
    .section .array$a,"dr"
First:
    .long 0
