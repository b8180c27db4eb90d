    .globl DriverEntry
DriverEntry:
    ret
    .globl Twice
Twice:
    ret
