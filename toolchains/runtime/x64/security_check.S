/* security_check.S - __security_check_cookie: the cookie in rcx must be the driver's. */
    .text
    .globl __security_check_cookie
    .def __security_check_cookie; .scl 2; .type 32; .endef
__security_check_cookie:
    cmpq  __security_cookie(%rip), %rcx
    jne   1f
    ret
1:  jmp   ntbuild_report_overrun
