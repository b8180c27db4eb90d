/* mciapi.h - mingw-w64's, after the header of the macro that it uses and forgets to include. */
#include <_mingw_unicode.h>
#include_next <mciapi.h>
