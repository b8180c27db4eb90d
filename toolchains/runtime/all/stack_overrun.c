/*
 * stack_overrun.c - what happens when a cookie was overwritten: the machine stops.
 *
 * Nothing can be trusted any more, so there is no way back to the caller.
 */

#include "cookie.h"

#define OVERRUN_BUGCHECK 0xF7 /* DRIVER_OVERRAN_STACK_BUFFER */

void ntbuild_report_overrun(void)
{
    for (;;)
        KeBugCheckEx(OVERRUN_BUGCHECK, 0, 0, 0, 0);
}

void __stack_chk_fail(void)
{
    ntbuild_report_overrun();
}
