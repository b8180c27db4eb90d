/*
 * security_init_cookie.c - __security_init_cookie: fills in the cookies, unless they are.
 *
 * A driver whose first code is not its entry point calls it there, such as DllInitialize of an export
 * driver. It must be in a function without arrays, as the cookie changes in the middle of it.
 */

#include "cookie.h"

void __cdecl __security_init_cookie(void);

void __cdecl __security_init_cookie(void)
{
    if (__security_cookie == NTBUILD_DEFAULT_COOKIE)
        NtbuildFillCookies();
}
