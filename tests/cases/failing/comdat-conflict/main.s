    .section .rdata$same,"dr",same_contents,Same
    .globl Same
Same:
    .ascii "main"
    .text
    .globl DriverEntry
DriverEntry:
    lea Same(%rip), %rax
