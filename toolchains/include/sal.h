/* sal.h - mingw-w64's, with the annotations that it does not know. */
#include_next <sal.h>
#include <ntbuild/annotations.h>
