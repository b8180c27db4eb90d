/*
 * _mingw.h - mingw-w64's; in C by clang, __forceinline as MSVC means it.
 *
 * mingw-w64's is "extern inline gnu_inline": it cannot follow static, and a call that is not
 * inlined has nothing to call. clang inlines nothing into a __try: there a static function is
 * called. For gcc, which has no __try, mingw-w64's stays: its winnt.h declares some of its inline
 * functions without inline first, which gcc refuses to make static afterwards.
 */
#include_next <_mingw.h>

#if !defined(NTBUILD_FORCEINLINE) && defined(__clang__) && !defined(__cplusplus)
# define NTBUILD_FORCEINLINE
# undef __forceinline
# define __forceinline static __inline__ __attribute__((__always_inline__))
#endif
