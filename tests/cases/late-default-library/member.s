    .globl Member
Member:
    ret
    .section .drectve,"yn"
    .ascii " /defaultlib:late "
