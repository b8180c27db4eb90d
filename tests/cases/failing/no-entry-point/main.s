    .globl DrverEntry
DrverEntry:
    ret
