/* security_check.S - __security_check_cookie: the cookie in r0 must be the driver's. */
    .syntax unified
    .thumb
    .text
    .globl __security_check_cookie
    .def __security_check_cookie; .scl 2; .type 32; .endef
    .p2align 1
    .thumb_func
__security_check_cookie:
    movw  r12, :lower16:__security_cookie
    movt  r12, :upper16:__security_cookie
    ldr   r12, [r12]
    cmp   r0, r12
    bne   1f
    bx    lr
1:  b     ntbuild_report_overrun
