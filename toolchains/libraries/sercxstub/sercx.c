/* sercx.c - SerCx 2.0, the class extension for serial controllers. */
#include "../class_extension.h"

CLASS_EXTENSION(Sercx, L"SerCx", 2, 0, 35);
