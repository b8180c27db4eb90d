/* mbb.c - MbbCx 1.0, the class extension for mobile broadband adapters. */
#include "../class_extension.h"

CLASS_EXTENSION(Mbb, L"MbbCx", 1, 0, 15);
