/*
 * ks.h - mingw-w64's declarations of kernel streaming, for drivers.
 *
 * Identifiers of sets, categories and formats are constants of C++ in every object that uses them, as
 * cl has them; C wants the library ksguid, or ksguid.h before this header in one source.
 */
#ifndef CDECL
# define CDECL __cdecl
#endif
#if defined(__cplusplus) && !defined(INITGUID)
# undef DEFINE_GUIDEX
# if __cplusplus >= 201703L || defined(_MSVC_LANG) && _MSVC_LANG >= 201703L
#  define DEFINE_GUIDEX(Name) extern "C" inline const GUID Name = { STATIC_##Name }
# else
#  define DEFINE_GUIDEX(Name) \
    extern "C" const GUID __attribute__((__selectany__)) Name = { STATIC_##Name }
# endif
#endif
#include_next <ks.h>
