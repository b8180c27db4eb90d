/* ntddtape.h - mingw-w64's, after the completed <ntddstor.h>: it looks for that beside its own. */
#ifndef NTBUILD_NTDDTAPE_H
#define NTBUILD_NTDDTAPE_H

#include <ntddstor.h>
#include_next <ntddtape.h>

#endif
