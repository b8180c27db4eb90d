    .globl Table
    .data
Table:
    .quad 1, Table
