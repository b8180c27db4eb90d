    .globl DriverEntry
    .def DriverEntry; .scl 2; .type 32; .endef
    .text
DriverEntry:
    lea First(%rip), %rax
    lea Last(%rip), %rcx
    ret
    .section .CRT$XCA,"dr"
    .globl First
First:
    .quad 0
    .section .CRT$XCU,"dr"
    .quad DriverEntry
    .section .CRT$XCZ,"dr"
    .globl Last
Last:
    .quad 0
