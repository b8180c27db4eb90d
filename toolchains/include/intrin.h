/*
 * intrin.h - the compiler's and mingw-w64's, with cl's intrinsic functions that neither has.
 *
 * cl's brings limits.h and stdlib.h along, and sources for it rely on that.
 */
#include <ntbuild/cl_names_end.h>
#if defined(NTBUILD_MSVC_H) && defined(__x86_64__)
# define _fxsave    NtbuildCompilersFxsave
# define _fxsave64  NtbuildCompilersFxsave64
# define _fxrstor   NtbuildCompilersFxrstor
# define _fxrstor64 NtbuildCompilersFxrstor64
# define _invpcid   NtbuildCompilersInvpcid
#endif
#include_next <intrin.h>
#if defined(NTBUILD_MSVC_H)
# include <limits.h>
# include <stdlib.h>
# if defined(__x86_64__)
#  undef _fxsave
#  undef _fxsave64
#  undef _fxrstor
#  undef _fxrstor64
#  undef _invpcid
#  include <ntbuild/cl_declared.h>
# endif
#endif
/*
 * Functions of the C run-time library, which no kernel exports. Inline functions and not macros: a
 * source may declare them itself, before or after this. Where one is not inlined, it is a COMDAT of
 * the msvc target, else ntbuild's run-time has it.
 */
#ifndef NTBUILD_BYTESWAP
# define NTBUILD_BYTESWAP
# ifdef __cplusplus
extern "C" {
#  define NTBUILD_BYTESWAP_INLINE inline
# elif defined(NTBUILD_MSVC_H)
#  define NTBUILD_BYTESWAP_INLINE __inline
# else
#  define NTBUILD_BYTESWAP_INLINE extern __inline__ __attribute__((__gnu_inline__))
# endif
NTBUILD_BYTESWAP_INLINE unsigned short __cdecl _byteswap_ushort(unsigned short Value)
{
    return __builtin_bswap16(Value);
}

NTBUILD_BYTESWAP_INLINE unsigned long __cdecl _byteswap_ulong(unsigned long Value)
{
    return __builtin_bswap32((unsigned int)Value);
}

NTBUILD_BYTESWAP_INLINE unsigned long long __cdecl _byteswap_uint64(unsigned long long Value)
{
    return __builtin_bswap64(Value);
}
# undef NTBUILD_BYTESWAP_INLINE
# ifdef __cplusplus
}
# endif
#endif
#if defined(__x86_64__) || defined(__i386__)
# include <ntbuild/cl_intrinsics.h>
#endif
