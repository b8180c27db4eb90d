/* ntddcdrm.h - mingw-w64's, after the completed <ntddstor.h>: it looks for that beside its own. */
#ifndef NTBUILD_NTDDCDRM_H
#define NTBUILD_NTDDCDRM_H

#include <ntddstor.h>
#include_next <ntddcdrm.h>

#endif
