/*
 * verrsrc.h - the constants of version resources; mingw-w64 has them in <winver.h>, whose functions
 * and structures need the types of <windef.h>. Kernel code has no such types and gets the constants.
 */
#ifndef NTBUILD_VERRSRC_H
#define NTBUILD_VERRSRC_H

#if defined(RC_INVOKED) || defined(_MINWINDEF_)
# include <winver.h>
#else
# define RC_INVOKED
# include <winver.h>
# undef RC_INVOKED
# undef VER_H /* for who includes <winver.h> itself */
#endif

#endif
