/*
 * winnt.h - mingw-w64's, with its own __forceinline: it declares NtCurrentTeb and others without
 * inline first, and a static definition would then be an external one in each object.
 */
#include <_mingw.h>

#if defined(NTBUILD_FORCEINLINE)
# undef __forceinline
# define __forceinline extern __inline__ __attribute__((__always_inline__, __gnu_inline__))
#endif

#undef LOCALE_NEUTRAL
#include_next <winnt.h>

#if defined(NTBUILD_FORCEINLINE)
# undef __forceinline
# if defined(_MSC_VER)
#  define __forceinline __inline__ __attribute__((__always_inline__))
# else
#  define __forceinline static __inline__ __attribute__((__always_inline__))
# endif
#endif
