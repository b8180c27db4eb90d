    .section INIT,"xr"
    .globl DriverEntry, One, Two, Three, Four, Five
DriverEntry:
    ret
    .section .one,"dr"
One:
    .long 1
    .section .two,"dw"
Two:
    .long 2
    .section .three,"xr"
Three:
    ret
    .section .four,"dw"
Four:
    .long 4
    .section PAGEX,"xr"
Five:
    ret
