    .globl DriverEntry
    .def DriverEntry; .scl 2; .type 32; .endef
DriverEntry:
    call DbgPrnt
    call Nowhere
    call Nowhere
    lea Elsewhere(%rip), %rax
    call *__imp_IoCreateDevise(%rip)
    ret
    .def Second; .scl 2; .type 32; .endef
    .globl Second
Second:
    call Nowhere
    ret
