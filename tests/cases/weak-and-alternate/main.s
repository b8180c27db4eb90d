    .globl DriverEntry, Present, Other
DriverEntry:
    call Missing
    call Weak
    call Overridden
    call Directed
    ret
Present:
    ret
Other:
    ret
    .section .drectve,"yn"
    .ascii " /alternatename:Directed=Other "
