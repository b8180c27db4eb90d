    .globl Other
    .comm Shared, 4000
    .data
Other:
    .quad Shared
