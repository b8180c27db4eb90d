/*
 * ntbuild/swprintf.h - the kernel's swprintf and vswprintf, which take no size: mingw-w64 declares
 * those of ISO C, whose second argument the kernel's would take for the format.
 */
#ifndef NTBUILD_SWPRINTF_H
#define NTBUILD_SWPRINTF_H

#ifdef __cplusplus
extern "C" {
#endif
int __cdecl NtbuildSwprintf(wchar_t *Buffer, const wchar_t *Format, ...) __MINGW_ASM_CALL(swprintf);
int __cdecl NtbuildVswprintf(
    wchar_t *Buffer, const wchar_t *Format, __builtin_va_list Arguments)
    __MINGW_ASM_CALL(vswprintf);
#ifdef __cplusplus
}
#endif

#endif
