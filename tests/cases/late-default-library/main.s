    .globl DriverEntry
DriverEntry:
    call Answer
    jmp Member
