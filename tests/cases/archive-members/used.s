    .globl Used
Used:
    ret
