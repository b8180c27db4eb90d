/* ntddcdrm.h - mingw-w64's, after the completed <ntddstor.h>: it looks for that beside its own. */
#include <ntddstor.h>
#include_next <ntddcdrm.h>
