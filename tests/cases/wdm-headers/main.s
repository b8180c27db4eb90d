    .globl DriverEntry
DriverEntry:
    ret
