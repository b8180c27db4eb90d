/* memory.c - memcmp of the run-time. */

#include "host.h"

int memcmp(const void *, const void *, __SIZE_TYPE__);
void _start(void);

__attribute__((force_align_arg_pointer)) void _start(void)
{
    CHECK(memcmp("abc", "abd", 2) == 0);
    CHECK(memcmp("abc", "abd", 3) < 0);
    CHECK(memcmp("abd", "abc", 3) > 0);
    CHECK(memcmp("\xff", "\x01", 1) > 0);
    CHECK(memcmp("a", "b", 0) == 0);
    leave(0);
}
