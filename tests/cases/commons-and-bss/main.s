    .globl DriverEntry, Blank
DriverEntry:
    lea Shared(%rip), %rax
    lea Wide(%rip), %rax
    lea Blank(%rip), %rax
    lea Other(%rip), %rax
    ret
    .comm Shared, 8
    .comm Wide, 16, 6
    .bss
Blank:
    .zero 0x3000
