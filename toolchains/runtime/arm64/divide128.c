/* divide128.c - 128-bit division, which compilers call for __int128; bit by bit, it is rare. */

#include "../all/divide128.h"
