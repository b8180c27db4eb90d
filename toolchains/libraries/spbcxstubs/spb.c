/* spb.c - SpbCx 1.0, the class extension for controllers of simple peripheral buses. */
#include "../class_extension.h"

CLASS_EXTENSION(Spb, L"SpbCx", 1, 0, 13);
