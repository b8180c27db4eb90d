/* driverspecs.h - mingw-w64's, with the annotations that it does not know. */
#include_next <driverspecs.h>
#include <ntbuild/annotations.h>
