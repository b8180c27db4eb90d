    .section .rdata$same,"dr",same_contents,Same
    .globl Same
Same:
    .ascii "other"
