    .globl Other
Other:
    ret
