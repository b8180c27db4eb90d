/*
 * string.h - mingw-w64's, where three functions say no calling convention: where those without one are
 * stdcall (dialect="msvc" and stdcall=True on x86), they were taken for stdcall.
 */
#ifndef NTBUILD_STRING_H
#define NTBUILD_STRING_H

#include <_mingw.h>

#ifdef __cplusplus
extern "C" {
#endif

char *__cdecl strncpy(char *To, const char *From, __SIZE_TYPE__ Count);
#ifdef __cplusplus
wchar_t *__cdecl wcsncat(wchar_t *To, const wchar_t *From, __SIZE_TYPE__ Count);
wchar_t *__cdecl wcsncpy(wchar_t *To, const wchar_t *From, __SIZE_TYPE__ Count);
#else
__WCHAR_TYPE__ *__cdecl wcsncat(
    __WCHAR_TYPE__ *To, const __WCHAR_TYPE__ *From, __SIZE_TYPE__ Count);
__WCHAR_TYPE__ *__cdecl wcsncpy(
    __WCHAR_TYPE__ *To, const __WCHAR_TYPE__ *From, __SIZE_TYPE__ Count);
#endif

#ifdef __cplusplus
}
#endif

#endif
#include_next <string.h>
