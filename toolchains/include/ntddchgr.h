/* ntddchgr.h - mingw-w64's, after the completed <ntddstor.h>: it looks for that beside its own. */
#ifndef NTBUILD_NTDDCHGR_H
#define NTBUILD_NTDDCHGR_H

#include <ntddstor.h>
#include_next <ntddchgr.h>

#endif
