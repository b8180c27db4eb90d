    .globl DriverEntry
DriverEntry:
    ret
    .section .drectve,"yn"
    .ascii " /defaultlib:neither.lib "
