/*
 * Classes of wide characters, for C++ with a kit: the C headers for drivers (km/crt) declare these
 * functions in <wchar.h> and have no file of this name. That of ucrt, which would be found next,
 * needs headers of Visual Studio that are no part of a kit.
 */
#pragma once

#include_next <wchar.h>
