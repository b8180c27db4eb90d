/* newdriver.h - functions that newdriver.sys exports to other drivers. */

#pragma once

#include <ntddk.h>

#ifndef NEWDRIVER_API
#define NEWDRIVER_API DECLSPEC_IMPORT /* newdriver.c itself defines it as nothing */
#endif

/* Adds to a sum that all callers share, and returns it. At any level up to DISPATCH_LEVEL. */
NEWDRIVER_API LONG NTAPI NewDriverAdd(LONG Amount);
