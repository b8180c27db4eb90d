    .globl DriverEntry
DriverEntry:
    ret
    .section .drectve,"yn"
    .ascii " -export:DriverEntry,@0 "
