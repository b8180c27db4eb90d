/* ucmucsi.c - UcmUcsiCx 1.0, the class extension for USB Type-C connector system software. */
#include "../class_extension.h"

CLASS_EXTENSION(Ucmucsi, L"UcmUcsiCx", 1, 0, 9);
