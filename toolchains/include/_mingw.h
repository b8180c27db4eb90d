/*
 * _mingw.h - mingw-w64's; in C, __forceinline as MSVC means it.
 *
 * mingw-w64's is "extern inline gnu_inline": it cannot follow static, and a call that is not
 * inlined has nothing to call. clang inlines nothing into a __try. A static function is there.
 */
#include_next <_mingw.h>

#if !defined(NTBUILD_FORCEINLINE) && !defined(__cplusplus) && defined(__forceinline)
# define NTBUILD_FORCEINLINE
# undef __forceinline
# if defined(__clang__)
#  define __forceinline static __inline__ __attribute__((__always_inline__))
# else
#  define __forceinline __inline__ __attribute__((__always_inline__))
# endif
#endif
