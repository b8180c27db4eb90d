/* security_check.S - @__security_check_cookie@4: the cookie in ecx must be the driver's. */

#include <ntbuild/safe_handlers.h>

    .text
    .globl "@__security_check_cookie@4"
    .def "@__security_check_cookie@4"; .scl 2; .type 32; .endef
"@__security_check_cookie@4":
    cmpl  ___security_cookie, %ecx
    jne   1f
    ret
1:  jmp   _ntbuild_report_overrun
