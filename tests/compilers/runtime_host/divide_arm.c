/* divide_arm.c - runs the C half of the ARM run-time's division on the cases of cases.h. */

#include "cases.h"
#include "host.h"

void ntbuild_udivmod32(u32 *result, u32 dividend, u32 divisor);
void ntbuild_udivmod64(u64 *result, u64 dividend, u64 divisor);
void ntbuild_sdivmod32(u32 *result, u32 dividend, u32 divisor);
void ntbuild_sdivmod64(u64 *result, u64 dividend, u64 divisor);
void _start(void);

__attribute__((force_align_arg_pointer)) void _start(void)
{
    for (u32 index = 0; index < sizeof(cases) / sizeof(cases[0]); index++) {
        u64 n = cases[index].dividend, d = cases[index].divisor, wide[2];
        u32 n32 = (u32)n, d32 = (u32)d, narrow[2];

        ntbuild_udivmod64(wide, n, d);
        CHECK(wide[0] == cases[index].quotient && wide[1] == cases[index].remainder);
        ntbuild_sdivmod64(wide, n, d);
        CHECK((s64)wide[0] == cases[index].signed_quotient);
        CHECK((s64)wide[1] == cases[index].signed_remainder);
        if (d32 == 0)
            continue;
        ntbuild_udivmod32(narrow, n32, d32);
        CHECK(narrow[0] == n32 / d32 && narrow[1] == n32 % d32);
        ntbuild_sdivmod32(narrow, n32, d32);
        CHECK(narrow[0] == (u32)((s64)(int)n32 / (int)d32));
        CHECK(narrow[1] == (u32)((s64)(int)n32 % (int)d32));
    }
    leave(0);
}
