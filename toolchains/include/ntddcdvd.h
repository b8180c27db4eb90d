/* ntddcdvd.h - mingw-w64's, after the completed <ntddstor.h>: it looks for that beside its own. */
#ifndef NTBUILD_NTDDCDVD_H
#define NTBUILD_NTDDCDVD_H

#include <ntddstor.h>
#include_next <ntddcdvd.h>

#endif
