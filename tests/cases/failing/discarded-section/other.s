    .section .text$inline,"xr",discard,Inline
    .globl Inline
Inline:
    ret
    .section .rdata$private,"dr",associative,Inline
Private:
    .quad 1
    .text
    .globl Other
Other:
    lea Private(%rip), %rax
    jmp Inline
