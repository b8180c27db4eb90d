    .globl Unused
Unused:
    jmp Missing
