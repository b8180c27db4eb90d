    .globl DriverEntry
DriverEntry:
    jmp Used
