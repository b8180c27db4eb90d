    .section .text$inline,"xr",discard,Inline
    .globl Inline
Inline:
    ret
    .section .rdata$info,"dr",associative,Inline
    .quad Info_other
    .section .data$other,"dw"
    .globl Info_other
Info_other:
    .long 1
    .text
    .globl Other
Other:
    jmp Inline
