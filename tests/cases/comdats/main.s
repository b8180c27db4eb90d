    .section .text$inline,"xr",discard,Inline
    .globl Inline
Inline:
    ret
    .section .rdata$info,"dr",associative,Inline
    .quad Info_main
    .section .data$main,"dw"
    .globl Info_main
Info_main:
    .long 1
    .text
    .globl DriverEntry
DriverEntry:
    call Inline
    jmp Other
