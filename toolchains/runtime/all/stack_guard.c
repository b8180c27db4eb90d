/* stack_guard.c - __stack_chk_guard: what gnu targets put between a frame and its return address. */

#include "cookie.h"

ULONG_PTR __stack_chk_guard = NTBUILD_DEFAULT_COOKIE;
