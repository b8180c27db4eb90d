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

/* Fill in the cookies. Without arrays, so that nothing of it is protected. */
static inline void NtbuildFillCookies(void)
{
    LARGE_INTEGER Counter = KeQueryPerformanceCounter(NULL);
    ULONG_PTR Cookie = (ULONG_PTR)&__security_cookie ^ (ULONG_PTR)Counter.QuadPart;

    /* Spread the low bits, which change most, then keep a zero byte: a string stops there. */
    Cookie ^= Cookie << (sizeof(Cookie) * 4 - 3);
#if defined(_WIN64)
    Cookie &= 0x0000FFFFFFFFFFFFULL;
#endif
    if (Cookie == 0 || Cookie == NTBUILD_DEFAULT_COOKIE)
        Cookie = NTBUILD_DEFAULT_COOKIE + 1;
    __security_cookie = Cookie;
    __stack_chk_guard = Cookie;
}

#endif
