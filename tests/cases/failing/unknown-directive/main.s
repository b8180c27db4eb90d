    .globl DriverEntry
DriverEntry:
    ret
    .section .drectve,"yn"
    .ascii " /frobnicate:1 -export:DriverEntry "
