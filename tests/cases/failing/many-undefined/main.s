    .globl DriverEntry
DriverEntry:
    .rept 7
    call Missing
    .endr
    ret
    .section PAGE,"xr"
    call Missing
