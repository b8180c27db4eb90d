/* divide128.c - runs the 128-bit division on products of the cases of cases.h. */

#include "cases.h"
#include "host.h"

typedef unsigned __int128 u128;
typedef __int128 s128;

u128 __udivti3(u128, u128);
u128 __umodti3(u128, u128);
s128 __divti3(s128, s128);
s128 __modti3(s128, s128);
void _start(void);

/* No oracle is needed: quotient * divisor + remainder is the dividend, with a small remainder. */
static void check(u128 n, u128 d)
{
    u128 quotient = __udivti3(n, d), rest = __umodti3(n, d);
    s128 signed_quotient = __divti3((s128)n, (s128)d), signed_rest = __modti3((s128)n, (s128)d);

    CHECK(quotient * d + rest == n && rest < d);
    CHECK((u128)signed_quotient * d + (u128)signed_rest == n);
    CHECK(signed_rest == 0 || (signed_rest < 0) == ((s128)n < 0));
    CHECK((signed_rest < 0 ? -signed_rest : signed_rest)
          < ((s128)d < 0 ? (s128)(0 - d) : (s128)d) || d == (u128)1 << 127);
}

__attribute__((force_align_arg_pointer)) void _start(void)
{
    for (u32 index = 0; index < sizeof(cases) / sizeof(cases[0]); index++) {
        u128 n = (u128)cases[index].dividend << 64 | cases[index].quotient;
        u64 d = cases[index].divisor;

        check(n, d);
        check(n, (u128)d << 37 | cases[index].remainder);
        check(cases[index].dividend, d);
        check(0 - n, d);
    }
    leave(0);
}
