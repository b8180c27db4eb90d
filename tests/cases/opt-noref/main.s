    .globl DriverEntry, Unused
DriverEntry:
    ret
    .section .text$unused,"xr"
Unused:
    ret
