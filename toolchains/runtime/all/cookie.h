/* cookie.h - the stack protector's parts, which know each other by these names. */
#ifndef NTBUILD_COOKIE_H
#define NTBUILD_COOKIE_H

#include <ntddk.h>

/* What Microsoft's loader takes for "not filled in yet". */
#if defined(_WIN64)
# define NTBUILD_DEFAULT_COOKIE 0x00002B992DDFA232ULL
#else
# define NTBUILD_DEFAULT_COOKIE 0xBB40E64EUL
#endif

extern ULONG_PTR __security_cookie;
extern ULONG_PTR __stack_chk_guard;

DECLSPEC_NORETURN void __stack_chk_fail(void);
DECLSPEC_NORETURN void ntbuild_report_overrun(void);

#endif
