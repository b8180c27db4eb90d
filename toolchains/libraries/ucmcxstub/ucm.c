/* ucm.c - UcmCx 1.0, the class extension for USB Type-C connectors. */
#include "../class_extension.h"

CLASS_EXTENSION(Ucm, L"UcmCx", 1, 0, 11);
