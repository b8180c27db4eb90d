/* security_check.S - __security_check_cookie: the cookie in x0 must be the driver's. */
    .text
    .globl __security_check_cookie
    .def __security_check_cookie; .scl 2; .type 32; .endef
    .p2align 2
__security_check_cookie:
    adrp  x16, __security_cookie
    ldr   x16, [x16, :lo12:__security_cookie]
    cmp   x0, x16
    b.ne  1f
    ret
1:  b     ntbuild_report_overrun
