    .weak Weak, Overridden
    .section .text$weak,"xr"
Weak:
    ret
    .section .text$lost,"xr"
Overridden:
    ret
