/*
 * math.h - in the world of a Windows kit, the kit's own, of its folder km/crt.
 *
 * That one declares the overloads for float and double which libc++'s adds to a math.h of C; those of
 * abs are libc++'s, by way of stdlib.h.
 */
#if defined(NTBUILD_KIT_H)
# include <stdlib.h>
# define abs NtbuildAbsOfKit
# include <../km/crt/math.h>
# undef abs
#else
# include_next <math.h>
#endif
