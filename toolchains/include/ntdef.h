/* ntdef.h - mingw-w64's, with what Windows 8 and later added to it. */
#include_next <ntdef.h>
#include <ntbuild/basics.h>
