    .globl Twice
Twice:
    ret
