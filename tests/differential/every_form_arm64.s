    .def DriverEntry; .scl 2; .type 32; .endef
    .section INIT,"xr"
    .globl DriverEntry
    .p2align 2
DriverEntry:
    bl local
    bl far
    bl DbgPrint
    b far
    b.eq far
    b.ne local
    cbz x0, far
    tbz x0, #3, far
    tbnz w1, #31, local
    adr x0, far
    adr x1, local+4
    adrp x0, datum
    add x0, x0, :lo12:datum
    adrp x1, datum+0x1008
    add x1, x1, :lo12:datum+0x18
    adrp x2, datum
    ldrb w3, [x2, :lo12:datum+1]
    ldrh w3, [x2, :lo12:datum+2]
    ldr w3, [x2, :lo12:datum+4]
    ldr x3, [x2, :lo12:datum+8]
    ldr q3, [x2, :lo12:datum+16]
    ldr d3, [x2, :lo12:datum+8]
    ldr s3, [x2, :lo12:datum+4]
    ldr h3, [x2, :lo12:datum+2]
    ldr b3, [x2, :lo12:datum+1]
    ldrsb x3, [x2, :lo12:datum+3]
    ldrsh w3, [x2, :lo12:datum+6]
    ldrsw x3, [x2, :lo12:datum+4]
    strb w3, [x2, :lo12:datum+1]
    strh w3, [x2, :lo12:datum+2]
    str w3, [x2, :lo12:datum+4]
    str x3, [x2, :lo12:datum+8]
    str q3, [x2, :lo12:datum+16]
    str b3, [x2, :lo12:datum+1]
    adrp x4, __imp_DbgPrint
    ldr x4, [x4, :lo12:__imp_DbgPrint]
    adrp x4, __imp_KdDebuggerEnabled
    ldr x4, [x4, :lo12:__imp_KdDebuggerEnabled]
    adrp x4, __ImageBase
    add x4, x4, :lo12:__ImageBase
    add x5, x5, :secrel_hi12:datum
    add x5, x5, :secrel_lo12:datum+3
    ldr x6, [x5, :secrel_lo12:datum+8]
    add x5, x5, :secrel_hi12:datum2
    ldrb w6, [x5, :secrel_lo12:datum2]
    ldrb w6, [x5, :secrel_lo12:in_bss]
    ret
local:
    ret
    .text
    .globl far
    .p2align 2
far:
    b DriverEntry
    .section PAGE,"xr"
    bl far
    .data
    .p2align 4
datum:
    .zero 0x2000
datum2:
    .xword datum, far, in_rdata+16, DriverEntry, datum-5
    .word far@imgrel, DriverEntry@imgrel+12, in_bss@imgrel
    .secrel32 datum
    .secrel32 in_rdata
    .secidx datum
    .secidx far
    .word far - .
    .section .rdata,"dr"
in_rdata:
    .xword datum + 24
    .bss
    .p2align 5
in_bss:
    .zero 100
