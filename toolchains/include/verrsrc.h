/* verrsrc.h - the constants of version resources; mingw-w64 has them in <winver.h>. */
#ifndef NTBUILD_VERRSRC_H
#define NTBUILD_VERRSRC_H

#include <winver.h>

#endif
