    .section .text$strong,"xr"
    .globl Overridden
Overridden:
    int3
    ret
