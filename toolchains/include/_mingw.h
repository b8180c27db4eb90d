/*
 * _mingw.h - mingw-w64's, for a kernel that has the C functions of msvcrt.dll and no run-time library.
 *
 * By default mingw-w64's stdio.h is that of the UCRT, where sprintf_s is inline and calls
 * __stdio_common_vsprintf_s, or of its own library, where sprintf calls __mingw_vsprintf. Kernels
 * export neither, but sprintf_s and sprintf themselves.
 *
 * In C by clang, __forceinline is as MSVC means it. mingw-w64's is "extern inline gnu_inline": it
 * cannot follow static, and a call that is not inlined has nothing to call. clang inlines nothing
 * into a __try: there a static function is called. For gcc, which has no __try, mingw-w64's stays:
 * its winnt.h declares some of its inline functions without inline first, which gcc refuses to make
 * static afterwards.
 *
 * In cl's dialect it is what cl makes of it: a function that every object may have and the linker
 * keeps once.
 */
#undef __MSVCRT_VERSION__
#define __MSVCRT_VERSION__ 0x700
#undef __USE_MINGW_ANSI_STDIO
#define __USE_MINGW_ANSI_STDIO 0
#include_next <_mingw.h>
#if defined(__clang__)
/* Keywords, which mingw-w64 defines as nothing; basetsd.h of ours has POINTER_32 and its like. */
# undef __ptr32
# undef __ptr64
#endif

#if !defined(NTBUILD_FORCEINLINE) && defined(__clang__) && !defined(__cplusplus)
# define NTBUILD_FORCEINLINE
# undef __forceinline
# if defined(_MSC_VER)
#  define __forceinline __inline__ __attribute__((__always_inline__))
# else
#  define __forceinline static __inline__ __attribute__((__always_inline__))
# endif
#endif
