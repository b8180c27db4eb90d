/*
 * intrin.h - the compiler's and mingw-w64's, with cl's intrinsic functions that neither has.
 *
 * cl's brings limits.h and stdlib.h along, and sources for it rely on that.
 */
#include_next <intrin.h>
#if defined(NTBUILD_MSVC_H)
# include <limits.h>
# include <stdlib.h>
#endif
/* They are functions of the C run-time library, which no kernel exports: ntbuild's run-time has them.
   A macro would break the declarations of a stdlib.h that comes later. */
#if defined(_INC_STDLIB) && !defined(NTBUILD_BYTESWAP)
# define NTBUILD_BYTESWAP
# define _byteswap_ushort(Value) __builtin_bswap16((unsigned short)(Value))
# define _byteswap_ulong(Value)  ((unsigned long)__builtin_bswap32((unsigned int)(Value)))
# define _byteswap_uint64(Value) __builtin_bswap64((unsigned long long)(Value))
#elif !defined(NTBUILD_BYTESWAP)
# ifdef __cplusplus
extern "C" {
# endif
unsigned short __cdecl _byteswap_ushort(unsigned short Value);
unsigned long __cdecl _byteswap_ulong(unsigned long Value);
unsigned long long __cdecl _byteswap_uint64(unsigned long long Value);
# ifdef __cplusplus
}
# endif
#endif
#if defined(__x86_64__) || defined(__i386__)
# include <ntbuild/cl_intrinsics.h>
#endif
