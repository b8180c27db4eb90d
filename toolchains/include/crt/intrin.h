/* crt/intrin.h - intrin.h, by the name that the WDK's folder of C headers gives it. */
#include <intrin.h>
