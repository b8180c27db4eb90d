    .globl DriverEntry, Vault, VaultB, Safe, Early, NotEarly
DriverEntry:
    ret
    .section .zz1,"dr"
Early:
    .long 1
    .section .zz22,"dr"
NotEarly:
    .long 2
    .section .safe,"dr"
Safe:
    .long 3
    .section .vault$b,"dr"
VaultB:
    .long 4
    .section .vault,"dr"
    .p2align 3
Vault:
    .long 5
