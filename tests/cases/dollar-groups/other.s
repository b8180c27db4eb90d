    .globl Middle2, Plain
    .section .array$m,"dr"
Middle2:
    .long 2
    .section .array,"dr"
Plain:
    .long 0
