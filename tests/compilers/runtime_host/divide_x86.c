/* divide_x86.c - runs every 64-bit division of the x86 run-time on the cases of cases.h. */

#include "cases.h"
#include "host.h"

#define HELPER(type, name) type __attribute__((stdcall)) name

u64 __udivdi3(u64, u64);
u64 __umoddi3(u64, u64);
u64 __udivmoddi4(u64, u64, u64 *);
s64 __divdi3(s64, s64);
s64 __moddi3(s64, s64);
s64 __divmoddi4(s64, s64, s64 *);
HELPER(u64, aulldiv)(u64, u64) __asm__("__aulldiv");
HELPER(u64, aullrem)(u64, u64) __asm__("__aullrem");
HELPER(s64, alldiv)(s64, s64) __asm__("__alldiv");
HELPER(s64, allrem)(s64, s64) __asm__("__allrem");
void _start(void);

/* quotient in edx:eax, remainder in ebx:ecx; the callee removes the arguments */
#define BOTH(name, dividend, divisor, quotient, remainder) \
    do { \
        u32 low_, high_, rest_low_, rest_high_; \
        u64 values_[2] = { (u64)(dividend), (u64)(divisor) }; \
        __asm__ volatile("pushl 12(%%esi)\n\tpushl 8(%%esi)\n\tpushl 4(%%esi)\n\tpushl (%%esi)\n\t" \
                         "call " name \
                         : "=a"(low_), "=d"(high_), "=c"(rest_low_), "=b"(rest_high_) \
                         : "S"(values_) : "memory", "cc"); \
        CHECK(((u64)high_ << 32 | low_) == (u64)(quotient)); \
        CHECK(((u64)rest_high_ << 32 | rest_low_) == (u64)(remainder)); \
    } while (0)

__attribute__((force_align_arg_pointer)) void _start(void)
{
    for (u32 index = 0; index < sizeof(cases) / sizeof(cases[0]); index++) {
        u64 n = cases[index].dividend, d = cases[index].divisor, rest;
        s64 signed_rest;

        CHECK(__udivdi3(n, d) == cases[index].quotient);
        CHECK(__umoddi3(n, d) == cases[index].remainder);
        CHECK(__udivmoddi4(n, d, &rest) == cases[index].quotient);
        CHECK(rest == cases[index].remainder);
        CHECK(__udivmoddi4(n, d, 0) == cases[index].quotient);
        CHECK(aulldiv(n, d) == cases[index].quotient);
        CHECK(aullrem(n, d) == cases[index].remainder);
        BOTH("__aulldvrm", n, d, cases[index].quotient, cases[index].remainder);

        CHECK(__divdi3((s64)n, (s64)d) == cases[index].signed_quotient);
        CHECK(__moddi3((s64)n, (s64)d) == cases[index].signed_remainder);
        CHECK(__divmoddi4((s64)n, (s64)d, &signed_rest) == cases[index].signed_quotient);
        CHECK(signed_rest == cases[index].signed_remainder);
        CHECK(alldiv((s64)n, (s64)d) == cases[index].signed_quotient);
        CHECK(allrem((s64)n, (s64)d) == cases[index].signed_remainder);
        BOTH("__alldvrm", n, d, cases[index].signed_quotient, cases[index].signed_remainder);
    }
    leave(0);
}
