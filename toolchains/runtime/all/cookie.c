/* cookie.c - __security_cookie: what msvc targets put between a frame and its return address. */

#include "cookie.h"

ULONG_PTR __security_cookie = NTBUILD_DEFAULT_COOKIE;
